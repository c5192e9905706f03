//! A file as blocks of samples: from any frame on, trimmed to the music. It never plays and never resamples.

mod bounded;
mod opus;
mod reader;
mod sound;
mod trim;

pub(super) use reader::Decoder;
