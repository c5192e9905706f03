//! Listenings that cannot be counted yet, because `standin.db` is locked, full, damaged, or may not be written: lines of
//! text in the state folder, each synced before it counts as kept, until they can be counted.
//!
//! They are counted exactly once: the database knows each by its hour and its key, so that one who dies between counting
//! them and emptying the file does no harm, and neither does an edit of which nobody knows whether it was made. One
//! process at a time uses the file.

use super::heard::Listening;
use super::text::{Lines, Read1};
use super::{Person, PersonError};
use crate::library::summed;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file's name in the state folder.
const FILE: &str = "heard.jsonl";

/// It holds no more: months of music. In bytes.
const MAX_BYTES: u64 = 16 << 20;

/// So many are counted in one edit.
const MAX_AT_ONCE: usize = 500;

/// Another process that uses the file is waited for: so often, and so long.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_RETRY: Duration = Duration::from_millis(5);

/// The file; it is there only once something had to wait.
#[derive(Clone, Debug)]
pub struct Uncounted {
    path: PathBuf,
}

impl Uncounted {
    /// What waits in this state folder.
    pub fn at(state: &Path) -> Self {
        let path = state.join(FILE);
        Self { path }
    }

    /// The state folder.
    pub fn folder(&self) -> Option<&Path> {
        self.path.parent()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        std::fs::metadata(&self.path).map_or(true, |file| file.len() == 0)
    }

    /// Keeps them, and waits until the disk has them.
    pub fn add(&self, listenings: &[Listening]) -> Result<(), PersonError> {
        self.append(listenings)
            .map_err(|source| self.failed(source))
    }

    fn append(&self, listenings: &[Listening]) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let is_new = !self.path.exists();
        let mut file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.path)?;
        lock(&file)?;
        let before = file.metadata()?.len();
        let mut text = String::new();
        if !ends_as_a_line(&mut file, before)? {
            // What a kill left of a line was never kept; behind it a new one begins.
            text.push('\n');
        }
        listenings.iter().for_each(|one| text += &summed::line(one));
        if before + text.len() as u64 > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let put = file.write_all(text.as_bytes());
        if let Err(error) = put.and_then(|()| file.sync_data()) {
            file.set_len(before)?;
            return Err(error);
        }
        if is_new {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Counts all that waits; how many of them were new. The file is emptied when all of them are counted.
    pub fn count_into(&self, person: &mut Person) -> Result<usize, PersonError> {
        let failed = |source| self.failed(source);
        let file = match File::options().read(true).write(true).open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            opened => opened.map_err(failed)?,
        };
        lock(&file).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() > MAX_BYTES {
            return Err(failed(io::ErrorKind::FileTooLarge.into()));
        }
        let mut lines = Lines::without_head(file.try_clone().map_err(failed)?);
        let mut new = 0;
        loop {
            let some = take_some(&mut lines).map_err(failed)?;
            if some.is_empty() {
                break;
            }
            new += person.hear(&some)?;
        }
        let emptied = file.set_len(0).and_then(|()| file.sync_data());
        emptied.map_err(failed)?;
        Ok(new)
    }

    /// All that waits, as far as it can be read; it stays there.
    pub(super) fn read(&self) -> Vec<Listening> {
        let Ok(file) = File::open(&self.path) else {
            return Vec::new();
        };
        if file.metadata().map_or(0, |file| file.len()) > MAX_BYTES {
            return Vec::new();
        }
        let mut lines = Lines::without_head(file);
        let mut all = Vec::new();
        while let Ok(some) = take_some(&mut lines)
            && !some.is_empty()
        {
            all.extend(some);
        }
        all
    }

    fn failed(&self, source: io::Error) -> PersonError {
        let path = self.path.clone();
        PersonError::Copy { path, source }
    }
}

/// The next lines; none: the file has ended. Those that are not as they were written were never kept, or are lost.
fn take_some(lines: &mut Lines) -> io::Result<Vec<Listening>> {
    let mut some = Vec::new();
    while some.len() < MAX_AT_ONCE {
        match lines.next()? {
            Read1::Whole(listening) => some.push(listening),
            Read1::Damaged => {}
            Read1::Torn | Read1::End => break,
        }
    }
    Ok(some)
}

fn ends_as_a_line(file: &mut File, length: u64) -> io::Result<bool> {
    let Some(last) = length.checked_sub(1) else {
        return Ok(true);
    };
    let mut byte = [0];
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}

fn lock(file: &File) -> io::Result<()> {
    for _ in 1..LOCK_ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_RETRY),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => return Ok(()),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{AudioKey, Wanted};

    fn listening(number: u8, at_ms: i64) -> Listening {
        let song = Wanted {
            title: format!("Song {number}"),
            key: Some(AudioKey::from_bytes([number; 16])),
            ..Wanted::default()
        };
        Listening {
            at_ms,
            song,
            to_the_end: number != 2,
            origin: None,
        }
    }

    struct Home {
        dir: tempfile::TempDir,
        uncounted: Uncounted,
    }

    impl Home {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let uncounted = Uncounted::at(&dir.path().join("state"));
            Self { dir, uncounted }
        }

        fn person(&self) -> Person {
            Person::open(self.dir.path()).unwrap()
        }

        fn count(&self) -> usize {
            self.uncounted.count_into(&mut self.person()).unwrap()
        }

        fn plays(&self, number: u8) -> (u32, u32) {
            let about = self.person().about(AudioKey::from_bytes([number; 16]));
            let about = about.unwrap().unwrap_or_default();
            (about.plays, about.skips)
        }
    }

    #[test]
    fn what_waits_is_counted_once_also_by_one_who_died_before_it_was_emptied() {
        let home = Home::new();
        assert!(home.uncounted.is_empty());
        assert_eq!(home.count(), 0);
        home.uncounted.add(&[listening(1, 10)]).unwrap();
        home.uncounted
            .add(&[listening(2, 20), listening(1, 30)])
            .unwrap();
        assert!(!home.uncounted.is_empty());
        let waiting = std::fs::read(&home.uncounted.path).unwrap();
        assert_eq!(home.count(), 3);
        assert!(home.uncounted.is_empty());
        std::fs::write(&home.uncounted.path, waiting).unwrap();
        assert_eq!(home.count(), 0);
        assert_eq!((home.plays(1), home.plays(2)), ((2, 0), (0, 1)));
        let person = home.person();
        person.check().unwrap();
        assert_eq!(person.history(9).unwrap().len(), 3);
    }

    #[test]
    fn a_kill_at_any_byte_loses_what_was_not_kept_yet_and_nothing_else() {
        let home = Home::new();
        home.uncounted.add(&[listening(1, 10)]).unwrap();
        let kept = std::fs::read(&home.uncounted.path).unwrap();
        home.uncounted.add(&[listening(2, 20)]).unwrap();
        let whole = std::fs::read(&home.uncounted.path).unwrap();
        // Without its line break alone the line is whole: it was kept.
        for cut in kept.len()..whole.len() - 1 {
            std::fs::write(&home.uncounted.path, &whole[..cut]).unwrap();
            home.uncounted.add(&[listening(3, 30)]).unwrap();
            let file = File::open(&home.uncounted.path).unwrap();
            let read = take_some(&mut Lines::without_head(file)).unwrap();
            assert_eq!(read, [listening(1, 10), listening(3, 30)], "cut at {cut}");
        }
    }

    #[test]
    fn what_is_counted_late_stands_where_it_was_heard() {
        let home = Home::new();
        let now = super::super::now_ms();
        home.person().hear(&[listening(1, now - 5_000)]).unwrap();
        home.uncounted
            .add(&[listening(1, now - 9_000), listening(3, now - 7_000)])
            .unwrap();
        home.count();
        let person = home.person();
        let history = person.history(9).unwrap();
        let titles: Vec<&str> = history.iter().map(|line| &*line.song.title).collect();
        assert_eq!(titles, ["Song 1", "Song 3", "Song 1"]);
        let about = person.about(AudioKey::from_bytes([1; 16])).unwrap();
        assert_eq!(about.unwrap().played_at_ms, Some(now - 5_000));
        // A clock that was ahead is put right.
        let mut person = person;
        person.hear(&[listening(4, now + 90_000_000)]).unwrap();
        person.hear(&[listening(4, now)]).unwrap();
        let about = person.about(AudioKey::from_bytes([4; 16])).unwrap();
        assert_eq!(about.unwrap().played_at_ms, Some(now));
    }

    #[test]
    fn it_has_an_end() {
        let home = Home::new();
        std::fs::create_dir_all(home.uncounted.path.parent().unwrap()).unwrap();
        let full = File::create(&home.uncounted.path).unwrap();
        full.set_len(MAX_BYTES).unwrap();
        assert!(home.uncounted.add(&[listening(1, 10)]).is_err());
        assert_eq!(full.metadata().unwrap().len(), MAX_BYTES);
    }

    #[test]
    fn a_database_that_another_writes_is_not_waited_for() {
        let home = Home::new();
        let mut person = home.person();
        home.uncounted.add(&[listening(1, 10)]).unwrap();
        let other = rusqlite::Connection::open(home.dir.path().join(super::super::FILE)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        person.wait_at_most(Duration::ZERO).unwrap();
        assert!(home.uncounted.count_into(&mut person).is_err());
        assert!(!home.uncounted.is_empty());
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(home.uncounted.count_into(&mut person).unwrap(), 1);
    }
}
