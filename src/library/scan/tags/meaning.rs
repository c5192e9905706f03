//! Tag fields as people wrote them → [`Tags`]. Pure; it knows no format and no file.

use super::bounds::bounded;
use super::said::{Key, Said};
use crate::music::{Field, Rating, ReplayGain, Tags};

/// A longer text is cut: nobody reads it, and every row of a list carries it.
const LONGEST_TEXT_BYTES: usize = 4_096;
/// More values of one field are dropped.
const MOST_VALUES: usize = 64;
/// Opus states its gain against −23 LUFS, ReplayGain 2 against −18 (RFC 7845, 5.2.1).
const R128_TO_REPLAYGAIN_DB: f32 = 5.0;
/// No tag that means it asks for more, in either direction.
const LARGEST_GAIN_DB: f32 = 64.0;

/// The fields without a place of their own in [`Tags`], and where they come from.
const FURTHER: &[(Key, Field)] = &[
    (Key::TitleSort, Field::TitleSort),
    (Key::ArtistSort, Field::ArtistSort),
    (Key::AlbumSort, Field::AlbumSort),
    (Key::AlbumArtistSort, Field::AlbumArtistSort),
    (Key::ComposerSort, Field::ComposerSort),
    (Key::Performer, Field::Performer),
    (Key::Conductor, Field::Conductor),
    (Key::Ensemble, Field::Ensemble),
    (Key::Work, Field::Work),
    (Key::Movement, Field::Movement),
    (Key::MovementNumber, Field::MovementNumber),
    (Key::Location, Field::Location),
    (Key::Grouping, Field::Grouping),
    (Key::Mood, Field::Mood),
    (Key::Label, Field::Label),
    (Key::MbArtist, Field::MbArtist),
    (Key::MbAlbum, Field::MbAlbum),
    (Key::MbAlbumArtist, Field::MbAlbumArtist),
    (Key::MbReleaseTrack, Field::MbReleaseTrack),
    (Key::MbReleaseGroup, Field::MbReleaseGroup),
    (Key::MbWork, Field::MbWork),
];

/// Reads each field from the first tag that has it; no more text than [`bounded`] leaves.
pub fn tags(said: &[Said]) -> Tags {
    let one = |key| first(said, key).unwrap_or_default();
    let number = |key| first(said, key).and_then(|text| number(&text));
    bounded(Tags {
        title: one(Key::Title),
        artists: names(said, Key::Artist, Key::Artists, Key::MbArtist),
        album: one(Key::Album),
        album_artists: names(
            said,
            Key::AlbumArtist,
            Key::AlbumArtists,
            Key::MbAlbumArtist,
        ),
        track: number(Key::Track),
        disc: number(Key::Disc),
        date: when(
            said,
            &[Key::Date, Key::Year, Key::ReleaseDate, Key::OriginalDate],
        ),
        genres: genres(said),
        composers: all(said, Key::Composer),
        compilation: matches!(one(Key::Compilation).as_str(), "1" | "true" | "True"),
        isrc: isrc(&one(Key::Isrc)),
        mb_recording: one(Key::MbRecording),
        gain: gain(said),
        more: further(said),
        rating: rating(said),
        play_count: play_count(said),
        ..Tags::default()
    })
}

fn first(said: &[Said], key: Key) -> Option<String> {
    said.iter()
        .flat_map(|tag| tag.all(key))
        .map(clean)
        .find(|text| !text.is_empty())
}

fn all(said: &[Said], key: Key) -> Vec<String> {
    let values = |tag: &Said| -> Vec<String> {
        let values = tag.all(key).map(clean);
        values
            .filter(|text| !text.is_empty())
            .take(MOST_VALUES)
            .collect()
    };
    said.iter()
        .map(values)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn further(said: &[Said]) -> Vec<(Field, String)> {
    let mut more = Vec::new();
    for (key, field) in FURTHER {
        more.extend(all(said, *key).into_iter().map(|value| (*field, value)));
    }
    let date = when(said, &[Key::OriginalDate]);
    if !date.is_empty() {
        more.push((Field::OriginalDate, date));
    }
    more
}

/// `each` has one value a person where it is there; `joined` may have them in one text, which nothing can split
/// safely ("AC/DC"), unless the ids beside it say how many they are.
fn names(said: &[Said], joined: Key, each: Key, ids: Key) -> Vec<String> {
    let (joined, each) = (all(said, joined), all(said, each));
    if joined.is_empty() || each.len() > joined.len() {
        return each;
    }
    let [line] = joined.as_slice() else {
        return joined;
    };
    let ids = all(said, ids).len();
    ["; ", "/", " / ", ";"]
        .iter()
        .map(|mark| line.split(mark).map(clean).collect::<Vec<_>>())
        .find(|parts| ids > 1 && parts.len() == ids && parts.iter().all(|part| !part.is_empty()))
        .unwrap_or(joined)
}

/// No genre has a semicolon in its name, and many taggers join them with one.
fn genres(said: &[Said]) -> Vec<String> {
    let mut genres = Vec::new();
    for text in all(said, Key::Genre) {
        for genre in text.split(';').map(clean) {
            if !genre.is_empty() && !genres.contains(&genre) && genres.len() < MOST_VALUES {
                genres.push(genre);
            }
        }
    }
    genres
}

/// What readers leave under [`Key::Rating`] is in half stars; FMPS has 0 to 1.
/// (freedesktop.org/wiki/Specifications/free-media-player-specs)
fn rating(said: &[Said]) -> Option<Rating> {
    let halves = |value: f32| (value.round() as u8).min(Rating::MOST_HALVES);
    let fmps = first(said, Key::FmpsRating).and_then(|text| decimal(&text));
    let fmps = fmps.filter(|value| (0.0..=1.0).contains(value));
    let of_fmps = fmps.map(|value| halves(value * f32::from(Rating::MOST_HALVES)));
    let plain = || {
        let value = decimal(&first(said, Key::Rating)?)?;
        (0.0..=f32::from(Rating::MOST_HALVES))
            .contains(&value)
            .then(|| halves(value))
    };
    of_fmps
        .or_else(plain)
        .filter(|halves| *halves > 0)
        .map(Rating::from_halves)
}

fn play_count(said: &[Said]) -> Option<u32> {
    let count = first(said, Key::PlayCount).or_else(|| first(said, Key::FmpsPlayCount));
    count.and_then(|text| number(&text))
}

/// Trimmed, without control characters, not longer than anybody reads.
pub fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let text = shortened(text, LONGEST_TEXT_BYTES);
    if text.contains(char::is_control) {
        text.replace(char::is_control, " ")
    } else {
        text.to_owned()
    }
}

/// At most so many bytes of a text, to the end of a letter.
pub fn shortened(text: &str, most_bytes: usize) -> &str {
    if text.len() <= most_bytes {
        return text;
    }
    let cut = (0..=most_bytes).rfind(|at| text.is_char_boundary(*at));
    &text[..cut.unwrap_or(0)]
}

/// `3`, `03/12`: the digits it begins with.
pub fn number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok().filter(|number| *number > 0)
}

/// The first date among these fields that is one.
fn when(said: &[Said], keys: &[Key]) -> String {
    keys.iter()
        .filter_map(|key| first(said, *key))
        .map(|text| date(&text))
        .find(|date| !date.is_empty())
        .unwrap_or_default()
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as far as the text goes; the year alone where it stands elsewhere in the text
/// (`7.3.1999`), empty where there is none.
pub fn date(text: &str) -> String {
    let digits = |from: usize, count: usize| {
        text.get(from..from + count).filter(|part| {
            part.bytes().all(|byte| byte.is_ascii_digit()) && part.bytes().any(|byte| byte != b'0')
        })
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let Some(year) = digits(0, 4) else {
        return year_within(text);
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

/// Four digits that stand alone and that a year of recorded music can be.
fn year_within(text: &str) -> String {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    let year = runs.find(|run| run.len() == 4 && matches!(run.as_bytes()[0], b'1' | b'2'));
    year.unwrap_or_default().to_owned()
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

fn gain(said: &[Said]) -> ReplayGain {
    let value = |key| first(said, key).and_then(|text| decimal(&text));
    let r128 = |key| value(key).map(|q7_8| q7_8 / 256.0 + R128_TO_REPLAYGAIN_DB);
    let sane = |db: &f32| db.abs() <= LARGEST_GAIN_DB;
    let peak = |key| value(key).filter(|peak| *peak > 0.0);
    ReplayGain {
        track_db: value(Key::TrackGain)
            .or_else(|| r128(Key::R128Track))
            .filter(sane),
        track_peak: peak(Key::TrackPeak),
        album_db: value(Key::AlbumGain)
            .or_else(|| r128(Key::R128Album))
            .filter(sane),
        album_peak: peak(Key::AlbumPeak),
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
            ("Oct 3, 1995", "1995"),
            ("7.3.1999", "1999"),
            ("7.3.99", ""),
            ("no 19995", ""),
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

    fn said(values: &[(Key, &'static str)]) -> Tags {
        let mut said = Said::default();
        for (key, text) in values {
            said.add(*key, *text);
        }
        tags(&[said])
    }

    #[test]
    fn names_are_split_on_evidence_alone() {
        let artist = |values: &[(Key, &'static str)]| said(values).artists;
        assert_eq!(artist(&[(Key::Artist, "AC/DC")]), ["AC/DC"]);
        let listed = [
            (Key::Artist, "AC/DC & Angus"),
            (Key::Artists, "AC/DC"),
            (Key::Artists, "Angus"),
        ];
        assert_eq!(artist(&listed), ["AC/DC", "Angus"]);
        let one_id = [(Key::Artist, "AC/DC"), (Key::MbArtist, "1")];
        assert_eq!(artist(&one_id), ["AC/DC"]);
        let two_ids = [
            (Key::Artist, "Nico; AC/DC"),
            (Key::MbArtist, "1"),
            (Key::MbArtist, "2"),
        ];
        assert_eq!(artist(&two_ids), ["Nico", "AC/DC"]);
    }

    #[test]
    fn genres_are_a_list() {
        let genres = said(&[(Key::Genre, "Rock; Pop"), (Key::Genre, "Pop")]).genres;
        assert_eq!(genres, ["Rock", "Pop"]);
        let one = said(&[(Key::Genre, "Folk, World, & Country")]).genres;
        assert_eq!(one, ["Folk, World, & Country"]);
    }

    #[test]
    fn stars_and_counts_of_other_players() {
        let stars = |key, text| said(&[(key, text)]).rating.map(Rating::halves);
        assert_eq!(stars(Key::FmpsRating, "0.7"), Some(7));
        assert_eq!(stars(Key::FmpsRating, "7"), None);
        assert_eq!(stars(Key::Rating, "10"), Some(10));
        assert_eq!(stars(Key::Rating, "0"), None);
        assert_eq!(said(&[(Key::FmpsPlayCount, "17.0")]).play_count, Some(17));
    }

    #[test]
    fn what_has_no_place_of_its_own_is_kept() {
        let tags = said(&[
            (Key::ArtistSort, "Beatles, The"),
            (Key::OriginalDate, "1969-09-26"),
        ]);
        assert_eq!(tags.values(Field::ArtistSort), ["Beatles, The"]);
        assert_eq!(tags.values(Field::OriginalDate), ["1969-09-26"]);
        assert_eq!(tags.date, "1969-09-26");
    }
}
