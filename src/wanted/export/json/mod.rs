//! Exports in JSON. Each is walked piece by piece, and each piece is read apart, so that one of another shape costs no other
//! its row and no file is held whole.

mod account;
mod api;
mod apple;
mod history;
mod listens;
mod pieces;
mod said;
mod songs;
mod watched;

pub(super) use pieces::{Piece, each};
pub(super) use songs::WRAPPERS;

use super::out::Out;
use super::text::Utf8;
use super::{Format, NotTaken};
use said::Said;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Reads one file of a format.
pub(super) type Reader = fn(&mut Utf8, &mut Out) -> Result<(), NotTaken>;

/// The reader of a format, where it is JSON.
pub(super) fn reader(format: Format) -> Option<Reader> {
    Some(match format {
        Format::SpotifyPlaylists => account::playlists,
        Format::SpotifyLibrary => account::library,
        Format::SpotifyHistory => history::year,
        Format::SpotifyExtended => history::extended,
        Format::SpotifyApi => api::page,
        Format::SpotifyBackup => api::backup,
        Format::AppleTracks => apple::tracks,
        Format::ApplePlaylists => apple::playlists,
        Format::ListenBrainz => listens::read,
        Format::WatchHistoryJson => watched::read,
        Format::Json => songs::read,
        _ => return None,
    })
}

/// Every piece of a file that ends as it should.
fn walk(
    text: &mut dyn Read,
    out: &mut Out,
    take: &mut dyn FnMut(Piece, &mut Out),
) -> Result<(), NotTaken> {
    let most = out.limits.piece;
    let walked = each(text, most, &mut |piece| take(piece, out));
    let is_whole = walked.map_err(|error| NotTaken::of_io(&error))?;
    out.report.ends_early |= !is_whole;
    Ok(())
}

/// Every row of a list at the top of a file.
fn rows<R: DeserializeOwned>(
    text: &mut dyn Read,
    out: &mut Out,
    take: &mut dyn FnMut(R, &mut Out),
) -> Result<(), NotTaken> {
    walk(text, out, &mut |piece, out| row(piece.bytes, out, take))
}

/// One row.
fn row<R: DeserializeOwned>(bytes: &[u8], out: &mut Out, take: &mut dyn FnMut(R, &mut Out)) {
    out.step();
    match serde_json::from_slice(bytes) {
        Ok(row) => take(row, out),
        Err(_) => out.unreadable(),
    }
}

/// A plain value.
fn value(bytes: &[u8]) -> Said {
    serde_json::from_slice(bytes).unwrap_or_default()
}
