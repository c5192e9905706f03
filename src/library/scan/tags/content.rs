//! Which reader a file is for, by its first bytes alone. It compares a few marks and reads nothing that the readers of the
//! common formats would not read themselves.

use super::said::Said;
use super::{
    Parsed, SkipReason, asf, au, by_lofty, caf, dsd, flac, matroska, module, mp4, ogg, raw, tta,
    wave,
};
use crate::library::bytes::FileBytes;

/// What neither lofty nor the decoder's probe reads, or reads without tags, is read here; `None`: it is none of them.
pub fn read(file: &mut FileBytes) -> Result<Option<Parsed>, SkipReason> {
    let at = after_id3(file)?;
    let head = file.array_at::<16>(at)?.unwrap_or_default();
    match &head {
        &asf::HEADER => asf::parse(file).map(Some),
        &wave::WAVE64 => wave::parse(file).map(Some),
        [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..] => wave::parse(file).map(Some),
        [b'D', b'S', b'D', b' ', ..] => dsd::dsf(file).map(Some),
        [b'F', b'R', b'M', b'8', ..] => dsd::dsdiff(file).map(Some),
        [b'.', b's', b'n', b'd', ..] => au::parse(file, at).map(Some),
        [b'T', b'T', b'A', b'1', ..] => tta::parse(file, at).map(Some),
        [b't', b'B', b'a', b'K', ..]
        | [b'O', b'F', b'R', b' ', ..]
        | [b'a', b'j', b'k', b'g', ..]
        | [b'A', b'D', b'I', b'F', ..]
        | [0x0b, 0x77, ..]
        | [0x7f, 0xfe, 0x80, 0x01, ..] => raw::parse(file, at),
        _ if is_common(&head) => Ok(None),
        _ => Ok(module::parse(file)?),
    }
}

/// What readers that take less for granted find in a file that lofty gave up on, its tags too.
pub fn patient(file: &mut FileBytes) -> Result<Option<Parsed>, SkipReason> {
    let at = after_id3(file)?;
    match &file.array_at::<4>(at)?.unwrap_or_default() {
        b"fLaC" => flac::parse(file, at),
        b"RIFF" => wave::parse(file).map(Some),
        _ => Ok(None),
    }
}

/// Containers that lofty does not know, and in which it finds bytes that look like a frame of MPEG.
pub fn is_for_the_probe(file: &mut FileBytes) -> Result<bool, SkipReason> {
    let mark = file.array_at::<4>(0)?.unwrap_or_default();
    Ok(matches!(&mark, b"caff" | [0x1a, 0x45, 0xdf, 0xa3]))
}

/// Tags that the decoder's probe passes over.
pub fn unprobed(file: &mut FileBytes) -> Result<Said<'static>, SkipReason> {
    Ok(match &file.array_at::<4>(0)?.unwrap_or_default() {
        b"caff" => caf::said(file)?,
        [0x1a, 0x45, 0xdf, 0xa3] => matroska::said(file)?,
        _ => Said::default(),
    })
}

/// The sound alone, of a file whose tags no reader can make anything of.
pub fn bare(file: &mut FileBytes) -> Result<Option<Parsed>, SkipReason> {
    match &file.array_at::<8>(0)?.unwrap_or_default() {
        [b'O', b'g', b'g', b'S', ..] => Ok(ogg::parse(file)?),
        [_, _, _, _, b'f', b't', b'y', b'p'] => Ok(mp4::parse(file)?),
        _ => by_lofty::without_tags(file).map_err(|error| SkipReason::of(&error)),
    }
}

/// Formats that a mark at their beginning tells: no module begins with one, so none is looked for.
fn is_common(head: &[u8; 16]) -> bool {
    let marks: [&[u8]; 10] = [
        b"ID3", b"fLaC", b"OggS", b"RIFF", b"FORM", b"wvpk", b"MAC ", b"MPCK", b"MP+", b"caff",
    ];
    marks.iter().any(|mark| head.starts_with(mark))
        || head[4..].starts_with(b"ftyp")
        || (head[0] == 0xff && head[1] & 0xe0 == 0xe0)
        || head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
}

/// Where a file begins behind one ID3v2 tag.
pub fn after_id3(file: &mut FileBytes) -> std::io::Result<u64> {
    let Some(head) = file
        .array_at::<10>(0)?
        .filter(|head| head.starts_with(b"ID3"))
    else {
        return Ok(0);
    };
    let size = head[6..]
        .iter()
        .fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
    let has_footer = head[3] == 4 && head[5] & 0x10 != 0;
    Ok(10 + size + if has_footer { 10 } else { 0 })
}
