//! What looks after the whole; each is a function over the rooms below. None of them prints.
//!
//! - `verify`: every file decoded, for damage and loudness.
//! - `dupes`: recordings that are owned more than once.
//! - `missing`: what to get next, by what it fills.
//! - `ready`: whether an outage would hurt today.
//! - `pack`: the music that is worth most, on a stick.
//! - `drill`: whether it plays with no network.
//! - `first`: what is on a machine that standin has not seen.
//! - `doctor`: whether all is well, and what to do.

pub mod doctor;
pub mod drill;
pub mod dupes;
pub mod first;
pub mod missing;
pub mod pack;
pub mod ready;
pub mod verify;

use crate::library::{Library, LibraryError};
use crate::music::Root;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The roots whose folders are not there.
fn away(library: &Library) -> Result<Vec<Arc<Root>>, LibraryError> {
    let roots = library.roots_here_or_away()?;
    let away = roots.into_iter().filter(|(_, is_here)| !is_here);
    Ok(away.map(|(root, _)| root).collect())
}

/// Now, in ms since 1970; 0 on a machine whose clock stands before.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
