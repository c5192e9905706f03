//! Every file decoded whole, newest first: a backup is only one that was tested. What it finds out, damage and loudness,
//! is kept in `standin.db` file by file, so that it goes on where it was stopped. It writes into no music folder, and
//! takes nothing out of the index.
//!
//! - `targets`: the files that are meant, and those of them that are known already.
//! - `work`: hands the files out and stores what comes of them. `decode`: threads of low priority that decode.

mod decode;
mod targets;
#[cfg(test)]
mod tests;
mod work;

use super::away;
use crate::engine;
use crate::library::{Library, LibraryError};
use crate::music::{Checked, Damage, Song, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Decodes a file whole, and measures it and these spans of it; `Ok(None)`: it was told to stop, `Err`: there is no sound
/// in it, or none that is decoded here.
type Measure<'a> =
    dyn Fn(&Path, &[Span], &AtomicBool) -> Result<Option<Checked>, Damage> + Sync + 'a;

/// How it is done.
pub struct VerifyOptions {
    /// What is known already is done again.
    pub again: bool,
    /// Files that are decoded at the same time.
    pub jobs: usize,
    /// Tell what is known and what is left, and decode nothing.
    pub dry_run: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Files that are done, those known before not counted.
    pub files: u64,
    /// Files that are to be done in all.
    pub of_files: u64,
    /// Music that is decoded, in ms; where a length is not known it counts nothing.
    pub ms: u64,
    /// Music that is to be decoded in all, in ms.
    pub of_ms: u64,
}

/// A file, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// One thing at least.
    pub damage: Vec<Damage>,
}

/// What came of it. files = whole + damaged + unchecked + changed + left.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Files that were meant and are here.
    pub files: u64,
    /// Without damage.
    pub whole: u64,
    /// With damage.
    pub damaged: Vec<Found>,
    /// Those that could not be opened, or that nothing here decodes.
    pub unchecked: Vec<Found>,
    /// Those that are no longer as the index has them: a scan comes first.
    pub changed: Vec<PathBuf>,
    /// Those that it was stopped before, or that a dry run would decode.
    pub left: u64,
    /// The music in those that are left, in ms; where a length is not known it counts nothing.
    pub left_ms: u64,
    /// How many of them were known before, whole or damaged.
    pub known: u64,
    /// Names of roots that are away: none of their files is among the others.
    pub away: Vec<String>,
    /// It was stopped.
    pub stopped: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// Checks the files of these songs, or of all that are here where none are given.
pub fn verify(
    library: &Library,
    songs: Option<&[Arc<Song>]>,
    options: &VerifyOptions,
    progress: &dyn Fn(VerifyProgress),
    stop: &AtomicBool,
) -> Result<VerifyReport, LibraryError> {
    let measure = |path: &Path, spans: &[Span], stop: &AtomicBool| {
        engine::measure(path, spans, stop).map_err(|error| error.as_damage(false))
    };
    verify_by(&measure, library, songs, options, progress, stop)
}

fn verify_by(
    measure: &Measure,
    library: &Library,
    songs: Option<&[Arc<Song>]>,
    options: &VerifyOptions,
    progress: &dyn Fn(VerifyProgress),
    stop: &AtomicBool,
) -> Result<VerifyReport, LibraryError> {
    let started = Instant::now();
    let mut report = VerifyReport::default();
    let mut work = work::Work {
        reader: library.reader()?,
        person: match options.dry_run {
            true => library.person_reader()?,
            false => library.person()?,
        },
        keeps: !options.dry_run,
        report: &mut report,
    };
    let away = away(library)?;
    let targets = targets::targets(&work.reader, songs, &away)?;
    work.report.files = targets.len() as u64;
    let mut pending = Vec::new();
    for target in targets {
        if options.again || !work.is_known(&target, &away)? {
            pending.push(target);
        }
    }
    if options.dry_run {
        work.leave(pending.iter());
    } else {
        work.run(pending, options.jobs, measure, progress, stop)?;
    }
    report.away = away.into_iter().map(|root| root.name.clone()).collect();
    report.elapsed = started.elapsed();
    Ok(report)
}
