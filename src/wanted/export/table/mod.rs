//! Tables: text with cells between separators, whatever program wrote it. A layout tells what each column means; columns of
//! which the meaning is not known, such as who added a row, are never looked at.

mod cells;
mod layout;
mod length;
mod look;
mod means;
mod object;
mod row;
mod values;

pub(super) use layout::{Layout, is_table};
pub(super) use means::Means;
pub(super) use object::{Cell, of_key, song, takes_list_name};
pub(super) use row::Table;

use super::NotTaken;
use super::out::Out;
use super::text::Utf8;

/// How lines begin that are no rows: Libre.fm's comments, with a `#` in UTF-7, and the head of scrobbler logs.
const COMMENTS: [&str; 4] = ["+ACM-", "#AUDIOSCROBBLER/", "#TZ/", "#CLIENT/"];

/// Reads a table of a known layout.
pub(super) fn read(layout: &Layout, text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    out.keep_pace();
    let mut records = cells::reader(layout.separator, text);
    let mut table = Table::new(layout.clone());
    let mut record = csv::StringRecord::new();
    let mut is_header = layout.has_header;
    loop {
        out.breathe();
        match records.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                table.end(out);
                return Err(failed(error));
            }
        }
        let row = cells::cells(layout.separator, &record);
        if row.iter().all(|cell| cell.is_empty()) || is_comment(row[0]) {
            continue;
        }
        match is_header {
            true => is_header = false,
            false => table.row(&row, out),
        }
    }
    table.end(out);
    Ok(())
}

fn is_comment(cell: &str) -> bool {
    COMMENTS.iter().any(|start| cell.starts_with(start))
}

fn failed(error: csv::Error) -> NotTaken {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => NotTaken::of_io(&error),
        _ => NotTaken::Damaged,
    }
}
