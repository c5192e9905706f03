//! What a file says about itself. Plain data: reading it is the library's work.

use super::{Field, Rating};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::slice;

/// Tags as people know them; an empty value means that the file does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tags {
    /// The song's name.
    pub title: String,
    /// Performers, in the file's order.
    pub artists: Vec<String>,
    /// The album's name.
    pub album: String,
    /// Whose album it is; empty where the file does not say.
    pub album_artists: Vec<String>,
    /// Position on its disc, from 1.
    pub track: Option<u32>,
    /// Disc of a set, from 1.
    pub disc: Option<u32>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as far as it is known.
    pub date: String,
    /// Genres, in the file's order.
    pub genres: Vec<String>,
    /// Composers, in the file's order.
    pub composers: Vec<String>,
    /// Marked as an album of several artists.
    pub compilation: bool,
    /// International Standard Recording Code: upper case, no hyphens.
    pub isrc: String,
    /// MusicBrainz recording id.
    pub mb_recording: String,
    /// Loudness, as the file states it.
    pub gain: ReplayGain,
    /// Values of the fields that have no place of their own above, in the file's order.
    pub more: Vec<(Field, String)>,
    /// Stars that another player left in the file.
    pub rating: Option<Rating>,
    /// How often it was played, as another player left it in the file.
    pub play_count: Option<u32>,
    /// The charset that old text in the file was guessed to be in; empty where nothing had to be guessed.
    pub guessed_charset: String,
    /// The fields that the file does not have, and that its own and its folders' names were taken for.
    pub from_path: Vec<Field>,
}

impl Tags {
    /// The performers in one line.
    pub fn artist(&self) -> String {
        self.artists.join(", ")
    }

    /// Whose album it is: the album artists, else the performers.
    pub fn album_artist(&self) -> String {
        if self.album_artists.is_empty() {
            self.artist()
        } else {
            self.album_artists.join(", ")
        }
    }

    /// What the song has of a field; a number as text.
    pub fn values(&self, field: Field) -> Vec<Cow<'_, str>> {
        let mut values = Vec::new();
        self.visit(field, &mut |value| values.push(value));
        values
    }

    /// Shows each value that the song has of these fields, field by field, and makes no list of them.
    pub fn each_value<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f Field>,
        see: &mut dyn FnMut(Field, &str),
    ) {
        for field in fields {
            // Most songs have nothing there, and most fields have no other place.
            if !self.more.is_empty() || has_place(*field) {
                self.visit(*field, &mut |value| see(*field, &value));
            }
        }
    }

    fn visit<'a>(&'a self, field: Field, see: &mut dyn FnMut(Cow<'a, str>)) {
        let texts: &[String] = match field {
            Field::Title => slice::from_ref(&self.title),
            Field::Artist => &self.artists,
            Field::Album => slice::from_ref(&self.album),
            Field::AlbumArtist => &self.album_artists,
            Field::Date => slice::from_ref(&self.date),
            Field::Genre => &self.genres,
            Field::Composer => &self.composers,
            Field::Isrc => slice::from_ref(&self.isrc),
            Field::MbRecording => slice::from_ref(&self.mb_recording),
            Field::Track | Field::Disc => {
                let is_track = field == Field::Track;
                let number = if is_track { self.track } else { self.disc };
                return number.into_iter().for_each(|it| see(it.to_string().into()));
            }
            other => return self.further(other).for_each(|text| see(text.into())),
        };
        let said = texts.iter().filter(|text| !text.is_empty());
        said.for_each(|text| see(text.into()));
    }

    /// The values of a field that has no place of its own.
    pub fn further(&self, field: Field) -> impl Iterator<Item = &str> {
        let of = self.more.iter().filter(move |(of, _)| *of == field);
        of.map(|(_, value)| value.as_str())
    }

    /// The four digits that a date begins with.
    pub fn year(&self) -> Option<u32> {
        self.date.get(..4).and_then(|year| year.parse().ok())
    }
}

/// Whether a field has a place of its own.
fn has_place(field: Field) -> bool {
    use Field::{
        Album, AlbumArtist, Artist, Composer, Date, Disc, Genre, Isrc, MbRecording, Title, Track,
    };
    matches!(
        field,
        Album
            | AlbumArtist
            | Artist
            | Composer
            | Date
            | Disc
            | Genre
            | Isrc
            | MbRecording
            | Title
            | Track
    )
}

/// Loudness from tags, in the terms of ReplayGain 2 (reference −18 LUFS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplayGain {
    /// Gain for the song alone, in dB.
    pub track_db: Option<f32>,
    /// Largest sample of the song; 1.0 is full scale.
    pub track_peak: Option<f32>,
    /// Gain for the whole album, in dB.
    pub album_db: Option<f32>,
    /// Largest sample of the album; 1.0 is full scale.
    pub album_peak: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_they_are_listed() {
        let texts = || vec!["a".to_owned(), "b".to_owned()];
        let tags = Tags {
            title: "t".into(),
            artists: texts(),
            album: "l".into(),
            album_artists: texts(),
            track: Some(3),
            disc: Some(1),
            date: "1999".into(),
            genres: texts(),
            composers: texts(),
            isrc: "i".into(),
            mb_recording: "m".into(),
            ..Tags::default()
        };
        let more = vec![
            (Field::Label, "x".to_owned()),
            (Field::Mood, "y".to_owned()),
        ];
        for tags in [
            Tags::default(),
            Tags {
                more,
                ..tags.clone()
            },
            tags,
        ] {
            let mut shown = Vec::new();
            tags.each_value(Field::ALL, &mut |field, value| {
                shown.push((field, value.to_owned()))
            });
            let listed = Field::ALL.iter().flat_map(|field| {
                let values = tags.values(*field).into_iter();
                values.map(|value| (*field, value.into_owned()))
            });
            assert_eq!(shown, listed.collect::<Vec<_>>());
        }
    }
}
