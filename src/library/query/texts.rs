//! What of a song words are looked for in: the columns of the full text. Pure.

use crate::music::{Field, Song, index_text};

/// Columns of the full text: title, artists, album, the rest.
pub const COLUMNS: usize = 4;

/// The fields whose values stand in the column `rest`, besides genres, composers, the date and the file's name. No ids:
/// nobody types them, and each would be a word of its own.
pub const SEARCHED: &[Field] = &[
    Field::ArtistSort,
    Field::AlbumSort,
    Field::AlbumArtistSort,
    Field::TitleSort,
    Field::OriginalDate,
    Field::ComposerSort,
    Field::Performer,
    Field::Conductor,
    Field::Ensemble,
    Field::Work,
    Field::Movement,
    Field::Location,
    Field::Grouping,
    Field::Mood,
    Field::Label,
    Field::Name,
];

/// The columns of a song, each as [`index_text`] gives it.
pub fn texts(song: &Song) -> [String; COLUMNS] {
    let tags = &song.tags;
    let others = tags
        .album_artists
        .iter()
        .filter(|name| !tags.artists.contains(name));
    let artists: Vec<&str> = tags
        .artists
        .iter()
        .chain(others)
        .map(String::as_str)
        .collect();
    let more = tags
        .more
        .iter()
        .filter(|(field, _)| SEARCHED.contains(field));
    let (date, file) = (tags.date.as_str(), song.place.file_name());
    let rest: Vec<&str> = [&tags.genres, &tags.composers]
        .into_iter()
        .flatten()
        .chain(more.map(|(_, value)| value))
        .map(String::as_str)
        .chain([date, &file])
        .collect();
    [
        index_text(&tags.title),
        index_text(&artists.join(" ")),
        index_text(&tags.album),
        index_text(&rest.join(" ")),
    ]
}

/// The words of a column, or of a phrase for it.
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !crate::music::is_word(c))
        .filter(|word| !word.is_empty())
}
