//! Formats that no encoder at hand makes, built by hand, and every reader of ours on bytes that lie.

use super::super::read_tags;
use super::super::{Found, LONGEST_MS, SkipReason};
use crate::music::Codec;
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Found, SkipReason> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.bin");
    std::fs::write(&path, bytes).unwrap();
    read_tags(&path)
}

/// An ID3v2.3 tag with one title.
fn id3(title: &str) -> Vec<u8> {
    let size = title.len() as u8 + 1;
    let mut tag = b"ID3\x03\0\0\0\0\0".to_vec();
    tag.push(size + 10);
    tag.extend(b"TIT2\0\0\0");
    tag.extend([size, 0, 0, 0]);
    tag.extend(title.as_bytes());
    tag
}

/// One second of stereo at 2.8 MHz.
fn dsf() -> Vec<u8> {
    let mut all = b"DSD ".to_vec();
    all.extend(28u64.to_le_bytes());
    all.extend(0u64.to_le_bytes());
    all.extend((80u64 + 12 + 64).to_le_bytes());
    all.extend(b"fmt ");
    all.extend(52u64.to_le_bytes());
    for number in [1u32, 0, 2, 2, 2_822_400, 1] {
        all.extend(number.to_le_bytes());
    }
    all.extend(2_822_400u64.to_le_bytes());
    all.extend(4_096u32.to_le_bytes());
    all.extend([0; 4]);
    all.extend(b"data");
    all.extend(76u64.to_le_bytes());
    all.extend([0x69; 64]);
    all.extend(id3("Direct"));
    all
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut all = kind.to_vec();
    all.extend((data.len() as u64).to_be_bytes());
    all.extend(data);
    all.resize(all.len().next_multiple_of(2), 0);
    all
}

fn dsdiff() -> Vec<u8> {
    let rate = chunk(b"FS  ", &2_822_400u32.to_be_bytes());
    let channels = chunk(b"CHNL", b"\0\x02SLFTSRGT");
    let properties = [b"SND ".to_vec(), rate, channels].concat();
    let title = chunk(b"DITI", b"\0\0\0\x05Title");
    let artist = chunk(b"DIAR", b"\0\0\0\x06Artist");
    let body = [
        b"DSD ".to_vec(),
        chunk(b"PROP", &properties),
        chunk(b"DSD ", &[0x69; 70_560]),
        chunk(b"DIIN", &[title, artist].concat()),
    ];
    chunk(b"FRM8", &body.concat())
}

fn tta() -> Vec<u8> {
    let mut all = id3("True");
    all.extend(b"TTA1\x01\0\x02\0\x10\0");
    all.extend(44_100u32.to_le_bytes());
    all.extend(88_200u32.to_le_bytes());
    all.extend([0; 300]);
    all
}

fn wave64() -> Vec<u8> {
    let guid = |mark: &[u8; 4]| {
        let mut guid = mark.to_vec();
        guid.extend(b"\xf3\xac\xd3\x11\x8c\xd1\0\xc0\x4f\x8e\xdb\x8a");
        guid
    };
    let mut all = super::super::wave::WAVE64.to_vec();
    all.extend(4_000u64.to_le_bytes());
    all.extend(guid(b"wave"));
    all.extend(guid(b"fmt "));
    all.extend(40u64.to_le_bytes());
    all.extend(b"\x01\0\x02\0");
    all.extend(8_000u32.to_le_bytes());
    all.extend(32_000u32.to_le_bytes());
    all.extend(b"\x04\0\x10\0");
    all.extend(guid(b"data"));
    all.extend((24u64 + 3_200).to_le_bytes());
    all.extend([0; 3_200]);
    all
}

fn guid_object(kind: [u8; 16], data: &[u8]) -> Vec<u8> {
    let mut all = kind.to_vec();
    all.extend((data.len() as u64 + 24).to_le_bytes());
    all.extend(data);
    all
}

fn asf() -> Vec<u8> {
    use super::super::asf;
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let field = |name: &str, kind: u16, value: &[u8]| {
        let name = wide(name);
        let mut all = (name.len() as u16).to_le_bytes().to_vec();
        all.extend(name);
        all.extend(kind.to_le_bytes());
        all.extend((value.len() as u16).to_le_bytes());
        all.extend(value);
        all
    };
    let mut fields = 3u16.to_le_bytes().to_vec();
    fields.extend(field("WM/AlbumTitle", 0, &wide("Älbum")));
    fields.extend(field("WM/TrackNumber", 3, &7u32.to_le_bytes()));
    fields.extend(field("WM/SharedUserRating", 3, &75u32.to_le_bytes()));
    let mut stream = asf::AUDIO.to_vec();
    stream.extend([0; 38]);
    stream.extend(b"\x61\x01\x02\0");
    stream.extend(44_100u32.to_le_bytes());
    stream.extend(16_000u32.to_le_bytes());
    stream.extend(b"\0\0\x10\0");
    let mut whole = vec![0; 80];
    whole[40..48].copy_from_slice(&50_000_000u64.to_le_bytes());
    whole[56..64].copy_from_slice(&3_000u64.to_le_bytes());
    let mut body = vec![0; 6];
    body.extend(guid_object(asf::FILE, &whole));
    body.extend(guid_object(asf::STREAM, &stream));
    body.extend(guid_object(asf::EXTENDED, &fields));
    guid_object(asf::HEADER, &body)
}

/// Fields from the lowest bit on.
fn tak() -> Vec<u8> {
    let samples = 88_200u128;
    let rate = 44_100u128 - 6_000;
    let stream = samples << 14 | rate << 52 | (16 - 8) << 70 | 1 << 75;
    let mut all = b"tBaK\x01\x0a\0\0".to_vec();
    all.extend(&stream.to_le_bytes()[..10]);
    all.extend([0; 200]);
    all
}

fn module(kind: &str) -> Vec<u8> {
    let mut all = vec![0; 1_200];
    let (at, mark): (usize, &[u8]) = match kind {
        "mod" => (1_080, b"M.K."),
        "s3m" => (44, b"SCRM"),
        "xm" => (0, b"Extended Module: "),
        _ => (0, b"IMPM"),
    };
    all[at..at + mark.len()].copy_from_slice(mark);
    let title = match kind {
        "xm" => 17,
        "it" => 4,
        _ => 0,
    };
    all[title..title + 4].copy_from_slice(b"tune");
    all
}

#[test]
fn formats_built_by_hand() {
    for (bytes, codec, rate, channels, length_ms, title) in [
        (dsf(), Codec::Dsd, 2_822_400, 2, 1_000, "Direct"),
        (dsdiff(), Codec::Dsd, 2_822_400, 2, 100, "Title"),
        (tta(), Codec::Tta, 44_100, 2, 2_000, "True"),
        (wave64(), Codec::Pcm, 8_000, 2, 100, ""),
        (asf(), Codec::Wma, 44_100, 2, 2_000, ""),
        (tak(), Codec::Tak, 44_100, 2, 2_000, ""),
    ] {
        let found = read(&bytes).unwrap_or_else(|reason| panic!("{codec}: {reason}"));
        let format = found.format;
        assert_eq!(
            (format.codec, format.rate, format.channels, found.length_ms),
            (codec, Some(rate), Some(channels), Some(length_ms)),
            "{codec}"
        );
        assert_eq!(found.tags.title, title, "{codec}");
    }
    let tags = read(&asf()).unwrap().tags;
    assert_eq!((tags.album.as_str(), tags.track), ("Älbum", Some(7)));
    assert_eq!(tags.rating.unwrap().halves(), 8);
}

#[test]
fn a_length_that_no_recording_has_is_not_known() {
    let with = |rate: u32, samples: u32| {
        let mut bytes = tta();
        let head = bytes.len() - 300;
        bytes[head - 8..head - 4].copy_from_slice(&rate.to_le_bytes());
        bytes[head - 4..head].copy_from_slice(&samples.to_le_bytes());
        read(&bytes).unwrap().length_ms
    };
    let week = 7 * 24 * 3_600;
    assert_eq!(with(1, week), Some(LONGEST_MS));
    assert_eq!(with(1, week + 1), None);
    assert_eq!(with(1, u32::MAX), None);
}

#[test]
fn modules_have_a_title() {
    for kind in ["mod", "s3m", "xm", "it"] {
        let found = read(&module(kind)).unwrap();
        assert_eq!(
            (found.format.codec, found.tags.title.as_str()),
            (Codec::Module, "tune"),
            "{kind}"
        );
        assert_eq!(found.length_ms, None);
    }
}

/// Two performers in frames of their own, and a tag that a tagger left behind its own.
#[test]
fn of_an_mp3_no_performer_is_lost_and_the_first_tag_counts() {
    let frame = |id: &[u8], text: &[u8]| {
        let head = [id, &[0, 0, 0, text.len() as u8 + 1, 0, 0, 0]].concat();
        [&head, text].concat()
    };
    let frames = [
        frame(b"TIT2", b"New"),
        frame(b"TPE1", b"piman"),
        frame(b"TPE1", b"jzig"),
    ]
    .concat();
    let head = [&b"ID3\x03\0\0\0\0\0"[..], &[frames.len() as u8]].concat();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/tags/silence.mp3");
    let with_a_tag = std::fs::read(file).unwrap();
    let old = read(&with_a_tag).unwrap().tags;
    let both = read(&[&head[..], &frames, &with_a_tag].concat())
        .unwrap()
        .tags;
    assert_eq!(both.title, "New");
    assert_eq!(both.artists, ["piman", "jzig"]);
    assert!(!old.album.is_empty() && old.title != both.title);
    assert_eq!(both.album, old.album, "what the first does not say");
}

#[test]
fn what_is_no_audio_is_called_so() {
    assert_eq!(read(b"").unwrap_err(), SkipReason::Empty);
    assert_eq!(read(&[b'x'; 5_000]).unwrap_err(), SkipReason::UnknownFormat);
    assert_eq!(read(b"OggS").unwrap_err(), SkipReason::UnknownFormat);
}

fn all() -> Vec<Vec<u8>> {
    let modules = ["mod", "s3m", "xm", "it"].map(module);
    let mut all = vec![dsf(), dsdiff(), tta(), wave64(), asf(), tak()];
    all.extend(modules);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn heads_that_lie_break_no_reader(
        which in 0..10usize,
        changes in prop::collection::vec((0..400usize, any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        is_cut: bool,
    ) {
        let mut bytes = all().swap_remove(which);
        let end = bytes.len();
        for (at, byte) in changes {
            // The mark stays, so that the reader is the one meant.
            bytes[(16 + at) % end] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(end));
        }
        let found = read(&bytes);
        prop_assert_ne!(found.as_ref().err(), Some(&SkipReason::Panicked));
        let length = found.ok().and_then(|found| found.length_ms);
        prop_assert!(length.is_none_or(|length| length <= LONGEST_MS));
    }

    #[test]
    fn any_bytes_behind_a_mark_break_no_reader(
        mark in prop::sample::select(vec![
            &b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c"[..],
            b"DSD ", b"FRM8\0\0\0\0\0\0\x10\0DSD ", b"TTA1", b"RF64\xff\xff\xff\xffWAVE", b"tBaK", b"OFR ", b"ADIF", b"ajkg", b"\x0b\x77",
            b"\x7f\xfe\x80\x01", b"fLaC", b"OggS", b"RIFF\0\0\x01\0WAVE", b"\0\0\0\x18ftypM4A ", b"\xff\xf1", b"wvpk", b"MPCK", b"MP+\x07", b"MAC ",
        ]),
        body: Vec<u8>,
    ) {
        prop_assert_ne!(read(&[mark, &body].concat()).err(), Some(SkipReason::Panicked));
    }
}
