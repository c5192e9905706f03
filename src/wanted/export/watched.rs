//! What was watched on YouTube: it names the songs that playlists of the same export have by id alone. What is no music goes
//! no further than to those playlists, and what is private in the file, such as when it was watched, is not read from HTML.

use super::NotTaken;
use super::links::{self, Link};
use super::out::{Out, clean, names};
use crate::music::Wanted;
use crate::wanted::names::named;
use crate::wanted::{HeardElsewhere, MAX_LINE, RowKind};
use quick_xml::escape::resolve_predefined_entity;
use std::io::BufRead;

/// A channel that the service made for a performer is called so.
const TOPIC: &str = " - Topic";
/// The class of the element around each entry.
const ENTRY: &[u8] = b"outer-cell";

/// Something that was watched.
#[derive(Default)]
pub(super) struct Watched {
    pub id: String,
    pub title: String,
    pub channel: String,
    pub is_music: bool,
    pub at_ms: Option<i64>,
}

/// Takes an entry: what it names, and when it was heard.
pub(super) fn put(watched: Watched, out: &mut Out) {
    // The title of what is gone is its address.
    if watched.title.is_empty() || watched.title.starts_with("http") {
        return out.other();
    }
    let performer = watched.channel.strip_suffix(TOPIC);
    let is_music = watched.is_music || performer.is_some();
    let mut wanted = match performer {
        Some(name) => Wanted {
            title: watched.title,
            artists: names([clean(name)]),
            ..Wanted::default()
        },
        None => named(&watched.title, None),
    };
    if wanted.artists.is_empty() {
        wanted.artists = names([watched.channel]);
    }
    links::learn(&mut wanted, "youtube", &watched.id);
    out.known(wanted.clone(), !is_music);
    match watched.at_ms {
        Some(at_ms) if is_music => out.heard(HeardElsewhere {
            at_ms,
            wanted,
            service: "youtube".to_owned(),
            ..HeardElsewhere::default()
        }),
        _ if is_music => out.report.counts.take(&wanted, RowKind::Track, false),
        _ => out.other(),
    }
}

/// `watch-history.html`, element by element: it may be one line of 100 MB.
pub(super) fn read(text: &mut dyn BufRead, out: &mut Out) -> Result<(), NotTaken> {
    let mut entry = Watched::default();
    let mut wants = Wants::Address;
    while let Some((tag, after)) = element(text)? {
        if tag.windows(ENTRY.len()).any(|part| part == ENTRY) {
            end(&mut entry, out);
            wants = Wants::Address;
            continue;
        }
        let Some(address) = address(&tag) else {
            continue;
        };
        let said = || clean(&unescaped(&String::from_utf8_lossy(&after)));
        match (links::parse(&unescaped(&address)), wants) {
            (Some(Link::Song("youtube", id)), Wants::Address) => {
                entry.is_music = address.contains("//music.youtube.com/");
                entry.id = id;
                entry.title = said();
                wants = Wants::Channel;
            }
            (_, Wants::Channel) => {
                entry.channel = said();
                wants = Wants::Nothing;
            }
            _ => {}
        }
    }
    end(&mut entry, out);
    Ok(())
}

/// What of an entry is still to come.
#[derive(Clone, Copy)]
enum Wants {
    Address,
    Channel,
    Nothing,
}

fn end(entry: &mut Watched, out: &mut Out) {
    if !entry.id.is_empty() {
        out.step();
        put(std::mem::take(entry), out);
    }
}

/// A tag and the text behind it.
type Element = (Vec<u8>, Vec<u8>);

/// The next `<…>` and the text behind it, each cut at a line's length.
fn element(text: &mut dyn BufRead) -> Result<Option<Element>, NotTaken> {
    let tag = until(text, b'>')?;
    let after = until(text, b'<')?;
    Ok(tag.map(|tag| (tag, after.unwrap_or_default())))
}

fn until(text: &mut dyn BufRead, end: u8) -> Result<Option<Vec<u8>>, NotTaken> {
    let mut kept = Vec::new();
    let mut is_there = false;
    loop {
        let there = text.fill_buf().map_err(|error| NotTaken::of_io(&error))?;
        if there.is_empty() {
            return Ok(is_there.then_some(kept));
        }
        is_there = true;
        let at = there.iter().position(|b| *b == end);
        let part = &there[..at.unwrap_or(there.len())];
        let room = MAX_LINE.saturating_sub(kept.len());
        kept.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(at.is_some());
        text.consume(used);
        if at.is_some() {
            return Ok(Some(kept));
        }
    }
}

/// The address of `a href="…"`.
fn address(tag: &[u8]) -> Option<String> {
    let tag = std::str::from_utf8(tag.trim_ascii_start()).ok()?;
    let tag = tag.strip_prefix('<').unwrap_or(tag);
    let (_, value) = tag.strip_prefix("a ")?.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

/// The text with the entities of XML and numbers for what they stand for; others stay.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part
            .split_once(';')
            .and_then(|(name, rest)| Some((entity(name)?, rest)))
        {
            Some((meant, rest)) => {
                out.push_str(&meant);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

fn entity(name: &str) -> Option<String> {
    if name == "nbsp" {
        return Some(" ".to_owned());
    }
    let Some(number) = name.strip_prefix('#') else {
        return resolve_predefined_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).map(String::from)
}
