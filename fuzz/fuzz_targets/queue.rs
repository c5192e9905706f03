//! Edits of the queue over MPD's protocol.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::queue(bytes));
