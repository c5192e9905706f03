//! The queue and the place in it, kept in two small text files. It never keeps a row id: rows are `Wanted`s.
//!
//! `queue.json` is written whole and synced before a change counts as done; `position.json` about once a second
//! while music plays. Each is written beside its name and moved over it, so a reader sees the old or the new one,
//! never half. A lock beside them lets one process write: a second player plays and leaves them alone.

use crate::music::Wanted;
use crate::player::Player;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A saved queue larger than this is not read: nobody's queue is, and a damaged file may be anything. In bytes.
const MAX_BYTES: u64 = 1 << 30;

/// Reading or writing the saved queue failed.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The system refused.
    #[error("cannot save the queue in {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not one of ours, or damaged.
    #[error("the saved queue {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// A queue as it was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedQueue {
    schema: u32,
    /// What was queued, in order.
    pub rows: Vec<Wanted>,
    /// Whether songs came in shuffled rounds.
    pub random: bool,
    /// Whether the queue began again at its end.
    pub repeat: bool,
    /// Loudness in percent.
    pub volume_percent: Option<u8>,
    /// Row that was heard and the place in it, in ms; `None`: it was played to its end, or never begun.
    #[serde(skip)]
    pub position: Option<(usize, u64)>,
}

#[derive(Serialize, Deserialize, PartialEq, Clone, Copy)]
struct SavedPosition {
    row: usize,
    at_ms: u64,
}

/// The right to write the saved queue.
pub struct Saved {
    dir: PathBuf,
    /// Held for as long as this lives.
    _lock: File,
    last: Option<SavedPosition>,
}

impl Saved {
    /// Takes the lock in the state folder, which is made where it is not there; `Ok(None)`: another process has it.
    pub fn lock(dir: &Path) -> Result<Option<Self>, SavedError> {
        let path = dir.join("lock");
        let failed = |source| SavedError::Io {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                dir: dir.to_owned(),
                _lock: lock,
                last: None,
            })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// What was saved last; `Ok(None)` where nothing was.
    pub fn load(dir: &Path) -> Result<Option<SavedQueue>, SavedError> {
        let Some(mut queue) = read::<SavedQueue>(&dir.join(QUEUE))? else {
            return Ok(None);
        };
        // A position without sense is worth less than the queue: it is left out, and the queue begins at its front.
        let position = read::<Option<SavedPosition>>(&dir.join(POSITION))
            .ok()
            .flatten()
            .flatten();
        queue.position = position
            .filter(|at| at.row < queue.rows.len())
            .map(|at| (at.row, at.at_ms));
        Ok(Some(queue))
    }

    /// Writes the queue and waits until the disk has it.
    pub fn save_queue(&mut self, player: &Player) -> Result<(), SavedError> {
        let queue = SavedQueue {
            schema: 1,
            rows: player
                .queue()
                .entries()
                .iter()
                .map(|entry| entry.song.wanted())
                .collect(),
            random: player.random(),
            repeat: player.repeat(),
            volume_percent: Some(player.volume_percent()),
            position: None,
        };
        self.write(QUEUE, &queue, true)
    }

    /// Writes the row that is heard and the place in it, in ms, where it has changed.
    pub fn save_position(&mut self, position: Option<(usize, u64)>) -> Result<(), SavedError> {
        let position = position.map(|(row, at_ms)| SavedPosition { row, at_ms });
        if position == self.last {
            return Ok(());
        }
        self.write(POSITION, &position, false)?;
        self.last = position;
        Ok(())
    }

    fn write(&self, name: &str, value: &impl Serialize, sync: bool) -> Result<(), SavedError> {
        let path = self.dir.join(name);
        let beside = self.dir.join(format!("{name}.new"));
        let written = (|| {
            let mut file = std::io::BufWriter::new(File::create(&beside)?);
            serde_json::to_writer(&mut file, value)?;
            file.write_all(b"\n")?;
            let file = file.into_inner()?;
            if sync {
                file.sync_data()?;
            }
            std::fs::rename(&beside, &path)?;
            if sync {
                File::open(&self.dir)?.sync_all()?;
            }
            Ok(())
        })();
        written.map_err(|source| SavedError::Io { path, source })
    }
}

const QUEUE: &str = "queue.json";
const POSITION: &str = "position.json";

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>, SavedError> {
    let unreadable = |reason: String| SavedError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    let size = file
        .metadata()
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if size > MAX_BYTES {
        return Err(unreadable(format!("it has {size} bytes")));
    }
    serde_json::from_reader(std::io::BufReader::new(file))
        .map(Some)
        .map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{Place, RelPath, Root, Song};
    use crate::player::Event;
    use std::sync::Arc;

    fn player_with(names: &[&[u8]]) -> Player {
        let root = Arc::new(Root {
            name: "Music".into(),
            dir: "/m".into(),
        });
        let song = |name: &&[u8]| {
            let place = Place {
                root: root.clone(),
                path: RelPath::new(*name).unwrap(),
            };
            Arc::new(Song {
                place,
                length_ms: Some(9),
                ..Song::at("/x")
            })
        };
        let mut player = Player::new(1, 80);
        player.handle(Event::Replace {
            songs: names.iter().map(song).collect(),
            start: 0,
            at_ms: 0,
            paused: true,
        });
        player.handle(Event::Repeat(true));
        player
    }

    #[test]
    fn a_queue_comes_back_with_every_byte_of_its_names() {
        let dir = tempfile::tempdir().unwrap();
        let player = player_with(&[b"a.flac", b"caf\xe9.mp3"]);
        let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
        saved.save_queue(&player).unwrap();
        saved.save_position(Some((1, 61_000))).unwrap();
        let queue = Saved::load(dir.path()).unwrap().unwrap();
        assert_eq!(
            (
                queue.position,
                queue.repeat,
                queue.random,
                queue.volume_percent
            ),
            (Some((1, 61_000)), true, false, Some(80))
        );
        let wanted: Vec<_> = player
            .queue()
            .entries()
            .iter()
            .map(|entry| entry.song.wanted())
            .collect();
        assert_eq!(queue.rows, wanted);
    }

    #[test]
    fn only_one_process_may_write() {
        let dir = tempfile::tempdir().unwrap();
        let first = Saved::lock(dir.path()).unwrap();
        assert!(first.is_some());
        assert!(Saved::lock(dir.path()).unwrap().is_none());
        drop(first);
        assert!(Saved::lock(dir.path()).unwrap().is_some());
    }

    #[test]
    fn damage_is_told_and_a_senseless_position_left_out() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Saved::load(dir.path()).unwrap().is_none());
        std::fs::write(dir.path().join(QUEUE), "{\"rows\":[{").unwrap();
        assert!(matches!(
            Saved::load(dir.path()),
            Err(SavedError::Unreadable { .. })
        ));
        std::fs::write(dir.path().join(QUEUE), "{\"rows\":[{\"title\":\"x\"}]}").unwrap();
        std::fs::write(dir.path().join(POSITION), "{\"row\":7,\"at_ms\":1}").unwrap();
        let queue = Saved::load(dir.path()).unwrap().unwrap();
        assert_eq!((queue.rows.len(), queue.position), (1, None));
    }
}
