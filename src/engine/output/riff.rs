//! A WAV file as it grows: its head, then samples as they come. It never looks at them.
//!
//! Format: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991), with the `fact`
//! chunk that samples other than integers want.

use crate::engine::form::Form;
use crate::engine::quantise::SampleFormat;
use crate::engine::ring::CHANNELS;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

/// A WAV file counts its bytes in 32 bits.
const MAX_DATA_BYTES: u64 = u32::MAX as u64 - 1_024;
/// What a count says as long as the file grows, so that one that was cut off is read to its end.
const UNKNOWN: u32 = u32::MAX;
/// Bytes of `RIFF`, its count and `WAVE`, and of a chunk's name and count.
const RIFF_BYTES: u32 = 12;
const CHUNK_BYTES: u32 = 8;
const INTEGERS: u16 = 1;
const FLOATS: u16 = 3;

/// An open WAV file, stereo. Dropped without [`Self::finish`] it still plays, its length unknown.
pub(super) struct Riff {
    file: BufWriter<File>,
    form: Form,
    data_bytes: u64,
}

impl Riff {
    /// Writes the head.
    pub(super) fn begin(file: File, form: Form) -> io::Result<Self> {
        let mut riff = Self {
            file: BufWriter::new(file),
            form,
            data_bytes: 0,
        };
        riff.file.write_all(&head(form, None))?;
        Ok(riff)
    }

    /// How many bytes still fit.
    pub(super) fn room(&self) -> u64 {
        MAX_DATA_BYTES.saturating_sub(self.data_bytes)
    }

    /// Whole frames in the file's format.
    pub(super) fn write(&mut self, frames: &[u8]) -> io::Result<()> {
        self.data_bytes += frames.len() as u64;
        self.file.write_all(frames)
    }

    /// Writes the counts.
    pub(super) fn finish(mut self) -> io::Result<()> {
        // A chunk begins on an even byte.
        if !self.data_bytes.is_multiple_of(2) {
            self.file.write_all(&[0])?;
        }
        self.file.seek(SeekFrom::Start(0))?;
        let data_bytes = u32::try_from(self.data_bytes).unwrap_or(UNKNOWN);
        self.file.write_all(&head(self.form, Some(data_bytes)))?;
        self.file.flush()
    }
}

fn head(form: Form, data_bytes: Option<u32>) -> Vec<u8> {
    let tag = match form.format {
        SampleFormat::Float => FLOATS,
        _ => INTEGERS,
    };
    let frame_bytes = (form.format.bytes() * CHANNELS) as u16;
    let mut fmt = Vec::new();
    fmt.extend(tag.to_le_bytes());
    fmt.extend((CHANNELS as u16).to_le_bytes());
    fmt.extend(form.rate.to_le_bytes());
    fmt.extend(form.rate.saturating_mul(frame_bytes.into()).to_le_bytes());
    fmt.extend(frame_bytes.to_le_bytes());
    fmt.extend((form.format.bytes() as u16 * 8).to_le_bytes());
    let mut chunks = Vec::new();
    if tag == INTEGERS {
        chunk(&mut chunks, b"fmt ", &fmt);
    } else {
        fmt.extend(0u16.to_le_bytes());
        chunk(&mut chunks, b"fmt ", &fmt);
        let frames = data_bytes.map_or(UNKNOWN, |bytes| bytes / u32::from(frame_bytes));
        chunk(&mut chunks, b"fact", &frames.to_le_bytes());
    }
    let before_data = RIFF_BYTES - CHUNK_BYTES + chunks.len() as u32 + CHUNK_BYTES;
    let riff_bytes = data_bytes.map_or(UNKNOWN, |bytes| {
        before_data.saturating_add(bytes).saturating_add(bytes % 2)
    });
    let mut head = b"RIFF".to_vec();
    head.extend(riff_bytes.to_le_bytes());
    head.extend(b"WAVE");
    head.extend(chunks);
    head.extend(b"data");
    head.extend(data_bytes.unwrap_or(UNKNOWN).to_le_bytes());
    head
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], body: &[u8]) {
    out.extend(name);
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another reader finds what was written.
    #[test]
    fn every_format_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        for (format, bits, kind) in [
            (SampleFormat::Float, 32, hound::SampleFormat::Float),
            (SampleFormat::Int16, 16, hound::SampleFormat::Int),
            (SampleFormat::Int24, 24, hound::SampleFormat::Int),
            (SampleFormat::Int32, 32, hound::SampleFormat::Int),
        ] {
            let path = folder.path().join("out.wav");
            let form = Form {
                rate: 96_000,
                format,
            };
            let mut riff = Riff::begin(File::create(&path).unwrap(), form).unwrap();
            let frame = vec![1; format.bytes() * 2];
            for _ in 0..1_001 {
                riff.write(&frame).unwrap();
            }
            assert_eq!(riff.room(), MAX_DATA_BYTES - 1_001 * frame.len() as u64);
            riff.finish().unwrap();
            let reader = hound::WavReader::open(&path).unwrap();
            let spec = reader.spec();
            assert_eq!((spec.channels, spec.sample_rate), (2, 96_000));
            assert_eq!((spec.bits_per_sample, spec.sample_format), (bits, kind));
            assert_eq!(reader.duration(), 1_001);
            let bytes = std::fs::read(&path).unwrap();
            let told = u32::from_le_bytes(bytes[4..8].try_into().unwrap());
            assert_eq!(u64::from(told), bytes.len() as u64 - 8);
        }
    }

    #[test]
    fn a_file_that_was_cut_off_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.wav");
        let form = Form {
            rate: 44_100,
            format: SampleFormat::Int16,
        };
        let mut riff = Riff::begin(File::create(&path).unwrap(), form).unwrap();
        riff.write(&[3; 4 * 20_000]).unwrap();
        drop(riff);
        let mut decoder = crate::engine::decode::open(&path).unwrap();
        let (mut frames, mut block) = (0, Vec::new());
        while decoder.next_block(&mut block).unwrap() {
            frames += block.len() / 2;
        }
        assert_eq!(frames, 20_000);
    }
}
