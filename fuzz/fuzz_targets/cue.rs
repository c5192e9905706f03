//! Cue sheets.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = standin::wanted::cue::parse(bytes);
});
