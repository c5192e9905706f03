//! The meter against known signals and against ffmpeg; a file's damage.

use super::*;
use crate::music::Level;
use std::path::PathBuf;
use std::process::Command;

const RATE: u32 = 48_000;

fn sine(seconds: f64, hertz: f64, peak_db: f64) -> Vec<f32> {
    let peak = 10_f64.powf(peak_db / 20.0);
    let step = std::f64::consts::TAU * hertz / f64::from(RATE);
    let frames = (seconds * f64::from(RATE)) as u64;
    (0..frames)
        .map(|at| ((at as f64 * step).sin() * peak) as f32)
        .collect()
}

fn wav(folder: &Path, name: &str, channels: u16, samples: &[f32]) -> PathBuf {
    let path = folder.join(name);
    let spec = hound::WavSpec {
        channels,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    for sample in samples {
        (0..channels).for_each(|_| writer.write_sample(*sample).unwrap());
    }
    writer.finalize().unwrap();
    path
}

fn measured(path: &Path, spans: &[Span]) -> Checked {
    measure(path, spans, &AtomicBool::new(false))
        .unwrap()
        .unwrap()
}

#[track_caller]
fn is(heard: &Heard, lufs: f32) {
    let found = heard.level.lufs.unwrap();
    assert!((found - lufs).abs() < 0.1, "{found} is not {lufs} LUFS");
}

/// EBU Tech 3341, cases 1 to 4: tones of 1 kHz on both sides.
#[test]
fn tones_are_as_loud_as_the_standard_says() {
    let folder = tempfile::tempdir().unwrap();
    let tone = |parts: &[(f64, f64)]| {
        let samples: Vec<f32> = parts
            .iter()
            .flat_map(|(seconds, peak_db)| sine(*seconds, 1_000.0, *peak_db))
            .collect();
        measured(&wav(folder.path(), "tone.wav", 2, &samples), &[])
    };
    let first = tone(&[(20.0, -23.0)]);
    is(&first.whole, -23.0);
    assert_eq!(
        (first.frames, first.rate, first.damage.len()),
        (960_000, RATE, 0)
    );
    is(&tone(&[(20.0, -33.0)]).whole, -33.0);
    is(
        &tone(&[(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)]).whole,
        -23.0,
    );
    let gated = [
        (10.0, -72.0),
        (10.0, -36.0),
        (60.0, -23.0),
        (10.0, -36.0),
        (10.0, -72.0),
    ];
    is(&tone(&gated).whole, -23.0);
}

#[test]
fn mono_counts_as_it_is_heard_from_two_loudspeakers() {
    let folder = tempfile::tempdir().unwrap();
    let samples = sine(5.0, 1_000.0, -23.0);
    is(
        &measured(&wav(folder.path(), "mono.wav", 1, &samples), &[]).whole,
        -23.0,
    );
}

/// EBU Tech 3341, case 15 and the like: a wave whose samples miss its peaks.
#[test]
fn the_wave_is_higher_than_its_samples() {
    let folder = tempfile::tempdir().unwrap();
    let step = std::f64::consts::FRAC_PI_2;
    let samples: Vec<f32> = (0..RATE)
        .map(|at| ((f64::from(at) * step + step / 2.0).sin() * 0.5) as f32)
        .collect();
    let sample_peak = samples
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let peak = measured(&wav(folder.path(), "peak.wav", 2, &samples), &[])
        .whole
        .level
        .true_peak;
    assert!((sample_peak - 0.3536).abs() < 1e-3, "{sample_peak}");
    let db = 20.0 * (peak / 0.5).log10();
    assert!((-0.4..0.2).contains(&db), "{db}");
}

#[test]
fn silence_and_less_than_a_block_have_no_loudness() {
    let folder = tempfile::tempdir().unwrap();
    let silent = measured(&wav(folder.path(), "a.wav", 2, &[0.0; 48_000]), &[])
        .whole
        .level;
    assert_eq!((silent.lufs, silent.true_peak), (None, 0.0));
    let short = measured(
        &wav(folder.path(), "b.wav", 2, &sine(0.3, 1_000.0, -6.0)),
        &[],
    )
    .whole
    .level;
    assert_eq!(short.lufs, None);
    assert!((short.true_peak - 0.5).abs() < 0.02, "{}", short.true_peak);
}

#[test]
fn parts_are_measured_as_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (loud, quiet) = (sine(3.0, 440.0, -10.0), sine(2.0, 997.0, -30.0));
    let both = [loud.clone(), quiet.clone()].concat();
    let cut = loud.len() as u64;
    let span = |start_frame, end_frame| Span {
        start_frame,
        end_frame,
    };
    let spans = [
        span(0, Some(cut)),
        span(cut, None),
        span(cut, Some(9_999_999)),
        span(9_999_999, None),
        span(0, None),
    ];
    let checked = measured(&wav(folder.path(), "both.wav", 2, &both), &spans);
    let alone = |samples: &[f32]| measured(&wav(folder.path(), "one.wav", 2, samples), &[]).whole;
    assert_eq!(checked.parts[0], alone(&loud));
    assert_eq!(checked.parts[1], alone(&quiet));
    assert_eq!(checked.parts[1], checked.parts[2]);
    assert_eq!(
        checked.parts[3].level,
        Level {
            lufs: None,
            true_peak: 0.0
        }
    );
    assert_eq!(checked.parts[4], checked.whole);
}

#[test]
fn it_stops_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = wav(folder.path(), "a.wav", 2, &[0.5; 48_000]);
    assert_eq!(measure(&file, &[], &AtomicBool::new(true)).unwrap(), None);
}

#[test]
fn wild_samples_of_damaged_packets_do_not_spoil_the_measure() {
    let mut meter = Meter::new(RATE, 1);
    let mut samples = sine(5.0, 1_000.0, -23.0);
    samples[100] = f32::NAN;
    samples[200] = f32::INFINITY;
    samples[300] = -1e30;
    meter.take(&samples);
    let heard = meter.heard();
    assert!(
        heard.level.lufs.unwrap() < -15.0 && heard.level.true_peak < 8.0,
        "{:?}",
        heard.level
    );
}

fn has(program: &str) -> bool {
    let runs = Command::new(program).arg("-version").output().is_ok();
    if !runs {
        println!("skipped: {program} is not installed");
    }
    runs
}

fn sample_media() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-media");
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| {
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            ["flac", "mp3", "ogg", "opus", "m4a", "wav"].contains(&extension.as_str())
        })
        .collect();
    files.sort();
    files
}

/// Loudness and true peaks as ffmpeg's meter has them at the end.
fn ffmpeg_says(path: &Path) -> (f32, f32) {
    let filter = "ebur128=metadata=1:peak=true:dualmono=true,ametadata=print:file=-";
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:a:0", "-af", filter, "-f", "null", "-"])
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let last = |name: &str| -> Option<f32> {
        let line = text
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(name))?;
        line.parse().ok()
    };
    let peaks = ["lavfi.r128.true_peaks_ch0=", "lavfi.r128.true_peaks_ch1="];
    let peak = peaks
        .iter()
        .filter_map(|name| last(name))
        .fold(0.0, f32::max);
    (last("lavfi.r128.I=").unwrap(), peak)
}

#[test]
fn loudness_and_peaks_are_those_of_ffmpeg() {
    if !has("ffmpeg") {
        return;
    }
    let files = sample_media();
    assert!(files.len() >= 5, "{files:?}");
    for path in files {
        let ours = measured(&path, &[]).whole.level;
        let (lufs, peak) = ffmpeg_says(&path);
        let found = ours.lufs.unwrap();
        assert!(
            (found - lufs).abs() < 0.1,
            "{found} and {lufs} LUFS: {path:?}"
        );
        let db = 20.0 * (ours.true_peak / peak).log10();
        assert!(db.abs() < 0.5, "{} and {peak}: {path:?}", ours.true_peak);
    }
}

fn flac_of_the_sample_media() -> Vec<u8> {
    let files = sample_media();
    let flac = files
        .iter()
        .find(|path| path.extension().unwrap() == "flac")
        .unwrap();
    std::fs::read(flac).unwrap()
}

fn damage_of(folder: &Path, flac: &[u8]) -> Vec<Damage> {
    let path = folder.join("x.flac");
    std::fs::write(&path, flac).unwrap();
    measured(&path, &[]).damage
}

#[test]
fn flac_is_held_against_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let mut flac = flac_of_the_sample_media();
    assert_eq!(&flac[..4], b"fLaC");
    assert_eq!(damage_of(folder.path(), &flac), []);
    let checksum = 8 + 18;
    assert_ne!(flac[checksum..checksum + 16], [0; 16]);
    flac[checksum] ^= 1;
    let damage = damage_of(folder.path(), &flac);
    assert_eq!(damage.len(), 1, "{damage:?}");
    assert_eq!(damage[0].kind, DamageKind::Checksum);
    // Behind a tag that does not belong there, too.
    let tagged = [&b"ID3\x04\0\0\0\0\0\x0a0123456789"[..], &flac].concat();
    assert_eq!(
        damage_of(folder.path(), &tagged)[0].kind,
        DamageKind::Checksum
    );
    flac[checksum..checksum + 16].fill(0);
    assert_eq!(damage_of(folder.path(), &flac), [], "none was taken");
}

#[test]
fn damage_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let whole = flac_of_the_sample_media();
    let mut broken = whole.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 4_000].fill(0x55);
    assert_ne!(damage_of(folder.path(), &broken), []);
    let cut = damage_of(folder.path(), &whole[..whole.len() * 2 / 3]);
    let last = cut.last().unwrap();
    assert_eq!(last.kind, DamageKind::Stops, "{cut:?}");
    assert!(last.at_ms.unwrap() > 0, "{cut:?}");
    std::fs::write(folder.path().join("no.flac"), "no music").unwrap();
    let error = measure(&folder.path().join("no.flac"), &[], &AtomicBool::new(false)).unwrap_err();
    assert_eq!(error.as_damage(false).kind, DamageKind::NoSound);
    let error = measure(
        &folder.path().join("gone.flac"),
        &[],
        &AtomicBool::new(false),
    )
    .unwrap_err();
    assert_eq!(error.as_damage(false).kind, DamageKind::Unreadable);
}

/// Against the crate's own way, which must have all the songs in memory.
#[test]
fn songs_are_measured_together_from_what_is_kept_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let songs = [
        sine(2.0, 1_000.0, -12.0),
        sine(4.0, 800.0, -30.0),
        sine(3.0, 1_500.0, -20.0),
    ];
    let mut kept = crate::music::Blocks::default();
    let mut meters = Vec::new();
    for song in &songs {
        let heard = measured(&wav(folder.path(), "song.wav", 1, song), &[]).whole;
        kept.merge(&crate::music::Blocks::from_bytes(&heard.blocks.to_bytes()).unwrap());
        let mut meter = ebur128::EbuR128::new(2, RATE, ebur128::Mode::I).unwrap();
        meter.add_frames_planar_f32(&[song, song]).unwrap();
        let alone = meter.loudness_global().unwrap() as f32;
        assert!(
            (heard.level.lufs.unwrap() - alone).abs() < 0.01,
            "{:?} {alone}",
            heard.level
        );
        meters.push(meter);
    }
    let wanted = ebur128::EbuR128::loudness_global_multiple(meters.iter()).unwrap() as f32;
    let kept = kept.integrated().unwrap();
    assert!((kept - wanted).abs() < 0.051, "{kept} {wanted}");
}
