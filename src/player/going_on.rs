//! What comes when the queue has been played: silence, the queue again, or what fits to it. As soon as nothing follows what
//! plays, the desk asks for more, so that there is no gap; who chooses, and by which rules, is elsewhere.

use super::desk::Player;
use super::event::{AtEnd, Effect, Once, State};
use crate::music::{EntryId, Song};
use std::sync::Arc;

impl Player {
    /// What comes when the queue has been played.
    pub fn at_end(&self) -> AtEnd {
        match (self.repeat, self.goes_on) {
            (true, _) => AtEnd::Repeat,
            (false, true) => AtEnd::GoOn,
            (false, false) => AtEnd::Stop,
        }
    }

    pub(super) fn set_at_end(&mut self, at_end: AtEnd) -> Vec<Effect> {
        if at_end == self.at_end() {
            return Vec::new();
        }
        self.repeat = at_end == AtEnd::Repeat;
        self.goes_on = at_end == AtEnd::GoOn;
        self.options_changed()
    }

    /// Whether nothing follows what plays, and what fits is to come.
    pub fn awaits_more(&self) -> bool {
        let is_ending = |target| self.after(target).is_none();
        self.at_end() == AtEnd::GoOn
            && self.single == Once::Off
            && self.state != State::Stopped
            && self.target.is_some_and(is_ending)
    }

    /// Asks once for each song that nothing follows.
    pub(super) fn want_more(&mut self) -> Option<Effect> {
        if !self.goes_on || self.wanted_after == self.target || !self.awaits_more() {
            return None;
        }
        self.wanted_after = self.target;
        self.target.map(|after| Effect::WantsMore { after })
    }

    /// What fits has come; where something else follows meanwhile, or another song plays, it is not wanted any more.
    pub(super) fn take_more(&mut self, after: EntryId, songs: Vec<Arc<Song>>) -> Vec<Effect> {
        if songs.is_empty() || self.target != Some(after) || !self.awaits_more() {
            return Vec::new();
        }
        // Whoever takes it out is asked for something else.
        self.wanted_after = None;
        self.append(songs)
    }
}
