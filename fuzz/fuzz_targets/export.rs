//! What people export of services, each importer by the first byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| standin_fuzz::export(bytes));
