//! Decisions that are carried here.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::decisions(bytes));
