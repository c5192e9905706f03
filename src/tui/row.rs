//! A song as a row of a list, read from what the server tells. All its texts are fit for a terminal from here on.

use crate::mpd::remote::Pairs;
use crate::music::Printable;

/// A song of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its address on the wire, as bytes; empty: there is no song.
    pub uri: Vec<u8>,
    pub title: String,
    pub artist: String,
    pub album: String,
    /// The artist of the album.
    pub album_artist: String,
    pub date: String,
    /// Its number on its disc.
    pub track: Option<u32>,
    /// The number of its disc.
    pub disc: Option<u32>,
    /// How long it is.
    pub duration_ms: Option<u64>,
    /// Its place in the queue.
    pub position: Option<usize>,
    /// Its number in the queue.
    pub id: Option<u64>,
}

impl Row {
    /// All songs of an answer.
    pub fn all(pairs: Pairs) -> Vec<Self> {
        let mut rows = Vec::new();
        for (name, value) in pairs.0 {
            Self::read(&mut rows, &name, value);
        }
        rows
    }

    /// One more line of an answer with songs: `file` begins a song.
    pub fn read(rows: &mut Vec<Self>, name: &str, value: Vec<u8>) {
        if name == "file" {
            rows.push(Self::default());
        }
        if let Some(row) = rows.last_mut() {
            row.take(name, value);
        }
    }

    /// A line about this song.
    pub fn take(&mut self, name: &str, value: Vec<u8>) {
        if name == "file" {
            if self.title.is_empty() {
                self.title = name_of_file(&value);
            }
            self.uri = value;
            return;
        }
        let value = value.as_slice();
        let text = || Printable::bytes(value);
        let number = || {
            std::str::from_utf8(value)
                .ok()?
                .split('/')
                .next()?
                .parse()
                .ok()
        };
        match name {
            "Title" => self.title = text(),
            // Several stand one after the other.
            "Artist" if self.artist.is_empty() => self.artist = text(),
            "Artist" => self.artist = format!("{}, {}", self.artist, text()),
            "Album" => self.album = text(),
            "AlbumArtist" => self.album_artist = text(),
            "Date" => self.date = text(),
            "Track" => self.track = number(),
            "Disc" => self.disc = number(),
            "duration" => {
                let seconds = std::str::from_utf8(value).ok();
                let seconds = seconds.and_then(|text| text.parse::<f64>().ok());
                self.duration_ms = seconds.map(|seconds| (seconds * 1_000.0) as u64);
            }
            "Pos" => self.position = number().map(|at: u32| at as usize),
            "Id" => self.id = number().map(u64::from),
            _ => {}
        }
    }

    /// The artist whom its album stands under.
    pub fn of_album(&self) -> &str {
        match self.album_artist.is_empty() {
            true => &self.artist,
            false => &self.album_artist,
        }
    }

    /// The year of its date.
    pub fn year(&self) -> &str {
        self.date.get(..4).unwrap_or(&self.date)
    }
}

/// What a song without a title is called.
fn name_of_file(uri: &[u8]) -> String {
    let name = uri.rsplit(|byte| *byte == b'/').next().unwrap_or(uri);
    Printable::bytes(name)
}

/// A length as people write it: `3:07`, `1:02:09`.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn songs_of_an_answer() {
        let pairs: &[(&str, &[u8])] = &[
            ("file", b"m/a/\xffx.flac"),
            ("Title", b"T\x1b[31m"),
            ("Artist", b"A"),
            ("Artist", b"B"),
            ("Track", b"3/12"),
            ("duration", b"187.5"),
            ("Date", b"1999-02-03"),
            ("Pos", b"7"),
            ("file", b"m/b/untitled.ogg"),
        ];
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_vec()));
        let rows = Row::all(Pairs(pairs.collect()));
        assert_eq!(rows.len(), 2);
        assert_eq!((&*rows[0].title, &*rows[0].artist), ("T�[31m", "A, B"));
        assert_eq!((rows[0].track, rows[0].position), (Some(3), Some(7)));
        assert_eq!(
            (rows[0].year(), rows[0].duration_ms.map(clock)),
            ("1999", Some("3:07".into()))
        );
        assert_eq!(rows[1].title, "untitled.ogg");
        assert_eq!(clock(3_729_000), "1:02:09");
    }
}
