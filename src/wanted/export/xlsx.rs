//! Spreadsheets: of what a data export of Deezer has, the listenings. The address that each was heard from stands beside it
//! and is never read. It is read here, as the readers there are hold a whole sheet and know no limit.

use super::gulp::Source;
use super::limits::{MAX_COLUMNS, MAX_SHARED};
use super::out::Out;
use super::table::{Layout, Table};
use super::text::Utf8;
use super::{NotTaken, container};
use crate::wanted::MAX_LINE;
use crate::wanted::xspf::resolved;
use quick_xml::Reader as Xml;
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::io::{BufReader, Read};

/// The texts that cells share.
const SHARED: &str = "xl/sharedStrings.xml";
/// Where the sheets lie.
const SHEETS: &str = "xl/worksheets/sheet";

/// Reads a spreadsheet of Deezer's; any other is refused.
pub(super) fn read(
    source: &mut dyn Source,
    spent: &Cell<u64>,
    out: &mut Out,
) -> Result<(), NotTaken> {
    let limits = out.limits;
    let mut shared = Ok(Vec::new());
    container::walk(source, &limits, spent, &mut |(name, file)| {
        if name == SHARED
            && let Ok(file) = file
        {
            shared = texts(file, limits.piece);
        }
    })?;
    let shared = shared?;
    let mut is_one = false;
    let mut damaged = false;
    container::walk(source, &limits, spent, &mut |(name, file)| {
        if let Ok(file) = file
            && name.starts_with(SHEETS)
        {
            let mut table = None;
            let mut take = |cells: &[&str], out: &mut Out| match &mut table {
                None => table = Some(Layout::of_deezer(cells).map(Table::new)),
                Some(Some(table)) => table.row(cells, out),
                Some(None) => {}
            };
            damaged |= sheet(file, &shared, limits.piece, out, &mut take).is_err();
            is_one |= matches!(table, Some(Some(_)));
        }
    })?;
    out.report.ends_early |= damaged && is_one;
    match is_one {
        true => Ok(()),
        false => Err(NotTaken::Spreadsheet),
    }
}

/// Every text of the table of texts.
fn texts(file: &mut dyn Read, piece: usize) -> Result<Vec<String>, NotTaken> {
    let mut texts = Vec::new();
    let mut size = 0;
    let mut text = String::new();
    let mut is_in = false;
    events(file, piece, &mut |event| {
        match event {
            Event::Start(start) => match start.local_name().into_inner() {
                "si" => text.clear(),
                "t" => is_in = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().into_inner() {
                "si" => {
                    size += text.len() + size_of::<String>();
                    texts.push(std::mem::take(&mut text));
                }
                "t" => is_in = false,
                _ => {}
            },
            Event::Empty(empty) if empty.local_name().into_inner() == "si" => {
                size += size_of::<String>();
                texts.push(String::new());
            }
            other if is_in => say(&mut text, &other),
            _ => {}
        }
        match size > MAX_SHARED {
            true => Err(NotTaken::RowTooLong),
            false => Ok(()),
        }
    })?;
    Ok(texts)
}

/// Every row of a sheet.
fn sheet(
    file: &mut dyn Read,
    shared: &[String],
    piece: usize,
    out: &mut Out,
    take: &mut dyn FnMut(&[&str], &mut Out),
) -> Result<(), NotTaken> {
    let mut cells: Vec<String> = Vec::new();
    let mut cell = Open::default();
    events(file, piece, &mut |event| {
        match event {
            Event::Start(start) => match start.local_name().into_inner() {
                "row" => cells.clear(),
                "c" => cell = Open::of(&start, cells.len()),
                "v" | "t" => cell.is_in = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().into_inner() {
                "v" | "t" => cell.is_in = false,
                "c" => std::mem::take(&mut cell).put(&mut cells, shared),
                "row" => {
                    let row: Vec<&str> = cells.iter().map(String::as_str).collect();
                    take(&row, out);
                }
                _ => {}
            },
            other if cell.is_in => say(&mut cell.text, &other),
            _ => {}
        }
        Ok(())
    })
}

/// A cell that is open.
#[derive(Default)]
struct Open {
    column: usize,
    is_shared: bool,
    is_in: bool,
    text: String,
}

impl Open {
    /// Cells that are empty may be left out, and the others say where they stand.
    fn of(start: &BytesStart, next: usize) -> Self {
        let value = |name: &str| {
            let found = start.try_get_attribute(name).ok().flatten();
            found.map(|found| found.value.to_string())
        };
        Self {
            column: value("r").and_then(|at| column(&at)).unwrap_or(next),
            is_shared: value("t").as_deref() == Some("s"),
            ..Self::default()
        }
    }

    fn put(self, cells: &mut Vec<String>, shared: &[String]) {
        if self.column >= MAX_COLUMNS {
            return;
        }
        if cells.len() <= self.column {
            cells.resize(self.column + 1, String::new());
        }
        cells[self.column] = match self.is_shared {
            true => {
                let number = self.text.trim().parse::<usize>().ok();
                let text = number.and_then(|number| shared.get(number));
                text.cloned().unwrap_or_default()
            }
            false => self.text,
        };
    }
}

/// The number of the column of `AB12`, from 0.
fn column(at: &str) -> Option<usize> {
    let mut letters = at.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.try_fold(0usize, |number, letter| {
        number
            .checked_mul(26)?
            .checked_add(usize::from(letter - b'A') + 1)
    })?;
    number.checked_sub(1)
}

fn say(text: &mut String, event: &Event) {
    // One byte more than fits shows that it is too long.
    if text.len() > MAX_LINE {
        return;
    }
    match event {
        Event::Text(said) => text.push_str(said),
        Event::CData(said) => text.push_str(said),
        Event::GeneralRef(entity) => text.push_str(&resolved(entity)),
        _ => {}
    }
}

fn events(
    file: &mut dyn Read,
    piece: usize,
    take: &mut dyn FnMut(Event) -> Result<(), NotTaken>,
) -> Result<(), NotTaken> {
    let text = Utf8::new(b"", file, piece);
    let pace = text.pace();
    pace.keep();
    let mut xml = Xml::from_reader(BufReader::new(text));
    let mut held = Vec::new();
    loop {
        held.clear();
        pace.step();
        match xml.read_event_into(&mut held) {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => take(event)?,
            Err(_) => return Err(NotTaken::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        for (at, number) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA1", Some(26)),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(column(at), number, "{at}");
        }
    }
}
