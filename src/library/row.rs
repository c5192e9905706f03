//! A song ↔ a row of the index. It asks nothing.

use crate::music::{
    AudioKey, Codec, Field, Format, Place, Rating, RelPath, ReplayGain, Root, Song, SongId, Span,
    Tags, fold,
};
use rusqlite::Row;
use std::collections::HashMap;
use std::sync::Arc;

/// Parts a list in one column.
pub const LIST_MARK: char = '\u{1f}';

/// The columns that [`song`] reads, from `song` joined with `file`.
pub const SONG_COLUMNS: &str = "song.id, root_id, path, audio_key, start_frame, end_frame, title, artists, album, \
    album_artists, track, disc, date, genres, composers, compilation, isrc, mb_recording, track_gain_db, track_peak, \
    album_gain_db, album_peak, codec, rate, channels, bits, kbps, length_ms, more, rating, play_count, \
    guessed_charset, from_path, part, only_ffmpeg, file.mtime_ns";

/// The place in [`SONG_COLUMNS`] of when the file was changed.
pub const MODIFIED: usize = 35;

/// The place in them of the fields without a column.
const MORE: usize = 28;

/// Nanoseconds of a millisecond.
pub const NS_OF_MS: i64 = 1_000_000;

/// What [`SONG_COLUMNS`] are taken from: the songs that are here.
pub const HERE_SONGS: &str = "song JOIN file ON file.id = song.file_id AND file.state = 0";

/// The same without their files, for a question that goes through all of them: only the files that are gone, which are few,
/// are looked at.
pub const ALL_HERE: &str =
    "song WHERE file_id NOT IN (SELECT id FROM file INDEXED BY file_not_here WHERE state <> 0)";

/// [`SONG_COLUMNS`] of which only these places hold anything: what is not asked for need not be read.
pub fn only_columns(wanted: &[usize]) -> String {
    let columns = SONG_COLUMNS.split(',').map(str::trim).enumerate();
    let columns = columns.map(|(at, column)| match wanted.contains(&at) {
        true => column,
        false => "NULL",
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// The place in [`SONG_COLUMNS`] of what [`see_values`] reads of a field.
pub fn column_of(field: Field) -> usize {
    match field {
        Field::Title => 6,
        Field::Artist => 7,
        Field::Album => 8,
        Field::AlbumArtist => 9,
        Field::Track => 10,
        Field::Disc => 11,
        Field::Date => 12,
        Field::Genre => 13,
        Field::Composer => 14,
        Field::Isrc => 16,
        Field::MbRecording => 17,
        _ => MORE,
    }
}

/// Whether a field has a column of its own.
pub fn is_in_column(field: Field) -> bool {
    column_of(field) != MORE
}

/// Whether a row of [`SONG_COLUMNS`] has values of fields without a column.
pub fn has_more(row: &Row) -> rusqlite::Result<bool> {
    Ok(!row.get_ref(MORE)?.as_str()?.is_empty())
}

/// The values of one column.
pub fn joined(list: &[String]) -> String {
    list.join("\u{1f}")
}

/// The values of one column, each folded.
pub fn joined_folded(list: &[String]) -> String {
    let folded: Vec<_> = list.iter().map(|name| fold(name)).collect();
    joined(&folded)
}

fn split(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    // Of a queue each song has several lists, and most have one value: no room is left in them.
    let mut list = Vec::with_capacity(text.matches(LIST_MARK).count() + 1);
    list.extend(text.split(LIST_MARK).map(str::to_owned));
    list
}

/// The fields without a column, in one.
pub fn joined_fields(fields: &[(Field, String)]) -> String {
    let each: Vec<_> = fields
        .iter()
        .map(|(field, value)| format!("{field}={value}"))
        .collect();
    joined(&each)
}

fn split_fields(text: &str) -> Vec<(Field, String)> {
    let each = split(text).into_iter().filter_map(|said| {
        let (name, value) = said.split_once('=')?;
        Some((Field::from_name(name)?, value.to_owned()))
    });
    each.collect()
}

/// Shows each value that a row of [`SONG_COLUMNS`] has of a field in turn, as [`Tags::values`] gives them and without
/// making a song of it, until one is enough. `None`: it has none; else whether one was.
pub fn see_values(
    row: &Row,
    field: Field,
    is_enough: &mut dyn FnMut(&str) -> bool,
) -> rusqlite::Result<Option<bool>> {
    let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
    let column = column_of(field);
    let is_list = match field {
        Field::Artist | Field::AlbumArtist | Field::Genre | Field::Composer => true,
        Field::Title | Field::Album | Field::Date | Field::Isrc | Field::MbRecording => false,
        Field::Track | Field::Disc => {
            let number: Option<u32> = row.get(column)?;
            return Ok(number.map(|number| is_enough(&number.to_string())));
        }
        _ => {
            let mut seen = None;
            for said in text(column)?.split(LIST_MARK) {
                let value = said
                    .strip_prefix(field.name())
                    .and_then(|rest| rest.strip_prefix('='));
                if let Some(value) = value {
                    seen = Some(is_enough(value));
                }
                if seen == Some(true) {
                    break;
                }
            }
            return Ok(seen);
        }
    };
    let text = text(column)?;
    Ok(match is_list {
        _ if text.is_empty() => None,
        true => Some(text.split(LIST_MARK).any(is_enough)),
        false => Some(is_enough(text)),
    })
}

/// Shows each value that a row of [`SONG_COLUMNS`] has of any field, as [`see_values`] does.
pub fn see_all_values(
    row: &Row,
    is_enough: &mut dyn FnMut(&str) -> bool,
) -> rusqlite::Result<Option<bool>> {
    let mut seen = None;
    for field in IN_COLUMNS {
        seen = see_values(row, *field, is_enough)?.or(seen);
        if seen == Some(true) {
            return Ok(seen);
        }
    }
    // All the others stand in one text, which is gone through once.
    for said in row.get_ref(MORE)?.as_str()?.split(LIST_MARK) {
        if let Some((_, value)) = said.split_once('=') {
            seen = Some(is_enough(value));
        }
        if seen == Some(true) {
            break;
        }
    }
    Ok(seen)
}

/// The fields that have columns of their own.
const IN_COLUMNS: &[Field] = &[
    Field::Title,
    Field::Artist,
    Field::Album,
    Field::AlbumArtist,
    Field::Track,
    Field::Disc,
    Field::Date,
    Field::Genre,
    Field::Composer,
    Field::Isrc,
    Field::MbRecording,
];

/// Whose album the song of a row of [`SONG_COLUMNS`] is on, as [`Tags::album_artist`] tells it.
pub fn album_artist(row: &Row) -> rusqlite::Result<String> {
    let own = row.get_ref(9)?.as_str()?;
    let names = if own.is_empty() {
        row.get_ref(7)?.as_str()?
    } else {
        own
    };
    Ok(names.replace(LIST_MARK, ", "))
}

/// The numbers of its disc and its track.
pub fn disc_and_track(row: &Row) -> rusqlite::Result<(Option<u32>, Option<u32>)> {
    Ok((row.get(11)?, row.get(10)?))
}

/// The stars of a row of [`SONG_COLUMNS`].
pub fn rating(row: &Row) -> rusqlite::Result<Option<Rating>> {
    Ok(row.get::<_, Option<u8>>(29)?.map(Rating::from_halves))
}

/// How the song of a row of [`SONG_COLUMNS`] is encoded.
pub fn format(row: &Row) -> rusqlite::Result<Format> {
    Ok(Format {
        codec: Codec::from_name(row.get_ref(22)?.as_str()?),
        rate: row.get(23)?,
        channels: row.get(24)?,
        bits: row.get(25)?,
        kbps: row.get(26)?,
        only_ffmpeg: row.get(34)?,
    })
}

/// Names of fields, in one column.
pub fn joined_names(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(Field::to_string).collect();
    joined(&names)
}

/// The song of a row; `None` where its root is not among these.
pub fn song(row: &Row, roots: &HashMap<i64, Arc<Root>>) -> rusqlite::Result<Option<Song>> {
    let Some(root) = roots.get(&row.get(1)?) else {
        return Ok(None);
    };
    let Ok(path) = RelPath::new(row.get_ref(2)?.as_blob()?) else {
        return Ok(None);
    };
    let key = row.get_ref(3)?.as_blob_or_null()?;
    Ok(Some(Song {
        id: Some(SongId(row.get(0)?)),
        place: Place {
            root: root.clone(),
            path,
        },
        key: key.and_then(AudioKey::from_slice),
        part: part(row)?,
        span: span(row)?,
        tags: tags(row)?,
        format: format(row)?,
        length_ms: length_ms(row)?,
        modified_ms: row
            .get::<_, Option<i64>>(MODIFIED)?
            .map(|ns| ns.div_euclid(NS_OF_MS)),
    }))
}

/// Which of the songs in its file the song of a row is.
pub fn part(row: &Row) -> rusqlite::Result<u32> {
    row.get(33)
}

/// Whether this field was made of its path.
pub fn is_from_path(row: &Row, field: Field) -> rusqlite::Result<bool> {
    let names = split(row.get_ref(32)?.as_str()?);
    Ok(names
        .iter()
        .any(|name| Field::from_name(name) == Some(field)))
}

/// Its playing time.
pub fn length_ms(row: &Row) -> rusqlite::Result<Option<u64>> {
    row.get(27)
}

/// The part of its file that it is.
pub fn span(row: &Row) -> rusqlite::Result<Option<Span>> {
    let start: Option<u64> = row.get(4)?;
    let end_frame = row.get(5)?;
    Ok(start.map(|start_frame| Span {
        start_frame,
        end_frame,
    }))
}

fn tags(row: &Row) -> rusqlite::Result<Tags> {
    let list = |column| -> rusqlite::Result<_> { Ok(split(row.get_ref(column)?.as_str()?)) };
    Ok(Tags {
        title: row.get(6)?,
        artists: list(7)?,
        album: row.get(8)?,
        album_artists: list(9)?,
        track: row.get(10)?,
        disc: row.get(11)?,
        date: row.get(12)?,
        genres: list(13)?,
        composers: list(14)?,
        compilation: row.get(15)?,
        isrc: row.get(16)?,
        mb_recording: row.get(17)?,
        gain: ReplayGain {
            track_db: row.get(18)?,
            track_peak: row.get(19)?,
            album_db: row.get(20)?,
            album_peak: row.get(21)?,
        },
        more: split_fields(row.get_ref(MORE)?.as_str()?),
        rating: rating(row)?,
        play_count: row.get(30)?,
        guessed_charset: row.get(31)?,
        from_path: list(32)?
            .iter()
            .filter_map(|name| Field::from_name(name))
            .collect(),
    })
}
