//! A playlist of a service, imported again: the rows as they are there now, joined with the rows that were kept here. What
//! the service dropped stays, what the person took out here stays out, what they put in here stays in. Pure.

use super::identity::{Known, fill, identities};
use crate::music::Wanted;
use std::collections::HashSet;

/// The rows of a playlist after it was imported again, and what that changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mirrored {
    /// Rows in the order of the service; what is there no more stands behind the row that it stood behind.
    pub rows: Vec<Wanted>,
    /// The numbers in `rows`, from 0, of those that the service had and has no more.
    pub removed: Vec<usize>,
    /// Rows that came.
    pub added: usize,
    /// Rows that stand in another order among those that were here before.
    pub moved: usize,
    /// Rows that the service has, and that the person has taken out here.
    pub left_out: usize,
}

/// Joins the rows that are kept here with those that the service has now. `before`: the [`identities`] of the rows that the
/// service had when it was last imported.
pub fn mirror(kept: &[Wanted], before: &HashSet<String>, there: Vec<Wanted>) -> Mirrored {
    let was_there = |row: &Wanted| identities(row).iter().any(|name| before.contains(name));
    let mut mirrored = Mirrored::default();
    let mut known = Known::new(kept);
    let mut place_of = vec![None; kept.len()];
    let mut order = Vec::new();
    let mut rows = Vec::new();
    for mut row in there {
        if let Some(at) = known.take(&row) {
            fill(&mut row, &kept[at]);
            place_of[at] = Some(rows.len());
            order.push(at);
        } else if was_there(&row) {
            mirrored.left_out += 1;
            continue;
        } else {
            mirrored.added += 1;
        }
        rows.push(row);
    }
    mirrored.moved = order.len() - longest_rise(&order);
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); rows.len() + 1];
    let mut anchor = 0;
    for (at, place) in place_of.iter().enumerate() {
        match place {
            Some(place) => anchor = place + 1,
            None => behind[anchor].push(at),
        }
    }
    let mut rows = rows.into_iter();
    for stayed in behind {
        for at in stayed {
            if was_there(&kept[at]) {
                mirrored.removed.push(mirrored.rows.len());
            }
            mirrored.rows.push(kept[at].clone());
        }
        mirrored.rows.extend(rows.next());
    }
    mirrored
}

/// The most of these numbers, all different, that rise from the first to the last.
fn longest_rise(numbers: &[usize]) -> usize {
    let mut ends: Vec<usize> = Vec::new();
    for number in numbers {
        let at = ends.partition_point(|end| end < number);
        match ends.get_mut(at) {
            Some(end) => *end = *number,
            None => ends.push(*number),
        }
    }
    ends.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Wanted> {
        let row = |letter: char| Wanted {
            title: letter.into(),
            external: vec![("spotify".into(), letter.into())],
            ..Wanted::default()
        };
        text.chars().map(row).collect()
    }

    fn before(text: &str) -> HashSet<String> {
        rows(text).iter().flat_map(identities).collect()
    }

    fn titles(mirrored: &Mirrored) -> String {
        mirrored.rows.iter().map(|row| row.title.as_str()).collect()
    }

    #[test]
    fn rows_come_move_and_stay() {
        // kept here, there before, there now → rows, removed, added, moved, left out
        for (kept, was, now, all, removed, counts) in [
            ("", "", "abc", "abc", "", (3, 0, 0)),
            ("abc", "abc", "abc", "abc", "", (0, 0, 0)),
            ("abc", "abc", "abxc", "abxc", "", (1, 0, 0)),
            ("abcd", "abcd", "dabc", "dabc", "", (0, 1, 0)),
            ("abcd", "abcd", "ad", "abcd", "bc", (0, 0, 0)),
            ("abcd", "abcd", "", "abcd", "abcd", (0, 0, 0)),
            // Taken out here, and put in here.
            ("ac", "abc", "abc", "ac", "", (0, 0, 1)),
            ("aMb", "ab", "bax", "baMx", "", (1, 1, 0)),
            // Dropped there before, and still.
            ("abc", "abc", "ac", "abc", "b", (0, 0, 0)),
            // The same song twice.
            ("aab", "aab", "aba", "aba", "", (0, 1, 0)),
            ("aab", "aab", "ab", "aab", "a", (0, 0, 0)),
        ] {
            let mirrored = mirror(&rows(kept), &before(was), rows(now));
            let gone = mirrored.removed.iter().map(|at| &mirrored.rows[*at].title);
            assert_eq!(titles(&mirrored), all, "{kept} {was} {now}");
            assert_eq!(
                gone.cloned().collect::<String>(),
                removed,
                "{kept} {was} {now}"
            );
            let told = (mirrored.added, mirrored.moved, mirrored.left_out);
            assert_eq!(told, counts, "{kept} {was} {now}");
        }
    }

    #[test]
    fn what_a_row_had_learnt_here_is_kept() {
        let mut kept = rows("a");
        kept[0].key = Some(crate::music::AudioKey::from_bytes([1; 16]));
        let mirrored = mirror(&kept, &before("a"), rows("a"));
        assert_eq!(mirrored.rows, kept);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_order_is_the_services(kept in "[a-e]{0,8}", was in "[a-e]{0,8}", now in "[a-e]{0,8}") {
            let mirrored = mirror(&rows(&kept), &before(&was), rows(&now));
            let all = titles(&mirrored);
            let count = |text: &str, letter: char| text.chars().filter(|c| *c == letter).count();
            for letter in 'a'..='e' {
                prop_assert!(count(&all, letter) >= count(&kept, letter));
                prop_assert!(count(&all, letter) <= count(&kept, letter).max(count(&now, letter)));
            }
            prop_assert_eq!(all.len(), kept.len() + mirrored.added);
            if kept.is_empty() && was.is_empty() {
                prop_assert_eq!(all, now);
            }
        }
    }
}
