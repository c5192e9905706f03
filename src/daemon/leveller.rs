//! The gain of what plays next: tags, what was measured, and the songs beside it. It decides by the rules of
//! [`Levelling`] and looks up one song at a time, when it is handed to the engine.

use crate::music::{
    Applied, AudioKey, EntryId, Gain, Levelling, Loudness, Measured, Song, same_album,
};
use crate::player::Player;
use std::collections::VecDeque;

/// Entries whose gain is remembered: the one that is heard, and those that were handed over after it.
const REMEMBERED: usize = 4;

/// What was measured of the audio of a key; `None`: nothing yet.
pub type MeasuredOf = Box<dyn FnMut(AudioKey) -> Option<Measured> + Send>;

/// Gives each song its gain.
pub struct Leveller {
    levelling: Levelling,
    measured: MeasuredOf,
    given: VecDeque<(EntryId, Gain)>,
}

impl Leveller {
    /// `measured` is asked for one song at a time, and not at all where no gain is applied.
    pub fn new(levelling: Levelling, measured: MeasuredOf) -> Self {
        Self {
            levelling,
            measured,
            given: VecDeque::with_capacity(REMEMBERED),
        }
    }

    /// Which gains are applied, and how.
    pub(super) fn levelling(&self) -> Levelling {
        self.levelling
    }

    /// Such gains are applied from now on; tells whether others were.
    pub(super) fn set(&mut self, levelling: Levelling) -> bool {
        let was = std::mem::replace(&mut self.levelling, levelling);
        // A song that is heard keeps no gain that it was given in another way.
        self.given.clear();
        was != levelling
    }

    /// The gain of an entry that is played from elsewhere: a song that is heard keeps the gain that it has.
    pub(super) fn gain_again(&mut self, player: &Player, entry: EntryId, song: &Song) -> Gain {
        let known = self.given.iter().rev().find(|(given, _)| *given == entry);
        match known {
            Some((_, gain)) if player.current() == Some(entry) => *gain,
            _ => self.gain(player, entry, song),
        }
    }

    /// The gain of an entry, by the songs that are beside it now.
    pub(super) fn gain(&mut self, player: &Player, entry: EntryId, song: &Song) -> Gain {
        let applied = self.applied(player, entry, song);
        let gain = applied.map_or(Gain::default(), |applied| applied.gain);
        if self.given.len() == REMEMBERED {
            self.given.pop_front();
        }
        self.given.push_back((entry, gain));
        gain
    }

    /// What its gain is made of, by the songs that are beside it now; `None`: its samples stay as they are.
    pub(super) fn applied(
        &mut self,
        player: &Player,
        entry: EntryId,
        song: &Song,
    ) -> Option<Applied> {
        if self.levelling.how == Loudness::Off {
            return None;
        }
        let measured = song.key.and_then(|key| (self.measured)(key));
        let in_album = is_among_its_album(player, entry, song);
        let tags = &song.tags.gain;
        self.levelling.of(tags, measured.as_ref(), in_album)
    }
}

fn is_among_its_album(player: &Player, entry: EntryId, song: &Song) -> bool {
    let beside = player.neighbours(entry).into_iter().flatten();
    let mut songs = beside.filter_map(|beside| player.queue().entry(beside));
    songs.any(|beside| same_album(song, &beside.song))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{Level, ReplayGain};
    use crate::player::Event;
    use std::sync::{Arc, Mutex};

    fn song(number: u8, album: &str) -> Arc<Song> {
        let mut song = Song::at(&format!("/m/{number}.flac"));
        song.key = Some(AudioKey::from_bytes([number; 16]));
        song.tags.album = album.into();
        song.tags.gain = ReplayGain {
            track_db: Some(-1.0 - f32::from(number)),
            album_db: Some(-20.0),
            ..ReplayGain::default()
        };
        Arc::new(song)
    }

    fn player(songs: Vec<Arc<Song>>) -> Player {
        let mut player = Player::new(1, 100);
        player.handle(Event::Replace {
            songs,
            start: 0,
            at_ms: Some(0),
            paused: false,
        });
        player
    }

    fn gains(player: &Player, leveller: &mut Leveller) -> Vec<f32> {
        let entries = player.queue().entries().iter();
        entries
            .map(|entry| leveller.gain(player, entry.id, &entry.song).db)
            .collect()
    }

    #[test]
    fn albums_keep_their_balance_and_single_songs_have_their_own_gain() {
        let player = player(vec![
            song(1, "a"),
            song(2, "a"),
            song(3, "b"),
            song(4, ""),
            song(5, ""),
        ]);
        let mut leveller = Leveller::new(Levelling::default(), Box::new(|_| None));
        assert_eq!(
            gains(&player, &mut leveller),
            [-20.0, -20.0, -4.0, -5.0, -6.0]
        );
    }

    #[test]
    fn only_what_plays_next_is_looked_up_and_nothing_without_a_gain() {
        let mut bare = (*song(1, "a")).clone();
        bare.tags.gain = ReplayGain::default();
        let player = player(vec![Arc::new(bare), song(2, "b"), song(3, "c")]);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let leveller = |how| {
            let asked = asked.clone();
            let levelling = Levelling {
                how,
                ..Levelling::default()
            };
            Leveller::new(
                levelling,
                Box::new(move |key| {
                    asked.lock().unwrap().push(key);
                    let track = Level {
                        lufs: Some(-10.0),
                        true_peak: 0.9,
                    };
                    Some(Measured { track, album: None })
                }),
            )
        };
        let first = &player.queue().entries()[0];
        let off = leveller(Loudness::Off).gain(&player, first.id, &first.song);
        assert_eq!((off, asked.lock().unwrap().len()), (Gain::default(), 0));
        let auto = leveller(Loudness::Auto).gain(&player, first.id, &first.song);
        assert_eq!(
            (auto.db, &asked.lock().unwrap()[..]),
            (-8.0, &[first.song.key.unwrap()][..])
        );
    }

    #[test]
    fn a_song_that_sounds_keeps_its_gain_when_other_songs_come_beside_it() {
        let mut player = player(vec![song(1, "a")]);
        let first = player.current().unwrap();
        let only = player.queue().entries()[0].song.clone();
        let mut leveller = Leveller::new(Levelling::default(), Box::new(|_| None));
        assert_eq!(leveller.gain_again(&player, first, &only).db, -2.0);
        player.handle(Event::Append(vec![song(2, "a")]));
        assert_eq!(
            leveller.gain_again(&player, first, &only).db,
            -2.0,
            "a seek"
        );
        let second = player.queue().entries()[1].clone();
        assert_eq!(leveller.gain(&player, second.id, &second.song).db, -20.0);
        player.handle(Event::Heard(first));
        player.handle(Event::PlayEntry(second.id));
        player.handle(Event::Heard(second.id));
        assert_eq!(
            leveller.gain_again(&player, first, &only).db,
            -20.0,
            "played anew"
        );
    }
}
