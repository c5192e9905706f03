//! The forgetful disk as a folder that programs can use, through FUSE.

use super::{Disk, Node, TOP};
use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags,
    Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite, Request, TimeOrNow,
    WriteFlags,
};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long the system may believe what it was told: no other changes anything.
const BELIEVED: Duration = Duration::from_secs(60);

struct Mounted(Arc<Mutex<Disk>>);

/// Mounts a disk until what is returned is dropped; `None`, and a word, where that cannot be.
pub fn mount(disk: &Arc<Mutex<Disk>>, folder: &Path) -> Option<BackgroundSession> {
    let mut options = Config::default();
    options.mount_options = vec![MountOption::FSName("forgetful".into())];
    match fuser::spawn_mount(Mounted(disk.clone()), folder, &options) {
        Ok(session) => Some(session),
        Err(error) => {
            println!("skipped: FUSE cannot mount here: {error}");
            None
        }
    }
}

impl Mounted {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap()
    }

    /// The disk, where a change is to be made and may be.
    fn to_change(&self) -> Result<MutexGuard<'_, Disk>, Errno> {
        let mut disk = self.disk();
        match disk.may_change() {
            true => Ok(disk),
            false => Err(Errno::EIO),
        }
    }
}

fn attributes(disk: &Disk, node: Node) -> Result<FileAttr, Errno> {
    if !disk.has_power() {
        return Err(Errno::EIO);
    }
    let size = disk.read(node).ok_or(Errno::ENOENT)?.len() as u64;
    let (kind, perm) = match disk.is_folder(node) {
        true => (FileType::Directory, 0o755),
        false => (FileType::RegularFile, 0o644),
    };
    let now = UNIX_EPOCH;
    Ok(FileAttr {
        ino: INodeNo(node),
        size,
        blocks: size.div_ceil(512),
        atime: now,
        mtime: now,
        ctime: now,
        crtime: now,
        kind,
        perm,
        nlink: 1,
        uid: rustix::process::getuid().as_raw(),
        gid: rustix::process::getgid().as_raw(),
        rdev: 0,
        blksize: 4_096,
        flags: 0,
    })
}

/// Answers with what came of it.
macro_rules! answer {
    ($reply:ident, $done:expr, $value:pat => $answer:expr) => {
        let done = || $done;
        match done() {
            Ok($value) => $answer,
            Err(error) => $reply.error(error),
        }
    };
}

impl Filesystem for Mounted {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let disk = self.disk();
        answer!(reply, disk.find(parent.0, name).ok_or(Errno::ENOENT).and_then(|node| attributes(&disk, node)),
            found => reply.entry(&BELIEVED, &found, Generation(0)));
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        answer!(reply, attributes(&self.disk(), node.0), found => reply.attr(&BELIEVED, &found));
    }

    fn setattr(
        &self,
        _: &Request,
        node: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        answer!(reply, {
            if let Some(size) = size {
                self.to_change()?.set_length(node.0, size);
            }
            attributes(&self.disk(), node.0)
        }, found => reply.attr(&BELIEVED, &found));
    }

    fn mkdir(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        answer!(reply, {
            let mut disk = self.to_change()?;
            let node = disk.make(parent.0, name, true);
            attributes(&disk, node)
        }, made => reply.entry(&BELIEVED, &made, Generation(0)));
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        answer!(reply, {
            let mut disk = self.to_change()?;
            let node = disk.make(parent.0, name, false);
            attributes(&disk, node)
        }, made => reply.created(&BELIEVED, &made, Generation(0), FileHandle(0), FopenFlags::empty()));
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer!(reply, match self.to_change()?.remove(parent.0, name) {
            true => Ok(()),
            false => Err(Errno::ENOENT),
        }, () => reply.ok());
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        to_parent: INodeNo,
        to: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let (from, to) = ((parent.0, name.to_owned()), (to_parent.0, to.to_owned()));
        answer!(reply, match self.to_change()?.rename(from, to) {
            true => Ok(()),
            false => Err(Errno::ENOENT),
        }, () => reply.ok());
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        let mut disk = self.disk();
        disk.opens += 1;
        match disk.has_power() {
            true => reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE),
            false => reply.error(Errno::EIO),
        }
    }

    fn read(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let disk = self.disk();
        let Some(bytes) = disk.read(node.0).filter(|_| disk.has_power()) else {
            return reply.error(Errno::EIO);
        };
        let begin = (offset as usize).min(bytes.len());
        let end = (begin + size as usize).min(bytes.len());
        reply.data(&bytes[begin..end]);
    }

    fn write(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        answer!(reply, {
            self.to_change()?.write(node.0, offset, data);
            Ok(data.len() as u32)
        }, written => reply.written(written));
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, node: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer!(reply, {
            self.to_change()?.sync(node.0);
            Ok(())
        }, () => reply.ok());
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer!(reply, {
            self.to_change()?.sync_names();
            Ok(())
        }, () => reply.ok());
    }

    fn readdir(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let disk = self.disk();
        let own = [(node.0, ".".into()), (TOP, "..".into())];
        let names = own.into_iter().chain(disk.list(node.0));
        for (at, (node, name)) in names.enumerate().skip(offset as usize) {
            let kind = match disk.is_folder(node) {
                true => FileType::Directory,
                false => FileType::RegularFile,
            };
            if reply.add(INodeNo(node), at as u64 + 1, kind, &name) {
                break;
            }
        }
        reply.ok();
    }
}
