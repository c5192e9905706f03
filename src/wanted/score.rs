//! How well a song fits a row: the rule that decides, and how sure it is. Pure; it never looks for songs.
//!
//! Precision before recall: a wrong version is worse than a hole. What decides today is the place, the audio, and the
//! whole names with the length.

use crate::music::{Grade, Miss, Rung, Song, Wanted, fold};
use std::collections::BTreeSet;

/// Lengths that differ by no more are the same: formats state whole seconds, and encoders pad.
const SAME_LENGTH_MS: u64 = 3_000;

/// That a song fits, how surely, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// How sure it is.
    pub grade: Grade,
    /// The first rule that held.
    pub rung: Rung,
}

/// Whether the song is what the row wants; else the reason why it is not, which never is `RootAway`.
pub fn score(wanted: &Wanted, song: &Song) -> Result<Fit, Miss> {
    let fit = |grade, rung| Ok(Fit { grade, rung });
    if wanted.span.is_none() || wanted.span == song.span {
        if is_at_its_place(wanted, song) {
            return fit(Grade::Exact, Rung::Place);
        }
        if wanted.key.is_some() && wanted.key == song.key {
            return fit(Grade::Exact, Rung::Key);
        }
    }
    if !has_names(wanted) {
        return Err(Miss::NoNames);
    }
    if !same_names(wanted, song) {
        return Err(Miss::NotHere);
    }
    let same_album = !wanted.album.is_empty() && fold(&wanted.album) == fold(&song.tags.album);
    match (wanted.length_ms, song.length_ms) {
        (Some(asked), Some(has)) if asked.abs_diff(has) > SAME_LENGTH_MS => Err(Miss::OtherLength),
        (Some(_), Some(_)) => fit(Grade::Exact, Rung::NamesAndLength),
        _ if same_album => fit(Grade::Exact, Rung::NamesAndLength),
        _ => fit(Grade::Likely, Rung::NamesAndLength),
    }
}

/// Whether a row says enough to be found by its names.
pub fn has_names(wanted: &Wanted) -> bool {
    !wanted.title.is_empty() && wanted.artists.iter().any(|artist| !artist.is_empty())
}

/// The performers folded in one line, in their order: what an index compares.
pub fn artist_line(artists: &[String]) -> String {
    fold(&artists.join(", "))
}

/// Its file lies where the row says. If other audio lies there now, that file was exchanged: it is the one only if
/// it goes by the same title, so that two files which swapped their names do not swap their places in playlists.
fn is_at_its_place(wanted: &Wanted, song: &Song) -> bool {
    if wanted.place.as_ref() != Some(&song.place.uri()) {
        return false;
    }
    match (wanted.key, song.key) {
        (Some(asked), Some(has)) if asked != has => {
            wanted.title.is_empty() || fold(&wanted.title) == fold(&song.title())
        }
        _ => true,
    }
}

fn same_names(wanted: &Wanted, song: &Song) -> bool {
    let set = |artists: &[String]| -> BTreeSet<String> {
        artists.iter().map(|artist| fold(artist)).collect()
    };
    let (asked, has) = (&wanted.artists, &song.tags.artists);
    fold(&wanted.title) == fold(&song.title())
        && (artist_line(asked) == artist_line(has) || set(asked) == set(has))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{AudioKey, Format, Place, Tags};
    use std::path::Path;

    fn song() -> Song {
        Song {
            id: None,
            place: Place::outside(Path::new("/m/a.flac")).unwrap(),
            key: Some(AudioKey::from_bytes([1; 16])),
            part: 0,
            span: None,
            tags: Tags {
                title: "Jóga".into(),
                artists: vec!["Björk".into(), "Guest".into()],
                album: "Homogenic".into(),
                ..Tags::default()
            },
            format: Format::default(),
            length_ms: Some(200_000),
            modified_ms: None,
        }
    }

    fn names(artists: &[&str], title: &str, album: &str, length_ms: Option<u64>) -> Wanted {
        Wanted {
            title: title.into(),
            artists: artists.iter().map(ToString::to_string).collect(),
            album: album.into(),
            length_ms,
            ..Wanted::default()
        }
    }

    #[test]
    fn names_length_and_album() {
        let exact = Ok(Fit {
            grade: Grade::Exact,
            rung: Rung::NamesAndLength,
        });
        let likely = Ok(Fit {
            grade: Grade::Likely,
            rung: Rung::NamesAndLength,
        });
        let both = ["guest", "BJORK"];
        for (wanted, answer) in [
            (names(&both, "joga", "", Some(203_000)), exact),
            (
                names(&both, "joga", "", Some(196_999)),
                Err(Miss::OtherLength),
            ),
            (names(&["Bjork, Guest"], "Joga", "", Some(200_000)), exact),
            (
                names(&["Björk"], "Jóga", "", Some(200_000)),
                Err(Miss::NotHere),
            ),
            (names(&both, "Joga", "homogenic", None), exact),
            (names(&both, "Joga", "Live", None), likely),
            (names(&both, "Joga", "", None), likely),
            (names(&both, "Joga (live)", "", None), Err(Miss::NotHere)),
            (names(&[], "Joga", "", Some(200_000)), Err(Miss::NoNames)),
            (names(&both, "", "", None), Err(Miss::NoNames)),
        ] {
            assert_eq!(score(&wanted, &song()), answer, "{wanted:?}");
        }
        let unmeasured = Song {
            length_ms: None,
            ..song()
        };
        assert_eq!(
            score(&names(&both, "joga", "", Some(1)), &unmeasured),
            likely
        );
    }

    #[test]
    fn place_and_audio_come_before_names() {
        let rung = |wanted: &Wanted, song: &Song| score(wanted, song).map(|fit| fit.rung);
        let moved = Wanted {
            place: Some(crate::music::Uri::new("/old.flac")),
            ..song().wanted()
        };
        assert_eq!(rung(&song().wanted(), &song()), Ok(Rung::Place));
        assert_eq!(rung(&moved, &song()), Ok(Rung::Key));
        let mut other = song();
        other.key = Some(AudioKey::from_bytes([2; 16]));
        assert_eq!(
            rung(&song().wanted(), &other),
            Ok(Rung::Place),
            "a better rip"
        );
        other.tags.title = "Bachelorette".into();
        assert_eq!(
            rung(&song().wanted(), &other),
            Err(Miss::NotHere),
            "swapped"
        );
    }

    #[test]
    fn a_track_of_an_image_is_not_its_neighbour() {
        let span = |start_frame| {
            Some(crate::music::Span {
                start_frame,
                end_frame: None,
            })
        };
        let first = Song {
            span: span(0),
            ..song()
        };
        let mut second = first.clone();
        second.span = span(9);
        second.tags.title = "Unravel".into();
        assert_eq!(score(&first.wanted(), &second), Err(Miss::NotHere));
        assert!(score(&first.wanted(), &first).is_ok());
    }
}
