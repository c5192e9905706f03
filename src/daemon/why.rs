//! Why a song of the queue sounds as it does, for those who ask. It changes nothing.

use super::desk::Desk;
use super::running::Ask;
use crate::engine;
use crate::music::{Applied, EntryId};

impl Desk {
    /// The gain that an entry has if it is played where it stands; `None`: its samples stay as they are, or it is gone.
    pub fn gain_of(&self, entry: EntryId) -> Option<Applied> {
        self.wait_for(|answer| Ask::Gain(entry, answer)).flatten()
    }

    /// Whether there is an ffmpeg on this machine, for what has no decoder inside.
    pub fn has_ffmpeg(&self) -> bool {
        engine::ffmpeg_is_here()
    }
}
