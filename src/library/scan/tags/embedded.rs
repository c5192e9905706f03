//! ID3 and APE tags in files of other formats: a stretch of the file is shown to lofty as if it were all of an MPEG file.
//! It reads no property of the sound.

use super::said::Said;
use super::{Parsed, id3, named};
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use crate::music::Format;
use lofty::config::{ParseOptions, ParsingMode};
use lofty::file::AudioFile;
use lofty::mpeg::MpegFile;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Zeros after the stretch: lofty looks for ID3v1 and APE at fixed distances from the end.
const PADDING: u64 = 256;

/// What the tags in these stretches of the file say, and after them what its own container said.
pub fn parsed(
    file: &mut FileBytes,
    stretches: [Range<u64>; 2],
    more: Option<Said>,
    format: Format,
    length_ms: Option<u64>,
) -> Parsed {
    let tags = read(file, stretches);
    let mut said = Vec::new();
    if let Some(tags) = &tags {
        said.extend(tags.id3v2().map(id3::v2));
        said.extend(tags.ape().map(named::ape));
        said.extend(tags.id3v1().map(id3::v1));
    }
    said.extend(more);
    Parsed::of(&mut said, format, length_ms)
}

/// What the tags before and after the audio say.
pub fn around(file: &mut FileBytes, format: Format, length_ms: Option<u64>) -> io::Result<Parsed> {
    let (audio, size) = (between_tags(file)?, file.stamp().size);
    let stretches = [0..audio.start, audio.end..size];
    Ok(parsed(file, stretches, None, format, length_ms))
}

/// `None` where there is no tag, or none that can be read: the song is one without it.
fn read(file: &mut FileBytes, stretches: [Range<u64>; 2]) -> Option<MpegFile> {
    let mut window = Window::of(file, stretches);
    if window.length == 0 {
        return None;
    }
    let options = ParseOptions::new()
        .read_cover_art(false)
        .read_properties(false)
        .parsing_mode(ParsingMode::Relaxed);
    MpegFile::read_from(&mut window, options).ok()
}

/// Two stretches of a file, one after the other, and zeros.
struct Window<'a> {
    file: &'a mut FileBytes,
    stretches: [Range<u64>; 2],
    length: u64,
    position: u64,
}

impl<'a> Window<'a> {
    fn of(file: &'a mut FileBytes, stretches: [Range<u64>; 2]) -> Self {
        let size = file.stamp().size;
        let stretches = stretches.map(|stretch| stretch.start.min(size)..stretch.end.min(size));
        let length = stretches.iter().map(length).sum();
        Self {
            file,
            stretches,
            length,
            position: 0,
        }
    }

    /// Where in the file a position lies, and how many bytes follow there.
    fn place(&self) -> Option<(u64, u64)> {
        let [first, second] = &self.stretches;
        let (stretch, within) = match self.position.checked_sub(length(first)) {
            None => (first, self.position),
            Some(within) => (second, within),
        };
        let left = length(stretch).checked_sub(within)?;
        Some((stretch.start + within, left)).filter(|(_, left)| *left > 0)
    }
}

fn length(stretch: &Range<u64>) -> u64 {
    stretch.end.saturating_sub(stretch.start)
}

impl Read for Window<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = if let Some((at, left)) = self.place() {
            let most = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            self.file.read_at(at, &mut out[..most])?
        } else {
            let left = (self.length + PADDING).saturating_sub(self.position);
            let count = out.len().min(usize::try_from(left).unwrap_or(0));
            out[..count].fill(0);
            count
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Window<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(delta) => (self.length + PADDING).checked_add_signed(delta),
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
    fn two_stretches_are_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        std::fs::write(&path, (0..100u8).collect::<Vec<_>>()).unwrap();
        let mut file = FileBytes::open(&path).unwrap();
        let mut window = Window::of(&mut file, [10..13, 98..1_000]);
        let mut all = Vec::new();
        window.read_to_end(&mut all).unwrap();
        assert_eq!(all[..6], [10, 11, 12, 98, 99, 0]);
        assert_eq!(all.len() as u64, 5 + PADDING);
        assert!(window.seek(SeekFrom::End(-1_000)).is_err());
        window.seek(SeekFrom::Start(2)).unwrap();
        let mut two = [0; 2];
        window.read_exact(&mut two).unwrap();
        assert_eq!(two, [12, 98]);
    }
}
