//! Songs as people and programs read them: rows of a table, lines, JSON. It never looks a song up.

use super::exit::Stop;
use super::out::{Column, Out};
use crate::music::{Song, clock};
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How a list of songs is printed.
#[derive(clap::Args, Clone, Copy)]
pub struct ListArgs {
    /// Paths that end in NUL instead of a line break, as `xargs -0` reads them
    #[arg(short = '0', long = "print0", conflicts_with = "json")]
    pub print0: bool,
}

/// Prints songs: a table on a terminal, one path a line in a pipe, `{"songs": […]}` as JSON.
pub fn print(songs: &[impl Borrow<Song>], args: ListArgs, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        let songs: Vec<Value> = songs.iter().map(|song| json(song.borrow())).collect();
        return Ok(out.json(json!({ "songs": songs }))?);
    }
    if args.print0 || !out.is_terminal {
        let end = if args.print0 { b"\0" } else { b"\n" };
        for song in songs {
            out.bytes(song.borrow().place.file().as_os_str().as_bytes())?;
            out.bytes(end)?;
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = songs.iter().map(|song| row(song.borrow())).collect();
    Ok(out.table(&COLUMNS, &rows)?)
}

const COLUMNS: [Column; 5] = [
    Column::text("ARTIST"),
    Column::text("TITLE"),
    Column::text("ALBUM"),
    Column::number("TIME"),
    Column::word("FORMAT"),
];

fn row(song: &Song) -> Vec<String> {
    vec![
        song.tags.artist(),
        song.title(),
        song.tags.album.clone(),
        length(song),
        song.format.codec.name().into(),
    ]
}

/// Playing time, or nothing where it is not known.
pub fn length(song: &Song) -> String {
    song.length_ms.map_or(String::new(), clock)
}

/// Everything that is known of a song, as `--json` gives it everywhere.
pub fn json(song: &Song) -> Value {
    let tags = &song.tags;
    let mut value = json!({
        "title": song.title(), "artists": tags.artists, "album": tags.album, "album_artists": tags.album_artists,
        "track": tags.track, "disc": tags.disc, "date": tags.date, "genres": tags.genres, "composers": tags.composers,
        "compilation": tags.compilation, "isrc": tags.isrc, "musicbrainz_recording": tags.mb_recording,
        "replaygain": { "track_db": tags.gain.track_db, "track_peak": tags.gain.track_peak, "album_db": tags.gain.album_db, "album_peak": tags.gain.album_peak },
        "length_ms": song.length_ms, "codec": song.format.codec.name(), "rate": song.format.rate, "channels": song.format.channels,
        "bits": song.format.bits, "kbps": song.format.kbps, "key": song.key, "uri": song.place.uri(),
        "span": song.span,
    });
    insert_path(&mut value, "path", &song.place.file());
    value
}

/// A path as text, and beside it as an array of bytes where the text has lost something.
pub fn insert_path(value: &mut Value, name: &str, path: &Path) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    object.insert(name.into(), path.to_string_lossy().into());
    if path.to_str().is_none() {
        object.insert(format!("{name}_bytes"), path.as_os_str().as_bytes().into());
    }
}
