//! Playlists that stay resolved between two questions, for who shows a long one a window at a time. A list is resolved anew
//! once anything has changed that it is made of: what the person made, the index, or which roots are here. It decides nothing
//! about rows.

use super::bytes::{Identity, identity_of};
use super::open::away;
use super::person::FILE;
use super::sqlite::log_of;
use super::substitutes::StandIn;
use super::{Library, LibraryError};
use crate::music::{Verdict, Wanted};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Lists that are kept; of further ones the oldest gives way.
const MOST_KEPT: usize = 2;
/// A longer list is not kept: it would hold memory that nobody else may take.
const MOST_ROWS: usize = 50_000;
/// How long one is kept: no file tells that a song has become older than a smart list wants.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// A file that was written within this time may be written again without a sign: file systems count time in steps.
const STEP: Duration = Duration::from_millis(100);

/// A row, and what plays for it.
#[derive(Clone, Debug)]
pub struct ListedRow {
    /// What is wanted.
    pub wanted: Wanted,
    /// What the library has for it.
    pub verdict: Verdict,
    /// What may sound in its place, where it has no song of its own.
    pub stand_in: Option<StandIn>,
}

/// Resolves playlists, and keeps the last ones.
pub struct Lists {
    library: Library,
    kept: Mutex<VecDeque<Kept>>,
}

struct Kept {
    name: String,
    made_of: MadeOf,
    since: Instant,
    rows: Arc<[ListedRow]>,
}

/// What a list is made of.
#[derive(Clone, Debug, PartialEq)]
struct MadeOf {
    /// The files of the index and of what the person made, with their logs.
    files: [Option<Identity>; 4],
    /// The roots that are away.
    away: Vec<String>,
}

impl Lists {
    /// None is kept yet.
    pub fn new(library: Library) -> Self {
        Self {
            library,
            kept: Mutex::default(),
        }
    }

    /// The rows of the playlist of exactly this name; `None`: there is none.
    pub fn list(&self, name: &str) -> Result<Option<Arc<[ListedRow]>>, LibraryError> {
        let made_of = self.made_of()?;
        if let Some(rows) = self.kept_as(name, &made_of) {
            return Ok(Some(rows));
        }
        let stored = self.library.person_reader()?.playlist(name)?;
        let Some(stored) = stored.filter(|stored| stored.name == name) else {
            return Ok(None);
        };
        let choice = self.library.resolved(stored)?;
        let stand_ins = self.library.stand_ins(&choice)?;
        let rows = choice.rows.into_iter().zip(stand_ins);
        let rows: Arc<[ListedRow]> = rows
            .map(|((wanted, verdict), stand_in)| ListedRow {
                wanted,
                verdict,
                stand_in,
            })
            .collect();
        if rows.len() <= MOST_ROWS && made_of.is_settled() {
            self.keep(name, made_of, rows.clone());
        }
        Ok(Some(rows))
    }

    fn made_of(&self) -> Result<MadeOf, LibraryError> {
        let away = away(&self.library.reader()?)?;
        let person = self.library.data().join(FILE);
        let index = self.library.index().path();
        let files = [index, &log_of(index), &person, &log_of(&person)];
        // An empty log comes and goes with whoever reads.
        let found = files.map(|file| identity_of(file).ok().filter(|file| file.stamp.size > 0));
        Ok(MadeOf {
            files: found,
            away: away.iter().map(|root| root.name.clone()).collect(),
        })
    }

    fn kept_as(&self, name: &str, made_of: &MadeOf) -> Option<Arc<[ListedRow]>> {
        let mut kept = self.kept();
        kept.retain(|one| one.made_of == *made_of && one.since.elapsed() < KEPT_FOR);
        let found = kept.iter().find(|one| one.name == name)?;
        Some(found.rows.clone())
    }

    fn keep(&self, name: &str, made_of: MadeOf, rows: Arc<[ListedRow]>) {
        let mut kept = self.kept();
        kept.retain(|one| one.name != name);
        kept.push_back(Kept {
            name: name.to_owned(),
            made_of,
            since: Instant::now(),
            rows,
        });
        while kept.len() > MOST_KEPT {
            kept.pop_front();
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MadeOf {
    /// Whether a further change of its files would be seen.
    fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now_ns = now.map_or(0, |now| now.as_nanos() as i64);
        let newest_ns = self.files.iter().flatten().map(|file| file.stamp.mtime_ns);
        newest_ns
            .max()
            .is_none_or(|newest_ns| now_ns.saturating_sub(newest_ns) > STEP.as_nanos() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::person::Person;
    use crate::library::scan::ScanOptions;
    use crate::library::scan::tests::write_wav;
    use crate::library::worker::ReadIn;
    use std::sync::atomic::AtomicBool;

    /// A library of two songs, which are the rows of a list.
    struct Shelf {
        dir: tempfile::TempDir,
        library: Library,
    }

    impl Shelf {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            let library = Library::new(&at("data"), &at("cache"), ReadIn::default());
            std::fs::create_dir_all(at("Music")).unwrap();
            for (name, seed) in [("a.wav", 1), ("b.wav", 2)] {
                write_wav(&at("Music").join(name), seed);
            }
            Person::open(&at("data"))
                .unwrap()
                .add_root(&at("Music"))
                .unwrap();
            let shelf = Self { dir, library };
            shelf.scan();
            let reader = shelf.library.reader().unwrap();
            let songs = reader
                .songs_below(&crate::music::Uri::new("Music"))
                .unwrap();
            let rows: Vec<Wanted> = songs.iter().map(|song| song.wanted()).collect();
            shelf.person().create("Mix", &rows).unwrap();
            shelf
        }

        fn person(&self) -> Person {
            self.library.person().unwrap()
        }

        fn scan(&self) {
            let roots = self.library.roots_to_scan(&[], None, false).unwrap();
            let how = ScanOptions {
                prune: true,
                ..ScanOptions::default()
            };
            let stop = AtomicBool::new(false);
            self.library.scan(&roots, how, &|_| (), &stop).unwrap();
        }
    }

    /// The list once it is kept: what was written just now is not trusted.
    fn kept(lists: &Lists) -> Arc<[ListedRow]> {
        loop {
            let list = || lists.list("Mix").unwrap().unwrap();
            let (one, other) = (list(), list());
            if Arc::ptr_eq(&one, &other) {
                return one;
            }
            std::thread::yield_now();
        }
    }

    fn words(rows: &[ListedRow]) -> Vec<&'static str> {
        rows.iter().map(|row| row.verdict.word()).collect()
    }

    #[test]
    fn a_list_is_kept_until_something_changes_that_it_is_made_of() {
        let shelf = Shelf::new();
        let lists = Lists::new(shelf.library.clone());
        assert_eq!(words(&kept(&lists)), ["exact", "exact"]);
        // The index.
        let music = shelf.dir.path().join("Music");
        std::fs::remove_file(music.join("b.wav")).unwrap();
        shelf.scan();
        assert_eq!(words(&kept(&lists)), ["exact", "missing"]);
        // What the person made.
        shelf
            .person()
            .edit_rows("Mix", |rows| {
                rows.truncate(1);
                Ok(())
            })
            .unwrap();
        assert_eq!(words(&kept(&lists)), ["exact"]);
        // A root that goes, and comes back.
        let elsewhere = shelf.dir.path().join("Elsewhere");
        std::fs::rename(&music, &elsewhere).unwrap();
        assert_eq!(words(&kept(&lists)), ["missing"]);
        std::fs::rename(&elsewhere, &music).unwrap();
        assert_eq!(words(&kept(&lists)), ["exact"]);
        shelf.person().delete("Mix").unwrap();
        assert!(lists.list("Mix").unwrap().is_none());
    }

    #[test]
    fn no_more_lists_than_that_are_kept() {
        let shelf = Shelf::new();
        for number in 0..MOST_KEPT + 2 {
            shelf.person().create(&number.to_string(), &[]).unwrap();
        }
        let lists = Lists::new(shelf.library.clone());
        kept(&lists);
        for number in 0..MOST_KEPT + 2 {
            lists.list(&number.to_string()).unwrap().unwrap();
        }
        assert_eq!(lists.kept().len(), MOST_KEPT);
    }
}
