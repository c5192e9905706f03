//! Lists of files: what the readers of M3U, PLS, XSPF and JSPF find, as rows of an export.

use super::out::{Out, clean, named};
use super::text::{Utf8, head};
use super::{Format, NotTaken};
use crate::wanted::{
    MAX_BYTES, PlaylistFormat, Refused, Row, TakenList, TakenRow, jspf, m3u, pls, xspf,
};

/// Reads a list of files. These formats are held whole.
pub(super) fn read(format: Format, text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let bytes = head(text, MAX_BYTES + 1).map_err(|error| NotTaken::of_io(&error))?;
    let read = match format {
        Format::Pls => pls::read(&bytes),
        Format::Xspf => xspf::read(&bytes),
        Format::Jspf => jspf::read(&bytes),
        _ => m3u::read(&bytes),
    };
    let playlist = read.map_err(refused)?;
    let name = playlist.name.as_deref().map(clean).unwrap_or_default();
    let name = Some(name).filter(|name| !name.is_empty());
    let list = out.list(TakenList {
        ..named("", &name.unwrap_or_else(|| out.stem.clone()))
    });
    for row in playlist.rows {
        out.step();
        match row {
            // A list in a list: whoever walks the folder meets it.
            Row {
                is_playlist: true, ..
            } => out.other(),
            Row { wanted, paths, .. } => out.row(
                list,
                TakenRow {
                    wanted,
                    is_local: !paths.is_empty(),
                    paths,
                    ..TakenRow::default()
                },
            ),
        }
    }
    for _ in 0..playlist.refused {
        out.step();
        out.unreadable();
    }
    Ok(())
}

fn refused(why: Refused) -> NotTaken {
    match why {
        Refused::Hls => NotTaken::Hls,
        Refused::TooBig(_) => NotTaken::TooLong,
        Refused::NoTracks => NotTaken::Cue,
        Refused::Damaged { format, .. } => NotTaken::Playlist(format.name(), why.to_string()),
        Refused::AppleLibrary | Refused::OtherXml => NotTaken::Unknown,
        Refused::OtherJson => NotTaken::Playlist(PlaylistFormat::Jspf.name(), why.to_string()),
        Refused::NotText => NotTaken::Unknown,
    }
}
