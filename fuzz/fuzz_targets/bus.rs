//! What stands in messages of the session's bus.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::bus(bytes));
