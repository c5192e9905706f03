//! Which files and songs are one recording. Pure.
//!
//! Files of the same audio key are. So are songs of the same title by the same performers whose lengths differ by no more
//! than [`SAME_LENGTH_MS`], unless one album has them under two numbers: skits and interludes share their names.

use crate::library::{FileId, Namesake};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Lengths that differ by no more are the same: encoders pad, and formats state whole seconds.
pub(super) const SAME_LENGTH_MS: u64 = 2_000;

/// Something that is owned: all of a file (0), or a song in it.
pub(super) type Unit = (FileId, u32);

/// Collects what is one recording.
#[derive(Default)]
pub(super) struct Groups {
    /// The number of each unit, and of each number the one that it goes with.
    numbers: HashMap<Unit, usize>,
    with: Vec<usize>,
    /// Files of which there are copies.
    copied: HashSet<FileId>,
}

impl Groups {
    /// These files are copies of each other.
    pub fn copies(&mut self, files: &[FileId]) {
        self.copied.extend(files);
        for pair in files.windows(2) {
            self.join((pair[0], 0), (pair[1], 0));
        }
    }

    /// Some of these songs of one title may be the same. All copies come before the first title: a song in a file that is
    /// there twice as a whole is not counted again.
    pub fn title(&mut self, mut songs: Vec<Namesake>) {
        songs.retain(|song| song.part == 0 || !self.copied.contains(&song.file));
        songs.sort_by(|a, b| (&a.artists, a.length_ms).cmp(&(&b.artists, b.length_ms)));
        let same_artists = songs.chunk_by(|a, b| a.artists == b.artists);
        for songs in same_artists {
            // Each goes with one that it is as long as: a row of lengths that grow must not become one recording.
            let mut taken = vec![false; songs.len()];
            for (at, first) in songs.iter().enumerate() {
                if taken[at] {
                    continue;
                }
                let near = (at + 1..songs.len()).take_while(|other| {
                    songs[*other].length_ms - first.length_ms <= SAME_LENGTH_MS
                });
                for other in near.filter(|other| !are_two(first, &songs[*other])) {
                    if !std::mem::replace(&mut taken[other], true) {
                        self.join(
                            (first.file, first.part),
                            (songs[other].file, songs[other].part),
                        );
                    }
                }
            }
        }
    }

    /// What goes together, each in order.
    pub fn all(mut self) -> Vec<Vec<Unit>> {
        let units: Vec<(Unit, usize)> = self.numbers.drain().collect();
        let mut groups: BTreeMap<usize, Vec<Unit>> = BTreeMap::new();
        for (unit, number) in units {
            groups.entry(self.first_of(number)).or_default().push(unit);
        }
        let mut groups: Vec<Vec<Unit>> = groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups
    }

    fn join(&mut self, a: Unit, b: Unit) {
        let (a, b) = (self.number(a), self.number(b));
        let (a, b) = (self.first_of(a), self.first_of(b));
        self.with[a.max(b)] = a.min(b);
    }

    fn number(&mut self, unit: Unit) -> usize {
        let next = self.with.len();
        let number = *self.numbers.entry(unit).or_insert(next);
        if number == next {
            self.with.push(next);
        }
        number
    }

    fn first_of(&mut self, mut number: usize) -> usize {
        while self.with[number] != number {
            // Halves the way for the next question.
            self.with[number] = self.with[self.with[number]];
            number = self.with[number];
        }
        number
    }
}

/// Whether two songs of the same names and length are two recordings all the same.
fn are_two(a: &Namesake, b: &Namesake) -> bool {
    let are_numbered = a.number.is_some() && b.number.is_some() && a.number != b.number;
    let on_one_album = !a.album.is_empty() && a.album == b.album;
    a.file == b.file || (on_one_album && are_numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: i64) -> FileId {
        FileId::of(number)
    }

    /// A song of a file: its part, its length in s, its album and track.
    fn song(number: i64, part: u32, length_s: u64, album: &str, track: u32) -> Namesake {
        Namesake {
            file: file(number),
            part,
            artists: vec!["nina simone".into()],
            album: album.into(),
            number: (track > 0).then_some((1, track)),
            length_ms: length_s * 1_000,
        }
    }

    fn told(groups: Groups) -> Vec<Vec<Unit>> {
        groups.all()
    }

    #[test]
    fn names_and_length_make_one_recording_but_not_two_numbers_of_an_album() {
        let two = |one: Namesake, other: Namesake| {
            let mut groups = Groups::default();
            groups.title(vec![one, other]);
            !told(groups).is_empty()
        };
        for (one, other, same) in [
            (song(1, 0, 100, "", 0), song(2, 0, 102, "", 0), true),
            (song(1, 0, 100, "", 0), song(2, 0, 103, "", 0), false),
            (song(1, 0, 100, "a", 1), song(2, 0, 100, "b", 7), true),
            (song(1, 0, 100, "a", 1), song(2, 0, 100, "a", 1), true),
            (song(1, 0, 100, "a", 1), song(2, 0, 100, "a", 7), false),
            (song(1, 0, 100, "a", 0), song(2, 0, 100, "a", 7), true),
            (song(1, 1, 100, "", 0), song(1, 2, 100, "", 0), false),
            (song(1, 1, 100, "", 0), song(2, 0, 100, "", 0), true),
        ] {
            assert_eq!(two(one.clone(), other.clone()), same, "{one:?} {other:?}");
        }
        let mut other = song(2, 0, 100, "", 0);
        other.artists = vec!["somebody".into()];
        assert!(!two(song(1, 0, 100, "", 0), other));
    }

    #[test]
    fn what_is_the_same_as_one_is_the_same_as_its_copies() {
        let mut groups = Groups::default();
        groups.copies(&[file(1), file(2)]);
        groups.copies(&[file(5), file(6)]);
        groups.title(vec![song(3, 0, 100, "", 0), song(2, 0, 101, "", 0)]);
        let all = told(groups);
        let units = |files: &[i64]| files.iter().map(|one| (file(*one), 0)).collect::<Vec<_>>();
        assert_eq!(all, [units(&[1, 2, 3]), units(&[5, 6])]);
    }

    #[test]
    fn a_disc_in_one_file_that_is_there_twice_is_one_group() {
        let mut groups = Groups::default();
        groups.copies(&[file(1), file(2)]);
        for part in 1..=9 {
            groups.title(vec![song(1, part, 100, "", 0), song(2, part, 100, "", 0)]);
        }
        assert_eq!(told(groups), [[(file(1), 0), (file(2), 0)]]);
    }

    #[test]
    fn a_row_of_lengths_that_grow_is_not_one_recording() {
        let mut groups = Groups::default();
        let songs = (0..6).map(|number| song(number, 0, 100 + 2 * number as u64, "", 0));
        groups.title(songs.collect());
        let sizes: Vec<usize> = told(groups).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 2]);
    }

    #[test]
    fn many_of_one_name_take_no_time() {
        let mut groups = Groups::default();
        let songs = (0..2_000).map(|number| song(number, 0, number as u64 * 3, "", 0));
        groups.title(songs.collect());
        assert!(told(groups).is_empty());
    }
}
