//! A foreign file, read in blocks: few system calls, and a budget that no file can exceed. It knows no format.
//!
//! Readers of tags seek to and fro between the head and the tail; the last few blocks are kept, so a seek back costs
//! nothing. A long stretch that no block holds is read as it is asked for. After [`BUDGET_BYTES`] every further read fails: 4 GiB of zeros with a musical name cost no more than that.

use rustix::fs::{Advice, AtFlags, FileType, Mode, OFlags};
use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What is read of one file at most. Tags with covers of several MB must fit, as Ogg cannot skip them.
pub const BUDGET_BYTES: u64 = 64 << 20;

/// A block of nothing but zeros costs the budget so many times what others cost: no tag is made of them, and looking for
/// the end of them takes longer than reading does.
const COST_OF_ZEROS: u64 = 4;

const BLOCK_BYTES: usize = 8 << 10;
const BLOCKS: usize = 4;
/// Who reads so much at once gets it without a block of its own.
const MUCH_BYTES: usize = BLOCK_BYTES / 2;

/// What the file system says of a file: while it stays, the file is taken to be the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub size: u64,
    /// Time of the last change of the contents, in ns since 1970.
    pub mtime_ns: i64,
}

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailure {
    /// A folder, pipe, socket or device.
    #[error("it is no regular file")]
    NotRegular,
    /// The system refused.
    #[error("it cannot be opened: {}", .0.kind())]
    Io(io::Error),
}

/// Looks at a file without opening it; a link is followed.
pub fn stamp_of(path: &Path) -> Result<Stamp, OpenFailure> {
    identity_of(path).map(|identity| identity.stamp)
}

/// Which file it is, by its place in the file system and not by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Its number in its file system.
    pub inode: u64,
    /// Size and time.
    pub stamp: Stamp,
}

/// Looks at a file without opening it; a link is followed.
pub fn identity_of(path: &Path) -> Result<Identity, OpenFailure> {
    identity(rustix::fs::stat(path))
}

/// As [`identity_of`], of a name in an open folder.
pub fn identity_at(folder: BorrowedFd, name: &CStr) -> Result<Identity, OpenFailure> {
    identity(rustix::fs::statat(folder, name, AtFlags::empty()))
}

fn identity(stat: rustix::io::Result<rustix::fs::Stat>) -> Result<Identity, OpenFailure> {
    let stat = stat.map_err(|error| OpenFailure::Io(error.into()))?;
    Ok(Identity {
        inode: stat.st_ino,
        stamp: stamp(&stat)?,
    })
}

fn stamp(stat: &rustix::fs::Stat) -> Result<Stamp, OpenFailure> {
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(OpenFailure::NotRegular);
    }
    Ok(Stamp {
        size: u64::try_from(stat.st_size).unwrap_or(0),
        mtime_ns: stat
            .st_mtime
            .saturating_mul(1_000_000_000)
            .saturating_add(stat.st_mtime_nsec as i64),
    })
}

/// An open regular file with the blocks that were read last.
pub struct FileBytes {
    file: File,
    stamp: Stamp,
    position: u64,
    blocks: [Block; BLOCKS],
    newest: usize,
    left_bytes: u64,
    veiled: Option<u64>,
}

#[derive(Default)]
struct Block {
    /// Number of the block in the file.
    number: u64,
    /// Its room, which is kept from one block to the next.
    room: Vec<u8>,
    /// How much of that was read.
    filled: usize,
}

impl Block {
    fn bytes(&self) -> &[u8] {
        &self.room[..self.filled]
    }
}

impl FileBytes {
    /// Opens without waiting for anybody: a pipe does not hang, a terminal is not taken over.
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        let failed = |error: rustix::io::Errno| OpenFailure::Io(error.into());
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty()).map_err(failed)?;
        let stamp = stamp(&rustix::fs::fstat(&fd).map_err(failed)?)?;
        // Read-ahead is what a cold scan pays for most: only a few KiB of either end are wanted.
        let _ = rustix::fs::fadvise(&fd, 0, None, Advice::Random);
        Ok(Self {
            file: fd.into(),
            stamp,
            position: 0,
            blocks: Default::default(),
            newest: 0,
            left_bytes: BUDGET_BYTES,
            veiled: None,
        })
    }

    /// Size and time at the moment of opening.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Fills `out` from `offset` on as far as the file reaches; how much it was.
    pub fn read_at(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let is_much = out.len() >= MUCH_BYTES;
        let mut done = 0;
        while done < out.len() {
            let at = offset.saturating_add(done as u64);
            let number = at / BLOCK_BYTES as u64;
            let rest = &mut out[done..];
            if is_much && self.held(number).is_none() {
                done += self.read_past_blocks(at, rest)?;
                break;
            }
            let here = self
                .block(number)?
                .get((at % BLOCK_BYTES as u64) as usize..)
                .unwrap_or_default();
            if here.is_empty() {
                break;
            }
            let count = here.len().min(rest.len());
            rest[..count].copy_from_slice(&here[..count]);
            done += count;
        }
        let veiled = self.veiled.and_then(|at| at.checked_sub(offset));
        let veiled = veiled.and_then(|at| usize::try_from(at).ok());
        if let Some(byte) = veiled.and_then(|at| out[..done].get_mut(at)) {
            *byte ^= 1;
        }
        Ok(done)
    }

    /// From now on the lowest bit of the byte at this offset is read as the other one.
    pub fn veil(&mut self, offset: u64) {
        self.veiled = Some(offset);
    }

    /// Exactly `N` bytes at `offset`; `None` where the file ends before.
    pub fn array_at<const N: usize>(&mut self, offset: u64) -> io::Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        Ok((self.read_at(offset, &mut bytes)? == N).then_some(bytes))
    }

    fn block(&mut self, number: u64) -> io::Result<&[u8]> {
        if let Some(at) = self.held(number) {
            return Ok(self.blocks[at].bytes());
        }
        self.check_budget()?;
        self.newest = (self.newest + 1) % BLOCKS;
        let block = &mut self.blocks[self.newest];
        (block.number, block.filled) = (number, 0);
        block.room.resize(BLOCK_BYTES, 0);
        let offset = number.saturating_mul(BLOCK_BYTES as u64);
        let read = read_full(&self.file, offset, self.stamp.size, &mut block.room);
        block.filled = *read.as_ref().unwrap_or(&0);
        let cost = cost(BLOCK_BYTES, block.bytes());
        self.left_bytes = self.left_bytes.saturating_sub(cost);
        read?;
        Ok(self.blocks[self.newest].bytes())
    }

    /// What is read in one piece is not asked for again, and goes where it is wanted.
    fn read_past_blocks(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.check_budget()?;
        let count = read_full(&self.file, offset, self.stamp.size, out)?;
        let cost = cost(out.len(), &out[..count]);
        self.left_bytes = self.left_bytes.saturating_sub(cost);
        Ok(count)
    }

    fn check_budget(&self) -> io::Result<()> {
        if self.left_bytes > 0 {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "reading it would take more than {} MiB",
            BUDGET_BYTES >> 20
        )))
    }

    fn held(&self, number: u64) -> Option<usize> {
        let held = |block: &Block| block.number == number && block.filled > 0;
        self.blocks.iter().position(held)
    }
}

/// What reading so many bytes costs the budget, of which these came.
fn cost(bytes: usize, read: &[u8]) -> u64 {
    let is_empty = read.iter().all(|byte| *byte == 0);
    bytes as u64 * if is_empty { COST_OF_ZEROS } else { 1 }
}

/// Fills `out` as far as the file reached when it was opened.
fn read_full(file: &File, offset: u64, size: u64, out: &mut [u8]) -> io::Result<usize> {
    let room = size.saturating_sub(offset).min(out.len() as u64) as usize;
    let mut done = 0;
    while done < room {
        match file.read_at(&mut out[done..room], offset.saturating_add(done as u64)) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

impl Read for FileBytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.read_at(self.position, out)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for FileBytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(delta) => self.stamp.size.checked_add_signed(delta),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_walk_of_reads_and_seeks_sees_the_bytes_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let bytes: Vec<u8> = (0..100_000u32).map(|n| (n * 7 / 3) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let mut file = FileBytes::open(&path).unwrap();
        assert_eq!(file.stamp().size, 100_000);
        assert_eq!(file.stamp(), stamp_of(&path).unwrap());
        for step in 0..2_000u64 {
            let at = step * 7_919 % 100_500;
            let mut out = vec![0; (step * 37 % 20_000) as usize];
            file.seek(SeekFrom::Start(at)).unwrap();
            let count = file.read(&mut out).unwrap();
            let tail = bytes.get(at as usize..).unwrap_or_default();
            assert_eq!(out[..count], tail[..out.len().min(tail.len())]);
        }
        assert!(file.seek(SeekFrom::Current(-200_000)).is_err());
    }

    #[test]
    fn the_budget_ends_an_endless_search() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zeros.mp3");
        File::create(&path).unwrap().set_len(4 << 30).unwrap();
        let mut file = FileBytes::open(&path).unwrap();
        let copied = io::copy(&mut file, &mut io::sink()).unwrap_err();
        assert!(copied.to_string().contains("64 MiB"), "{copied}");
    }

    #[test]
    fn a_pipe_is_refused_and_does_not_hang() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe.mp3");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR).unwrap();
        assert!(matches!(stamp_of(&path), Err(OpenFailure::NotRegular)));
        assert!(matches!(
            FileBytes::open(&path),
            Err(OpenFailure::NotRegular)
        ));
        assert!(matches!(
            FileBytes::open(dir.path()),
            Err(OpenFailure::NotRegular)
        ));
    }
}
