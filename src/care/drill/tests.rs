//! What is picked, from piles that are written down.

use super::*;
use proptest::prelude::*;

fn song(file: &str, length_ms: u64) -> Arc<Song> {
    Arc::new(Song {
        length_ms: Some(length_ms),
        ..Song::at(file)
    })
}

#[test]
fn every_playlist_has_its_turn_and_every_song_once() {
    let [a, b, c] = ["/a", "/b", "/c"].map(|file| song(file, 1));
    let piles = vec![
        ("one".to_owned(), vec![a.clone(), b.clone()]),
        ("none".to_owned(), Vec::new()),
        ("two".to_owned(), vec![b, c, a]),
    ];
    let order = in_turn(piles);
    let order: Vec<_> = order
        .iter()
        .map(|(name, song)| format!("{name} {}", song.place.file().display()))
        .collect();
    assert_eq!(order, ["one /a", "two /b", "two /c"]);
}

proptest! {
    #[test]
    fn enough_of_a_song_is_left_where_it_is_long_enough(seed: u64, length in 0..10_000_000_u64, each in 0..60_000_u64) {
        let at = place(&mut fastrand::Rng::with_seed(seed), Some(length), each);
        prop_assert!(at + each <= length.max(each));
    }
}
