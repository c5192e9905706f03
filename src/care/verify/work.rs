//! Decoding on several threads, storing on one. What is stored is stored file by file: an end at any moment costs the
//! files that are being decoded.

use super::decode::{Done, Job, Outcome, cuts, decode};
use super::targets::Target;
use super::{Found, Measure, VerifyProgress, VerifyReport};
use crate::library::person::{CheckedFile, Person};
use crate::library::{LibraryError, Reader, Stamp};
use crate::music::{AudioKey, Damage, Heard, Place, Root, Song, Uri};
use crossbeam_channel::{Receiver, Sender, bounded, select};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Songs that an album may have; more only share a name.
const MAX_ALBUM: usize = 500;

/// Who stores.
pub(super) struct Work<'a> {
    pub reader: Reader,
    pub person: Person,
    /// Whether anything is written.
    pub keeps: bool,
    pub report: &'a mut VerifyReport,
}

impl Work<'_> {
    /// Whether this file was checked before; then it is counted.
    pub fn is_known(&mut self, target: &Target, away: &[Arc<Root>]) -> Result<bool, LibraryError> {
        let Some(key) = target.key else {
            return Ok(false);
        };
        let Some(place) = target.place(&self.reader)? else {
            return Ok(false);
        };
        let file = checked_file(key, target.stamp, &place);
        let checks = self.person.checks(&file)?;
        let here = checks.iter().find(|(place, _)| *place == file.place);
        let moved = || checks.iter().find(|(place, _)| self.is_gone(place, away));
        let Some((was_at, damage)) = here.or_else(moved) else {
            return Ok(false);
        };
        if *was_at != file.place && self.keeps {
            self.person.pass_check(was_at, &file)?;
        }
        self.report.known += 1;
        self.count(place.file(), damage.clone());
        Ok(true)
    }

    /// Whether no file lies there any longer; of a root that is away nobody knows.
    fn is_gone(&self, place: &Uri, away: &[Arc<Root>]) -> bool {
        let root = place.in_root().map(|(name, _)| name);
        let is_away = away.iter().any(|away| Some(away.name.as_str()) == root);
        let file = self.reader.file_of(place);
        !is_away && file.is_some_and(|file| !file.exists())
    }

    /// Counts files that are not decoded.
    pub fn leave<'t>(&mut self, left: impl Iterator<Item = &'t Target>) {
        for target in left {
            self.report.left += 1;
            self.report.left_ms = self.report.left_ms.saturating_add(target.length_ms);
        }
    }

    fn count(&mut self, path: PathBuf, damage: Vec<Damage>) {
        if damage.is_empty() {
            self.report.whole += 1;
        } else if damage.iter().any(|damage| damage.kind.is_damage()) {
            self.report.damaged.push(Found { path, damage });
        } else {
            self.report.unchecked.push(Found { path, damage });
        }
    }

    /// Checks these files with so many threads.
    pub fn run(
        &mut self,
        pending: Vec<Target>,
        jobs: usize,
        measure: &Measure,
        progress: &dyn Fn(VerifyProgress),
        stop: &AtomicBool,
    ) -> Result<(), LibraryError> {
        let mut at = VerifyProgress {
            of_files: pending.len() as u64,
            of_ms: pending.iter().map(|target| target.length_ms).sum(),
            ..VerifyProgress::default()
        };
        progress(at);
        // No queue: what is not begun can be left.
        let ((send, jobs_of), (results, done)) = (bounded(0), bounded(jobs));
        std::thread::scope(|scope| {
            for _ in 0..jobs.max(1) {
                let (jobs_of, results) = (jobs_of.clone(), results.clone());
                let thread = std::thread::Builder::new().name("verify".into());
                let decode = move || decode(&jobs_of, &results, measure, stop);
                thread
                    .spawn_scoped(scope, decode)
                    .map_err(LibraryError::Thread)?;
            }
            // A thread that ends takes its ends of the channels with it.
            drop((jobs_of, results));
            let stored = self.hand_out(pending, send, done, stop, &mut |length_ms| {
                at.files += 1;
                at.ms = at.ms.saturating_add(length_ms);
                progress(at);
            });
            if stored.is_err() {
                // The threads must not go on for nothing.
                stop.store(true, Relaxed);
            }
            stored
        })?;
        self.report.stopped = stop.load(Relaxed);
        Ok(())
    }

    fn hand_out(
        &mut self,
        pending: Vec<Target>,
        send: Sender<Option<Job>>,
        done: Receiver<Done>,
        stop: &AtomicBool,
        is_done: &mut dyn FnMut(u64),
    ) -> Result<(), LibraryError> {
        let mut pending = pending.into_iter();
        let mut send = Some(send);
        let mut next = None;
        loop {
            while next.is_none() && send.is_some() {
                let target = if stop.load(Relaxed) {
                    None
                } else {
                    pending.next()
                };
                match target {
                    Some(target) => next = self.job(target)?,
                    // Without a job to come the threads end.
                    None => send = None,
                }
            }
            let ended = match &send {
                Some(jobs) => select! {
                    // Taken out only if there is a thread for it.
                    send(jobs, next.take()) -> _ => continue,
                    recv(done) -> ended => ended,
                },
                None => done.recv(),
            };
            let Ok(ended) = ended else { break };
            is_done(ended.job.target.length_ms);
            self.store(ended)?;
        }
        self.leave(pending.as_slice().iter());
        Ok(())
    }

    /// `None`: its songs have left the index meanwhile.
    fn job(&mut self, target: Target) -> Result<Option<Job>, LibraryError> {
        let songs = target.songs(&self.reader)?;
        let Some(song) = songs.first() else {
            self.report.files -= 1;
            return Ok(None);
        };
        let path = song.place.file();
        Ok(Some(Job {
            target,
            songs,
            path,
        }))
    }

    fn store(&mut self, done: Done) -> Result<(), LibraryError> {
        let Job {
            target,
            songs,
            path,
        } = done.job;
        let (damage, heard) = match done.outcome {
            Outcome::Stopped => {
                self.leave(std::iter::once(&target));
                return Ok(());
            }
            Outcome::Changed => {
                self.report.changed.push(path);
                return Ok(());
            }
            Outcome::Refused(damage) => (vec![damage], Vec::new()),
            Outcome::Checked(checked) => (checked.damage, heard(checked.whole, checked.parts)),
        };
        // What could not be checked is tried again the next time: ffmpeg may have come.
        let is_checked = damage.iter().all(|damage| damage.kind.is_damage());
        if let (Some(key), Some(song), true) = (target.key, songs.first(), is_checked) {
            let file = checked_file(key, target.stamp, &song.place);
            let levels = levels(key, &songs, &heard);
            let albums = self.albums(&songs)?;
            self.person.keep(&file, &damage, &levels, &albums)?;
        }
        self.count(path, damage);
        Ok(())
    }

    /// The keys of the songs of each album that these are of.
    fn albums(&self, songs: &[Arc<Song>]) -> Result<Vec<Vec<AudioKey>>, LibraryError> {
        let mut albums: Vec<Vec<AudioKey>> = Vec::new();
        for song in songs.iter().filter(|song| !song.tags.album.is_empty()) {
            let Some(key) = song.key else { continue };
            if albums.iter().any(|album| album.contains(&key)) {
                continue;
            }
            let mut album: Vec<AudioKey> = self
                .reader
                .album_of(song)?
                .iter()
                .filter_map(|song| song.key)
                .collect();
            // Twice in the library, once on the album.
            album.sort_unstable();
            album.dedup();
            if album.len() <= MAX_ALBUM {
                albums.push(album);
            }
        }
        Ok(albums)
    }
}

fn checked_file(key: AudioKey, stamp: Stamp, place: &Place) -> CheckedFile {
    CheckedFile {
        key,
        size: stamp.size,
        mtime_ns: stamp.mtime_ns,
        place: place.uri(),
    }
}

/// All of the file first, then its parts.
fn heard(whole: Heard, parts: Vec<Heard>) -> Vec<Heard> {
    let mut heard = vec![whole];
    heard.extend(parts);
    heard
}

/// What is known of which key: all of the file, and each part that was measured.
fn levels<'a>(
    key: AudioKey,
    songs: &[Arc<Song>],
    heard: &'a [Heard],
) -> Vec<(AudioKey, &'a Heard)> {
    let parts = cuts(songs).into_iter().map(|(key, _)| key);
    std::iter::once(key).chain(parts).zip(heard).collect()
}
