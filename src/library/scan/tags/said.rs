//! What the tags of a file say, field by field, before anybody gives it a meaning. Every reader speaks this one language,
//! the field names of Vorbis comments; what a field means is decided once, in `meaning`. It knows no format.

use super::parts::{Chapter, MOST_PARTS};
use std::borrow::Cow;

/// More values of one tag are dropped.
const MOST_FIELDS: usize = 4_096;
/// The longest name that is known, in bytes.
const LONGEST_NAME: usize = 32;

macro_rules! keys {
    ($($variant:ident = $($name:literal)|+;)+) => {
        /// A field that means something here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $($variant),+ }

        impl Key {
            /// The field of a name in upper case.
            fn of_upper(name: &[u8]) -> Option<Self> {
                // One comparison after the other would cost more than reading the tag.
                match name {
                    $($($name)|+ => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

keys! {
    Title = b"TITLE";
    Artist = b"ARTIST";
    Artists = b"ARTISTS";
    Album = b"ALBUM";
    AlbumArtist = b"ALBUMARTIST" | b"ALBUM ARTIST" | b"ALBUM_ARTIST";
    AlbumArtists = b"ALBUMARTISTS" | b"ALBUM ARTISTS";
    Track = b"TRACKNUMBER" | b"TRACK";
    Disc = b"DISCNUMBER" | b"DISC";
    Date = b"DATE";
    Year = b"YEAR";
    ReleaseDate = b"RELEASEDATE";
    OriginalDate = b"ORIGINALDATE" | b"ORIGINALYEAR";
    Genre = b"GENRE";
    Composer = b"COMPOSER";
    Compilation = b"COMPILATION";
    Isrc = b"ISRC";
    TitleSort = b"TITLESORT";
    ArtistSort = b"ARTISTSORT";
    AlbumSort = b"ALBUMSORT";
    AlbumArtistSort = b"ALBUMARTISTSORT";
    ComposerSort = b"COMPOSERSORT";
    Performer = b"PERFORMER";
    Conductor = b"CONDUCTOR";
    Ensemble = b"ENSEMBLE" | b"ORCHESTRA";
    Work = b"WORK";
    Movement = b"MOVEMENTNAME";
    MovementNumber = b"MOVEMENT";
    Location = b"LOCATION";
    Grouping = b"GROUPING";
    Mood = b"MOOD";
    Label = b"LABEL" | b"ORGANIZATION" | b"PUBLISHER";
    MbArtist = b"MUSICBRAINZ_ARTISTID";
    MbAlbum = b"MUSICBRAINZ_ALBUMID";
    MbAlbumArtist = b"MUSICBRAINZ_ALBUMARTISTID";
    MbRecording = b"MUSICBRAINZ_TRACKID";
    MbReleaseTrack = b"MUSICBRAINZ_RELEASETRACKID";
    MbReleaseGroup = b"MUSICBRAINZ_RELEASEGROUPID";
    MbWork = b"MUSICBRAINZ_WORKID";
    TrackGain = b"REPLAYGAIN_TRACK_GAIN";
    TrackPeak = b"REPLAYGAIN_TRACK_PEAK";
    AlbumGain = b"REPLAYGAIN_ALBUM_GAIN";
    AlbumPeak = b"REPLAYGAIN_ALBUM_PEAK";
    R128Track = b"R128_TRACK_GAIN";
    R128Album = b"R128_ALBUM_GAIN";
    Rating = b"RATING";
    FmpsRating = b"FMPS_RATING" | b"FMPS_RATING_AMAROK_SCORE";
    PlayCount = b"PLAYCOUNT" | b"PLAY_COUNT";
    FmpsPlayCount = b"FMPS_PLAYCOUNT";
    CueSheet = b"CUESHEET";
}

impl Key {
    /// The field of a name in any case.
    pub fn of(name: &str) -> Option<Self> {
        let mut upper = [0; LONGEST_NAME];
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name.as_bytes());
        upper.make_ascii_uppercase();
        Self::of_upper(upper)
    }
}

/// One tag: its values in the file's order.
#[derive(Debug, Default)]
pub struct Said<'a> {
    values: Vec<Value<'a>>,
    chapters: Vec<Chapter>,
}

#[derive(Debug)]
struct Value<'a> {
    key: Key,
    text: Cow<'a, str>,
    is_old: bool,
}

impl<'a> Said<'a> {
    /// Takes a value.
    pub fn add(&mut self, key: Key, text: impl Into<Cow<'a, str>>) {
        self.push(key, text.into(), false);
    }

    /// Takes a value of a field whose charset the format says to be Latin-1, which taggers of old did not care about.
    pub fn add_old(&mut self, key: Key, text: impl Into<Cow<'a, str>>) {
        self.push(key, text.into(), true);
    }

    fn push(&mut self, key: Key, text: Cow<'a, str>, is_old: bool) {
        if self.values.len() < MOST_FIELDS {
            self.values.push(Value { key, text, is_old });
        }
    }

    /// Takes a chapter.
    pub fn add_chapter(&mut self, chapter: Chapter) {
        if self.chapters.len() < MOST_PARTS {
            self.chapters.push(chapter);
        }
    }

    /// The chapters, in the file's order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// The values of a field.
    pub fn all(&self, key: Key) -> impl Iterator<Item = &str> {
        let of = self.values.iter().filter(move |value| value.key == key);
        of.map(|value| value.text.as_ref())
    }

    /// The values that are said to be Latin-1.
    pub fn old_mut(&mut self) -> impl Iterator<Item = &mut Cow<'a, str>> {
        let old = self.values.iter_mut().filter(|value| value.is_old);
        old.map(|value| &mut value.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case_and_of_any_length() {
        assert_eq!(Key::of("albumArtist"), Some(Key::AlbumArtist));
        assert_eq!(Key::of("colour"), None);
        assert_eq!(Key::of(&"x".repeat(1_000)), None);
        assert_eq!(Key::of("ÄRTIST"), None);
    }

    #[test]
    fn a_tag_without_end_is_cut() {
        let mut said = Said::default();
        for _ in 0..2 * MOST_FIELDS {
            said.add(Key::Title, "x");
        }
        assert_eq!(said.all(Key::Title).count(), MOST_FIELDS);
    }
}
