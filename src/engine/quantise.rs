//! Samples as bytes in the format that a device or a file takes. It changes no rate, no level and no order.
//!
//! | format | what becomes of an `f32` sample |
//! |---|---|
//! | float | its bits |
//! | 32 bit | exact: all 24 significant bits of an `f32` fit |
//! | 24 bit | the nearest step: the error is below −144 dB of full scale, beneath any converter's noise |
//! | 16 bit | the nearest step after triangular dither of ±1 step; a sample that is on a step already stays there |
//!
//! So music of 16 bits that nothing has changed stays bit for bit what it was, and digital silence stays silence; what
//! was changed gets a constant noise of half a step RMS (−96 dB of full scale) instead of distortion.
//! Dither: Lipshitz, Wannamaker and Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40 (1992).

/// How a device or a file takes samples. All are little-endian, and signed where they are integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SampleFormat {
    /// 32-bit float.
    #[default]
    Float,
    /// Integers of 16 bits.
    Int16,
    /// Integers of 24 bits in three bytes.
    Int24,
    /// Integers of 32 bits.
    Int32,
}

impl SampleFormat {
    /// Bytes a sample.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Int16 => 2,
            Self::Int24 => 3,
            Self::Float | Self::Int32 => 4,
        }
    }
}

/// Makes bytes of samples, with its own source of dither.
pub(super) struct Quantiser {
    state: u64,
}

impl Default for Quantiser {
    fn default() -> Self {
        Self {
            state: 0x9E37_79B9_7F4A_7C15,
        }
    }
}

impl Quantiser {
    /// Writes as many samples as `samples` and `out` both hold; gives that number. What is no number becomes silence,
    /// and what is beyond the format's range is held at its end.
    pub(super) fn write(&mut self, samples: &[f32], format: SampleFormat, out: &mut [u8]) -> usize {
        match format {
            SampleFormat::Float => each(samples, out, f32::to_le_bytes),
            SampleFormat::Int32 => each(samples, out, |sample| to_32(sample).to_le_bytes()),
            SampleFormat::Int24 => each(samples, out, |sample| {
                let [a, b, c, _] = to_24(sample).to_le_bytes();
                [a, b, c]
            }),
            SampleFormat::Int16 => each(samples, out, |sample| self.dithered(sample).to_le_bytes()),
        }
        samples.len().min(out.len() / format.bytes())
    }

    fn dithered(&mut self, sample: f32) -> i16 {
        let scaled = (sample * 32_768.0).clamp(-32_768.0, 32_767.0);
        let whole = scaled as i32;
        let between = scaled - whole as f32;
        let step = if between.abs() > 0.0 {
            // Between −2 and 2: shifted, so that cutting off rounds to the nearest.
            (between + self.triangular() + 2.5) as i32 - 2
        } else {
            0
        };
        (whole + step).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
    }

    /// The difference of two even random numbers: between −1 and 1.
    fn triangular(&mut self) -> f32 {
        const SCALE: f32 = 1.0 / (1 << 24) as f32;
        // Xorshift (Marsaglia 2003): its upper and middle bits are even enough to be two numbers.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let (one, other) = (self.state >> 40, (self.state >> 8) & 0xFF_FFFF);
        (one as f32 - other as f32) * SCALE
    }
}

fn each<const N: usize>(samples: &[f32], out: &mut [u8], mut make: impl FnMut(f32) -> [u8; N]) {
    let (places, _) = out.as_chunks_mut::<N>();
    for (place, sample) in places.iter_mut().zip(samples) {
        *place = make(*sample);
    }
}

fn to_24(sample: f32) -> i32 {
    let scaled = (sample * 8_388_608.0).clamp(-8_388_608.0, 8_388_607.0);
    (scaled + 0.5f32.copysign(scaled)) as i32
}

fn to_32(sample: f32) -> i32 {
    // A cast to an integer is held at its ends.
    (sample * 2_147_483_648.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATE: f64 = 48_000.0;

    fn bytes(samples: &[f32], format: SampleFormat) -> Vec<u8> {
        let mut out = vec![0; samples.len() * format.bytes()];
        let written = Quantiser::default().write(samples, format, &mut out);
        assert_eq!(written, samples.len());
        out
    }

    fn in_16(samples: &[f32]) -> Vec<i16> {
        let bytes = bytes(samples, SampleFormat::Int16);
        let (pairs, _) = bytes.as_chunks::<2>();
        pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect()
    }

    /// A second of a tone, `level` of full scale.
    fn tone(hz: f64, level: f64) -> Vec<f32> {
        let sample = |n: u32| level * (TAU * hz * f64::from(n) / RATE).sin();
        (0..RATE as u32).map(|n| sample(n) as f32).collect()
    }

    /// How loud this frequency is in a second of samples, in dB of full scale.
    fn level_db(samples: &[f64], hz: f64) -> f64 {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (n, sample) in samples.iter().enumerate() {
            let angle = TAU * hz * n as f64 / RATE;
            real += sample * angle.cos();
            imaginary += sample * angle.sin();
        }
        20.0 * (2.0 * f64::hypot(real, imaginary) / samples.len() as f64).log10()
    }

    fn rms_db(samples: impl ExactSizeIterator<Item = f64>) -> f64 {
        let count = samples.len() as f64;
        10.0 * (samples.map(|sample| sample * sample).sum::<f64>() / count).log10()
    }

    #[test]
    fn every_step_of_16_bits_stays_where_it_is() {
        let steps: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let samples: Vec<f32> = steps
            .iter()
            .map(|step| f32::from(*step) / 32_768.0)
            .collect();
        assert_eq!(in_16(&samples), steps);
        assert_eq!(in_16(&[0.0; 5_000]), [0; 5_000]);
    }

    #[test]
    fn every_step_of_24_bits_stays_where_it_is_in_24_and_in_32() {
        // All steps near zero and near both ends, and a comb between.
        let near = |middle: i32| (middle - 5_000).max(-8_388_608)..=(middle + 5_000).min(8_388_607);
        let steps = [0, -8_388_608, 8_388_607, 4_194_304]
            .into_iter()
            .flat_map(near);
        let steps: Vec<i32> = steps.chain((-8_388_608..8_388_608).step_by(997)).collect();
        let samples: Vec<f32> = steps
            .iter()
            .map(|step| *step as f32 / 8_388_608.0)
            .collect();
        let threes = bytes(&samples, SampleFormat::Int24);
        let fours = bytes(&samples, SampleFormat::Int32);
        for (n, step) in steps.iter().enumerate() {
            assert_eq!(threes[n * 3..n * 3 + 3], step.to_le_bytes()[..3], "{step}");
            assert_eq!(fours[n * 4..n * 4 + 4], (step << 8).to_le_bytes(), "{step}");
        }
    }

    #[test]
    fn what_is_beyond_the_range_is_held_at_its_end() {
        let wild = [
            1.0,
            9.0,
            f32::INFINITY,
            -1.0,
            -9.0,
            f32::NEG_INFINITY,
            f32::NAN,
        ];
        let (top, low) = (i16::MAX, i16::MIN);
        assert_eq!(in_16(&wild), [top, top, top, low, low, low, 0]);
        let top = [0xFF, 0xFF, 0x7F];
        let low = [0, 0, 0x80];
        let threes = [top, top, top, low, low, low, [0; 3]].concat();
        assert_eq!(bytes(&wild, SampleFormat::Int24), threes);
        let top = i32::MAX.to_le_bytes();
        let low = i32::MIN.to_le_bytes();
        let fours = [top, top, top, low, low, low, [0; 4]].concat();
        assert_eq!(bytes(&wild, SampleFormat::Int32), fours);
        let bits = bytes(&wild, SampleFormat::Float);
        assert_eq!(bits[4..8], 9f32.to_le_bytes());
    }

    #[test]
    fn no_more_is_written_than_both_hold() {
        let mut out = [7; 7];
        let written = Quantiser::default().write(&[0.0; 9], SampleFormat::Int24, &mut out);
        assert_eq!((written, out), (2, [0, 0, 0, 0, 0, 0, 7]));
    }

    /// The classical case: a tone of one step is a square without dither, and a tone in noise with it.
    #[test]
    fn a_tone_of_90_db_below_full_scale_has_no_harmonics() {
        let samples = tone(1_000.0, 10f64.powf(-90.0 / 20.0));
        let step = |step: i32| f64::from(step) / 32_768.0;
        let cut: Vec<f64> = samples
            .iter()
            .map(|sample| step((sample * 32_768.0).round() as i32))
            .collect();
        let dithered: Vec<f64> = in_16(&samples).iter().map(|n| step((*n).into())).collect();
        assert!((level_db(&dithered, 1_000.0) + 90.0).abs() < 0.2);
        let harmonics = [2_000.0, 3_000.0, 5_000.0, 7_000.0, 9_000.0];
        let worst = |samples: &[f64]| {
            let levels = harmonics.map(|hz| level_db(samples, hz));
            levels.into_iter().fold(f64::NEG_INFINITY, f64::max)
        };
        assert!(worst(&cut) > -105.0, "{}", worst(&cut));
        // One bin of a noise of −96 dB over 24,000 bins lies at about −140.
        assert!(worst(&dithered) < -126.0, "{}", worst(&dithered));
    }

    #[test]
    fn the_noise_is_half_a_step_whatever_the_music_does() {
        for level in [0.9, 0.1, 1e-3, 2e-5] {
            let samples = tone(997.0, level);
            let written = in_16(&samples);
            let errors = written.iter().zip(&samples);
            let noise =
                rms_db(errors.map(|(n, sample)| f64::from(*n) / 32_768.0 - f64::from(*sample)));
            assert!((noise + 96.33).abs() < 0.15, "{noise} dB at {level}");
        }
    }
}
