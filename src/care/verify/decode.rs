//! One of the threads that decode, at a low priority. It stores nothing.

use super::Measure;
use super::targets::{Cut, Target};
use crate::library::stamp_of;
use crate::music::{Checked, Damage, DamageKind, Song, Span};
use crossbeam_channel::{Receiver, Sender};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Music that plays meanwhile goes first, and so does everything else; lower still, and a busy machine would let an ffmpeg
/// starve until it is taken for one that hangs.
const NICE: i32 = 10;
/// A file to decode.
pub(super) struct Job {
    pub target: Target,
    pub songs: Vec<Arc<Song>>,
    pub path: PathBuf,
}

/// A file that was decoded.
pub(super) struct Done {
    pub job: Job,
    pub outcome: Outcome,
}

pub(super) enum Outcome {
    Checked(Checked),
    /// There is no sound in it, or none that is decoded here.
    Refused(Damage),
    /// It is not, or no longer, what it was.
    Changed,
    Stopped,
}

/// Decodes what comes until nothing more does.
pub(super) fn decode(
    jobs: &Receiver<Option<Job>>,
    results: &Sender<Done>,
    measure: &Measure,
    stop: &AtomicBool,
) {
    // Refused only where it is as low already.
    rustix::process::nice(NICE).ok();
    for job in jobs.iter().flatten() {
        let outcome = outcome(&job, measure, stop);
        if results.send(Done { job, outcome }).is_err() {
            return;
        }
    }
}

fn outcome(job: &Job, measure: &Measure, stop: &AtomicBool) -> Outcome {
    let as_known = |path: &Path| stamp_of(path).is_ok_and(|stamp| stamp == job.target.stamp);
    if stop.load(Relaxed) {
        return Outcome::Stopped;
    }
    if !as_known(&job.path) {
        return Outcome::Changed;
    }
    let spans: Vec<Span> = cuts(&job.songs)
        .iter()
        .filter_map(|(_, span)| *span)
        .collect();
    let measured = catch_unwind(AssertUnwindSafe(|| measure(&job.path, &spans, stop)));
    match measured {
        Ok(Ok(None)) => Outcome::Stopped,
        _ if !as_known(&job.path) => Outcome::Changed,
        Ok(Ok(Some(checked))) => Outcome::Checked(checked),
        Ok(Err(damage)) => Outcome::Refused(damage),
        Err(_) => Outcome::Refused(Damage {
            kind: DamageKind::Stops,
            at_ms: None,
            what: "it makes the decoder panic".to_owned(),
        }),
    }
}

/// The songs that are parts of their file, in order.
pub(super) fn cuts(songs: &[Arc<Song>]) -> Vec<Cut> {
    let parts = songs.iter().filter(|song| song.span.is_some());
    parts
        .filter_map(|song| Some((song.key?, song.span)))
        .collect()
}
