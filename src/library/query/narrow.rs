//! What SQL can tell of an [`Expression`] quickly: conditions that every song fulfils for which it holds, and others may too.
//! Whether it holds is decided by `holds`, so a condition too few costs time and never an answer.

use super::expression::{Case, Expression, How, TextTest, What, stand_ins};
use super::figure::{Bound, Figure, FigureTest, Order};
use super::figures::Figures;
use super::texts::SEARCHED;
use super::words::quoted;
use crate::library::index::Reader;
use crate::library::lookup::root_and_folder;
use crate::library::person::{Column, Kept};
use crate::library::row::NS_OF_MS;
use crate::library::scan::{children, nfc_if_other};
use crate::music::{Field, Uri, fold, is_word, phrase};
use rusqlite::types::Value;

/// So many songs that something is kept of are asked for by their keys; more are met on the way through all.
const MOST_KEYS: usize = 1_000;
/// No keys are put to more question marks than these; SQLite has room for 32,766.
const MOST_VALUES: usize = 20_000;

/// Conditions of a `WHERE` over `song JOIN file`, joined by AND, with what their `?` stand for.
#[derive(Debug)]
pub struct Narrow {
    /// SQL; never empty.
    pub condition: String,
    /// In the order of the question marks.
    pub values: Vec<Value>,
}

/// What conditions are made from, beside the expression.
struct Around<'a> {
    reader: &'a Reader,
    figures: &'a Figures,
    now_ms: i64,
}

impl Narrow {
    /// What can be told of an expression at this hour. `figures` has what is kept of songs, as far as it asks for it.
    pub fn new(expression: &Expression, reader: &Reader, figures: &Figures, now_ms: i64) -> Self {
        let mut narrow = Self {
            condition: "1".into(),
            values: Vec::new(),
        };
        let around = Around {
            reader,
            figures,
            now_ms,
        };
        narrow.add(expression, &around);
        narrow
    }

    fn add(&mut self, expression: &Expression, around: &Around) {
        let reader = around.reader;
        match expression {
            Expression::All(all) => all.iter().for_each(|each| self.add(each, around)),
            Expression::Text(test) if !test.negated => self.add_text(test, reader),
            Expression::Below(folder) => self.add_folder(folder, reader),
            Expression::Figure(test) => self.add_figure(test.at(around.now_ms), around.figures),
            Expression::Text(_) | Expression::Not(_) | Expression::Format(_) => {}
        }
    }

    fn add_figure(&mut self, test: FigureTest, figures: &Figures) {
        match (test.figure, test.order, test.bound) {
            (Figure::Modified, Order::AtLeast, Bound::Range(from_ms, _)) => {
                let from_ns = from_ms.saturating_mul(NS_OF_MS);
                self.push("file.mtime_ns >= ?", [from_ns.into()]);
            }
            // The file may tell the others, so songs of which nothing is kept may fit.
            (Figure::Kept(Kept::Plays | Kept::Skips), ..) if !test.holds(Some(0)) => {
                self.add_keys(test, figures);
            }
            (Figure::Kept(Kept::LastPlayed | Kept::LastSkipped), ..) if !test.holds(None) => {
                self.add_keys(test, figures);
            }
            _ => {}
        }
    }

    /// Only songs of which this is kept can fit: where they are few, they are asked for.
    fn add_keys(&mut self, test: FigureTest, figures: &Figures) {
        let Figure::Kept(kept) = test.figure else {
            return;
        };
        let all = figures.column(kept).into_iter().flat_map(Column::iter);
        let fit = all.filter(|(_, number)| test.holds(Some(*number)));
        let keys: Vec<Value> = fit
            .map(|(key, _)| key.as_bytes().to_vec().into())
            .take(MOST_KEYS + 1)
            .collect();
        if keys.len() <= MOST_KEYS && self.values.len() <= MOST_VALUES {
            let places = vec!["?"; keys.len()].join(", ");
            self.push(&format!("song.audio_key IN ({places})"), keys);
        }
    }

    fn push(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.condition.push_str(" AND ");
        self.condition.push_str(condition);
        self.values.extend(values);
    }

    fn add_text(&mut self, test: &TextTest, reader: &Reader) {
        let folded = fold(&test.value);
        if folded.is_empty() {
            return;
        }
        match (test.what, test.how) {
            (What::File, How::Is) if test.case == Case::Exact => self.add_file(&test.value, reader),
            (What::Field(field), How::Is) => self.add_whole(field, &test.value, folded),
            // Exactly a part of a text need not be a part of it folded: a letter there may have taken its mark.
            (What::Field(field), How::Contains | How::Begins) if test.case == Case::Folded => {
                self.add_part(field, folded);
            }
            _ => {}
        }
    }

    /// Folded columns have indexes; the others are found in the full text, where a value is a phrase.
    fn add_whole(&mut self, field: Field, value: &str, folded: String) {
        let column = match field {
            Field::Title => return self.push("song.title_folded = ?", [folded.into()]),
            Field::Album => return self.push("song.album_folded = ?", [folded.into()]),
            Field::Artist | Field::AlbumArtist => "{artist}",
            Field::Genre | Field::Composer | Field::Date => "{rest}",
            field if SEARCHED.contains(&field) => match stand_ins(field) {
                [] => "{rest}",
                _ => "{artist album rest}",
            },
            _ => return,
        };
        let phrase = phrase(value);
        if phrase.chars().any(is_word) {
            let expression = format!("{column} : {}", quoted(&phrase));
            self.push(
                "song.id IN (SELECT rowid FROM song_text WHERE song_text MATCH ?)",
                [expression.into()],
            );
        }
    }

    /// An index that holds the whole column is looked through instead of the songs.
    fn add_part(&mut self, field: Field, folded: String) {
        let column = match field {
            Field::Title => "title_folded",
            Field::Artist => "artists_folded",
            Field::Album => "album_folded",
            _ => return,
        };
        let within = format!("song.id IN (SELECT id FROM song WHERE instr({column}, ?))");
        self.push(&within, [folded.into()]);
    }

    /// Letters beyond ASCII can be composed in several ways: a path of its own, or the one that is kept beside it.
    fn add_file(&mut self, uri: &str, reader: &Reader) {
        let uri = Uri::new(uri);
        let Some((name, path)) = uri.in_root() else {
            return;
        };
        // Names that are not UTF-8 are compared with marks in place of what is not.
        if String::from_utf8_lossy(path.as_bytes()).contains(char::REPLACEMENT_CHARACTER) {
            return;
        }
        let Some(root) = reader.root_id(name) else {
            return;
        };
        let path = nfc_if_other(path.as_bytes()).unwrap_or_else(|| path.as_bytes().to_vec());
        let within = "file.id IN (SELECT id FROM file WHERE root_id = ? AND path = ?
             UNION ALL SELECT id FROM file WHERE root_id = ? AND path_nfc = ?)";
        let value = |path: &Vec<u8>| Value::from(path.clone());
        self.push(
            within,
            [root.into(), value(&path), root.into(), value(&path)],
        );
    }

    fn add_folder(&mut self, folder: &str, reader: &Reader) {
        if folder.starts_with('/') || !folder.is_ascii() {
            return;
        }
        let uri = Uri::new(folder);
        let (root, below) = root_and_folder(&uri);
        let root = std::str::from_utf8(root)
            .ok()
            .and_then(|name| reader.root_id(name));
        let Some(root) = root else {
            return;
        };
        self.push("file.root_id = ?", [root.into()]);
        if let (from, Some(until)) = children(below) {
            self.push(
                "(file.path = ? OR (file.path >= ? AND file.path < ?))",
                [below.to_vec().into(), from.into(), until.into()],
            );
        }
    }
}
