//! Where long files were left, by the audio key of all of each: so the place outlives a new name, a new folder and new
//! tags. It judges nothing: what is long, and when a place is kept or forgotten, is decided where music plays.
//!
//! While one plays, how far it is stands in one line of the state folder (`long.json`), written over itself; once it is
//! left, it goes to the records of the person. Both have their hour, and the later one holds: so what a kill leaves in the
//! line is folded in by whoever plays next, twice as well as once.

use super::records::Shelved;
use super::{FILE, Person, PersonError, now_ms};
use crate::library::summed;
use crate::music::AudioKey;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Files whose places are kept; of more, the place that was left first is forgotten.
const MAX_KEPT: usize = 10_000;

/// The file's name in the state folder.
const LINE: &str = "long.json";

/// The file's length: every number at its longest fits. In bytes.
const LENGTH: usize = 200;

/// Where a long file was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOff {
    /// In ms since the file's start; `None`: it was heard to its end, or not really begun.
    pub at_ms: Option<u64>,
    /// How long the file is, in ms, where that is known.
    pub length_ms: Option<u64>,
    /// When it was left, in ms since 1970.
    pub left_at_ms: i64,
}

impl Shelved for LeftOff {
    const SHELF: &'static str = "left-off";
}

/// A file and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HowFar {
    /// The key of all of it.
    pub key: AudioKey,
    /// Where it was left, or would be.
    #[serde(flatten)]
    pub left: LeftOff,
}

impl HowFar {
    /// As it is at this moment.
    pub fn now(key: AudioKey, at_ms: Option<u64>, length_ms: Option<u64>) -> Self {
        let left_at_ms = now_ms();
        let left = LeftOff {
            at_ms,
            length_ms,
            left_at_ms,
        };
        Self { key, left }
    }
}

impl Person {
    /// Where this file was left, by the key of all of it.
    pub fn left_off(&self, key: AudioKey) -> Result<Option<LeftOff>, PersonError> {
        self.record(&key.to_string())
    }

    /// Keeps where these were left; what is known of a later hour stays.
    pub fn leave_off(&mut self, all: &[HowFar]) -> Result<(), PersonError> {
        self.edit(|edit| {
            for HowFar { key, left } in all {
                let name = key.to_string();
                let known = edit.shelved::<LeftOff>(&name)?;
                let is_news = match known {
                    Some(known) => known.left_at_ms < left.left_at_ms,
                    None => left.at_ms.is_some(),
                };
                if !is_news {
                    continue;
                }
                if known.is_none() {
                    let mut all = edit.all_shelved::<LeftOff>()?;
                    all.sort_by_key(|(_, left)| left.left_at_ms);
                    let too_many = (all.len() + 1).saturating_sub(MAX_KEPT);
                    for (name, _) in all.iter().take(too_many) {
                        edit.unshelve::<LeftOff>(name)?;
                    }
                }
                edit.shelve(&name, left)?;
            }
            Ok(())
        })
    }
}

/// The line of the state folder. It never grows, so that a full disk takes it too.
pub struct Underway {
    path: PathBuf,
    file: Option<File>,
    last: Option<HowFar>,
}

impl Underway {
    /// In this state folder.
    pub fn in_folder(state: &Path) -> Self {
        Self {
            path: state.join(LINE),
            file: None,
            last: None,
        }
    }

    /// What was written last; `None`: nothing, or it is not as it was written.
    pub fn read(&self) -> Option<HowFar> {
        let bytes = std::fs::read(&self.path).ok()?;
        let line = bytes.get(..LENGTH)?.trim_ascii_end();
        summed::value(line)
    }

    /// Writes where something but the hour has changed: one call of the system, which a kill does not part.
    pub fn write(&mut self, how_far: HowFar) -> io::Result<()> {
        let known = |last: HowFar| (last.key, last.left.at_ms, last.left.length_ms);
        if self.last.map(known) == Some(known(how_far)) {
            return Ok(());
        }
        let mut line = summed::line(&how_far).into_bytes();
        line.resize(LENGTH - 1, b' ');
        line.push(b'\n');
        match &self.file {
            Some(file) => file.write_all_at(&line, 0)?,
            None => self.file = Some(self.begin(&line)?),
        }
        self.last = Some(how_far);
        Ok(())
    }

    /// Beside its name, and moved over it.
    fn begin(&self, line: &[u8]) -> io::Result<File> {
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(line)?;
        std::fs::rename(&beside, &self.path)?;
        Ok(file)
    }
}

/// Looks up where files were left, one at a time: nothing is opened before the first question. Where nothing can be read
/// nothing is known: music does not wait for it.
pub struct LeftOffLookup {
    data: PathBuf,
    person: Option<Person>,
    /// What is yet to be folded in.
    underway: Option<Underway>,
}

impl LeftOffLookup {
    /// In what the person made, and in the state folder, where one is known.
    pub fn new(data: &Path, state: Option<&Path>) -> Self {
        Self {
            data: data.to_owned(),
            person: None,
            underway: state.map(Underway::in_folder),
        }
    }

    /// Where this file was left, by the key of all of it.
    pub fn of(&mut self, key: AudioKey) -> Option<LeftOff> {
        if self.person.is_none() && self.data.join(FILE).exists() {
            self.person = Person::look(&self.data).ok();
        }
        let person = self.person.as_ref();
        let kept = person.and_then(|person| person.left_off(key).ok().flatten());
        let underway = self.underway.as_ref().and_then(Underway::read);
        let underway = underway.filter(|far| far.key == key).map(|far| far.left);
        let both = kept.into_iter().chain(underway);
        both.max_by_key(|left| left.left_at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(number: u8, at_ms: Option<u64>, left_at_ms: i64) -> HowFar {
        let length_ms = Some(7_200_000);
        HowFar {
            key: AudioKey::from_bytes([number; 16]),
            left: LeftOff {
                at_ms,
                length_ms,
                left_at_ms,
            },
        }
    }

    #[test]
    fn the_later_hour_holds_and_what_has_ended_is_no_place_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let key = far(1, None, 0).key;
        person.leave_off(&[far(1, None, 1)]).unwrap();
        assert_eq!(person.left_off(key).unwrap(), None, "nothing was begun");
        let later = far(1, Some(60_000), 5);
        person
            .leave_off(&[later, far(1, Some(40_000), 4), far(2, Some(1), 1)])
            .unwrap();
        assert_eq!(person.left_off(key).unwrap(), Some(later.left));
        let ended = far(1, None, 6);
        person.leave_off(&[ended, later]).unwrap();
        assert_eq!(person.left_off(key).unwrap(), Some(ended.left));
        person.check().unwrap();
    }

    #[test]
    fn the_line_is_written_over_itself_and_read_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let mut line = Underway::in_folder(dir.path());
        assert_eq!(line.read(), None);
        let longest = far(255, Some(u64::MAX), i64::MIN);
        assert!(summed::line(&longest).len() < LENGTH);
        line.write(far(1, Some(60_000), 5)).unwrap();
        line.write(far(2, None, 6)).unwrap();
        assert_eq!(line.read(), Some(far(2, None, 6)));
        let path = dir.path().join(LINE);
        let mut bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len(), LENGTH);
        bytes[40] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(line.read(), None);
        std::fs::write(&path, &bytes[..40]).unwrap();
        assert_eq!(line.read(), None);
    }

    #[test]
    fn what_a_kill_left_is_known_and_what_was_kept_later_holds() {
        let dir = tempfile::tempdir().unwrap();
        let (data, state) = (dir.path().join("data"), dir.path().join("state"));
        std::fs::create_dir_all(&state).unwrap();
        let mut lookup = LeftOffLookup::new(&data, Some(&state));
        let at = |lookup: &mut LeftOffLookup| {
            let left = lookup.of(far(1, None, 0).key);
            left.and_then(|left| left.at_ms)
        };
        assert_eq!(at(&mut lookup), None);
        assert!(!data.exists(), "nothing is made");
        let mut line = Underway::in_folder(&state);
        line.write(far(1, Some(60_000), 5)).unwrap();
        assert_eq!(at(&mut lookup), Some(60_000));
        let mut person = Person::open(&data).unwrap();
        person.leave_off(&[far(1, Some(90_000), 7)]).unwrap();
        assert_eq!(at(&mut lookup), Some(90_000));
        line.write(far(1, None, 8)).unwrap();
        assert_eq!(at(&mut lookup), None);
    }
}
