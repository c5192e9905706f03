//! A library in memory that is asked as an index is, by the keys alone.

use standin::library::resolve::Lookup;
use standin::music::{AudioKey, Song, Uri};
use standin::wanted::matcher::keys_of_song;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

pub struct Shelf {
    songs: Vec<Arc<Song>>,
    by_key: HashMap<i32, Vec<usize>>,
}

impl Shelf {
    pub fn of(songs: Vec<Arc<Song>>) -> Self {
        let mut by_key: HashMap<i32, Vec<usize>> = HashMap::new();
        for (at, song) in songs.iter().enumerate() {
            for key in keys_of_song(song) {
                by_key.entry(key).or_default().push(at);
            }
        }
        Self { songs, by_key }
    }
}

impl Lookup for Shelf {
    fn by_uri(&self, _: &Uri) -> Vec<Arc<Song>> {
        Vec::new()
    }

    fn by_key(&self, _: AudioKey) -> Vec<Arc<Song>> {
        Vec::new()
    }

    fn by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Vec<Arc<Song>> {
        let within = |song: &Song| match (&length_ms, song.length_ms) {
            (Some(range), Some(length)) => range.contains(&length),
            _ => true,
        };
        let mut seen = HashSet::new();
        let all = keys.iter().filter_map(|key| self.by_key.get(key)).flatten();
        let fitting = all.filter(|at| within(&self.songs[**at]) && seen.insert(**at));
        fitting
            .take(most)
            .map(|at| self.songs[*at].clone())
            .collect()
    }

    fn root_is_away(&self, _: &Uri) -> bool {
        false
    }

    fn unindexed_file(&self, _: &Uri) -> Vec<Arc<Song>> {
        Vec::new()
    }
}
