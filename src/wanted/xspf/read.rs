//! Reading, event by event. No entity but the five of XML and character numbers has a meaning, a document type is
//! stepped over, and what is nested too deep ends the reading.

use crate::music::Wanted;
use crate::wanted::encoding::{Decoded, LineOf, one_line};
use crate::wanted::names::believed_ms;
use crate::wanted::target::read_uri;
use crate::wanted::{
    MAX_BYTES, MAX_LINE, MAX_ROWS, Oddity, Playlist, PlaylistFormat, Refused, ids,
};
use quick_xml::Reader as Xml;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements inside each other; the format itself needs six.
const MAX_DEPTH: usize = 64;

/// Reads an XSPF file. Where it is damaged, the rows before are kept, and a note tells the line.
pub fn read(bytes: &[u8]) -> Result<Playlist, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let decoded = Decoded::new(bytes);
    let text = decoded.all();
    let mut reader = Reader {
        playlist: Playlist::empty(PlaylistFormat::Xspf, decoded.encoding),
        open: Vec::new(),
        text: String::new(),
        too_long: false,
        rel: String::new(),
        track: None,
    };
    let mut xml = Xml::from_str(&text);
    // Some players write `A & B` as it is.
    xml.config_mut().allow_dangling_amp = true;
    let mut lines = LineOf::new(&text);
    loop {
        let event = xml.read_event();
        let line = lines.at(usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX));
        let goes_on = match event {
            Ok(Event::Eof) if reader.open.is_empty() => break,
            Ok(Event::Eof) | Err(_) => false,
            Ok(event) => reader.event(line, event),
        };
        if !goes_on {
            reader.end_track();
            reader.playlist.refuse(line, Oddity::Damaged);
            break;
        }
        if reader.playlist.rows.len() >= MAX_ROWS {
            reader.playlist.refuse(line, Oddity::TooManyRows);
            break;
        }
    }
    Ok(reader.playlist)
}

/// What a `track` element said so far.
#[derive(Default)]
struct Track {
    line: usize,
    wanted: Wanted,
    creator: String,
    named: Vec<String>,
    /// The first one that names a file of this machine, else the first.
    locations: Vec<String>,
    said_too_much: bool,
}

struct Reader {
    playlist: Playlist,
    /// The names of the open elements, without prefix, lower case.
    open: Vec<String>,
    /// The text of the innermost element.
    text: String,
    too_long: bool,
    /// The `rel` of the open `meta`.
    rel: String,
    track: Option<Track>,
}

impl Reader {
    /// `false`: the elements go too deep.
    fn event(&mut self, line: usize, event: Event) -> bool {
        match event {
            Event::Start(start) => return self.start(line, &start),
            Event::Empty(start) => {
                let fits = self.start(line, &start);
                self.end(line);
                return fits;
            }
            Event::End(_) => self.end(line),
            Event::Text(text) => self.say(&text),
            Event::CData(text) => self.say(&text),
            Event::GeneralRef(entity) => self.say(&resolved(&entity)),
            _ => {}
        }
        true
    }

    fn start(&mut self, line: usize, start: &BytesStart) -> bool {
        let name = start.local_name().into_inner().to_ascii_lowercase();
        if name == "track" && self.inside(&["playlist", "tracklist"]) {
            self.track = Some(Track {
                line,
                ..Track::default()
            });
        }
        if name == "meta" {
            let rel = start.try_get_attribute("rel").ok().flatten();
            self.rel = rel.map_or(String::new(), |rel| rel.value.to_string());
        }
        self.open.push(name);
        self.text.clear();
        self.too_long = false;
        self.open.len() <= MAX_DEPTH
    }

    fn say(&mut self, text: &str) {
        if self.text.len().saturating_add(text.len()) > MAX_LINE {
            self.too_long = true;
        } else {
            self.text.push_str(text);
        }
    }

    fn end(&mut self, line: usize) {
        let text = std::mem::take(&mut self.text);
        let too_long = std::mem::take(&mut self.too_long);
        if self.inside(&["playlist", "tracklist", "track"]) {
            self.end_track();
        } else if self.inside(&["playlist", "title"]) && !too_long {
            self.playlist.name = Some(one_line(&text)).filter(|name| !name.is_empty());
        } else if self.open.len() == 4
            && let (Some(name), Some(track)) = (self.open.last(), &mut self.track)
        {
            if too_long {
                track.said_too_much = true;
            } else {
                track.take(name, &text, &self.rel);
            }
        }
        if too_long {
            self.playlist.note(line, Oddity::LongLine);
        }
        self.open.pop();
    }

    fn end_track(&mut self) {
        let Some(mut track) = self.track.take() else {
            return;
        };
        track.wanted.artists = ids::artists(&track.creator, track.named);
        let playlist = &mut self.playlist;
        let targets = || track.locations.iter().map(|location| read_uri(location));
        match targets()
            .find(|target| target.is_local())
            .or(targets().next())
        {
            Some(target) => playlist.push_target(track.line, track.wanted, target),
            // What was too long has its note.
            None if track.said_too_much && !crate::wanted::matcher::has_names(&track.wanted) => {
                playlist.refused += 1;
            }
            None => playlist.push_names(track.line, track.wanted),
        }
    }

    /// Whether exactly these elements are open.
    fn inside(&self, path: &[&str]) -> bool {
        self.open.len() == path.len() && self.open.iter().zip(path).all(|(a, b)| a == b)
    }
}

/// The most locations that a track is asked for.
const MAX_LOCATIONS: usize = 16;

impl Track {
    fn take(&mut self, element: &str, text: &str, rel: &str) {
        let wanted = &mut self.wanted;
        match element {
            "title" => wanted.title = one_line(text),
            "creator" => self.creator = text.to_owned(),
            "album" => wanted.album = one_line(text),
            "duration" => {
                wanted.length_ms = text.trim().parse::<f64>().ok().and_then(believed_ms);
            }
            "identifier" => ids::learn_identifier(wanted, text),
            "meta" => ids::learn_meta(wanted, &mut self.named, rel, text),
            "location" if !text.trim().is_empty() && self.locations.len() < MAX_LOCATIONS => {
                self.locations.push(text.to_owned());
            }
            _ => {}
        }
    }
}

/// The character that `&name;` or `&#number;` stands for; any other stays as it is written.
pub(in crate::wanted) fn resolved(entity: &BytesRef) -> String {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = entity;
    resolve_predefined_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}
