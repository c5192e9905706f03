//! What the decoders promise of each format, held against real files made by the formats' own encoders: the length of
//! the source, pieces that join without a seam, seeks that land on the frame, and agreement with ffmpeg. The table at
//! the end of `mod.rs` tells the outcome.

use super::*;
use crate::engine::tests::write_wav;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const RATE: u32 = 44_100;
/// The sound's length, and where it is cut in two: neither is a whole number of any codec's packets.
const FRAMES: usize = 121_237;
const CUT: usize = 63_457;
/// Frames compared behind each seek: some packets of every codec.
const LOOK: usize = 6_000;
/// What rounding may differ in by the way a decoder came to a place: a tenth of a step of 24 bits.
const SAME: f32 = 1e-8;

/// How a kind of file is made of `in.wav`, in the shell's words.
struct Kind {
    name: &'static str,
    tool: &'static str,
    make: &'static str,
    /// The rate it is encoded at.
    rate: u32,
    /// The largest difference from the source that its codec makes; 0: none at all. Noise that is made anew at each
    /// decoding is switched off.
    loss: f32,
    /// The largest difference from ffmpeg's own decoder.
    from_ffmpeg: f32,
}

const fn kind(
    name: &'static str,
    tool: &'static str,
    make: &'static str,
    loss: f32,
    from_ffmpeg: f32,
) -> Kind {
    let rate = RATE;
    Kind {
        name,
        tool,
        make,
        rate,
        loss,
        from_ffmpeg,
    }
}

const FFMPEG: &str = "ffmpeg -nostdin -v error -i in.wav -bitexact";

/// Every promise holds for these.
const EXACT: &[Kind] = &[
    kind("s16.wav", "ffmpeg", "-c:a pcm_s16le", 0.0, 0.0),
    kind("s24.wav", "ffmpeg", "-c:a pcm_s24le", 0.0, 0.0),
    kind("f32.wav", "ffmpeg", "-c:a pcm_f32le", 0.0, 0.0),
    kind("a.aiff", "ffmpeg", "", 0.0, 0.0),
    kind("a.caf", "ffmpeg", "-c:a pcm_s16be", 0.0, 0.0),
    kind("a.flac", "flac", "flac -s -o a.flac in.wav", 0.0, 0.0),
    kind(
        "small.flac",
        "flac",
        "flac -s -0 -b 192 -o small.flac in.wav",
        0.0,
        0.0,
    ),
    kind(
        "flac.ogg",
        "flac",
        "flac -s --ogg -o flac.ogg in.wav",
        0.0,
        0.0,
    ),
    kind("alac.m4a", "ffmpeg", "-c:a alac", 0.0, 0.0),
    kind(
        "cbr.mp3",
        "lame",
        "lame -S -b 192 in.wav cbr.mp3",
        0.06,
        1e-5,
    ),
    kind("vbr.mp3", "lame", "lame -S -V 2 in.wav vbr.mp3", 0.1, 1e-5),
    kind(
        "low.mp3",
        "lame",
        "lame -S -b 64 --resample 44.1 in.wav low.mp3",
        0.2,
        1e-5,
    ),
    kind("ffmpeg.mp3", "ffmpeg", "-c:a libmp3lame -q:a 1", 0.1, 1e-5),
    kind(
        "edits.m4a",
        "ffmpeg",
        "-c:a aac -aac_pns 0 -b:a 256k",
        0.5,
        1e-5,
    ),
    // FFmpeg itself leaves the encoder's delay in where there are fragments.
    kind(
        "many.m4a",
        "ffmpeg",
        "-c:a aac -aac_pns 0 -b:a 256k -movflags +delay_moov+frag_keyframe -frag_duration 200000",
        0.5,
        f32::INFINITY,
    ),
    kind(
        "a.ogg",
        "oggenc",
        "oggenc -Q -q 6 -o a.ogg in.wav",
        0.05,
        1e-5,
    ),
    kind(
        "low.ogg",
        "oggenc",
        "oggenc -Q -q 0 -o low.ogg in.wav",
        0.3,
        1e-5,
    ),
    Kind {
        rate: 48_000,
        ..kind(
            "a.opus",
            "opusenc",
            "opusenc --quiet --bitrate 160 in.wav a.opus",
            0.05,
            1e-5,
        )
    },
    Kind {
        rate: 48_000,
        ..kind(
            "mid.opus",
            "opusenc",
            "opusenc --quiet --bitrate 64 in.wav mid.opus",
            0.5,
            1e-5,
        )
    },
    // Its lower half comes through a resampler of the codec's own, whose delay is no whole frame.
    Kind {
        rate: 48_000,
        ..kind(
            "speech.opus",
            "opusenc",
            "opusenc --quiet --speech --bitrate 24 in.wav speech.opus",
            f32::INFINITY,
            1e-5,
        )
    },
];

/// A sweep on the left and another on the right: no two instants look alike, and no codec finds it hard.
fn sound(rate: u32, frames: usize) -> Vec<f32> {
    let seconds = frames as f64 / f64::from(rate);
    let sweep = |n: usize, from: f64, to: f64| {
        let (at, span) = (n as f64 / f64::from(rate), (to / from).ln());
        let turns = from * seconds / span * ((at / seconds * span).exp() - 1.0);
        (((turns * std::f64::consts::TAU).sin() * 12_000.0).round() / 32_768.0) as f32
    };
    (0..frames)
        .flat_map(|n| [sweep(n, 200.0, 4_000.0), sweep(n, 3_000.0, 300.0)])
        .collect()
}

/// The pieces of the sound, each as a file of this kind: the whole, and the two that it is cut into.
struct Made {
    _folder: tempfile::TempDir,
    source: Vec<f32>,
    cut: usize,
    files: [PathBuf; 3],
}

impl Kind {
    /// The largest difference that the way to a place may make.
    fn after_seek(&self) -> f32 {
        // Opus predicts from all that it has decoded before; its coder of speech keeps a pure tone for long.
        match self.name {
            "speech.opus" => f32::INFINITY,
            name if name.ends_with("opus") => 5e-3,
            _ => SAME,
        }
    }

    fn make(&self) -> Option<Made> {
        let folder = tempfile::tempdir().unwrap();
        let scale = |frames: usize| frames * self.rate as usize / RATE as usize;
        let (source, cut) = (sound(self.rate, scale(FRAMES)), scale(CUT));
        let pieces = [&source[..], &source[..cut * 2], &source[cut * 2..]];
        let mut files = Vec::new();
        for (n, piece) in pieces.into_iter().enumerate() {
            let folder = folder.path().join(n.to_string());
            std::fs::create_dir(&folder).unwrap();
            write_wav(&folder.join("in.wav"), self.rate, 2, piece);
            let own = self.make.starts_with(self.tool);
            let words = if own {
                self.make.to_owned()
            } else {
                format!("{FFMPEG} {} {}", self.make, self.name)
            };
            let made = Command::new("sh")
                .args(["-c", &words])
                .current_dir(&folder)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            if !made.status.success() {
                eprintln!(
                    "skipped: {} is not here, or does not make {}",
                    self.tool, self.name
                );
                return None;
            }
            files.push(folder.join(self.name));
        }
        Some(Made {
            _folder: folder,
            source,
            cut,
            files: files.try_into().unwrap(),
        })
    }
}

fn whole(path: &Path) -> Vec<f32> {
    let mut decoder = open_with(path, None).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while decoder.next_block(&mut block).unwrap() {
        all.extend_from_slice(&block);
    }
    assert!(decoder.take_damage().is_none());
    all
}

fn furthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

/// What does not hold, in words.
type Held = Result<(), String>;

fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// The length in the head, and that of what is decoded, is the source's.
fn length_holds(kind: &Kind, made: &Made) -> Held {
    let frames = made.source.len() / 2;
    for (path, frames) in made.files.iter().zip([frames, made.cut, frames - made.cut]) {
        let told = open_with(path, None).unwrap().length_frames();
        let decoded = whole(path).len() / 2;
        hold(decoded == frames, || {
            format!("{decoded} frames of {frames}")
        })?;
        // The head of a file in fragments cannot know.
        let is_told = told == Some(frames as u64) || told.is_none() && kind.name == "many.m4a";
        hold(is_told, || format!("told {told:?} of {frames}"))?;
    }
    Ok(())
}

/// The second piece follows the first with no frame missing, added or repeated.
fn join_holds(kind: &Kind, made: &Made) -> Held {
    let joined = [whole(&made.files[1]), whole(&made.files[2])].concat();
    hold(joined.len() == made.source.len(), || {
        format!("{} samples of {}", joined.len(), made.source.len())
    })?;
    let difference = furthest(&joined, &made.source);
    hold(difference <= kind.loss, || {
        format!("{difference} from its source")
    })?;
    if kind.loss.is_infinite() {
        return Ok(());
    }
    let error = |shift: isize| {
        // A quarter of a second on both sides, shifted against the source.
        let range = made.cut * 2 - 22_050..made.cut * 2 + 22_050;
        let square = |at: usize| {
            let source = made.source[at.strict_add_signed(shift * 2)];
            f64::from((joined[at] - source).powi(2))
        };
        range.map(square).sum::<f64>()
    };
    let best = (-40..=40).min_by(|a, b| error(*a).total_cmp(&error(*b)));
    hold(best == Some(0), || format!("placed {best:?} frames off"))
}

/// Frames to seek to, in this order: the ends, and pseudo-random ones before and behind each other.
fn targets(frames: usize) -> Vec<usize> {
    let mut targets = vec![
        frames - 1,
        0,
        1,
        frames / 2,
        frames / 2 - 1,
        1_023,
        1_024,
        1_025,
        0,
    ];
    // Knuth's multiplicative hash scatters them.
    targets.extend((1..=20).map(|n| n * 2_654_435_761 % frames));
    targets.push(frames - 2);
    targets
}

/// Behind a seek comes what a decoder that never sought gives there.
fn seeks_hold(kind: &Kind, made: &Made) -> Held {
    let all = whole(&made.files[0]);
    let frames = all.len() / 2;
    let mut decoder = open_with(&made.files[0], None).unwrap();
    let mut block = Vec::new();
    for target in targets(frames) {
        decoder.seek(target as u64).unwrap();
        let mut got = Vec::new();
        while got.len() < LOOK * 2 && decoder.next_block(&mut block).unwrap() {
            got.extend_from_slice(&block);
        }
        let expected = &all[target * 2..];
        let look = expected.len().min(LOOK * 2);
        hold(got.len() >= look, || {
            format!("{} samples of {look} at {target}", got.len())
        })?;
        let difference = furthest(&got[..look], &expected[..look]);
        hold(difference <= kind.after_seek(), || {
            format!("{difference} off at {target} of {frames}")
        })?;
    }
    let mut sounds_from = |frame| {
        decoder.seek(frame).unwrap();
        while decoder.next_block(&mut block).unwrap() {
            if !block.is_empty() {
                return true;
            }
        }
        false
    };
    let behind = sounds_from(frames as u64);
    hold(!behind, || "something is behind the end".into())?;
    hold(sounds_from(0), || "it does not go on from its end".into())
}

fn ffmpeg_agrees(kind: &Kind, made: &Made) -> Held {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "quiet"])
        // Its own decoder of Opus is another one's work, and differs from the reference at low rates.
        .args(
            kind.name
                .ends_with("opus")
                .then_some(["-request_sample_fmt", "flt", "-c:a", "libopus"])
                .into_iter()
                .flatten(),
        )
        .arg("-i")
        .arg(&made.files[0])
        .args(["-map", "0:a:0", "-f", "f32le", "-"])
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: ffmpeg is not here");
        return Ok(());
    };
    let samples = output.stdout.as_chunks::<4>().0.iter();
    let theirs: Vec<f32> = samples.map(|sample| f32::from_le_bytes(*sample)).collect();
    let ours = whole(&made.files[0]);
    let common = ours.len().min(theirs.len());
    hold(common * 10 >= ours.len() * 9, || {
        format!(
            "ffmpeg has {} samples, here are {}",
            theirs.len(),
            ours.len()
        )
    })?;
    let difference = furthest(&ours[..common], &theirs[..common]);
    hold(difference <= kind.from_ffmpeg, || {
        format!("{difference} from ffmpeg's")
    })
}

/// Tells all that fail at once.
fn holds_for_all(promise: fn(&Kind, &Made) -> Held) {
    let broken: Vec<String> = EXACT
        .iter()
        .filter_map(|kind| {
            let wrong = promise(kind, &kind.make()?).err()?;
            Some(format!("{}: {wrong}", kind.name))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_decoded_length_is_the_sources() {
    holds_for_all(length_holds);
}

#[test]
fn two_pieces_of_one_sound_join_without_a_seam() {
    holds_for_all(join_holds);
}

#[test]
fn a_seek_lands_on_the_frame_with_the_very_same_samples() {
    holds_for_all(seeks_hold);
}

#[test]
fn the_samples_are_ffmpegs() {
    holds_for_all(ffmpeg_agrees);
}
