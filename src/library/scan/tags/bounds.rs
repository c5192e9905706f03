//! How much text of one file is kept, whatever its tags hold, and of all the songs in it together. Pure; it reads nothing.

use super::meaning::shortened;
use super::parts::{MOST_PARTS, Part};
use crate::music::Tags;

/// The text of all fields of one file; of more, values are dropped, those first that say the least of a song.
const MOST_TEXT_BYTES: usize = 32 << 10;
/// So many performers, of the song and of the album, are never dropped for the length of the others.
const FIRST_NAMES: usize = 2;
/// The text of all the songs in one file; of more, each keeps the beginnings of what tells it from the others.
const MOST_TEXT_BYTES_OF_PARTS: usize = 1 << 20;
/// So much of each text of a song is then left.
const SHORT_TEXT_BYTES: usize = 256;
/// The longest date, and an ISRC.
const SHORT_FIELDS_BYTES: usize = 10 + 12;

/// Title and album, and the first performers of one of the lists.
const SHORT_TAGS_BYTES: usize = (2 + FIRST_NAMES) * SHORT_TEXT_BYTES + SHORT_FIELDS_BYTES;
const _: () = assert!(MOST_PARTS * SHORT_TAGS_BYTES <= MOST_TEXT_BYTES_OF_PARTS);

/// Drops values until no more than [`MOST_TEXT_BYTES`] are left: further fields first, then composers, genres and all
/// but the first performers.
pub fn bounded(mut tags: Tags) -> Tags {
    if text_bytes(&tags) <= MOST_TEXT_BYTES {
        return tags;
    }
    let after_first = |names: &mut Vec<String>| names.split_off(FIRST_NAMES.min(names.len()));
    let artists = after_first(&mut tags.artists);
    let album_artists = after_first(&mut tags.album_artists);
    let genres = std::mem::take(&mut tags.genres);
    let composers = std::mem::take(&mut tags.composers);
    let more = std::mem::take(&mut tags.more);
    let mut left = MOST_TEXT_BYTES.saturating_sub(text_bytes(&tags));
    // Once something does not fit, nothing after it does: no list has a hole.
    let mut fits = |text: &String| {
        left = left.saturating_sub(text.len());
        left > 0
    };
    let some = |list: Vec<String>, fits: &mut dyn FnMut(&String) -> bool| -> Vec<String> {
        list.into_iter().take_while(fits).collect()
    };
    tags.artists.extend(some(artists, &mut fits));
    tags.album_artists.extend(some(album_artists, &mut fits));
    tags.genres = some(genres, &mut fits);
    tags.composers = some(composers, &mut fits);
    let more = more.into_iter().take_while(|(_, text)| fits(text));
    tags.more = more.collect();
    tags
}

/// The songs of one file: where their text is more than [`MOST_TEXT_BYTES_OF_PARTS`], each keeps its title, performers,
/// album, number, date and ISRC.
pub fn bounded_parts(parts: Vec<Part>) -> Vec<Part> {
    let all: usize = parts.iter().map(|part| text_bytes(&part.tags)).sum();
    if all <= MOST_TEXT_BYTES_OF_PARTS {
        return parts;
    }
    let short = |part: Part| Part {
        tags: short_tags(&part.tags),
        ..part
    };
    parts.into_iter().take(MOST_PARTS).map(short).collect()
}

fn short_tags(tags: &Tags) -> Tags {
    let short = |text: &String| shortened(text, SHORT_TEXT_BYTES).to_owned();
    Tags {
        title: short(&tags.title),
        artists: tags.artists.iter().take(FIRST_NAMES).map(short).collect(),
        album: short(&tags.album),
        track: tags.track,
        disc: tags.disc,
        date: tags.date.clone(),
        compilation: tags.compilation,
        isrc: tags.isrc.clone(),
        gain: tags.gain,
        guessed_charset: tags.guessed_charset.clone(),
        from_path: tags.from_path.clone(),
        ..Tags::default()
    }
}

/// All that was read of a file as text.
fn text_bytes(tags: &Tags) -> usize {
    let one = [
        &tags.title,
        &tags.album,
        &tags.date,
        &tags.isrc,
        &tags.mb_recording,
    ];
    let lists = [
        &tags.artists,
        &tags.album_artists,
        &tags.genres,
        &tags.composers,
    ];
    let more = tags.more.iter().map(|(_, text)| text);
    let lists = lists.into_iter().flatten();
    one.into_iter()
        .chain(lists)
        .chain(more)
        .map(String::len)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::meaning::tags;
    use super::super::said::{Key, Said};
    use super::*;
    use crate::music::{Field, Span};
    use proptest::prelude::*;

    const KEYS: [Key; 10] = [
        Key::Title,
        Key::Artist,
        Key::Album,
        Key::AlbumArtist,
        Key::Genre,
        Key::Composer,
        Key::MbRecording,
        Key::Performer,
        Key::Label,
        Key::Date,
    ];

    /// What a file says that repeats each of these fields so often, each value so long.
    fn said(fields: &[(usize, usize, usize)]) -> Tags {
        let mut said = Said::default();
        for (which, times, bytes) in fields {
            for time in 0..*times {
                said.add(KEYS[*which], format!("{time} {}", "é".repeat(bytes / 2)));
            }
        }
        tags(&[said])
    }

    fn parts(tags: &Tags, count: usize) -> Vec<Part> {
        let part = |number: usize| Part {
            span: Span {
                start_frame: number as u64,
                end_frame: None,
            },
            tags: Tags {
                track: u32::try_from(number).ok(),
                ..tags.clone()
            },
            length_ms: None,
        };
        (1..=count).map(part).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_tags_hold_more_text_than_the_limit(
            fields in prop::collection::vec((0..KEYS.len(), 1..100usize, 0..6_000usize), 0..14),
            count in 2..=MOST_PARTS,
        ) {
            let tags = said(&fields);
            prop_assert!(text_bytes(&tags) <= MOST_TEXT_BYTES);
            let is_said = |key: Key| fields.iter().any(|(which, ..)| KEYS[*which] == key);
            prop_assert_eq!(is_said(Key::Title), !tags.title.is_empty());
            prop_assert_eq!(is_said(Key::Artist), !tags.artists.is_empty());
            prop_assert_eq!(is_said(Key::AlbumArtist), !tags.album_artists.is_empty());
            let all = parts(&tags, count);
            let bounded = bounded_parts(all.clone());
            prop_assert_eq!(bounded.len(), count);
            let bytes: usize = bounded.iter().map(|part| text_bytes(&part.tags)).sum();
            prop_assert!(bytes <= MOST_TEXT_BYTES_OF_PARTS, "{}", bytes);
            for (part, before) in bounded.iter().zip(&all) {
                prop_assert_eq!((part.span, part.tags.track), (before.span, before.tags.track));
                prop_assert!(before.tags.title.starts_with(&part.tags.title));
                prop_assert_eq!(part.tags.title.is_empty(), before.tags.title.is_empty());
            }
        }
    }

    #[test]
    fn what_says_least_of_a_song_is_dropped_first() {
        // 7: performers, 4: genres, 1: artists.
        let tags = said(&[(0, 1, 20), (7, 60, 400), (4, 60, 400), (1, 10, 400)]);
        assert_eq!((tags.artists.len(), tags.genres.len()), (10, 60));
        let performers = tags.values(Field::Performer);
        assert!((1..60).contains(&performers.len()), "{}", performers.len());
        assert!(performers[0].starts_with("0 "));
        let many = said(&[(4, 60, 400), (1, 60, 4_000), (3, 3, 4_000)]);
        assert!((2..10).contains(&many.artists.len()));
        assert_eq!((many.album_artists.len(), many.genres.len()), (2, 0));
    }

    #[test]
    fn texts_of_common_length_are_left_as_they_are() {
        let tags = said(&[
            (0, 1, 60),
            (1, 3, 60),
            (2, 1, 60),
            (4, 5, 20),
            (5, 20, 40),
            (7, 60, 60),
        ]);
        assert_eq!(tags.values(Field::Performer).len(), 60);
        let all = parts(&tags, 20);
        assert_eq!(bounded_parts(all.clone()), all);
    }
}
