//! A song as lines: its address, its tags in MPD's order, its length and, in the queue, its place there.

use super::ack::Ack;
use super::answer::Answer;
use super::client::Client;
use super::iso;
use crate::library::SongRow;
use crate::music::{Codec, Field, Format, Song, Span, Wanted, part_name, stem};
use crate::player::Entry;
use std::collections::BTreeSet;

/// What is told of a song, be it in memory or still a row of the index.
pub trait Told {
    /// The name of its root and its path there.
    fn place(&self) -> (&[u8], &[u8]);
    /// 0: the whole file; from 1: which of the songs in it.
    fn part(&self) -> u32;
    /// The part of the file that it is.
    fn span(&self) -> Option<Span>;
    /// When its file was changed.
    fn modified_ms(&self) -> Option<i64>;
    /// How it is encoded.
    fn format(&self) -> Format;
    /// How long it is.
    fn length_ms(&self) -> Option<u64>;
    /// Whether its title was made of its path.
    fn has_title_from_path(&self) -> bool;
    /// Shows each value of these fields.
    fn each_value(&self, fields: &BTreeSet<Field>, see: &mut dyn FnMut(Field, &str));
}

impl Told for Song {
    fn place(&self) -> (&[u8], &[u8]) {
        let place = &self.place;
        (place.root.name.as_bytes(), place.path.as_bytes())
    }

    fn part(&self) -> u32 {
        self.part
    }

    fn span(&self) -> Option<Span> {
        self.span
    }

    fn modified_ms(&self) -> Option<i64> {
        self.modified_ms
    }

    fn format(&self) -> Format {
        self.format
    }

    fn length_ms(&self) -> Option<u64> {
        self.length_ms
    }

    fn has_title_from_path(&self) -> bool {
        self.tags.from_path.contains(&Field::Title)
    }

    fn each_value(&self, fields: &BTreeSet<Field>, see: &mut dyn FnMut(Field, &str)) {
        self.tags.each_value(fields, see);
    }
}

impl Told for SongRow<'_> {
    fn place(&self) -> (&[u8], &[u8]) {
        (self.root().name.as_bytes(), self.path())
    }

    fn part(&self) -> u32 {
        self.part()
    }

    fn span(&self) -> Option<Span> {
        self.span()
    }

    fn modified_ms(&self) -> Option<i64> {
        self.modified_ms()
    }

    fn format(&self) -> Format {
        self.format()
    }

    fn length_ms(&self) -> Option<u64> {
        self.length_ms()
    }

    fn has_title_from_path(&self) -> bool {
        self.is_from_path(Field::Title)
    }

    fn each_value(&self, fields: &BTreeSet<Field>, see: &mut dyn FnMut(Field, &str)) {
        self.each_value(fields, see);
    }
}

/// A song of the library.
pub fn tell(song: &dyn Told, client: &Client, out: &mut Answer) {
    tell_file(song, out);
    tell_modified(song.modified_ms(), out);
    let format = song.format();
    tell_format("Format", format, out);
    tell_range(song, format, out);
    song.each_value(&client.tags, &mut |field, value| {
        if field != Field::Title || !is_named_by_file(song, value) {
            out.text(spelt(field), value);
        }
    });
    tell_length(song.length_ms(), out);
}

/// Its address.
pub fn tell_file(song: &dyn Told, out: &mut Answer) {
    let (root, path) = song.place();
    out.line("file", |line| {
        line.put(root);
        line.put(b"/");
        line.put(path);
        if song.part() > 0 {
            line.put(b"/");
            line.put(part_name(song.part()).as_bytes());
        }
    });
}

/// Its title is its file's name and nothing else. MPD tells none then, and clients show the address, which says more.
fn is_named_by_file(song: &dyn Told, title: &str) -> bool {
    if !song.has_title_from_path() {
        return false;
    }
    let (_, path) = song.place();
    let file = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let file = String::from_utf8_lossy(file);
    let blanks = |name: &str| name.replace('_', " ").trim().to_owned();
    blanks(title) == blanks(stem(&file))
}

/// The part of its file that it is, where it was cut for the queue alone.
fn tell_range(song: &dyn Told, format: Format, out: &mut Answer) {
    let rate = format.rate.filter(|rate| *rate > 0).map(u64::from);
    if song.part() > 0 {
        return;
    }
    let (Some(span), Some(rate)) = (song.span(), rate) else {
        return;
    };
    let ms = |frame: u64| (frame.saturating_mul(1_000) + rate / 2) / rate;
    out.line("Range", |line| {
        line.seconds(ms(span.start_frame));
        line.put(b"-");
        if let Some(end_frame) = span.end_frame {
            line.seconds(ms(end_frame));
        }
    });
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
        out.number("Time", (ms + 500) / 1_000);
        out.line("duration", |line| line.seconds(ms));
    }
}

/// When something was changed, where that is known.
pub fn tell_modified(at_ms: Option<i64>, out: &mut Answer) {
    if let Some(at_ms) = at_ms {
        out.line("Last-Modified", |line| iso::put(at_ms, line));
    }
}

/// A song of the queue.
pub fn tell_entry(entry: &Entry, position: usize, client: &Client, out: &mut Answer) {
    tell(&*entry.song, client, out);
    // The one word for it that every client shows.
    if let Some(stand_in) = entry.origin.as_ref().and_then(|origin| origin.stand_in()) {
        out.text("Name", &stand_in);
    }
    out.number("Pos", position as u64);
    out.number("Id", entry.id.0);
    if entry.priority > 0 {
        out.pair("Prio", entry.priority);
    }
}

/// As MPD writes it: `44100:16:2`, `44100:f:2` where samples have no fixed number of bits, `dsd64:2`.
pub fn tell_format(name: &str, format: Format, out: &mut Answer) {
    let (Some(rate), Some(channels)) = (format.rate, format.channels) else {
        return;
    };
    out.line(name, |line| {
        if format.codec == Codec::Dsd {
            // Counted in bytes; named by how many times the rate of a CD its bits are.
            line.put(b"dsd");
            line.number(u64::from(rate) * 8 / 44_100, 1);
        } else {
            line.number(rate.into(), 1);
            line.put(b":");
            match format.bits {
                Some(bits) => line.number(bits.into(), 1),
                None => line.put(b"f"),
            }
        }
        line.put(b":");
        line.number(channels.into(), 1);
    });
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
        Field::Comment => "Comment",
    }
}
