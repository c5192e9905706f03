//! The whole room on real files, without a sound card: through a feeder driven by hand, and through whole engines.

mod bit_perfect;
mod by_hand;
mod channels;
mod clean;
mod clicks;
mod crossfades;
mod equaliser;
mod formats;
mod joins;
mod levels;
mod soak;
mod speed;
mod walk;
mod whole;
mod wrong;

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
            from_ms: 0,
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

/// An engine with an output of its own, and what it tells.
fn start(output: Output) -> (Engine, Receiver<Notice>) {
    let (sender, notices) = bounded(64);
    (
        Engine::start(
            Options {
                output,
                volume_percent: 100,
                bit_perfect: false,
                on_loss: OnLoss::default(),
                waits: false,
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
