//! Songs as people and programs read them: rows of a table, lines, JSON. It never looks a song up.

use super::exit::Stop;
use super::format::Format;
use super::out::Out;
use super::table::Column;
use crate::music::{Field, Printable, Rating, Song, Tags, Uri, Wanted, clock};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// How a list of songs is printed.
#[derive(clap::Args, Clone)]
pub struct ListArgs {
    /// A line a song in mpc's syntax: `[%artist% - ]%title%|%file%`
    #[arg(short, long, value_name = "FORMAT", conflicts_with_all = ["json", "print0"])]
    pub format: Option<Format>,
    /// Paths that end in NUL instead of a line break, as `xargs -0` reads them
    #[arg(short = '0', long = "print0", conflicts_with = "json")]
    pub print0: bool,
}

impl ListArgs {
    /// Whether lines of songs alone are asked for, and nothing else between them.
    pub fn is_for_songs_alone(&self) -> bool {
        self.print0 || self.format.is_some()
    }
}

/// Prints songs: a table on a terminal, one path a line in a pipe, `{"songs": […]}` as JSON, or by a format.
pub fn print(songs: &[impl Borrow<Song>], args: ListArgs, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        let songs: Vec<Value> = songs.iter().map(|song| json(song.borrow())).collect();
        return Ok(out.json(json!({ "songs": songs }))?);
    }
    if print_lines(songs, &args, out)? {
        return Ok(());
    }
    let rows: Vec<Vec<String>> = songs.iter().map(|song| row(song.borrow())).collect();
    Ok(out.table(&COLUMNS, &rows)?)
}

/// Prints songs where a line each is asked for, or where another program reads; tells whether it did.
pub fn print_lines(
    songs: &[impl Borrow<Song>],
    args: &ListArgs,
    out: &mut Out,
) -> Result<bool, Stop> {
    if let Some(format) = &args.format {
        for (at, song) in songs.iter().enumerate() {
            print_line(format, &|name| value(song.borrow(), at, name), out)?;
        }
        return Ok(true);
    }
    if !args.print0 && out.is_terminal {
        return Ok(false);
    }
    let mut before = PathBuf::new();
    for song in songs.iter().map(Borrow::borrow) {
        // Another program wants files, each once; `play -` and `playlist add -` want the very songs.
        let path = if args.print0 {
            song.place.file()
        } else {
            song.path()
        };
        if path != before {
            print_path(&path, args, out)?;
        }
        before = path;
    }
    Ok(true)
}

/// A song's path, ended as asked.
pub fn print_path(path: &Path, args: &ListArgs, out: &mut Out) -> Result<(), Stop> {
    let end = if args.print0 { 0 } else { b'\n' };
    Ok(out.record(path.as_os_str().as_bytes(), end)?)
}

/// A line by a format.
pub fn print_line(
    format: &Format,
    value: &dyn Fn(&str) -> Option<Vec<u8>>,
    out: &mut Out,
) -> Result<(), Stop> {
    let mut line = format.render(value);
    line.push(b'\n');
    Ok(out.document(&line)?)
}

/// How a song tells a value.
type Tell = fn(&Song) -> String;

/// The names of mpc(1) that a format may use, and what they stand for here. Several values stand in one line.
const VALUES: &[(&str, Tell)] = &[
    ("artist", |song| song.tags.artist()),
    ("title", |song| song.tags.title.clone()),
    ("album", |song| song.tags.album.clone()),
    ("albumartist", |song| song.tags.album_artists.join(", ")),
    ("track", |song| number(song.tags.track)),
    ("disc", |song| number(song.tags.disc)),
    ("date", |song| song.tags.date.clone()),
    ("genre", |song| song.tags.genres.join(", ")),
    ("composer", |song| song.tags.composers.join(", ")),
    ("time", length),
    ("musicbrainz_trackid", |song| song.tags.mb_recording.clone()),
    // Known to mpc, and nothing that a song tells here.
    ("name", |_| String::new()),
    ("comment", |_| String::new()),
    ("originaldate", |_| String::new()),
    ("performer", |_| String::new()),
    ("prio", |_| String::new()),
    ("mtime", |_| String::new()),
    ("mdate", |_| String::new()),
    // Numbers of a queue, and this is none.
    ("id", |_| String::new()),
];

fn number(number: Option<u32>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

/// What a name of a format stands for, of the song at this place of the list, from 0. Text is printable; the address
/// is the real one, so that a pipe can hand it on.
pub fn value(song: &Song, at: usize, name: &str) -> Option<Vec<u8>> {
    match name {
        "file" => Some(song.place.uri().as_bytes().to_vec()),
        "position" => Some((at + 1).to_string().into_bytes()),
        name => {
            let (_, tell) = VALUES.iter().find(|(value, _)| *value == name)?;
            Some(printable(&tell(song)))
        }
    }
}

/// The same of a row whose song is not here.
pub fn value_of_missing(wanted: &Wanted, at: usize, name: &str) -> Option<Vec<u8>> {
    Some(match name {
        "file" => wanted.place.as_ref().map_or(Vec::new(), address),
        "position" => (at + 1).to_string().into_bytes(),
        "artist" => printable(&wanted.artists.join(", ")),
        "title" => printable(&wanted.title),
        "album" => printable(&wanted.album),
        "time" => printable(&wanted.length_ms.map_or(String::new(), clock)),
        name => VALUES
            .iter()
            .find(|(value, _)| *value == name)
            .map(|_| Vec::new())?,
    })
}

/// The real address, but for one that would be two lines: no song here has it.
fn address(uri: &Uri) -> Vec<u8> {
    if uri.as_bytes().contains(&b'\n') {
        return uri.to_string().into_bytes();
    }
    uri.as_bytes().to_vec()
}

fn printable(text: &str) -> Vec<u8> {
    Printable::new(text).to_string().into_bytes()
}

const COLUMNS: [Column; 5] = [
    Column::text("ARTIST"),
    Column::text("TITLE").stays(),
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
        "bits": song.format.bits, "kbps": song.format.kbps, "key": song.key, "part": song.part, "span": song.span,
        "plays": song.format.playing().name(), "rating": tags.rating.map(Rating::stars), "play_count": tags.play_count,
        "from_path": tags.from_path, "guessed_charset": tags.guessed_charset, "more": more(tags),
    });
    insert_path(&mut value, "path", &song.place.file());
    insert_uri(&mut value, "uri", &song.uri());
    value
}

/// The fields without a place of their own, each with its values.
fn more(tags: &Tags) -> Value {
    let values = |field: &Field| tags.further(*field).map(Value::from).collect::<Vec<_>>();
    let said = Field::ALL
        .iter()
        .map(|field| (field.name().to_owned(), Value::from(values(field))));
    said.filter(|(_, values)| values.as_array().is_some_and(|values| !values.is_empty()))
        .collect()
}

/// A path as text, and where the text has lost something, its bytes beside it: `NAME_b64`.
pub fn insert_path(value: &mut Value, name: &str, path: &Path) {
    insert_bytes(value, name, path.as_os_str().as_bytes());
}

/// An address, in the same way.
pub fn insert_uri(value: &mut Value, name: &str, uri: &Uri) {
    insert_bytes(value, name, uri.as_bytes());
}

fn insert_bytes(value: &mut Value, name: &str, bytes: &[u8]) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    if std::str::from_utf8(bytes).is_err() {
        object.insert(format!("{name}_b64"), BASE64_STANDARD.encode(bytes).into());
    }
    object.insert(name.into(), text.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_utf8_keep_their_bytes() {
        let mut value = json!({});
        insert_uri(&mut value, "uri", &Uri::new(&b"Music/caf\xe9"[..]));
        insert_path(&mut value, "path", Path::new("/x"));
        assert_eq!(
            value,
            json!({ "uri": "Music/caf\u{fffd}", "uri_b64": "TXVzaWMvY2Fm6Q==", "path": "/x" })
        );
    }

    #[test]
    fn values_of_a_format() {
        let mut song = Song::at("/m/a\u{202e}b.flac");
        song.tags.artists = vec!["One".into(), "T\nwo".into()];
        song.tags.track = Some(3);
        let text = |name| value(&song, 4, name).map(|value| String::from_utf8(value).unwrap());
        for (name, told) in [
            ("artist", Some("One, T�wo")),
            ("title", Some("")),
            ("track", Some("3")),
            ("position", Some("5")),
            ("file", Some("/m/a\u{202e}b.flac")),
            ("nosuch", None),
        ] {
            assert_eq!(text(name).as_deref(), told, "{name}");
        }
        let missing = Wanted {
            title: "T".into(),
            ..Wanted::default()
        };
        assert_eq!(value_of_missing(&missing, 0, "title"), Some(b"T".to_vec()));
        assert_eq!(value_of_missing(&missing, 0, "genre"), Some(vec![]));
        assert_eq!(value_of_missing(&missing, 0, "nosuch"), None);
    }
}
