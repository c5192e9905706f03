//! Both decoders on real files of every codec, made by ffmpeg or taken from `$STANDIN_CORPUS`: the table of
//! `music::playable` is what really happens, and what comes through the pipe is what ffmpeg gives by hand.

use super::*;
use crate::music::Codec;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Where a real file of a codec comes from.
enum Source {
    /// Encoded by ffmpeg, into a file of this name.
    Made(&'static str, &'static [&'static str]),
    /// Below `$STANDIN_CORPUS`.
    Corpus(&'static str),
    /// These bytes: for what no decoder knows anyway.
    Bytes(&'static [u8]),
}

use Source::{Bytes, Corpus, Made};

const STRICT: [&str; 2] = ["-strict", "-2"];

/// One of each codec.
const ONE_OF_EACH: &[(Codec, Source)] = &[
    (Codec::Flac, Made("a.flac", &[])),
    (Codec::Mp3, Made("a.mp3", &["-c:a", "libmp3lame"])),
    (Codec::Mp2, Made("a.mp2", &["-c:a", "mp2"])),
    (Codec::Vorbis, Made("a.ogg", &["-c:a", "libvorbis"])),
    (Codec::Opus, Made("a.opus", &["-c:a", "libopus"])),
    (
        Codec::Speex,
        Made("a.spx", &["-c:a", "libspeex", "-ar", "16000"]),
    ),
    (Codec::Aac, Made("a.m4a", &["-c:a", "aac"])),
    (
        Codec::HeAac,
        Corpus("deb-taglib/tests/data/zero-length-mdat.m4a"),
    ),
    (Codec::Alac, Made("alac.m4a", &["-c:a", "alac"])),
    (Codec::Pcm, Made("a.wav", &[])),
    (Codec::Adpcm, Made("adpcm.wav", &["-c:a", "adpcm_ima_wav"])),
    (Codec::WavPack, Made("a.wv", &[])),
    (Codec::Ape, Corpus("pypi-beets/test/rsrc/full.ape")),
    (
        Codec::Musepack,
        Corpus("deb-quodlibet/tests/data/silence-44-s.sv8.mpc"),
    ),
    (
        Codec::Dsd,
        Corpus("deb-quodlibet/tests/data/5644800-2ch-s01-silence.dsf"),
    ),
    (Codec::Tta, Made("a.tta", &[])),
    (
        Codec::Tak,
        Corpus("pypi-mutagen/tests/data/silence-44-s.tak"),
    ),
    (
        Codec::OptimFrog,
        Bytes(b"OFR \x0c\0\0\0and what nobody decodes"),
    ),
    (Codec::Wma, Made("a.wma", &["-c:a", "wmav2"])),
    (
        Codec::WmaPro,
        Corpus("pypi-mutagen/tests/data/silence-2.wma"),
    ),
    (
        Codec::WmaLossless,
        Corpus("pypi-mutagen/tests/data/silence-3.wma"),
    ),
    (Codec::Ac3, Made("a.ac3", &[])),
    (Codec::Eac3, Made("a.eac3", &[])),
    (Codec::Dts, Made("a.dts", &["-strict", "-2", "-c:a", "dca"])),
    (Codec::TrueHd, Made("a.thd", &STRICT)),
    (
        Codec::Amr,
        Corpus("crate-mp4ameta/files/sample-multi-track.3gp"),
    ),
    (
        Codec::Gsm,
        Made("gsm.wav", &["-c:a", "libgsm_ms", "-ar", "8000", "-ac", "1"]),
    ),
    (
        Codec::RealAudio,
        Made("a.rm", &["-c:a", "real_144", "-ar", "8000", "-ac", "1"]),
    ),
    (Codec::Module, Corpus("deb-libopenmpt/test/test.xm")),
    (
        Codec::Midi,
        Bytes(b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0"),
    ),
];

/// Codecs of which there is no encoder and no free file to try.
const UNTRIED: [Codec; 5] = [
    Codec::Mp1,
    Codec::Shorten,
    Codec::WmaVoice,
    Codec::Atrac,
    Codec::Protected,
];

/// Containers that symphonia does not open, or not with this codec in it: each plays with ffmpeg.
const CONTAINERS: &[(&str, &[&str])] = &[
    ("mp3.wav", &["-c:a", "libmp3lame"]),
    ("rf64.wav", &["-rf64", "always"]),
    ("a.w64", &[]),
    ("a.au", &[]),
    ("a.voc", &[]),
    ("ima4.aifc", &["-c:a", "adpcm_ima_qt", "-f", "aiff"]),
    ("mp3.mp4", &["-c:a", "libmp3lame"]),
    ("ac3.mp4", &["-c:a", "ac3"]),
    ("wavpack.mka", &["-c:a", "wavpack"]),
    ("tta.mka", &["-c:a", "tta"]),
    ("a.ts", &["-c:a", "aac"]),
    ("surround.m4a", &["-c:a", "aac", "-ac", "6"]),
    ("surround.opus", &["-c:a", "libopus", "-ac", "6"]),
];

/// Containers that symphonia opens.
const NATIVE_CONTAINERS: &[(&str, &[&str])] = &[
    ("a.caf", &[]),
    ("alac.caf", &["-c:a", "alac"]),
    ("vorbis.mka", &["-c:a", "libvorbis"]),
    ("opus.webm", &["-c:a", "libopus"]),
    ("opus.mp4", &["-c:a", "libopus"]),
    ("flac.mka", &["-c:a", "flac"]),
    ("flac.ogg", &["-c:a", "flac"]),
    ("a.aiff", &[]),
    ("float.aifc", &["-c:a", "pcm_f32be", "-f", "aiff"]),
    ("sowt.aifc", &["-c:a", "pcm_s16le", "-f", "aiff"]),
    ("a.m4b", &["-c:a", "aac", "-f", "ipod"]),
    ("a.aac", &["-c:a", "aac"]),
    ("ms.wav", &["-c:a", "adpcm_ms"]),
    ("alaw.wav", &["-c:a", "pcm_alaw"]),
];

/// Two seconds of noise and a tone.
const SOUND: [&str; 8] = [
    "-f",
    "lavfi",
    "-i",
    "anoisesrc=r=44100:d=2:seed=3:amplitude=0.3",
    "-f",
    "lavfi",
    "-i",
    "sine=f=500:r=44100:d=2",
];

fn make(folder: &Path, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    let mix = ["-filter_complex", "amerge=inputs=2"];
    made_by_ffmpeg(&folder.join(name), &[&SOUND[..], &mix, arguments].concat())
}

/// A file that ffmpeg makes, where it is here and can.
pub(super) fn made_by_ffmpeg(path: &Path, arguments: &[&str]) -> Option<PathBuf> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(arguments)
        .arg(path)
        .stderr(Stdio::null())
        .status();
    let is_made = made.is_ok_and(|status| status.success());
    if !is_made {
        let path = path.display();
        eprintln!("skipped: ffmpeg is not there, or cannot write {path}");
    }
    is_made.then(|| path.to_owned())
}

impl Source {
    fn file(&self, folder: &Path) -> Option<PathBuf> {
        match self {
            Made(name, arguments) => make(folder, name, arguments),
            Corpus(below) => {
                let file =
                    std::env::var_os("STANDIN_CORPUS").map(|corpus| Path::new(&corpus).join(below));
                let file = file.filter(|file| file.is_file());
                if file.is_none() {
                    eprintln!("skipped: $STANDIN_CORPUS/{below} is not there");
                }
                file
            }
            Bytes(bytes) => {
                let path = folder.join("bytes");
                std::fs::write(&path, bytes).unwrap();
                Some(path)
            }
        }
    }
}

/// All samples, and all channels of them.
fn decode_all(decoder: &mut Decoder) -> Result<Vec<f32>, DecodeError> {
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while decoder.next_block(&mut block)? {
        assert!(block.len().is_multiple_of(decoder.speakers().len()));
        all.extend_from_slice(&block);
    }
    Ok(all)
}

fn plays(path: &Path, tools: Option<&Tools>) -> Result<usize, DecodeError> {
    let all = decode_all(&mut open_with(path, tools)?)?;
    assert!(!all.is_empty(), "{} opens and is silent", path.display());
    Ok(all.len())
}

fn by_hand(path: &Path) -> Vec<f32> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "quiet", "-i"])
        .arg(path)
        .args(["-map", "0:a:0", "-f", "f32le", "-"])
        .output()
        .unwrap();
    let samples = output.stdout.as_chunks::<4>().0.iter();
    samples.map(|sample| f32::from_le_bytes(*sample)).collect()
}

fn playing_of(path: &Path, tools: &Tools) -> Playing {
    match (plays(path, None), plays(path, Some(tools))) {
        (Ok(_), Ok(_)) => Playing::Plays,
        (Err(_), Ok(_)) => Playing::WithFfmpeg,
        (Err(_), Err(_)) => Playing::NotPlayable,
        (Ok(_), Err(error)) => panic!("{error}"),
    }
}

#[test]
fn the_table_of_what_plays_is_what_happens() {
    let Some(tools) = Tools::here() else {
        return eprintln!("skipped: ffmpeg is not there");
    };
    let folder = tempfile::tempdir().unwrap();
    for (codec, source) in ONE_OF_EACH {
        let Some(file) = source.file(folder.path()) else {
            continue;
        };
        let expected = match codec {
            // It plays without ffmpeg too: the lower half of it.
            Codec::HeAac => Playing::Plays,
            codec => codec.playing(),
        };
        assert_eq!(playing_of(&file, tools), expected, "{codec}");
    }
    for codec in Codec::ALL {
        let is_tried = ONE_OF_EACH.iter().any(|(tried, _)| tried == codec);
        assert!(is_tried != UNTRIED.contains(codec), "{codec}");
    }
}

#[test]
fn containers_that_only_ffmpeg_opens_and_those_inside() {
    let Some(tools) = Tools::here() else {
        return eprintln!("skipped: ffmpeg is not there");
    };
    let folder = tempfile::tempdir().unwrap();
    for (list, expected) in [
        (CONTAINERS, Playing::WithFfmpeg),
        (NATIVE_CONTAINERS, Playing::Plays),
    ] {
        for (name, arguments) in list {
            if let Some(file) = make(folder.path(), name, arguments) {
                assert_eq!(playing_of(&file, tools), expected, "{name}");
            }
        }
    }
}

#[test]
fn through_the_pipe_comes_what_ffmpeg_gives_by_hand_from_any_frame_on() {
    let Some(tools) = Tools::here() else {
        return eprintln!("skipped: ffmpeg is not there");
    };
    let folder = tempfile::tempdir().unwrap();
    let one_of_each = ONE_OF_EACH.iter();
    let with_ffmpeg = one_of_each.filter(|(codec, _)| codec.playing() == Playing::WithFfmpeg);
    let mut files: Vec<PathBuf> = with_ffmpeg
        .filter_map(|(_, source)| source.file(folder.path()))
        .collect();
    files.extend(
        CONTAINERS
            .iter()
            .filter_map(|(name, arguments)| make(folder.path(), name, arguments)),
    );
    for file in &files {
        let expected = by_hand(file);
        let mut decoder = open_with(file, Some(tools)).unwrap();
        let channels = decoder.speakers().len();
        let is_same = |from: u64, got: &[f32]| {
            let wanted = expected.get(from as usize * channels..).unwrap_or_default();
            assert_eq!(got.len(), wanted.len(), "{} from {from}", file.display());
            let differing = got
                .iter()
                .zip(wanted)
                .position(|(a, b)| a.to_bits() != b.to_bits());
            assert_eq!(differing, None, "{} from {from}", file.display());
        };
        is_same(0, &decode_all(&mut decoder).unwrap());
        let frames = (expected.len() / channels) as u64;
        for from in [frames / 2 + 13, frames + 5] {
            decoder.seek(from).unwrap();
            is_same(from, &decode_all(&mut decoder).unwrap());
        }
        assert!(decoder.take_damage().is_none(), "{}", file.display());
        let told = decoder.length_frames().unwrap_or(frames);
        let near = match file.extension().and_then(|end| end.to_str()) {
            // Its head counts packets of more than a second.
            Some("mpc") => 2.0,
            // Five frames of AMR lie in each packet of this one, and ffmpeg decodes the first.
            Some("3gp") => 60.0,
            _ => 0.15,
        };
        let off_s = told.abs_diff(frames) as f64 / f64::from(decoder.rate());
        assert!(off_s < near, "{}: {told} for {frames}", file.display());
    }
}

/// HE-AAC in ADTS, made by libfdk-aac, and what ffmpeg makes of it in MP4: its head tells the whole rate, and that it is
/// plain AAC.
fn half_files(folder: &Path) -> Vec<PathBuf> {
    let adts = folder.join("half.aac");
    std::fs::write(&adts, include_bytes!("../../music/he_aac.aac")).unwrap();
    let mp4 = folder.join("half.m4a");
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "quiet", "-i"])
        .arg(&adts)
        .args(["-c", "copy"])
        .arg(&mp4)
        .status();
    if made.is_ok_and(|status| status.success()) {
        return vec![adts, mp4];
    }
    eprintln!("skipped: ffmpeg is not there");
    vec![adts]
}

#[test]
fn he_aac_that_does_not_say_so_plays_whole_or_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Corpus("deb-taglib/tests/data/zero-length-mdat.m4a").file(Path::new(""));
    for file in half_files(folder.path()).into_iter().chain(corpus) {
        let mut half = open_with(&file, None).unwrap();
        assert_eq!(half.rate(), 22_050, "{}", file.display());
        let told = half.length_frames().unwrap();
        let got = decode_all(&mut half).unwrap().len() / half.speakers().len();
        // A cut-off corpus file may lack a packet; the head of MP4 and the count of ADTS are near.
        assert!(told.abs_diff(got as u64) <= 2_048, "{told} {got}");
        let said = half.take_damage().unwrap();
        assert!(matches!(said, DecodeError::Half { .. }), "{said}");
        if let Some(tools) = Tools::here() {
            let mut whole = open_with(&file, Some(tools)).unwrap();
            assert_eq!(whole.rate(), 44_100);
            assert!(!decode_all(&mut whole).unwrap().is_empty());
            assert!(!matches!(
                whole.take_damage(),
                Some(DecodeError::Half { .. })
            ));
        }
    }
}

#[test]
fn plain_aac_at_a_low_rate_is_not_taken_for_half() {
    let folder = tempfile::tempdir().unwrap();
    let low = ["-c:a", "aac", "-ar", "22050"];
    for name in ["low.m4a", "low.aac"] {
        if let Some(file) = make(folder.path(), name, &low) {
            let mut plain = open_with(&file, Tools::here()).unwrap();
            assert_eq!(plain.rate(), 22_050);
            decode_all(&mut plain).unwrap();
            assert!(plain.take_damage().is_none());
        }
    }
}

/// A file of this name, damaged.
fn damaged(made: &Path, name: &str, damage: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let mut bytes = std::fs::read(made).unwrap();
    damage(&mut bytes);
    let path = made.with_file_name(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn what_a_flac_file_lost_is_silence_of_the_same_length_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some(made) = make(folder.path(), "a.flac", &["-c:a", "flac"]) else {
        return;
    };
    let whole = decode_all(&mut open_with(&made, None).unwrap()).unwrap();
    let middle = std::fs::metadata(&made).unwrap().len() as usize / 2;
    let files = [
        damaged(&made, "flip.flac", |bytes| bytes[middle] ^= 0x10),
        damaged(&made, "hole.flac", |bytes| {
            bytes[middle..middle + 20_000].fill(0)
        }),
        damaged(&made, "gone.flac", |bytes| {
            drop(bytes.drain(middle..middle + 20_000))
        }),
        damaged(&made, "last.flac", |bytes| {
            let at = bytes.len() - 300;
            bytes[at] ^= 8;
        }),
    ];
    for file in files {
        let name = file.file_name().unwrap().to_owned();
        let mut decoder = open_with(&file, None).unwrap();
        let got = decode_all(&mut decoder).unwrap();
        assert_eq!(got.len(), whole.len(), "{name:?}");
        let lost = got.iter().zip(&whole).filter(|(got, whole)| got != whole);
        assert!(lost.clone().all(|(got, _)| *got == 0.0), "{name:?}");
        assert!(lost.count() > 0, "{name:?}");
        let told = decoder.take_damage().unwrap().to_string();
        assert!(told.ends_with("a part of its sound is missing"), "{told}");
        for target in [1_000, 30_000, 44_100, 45_000, 50_000, 60_000, 87_000] {
            decoder.seek(target as u64).unwrap();
            let behind = decode_all(&mut decoder).unwrap();
            assert_eq!(behind, &got[target * 2..], "{name:?} from {target}");
        }
    }
}

#[test]
fn a_file_of_which_nothing_comes_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.wav");
    crate::engine::tests::write_wav(&file, 44_100, 2, &[]);
    let mut decoder = open_with(&file, None).unwrap();
    let error = decode_all(&mut decoder).unwrap_err().to_string();
    assert!(error.ends_with("nothing in it could be decoded"), "{error}");
    // Behind a seek nothing may be left of it.
    decoder.seek(100).unwrap();
    assert!(decode_all(&mut decoder).unwrap().is_empty());
}

#[test]
fn an_ogg_file_cut_between_two_pages_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, codec) in [("a.ogg", "libvorbis"), ("a.opus", "libopus")] {
        let Some(made) = make(folder.path(), name, &["-c:a", codec]) else {
            continue;
        };
        let cut = damaged(&made, "cut.ogg", |bytes| {
            let last = bytes.windows(4).rposition(|word| word == b"OggS").unwrap();
            bytes.truncate(last);
        });
        let error = decode_all(&mut open_with(&cut, None).unwrap()).unwrap_err();
        assert!(
            error.to_string().ends_with("ends before its sound does"),
            "{error}"
        );
    }
}

#[test]
fn an_mp3_cut_off_is_told_by_any_count() {
    let folder = tempfile::tempdir().unwrap();
    let Some(made) = make(folder.path(), "a.mp3", &["-c:a", "libmp3lame"]) else {
        return;
    };
    // What encoders older than LAME's own part of the header left there: nothing.
    let without_lame = |bytes: &mut Vec<u8>| {
        let at = bytes
            .windows(4)
            .position(|word| word == b"Xing" || word == b"Info")
            .unwrap();
        bytes[at + 120..at + 156].fill(0);
    };
    let whole = damaged(&made, "whole.mp3", without_lame);
    let cut = damaged(&made, "cut.mp3", |bytes| {
        without_lame(bytes);
        bytes.truncate(bytes.len() / 2);
    });
    let mut decoder = open_with(&whole, None).unwrap();
    assert!(!decoder.length_is_guessed());
    let frames = decode_all(&mut decoder).unwrap().len() as u64 / 2;
    assert_eq!(decoder.length_frames(), Some(frames));
    let error = decode_all(&mut open_with(&cut, None).unwrap()).unwrap_err();
    assert!(
        error.to_string().ends_with("ends before its sound does"),
        "{error}"
    );
}

#[test]
fn an_uneven_mp3_without_a_count_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0"];
    let Some(made) = make(folder.path(), "a.mp3", &arguments) else {
        return;
    };
    let mut decoder = open_with(&made, None).unwrap();
    let told = decoder.length_frames().unwrap();
    assert!(!decoder.length_is_guessed());
    assert_eq!(decode_all(&mut decoder).unwrap().len() as u64, told * 2);
}

#[test]
fn without_ffmpeg_the_package_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.wv");
    std::fs::write(&file, b"wvpk and more").unwrap();
    let error = open_with(&file, None).err().unwrap().to_string();
    let expected =
        "a.wv plays with ffmpeg, which is not here: install the package ffmpeg (WavPack)";
    assert!(error.ends_with(expected), "{error}");
}

/// Programs in the place of ffmpeg's two.
fn stand_ins(folder: &Path, ffprobe: &str, ffmpeg: &str) -> Tools {
    use std::os::unix::fs::PermissionsExt;
    let program = |name: &str, script: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    Tools {
        ffprobe: program("ffprobe", ffprobe),
        ffmpeg: program("ffmpeg", ffmpeg),
        setpriv: None,
        patience: Duration::from_millis(300),
    }
}

const ANSWER: &str = r#"echo '{"streams":[{"codec_name":"wavpack","sample_rate":"44100","channels":1,"time_base":"1/44100",
    "duration_ts":44100}],"format":{"format_name":"wv"}}'"#;

#[test]
fn an_ffmpeg_that_hangs_raves_or_dies_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.wv");
    std::fs::write(&file, b"wvpk and more").unwrap();
    let error_of = |ffprobe: &str, ffmpeg: &str| {
        let tools = stand_ins(folder.path(), ffprobe, ffmpeg);
        plays(&file, Some(&tools)).unwrap_err().to_string()
    };
    for (ffprobe, ffmpeg, expected) in [
        (
            ANSWER,
            "exec sleep 1000",
            "does not play with ffmpeg: it hangs: no sound came for 0.3 s",
        ),
        ("exec sleep 1000", "", "ffprobe does not answer"),
        ("exec yes", "", "ffprobe does not answer: it says too much"),
        ("echo nonsense", "", "it finds no sound in it"),
        (
            ANSWER,
            "echo '[wv @ 0x7f] no such luck' >&2; exit 1",
            "does not play with ffmpeg: no such luck",
        ),
        (
            ANSWER,
            "head -c 40000 /dev/zero",
            "is damaged at 0:00: the file ends before its sound does",
        ),
    ] {
        let error = error_of(ffprobe, ffmpeg);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_ffmpeg_complains_of_is_told_once_and_the_sound_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.wv");
    std::fs::write(&file, b"wvpk and more").unwrap();
    let sound = "head -c 176402 /dev/zero; echo '[wv @ 0x7f] a bad block' >&2; echo more >&2";
    let tools = stand_ins(folder.path(), ANSWER, sound);
    let mut decoder = open_with(&file, Some(&tools)).unwrap();
    assert_eq!(decode_all(&mut decoder).unwrap().len(), 44_100);
    let damage = decoder.take_damage().unwrap().to_string();
    assert!(
        damage.ends_with("is damaged at 0:01: a bad block"),
        "{damage}"
    );
    assert!(decoder.take_damage().is_none());
}

#[test]
fn no_name_and_no_content_makes_ffmpeg_read_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let (Some(tools), Some(secret)) = (Tools::here(), make(folder.path(), "secret.wv", &[])) else {
        return;
    };
    let sound = by_hand(&secret);
    let bytes = std::fs::read(&secret).unwrap();
    for name in [
        &b"-y"[..],
        b"http:x",
        b"concat:a|b",
        b"pipe:0",
        b"a%03d.wv",
        b"line\nbreak\xff",
        b"'; exit",
    ] {
        let file = folder.path().join(OsString::from_vec(name.to_vec()));
        std::fs::write(&file, &bytes).unwrap();
        let mut decoder = open_with(&file, Some(tools)).unwrap();
        assert_eq!(decode_all(&mut decoder).unwrap(), sound);
    }
    for command in [
        tools.probe(Path::new("-y")),
        tools.decode(Path::new("-y"), 0, 1, 0),
    ] {
        let arguments: Vec<_> = command.get_args().collect();
        assert!(
            arguments.windows(2).any(|pair| pair == ["-i", "file:-y"]),
            "{arguments:?}"
        );
    }
    let other = secret.display();
    for content in [
        format!("ffconcat version 1.0\nfile '{other}'\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{other}\n#EXT-X-ENDLIST\n"),
        format!(
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\na={other}\n"
        ),
    ] {
        let file = folder.path().join("list.wv");
        std::fs::write(&file, content).unwrap();
        let error = Ffmpeg::open(&file, tools).err().unwrap().to_string();
        assert!(error.contains("does not play with ffmpeg"), "{error}");
    }
}

#[test]
fn a_far_seek_where_the_container_cannot_answers_in_between_and_lands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.webm");
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "lavfi"])
        .args(["-i", "sine=f=500:r=48000:d=100", "-c:a", "libopus"])
        .arg(&path)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return eprintln!("skipped: ffmpeg is not here");
    }
    let mut decoder = open_with(&path, None).unwrap();
    decoder.seek(98 * 48_000).unwrap();
    let (mut block, mut answers) = (Vec::new(), 0);
    while block.is_empty() {
        assert!(decoder.next_block(&mut block).unwrap());
        answers += 1;
    }
    assert!(answers > 10, "{answers}");
    let behind = block.len() + decode_all(&mut decoder).unwrap().len();
    // The container tells times in milliseconds, and what is to be cut from the last packet is not read.
    assert!(behind.abs_diff(2 * 48_000) < 960, "{behind}");
}

/// Vorbis has packets of two lengths, and ffmpeg hands their times on to those of AAC, each of which is 1,024 frames all the
/// same.
#[test]
fn aac_whose_packets_tell_uneven_times_plays_whole() {
    if Tools::here().is_none() {
        return eprintln!("skipped: ffmpeg is not there");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (vorbis, uneven) = (file("a.ogg"), file("uneven.m4a"));
    let parts = file("in_fragments.m4a");
    let movflags = "+frag_keyframe+empty_moov+delay_moov";
    let clicks = "aevalsrc=if(lt(mod(t\\,0.1)\\,0.001)\\,0.9\\,0.1*sin(880*PI*t)):d=6:s=44100";
    let runs: [&[&str]; 3] = [
        &["-f", "lavfi", "-i", clicks, "-c:a", "libvorbis", &vorbis],
        // Its noise substitution is left to chance, and would hide a wrong place.
        &[
            "-i", &vorbis, "-c:a", "aac", "-aac_pns", "0", "-b:a", "160k", &uneven,
        ],
        &[
            "-i",
            &uneven,
            "-c",
            "copy",
            "-movflags",
            movflags,
            "-frag_duration",
            "200000",
            &parts,
        ],
    ];
    for run in runs {
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "quiet"])
            .args(run)
            .status();
        assert!(made.unwrap().success());
    }
    let uneven = Path::new(&uneven);
    let mut decoder = open_with(uneven, None).unwrap();
    let ours = decode_all(&mut decoder).unwrap();
    assert!(decoder.take_damage().is_none());
    let theirs = by_hand(uneven);
    assert!(ours.len().abs_diff(theirs.len()) <= 1_024);
    let together = ours.iter().zip(&theirs);
    let worst = together.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 2e-3, "{worst}");
    for frame in [100_000, 17, 3_500, 44_100, 3_071, 260_001] {
        decoder.seek(frame).unwrap();
        let behind = decode_all(&mut decoder).unwrap();
        let expected = &ours[usize::try_from(frame).unwrap()..];
        assert_eq!(behind.len(), expected.len(), "behind {frame}");
        let together = behind.iter().zip(expected).take(20_000);
        let worst = together.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{worst} behind {frame}");
    }
    let mut decoder = open_with(Path::new(&parts), None).unwrap();
    let in_fragments = decode_all(&mut decoder).unwrap().len();
    assert!(decoder.take_damage().is_none());
    let off = in_fragments.abs_diff(ours.len());
    assert!(off <= 2_048, "{in_fragments} of {}", ours.len());
}

/// The gain in the head belongs to the sound (RFC 7845, 5.1): decoders apply it whatever else levels a song.
#[test]
fn the_gain_in_the_head_of_opus_is_applied() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, quiet) = (folder.path().join("a.opus"), folder.path().join("b.opus"));
    let ffmpeg = |arguments: &[&str], file: &Path| {
        let run = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error"])
            .args(arguments)
            .arg(file)
            .status();
        run.is_ok_and(|status| status.success())
    };
    let tone = "sine=f=500:r=48000:d=1";
    if !ffmpeg(&["-f", "lavfi", "-i", tone, "-c:a", "libopus"], &plain) {
        return eprintln!("skipped: ffmpeg is not here");
    }
    // In 256ths of a dB.
    let less = "opus_metadata=gain=-1536";
    let input = plain.to_str().unwrap();
    assert!(ffmpeg(&["-i", input, "-c", "copy", "-bsf:a", less], &quiet));
    let sound = |file| decode_all(&mut open_with(file, None).unwrap()).unwrap();
    let (plain, quiet) = (sound(&plain), sound(&quiet));
    assert_eq!(plain.len(), quiet.len());
    let wanted = 10f32.powf(-6.0 / 20.0);
    let together = plain.iter().zip(&quiet);
    let off = together.map(|(a, b)| (a * wanted - b).abs());
    assert!(off.fold(0.0, f32::max) < 1e-5);
    assert!(
        plain
            .iter()
            .fold(0.0, |most: f32, sample| most.max(sample.abs()))
            > 0.1
    );
}
