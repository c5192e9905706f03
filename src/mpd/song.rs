//! A song as lines: its address, its tags in MPD's order, its length and, in the queue, its place there.

use super::ack::Ack;
use super::answer::Answer;
use super::client::Client;
use super::iso;
use crate::music::{Codec, Field, Song, Wanted};
use crate::player::Entry;

/// A song of the library.
pub fn tell(song: &Song, client: &Client, out: &mut Answer) {
    out.uri("file", song.uri().as_bytes());
    tell_modified(song.modified_ms, out);
    if let Some(format) = audio_format(song) {
        out.pair("Format", format);
    }
    tell_range(song, out);
    for field in &client.tags {
        for value in song.tags.values(*field) {
            out.text(spelt(*field), &value);
        }
    }
    tell_length(song.length_ms, out);
}

/// The part of its file that it is, where it was cut for the queue alone.
fn tell_range(song: &Song, out: &mut Answer) {
    let rate = song.format.rate.filter(|rate| *rate > 0).map(u64::from);
    let (Some(span), Some(rate), 0) = (song.span, rate, song.part) else {
        return;
    };
    let seconds = |frame: u64| {
        let ms = (frame.saturating_mul(1_000) + rate / 2) / rate;
        format!("{}.{:03}", ms / 1_000, ms % 1_000)
    };
    let end = span.end_frame.map_or(String::new(), seconds);
    out.pair("Range", format_args!("{}-{end}", seconds(span.start_frame)));
}

/// What is known of a song that is not here, but for its address.
pub fn tell_wanted(wanted: &Wanted, client: &Client, out: &mut Answer) {
    let artists = wanted.artists.iter().map(|name| (Field::Artist, name));
    let names = [
        (Field::Album, &wanted.album),
        (Field::Title, &wanted.title),
        (Field::Isrc, &wanted.isrc),
    ];
    for (field, value) in artists.chain(names) {
        if client.tags.contains(&field) && !value.is_empty() {
            out.text(spelt(field), value);
        }
    }
    tell_length(wanted.length_ms, out);
}

fn tell_length(length_ms: Option<u64>, out: &mut Answer) {
    if let Some(ms) = length_ms {
        out.pair("Time", (ms + 500) / 1_000);
        out.pair("duration", format_args!("{}.{:03}", ms / 1_000, ms % 1_000));
    }
}

/// When something was changed, where that is known.
pub fn tell_modified(at_ms: Option<i64>, out: &mut Answer) {
    if let Some(at_ms) = at_ms {
        out.pair("Last-Modified", iso::of_ms(at_ms));
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

/// As MPD writes it: `44100:16:2`, `44100:f:2` where samples have no fixed number of bits, `dsd64:2`.
pub fn audio_format(song: &Song) -> Option<String> {
    let (rate, channels) = (song.format.rate?, song.format.channels?);
    if song.format.codec == Codec::Dsd {
        // Counted in bytes; named by how many times the rate of a CD its bits are.
        let times = u64::from(rate) * 8 / 44_100;
        return Some(format!("dsd{times}:{channels}"));
    }
    let bits = song.format.bits.map_or("f".into(), |bits| bits.to_string());
    Some(format!("{rate}:{bits}:{channels}"))
}

/// The tag of this name, in any case.
pub fn field_named(name: &str) -> Result<Field, Ack> {
    let mut all = Field::ALL.iter();
    let found = all.find(|field| spelt(**field).eq_ignore_ascii_case(name));
    found
        .copied()
        .ok_or_else(|| Ack::arg(format!("Unknown tag type: {name}")))
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
