//! Where file systems are mounted, and which of them tell of what others do to them: those of this machine. Reads
//! `/proc/self/mountinfo` (proc(5)).

use super::answers;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Types whose files change from elsewhere without an event here.
const SILENT: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb2",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "virtiofs",
    "vboxsf",
    "ncpfs",
];

/// Of those the ones that are on this machine, or as near as that.
const NEAR: &[&str] = &["9p", "virtiofs", "vboxsf"];

/// FUSE programs that show what lies elsewhere.
const FAR_FUSE: &[&str] = &[
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.davfs",
    "fuse.s3fs",
    "fuse.goofys",
    "fuse.curlftpfs",
    "fuse.smbnetfs",
    "fuse.gvfsd-fuse",
    "fuse.glusterfs",
    "fuse.google-drive-ocamlfuse",
];

/// What is mounted where, at one moment.
pub struct Mounts(Vec<u8>);

impl Mounts {
    /// As it is now; nothing, where the system does not tell.
    pub fn now() -> Self {
        Self(std::fs::read("/proc/self/mountinfo").unwrap_or_default())
    }

    /// The type of the file system of a folder, or of one that is mounted below it, where that tells of nothing.
    pub fn silent_type(&self, folder: &Path) -> Option<String> {
        let folder = whole(folder)?;
        silent_type_in(&self.0, &folder)
    }

    /// What is mounted below a folder; another answer means that what lies there is another.
    pub fn below(&self, folder: &Path) -> Vec<Vec<u8>> {
        let lines = self.0.split(|byte| *byte == b'\n');
        let is_below =
            |line: &&[u8]| mount(line).is_some_and(|(point, _)| is_below(&point, folder));
        lines.filter(is_below).map(<[u8]>::to_vec).collect()
    }
}

/// The type of the file system of a folder, or of one mounted below it, where that tells of nothing.
pub fn silent_type(folder: &Path) -> Option<String> {
    Mounts::now().silent_type(folder)
}

/// The type of the file system of a folder, where what lies there needs a network.
pub fn network_type(folder: &Path) -> Option<String> {
    silent_type(folder).filter(|kind| is_far(kind))
}

fn is_far(kind: &str) -> bool {
    let is_fuse = kind == "fuse" || kind.starts_with("fuse.");
    FAR_FUSE.contains(&kind) || !is_fuse && !NEAR.contains(&kind)
}

fn is_below(point: &Path, folder: &Path) -> bool {
    point != folder && point.starts_with(folder)
}

/// The file system of a folder, as far as it can be known again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disk {
    /// Where it is mounted.
    pub point: PathBuf,
    /// What the system calls it (statvfs(3), `f_fsid`), where it has a name. Of ext4, XFS and Btrfs it stays; others are called
    /// another thing each time, so a new name alone proves nothing.
    pub id: Option<u64>,
}

impl Disk {
    /// That of a folder now.
    pub fn of(folder: &Path) -> Option<Self> {
        let folder = whole(folder)?;
        let mounts = std::fs::read("/proc/self/mountinfo").ok()?;
        let (point, _) = around(&mounts, &folder)?;
        let id = answers::ask(&folder, |folder| rustix::fs::statvfs(folder).ok())?;
        let id = id.map(|about| about.f_fsid).filter(|id| *id != 0);
        Some(Self { point, id })
    }

    /// Whether `now` seems to be another one in its place: the folder that it was mounted on, a disk on top of it, or a
    /// disk of another name.
    pub fn is_another(&self, now: &Self) -> bool {
        let (before, after) = (&self.point, &now.point);
        match before == after {
            true => self
                .id
                .zip(now.id)
                .is_some_and(|(before, now)| before != now),
            false => before.starts_with(after) || after.starts_with(before),
        }
    }
}

/// The folder's path without links; `None` also where it does not answer.
fn whole(folder: &Path) -> Option<PathBuf> {
    answers::ask(folder, |folder| std::fs::canonicalize(folder).ok())?
}

fn around(mountinfo: &[u8], folder: &Path) -> Option<(PathBuf, String)> {
    let mounts = mountinfo.split(|byte| *byte == b'\n').filter_map(mount);
    let around = mounts.filter(|(point, _)| folder.starts_with(point));
    // Of two mounts at one point the later one lies on top.
    around.max_by_key(|(point, _)| point.as_os_str().len())
}

fn silent_type_in(mountinfo: &[u8], folder: &Path) -> Option<String> {
    let mounts = mountinfo.split(|byte| *byte == b'\n').filter_map(mount);
    let below = mounts.filter(|(point, _)| is_below(point, folder));
    // What a FUSE program shows may lie anywhere; the local ones (ntfs-3g, exfat) are `fuseblk`.
    let is_silent = |kind: &String| {
        SILENT.contains(&kind.as_str()) || kind == "fuse" || kind.starts_with("fuse.")
    };
    let mut kinds = around(mountinfo, folder).into_iter().chain(below);
    kinds.find_map(|(_, kind)| is_silent(&kind).then_some(kind))
}

/// `36 35 98:0 / /mount/point options - type source super`: the mount point and the type.
fn mount(line: &[u8]) -> Option<(PathBuf, String)> {
    let mut fields = line.split(|byte| *byte == b' ');
    let point = unescaped(fields.nth(4)?);
    let kind = fields.skip_while(|field| field != b"-").nth(1)?;
    let point = Path::new(std::ffi::OsStr::from_bytes(&point)).to_owned();
    Some((point, String::from_utf8_lossy(kind).into_owned()))
}

/// Blanks in paths stand as `\040`.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                out.push(byte);
                rest = &tail[3..];
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_of_other_machines_are_told_from_those_of_this_one() {
        for kind in ["nfs4", "cifs", "fuse.sshfs", "fuse.rclone", "ceph"] {
            assert!(is_far(kind), "{kind}");
        }
        for kind in ["fuse", "fuse.mergerfs", "9p", "virtiofs", "vboxsf"] {
            assert!(!is_far(kind), "{kind}");
        }
    }

    #[test]
    fn a_disk_that_is_not_mounted_is_told_from_one_more_that_is() {
        let disk = |point: &str, id| Disk {
            point: point.into(),
            id,
        };
        let another = |before, now| disk(before, Some(1)).is_another(&disk(now, Some(1)));
        assert!(another("/media/disk", "/"));
        assert!(another("/home/m/Music", "/home"));
        assert!(!another("/", "/"));
        assert!(another("/", "/media/disk"), "a disk on top");
        assert!(!another("/media/disk", "/mnt"), "the root was moved");
        assert!(disk("/media/disk", Some(1)).is_another(&disk("/media/disk", Some(2))));
        assert!(!disk("/media/disk", None).is_another(&disk("/media/disk", Some(2))));
        let proc = Disk::of(Path::new("/proc")).unwrap();
        assert_eq!(proc.point, Path::new("/proc"));
    }

    #[test]
    fn the_mount_around_a_folder_decides() {
        let mounts = b"21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
30 21 0:30 / /mnt/the\\040nas rw,relatime shared:9 master:2 - nfs4 host:/music rw
31 30 8:2 / /mnt/the\\040nas/local rw - ext4 /dev/sdb1 rw
32 21 0:40 / /home/m/remote rw - fuse.sshfs m@host: rw
33 21 8:3 / /media/stick rw - fuseblk /dev/sdc1 rw
";
        for (folder, wanted) in [
            ("/home/m/Music", None),
            // What is mounted below counts, too.
            ("/home/m", Some("fuse.sshfs")),
            ("/home", Some("fuse.sshfs")),
            ("/home/m/rem", None),
            ("/mnt/the nas", Some("nfs4")),
            ("/mnt/the nas/a/b", Some("nfs4")),
            ("/mnt/the nas/local/a", None),
            ("/mnt/the nasty", None),
            ("/home/m/remote/x", Some("fuse.sshfs")),
            ("/media/stick", None),
        ] {
            assert_eq!(
                silent_type_in(mounts, Path::new(folder)).as_deref(),
                wanted,
                "{folder}"
            );
        }
        let below = Mounts(mounts.to_vec()).below(Path::new("/mnt"));
        assert_eq!(below.len(), 2);
        assert!(
            Mounts(mounts.to_vec())
                .below(Path::new("/media/stick"))
                .is_empty()
        );
        assert_eq!(silent_type_in(b"nonsense - \n\n- -", Path::new("/")), None);
    }
}
