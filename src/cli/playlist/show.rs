//! `standin playlist show`: each row, and what will play for it.

use super::super::out::Out;
use super::super::songs::{self, ListArgs, insert_path, insert_uri};
use super::smart::{found_nothing, query_json};
use super::{Column, Context, Exit, Outcome, Stop, Value, Wanted, clock, counted, json};
use crate::music::Verdict;

const COLUMNS: [Column; 6] = [
    Column::number("ROW"),
    Column::word("MATCH"),
    Column::text("ARTIST"),
    Column::text("TITLE").stays(),
    Column::number("TIME"),
    Column::text("FILE"),
];

pub fn show(name: &str, list: &ListArgs, context: &mut Context) -> Outcome {
    let library = context.library();
    let stored = library.stored_playlist(name)?;
    let query = stored.query.clone();
    let playlist = library.resolved(stored)?;
    let missing = playlist.missing().count();
    let nothing = found_nothing(&playlist, query.is_some());
    let out = &mut context.out;
    if out.json {
        let rows: Vec<Value> = playlist
            .rows
            .iter()
            .map(|(wanted, verdict)| row_json(wanted, verdict))
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
        let numbered = playlist.rows.iter().enumerate();
        let rows: Vec<_> = numbered
            .map(|(at, (wanted, verdict))| row(at + 1, wanted, verdict))
            .collect();
        out.table(&COLUMNS, &rows)?;
        if out.is_terminal {
            out.flush()?;
            out.say(format!(
                "{} of {} will play; {missing} missing.",
                counted(rows.len() - missing, "row"),
                rows.len()
            ));
        }
    }
    Ok(super::partial_if(missing))
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

fn row(number: usize, wanted: &Wanted, verdict: &Verdict) -> Vec<String> {
    let file = match verdict {
        Verdict::Found { song, .. } => song.uri().to_string(),
        Verdict::Offered { why, .. } | Verdict::Missing(why) => why.words().into(),
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

fn row_json(wanted: &Wanted, verdict: &Verdict) -> Value {
    let mut value = json!({
        "verdict": verdict.word(),
        "wanted": { "title": wanted.title, "artists": wanted.artists, "album": wanted.album, "length_ms": wanted.length_ms, "isrc": wanted.isrc, "span": wanted.span },
    });
    if let Some(place) = &wanted.place {
        insert_uri(&mut value["wanted"], "place", place);
    }
    match verdict {
        Verdict::Found { song, rung, .. } => {
            value["reason"] = format!("found by {}", rung.words()).into();
            value["song"] = songs::json(song);
            insert_path(&mut value, "file", &song.place.file());
        }
        Verdict::Offered { why, .. } | Verdict::Missing(why) => {
            value["reason"] = why.words().into();
        }
    }
    value
}
