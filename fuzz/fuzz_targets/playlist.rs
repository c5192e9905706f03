//! Playlist files of every format.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::playlist(bytes));
