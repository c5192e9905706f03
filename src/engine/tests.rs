//! The whole room on real files, without a sound card: through a feeder driven by hand, and through whole engines.

mod bit_perfect;
mod clean;
mod clicks;
mod soak;

use super::controls::Controls;
use super::feeder::Feeder;
use super::markers::Markers;
use super::ring::{CHANNELS, RingSource};
use super::*;
use crate::music::{EntryId, Gain, Span};
use crossbeam_channel::{Receiver, bounded};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tempfile::TempDir;

/// Far beyond what any of it takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two tones, one a channel, in whole 16-bit steps, so that a lossless codec gives back the very same samples.
fn tones(rate: u32, frames: usize) -> Vec<f32> {
    let tone = |n: usize, hz: f64| {
        let value = (n as f64 * hz * std::f64::consts::TAU / f64::from(rate)).sin() * 12_000.0;
        value.round() as f32 / 32_768.0
    };
    (0..frames)
        .flat_map(|n| [tone(n, 441.0), tone(n, 1_237.0)])
        .collect()
}

pub(super) fn write_wav(path: &Path, rate: u32, channels: u16, samples: &[f32]) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample((sample * 32_768.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
}

fn read_wav(path: &Path) -> (u32, Vec<f32>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    assert_eq!(
        (reader.spec().channels, reader.spec().bits_per_sample),
        (2, 32)
    );
    (
        reader.spec().sample_rate,
        reader.samples::<f32>().map(Result::unwrap).collect(),
    )
}

/// Numbers by chance, the same for the same seed (the generator of Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// A folder with files made of pieces of one sound.
struct Shelf {
    folder: TempDir,
    made: u64,
}

impl Shelf {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            made: 0,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn item(&mut self, file: PathBuf) -> Item {
        self.made += 1;
        Item {
            entry: EntryId(self.made),
            file,
            span: None,
            gain: Gain::default(),
            crossfade_ms: 0,
        }
    }

    fn wav(&mut self, rate: u32, samples: &[f32]) -> Item {
        let path = self.path(&format!("{}.wav", self.made));
        write_wav(&path, rate, 2, samples);
        self.item(path)
    }
}

/// Songs through the same feeder and ring as ever, with no thread: what an output would get.
struct Bench {
    feeder: Feeder,
    source: RingSource,
    controls: Arc<Controls>,
    markers: Arc<Markers>,
    notices: Receiver<Notice>,
    epoch: u64,
}

impl Bench {
    fn new(rate: u32) -> Self {
        let controls = Arc::new(Controls::new(100));
        controls.rate.store(rate, Relaxed);
        let markers = Arc::new(Markers::default());
        let (sender, notices) = bounded(64);
        let (producer, ring) = rtrb::RingBuffer::new(rate as usize * 2 * CHANNELS);
        let feeder = Feeder::new(
            producer,
            controls.clone(),
            markers.clone(),
            sender,
            Box::new(|| ()),
        );
        let source = RingSource::new(ring, controls.clone(), rate);
        Self {
            feeder,
            source,
            controls,
            markers,
            notices,
            epoch: 0,
        }
    }

    fn play(&mut self, item: &Item, at_ms: u64) {
        self.epoch += 1;
        self.controls.epoch.store(self.epoch, Relaxed);
        let play = Command::Play {
            item: item.clone(),
            at_ms,
            paused: false,
        };
        self.feeder.obey(play, self.epoch);
    }

    fn follow(&mut self, item: Option<&Item>) {
        self.feeder.obey(Command::Follow(item.cloned()), self.epoch);
    }

    /// Decodes as far as the ring has room.
    fn fill_the_ring(&mut self) {
        self.feeder.step();
        while self.feeder.rest().is_zero() {
            self.feeder.step();
        }
    }

    fn hear(&mut self, frames: usize) -> Vec<f32> {
        let mut out = vec![0.0; frames * CHANNELS];
        let heard = self.source.take_music(&mut out);
        out.truncate(heard * CHANNELS);
        self.controls
            .note_block(self.controls.taken(), Duration::ZERO);
        out
    }

    /// Hears everything to the end; `answers` says what follows each song asked about.
    fn hear_all(
        &mut self,
        mut answers: impl FnMut(EntryId) -> Option<Item>,
    ) -> (Vec<f32>, Vec<Notice>) {
        let (mut out, mut told) = (Vec::new(), Vec::new());
        for _ in 0..1_000_000 {
            self.feeder.step();
            out.extend(self.hear(1_000));
            while let Ok(notice) = self.notices.try_recv() {
                if let Notice::WantsNext { after } = notice {
                    let next = answers(after);
                    self.follow(next.as_ref());
                }
                told.push(notice);
            }
            if matches!(told.last(), Some(Notice::Finished { .. })) {
                return (out, told);
            }
        }
        panic!("it never finishes: {told:?}");
    }
}

/// All of these songs, one after another, at this rate.
fn render(items: &[Item], rate: u32) -> (Vec<f32>, Vec<Notice>) {
    let mut bench = Bench::new(rate);
    bench.play(&items[0], 0);
    bench.hear_all(follower_in(items))
}

fn follower_in(items: &[Item]) -> impl FnMut(EntryId) -> Option<Item> + use<'_> {
    |after| {
        let at = items.iter().position(|item| item.entry == after).unwrap();
        items.get(at + 1).cloned()
    }
}

fn heard(told: &[Notice]) -> Vec<u64> {
    told.iter()
        .filter_map(|notice| match notice {
            Notice::Heard { entry } => Some(entry.0),
            _ => None,
        })
        .collect()
}

fn failed(told: &[Notice]) -> Vec<(u64, String)> {
    told.iter()
        .filter_map(|notice| match notice {
            Notice::Failed { entry, error } => Some((entry.0, error.to_string())),
            _ => None,
        })
        .collect()
}

fn rms_error(a: &[f32], b: &[f32]) -> f32 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    (squares.sum::<f32>() / a.len() as f32).sqrt()
}

fn worst(a: &[f32], b: &[f32]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

#[test]
fn joins_at_odd_samples_are_bit_exact() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 200_001);
    let mut rest = whole.as_slice();
    let mut items = Vec::new();
    for frames in [1, 33_333, 999, 128_001, 7] {
        let (piece, after) = rest.split_at(frames * CHANNELS);
        items.push(shelf.wav(44_100, piece));
        rest = after;
    }
    items.push(shelf.wav(44_100, rest));
    let (out, told) = render(&items, 44_100);
    assert_eq!(out.len(), whole.len());
    assert_eq!(out, whole);
    assert_eq!(heard(&told), [1, 2, 3, 4, 5, 6]);
    assert!(matches!(
        told.last(),
        Some(Notice::Finished { after: EntryId(6) })
    ));
}

#[test]
fn resampled_pieces_are_the_resampled_whole() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 150_000);
    let cut = 70_001 * CHANNELS;
    let pieces = [
        shelf.wav(44_100, &whole[..cut]),
        shelf.wav(44_100, &whole[cut..]),
    ];
    let unsplit = [shelf.wav(44_100, &whole)];
    let (joined, _) = render(&pieces, 48_000);
    assert_eq!(joined, render(&unsplit, 48_000).0);
    assert_eq!(joined.len() / CHANNELS, 163_265);
}

#[test]
fn frames_are_counted_exactly_where_the_rate_changes() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 50_001)),
        shelf.wav(48_000, &tones(48_000, 40_003)),
        shelf.wav(44_100, &tones(44_100, 30_001)),
    ];
    let frames = |rate| render(&items, rate).0.len() / CHANNELS;
    assert_eq!(frames(44_100), 50_001 + 36_753 + 30_001);
    assert_eq!(frames(48_000), 54_423 + 40_003 + 32_654);
}

#[test]
fn a_seek_lands_on_the_exact_sample_and_spans_are_exact() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 100_000);
    let item = shelf.wav(44_100, &whole);
    let mut bench = Bench::new(44_100);
    bench.play(&item, 1_234);
    let (out, _) = bench.hear_all(|_| None);
    let (first, fade) = (54_419, 441);
    assert_eq!(out.len(), whole.len() - first * CHANNELS);
    assert_eq!(out[fade * CHANNELS..], whole[(first + fade) * CHANNELS..]);

    let span = Some(Span {
        start_frame: 10_007,
        end_frame: Some(60_013),
    });
    let (out, _) = render(&[Item { span, ..item }], 44_100);
    assert_eq!(out, whole[10_007 * CHANNELS..60_013 * CHANNELS]);
}

#[test]
fn playing_another_song_jumps_to_it_after_a_fade() {
    let mut shelf = Shelf::new();
    let (first, second) = (tones(44_100, 300_000), tones(44_100, 20_000));
    let (one, two) = (shelf.wav(44_100, &first), shelf.wav(44_100, &second));
    let mut bench = Bench::new(44_100);
    bench.play(&one, 0);
    bench.fill_the_ring();
    assert_eq!(bench.hear(10_000), first[..20_000]);
    bench.play(&two, 0);
    let (out, told) = bench.hear_all(|_| None);
    let faded = out.len() / CHANNELS - 20_000;
    assert!((440..=442).contains(&faded), "{faded} frames of fade");
    assert_eq!(out[faded * CHANNELS..], second);
    assert_eq!(heard(&told), [1, 2]);
}

#[test]
fn a_follower_can_be_replaced_after_its_decoding_began() {
    for rate in [44_100, 48_000] {
        let mut shelf = Shelf::new();
        let (first, third) = (tones(44_100, 30_000), tones(44_100, 25_000));
        let one = shelf.wav(44_100, &first);
        let two = shelf.wav(44_100, &vec![0.9; 200_000]);
        let three = shelf.wav(44_100, &third);
        let mut bench = Bench::new(rate);
        bench.play(&one, 0);
        bench.follow(Some(&two));
        bench.fill_the_ring();
        let mut out = bench.hear(5_000);
        bench.follow(Some(&three));
        bench.fill_the_ring();
        let (rest, told) = bench.hear_all(|after| {
            assert_eq!(after, three.entry);
            None
        });
        out.extend(rest);
        assert_eq!(heard(&told), [1, 3]);
        if rate == 44_100 {
            assert_eq!(out, [first, third].concat());
        } else {
            assert_eq!(out.len() / CHANNELS, 32_653 + 27_211);
            assert!(
                out.iter().all(|sample| sample.abs() < 0.5),
                "nothing is left of the second but what the filter rang before it"
            );
        }
    }
}

#[test]
fn a_follower_said_too_late_changes_nothing() {
    let mut shelf = Shelf::new();
    let sounds = [tones(44_100, 20_000), tones(44_100, 900_000)];
    let (one, two) = (shelf.wav(44_100, &sounds[0]), shelf.wav(44_100, &sounds[1]));
    let late = shelf.wav(44_100, &[0.9; 2_000]);
    let mut bench = Bench::new(44_100);
    bench.play(&one, 0);
    bench.follow(Some(&two));
    bench.fill_the_ring();
    let mut out = bench.hear(20_001);
    bench.follow(Some(&late));
    let (rest, told) = bench.hear_all(|_| None);
    out.extend(rest);
    assert_eq!(heard(&told), [1, 2]);
    assert_eq!(out, sounds.concat());
}

#[test]
fn files_that_do_not_play_are_told_and_the_next_one_plays() {
    let mut shelf = Shelf::new();
    let sound = tones(44_100, 30_000);
    let garbage = shelf.path("garbage.mp3");
    std::fs::write(&garbage, [7; 5_000]).unwrap();
    let zeros = shelf.path("zeros.mp3");
    std::fs::File::create(&zeros)
        .unwrap()
        .set_len(4 << 30)
        .unwrap();
    let cut_off = shelf.path("cut.wav");
    write_wav(&cut_off, 44_100, 2, &sound);
    std::fs::File::options()
        .write(true)
        .open(&cut_off)
        .unwrap()
        .set_len(44 + 4 * 9_000)
        .unwrap();
    let missing = shelf.path("missing.flac");
    let folder = shelf.folder.path().to_owned();
    let bad: Vec<Item> = [missing, garbage, zeros, folder, cut_off]
        .into_iter()
        .map(|path| shelf.item(path))
        .collect();
    let last = shelf.wav(44_100, &sound);
    let items = [bad, vec![last]].concat();
    let (out, told) = render(&items, 44_100);
    assert_eq!(out, [&sound[..18_000], &sound].concat());
    let reasons = failed(&told);
    let told_of: Vec<u64> = reasons.iter().map(|(entry, _)| *entry).collect();
    assert_eq!(told_of, [1, 2, 3, 4, 5], "{reasons:?}");
    assert!(reasons[0].1.contains("cannot open"), "{reasons:?}");
    assert!(reasons[1].1.contains("not an audio file"), "{reasons:?}");
    assert!(reasons[4].1.contains("ends before"), "{reasons:?}");
    assert_eq!(heard(&told), [5, 6]);
}

#[test]
fn mono_and_gain_reach_the_output() {
    let mut shelf = Shelf::new();
    let path = shelf.path("mono.wav");
    write_wav(&path, 44_100, 1, &[0.5; 1_000]);
    let mut item = shelf.item(path);
    item.gain.db = -6.0206;
    let (out, _) = render(&[item], 44_100);
    assert_eq!(out.len(), 2_000);
    assert!(out.iter().all(|sample| (sample - 0.25).abs() < 1e-5));
}

#[test]
fn the_position_is_that_of_what_is_heard_and_a_seek_shows_at_once() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 441_000));
    let mut bench = Bench::new(44_100);
    assert_eq!(bench.markers.position(&bench.controls), None);
    bench.play(&item, 0);
    bench.fill_the_ring();
    bench.hear(44_100);
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!(
        (position.elapsed_ms, position.length_ms),
        (1_000, Some(10_000))
    );
    bench
        .markers
        .seek(&bench.controls, item.entry, 7_000, bench.epoch + 1);
    assert_eq!(
        bench.markers.position(&bench.controls).unwrap().elapsed_ms,
        7_000
    );
    bench.play(&item, 7_000);
    bench.fill_the_ring();
    assert_eq!(
        bench.markers.position(&bench.controls).unwrap().elapsed_ms,
        7_000
    );
    bench.hear(44_100);
    let elapsed = bench.markers.position(&bench.controls).unwrap().elapsed_ms;
    assert!((7_980..=8_000).contains(&elapsed), "{elapsed}");
}

#[test]
fn a_fade_reaches_silence_across_a_join_and_holds_until_it_is_ended() {
    let mut shelf = Shelf::new();
    let sound = vec![0.5; 22_050 * CHANNELS];
    let items = [shelf.wav(44_100, &sound), shelf.wav(44_100, &sound)];
    let mut bench = Bench::new(44_100);
    bench.play(&items[0], 0);
    bench.follow(Some(&items[1]));
    bench.fill_the_ring();
    bench.hear(11_025);
    bench.controls.fade_ms.store(500, Relaxed);
    bench
        .feeder
        .obey(Command::Fade { over_ms: 500 }, bench.epoch);
    let out = bench.hear(44_100);
    assert!((22_050..=22_051).contains(&(out.len() / CHANNELS)));
    let half = out[11_025 * CHANNELS];
    assert!((half - 0.25).abs() < 1e-3, "{half} in the middle");
    let steps = out.windows(3).map(|w| (w[2] - w[0]).abs());
    assert!(steps.fold(0.0, f32::max) < 1e-4 && out[out.len() - 1] == 0.0);
    assert!(bench.hear(1_000).is_empty());
    bench.feeder.step();
    let told: Vec<Notice> = bench.notices.try_iter().collect();
    assert_eq!(heard(&told), [1, 2]);
    assert!(matches!(told.last(), Some(Notice::Faded)), "{told:?}");
    bench.feeder.step();
    assert!(bench.notices.is_empty(), "it is told once");
    // What `Resume` does.
    bench.controls.fade_ms.store(0, Relaxed);
    let out = bench.hear(1_000);
    assert!(out[0] < 0.01 && out[441 * CHANNELS] == 0.5);
}

mod channels;
mod crossfades;
mod joins;
mod walk;
mod wrong;

// Whole engines.

fn start(output: Output) -> (Engine, Receiver<Notice>) {
    let (sender, notices) = bounded(64);
    (
        Engine::start(
            Options {
                output,
                volume_percent: 100,
                bit_perfect: false,
                on_loss: OnLoss::default(),
            },
            sender,
        )
        .unwrap(),
        notices,
    )
}

fn play(item: &Item, at_ms: u64) -> Command {
    Command::Play {
        item: item.clone(),
        at_ms,
        paused: false,
    }
}

/// All notices up to `Finished`, with what is asked for answered.
fn play_through(engine: &Engine, notices: &Receiver<Notice>, items: &[Item]) -> Vec<Notice> {
    let mut follower = follower_in(items);
    let mut told = Vec::new();
    engine.command(play(&items[0], 0));
    loop {
        let notice = notices
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("silence after {told:?}"));
        if let Notice::WantsNext { after } = notice {
            engine.command(Command::Follow(follower(after)));
        }
        told.push(notice);
        if matches!(told.last(), Some(Notice::Finished { .. })) {
            return told;
        }
    }
}

#[test]
fn an_engine_with_a_wav_file_joins_bit_exactly() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 300_000);
    let cut = 123_457 * CHANNELS;
    let items = [
        shelf.wav(44_100, &whole[..cut]),
        shelf.item(PathBuf::from("/nowhere")),
        shelf.wav(44_100, &whole[cut..]),
    ];
    let out = shelf.path("out.wav");
    let (engine, notices) = start(Output::Wav(out.clone()));
    let told = play_through(&engine, &notices, &items);
    drop(engine);
    assert_eq!(heard(&told), [1, 3]);
    assert_eq!(failed(&told).len(), 1);
    let (rate, samples) = read_wav(&out);
    assert_eq!((rate, samples.len()), (44_100, whole.len()));
    assert_eq!(samples, whole);
}

#[test]
fn a_wav_file_has_the_first_songs_rate_and_is_whole_without_any() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(32_000, &tones(32_000, 10_000)),
        shelf.wav(44_100, &tones(44_100, 44_100)),
    ];
    let out = shelf.path("out.wav");
    let (engine, notices) = start(Output::Wav(out.clone()));
    play_through(&engine, &notices, &items);
    drop(engine);
    let (rate, samples) = read_wav(&out);
    assert_eq!((rate, samples.len() / CHANNELS), (32_000, 42_000));
    drop(start(Output::Wav(out.clone())));
    assert_eq!(read_wav(&out).1.len(), 0);
    assert!(matches!(
        Engine::start(
            Options {
                output: Output::Wav("/nowhere/out.wav".into()),
                volume_percent: 100,
                bit_perfect: false,
                on_loss: OnLoss::default(),
            },
            bounded(1).0
        ),
        Err(EngineError::Wav { .. })
    ));
}

#[test]
fn the_null_output_keeps_time_and_tells_in_order() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 9_000)),
        shelf.wav(44_100, &tones(44_100, 13_000)),
    ];
    let (engine, notices) = start(Output::Null);
    assert_eq!(engine.position(), None);
    let told = play_through(&engine, &notices, &items);
    assert_eq!(heard(&told), [1, 2]);
    assert_eq!(engine.position(), None);
}

#[test]
fn an_output_without_a_rate_goes_on_wherever_songs_fail() {
    let mut shelf = Shelf::new();
    let sound = tones(44_100, 9_000);
    let wav = shelf.path("out.wav");
    for fails in 1_u64..8 {
        let mut item = |n: u64| match fails >> n & 1 {
            0 => shelf.wav(44_100, &sound),
            _ => shelf.item(PathBuf::from("/nowhere")),
        };
        let items = [item(0), item(1), item(2)];
        let bad: Vec<bool> = (0..3).map(|n| fails >> n & 1 == 1).collect();
        for output in [Output::Null, Output::Wav(wav.clone())] {
            let (engine, notices) = start(output);
            let told = play_through(&engine, &notices, &items);
            let entries = items.iter().zip(&bad);
            let plays = entries.filter(|(_, bad)| !**bad);
            let wanted: Vec<u64> = plays.map(|(item, _)| item.entry.0).collect();
            assert_eq!(heard(&told), wanted, "{bad:?}");
            assert_eq!(failed(&told).len(), 3 - wanted.len(), "{bad:?}");
        }
    }
}

#[test]
fn a_pause_holds_the_position_and_stop_forgets() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 441_000));
    let (engine, notices) = start(Output::Null);
    engine.command(Command::Play {
        item: item.clone(),
        at_ms: 2_000,
        paused: true,
    });
    engine.command(Command::Volume(30));
    engine.command(Command::Resume);
    let until_heard = || loop {
        if let Notice::Heard { entry } = notices.recv_timeout(PATIENCE).unwrap() {
            return entry;
        }
    };
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms >= 2_000);
    engine.command(Command::Pause);
    engine.command(play(&item, 9_000));
    assert_eq!(engine.position().unwrap().elapsed_ms, 9_000);
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms >= 8_990);
    engine.command(Command::Stop);
    engine.command(play(&item, 0));
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms < 9_000);
}

#[test]
fn a_fade_holds_the_engine_until_resume_or_play() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 66_150));
    let (engine, notices) = start(Output::Null);
    let until = |wanted: fn(&Notice) -> bool| {
        loop {
            let notice = notices.recv_timeout(PATIENCE).unwrap();
            if matches!(notice, Notice::WantsNext { .. }) {
                engine.command(Command::Follow(None));
            }
            if wanted(&notice) {
                return;
            }
        }
    };
    engine.command(play(&item, 0));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    engine.command(Command::Fade { over_ms: 200 });
    until(|notice| matches!(notice, Notice::Faded));
    let held = engine.position().unwrap();
    assert!((200..1_500).contains(&held.elapsed_ms), "{held:?}");
    engine.command(Command::Resume);
    until(|notice| matches!(notice, Notice::Finished { .. }));

    engine.command(play(&item, 0));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    engine.command(Command::Fade { over_ms: 60_000 });
    engine.command(play(&item, 500));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    until(|notice| matches!(notice, Notice::Finished { .. }));
    // With nothing to fade it holds at once, and the next song is not held by it.
    engine.command(Command::Fade { over_ms: 100 });
    until(|notice| matches!(notice, Notice::Faded));
    engine.command(play(&item, 1_000));
    until(|notice| matches!(notice, Notice::Finished { .. }));
}

// Other formats, made by ffmpeg where it is there.

/// The sound encoded into a file of that name, or `None`, said aloud, where ffmpeg is not there.
fn encode(
    shelf: &mut Shelf,
    name: &str,
    arguments: &[&str],
    rate: u32,
    samples: &[f32],
) -> Option<Item> {
    let source = shelf.path(&format!("{name}.source.wav"));
    write_wav(&source, rate, 2, samples);
    let source = source.to_str().unwrap();
    by_ffmpeg(shelf, &["-i", source], arguments, name)
}

/// What ffmpeg makes of the source, or `None`, said aloud, where it is not there or cannot.
fn by_ffmpeg(shelf: &mut Shelf, source: &[&str], arguments: &[&str], name: &str) -> Option<Item> {
    let path = shelf.path(name);
    let status = Process::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(source)
        .args(arguments)
        .arg(&path)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Some(shelf.item(path)),
        _ => {
            eprintln!("skipped: ffmpeg is not there, or cannot write {name} from {source:?}");
            None
        }
    }
}

/// Name, ffmpeg's arguments, rate, and how far a sample may be off (0: lossless).
const FORMATS: [(&str, &[&str], u32, f32); 11] = [
    ("a.flac", &[], 44_100, 0.0),
    ("a.m4a", &["-c:a", "alac"], 44_100, 0.0),
    ("b.aiff", &[], 44_100, 0.0),
    (
        "a.mp3",
        &["-c:a", "libmp3lame", "-b:a", "256k"],
        44_100,
        0.01,
    ),
    ("v.mp3", &["-c:a", "libmp3lame", "-q:a", "2"], 48_000, 0.01),
    ("aac.m4a", &["-c:a", "aac", "-b:a", "256k"], 44_100, 0.01),
    ("a.ogg", &["-c:a", "libvorbis", "-q:a", "8"], 44_100, 0.01),
    ("a.opus", &["-c:a", "libopus", "-b:a", "256k"], 48_000, 0.01),
    ("a.mka", &["-c:a", "flac"], 44_100, 0.0),
    ("a.wv", &[], 44_100, 0.0),
    ("a.tta", &[], 44_100, 0.0),
];

#[test]
fn every_format_gives_as_many_frames_as_went_in_and_joins() {
    for (name, arguments, rate, off) in FORMATS {
        let mut shelf = Shelf::new();
        let whole = tones(rate, 200_003);
        let cut = 98_765 * CHANNELS;
        let Some(one) = encode(&mut shelf, name, arguments, rate, &whole[..cut]) else {
            continue;
        };
        let two = encode(
            &mut shelf,
            &format!("2{name}"),
            arguments,
            rate,
            &whole[cut..],
        )
        .unwrap();
        let (out, told) = render(&[one, two], rate);
        assert_eq!(failed(&told), [], "{name}");
        assert_eq!(out.len(), whole.len(), "{name}: frames × 2");
        let error = rms_error(&out, &whole);
        assert!(error <= off, "{name} is off by {error}");
    }
}

#[test]
fn every_format_seeks_to_the_exact_frame() {
    for (name, arguments, rate, _) in FORMATS {
        let mut shelf = Shelf::new();
        let whole = tones(rate, 5 * rate as usize);
        let Some(item) = encode(&mut shelf, name, arguments, rate, &whole) else {
            continue;
        };
        let (unsplit, _) = render(std::slice::from_ref(&item), rate);
        for start_frame in [1, 1_000, 44_100, 100_001, 199_999, 0] {
            let span = Some(Span {
                start_frame,
                end_frame: None,
            });
            let (out, _) = render(
                &[Item {
                    span,
                    ..item.clone()
                }],
                rate,
            );
            let wanted = &unsplit[start_frame as usize * CHANNELS..];
            assert_eq!(out.len(), wanted.len(), "{name} from {start_frame}");
            // A codec with memory needs a moment after a seek; what matters is that no frame is late or lost.
            let settled = (out.len() / 2).min(8_000);
            assert!(
                worst(&out[settled..], &wanted[settled..]) < 2e-3,
                "{name} from {start_frame}"
            );
        }
    }
}

#[test]
fn tracks_of_one_file_join_whichever_decoder_it_has() {
    for (name, arguments) in [
        ("a.flac", &[][..]),
        ("a.wv", &[]),
        ("a.ac3", &["-c:a", "ac3"]),
    ] {
        let mut shelf = Shelf::new();
        let whole = tones(48_000, 200_000);
        let Some(item) = encode(&mut shelf, name, arguments, 48_000, &whole) else {
            continue;
        };
        let (unsplit, _) = render(std::slice::from_ref(&item), 48_000);
        let cuts = [0, 1_001, 77_777, 150_000];
        let ends = cuts.iter().skip(1).map(|end| Some(*end)).chain([None]);
        let tracks: Vec<Item> = (1..)
            .zip(cuts.iter().zip(ends))
            .map(|(n, (start_frame, end_frame))| Item {
                entry: EntryId(n),
                span: Some(Span {
                    start_frame: *start_frame,
                    end_frame,
                }),
                ..item.clone()
            })
            .collect();
        let (joined, told) = render(&tracks, 48_000);
        assert_eq!(failed(&told), [], "{name}");
        assert!(
            joined == unsplit,
            "{name}: {} and {}",
            joined.len(),
            unsplit.len()
        );
    }
}

#[test]
fn damage_in_the_middle_is_stepped_over_and_told_once() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 400_000);
    let Some(item) = encode(&mut shelf, "a.flac", &[], 44_100, &whole) else {
        return;
    };
    let mut bytes = std::fs::read(&item.file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 300].fill(0x55);
    std::fs::write(&item.file, bytes).unwrap();
    let (out, told) = render(&[item], 44_100);
    let damage = told
        .iter()
        .filter(|notice| matches!(notice, Notice::Damaged { .. }))
        .count();
    assert_eq!((damage, failed(&told).len()), (1, 0), "{told:?}");
    assert!(out.len() > whole.len() * 8 / 10);
}

#[test]
fn a_song_that_the_resampler_holds_whole_ends_and_what_follows_plays() {
    let mut shelf = Shelf::new();
    let long = vec![0.1; 4_410 * CHANNELS];
    let items = [
        shelf.wav(44_100, &long),
        shelf.wav(48_000, &[0.1; 240 * CHANNELS]),
        shelf.wav(44_100, &long),
    ];
    let (out, _) = render(&items, 44_100);
    // 240 frames at 48 kHz are 220.5 at 44.1.
    assert_eq!(out.len() / CHANNELS, 4_410 + 221 + 4_410);
}
