//! Retagging keeps the key, other audio changes it: over real files of each container, made here.

use super::*;
use crate::library::scan::tests::write_wav;
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};
use std::path::{Path, PathBuf};
use std::process::Command;

fn key_of(path: &Path) -> AudioKey {
    audio_key(&mut FileBytes::open(path).unwrap())
        .unwrap()
        .unwrap()
}

/// Makes a file with ffmpeg; `None` where that is missing.
fn encode(path: &Path, arguments: &[&str]) -> Option<PathBuf> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-v", "error", "-nostdin", "-y"])
        .args(arguments)
        .arg(path);
    match ffmpeg.status() {
        Ok(status) if status.success() => Some(path.to_owned()),
        outcome => {
            eprintln!("skipped {}: ffmpeg: {outcome:?}", path.display());
            None
        }
    }
}

/// Two seconds of a tone between silences.
fn tone(path: &Path, hertz: u32, codec: &[&str]) -> Option<PathBuf> {
    let source =
        format!("sine=frequency={hertz}:sample_rate=44100:duration=2,adelay=500,apad=pad_dur=0.5");
    encode(path, &[&["-f", "lavfi", "-i", &source], codec].concat())
}

fn retag(path: &Path, kind: TagType, comment_bytes: usize) {
    let mut tag = Tag::new(kind);
    tag.insert_text(ItemKey::TrackTitle, "A title".into());
    if comment_bytes > 0 {
        tag.insert_text(ItemKey::Comment, "x".repeat(comment_bytes));
    }
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

#[test]
fn retagging_keeps_the_key_and_other_audio_changes_it() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let cases: &[(&str, &[&str], &[TagType])] = &[
        (
            "mp3",
            &["-c:a", "libmp3lame"],
            &[TagType::Id3v2, TagType::Ape, TagType::Id3v1],
        ),
        ("flac", &[], &[TagType::VorbisComments]),
        ("ogg", &["-c:a", "libvorbis"], &[TagType::VorbisComments]),
        ("opus", &["-c:a", "libopus"], &[TagType::VorbisComments]),
        ("m4a", &["-c:a", "aac"], &[TagType::Mp4Ilst]),
        ("mp4", &["-c:a", "alac"], &[TagType::Mp4Ilst]),
        ("aac", &["-c:a", "aac", "-f", "adts"], &[TagType::Id3v2]),
        ("wav", &[], &[TagType::Id3v2, TagType::RiffInfo]),
        ("aiff", &[], &[TagType::Id3v2]),
        ("wv", &["-c:a", "wavpack"], &[TagType::Ape]),
    ];
    for (extension, codec, kinds) in cases {
        let Some(path) = tone(&at(&format!("a.{extension}")), 440, codec) else {
            continue;
        };
        let key = key_of(&path);
        for kind in *kinds {
            // Longer than a page of Ogg and than any padding; then short again.
            for comment_bytes in [200_000, 10] {
                retag(&path, *kind, comment_bytes);
                assert_eq!(key_of(&path), key, "{extension} {kind:?} {comment_bytes}");
            }
        }
        let other = tone(&at(&format!("b.{extension}")), 441, codec).unwrap();
        assert_ne!(key_of(&other), key, "{extension}");
        let copy = at("name without extension");
        std::fs::copy(&path, &copy).unwrap();
        assert_eq!(key_of(&copy), key, "{extension}");
    }
}

#[test]
fn it_does_not_matter_where_moov_stands() {
    let dir = tempfile::tempdir().unwrap();
    let Some(last) = tone(&dir.path().join("last.m4a"), 440, &["-c:a", "aac"]) else {
        return;
    };
    let input = last.to_str().unwrap();
    let copied = ["-i", input, "-c", "copy", "-movflags", "faststart"];
    let first = encode(&dir.path().join("first.m4a"), &copied).unwrap();
    assert_eq!(key_of(&first), key_of(&last));
}

#[test]
fn two_encodings_of_one_recording_share_the_key_in_flac() {
    let dir = tempfile::tempdir().unwrap();
    let encoded =
        |name: &str, level| tone(&dir.path().join(name), 440, &["-compression_level", level]);
    let (Some(fast), Some(small)) = (encoded("fast.flac", "0"), encoded("small.flac", "12")) else {
        return;
    };
    let bytes = |path: &Path| std::fs::read(path).unwrap();
    assert_ne!(bytes(&fast), bytes(&small));
    assert_eq!(key_of(&fast), key_of(&small));

    // Without the MD5 it is the frames that count, and not the tags before them.
    let wipe = |path: &Path| {
        let mut flac = bytes(path);
        flac[26..42].fill(0);
        std::fs::write(path, flac).unwrap();
    };
    wipe(&fast);
    wipe(&small);
    let key = key_of(&fast);
    assert_ne!(key, key_of(&small));
    retag(&fast, TagType::VorbisComments, 50_000);
    assert_eq!(key_of(&fast), key);
}

/// Tags that stand one after the other.
type Parts<'a> = &'a [&'a [u8]];

#[test]
fn every_tag_at_either_end_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let audio: Vec<u8> = (0..60_000u32).map(|n| (n * 13 / 7) as u8 | 1).collect();
    let ape = |flags: u32| {
        let mut mark = b"APETAGEX\xd0\x07\0\0".to_vec();
        mark.extend((32u32 + 100).to_le_bytes());
        mark.extend([0; 4]);
        mark.extend(flags.to_le_bytes());
        mark.extend([0; 8]);
        mark
    };
    let ape_tag = [ape(0xa000_0000), vec![b'v'; 100], ape(0x8000_0000)].concat();
    let id3v1 = [b"TAG".to_vec(), vec![b' '; 125]].concat();
    let enhanced = [b"TAG+".to_vec(), vec![b' '; 223], id3v1.clone()].concat();
    let id3v2 = [
        b"ID3\x04\0\0\0\0\x02\0".to_vec(),
        vec![7; 256],
        vec![0; 3_000],
    ]
    .concat();
    let lyrics = [
        b"LYRICSBEGINLYR00300abc".to_vec(),
        b"000022LYRICS200".to_vec(),
    ]
    .concat();
    let lyrics_v1 = b"LYRICSBEGINla la laLYRICSEND".to_vec();
    let cases: &[(Parts, Parts)] = &[
        (&[], &[]),
        (&[&id3v2], &[&id3v1]),
        (&[&id3v2, &id3v2], &[&ape_tag, &enhanced]),
        (&[&ape_tag], &[&ape_tag]),
        (&[], &[&lyrics, &id3v1]),
        (&[], &[&lyrics_v1, &id3v1]),
    ];
    let keys: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(n, (before, after))| {
            let path = dir.path().join(n.to_string());
            let bytes = [&before.concat()[..], &audio, &after.concat()].concat();
            std::fs::write(&path, bytes).unwrap();
            key_of(&path)
        })
        .collect();
    assert_eq!(keys, vec![keys[0]; cases.len()]);
}

#[test]
fn songs_that_begin_and_end_alike_differ_in_the_middle() {
    let dir = tempfile::tempdir().unwrap();
    let silent_at_both_ends = |name: &str, level: u8| {
        let path = dir.path().join(name);
        let mut bytes = vec![0xffu8; 100_000];
        bytes[40_000..60_000].fill(level);
        std::fs::write(&path, bytes).unwrap();
        key_of(&path)
    };
    assert_ne!(silent_at_both_ends("a", 1), silent_at_both_ends("b", 2));
}

#[test]
fn a_wave_file_keeps_its_key_with_an_odd_chunk_before_the_samples() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.wav");
    write_wav(&path, 3);
    let key = key_of(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    let odd = [&b"LIST"[..], &7u32.to_le_bytes(), b"1234567\0"].concat();
    let data = bytes
        .windows(4)
        .position(|window| window == b"data")
        .unwrap();
    bytes.splice(data..data, odd);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(key_of(&path), key);
}

#[test]
fn no_bytes_make_it_fail_or_run_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x");
    let heads: &[&[u8]] = &[
        b"fLaC",
        b"OggS",
        b"RIFF____WAVE",
        b"FORM____AIFF",
        b"caff",
        b"DSD ",
        b"____ftyp",
        b"ID3\x04\0\0",
        b"APETAGEX",
        b"",
    ];
    let mut random = 1u64;
    for round in 0..400 {
        let mut bytes = heads[round % heads.len()].to_vec();
        for _ in 0..round * 3 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let byte = (random >> 56) as u8;
            bytes.push(if byte < 100 {
                [0, 0xff][usize::from(byte & 1)]
            } else {
                byte
            });
        }
        std::fs::write(&path, &bytes).unwrap();
        audio_key(&mut FileBytes::open(&path).unwrap()).unwrap();
    }
}

#[test]
fn a_part_has_a_key_of_its_own_and_its_file_can_be_told_from_it() {
    let key = AudioKey::from_bytes([7; 16]);
    let span = |start_frame, end_frame| crate::music::Span {
        start_frame,
        end_frame,
    };
    let spans = [span(0, None), span(0, Some(9)), span(9, None)];
    let mut keys = vec![key];
    for span in spans {
        let part = part_key(key, span);
        assert!(!keys.contains(&part));
        assert_eq!(part_key(part, span), key);
        keys.push(part);
    }
}
