//! A song as lines: its address, its tags in MPD's order, its length and, in the queue, its place there.

use super::answer::Answer;
use super::client::Client;
use crate::music::{Field, Song};
use crate::player::Entry;

/// A song of the library.
pub fn tell(song: &Song, client: &Client, out: &mut Answer) {
    out.uri("file", song.uri().as_bytes());
    if let Some(format) = audio_format(song) {
        out.pair("Format", format);
    }
    for field in Field::ALL {
        if client.tags.contains(field) {
            for value in song.tags.values(*field) {
                out.text(spelt(*field), &value);
            }
        }
    }
    if let Some(ms) = song.length_ms {
        out.pair("Time", (ms + 500) / 1_000);
        out.pair("duration", format_args!("{}.{:03}", ms / 1_000, ms % 1_000));
    }
}

/// A song of the queue.
pub fn tell_entry(entry: &Entry, position: usize, client: &Client, out: &mut Answer) {
    tell(&entry.song, client, out);
    out.pair("Pos", position);
    out.pair("Id", entry.id.0);
    if entry.priority > 0 {
        out.pair("Prio", entry.priority);
    }
}

/// As MPD writes it, `44100:16:2`; what is not known is `*`.
pub fn audio_format(song: &Song) -> Option<String> {
    let (rate, channels) = (song.format.rate?, song.format.channels?);
    let bits = song.format.bits.map_or("*".into(), |bits| bits.to_string());
    Some(format!("{rate}:{bits}:{channels}"))
}

/// A tag's name as MPD spells it.
pub fn spelt(field: Field) -> &'static str {
    match field {
        Field::Artist => "Artist",
        Field::ArtistSort => "ArtistSort",
        Field::Album => "Album",
        Field::AlbumSort => "AlbumSort",
        Field::AlbumArtist => "AlbumArtist",
        Field::AlbumArtistSort => "AlbumArtistSort",
        Field::Title => "Title",
        Field::TitleSort => "TitleSort",
        Field::Track => "Track",
        Field::Disc => "Disc",
        Field::Date => "Date",
        Field::OriginalDate => "OriginalDate",
        Field::Genre => "Genre",
        Field::Composer => "Composer",
        Field::ComposerSort => "ComposerSort",
        Field::Performer => "Performer",
        Field::Conductor => "Conductor",
        Field::Ensemble => "Ensemble",
        Field::Work => "Work",
        Field::Movement => "Movement",
        Field::MovementNumber => "MovementNumber",
        Field::Location => "Location",
        Field::Grouping => "Grouping",
        Field::Mood => "Mood",
        Field::Label => "Label",
        Field::Name => "Name",
        Field::Isrc => "ISRC",
        Field::MbArtist => "MUSICBRAINZ_ARTISTID",
        Field::MbAlbum => "MUSICBRAINZ_ALBUMID",
        Field::MbAlbumArtist => "MUSICBRAINZ_ALBUMARTISTID",
        Field::MbRecording => "MUSICBRAINZ_TRACKID",
        Field::MbReleaseTrack => "MUSICBRAINZ_RELEASETRACKID",
        Field::MbReleaseGroup => "MUSICBRAINZ_RELEASEGROUPID",
        Field::MbWork => "MUSICBRAINZ_WORKID",
    }
}
