//! The first bytes of files that only ffmpeg opens, or nothing. Symphonia looks for MPEG frames anywhere in a file, and
//! finds some in the compressed sound of any other codec.

use crate::music::Playing::{self, NotPlayable, WithFfmpeg};
use std::io::{self, Read, Seek, SeekFrom};

/// What a file is that the decoders inside must not be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// For people.
    pub name: &'static str,
    pub playing: Playing,
}

/// The farthest byte that a signature has: the name of a module's kind.
const HEAD: usize = 1_084;
/// Tags in front of the sound; more than one happens.
const MAX_TAGS: u32 = 4;

/// A name, and what stands where in the file.
type Signature = (&'static str, &'static [(usize, &'static [u8])], Playing);

const SIGNATURES: &[Signature] = &[
    ("WavPack", &[(0, b"wvpk")], WithFfmpeg),
    ("Monkey's Audio", &[(0, b"MAC ")], WithFfmpeg),
    ("Monkey's Audio", &[(0, b"MACF")], WithFfmpeg),
    ("Musepack", &[(0, b"MPCK")], WithFfmpeg),
    ("Musepack", &[(0, b"MP+")], WithFfmpeg),
    ("True Audio", &[(0, b"TTA1")], WithFfmpeg),
    ("TAK", &[(0, b"tBaK")], WithFfmpeg),
    ("Shorten", &[(0, b"ajkg")], WithFfmpeg),
    ("OptimFROG", &[(0, b"OFR ")], NotPlayable),
    ("DSD", &[(0, b"DSD ")], WithFfmpeg),
    ("DSD", &[(0, b"FRM8"), (12, b"DSD ")], WithFfmpeg),
    (
        "Windows Media Audio",
        &[(0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11")],
        WithFfmpeg,
    ),
    ("Speex", &[(0, b"OggS"), (28, b"Speex   ")], WithFfmpeg),
    ("Dolby Digital", &[(0, b"\x0B\x77")], WithFfmpeg),
    ("DTS", &[(0, b"\x7F\xFE\x80\x01")], WithFfmpeg),
    ("DTS", &[(0, b"\xFE\x7F\x01\x80")], WithFfmpeg),
    ("DTS-HD", &[(0, b"DTSHDHDR")], WithFfmpeg),
    ("Dolby TrueHD", &[(4, b"\xF8\x72\x6F\xBA")], WithFfmpeg),
    ("Meridian Lossless", &[(4, b"\xF8\x72\x6F\xBB")], WithFfmpeg),
    ("ATRAC", &[(0, b"EA3")], WithFfmpeg),
    ("AMR", &[(0, b"#!AMR")], WithFfmpeg),
    ("RealAudio", &[(0, b".RMF")], WithFfmpeg),
    ("RealAudio", &[(0, b".ra\xFD")], WithFfmpeg),
    ("RF64", &[(0, b"RF64"), (8, b"WAVE")], WithFfmpeg),
    ("BW64", &[(0, b"BW64"), (8, b"WAVE")], WithFfmpeg),
    ("Wave64", &[(0, b"riff\x2E\x91\xCF\x11")], WithFfmpeg),
    ("AVI", &[(0, b"RIFF"), (8, b"AVI ")], WithFfmpeg),
    ("Sun audio", &[(0, b".snd")], WithFfmpeg),
    (
        "Creative Voice",
        &[(0, b"Creative Voice File\x1A")],
        WithFfmpeg,
    ),
    ("Flash video", &[(0, b"FLV\x01")], WithFfmpeg),
    (
        "MPEG transport stream",
        &[(0, b"G"), (188, b"G"), (376, b"G"), (564, b"G")],
        WithFfmpeg,
    ),
    ("a module", &[(0, b"Extended Module: ")], WithFfmpeg),
    ("a module", &[(0, b"IMPM")], WithFfmpeg),
    ("a module", &[(44, b"SCRM")], WithFfmpeg),
    ("a module", &[(1_080, b"M.K.")], WithFfmpeg),
    ("a module", &[(1_080, b"M!K!")], WithFfmpeg),
    ("a module", &[(1_080, b"FLT4")], WithFfmpeg),
    ("a module", &[(1_080, b"4CHN")], WithFfmpeg),
    ("a module", &[(1_080, b"6CHN")], WithFfmpeg),
    ("a module", &[(1_080, b"8CHN")], WithFfmpeg),
    ("MIDI", &[(0, b"MThd")], NotPlayable),
];

/// What the file is, where its first bytes behind any ID3v2 tag say it.
pub(super) fn kind(file: &mut (impl Read + Seek)) -> io::Result<Option<Kind>> {
    Ok(kind_of(&behind_tags(file)?.1))
}

/// How long the ID3v2 tags at the file's beginning are.
pub(super) fn tag_bytes(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    Ok(behind_tags(file)?.0)
}

/// Where the tags end, and what begins there.
fn behind_tags(file: &mut (impl Read + Seek)) -> io::Result<(u64, Vec<u8>)> {
    let mut head = read_head(file, 0)?;
    let mut at = 0_u64;
    for _ in 0..MAX_TAGS {
        let Some(tag) = id3_bytes(&head) else { break };
        at += tag;
        head = read_head(file, at)?;
    }
    Ok((at, head))
}

fn kind_of(head: &[u8]) -> Option<Kind> {
    let stands =
        |(at, bytes): &(usize, &[u8])| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    let (name, _, playing) = SIGNATURES
        .iter()
        .find(|(_, places, _)| places.iter().all(stands))?;
    Some(Kind {
        name,
        playing: *playing,
    })
}

fn read_head(file: &mut (impl Read + Seek), at: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    file.seek(SeekFrom::Start(at))?;
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// The length of an ID3v2 tag, head and foot included (id3.org, ID3v2.4 §3.1).
fn id3_bytes(head: &[u8]) -> Option<u64> {
    let fields = head.strip_prefix(b"ID3")?;
    let (flags, size) = (*fields.get(2)?, fields.get(3..7)?);
    let body = size
        .iter()
        .fold(0_u64, |sum, byte| (sum << 7) | u64::from(byte & 0x7F));
    let foot = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + body + foot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn name_of(bytes: &[u8]) -> Option<&'static str> {
        kind(&mut Cursor::new(bytes)).unwrap().map(|kind| kind.name)
    }

    #[test]
    fn kinds_are_known_with_and_without_a_tag_before_them() {
        let tag = b"ID3\x04\0\0\0\0\x01\x02".iter().chain(&[0; 130]);
        let tagged: Vec<u8> = tag.chain(b"TTA1 and more").copied().collect();
        assert_eq!(name_of(&tagged), Some("True Audio"));
        assert_eq!(name_of(b"TTA1"), Some("True Audio"));
        assert_eq!(
            name_of(&[vec![0; 1_080], b"M.K.".to_vec()].concat()),
            Some("a module")
        );
        for other in [
            &b""[..],
            b"fLaC",
            b"ID3",
            b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
            b"RIFF1234WAVE",
            b"OggS",
        ] {
            assert_eq!(name_of(other), None);
        }
    }
}
