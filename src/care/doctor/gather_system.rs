//! Sees what the system has and allows: its clock, limits and disks, and files that were set aside. It changes nothing.

use super::DoctorOptions;
use super::facts::{Disk, Limits};
use crate::library::Library;
use crate::library::watch::most_watches;
use rustix::fs::{Access, StatVfsMountFlags};
use rustix::process::Resource;
use std::path::PathBuf;

/// What was set aside beside the databases.
pub(super) fn set_aside(library: &Library, options: &DoctorOptions) -> Vec<PathBuf> {
    let cache = library.index().path().parent();
    let folders = [Some(options.data.as_path()), cache];
    let entries = folders.into_iter().flatten().map(std::fs::read_dir);
    let entries = entries.flatten().flatten().flatten();
    let is_bad = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains(".bad-") && !name.ends_with("-wal")
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_bad).collect();
    found.sort();
    found.dedup();
    found
}

pub(super) fn limits() -> Limits {
    Limits {
        watches: most_watches(),
        open_files: rustix::process::getrlimit(Resource::Nofile).current,
    }
}

/// The folders, each file system once.
pub(super) fn disks(options: &DoctorOptions) -> Vec<Disk> {
    let mut disks: Vec<(u64, Disk)> = Vec::new();
    for folder in std::iter::once(&options.data).chain(&options.others) {
        // One that is not there yet is made where its parent lies.
        let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
            continue;
        };
        let (Ok(disk), Ok(stat)) = (rustix::fs::statvfs(there), rustix::fs::stat(there)) else {
            continue;
        };
        let can_write = rustix::fs::access(there, Access::WRITE_OK).is_ok();
        let is_writable = can_write && !disk.f_flag.contains(StatVfsMountFlags::RDONLY);
        let is_known = disks
            .iter()
            .any(|(device, known)| *device == stat.st_dev && known.is_writable == is_writable);
        if !is_known {
            let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
            let folder = folder.clone();
            let disk = Disk {
                folder,
                free_bytes,
                is_writable,
            };
            disks.push((stat.st_dev, disk));
        }
    }
    disks.into_iter().map(|(_, disk)| disk).collect()
}
