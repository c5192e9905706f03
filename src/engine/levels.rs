//! How loud it is: peak and RMS of each channel, and the spectrum in bands. Pure: frames in, decibels of full scale out.
//!
//! A band's level is the energy in it, as the amplitude of a sine that has as much, so that one at full scale reads 0 dB; where
//! the band is narrower than what the window tells apart, that of the strongest line, which reads 1.4 dB less at worst.
//! Source of the window and its worst case: Harris, "On the Use of Windows for Harmonic Analysis with the DFT" (1978).

use super::ring::CHANNELS;
use super::tap::Heard;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Bands of the spectrum.
pub const BANDS: usize = 24;
/// What the bands span, in Hz, each as many octaves as the others.
const LOWEST_HZ: f32 = 40.0;
const HIGHEST_HZ: f32 = 16_000.0;
/// Whatever is quieter reads so.
const FLOOR_DB: f32 = -90.0;
/// Frames that the spectrum is made of.
const WINDOW: usize = 2_048;
/// Peak and RMS are of one part in so many of a second.
const METER_PART: usize = 20;

/// How loud it is, in dB of full scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// The largest sample of the last 50 ms, left and right.
    pub peak_db: [f32; CHANNELS],
    /// The RMS of the last 50 ms, left and right.
    pub rms_db: [f32; CHANNELS],
    /// The mix of both channels, from 40 Hz to 16 kHz.
    pub bands_db: [f32; BANDS],
}

impl Heard {
    /// How many frames are looked at, at this rate.
    pub(super) fn span(rate: u32) -> usize {
        WINDOW.max(rate as usize / METER_PART)
    }
}

/// Reads levels; what it needs for the spectrum is made once.
#[derive(Default)]
pub(super) struct Meter(Option<Spectrum>);

impl Meter {
    pub(super) fn read(&mut self, heard: &Heard) -> Levels {
        let frames = &heard.frames;
        let metered = (heard.rate as usize / METER_PART).clamp(1, frames.len());
        let last = &frames[frames.len() - metered..];
        let spectrum = self.0.get_or_insert_with(Spectrum::new);
        Levels {
            peak_db: channels(|channel| peak(last, channel)),
            rms_db: channels(|channel| rms(last, channel)),
            bands_db: spectrum.bands(&frames[frames.len() - WINDOW..], heard.rate),
        }
    }
}

fn channels(level: impl Fn(usize) -> f32) -> [f32; CHANNELS] {
    std::array::from_fn(|channel| decibels(level(channel)))
}

fn peak(frames: &[[f32; CHANNELS]], channel: usize) -> f32 {
    let samples = frames.iter().map(|frame| frame[channel].abs());
    samples.fold(0.0, f32::max)
}

fn rms(frames: &[[f32; CHANNELS]], channel: usize) -> f32 {
    let squares = frames.iter().map(|frame| frame[channel] * frame[channel]);
    (squares.sum::<f32>() / frames.len() as f32).sqrt()
}

/// What is no number is no sound.
fn decibels(amplitude: f32) -> f32 {
    (20.0 * amplitude.log10()).max(FLOOR_DB)
}

struct Spectrum {
    plan: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    mixed: Vec<f32>,
    lines: Vec<Complex<f32>>,
    room: Vec<Complex<f32>>,
}

impl Spectrum {
    fn new() -> Self {
        let plan = RealFftPlanner::new().plan_fft_forward(WINDOW);
        let hann = |n: usize| {
            let turn = std::f32::consts::TAU * n as f32 / WINDOW as f32;
            0.5 - 0.5 * turn.cos()
        };
        Self {
            window: (0..WINDOW).map(hann).collect(),
            mixed: plan.make_input_vec(),
            lines: plan.make_output_vec(),
            room: plan.make_scratch_vec(),
            plan,
        }
    }

    fn bands(&mut self, frames: &[[f32; CHANNELS]], rate: u32) -> [f32; BANDS] {
        let mixes = frames.iter().map(|[left, right]| (left + right) / 2.0);
        for ((to, mix), factor) in self.mixed.iter_mut().zip(mixes).zip(&self.window) {
            *to = mix * factor;
        }
        let Self {
            plan,
            mixed,
            lines,
            room,
            ..
        } = self;
        if plan.process_with_scratch(mixed, lines, room).is_err() {
            // Its buffers are of the sizes that it has asked for.
            return [FLOOR_DB; BANDS];
        }
        std::array::from_fn(|band| decibels(self.amplitude(edge(band), edge(band + 1), rate)))
    }

    /// Of what lies from one frequency up to another.
    fn amplitude(&self, from_hz: f32, to_hz: f32, rate: u32) -> f32 {
        let line = |hz: f32| hz * WINDOW as f32 / rate as f32;
        let (from, to) = (line(from_hz).ceil() as usize, line(to_hz).ceil() as usize);
        let middle = line((from_hz * to_hz).sqrt()).round() as usize;
        let inside = self.lines.get(from..to.min(self.lines.len()));
        let inside = inside.filter(|inside| !inside.is_empty());
        // A band between two lines has the level of the nearer one; beyond the last one there is nothing.
        let lines = inside.or_else(|| self.lines.get(middle..=middle));
        let Some(lines) = lines else { return 0.0 };
        let energies = || lines.iter().map(Complex::norm_sqr);
        // Of a sine the strongest line is half of the window's sum, and all lines together half of its squares' sum.
        let (sum, squares) = (WINDOW as f32 / 2.0, WINDOW as f32 * 3.0 / 8.0);
        let strongest = energies().fold(0.0, f32::max).sqrt() * 2.0 / sum;
        let together = (energies().sum::<f32>() * 4.0 / (WINDOW as f32 * squares)).sqrt();
        strongest.max(together)
    }
}

/// Where a band begins, in Hz.
fn edge(band: usize) -> f32 {
    LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(band as f32 / BANDS as f32)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The band that this frequency lies in.
    pub(in crate::engine) fn band_of(hz: f32) -> usize {
        let band = (0..BANDS).find(|band| (edge(*band)..edge(band + 1)).contains(&hz));
        band.unwrap()
    }

    fn heard(rate: u32, sample: impl Fn(f32) -> [f32; CHANNELS]) -> Heard {
        let span = Heard::span(rate);
        let frames = (0..span).map(|n| sample(n as f32 / rate as f32)).collect();
        Heard { frames, rate }
    }

    fn sine(hz: f32, seconds: f32) -> f32 {
        (hz * seconds * std::f32::consts::TAU).sin()
    }

    #[test]
    fn a_sine_reads_its_level_in_its_band_whatever_its_frequency() {
        for rate in [44_100, 48_000, 96_000] {
            for hz in [45.0, 100.0, 440.0, 997.0, 3_150.0, 12_345.0] {
                let heard = heard(rate, |seconds| [sine(hz, seconds); 2]);
                let levels = Meter::default().read(&heard);
                let own = levels.bands_db[band_of(hz)];
                // Below, a band is narrower than what the window tells apart.
                let least = if hz < 400.0 { -3.5 } else { -0.5 };
                assert!((least..=0.1).contains(&own), "{hz} Hz at {rate}: {own} dB");
                assert!(levels.peak_db.iter().all(|db| db.abs() < 0.25));
                assert!(levels.rms_db.iter().all(|db| (db + 3.01).abs() < 0.3));
                let others = levels.bands_db.iter().enumerate();
                for (band, db) in others.filter(|(band, _)| band.abs_diff(band_of(hz)) > 8) {
                    assert!(*db < -45.0, "{hz} Hz at {rate} in band {band}: {db} dB");
                }
            }
        }
    }

    #[test]
    fn channels_are_told_apart_and_mixed_for_the_bands() {
        let levels = Meter::default().read(&heard(44_100, |seconds| {
            [sine(1_000.0, seconds) / 2.0, sine(1_000.0, seconds) / 10.0]
        }));
        let near = |db: f32, wanted: f32| (db - wanted).abs() < 0.3;
        assert!(near(levels.peak_db[0], -6.02) && near(levels.peak_db[1], -20.0));
        assert!(near(levels.rms_db[0], -9.03) && near(levels.rms_db[1], -23.01));
        assert!(near(levels.bands_db[band_of(1_000.0)], -10.46));
    }

    #[test]
    fn silence_and_what_is_no_number_read_the_floor() {
        for sample in [0.0, f32::NAN] {
            let levels = Meter::default().read(&heard(44_100, |_| [sample; 2]));
            assert_eq!(levels.bands_db, [FLOOR_DB; BANDS]);
            assert_eq!(
                (levels.peak_db, levels.rms_db),
                ([FLOOR_DB; 2], [FLOOR_DB; 2])
            );
        }
    }

    #[test]
    fn bands_beyond_half_the_rate_read_the_floor() {
        let levels = Meter::default().read(&heard(8_000, |seconds| [sine(1_000.0, seconds); 2]));
        assert!(levels.bands_db[band_of(1_000.0)] > -0.5);
        assert_eq!(levels.bands_db[BANDS - 1], FLOOR_DB);
    }
}
