//! What names of files and folders tell.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::path_names(bytes));
