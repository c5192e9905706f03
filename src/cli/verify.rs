//! `standin verify`.

use super::out::{Out, count, counted};
use super::play::choose;
use super::search::nothing_found;
use super::signals::Signals;
use super::songs::insert_path;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::care::verify::{Found, VerifyOptions, VerifyProgress, VerifyReport, verify};
use crate::library::Scope;
use crate::music::{Song, clock};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::cell::Cell;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Files with a word of their own beside the answer, without `-v`.
const MAX_NAMED: usize = 20;

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
    what: Vec<String>,
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
    let report = verify(
        &library,
        songs.as_deref(),
        &VerifyOptions {
            again: args.again,
            jobs: args.jobs.map_or_else(usual_jobs, usize::from),
            dry_run: args.dry_run,
        },
        &|progress| bar.show(progress),
        signals.flag(),
    );
    bar.bar.finish_and_clear();
    let report = report?;
    if report.files == 0 && report.away.is_empty() {
        let songs = library.reader()?.song_count()?;
        return Err(nothing_found(&args.what.join(" "), songs));
    }
    tell(&report, args.dry_run, &mut context.out)?;
    Ok(signals.asked().unwrap_or_else(|| exit(&report)))
}

/// The songs that words or paths mean; `None`: all.
fn named(what: &[String], context: &Context) -> Result<Option<Vec<Arc<Song>>>, Stop> {
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
    let partial = if wrong.iter().all(|count| *count == 0) {
        Exit::Done
    } else {
        Exit::Partial
    };
    if report.away.is_empty() {
        partial
    } else {
        partial.or_worse(Exit::RootAway)
    }
}

/// Drawn on stderr, and only where people look.
struct Bar {
    bar: ProgressBar,
    began: Cell<Option<Instant>>,
}

impl Bar {
    fn new(out: &Out) -> Self {
        let hidden = out.quiet || out.json || !std::io::stderr().is_terminal();
        let bar = if hidden {
            ProgressBar::hidden()
        } else {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        };
        Self {
            bar,
            began: Cell::new(None),
        }
    }

    fn show(&self, progress: VerifyProgress) {
        let began = self.began.get().unwrap_or_else(Instant::now);
        self.began.set(Some(began));
        self.bar.set_length(progress.of_files);
        self.bar.set_position(progress.files);
        if let Some(left) = time_left(progress, began.elapsed()) {
            let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
            self.bar.set_message(format!("{} left", clock(left_ms)));
        }
    }
}

/// By the music that is left, at the speed until now; by the files where none tells its length.
fn time_left(progress: VerifyProgress, elapsed: Duration) -> Option<Duration> {
    let (done, all) = match progress.of_ms {
        0 => (progress.files, progress.of_files),
        of_ms => (progress.ms, of_ms),
    };
    if done == 0 {
        return None;
    }
    let left = all.saturating_sub(done) as f64 / done as f64;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * left).ok()
}

fn tell(report: &VerifyReport, dry_run: bool, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        return Ok(out.json(json(report, dry_run))?);
    }
    if !report.damaged.is_empty() {
        out.table(&COLUMNS, &rows(&report.damaged))?;
    }
    out.flush()?;
    out.say(if dry_run {
        outlook(report)
    } else {
        sum(report)
    });
    let most = if out.verbose { usize::MAX } else { MAX_NAMED };
    for found in report.unchecked.iter().take(most) {
        let why = found.damage.first().map_or("", |damage| &damage.what);
        out.say(format!(
            "Not checked {}: {}.",
            found.path.display(),
            why.trim_end_matches('.')
        ));
    }
    for path in report.changed.iter().take(most) {
        out.say(format!("Changed since the last scan: {}.", path.display()));
    }
    if report.unchecked.len().max(report.changed.len()) > most {
        out.say("There are more; `standin verify -v` names all.");
    }
    if !report.changed.is_empty() {
        out.say("`standin scan` looks at what has changed.");
    }
    for root in &report.away {
        out.warn(format!("“{root}” is away; none of its files was checked."));
    }
    if report.stopped {
        out.say("Stopped early: what was found out is kept, and the next `standin verify` goes on from there.");
    }
    Ok(())
}

/// `verified 12 = 9 whole + 1 damaged + 1 not checked + 1 changed; 4 known before (3.2 s)`
fn sum(report: &VerifyReport) -> String {
    let mut sum = format!(
        "Verified {} = {} whole + {} damaged + {} not checked + {} changed",
        counted(report.files, "file"),
        count(report.whole),
        count(report.damaged.len()),
        count(report.unchecked.len()),
        count(report.changed.len()),
    );
    if report.left > 0 {
        sum += &format!(" + {} left", count(report.left));
    }
    if report.known > 0 {
        sum += &format!("; {} known before", count(report.known));
    }
    format!("{sum} ({:.1} s).", report.elapsed.as_secs_f64())
}

/// `12 files = 9 whole + 1 damaged + 2 left to verify, 8:04 of music.`
fn outlook(report: &VerifyReport) -> String {
    let sum = format!(
        "{} = {} whole + {} damaged + {} left to verify",
        counted(report.files, "file"),
        count(report.whole),
        count(report.damaged.len()),
        count(report.left),
    );
    match report.left {
        0 => format!("{sum}."),
        _ => format!("{sum}, {} of music.", clock(report.left_ms)),
    }
}

const COLUMNS: [Column; 4] = [
    Column::text("FILE").stays(),
    Column::number("AT"),
    Column::word("KIND"),
    Column::text("WHAT"),
];

/// A row for each thing that is wrong.
fn rows(damaged: &[Found]) -> Vec<Vec<String>> {
    let each = damaged.iter().flat_map(|found| {
        found.damage.iter().map(|damage| {
            vec![
                found.path.to_string_lossy().into_owned(),
                damage.at_ms.map_or(String::new(), clock),
                damage.kind.name().to_owned(),
                damage.what.clone(),
            ]
        })
    });
    each.collect()
}

fn json(report: &VerifyReport, dry_run: bool) -> Value {
    let path = |path: &PathBuf| {
        let mut value = json!({});
        insert_path(&mut value, "path", path);
        value
    };
    let found = |found: &Found| {
        let damage = found.damage.iter().map(|damage| {
            json!({ "kind": damage.kind.name(), "at_ms": damage.at_ms, "what": damage.what })
        });
        let mut value = path(&found.path);
        value["damage"] = damage.collect();
        value
    };
    json!({
        "files": report.files, "whole": report.whole,
        "damaged": report.damaged.iter().map(found).collect::<Vec<_>>(),
        "unchecked": report.unchecked.iter().map(found).collect::<Vec<_>>(),
        "changed": report.changed.iter().map(path).collect::<Vec<_>>(),
        "left": report.left, "left_ms": report.left_ms, "dry_run": dry_run, "known": report.known, "away": report.away,
        "seconds": report.elapsed.as_secs_f64(), "interrupted": report.stopped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_of_the_music_left_else_of_the_files() {
        let progress = VerifyProgress {
            files: 9,
            of_files: 10,
            ms: 1_000,
            of_ms: 4_000,
        };
        let left = time_left(progress, Duration::from_secs(2));
        assert_eq!(left, Some(Duration::from_secs(6)));
        let unknown = VerifyProgress {
            of_ms: 0,
            ms: 0,
            ..progress
        };
        let left = time_left(unknown, Duration::from_secs(18));
        assert_eq!(left, Some(Duration::from_secs(2)));
        let begun = VerifyProgress { ms: 0, ..progress };
        assert_eq!(time_left(begun, Duration::from_secs(2)), None);
    }
}
