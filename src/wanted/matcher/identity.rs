//! Whether a song is the very file that a row meant: by its place, or by its audio. It reads no names but to tell an
//! exchanged file.

use crate::music::{Rung, Song, Wanted, fold};

/// The rule by which the song is the row's own file.
pub fn identity(wanted: &Wanted, song: &Song) -> Option<Rung> {
    if wanted.span.is_some() && wanted.span != song.span {
        return None;
    }
    if is_at_its_place(wanted, song) {
        return Some(Rung::Place);
    }
    (wanted.key.is_some() && wanted.key == song.key).then_some(Rung::Key)
}

/// Whether a row says enough to be found by its names.
pub fn has_names(wanted: &Wanted) -> bool {
    !wanted.title.is_empty() && wanted.artists.iter().any(|artist| !artist.is_empty())
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

    #[test]
    fn place_and_audio_come_before_names() {
        let moved = Wanted {
            place: Some(crate::music::Uri::new("/old.flac")),
            ..song().wanted()
        };
        assert_eq!(identity(&song().wanted(), &song()), Some(Rung::Place));
        assert_eq!(identity(&moved, &song()), Some(Rung::Key));
        let mut other = song();
        other.key = Some(AudioKey::from_bytes([2; 16]));
        assert_eq!(
            identity(&song().wanted(), &other),
            Some(Rung::Place),
            "a better rip"
        );
        other.tags.title = "Bachelorette".into();
        assert_eq!(identity(&song().wanted(), &other), None, "swapped");
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
        assert_eq!(identity(&first.wanted(), &second), None);
        assert!(identity(&first.wanted(), &first).is_some());
    }
}
