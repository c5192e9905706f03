//! `standin status`, and `standin` alone.

use super::out::counted;
use super::{Context, Exit, Outcome};
use crate::daemon::Saved;
use serde_json::json;

/// What plays, and what could (also without a verb)
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_: Args, context: &mut Context) -> Outcome {
    let songs = context.library().reader()?.song_count()?;
    let queue = Saved::load(&context.places.state)
        .ok()
        .flatten()
        .unwrap_or_default();
    let out = &mut context.out;
    if out.json {
        out.json(json!({ "state": "stop", "songs": songs, "queue": queue.rows.len() }))?;
        return Ok(Exit::Done);
    }
    if songs == 0 {
        out.line("Nothing is indexed yet. `standin scan FOLDER` indexes your music; `standin --help` tells the rest.")?;
        return Ok(Exit::Done);
    }
    out.line(format!("{} in the library.", counted(songs, "song")))?;
    match queue.position.and_then(|(row, _)| queue.rows.get(row)) {
        Some(row) => out.line(format!("`standin now` goes on with {}.", row.label()))?,
        None => out.line("`standin now` plays at once; `standin play WORDS` plays what fits.")?,
    }
    Ok(Exit::Done)
}
