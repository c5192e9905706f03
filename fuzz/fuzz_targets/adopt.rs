//! What other players keep in formats of their own, each by the first byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::adopt(bytes));
