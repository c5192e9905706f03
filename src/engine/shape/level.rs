//! Loudness from tags, and samples that no loudspeaker should get. It measures nothing.

use crate::music::Gain;

/// Gains beyond these are a slip in the tag.
const GAIN_DB: std::ops::RangeInclusive<f32> = -60.0..=24.0;

/// What to multiply samples with: the track's gain, else the album's, held back by the peak that goes with it.
pub(in crate::engine) fn factor(gain: Gain) -> f32 {
    let (db, peak) = match (gain.track_db, gain.album_db) {
        (Some(db), _) => (db, gain.track_peak),
        (None, Some(db)) => (db, gain.album_peak),
        (None, None) => return 1.0,
    };
    if !db.is_finite() {
        return 1.0;
    }
    let factor = 10f32.powf(db.clamp(*GAIN_DB.start(), *GAIN_DB.end()) / 20.0);
    match peak {
        Some(peak) if peak.is_finite() && peak > 0.0 && factor > 1.0 => {
            factor.min((1.0 / peak).max(1.0))
        }
        _ => factor,
    }
}

/// Applies the factor; what is no number becomes silence, and what is beyond full scale is held there.
pub(in crate::engine) fn settle(samples: &mut [f32], factor: f32) {
    for sample in samples {
        let scaled = *sample * factor;
        // Damaged MP3 and Vorbis packets decode to infinities and to a thousand times full scale.
        *sample = if scaled.is_finite() {
            scaled.clamp(-1.0, 1.0)
        } else {
            0.0
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_samples_are_tamed_and_others_untouched() {
        let mut samples = [0.5, -1.0, f32::NAN, f32::INFINITY, 1e9, -3.0];
        settle(&mut samples, 1.0);
        assert_eq!(samples, [0.5, -1.0, 0.0, 0.0, 1.0, -1.0]);
    }

    #[test]
    fn the_peak_holds_a_gain_back() {
        let gain = |db, peak| {
            factor(Gain {
                track_db: Some(db),
                track_peak: peak,
                ..Gain::default()
            })
        };
        assert_eq!(factor(Gain::default()), 1.0);
        assert!((gain(-6.0206, None) - 0.5).abs() < 1e-4);
        assert!((gain(6.0206, Some(0.8)) - 1.25).abs() < 1e-4);
        assert_eq!(gain(6.0, Some(1.5)), 1.0);
        assert_eq!(gain(f32::NAN, None), 1.0);
        assert!(gain(900.0, None) < 16.0);
    }
}
