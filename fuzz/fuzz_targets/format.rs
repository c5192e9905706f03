//! Formats of `-f`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::format(bytes));
