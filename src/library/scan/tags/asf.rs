//! ASF, the container of WMA. It reads the header's objects one by one and skips what has no meaning here, pictures too.
//! Format: Microsoft, Advanced Systems Format specification 01.20; names: picard-docs.musicbrainz.org.

use super::numbers::{bytes_at, cut_short, le16, le32, le64};
use super::said::{Key, Said};
use super::wave::codec_of_tag;
use super::{Parsed, SkipReason};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;
use std::ops::Range;

type Guid = [u8; 16];

/// What an ASF file begins with.
pub const HEADER: Guid = guid(0x75b2_2630, 0x668e, 0x11cf, 0xa6d9_00aa_0062_ce6c);
/// The object with the length.
pub const FILE: Guid = guid(0x8cab_dca1, 0xa947, 0x11cf, 0x8ee4_00c0_0c20_5365);
/// The object of one stream.
pub const STREAM: Guid = guid(0xb7dc_0791, 0xa9b7, 0x11cf, 0x8ee6_00c0_0c20_5365);
/// What a stream of sound is called.
pub const AUDIO: Guid = guid(0xf869_9e40, 0x5b4d, 0x11cf, 0xa8fd_0080_5f5c_442b);
const CONTENT: Guid = guid(0x75b2_2633, 0x668e, 0x11cf, 0xa6d9_00aa_0062_ce6c);
/// The fields with names.
pub const EXTENDED: Guid = guid(0xd2d0_a440, 0xe307, 0x11d2, 0x97f0_00a0_c95e_a850);
const EXTENSION: Guid = guid(0x5fbf_03b5, 0xa92e, 0x11cf, 0x8ee3_00c0_0c20_5365);
const METADATA: Guid = guid(0xc5f8_cbea, 0x5baf, 0x4877, 0x8467_aa8c_44fa_4cca);
const LIBRARY: Guid = guid(0x4423_1c94, 0x9498, 0x49d1, 0xa141_1d13_4e45_7054);

/// So many objects of a header, and fields of an object, are looked at.
const MOST_OBJECTS: usize = 256;
const MOST_FIELDS: usize = 4_096;
/// The longest name and value that are read, in bytes.
const LONGEST_NAME: usize = 256;
const LONGEST_VALUE: usize = 16 << 10;
/// What is read of the objects of fixed layout.
const FIXED_BYTES: usize = 128;
/// Play duration counts in 100 ns.
const TICKS_A_MS: u64 = 10_000;
/// Flag of a file whose duration means nothing.
const BROADCAST: u32 = 1;
/// The WMA that keeps every bit (mmreg.h).
const LOSSLESS: u16 = 0x163;

const NAMES: &[(&str, Key)] = &[
    ("Title", Key::Title),
    ("Author", Key::Artist),
    ("WM/ARTISTS", Key::Artists),
    ("WM/AlbumTitle", Key::Album),
    ("WM/AlbumArtist", Key::AlbumArtist),
    ("WM/TrackNumber", Key::Track),
    ("WM/PartOfSet", Key::Disc),
    ("WM/Year", Key::Date),
    ("WM/OriginalReleaseTime", Key::OriginalDate),
    ("WM/OriginalReleaseYear", Key::OriginalDate),
    ("WM/Genre", Key::Genre),
    ("WM/Composer", Key::Composer),
    ("WM/Conductor", Key::Conductor),
    ("WM/IsCompilation", Key::Compilation),
    ("WM/ISRC", Key::Isrc),
    ("WM/TitleSortOrder", Key::TitleSort),
    ("WM/ArtistSortOrder", Key::ArtistSort),
    ("WM/AlbumSortOrder", Key::AlbumSort),
    ("WM/AlbumArtistSortOrder", Key::AlbumArtistSort),
    ("WM/ComposerSortOrder", Key::ComposerSort),
    ("WM/ContentGroupDescription", Key::Grouping),
    ("WM/Work", Key::Work),
    ("WM/Mood", Key::Mood),
    ("WM/Publisher", Key::Label),
    ("WM/SharedUserRating", Key::Rating),
    ("FMPS/Rating", Key::FmpsRating),
    ("FMPS/Playcount", Key::FmpsPlayCount),
    ("MusicBrainz/Track Id", Key::MbRecording),
    ("MusicBrainz/Album Id", Key::MbAlbum),
    ("MusicBrainz/Artist Id", Key::MbArtist),
    ("MusicBrainz/Album Artist Id", Key::MbAlbumArtist),
    ("MusicBrainz/Release Group Id", Key::MbReleaseGroup),
    ("MusicBrainz/Release Track Id", Key::MbReleaseTrack),
    ("MusicBrainz/Work Id", Key::MbWork),
];

const fn guid(a: u32, b: u16, c: u16, d: u64) -> Guid {
    let (a, b, c, d) = (
        a.to_le_bytes(),
        b.to_le_bytes(),
        c.to_le_bytes(),
        d.to_be_bytes(),
    );
    [
        a[0], a[1], a[2], a[3], b[0], b[1], c[0], c[1], d[0], d[1], d[2], d[3], d[4], d[5], d[6],
        d[7],
    ]
}

/// Reads the header of an ASF file.
pub fn parse(file: &mut FileBytes) -> Result<Parsed, SkipReason> {
    let head = file.array_at::<30>(0)?.ok_or_else(cut_short)?;
    let size = le64(&head, 16).unwrap_or(0);
    let mut asf = Asf::default();
    asf.objects(file, 30..size)?;
    let Some(format) = asf.format else {
        return Err(SkipReason::NoAudio);
    };
    Ok(Parsed::of(
        &mut [asf.exact, asf.content, asf.loose],
        format,
        asf.length_ms,
    ))
}

#[derive(Default)]
struct Asf {
    /// The fields with names that the format knows.
    exact: Said<'static>,
    /// The old content description, which has no more than one value each.
    content: Said<'static>,
    /// Fields that somebody named as they are named elsewhere.
    loose: Said<'static>,
    format: Option<Format>,
    length_ms: Option<u64>,
}

impl Asf {
    fn objects(&mut self, file: &mut FileBytes, range: Range<u64>) -> io::Result<()> {
        for (kind, data) in objects(file, range)? {
            match kind {
                FILE => self.length(&fixed(file, &data)?),
                STREAM => self.stream(&fixed(file, &data)?),
                CONTENT => self.content(file, data)?,
                EXTENDED => self.fields(file, data, Layout::Extended)?,
                METADATA | LIBRARY => self.fields(file, data, Layout::Metadata)?,
                EXTENSION => {
                    let below = data.start.saturating_add(22)..data.end;
                    for (kind, data) in objects(file, below)? {
                        if kind == METADATA || kind == LIBRARY {
                            self.fields(file, data, Layout::Metadata)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn length(&mut self, bytes: &[u8]) {
        let (Some(ticks), Some(preroll_ms), Some(flags)) =
            (le64(bytes, 40), le64(bytes, 56), le32(bytes, 64))
        else {
            return;
        };
        let length = (ticks / TICKS_A_MS).checked_sub(preroll_ms);
        self.length_ms = length.filter(|length| *length > 0 && flags & BROADCAST == 0);
    }

    /// The first stream of sound counts.
    fn stream(&mut self, bytes: &[u8]) {
        if self.format.is_some() || !bytes.starts_with(&AUDIO) {
            return;
        }
        let wave = bytes.get(54..).unwrap_or_default();
        let codec = le16(wave, 0).map_or(Codec::Unknown, codec_of_tag);
        let bytes_a_second = le32(wave, 8).unwrap_or(0);
        self.format = Some(Format {
            codec,
            rate: le32(wave, 4).filter(|rate| *rate > 0),
            channels: le16(wave, 2)
                .and_then(|count| u8::try_from(count).ok())
                .filter(|count| *count > 0),
            bits: Some(wave)
                .filter(|_| le16(wave, 0) == Some(LOSSLESS))
                .and_then(|wave| le16(wave, 14))
                .and_then(|bits| u8::try_from(bits).ok())
                .filter(|bits| *bits > 0),
            kbps: Some(bytes_a_second / 125).filter(|kbps| *kbps > 0),
            ..Format::default()
        });
    }

    fn content(&mut self, file: &mut FileBytes, data: Range<u64>) -> io::Result<()> {
        let head = bytes_at(file, data.start, 10, 10)?;
        let mut at = data.start.saturating_add(10);
        for (index, key) in [(0, Key::Title), (2, Key::Artist)] {
            let length = u64::from(le16(&head, index).unwrap_or(0));
            let text = text(&bytes_at(file, at, length, LONGEST_VALUE)?);
            self.content.add(key, text);
            at = at.saturating_add(length);
        }
        Ok(())
    }

    fn fields(&mut self, file: &mut FileBytes, data: Range<u64>, layout: Layout) -> io::Result<()> {
        let count = bytes_at(file, data.start, 2, 2)?;
        let count = usize::from(le16(&count, 0).unwrap_or(0)).min(MOST_FIELDS);
        let mut at = data.start.saturating_add(2);
        for _ in 0..count {
            let Some((field, next)) = layout.field(file, at)? else {
                break;
            };
            if next > data.end {
                break;
            }
            self.field(file, &field)?;
            at = next;
        }
        Ok(())
    }

    fn field(&mut self, file: &mut FileBytes, field: &Field) -> io::Result<()> {
        let name = text(&bytes_at(
            file,
            field.name.start,
            length(&field.name),
            LONGEST_NAME,
        )?);
        let known = NAMES.iter().find(|(known, _)| *known == name);
        let (said, key) = match known {
            Some((_, key)) => (&mut self.exact, Some(*key)),
            // What stands under a plain name is on nobody knows what scale.
            None => (
                &mut self.loose,
                Key::of(&name).filter(|key| *key != Key::Rating),
            ),
        };
        let Some(key) = key else {
            return Ok(());
        };
        let bytes = bytes_at(file, field.value.start, length(&field.value), LONGEST_VALUE)?;
        let Some(value) = value(field.kind, &bytes) else {
            return Ok(());
        };
        match key {
            Key::Rating => half_stars(&value)
                .into_iter()
                .for_each(|halves| said.add(key, halves.to_string())),
            key => said.add(key, value),
        }
        Ok(())
    }
}

/// The objects of a stretch: what each is, and where its data lies.
fn objects(file: &mut FileBytes, range: Range<u64>) -> io::Result<Vec<(Guid, Range<u64>)>> {
    let mut all = Vec::new();
    let end = range.end.min(file.stamp().size);
    let mut at = range.start;
    while at < end && all.len() < MOST_OBJECTS {
        let Some(head) = file.array_at::<24>(at)? else {
            break;
        };
        let size = le64(&head, 16).unwrap_or(0);
        let (Ok(kind), Some(next)) = (Guid::try_from(&head[..16]), at.checked_add(size)) else {
            break;
        };
        if size < 24 {
            break;
        }
        all.push((kind, at + 24..next));
        at = next;
    }
    Ok(all)
}

fn fixed(file: &mut FileBytes, data: &Range<u64>) -> io::Result<Vec<u8>> {
    bytes_at(file, data.start, length(data), FIXED_BYTES)
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

/// How a field with a name is written.
#[derive(Clone, Copy)]
enum Layout {
    Extended,
    Metadata,
}

struct Field {
    name: Range<u64>,
    value: Range<u64>,
    kind: u16,
}

impl Layout {
    /// The field that begins here, and where the next one does.
    fn field(self, file: &mut FileBytes, at: u64) -> io::Result<Option<(Field, u64)>> {
        match self {
            Self::Extended => extended_field(file, at),
            Self::Metadata => metadata_field(file, at),
        }
    }
}

fn extended_field(file: &mut FileBytes, at: u64) -> io::Result<Option<(Field, u64)>> {
    let Some(length) = file.array_at::<2>(at)?.map(u16::from_le_bytes) else {
        return Ok(None);
    };
    let name = at + 2..at + 2 + u64::from(length);
    let Some(head) = file.array_at::<4>(name.end)? else {
        return Ok(None);
    };
    let length = u16::from_le_bytes([head[2], head[3]]);
    let value = name.end + 4..name.end + 4 + u64::from(length);
    let (kind, end) = (u16::from_le_bytes([head[0], head[1]]), value.end);
    Ok(Some((Field { name, value, kind }, end)))
}

fn metadata_field(file: &mut FileBytes, at: u64) -> io::Result<Option<(Field, u64)>> {
    let Some(head) = file.array_at::<12>(at)? else {
        return Ok(None);
    };
    let name_length = u64::from(u16::from_le_bytes([head[4], head[5]]));
    let value_length = u64::from(le32(&head, 8).unwrap_or(0));
    let name = at + 12..at + 12 + name_length;
    let value = name.end..name.end + value_length;
    let (kind, end) = (u16::from_le_bytes([head[6], head[7]]), value.end);
    Ok(Some((Field { name, value, kind }, end)))
}

/// UTF-16 and numbers of 16 to 64 bits; flags are numbers.
fn value(kind: u16, bytes: &[u8]) -> Option<String> {
    Some(match kind {
        0 => text(bytes),
        2 => u8::from(bytes.iter().any(|byte| *byte != 0)).to_string(),
        3 => le32(bytes, 0)?.to_string(),
        4 => le64(bytes, 0)?.to_string(),
        5 => le16(bytes, 0)?.to_string(),
        _ => return None,
    })
}

fn text(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Players write 1, 25, 50, 75 and 99 for the whole stars (Microsoft, WM/SharedUserRating).
fn half_stars(text: &str) -> Option<u8> {
    let value: f32 = text.trim().parse().ok()?;
    (1.0..=100.0)
        .contains(&value)
        .then(|| ((1.0 + value / 25.0) * 2.0).round().min(10.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_of_windows() {
        for (text, halves) in [
            ("0", None),
            ("1", Some(2)),
            ("25", Some(4)),
            ("50", Some(6)),
            ("75", Some(8)),
            ("99", Some(10)),
            ("255", None),
        ] {
            assert_eq!(half_stars(text), halves, "{text}");
        }
    }

    #[test]
    fn ids_are_written_as_they_lie_in_files() {
        assert_eq!(HEADER[..6], [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66]);
        assert_eq!(HEADER[8..], [0xa6, 0xd9, 0, 0xaa, 0, 0x62, 0xce, 0x6c]);
    }
}
