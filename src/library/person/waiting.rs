//! What waits to be counted, told as if it were: laid over what `standin.db` answers, for those who read. It changes no file.

use super::heard::{About, Heard, Listening, is_counted};
use super::history::{Told, Totals, local_time};
use super::numbers::Column;
use super::{Kept, Person, PersonError, Uncounted, Undone, now_ms, schema};
use crate::music::AudioKey;
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::Path;

impl Person {
    /// As [`look`](Self::look), and what waits to be counted is in every answer.
    pub fn look_with(data: &Path, uncounted: Option<&Uncounted>) -> Result<Self, PersonError> {
        let mut person = Self::look(data)?;
        if let Some(uncounted) = uncounted.filter(|uncounted| !uncounted.is_empty()) {
            // Read before the database is asked: what is counted in between is known there.
            let all = uncounted.read();
            person.waiting = person.ask(|connection| not_counted(connection, all))?;
        }
        Ok(person)
    }

    /// What is kept of this audio, with what waits.
    pub(super) fn with_waiting(&self, key: AudioKey, kept: Option<About>) -> Option<About> {
        let mut about = kept;
        for listening in self.waiting_of(key) {
            let about = about.get_or_insert_default();
            about.song = listening.song.clone();
            about.count(listening.to_the_end, listening.at_ms, now_ms());
        }
        about
    }

    /// Lays what waits over columns of what is kept.
    pub(super) fn add_waiting(
        &self,
        kept: &[Kept],
        columns: &mut [Column],
    ) -> Result<(), PersonError> {
        for key in self.waiting_keys() {
            let about = self.about(key)?.unwrap_or_default();
            for (kept, column) in kept.iter().zip(&mut *columns) {
                if let Some(number) = heard(*kept, &about) {
                    column.put(key, number);
                }
            }
        }
        Ok(())
    }

    pub(super) fn add_waiting_to(&self, totals: &mut Totals) -> Result<(), PersonError> {
        for key in self.waiting_keys() {
            let plays = self.waiting_of(key).filter(|one| one.to_the_end).count() as u64;
            let all = self.waiting_of(key).count() as u64;
            let is_first = self
                .about(key)?
                .is_some_and(|about| plays > 0 && u64::from(about.plays) == plays);
            totals.plays += plays;
            totals.skips += all - plays;
            totals.songs += u64::from(is_first);
        }
        Ok(())
    }

    /// Puts what waits between lines of the history, newest first.
    pub(super) fn add_waiting_lines(&self, lines: &mut Vec<Told>) -> Result<(), PersonError> {
        // Of one time, what is counted last is told first.
        let mut all = Vec::new();
        for listening in self.waiting.iter().rev() {
            let Some(key) = listening.song.key else {
                continue;
            };
            let at_ms = listening.at_ms;
            all.push(Told {
                heard: Heard {
                    at_ms,
                    key,
                    to_the_end: listening.to_the_end,
                    origin: listening.origin.clone(),
                },
                when: self.ask(|connection| Ok(local_time(connection, at_ms)?))?,
                song: listening.song.clone(),
            });
        }
        all.append(lines);
        all.sort_by_key(|line| std::cmp::Reverse(line.heard.at_ms));
        *lines = all;
        Ok(())
    }

    fn waiting_of(&self, key: AudioKey) -> impl Iterator<Item = &Listening> {
        let of_key = move |one: &&Listening| one.song.key == Some(key);
        self.waiting.iter().filter(of_key)
    }

    fn waiting_keys(&self) -> HashSet<AudioKey> {
        self.waiting.iter().filter_map(|one| one.song.key).collect()
    }
}

/// A number that changes as songs are heard; `None`: another one, or there is none.
fn heard(kept: Kept, about: &About) -> Option<i64> {
    match kept {
        Kept::Plays => Some(about.plays.into()).filter(|plays| *plays > 0),
        Kept::Skips => Some(about.skips.into()).filter(|skips| *skips > 0),
        Kept::LastPlayed => about.played_at_ms,
        Kept::LastSkipped => about.skipped_at_ms,
        Kept::Rating | Kept::Added => None,
    }
}

/// Those that the database does not know, each once.
fn not_counted(connection: &Connection, all: Vec<Listening>) -> Result<Vec<Listening>, Undone> {
    if !schema::has_seals(connection)? {
        return Ok(Vec::new());
    }
    let mut seen = HashSet::new();
    let mut waiting = Vec::new();
    for listening in all {
        let Some(key) = listening.song.key else {
            continue;
        };
        let is_new = seen.insert((key, listening.at_ms));
        if is_new && !is_counted(connection, key, listening.at_ms)? {
            waiting.push(listening);
        }
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Wanted;

    fn listening(number: u8, at_ms: i64, to_the_end: bool) -> Listening {
        let song = Wanted {
            title: format!("Song {number}"),
            key: Some(key(number)),
            ..Wanted::default()
        };
        Listening {
            at_ms,
            song,
            to_the_end,
            origin: None,
        }
    }

    fn key(number: u8) -> AudioKey {
        AudioKey::from_bytes([number; 16])
    }

    #[test]
    fn what_waits_is_told_as_it_will_be_once_it_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let uncounted = Uncounted::at(&dir.path().join("state"));
        let mut person = Person::open(dir.path()).unwrap();
        let counted = [listening(1, 10, true), listening(2, 20, true)];
        person.hear(&counted).unwrap();
        let waits = [
            listening(2, 5, true),
            listening(3, 30, false),
            listening(1, 40, true),
            listening(4, 15, true),
        ];
        uncounted.add(&waits).unwrap();
        // One who died before the file was emptied leaves what is counted in it, and what was handed over twice.
        uncounted
            .add(&[counted[0].clone(), waits[0].clone()])
            .unwrap();
        let kept = [
            Kept::Rating,
            Kept::Plays,
            Kept::Skips,
            Kept::LastPlayed,
            Kept::LastSkipped,
            Kept::Added,
        ];
        let answers = |person: &Person| {
            let abouts: Vec<_> = (1..6).map(|n| person.about(key(n)).unwrap()).collect();
            let history = (person.history(9).unwrap(), person.history(2).unwrap());
            let totals = person.totals().unwrap();
            (abouts, person.columns(&kept).unwrap(), totals, history)
        };
        let before = answers(&Person::look(dir.path()).unwrap());
        let told = answers(&Person::look_with(dir.path(), Some(&uncounted)).unwrap());
        assert_eq!(uncounted.count_into(&mut person).unwrap(), 4);
        assert_eq!(told, answers(&person));
        assert_ne!(told, before);
        assert_eq!(
            told,
            answers(&Person::look_with(dir.path(), Some(&uncounted)).unwrap())
        );
    }
}
