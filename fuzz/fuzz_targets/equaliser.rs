//! Curves of an equaliser.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::equaliser(bytes));
