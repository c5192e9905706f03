//! Readers that stay open between two questions, for whoever is asked thousands of times. Each is as new as one that is opened
//! anew: it knows the roots of now, the index of now, and sees nothing of what is away now.

use super::index::known_roots;
use super::open::away;
use super::person::RootNews;
use super::{Library, LibraryError, Reader};
use crate::music::Root;
use std::collections::HashMap;
use std::ops::Deref;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Readers that wait to be asked; further ones are closed.
const MOST_KEPT: usize = 2;

/// Pages that each of them keeps in memory, in KiB: paths from one song to the next, and no song twice.
const CACHE_KIB: u32 = 512;

/// Lends readers of what is here.
pub struct Readers {
    library: Library,
    waiting: Mutex<Vec<Kept>>,
}

/// A reader, and what it was opened for.
struct Kept {
    reader: Reader,
    roots: RootNews,
    /// Which file the index is.
    file: Option<(u64, u64)>,
    /// What SQLite counts up when somebody else has written.
    version: i64,
    all_roots: Vec<Arc<Root>>,
    all_by_id: HashMap<i64, Arc<Root>>,
}

/// A reader that goes back when it is dropped.
pub struct Lent<'r> {
    kept: Option<Kept>,
    readers: &'r Readers,
}

impl Readers {
    /// None is open yet.
    pub fn new(library: Library) -> Self {
        Self {
            library,
            waiting: Mutex::default(),
        }
    }

    /// A reader that sees nothing of roots that are away.
    pub fn lend(&self) -> Result<Lent<'_>, LibraryError> {
        let waiting = self.waiting().pop();
        let renewed = waiting.map(|kept| self.renew(kept)).transpose()?.flatten();
        let mut kept = renewed.map_or_else(|| self.open(), Ok)?;
        let away = away(&kept.reader)?;
        kept.reader = kept.reader.without(&away);
        let kept = Some(kept);
        Ok(Lent {
            kept,
            readers: self,
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Kept, LibraryError> {
        let mut roots = RootNews::after(self.library.data(), &[]);
        // What it marks is older than what the reader reads then.
        roots.ask();
        let file = self.file();
        let reader = self.library.reader()?;
        reader.ask(|connection| {
            connection.execute_batch(&format!("PRAGMA cache_size=-{CACHE_KIB}"))
        })?;
        Ok(Kept {
            version: version(&reader)?,
            all_roots: reader.roots.clone(),
            all_by_id: reader.by_id.clone(),
            reader,
            roots,
            file,
        })
    }

    /// `None`: it is of another time.
    fn renew(&self, mut kept: Kept) -> Result<Option<Kept>, LibraryError> {
        let is_of_now = kept.reader.connection.is_some()
            && kept.file == self.file()
            && kept.roots.ask().is_none();
        if !is_of_now {
            return Ok(None);
        }
        let version = version(&kept.reader)?;
        if version != kept.version {
            let roots = &kept.all_roots;
            kept.all_by_id = kept
                .reader
                .ask(|connection| known_roots(connection, roots))?;
            kept.version = version;
        }
        kept.reader.roots.clone_from(&kept.all_roots);
        kept.reader.by_id.clone_from(&kept.all_by_id);
        Ok(Some(kept))
    }

    fn file(&self) -> Option<(u64, u64)> {
        let about = std::fs::metadata(self.library.index().path()).ok()?;
        Some((about.dev(), about.ino()))
    }
}

fn version(reader: &Reader) -> Result<i64, LibraryError> {
    reader.ask(|connection| connection.query_row("PRAGMA data_version", [], |row| row.get(0)))
}

impl Deref for Lent<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self
            .kept
            .as_ref()
            .expect("it goes back when it is dropped")
            .reader
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut waiting = self.readers.waiting();
        if waiting.len() < MOST_KEPT {
            waiting.extend(self.kept.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::person::Person;
    use crate::library::scan::ScanOptions;
    use crate::library::scan::tests::write_wav;
    use crate::library::worker::ReadIn;
    use crate::music::Uri;
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    fn scan(library: &Library) {
        let roots = library.roots_to_scan(&[], None, false).unwrap();
        let (how, stop) = (ScanOptions::default(), AtomicBool::new(false));
        library.scan(&roots, how, &|_| (), &stop).unwrap();
    }

    fn add_root(root: &Path, data: &Path) {
        std::fs::create_dir_all(root).unwrap();
        write_wav(&root.join("a.wav"), 1);
        Person::open(data).unwrap().add_root(root).unwrap();
    }

    #[test]
    fn a_reader_that_was_kept_knows_what_happened_since() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let library = Library::new(&at("data"), &at("cache"), ReadIn::default());
        let readers = Readers::new(library.clone());
        let seen = || {
            let reader = readers.lend().unwrap();
            let ask = |name: &&str| reader.song_by_uri(&Uri::new(format!("{name}/a.wav")));
            let is_there = |name: &&str| ask(name).unwrap().is_some();
            ["One", "Two"]
                .into_iter()
                .filter(is_there)
                .collect::<Vec<_>>()
        };
        assert!(seen().is_empty(), "there is no index");
        add_root(&at("One"), &at("data"));
        scan(&library);
        assert_eq!(seen(), ["One"]);
        assert_eq!(readers.waiting().len(), 1);
        // A root that comes, and its songs after it.
        add_root(&at("Two"), &at("data"));
        assert_eq!(seen(), ["One"]);
        scan(&library);
        assert_eq!(seen(), ["One", "Two"]);
        // One that is away, and back.
        std::fs::rename(at("One"), at("Elsewhere")).unwrap();
        assert_eq!(seen(), ["Two"]);
        std::fs::rename(at("Elsewhere"), at("One")).unwrap();
        assert_eq!(seen(), ["One", "Two"]);
        // An index that is made anew.
        std::fs::remove_dir_all(at("cache")).unwrap();
        assert!(seen().is_empty());
        scan(&library);
        assert_eq!(seen(), ["One", "Two"]);
        assert_eq!(readers.waiting().len(), 1);
    }

    #[test]
    fn no_more_readers_than_that_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::new(dir.path(), dir.path(), ReadIn::default());
        let readers = Readers::new(library);
        let lent: Vec<_> = (0..=MOST_KEPT).map(|_| readers.lend().unwrap()).collect();
        drop(lent);
        assert_eq!(readers.waiting().len(), MOST_KEPT);
    }
}
