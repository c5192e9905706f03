//! Formats of every kind through the built program, scanned and not: each plays as the index says, whole, and without
//! ffmpeg a sentence names what would play it.

use crate::home::{Home, RATE, Ran, has, tone};
use std::fs;
use std::path::Path;
use std::process::Command;

const FRAMES: usize = 88_200;

/// What ffmpeg makes of two seconds of a tone, and whether it plays without ffmpeg.
const MADE: &[(&str, &[&str], bool)] = &[
    ("a.flac", &[], true),
    ("a.mp3", &["-c:a", "libmp3lame"], true),
    ("a.ogg", &["-c:a", "libvorbis"], true),
    ("a.opus", &["-c:a", "libopus"], true),
    ("a.m4a", &["-c:a", "aac"], true),
    ("alac.m4a", &["-c:a", "alac"], true),
    ("a.aiff", &[], true),
    ("sowt.aifc", &["-c:a", "pcm_s16le", "-f", "aiff"], true),
    ("a.caf", &[], true),
    ("ms.wav", &["-c:a", "adpcm_ms"], true),
    ("alaw.wav", &["-c:a", "pcm_alaw"], true),
    ("vorbis.mka", &["-c:a", "libvorbis"], true),
    ("opus.mp4", &["-c:a", "libopus"], true),
    ("six.flac", &["-ac", "6"], true),
    ("mp3.wav", &["-c:a", "libmp3lame"], false),
    ("mp2.wav", &["-c:a", "mp2"], false),
    ("rf64.wav", &["-rf64", "always"], false),
    ("a.w64", &[], false),
    ("mp3.w64", &["-c:a", "libmp3lame"], false),
    ("a.au", &[], false),
    ("ima4.aifc", &["-c:a", "adpcm_ima_qt", "-f", "aiff"], false),
    ("alaw.caf", &["-c:a", "pcm_alaw"], false),
    ("mp3.mp4", &["-c:a", "libmp3lame"], false),
    ("six.m4a", &["-c:a", "aac", "-ac", "6"], false),
    ("six.opus", &["-c:a", "libopus", "-ac", "6"], false),
    ("a.wma", &["-c:a", "wmav2"], false),
    ("pcm.wma", &["-c:a", "pcm_s16le"], false),
    ("a.wv", &[], false),
    ("a.tta", &[], false),
    ("a.ac3", &["-c:a", "ac3"], false),
    ("a.eac3", &["-c:a", "eac3"], false),
    ("a.dts", &["-strict", "-2", "-c:a", "dca"], false),
    ("dts.mka", &["-strict", "-2", "-c:a", "dca"], false),
    ("a.spx", &["-c:a", "libspeex", "-ar", "16000"], false),
];

/// A tenth of a second of DSD64 in stereo, as Sony's DSF 1.01 has it: three blocks a channel.
fn dsf() -> Vec<u8> {
    const BLOCKS: u64 = 3;
    let sound = BLOCKS * 2 * 4_096;
    let mut all = b"DSD ".to_vec();
    for number in [28, 28 + 52 + 12 + sound, 0] {
        all.extend(number.to_le_bytes());
    }
    all.extend(b"fmt ");
    all.extend(52_u64.to_le_bytes());
    for number in [1_u32, 0, 2, 2, 2_822_400, 1] {
        all.extend(number.to_le_bytes());
    }
    all.extend((BLOCKS * 4_096 * 8).to_le_bytes());
    all.extend([4_096_u32.to_le_bytes(), [0; 4]].concat());
    all.extend(b"data");
    all.extend((12 + sound).to_le_bytes());
    all.extend(vec![0x69; sound as usize]);
    all
}

/// A module of Scream Tracker 3 with one empty pattern.
fn s3m() -> Vec<u8> {
    let mut all = vec![0; 28];
    all.extend([0x1a, 16, 0, 0]);
    // Orders, instruments, patterns, flags, version, samples unsigned.
    for number in [2_u16, 0, 1, 0, 0x1320, 2] {
        all.extend(number.to_le_bytes());
    }
    all.extend(b"SCRM");
    // Volume, speed, tempo, mix.
    all.extend([64, 6, 125, 0xb0, 16, 0]);
    all.extend([0; 10]);
    all.push(0);
    all.extend([0xff; 31]);
    // The orders, and the pattern at byte 112.
    all.extend([0, 0xff, 7, 0]);
    all.resize(112, 0);
    all.extend(66_u16.to_le_bytes());
    all.extend([0; 64]);
    all
}

/// An MP4 whose head says that its sound is encrypted.
fn protect(mp4: &Path, to: &Path) {
    let mut bytes = fs::read(mp4).unwrap();
    let within = |bytes: &[u8], name: &[u8]| bytes.windows(4).position(|at| at == name).unwrap();
    let table = within(&bytes, b"stsd");
    let entry = table + within(&bytes[table..], b"mp4a");
    bytes[entry..entry + 4].copy_from_slice(b"drms");
    fs::write(to, bytes).unwrap();
}

#[test]
fn a_protected_song_is_marked_so_and_no_noise_is_made_of_it() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let wav = home.wav("a.wav", &tone(3, FRAMES), RATE);
    encode(&wav, "a.m4a", &["-c:a", "aac"]);
    let file = home.music().join("bought.m4p");
    protect(&home.music().join("a.m4a"), &file);
    home.run(&["scan", "Music"]).ended(0);
    let said = home.run(&["info", "Music/bought.m4p", "--json"]).ended(0);
    assert_eq!(said.json()["plays"], "no");
    let args = ["play", "Music/bought.m4p", "--output", "wav:out.wav"];
    let ran = home.run(&args).ended(4);
    assert!(ran.err.contains("protected against copying"), "{}", ran.err);
    let (samples, _) = home.read_wav(&home.path("out.wav"));
    assert!(samples.is_empty());
    let ran = Ran::from(home.command(&args).env("PATH", "").output().unwrap());
    ran.ended(4);
}

/// How many frames ffmpeg itself decodes.
fn by_hand(file: &Path) -> usize {
    let decoded = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "quiet", "-i"])
        .arg(file)
        .args(["-map", "0:a:0", "-ac", "2", "-f", "f32le", "-"])
        .output()
        .unwrap();
    decoded.stdout.len() / 8
}

/// Encodes into a file beside this one.
fn encode(wav: &Path, name: &str, arguments: &[&str]) -> bool {
    let encoded = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(wav)
        .args(arguments)
        .arg(wav.with_file_name(name))
        .status();
    encoded.is_ok_and(|status| status.success())
}

/// The files that could be made here.
fn make_all(home: &Home) -> Vec<(&'static str, bool)> {
    let wav = home.wav("a.wav", &tone(3, FRAMES), RATE);
    let mut made = vec![("a.wav", true)];
    for (name, arguments, is_inside) in MADE {
        if encode(&wav, name, arguments) {
            made.push((name, *is_inside));
        } else {
            fs::remove_file(home.music().join(name)).ok();
            println!("skipped: ffmpeg cannot write {name}");
        }
    }
    for (name, bytes) in [("a.dsf", dsf()), ("a.s3m", s3m())] {
        let file = home.music().join(name);
        fs::write(&file, bytes).unwrap();
        if by_hand(&file) > 0 {
            made.push((name, false));
        } else {
            fs::remove_file(&file).unwrap();
            println!("skipped: ffmpeg cannot read {name}");
        }
    }
    made
}

#[test]
fn every_format_plays_as_the_index_says_scanned_and_not() {
    if !has("ffmpeg") {
        return;
    }
    let (home, elsewhere) = (Home::new(), Home::new());
    let made = make_all(&home);
    assert!(made.len() > 20, "{made:?}");
    home.run(&["scan", "Music"]).ended(0);
    for (name, is_inside) in &made {
        let file = home.music().join(name);
        let path = file.to_str().unwrap();
        let frames = by_hand(&file);
        for (which, home) in [("scanned", &home), ("not scanned", &elsewhere)] {
            let about = format!("{name}, {which}");
            let said = home.run(&["info", path, "--json"]).ended(0).json();
            let wanted = if *is_inside { "plays" } else { "with-ffmpeg" };
            assert_eq!(said["plays"], wanted, "{about}");

            let out = home.path("out.wav");
            let args = ["play", path, "--output", "wav:out.wav"];
            let ran = home.run(&args);
            assert_eq!(ran.code, Some(0), "{about}: {}", ran.err);
            let (samples, _) = home.read_wav(&out);
            let off = (samples.len() / 2).abs_diff(frames);
            // What coders add before and after the music is cut off inside, where ffmpeg leaves some of it.
            let may_be_off = if *is_inside { 2_500 } else { 0 };
            assert!(
                off <= may_be_off,
                "{about}: {} of {frames}",
                samples.len() / 2
            );

            let ran = Ran::from(home.command(&args).env("PATH", "").output().unwrap());
            if *is_inside {
                assert_eq!(ran.code, Some(0), "{about}: {}", ran.err);
                assert_eq!(home.read_wav(&out).0.len(), samples.len(), "{about}");
            } else {
                assert_eq!(ran.code, Some(4), "{about}: {}", ran.err);
                let sentence = "plays with ffmpeg, which is not here: install the package ffmpeg";
                assert!(ran.err.contains(sentence), "{about}: {}", ran.err);
            }
        }
    }
    let counted = home.run(&["stats", "--json"]).ended(0).json();
    let inside = made.iter().filter(|(_, is_inside)| *is_inside).count();
    assert_eq!(counted["plays"]["plays"], inside);
    assert_eq!(counted["plays"]["with-ffmpeg"], made.len() - inside);
}
