//! The decoders on their own, for benches and scripts that count and compare samples. Nothing that plays uses it.

use super::{Decoder, open, open_with};
use crate::engine::DecodeError;
use std::path::Path;

/// A file's music outside the engine: from any frame on, at its own rate, in its own channels.
pub struct Music {
    decoder: Decoder,
    block: Vec<f32>,
}

impl Music {
    /// Opens the file as the engine does, by content, whatever its name.
    pub fn open(path: &Path) -> Result<Self, DecodeError> {
        Ok(Self {
            decoder: open(path)?,
            block: Vec::new(),
        })
    }

    /// The same by the decoders inside alone, whatever programs are on this machine.
    pub fn open_inside(path: &Path) -> Result<Self, DecodeError> {
        Ok(Self {
            decoder: open_with(path, None)?,
            block: Vec::new(),
        })
    }

    /// Frames a second.
    pub fn rate(&self) -> u32 {
        self.decoder.rate()
    }

    /// Samples a frame.
    pub fn channels(&self) -> usize {
        self.decoder.speakers().len()
    }

    /// How many frames there are, as far as the head tells.
    pub fn length_frames(&self) -> Option<u64> {
        self.decoder.length_frames()
    }

    /// The next block will begin with this frame.
    pub fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        self.decoder.seek(frame)
    }

    /// The next block, interleaved; `None`: the music has ended.
    pub fn next_block(&mut self) -> Result<Option<&[f32]>, DecodeError> {
        let more = self.decoder.next_block(&mut self.block)?;
        Ok(more.then_some(self.block.as_slice()))
    }

    /// The first damage that was stepped over; it is told once.
    pub fn take_damage(&mut self) -> Option<DecodeError> {
        self.decoder.take_damage()
    }
}
