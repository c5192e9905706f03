//! Any JSON with a list of objects that have a title and an artist, as programs write it that nobody knows: the list may be the
//! whole, a field, or within objects, each of which is a list of its own.

use super::super::links;
use super::super::out::{Out, named};
use super::super::table::{Cell, song, takes_list_name};
use super::super::text::Utf8;
use super::super::{Format, NotTaken};
use super::said::Said;
use super::{Piece, each, value, walk};
use crate::wanted::{TakenList, TakenRow};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Objects within objects in which lists are looked for.
const DEPTH: usize = 4;
/// No song's object is longer, in bytes; what is longer holds lists.
const MAX_SONG: usize = 64 << 10;
/// Objects that a row wraps its song in.
pub(in super::super) const WRAPPERS: [&str; 3] = ["track", "song", "item"];

/// Reads all lists of songs.
pub(super) fn read(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let mut songs = Songs::default();
    walk(text, out, &mut |piece, out| songs.piece(&piece, DEPTH, out))?;
    match out.report.counts.lists {
        0 => Err(NotTaken::NotAs(Format::Json)),
        _ => Ok(()),
    }
}

/// The lists of one object.
#[derive(Default)]
struct Songs {
    name: String,
    /// The field that the rows stand in.
    field: String,
    /// By the name that rows tell; most tell none.
    lists: HashMap<String, usize>,
}

impl Songs {
    fn piece(&mut self, piece: &Piece, depth: usize, out: &mut Out) {
        let is_object = piece.bytes.starts_with(b"{");
        match piece.in_list {
            true if piece.bytes.is_empty() => {
                out.step();
                out.unreadable();
            }
            true if is_object => {
                if self.field != piece.key {
                    self.field = piece.key.to_owned();
                    self.lists.clear();
                }
                self.object(piece.bytes, true, depth, out);
            }
            false if is_object => self.object(piece.bytes, false, depth, out),
            false if self.name.is_empty() && takes_list_name(piece.key) => {
                self.name = value(piece.bytes).text();
            }
            _ => {}
        }
    }

    /// An object: a song, or what has lists of them.
    fn object(&mut self, bytes: &[u8], is_row: bool, depth: usize, out: &mut Out) {
        let map: Option<Map<String, Value>> = match bytes.len() <= MAX_SONG {
            true => serde_json::from_slice(bytes).ok(),
            false => None,
        };
        if let Some((row, list)) = map.as_ref().and_then(taken) {
            out.step();
            out.learn(&row.wanted);
            let list = self.list(list, out);
            return out.row(list, row);
        }
        let is_damaged = map.is_none() && bytes.len() <= MAX_SONG;
        let has_more = map.is_none_or(|map| {
            map.values()
                .any(|value| value.is_array() || value.is_object())
        });
        if depth > 1 && has_more && !is_damaged {
            return self.within(bytes, depth - 1, out);
        }
        if is_row {
            out.step();
            match is_damaged {
                true => out.unreadable(),
                false => out.other(),
            }
        }
    }

    /// The lists of an object in this one. Its name may stand behind them.
    fn within(&self, bytes: &[u8], depth: usize, out: &mut Out) {
        let mut name = String::new();
        // Reading from memory does not fail.
        let _ = each(&mut &*bytes, bytes.len(), &mut |piece| {
            if name.is_empty() && !piece.in_list && takes_list_name(piece.key) {
                name = value(piece.bytes).text();
            }
        });
        let mut inner = Self {
            name: Some(name)
                .filter(|name| !name.is_empty())
                .unwrap_or(self.name.clone()),
            ..Self::default()
        };
        let _ = each(&mut &*bytes, bytes.len(), &mut |piece| {
            inner.piece(&piece, depth, out);
        });
    }

    fn list(&mut self, name: String, out: &mut Out) -> usize {
        if let Some(list) = self.lists.get(&name) {
            return *list;
        }
        let own = [&name, &self.name]
            .into_iter()
            .find(|name| !name.is_empty());
        let head = TakenList {
            ..named("", own.unwrap_or(&out.stem.clone()))
        };
        let list = out.list(head);
        self.lists.insert(name, list);
        list
    }
}

/// The song that an object is, or wraps, and the name of its list where it tells that.
fn taken(map: &Map<String, Value>) -> Option<(TakenRow, String)> {
    song(&cells(map)).or_else(|| {
        let wrapped = WRAPPERS
            .iter()
            .find_map(|name| map.get(*name)?.as_object())?;
        let mut all = cells(wrapped);
        // What the row itself tells, such as when it was put there.
        all.extend(cells(map));
        song(&all)
    })
}

/// The values that say something, each with its key; of lists and objects the names.
fn cells(map: &Map<String, Value>) -> Vec<Cell> {
    let mut all = Vec::new();
    for (key, value) in map {
        match value {
            Value::Array(list) => all.extend(list.iter().filter_map(|one| cell(key, one, true))),
            one => all.extend(cell(key, one, false)),
        }
    }
    all
}

fn cell(key: &str, value: &Value, is_one_of_many: bool) -> Option<Cell> {
    let named = |map: &Map<String, Value>| {
        let name = ["name", "title"].iter().find_map(|name| map.get(*name));
        name.and_then(Value::as_str).map(str::to_owned)
    };
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => Said::Number(number.as_f64()?).text(),
        Value::Object(map) => named(map)?,
        _ => return None,
    };
    Some(Cell {
        key: key.to_owned(),
        is_number: value.is_number(),
        is_one_of_many,
        is_address: links::parse(&text).is_some(),
        text,
    })
}
