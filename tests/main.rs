//! One binary for all tests that look at the whole; those of one room stand beside its code.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod answers;
mod bad_places;
mod bit_perfect;
mod carried;
mod cli;
mod counting;
mod devices;
mod doctor;
mod dupes;
mod escapes;
mod finding;
mod formats;
mod fuzz_corpus;
mod hands;
mod home;
mod hostile;
mod imports;
mod keeping;
mod loudness;
mod messages;

mod parts;
mod playing;
mod playlist_files;
mod playlists;
mod pulse;
mod reading;
mod scanning;
mod settings;
mod smart;
mod sounding;
mod survival;
mod terminal;
mod verbs;
mod watching;
