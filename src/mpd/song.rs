//! A song as lines: its address, its tags in MPD's order, its length and, in the queue, its place there.

use super::ack::Ack;
use super::answer::Answer;
use super::client::Client;
use crate::music::{Codec, Field, Song, Wanted};
use crate::player::Entry;
use std::fmt;

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
        out.pair("Last-Modified", Utc(at_ms));
    }
}

/// A point in time, in ms since 1970, as MPD writes it: `2026-11-27T13:15:44Z`.
struct Utc(i64);

impl fmt::Display for Utc {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000);
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Counted from 1 March of the year 0, so that the odd day of a leap year is the last of its year.
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let of_era_year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = (march_month + 2) % 12 + 1;
        let year = era * 400 + of_era_year + i64::from(month <= 2);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(
            out,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, told) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_681_607_787, "2023-04-16T01:16:27Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(Utc(seconds * 1_000).to_string(), told);
        }
    }
}
