//! A song's gain on its samples, and samples that no loudspeaker should get. It decides no gain and measures nothing.

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
}
