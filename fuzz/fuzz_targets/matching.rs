//! Names of rows and songs, taken apart.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::matching(bytes));
