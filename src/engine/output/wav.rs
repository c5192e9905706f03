//! An output that is a file: waits for music and writes it as fast as it comes, never silence in its place.

use crate::engine::controls::Controls;
use crate::engine::feeder::Order;
use crate::engine::ring::{CHANNELS, RingSource};
use crate::engine::{EngineError, Notice};
use crossbeam_channel::Sender;
use hound::{SampleFormat, WavSpec, WavWriter};
use rtrb::Consumer;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::Duration;

/// Frames written at once.
const BLOCK_FRAMES: usize = 4_096;
/// A WAV file counts its bytes in 32 bits; the rest is room for its head.
const MAX_FRAMES: u64 = (u32::MAX as u64 - 1_024) / 8;
/// The rate of a file that no song came to.
const EMPTY_RATE: u32 = 44_100;
/// A wake-up can be missed only while a block is written.
const WAIT: Duration = Duration::from_millis(20);

/// Makes the file, or says why not.
pub(in crate::engine) fn create(path: &Path) -> Result<File, EngineError> {
    File::create(path).map_err(|source| EngineError::Wav {
        path: path.to_owned(),
        source: Arc::new(source),
    })
}

pub(in crate::engine) struct WavOutput {
    pub file: File,
    pub ring: Consumer<f32>,
    pub controls: Arc<Controls>,
    pub orders: Sender<Order>,
    pub notices: Sender<Notice>,
}

impl WavOutput {
    /// The thread's life, until the engine ends. What goes wrong is told as a lost output.
    pub(in crate::engine) fn run(self) {
        let notices = self.notices.clone();
        if let Err(reason) = self.write() {
            let _ = notices.try_send(Notice::OutputLost { reason });
        }
    }

    fn write(self) -> Result<(), String> {
        let failed = |error: hound::Error| format!("the WAV file cannot be written: {error}");
        while self.controls.rate.load(Acquire) == 0 && !self.controls.quitting.load(Acquire) {
            thread::park();
        }
        let rate = match self.controls.rate.load(Acquire) {
            0 => EMPTY_RATE,
            rate => rate,
        };
        let mut writer = WavWriter::new(BufWriter::new(self.file), spec(rate)).map_err(failed)?;
        let mut source = RingSource::new(self.ring, self.controls.clone(), rate);
        let mut block = vec![0.0; BLOCK_FRAMES * CHANNELS];
        let mut written = 0;
        loop {
            // Asked before the block is taken, so that the last fade is written.
            let quitting = self.controls.quitting.load(Acquire);
            let frames = source.take_music(&mut block);
            for sample in &block[..frames * CHANNELS] {
                writer.write_sample(*sample).map_err(failed)?;
            }
            written += frames as u64;
            self.controls
                .note_block(self.controls.taken(), Duration::ZERO);
            let _ = self.orders.try_send(Order::Taken);
            if written > MAX_FRAMES - BLOCK_FRAMES as u64 {
                writer.finalize().map_err(failed)?;
                return Err("the WAV file has reached 4 GiB and cannot grow further".into());
            }
            match frames {
                0 if quitting => return writer.finalize().map_err(failed),
                0 => thread::park_timeout(WAIT),
                _ => {}
            }
        }
    }
}

fn spec(rate: u32) -> WavSpec {
    WavSpec {
        channels: CHANNELS as u16,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    }
}
