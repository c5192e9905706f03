//! `position.json`: one line of a fixed length, written over itself. It never grows, so that a full disk takes it too.

use super::{SavedPlace, read_small, replace};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

pub(super) const NAME: &str = "position.json";

/// The file's length: every number at its longest fits. In bytes.
const LENGTH: usize = 160;

/// What the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// The queue that it is a place in.
    pub stamp: u64,
    pub place: Option<SavedPlace>,
    pub playing: bool,
}

/// The open file.
pub(super) struct PlaceFile {
    dir: PathBuf,
    file: Option<File>,
    last: Option<Written>,
}

impl PlaceFile {
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            file: None,
            last: None,
        }
    }

    /// Writes where something has changed: one call of the system, which a kill does not part.
    pub fn write(
        &mut self,
        stamp: u64,
        place: Option<SavedPlace>,
        playing: bool,
    ) -> io::Result<()> {
        let written = Written {
            stamp,
            place,
            playing,
        };
        if self.last == Some(written) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(&written)?;
        line.resize(LENGTH - 1, b' ');
        line.push(b'\n');
        match &self.file {
            Some(file) => file.write_all_at(&line, 0)?,
            None => {
                replace(&self.dir, NAME, false, &line)?;
                let file = File::options().write(true).open(self.dir.join(NAME))?;
                self.file = Some(file);
            }
        }
        self.last = Some(written);
        Ok(())
    }
}

pub(super) fn read(dir: &Path) -> Option<Written> {
    read_small(&dir.join(NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_numbers_fit() {
        let written = Written {
            stamp: u64::MAX,
            place: Some(SavedPlace {
                row: usize::MAX,
                at_ms: u64::MAX,
            }),
            playing: false,
        };
        assert!(serde_json::to_vec(&written).unwrap().len() < LENGTH);
    }

    #[test]
    fn it_is_written_over_itself_and_stays_as_long_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = PlaceFile::new(dir.path());
        let at = |at_ms| Some(SavedPlace { row: 3, at_ms });
        file.write(7, at(1_000_000), true).unwrap();
        file.write(7, at(5), false).unwrap();
        let bytes = std::fs::read(dir.path().join(NAME)).unwrap();
        assert_eq!(bytes.len(), LENGTH);
        let read = read(dir.path()).unwrap();
        assert_eq!((read.stamp, read.place, read.playing), (7, at(5), false));
        file.write(8, None, false).unwrap();
        assert_eq!(super::read(dir.path()).unwrap().place, None);
    }
}
