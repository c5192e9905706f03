//! Covers and lyrics in a file, and pictures beside it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::picture(bytes));
