//! `standin lyrics`.

use super::one::one_song;
use super::songs::insert_path;
use super::{Context, Exit, Outcome, Stop, live};
use crate::library::{Line, Lyrics, LyricsSource, lrc_time, lyrics};
use crate::music::{Printable, Typed};
use serde_json::{Value, json};

/// The lyrics of a song
///
/// NAME.lrc beside the song's file; else what is in the file, with times before without; else NAME.txt.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin lyrics so what\n  standin lyrics so what --synced > so\\ what.lrc\n  standin lyrics ~/Music/x.flac --json | jq '.lines[].ms'"
)]
pub struct Args {
    /// A file, or words as for `search`
    #[arg(required = true, value_name = "PATH|WORDS")]
    words: Vec<Typed>,
    /// Only lines with times, as LRC: `[mm:ss.xx]line`
    #[arg(long)]
    synced: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let song = one_song(&args.words, context)?;
    let nothing = |lacks: &str| {
        Stop::new(
            Exit::NothingFound,
            format!("{} {lacks}", live::names(&song)),
        )
    };
    let Some(found) = lyrics(&song)? else {
        return Err(nothing("has no lyrics")
            .hint("Neither its file has any, nor is there a .lrc or .txt of its name beside it"));
    };
    if args.synced && !found.is_synced() {
        return Err(nothing("has lyrics without times").hint("Without --synced they are shown"));
    }
    let lines = found
        .lines
        .iter()
        .filter(|line| !args.synced || line.at_ms.is_some());
    if context.out.json {
        let value = json(&found, lines);
        context.out.json(value)?;
        return Ok(Exit::Done);
    }
    for line in lines {
        let text = Printable::new(&line.text);
        match line.at_ms.filter(|_| args.synced) {
            Some(at_ms) => context.out.line(format!("{}{text}", lrc_time(at_ms)))?,
            None => context.out.line(text.to_string())?,
        }
    }
    Ok(Exit::Done)
}

fn json<'a>(found: &Lyrics, lines: impl Iterator<Item = &'a Line>) -> Value {
    let (source, path) = match &found.source {
        LyricsSource::File(path) => ("file", path),
        LyricsSource::Beside(path) => ("beside", path),
    };
    let lines: Vec<Value> = lines
        .map(|line| json!({ "ms": line.at_ms, "text": line.text }))
        .collect();
    let mut value = json!({ "source": source, "synced": found.is_synced(), "lines": lines });
    insert_path(&mut value, "path", path);
    value
}
