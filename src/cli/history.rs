//! `standin history`.

use super::scrobbles::{self, To, Way};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::person::Told;
use crate::music::Origin;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Lines that are told where nobody says how many.
const USUALLY: usize = 50;

/// What was heard, newest first
///
/// A song counts as heard when half of it or 4 minutes of it have sounded, and as skipped when it was left for another
/// before that, after 2 seconds at the earliest. Both belong to the recording: they stay when its file is moved, renamed
/// or gone. `standin info` tells the counts of a song. FROM is where a song of the queue came from: the playlist, the search,
/// the album, the artist or the path that was played, where standin was told.
///
/// --scrobbles and --listenbrainz write all of it, oldest first, for those who keep such lists; with --new what was not
/// written so before. The mark of that moves once the file is on the disk or the pipe has taken all: a crash before it
/// writes the same songs once more, which these services know by their time and take once.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin history
  standin history 1000 | cut -f2 | sort | uniq -c | sort -rn | head
  standin history --scrobbles /media/player/.scrobbler.log --new
  standin history --listenbrainz | while read -r listens; do
    curl -H \"Authorization: Token $TOKEN\" -d \"$listens\" https://api.listenbrainz.org/1/submit-listens
  done")]
pub struct Args {
    /// So many lines
    #[arg(value_name = "N", default_value_t = USUALLY)]
    lines: usize,
    /// Write it as a .scrobbler.log (Audioscrobbler 1.1); `-`: to stdout
    #[arg(long, value_name = "FILE", conflicts_with = "lines")]
    scrobbles: Option<PathBuf>,
    /// Print it as ListenBrainz takes it: a line of JSON for each 1,000 songs heard
    #[arg(long, conflicts_with_all = ["lines", "scrobbles"])]
    listenbrainz: bool,
    /// Of these only what is new, behind what the file holds
    #[arg(long)]
    new: bool,
    /// Write over a file that is there
    #[arg(short, long, requires = "scrobbles")]
    force: bool,
}

impl Args {
    fn way_out(&self) -> Option<(Way, To)> {
        match &self.scrobbles {
            _ if self.listenbrainz => Some((Way::ListenBrainz, To::Stdout)),
            Some(file) if file.as_os_str() == "-" => Some((Way::ScrobblerLog, To::Stdout)),
            Some(file) => {
                let (file, force) = (file.clone(), self.force);
                Some((Way::ScrobblerLog, To::File { file, force }))
            }
            None => None,
        }
    }
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.way_out() {
        Some((way, to)) => scrobbles::hand_out(way, &to, args.new, context),
        None if args.new => Err(Stop::new(
            Exit::Usage,
            "--new is of what --scrobbles and --listenbrainz write",
        )
        .hint("name one of them")),
        None => show(args, context),
    }
}

fn show(args: Args, context: &mut Context) -> Outcome {
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
            Column::text("FROM"),
        ];
        let rows: Vec<_> = history.iter().map(row).collect();
        out.table(&columns, &rows)?;
    }
    Ok(Exit::Done)
}

fn row(line: &Told) -> Vec<String> {
    let mark = if line.heard.to_the_end { "" } else { "skipped" };
    let origin = line.heard.origin.as_ref();
    let origin = origin.map_or(String::new(), Origin::to_string);
    vec![
        line.when.clone(),
        line.song.label(),
        mark.to_owned(),
        origin,
    ]
}

fn value(line: &Told) -> Value {
    let song = &line.song;
    json!({
        "at_ms": line.heard.at_ms, "skipped": !line.heard.to_the_end, "key": line.heard.key,
        "title": song.title, "artists": song.artists, "album": song.album, "length_ms": song.length_ms,
        "from": line.heard.origin,
    })
}
