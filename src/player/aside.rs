//! A desk that steps aside for another: music that steps in has a queue and modes of its own, and what was there comes back
//! as it was.

use super::desk::Player;
use super::event::Once;
use super::queue::{Entry, Queue};
use crate::music::EntryId;
use std::collections::HashSet;

impl Player {
    /// Leaves an empty desk in this one's place, and gives this one: songs come in the order of its queue and stay in it.
    /// Loudness, overlaps and the sleep timer go on; ids and versions count on, so that who follows the queue sees it
    /// change.
    pub fn step_aside(&mut self) -> Player {
        let mut other = Self::new(self.seed, self.volume_percent);
        other.queue = self.queue.after();
        other.crossfade_ms = self.crossfade_ms;
        other.sleep = std::mem::take(&mut self.sleep);
        self.memory.leave(false);
        other.memory = std::mem::take(&mut self.memory);
        std::mem::replace(self, other)
    }

    /// Puts back the one that stepped aside, and gives what somebody has queued meanwhile: entries that are none of these.
    pub fn come_back(&mut self, own: Player, of_ours: &HashSet<EntryId>) -> Vec<Entry> {
        let other = std::mem::replace(self, own);
        // Who was looking for it has stepped aside, too.
        self.wanted_after = None;
        self.queue.follow(&other.queue);
        self.volume_percent = other.volume_percent;
        self.crossfade_ms = other.crossfade_ms;
        self.sleep = other.sleep;
        self.memory = other.memory;
        self.memory.leave(false);
        let entries = other.queue.entries().iter();
        let added = entries.filter(|entry| !of_ours.contains(&entry.id));
        added.cloned().collect()
    }

    /// Whether songs come in the order of the queue, each once.
    pub fn is_plain(&self) -> bool {
        !self.random()
            && !self.repeat
            && !self.goes_on
            && self.single == Once::Off
            && self.consume == Once::Off
    }
}

impl Queue {
    /// An empty one whose ids and versions come after all of this one's.
    fn after(&self) -> Self {
        let mut next = Self::default();
        next.follow(self);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Effect, Event, State};
    use super::*;
    use crate::music::{Origin, Song};
    use std::sync::Arc;

    fn songs(names: &[&str]) -> Vec<Arc<Song>> {
        let song = |name: &&str| Arc::new(Song::at(&format!("/m/{name}")));
        names.iter().map(song).collect()
    }

    fn replace(names: &[&str]) -> Event {
        Event::Replace {
            songs: songs(names),
            start: 0,
            at_ms: Some(0),
            paused: false,
        }
    }

    fn names(player: &Player) -> Vec<String> {
        let entries = player.queue().entries().iter();
        entries.map(|entry| entry.song.title()).collect()
    }

    #[test]
    fn what_steps_aside_comes_back_as_it_was() {
        let mut player = Player::new(7, 80);
        player.handle(replace(&["a", "b", "c"]));
        for mode in [
            Event::Random(true),
            Event::Repeat(true),
            Event::Single(Once::On),
            Event::Consume(Once::On),
            Event::Sleep(Some(60_000)),
            Event::Pause,
        ] {
            player.handle(mode);
        }
        let ids: Vec<_> = player
            .queue()
            .entries()
            .iter()
            .map(|entry| entry.id)
            .collect();
        let (current, version) = (player.current(), player.queue().version());

        let own = player.step_aside();
        assert!(player.is_plain() && player.queue().is_empty());
        assert_eq!(
            (player.state(), player.volume_percent()),
            (State::Stopped, 80)
        );
        player.handle(replace(&["x", "y"]));
        let ours: HashSet<EntryId> = player
            .queue()
            .entries()
            .iter()
            .map(|entry| entry.id)
            .collect();
        assert!(
            ids.iter().all(|id| !ours.contains(id)),
            "no id is given twice"
        );
        assert!(player.queue().version() > version);
        player.handle(Event::Volume(30));
        let whence = Some(Arc::new(Origin::Everything));
        player.handle(Event::Append(songs(&["z"])).whence(whence.clone()));
        let version = player.queue().version();

        let added = player.come_back(own, &ours);
        let added: Vec<_> = added
            .iter()
            .map(|entry| (entry.song.title(), entry.origin.clone()))
            .collect();
        assert_eq!(added, [("z".to_owned(), whence)]);
        assert_eq!(names(&player), ["a", "b", "c"]);
        assert_eq!((player.state(), player.current()), (State::Paused, current));
        assert!(player.random() && player.repeat() && player.volume_percent() == 30);
        assert_eq!(
            (player.single(), player.consume_mode()),
            (Once::On, Once::On)
        );
        assert!(player.queue().version() > version);
        let is_seen = |entry: &Entry| entry.version > version;
        assert!(
            player.queue().entries().iter().all(is_seen),
            "who follows the queue asks for all of it"
        );
        let alarm = player.handle(Event::Sleep(None));
        assert!(
            alarm.contains(&Effect::Alarm(None)),
            "the timer was never ended"
        );
        player.handle(Event::Append(songs(&["d"])));
        let last = player.queue().entries().last().unwrap().id;
        assert!(!ids.contains(&last) && !ours.contains(&last));
    }
}
