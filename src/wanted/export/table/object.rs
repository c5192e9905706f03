//! An object of JSON as a row of a table: its keys are the labels.

use super::super::Format;
use super::super::out::clean;
use super::layout::{Layout, Performers};
use super::length;
use super::means::{Means, of_label};
use super::row::Row;
use crate::wanted::{RowKind, TakenRow};
use Means::*;

/// A value with its key.
pub(in super::super) struct Cell {
    pub key: String,
    pub text: String,
    pub is_number: bool,
    /// It is an element of a list.
    pub is_one_of_many: bool,
    /// It is the address of a song.
    pub is_address: bool,
}

/// What a key means: as a label, `trackName` and `track_name` as `track name`.
pub(in super::super) fn of_key(key: &str) -> Means {
    match of_label(key) {
        Nothing => of_label(&spaced(key)),
        means => means,
    }
}

/// Whether a key of what holds songs tells its name.
pub(in super::super) fn takes_list_name(key: &str) -> bool {
    matches!(of_key(key), Title | ListName)
}

/// The song that the cells tell of, and the name of its list where they tell that; `None` where no key is a title's or none
/// an artist's.
pub(in super::super) fn song(cells: &[Cell]) -> Option<(TakenRow, String)> {
    let mut columns: Vec<Means> = cells.iter().map(means).collect();
    let has_title = columns.contains(&Title);
    for (means, cell) in columns.iter_mut().zip(cells) {
        if *means == TitleOrNumber {
            *means = match has_title || cell.is_number {
                true => Track,
                false => Title,
            };
        }
    }
    let has = |means| columns.contains(&means);
    if !has(Title) || !(has(Artist) || has(ArtistToo)) {
        return None;
    }
    let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    let length = columns.iter().position(|means| *means == Length);
    let layout = Layout {
        format: Format::Json,
        separator: b',',
        has_header: false,
        performers: Performers::One,
        in_ms: length::are_ms(length.into_iter().map(|at| texts[at])),
        columns,
    };
    let row = Row {
        layout: &layout,
        cells: &texts,
    };
    if row.is_too_long() {
        return Some((TakenRow::default(), String::new()));
    }
    let mut taken = row.taken();
    if row.get(Type).eq_ignore_ascii_case("episode") {
        taken.kind = RowKind::Episode;
    }
    Some((taken, clean(row.get(ListName))))
}

fn means(cell: &Cell) -> Means {
    match of_key(&cell.key) {
        Artist if cell.is_one_of_many => ArtistToo,
        Nothing if cell.is_address => Url,
        // A list of other things is no value.
        _ if cell.is_one_of_many => Nothing,
        means => means,
    }
}

/// `trackName`, `track_name` and `track-name` as `track name`.
fn spaced(key: &str) -> String {
    let mut spaced = String::new();
    let mut was_small = false;
    for c in key.chars() {
        match c {
            '_' | '-' => spaced.push(' '),
            c if c.is_uppercase() && was_small => spaced.extend([' ', c]),
            c => spaced.push(c),
        }
        was_small = c.is_lowercase();
    }
    spaced
}
