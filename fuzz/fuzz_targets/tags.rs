//! What a file says about itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::tags(bytes));
