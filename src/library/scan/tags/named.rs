//! Tags whose fields have names: Vorbis comments, APE, the `ilst` of MP4, RIFF INFO, the text chunks of AIFF. Formats:
//! xiph.org/vorbis/doc/v-comment.html, wiki.hydrogenaud.io (APE key), picard-docs.musicbrainz.org (the names in use).

use super::parts::in_vorbis;
use super::said::{Key, Said};
use lofty::ape::ApeTag;
use lofty::id3::v1::GENRES;
use lofty::iff::aiff::AiffTextChunks;
use lofty::iff::wav::RiffInfoList;
use lofty::mp4::{AtomData, AtomIdent, Ilst};
use lofty::ogg::tag::VorbisComments;

/// Whose free names in MP4 are the Vorbis names or ID3's.
const FREE_NAMES: &[(&str, Key)] = &[
    ("MusicBrainz Track Id", Key::MbRecording),
    ("MusicBrainz Album Id", Key::MbAlbum),
    ("MusicBrainz Artist Id", Key::MbArtist),
    ("MusicBrainz Album Artist Id", Key::MbAlbumArtist),
    ("MusicBrainz Release Group Id", Key::MbReleaseGroup),
    ("MusicBrainz Release Track Id", Key::MbReleaseTrack),
    ("MusicBrainz Work Id", Key::MbWork),
];

const ATOMS: &[(&[u8; 4], Key)] = &[
    (b"\xa9nam", Key::Title),
    (b"\xa9ART", Key::Artist),
    (b"\xa9alb", Key::Album),
    (b"aART", Key::AlbumArtist),
    (b"\xa9day", Key::Date),
    (b"\xa9gen", Key::Genre),
    (b"\xa9wrt", Key::Composer),
    (b"\xa9grp", Key::Grouping),
    (b"\xa9wrk", Key::Work),
    (b"\xa9mvn", Key::Movement),
    (b"\xa9mvi", Key::MovementNumber),
    (b"cpil", Key::Compilation),
    (b"sonm", Key::TitleSort),
    (b"soar", Key::ArtistSort),
    (b"soal", Key::AlbumSort),
    (b"soaa", Key::AlbumArtistSort),
    (b"soco", Key::ComposerSort),
];

const INFO: &[(&str, Key)] = &[
    ("INAM", Key::Title),
    ("IART", Key::Artist),
    ("IPRD", Key::Album),
    ("ICRD", Key::Date),
    ("IGNR", Key::Genre),
    ("IMUS", Key::Composer),
    ("ITRK", Key::Track),
    ("IPRT", Key::Track),
];

/// Reads Vorbis comments.
pub fn vorbis(tag: &VorbisComments) -> Said<'_> {
    let mut said = Said::default();
    let mut chapters = Vec::new();
    for (name, text) in tag.items() {
        if in_vorbis(name, text, &mut chapters) {
            continue;
        }
        // Quod Libet names the person whose stars and count they are.
        let (name, of_person) = name
            .split_once(':')
            .map_or((name, false), |(name, _)| (name, true));
        match Key::of(name) {
            Some(Key::Rating) => {
                if let Some(halves) = half_stars(text) {
                    said.add(Key::Rating, halves.to_string());
                }
            }
            Some(key) if !of_person || key == Key::PlayCount => said.add(key, text),
            _ => {}
        }
    }
    let timed = chapters.into_iter().map(|(_, chapter)| chapter);
    timed
        .filter(|chapter| chapter.start_ns != u64::MAX)
        .for_each(|chapter| said.add_chapter(chapter));
    said
}

/// `RATING` has no scale of its own: people write 0 to 1, 1 to 5 and 0 to 100.
fn half_stars(text: &str) -> Option<u8> {
    let value: f32 = text.trim().parse().ok()?;
    let stars = match value {
        value if !(0.0..=100.0).contains(&value) => return None,
        value if value <= 1.0 && text.contains('.') => value * 5.0,
        value if value <= 5.0 => value,
        value => value / 20.0,
    };
    Some((stars * 2.0).round() as u8).filter(|halves| *halves > 0)
}

/// Reads an APE tag.
pub fn ape(tag: &ApeTag) -> Said<'_> {
    let mut said = Said::default();
    for item in tag {
        let Some(values) = item.text_values() else {
            continue;
        };
        let key = match Key::of(item.key()) {
            // Foobar's and Mp3tag's stars are 1 to 5.
            Some(Key::Rating) => {
                values
                    .filter_map(half_stars)
                    .for_each(|halves| said.add(Key::Rating, halves.to_string()));
                continue;
            }
            // APE says Year and means the date.
            Some(Key::Year) => Key::Date,
            Some(key) => key,
            None => continue,
        };
        values.for_each(|value| said.add(key, value));
    }
    said
}

/// Reads the items of an MP4 file.
pub fn ilst(tag: &Ilst) -> Said<'_> {
    let mut said = Said::default();
    for atom in tag {
        match atom.ident() {
            AtomIdent::Fourcc(code) => {
                let known = ATOMS.iter().find(|(name, _)| *name == code);
                for data in atom.data() {
                    match known {
                        Some((_, key)) => text_of(data)
                            .into_iter()
                            .for_each(|text| said.add(*key, text)),
                        None => numbers(&mut said, code, data),
                    }
                }
            }
            AtomIdent::Freeform { name, .. } => {
                let of = |(known, _): &&(&str, Key)| known.eq_ignore_ascii_case(name);
                let known = FREE_NAMES.iter().find(of).map(|(_, key)| *key);
                let Some(key) = known.or_else(|| Key::of(name)) else {
                    continue;
                };
                for text in atom.data().filter_map(text_of) {
                    match key {
                        Key::Rating => half_stars(&text)
                            .into_iter()
                            .for_each(|halves| said.add(key, halves.to_string())),
                        key => said.add(key, text),
                    }
                }
            }
        }
    }
    said
}

fn text_of(data: &AtomData) -> Option<String> {
    Some(match data {
        AtomData::UTF8(text) | AtomData::UTF16(text) => text.clone(),
        AtomData::SignedInteger(number) => number.to_string(),
        AtomData::UnsignedInteger(number) => number.to_string(),
        AtomData::Bool(flag) => u8::from(*flag).to_string(),
        // Free names of old taggers state no type; what is text in them is text.
        AtomData::Unknown { data, .. } => String::from_utf8(data.clone()).ok()?,
        _ => return None,
    })
}

/// `trkn` and `disk` hold numbers of two bytes, `gnre` one of ID3v1's genres, counted from 1, `rate` a hundredth.
fn numbers(said: &mut Said, code: &[u8; 4], data: &AtomData) {
    let AtomData::Unknown { data: bytes, .. } = data else {
        if code == b"rate"
            && let Some(halves) = text_of(data).as_deref().and_then(percent)
        {
            said.add(Key::Rating, halves.to_string());
        }
        return;
    };
    let number = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    match code {
        b"trkn" => number(2)
            .into_iter()
            .for_each(|track| said.add(Key::Track, track.to_string())),
        b"disk" => number(2)
            .into_iter()
            .for_each(|disc| said.add(Key::Disc, disc.to_string())),
        b"gnre" => {
            let genre = number(0).and_then(|genre| GENRES.get(usize::from(genre).checked_sub(1)?));
            genre
                .into_iter()
                .for_each(|genre| said.add(Key::Genre, *genre));
        }
        _ => {}
    }
}

fn percent(text: &str) -> Option<u8> {
    let value: f32 = text.trim().parse().ok()?;
    Some((value / 10.0).round() as u8).filter(|halves| (1..=10).contains(halves))
}

/// Reads a RIFF INFO list; nothing says what charset it has.
pub fn riff(tag: &RiffInfoList) -> Said<'_> {
    let mut said = Said::default();
    for (name, text) in tag {
        if let Some(key) = info_key(name) {
            said.add_old(key, text.as_str());
        }
    }
    said
}

/// What an item of a RIFF INFO list says.
pub fn info_key(name: &str) -> Option<Key> {
    let of = |(id, _): &&(&str, Key)| id.eq_ignore_ascii_case(name);
    INFO.iter().find(of).map(|(_, key)| *key)
}

/// Reads the text chunks of an AIFF file.
pub fn aiff(tag: &AiffTextChunks) -> Said<'_> {
    let mut said = Said::default();
    for (key, text) in [(Key::Title, &tag.name), (Key::Artist, &tag.author)] {
        if let Some(text) = text {
            said.add_old(key, text.as_str());
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_on_every_scale() {
        for (text, halves) in [
            ("0.7", Some(7)),
            ("1", Some(2)),
            ("3", Some(6)),
            ("3.5", Some(7)),
            ("80", Some(8)),
            ("0", None),
            ("-1", None),
            ("NaN", None),
            ("x", None),
        ] {
            assert_eq!(half_stars(text), halves, "{text}");
        }
        assert_eq!(percent("100"), Some(10));
        assert_eq!(percent("255"), None);
    }

    #[test]
    fn vorbis_comments_of_a_person() {
        let mut tag = VorbisComments::default();
        tag.push("RATING:somebody".into(), "0.75".into());
        tag.push("PLAYCOUNT:somebody".into(), "4".into());
        tag.push("title:x".into(), "not a title".into());
        let said = vorbis(&tag);
        assert_eq!(said.all(Key::Rating).collect::<Vec<_>>(), ["8"]);
        assert_eq!(said.all(Key::PlayCount).collect::<Vec<_>>(), ["4"]);
        assert_eq!(said.all(Key::Title).count(), 0);
    }
}
