//! Which folders are dirty, and when it is time to look. Pure: the hour comes in as a number of milliseconds.
//!
//! An event makes a folder dirty. It is due when nothing has happened in it for a while, and no later than [`LATEST`] such
//! whiles after its first event, so that a folder in which something always happens is looked at, too. A dirty folder
//! covers those below it.

use std::collections::BTreeMap;

/// So many quiet times after its first event a folder waits at most.
const LATEST: u64 = 10;
/// More dirty folders than this are one: everything.
const MOST_FOLDERS: usize = 1_024;

/// A root, by its position, and a folder below it; empty: all of the root.
pub type Folder = (usize, Vec<u8>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Times {
    first_ms: u64,
    last_ms: u64,
    due_ms: u64,
}

/// What is to be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Due {
    /// All roots.
    Everything,
    /// These folders; none lies in another.
    Folders(Vec<Folder>),
}

/// The dirty folders.
pub struct Dirty {
    /// So long nothing may happen before a folder counts as settled.
    quiet_ms: u64,
    folders: BTreeMap<Folder, Times>,
    everything: Option<Times>,
}

impl Dirty {
    /// Nothing is dirty; a folder is settled when nothing has happened for so long.
    pub fn new(quiet_ms: u64) -> Self {
        Self {
            quiet_ms,
            folders: BTreeMap::new(),
            everything: None,
        }
    }

    /// Something in the folder is as it will be.
    pub fn mark(&mut self, folder: Folder, now_ms: u64) {
        let quiet_ms = self.quiet_ms;
        if let Some(times) = &mut self.everything {
            *times = touched(Some(*times), now_ms, quiet_ms);
            return;
        }
        if let Some(times) = self.cover(&folder) {
            *times = touched(Some(*times), now_ms, quiet_ms);
            return;
        }
        let below: Vec<_> = self
            .folders
            .keys()
            .filter(|other| is_in(other, &folder))
            .cloned()
            .collect();
        let times = below
            .iter()
            .filter_map(|folder| self.folders.remove(folder))
            .reduce(earlier);
        self.folders
            .insert(folder, touched(times, now_ms, quiet_ms));
        if self.folders.len() > MOST_FOLDERS {
            self.mark_everything(now_ms);
        }
    }

    /// Events were lost: anything may have happened.
    pub fn mark_everything(&mut self, now_ms: u64) {
        let times = self.folders.values().copied().reduce(earlier);
        let times = times.into_iter().chain(self.everything).reduce(earlier);
        self.everything = Some(touched(times, now_ms, self.quiet_ms));
        self.folders.clear();
    }

    /// The folder itself or the one above it that is dirty.
    fn cover(&mut self, (root, below): &Folder) -> Option<&mut Times> {
        let ends = below.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut ends: Vec<usize> = ends.map(|(at, _)| at).collect();
        ends.extend([0, below.len()]);
        let upper = ends.into_iter().map(|end| (*root, below[..end].to_vec()));
        let cover = upper
            .into_iter()
            .find(|upper| self.folders.contains_key(upper))?;
        self.folders.get_mut(&cover)
    }

    /// When something is due; `None`: nothing is dirty.
    pub fn next_ms(&self) -> Option<u64> {
        let all = self.folders.values().chain(&self.everything);
        all.map(|times| times.due_ms).min()
    }

    /// What is due; nothing of it is dirty any more.
    ///
    /// Folders that have nearly settled go along: both ends of a move are looked at at once.
    pub fn take(&mut self, now_ms: u64) -> Option<Due> {
        if self.next_ms()? > now_ms {
            return None;
        }
        if self.everything.take().is_some() {
            return Some(Due::Everything);
        }
        let goes = |times: &Times| {
            let half_ms = self.quiet_ms / 2;
            let is_nearly_due = times.due_ms <= now_ms + half_ms;
            is_nearly_due && (times.due_ms <= now_ms || times.last_ms + half_ms <= now_ms)
        };
        let mut due = Vec::new();
        self.folders.retain(|folder, times| {
            let goes = goes(times);
            if goes {
                due.push(folder.clone());
            }
            !goes
        });
        Some(Due::Folders(due))
    }
}

fn touched(before: Option<Times>, now_ms: u64, quiet_ms: u64) -> Times {
    let first_ms = before.map_or(now_ms, |times| times.first_ms);
    Times {
        first_ms,
        last_ms: now_ms,
        due_ms: (now_ms + quiet_ms).min(first_ms + quiet_ms * LATEST),
    }
}

fn earlier(a: Times, b: Times) -> Times {
    Times {
        first_ms: a.first_ms.min(b.first_ms),
        last_ms: a.last_ms.max(b.last_ms),
        due_ms: a.due_ms.min(b.due_ms),
    }
}

fn is_in((root, lower): &Folder, (upper_root, upper): &Folder) -> bool {
    root == upper_root
        && (upper.is_empty()
            || lower
                .strip_prefix(&upper[..])
                .is_some_and(|rest| rest.first().is_none_or(|byte| *byte == b'/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET_MS: u64 = 500;

    fn folder(path: &str) -> Folder {
        (0, path.as_bytes().to_vec())
    }

    /// Marks at these times, then tells what is taken at `at_ms`.
    fn taken(marks: &[(u64, &str)], at_ms: u64) -> Option<Vec<String>> {
        let mut dirty = Dirty::new(QUIET_MS);
        for (now_ms, path) in marks {
            match *path {
                "*" => dirty.mark_everything(*now_ms),
                path => dirty.mark(folder(path), *now_ms),
            }
        }
        dirty.take(at_ms).map(|due| match due {
            Due::Everything => vec!["*".into()],
            Due::Folders(folders) => folders
                .into_iter()
                .map(|(_, path)| String::from_utf8(path).unwrap())
                .collect(),
        })
    }

    /// Events, the time of looking, and what is due then.
    type Case<'a> = (&'a [(u64, &'a str)], u64, Option<&'a [&'a str]>);

    #[test]
    fn table() {
        let cases: &[Case] = &[
            (&[], 9_999, None),
            (&[(0, "a")], 499, None),
            (&[(0, "a")], 500, Some(&["a"])),
            // Each event puts it off …
            (&[(0, "a"), (400, "a")], 899, None),
            (&[(0, "a"), (400, "a")], 900, Some(&["a"])),
            // … but not for ever.
            (&[(0, "a"), (4_800, "a")], 5_000, Some(&["a"])),
            // A folder covers those below it, whichever comes first, and no folder whose name only begins alike.
            (&[(0, "a"), (10, "a/b"), (20, "a/b/c")], 600, Some(&["a"])),
            (&[(0, "a/b/c"), (10, "a/b"), (20, "a")], 600, Some(&["a"])),
            (
                &[(0, "a"), (0, "a b"), (0, "ab")],
                600,
                Some(&["a", "a b", "ab"]),
            ),
            (&[(0, "a"), (10, "")], 600, Some(&[""])),
            // Covering keeps the earliest first event.
            (&[(0, "a/b"), (4_900, "a")], 5_000, Some(&["a"])),
            // Both ends of a move go together; what still happens stays.
            (&[(0, "a"), (3, "b")], 500, Some(&["a", "b"])),
            (&[(0, "a"), (400, "b")], 500, Some(&["a"])),
            // Lost events.
            (&[(0, "a"), (10, "*")], 509, None),
            (&[(0, "a"), (10, "*")], 510, Some(&["*"])),
            (&[(0, "*"), (10, "a")], 510, Some(&["*"])),
        ];
        for (marks, at_ms, wanted) in cases {
            let wanted = wanted.map(|paths| paths.iter().map(ToString::to_string).collect());
            assert_eq!(taken(marks, *at_ms), wanted, "{marks:?} at {at_ms}");
        }
    }

    #[test]
    fn what_is_taken_is_clean_again() {
        let mut dirty = Dirty::new(QUIET_MS);
        dirty.mark(folder("a"), 0);
        assert_eq!(dirty.next_ms(), Some(QUIET_MS));
        assert!(dirty.take(QUIET_MS).is_some());
        assert_eq!((dirty.next_ms(), dirty.take(u64::MAX)), (None, None));
    }

    #[test]
    fn too_many_folders_are_everything() {
        let mut dirty = Dirty::new(QUIET_MS);
        for n in 0..100_000 {
            dirty.mark(folder(&n.to_string()), n);
            assert!(dirty.folders.len() <= MOST_FOLDERS);
        }
        assert_eq!(dirty.take(200_000), Some(Due::Everything));
    }
}
