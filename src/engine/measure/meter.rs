//! Loudness and true peak of samples as they come. It knows no file.

use crate::music::{Blocks, Heard, Level};
use ebur128::{Channel, EbuR128, Mode};

/// What damaged packets decode to may be a thousand times full scale; music that goes beyond it stays below this.
const LARGEST_SAMPLE: f32 = 4.0;

/// Takes interleaved mono or stereo samples.
pub(super) struct Meter {
    /// `None` for a rate that the crate refuses.
    meter: Option<EbuR128>,
    channels: usize,
    /// Frames to the end of the next block.
    to_block: usize,
    /// Frames from block to block.
    step: usize,
    blocks: Blocks,
    settled: Vec<f32>,
}

impl Meter {
    /// More than two channels come mixed to stereo.
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let channels = channels.clamp(1, 2);
        let meter = EbuR128::new(channels as u32, rate, Mode::M | Mode::TRUE_PEAK);
        let mut meter = meter.ok();
        if let Some(meter) = meter.as_mut().filter(|_| channels == 1) {
            // It sounds from both loudspeakers. That it has a channel 0 is beyond doubt.
            meter.set_channel(0, Channel::DualMono).ok();
        }
        // As the crate rounds it.
        let step = (rate as usize + 5) / 10;
        Self {
            meter,
            channels,
            to_block: step * 4,
            step: step.max(1),
            blocks: Blocks::default(),
            settled: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, samples: &[f32]) {
        let mut settled = std::mem::take(&mut self.settled);
        let wild = |sample: &f32| !(sample.abs() <= LARGEST_SAMPLE);
        if samples.iter().any(wild) {
            settled.clear();
            settled.extend(samples.iter().map(|sample| {
                if sample.is_nan() {
                    0.0
                } else {
                    sample.clamp(-LARGEST_SAMPLE, LARGEST_SAMPLE)
                }
            }));
            self.take_sane(&settled);
        } else {
            self.take_sane(samples);
        }
        self.settled = settled;
    }

    fn take_sane(&mut self, mut samples: &[f32]) {
        let Some(meter) = &mut self.meter else { return };
        while !samples.is_empty() {
            let frames = (samples.len() / self.channels).min(self.to_block);
            let (now, later) = samples.split_at(frames * self.channels);
            if now.is_empty() || meter.add_frames_f32(now).is_err() {
                return;
            }
            samples = later;
            self.to_block -= frames;
            if self.to_block == 0 {
                self.to_block = self.step;
                let lufs = meter.loudness_momentary();
                self.blocks.add(lufs.unwrap_or(f64::NEG_INFINITY));
            }
        }
    }

    pub(super) fn heard(self) -> Heard {
        let peaks = (0..self.channels as u32)
            .filter_map(|channel| self.meter.as_ref()?.true_peak(channel).ok());
        Heard {
            level: Level {
                lufs: self.blocks.integrated(),
                true_peak: peaks.fold(0.0, f64::max) as f32,
            },
            blocks: self.blocks,
        }
    }
}
