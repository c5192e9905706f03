//! Reading. Each track is read apart, so that one of another shape costs no other its row.

use crate::music::Wanted;
use crate::wanted::encoding::{Decoded, LineOf, one_line};
use crate::wanted::names::believed_ms;
use crate::wanted::target::read_uri;
use crate::wanted::{
    MAX_BYTES, MAX_LINE, MAX_ROWS, Oddity, Playlist, PlaylistFormat, Refused, ids,
};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// The longest track that is read, in bytes: its values take more room than its text.
const MAX_TRACK: usize = 256 << 10;
/// The most values of one field that are looked at.
const MAX_VALUES: usize = 16;

/// Reads a JSPF file. How deep its values may be nested is serde_json's limit: 128.
///
/// `Err`: it is no JSON, or JSON without `playlist`.
pub fn read(bytes: &[u8]) -> Result<Playlist, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let decoded = Decoded::new(bytes);
    let text = decoded.all();
    let file: File = serde_json::from_str(&text).map_err(|_| why_not(&text))?;
    let inner = file.playlist.ok_or(Refused::OtherJson)?;
    let mut playlist = Playlist::empty(PlaylistFormat::Jspf, decoded.encoding);
    playlist.name = inner.title.and_then(title);
    let mut lines = LineOf::new(&text);
    for raw in &inner.track.kept {
        // The track is a piece of the text.
        let offset = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        track(&mut playlist, lines.at(offset), raw);
    }
    if inner.track.more {
        playlist.refuse(lines.at(text.len()), Oddity::TooManyRows);
    }
    Ok(playlist)
}

#[derive(Deserialize)]
struct File<'t> {
    #[serde(borrow)]
    playlist: Option<Inner<'t>>,
}

#[derive(Deserialize)]
struct Inner<'t> {
    #[serde(borrow)]
    title: Option<&'t RawValue>,
    #[serde(borrow, default)]
    track: Tracks<'t>,
}

/// The tracks, unread, and whether there were more than are kept.
#[derive(Default)]
struct Tracks<'t> {
    kept: Vec<&'t RawValue>,
    more: bool,
}

impl<'de: 't, 't> Deserialize<'de> for Tracks<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Tracks<'de>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a list of tracks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut tracks = Tracks::default();
        while tracks.kept.len() < MAX_ROWS {
            match list.next_element()? {
                Some(track) => tracks.kept.push(track),
                None => return Ok(tracks),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            tracks.more = true;
        }
        Ok(tracks)
    }
}

/// JSON of another shape, or none.
fn why_not(text: &str) -> Refused {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Refused::OtherJson,
        Err(error) => Refused::Damaged {
            format: PlaylistFormat::Jspf,
            line: error.line(),
        },
    }
}

fn title(raw: &RawValue) -> Option<String> {
    let short = raw.get().len() <= MAX_LINE;
    let text = short.then(|| serde_json::from_str::<String>(raw.get()).ok())??;
    Some(one_line(&text)).filter(|name| !name.is_empty())
}

fn track(playlist: &mut Playlist, line: usize, raw: &RawValue) {
    if raw.get().len() > MAX_TRACK {
        return playlist.refuse(line, Oddity::LongLine);
    }
    let Ok(Value::Object(said)) = serde_json::from_str(raw.get()) else {
        return playlist.refuse(line, Oddity::NoSong);
    };
    let field = |name: &str| said.get(name).unwrap_or(&Value::Null);
    let long = |value: &Value| values(value).any(|text| text.len() > MAX_LINE);
    if said.values().any(long) {
        return playlist.refuse(line, Oddity::LongLine);
    }
    let mut wanted = Wanted {
        title: one_line(&word(field("title"))),
        album: one_line(&word(field("album"))),
        length_ms: length(field("duration")),
        ..Wanted::default()
    };
    values(field("identifier")).for_each(|uri| ids::learn_identifier(&mut wanted, uri));
    let mut named = Vec::new();
    for (rel, text) in metas(field("meta")).chain(extensions(field("extension"))) {
        ids::learn_meta(&mut wanted, &mut named, rel, text);
    }
    wanted.artists = ids::artists(&word(field("creator")), named);
    let locations: Vec<&str> = values(field("location"))
        .filter(|text| !text.trim().is_empty())
        .collect();
    let targets = || locations.iter().map(|location| read_uri(location));
    match targets()
        .find(|target| target.is_local())
        .or(targets().next())
    {
        Some(target) => playlist.push_target(line, wanted, target),
        None => playlist.push_names(line, wanted),
    }
}

/// A text, or the texts of a list.
fn values(value: &Value) -> impl Iterator<Item = &str> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    list.iter().filter_map(Value::as_str).take(MAX_VALUES)
}

fn word(value: &Value) -> String {
    values(value).next().unwrap_or_default().to_owned()
}

/// In ms, as a number or as text.
fn length(value: &Value) -> Option<u64> {
    let ms = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok());
    ms.and_then(believed_ms)
}

/// `[{"rel": "text"}]`
fn metas(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(Value::as_object)
        .flatten()
        .filter_map(|(rel, text)| Some((rel.as_str(), text.as_str()?)))
}

/// What an extension says by plain keys, in itself or in its `additional_metadata`.
fn extensions(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = value.as_object().into_iter().flat_map(|all| all.values());
    let pieces = all.flat_map(|one| match one {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    });
    let objects = pieces.flat_map(|piece| [Some(piece), piece.get("additional_metadata")]);
    objects
        .flatten()
        .filter_map(Value::as_object)
        .flatten()
        .filter_map(|(key, text)| Some((key.as_str(), text.as_str()?)))
        .filter(|(key, _)| *key == "isrc")
}
