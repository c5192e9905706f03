//! Readers against files that ffmpeg and mutagen make here, against bytes built by hand, and against foreign files.

mod bytes;
mod tagged;

use super::*;
use crate::music::{Codec, Field};
use std::path::PathBuf;
use std::process::Command;

/// Three and a half seconds of one tone with tags in it, made by ffmpeg; `None`, with a word, where it cannot.
fn made(dir: &Path, name: &str, encode: &[&str]) -> Option<PathBuf> {
    let path = dir.join(name);
    let tone = "sine=frequency=440:sample_rate=44100:duration=3.5";
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", tone]);
    for tag in [
        "title=Título",
        "artist=Ārtist",
        "album=Älbum",
        "album_artist=Wär",
        "track=3/12",
        "disc=2/3",
        "date=1999-03-07",
        "genre=Rock",
    ] {
        command.args(["-metadata", tag]);
    }
    let done = command.args(encode).arg(&path).status();
    if done.is_ok_and(|status| status.success()) {
        return Some(path);
    }
    println!("skipped: ffmpeg is not here or cannot make {name}");
    None
}

/// What a format keeps of the tags.
#[derive(Clone, Copy, PartialEq)]
enum Keeps {
    All,
    /// Title, artist, album, date and genre.
    Few,
    Nothing,
}

fn check(path: &Path, codec: Codec, rate: u32, channels: u8, keeps: Keeps) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let found = read_tags(path).unwrap_or_else(|reason| panic!("{name}: {reason}"));
    let format = found.format;
    assert_eq!(
        (format.codec, format.rate, format.channels),
        (codec, Some(rate), Some(channels)),
        "{name}"
    );
    let length = found.length_ms.unwrap_or(0);
    assert!((3_430..=3_650).contains(&length), "{name}: {length} ms");
    assert!(found.key.is_some(), "{name}");
    let tags = found.tags;
    if keeps != Keeps::Nothing {
        assert_eq!(tags.title, "Título", "{name}");
    }
    if matches!(keeps, Keeps::All | Keeps::Few) {
        assert_eq!(tags.artists, ["Ārtist"], "{name}");
        assert_eq!(
            (tags.album.as_str(), &tags.date[..4]),
            ("Älbum", "1999"),
            "{name}"
        );
        assert_eq!(tags.genres, ["Rock"], "{name}");
    }
    if keeps == Keeps::All {
        assert_eq!(tags.album_artists, ["Wär"], "{name}");
        assert_eq!((tags.track, tags.disc), (Some(3), Some(2)), "{name}");
    }
}

#[test]
fn codecs_that_hide_behind_another_ones_name() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let of = |path: &Path| read_tags(path).unwrap().format;
    let half = dir.join("half.aac");
    std::fs::write(&half, include_bytes!("../../../../music/he_aac.aac")).unwrap();
    assert_eq!(
        (of(&half).codec, of(&half).rate),
        (Codec::HeAac, Some(44_100))
    );
    let in_mp4 = dir.join("half.m4a");
    let copied = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "quiet", "-i"])
        .args([&half, Path::new("-c"), Path::new("copy"), &in_mp4])
        .status();
    if copied.is_ok_and(|status| status.success()) {
        let format = of(&in_mp4);
        assert_eq!((format.codec, format.rate), (Codec::HeAac, Some(44_100)));
    }
    for (name, encode, codec) in [
        ("low.m4a", &["-c:a", "aac", "-ar", "22050"][..], Codec::Aac),
        ("low.aac", &["-c:a", "aac", "-ar", "22050"], Codec::Aac),
        (
            "dts.mp4",
            &["-c:a", "dca", "-strict", "-2", "-ac", "2"],
            Codec::Dts,
        ),
        ("ac3.mp4", &["-c:a", "ac3"], Codec::Ac3),
        ("mp3.mp4", &["-c:a", "libmp3lame"], Codec::Mp3),
    ] {
        if let Some(path) = made(dir, name, encode) {
            assert_eq!(of(&path).codec, codec, "{name}");
        }
    }
}

#[test]
fn an_uneven_mp3_without_a_count_has_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let encode = [
        "-c:a",
        "libmp3lame",
        "-q:a",
        "4",
        "-write_xing",
        "0",
        "-af",
        "volume='if(lt(t,1),0,1)':eval=frame",
    ];
    if let Some(path) = made(folder.path(), "uneven.mp3", &encode) {
        let length = read_tags(&path).unwrap().length_ms.unwrap();
        assert!((3_500..3_600).contains(&length), "{length} ms");
    }
}

#[test]
fn formats_that_ffmpeg_makes() {
    use Codec::*;
    use Keeps::{All, Few, Nothing};
    let dir = tempfile::tempdir().unwrap();
    let stereo = |encode: &[&'static str]| [&["-ac", "2"], encode].concat();
    for (name, encode, codec, rate, channels, keeps) in [
        (
            "a.mp3",
            stereo(&["-c:a", "libmp3lame"]),
            Mp3,
            44_100,
            2,
            All,
        ),
        ("a.mp2", stereo(&["-c:a", "mp2"]), Mp2, 44_100, 2, Nothing),
        ("a.flac", stereo(&[]), Flac, 44_100, 2, All),
        (
            "a.ogg",
            stereo(&["-c:a", "libvorbis"]),
            Vorbis,
            44_100,
            2,
            All,
        ),
        ("a.opus", stereo(&["-c:a", "libopus"]), Opus, 48_000, 2, All),
        (
            "a.spx",
            vec!["-ar", "16000", "-c:a", "libspeex"],
            Speex,
            16_000,
            1,
            All,
        ),
        ("f.oga", stereo(&["-c:a", "flac"]), Flac, 44_100, 2, All),
        ("a.m4a", stereo(&["-c:a", "aac"]), Aac, 44_100, 2, All),
        ("l.m4a", stereo(&["-c:a", "alac"]), Alac, 44_100, 2, All),
        (
            "fragments.m4a",
            stereo(&[
                "-c:a",
                "aac",
                "-movflags",
                "frag_keyframe+empty_moov",
                "-frag_duration",
                "500000",
            ]),
            Aac,
            44_100,
            2,
            All,
        ),
        ("o.mp4", stereo(&["-c:a", "libopus"]), Opus, 48_000, 2, All),
        ("c.mp4", stereo(&["-c:a", "ac3"]), Ac3, 44_100, 2, All),
        ("a.aac", stereo(&["-c:a", "aac"]), Aac, 44_100, 2, Nothing),
        ("a.wav", stereo(&[]), Pcm, 44_100, 2, Few),
        (
            "mp3.wav",
            stereo(&["-c:a", "libmp3lame"]),
            Mp3,
            44_100,
            2,
            Few,
        ),
        (
            "rf64.wav",
            stereo(&["-rf64", "always"]),
            Pcm,
            44_100,
            2,
            Few,
        ),
        ("a.w64", stereo(&[]), Pcm, 44_100, 2, Nothing),
        (
            "a.aiff",
            stereo(&["-write_id3v2", "1"]),
            Pcm,
            44_100,
            2,
            All,
        ),
        ("a.caf", stereo(&["-c:a", "alac"]), Alac, 44_100, 2, Few),
        ("a.mka", stereo(&["-c:a", "libopus"]), Opus, 48_000, 2, All),
        (
            "a.webm",
            stereo(&["-c:a", "libvorbis"]),
            Vorbis,
            44_100,
            2,
            All,
        ),
        ("a.wv", stereo(&[]), WavPack, 44_100, 2, All),
        ("six.wv", vec!["-ac", "6"], WavPack, 44_100, 6, All),
        ("a.tta", stereo(&[]), Tta, 44_100, 2, All),
        ("a.wma", stereo(&[]), Wma, 44_100, 2, All),
        (
            "a.ac3",
            vec!["-ar", "48000", "-ac", "6"],
            Ac3,
            48_000,
            6,
            Nothing,
        ),
        ("odd.ac3", stereo(&[]), Ac3, 44_100, 2, Nothing),
        ("a.eac3", stereo(&[]), Ac3, 44_100, 2, Nothing),
        (
            "a.dts",
            stereo(&["-strict", "-2", "-c:a", "dca", "-b:a", "768k"]),
            Dts,
            44_100,
            2,
            Nothing,
        ),
    ] {
        if let Some(path) = made(dir.path(), name, &encode) {
            check(&path, codec, rate, channels, keeps);
        }
    }
}

#[test]
fn names_that_lie() {
    let dir = tempfile::tempdir().unwrap();
    for (name, lie, codec) in [
        ("a.flac", "flac.mp3", Codec::Flac),
        ("a.ogg", "ogg.wav", Codec::Vorbis),
        ("a.m4a", "m4a.mp3", Codec::Aac),
        ("a.mp3", "mp3.flac", Codec::Mp3),
        ("a.wma", "wma.mp3", Codec::Wma),
        ("a.tta", "tta.ogg", Codec::Tta),
        ("a.w64", "w64.wav", Codec::Pcm),
        ("a.mka", "mka.mp3", Codec::Vorbis),
        ("a.caf", "caf.mp3", Codec::Pcm),
        ("a.ac3", "ac3.mp3", Codec::Ac3),
    ] {
        if let Some(path) = made(dir.path(), name, &[]) {
            let lie = dir.path().join(lie);
            std::fs::rename(path, &lie).unwrap();
            let found = read_tags(&lie).unwrap_or_else(|reason| panic!("{lie:?}: {reason}"));
            assert_eq!(found.format.codec, codec, "{lie:?}");
        }
    }
}

#[test]
fn what_stands_before_the_audio() {
    let dir = tempfile::tempdir().unwrap();
    let id3 = b"ID3\x03\0\0\0\0\0\x0bTIT2\0\0\0\x01\0\0\0";
    for (name, before, codec) in [
        ("a.flac", &id3[..], Codec::Flac),
        ("b.flac", &[0x20; 700], Codec::Flac),
        ("a.mp3", &[0x55; 700], Codec::Mp3),
        ("a.tta", &id3[..], Codec::Tta),
    ] {
        let Some(path) = made(dir.path(), name, &[]) else {
            continue;
        };
        let bytes = [before, &std::fs::read(&path).unwrap()].concat();
        std::fs::write(&path, bytes).unwrap();
        let found = read_tags(&path).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        assert_eq!(found.format.codec, codec, "{name}");
        assert_eq!(found.format.rate, Some(44_100), "{name}");
    }
}

#[test]
fn foreign_files_are_a_row_or_a_reason() {
    let Some(corpus) = std::env::var_os("STANDIN_CORPUS") else {
        println!("skipped: STANDIN_CORPUS names no folder of foreign files");
        return;
    };
    let (mut rows, mut reasons) = (0, 0);
    for entry in walkdir::WalkDir::new(corpus).into_iter().flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        match read_tags(entry.path()) {
            Ok(_) => rows += 1,
            Err(SkipReason::Panicked) => panic!("a reader broke down over {:?}", entry.path()),
            Err(_) => reasons += 1,
        }
    }
    println!("{rows} rows, {reasons} reasons");
    assert!(rows > 0);
}
