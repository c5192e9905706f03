//! A cover over the wire, piece by piece: that in the file, else that of its folder. It opens no picture larger than its limits.

use crate::mpd::remote::{Remote, RemoteError, Words};
use crate::tui::cover::Picture;

/// The largest file of a cover that is taken. In bytes.
const MAX_FILE: usize = 32 << 20;
/// Bytes of a piece that are asked for, where the server gives so many.
const PIECE: &str = "262144";

/// `None`: there is none.
pub fn cover(uri: &[u8], remote: &mut Remote) -> Result<Option<Picture>, RemoteError> {
    match remote.ask(Words::new("binarylimit").with(PIECE)) {
        // An old server has pieces of one size.
        Ok(_) | Err(RemoteError::Refused { .. }) => {}
        Err(error) => return Err(error),
    }
    for command in ["readpicture", "albumart"] {
        if let Some(picture) = whole(command, uri, remote)?
            .as_deref()
            .and_then(Picture::open)
        {
            return Ok(Some(picture));
        }
    }
    Ok(None)
}

fn whole(command: &str, uri: &[u8], remote: &mut Remote) -> Result<Option<Vec<u8>>, RemoteError> {
    let mut bytes = Vec::new();
    loop {
        let words = Words::new(command).with(uri).with(bytes.len().to_string());
        let (pairs, piece) = match remote.ask_piece(words) {
            Ok(answer) => answer,
            Err(RemoteError::Refused { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        bytes.extend(&piece);
        let size = pairs.number("size").unwrap_or(0);
        if size > MAX_FILE || (piece.is_empty() && bytes.len() < size) {
            return Ok(None);
        }
        if piece.is_empty() || bytes.len() >= size {
            return Ok((!bytes.is_empty()).then_some(bytes));
        }
    }
}
