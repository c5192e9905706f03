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
//! - `tracks`: one song from its first to its last frame, in the output's frames; the resampler that outlives songs.
//! - `feeder`: the thread that decodes ahead; it alone knows which frame of the stream belongs to which song.
//!   `given` is what it was given, `markers` where the position comes from, `post` the notices on their way.
//! - `ring`: the consuming end: what the callback does; `controls`: the atomics it shares with everyone else.
//! - `output`: the device and its supervisor, the null device and the WAV file.
//!
//! The stream is counted in frames pushed into the ring. A jump (another song at once, or another follower) is
//! published as "from frame J go to frame K"; the callback obeys without a lock, an allocation or a system call.
//! The feeder sleeps until the ring is half empty, a song's first frame is due, or an order comes.

mod command;
mod controls;
mod decode;
mod error;
mod feeder;
mod given;
mod markers;
mod output;
mod post;
mod ring;
mod shape;
mod start;
#[cfg(test)]
mod tests;
mod tracks;

pub use command::{Command, Item, Notice, OnLoss, Options, Output, Position};
#[doc(hidden)]
pub use decode::Music;
pub use error::{DecodeError, EngineError};
pub use output::outputs;
pub use start::Engine;

/// Whether there is an ffmpeg on this machine, for what has no decoder inside; it is looked for once.
pub fn ffmpeg_is_here() -> bool {
    decode::ffmpeg_is_here()
}
