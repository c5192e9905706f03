//! Questions and answers of the worker that reads tags.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::worker(bytes));
