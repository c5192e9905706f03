//! The source alone, on a ring that the test fills.

use super::*;

fn ring(frames: usize, volume: u8) -> (rtrb::Producer<f32>, RingSource, Arc<Controls>) {
    let (mut producer, consumer) = rtrb::RingBuffer::new(200_000);
    for _ in 0..frames * CHANNELS {
        producer.push(1.0).unwrap();
    }
    let controls = Arc::new(Controls::new(volume));
    controls.rate.store(48_000, Relaxed);
    let source = RingSource::new(consumer, controls.clone(), 48_000);
    (producer, source, controls)
}

fn largest_step(samples: &[f32]) -> f32 {
    let left: Vec<f32> = samples.chunks(2).map(|frame| frame[0]).collect();
    left.windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

#[test]
fn the_volume_moves_without_a_step() {
    let (_producer, mut source, controls) = ring(10_000, 100);
    let mut out = vec![0.0; 2 * 8_000];
    let (first, rest) = out.split_at_mut(2 * 4_000);
    source.fill(first);
    controls.set_volume(50);
    source.fill(rest);
    assert_eq!(out[0], 1.0);
    assert_eq!(out[2 * 7_999], 0.125);
    assert!(largest_step(&out) < 0.002, "{}", largest_step(&out));
}

#[test]
fn a_pause_fades_and_holds_the_frames() {
    let (_producer, mut source, controls) = ring(10_000, 100);
    let mut out = vec![9.0; 2 * 2_000];
    source.fill(&mut out);
    controls.paused.store(true, Relaxed);
    source.fill(&mut out);
    assert!(largest_step(&out) < 0.003);
    assert_eq!(out[2 * 1_999], 0.0);
    assert!(controls.quiet.load(Relaxed));
    let held = controls.taken();
    assert!((2_470..=2_490).contains(&held), "{held}");
    source.fill(&mut out);
    assert_eq!(controls.taken(), held);
    controls.paused.store(false, Relaxed);
    source.fill(&mut out);
    assert_eq!(controls.taken(), held + 2_000);
    assert!(largest_step(&out) < 0.003 && out[2 * 1_999] == 1.0);
}

#[test]
fn a_cut_ahead_is_exact_and_a_cut_from_now_fades() {
    let (mut producer, mut source, controls) = ring(0, 100);
    for n in 0..20_000 {
        producer.push_entire_slice(&[n as f32, n as f32]).unwrap();
    }
    controls.cut(Cut {
        from: 1_000,
        to: 5_000,
        epoch: 0,
        fade_in: false,
    });
    let mut out = vec![0.0; 2 * 2_000];
    source.fill(&mut out);
    let left: Vec<f32> = out.chunks(2).map(|frame| frame[0]).collect();
    assert_eq!(
        (left[999], left[1_000], left[1_999]),
        (999.0, 5_000.0, 5_999.0)
    );

    controls.epoch.store(1, Relaxed);
    source.fill(&mut out);
    assert_eq!(out[2 * 1_999], 0.0, "mute until the new epoch's cut comes");
    assert_eq!(controls.taken_in(1), None);
    controls.cut(Cut {
        from: 0,
        to: 15_000,
        epoch: 1,
        fade_in: false,
    });
    source.fill(&mut out);
    assert_eq!(out[0], 15_000.0);
    assert_eq!(controls.taken_in(1), Some(17_000));
}

#[test]
fn what_is_heard_counts_back_over_a_jump() {
    let (_producer, mut source, controls) = ring(10_000, 100);
    let mut out = vec![0.0; 2 * 1_000];
    source.fill(&mut out);
    controls.epoch.store(1, Relaxed);
    controls.cut(Cut {
        from: 0,
        to: 9_000,
        epoch: 1,
        fade_in: false,
    });
    let before = controls.taken();
    source.fill(&mut out);
    controls.note_block(before, Duration::from_secs(3_600));
    assert!(controls.heard() <= 1_500, "{}", controls.heard());
    controls.note_block(controls.taken(), Duration::ZERO);
    assert!(controls.heard() > 9_000);
}

#[test]
fn bytes_are_the_same_music_in_another_format() {
    let samples: Vec<f32> = (0..6_000).map(|n| (n - 3_000) as f32 / 32_768.0).collect();
    for format in [
        SampleFormat::Float,
        SampleFormat::Int16,
        SampleFormat::Int24,
        SampleFormat::Int32,
    ] {
        let (mut producer, mut source, controls) = ring(0, 100);
        producer.push_entire_slice(&samples).unwrap();
        let mut expected = vec![0; 6_001 * format.bytes()];
        Quantiser::default().write(&samples, format, &mut expected);
        expected.truncate(6_000 * format.bytes());
        let mut out = vec![9; 5_000 * format.bytes() + 1];
        assert_eq!(source.take_music_as(&mut out, format), 2_500);
        assert_eq!(out.pop(), Some(9), "not a whole frame");
        let mut rest = vec![9; 4_000 * format.bytes()];
        assert_eq!(source.take_music_as(&mut rest, format), 500);
        out.extend_from_slice(&rest[..1_000 * format.bytes()]);
        assert_eq!(out, expected);
        assert_eq!(controls.taken(), 3_000);
    }
}

#[test]
fn a_stream_gets_no_frame_of_another_form() {
    let (mut producer, mut source, controls) = ring(1_000, 100);
    let form = Form {
        rate: 96_000,
        format: SampleFormat::Int24,
    };
    controls.set_form(form, 1_000);
    producer.push_entire_slice(&[0.5; 2_000]).unwrap();
    let mut out = vec![0.0; 2 * 1_500];
    assert_eq!(source.take_music(&mut out), 1_000);
    assert!(source.is_out_of_form());
    assert_eq!(source.take_music(&mut out), 0);
    assert_eq!(source.tune(), form);
    assert!(!source.is_out_of_form());
    assert_eq!(source.take_music(&mut out), 1_000);
    assert_eq!(out[..2_000], [0.5; 2_000], "nothing fades in");
}

#[test]
fn what_is_left_of_an_old_form_is_not_heard_in_the_new_one() {
    let (mut producer, mut source, controls) = ring(1_000, 100);
    let mut out = vec![0.0; 2 * 500];
    source.fill(&mut out);
    controls.epoch.store(1, Relaxed);
    controls.cut(Cut {
        from: 0,
        to: 1_000,
        epoch: 1,
        fade_in: false,
    });
    let form = Form {
        rate: 96_000,
        format: SampleFormat::Int24,
    };
    controls.set_form(form, 1_000);
    producer.push_entire_slice(&[0.5; 2_000]).unwrap();
    source.tune();
    assert_eq!(source.take_music(&mut out), 500);
    assert_eq!(out, [0.5; 1_000]);
}

#[test]
fn an_empty_ring_counts_once_and_only_where_music_was_to_come() {
    let (mut producer, mut source, controls) = ring(0, 100);
    let mut out = vec![0.0; 2 * 100];
    let counts = |source: &mut RingSource, out: &mut [f32]| {
        source.fill(out);
        controls.dry.count()
    };
    controls.dry.expect(true);
    controls.primed.store(true, Relaxed);
    assert_eq!(counts(&mut source, &mut out), 0, "nothing has flowed yet");
    producer.push_entire_slice(&[1.0; 2 * 150]).unwrap();
    assert_eq!(counts(&mut source, &mut out), 0);
    assert_eq!(counts(&mut source, &mut out), 1);
    assert_eq!(counts(&mut source, &mut out), 1, "the same dry spell");
    producer.push_entire_slice(&[1.0; 2 * 150]).unwrap();
    controls.dry.expect(false);
    assert_eq!(counts(&mut source, &mut out), 1);
    assert_eq!(counts(&mut source, &mut out), 1, "the end");
    controls.dry.expect(true);
    controls.paused.store(true, Relaxed);
    assert_eq!(counts(&mut source, &mut out), 1, "a pause");
}

#[test]
fn through_the_mixer_every_sample_is_the_same() {
    let (mut producer, source, _controls) = ring(0, 100);
    let samples: Vec<f32> = (0..4_000).map(|n| (n as f32).sin()).collect();
    producer.push_entire_slice(&samples).unwrap();
    let (mixer, mixed) = rodio::mixer::mixer(source.channels(), source.sample_rate());
    mixer.add(source);
    let out: Vec<f32> = mixed.take(4_100).collect();
    assert_eq!(out[..4_000], samples);
    assert_eq!(out[4_000..], [0.0; 100]);
}
