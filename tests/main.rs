//! One binary for all tests that look at the whole; those of one room stand beside its code.
#![allow(clippy::unwrap_used)]

mod cli;
mod home;
mod imports;
mod playing;
mod playlists;
mod reading;
mod scanning;
mod sounding;
mod terminal;
mod watching;
