//! Whether the position went elsewhere than the music would have taken it: MPRIS asks for word of that, and of nothing else
//! that moves. Pure: the time is handed in.

use crate::music::EntryId;
use std::time::{Duration, Instant};

/// Less than this is no jump: clocks and the frames in the device differ by as much. In ms.
const SLACK_MS: u64 = 400;

/// Where the music was when it was last looked at.
#[derive(Clone, Copy, Debug)]
struct Seen {
    entry: EntryId,
    elapsed_ms: u64,
    at: Instant,
    moves: bool,
}

/// Remembers where the music was.
#[derive(Debug, Default)]
pub struct Jumps {
    seen: Option<Seen>,
}

impl Jumps {
    /// Where it is now, and whether it moves; `true`: it has jumped. A song's start is the song's own news.
    pub fn look(&mut self, entry: EntryId, elapsed_ms: u64, moves: bool, at: Instant) -> bool {
        let seen = self.seen.replace(Seen {
            entry,
            elapsed_ms,
            at,
            moves,
        });
        let expected_ms = match seen.filter(|seen| seen.entry == entry) {
            Some(seen) => {
                let passed = at.saturating_duration_since(seen.at);
                let passed = if seen.moves { passed } else { Duration::ZERO };
                let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
                seen.elapsed_ms.saturating_add(passed)
            }
            None => 0,
        };
        elapsed_ms.abs_diff(expected_ms) > SLACK_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_music_does_by_itself_is_no_jump() {
        let (one, two) = (EntryId(1), EntryId(2));
        let began = Instant::now();
        let mut jumps = Jumps::default();
        for (entry, elapsed_ms, moves, s, has_jumped) in [
            (one, 0, true, 0, false),
            (one, 5_100, true, 5, false),
            (one, 65_000, true, 6, true),
            (one, 69_000, false, 10, false),
            (one, 69_000, true, 100, false),
            (one, 70_000, true, 101, false),
            (one, 0, true, 102, true),
            (two, 30, true, 103, false),
            (one, 30_000, false, 104, true),
            (one, 10_000, false, 104, true),
        ] {
            let at = began + Duration::from_secs(s);
            let looked = jumps.look(entry, elapsed_ms, moves, at);
            assert_eq!(looked, has_jumped, "at {s} s");
        }
    }
}
