//! What is known of a row or of a song, taken apart once: how its names may be read, its album, its codes. It compares
//! nothing.

use super::album::Album;
use super::isrc::isrcs;
use crate::music::{Field, Song, Wanted};
use crate::wanted::artist::Credit;
use crate::wanted::title::Title;

/// The service in [`Wanted::external`] whose ids are of recordings.
const MUSICBRAINZ: &str = "musicbrainz";
/// The longest number that a file's name begins with, in characters.
const MAX_TRACK_DIGITS: usize = 3;

/// How names were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// As they stand there.
    AsTold,
    /// Otherwise: a title that holds the artist too, or a version without brackets.
    Guessed,
}

/// Artist and title.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub reading: Reading,
    /// Who performs it, as the artist's field tells.
    pub credit: Credit,
    /// The same with the guests in the title, where it names some.
    with_guests: Option<Credit>,
    pub title: Title,
}

impl Names {
    /// The artists and the guests.
    pub fn everybody(&self) -> &Credit {
        self.with_guests.as_ref().unwrap_or(&self.credit)
    }
}

/// A row, or a song.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The readings of its names; the first one is as it stands there.
    pub names: Vec<Names>,
    pub album: Album,
    pub album_artists: Credit,
    pub composers: Credit,
    pub length_ms: Option<u64>,
    pub isrcs: Vec<String>,
    pub recordings: Vec<String>,
    pub track: Option<u32>,
    pub disc: Option<u32>,
}

impl Facts {
    pub fn of_wanted(wanted: &Wanted) -> Self {
        let recordings = wanted
            .external
            .iter()
            .filter(|(service, _)| service == MUSICBRAINZ);
        Self {
            names: names(&wanted.artists, &wanted.title, false),
            album: Album::of(&wanted.album),
            album_artists: Credit::default(),
            composers: Credit::default(),
            length_ms: wanted.length_ms.filter(|ms| *ms > 0),
            isrcs: isrcs(&wanted.isrc),
            recordings: recordings.map(|(_, id)| id.to_ascii_lowercase()).collect(),
            track: wanted.track,
            disc: wanted.disc,
        }
    }

    pub fn of_song(song: &Song) -> Self {
        Self {
            album: Album::of(&song.tags.album),
            ..Self::without_album(song)
        }
    }

    /// All but the album: what the keys of an index are made of.
    pub fn without_album(song: &Song) -> Self {
        let tags = &song.tags;
        let from_name = tags.title.is_empty() || tags.from_path.contains(&Field::Title);
        let recording = Some(tags.mb_recording.to_ascii_lowercase());
        Self {
            names: names(&tags.artists, &song.title(), from_name),
            album: Album::default(),
            album_artists: Credit::of(&tags.album_artists),
            composers: Credit::of(&tags.composers),
            length_ms: song.length_ms.filter(|ms| *ms > 0),
            isrcs: isrcs(&tags.isrc),
            recordings: recording.into_iter().filter(|id| !id.is_empty()).collect(),
            track: tags.track,
            disc: tags.disc,
        }
    }
}

/// The ways to read an artist and a title. `from_name`: the title is that of a file.
fn names(artists: &[String], title: &str, from_name: bool) -> Vec<Names> {
    let told = Credit::of(artists);
    let whole = title;
    let title = if from_name {
        without_number(whole)
    } else {
        whole
    };
    let one = |reading, credit: &Credit, title: Title| Names {
        reading,
        credit: credit.clone(),
        with_guests: match title.guests.is_empty() {
            true => None,
            false => Some(credit.with_guests(&title.guests)),
        },
        title,
    };
    let mut all = vec![one(Reading::AsTold, &told, Title::parse(title))];
    if title.len() < whole.len() {
        all.push(one(Reading::Guessed, &told, Title::parse(whole)));
    }
    if let Some(trailing) = Title::parse_trailing(title) {
        all.push(one(Reading::Guessed, &told, trailing));
    }
    if let Some((number, rest)) = Title::split_artist(title)
        && number.len() <= MAX_TRACK_DIGITS
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        all.push(one(Reading::Guessed, &told, Title::parse(rest)));
    } else if let Some((artist, rest)) = Title::split_artist(title) {
        let said = Credit::of(&[artist]);
        // That the title repeats the artist, or that nobody else is told, makes it sure.
        let repeats = told.is_empty() || from_name || said.whole() == told.whole();
        let reading = if repeats {
            Reading::AsTold
        } else {
            Reading::Guessed
        };
        let rest = if from_name {
            without_number(rest)
        } else {
            rest
        };
        all.push(one(reading, &said, Title::parse(rest)));
    } else if let Some((composer, rest)) = title.split_once(": ")
        && !told.is_empty()
        && told.acts.iter().any(|act| is_called(&act.words, composer))
    {
        all.push(one(Reading::AsTold, &told, Title::parse(rest)));
    }
    all
}

/// Whether a short name is the act's, or its last word: `Example: Symphony No. 5`.
fn is_called(words: &[String], name: &str) -> bool {
    let named = Credit::of(&[name]);
    let whole = words.concat();
    named.whole() == whole || words.last().is_some_and(|last| named.whole() == last)
}

/// A file's name without the number that it begins with: `01 X`, `1-07 - X`, `07. X`.
fn without_number(name: &str) -> &str {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(name);
    if first == 0 || first > MAX_TRACK_DIGITS {
        return name;
    }
    let (mut rest, mut has_disc) = (&name[first..], false);
    if let Some(after) = rest.strip_prefix(['-', '.'])
        && (1..=2).contains(&digits(after))
    {
        (rest, has_disc) = (&after[digits(after)..], true);
    }
    let title = rest.trim_start_matches([' ', '.', '-', '_', ')']);
    // `1979` and `22` are names, and so is `7 Years` where no sign parts them.
    let signed = rest.starts_with(['.', '-', '_', ')']) || rest.starts_with(" - ");
    let parted = rest.len() > title.len() && (first > 1 || has_disc || signed);
    if title.is_empty() || !parted {
        name
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_file_is_no_part_of_its_title() {
        for (name, title) in [
            ("01 First Light", "First Light"),
            ("07 - First Light", "First Light"),
            ("1-07 First Light", "First Light"),
            ("7. First Light", "First Light"),
            ("7 Years", "7 Years"),
            ("1979", "1979"),
            ("2112 - X", "2112 - X"),
            ("First Light", "First Light"),
        ] {
            assert_eq!(without_number(name), title, "{name}");
        }
    }
}
