//! `standin playlist check`: what a playlist is, and each row of it that will not play. It changes nothing.

use super::super::out::count;
use super::{Context, Exit, Outcome, Printable, Stop, Value, json};
use crate::library::{FileRow, Library, PlaylistFile};
use crate::music::{Typed, Verdict, Wanted};

/// A playlist, looked at.
struct Checked {
    /// The file as it was named, or the stored playlist.
    name: String,
    /// Format and encoding; `None` for a stored playlist.
    read_as: Option<(&'static str, &'static str)>,
    found: usize,
    refused: usize,
    notes: Vec<String>,
    missing: Vec<Missing>,
}

/// A row without a song.
struct Missing {
    /// `mix.m3u, line 3` or `row 3`.
    at: String,
    label: String,
    reason: String,
}

impl Checked {
    fn rows(&self) -> usize {
        self.found + self.missing.len() + self.refused
    }

    fn exit(&self) -> Exit {
        super::partial_if(self.missing.len() + self.refused)
    }
}

pub fn check(what: &[Typed], context: &mut Context) -> Outcome {
    let library = context.library();
    let mut exit = Exit::Done;
    let mut all = Vec::new();
    for name in what {
        let checked = look(name, &library)?;
        exit = exit.or_worse(checked.exit());
        all.push(checked);
    }
    if context.out.json {
        let all: Vec<Value> = all.iter().map(as_json).collect();
        context.out.json(json!({ "playlists": all }))?;
        return Ok(exit);
    }
    for checked in &all {
        tell(checked, context)?;
    }
    Ok(exit)
}

/// A file is meant before a stored playlist, as everywhere.
fn look(name: &Typed, library: &Library) -> Result<Checked, Stop> {
    let path = Typed::path(std::slice::from_ref(name));
    if path.is_file() {
        let file = std::path::absolute(&path).unwrap_or(path);
        return of_file(name, library.playlist_file(&file)?, library);
    }
    let choice = library.resolved_playlist(name)?;
    let rows = (1..).zip(&choice.rows);
    let reasons = library.reasons(&choice.rows)?;
    let missing: Vec<Missing> = rows
        .zip(reasons)
        .filter_map(|((number, row), reason)| missing(format!("row {number}"), row, reason))
        .collect();
    Ok(Checked {
        name: choice.name().to_owned(),
        read_as: None,
        found: choice.rows.len() - missing.len(),
        refused: 0,
        notes: choice.notes,
        missing,
    })
}

fn of_file(name: &str, file: PlaylistFile, library: &Library) -> Result<Checked, Stop> {
    let wanted: Vec<Wanted> = file.rows.iter().map(|row| row.wanted.clone()).collect();
    let verdicts = library.resolve(&wanted)?;
    let rows: Vec<_> = wanted.into_iter().zip(verdicts).collect();
    let reasons = library.reasons(&rows)?;
    let at = |row: &FileRow| format!("{}, line {}", Printable::path(&row.file), row.line);
    let missing: Vec<Missing> = file
        .rows
        .iter()
        .zip(rows.iter().zip(reasons))
        .filter_map(|(row, (resolved, reason))| missing(at(row), resolved, reason))
        .collect();
    Ok(Checked {
        name: name.to_owned(),
        read_as: Some((file.format.name(), file.encoding.name())),
        found: file.rows.len() - missing.len(),
        refused: file.refused,
        notes: file.notes,
        missing,
    })
}

fn missing(at: String, (wanted, verdict): &(Wanted, Verdict), reason: String) -> Option<Missing> {
    verdict.miss()?;
    Some(Missing {
        at,
        label: wanted.label(),
        reason,
    })
}

fn tell(checked: &Checked, context: &mut Context) -> Result<(), Stop> {
    let read_as = match checked.read_as {
        Some((format, encoding)) => format!("{format}, {encoding}, "),
        None => String::new(),
    };
    let out = &mut context.out;
    out.line(format!(
        "{}: {read_as}rows {} = {} found + {} missing + {} refused",
        Printable::new(&checked.name),
        count(checked.rows()),
        count(checked.found),
        count(checked.missing.len()),
        count(checked.refused)
    ))?;
    for note in &checked.notes {
        out.line(format!("  {}", Printable::new(note)))?;
    }
    for row in &checked.missing {
        let label = Printable::new(&row.label);
        out.line(format!("  {}: {label}: {}.", row.at, row.reason))?;
    }
    Ok(())
}

fn as_json(checked: &Checked) -> Value {
    let missing: Vec<Value> = checked
        .missing
        .iter()
        .map(|row| json!({ "at": row.at, "label": row.label, "reason": row.reason }))
        .collect();
    json!({
        "name": checked.name,
        "format": checked.read_as.map(|(format, _)| format),
        "encoding": checked.read_as.map(|(_, encoding)| encoding),
        "rows": checked.rows(),
        "found": checked.found,
        "missing": missing.len(),
        "refused": checked.refused,
        "notes": checked.notes,
        "missing_rows": missing,
    })
}
