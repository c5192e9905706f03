//! Rate and format of the output: fixed from the start, or, for bit-perfect playing, each song's own.
//!
//! A change is published while nothing of the old form is left to be heard, as "from frame F on". The source gives a
//! stream no frame of a form that it was not opened in; the output opens a new one as soon as sound is wanted.

use super::controls::Controls;
use super::quantise::SampleFormat;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// What a file's samples are, before anything is made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SampleKind {
    /// Integers of so many bits.
    Integer {
        /// 1 to 32.
        bits: u32,
    },
    /// Floats of so many bits; also what a lossy codec gives.
    Float {
        /// 32 or 64.
        bits: u32,
    },
}

/// The bits of a sample that an `f32` carries whole.
pub(super) const WHOLE_BITS: u32 = 24;

/// What an output is opened at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Frames a second; 0: not known yet.
    pub rate: u32,
    /// How samples are written.
    pub format: SampleFormat,
}

impl Form {
    /// The smallest format that holds these samples.
    pub(super) fn holding(rate: u32, kind: SampleKind) -> Self {
        let format = match kind {
            SampleKind::Integer { bits: ..=16 } => SampleFormat::Int16,
            SampleKind::Integer { bits: ..=24 } => SampleFormat::Int24,
            SampleKind::Integer { .. } => SampleFormat::Int32,
            SampleKind::Float { .. } => SampleFormat::Float,
        };
        Self { rate, format }
    }
}

/// What [`Controls`] holds of it, beside the rate.
#[derive(Debug, Default)]
pub(super) struct FormWords {
    bit_perfect: AtomicBool,
    format: AtomicU8,
    from: AtomicU64,
}

impl Controls {
    /// From now on no sample is touched. To be said before anything sounds.
    pub(super) fn be_bit_perfect(&self) {
        self.form.bit_perfect.store(true, Release);
    }

    /// Whether no sample may be touched.
    pub(super) fn is_bit_perfect(&self) -> bool {
        self.form.bit_perfect.load(Relaxed)
    }

    /// What the output is to be opened at.
    pub(super) fn form(&self) -> Form {
        let format = match self.form.format.load(Acquire) {
            1 => SampleFormat::Int16,
            2 => SampleFormat::Int24,
            3 => SampleFormat::Int32,
            _ => SampleFormat::Float,
        };
        Form {
            rate: self.rate.load(Acquire),
            format,
        }
    }

    /// Frames from `from` on are of this form. To be called before the first of them is pushed: whoever sees that one
    /// sees the form too.
    pub(super) fn set_form(&self, form: Form, from: u64) {
        self.form.from.store(from, Release);
        let format = match form.format {
            SampleFormat::Float => 0,
            SampleFormat::Int16 => 1,
            SampleFormat::Int24 => 2,
            SampleFormat::Int32 => 3,
        };
        self.form.format.store(format, Release);
        self.rate.store(form.rate, Release);
    }

    /// The first frame of the form that was published last.
    pub(super) fn form_from(&self) -> u64 {
        self.form.from.load(Acquire)
    }
}

/// Of samples that are left as they are: what is no number becomes silence, for it never was a sample.
pub(super) fn hush(samples: &mut [f32]) {
    for sample in samples {
        if !sample.is_finite() {
            *sample = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_format_that_holds_the_samples() {
        let format = |kind| Form::holding(44_100, kind).format;
        let integer = |bits| format(SampleKind::Integer { bits });
        assert_eq!(integer(8), SampleFormat::Int16);
        assert_eq!(integer(16), SampleFormat::Int16);
        assert_eq!(integer(20), SampleFormat::Int24);
        assert_eq!(integer(24), SampleFormat::Int24);
        assert_eq!(integer(32), SampleFormat::Int32);
        assert_eq!(format(SampleKind::Float { bits: 32 }), SampleFormat::Float);
    }

    #[test]
    fn a_form_comes_back_as_it_was_set() {
        let controls = Controls::new(100);
        for format in [
            SampleFormat::Int16,
            SampleFormat::Int24,
            SampleFormat::Int32,
            SampleFormat::Float,
        ] {
            let form = Form {
                rate: 96_000,
                format,
            };
            controls.set_form(form, 77);
            assert_eq!((controls.form(), controls.form_from()), (form, 77));
        }
    }
}
