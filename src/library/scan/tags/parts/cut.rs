//! Tracks and chapters → parts of a file, with the tags that each has. Pure but for asking the file's rate.

use super::{Chapter, MOST_PARTS, Part, rate};
use crate::library::scan::tags::bounds::{bounded, bounded_parts};
use crate::library::scan::tags::meaning::{clean, date, isrc};
use crate::library::scan::tags::{Found, LONGEST_MS};
use crate::music::{Codec, Field, ReplayGain, Span, Tags};
use crate::wanted::cue::{CueFile, CueSheet, CueTrack, Remarks};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// No file is so long: 23 years at 384 kHz.
const MOST_FRAMES: u64 = 1 << 48;

/// What is said of a whole file and true of none of its songs.
const OF_ONE_SONG: &[Field] = &[
    Field::TitleSort,
    Field::Work,
    Field::Movement,
    Field::MovementNumber,
    Field::MbReleaseTrack,
    Field::MbWork,
];

/// A sheet beside a file, and its entry for this file.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// All of it.
    pub sheet: &'a CueSheet,
    /// What it says of the file.
    pub file: &'a CueFile,
}

/// A file that is to be cut.
pub struct Whole<'a> {
    tags: &'a Tags,
    rate: u32,
    length_ms: Option<u64>,
    length_is_exact: bool,
}

impl<'a> Whole<'a> {
    /// `None` where nothing tells its rate.
    pub fn of(found: &'a Found, path: &Path) -> Option<Self> {
        let lossless = [
            Codec::Flac,
            Codec::Pcm,
            Codec::Alac,
            Codec::WavPack,
            Codec::Ape,
            Codec::Tta,
        ];
        Some(Self {
            tags: &found.tags,
            rate: rate(found, path).filter(|rate| *rate > 0)?,
            length_ms: found.length_ms,
            length_is_exact: lossless.contains(&found.format.codec),
        })
    }

    /// Whether a frame lies behind the end; where the length may be an estimate, a quarter more is believed.
    fn ends_before(&self, frame: u64) -> bool {
        let Some(length_ms) = self.length_ms else {
            return frame >= MOST_FRAMES;
        };
        let most_ms = if self.length_is_exact {
            length_ms
        } else {
            length_ms.saturating_add(length_ms / 4)
        };
        frame >= MOST_FRAMES || frame.saturating_mul(1_000) / u64::from(self.rate) >= most_ms
    }

    /// The part at this span; `None` where it lies behind the end of the file.
    fn part(&self, span: Span, tags: Tags) -> Option<Part> {
        if self.ends_before(span.start_frame) {
            return None;
        }
        let end_frame = span.end_frame.filter(|end| !self.ends_before(*end));
        let span = Span { end_frame, ..span };
        let length_ms = span.length_ms(self.rate, self.length_ms);
        Some(Part {
            span,
            tags,
            length_ms: length_ms.filter(|length| (1..=LONGEST_MS).contains(length)),
        })
    }

    /// What the file says that holds for each of its songs.
    fn tags_of_each(&self) -> Tags {
        let tags = self.tags;
        let album = if tags.album.is_empty() {
            &tags.title
        } else {
            &tags.album
        };
        let mut more = tags.more.clone();
        more.retain(|(field, _)| !OF_ONE_SONG.contains(field));
        let mut from_path = tags.from_path.clone();
        from_path.retain(|field| !matches!(field, Field::Title | Field::Track));
        let artists = if tags.artists.is_empty() {
            &tags.album_artists
        } else {
            &tags.artists
        };
        Tags {
            title: String::new(),
            artists: artists.clone(),
            album: album.clone(),
            track: None,
            isrc: String::new(),
            mb_recording: String::new(),
            // What was measured over the whole file is the gain of an album.
            gain: ReplayGain {
                album_db: tags.gain.album_db.or(tags.gain.track_db),
                album_peak: tags.gain.album_peak.or(tags.gain.track_peak),
                ..ReplayGain::default()
            },
            more,
            from_path,
            rating: None,
            play_count: None,
            ..tags.clone()
        }
    }
}

/// What a sheet makes of a file.
pub enum Cut {
    /// Its songs, and how many tracks lie behind its end.
    Parts { parts: Vec<Part>, beyond: usize },
    /// It is one song, and these are its tags, with what the sheet adds.
    Names(Box<Tags>),
}

/// What a sheet that lies in a file says of that file.
pub fn own_file<'a>(sheet: &'a CueSheet, path: &Path) -> Option<&'a CueFile> {
    let with_tracks = || sheet.files.iter().filter(|file| !file.tracks.is_empty());
    let name = path.file_name().map(OsStrExt::as_bytes);
    let is_named = |file: &&CueFile| {
        let last = |path: &Vec<u8>| path.rsplit(|byte| *byte == b'/').next().map(<[u8]>::to_vec);
        file.paths.iter().any(|path| last(path).as_deref() == name)
    };
    if with_tracks().count() == 1 {
        return with_tracks().next();
    }
    with_tracks().find(is_named)
}

/// Cuts by the tracks of a sheet. A file that is one track of it, from its beginning to its end, stays whole.
pub fn by_sheet(whole: &Whole, sheet: &CueSheet, file: &CueFile) -> Cut {
    if let [track] = file.tracks.as_slice()
        && track.span.end.is_none()
        && (track.span.start == 0 || track.pregap == Some(0))
    {
        return Cut::Names(Box::new(bounded(lent(whole.tags, sheet, track))));
    }
    let base = whole.tags_of_each();
    let part = |track: &CueTrack| {
        whole.part(
            track.span.at_rate(whole.rate),
            laid_over(base.clone(), sheet, track),
        )
    };
    let parts: Vec<_> = file
        .tracks
        .iter()
        .take(MOST_PARTS)
        .filter_map(part)
        .collect();
    let beyond = file.tracks.len().saturating_sub(parts.len());
    let parts = bounded_parts(parts);
    Cut::Parts { parts, beyond }
}

/// Of a text, what a sheet says, or else what was there.
fn or(said: &str, before: &str) -> String {
    let said = clean(said);
    if said.is_empty() {
        before.to_owned()
    } else {
        said
    }
}

fn or_list(said: &str, before: &[String]) -> Vec<String> {
    let said = clean(said);
    if said.is_empty() {
        before.to_vec()
    } else {
        vec![said]
    }
}

fn either<'a>(track: &'a str, sheet: &'a str) -> &'a str {
    if track.trim().is_empty() {
        sheet
    } else {
        track
    }
}

/// Tags with what the sheet says of a track laid over them.
fn laid_over(tags: Tags, sheet: &CueSheet, track: &CueTrack) -> Tags {
    let (here, all) = (&track.remarks, &sheet.remarks);
    let said_date = date(either(&here.date, &all.date).trim());
    let mut album_artists = tags.album_artists.clone();
    if album_artists.is_empty() {
        album_artists = or_list(&sheet.performer, &[]);
    }
    let mut from_path = tags.from_path.clone();
    from_path.retain(|field| {
        let is_said = match field {
            Field::Artist => !either(&track.performer, &sheet.performer).is_empty(),
            Field::Album => !sheet.title.is_empty(),
            Field::AlbumArtist => !sheet.performer.is_empty(),
            _ => false,
        };
        !is_said
    });
    Tags {
        title: or(&track.title, &format!("Track {}", track.number)),
        artists: or_list(either(&track.performer, &sheet.performer), &tags.artists),
        album: or(&sheet.title, &tags.album),
        album_artists,
        track: Some(track.number).filter(|number| *number > 0),
        disc: here.disc.or(all.disc).or(tags.disc),
        date: or(&said_date, &tags.date),
        genres: or_list(either(&here.genre, &all.genre), &tags.genres),
        composers: or_list(
            either(&track.songwriter, &sheet.songwriter),
            &tags.composers,
        ),
        isrc: isrc(&track.isrc),
        gain: gain(here, all, tags.gain),
        from_path,
        ..tags
    }
}

fn gain(track: &Remarks, sheet: &Remarks, before: ReplayGain) -> ReplayGain {
    ReplayGain {
        track_db: track.gain.track_db.or(before.track_db),
        track_peak: track.gain.track_peak.or(before.track_peak),
        album_db: sheet
            .gain
            .album_db
            .or(track.gain.album_db)
            .or(before.album_db),
        album_peak: sheet
            .gain
            .album_peak
            .or(track.gain.album_peak)
            .or(before.album_peak),
    }
}

/// The tags of a file with what they lack taken from the sheet.
fn lent(tags: &Tags, sheet: &CueSheet, track: &CueTrack) -> Tags {
    let said = laid_over(Tags::default(), sheet, track);
    // What was taken from the path is no more than a guess.
    let lacks = |field: Field| tags.values(field).is_empty() || tags.from_path.contains(&field);
    let mut all = tags.clone();
    let mut take = |field: Field, take: &dyn Fn(&mut Tags)| {
        if lacks(field) && !said.values(field).is_empty() {
            take(&mut all);
            all.from_path.retain(|other| *other != field);
        }
    };
    if !track.title.is_empty() {
        take(Field::Title, &|tags| tags.title = said.title.clone());
    }
    take(Field::Artist, &|tags| tags.artists = said.artists.clone());
    take(Field::Album, &|tags| tags.album = said.album.clone());
    take(Field::AlbumArtist, &|tags| {
        tags.album_artists = said.album_artists.clone();
    });
    take(Field::Track, &|tags| tags.track = said.track);
    take(Field::Disc, &|tags| tags.disc = said.disc);
    take(Field::Date, &|tags| tags.date = said.date.clone());
    take(Field::Genre, &|tags| tags.genres = said.genres.clone());
    take(Field::Composer, &|tags| {
        tags.composers = said.composers.clone()
    });
    take(Field::Isrc, &|tags| tags.isrc = said.isrc.clone());
    let (had, said) = (tags.gain, said.gain);
    all.gain = ReplayGain {
        track_db: had.track_db.or(said.track_db),
        track_peak: had.track_peak.or(said.track_peak),
        album_db: had.album_db.or(said.album_db),
        album_peak: had.album_peak.or(said.album_peak),
    };
    all
}

/// One part is all of a file.
fn several(parts: Vec<Part>) -> Vec<Part> {
    if parts.len() > 1 {
        bounded_parts(parts)
    } else {
        Vec::new()
    }
}

/// Where a song begins, at the file's rate, and what its number and code are.
pub struct Mark {
    /// First frame.
    pub start_frame: u64,
    /// The frame after the last; `None`: to the end of the file.
    pub end_frame: Option<u64>,
    /// Its number, from 1.
    pub number: u32,
    /// Its ISRC, or empty.
    pub isrc: String,
}

/// Cuts at marks that have no names.
pub fn by_marks(whole: &Whole, marks: Vec<Mark>) -> Vec<Part> {
    let base = whole.tags_of_each();
    let part = |mark: Mark| {
        let span = Span {
            start_frame: mark.start_frame,
            end_frame: mark.end_frame,
        };
        let tags = Tags {
            title: format!("Track {}", mark.number),
            track: Some(mark.number),
            isrc: isrc(&mark.isrc),
            ..base.clone()
        };
        whole.part(span, tags)
    };
    let parts: Vec<_> = marks
        .into_iter()
        .take(MOST_PARTS)
        .filter_map(part)
        .collect();
    several(parts)
}

/// Cuts at the beginnings of chapters: each lasts until the next begins, and the first has what comes before it, so that
/// nothing is lost.
pub fn by_chapters(whole: &Whole, chapters: &[Chapter]) -> Vec<Part> {
    let frame = |chapter: &Chapter| {
        let frames = u128::from(chapter.start_ns) * u128::from(whole.rate);
        u64::try_from((frames + 500_000_000) / 1_000_000_000).unwrap_or(u64::MAX)
    };
    let mut starts: Vec<(u64, &str)> = chapters
        .iter()
        .take(MOST_PARTS)
        .map(|chapter| (frame(chapter), chapter.title.as_str()))
        .collect();
    starts.sort_by_key(|(start, _)| *start);
    starts.dedup_by_key(|(start, _)| *start);
    if let Some((start, _)) = starts.first_mut() {
        *start = 0;
    }
    let base = whole.tags_of_each();
    let ends = starts.iter().skip(1).map(|(start, _)| Some(*start));
    let parts: Vec<_> = (1..)
        .zip(starts.iter().zip(ends.chain([None])))
        .filter_map(|(number, (&(start_frame, title), end_frame))| {
            let tags = Tags {
                title: or(title, &format!("Chapter {number}")),
                track: Some(number),
                ..base.clone()
            };
            let span = Span {
                start_frame,
                end_frame,
            };
            whole.part(span, tags)
        })
        .collect();
    several(parts)
}
