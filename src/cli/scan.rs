//! `standin scan`.

use super::out::{Out, count, counted};
use super::signals::Signals;
use super::songs::insert_path;
use super::telling::Telling;
use super::{Context, Exit, Outcome, Stop};
use crate::library::Holder;
use crate::library::scan::{Held, Progress, ScanOptions, ScanReport, Skip};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Music that plays meanwhile goes first, and so does everything else.
const NICE: i32 = 10;

/// Skipped files that are named without `-v`.
const MAX_NAMED: usize = 20;

/// Index music folders; without one, those known, or else your music folder
///
/// Only new and changed files are read. Nothing in a music folder is ever written. A folder that is away keeps its
/// songs in the index until it is back.
///
/// Music is what is music: files of any name are looked at, except those that are surely something else (pictures,
/// texts, films). Hidden files are passed over.
///
/// A link to a file is that file. A link to a folder is not followed, and is listed: scan its target instead.
///
/// A folder with .nomedia or an empty .ndignore in it is passed over, unless you named it. .standinignore and .ndignore
/// (patterns as in .gitignore) and .mpdignore (a wildcard a line) leave out what fits them, in their folder and below.
/// What is left out is kept in mind, and is back when the pattern goes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin scan ~/Music /mnt/disk/music\n  standin scan            again, only what has changed\n  standin scan --full     every file anew\n  standin scan --prune    what is no longer there is meant to be gone"
)]
pub struct Args {
    /// Folders to index, and to remember
    #[arg(value_name = "ROOT")]
    roots: Vec<PathBuf>,
    /// Read every file again, changed or not
    #[arg(long)]
    full: bool,
    /// Files that are no longer there are meant to be gone, however many, and are forgotten; your stars and lists stay
    #[arg(long)]
    prune: bool,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let library = context.library();
    let roots =
        library.roots_to_scan(&args.roots, context.places.music.as_deref(), args.dry_run)?;
    if let Some(guessed) = &roots.guessed {
        context.out.say(format!(
            "No folder was named and none is known: this indexes {}.",
            guessed.display()
        ));
    }
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let out = &context.out;
    let bar = progress_bar(out);
    let telling = Telling::begin("scan", context);
    give_way();
    let report = library.scan(
        &roots,
        ScanOptions {
            full: args.full,
            prune: args.prune,
            dry_run: args.dry_run,
            ..ScanOptions::default()
        },
        &|progress| {
            show(&bar, out, progress);
            tell_how_far(&telling, progress);
        },
        signals.flag(),
    );
    bar.finish_and_clear();
    drop(telling);
    let report = report?;
    tell(&report, args.dry_run, &mut context.out)?;
    Ok(signals.asked().unwrap_or_else(|| exit(&report)))
}

/// From now on this thread, and what it starts, works at a low priority: on a quiet machine that costs nothing.
pub fn give_way() {
    // Refused only where it is as low already.
    rustix::process::nice(NICE).ok();
}

/// What a scan ends with: an absent root first, then files that could not be read.
pub fn exit(report: &ScanReport) -> Exit {
    let is_whole = report.skipped.is_empty() && report.held.is_empty();
    Exit::of_files(is_whole, report.away.is_empty())
}

/// Drawn on stderr, and only where people look.
pub fn progress_bar(out: &Out) -> ProgressBar {
    if !out.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar} {per_sec} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// For whom a scan waits.
pub fn waiting(holder: Option<Holder>) -> String {
    match holder {
        Some(holder) => format!("Waiting for {holder} to end its scan."),
        None => "Waiting for another scan.".into(),
    }
}

/// How far a scan is, on its bar.
pub fn show(bar: &ProgressBar, out: &Out, progress: Progress) {
    match progress {
        // A bar is not to be seen everywhere.
        Progress::Waiting(holder) => bar.suspend(|| out.say(waiting(holder))),
        Progress::Scanning { seen, expected, .. } => {
            bar.set_message("");
            // Before the first scan nobody knows how much there is: the bar fills as files are found.
            bar.set_length(expected.max(seen));
            bar.set_position(seen);
        }
        Progress::Finishing => bar.set_message("finishing"),
    }
}

/// The same, for who looks elsewhere. Before the first scan nobody knows how much there is.
fn tell_how_far(telling: &Telling, progress: Progress) {
    if let Progress::Scanning { seen, expected, .. } = progress {
        telling.tell(seen, Some(expected).filter(|expected| *expected >= seen));
    }
}

/// The counts, which add up, and what was skipped, with its reasons.
pub fn tell(report: &ScanReport, dry_run: bool, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        return Ok(out.json(json(report, dry_run))?);
    }
    let sum = format!(
        "{} {} = {} new + {} changed + {} moved + {} same + {} skipped",
        if dry_run { "would scan" } else { "scanned" },
        count(report.seen),
        count(report.new),
        count(report.changed),
        count(report.moved),
        count(report.same),
        count(report.skipped.len()),
    );
    out.line(if report.gone > 0 {
        format!("{sum}; {} gone", count(report.gone))
    } else {
        sum
    })?;
    // The sum stands before what is said beside it, also where both go to one place.
    out.flush()?;
    let named = if out.verbose {
        report.skipped.len()
    } else {
        MAX_NAMED
    };
    for skip in report.skipped.iter().take(named) {
        out.say(format!("Skipped {}: {}.", skip.path.display(), skip.reason));
    }
    if report.skipped.len() > named {
        out.say(format!(
            "There are {} more; `standin scan -v` names all.",
            count(report.skipped.len() - named)
        ));
    }
    if let Some(bad) = &report.remade {
        out.warn(format!(
            "the index was damaged and has been made anew; the old one is kept as {}.",
            bad.display()
        ));
    }
    for sheet in report
        .sheets
        .iter()
        .take(if out.verbose { usize::MAX } else { MAX_NAMED })
    {
        out.say(format!(
            "The cue sheet {}: {}.",
            sheet.path.display(),
            sheet.reason.trim_end_matches('.')
        ));
    }
    for held in &report.held {
        out.warn(format!(
            "{} of {} files of “{}” are no longer there; they are kept, for a disk may be away. If they are meant to be gone: standin scan --prune.",
            count(held.files),
            count(held.of),
            held.root.name
        ));
    }
    if report.forgotten > 0 {
        out.say(format!(
            "{} that {} gone {} forgotten.",
            counted(report.forgotten, "file"),
            if report.forgotten == 1 { "was" } else { "were" },
            match (dry_run, report.forgotten) {
                (true, _) => "would be",
                (false, 1) => "is",
                (false, _) => "are",
            }
        ));
    }
    for root in &report.away {
        out.warn(format!(
            "“{}” ({}) is away; its songs are kept until it is back.",
            root.name,
            root.dir.display()
        ));
    }
    if report.stopped {
        out.say("Stopped early: what was read is kept, and the next scan goes on from there.");
    } else if !dry_run && report.songs_total == 0 {
        out.say("No music was found: name the folder where it is; `standin ls --skipped` tells what was passed over.");
    } else if !dry_run {
        out.say(format!(
            "The library has {} ({:.1} s).",
            counted(report.songs_total, "song"),
            report.elapsed.as_secs_f64()
        ));
    }
    Ok(())
}

/// The report as JSON.
pub fn json(report: &ScanReport, dry_run: bool) -> Value {
    let skipped = report.skipped.iter().map(skip_json);
    let remade = report.remade.as_ref().map(|bad| bad.to_string_lossy());
    json!({
        "seen": report.seen, "new": report.new, "changed": report.changed, "moved": report.moved, "same": report.same,
        "skipped": skipped.collect::<Vec<_>>(), "gone": report.gone, "songs": report.songs_total, "dry_run": dry_run,
        "away": report.away.iter().map(|root| root.name.clone()).collect::<Vec<_>>(), "seconds": report.elapsed.as_secs_f64(),
        "held": report.held.iter().map(held_json).collect::<Vec<_>>(), "forgotten": report.forgotten,
        "interrupted": report.stopped, "damaged_index": remade,
        "sheets": report.sheets.iter().map(skip_json).collect::<Vec<_>>(),
    })
}

fn held_json(held: &Held) -> Value {
    json!({ "root": held.root.name, "files": held.files, "of": held.of })
}

/// A skipped file and why.
pub fn skip_json(skip: &Skip) -> Value {
    let mut value = json!({ "reason": skip.reason });
    insert_path(&mut value, "path", &skip.path);
    value
}
