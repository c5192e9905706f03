//! Whether an outage would hurt today: what would play now, how much of what is heard on a streaming service that is, and
//! what to do. It changes nothing, sounds nothing, and asks no network.
//!
//! - `seen`: what was looked at. Plain data.
//! - `look`: sees it.
//! - `judge`: what was seen → findings. Pure.

mod judge;
mod look;
mod seen;
#[cfg(test)]
mod tests;

pub use look::{Ready, ReadyOptions, ready};
pub use seen::{ListReady, Minutes, Month};
