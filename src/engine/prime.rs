//! A song made ready to be played from a place in it: its file is opened and decoded there, so that it is known to play and the
//! disk has been asked already. Nothing of it is kept.

use super::tracks::Track;
use super::{DecodeError, Item};
use crate::music::{EntryId, Gain, Song};

/// So much before the place and behind it is looked at.
const AROUND_MS: u64 = 1_500;

/// Music that has no sample above this for a second is silent there: −60 dBFS. A player that shows no sound at such a place may
/// be well.
const SILENT_PEAK: f32 = 0.001;
const SILENT_MS: u64 = 1_000;

/// What a song is like at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primed {
    /// Whether a second around the place is silence.
    pub is_silent: bool,
}

/// Decodes a song around a place, in ms from its beginning.
pub fn prime(song: &Song, at_ms: u64) -> Result<Primed, DecodeError> {
    let from_ms = at_ms.saturating_sub(AROUND_MS);
    let item = Item {
        entry: EntryId(0),
        file: song.place.file(),
        span: song.span,
        gain: Gain::default(),
        crossfade_ms: 0,
        from_ms: 0,
    };
    let mut track = Track::open(item, from_ms)?;
    let mut hush = Hush::new(track.rate());
    let mut stereo = Vec::new();
    while track.at_ms() < at_ms.saturating_add(AROUND_MS) {
        stereo.clear();
        if !track.next_stereo(&mut stereo)? {
            break;
        }
        hush.hear(&stereo);
    }
    Ok(Primed {
        is_silent: hush.is_long,
    })
}

/// How long it has been silent.
struct Hush {
    enough: u64,
    frames: u64,
    is_long: bool,
}

impl Hush {
    fn new(rate: u32) -> Self {
        Self {
            enough: u64::from(rate) * SILENT_MS / 1_000,
            frames: 0,
            is_long: false,
        }
    }

    fn hear(&mut self, stereo: &[f32]) {
        for frame in stereo.chunks_exact(2) {
            let is_loud = frame.iter().any(|sample| sample.abs() >= SILENT_PEAK);
            self.frames = if is_loud { 0 } else { self.frames + 1 };
            self.is_long |= self.frames >= self.enough;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const RATE: u32 = 8_000;

    /// Two seconds of sound, two of next to nothing, two of sound.
    fn song(dir: &Path) -> Song {
        let path = dir.join("x.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for at in 0..6 * RATE {
            let loud = if (2 * RATE..4 * RATE).contains(&at) {
                20
            } else {
                9_000
            };
            let sample = if at % 8 < 4 { loud } else { -loud };
            writer.write_sample(sample as i16).unwrap();
        }
        writer.finalize().unwrap();
        Song::at(path.to_str().unwrap())
    }

    #[test]
    fn a_quiet_place_is_told_from_a_loud_one() {
        let dir = tempfile::tempdir().unwrap();
        let song = song(dir.path());
        for (at_ms, is_silent) in [
            (0, false),
            (900, false),
            (3_000, true),
            (5_600, false),
            (60_000, false),
        ] {
            assert_eq!(prime(&song, at_ms).unwrap().is_silent, is_silent, "{at_ms}");
        }
        assert!(prime(&Song::at(dir.path().join("no.wav").to_str().unwrap()), 0).is_err());
    }
}
