//! `rhythmdb.xml` and `playlists.xml` of Rhythmbox. No entity but those of XML has a meaning; a document type is stepped over.

use super::{Adoptable, MAX_LISTS, MAX_ROWS_IN_ALL, Marked, count, seconds, stars};
use crate::wanted::names::believed_ms;
use crate::wanted::xspf::resolved;
use crate::wanted::{MAX_LINE, TakenList, TakenRow, paths_of_url};
use quick_xml::Reader as Xml;
use quick_xml::events::{BytesStart, Event};

/// Elements inside each other; the formats need four, and playlists that Rhythmbox makes by itself some more.
const MAX_DEPTH: usize = 64;
/// The stars of a song that is loved most.
const MOST: f64 = 5.0;

/// Whether these are the songs of a Rhythmbox, by how they begin.
pub fn is_songs(head: &[u8]) -> bool {
    has(head, b"<rhythmdb ")
}

/// Whether these are the playlists of one.
pub fn is_lists(head: &[u8]) -> bool {
    has(head, b"<rhythmdb-playlists")
}

fn has(head: &[u8], word: &[u8]) -> bool {
    let head = &head[..head.len().min(1024)];
    head.windows(word.len()).any(|part| part == word)
}

/// Reads songs into what is taken of the player.
pub fn read_songs(bytes: &[u8], all: &mut Adoptable) {
    let mut song: Option<Marked> = None;
    walk(bytes, all, |all, step| {
        match step {
            Step::Open(start) if start.local_name().into_inner() == "entry" => {
                song = (attribute(start, "type").as_deref() == Some("song")).then(Marked::default);
            }
            Step::Text(name, text) => {
                if let Some(song) = &mut song {
                    take(song, name, text);
                }
            }
            Step::Close("entry") => {
                if let Some(song) = song.take() {
                    return all.song(song);
                }
            }
            Step::Open(_) | Step::Close(_) => {}
        }
        true
    });
}

fn take(song: &mut Marked, name: &str, text: &str) {
    let number = || text.trim().parse::<f64>().unwrap_or(0.0);
    let (wanted, marks) = (&mut song.wanted, &mut song.marks);
    match name {
        "title" => wanted.title = text.trim().to_owned(),
        "artist" => wanted.artists = Some(text.trim().to_owned()).into_iter().collect(),
        "album" => wanted.album = text.trim().to_owned(),
        "track-number" => wanted.track = text.trim().parse().ok().filter(|n| *n > 0),
        "disc-number" => wanted.disc = text.trim().parse().ok().filter(|n| *n > 0),
        "duration" => wanted.length_ms = believed_ms(number() * 1000.0),
        "location" => song.paths = paths_of_url(text.as_bytes()),
        "rating" => marks.rating = stars(number(), MOST),
        "play-count" => marks.plays = count(number() as i64),
        "last-played" => marks.played_at_ms = seconds(number()),
        "first-seen" => marks.added_at_ms = seconds(number()),
        _ => {}
    }
}

/// Reads playlists; those that Rhythmbox makes by itself have no rows of their own, and are left. The queue is one that
/// people put together, and is taken under its name.
pub fn read_lists(bytes: &[u8], all: &mut Adoptable) {
    let mut list: Option<TakenList> = None;
    let mut rows = 0;
    walk(bytes, all, |all, step| {
        match step {
            Step::Open(start) if start.local_name().into_inner() == "playlist" => {
                let kind = attribute(start, "type");
                let is_of_rows = matches!(kind.as_deref(), Some("static" | "queue"));
                list = is_of_rows.then(|| TakenList {
                    service: "rhythmbox".to_owned(),
                    name: attribute(start, "name").unwrap_or_default(),
                    ..TakenList::default()
                });
            }
            Step::Text("location", text) => {
                if let Some(list) = &mut list {
                    let paths = paths_of_url(text.as_bytes());
                    if paths.is_empty() || rows >= MAX_ROWS_IN_ALL {
                        all.unreadable += 1;
                    } else {
                        rows += 1;
                        list.rows.push(TakenRow {
                            paths,
                            is_local: true,
                            ..TakenRow::default()
                        });
                    }
                }
            }
            Step::Close("playlist") => {
                // An empty queue is none.
                let closed = list.take().filter(|list| !list.rows.is_empty());
                if all.lists.len() >= MAX_LISTS {
                    all.ends_early = true;
                    return false;
                }
                all.lists.extend(closed);
            }
            Step::Open(_) | Step::Close(_) | Step::Text(..) => {}
        }
        true
    });
}

/// What a walk meets.
enum Step<'x> {
    Open(&'x BytesStart<'x>),
    /// The text of an element, before it closes.
    Text(&'x str, &'x str),
    Close(&'x str),
}

/// Walks through a document, until it ends or `take` has enough.
fn walk(bytes: &[u8], all: &mut Adoptable, mut take: impl FnMut(&mut Adoptable, Step) -> bool) {
    let text = String::from_utf8_lossy(bytes);
    let mut xml = Xml::from_str(&text);
    xml.config_mut().allow_dangling_amp = true;
    let (mut depth, mut said) = (0_usize, String::new());
    loop {
        let goes_on = match xml.read_event() {
            Ok(Event::Eof) => {
                all.ends_early |= depth > 0;
                return;
            }
            Ok(Event::Start(start)) => {
                depth += 1;
                said.clear();
                take(all, Step::Open(&start))
            }
            Ok(Event::Empty(empty)) => {
                take(all, Step::Open(&empty))
                    && take(all, Step::Close(empty.local_name().into_inner()))
            }
            Ok(Event::Text(part)) => say(&mut said, &part),
            Ok(Event::CData(part)) => say(&mut said, &part),
            Ok(Event::GeneralRef(entity)) => say(&mut said, &resolved(&entity)),
            Ok(Event::End(end)) => {
                depth = depth.saturating_sub(1);
                let name = end.local_name();
                let name = name.into_inner();
                let is_short = said.len() <= MAX_LINE;
                let text = std::mem::take(&mut said);
                (!is_short || take(all, Step::Text(name, &text))) && take(all, Step::Close(name))
            }
            Ok(_) => true,
            Err(_) => false,
        };
        if !goes_on || depth > MAX_DEPTH {
            all.ends_early = true;
            return;
        }
    }
}

/// One byte more than fits shows that it is too long.
fn say(said: &mut String, part: &str) -> bool {
    if said.len() <= MAX_LINE {
        said.push_str(part);
    }
    true
}

fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    let found = start
        .attributes()
        .flatten()
        .find(|one| one.key.into_inner() == name)?;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    (value.len() <= MAX_LINE).then(|| value.trim().to_owned())
}
