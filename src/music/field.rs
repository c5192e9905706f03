//! The fields by which songs are told and asked for, under MPD's tag names. Plain names: which value a song has stands in
//! [`Tags::values`](super::Tags::values).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

macro_rules! fields {
    ($($variant:ident = $name:literal, $doc:literal;)+) => {
        /// One kind of value that a song can have, several of it where its file says so.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $(#[doc = $doc] $variant),+ }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in lower case, as filters, formats and the wire spell it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

fields! {
    Artist = "artist", "Performers.";
    ArtistSort = "artistsort", "Performers, as they are sorted.";
    Album = "album", "The album's name.";
    AlbumSort = "albumsort", "The album's name, as it is sorted.";
    AlbumArtist = "albumartist", "Whose album it is.";
    AlbumArtistSort = "albumartistsort", "Whose album it is, as it is sorted.";
    Title = "title", "The song's name.";
    TitleSort = "titlesort", "The song's name, as it is sorted.";
    Track = "track", "Position on its disc.";
    Disc = "disc", "Disc of a set.";
    Date = "date", "When it was recorded or came out.";
    OriginalDate = "originaldate", "When it first came out.";
    Genre = "genre", "Genres.";
    Composer = "composer", "Composers.";
    ComposerSort = "composersort", "Composers, as they are sorted.";
    Performer = "performer", "Those who play or sing, with what they play.";
    Conductor = "conductor", "Who conducts.";
    Ensemble = "ensemble", "The orchestra or choir.";
    Work = "work", "The work that it is a part of.";
    Movement = "movement", "The movement's name.";
    MovementNumber = "movementnumber", "The movement's number.";
    Location = "location", "Where it was recorded.";
    Grouping = "grouping", "What songs of one kind are grouped by.";
    Mood = "mood", "Its mood.";
    Label = "label", "Who published it.";
    Name = "name", "What a stream calls itself.";
    Isrc = "isrc", "International Standard Recording Code.";
    MbArtist = "musicbrainz_artistid", "MusicBrainz ids of the performers.";
    MbAlbum = "musicbrainz_albumid", "MusicBrainz id of the release.";
    MbAlbumArtist = "musicbrainz_albumartistid", "MusicBrainz ids of whose album it is.";
    MbRecording = "musicbrainz_trackid", "MusicBrainz id of the recording, under its old name.";
    MbReleaseTrack = "musicbrainz_releasetrackid", "MusicBrainz id of the track on the release.";
    MbReleaseGroup = "musicbrainz_releasegroupid", "MusicBrainz id of the release group.";
    MbWork = "musicbrainz_workid", "MusicBrainz id of the work.";
    Comment = "comment", "What somebody noted in the file: clients ask for it, and of no song it is kept.";
}

impl Field {
    /// The field of a name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::ALL
            .iter()
            .find(|field| field.name().eq_ignore_ascii_case(name));
        found.copied()
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("no such field"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_names_its_field() {
        for field in Field::ALL {
            assert_eq!(Field::from_name(&field.name().to_uppercase()), Some(*field));
        }
        assert_eq!(Field::from_name("colour"), None);
    }
}
