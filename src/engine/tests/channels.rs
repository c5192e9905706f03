//! Which loudspeaker plays which channel: a tone of its own in each channel, through the codecs, to the two sides.

use super::*;
use std::f32::consts::FRAC_1_SQRT_2;

const RATE: u32 = 48_000;
const LEVEL: f32 = 0.1;

/// Channels in ffmpeg's order for this layout.
const LAYOUTS: [(&str, &[&str]); 9] = [
    ("mono", &["FC"]),
    ("stereo", &["FL", "FR"]),
    ("3.0", &["FL", "FR", "FC"]),
    ("quad", &["FL", "FR", "BL", "BR"]),
    ("4.0", &["FL", "FR", "FC", "BC"]),
    ("5.0", &["FL", "FR", "FC", "BL", "BR"]),
    ("5.1", &["FL", "FR", "FC", "LFE", "BL", "BR"]),
    ("6.1", &["FL", "FR", "FC", "LFE", "BC", "SL", "SR"]),
    ("7.1", &["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"]),
];

const CODECS: [(&str, &[&str], &[&str]); 8] = [
    ("wav", &[], &[]),
    // Four channels are in front and behind there.
    ("flac", &[], &["4.0"]),
    ("mka", &["-c:a", "flac"], &["4.0"]),
    // What ffmpeg writes for 7.1 there is not 7.1.
    ("m4a", &["-c:a", "alac"], &["quad", "6.1", "7.1"]),
    (
        "aac.m4a",
        &["-c:a", "aac", "-b:a", "640k"],
        &["quad", "6.1"],
    ),
    ("ogg", &["-c:a", "libvorbis", "-q:a", "8"], &["4.0"]),
    (
        "opus",
        &["-c:a", "libopus", "-b:a", "640k", "-mapping_family", "1"],
        &["4.0"],
    ),
    ("ac3", &["-c:a", "ac3", "-b:a", "640k"], &["6.1", "7.1"]),
];

/// LFE passes only what is low.
fn hz(channel: usize, name: &str) -> f64 {
    match name {
        "LFE" => 50.0,
        _ => 400.0 + 300.0 * channel as f64,
    }
}

/// ITU-R BS.775.
fn share(name: &str) -> [f32; 2] {
    match name {
        "FL" => [1.0, 0.0],
        "FR" => [0.0, 1.0],
        "FC" => [FRAC_1_SQRT_2; 2],
        "LFE" => [0.0, 0.0],
        "BC" => [0.5, 0.5],
        "BL" | "SL" => [FRAC_1_SQRT_2, 0.0],
        _ => [0.0, FRAC_1_SQRT_2],
    }
}

fn level(samples: &[f32], side: usize, hz: f64) -> f32 {
    let step = hz * std::f64::consts::TAU / f64::from(RATE);
    let mine: Vec<f64> = samples
        .iter()
        .skip(side)
        .step_by(CHANNELS)
        .map(|sample| f64::from(*sample))
        .collect();
    let (s, c) = mine.iter().enumerate().fold((0.0, 0.0), |(s, c), (n, y)| {
        let (sin, cos) = (step * n as f64).sin_cos();
        (s + y * sin, c + y * cos)
    });
    (2.0 * f64::hypot(s, c) / mine.len() as f64) as f32
}

fn made(
    shelf: &mut Shelf,
    file: &str,
    arguments: &[&str],
    layout: &str,
    names: &[&str],
) -> Option<Item> {
    let tones: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| format!("{LEVEL}*sin(2*PI*{}*t)", hz(n, name)))
        .collect();
    let source = format!("aevalsrc={}:c={layout}:s={RATE}:d=1", tones.join("|"));
    by_ffmpeg(shelf, &["-f", "lavfi", "-i", &source], arguments, file)
}

#[test]
fn every_channel_reaches_its_side_whatever_the_codec() {
    let mut wrong = Vec::new();
    for (extension, arguments, without) in CODECS {
        for (layout, names) in LAYOUTS {
            if without.contains(&layout) {
                continue;
            }
            let mut shelf = Shelf::new();
            let file = format!("a.{extension}");
            let Some(item) = made(&mut shelf, &file, arguments, layout, names) else {
                continue;
            };
            let (out, told) = render(&[item], RATE);
            assert_eq!(failed(&told), [], "{extension} {layout}");
            let inside = &out[out.len() / 4..out.len() / 4 * 3];
            let total = |side: usize| names.iter().map(|name| share(name)[side]).sum::<f32>();
            let scale = match names.len() {
                1 => 2f32.sqrt(),
                _ => 1.0 / total(0).max(total(1)).max(1.0),
            };
            for (n, name) in names.iter().enumerate() {
                for side in [0, 1] {
                    let wanted = LEVEL * scale * share(name)[side];
                    let level = level(inside, side, hz(n, name));
                    if (level - wanted).abs() > 0.004 {
                        wrong.push(format!(
                            "{extension} {layout}: {name} on side {side} at {level}, not {wanted}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn songs_of_one_two_and_six_channels_join_without_a_seam() {
    let mut shelf = Shelf::new();
    let sound: Vec<f32> = tones(44_100, 30_000)
        .chunks(2)
        .map(|frame| frame[0])
        .collect();
    let mut piece = |channels: u16, frames: std::ops::Range<usize>| {
        let path = shelf.path(&format!("{channels}.{}.wav", frames.start));
        // In 5.1 all of it stands in front left and right; what is folded down is scaled by that much.
        let samples: Vec<f32> = sound[frames]
            .iter()
            .flat_map(|sample| (0..channels).map(move |n| if n < 2 { *sample } else { 0.0 }))
            .collect();
        write_wav(&path, 44_100, channels, &samples);
        shelf.item(path)
    };
    let items = [
        piece(1, 0..9_999),
        piece(2, 9_999..20_001),
        piece(6, 20_001..30_000),
    ];
    for to in [44_100, 48_000] {
        let (out, told) = render(&items, to);
        assert_eq!(failed(&told), []);
        let frames = (30_000 * u64::from(to) + 22_050) / 44_100;
        assert_eq!(out.len() as u64 / 2, frames, "at {to} Hz");
        if to == 44_100 {
            let scale = 1.0 / (1.0 + 2.0 * FRAC_1_SQRT_2);
            for (n, frame) in out.chunks(CHANNELS).enumerate() {
                let wanted = if n < 20_001 {
                    sound[n]
                } else {
                    sound[n] * scale
                };
                assert!(
                    (frame[0] - wanted).abs() < 1e-6 && frame[0] == frame[1],
                    "frame {n}"
                );
            }
        }
    }
}
