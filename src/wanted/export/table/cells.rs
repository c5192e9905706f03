//! Records and their cells. Rows may be shorter or longer than the header.

use super::super::limits::MAX_COLUMNS;
use csv::{ReaderBuilder, StringRecord};
use std::io::Read;

/// So many records tell what the columns are.
const SAMPLE: usize = 300;

/// Records with that separator. Between tabs, a quote is a character as any other.
pub(super) fn reader<R: Read>(separator: u8, text: R) -> csv::Reader<R> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .quoting(separator != b'\t')
        .from_reader(text)
}

/// A record's cells, without blanks around them; those past the last column that is looked at are left out.
pub(super) fn cells(separator: u8, record: &StringRecord) -> Vec<&str> {
    let cell = |cell| {
        let cell: &str = str::trim(cell);
        let inner = cell
            .strip_prefix('"')
            .and_then(|cell| cell.strip_suffix('"'));
        match separator {
            b'\t' => inner.filter(|inner| !inner.contains('"')).unwrap_or(cell),
            _ => cell,
        }
    };
    record.iter().take(MAX_COLUMNS).map(cell).collect()
}

/// The first records of a text; the last one of a text that is cut is left out.
pub(super) fn sample(separator: u8, text: &str, is_whole: bool) -> Vec<Vec<String>> {
    let mut records = reader(separator, text.as_bytes());
    let mut sample: Vec<Vec<String>> = Vec::new();
    let mut record = StringRecord::new();
    let mut last = None;
    while let Ok(true) = records.read_record(&mut record) {
        sample.extend(last.take());
        let row = cells(separator, &record);
        let is_row = row.iter().any(|cell| !cell.is_empty()) && !super::is_comment(row[0]);
        last = is_row.then(|| row.into_iter().map(str::to_owned).collect());
        if sample.len() >= SAMPLE {
            break;
        }
    }
    sample.extend(last.filter(|_| is_whole));
    sample
}
