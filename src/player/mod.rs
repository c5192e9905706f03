//! The desk: queue, modes, and the only code that knows what plays next. Pure: no thread, clock, file, SQL or socket.
//!
//! [`Player::handle`] takes one [`Event`], from a door or from the engine, and answers with the [`Effect`]s that the
//! daemon carries out. What is *current* changes only when the engine says that a song is heard. An [`Ear`] beside the desk
//! says what was listened to, and what was skipped. Long things go on where they were left (`long`).

mod ahead;
mod aside;
mod desk;
mod ear;
mod edit;
mod event;
mod going_on;
mod long;
mod neighbours;
mod order;
mod overlap;
mod queue;
mod shuffle;
mod sleep;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_ear;
#[cfg(test)]
mod tests_of_editing;
#[cfg(test)]
mod tests_of_ending;
#[cfg(test)]
mod tests_of_going_on;
#[cfg(test)]
mod tests_of_long;

pub use desk::Player;
pub use ear::{ENOUGH_MS, Ear, Listened, SKIPPED_AFTER_MS, Sounding, enough_ms};
pub use event::{Alarm, AtEnd, Changes, Effect, Event, Follower, Once, Origins, Refusal, State};
pub use long::{FileKey, GOES_BACK_MS, LEAST_MS, Left};
pub use queue::{Entry, Queue};
pub use shuffle::{shuffled_albums, shuffled_albums_from, shuffled_songs};
pub use sleep::{SLEEP_FADE_MS, next_sleep_ms};

/// `Previous` within this much of a song's start goes to the song before; later, back to the start. In ms.
pub const RESTART_AFTER_MS: u64 = 3_000;

/// Songs that a queue can hold; what comes beyond is not taken.
pub const MAX_QUEUE: usize = 1_000_000;

/// The longest crossfade, in ms.
pub const MAX_CROSSFADE_MS: u32 = 12_000;

/// Songs in a row whose files are not there: then it is the folder that is away, and nothing further is tried.
pub const MAX_MISSING_IN_A_ROW: usize = 10;
