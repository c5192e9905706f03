//! What is pressed is heard at once, and nothing clicks, although the sound server holds most of a second.

use crate::home::{Home, RATE};
use crate::pulse::{Driven, Pulse, Recording};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;

/// Frames from full level to silence.
const FADE: usize = RATE as usize / 50;
/// What a recording loses where a silent sink begins to sound: a sink's monitor gives on what was rendered before the
/// stream began, and never what the server renders over it.
const MONITOR_LOSES: usize = RATE as usize / 50;
/// What is pressed reaches the server before it has played so much more (`MARGIN` of the way to it). A machine that lets
/// programs wait longer makes a click, and proves nothing about ours.
const MARGIN: Duration = Duration::from_millis(40);
/// So often such a machine is asked again.
const ATTEMPTS: usize = 6;
/// Full scale, and a level that moves over it in [`FADE`] frames: no step of ours is larger beside the music's own.
const STEP: f32 = 1.0 / FADE as f32;

/// A sweep, no 64 frames of which are like any others, as left and right; and its steepest step.
fn sweep(seconds: usize, from_hz: f64) -> (Vec<i16>, f32) {
    let rate = f64::from(RATE);
    let length = (seconds * RATE as usize) as f64;
    let frames = (0..seconds * RATE as usize).flat_map(|n| {
        let n = n as f64;
        let cycles = from_hz * n / rate + 400.0 * n * n / (2.0 * length * rate);
        let sample = ((cycles * std::f64::consts::TAU).sin() * 20_000.0) as i16;
        [sample, -sample]
    });
    let frames: Vec<i16> = frames.collect();
    let left: Vec<f32> = left(&frames);
    (frames, largest_step(&left))
}

fn left(frames: &[i16]) -> Vec<f32> {
    frames
        .chunks_exact(2)
        .map(|frame| f32::from(frame[0]) / 32_768.0)
        .collect()
}

fn largest_step(samples: &[f32]) -> f32 {
    samples
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

/// Where these 64 frames lie in the music.
fn find(music: &[f32], window: &[f32]) -> Option<usize> {
    music.windows(64).position(|place| place == &window[..64])
}

/// A stretch of a recording that is the music, frame by frame.
#[derive(Debug)]
struct Run {
    heard: usize,
    music: usize,
    length: usize,
}

impl Run {
    /// The first one from frame `from` of the recording on.
    fn after(heard: &[f32], music: &[f32], from: usize) -> Self {
        let begin = (from..heard.len() - 64)
            .filter(|at| heard[*at] != 0.0)
            .find_map(|at| Some((at, find(music, &heard[at..at + 64])?)));
        let (at, place) = begin.expect("some of the recording is the music");
        let same = heard[at..].iter().zip(&music[place..]);
        Self {
            heard: at,
            music: place,
            length: same.take_while(|(one, other)| one == other).count(),
        }
    }

    fn heard_end(&self) -> usize {
        self.heard + self.length
    }

    fn music_end(&self) -> usize {
        self.music + self.length
    }
}

struct Stage {
    pulse: Pulse,
    files: Vec<PathBuf>,
    music: Vec<Vec<f32>>,
    step: f32,
    _home: Home,
}

/// Two sweeps of twenty seconds; `None` where there is no PulseAudio.
fn stage() -> Option<Stage> {
    let home = Home::new();
    let pulse = Pulse::start(&home)?;
    let (one, two) = (sweep(20, 100.0), sweep(20, 300.0));
    Some(Stage {
        files: vec![
            home.wav("1.wav", &one.0, RATE),
            home.wav("2.wav", &two.0, RATE),
        ],
        music: vec![left(&one.0), left(&two.0)],
        step: one.1.max(two.1),
        pulse,
        _home: home,
    })
}

/// Two songs play, and what is done and heard is judged: as it is, unless the system tells that it let the engine or the
/// server wait too long for a processor. Then it is done again.
fn judged(judge: impl Fn(&Stage, &mut Recording, &mut Driven)) {
    for attempt in 1.. {
        let Some(stage) = stage() else { return };
        let mut recording = stage.pulse.record("null");
        let mut engine = stage.play();
        let judged = catch_unwind(AssertUnwindSafe(|| {
            judge(&stage, &mut recording, &mut engine);
        }));
        let held_up = engine.held_up() + stage.pulse.held_up();
        match judged {
            Ok(()) => return,
            Err(fault) if held_up < MARGIN || attempt == ATTEMPTS => resume_unwind(fault),
            Err(_) => println!("once more: the machine let the sound wait for {held_up:?}"),
        }
    }
}

impl Stage {
    fn play(&self) -> Driven {
        let mut engine = Driven::start(&self.pulse, "default", "");
        engine.hears("ready");
        let files: Vec<&str> = self
            .files
            .iter()
            .map(|file| file.to_str().unwrap())
            .collect();
        engine.tell(&format!("play 0 {}", files.join("\t")));
        engine
    }

    /// Nothing from frame `from` to frame `to` of what was heard is a click.
    fn is_smooth(&self, heard: &[f32], from: usize, to: usize) {
        let step = largest_step(&heard[from..to]);
        assert!(step <= self.step + STEP, "a step of {step}");
    }
}

#[test]
fn a_pause_is_a_fade_and_the_music_goes_on_with_the_next_frame() {
    judged(|stage, recording, engine| {
        recording.sound(RATE as usize);
        engine.tell("pause");
        recording.silence(RATE as usize / 4);
        engine.tell("resume");
        recording.sound(RATE as usize);
        let heard = recording.left();
        let before = Run::after(&heard, &stage.music[0], 0);
        let after = Run::after(&heard, &stage.music[0], before.heard_end() + FADE);
        let silence = before.heard_end() + FADE;
        stage.is_smooth(&heard, before.heard, silence + 100);
        assert_eq!(heard[silence..silence + 1_000], [0.0; 1_000]);
        // The first frame that is not silent again, and what it is in the music.
        let first = silence + heard[silence..].iter().position(|s| *s != 0.0).unwrap();
        let skipped = (after.music - (after.heard - first)).checked_sub(before.music_end() + FADE);
        assert!(
            skipped.is_some_and(|frames| frames <= MONITOR_LOSES),
            "{skipped:?} frames are lost between {before:?} and {after:?}"
        );
        stage.is_smooth(&heard, first, after.heard + 1_000);
    });
}

#[test]
fn a_new_volume_is_heard_on_what_was_sent_already() {
    judged(|stage, recording, engine| {
        recording.sound(RATE as usize);
        engine.tell("volume 50");
        let from = recording.samples.len() / 2;
        // A server that holds 0.6 s would play them at the old level first.
        recording.sound(RATE as usize / 2);
        let heard = recording.left();
        let before = Run::after(&heard, &stage.music[0], 0);
        let at = |frame: usize| stage.music[0][frame - before.heard + before.music];
        let end = heard.len() - 1;
        let quiet = (from..end).find(|n| heard[*n] != 0.0 && heard[*n] == at(*n) / 8.0);
        let quiet = quiet.expect("the new volume is reached");
        assert!((quiet..end).all(|n| heard[n] == at(n) / 8.0), "and kept");
        stage.is_smooth(&heard, before.heard, end);
    });
}

#[test]
fn another_curve_is_heard_on_what_was_sent_already() {
    judged(|stage, recording, engine| {
        recording.sound(RATE as usize);
        engine.tell("curve -6");
        let from = recording.samples.len() / 2;
        // As of a new volume: 0.6 s of the old curve would be played first.
        recording.sound(RATE as usize / 2);
        let heard = recording.left();
        let before = Run::after(&heard, &stage.music[0], 0);
        let factor = 10f64.powf(-6.0 / 20.0);
        let at = |frame: usize| {
            let as_it_came = stage.music[0][frame - before.heard + before.music];
            (f64::from(as_it_came) * factor) as f32
        };
        let end = heard.len() - 1;
        let shaped = (from..end).find(|n| heard[*n] != 0.0 && heard[*n] == at(*n));
        let shaped = shaped.expect("the new curve is reached");
        assert!((shaped..end).all(|n| heard[n] == at(n)), "and kept");
        stage.is_smooth(&heard, before.heard, end);
    });
}

#[test]
fn a_jump_leaves_out_what_was_sent_and_no_more() {
    judged(|stage, recording, engine| {
        recording.sound(RATE as usize);
        engine.tell("go 1 12000");
        recording.sound(RATE as usize);
        engine.tell("go 2 0");
        recording.sound(RATE as usize);
        let heard = recording.left();
        let first = Run::after(&heard, &stage.music[0], 0);
        let sought = Run::after(&heard, &stage.music[0], first.heard_end() + FADE);
        let next = Run::after(&heard, &stage.music[1], sought.heard_end() + FADE);
        for (before, after) in [(&first, &sought), (&sought, &next)] {
            let faded = before.heard_end() + FADE;
            stage.is_smooth(&heard, before.heard, faded + 10);
            let begins = faded + heard[faded..].iter().position(|s| *s != 0.0).unwrap();
            assert!(begins <= after.heard, "{before:?} {after:?}");
        }
        // Faded in where it is the middle of a song, from its first frame where it is not.
        let asked = 12 * RATE as usize;
        let fade_in = RATE as usize / 100;
        assert!(
            (asked..=asked + fade_in + MONITOR_LOSES).contains(&sought.music),
            "{sought:?}"
        );
        assert!(next.music <= MONITOR_LOSES, "{next:?}");
        assert!(sought.length > RATE as usize / 2 && next.length > RATE as usize / 2);
    });
}

#[test]
fn the_end_of_the_queue_is_heard_to_its_last_frame() {
    judged(|stage, recording, engine| {
        recording.sound(100);
        engine.tell("go 2 19000");
        engine.hears("finished");
        // Silence there may be before it too, while the song is opened.
        recording.until_now_and(RATE as usize / 2);
        let heard = recording.left();
        let last = heard.iter().rposition(|s| *s != 0.0).unwrap();
        let end = &stage.music[1];
        let from = end.iter().rposition(|s| *s != 0.0).unwrap();
        assert_eq!(heard[last - 9_999..=last], end[from - 9_999..=from]);
    });
}
