//! Samples as the output wants them: stereo, at its rate, at the song's loudness, at the speed and along the curve that
//! were asked for, and never beyond full scale.
//!
//! All of it works on whole blocks of interleaved `f32`.

mod channels;
mod equalise;
mod level;
mod neighbour;
mod resample;
mod stretch;

pub(super) use channels::{Downmix, Speaker};
pub(super) use equalise::{Filters, Setting};
pub(super) use level::settle;
pub(super) use neighbour::{Join, reach};
pub(super) use resample::{Resampler, round_ratio};
pub(super) use stretch::Stretch;
