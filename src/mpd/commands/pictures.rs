//! Covers in pieces: `albumart` (of the folder) and `readpicture` (in the file). A picture is read once and not for each of
//! its pieces.

use crate::library::{Cover, embedded_cover, folder_cover};
use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, Command, Needs, aside};
use crate::music::Uri;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Pictures on their way to clients that are held; of further ones each piece is read anew. None is larger than what the
/// library takes for a picture.
const MAX_HELD: usize = 2;

pub const COMMANDS: &[Command] = &[
    aside("albumart", Needs::Read, 2..=2, |call| {
        let refused = || Ack::no_exist("No file exists");
        let picture = call.picture(Where::Folder, "No file exists", "Offset too large")?;
        call.tell_picture(&picture.ok_or_else(refused)?, false);
        Ok(())
    }),
    aside("readpicture", Needs::Read, 2..=2, |call| {
        if let Some(picture) = call.picture(Where::File, "No such song", "Bad file offset")? {
            call.tell_picture(&picture, true);
        }
        Ok(())
    }),
];

/// Where a picture is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Folder,
    File,
}

/// A picture and the place from which a client wants it.
struct Piece {
    cover: Arc<Cover>,
    from: usize,
}

/// The last pictures of which a piece was asked for and the end was not.
#[derive(Default)]
pub struct Pictures(Mutex<VecDeque<(Uri, Where, Arc<Cover>)>>);

impl Pictures {
    fn held(&self, uri: &Uri, place: Where) -> Option<Arc<Cover>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().find(|(of, at, _)| of == uri && *at == place);
        found.map(|(_, _, cover)| cover.clone())
    }

    fn drop_held(&self, uri: &Uri, place: Where) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|(of, at, _)| of != uri || *at != place);
    }

    fn hold(&self, uri: Uri, place: Where, cover: Arc<Cover>) {
        self.drop_held(&uri, place);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push_back((uri, place, cover));
        while held.len() > MAX_HELD {
            held.pop_front();
        }
    }
}

impl Call<'_> {
    fn picture(&self, place: Where, no_song: &str, too_far: &str) -> Result<Option<Piece>, Ack> {
        let from = self.unsigned(1)? as usize;
        let song = self.song(0, no_song)?;
        let uri = song.place.uri();
        let pictures = &self.house.pictures;
        // The first piece is of the picture as it is now.
        let held = pictures.held(&uri, place).filter(|_| from > 0);
        let cover = match held {
            Some(cover) => cover,
            None => {
                let found = match place {
                    Where::Folder => folder_cover(&song),
                    Where::File => embedded_cover(&song.place.file())?.map(|(cover, _)| cover),
                };
                let Some(cover) = found else {
                    return Ok(None);
                };
                Arc::new(cover)
            }
        };
        if from > cover.bytes.len() {
            return Err(Ack::arg(too_far));
        }
        match cover.bytes.len() - from > self.client.binary_limit {
            true => pictures.hold(uri, place, cover.clone()),
            false => pictures.drop_held(&uri, place),
        }
        Ok(Some(Piece { cover, from }))
    }

    fn tell_picture(&mut self, piece: &Piece, with_type: bool) {
        let bytes = &piece.cover.bytes;
        self.out.pair("size", bytes.len());
        if with_type {
            let kind = piece.cover.kind.name();
            self.out.pair("type", format_args!("image/{kind}"));
        }
        let until = bytes.len().min(piece.from + self.client.binary_limit);
        self.out.binary(&bytes[piece.from..until]);
    }
}
