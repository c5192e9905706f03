//! What a server of MPD's protocol answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::reply(bytes));
