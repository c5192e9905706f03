//! A file decoded whole: how loud it is, how high its wave goes, and whether it is what it was. It plays nothing and
//! stores nothing.
//!
//! What is measured is what is heard: more than two channels are mixed to stereo first, and mono counts as coming from
//! two loudspeakers. Meter: ITU-R BS.1770 through the crate `ebur128`; gating: [`Blocks`](crate::music::Blocks).

mod flac;
mod frames;
mod meter;
#[cfg(test)]
mod tests;

use super::DecodeError;
use super::decode::{self, Decoder};
use super::shape::{Downmix, Speaker};
use crate::music::{Checked, Damage, DamageKind, Heard, Span};
use flac::Checksum;
use meter::Meter;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Damage that is told of one file; more of it says nothing more.
const MAX_DAMAGE: usize = 100;

/// Decodes all of a file, and measures it and each of these spans, which may overlap. `None`: it was told to stop.
/// What is wrong in the middle is in the answer; `Err` where there is no sound at all.
pub fn measure(
    path: &Path,
    spans: &[Span],
    stop: &AtomicBool,
) -> Result<Option<Checked>, DecodeError> {
    let mut decoder = decode::open(path)?;
    let mut measuring = Measuring::new(&decoder, spans);
    let mut checksum = Checksum::of(path);
    let mut damage = Vec::new();
    let mut block = Vec::new();
    let whole = loop {
        if stop.load(Relaxed) {
            return Ok(None);
        }
        match decoder.next_block(&mut block) {
            Ok(true) => {}
            Ok(false) => break true,
            Err(error) => {
                damage.extend(decoder.take_damage().map(|error| error.as_damage(true)));
                damage.push(error.as_damage(false));
                break false;
            }
        }
        if damage.len() < MAX_DAMAGE {
            damage.extend(decoder.take_damage().map(|error| error.as_damage(true)));
        }
        if let Some(checksum) = &mut checksum {
            checksum.take(&block);
        }
        measuring.take(&block);
    };
    damage.extend(decoder.take_damage().map(|error| error.as_damage(true)));
    if whole && damage.is_empty() && checksum.is_some_and(|checksum| !checksum.is_right()) {
        damage = wrong_sound(path);
    }
    Ok(Some(measuring.checked(decoder.rate(), damage)))
}

/// What is wrong with a FLAC file whose sound is not what its checksum says.
fn wrong_sound(path: &Path) -> Vec<Damage> {
    let broken = |at_ms| Damage {
        kind: DamageKind::SteppedOver,
        at_ms: Some(at_ms),
        what: "a part of its sound is broken".to_owned(),
    };
    let broken: Vec<Damage> = Checksum::damaged_at(path, MAX_DAMAGE)
        .into_iter()
        .map(broken)
        .collect();
    if broken.is_empty() {
        // All frames are whole: they are those of other sound.
        return vec![Damage {
            kind: DamageKind::Checksum,
            at_ms: None,
            what: "its sound is not what its MD5 checksum says".to_owned(),
        }];
    }
    broken
}

impl DecodeError {
    /// What it says of the file; `plays_on`: it was stepped over.
    pub fn as_damage(&self, plays_on: bool) -> Damage {
        let of = |kind, at_ms, what: &dyn ToString| Damage {
            kind,
            at_ms,
            what: what.to_string(),
        };
        match self {
            Self::Open { source, .. } => of(DamageKind::Unreadable, None, source),
            Self::NotAudio { .. } => of(DamageKind::NoSound, None, &"there is no sound in it"),
            Self::Unsupported { what, .. } => of(DamageKind::NoDecoder, None, what),
            Self::NeedsFfmpeg { .. } | Self::Half { .. } => of(
                DamageKind::NoDecoder,
                None,
                &format!(
                    "it needs ffmpeg, which is not here: install the package {}",
                    crate::music::FFMPEG_PACKAGE
                ),
            ),
            // It may be the machine that is busy.
            Self::Ffmpeg { what, .. }
                if ["it hangs", "ffprobe does not answer"]
                    .iter()
                    .any(|hang| what.starts_with(hang)) =>
            {
                of(DamageKind::Unreadable, None, what)
            }
            Self::Ffmpeg { what, .. } => of(DamageKind::Stops, None, what),
            Self::Damaged { at_ms, what, .. } if plays_on => {
                of(DamageKind::SteppedOver, Some(*at_ms), what)
            }
            Self::Damaged { at_ms, what, .. } => of(DamageKind::Stops, Some(*at_ms), what),
        }
    }
}

/// The meters of a file and of its parts.
struct Measuring {
    speakers: Vec<Speaker>,
    rate: u32,
    downmix: Downmix,
    stereo: Vec<f32>,
    whole: Meter,
    parts: Vec<Part>,
    at: u64,
}

struct Part {
    span: Span,
    meter: Option<Meter>,
    heard: Option<Heard>,
}

impl Measuring {
    fn new(decoder: &Decoder, spans: &[Span]) -> Self {
        let speakers = decoder.speakers().to_vec();
        let rate = decoder.rate();
        let part = |span: &Span| Part {
            span: *span,
            meter: None,
            heard: None,
        };
        Self {
            downmix: Downmix::new(&speakers),
            stereo: Vec::new(),
            whole: Meter::new(rate, speakers.len()),
            parts: spans.iter().map(part).collect(),
            at: 0,
            rate,
            speakers,
        }
    }

    /// Takes a block as it was decoded.
    fn take(&mut self, block: &[f32]) {
        let channels = self.speakers.len();
        let (samples, width) = if channels > 2 {
            self.stereo.clear();
            self.downmix.mix(block, &mut self.stereo);
            (&self.stereo[..], 2)
        } else {
            (block, channels)
        };
        let frames = (samples.len() / width.max(1)) as u64;
        self.whole.take(samples);
        for part in &mut self.parts {
            part.take(samples, self.at, frames, || Meter::new(self.rate, channels));
        }
        self.at = self.at.saturating_add(frames);
    }

    fn checked(self, rate: u32, damage: Vec<Damage>) -> Checked {
        let channels = self.speakers.len();
        let parts = self.parts.into_iter().map(|part| {
            let meter = || part.meter.unwrap_or_else(|| Meter::new(rate, channels));
            part.heard.unwrap_or_else(|| meter().heard())
        });
        Checked {
            rate,
            frames: self.at,
            parts: parts.collect(),
            whole: self.whole.heard(),
            damage,
        }
    }
}

impl Part {
    /// Takes of a block that begins at frame `at` what lies in the span. A meter lives from its first frame to its last.
    fn take(&mut self, samples: &[f32], at: u64, frames: u64, new: impl FnOnce() -> Meter) {
        let block_end = at.saturating_add(frames);
        let end = self.span.end_frame.unwrap_or(u64::MAX);
        let (from, to) = (at.max(self.span.start_frame), block_end.min(end));
        if from >= to || self.heard.is_some() {
            return;
        }
        let width = samples.len() / usize::try_from(frames).unwrap_or(1).max(1);
        let sample = |frame: u64| {
            usize::try_from(frame - at)
                .unwrap_or(0)
                .saturating_mul(width)
        };
        let meter = self.meter.get_or_insert_with(new);
        meter.take(samples.get(sample(from)..sample(to)).unwrap_or_default());
        if block_end >= end {
            self.heard = self.meter.take().map(Meter::heard);
        }
    }
}
