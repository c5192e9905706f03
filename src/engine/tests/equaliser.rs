//! The equaliser in the whole room: absent where it is flat, heard at once, and never in bit-perfect playing.

use super::*;
use crate::music::{Band, Equaliser, Shape};

fn lowered() -> Equaliser {
    Equaliser::new(Some(-6.0), Vec::new()).unwrap()
}

fn shaped() -> Equaliser {
    let band = |shape, hz, gain_db| Band::new(shape, hz, gain_db, 0.7).unwrap();
    let bands = vec![
        band(Shape::LowShelf, 105.0, 6.0),
        band(Shape::HighShelf, 8_000.0, -3.0),
    ];
    Equaliser::new(None, bands).unwrap()
}

#[test]
fn what_is_flat_leaves_every_bit_as_it_is() {
    let mut shelf = Shelf::new();
    let samples = tones(44_100, 50_000);
    let item = shelf.wav(44_100, &samples);
    let ten = Equaliser::ten_bands([0.0; 10]).unwrap();
    for curve in [None, Some(Equaliser::default()), Some(ten)] {
        let mut bench = Bench::new(44_100);
        if let Some(curve) = &curve {
            bench.controls.equalise(curve);
        }
        bench.play(&item, 0);
        let (heard, _) = bench.hear_all(|_| None);
        assert!(heard == samples, "{curve:?}");
    }
}

#[test]
fn a_curve_is_heard_at_once_and_gone_at_once() {
    let mut shelf = Shelf::new();
    let samples = tones(48_000, 60_000);
    let item = shelf.wav(48_000, &samples);
    let mut bench = Bench::new(48_000);
    bench.play(&item, 0);
    bench.fill_the_ring();
    let at = |frame: usize| &samples[frame * CHANNELS..];
    assert_eq!(bench.hear(10_000), at(0)[..20_000]);
    bench.controls.equalise(&lowered());
    let heard = bench.hear(10_000);
    // The fade is over after 20 ms, which are 960 frames.
    let factor = 10f32.powf(-6.0 / 20.0);
    let wanted: Vec<f32> = at(11_000)[..18_000]
        .iter()
        .map(|sample| sample * factor)
        .collect();
    assert!(worst(&heard[2_000..], &wanted) < 1e-6);
    bench.controls.equalise(&Equaliser::default());
    let heard = bench.hear(10_000);
    assert_eq!(heard[2_000..], at(21_000)[..18_000]);
}

#[test]
fn the_first_song_begins_along_the_curve_and_joins_stay_whole() {
    let mut shelf = Shelf::new();
    let samples = tones(44_100, 80_000);
    let whole = shelf.wav(44_100, &samples);
    let parts = [
        shelf.wav(44_100, &samples[..70_000]),
        shelf.wav(44_100, &samples[70_000..]),
    ];
    let render = |items: &[Item]| {
        let mut bench = Bench::new(44_100);
        bench.controls.equalise(&shaped());
        bench.play(&items[0], 0);
        bench.hear_all(follower_in(items)).0
    };
    let (one, two) = (render(&[whole]), render(&parts));
    assert!(one == two, "a song in two parts is shaped as one");
    assert!(one != samples && one.len() == samples.len());
}

#[test]
fn a_file_is_written_along_the_curve_and_bit_perfect_playing_is_not() {
    let mut shelf = Shelf::new();
    let samples = tones(44_100, 20_000);
    let item = shelf.wav(44_100, &samples);
    for bit_perfect in [false, true] {
        let path = shelf.path("out.wav");
        let (sender, notices) = bounded(64);
        let options = Options {
            output: Output::Wav(path.clone()),
            volume_percent: 100,
            bit_perfect,
            on_loss: OnLoss::default(),
            waits: false,
        };
        let engine = Engine::start(options, sender).unwrap();
        engine.command(Command::Equalise(lowered()));
        play_through(&engine, &notices, std::slice::from_ref(&item));
        drop(engine);
        let mut reader = hound::WavReader::open(&path).unwrap();
        if bit_perfect {
            let heard = reader
                .samples::<i16>()
                .map(|sample| f32::from(sample.unwrap()) / 32_768.0);
            assert!(heard.eq(samples.iter().copied()));
            continue;
        }
        let heard: Vec<f32> = reader.samples::<f32>().map(Result::unwrap).collect();
        let factor = 10f32.powf(-6.0 / 20.0);
        let wanted: Vec<f32> = samples.iter().map(|sample| sample * factor).collect();
        assert!(heard.len() == wanted.len() && worst(&heard, &wanted) < 1e-6);
    }
}

#[test]
fn what_goes_to_another_output_is_shaped_once() {
    let mut shelf = Shelf::new();
    let samples = tones(48_000, 30_000);
    let item = shelf.wav(48_000, &samples);
    let mut bench = Bench::new(48_000);
    bench.controls.equalise(&lowered());
    bench.source = bench.source.without_volume();
    bench.play(&item, 0);
    bench.fill_the_ring();
    let raw = bench.hear(5_000);
    assert_eq!(
        raw,
        samples[..10_000],
        "an output that does it itself gets it as it came"
    );
    bench.source.give_back(raw);
    let heard = bench.hear(5_000);
    let factor = 10f32.powf(-6.0 / 20.0);
    // It comes softly at first: 10 ms.
    let wanted: Vec<f32> = samples[2_000..10_000]
        .iter()
        .map(|sample| sample * factor)
        .collect();
    assert!(worst(&heard[2_000..], &wanted) < 1e-6);
}
