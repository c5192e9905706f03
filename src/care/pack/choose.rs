//! What goes onto the stick, by value for its bytes: whole playlists first, then single songs. Pure.
//!
//! A song that several playlists share takes its room once, so what a playlist still costs shrinks as others are taken.
//! The choice never takes more than the room, and of each playlist all songs or none of them for its sake.

use std::cmp::{Ordering, Reverse};

/// A file, as far as the choice sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub value: u64,
    /// The room that it takes.
    pub bytes: u64,
    /// It may come for its own sake, and not only with a playlist.
    pub alone: bool,
}

/// A playlist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// Its songs that are here, each once.
    pub items: Vec<usize>,
    /// The room that its own file takes.
    pub bytes: u64,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Playlists, the one with most value for its bytes first.
    pub lists: Vec<usize>,
    /// Songs: those of the playlists in their order, then the others, each once.
    pub items: Vec<usize>,
    /// The room that all of it takes.
    pub bytes: u64,
    value: u64,
}

/// Chooses what fits into the room.
pub(super) fn choose(items: &[Item], lists: &[List], room: u64) -> Chosen {
    let greedy = fill(items, lists, room, None);
    // One long playlist that is worth more than all the small ones that would leave no room for it.
    let value = |list: &List| -> u64 { values(items, list.items.iter()) };
    let fits = |list: &List| list.bytes + bytes(items, list.items.iter()) <= room;
    let all = lists.iter().enumerate().filter(|(_, list)| fits(list));
    let best = all.max_by_key(|(at, list)| (value(list), Reverse(*at)));
    let Some((best, _)) = best else {
        return greedy;
    };
    let around_best = fill(items, lists, room, Some(best));
    match around_best.value > greedy.value {
        true => around_best,
        false => greedy,
    }
}

fn values<'a>(items: &[Item], of: impl Iterator<Item = &'a usize>) -> u64 {
    of.fold(0, |sum, at| sum.saturating_add(items[*at].value))
}

fn bytes<'a>(items: &[Item], of: impl Iterator<Item = &'a usize>) -> u64 {
    of.fold(0, |sum, at| sum.saturating_add(items[*at].bytes))
}

/// Value for bytes, by which one is compared with another.
#[derive(Clone, Copy)]
struct Worth {
    value: u64,
    bytes: u64,
}

impl Worth {
    fn of(item: &Item) -> Self {
        Self {
            value: item.value,
            bytes: item.bytes,
        }
    }

    /// The greater is worth more for each byte; of equal ones the smaller.
    fn order(&self, other: &Self) -> Ordering {
        let product = |value: u64, bytes: u64| u128::from(value) * u128::from(bytes.max(1));
        let here = product(self.value, other.bytes);
        here.cmp(&product(other.value, self.bytes))
            .then(other.bytes.cmp(&self.bytes))
    }
}

fn fill(items: &[Item], lists: &[List], room: u64, first: Option<usize>) -> Chosen {
    let mut filling = Filling::new(items, lists, room);
    if let Some(first) = first {
        filling.take_list(first);
    }
    while let Some(best) = filling.best_list() {
        filling.take_list(best);
    }
    filling.take_singles();
    // Songs that came by themselves may have left nothing of a playlist but its own file.
    while let Some(best) = filling.best_list() {
        filling.take_list(best);
    }
    filling.chosen
}

/// A choice that is being made.
struct Filling<'a> {
    items: &'a [Item],
    lists: &'a [List],
    room: u64,
    is_taken: Vec<bool>,
    /// What of each playlist is not taken yet; `None`: the playlist is.
    left: Vec<Option<Worth>>,
    /// The playlists that each song is in.
    lists_of: Vec<Vec<usize>>,
    chosen: Chosen,
}

impl<'a> Filling<'a> {
    fn new(items: &'a [Item], lists: &'a [List], room: u64) -> Self {
        let mut lists_of = vec![Vec::new(); items.len()];
        for (at, list) in lists.iter().enumerate() {
            list.items.iter().for_each(|item| lists_of[*item].push(at));
        }
        let whole = |list: &List| Worth {
            value: values(items, list.items.iter()),
            bytes: list.bytes.saturating_add(bytes(items, list.items.iter())),
        };
        Self {
            items,
            lists,
            room,
            is_taken: vec![false; items.len()],
            left: lists.iter().map(|list| Some(whole(list))).collect(),
            lists_of,
            chosen: Chosen::default(),
        }
    }

    fn free(&self) -> u64 {
        self.room - self.chosen.bytes
    }

    /// The playlist that fits and is worth most for what it still takes.
    fn best_list(&self) -> Option<usize> {
        let left = self.left.iter().enumerate();
        let fitting = left.filter_map(|(at, left)| {
            let left = (*left)?;
            (left.bytes <= self.free()).then_some((at, left))
        });
        let best =
            fitting.max_by(|(at, one), (other_at, other)| one.order(other).then(other_at.cmp(at)));
        best.map(|(at, _)| at)
    }

    fn take_list(&mut self, at: usize) {
        let list = &self.lists[at];
        self.left[at] = None;
        self.chosen.lists.push(at);
        self.chosen.bytes += list.bytes;
        for item in &list.items {
            self.take(*item);
        }
    }

    fn take(&mut self, at: usize) {
        if std::mem::replace(&mut self.is_taken[at], true) {
            return;
        }
        let item = &self.items[at];
        self.chosen.items.push(at);
        self.chosen.bytes += item.bytes;
        self.chosen.value = self.chosen.value.saturating_add(item.value);
        for list in &self.lists_of[at] {
            if let Some(left) = &mut self.left[*list] {
                left.value = left.value.saturating_sub(item.value);
                left.bytes -= item.bytes;
            }
        }
    }

    fn take_singles(&mut self) {
        let all = self.items.iter().enumerate();
        let mut singles: Vec<_> = all
            .filter(|(at, item)| item.alone && !self.is_taken[*at])
            .collect();
        singles.sort_by(|(_, one), (_, other)| Worth::of(other).order(&Worth::of(one)));
        for (at, item) in singles {
            if item.bytes <= self.free() {
                self.take(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(value: u64, bytes: u64) -> Item {
        Item {
            value,
            bytes,
            alone: true,
        }
    }

    fn list(items: &[usize]) -> List {
        let items = items.to_vec();
        List { items, bytes: 0 }
    }

    #[test]
    fn playlists_come_whole_and_songs_fill_what_is_left() {
        let items = [item(9, 10), item(9, 10), item(1, 10), item(50, 10)];
        let lists = [list(&[0, 1]), list(&[1, 2])];
        let chosen = choose(&items, &lists, 30);
        assert_eq!((chosen.lists, chosen.items), (vec![0, 1], vec![0, 1, 2]));
        // The second does not fit whole: the best song comes in its place.
        let chosen = choose(&items, &lists, 29);
        assert_eq!((chosen.lists, chosen.items), (vec![0], vec![0, 1]));
        let chosen = choose(&items, &lists, 19);
        assert_eq!((chosen.lists, chosen.items), (vec![], vec![3]));
    }

    #[test]
    fn what_is_shared_takes_its_room_once() {
        let items = [item(5, 10), item(5, 10), item(5, 10)];
        let lists = [list(&[0, 1]), list(&[1, 2]), list(&[0, 2])];
        let chosen = choose(&items, &lists, 30);
        assert_eq!((chosen.lists.len(), chosen.bytes), (3, 30));
    }

    #[test]
    fn one_long_list_may_be_worth_more_than_a_short_one_that_bars_it() {
        let items = [item(3, 1), item(200, 100)];
        let lists = [list(&[0]), list(&[1])];
        assert_eq!(choose(&items, &lists, 100).lists, [1]);
        assert_eq!(choose(&items, &lists, 101).lists, [0, 1]);
    }

    #[test]
    fn what_is_banned_comes_with_a_playlist_alone() {
        let banned = Item {
            alone: false,
            ..item(9, 1)
        };
        assert!(choose(&[banned], &[], 9).items.is_empty());
        assert_eq!(choose(&[banned], &[list(&[0])], 9).items, [0]);
    }

    fn library() -> impl Strategy<Value = (Vec<Item>, Vec<List>, u64)> {
        let item = (0..50_u64, 0..40_u64, any::<bool>());
        let item = item.prop_map(|(value, bytes, alone)| Item {
            value,
            bytes,
            alone,
        });
        let items = proptest::collection::vec(item, 1..30);
        let with_lists = items.prop_flat_map(|items| {
            let songs = proptest::collection::btree_set(0..items.len(), 0..8);
            let list = (songs, 0..5_u64).prop_map(|(songs, bytes)| List {
                items: songs.into_iter().collect(),
                bytes,
            });
            (Just(items), proptest::collection::vec(list, 0..8))
        });
        (with_lists, 0..400_u64).prop_map(|((items, lists), room)| (items, lists, room))
    }

    proptest! {
        #[test]
        fn never_more_than_the_room_and_playlists_whole_or_not((items, lists, room) in library()) {
            let chosen = choose(&items, &lists, room);
            let mut once = chosen.items.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), chosen.items.len(), "each song once");
            let of_lists: u64 = chosen.lists.iter().map(|at| lists[*at].bytes).sum();
            let bytes: u64 = bytes(&items, chosen.items.iter()) + of_lists;
            prop_assert_eq!(bytes, chosen.bytes);
            prop_assert!(bytes <= room);
            for at in &chosen.lists {
                prop_assert!(lists[*at].items.iter().all(|item| once.binary_search(item).is_ok()));
            }
            // Nothing that is left would still fit.
            let free = room - bytes;
            for (at, list) in lists.iter().enumerate().filter(|(at, _)| !chosen.lists.contains(at)) {
                let left = list.items.iter().filter(|item| once.binary_search(item).is_err());
                prop_assert!(list.bytes + super::bytes(&items, left) > free, "{at}");
            }
            for (at, item) in items.iter().enumerate() {
                prop_assert!(once.binary_search(&at).is_ok() || !item.alone || item.bytes > free);
            }
        }
    }
}
