//! `Library.xml` of iTunes and Music: an XML plist with every song by number, and playlists of numbers. No entity but those
//! of XML has a meaning.

use super::limits::{MAX_LISTS, MAX_SONGS, PART};
use super::links;
use super::out::{Out, clean, named, names};
use super::{NotTaken, time};
use crate::music::Wanted;
use crate::wanted::adopt::{Marked, Marks, count, stars};
use crate::wanted::names::believed_ms;
use crate::wanted::target::{Target, read_target};
use crate::wanted::xspf::resolved;
use crate::wanted::{ListKind, MAX_LINE, RowKind, TakenList, TakenRow};
use quick_xml::Reader as Xml;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::BufRead;

const SERVICE: &str = "itunes";
/// Elements inside each other; the format needs eight.
const MAX_DEPTH: usize = 64;
/// The number of five stars.
const MOST: f64 = 100.0;
/// Rows of all playlists.
const MAX_ITEMS: usize = 100 * PART;

/// Reads a library.
pub(super) fn read(text: &mut dyn BufRead, out: &mut Out) -> Result<(), NotTaken> {
    out.keep_pace();
    let list = out.list(TakenList {
        kind: ListKind::Library,
        ..named(SERVICE, "")
    });
    let mut reader = Reader {
        list,
        frames: Vec::new(),
        text: String::new(),
        song: Song::default(),
        songs: HashMap::new(),
        playlist: Playlist::default(),
        playlists: Vec::new(),
        items: 0,
    };
    let mut xml = Xml::from_reader(text);
    xml.config_mut().allow_dangling_amp = true;
    let mut held = Vec::new();
    let is_whole = loop {
        held.clear();
        out.breathe();
        match xml.read_event_into(&mut held) {
            Ok(Event::Eof) => break reader.frames.is_empty(),
            // Too deep, or damaged: what was read so far stays.
            Ok(event) => {
                if !reader.event(event, out) {
                    break false;
                }
            }
            Err(_) => break false,
        }
    };
    out.report.ends_early |= !is_whole;
    reader.end(out);
    Ok(())
}

/// An open collection.
enum Frame {
    /// With the key of the value that comes.
    Dict(String),
    Array,
}

struct Reader {
    list: usize,
    frames: Vec<Frame>,
    text: String,
    song: Song,
    /// By number; nothing for what is no song.
    songs: HashMap<u64, Option<TakenRow>>,
    playlist: Playlist,
    playlists: Vec<Playlist>,
    items: usize,
}

#[derive(Default)]
struct Song {
    row: TakenRow,
    marks: Marks,
    is_movie: bool,
    /// Its stars are those of its album.
    is_guessed: bool,
}

#[derive(Default)]
struct Playlist {
    head: TakenList,
    is_everything: bool,
    items: Vec<u64>,
}

impl Reader {
    /// `false`: the collections go too deep.
    fn event(&mut self, event: Event, out: &mut Out) -> bool {
        match event {
            Event::Start(start) => match start.local_name().into_inner() {
                "dict" => self.frames.push(Frame::Dict(String::new())),
                "array" => self.frames.push(Frame::Array),
                _ => self.text.clear(),
            },
            Event::Empty(empty) => {
                let word = empty.local_name().into_inner().to_owned();
                match word.as_str() {
                    "true" | "false" => self.value(&word),
                    "string" => self.value(""),
                    _ => {}
                }
            }
            Event::Text(text) => self.say(&text),
            Event::CData(text) => self.say(&text),
            Event::GeneralRef(entity) => self.say(&resolved(&entity)),
            Event::End(end) => match end.local_name().into_inner() {
                "dict" => {
                    self.frames.pop();
                    self.closed(out);
                }
                "array" => {
                    self.frames.pop();
                }
                "key" => self.key(),
                "string" | "integer" | "real" | "date" => {
                    let text = std::mem::take(&mut self.text);
                    self.value(&text);
                }
                _ => {}
            },
            _ => {}
        }
        self.frames.len() <= MAX_DEPTH
    }

    fn say(&mut self, text: &str) {
        // One byte more than fits shows that it is too long.
        if self.text.len() <= MAX_LINE {
            self.text.push_str(text);
        }
    }

    fn key(&mut self) {
        if let Some(Frame::Dict(key)) = self.frames.last_mut() {
            *key = std::mem::take(&mut self.text);
        }
    }

    fn path(&self) -> Vec<&str> {
        let keys = self.frames.iter().map(|frame| match frame {
            Frame::Dict(key) => key.as_str(),
            Frame::Array => "",
        });
        keys.collect()
    }

    fn value(&mut self, text: &str) {
        match self.path()[..] {
            ["Tracks", _, field] => {
                let field = field.to_owned();
                self.song.take(&field, text);
            }
            ["Playlists", "", field] => {
                let field = field.to_owned();
                self.playlist.take(&field, text);
            }
            ["Playlists", "", "Playlist Items", "", "Track ID"] if self.items < MAX_ITEMS => {
                self.items += 1;
                // A number that is none is that of no song.
                self.playlist.items.push(text.trim().parse().unwrap_or(0));
            }
            _ => {}
        }
    }

    fn closed(&mut self, out: &mut Out) {
        match self.path()[..] {
            ["Tracks", number] => {
                let number = number.parse().unwrap_or(0);
                let song = std::mem::take(&mut self.song);
                let row = song.put(self.list, out);
                if self.songs.len() < MAX_SONGS {
                    self.songs.insert(number, row);
                }
            }
            ["Playlists", ""] if self.playlists.len() < MAX_LISTS => {
                self.playlists.push(std::mem::take(&mut self.playlist));
            }
            ["Playlists", ""] => out.unreadable(),
            _ => {}
        }
    }

    /// Songs may stand behind the playlists, which are told last for that.
    fn end(mut self, out: &mut Out) {
        for playlist in self.playlists {
            if playlist.is_everything {
                continue;
            }
            let list = out.list(playlist.head);
            for number in playlist.items {
                out.step();
                match self.songs.get_mut(&number) {
                    Some(Some(row)) => out.row(list, row.clone()),
                    Some(None) => out.other(),
                    None => out.unreadable(),
                }
            }
        }
    }
}

impl Song {
    fn take(&mut self, field: &str, text: &str) {
        let (row, marks) = (&mut self.row, &mut self.marks);
        let wanted = &mut row.wanted;
        let number = || text.trim().parse::<f64>().unwrap_or(0.0);
        match field {
            "Name" => wanted.title = clean(text),
            "Artist" => wanted.artists = names([clean(text)]),
            "Album" => wanted.album = clean(text),
            "Total Time" => wanted.length_ms = text.trim().parse().ok().and_then(believed_ms),
            "Track Number" => wanted.track = text.trim().parse().ok().filter(|n| *n > 0),
            "Disc Number" => wanted.disc = text.trim().parse().ok().filter(|n| *n > 0),
            "Persistent ID" => links::learn(wanted, SERVICE, text),
            "Date Added" => row.added_at_ms = time::parse(text),
            "Rating" => marks.rating = stars(number(), MOST),
            "Rating Computed" if text == "true" => self.is_guessed = true,
            "Play Count" => marks.plays = count(number() as i64),
            "Skip Count" => marks.skips = count(number() as i64),
            "Play Date UTC" => marks.played_at_ms = time::parse(text),
            "Skip Date" => marks.skipped_at_ms = time::parse(text),
            "Location" if text.len() <= MAX_LINE => {
                // What is none is a radio station, or a list.
                if let Target::Paths(paths) = read_target(text, text.as_bytes()) {
                    row.paths = paths;
                    row.is_local = true;
                }
            }
            "Podcast" if text == "true" => row.kind = RowKind::Episode,
            "Audiobook" if text == "true" => row.kind = RowKind::Audiobook,
            "Movie" | "TV Show" | "Music Video" if text == "true" => self.is_movie = true,
            _ => {}
        }
    }

    fn marks(&self) -> Marks {
        Marks {
            rating: self.marks.rating.filter(|_| !self.is_guessed),
            added_at_ms: self.row.added_at_ms,
            ..self.marks.clone()
        }
    }

    /// Puts it into the library; what playlists are to have of it.
    fn put(self, list: usize, out: &mut Out) -> Option<TakenRow> {
        out.step();
        if self.is_movie {
            out.other();
            return None;
        }
        let names_something = self.row.wanted != Wanted::default() || !self.row.paths.is_empty();
        out.row(list, self.row.clone());
        if self.row.kind == RowKind::Track {
            out.marked(Marked {
                wanted: self.row.wanted.clone(),
                paths: self.row.paths.clone(),
                marks: self.marks(),
            });
        }
        names_something.then_some(self.row)
    }
}

impl Playlist {
    fn take(&mut self, field: &str, text: &str) {
        match field {
            "Name" => self.head.name = clean(text),
            "Description" => self.head.description = clean(text),
            "Playlist Persistent ID" => {
                self.head.id = clean(text);
                self.head.service = SERVICE.to_owned();
            }
            // What the program makes by itself, and folders, which repeat what is in them.
            "Master" | "Folder" if text == "true" => self.is_everything = true,
            "Distinguished Kind" => self.is_everything = true,
            _ => {}
        }
    }
}
