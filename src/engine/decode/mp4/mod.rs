//! What an MP4 file says about its sound and symphonia does not tell. It reads the boxes that it needs and decodes nothing.

mod boxes;
mod edits;
mod times;

pub(super) use times::PacketTimes;

use super::trim::Trim;
use boxes::Boxes;
use std::io::{Read, Seek};

/// What is told of the sound.
#[derive(Default)]
pub(super) struct Told {
    /// The part of it that is music.
    pub trim: Option<Trim>,
    /// When each packet begins, where that is uneven.
    pub times: Option<PacketTimes>,
}

/// What the file tells; a broken one tells nothing.
pub(super) fn told(file: &mut (impl Read + Seek)) -> Told {
    let mut boxes = Boxes::new(file);
    let Some(moov) = boxes.movie() else {
        return Told::default();
    };
    Told {
        trim: edits::trim(&mut boxes, &moov),
        times: times::uneven(&mut boxes, &moov),
    }
}
