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
    let path = folder.join(name);
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(SOUND)
        .args(["-filter_complex", "amerge=inputs=2"])
        .args(arguments)
        .arg(&path)
        .stderr(Stdio::null())
        .status();
    let is_made = made.is_ok_and(|status| status.success());
    if !is_made {
        eprintln!("skipped: ffmpeg is not there, or cannot write {name}");
    }
    is_made.then_some(path)
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

#[test]
fn he_aac_that_does_not_say_so_plays_whole() {
    let file = Corpus("deb-taglib/tests/data/zero-length-mdat.m4a").file(Path::new(""));
    let (Some(file), Some(tools)) = (file, Tools::here()) else {
        return;
    };
    assert_eq!(open_with(&file, None).unwrap().rate(), 22_050);
    assert_eq!(open_with(&file, Some(tools)).unwrap().rate(), 44_100);
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
