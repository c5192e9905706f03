//! The queue: adding, taking out, moving, and telling what has changed since a version.

use super::database::is_root;
use crate::daemon::QueueView;
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{ANY, Call, Command, Needs, aside, range};
use crate::mpd::song;
use crate::music::{EntryId, Song, Uri};
use crate::player::{Entry, Event};
use std::ffi::OsStr;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

pub const COMMANDS: &[Command] = &[
    aside("add", Needs::Add, 1..=2, |call| add(call).map(drop)),
    aside("addid", Needs::Add, 1..=2, add_id),
    aside("clear", Needs::Control, 0..=0, |call| {
        call.ask(Event::Delete(0..usize::MAX))?;
        call.house.note_loaded(None);
        Ok(())
    }),
    aside("delete", Needs::Control, 1..=1, |call| {
        let range = call.range(0)?;
        call.ask(Event::Delete(range)).map(drop)
    }),
    aside("deleteid", Needs::Control, 1..=1, |call| {
        let id = call.entry_id(0)?;
        call.ask(Event::DeleteEntries(vec![id])).map(drop)
    }),
    aside("move", Needs::Control, 2..=2, move_range),
    aside("moveid", Needs::Control, 2..=2, move_id),
    aside("swap", Needs::Control, 2..=2, |call| {
        let (one, other) = (call.entry_at(0)?, call.entry_at(1)?);
        call.ask(Event::Swap(one, other)).map(drop)
    }),
    aside("swapid", Needs::Control, 2..=2, |call| {
        let (one, other) = (call.entry_id(0)?, call.entry_id(1)?);
        call.ask(Event::Swap(one, other)).map(drop)
    }),
    aside("shuffle", Needs::Control, 0..=1, |call| {
        let range = match call.args.is_empty() {
            true => 0..usize::MAX,
            false => call.range(0)?,
        };
        call.ask(Event::Shuffle(range)).map(drop)
    }),
    aside("prio", Needs::Control, 2..=ANY, prio),
    aside("prioid", Needs::Control, 2..=ANY, prio_id),
    aside("playlistinfo", Needs::Read, 0..=1, playlist_info),
    aside("playlistid", Needs::Read, 0..=1, playlist_id),
    aside("playlist", Needs::Read, 0..=0, playlist),
    aside("plchanges", Needs::Read, 1..=2, |call| {
        changes(call, |entry, at, call| {
            song::tell_entry(entry, at, call.client, call.out);
        })
    }),
    aside("plchangesposid", Needs::Read, 1..=2, |call| {
        changes(call, |entry, at, call| {
            call.out.pair("cpos", at);
            call.out.pair("Id", entry.id.0);
        })
    }),
];

/// Everything below an address, at the end or at a position.
fn add(call: &mut Call) -> Result<Option<EntryId>, Ack> {
    let songs = songs_below(call, 0)?;
    let at = position(call, 1)?;
    let queued = match at {
        None => call.queue_up(Event::Append(songs), None)?,
        Some(at) => call.queue_up(Event::Insert { songs, at }, None)?,
    };
    Ok(queued.queued.map(|(first, _)| first))
}

/// The songs at or below the address that an argument names.
pub(super) fn songs_below(call: &Call, at: usize) -> Result<Vec<Arc<Song>>, Ack> {
    if let Some(path) = owners_path(call, at)? {
        let songs = call.house.library.songs_at(&path)?;
        return match songs.is_empty() {
            true => Err(Ack::no_exist("No such file or directory")),
            false => Ok(songs),
        };
    }
    let uri = uri(&call.args[at])?;
    let reader = call.here()?;
    let mut songs = reader.songs_by_folder(&uri)?;
    if songs.is_empty() {
        // A part of a file, which no folder lists.
        songs.extend(
            call.house
                .library
                .song_seen_by(&reader, &uri)?
                .map(Arc::new),
        );
    }
    let is_there = !songs.is_empty() || uri.as_bytes().is_empty() || is_root(&uri, &reader);
    match is_there {
        true => Ok(songs),
        false => Err(Ack::no_exist("No such directory")),
    }
}

/// A path of this machine, `file://` or not, which only the owner of the socket may name.
fn owners_path(call: &Call, at: usize) -> Result<Option<PathBuf>, Ack> {
    let typed = call.args[at].as_slice();
    let path = typed.strip_prefix(b"file://").unwrap_or(typed);
    if !path.starts_with(b"/") || path == b"/" {
        return Ok(None);
    }
    match call.client.is_owner {
        true => Ok(Some(PathBuf::from(OsStr::from_bytes(path)))),
        false => Err(Ack::new(Code::Permission, "Access denied")),
    }
}

/// An address within the roots; `/` is all of them.
pub fn uri(bytes: &[u8]) -> Result<Uri, Ack> {
    let path = bytes.strip_suffix(b"/").unwrap_or(bytes);
    let is_bad = |part: &[u8]| matches!(part, b"." | b"..");
    if bytes.starts_with(b"/") && !path.is_empty() || path.split(|byte| *byte == b'/').any(is_bad) {
        return Err(Ack::arg("Malformed URI"));
    }
    Ok(Uri::new(path))
}

fn add_id(call: &mut Call) -> Result<(), Ack> {
    let songs = vec![one_song(call)?];
    let queued = match position(call, 1)? {
        None => call.queue_up(Event::Append(songs), None)?,
        Some(at) => call.queue_up(Event::Insert { songs, at }, None)?,
    };
    if let Some((id, _)) = queued.queued {
        call.out.pair("Id", id.0);
    }
    Ok(())
}

fn one_song(call: &Call) -> Result<Arc<Song>, Ack> {
    let none = || Ack::no_exist("No such song");
    if let Some(path) = owners_path(call, 0)? {
        // A folder is no song, and neither is a list of them.
        let songs = match path.is_dir() {
            true => Vec::new(),
            false => call.house.library.songs_at(&path)?,
        };
        return songs.into_iter().next().ok_or_else(none);
    }
    let uri = uri(&call.args[0])?;
    let reader = call.here()?;
    let song = call.house.library.song_seen_by(&reader, &uri)?;
    song.map(Arc::new).ok_or_else(none)
}

/// `5`, or `+0` right behind what plays and `-0` right before it.
pub fn position(call: &Call, at: usize) -> Result<Option<usize>, Ack> {
    if call.args.len() <= at {
        return Ok(None);
    }
    let text = call.text(at)?;
    let desk = call.house.desk.snapshot();
    let (sign, number) = match text.strip_prefix('+') {
        Some(number) => ('+', number),
        None => text
            .strip_prefix('-')
            .map_or(('=', text), |number| ('-', number)),
    };
    let number: usize = number
        .parse()
        .map_err(|_| Ack::arg(format!("Integer expected: {text}")))?;
    let current = || {
        let current = desk.place.as_ref().map(|place| place.position);
        current.ok_or_else(|| Ack::new(Code::PlayerSync, "No current song"))
    };
    let position = match sign {
        '+' => current()?.saturating_add(number).saturating_add(1),
        '-' => current()?
            .checked_sub(number)
            .ok_or_else(|| Ack::arg("Bad song index"))?,
        _ => number,
    };
    match position <= desk.queue_len {
        true => Ok(Some(position)),
        false => Err(Ack::arg(format!("Number too large: {position}"))),
    }
}

/// Where a range goes to: as `position`, where what plays is not among what moves.
fn move_range(call: &mut Call) -> Result<(), Ack> {
    let range = call.range(0)?;
    if range.end == usize::MAX {
        return Err(Ack::arg("Open-ended range not supported"));
    }
    match range.is_empty() || range.end > call.house.desk.snapshot().queue_len {
        true => Err(Ack::arg("Bad song index")),
        false => move_to(range, call),
    }
}

fn move_id(call: &mut Call) -> Result<(), Ack> {
    let id = call.entry_id(0)?;
    let queue = call.house.desk.queue();
    let at = queue.entries.iter().position(|entry| entry.id == id);
    let at = at.ok_or_else(|| Ack::no_exist("No such song"))?;
    move_to(at..at + 1, call)
}

fn move_to(range: Range<usize>, call: &mut Call) -> Result<(), Ack> {
    let text = call.text(1)?;
    let is_relative = text.starts_with(['+', '-']);
    let to = match is_relative {
        false => {
            let to = call.unsigned(1)? as usize;
            if to > call.house.desk.snapshot().queue_len {
                return Err(Ack::arg(format!("Number too large: {to}")));
            }
            to
        }
        true => {
            let current = call.house.desk.snapshot().place.map(|place| place.position);
            let current = current.ok_or_else(|| Ack::new(Code::PlayerSync, "No current song"))?;
            if range.contains(&current) {
                return Err(Ack::arg("Cannot move current song relative to itself"));
            }
            let to = position(call, 1)?.unwrap_or_default();
            // What stood before what plays stands there no more.
            match range.end <= current {
                true => to.saturating_sub(range.len()),
                false => to,
            }
        }
    };
    call.ask(Event::Move { range, to }).map(drop)
}

fn priority(call: &Call) -> Result<u8, Ack> {
    let wanted = call.unsigned(0)?;
    u8::try_from(wanted).map_err(|_| Ack::arg(format!("Number too large: {wanted}")))
}

fn prio(call: &mut Call) -> Result<(), Ack> {
    let priority = priority(call)?;
    let queue = call.house.desk.queue();
    let mut ids = Vec::new();
    for text in call.texts(1)? {
        let range = range(&text)?;
        let end = range.end.min(queue.entries.len());
        let part = queue
            .entries
            .get(range.start..end)
            .filter(|part| !part.is_empty());
        let part = part.ok_or_else(|| Ack::arg("Bad song index"))?;
        ids.extend(part.iter().map(|entry| entry.id));
    }
    call.ask(Event::Priority(ids, priority)).map(drop)
}

fn prio_id(call: &mut Call) -> Result<(), Ack> {
    let priority = priority(call)?;
    let ids = (1..call.args.len()).map(|at| call.entry_id(at));
    let ids = ids.collect::<Result<_, _>>()?;
    call.ask(Event::Priority(ids, priority)).map(drop)
}

fn playlist_info(call: &mut Call) -> Result<(), Ack> {
    let queue = call.house.desk.queue();
    let range = match call.args.is_empty() {
        true => 0..usize::MAX,
        false => call.range(0)?,
    };
    let end = range.end.min(queue.entries.len());
    // As in MPD the position behind the last is no fault.
    if range.start > queue.entries.len() {
        return Err(Ack::arg("Bad song index"));
    }
    tell(&queue, range.start..end.max(range.start), call);
    Ok(())
}

fn tell(queue: &QueueView, range: Range<usize>, call: &mut Call) {
    for at in range {
        if call.out.is_gone() {
            return;
        }
        song::tell_entry(&queue.entries[at], at, call.client, call.out);
    }
}

fn playlist_id(call: &mut Call) -> Result<(), Ack> {
    if call.args.is_empty() {
        return playlist_info(call);
    }
    let id = call.entry_id(0)?;
    let queue = call.house.desk.queue();
    let at = queue.entries.iter().position(|entry| entry.id == id);
    let at = at.ok_or_else(|| Ack::no_exist("No such song"))?;
    tell(&queue, at..at + 1, call);
    Ok(())
}

fn playlist(call: &mut Call) -> Result<(), Ack> {
    let queue = call.house.desk.queue();
    for (at, entry) in queue.entries.iter().enumerate() {
        let uri = entry.song.uri();
        call.out.uri(&format!("{at}:file"), uri.as_bytes());
    }
    Ok(())
}

/// A version that is not ours is of another run: everything has changed since.
fn changes(call: &mut Call, tell: fn(&Entry, usize, &mut Call)) -> Result<(), Ack> {
    let since = u64::from(call.unsigned(0)?);
    let range = match call.args.len() > 1 {
        true => call.range(1)?,
        false => 0..usize::MAX,
    };
    let queue = call.house.desk.queue();
    let is_of_another_run = since > queue.version;
    for (at, entry) in queue.entries.iter().enumerate() {
        let has_changed = entry.version > since || is_of_another_run || since == 0;
        if has_changed && range.contains(&at) {
            tell(entry, at, call);
        }
    }
    Ok(())
}

impl Call<'_> {
    pub(super) fn entry_id(&self, at: usize) -> Result<EntryId, Ack> {
        self.unsigned(at).map(|id| EntryId(id.into()))
    }
}
