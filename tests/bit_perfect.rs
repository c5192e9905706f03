//! `play --bit-perfect`: what comes out is what is in the files.

use crate::home::{Home, RATE, tone};

#[test]
fn songs_of_two_rates_go_to_two_files_and_no_sample_is_touched() {
    let home = Home::new();
    let (first, second) = (tone(1, 9_000), tone(2, 8_000));
    let files = [
        home.wav("1.wav", &first, RATE),
        home.wav("2.wav", &second, 2 * RATE),
    ];
    let out = home.path("out.wav");
    let output = format!("wav:{}", out.display());
    let mut command = home.command(&["play", "--bit-perfect", "--output", &output]);
    let ran: crate::home::Ran = command.args(&files).output().unwrap().into();
    let ran = ran.ended(0);
    assert!(ran.err.contains("out-2.wav"), "{}", ran.err);
    for (name, rate, samples) in [("out.wav", RATE, first), ("out-2.wav", 2 * RATE, second)] {
        let mut reader = hound::WavReader::open(home.path(name)).unwrap();
        let spec = reader.spec();
        assert_eq!((spec.sample_rate, spec.bits_per_sample), (rate, 16));
        let heard: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert!(heard == samples, "{name}");
    }
    let refused = home.run(&["play", "--bit-perfect", "--volume", "50", "x"]);
    assert!(refused.ended(2).err.contains("--volume"));
}
