//! `standin status`, and `standin` alone.

use super::first::Beginning;
use super::format::Format;
use super::out::counted;
use super::wire;
use super::{Context, Exit, Outcome};
use crate::daemon::{Glance, Saved, SavedPlace, SavedRow};
use crate::mpd::remote::{Remote, RemoteError};
use crate::music::clock;
use serde_json::{Value, json};

/// What plays, and what could (also without a verb)
///
/// With a daemon, or the server that MPD_HOST names: three lines as mpc prints them. Without: what waits here.
#[derive(clap::Args, Default)]
pub struct Args {
    /// The song's line in mpc's syntax: `[%artist% - ]%title%|%file%`
    #[arg(short, long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match Remote::connect(wire::meant(context)) {
        Ok(mut remote) => return wire::tell_as(args.format.as_ref(), &mut remote, context),
        Err(RemoteError::NotThere { address, .. }) if address.is_own => {}
        Err(error) => return Err(error.into()),
    }
    let songs = context.library().reader()?.song_count()?;
    let saved = Saved::glance(&context.places.state).ok().flatten();
    let saved = saved.unwrap_or_default();
    let is_new = songs == 0 && saved.at.is_none() && saved.rows == 0;
    let beginning = is_new.then(|| Beginning::here(context));
    let out = &mut context.out;
    if out.json {
        let current = saved.at.as_ref().map(|(row, place)| current(row, *place));
        let mut answer = json!({
            "state": state(&saved).0, "songs": songs, "queue": saved.rows, "current": current,
        });
        if let Some(beginning) = beginning {
            answer["beginning"] = beginning.json();
        }
        out.json(answer)?;
        return Ok(Exit::Done);
    }
    if let Some(beginning) = beginning {
        return beginning.tell(out);
    }
    out.line(format!("{} in the library.", counted(songs, "song")))?;
    match &saved.at {
        Some((row, place)) => {
            out.line(sentence(&saved, row, *place))?;
            if !saved.is_kept {
                out.line(
                    "`standin play --resume` goes on there; `standin play WORDS` plays what fits.",
                )?;
            }
        }
        None => out.line("`standin now` plays at once; `standin play WORDS` plays what fits.")?,
    }
    Ok(Exit::Done)
}

/// The word of `--json`, and one for people. A queue that no player keeps waits where it was left.
fn state(saved: &Glance) -> (&'static str, &'static str) {
    match &saved.at {
        None => ("stop", "Stopped"),
        Some(_) if saved.is_kept && saved.was_playing => ("play", "Playing"),
        Some(_) => ("pause", "Paused"),
    }
}

fn sentence(saved: &Glance, row: &SavedRow, place: SavedPlace) -> String {
    let length = row
        .wanted
        .length_ms
        .map_or(String::new(), |length| format!(" of {}", clock(length)));
    let stand_in = stand_in(row).map_or(String::new(), |told| format!(" ({told})"));
    format!(
        "{} at {}{length}: {}{stand_in}, {} of {}.",
        state(saved).1,
        clock(place.at_ms),
        row.wanted.label(),
        place.row + 1,
        counted(saved.rows, "song"),
    )
}

fn current(row: &SavedRow, place: SavedPlace) -> Value {
    let wanted = &row.wanted;
    let mut current = json!({
        "title": wanted.title,
        "artists": wanted.artists,
        "album": wanted.album,
        "length_ms": wanted.length_ms,
        "row": place.row + 1,
        "elapsed_ms": place.at_ms,
    });
    if let Some(told) = stand_in(row) {
        current["stand_in"] = told.into();
    }
    current
}

/// What is told of a song that stands in for another one.
fn stand_in(row: &SavedRow) -> Option<String> {
    row.origin.as_ref()?.stand_in()
}
