//! Stored playlists. A row whose file is missing is told with what is known of it, so that positions are the same for
//! everybody; a smart playlist can be listed and loaded, and not edited.

use super::filters::Filter;
use super::queue::{position, songs_below};
use crate::library::person::{Person, PersonError, StoredPlaylist};
use crate::library::query::Case;
use crate::library::{Choice, LibraryError};
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{ANY, Call, Command, Needs, aside};
use crate::mpd::song;
use crate::music::{Miss, Origin, Root, Song, Verdict, Wanted};
use crate::player::Event;
use std::ops::Range;
use std::sync::Arc;

pub const COMMANDS: &[Command] = &[
    aside("listplaylists", Needs::Read, 0..=0, list_playlists),
    aside("listplaylist", Needs::Read, 1..=2, list_playlist),
    aside("listplaylistinfo", Needs::Read, 1..=2, list_playlist_info),
    aside("playlistlength", Needs::Read, 1..=1, playlist_length),
    aside("searchplaylist", Needs::Read, 2..=ANY, search_playlist),
    aside("load", Needs::Add, 1..=3, load),
    aside("save", Needs::Control, 1..=2, save),
    aside("rm", Needs::Control, 1..=1, |call| {
        let name = call.playlist_name(0)?;
        call.edit(|person| person.delete(name))
    }),
    aside("rename", Needs::Control, 2..=2, rename),
    aside("playlistadd", Needs::Control, 2..=3, playlist_add),
    aside("playlistclear", Needs::Control, 1..=1, |call| {
        let name = call.playlist_name(0)?;
        call.edit_rows(name, |rows| {
            rows.clear();
            Ok(())
        })
    }),
    aside("playlistdelete", Needs::Control, 2..=2, playlist_delete),
    aside("playlistmove", Needs::Control, 3..=3, playlist_move),
];

fn list_playlists(call: &mut Call) -> Result<(), Ack> {
    for head in call.house.library.person_reader()?.playlists()? {
        call.out.text("playlist", &head.name);
        song::tell_modified(Some(head.changed_at_ms), call.out);
    }
    Ok(())
}

/// A file that lies in no music folder is there for the owner alone, whoever put it into a list.
fn hide_outside((_, verdict): &mut (Wanted, Verdict)) {
    let is_outside = |song: &Arc<Song>| song.place.root == Root::outside();
    if verdict.song().is_some_and(is_outside) {
        *verdict = Verdict::Missing(Miss::NotHere);
    }
}

/// A row as it is told.
fn tell_uri(row: &(Wanted, Verdict), call: &mut Call) {
    match row.1.song() {
        Some(song) => call.out.uri("file", song.uri().as_bytes()),
        None => tell_last_place(&row.0, call),
    }
}

fn tell_last_place(wanted: &Wanted, call: &mut Call) {
    match &wanted.place {
        Some(place) => call.out.uri("file", place.as_bytes()),
        None => call.out.text("file", &wanted.label()),
    }
}

/// A row that has no song: what is known of it, and where it lay.
pub fn tell_without_song(wanted: &Wanted, call: &mut Call) {
    tell_last_place(wanted, call);
    song::tell_wanted(wanted, call.client, call.out);
}

fn tell_row(row: &(Wanted, Verdict), call: &mut Call) {
    if let Some(song) = row.1.song() {
        return song::tell(&**song, call.client, call.out);
    }
    tell_without_song(&row.0, call);
}

fn list_playlist(call: &mut Call) -> Result<(), Ack> {
    call.each_row(1, tell_uri)
}

fn list_playlist_info(call: &mut Call) -> Result<(), Ack> {
    call.each_row(1, tell_row)
}

fn playlist_length(call: &mut Call) -> Result<(), Ack> {
    let rows = call.rows()?;
    let length_ms = |(wanted, verdict): &(Wanted, Verdict)| {
        let of_song = verdict.song().and_then(|song| song.length_ms);
        of_song.or(wanted.length_ms).unwrap_or(0)
    };
    call.out.pair("songs", rows.len());
    let all_ms: u64 = rows.iter().map(length_ms).sum();
    call.out.pair("playtime", all_ms / 1_000);
    Ok(())
}

/// Of rows whose files are here.
fn search_playlist(call: &mut Call) -> Result<(), Ack> {
    let filter = Filter::read(call, 1, Case::Folded, false)?;
    let rows = call.rows()?;
    let songs: Vec<Arc<Song>> = rows
        .iter()
        .filter_map(|row| row.1.song().cloned())
        .collect();
    let reader = call.house.library.reader()?;
    let held = reader.hold(&filter.what, songs.iter().map(|song| &**song))?;
    let found = songs.iter().zip(held).filter(|(_, holds)| *holds);
    let part = found.take(filter.window.end).skip(filter.window.start);
    for (song, _) in part {
        song::tell(&**song, call.client, call.out);
    }
    Ok(())
}

fn load(call: &mut Call) -> Result<(), Ack> {
    let range = call.range_or_all(1)?;
    let rows = call.rows()?;
    let part = rows.into_iter().take(range.end).skip(range.start);
    let songs = part.filter_map(|(_, verdict)| verdict.song().cloned());
    let songs: Vec<Arc<Song>> = songs.collect();
    let event = match position(call, 2)? {
        None => Event::Append(songs),
        Some(at) => Event::Insert { songs, at },
    };
    let origin = Origin::Playlist(call.text(0)?.to_owned());
    call.queue_up(event, Some(origin))?;
    call.house.note_loaded(Some(call.text(0)?.to_owned()));
    Ok(())
}

/// MPD 0.24's modes: a new one, or at the end of one that is there, or in its place.
fn save(call: &mut Call) -> Result<(), Ack> {
    let name = call.playlist_name(0)?;
    let queue = call.house.desk.queue();
    let rows: Vec<Wanted> = queue
        .entries
        .iter()
        .map(|entry| entry.song.wanted())
        .collect();
    match call.text(1)? {
        "" | "create" => call.edit(|person| person.create(name, &rows)),
        "append" => call.edit(|person| person.append(name, &rows)),
        "replace" => call.edit_rows(name, |all| {
            *all = rows;
            Ok(())
        }),
        mode => Err(Ack::arg(format!("Unrecognized save mode: {mode}"))),
    }
}

fn rename(call: &mut Call) -> Result<(), Ack> {
    let (from, to) = (call.playlist_name(0)?, call.playlist_name(1)?);
    let renamed = call.edit(|person| person.rename(from, to));
    renamed.map_err(|ack| match ack.code {
        Code::Exist => Ack::new(Code::Exist, "Playlist exists already"),
        _ => ack,
    })
}

/// What is not there yet is made.
fn playlist_add(call: &mut Call) -> Result<(), Ack> {
    let name = call.playlist_name(0)?;
    let songs = songs_below(call, 1)?;
    let new: Vec<Wanted> = songs.iter().map(|song| song.wanted()).collect();
    let at = match call.args.len() {
        3 => Some(call.unsigned(2)? as usize),
        _ => None,
    };
    let bad_position = || Ack::arg("Bad position");
    if call.stored(name)?.is_none() {
        return match at.unwrap_or(0) {
            0 => call.edit(|person| person.create(name, &new)),
            _ => Err(bad_position()),
        };
    }
    let Some(at) = at else {
        return call.edit(|person| person.append(name, &new));
    };
    call.edit_rows(name, |rows| {
        if at > rows.len() {
            return Err(bad_position());
        }
        rows.splice(at..at, new);
        Ok(())
    })
}

fn playlist_delete(call: &mut Call) -> Result<(), Ack> {
    let name = call.playlist_name(0)?;
    let range = call.range(1)?;
    let is_one = range.len() == 1 && !call.text(1)?.contains(':');
    call.edit_rows(name, |rows| {
        let end = range.end.min(rows.len());
        if range.start > rows.len() || is_one && range.start >= end {
            return Err(Ack::arg("Bad song index"));
        }
        rows.drain(range.start..end);
        Ok(())
    })
}

/// MPD 0.24 moves ranges, too.
fn playlist_move(call: &mut Call) -> Result<(), Ack> {
    let name = call.playlist_name(0)?;
    let from = call.range(1)?;
    let to = call.unsigned(2)? as usize;
    call.edit_rows(name, |rows| {
        let count = from.len();
        if from.end > rows.len() || to > rows.len() - count {
            return Err(Ack::arg("Bad range"));
        }
        let moved: Vec<Wanted> = rows.drain(from).collect();
        rows.splice(to..to, moved);
        Ok(())
    })
}

impl Call<'_> {
    /// A name that a playlist may have, as far as MPD says.
    fn playlist_name(&self, at: usize) -> Result<&str, Ack> {
        let name = self.text(at)?;
        let is_bad = |c: char| matches!(c, '/' | '\n' | '\r');
        match name.is_empty() || name.contains(is_bad) {
            true => Err(Ack::arg("Bad playlist name")),
            false => Ok(name),
        }
    }

    /// The playlist of exactly this name.
    pub(super) fn stored(&self, name: &str) -> Result<Option<StoredPlaylist>, Ack> {
        let found = self.house.library.person_reader()?.playlist(name)?;
        Ok(found.filter(|found| found.name == name))
    }

    /// The rows of the playlist that the first argument names, or what a smart one finds now.
    fn rows(&self) -> Result<Vec<(Wanted, Verdict)>, Ack> {
        let stored = self.stored(self.text(0)?)?;
        let stored = stored.ok_or_else(|| Ack::no_exist("No such playlist"))?;
        self.rows_of(stored)
    }

    /// The rows of a stored playlist. Who is not the owner is not told of files outside the roots.
    pub(super) fn rows_of(&self, stored: StoredPlaylist) -> Result<Vec<(Wanted, Verdict)>, Ack> {
        let choice: Choice = self.house.library.resolved(stored)?;
        let mut rows = choice.rows;
        if !self.client.is_owner {
            rows.iter_mut().for_each(hide_outside);
        }
        Ok(rows)
    }

    fn range_or_all(&self, at: usize) -> Result<Range<usize>, Ack> {
        match self.args.len() > at {
            true => self.range(at),
            false => Ok(0..usize::MAX),
        }
    }

    fn each_row(
        &mut self,
        range_at: usize,
        tell: fn(&(Wanted, Verdict), &mut Call),
    ) -> Result<(), Ack> {
        let range = self.range_or_all(range_at)?;
        let rows = self.rows()?;
        for row in rows.iter().take(range.end).skip(range.start) {
            if self.out.is_gone() {
                break;
            }
            tell(row, self);
        }
        Ok(())
    }

    /// Edits what the person made; who waits for playlists is told.
    fn edit(&self, edit: impl FnOnce(&mut Person) -> Result<(), PersonError>) -> Result<(), Ack> {
        let mut person = self.house.library.person()?;
        edit(&mut person).map_err(LibraryError::from)?;
        drop(person);
        self.house.shelf.look();
        Ok(())
    }

    /// Edits rows, unless that is refused: then nothing changes.
    fn edit_rows(
        &self,
        name: &str,
        edit: impl FnOnce(&mut Vec<Wanted>) -> Result<(), Ack>,
    ) -> Result<(), Ack> {
        let mut refused = None;
        let edited = self.edit(|person| {
            person.edit_rows(name, |rows| {
                edit(rows).map_err(|ack| {
                    refused = Some(ack);
                    let (name, position, rows) = (name.to_owned(), 0, rows.len());
                    PersonError::NoSuchRow {
                        name,
                        position,
                        rows,
                    }
                })
            })
        });
        match refused {
            Some(ack) => Err(ack),
            None => edited,
        }
    }
}
