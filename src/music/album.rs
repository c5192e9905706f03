//! Which songs are of one album. It asks nothing but their tags and places.

use super::{Song, fold};

/// Whether two songs are of one album: the same album by the same album artist. Songs that name no album artist must lie
/// in one folder or be by the same artist.
pub fn same_album(a: &Song, b: &Song) -> bool {
    if a.tags.album.is_empty() || fold(&a.tags.album) != fold(&b.tags.album) {
        return false;
    }
    if a.place == b.place {
        return true;
    }
    let (of_a, of_b) = (&a.tags.album_artists, &b.tags.album_artists);
    if !of_a.is_empty() || !of_b.is_empty() {
        return fold(&of_a.join(", ")) == fold(&of_b.join(", "));
    }
    let folder = |song: &Song| {
        let path = song.place.path.as_bytes();
        let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        (song.place.root.name.clone(), path[..end].to_vec())
    };
    folder(a) == folder(b) || fold(&a.tags.artist()) == fold(&b.tags.artist())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_album_or_two() {
        let song = |file: &str, album: &str, artist: &str, of: &str| {
            let mut song = Song::at(file);
            song.tags.album = album.into();
            song.tags.artists = vec![artist.into()];
            song.tags.album_artists = Some(of)
                .filter(|of| !of.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect();
            song
        };
        let first = song("/m/a/1", "Blue", "Joni", "");
        for (other, same) in [
            (song("/m/a/2", "blue", "Someone", ""), true),
            (song("/m/b/2", "Blue", "JONI", ""), true),
            (song("/m/b/2", "Blue", "Someone", ""), false),
            (song("/m/a/2", "Blue", "Joni", "Various"), false),
            (song("/m/a/2", "", "Joni", ""), false),
        ] {
            assert_eq!(same_album(&first, &other), same, "{other:?}");
        }
        let nameless = song("/m/a/1", "", "Joni", "");
        assert!(!same_album(&nameless, &song("/m/a/2", "", "Joni", "")));
    }
}
