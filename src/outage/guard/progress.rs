//! Whether a position moves on. It is looked at now and then, by clients that lie; a position that never moved proves
//! nothing.

use super::numbers::*;

/// What is known of whether a client sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Nothing.
    Unknown,
    /// It does.
    Sounds,
    /// It has not since then.
    Silent(u64),
}

/// A position over time.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// The last look: µs, and when.
    last: Option<(i64, u64)>,
    looked_at: u64,
    moves: u32,
    /// Until when it moved, as far as is known.
    moved_at: u64,
    /// A look since then that saw it stand.
    stands: bool,
    moves_now: bool,
    /// A jump counts as life once after each move: clients that only jump do not live.
    credit: bool,
}

impl Progress {
    /// It was looked at; `None`: it gave none.
    pub fn look(&mut self, at: u64, us: Option<i64>) {
        let Some(us) = us else {
            self.looked_at = at;
            return self.stand();
        };
        let Some((last_us, last_at)) = self.last else {
            self.last = Some((us, at));
            self.looked_at = at;
            return;
        };
        let elapsed = at.saturating_sub(last_at);
        let moved = us.saturating_sub(last_us) / 1_000;
        if elapsed < LOOK_MS && (0..1_000).contains(&moved) {
            return;
        }
        self.last = Some((us, at));
        self.looked_at = at;
        match u64::try_from(moved) {
            Ok(0) => self.stand(),
            Ok(ms) if ms <= elapsed * 2 + 1_000 => self.advance(last_at, at, ms),
            _ => self.jump(at),
        }
    }

    /// The person began it.
    pub fn begin(&mut self, at: u64) {
        self.last = None;
        self.credit = true;
        self.jump(at);
    }

    /// Another song began.
    pub fn restart(&mut self, at: u64) {
        self.last = None;
        self.jump(at);
    }

    /// It does not play: looks mean nothing until it does.
    pub fn halt(&mut self) {
        self.last = None;
        (self.stands, self.moves_now) = (false, false);
    }

    pub fn sign(&self, now: u64) -> Sign {
        if self.moves < MOVES || now.saturating_sub(self.looked_at) > UNSEEN_MS {
            Sign::Unknown
        } else if self.stands {
            Sign::Silent(self.moved_at)
        } else if self.moves_now {
            Sign::Sounds
        } else {
            Sign::Unknown
        }
    }

    /// The last look: µs, and when.
    pub fn last(&self) -> Option<(i64, u64)> {
        self.last
    }

    fn stand(&mut self) {
        (self.stands, self.moves_now) = (true, false);
    }

    fn advance(&mut self, from: u64, at: u64, ms: u64) {
        let elapsed = at - from;
        // A move that is too short ends in between, unless it begins there.
        let ends_early = !self.stands && ms < elapsed * 9 / 10;
        self.moved_at = if ends_early { from + ms } else { at };
        self.moves = self.moves.saturating_add(1);
        self.credit = true;
        (self.stands, self.moves_now) = (false, true);
    }

    fn jump(&mut self, at: u64) {
        (self.stands, self.moves_now) = (false, false);
        if self.credit {
            self.credit = false;
            self.moved_at = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(looks: &[(u64, Option<i64>)]) -> Progress {
        let mut progress = Progress::default();
        for (at, ms) in looks {
            progress.look(*at, ms.map(|ms| ms * 1_000));
        }
        progress
    }

    #[test]
    fn what_positions_tell() {
        let moving = [(0, Some(0)), (1_000, Some(1_000)), (2_000, Some(2_000))];
        let with = |more: &[(u64, Option<i64>)]| seen(&[&moving, more].concat());
        assert_eq!(seen(&moving).sign(2_500), Sign::Sounds);
        // Stopped 0.4 s after the second look.
        let stopped = with(&[(3_000, Some(2_400)), (4_000, Some(2_400))]);
        assert_eq!(stopped.sign(4_000), Sign::Silent(2_400));
        assert_eq!(stopped.sign(9_000), Sign::Unknown, "nobody looks");
        let answers_no_more = with(&[(3_000, None)]);
        assert_eq!(answers_no_more.sign(3_000), Sign::Silent(2_000));
        let sought = with(&[(3_000, Some(90_000)), (4_000, Some(91_000))]);
        assert_eq!(sought.sign(4_000), Sign::Sounds);
        let always_0 = seen(&[(0, Some(0)), (1_000, Some(0)), (2_000, Some(0))]);
        assert_eq!(always_0.sign(2_000), Sign::Unknown);
        let backwards = with(&[
            (3_000, Some(1_000)),
            (4_000, Some(0)),
            (5_000, Some(-1_000)),
        ]);
        assert_eq!(backwards.sign(5_000), Sign::Unknown);
        let wild = with(&[
            (3_000, Some(i64::MAX / 1_000)),
            (4_000, Some(i64::MIN / 1_000)),
        ]);
        assert_eq!(wild.sign(4_000), Sign::Unknown);
    }
}
