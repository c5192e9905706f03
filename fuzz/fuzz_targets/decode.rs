//! Sound, by the decoders inside.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::decode(bytes));
