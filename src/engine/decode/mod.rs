//! A file as blocks of samples: from any frame on, trimmed to the music. It never plays and never resamples.
//!
//! Two decoders stand behind [`Decode`]: `native`, inside this program, and `ffmpeg`, a child process, for what the first
//! one lacks. `signature` names by its first bytes what the first one must not even be asked: it would find the
//! bytes of an MPEG frame in it, and play noise.
//!
//! What each format gets: ✓ measured (`exact` holds it in a test, `benches/against_ffmpeg.py` over any folder).
//!
//! | format | length | join | seek | as ffmpeg |
//! |---|---|---|---|---|
//! | WAV, AIFF, CAF (PCM), FLAC, Ogg FLAC, ALAC in MP4 | ✓ | ✓ equal | ✓ equal | ✓ equal up to 24 bits: samples are 32-bit floats here |
//! | MP3 with LAME's or Xing's tag, CBR and VBR | ✓ | ✓ | ✓ | ✓ to 1e-5 |
//! | MP3 and MP2 without such a tag | near: nothing tells delay and padding; where the bit rate varies the frames are counted, else the bytes tell | cannot | near | near |
//! | AAC in ADTS | near: the same, and the length is guessed | cannot | near | near |
//! | HE-AAC that calls itself AAC | by ffmpeg; without it the lower half plays, and that is told | cannot | near | it is ffmpeg |
//! | AAC in MP4, edit list or iTunSMPB | ✓ | ✓ | ✓, whatever times its packets tell | ✓ to 1e-5, but for noise that each decoder makes anew |
//! | AAC in MP4, fragments | decoded ✓, in the head: cannot, it tells none | ✓ | ✓; by time, so near where packets tell uneven ones | cannot: ffmpeg leaves the delay in |
//! | Ogg Vorbis | ✓ | ✓ | ✓ | ✓ to 1e-5 |
//! | Ogg Opus, music | ✓ | ✓ | ✓ place, samples to 5e-3: it predicts from all before | ✓ to 1e-5 of libopus |
//! | Ogg Opus, speech at low rates | ✓ | its resampler's delay is no whole frame | ✓ place | ✓ to 1e-5 of libopus |
//! | Matroska, WebM | near: what is to be cut from the last packet is not read | near | near: to its milliseconds, by decoding up to there | near |
//! | by ffmpeg: WavPack, APE, TTA, TAK, WAV's kin, DSF | as ffmpeg | as ffmpeg | exact by ffmpeg's own seek, in other containers by decoding up to there | it is ffmpeg |
//! | by ffmpeg: Musepack, WMA, modules and the rest | as ffmpeg | as ffmpeg | by decoding up to there | it is ffmpeg |
//!
//! Damage: a packet that is lost or broken becomes silence of its length wherever packets tell their time (not in
//! Matroska, and not for more than a minute), so that what follows stays in its place; it is named once. Of MPEG the
//! frames are walked over: what is no frame and no tag between two of them is damage. How long its first one is tells
//! the encoder's count exactly, without one the bytes do: nearly where the bit rate varies, and what is cut out without
//! a trace at the border of two frames is not seen. Nor is damage within the data of one frame, unless its decoding
//! fails. What another frame wants of a lost one is silence too. A file that
//! ends before its time is told: FLAC, WAV, AIFF, MP4 and a tagged MP3 by their count, Ogg by the mark on its last page,
//! MP3 without a tag, ADTS and Matroska cannot. A file of which nothing comes is told.
//!
//! A song whose length is only guessed cannot cross-fade at its end, because nobody knows when that begins.

mod bounded;
mod codec;
#[cfg(test)]
mod exact;
mod ffmpeg;
mod flac;
#[cfg(test)]
mod holes;
mod kind;
mod matroska;
mod mp3;
mod mp4;
mod mpeg;
mod native;
mod ogg;
mod opus;
mod signature;
mod sound;
#[cfg(test)]
mod tests;
mod trim;
mod whole;

pub use whole::Music;

use super::DecodeError;
use super::form::SampleKind;
use super::shape::Speaker;
use crate::music::Playing;
use bounded::BoundedFile;
use ffmpeg::{Ffmpeg, Tools};
use native::Native;
use std::path::Path;
use std::sync::Arc;

/// One file's music. Frames are counted at the file's own rate, from the first frame of the music.
pub(super) trait Decode: Send {
    /// Frames a second.
    fn rate(&self) -> u32;

    /// Which channel stands where, in the order of the samples.
    fn speakers(&self) -> &[Speaker];

    /// What the file's samples are, before they become `f32`.
    fn sample_kind(&self) -> SampleKind;

    /// How many frames of music there are, as far as the head tells.
    fn length_frames(&self) -> Option<u64>;

    /// [`Self::length_frames`] is taken from the bit rate at the beginning, and may be far off.
    fn length_is_guessed(&self) -> bool {
        false
    }

    /// The first damage that was stepped over; it is told once.
    fn take_damage(&mut self) -> Option<DecodeError>;

    /// The next block will begin with this frame; beyond the end there is none.
    fn seek(&mut self, frame: u64) -> Result<(), DecodeError>;

    /// Puts the next block into `block`, interleaved, in place of what it held; `false`: the music has ended. On the way
    /// to a seek's target the block may stay empty, so that whoever asks can think of something else in between.
    fn next_block(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError>;
}

/// An open file.
pub(super) type Decoder = Box<dyn Decode>;

/// Whether there is an ffmpeg that can be asked.
pub(super) fn ffmpeg_is_here() -> bool {
    Tools::here().is_some()
}

/// Opens the file and finds its sound, by content, whatever its name.
pub(super) fn open(path: &Path) -> Result<Decoder, DecodeError> {
    open_with(path, Tools::here())
}

fn open_with(path: &Path, tools: Option<&Tools>) -> Result<Decoder, DecodeError> {
    let not_open = |source| DecodeError::Open {
        path: path.to_owned(),
        source: Arc::new(source),
    };
    let (mut file, _) = BoundedFile::open(path).map_err(not_open)?;
    if let Some(kind) = signature::kind(&mut file).map_err(not_open)? {
        return match kind.playing {
            Playing::NotPlayable => Err(DecodeError::Unsupported {
                path: path.to_owned(),
                what: format!("no decoder for {} is known", kind.name),
            }),
            _ => by_ffmpeg(path, tools, kind.name),
        };
    }
    match Native::open(path) {
        Ok(mut native) => Ok(if native.is_half() {
            whole(path, tools, native)
        } else {
            Box::new(native)
        }),
        Err(refusal) => by_ffmpeg_instead(path, tools, refusal),
    }
}

fn by_ffmpeg(path: &Path, tools: Option<&Tools>, what: &str) -> Result<Decoder, DecodeError> {
    let Some(tools) = tools else {
        return Err(DecodeError::NeedsFfmpeg {
            path: path.to_owned(),
            what: what.to_owned(),
        });
    };
    Ok(Box::new(Ffmpeg::open(path, tools)?))
}

/// Where neither plays it, what the decoders inside say is the better word, unless they only lack something.
fn by_ffmpeg_instead(
    path: &Path,
    tools: Option<&Tools>,
    refusal: DecodeError,
) -> Result<Decoder, DecodeError> {
    match &refusal {
        DecodeError::Unsupported { what, .. } => by_ffmpeg(path, tools, what),
        DecodeError::NotAudio { .. } | DecodeError::Damaged { .. } => by_ffmpeg(path, tools, "")
            .map_err(|error| match error {
                DecodeError::Unsupported { .. } => error,
                _ => refusal,
            }),
        _ => Err(refusal),
    }
}

/// HE-AAC that does not say so plays natively at half its rate, without its upper octave: ffmpeg knows better.
fn whole(path: &Path, tools: Option<&Tools>, mut native: Native) -> Decoder {
    match tools.and_then(|tools| Ffmpeg::open(path, tools).ok()) {
        Some(ffmpeg) => Box::new(ffmpeg),
        None => {
            native.tell_half();
            Box::new(native)
        }
    }
}
