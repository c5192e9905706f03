//! `standin history`.

use super::table::Column;
use super::{Context, Exit, Outcome};
use crate::library::person::Told;
use serde_json::{Value, json};

/// Lines that are told where nobody says how many.
const USUALLY: usize = 50;

/// What was heard, newest first
///
/// A song counts as heard when half of it or 4 minutes of it have sounded, and as skipped when it was left for another
/// before that, after 2 seconds at the earliest. Both belong to the recording: they stay when its file is moved, renamed
/// or gone. `standin info` tells the counts of a song.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin history
  standin history 1000 | cut -f2 | sort | uniq -c | sort -rn | head")]
pub struct Args {
    /// So many lines
    #[arg(value_name = "N", default_value_t = USUALLY)]
    lines: usize,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let history = context.library().person_reader()?.history(args.lines)?;
    let out = &mut context.out;
    if out.json {
        let lines: Vec<Value> = history.iter().map(value).collect();
        out.json(json!({ "history": lines }))?;
    } else if history.is_empty() {
        out.say("Nothing was heard yet.");
    } else {
        let columns = [
            Column::word("WHEN").stays(),
            Column::text("SONG").stays(),
            Column::word("SKIPPED"),
        ];
        let rows: Vec<_> = history.iter().map(row).collect();
        out.table(&columns, &rows)?;
    }
    Ok(Exit::Done)
}

fn row(line: &Told) -> Vec<String> {
    let mark = if line.heard.to_the_end { "" } else { "skipped" };
    vec![line.when.clone(), line.song.label(), mark.to_owned()]
}

fn value(line: &Told) -> Value {
    let song = &line.song;
    json!({
        "at_ms": line.heard.at_ms, "skipped": !line.heard.to_the_end, "key": line.heard.key,
        "title": song.title, "artists": song.artists, "album": song.album, "length_ms": song.length_ms,
    })
}
