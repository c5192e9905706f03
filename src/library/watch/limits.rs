//! The system's limits of watching (inotify(7)): how high they are, and the lines that raise them. It changes none.

use crate::music::Root;
use std::path::Path;
use std::sync::Arc;

/// More folders are not counted.
const MOST_FOLDERS: u64 = 4_000_000;
/// The kernel's own least, which is too little for one who uses an editor and a file manager too.
const LEAST: u64 = 65_536;

/// A limit, and what it has to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raise {
    setting: &'static str,
    to: u64,
}

impl Raise {
    /// The limit of watched folders, so that these roots fit in beside what is watched already.
    pub fn watches(roots: &[Arc<Root>]) -> Self {
        let folders = roots.iter().map(|root| folders(&root.dir)).sum();
        Self::watches_for(folders, most_watches().unwrap_or(0))
    }

    /// The same for so many folders, where so many may be watched now.
    pub fn watches_for(folders: u64, now: u64) -> Self {
        Self {
            setting: "max_user_watches",
            to: enough(now, folders),
        }
    }

    /// The limit of programs that watch.
    pub fn watchers() -> Self {
        let now = limit("max_user_instances").unwrap_or(128);
        Self {
            setting: "max_user_instances",
            to: now.saturating_mul(4),
        }
    }

    /// Shell lines: the first raises it now, the second for good.
    pub fn lines(&self) -> [String; 2] {
        let setting = format!("fs.inotify.{}={}", self.setting, self.to);
        [
            format!("sudo sysctl {setting}"),
            format!("echo {setting} | sudo tee -a /etc/sysctl.d/60-standin.conf"),
        ]
    }
}

/// How many folders may be watched now by all programs of this user.
pub fn most_watches() -> Option<u64> {
    limit("max_user_watches")
}

fn limit(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(Path::new("/proc/sys/fs/inotify").join(name));
    text.ok()?.trim().parse().ok()
}

/// Room for twice these folders beside all that the limit allows now.
fn enough(now: u64, folders: u64) -> u64 {
    let wanted = now.saturating_add(folders.saturating_mul(2)).max(LEAST);
    wanted.checked_next_power_of_two().unwrap_or(wanted)
}

fn folders(dir: &Path) -> u64 {
    let entries = walkdir::WalkDir::new(dir).into_iter().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_dir());
    folders.take(MOST_FOLDERS as usize).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_fits_the_library() {
        for (now, folders, wanted) in [
            (8_192, 10, 65_536),
            (65_536, 10, 131_072),
            (192_536, 100_000, 524_288),
            (u64::MAX, 3, u64::MAX),
        ] {
            assert_eq!(enough(now, folders), wanted, "{now} {folders}");
        }
    }

    #[test]
    fn the_folders_of_all_roots_count_and_the_lines_can_be_pasted() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::write(dir.path().join("a/1.wav"), "").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/round")).unwrap();
        assert_eq!(folders(dir.path()), 3);
        let raise = Raise {
            setting: "max_user_watches",
            to: 65_536,
        };
        assert_eq!(
            raise.lines(),
            [
                "sudo sysctl fs.inotify.max_user_watches=65536",
                "echo fs.inotify.max_user_watches=65536 | sudo tee -a /etc/sysctl.d/60-standin.conf"
            ]
        );
    }
}
