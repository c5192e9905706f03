//! The sheet, line by line. A line that makes no sense is noted and stepped over; no line costs another its track.

use super::words::{file_and_kind, first_word, frames, unquoted, upper};
use super::{CueFile, CueSheet, CueSpan, CueTrack, Flags, MAX_TRACKS, Remarks};
use crate::wanted::encoding::{Decoded, one_line};
use crate::wanted::target::{Target, read_target};
use crate::wanted::{MAX_BYTES, MAX_LINE, MAX_NOTES, Note, Oddity, Refused};

/// Reads a cue sheet: a file, or the text that a `CUESHEET` tag holds.
///
/// `Err`: there is no track in it, or it is larger than [`MAX_BYTES`].
pub fn parse(bytes: &[u8]) -> Result<CueSheet, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let decoded = Decoded::new(bytes);
    let mut reader = Reader::new(&decoded);
    for (line, raw) in (1..).zip(decoded.lines()) {
        reader.line = line;
        if raw.len() > MAX_LINE {
            reader.note(Oddity::LongLine);
        } else if !reader.command(raw) {
            break;
        }
    }
    reader.end()
}

/// Whether the lines have what every cue sheet has and nothing else has: a numbered track, and a file or an index.
pub fn looks_like<'l>(lines: impl Iterator<Item = &'l [u8]>) -> bool {
    let (mut track, mut other) = (false, false);
    for line in lines {
        let (word, rest) = first_word(line);
        let (number, kind) = first_word(rest);
        let is_number = number.len() <= 3 && number.iter().all(u8::is_ascii_digit);
        match upper(word).as_str() {
            "TRACK" => track |= is_number && !number.is_empty() && !kind.is_empty(),
            "INDEX" => other |= frames(kind).is_some(),
            "FILE" => other |= !rest.is_empty(),
            _ => {}
        }
        if track && other {
            return true;
        }
    }
    false
}

/// A track whose end is not yet read.
#[derive(Default)]
struct Open {
    track: CueTrack,
    /// `AUDIO`, or the kind of data.
    kind: String,
    /// Where `INDEX 00` stands: the file, and the frame in it.
    gap: Option<(usize, u64)>,
    /// Where `INDEX 01` stands.
    start: Option<u64>,
}

struct Reader<'a> {
    decoded: &'a Decoded<'a>,
    sheet: CueSheet,
    /// The starts of all tracks of each file, those of data too: a song ends there.
    starts: Vec<Vec<u64>>,
    open: Option<Open>,
    tracks: usize,
    last_number: u32,
    line: usize,
}

impl<'a> Reader<'a> {
    fn new(decoded: &'a Decoded<'a>) -> Self {
        let sheet = CueSheet {
            title: String::new(),
            performer: String::new(),
            songwriter: String::new(),
            catalog: String::new(),
            remarks: Remarks::default(),
            files: Vec::new(),
            encoding: decoded.encoding,
            refused: 0,
            notes: Vec::new(),
        };
        Self {
            decoded,
            sheet,
            starts: Vec::new(),
            open: None,
            tracks: 0,
            last_number: 0,
            line: 0,
        }
    }

    /// Takes a line; `false`: there are too many tracks, and the rest is not read.
    fn command(&mut self, raw: &[u8]) -> bool {
        let (word, value) = first_word(raw);
        match upper(word).as_str() {
            "" | "CDTEXTFILE" | "PREGAP" | "POSTGAP" | "ARRANGER" | "COMPOSER" | "MESSAGE" => {}
            "FILE" => return self.file(value),
            "TRACK" => return self.track(value),
            "INDEX" => self.index(value),
            "REM" => self.remark(value),
            "FLAGS" => self.flags(value),
            "TITLE" | "PERFORMER" | "SONGWRITER" | "ISRC" | "CATALOG" => {
                let text = self.text(value);
                self.say(&upper(word), text);
            }
            // A text that is padded with NULs ends there.
            _ if word.iter().all(|b| *b == 0) => {}
            other => self.note(Oddity::NotUnderstood(one_line(other))),
        }
        true
    }

    fn say(&mut self, what: &str, text: String) {
        let sheet = &mut self.sheet;
        let field = match (what, self.open.as_mut().map(|open| &mut open.track)) {
            ("TITLE", None) => &mut sheet.title,
            ("TITLE", Some(track)) => &mut track.title,
            ("PERFORMER", None) => &mut sheet.performer,
            ("PERFORMER", Some(track)) => &mut track.performer,
            ("SONGWRITER", None) => &mut sheet.songwriter,
            ("SONGWRITER", Some(track)) => &mut track.songwriter,
            ("CATALOG", _) => &mut sheet.catalog,
            ("ISRC", Some(track)) => {
                track.isrc = text.replace('-', "").to_ascii_uppercase();
                return;
            }
            _ => return self.note(Oddity::NotUnderstood(what.to_owned())),
        };
        *field = text;
    }

    fn file(&mut self, value: &[u8]) -> bool {
        // A track whose INDEX 01 is still to come lies in this file; one that has it ends before.
        if self.open.as_ref().is_some_and(|open| open.start.is_some()) {
            self.close();
        }
        let (name, kind) = file_and_kind(value);
        let text = self.decoded.text(name);
        let paths = match read_target(&text, name) {
            Target::Paths(paths) => paths,
            Target::Url(scheme) => {
                let kept = true;
                self.note(Oddity::Url { scheme, kept });
                Vec::new()
            }
            Target::Nested(_) | Target::NotAPath => {
                self.note(Oddity::NotAPath);
                Vec::new()
            }
        };
        // Some sheets name their one file before each track: it is one all the same, or no track would have an end.
        let is_again = |last: &CueFile| !paths.is_empty() && last.paths == paths;
        if self.sheet.files.last().is_some_and(is_again) {
            return true;
        }
        self.push_file(CueFile {
            paths,
            kind,
            tracks: Vec::new(),
        })
    }

    fn push_file(&mut self, file: CueFile) -> bool {
        if self.sheet.files.len() >= MAX_TRACKS {
            self.note(Oddity::TooManyTracks);
            return false;
        }
        self.sheet.files.push(file);
        self.starts.push(Vec::new());
        true
    }

    fn track(&mut self, value: &[u8]) -> bool {
        self.close();
        if self.tracks >= MAX_TRACKS {
            self.refuse(self.line, Oddity::TooManyTracks);
            return false;
        }
        if self.sheet.files.is_empty() {
            self.push_file(CueFile::default());
        }
        let (number, kind) = first_word(value);
        let said = std::str::from_utf8(number).ok();
        let said = said.and_then(|number| number.parse::<u32>().ok());
        if said.is_none() {
            self.note(Oddity::NotUnderstood("TRACK".into()));
        }
        self.tracks += 1;
        self.last_number = said.unwrap_or(self.last_number.saturating_add(1));
        let track = CueTrack {
            number: self.last_number,
            line: self.line,
            ..CueTrack::default()
        };
        self.open = Some(Open {
            track,
            kind: upper(kind),
            ..Open::default()
        });
        true
    }

    fn index(&mut self, value: &[u8]) {
        let (number, time) = first_word(value);
        let number = std::str::from_utf8(number).ok();
        let number = number.and_then(|number| number.parse::<u32>().ok());
        let file = self.sheet.files.len().saturating_sub(1);
        match (number, frames(time), &mut self.open) {
            (Some(0), Some(at), Some(open)) => open.gap = Some((file, at)),
            (Some(1), Some(at), Some(open)) => open.start = Some(at),
            (Some(_), Some(_), Some(_)) => {}
            (_, None, Some(_)) => {
                let text = self.text(time);
                self.note(Oddity::BadTime(text));
            }
            _ => self.note(Oddity::NotUnderstood("INDEX".into())),
        }
    }

    fn flags(&mut self, value: &[u8]) {
        let Some(open) = &mut self.open else {
            return self.note(Oddity::NotUnderstood("FLAGS".into()));
        };
        let has = |flag: &str| upper(value).split_whitespace().any(|word| word == flag);
        open.track.flags = Flags {
            copy_permitted: has("DCP"),
            four_channels: has("4CH"),
            pre_emphasis: has("PRE"),
            serial_copy: has("SCMS"),
        };
    }

    fn remark(&mut self, value: &[u8]) {
        let (key, value) = first_word(value);
        let text = self.text(value);
        let remarks = match &mut self.open {
            Some(open) => &mut open.track.remarks,
            None => &mut self.sheet.remarks,
        };
        let number = || text.parse::<u32>().ok().filter(|number| *number > 0);
        let decimal = || {
            let first = text.split_whitespace().next()?;
            first.parse::<f32>().ok().filter(|value| value.is_finite())
        };
        match upper(key).as_str() {
            "GENRE" => remarks.genre = text,
            "DATE" | "YEAR" => remarks.date = text,
            "COMMENT" => remarks.comment = text,
            "DISCID" => remarks.disc_id = text,
            "DISCNUMBER" => remarks.disc = number(),
            "TOTALDISCS" => remarks.discs = number(),
            "REPLAYGAIN_ALBUM_GAIN" => remarks.gain.album_db = decimal(),
            "REPLAYGAIN_ALBUM_PEAK" => remarks.gain.album_peak = decimal(),
            "REPLAYGAIN_TRACK_GAIN" => remarks.gain.track_db = decimal(),
            "REPLAYGAIN_TRACK_PEAK" => remarks.gain.track_peak = decimal(),
            _ => {}
        }
    }

    /// Puts the open track into the file that is the current one.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let line = open.track.line;
        let current = self.sheet.files.len().saturating_sub(1);
        let gap = open.gap.filter(|(file, _)| *file == current);
        open.track.pregap = gap.map(|(_, at)| at);
        let Some(start) = self.start_of(&open) else {
            return self.refuse(line, Oddity::NoStart);
        };
        let (Some(file), Some(starts)) = (
            self.sheet.files.get_mut(current),
            self.starts.get_mut(current),
        ) else {
            return;
        };
        let late = starts.last().is_some_and(|before| *before > start);
        starts.push(start);
        if !is_music(&open.kind) {
            return self.refuse(line, Oddity::DataTrack(one_line(&open.kind)));
        }
        open.track.span.start = start;
        file.tracks.push(open.track);
        if late {
            self.note_at(line, Oddity::OutOfOrder);
        }
    }

    /// `INDEX 01`; without one where its gap begins, or the beginning of the file for the first track of one.
    fn start_of(&mut self, open: &Open) -> Option<u64> {
        let is_first = self.starts.last().is_some_and(Vec::is_empty);
        let guess = open.track.pregap.or(is_first.then_some(0));
        if open.start.is_none() && guess.is_some() {
            self.note_at(open.track.line, Oddity::GuessedStart);
        }
        open.start.or(guess)
    }

    fn end(mut self) -> Result<CueSheet, Refused> {
        self.close();
        if self.tracks == 0 {
            return Err(Refused::NoTracks);
        }
        for (file, starts) in self.sheet.files.iter_mut().zip(&mut self.starts) {
            starts.sort_unstable();
            for CueTrack { span, .. } in &mut file.tracks {
                *span = until_next(span.start, starts);
            }
        }
        Ok(self.sheet)
    }

    fn text(&self, value: &[u8]) -> String {
        one_line(self.decoded.text(unquoted(value)).trim_matches('\0'))
    }

    fn note(&mut self, what: Oddity) {
        self.note_at(self.line, what);
    }

    fn note_at(&mut self, line: usize, what: Oddity) {
        if self.sheet.notes.len() < MAX_NOTES {
            self.sheet.notes.push(Note { line, what });
        }
    }

    fn refuse(&mut self, line: usize, what: Oddity) {
        self.sheet.refused += 1;
        self.note_at(line, what);
    }
}

/// From the start to the next one that is greater.
fn until_next(start: u64, sorted: &[u64]) -> CueSpan {
    let next = sorted.partition_point(|other| *other <= start);
    CueSpan {
        start,
        end: sorted.get(next).copied(),
    }
}

/// Whether a track of this kind has music; a kind that is missing is that of the usual one.
fn is_music(kind: &str) -> bool {
    !["MODE", "CDI", "CDG"]
        .iter()
        .any(|data| kind.starts_with(data))
}
