//! How a table is to be read: its separator, and what its columns mean.

use super::super::Format;
use super::cells::sample;
use super::look::Look;
use super::means::{Means, of_label};
use Means::*;

/// Separators in the order in which they are tried.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// How a cell of performers is to be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Performers {
    /// It is one name, commas and all.
    One,
    /// `, ` between them, and `\,` within a name.
    Commas,
    /// `,` between them, and `, ` within a name.
    TightCommas,
    /// `;` between them.
    Semicolons,
}

/// What a table is, and what its columns mean.
#[derive(Clone, Debug)]
pub(in super::super) struct Layout {
    /// What it is.
    pub format: Format,
    pub(super) separator: u8,
    pub(super) has_header: bool,
    pub(super) columns: Vec<Means>,
    pub(super) performers: Performers,
    /// Playing times without a unit are in ms.
    pub(super) in_ms: bool,
}

/// Whether a format is a table.
pub(in super::super) fn is_table(format: Format) -> bool {
    use Format::*;
    matches!(
        format,
        AppleActivity
            | AppleRecent
            | TuneMyMusic
            | Exportify
            | ExportifyNet
            | TakeoutSongs
            | TakeoutPlaylist
            | TakeoutTitles
            | ItunesText
            | Soundiiz
            | Roon
            | Yandex
            | LastFm
            | Scrobbler
            | Csv
    )
}

impl Layout {
    /// What stands between the cells.
    pub fn separator(&self) -> char {
        self.separator as char
    }

    /// The layout of a text; `None` where it is no table with songs.
    pub fn of(text: &str, is_whole: bool) -> Option<Self> {
        let (separator, rows) = parted(text, is_whole);
        let look = Look::new(separator, &rows)?;
        look.recognise(text)
    }

    /// The layout of a text that is said to be of a format.
    pub fn stated(text: &str, is_whole: bool, format: Format) -> Option<Self> {
        let (separator, rows) = parted(text, is_whole);
        let look = Look::new(separator, &rows)?;
        match look.recognise(text) {
            Some(layout) if layout.format == format => Some(layout),
            other => {
                let layout = look.layout(
                    format,
                    other.map_or_else(|| look.named.clone(), |other| other.columns),
                );
                let says = |means| layout.columns.contains(&means);
                let is_takeout = matches!(
                    format,
                    Format::TakeoutPlaylist | Format::TakeoutSongs | Format::TakeoutTitles
                );
                (is_takeout || says(Title) || says(Both) || says(Uri)).then_some(layout)
            }
        }
    }

    /// The layout of a sheet by its first row, where it is one of Deezer's listenings.
    pub fn of_deezer(header: &[&str]) -> Option<Self> {
        let columns: Vec<Means> = header.iter().map(|label| of_label(label)).collect();
        let has = |means| columns.contains(&means);
        (has(Title) && has(Artist) && has(PlayedSeconds)).then_some(Self {
            format: Format::Deezer,
            separator: b',',
            has_header: true,
            columns,
            performers: Performers::One,
            in_ms: false,
        })
    }
}

/// The separator that yields most of the labels that are known, or, where none is, most columns; and the rows by it.
fn parted(text: &str, is_whole: bool) -> (u8, Vec<Vec<String>>) {
    let all = SEPARATORS.map(|separator| (separator, sample(separator, text, is_whole)));
    let worth = |rows: &Vec<Vec<String>>| {
        let header = rows.first().map_or(&[][..], Vec::as_slice);
        let known = header
            .iter()
            .filter(|label| of_label(label) != Nothing)
            .count();
        let widths = rows.iter().map(Vec::len);
        (known, widths.min().unwrap_or(0))
    };
    // Of equals the first.
    let best = all.into_iter().rev().max_by_key(|(_, rows)| worth(rows));
    best.unwrap_or((b',', Vec::new()))
}
