//! From a file to the loudspeaker: decode → shape → ring → device callback. It never decides what plays next.
//!
//! ```text
//! Engine::command ──orders──▶ feeder thread ──f32 stereo at the output's rate──▶ ring (2 s) ──▶ RingSource ──▶ output
//!        ▲ notices, position ◀──────┘  decode/ → shape/                        fades, jumps, volume   device │ null │ wav
//! ```
//!
//! - `command`: what is asked of the engine and what it tells.
//! - `decode`: a file as blocks of samples, from any frame on, trimmed to the music; by symphonia, or else by ffmpeg.
//! - `shape`: mono and surround to stereo, rates, gain, samples that no loudspeaker should get.
//! - `tracks`: one song from its first to its last frame, at its own rate; `stream`: the songs in a row, in frames of the
//!   output. `lane` brings them to its rate, with the resampler that outlives songs and what it hears beyond a change of
//!   rate; `overlap` lets one song fade out while the next one fades in.
//! - `feeder`: the thread that decodes ahead; it alone knows which frame of the stream belongs to which song: in it
//!   `fill` makes and pushes frames, `tell` says what happened.
//!   `given` is what it was given, `markers` where the position comes from, `post` the notices on their way.
//! - `ring`: the consuming end: what the callback does, `fade` its long fade to silence; `controls`: the atomics it
//!   shares with everyone else, `form` (rate and format of the output) and `dry` (how often the ring ran empty) among
//!   them, and `curve`, the equaliser's.
//! - `tap`: the frames that sound, kept only while somebody looks; `levels`: how loud they are, and in which bands.
//! - `quantise`: samples as bytes in the format that the output takes, dithered where that is 16 bit.
//! - `measure`: a file decoded whole, for its loudness and for what is wrong with it.
//! - `prime`: a song decoded at a place before it is played from there.
//! - `pulse`: the wire to a sound server, for who asks it about what others play.
//! - `output`: the sound server, the device and its supervisor, the null device and the WAV file.
//!
//! The stream is counted in frames pushed into the ring. A jump (another song at once, or another follower) is
//! published as "from frame J go to frame K"; the callback obeys without a lock, an allocation or a system call.
//! The feeder sleeps until the ring is half empty, a song's first frame is due, or an order comes.

mod command;
mod controls;
mod curve;
mod decode;
mod dry;
mod error;
mod fade;
mod feeder;
mod form;
mod given;
mod lane;
mod levels;
mod markers;
mod measure;
mod output;
mod overlap;
mod post;
mod prime;
pub mod pulse;
mod quantise;
mod ring;
mod shape;
mod start;
mod stream;
mod tap;
#[cfg(test)]
mod tests;
mod tracks;

pub use command::{
    Command, Imitation, Item, Notice, OnLoss, Options, Output, OutputInfo, Position, Touch,
};
#[doc(hidden)]
pub use decode::Music;
pub use error::{DecodeError, EngineError};
pub use levels::Levels;
pub use measure::measure;
pub use output::{OpenedOutput, outputs, try_output};
pub use prime::{Primed, prime};
pub use start::Engine;

/// Whether there is an ffmpeg on this machine, for what has no decoder inside; it is looked for once.
pub fn ffmpeg_is_here() -> bool {
    decode::ffmpeg_is_here()
}
