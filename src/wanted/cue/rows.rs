//! A cue sheet as a playlist: a row a track.

use super::{CueFile, CueSheet, CueTrack, parse};
use crate::music::Wanted;
use crate::wanted::{Playlist, PlaylistFormat, Refused, Row};

/// Reads a cue sheet as rows; each knows its part of the file, the last one of a file not its length.
pub fn read(bytes: &[u8]) -> Result<Playlist, Refused> {
    let sheet = parse(bytes)?;
    let rows = sheet
        .files
        .iter()
        .flat_map(|file| file.tracks.iter().map(|track| row(&sheet, file, track)))
        .collect();
    Ok(Playlist {
        format: PlaylistFormat::Cue,
        name: Some(sheet.title).filter(|title| !title.is_empty()),
        rows,
        encoding: sheet.encoding,
        refused: sheet.refused,
        notes: sheet.notes,
    })
}

fn row(sheet: &CueSheet, file: &CueFile, track: &CueTrack) -> Row {
    let artist = [&track.performer, &sheet.performer]
        .into_iter()
        .find(|name| !name.is_empty());
    Row {
        wanted: Wanted {
            title: track.title.clone(),
            artists: artist.cloned().into_iter().collect(),
            album: sheet.title.clone(),
            length_ms: track.span.length_ms(),
            isrc: track.isrc.clone(),
            ..Wanted::default()
        },
        paths: file.paths.clone(),
        span: Some(track.span),
        line: track.line,
        ..Row::default()
    }
}
