//! The audio key: 128 bits of BLAKE3 over encoded audio alone, so that retagging, renaming and moving keep it.
//!
//! What is hashed: a label of the container, the length of the audio, and up to three samples of its bytes: the
//! first [`HEAD_BYTES`], [`PART_BYTES`] in the middle and the last [`PART_BYTES`]. The middle tells songs apart which
//! begin and end in the same silence. FLAC has an MD5 of its samples in its head and needs no more than that: two
//! encodings of one recording share the key. What is audio in a file is decided by its content, never by its name.
//!
//! It never decodes and never reads more than a few blocks beside those that tag reading touches.

mod chunks;
mod flac;
mod mp4;
mod ogg;
mod tagged;

use super::bytes::FileBytes;
use crate::music::{AudioKey, Span};
use std::io;

const HEAD_BYTES: usize = 4 << 10;
const PART_BYTES: usize = 4 << 10;

/// Audio as bytes `start..end` of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Extent {
    start: u64,
    end: u64,
}

impl Extent {
    fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

/// The key of a file; `None` where there is no byte of audio in it.
pub fn audio_key(file: &mut FileBytes) -> io::Result<Option<AudioKey>> {
    let whole = Extent {
        start: 0,
        end: file.stamp().size,
    };
    let bare = tagged::without_tags(file, whole)?;
    let magic = file.array_at::<12>(bare.start)?.unwrap_or_default();
    let (label, audio) = match &magic {
        [b'f', b'L', b'a', b'C', ..] => return flac::key(file, bare),
        [b'O', b'g', b'g', b'S', ..] => return ogg::key(file, bare),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return mp4::key(file, bare),
        [b'R', _, b'F', _, _, _, _, _, b'W', b'A', b'V', b'E'] => {
            ("wave", chunks::riff(file, bare)?)
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', _] => {
            ("aiff", chunks::aiff(file, bare)?)
        }
        [b'c', b'a', b'f', b'f', ..] => ("caf", chunks::caf(file, bare)?),
        [b'D', b'S', b'D', b' ', ..] => ("dsf", chunks::dsf(file, bare)?),
        [b'F', b'R', b'M', b'8', ..] => ("dsdiff", chunks::dsdiff(file, bare)?),
        [0x30, 0x26, 0xb2, 0x75, ..] => ("asf", chunks::asf(file, bare)?),
        // Matroska keeps tags anywhere: only the whole file is sure not to be another one.
        [0x1a, 0x45, 0xdf, 0xa3, ..] => ("whole", Some(whole)),
        _ => ("frames", Some(bare)),
    };
    sampled(file, label, audio)
}

/// The key of a part of a file: the file's, with a hash of where the part begins and ends, in frames, laid over it. Laid
/// over it once more it gives the file's again: so a part is found in a file that is no longer cut.
pub fn part_key(file: AudioKey, span: Span) -> AudioKey {
    let mut hash = Hash::new("part", 0);
    hash.chunk(&span.start_frame.to_le_bytes());
    // No file has so many frames: it stands for "to the end".
    hash.chunk(&span.end_frame.unwrap_or(u64::MAX).to_le_bytes());
    let mut bytes = *hash.finish().as_bytes();
    bytes
        .iter_mut()
        .zip(file.as_bytes())
        .for_each(|(byte, of_file)| *byte ^= of_file);
    AudioKey::from_bytes(bytes)
}

/// Where the content of a file begins, after the tags in front of it.
pub fn content_start(file: &mut FileBytes) -> io::Result<u64> {
    let end = file.stamp().size;
    Ok(tagged::without_tags(file, Extent { start: 0, end })?.start)
}

/// The key of one stretch of audio, sampled at three places.
fn sampled(
    file: &mut FileBytes,
    label: &str,
    audio: Option<Extent>,
) -> io::Result<Option<AudioKey>> {
    let Some(audio) = audio.filter(|audio| audio.len() > 0) else {
        return Ok(None);
    };
    let mut hash = Hash::new(label, audio.len());
    hash.extent(file, audio.start, audio.end, HEAD_BYTES)?;
    if audio.len() > (HEAD_BYTES + PART_BYTES) as u64 {
        let middle = audio.start + (audio.len() - PART_BYTES as u64) / 2;
        hash.extent(file, middle, audio.end, PART_BYTES)?;
        hash.extent(file, audio.end - PART_BYTES as u64, audio.end, PART_BYTES)?;
    }
    Ok(Some(hash.finish()))
}

/// Where the audio of a file lies between the tags of MP3's kind at its two ends.
pub fn between_tags(file: &mut FileBytes) -> io::Result<std::ops::Range<u64>> {
    let (start, end) = (0, file.stamp().size);
    let bare = tagged::without_tags(file, Extent { start, end })?;
    Ok(bare.start..bare.end)
}

/// BLAKE3 over (label, a length, chunks), each chunk preceded by its own length. Gathered first: one long text is
/// hashed many blocks at a time.
struct Hash(Vec<u8>);

impl Hash {
    fn new(label: &str, length: u64) -> Self {
        let mut text = Vec::with_capacity(HEAD_BYTES + 2 * PART_BYTES + 64);
        text.extend(label.as_bytes());
        text.push(0);
        text.extend(length.to_le_bytes());
        Self(text)
    }

    fn chunk(&mut self, bytes: &[u8]) {
        self.0.extend((bytes.len() as u64).to_le_bytes());
        self.0.extend(bytes);
    }

    /// Up to `most` bytes from `start`, none from `end` on.
    fn extent(
        &mut self,
        file: &mut FileBytes,
        start: u64,
        end: u64,
        most: usize,
    ) -> io::Result<()> {
        let want = end.saturating_sub(start).min(most.min(HEAD_BYTES) as u64) as usize;
        let length = self.0.len();
        let from = length + size_of::<u64>();
        self.0.resize(from + want, 0);
        let got = file.read_at(start, &mut self.0[from..])?;
        self.0.truncate(from + got);
        self.0[length..from].copy_from_slice(&(got as u64).to_le_bytes());
        Ok(())
    }

    fn finish(&self) -> AudioKey {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&blake3::hash(&self.0).as_bytes()[..16]);
        AudioKey::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests;
