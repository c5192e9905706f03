//! Bit-perfect playing: what comes out is what was in the file, and the output has the file's rate and format.

use super::*;
use crate::engine::form::Form;
use crate::engine::quantise::SampleFormat;

/// Whole steps of so many bits, over the whole range, as integers.
fn steps(bits: u32, frames: usize) -> Vec<i32> {
    let range = 1_i64 << (bits - 1);
    (0..frames as i64 * 2)
        .map(|n| ((n * n * 7_919 + n * 104_729) % (2 * range) - range) as i32)
        .collect()
}

fn write_steps(path: &Path, rate: u32, channels: u16, bits: u16, samples: &[i32]) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    samples
        .iter()
        .for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
}

fn write_floats(path: &Path, rate: u32, samples: &[f32]) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    samples
        .iter()
        .for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
}

/// Rate, bits and samples of a file of integers.
fn read_steps(path: &Path) -> (u32, u16, Vec<i32>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    assert_eq!(spec.sample_format, hound::SampleFormat::Int);
    let samples = reader.samples::<i32>().map(Result::unwrap).collect();
    (spec.sample_rate, spec.bits_per_sample, samples)
}

fn start_bit_perfect(output: Output) -> (Engine, Receiver<Notice>) {
    let (sender, notices) = bounded(64);
    let options = Options {
        output,
        volume_percent: 40,
        bit_perfect: true,
        on_loss: OnLoss::default(),
        waits: false,
    };
    (Engine::start(options, sender).unwrap(), notices)
}

fn form(rate: u32, format: SampleFormat) -> Form {
    Form { rate, format }
}

impl Bench {
    fn bit_perfect(rate: u32) -> Self {
        let bench = Self::new(rate);
        bench.controls.be_bit_perfect();
        bench
    }

    /// What the output's thread does: takes what comes, and opens anew where that is asked for. `answers` says what
    /// follows each song asked about.
    fn hear_in_forms(
        &mut self,
        mut answers: impl FnMut(EntryId) -> Option<Item>,
    ) -> Vec<(Form, Vec<f32>)> {
        let mut heard = vec![(self.source.tune(), Vec::new())];
        for _ in 0..10_000 {
            self.feeder.step();
            if self.source.is_out_of_form() {
                heard.push((self.source.tune(), Vec::new()));
            }
            let samples = self.hear(1_000);
            heard.last_mut().unwrap().1.extend(samples);
            for notice in self.notices.try_iter().collect::<Vec<_>>() {
                match notice {
                    Notice::WantsNext { after } => {
                        let next = answers(after);
                        self.follow(next.as_ref());
                    }
                    Notice::Finished { .. } => {
                        heard.retain(|(_, samples)| !samples.is_empty());
                        return heard;
                    }
                    _ => {}
                }
            }
        }
        panic!("it never finishes");
    }
}

#[test]
fn every_song_comes_out_as_it_is_in_a_file_of_its_own_form() {
    let mut shelf = Shelf::new();
    let sixteen = steps(16, 30_000);
    let high = steps(24, 50_000);
    let floats: Vec<f32> = (0..20_000).map(|n| 1.7 * (n as f32 * 0.37).sin()).collect();
    let mono = steps(8, 5_000);
    let (cut, names) = (2 * 12_345, ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"]);
    let [a, b, c, d, e] = names.map(|name| shelf.path(name));
    write_steps(&a, 44_100, 2, 16, &sixteen[..cut]);
    write_steps(&b, 44_100, 2, 16, &sixteen[cut..]);
    write_steps(&c, 96_000, 2, 24, &high);
    write_floats(&d, 96_000, &floats);
    write_steps(&e, 44_100, 1, 8, &mono);
    let items = [a, b, c, d, e].map(|file| Item {
        gain: Gain { db: -6.0 },
        crossfade_ms: 200,
        ..shelf.item(file)
    });
    let out = shelf.path("out.wav");
    std::fs::write(shelf.path("out-3.wav"), "mine").unwrap();
    let (engine, notices) = start_bit_perfect(Output::Wav(out.clone()));
    assert!(engine.is_bit_perfect());
    engine.command(Command::Volume(10));
    let told = play_through(&engine, &notices, &items);
    drop(engine);
    assert_eq!(heard(&told), [1, 2, 3, 4, 5]);
    assert_eq!(read_steps(&out), (44_100, 16, sixteen));
    assert_eq!(read_steps(&shelf.path("out-2.wav")), (96_000, 24, high));
    assert_eq!(std::fs::read(shelf.path("out-3.wav")).unwrap(), b"mine");
    assert_eq!(read_wav(&shelf.path("out-4.wav")), (96_000, floats));
    let doubled: Vec<i32> = mono.iter().flat_map(|step| [step * 256; 2]).collect();
    assert_eq!(read_steps(&shelf.path("out-5.wav")), (44_100, 16, doubled));
    let files = told.iter().filter_map(|notice| match notice {
        Notice::NextFile { path } => path.file_name()?.to_str().map(str::to_owned),
        _ => None,
    });
    assert_eq!(
        files.collect::<Vec<_>>(),
        ["out-2.wav", "out-4.wav", "out-5.wav"]
    );
}

/// 20 bits in 24 and the like too: whatever the codec, an independent decoder gives the same integers.
#[test]
fn lossless_codecs_come_out_as_ffmpeg_decodes_them() {
    let mut shelf = Shelf::new();
    for (codec, name, bits) in [
        ("flac", "16.flac", 16),
        ("flac", "24.flac", 24),
        ("alac", "16.m4a", 16),
        ("alac", "24.m4a", 24),
        ("wavpack", "16.wv", 16),
        ("tta", "24.tta", 24),
    ] {
        let source = shelf.path("source.wav");
        let samples = steps(bits.into(), 30_000);
        write_steps(&source, 88_200, 2, bits, &samples);
        let file = shelf.path(name);
        let made = Process::new("ffmpeg")
            .args(["-v", "error", "-y", "-i"])
            .arg(&source)
            .args(["-c:a", codec])
            .arg(&file)
            .stdin(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: ffmpeg makes no {name} here");
            continue;
        }
        let out = shelf.path("out.wav");
        let (engine, notices) = start_bit_perfect(Output::Wav(out.clone()));
        let item = shelf.item(file);
        play_through(&engine, &notices, &[item]);
        drop(engine);
        let (rate, in_file, heard) = read_steps(&out);
        assert_eq!(
            (rate, in_file, heard.len()),
            (88_200, bits, samples.len()),
            "{name}"
        );
        assert!(heard == samples, "{name}");
    }
}

#[test]
fn a_change_of_form_in_the_middle_waits_until_the_old_song_has_faded() {
    let mut shelf = Shelf::new();
    let first = shelf.wav(44_100, &tones(44_100, 100_000));
    let second = shelf.wav(96_000, &tones(96_000, 9_000));
    let mut bench = Bench::bit_perfect(44_100);
    bench.play(&first, 0);
    bench.fill_the_ring();
    assert_eq!(bench.source.tune(), form(44_100, SampleFormat::Int16));
    let before = bench.hear(1_000);
    assert_eq!(before, tones(44_100, 100_000)[..2_000]);
    bench.play(&second, 0);
    bench.fill_the_ring();
    assert_eq!(
        bench.controls.form(),
        form(44_100, SampleFormat::Int16),
        "the old song is heard still"
    );
    let fading = bench.hear(5_000);
    assert!(
        (440..=442).contains(&(fading.len() / CHANNELS)),
        "10 ms, and not {} frames",
        fading.len() / CHANNELS
    );
    assert!(fading[fading.len() - 1].abs() < 0.01);
    let heard = bench.hear_in_forms(|_| None);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].0, form(96_000, SampleFormat::Int16));
    assert_eq!(heard[0].1, tones(96_000, 9_000));
}

#[test]
fn a_follower_of_another_form_can_be_replaced_while_it_waits() {
    let mut shelf = Shelf::new();
    let first = shelf.wav(44_100, &tones(44_100, 10_000));
    let other = shelf.wav(96_000, &tones(96_000, 9_000));
    let same = shelf.wav(44_100, &tones(44_100, 8_000));
    for (replaced_by, forms) in [
        (Some(&same), vec![(44_100, 18_000 - 100)]),
        (None, vec![(44_100, 10_000 - 100)]),
        (Some(&other), vec![(44_100, 10_000 - 100), (96_000, 9_000)]),
    ] {
        let mut bench = Bench::bit_perfect(44_100);
        bench.play(&first, 0);
        bench.follow(Some(&other));
        bench.fill_the_ring();
        bench.source.tune();
        bench.hear(100);
        bench.follow(replaced_by);
        let heard = bench.hear_in_forms(|_| None);
        let heard = heard.iter();
        let lengths = heard.map(|(form, samples)| (form.rate, samples.len() / CHANNELS));
        assert_eq!(lengths.collect::<Vec<_>>(), forms);
    }
}

#[test]
fn paused_or_stopped_the_form_changes_at_once() {
    let mut shelf = Shelf::new();
    let first = shelf.wav(44_100, &tones(44_100, 100_000));
    let second = shelf.wav(96_000, &tones(96_000, 9_000));
    for stop in [false, true] {
        let mut bench = Bench::bit_perfect(44_100);
        bench.play(&first, 0);
        bench.fill_the_ring();
        bench.source.tune();
        bench.hear(5_000);
        if stop {
            bench.epoch += 1;
            bench.controls.epoch.store(bench.epoch, Relaxed);
            bench.feeder.obey(Command::Stop, bench.epoch);
        } else {
            bench.controls.paused.store(true, Relaxed);
        }
        bench.play(&second, 0);
        bench.fill_the_ring();
        assert_eq!(bench.controls.form(), form(96_000, SampleFormat::Int16));
        bench.controls.paused.store(false, Relaxed);
        let heard = bench.hear_in_forms(|_| None);
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].1, tones(96_000, 9_000));
    }
}

#[test]
fn what_cannot_be_left_as_it_is_is_told_once() {
    let mut shelf = Shelf::new();
    let surround = shelf.path("surround.wav");
    write_steps(&surround, 48_000, 6, 16, &steps(16, 9_000));
    let long = shelf.path("long.wav");
    write_steps(&long, 48_000, 2, 32, &steps(32, 9_000));
    let items = [surround, long].map(|file| shelf.item(file));
    let (engine, notices) = start_bit_perfect(Output::Imitated(Imitation::Fast));
    let told = play_through(&engine, &notices, &items);
    let touched: Vec<(u64, Touch)> = told
        .iter()
        .filter_map(|notice| match notice {
            Notice::Touched { entry, how } => Some((entry.0, *how)),
            _ => None,
        })
        .collect();
    assert_eq!(touched, [(1, Touch::Folded(6)), (2, Touch::Shortened(32))]);
}

#[test]
fn the_null_device_follows_the_rates() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 9_000)),
        shelf.wav(48_000, &tones(48_000, 9_000)),
        shelf.wav(44_100, &tones(44_100, 9_000)),
    ];
    let (engine, notices) = start_bit_perfect(Output::Null);
    let told = play_through(&engine, &notices, &items);
    assert_eq!(heard(&told), [1, 2, 3]);
    assert_eq!(engine.underruns(), 0);
}
