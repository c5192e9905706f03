//! MP3 files that lost something in the middle: it is told once, with its second, and silence holds its place; and files
//! in which nothing is lost, whatever stands between their frames.

use super::tests::made_by_ffmpeg;
use super::*;
use std::path::PathBuf;

const CBR: &[&str] = &["-b:a", "192k"];
const VBR: &[&str] = &["-q:a", "3"];
const UNCOUNTED: &[&str] = &["-b:a", "192k", "-write_xing", "0", "-id3v2_version", "0"];

/// Five seconds, a chirp and noise.
fn mp3(folder: &Path, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    const SOUND: &str =
        "aevalsrc=0.4*sin(300*t*(1+t))|0.3*sin(900*t)*t/5+0.1*random(0):s=44100:d=5";
    let sound = ["-f", "lavfi", "-i", SOUND, "-c:a", "libmp3lame"];
    made_by_ffmpeg(&folder.join(name), &[&sound[..], arguments].concat())
}

/// What is heard of these bytes, and what is told of them.
fn played(folder: &Path, bytes: &[u8]) -> (Vec<f32>, Vec<(u64, String)>) {
    let path = folder.join("played.mp3");
    std::fs::write(&path, bytes).unwrap();
    let mut decoder = open_with(&path, None).unwrap();
    let (mut all, mut block, mut told) = (Vec::new(), Vec::new(), Vec::new());
    while decoder.next_block(&mut block).unwrap() {
        all.extend_from_slice(&block);
        told.extend(decoder.take_damage());
    }
    told.extend(decoder.take_damage());
    let told = told.into_iter().map(|error| match error {
        DecodeError::Damaged { at_ms, what, .. } => (at_ms, what),
        other => panic!("{other}"),
    });
    (all, told.collect())
}

/// Bytes that follow no pattern.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}

type Harm = fn(&mut Vec<u8>, usize);

#[test]
fn what_an_mp3_lost_in_the_middle_is_told_once_and_becomes_silence() {
    let folder = tempfile::tempdir().unwrap();
    let overwritten: Harm = |bytes, at| bytes[at..at + 3_000].copy_from_slice(&noise(3_000));
    let zeros: Harm = |bytes, at| bytes[at..at + 3_000].fill(0);
    let gone: Harm = |bytes, at| drop(bytes.drain(at..at + 3_000));
    let head: Harm = |bytes, at| {
        let next = bytes[at..].windows(2).position(|it| it == [0xff, 0xfb]);
        bytes[at + next.unwrap()] = 0;
    };
    for (name, arguments, harms) in [
        ("cbr.mp3", CBR, &[overwritten, zeros, gone, head][..]),
        ("vbr.mp3", VBR, &[overwritten, zeros, gone, head]),
        ("uncounted.mp3", UNCOUNTED, &[overwritten, zeros, head]),
    ] {
        let Some(made) = mp3(folder.path(), name, arguments) else {
            return;
        };
        let made = std::fs::read(made).unwrap();
        let (whole, told) = played(folder.path(), &made);
        assert_eq!(told, [], "{name}");
        for (number, harm) in harms.iter().enumerate() {
            let mut bytes = made.clone();
            harm(&mut bytes, made.len() * 6 / 10);
            let (got, told) = played(folder.path(), &bytes);
            assert_eq!(got.len(), whole.len(), "{name} {number}");
            let [(at_ms, what)] = &told[..] else {
                panic!("{name} {number}: {told:?}");
            };
            assert_eq!(what, "a part of its sound is missing");
            assert!((2_600..3_300).contains(at_ms), "{name} {number}: {at_ms}");
            // What is near the damage may want bytes that were in it.
            let at = usize::try_from(*at_ms).unwrap() * 44_100 / 1_000;
            for span in [0..at - 3_000, at + 18_000..whole.len() / 2] {
                let span = span.start * 2..span.end * 2;
                assert_eq!(got[span.clone()], whole[span], "{name} {number}");
            }
            let silent = got[at * 2..(at + 18_000) * 2]
                .iter()
                .filter(|it| **it == 0.0);
            assert!(silent.count() >= 2 * 1_152, "{name} {number}");
        }
    }
}

#[test]
fn a_seek_lands_in_and_behind_what_an_mp3_lost() {
    let folder = tempfile::tempdir().unwrap();
    let Some(made) = mp3(folder.path(), "a.mp3", CBR) else {
        return;
    };
    let mut bytes = std::fs::read(made).unwrap();
    let at = bytes.len() * 6 / 10;
    bytes[at..at + 12_000].copy_from_slice(&noise(12_000));
    let (whole, _) = played(folder.path(), &bytes);
    let mut decoder = open_with(&folder.path().join("played.mp3"), None).unwrap();
    let mut block = Vec::new();
    for target in [200_000, 140_000, 100_000, 133_000, 135_000, 0, 219_000] {
        decoder.seek(target as u64).unwrap();
        let mut behind = Vec::new();
        while decoder.next_block(&mut block).unwrap() {
            behind.extend_from_slice(&block);
        }
        let wanted = &whole[target * 2..];
        assert_eq!(behind.len(), wanted.len(), "from {target}");
        assert!(behind == wanted, "from {target}");
    }
}

#[test]
fn what_is_no_sound_between_whole_frames_is_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let id3v2 = [&b"ID3\x04\0\0\0\0\x02\x10"[..], &noise(272)].concat();
    let ape = |is_header: u8| {
        let flags = [0, 0, 0, 0x80 | is_header << 5];
        [
            &b"APETAGEX\xd0\x07\0\0\xe8\x03\0\0\x01\0\0\0"[..],
            &flags,
            &[0; 8],
        ]
        .concat()
    };
    let ape = [&ape(1)[..], &noise(968), &ape(0)].concat();
    let lyrics = [&b"LYRICSBEGIN"[..], &noise(300), b"000311LYRICS200"].concat();
    let id3v1 = [&b"TAG"[..], &noise(125)].concat();
    let tail = [&ape[..], &lyrics, &id3v1].concat();
    for (name, arguments) in [("cbr.mp3", CBR), ("vbr.mp3", VBR), ("bare.mp3", UNCOUNTED)] {
        let Some(made) = mp3(folder.path(), name, arguments) else {
            return;
        };
        let made = std::fs::read(made).unwrap();
        let (whole, _) = played(folder.path(), &made);
        for (what, bytes) in [
            ("tags", [&id3v2[..], &made, &tail].concat()),
            ("zeros behind", [&made[..], &[0; 9_000]].concat()),
            ("junk behind", [&made[..], &noise(9_000)].concat()),
            ("junk before", [&noise(5_000), &made[..]].concat()),
        ] {
            let (got, told) = played(folder.path(), &bytes);
            assert_eq!(told, [], "{what} {name}");
            assert!(got.starts_with(&whole), "{what} {name}");
        }
        for (what, joint) in [
            ("joined", &[][..]),
            ("tagged", &tail),
            ("both", &[&tail[..], &id3v2].concat()),
        ] {
            let bytes = [&made[..], joint, &made].concat();
            let (got, told) = played(folder.path(), &bytes);
            assert_eq!(told, [], "{what} {name}");
            // The second one's own delay and padding are sound in it.
            assert!(got.starts_with(&whole), "{what} {name}");
            assert!(got.len() >= 2 * whole.len(), "{what} {name}");
        }
    }
}
