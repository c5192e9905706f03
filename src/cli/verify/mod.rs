//! `standin verify`.
//!
//! - `bar`: how far it is, and how long it will take. `told`: what came of it.

mod bar;
mod told;

use super::play::choose;
use super::search::nothing_found;
use super::signals::Signals;
use super::telling::Telling;
use super::{Context, Exit, Outcome, Stop};
use crate::care::verify::{VerifyOptions, VerifyReport, verify};
use crate::library::Scope;
use crate::music::{Song, Typed};
use bar::Bar;
use std::sync::Arc;

/// Decode every file whole, to find what is damaged and how loud it is
///
/// A backup is only one that was tested: a file that plays its first minute may be cut off in the fourth. Every frame is
/// decoded, FLAC is held against its own checksum, and what is wrong is listed with its place.
///
/// In the same pass the loudness of every song and album is measured (EBU R 128, with true peaks). `play` takes it for
/// songs that have no ReplayGain tags.
///
/// The newest files come first. It can be stopped at any time and goes on where it was; what is known is not done again
/// for as long as the file stays as it is. It works with low priority on all processors but one.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin verify                 all that is not known yet\n  standin verify ~/Music/new     a folder, a file, an album, an artist, a playlist …\n  standin verify --again blue    although it is known\n  standin verify --dry-run       what is damaged as far as is known, and what is left\n  standin verify --json | jq -r '.damaged[].path'"
)]
pub struct Args {
    /// What to check, named as for `play`; without, everything
    #[arg(value_name = "WORDS|PATH")]
    what: Vec<Typed>,
    /// Check again what is known
    #[arg(long)]
    again: bool,
    /// Files that are decoded at the same time
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: Option<u8>,
    /// Only say what is known and what is left
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let songs = named(&args.what, context)?;
    let library = context.library();
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let bar = Bar::new(&context.out);
    let telling = Telling::begin("verify", context);
    let report = verify(
        &library,
        songs.as_deref(),
        &VerifyOptions {
            again: args.again,
            jobs: args.jobs.map_or_else(usual_jobs, usize::from),
            dry_run: args.dry_run,
        },
        &|progress| {
            bar.show(progress);
            telling.tell(progress.files, Some(progress.of_files));
        },
        signals.flag(),
    );
    drop((bar, telling));
    let report = report?;
    if report.files == 0 && report.away.is_empty() {
        let songs = library.reader()?.song_count()?;
        return Err(nothing_found(&args.what.join(" "), songs));
    }
    told::tell(&report, args.dry_run, &mut context.out)?;
    Ok(signals.asked().unwrap_or_else(|| exit(&report)))
}

/// The songs that words or paths mean; `None`: all.
fn named(what: &[Typed], context: &Context) -> Result<Option<Vec<Arc<Song>>>, Stop> {
    if what.is_empty() {
        return Ok(None);
    }
    let choice = choose(what, Scope::Everything, context)?;
    let songs = choice.songs();
    if songs.is_empty() {
        let songs = context.library().reader()?.song_count()?;
        return Err(nothing_found(&what.join(" "), songs));
    }
    Ok(Some(songs))
}

/// One processor is left to everything else.
fn usual_jobs() -> usize {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    all.saturating_sub(1).max(1)
}

/// An absent root first, then damage and what could not be checked.
fn exit(report: &VerifyReport) -> Exit {
    let wrong = [
        report.damaged.len(),
        report.unchecked.len(),
        report.changed.len(),
    ];
    Exit::of_files(
        wrong.iter().all(|count| *count == 0),
        report.away.is_empty(),
    )
}
