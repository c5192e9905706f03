//! Which songs may overlap, and which are one piece of music. It never looks at a queue.

use crate::music::{Song, same_album};

/// Whether `after` may begin while `before` still sounds: not what was made to be heard without a seam.
///
/// Those are: the same song again, neighbouring parts of one file, and neighbours on an album, also from the end of
/// a disc to the beginning of the next. Of an album whose songs have no numbers all are taken to be neighbours.
pub(super) fn may_overlap(before: &Song, after: &Song) -> bool {
    let is_one_file = before.place == after.place;
    if is_one_file && (after.part == before.part || after.part == before.part.wrapping_add(1)) {
        return false;
    }
    !(same_album(before, after) && are_neighbours(before, after))
}

fn are_neighbours(before: &Song, after: &Song) -> bool {
    let (Some(track), Some(next)) = (before.tags.track, after.tags.track) else {
        return true;
    };
    let disc = |song: &Song| song.tags.disc.unwrap_or(1);
    match disc(after).checked_sub(disc(before)) {
        Some(0) => next == track.saturating_add(1),
        Some(1) => next <= 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Tags;

    fn song(file: &str, album: &str, disc: u32, track: u32) -> Song {
        let some = |number: u32| Some(number).filter(|number| *number > 0);
        let tags = Tags {
            album: album.into(),
            album_artists: vec!["Band".into()],
            disc: some(disc),
            track: some(track),
            ..Tags::default()
        };
        Song {
            tags,
            ..Song::at(file)
        }
    }

    #[test]
    fn what_overlaps() {
        let first = song("/a/1.flac", "Live", 1, 1);
        for (after, overlaps, why) in [
            (song("/a/2.flac", "Live", 1, 2), false, "the next track"),
            (
                song("/b/2.flac", "Live", 0, 2),
                false,
                "no disc is the first",
            ),
            (song("/a/3.flac", "Live", 1, 3), true, "a track is left out"),
            (song("/a/1.flac", "Live", 1, 1), false, "itself"),
            (song("/a/x.flac", "Live", 1, 0), false, "no number"),
            (song("/a/d2.flac", "Live", 2, 1), false, "the next disc"),
            (song("/a/d2.flac", "Live", 2, 2), true, "in the next disc"),
            (song("/a/d3.flac", "Live", 3, 1), true, "a disc is left out"),
            (song("/b/2.flac", "Dead", 1, 2), true, "another album"),
            (song("/a/2.flac", "", 1, 2), true, "no album"),
        ] {
            assert_eq!(may_overlap(&first, &after), overlaps, "{why}");
        }
        let second = song("/a/2.flac", "Live", 1, 2);
        assert!(may_overlap(&second, &first), "backwards");
        let by_another = |name: &str, mut song: Song| {
            song.tags.album_artists = vec![name.into()];
            song
        };
        let other = by_another("Else", song("/b/2.flac", "Live", 1, 2));
        assert!(
            may_overlap(&first, &other),
            "another band's album of that name"
        );
        let nameless = song("/a/1.flac", "", 0, 0);
        assert!(
            may_overlap(&nameless, &song("/a/2.flac", "", 0, 0)),
            "loose songs"
        );
    }

    #[test]
    fn parts_of_one_file_in_a_row_do_not() {
        let part = |part: u32| Song {
            part,
            ..song("/disc.flac", "", 0, 0)
        };
        assert!(!may_overlap(&part(1), &part(2)));
        assert!(may_overlap(&part(1), &part(3)));
        assert!(may_overlap(&part(2), &part(1)));
        assert!(!may_overlap(&part(u32::MAX), &part(u32::MAX)));
    }
}
