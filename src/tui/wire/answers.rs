//! What each question asks of the server, and how its answer is read. Foreign text: it is made printable here, and no more of it is
//! held than a screen has use for.

use super::picture;
use crate::mpd::remote::{Pairs, Remote, RemoteError, Words};
use crate::music::Printable;
use crate::tui::ask::{
    Ask, Kept, Levels, ListRow, Now, Once, Plays, Standing, State, Sung, Told, Work, for_words,
};
use crate::tui::row::Row;
use std::ops::Range;

/// Songs that a search shows.
const MAX_FOUND: usize = 500;
/// Songs of one artist.
const MAX_OF_ARTIST: usize = 20_000;
/// Lines of the words of a song.
const MAX_SUNG: usize = 20_000;
/// Songs of a queue that can be put back.
pub const MAX_KEPT: usize = 20_000;
/// Lines of an answer that is shown.
const MAX_SHOWN: usize = 10_000;
/// Channels, and bands, of the levels.
const MAX_BANDS: usize = 64;

/// Asks it.
pub fn answer(ask: &Ask, remote: &mut Remote) -> Result<Told, RemoteError> {
    Ok(match ask {
        Ask::Now => Told::Now(Box::new(now(remote)?)),
        Ask::Queue(range) => {
            let words = Words::new("playlistinfo").with(window(range));
            Told::Queue(range.start, Row::all(remote.ask(words)?))
        }
        Ask::Artists => Told::Artists(artists(remote)?),
        Ask::SongsOf(artist) => {
            let words = Words::new("find").with(is("albumartist", artist));
            let words = words.with("window").with(window(&(0..MAX_OF_ARTIST)));
            Told::SongsOf(artist.clone(), songs(words, remote)?)
        }
        Ask::Search(text) => Told::Found(text.clone(), found(text, remote)?),
        Ask::Playlists => Told::Playlists(values(remote.ask("listplaylists")?, "playlist")),
        Ask::Rows(name, range) => {
            let (rows, count) = rows(name, range, remote)?;
            Told::Rows(name.clone(), range.start, rows, count)
        }
        Ask::Standing => Told::Standing(Box::new(standing(remote)?)),
        Ask::Works => {
            let (works, failed) = works(remote)?;
            Told::Works(works, failed)
        }
        Ask::Lyrics(uri) => Told::Lyrics(uri.clone(), lyrics(uri, remote)?),
        Ask::Cover(uri) => Told::Cover(uri.clone(), picture::cover(uri, remote)?),
        Ask::Levels => Told::Levels(levels(remote)?),
        Ask::Sift(text) => Told::Sifted(text.clone(), sifted(text, remote)?),
        Ask::Replace(list, done) => {
            let kept = kept(remote)?;
            remote.ask_list(list)?;
            Told::Replaced(kept, done.clone().unwrap_or_default())
        }
        Ask::Take(ranges) => Told::Taken(take(ranges, remote)?),
        // It is none of the server's.
        Ask::Run(_) => Told::Done(String::new()),
        Ask::Show(title, words) => Told::Shown(title.clone(), shown(words, remote)?),
        Ask::Do(list, done) => {
            remote.ask_list(list)?;
            Told::Done(done.clone().unwrap_or_default())
        }
    })
}

/// Songs of a long answer, read row by row.
fn songs(words: Words, remote: &mut Remote) -> Result<Vec<Row>, RemoteError> {
    let mut rows = Vec::new();
    remote.ask_each(words, |name, value| {
        Row::read(&mut rows, &name, value);
        Ok::<_, RemoteError>(())
    })?;
    Ok(rows)
}

fn window(range: &Range<usize>) -> String {
    format!("{}:{}", range.start, range.end)
}

/// A filter of MPD's for a field that is exactly this.
fn is(field: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("({field} == \"{value}\")")
}

fn values(pairs: Pairs, name: &str) -> Vec<String> {
    let own = pairs.0.into_iter().filter(|(known, _)| known == name);
    own.map(|(_, value)| Printable::bytes(&value)).collect()
}

fn artists(remote: &mut Remote) -> Result<Vec<String>, RemoteError> {
    let mut artists = Vec::new();
    remote.ask_each(Words::new("list").with("albumartist"), |name, value| {
        if name == "AlbumArtist" {
            artists.push(String::from_utf8_lossy(&value).into_owned());
        }
        Ok::<_, RemoteError>(())
    })?;
    Ok(artists)
}

fn found(text: &str, remote: &mut Remote) -> Result<Vec<Row>, RemoteError> {
    let words = for_words("search", text);
    let words = words.with("window").with(window(&(0..MAX_FOUND)));
    Ok(Row::all(remote.ask(words)?))
}

fn now(remote: &mut Remote) -> Result<Now, RemoteError> {
    let status = remote.ask("status")?;
    let song = Row::all(remote.ask("currentsong")?).pop();
    let is_on = |name: &str| status.text(name).as_deref() == Some("1");
    let once = |name: &str| match status.text(name).as_deref() {
        Some("1") => Once::On,
        Some("oneshot") => Once::Oneshot,
        _ => Once::Off,
    };
    let ms = |name: &str| {
        let seconds: Option<f64> = status.number(name);
        seconds.map(|seconds| (seconds * 1_000.0) as u64)
    };
    Ok(Now {
        state: match status.text("state").as_deref() {
            Some("play") => State::Playing,
            Some("pause") => State::Paused,
            _ => State::Stopped,
        },
        song,
        position: status.number("song"),
        elapsed_ms: ms("elapsed").unwrap_or(0),
        duration_ms: ms("duration"),
        volume: status.number("volume").filter(|volume| *volume <= 100),
        repeat: is_on("repeat"),
        random: is_on("random"),
        single: once("single"),
        consume: once("consume"),
        queued: status.number("playlistlength").unwrap_or(0),
        version: status.number("playlist").unwrap_or(0),
        audio: status.text("audio").unwrap_or_default(),
        bitrate: status.number("bitrate"),
        error: status.bytes("error").map(Printable::bytes),
        scans: status.bytes("updating_db").is_some(),
    })
}

/// Rows with what each plays, where the server can tell; and how many there are in all.
fn rows(
    name: &str,
    range: &Range<usize>,
    remote: &mut Remote,
) -> Result<(Vec<ListRow>, usize), RemoteError> {
    let words = Words::new("standin_rows").with(name).with(window(range));
    match remote.ask(words) {
        Ok(pairs) => {
            let count = pairs.number("rows").unwrap_or(0);
            Ok((rows_with_verdicts(pairs), count))
        }
        Err(RemoteError::Refused { .. }) => {
            let all = remote.ask(Words::new("listplaylistinfo").with(name))?;
            let all = Row::all(all);
            let count = all.len();
            let row = |row| ListRow {
                row,
                plays: Plays::Exact,
            };
            let seen = all.into_iter().skip(range.start).take(range.len());
            Ok((seen.map(row).collect(), count))
        }
        Err(error) => Err(error),
    }
}

/// Each row begins with its number.
fn rows_with_verdicts(pairs: Pairs) -> Vec<ListRow> {
    let mut rows: Vec<ListRow> = Vec::new();
    for (name, value) in pairs.0 {
        match (name.as_str(), rows.last_mut()) {
            ("row", _) => rows.push(ListRow::default()),
            ("verdict", Some(row)) => {
                row.plays = match value.as_slice() {
                    b"exact" => Plays::Exact,
                    b"likely" => Plays::Likely,
                    b"stand-in" => Plays::StandIn,
                    _ => Plays::Missing,
                };
            }
            (_, Some(row)) => row.row.take(&name, value),
            (_, None) => {}
        }
    }
    rows
}

/// Takes songs out of the queue, from the end on, and keeps what was there.
fn take(ranges: &[Range<usize>], remote: &mut Remote) -> Result<Vec<Row>, RemoteError> {
    let mut taken = Vec::new();
    for range in ranges.iter().rev() {
        let words = |name: &str| Words::new(name).with(window(range));
        let rows = Row::all(remote.ask(words("playlistinfo"))?);
        remote.ask(words("delete"))?;
        taken.splice(0..0, rows);
    }
    Ok(taken)
}

/// An answer as lines to be read.
fn shown(words: &Words, remote: &mut Remote) -> Result<Vec<(String, String)>, RemoteError> {
    let pairs = remote.ask(words.clone())?.0.into_iter().take(MAX_SHOWN);
    let line = |(name, value): (String, Vec<u8>)| {
        let name = Printable::new(&name.replace('_', " ")).to_string();
        (name, Printable::bytes(&value))
    };
    Ok(pairs.map(line).collect())
}

/// The queue as it is; empty where it is too long to be put back.
fn kept(remote: &mut Remote) -> Result<Kept, RemoteError> {
    let status = remote.ask("status")?;
    let count = status.number("playlistlength").unwrap_or(0);
    let mut kept = Kept::default();
    if (1..=MAX_KEPT).contains(&count) {
        let ms = status
            .number("elapsed")
            .map_or(0, |elapsed: f64| (elapsed * 1_000.0) as u64);
        let state = status.text("state").unwrap_or_default();
        kept.is_paused = state == "pause";
        kept.at = status
            .number("song")
            .map(|at| (at, ms))
            .filter(|_| state != "stop");
        remote.ask_each("playlistinfo", |name, value| {
            if name == "file" {
                kept.uris.push(value);
            }
            Ok::<_, RemoteError>(())
        })?;
    }
    Ok(kept)
}

fn sifted(text: &str, remote: &mut Remote) -> Result<Vec<Row>, RemoteError> {
    songs(for_words("playlistsearch", text), remote)
}

/// A server that is none of ours tells no words.
fn lyrics(uri: &[u8], remote: &mut Remote) -> Result<Vec<Sung>, RemoteError> {
    let pairs = unless_unknown(remote.ask(Words::new("standin_lyrics").with(uri)))?;
    let (mut lines, mut at_ms) = (Vec::new(), None);
    for (name, value) in pairs.unwrap_or_default().0.into_iter().take(2 * MAX_SUNG) {
        match name.as_str() {
            "ms" => at_ms = String::from_utf8_lossy(&value).parse().ok(),
            "line" => lines.push(Sung {
                at_ms: at_ms.take(),
                text: Printable::bytes(&value),
            }),
            _ => {}
        }
    }
    Ok(lines)
}

fn levels(remote: &mut Remote) -> Result<Levels, RemoteError> {
    let pairs = unless_unknown(remote.ask("standin_levels"))?.unwrap_or_default();
    let numbers = |name: &str| {
        let text = pairs.text(name).unwrap_or_default();
        let numbers = text.split(' ').filter_map(|number| number.parse().ok());
        numbers.take(MAX_BANDS).collect()
    };
    Ok(Levels {
        peaks: numbers("peak_db"),
        bands: numbers("bands_db"),
    })
}

/// `None`: the server knows no such command, or has nothing to say to it.
fn unless_unknown(answer: Result<Pairs, RemoteError>) -> Result<Option<Pairs>, RemoteError> {
    match answer {
        Ok(pairs) => Ok(Some(pairs)),
        Err(RemoteError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a server that is none of ours cannot tell is left empty.
fn standing(remote: &mut Remote) -> Result<Standing, RemoteError> {
    let mut ask = |name: &str| unless_unknown(remote.ask(name));
    let Some(ready) = ask("standin_ready")? else {
        let stats = ask("stats")?.unwrap_or_default();
        let songs = stats.number("songs").unwrap_or(0);
        return Ok(Standing {
            songs,
            songs_here: songs,
            ..Standing::default()
        });
    };
    let guard = ask("standin_guard")?.unwrap_or_default();
    let (works, scan_failed) = works(remote)?;
    let text = |pairs: &Pairs, name: &str| pairs.bytes(name).map(Printable::bytes);
    let says = text(&guard, "guard_says");
    let asks = guard.bytes("guard_asks").is_some();
    Ok(Standing {
        is_standin: true,
        songs: ready.number("songs").unwrap_or(0),
        songs_here: ready.number("songs_here").unwrap_or(0),
        roots: ready.0.iter().filter(|(name, _)| name == "root").count(),
        output_error: text(&ready, "output_error"),
        works,
        scan_failed,
        guard: text(&guard, "guard").unwrap_or_default(),
        guard_state: text(&guard, "guard_state").unwrap_or_default(),
        guard_asks: says.clone().filter(|_| asks),
        guard_says: says.filter(|_| !asks),
    })
}

/// What takes its time there, and why the last scan failed. A server that is none of ours tells of neither.
fn works(remote: &mut Remote) -> Result<(Vec<Work>, Option<String>), RemoteError> {
    let scan = unless_unknown(remote.ask("standin_scan"))?.unwrap_or_default();
    let told = unless_unknown(remote.ask("standin_work"))?.unwrap_or_default();
    let mut works: Vec<Work> = Vec::new();
    for (name, value) in told.0 {
        let number = || String::from_utf8_lossy(&value).parse().ok();
        match (name.as_str(), works.last_mut()) {
            ("work", _) => works.push(Work {
                name: Printable::bytes(&value),
                ..Work::default()
            }),
            ("done", Some(work)) => work.done = number().unwrap_or(0),
            ("total", Some(work)) => work.total = number(),
            _ => {}
        }
    }
    Ok((works, scan.bytes("failed").map(Printable::bytes)))
}
