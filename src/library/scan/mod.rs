//! The scan, as steps: `walk` (which files) → `compare` (which of them are new or changed) →
//! `tags` (what they say; `by_path`: what their names say where tags are missing) → `store` (into the index) → `part` (what has gone or moved).
//! What only lies elsewhere than before goes past `tags`, by way of `moved`.
//!
//! One thread walks, a few compare and have workers read, the caller's thread writes; bounded channels lie between them,
//! so the slowest step sets the pace and memory does not grow with the library. It never changes a music folder, and it never
//! deletes a row: what is no longer there is *gone*, and only where its root is here and its folder could be read.

pub mod by_path;
mod compare;
mod folder;
mod glance;
pub mod ignored;
mod known;
mod moved;
mod names;
mod part;
mod passed;
mod remake;
mod report;
mod sheets;
mod sniff;
mod songs;
mod starts;
mod store;
mod tags;
mod tree;
mod waiting;
mod walk;

pub(super) use by_path::is_disc_folder;
pub(super) use folder::musical_files;
pub use glance::Heap;
pub(super) use ignored::Kind as IgnoreKind;
pub(super) use known::children;
pub(super) use names::{Promise, promise};
pub use report::{Held, Progress, ScanReport, Skip};
pub(super) use store::nfc_if_other;
pub use tags::{Found, SkipReason, read_tags};
pub(super) use walk::is_sheet;

use super::owned::OwnedFile;
use super::person::{RootState, state_of};
use super::sqlite::Trouble;
use super::turn::{self, Verb};
use super::worker::{ReadIn, TagReader, WorkerError};
use super::{Index, LibraryError};
use crate::library::mounts::Disk;
use crate::music::{Place, Root, Uri};
use compare::{Comparing, ReadBatch};
use crossbeam_channel::{Receiver, Sender, bounded};
use known::{Known, Scope};
use moved::Moves;
use starts::starts;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, Scope as Threads};
use std::time::Instant;
use store::{Store, Stored};
use walk::{Start, WalkBatch, WalkEnd};

/// Stretches of the walk that wait for a reader: it goes on while the rows to compare with are being loaded.
const WALKED_BATCHES: usize = 96;
/// Stretches that were read and wait for the writer.
const READ_BATCHES: usize = 8;
/// More readers than this gain nothing, even from a cold disk.
const MOST_READERS: usize = 8;

/// What to scan, and how.
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// Read every file again, changed or not.
    pub full: bool,
    /// What is no longer there is meant to be gone, however much it is, and is not to be known any more.
    pub prune: bool,
    /// Tell what would be done, and keep nothing of it.
    pub dry_run: bool,
    /// Only these roots and folders, each as `ROOT` or `ROOT/folder`; empty: every root, whole.
    pub only: Vec<Uri>,
    /// Where foreign files are read.
    pub read_in: ReadIn,
    /// Files that somebody is writing: they are left as they are.
    pub growing: Arc<HashSet<PathBuf>>,
    /// On whose behalf, for those who wait.
    pub by: Verb,
}

/// Brings the index up to date with the files below the roots.
///
/// `roots` are all that there are, even where `options.only` scans one: a file belongs to the innermost. `progress` is
/// called from this thread. `stop` ends the scan early and cleanly: what was stored stays. An index that is found to be
/// damaged is set aside and made anew; `full` looks for damage first.
pub fn scan(
    index: &Index,
    roots: &[Arc<Root>],
    options: &ScanOptions,
    progress: &(dyn Fn(Progress) + Sync),
    stop: &AtomicBool,
) -> Result<ScanReport, LibraryError> {
    // Where there is no index yet a dry run makes none, and there is nobody to wait for.
    let is_alone = options.dry_run && !index.path().exists();
    let lock = turn::beside(index.path());
    let waits = |holder| progress(Progress::Waiting(holder));
    let turn = match is_alone {
        true => None,
        false => turn::take(&lock, options.by, &waits, stop)?,
    };
    if turn.is_none() && !is_alone {
        return Ok(ScanReport {
            stopped: true,
            ..ScanReport::default()
        });
    }
    let is_to_check = options.full && index.path().exists();
    let checked = if is_to_check {
        remake::check(index)
    } else {
        Ok(())
    };
    match checked.and_then(|()| scan_as_it_is(index, roots, options, progress, stop)) {
        Err(error) if error.trouble() == Trouble::Damaged && !options.dry_run => {
            let remade = Some(remake::set_aside(index)?);
            // Nothing is known any more: everything is looked at.
            let whole = ScanOptions {
                only: Vec::new(),
                ..options.clone()
            };
            let report = scan_as_it_is(index, roots, &whole, progress, stop)?;
            Ok(ScanReport { remade, ..report })
        }
        scanned => scanned,
    }
}

fn scan_as_it_is(
    index: &Index,
    roots: &[Arc<Root>],
    options: &ScanOptions,
    progress: &(dyn Fn(Progress) + Sync),
    stop: &AtomicBool,
) -> Result<ScanReport, LibraryError> {
    let began = Instant::now();
    let connection = if options.dry_run {
        index.rehearsal()?
    } else {
        index.writer()?
    };
    let failed = LibraryError::sqlite(index.path());
    let store = Store::new(
        &connection,
        TagReader::new(&options.read_in),
        options.dry_run,
    )
    .map_err(&failed)?;
    let mut work = Work {
        index,
        roots,
        connection: &connection,
        store,
        report: ScanReport::default(),
        read: 0,
        unpromised: 0,
        waiting: 0,
        passed: Vec::new(),
        prune: options.prune,
        progress,
        stop,
    };
    let (starts, scopes, root_ids) = work.plan(options, &failed)?;
    let walked = work.walk_and_store(&starts, scopes, &root_ids, options, &failed)?;
    work.finish(walked, began).map_err(&failed)
}

/// What a file holds that is not in the index; a cue sheet of its name beside it cuts it.
pub fn read_file(path: &Path, reader: &mut TagReader) -> Result<OwnedFile, LibraryError> {
    let skipped = |reason: SkipReason| {
        LibraryError::Unreadable(Skip {
            path: path.to_owned(),
            reason: reason.to_string(),
        })
    };
    let absolute =
        std::path::absolute(path).map_err(|error| skipped(SkipReason::Open(error.to_string())))?;
    let place = Place::outside(&absolute).map_err(|error| skipped(error.into()))?;
    let mut found = reader.read_one(&absolute)?.map_err(skipped)?;
    by_path::fill_outside(&mut found.tags, &place.path, &|| by_path::neighbours(path));
    sheets::cut_by_namesake(&mut found, &absolute);
    Ok(OwnedFile::new(&found, &place))
}

struct Work<'a> {
    index: &'a Index,
    roots: &'a [Arc<Root>],
    connection: &'a rusqlite::Connection,
    store: Store<'a>,
    report: ScanReport,
    read: u64,
    /// Files that the walk did not count.
    unpromised: u64,
    /// Files that the walk counted and that wait.
    waiting: u64,
    /// What is skipped and is no file that the index can hold.
    passed: Vec<Skip>,
    prune: bool,
    progress: &'a (dyn Fn(Progress) + Sync),
    stop: &'a AtomicBool,
}

/// What the walk came to, and what was known before it.
struct Walked {
    end: WalkEnd,
    known: Known,
    scopes: Vec<Scope>,
}

type Plan = (Vec<Start>, Vec<Scope>, Vec<i64>);

impl Work<'_> {
    /// Where to walk, without the roots that are away; the rows to compare with; the row of each root.
    fn plan(
        &mut self,
        options: &ScanOptions,
        failed: &impl Fn(rusqlite::Error) -> LibraryError,
    ) -> Result<Plan, LibraryError> {
        let wanted = starts(self.roots, &options.only)?;
        let mut root_ids = Vec::new();
        for (at, root) in self.roots.iter().enumerate() {
            let (id, before) = self.store.root(root).map_err(failed)?;
            root_ids.push(id);
            let is_asked = wanted.iter().any(|start| start.root == at);
            if !is_asked {
                continue;
            }
            let now = Disk::of(&root.dir);
            if state_of(root) == RootState::Away
                || walk::is_away(root, before.has_files)
                || before.is_unmounted(now.as_ref(), options) && !self.has_files_of(root)
            {
                self.report.away.push(root.clone());
            } else {
                self.store.note_disk(id, now).map_err(failed)?;
            }
        }
        let is_here = |start: &Start| !self.report.away.contains(&self.roots[start.root]);
        let starts: Vec<_> = wanted.into_iter().filter(is_here).collect();
        let scope = |start: &Start| Scope {
            root_id: root_ids[start.root],
            below: start.below.clone(),
        };
        let scopes = starts.iter().map(scope).collect();
        Ok((starts, scopes, root_ids))
    }

    /// Whether files that the index knows are there, be the disk another or not.
    fn has_files_of(&self, root: &Root) -> bool {
        let reader = self.index.reader(self.roots);
        reader.is_ok_and(|reader| reader.sees_files_of(root).unwrap_or(false))
    }

    fn walk_and_store(
        &mut self,
        starts: &[Start],
        scopes: Vec<Scope>,
        root_ids: &[i64],
        options: &ScanOptions,
        failed: &impl Fn(rusqlite::Error) -> LibraryError,
    ) -> Result<Walked, LibraryError> {
        // The map is loaded while the walk begins; `None` in it tells the readers that it will never come.
        let known = OnceLock::new();
        let (roots, stop) = (self.roots, self.stop);
        let here = scopes.iter().map(|scope| scope.root_id).collect();
        let moves = Moves::new(self.index, roots, here);
        let compare = |batch: WalkBatch, known: &Known, reader: &mut TagReader| {
            let comparing = Comparing {
                known,
                moves: &moves,
                roots,
                root_ids,
                full: options.full,
                growing: &options.growing,
                stop,
            };
            comparing.read(batch, reader)
        };
        let end = std::thread::scope(|threads| {
            let (to_read, walked) = bounded(WALKED_BATCHES);
            let (to_store, read) = bounded(READ_BATCHES);
            let spawn = Builder::new().name("walk".into());
            let walker = spawn
                .spawn_scoped(threads, move || walk::walk(roots, starts, &to_read, stop))
                .map_err(LibraryError::Thread)?;
            let readers = spawn_readers(
                threads,
                &known,
                walked,
                to_store,
                &options.read_in,
                &compare,
            );
            let stored = readers.and_then(|()| {
                self.store.begin().map_err(failed)?;
                let loaded = Known::load(self.connection, &scopes).map_err(failed)?;
                let expected = loaded.here();
                let _ = known.set(Some(loaded));
                self.store_all(read, expected, failed)
            });
            // After an error the readers must not wait for ever.
            let _ = known.set(None);
            let end = walker.join().unwrap_or_else(|_| WalkEnd::stopped());
            stored.map(|()| end)
        })?;
        let known = known.into_inner().flatten().unwrap_or_default();
        Ok(Walked { end, known, scopes })
    }

    fn store_all(
        &mut self,
        from: Receiver<Result<ReadBatch, WorkerError>>,
        expected: u64,
        failed: &impl Fn(rusqlite::Error) -> LibraryError,
    ) -> Result<(), LibraryError> {
        for batch in from {
            let batch = batch?;
            self.report.same += batch.same;
            self.unpromised += batch.unpromised;
            self.waiting += batch.waiting;
            self.report.skipped.extend(batch.passed.iter().cloned());
            self.passed.extend(batch.passed);
            self.report.skipped.extend(batch.skips);
            self.read += batch.read.len() as u64;
            for sheet in batch.sheets {
                self.store.put_sheet(&sheet).map_err(failed)?;
            }
            for moved in batch.moved {
                self.store.put_moved(&moved).map_err(failed)?;
                self.report.moved += 1;
            }
            for read in batch.read {
                match self.store.put(&read).map_err(failed)? {
                    Stored::New => self.report.new += 1,
                    Stored::Changed => self.report.changed += 1,
                    Stored::Moved => self.report.moved += 1,
                    Stored::Same => self.report.same += 1,
                    // It stands in `skips`.
                    Stored::Skipped => {}
                }
            }
            let report = &self.report;
            let skipped = report.skipped.len() as u64;
            (self.progress)(Progress::Scanning {
                seen: report.sum(),
                read: self.read,
                skipped,
                expected,
            });
        }
        Ok(())
    }

    fn finish(mut self, walked: Walked, began: Instant) -> rusqlite::Result<ScanReport> {
        (self.progress)(Progress::Finishing);
        let mut report = self.report;
        report.stopped = walked.end.stopped || self.stop.load(Ordering::Relaxed);
        // What was walked and not read when it was stopped does not count.
        report.seen = if report.stopped {
            report.sum()
        } else {
            walked.end.seen + self.unpromised - self.waiting
        };
        if !report.stopped {
            let unseen = walked.known.unseen();
            let parted = self
                .store
                .part_with(&unseen, &walked.end.unreadable, self.prune)?;
            let moved = parted.moved;
            report.gone = parted.gone;
            report.moved += moved;
            report.held = parted.held;
            if self.prune {
                let gone = [unseen, walked.known.long_gone()].concat();
                report.forgotten = self.store.forget(&gone)?;
            }
            self.store
                .note_passed(&walked.scopes, &self.passed, &walked.end.unreadable)?;
            // Those were stored as new before it was known that their old place is empty.
            report.new -= moved;
            let away = &report.away;
            let is_here = |root: &Arc<Root>| !away.contains(root);
            let looked_at = self.store.look_at_sheets(
                &walked.known,
                &walked.end.unreadable,
                &is_here,
                self.stop,
            )?;
            report.changed += looked_at.changed;
            report.same -= looked_at.changed;
            report.sheets = looked_at.notes;
            let whole = walked.scopes.iter().filter(|scope| scope.below.is_empty());
            self.store.note_whole(whole.map(|scope| scope.root_id))?;
        }
        report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        report.songs_total = self.store.finish()?;
        report.elapsed = began.elapsed();
        Ok(report)
    }
}

fn spawn_readers<'scope, 'env>(
    threads: &'scope Threads<'scope, 'env>,
    known: &'scope OnceLock<Option<Known>>,
    from: Receiver<WalkBatch>,
    to: Sender<Result<ReadBatch, WorkerError>>,
    read_in: &'scope ReadIn,
    compare: &'scope (
                impl Fn(WalkBatch, &Known, &mut TagReader) -> Result<ReadBatch, WorkerError> + Sync
            ),
) -> Result<(), LibraryError> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    for _ in 0..(2 * cores).min(MOST_READERS) {
        let (from, to) = (from.clone(), to.clone());
        let work = move || {
            let Some(known) = known.wait() else { return };
            let mut reader = TagReader::new(read_in);
            for batch in from {
                let read = compare(batch, known, &mut reader);
                let is_over = read.is_err();
                if to.send(read).is_err() || is_over {
                    return;
                }
            }
        };
        Builder::new()
            .name("tags".into())
            .spawn_scoped(threads, work)
            .map_err(LibraryError::Thread)?;
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod tests_of_moves;
#[cfg(test)]
mod tests_of_options;
#[cfg(test)]
mod tests_of_vanishing;
#[cfg(test)]
mod tests_of_walk;
