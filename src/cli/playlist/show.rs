//! `standin playlist show`: each row, and what will play for it.

use super::super::out::Out;
use super::super::rows;
use super::super::songs::{self, ListArgs};
use super::smart::{found_nothing, query_json};
use super::{Column, Context, Exit, Outcome, Stop, Value, Wanted, clock, counted, json};
use crate::library::Choice;
use crate::library::person::{Mirror, StoredPlaylist};
use crate::music::Verdict;
use std::collections::HashMap;

const COLUMNS: [Column; 6] = [
    Column::number("ROW"),
    Column::word("MATCH"),
    Column::text("ARTIST"),
    Column::text("TITLE").stays(),
    Column::number("TIME"),
    Column::text("FILE"),
];

/// What is told of a row that the service has no more.
const REMOVED_THERE: &str = "no longer there";

pub fn show(name: &str, list: &ListArgs, context: &mut Context) -> Outcome {
    let library = context.library();
    let stored = library.stored_playlist(name)?;
    let query = stored.query.clone();
    let mirror = library.person_reader()?.mirror(&stored.name)?;
    let removed = removed_there(&stored, mirror.as_ref());
    let playlist = library.resolved(stored)?;
    let missing = playlist.missing().count();
    let nothing = found_nothing(&playlist, query.is_some());
    let reasons = library.reasons(&playlist.rows)?;
    let out = &mut context.out;
    if out.json {
        let rows = playlist.rows.iter().zip(&reasons).enumerate();
        let rows: Vec<Value> = rows
            .map(|(at, ((wanted, verdict), reason))| {
                let mut row = rows::json(wanted, verdict, reason);
                if let Some(at_ms) = removed.get(&at) {
                    row["removed_there_at_ms"] = (*at_ms).into();
                }
                if let Some(at_ms) = mirror
                    .as_ref()
                    .and_then(|mirror| mirror.added_at_ms(wanted))
                {
                    row["added_there_at_ms"] = at_ms.into();
                }
                row
            })
            .collect();
        let query = query_json(query.as_deref());
        out.json(
            json!({ "name": playlist.name(), "query": query, "rows": rows, "missing": missing }),
        )?;
        if nothing.is_some() {
            return Ok(Exit::NothingFound);
        }
    } else if let Some(nothing) = nothing {
        return Err(nothing);
    } else if list.is_for_songs_alone() {
        for (at, (wanted, verdict)) in playlist.rows.iter().enumerate() {
            print_line(at, wanted, verdict, list, out)?;
        }
    } else {
        table(&playlist, &reasons, &removed, out)?;
    }
    Ok(super::partial_if(missing))
}

/// When the service was first seen without a row, by the row's place from 0.
fn removed_there(stored: &StoredPlaylist, mirror: Option<&Mirror>) -> HashMap<usize, i64> {
    let rows = stored.rows.iter().enumerate();
    let removed = rows.filter_map(|(at, row)| Some((at, mirror?.removed_at_ms(row)?)));
    removed.collect()
}

fn table(
    playlist: &Choice,
    reasons: &[String],
    removed: &HashMap<usize, i64>,
    out: &mut Out,
) -> Result<(), Stop> {
    let mut columns = COLUMNS.to_vec();
    if !removed.is_empty() {
        columns.push(Column::word("THERE"));
    }
    let numbered = playlist.rows.iter().zip(reasons).enumerate();
    let rows: Vec<_> = numbered
        .map(|(at, ((wanted, verdict), reason))| {
            let mut cells = row(at + 1, wanted, verdict, reason);
            if !removed.is_empty() {
                let is_removed = removed.contains_key(&at);
                cells.push(if is_removed { REMOVED_THERE } else { "" }.into());
            }
            cells
        })
        .collect();
    out.table(&columns, &rows)?;
    if out.is_terminal {
        let missing = playlist.missing().count();
        out.flush()?;
        out.say(format!(
            "{} of {} will play; {missing} missing.",
            counted(rows.len() - missing, "row"),
            rows.len()
        ));
    }
    Ok(())
}

/// A row by a format, or the path of its song: a row without one has no path.
fn print_line(
    at: usize,
    wanted: &Wanted,
    verdict: &Verdict,
    list: &ListArgs,
    out: &mut Out,
) -> Result<(), Stop> {
    match (&list.format, verdict.song()) {
        (Some(format), Some(song)) => {
            songs::print_line(format, &|name| songs::value(song, at, name), out)
        }
        (Some(format), None) => {
            let value = |name: &str| songs::value_of_missing(wanted, at, name);
            songs::print_line(format, &value, out)
        }
        (None, Some(song)) => songs::print_path(&song.path(), list, out),
        (None, None) => Ok(()),
    }
}

fn row(number: usize, wanted: &Wanted, verdict: &Verdict, reason: &str) -> Vec<String> {
    let file = match verdict {
        Verdict::Found { song, .. } => song.uri().to_string(),
        Verdict::Offered { .. } | Verdict::Missing(_) => reason.to_owned(),
    };
    let title = if wanted.title.is_empty() {
        wanted.label()
    } else {
        wanted.title.clone()
    };
    let length = wanted
        .length_ms
        .or_else(|| verdict.song()?.length_ms)
        .map_or(String::new(), clock);
    vec![
        number.to_string(),
        verdict.word().into(),
        wanted.artists.join(", "),
        title,
        length,
        file,
    ]
}
