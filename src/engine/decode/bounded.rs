//! A file under a limit: how many bytes may be read before some sound comes of it. No hostile file can hold us longer.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use symphonia::core::io::MediaSource;

/// What may be read without a frame of sound: more than the largest cover, less than a second of a slow disk's work.
const BARREN_BYTES: u64 = 64 * 1024 * 1024;

/// The bytes that may still be read, and whether the file has lost some since it was opened; shared between a file and what reads it.
#[derive(Clone)]
pub(super) struct Allowance {
    bytes: Arc<AtomicU64>,
    has_shrunk: Arc<AtomicBool>,
}

impl Allowance {
    /// Sound came: the count begins again.
    pub(super) fn renew(&self) {
        self.bytes.store(BARREN_BYTES, Relaxed);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.bytes.load(Relaxed) == 0
    }

    /// Bytes were missing that were there when the file was opened.
    pub(super) fn has_shrunk(&self) -> bool {
        self.has_shrunk.load(Relaxed)
    }
}

/// A regular file, and what may still be read of it.
pub(super) struct BoundedFile {
    file: File,
    length: u64,
    allowance: Allowance,
    at: u64,
    /// Where what is read begins: behind any tags.
    base: u64,
    veiled: Option<(u64, u8)>,
}

impl BoundedFile {
    /// Opens without waiting (a pipe would block) and refuses all but regular files.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Allowance)> {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(i32::try_from(flags.bits()).unwrap_or(0))
            .open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a regular file",
            ));
        }
        let allowance = Allowance {
            bytes: Arc::new(AtomicU64::new(BARREN_BYTES)),
            has_shrunk: Arc::default(),
        };
        let bounded = Self {
            file,
            length: metadata.len(),
            allowance: allowance.clone(),
            at: 0,
            base: 0,
            veiled: None,
        };
        Ok((bounded, allowance))
    }

    /// From now on the file begins here, if it is so long.
    pub(super) fn begin_at(&mut self, base: u64) {
        if base < self.length {
            self.base = base;
            self.length -= base;
        }
    }

    /// From now on these bits of the byte at this offset are read as the other ones.
    pub(super) fn veil(&mut self, offset: u64, bits: u8) {
        self.veiled = Some((offset, bits));
    }

    /// The bits to turn of a byte among so many from here on, and which one it is.
    fn veiled_within(&self, read: usize) -> Option<(usize, u8)> {
        let (offset, bits) = self.veiled?;
        let at = usize::try_from(offset.checked_sub(self.at)?).ok()?;
        (at < read).then_some((at, bits))
    }
}

impl Read for BoundedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.bytes.load(Relaxed);
        if left == 0 {
            return Err(io::Error::other("too much without any sound"));
        }
        let read = self.file.read(buffer)?;
        self.allowance
            .bytes
            .store(left.saturating_sub(read as u64), Relaxed);
        if read == 0 && !buffer.is_empty() && self.at < self.length {
            self.allowance.has_shrunk.store(true, Relaxed);
        }
        if let Some((at, bits)) = self.veiled_within(read) {
            buffer[at] ^= bits;
        }
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for BoundedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.base)),
            other => other,
        };
        let at = self.file.seek(to)?.checked_sub(self.base);
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl MediaSource for BoundedFile {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
