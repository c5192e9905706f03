//! Reading. It never opens what a row names, and no line, however odd, costs another line its row.

use crate::music::Wanted;
use crate::wanted::encoding::{Decoded, one_line};
use crate::wanted::names::{named, parse_extinf};
use crate::wanted::target::read_target;
use crate::wanted::{MAX_BYTES, MAX_LINE, MAX_ROWS, Oddity, Playlist, PlaylistFormat, Refused};

/// Reads an M3U or M3U8 file; both are read alike, as the content tells more than the name's end.
///
/// `#EXTINF` without a path behind it is a row of names. An address on a network never becomes a place.
pub fn read(bytes: &[u8]) -> Result<Playlist, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let decoded = Decoded::new(bytes);
    let mut reader = Reader {
        playlist: Playlist::empty(PlaylistFormat::M3u, decoded.encoding),
        said: None,
        said_at: 0,
        album: String::new(),
        artist: None,
    };
    if let Some(charset) = &decoded.unknown {
        let what = Oddity::UnknownCharset(one_line(charset));
        reader.playlist.note(1, what);
    }
    for (line, raw) in (1..).zip(decoded.lines()) {
        if reader.playlist.rows.len() >= MAX_ROWS {
            reader.playlist.refuse(line, Oddity::TooManyRows);
            return Ok(reader.playlist);
        }
        if raw.len() > MAX_LINE {
            reader.playlist.refuse(line, Oddity::LongLine);
            reader.take_names();
            continue;
        }
        let text = decoded.text(raw);
        match text.trim().strip_prefix('#') {
            Some(directive) => reader.directive(line, directive)?,
            None if text.trim().is_empty() => {}
            None => reader.path(line, &text, raw),
        }
    }
    reader.names_alone();
    Ok(reader.playlist)
}

/// What was said since the last row, and the rows so far.
struct Reader {
    playlist: Playlist,
    /// What `#EXTINF` said: length in ms, and the text.
    said: Option<(Option<u64>, String)>,
    /// The line of the last `#EXTINF`.
    said_at: usize,
    album: String,
    artist: Option<String>,
}

impl Reader {
    fn directive(&mut self, line: usize, directive: &str) -> Result<(), Refused> {
        if starts_with(directive, "EXT-X-") {
            return Err(Refused::Hls);
        }
        let Some((name, value)) = directive.split_once(':') else {
            return Ok(());
        };
        let value = one_line(value);
        match name.to_ascii_uppercase().as_str() {
            "EXTINF" => {
                self.names_alone();
                let (length_ms, text) = parse_extinf(&value);
                self.said = Some((length_ms, text.to_owned()));
                self.said_at = line;
            }
            "PLAYLIST" if !value.is_empty() => self.playlist.name = Some(value),
            "EXTALB" => self.album = value,
            "EXTART" => self.artist = Some(value),
            _ => {}
        }
        Ok(())
    }

    fn path(&mut self, line: usize, text: &str, raw: &[u8]) {
        let wanted = self.take_names();
        self.playlist
            .push_target(line, wanted, read_target(text, raw));
    }

    /// A row that an `#EXTINF` without a path makes. One that says nothing makes none.
    fn names_alone(&mut self) {
        // The album and the artist may stand before the next row's #EXTINF: without one of this row they are kept.
        if self.said.is_none() {
            return;
        }
        let wanted = self.take_names();
        if !wanted.title.is_empty() || !wanted.artists.is_empty() {
            self.playlist.push_names(self.said_at, wanted);
        }
    }

    fn take_names(&mut self) -> Wanted {
        let artist = self.artist.take();
        let (length_ms, text) = self.said.take().unwrap_or_default();
        Wanted {
            album: std::mem::take(&mut self.album),
            length_ms,
            ..named(&text, artist.as_deref())
        }
    }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
