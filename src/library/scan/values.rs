//! Tag fields as people wrote them → [`Tags`]. Pure; it knows lofty's field names and no file.

use crate::music::{Gain, Tags};
use lofty::tag::{ItemKey, Tag};

/// A longer text is cut: nobody reads it, and every row of a list carries it.
const LONGEST_TEXT_BYTES: usize = 4_096;
/// More values of one field are dropped.
const MOST_VALUES: usize = 64;
/// Opus states its gain against −23 LUFS, ReplayGain 2 against −18 (RFC 7845, 5.2.1).
const R128_TO_REPLAYGAIN_DB: f32 = 5.0;
/// No tag that means it asks for more, in either direction.
const LARGEST_GAIN_DB: f32 = 64.0;

/// Reads each field from the first tag that has it.
pub fn tags(tags: &[&Tag]) -> Tags {
    let one = |key| first(tags, key).unwrap_or_default();
    let number = |key| first(tags, key).and_then(|text| number(&text));
    Tags {
        title: one(ItemKey::TrackTitle),
        artists: names(tags, ItemKey::TrackArtist, ItemKey::TrackArtists),
        album: one(ItemKey::AlbumTitle),
        album_artists: names(tags, ItemKey::AlbumArtist, ItemKey::AlbumArtists),
        track: number(ItemKey::TrackNumber),
        disc: number(ItemKey::DiscNumber),
        date: when(tags),
        genres: all(tags, ItemKey::Genre),
        composers: all(tags, ItemKey::Composer),
        compilation: matches!(one(ItemKey::FlagCompilation).as_str(), "1" | "true"),
        isrc: isrc(&one(ItemKey::Isrc)),
        mb_recording: one(ItemKey::MusicBrainzRecordingId),
        gain: gain(tags),
    }
}

fn first(tags: &[&Tag], key: ItemKey) -> Option<String> {
    tags.iter()
        .flat_map(|tag| tag.get_strings(key))
        .map(clean)
        .find(|text| !text.is_empty())
}

fn all(tags: &[&Tag], key: ItemKey) -> Vec<String> {
    let values = |tag: &&Tag| -> Vec<String> {
        let values = tag.get_strings(key).map(clean);
        values
            .filter(|text| !text.is_empty())
            .take(MOST_VALUES)
            .collect()
    };
    tags.iter()
        .map(values)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// `each` has one value a person where it is there; `joined` may have them in one text, which nothing can split
/// safely ("AC/DC").
fn names(tags: &[&Tag], joined: ItemKey, each: ItemKey) -> Vec<String> {
    let (joined, each) = (all(tags, joined), all(tags, each));
    if joined.is_empty() || each.len() > joined.len() {
        each
    } else {
        joined
    }
}

/// Trimmed, without control characters, not longer than anybody reads.
pub fn clean(text: &str) -> String {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.len() > LONGEST_TEXT_BYTES {
        let cut = (0..=LONGEST_TEXT_BYTES).rfind(|at| text.is_char_boundary(*at));
        text = &text[..cut.unwrap_or(0)];
    }
    if text.contains(char::is_control) {
        text.replace(char::is_control, " ")
    } else {
        text.to_owned()
    }
}

/// `3`, `03/12`: the digits it begins with.
pub fn number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok().filter(|number| *number > 0)
}

fn when(tags: &[&Tag]) -> String {
    [
        ItemKey::RecordingDate,
        ItemKey::Year,
        ItemKey::ReleaseDate,
        ItemKey::OriginalReleaseDate,
    ]
    .into_iter()
    .filter_map(|key| first(tags, key))
    .map(|text| date(&text))
    .find(|date| !date.is_empty())
    .unwrap_or_default()
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as far as the text goes; empty where it begins with no year.
pub fn date(text: &str) -> String {
    let digits = |from: usize, count: usize| {
        text.get(from..from + count).filter(|part| {
            part.bytes().all(|byte| byte.is_ascii_digit()) && part.bytes().any(|byte| byte != b'0')
        })
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let Some(year) = digits(0, 4) else {
        return String::new();
    };
    match (
        dash(4).then(|| digits(5, 2)).flatten(),
        dash(7).then(|| digits(8, 2)).flatten(),
    ) {
        (Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        (Some(month), None) => format!("{year}-{month}"),
        _ => year.to_owned(),
    }
}

/// Twelve letters and digits, in upper case; empty where it is anything else.
pub fn isrc(text: &str) -> String {
    let code: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if code.len() == 12 {
        code.to_ascii_uppercase()
    } else {
        String::new()
    }
}

fn gain(tags: &[&Tag]) -> Gain {
    let value = |key| first(tags, key).and_then(|text| decimal(&text));
    let r128 = |key| value(key).map(|q7_8| q7_8 / 256.0 + R128_TO_REPLAYGAIN_DB);
    let sane = |db: &f32| db.abs() <= LARGEST_GAIN_DB;
    let peak = |key| value(key).filter(|peak| *peak > 0.0);
    Gain {
        track_db: value(ItemKey::ReplayGainTrackGain)
            .or_else(|| r128(ItemKey::R128TrackGain))
            .filter(sane),
        track_peak: peak(ItemKey::ReplayGainTrackPeak),
        album_db: value(ItemKey::ReplayGainAlbumGain)
            .or_else(|| r128(ItemKey::R128AlbumGain))
            .filter(sane),
        album_peak: peak(ItemKey::ReplayGainAlbumPeak),
    }
}

/// The number a text begins with: `-7.30 dB`, `+3,5 dB`, `0.988`.
pub fn decimal(text: &str) -> Option<f32> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',')))
        .unwrap_or(text.len());
    let value: f32 = text[..end].replace(',', ".").parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_length() {
        for (text, wanted) in [
            ("1999", "1999"),
            ("1999-03", "1999-03"),
            ("1999-03-07T12:00", "1999-03-07"),
            ("1999-00-00", "1999"),
            ("1999/03/07", "1999"),
            ("0000", ""),
            ("99", ""),
            ("é999", ""),
        ] {
            assert_eq!(date(text), wanted, "{text}");
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(number("03/12"), Some(3));
        assert_eq!(number("A1"), None);
        assert_eq!(number("0"), None);
        assert_eq!(number("99999999999"), None);
        assert_eq!(decimal("-7.30 dB"), Some(-7.3));
        assert_eq!(decimal("+3,5dB"), Some(3.5));
        assert_eq!(decimal("NaN"), None);
        assert_eq!(isrc("us-abc-12-34567"), "USABC1234567");
        assert_eq!(isrc("none"), "");
    }

    #[test]
    fn no_text_carries_controls_or_grows_without_bound() {
        assert_eq!(clean(" a\u{1f}b\0"), "a b");
        assert_eq!(clean(&"é".repeat(5_000)).len(), LONGEST_TEXT_BYTES);
    }

    #[test]
    fn a_list_of_names_beats_a_text_that_joins_them() {
        let mut tag = Tag::new(lofty::tag::TagType::VorbisComments);
        tag.insert_text(ItemKey::TrackArtist, "AC/DC".into());
        assert_eq!(tags(&[&tag]).artists, ["AC/DC"]);
        for name in ["AC/DC", "Angus"] {
            tag.push(lofty::tag::TagItem::new(
                ItemKey::TrackArtists,
                lofty::tag::ItemValue::Text(name.into()),
            ));
        }
        assert_eq!(tags(&[&tag]).artists, ["AC/DC", "Angus"]);
    }
}
