//! What plays before and after an entry: for rules about songs that meet. It changes nothing.

use super::Player;
use crate::music::EntryId;

impl Player {
    /// The entries before and after this one in the order of playing, shuffled rounds and repeats included; what could
    /// not be played is stepped over, and no entry is beside itself. Where this one follows what plays, what plays is
    /// before it.
    pub fn neighbours(&self, id: EntryId) -> [Option<EntryId>; 2] {
        let follows = self.target.filter(|target| self.after(*target) == Some(id));
        let (before, after) = match follows {
            Some(target) => (Some(target), self.after_follower(target, id)),
            None => (self.before(id), self.after(id)),
        };
        [before, after].map(|beside| beside.filter(|beside| *beside != id))
    }

    /// What comes after the one that follows the target, which may begin the next shuffled round.
    fn after_follower(&self, target: EntryId, id: EntryId) -> Option<EntryId> {
        let Some(round) = self.round.as_ref() else {
            return self.after(id);
        };
        let mut ahead = round.after(target);
        while let Some(next) = ahead.filter(|next| *next != id) {
            ahead = round.after(next);
        }
        match ahead {
            Some(_) => self.after(id),
            None => {
                let next_round = round.next_round();
                let mut after = next_round.after(id);
                while let Some(failed) = after.filter(|after| self.failed.contains(after)) {
                    after = next_round.after(failed);
                }
                after
            }
        }
    }
}
