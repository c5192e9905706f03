//! Whether a file whose name tells nothing is music, by its first bytes. Only what no other kind of file begins with
//! counts: a wrong yes would be a skip that nobody asked for. It decodes nothing.
//!
//! Sources of the marks: RFC 9639 (FLAC), RFC 3533 (Ogg), id3.org (ID3v2.2 to 2.4), EBU Tech 3306 (RF64), Sony's Wave64,
//! Apple's AIFF and CAF specifications, ISO/IEC 14496-12 (`ftyp`), Philips' DSDIFF, Sony's DSF, the specifications of
//! Monkey's Audio, WavPack, Musepack and TTA, Microsoft's ASF, RFC 8794 and 9559 (EBML, Matroska).

use crate::library::bytes::FileBytes;
use std::path::Path;

/// So much of a file's head is looked at.
const HEAD_BYTES: usize = 4 << 10;
/// Sony's Wave64: `riff` as a GUID.
const WAVE64: &[u8] = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";
/// Microsoft's ASF: the GUID of its header.
const ASF: &[u8] = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
const EBML: &[u8] = b"\x1a\x45\xdf\xa3";
/// Brands of MP4 files that hold no pictures that move; others may be films.
const AUDIO_BRANDS: &[&[u8]] = &[b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "];

/// Reads the head of a file once; whatever cannot be opened or read is no music.
pub fn is_music(path: &Path) -> bool {
    let mut head = [0; HEAD_BYTES];
    FileBytes::open(path)
        .and_then(|mut file| {
            file.read_at(0, &mut head)
                .map_err(crate::library::bytes::OpenFailure::Io)
        })
        .is_ok_and(|count| begins_music(&head[..count]))
}

fn begins_music(head: &[u8]) -> bool {
    let at = |offset: usize, mark: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    let byte = |offset: usize| head.get(offset).copied();
    at(0, b"fLaC")
        || at(0, b"OggS\0") && !holds(head, b"\x80theora")
        || is_id3(head)
        || (at(0, b"RIFF") || at(0, b"RF64") || at(0, b"BW64")) && at(8, b"WAVE")
        || at(0, WAVE64)
        || at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC"))
        || at(4, b"ftyp") && AUDIO_BRANDS.iter().any(|brand| at(8, brand))
        || at(0, b"DSD \x1c\0\0\0\0\0\0\0")
        || at(0, b"FRM8") && at(12, b"DSD ")
        || at(0, b"MAC ") && byte(5).is_some_and(|version| (0x0c..=0x10).contains(&version))
        || at(0, b"wvpk") && at(9, b"\x04")
        || at(0, b"MPCKSH")
        || at(0, b"MP+") && byte(3).is_some_and(|version| version & 0x0f == 7)
        || at(0, b"TTA1\x01\0")
        || at(0, b"caff\0\x01")
        || at(0, ASF)
        || at(0, EBML) && is_sound_alone(head)
}

/// An ID3v2 header whose reserved bits are as they must be (id3.org, ID3v2.4 §3.1).
fn is_id3(head: &[u8]) -> bool {
    let Some((&[version, revision, flags], size)) = head
        .strip_prefix(b"ID3")
        .and_then(|rest| rest.split_first_chunk::<3>())
    else {
        return false;
    };
    let reserved = match version {
        2 => 0x3f,
        3 => 0x1f,
        4 => 0x0f,
        _ => return false,
    };
    let is_size = size
        .first_chunk::<4>()
        .is_some_and(|size| size.iter().all(|byte| *byte < 0x80));
    revision != 0xff && flags & reserved == 0 && is_size
}

/// Matroska or WebM whose first tracks are sound and no picture: codec names begin with `A_` or `V_`.
fn is_sound_alone(head: &[u8]) -> bool {
    let is_known = holds(head, b"matroska") || holds(head, b"webm");
    let codec = |kind: &[u8; 2]| {
        // The element CodecID, its length in one byte, and the name.
        head.windows(4)
            .any(|at| at[0] == 0x86 && at[1] & 0x80 != 0 && at[2..] == *kind)
    };
    is_known && codec(b"A_") && !codec(b"V_")
}

fn holds(head: &[u8], mark: &[u8]) -> bool {
    head.windows(mark.len()).any(|at| at == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_marks_are_music_and_what_looks_like_them_is_not() {
        let wave64 = [WAVE64, b"more"].concat();
        let asf = [ASF, b"more"].concat();
        let ebml = |codecs: &[u8]| [EBML, b"\xa3\x42\x82\x84webm", codecs].concat();
        let music: &[&[u8]] = &[
            b"fLaC\0\0\0\x22",
            b"OggS\0\x02",
            b"ID3\x03\0\0\0\0\x10\x00",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"RF64\xff\xff\xff\xffWAVEds64",
            &wave64,
            b"FORM\0\0\0\x10AIFCFVER",
            b"\0\0\0\x20ftypM4A \0\0\0\0",
            b"DSD \x1c\0\0\0\0\0\0\0",
            b"FRM8\0\0\0\0\0\0\0\x10DSD ",
            b"MAC \x96\x0f\0\0",
            b"wvpk\x20\0\0\0\x10\x04",
            b"MPCKSH\x0e",
            b"MP+\x17",
            b"TTA1\x01\0\x02\0",
            b"caff\0\x01\0\0",
            &asf,
            &ebml(b"\x86\x86A_OPUS"),
        ];
        for head in music {
            assert!(begins_music(head), "{head:?}");
            assert!(!begins_music(&head[..3]), "{head:?}");
        }
        let others: &[&[u8]] = &[
            b"",
            b"ID3",
            b"ID3 is a kind of tag",
            b"ID3\x03\0\x01\0\0\0\0",
            b"ID3\x03\0\0\x80\0\0\0",
            b"RIFF\x24\0\0\0AVI LIST",
            b"FORM\0\0\0\x10ILBM",
            b"\0\0\0\x20ftypisom",
            b"MAC address list",
            b"OggS\0\x02 ....\x80theora",
            b"MP+ is no version",
            &ebml(b"\x86\x8fV_MPEG4/ISO/AVC\x86\x86A_OPUS"),
            &ebml(b""),
        ];
        for head in others {
            assert!(!begins_music(head), "{head:?}");
        }
    }
}
