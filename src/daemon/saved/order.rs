//! A change of the queue as runs of rows: the rows that were there, and behind them those that came, in their new order.
//! Pure: whatever was moved, taken out or put in between is some numbers, and only what came is written out.

/// An edit of more runs than this is none of single songs: the whole is written anew. A shuffle is one.
pub(super) const MAX_RUNS: usize = 64;

/// Rows from the first number on, up to the second, which is not among them.
pub(super) type Run = [usize; 2];

/// The order that makes the rows `new` of the rows `old` and of those that are not known, which stand behind `old` as they
/// come in `new`. Rows are told apart by number. `None`: there is none of so few runs.
pub(super) fn between(
    old: &[u64],
    new: &[u64],
    is_known: impl Fn(u64) -> bool,
) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let (mut at, mut added, mut next) = (0, old.len(), 0);
    while next < new.len() {
        if runs.len() == MAX_RUNS {
            return None;
        }
        let rest = &new[next..];
        let run = if is_known(rest[0]) {
            at = at_from(old, at, rest[0])?;
            let same = old[at..]
                .iter()
                .zip(rest)
                .take_while(|(one, other)| one == other);
            let run = [at, at + same.count()];
            at = run[1];
            run
        } else {
            let came = rest.iter().take_while(|row| !is_known(**row)).count();
            added += came;
            [added - came, added]
        };
        next += run[1] - run[0];
        runs.push(run);
    }
    Some(runs)
}

/// Where a row stands; it is looked for from `at` on first, where it mostly is.
fn at_from(old: &[u64], at: usize, row: u64) -> Option<usize> {
    let (before, behind) = old.split_at(at);
    let is_it = |other: &u64| *other == row;
    let behind = behind.iter().position(is_it).map(|further| at + further);
    behind.or_else(|| before.iter().position(is_it))
}

/// Whether an order of so many rows changes nothing but for what comes at their end.
pub(super) fn only_appends(runs: &[Run], rows: usize) -> bool {
    match runs {
        [] => rows == 0,
        [[0, end], rest @ ..] if *end == rows => {
            matches!(rest, [] | [[_, _]]) && rest.iter().all(|run| run[0] == rows)
        }
        [[0, _]] => rows == 0,
        _ => false,
    }
}

/// Puts rows in this order; `false`: it is not one of theirs, and nothing is changed.
pub(super) fn apply<T: Copy>(runs: &[Run], rows: &mut Vec<T>, most: usize) -> bool {
    let is_of_rows = |run: &Run| run[0] <= run[1] && run[1] <= rows.len();
    if !runs.iter().all(is_of_rows) {
        return false;
    }
    let Some(len) = runs
        .iter()
        .try_fold(0_usize, |sum, run| sum.checked_add(run[1] - run[0]))
    else {
        return false;
    };
    if len > most {
        return false;
    }
    // What stays where it is, in front, is most of it or nothing.
    let (stays, moved) = match runs {
        [[0, end], moved @ ..] => (*end, moved),
        runs => (0, runs),
    };
    let mut behind = Vec::with_capacity(len - stays);
    moved
        .iter()
        .for_each(|run| behind.extend_from_slice(&rows[run[0]..run[1]]));
    rows.truncate(stays);
    rows.extend_from_slice(&behind);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(old: &[u64], new: &[u64]) -> Option<Vec<Run>> {
        let highest = old.iter().copied().max().unwrap_or(0);
        between(old, new, |row| row <= highest)
    }

    #[test]
    fn single_edits_are_few_runs() {
        let old: Vec<u64> = (1..=10).collect();
        let edited = |edit: fn(&mut Vec<u64>)| {
            let mut new = old.clone();
            edit(&mut new);
            order(&old, &new).unwrap()
        };
        assert_eq!(edited(|_| {}), [[0, 10]]);
        assert_eq!(
            edited(|new| {
                new.remove(3);
            }),
            [[0, 3], [4, 10]]
        );
        assert_eq!(edited(|new| new.insert(3, 11)), [[0, 3], [10, 11], [3, 10]]);
        assert_eq!(edited(|new| new.push(11)), [[0, 10], [10, 11]]);
        assert_eq!(edited(|new| new.clear()), [[0; 2]; 0]);
        let moved = edited(|new| {
            let row = new.remove(2);
            new.insert(7, row);
        });
        assert_eq!(moved, [[0, 2], [3, 8], [2, 3], [8, 10]]);
        let back: Vec<u64> = old.iter().rev().copied().collect();
        assert_eq!(order(&old, &back).unwrap().len(), 10);
        let long: Vec<u64> = (1..=100).collect();
        let back: Vec<u64> = long.iter().rev().copied().collect();
        assert_eq!(order(&long, &back), None, "a shuffle is none");
    }

    #[test]
    fn what_only_comes_at_the_end_is_told_from_the_rest() {
        for (runs, rows, appends) in [
            (&[][..], 0, true),
            (&[], 3, false),
            (&[[0, 3]], 3, true),
            (&[[0, 2]], 3, false),
            (&[[0, 3], [3, 5]], 3, true),
            (&[[0, 3], [0, 1]], 3, false),
            (&[[3, 5], [0, 3]], 3, false),
            (&[[0, 2]], 0, true),
        ] {
            assert_eq!(only_appends(runs, rows), appends, "{runs:?} of {rows}");
        }
    }

    #[test]
    fn an_order_of_other_rows_is_refused() {
        for runs in [&[[0, 4]][..], &[[2, 1]], &[[0, 3], [0, 3]]] {
            let mut rows = vec![1, 2, 3];
            assert!(!apply(runs, &mut rows, 5), "{runs:?}");
            assert_eq!(rows, [1, 2, 3]);
        }
    }

    proptest! {
        #[test]
        fn an_order_makes_the_new_of_the_old(
            len in 0_u64..30,
            edits in prop::collection::vec((0_u8..4, 0_usize..40, 0_usize..40), 0..6),
        ) {
            let old: Vec<u64> = (1..=len).collect();
            let mut new = old.clone();
            let mut last = len;
            for (what, one, other) in edits {
                let (one, other) = (one.min(new.len()), other.min(new.len()));
                match what {
                    0 => { last += 1; new.insert(one, last); }
                    1 if one < new.len() => { new.remove(one); }
                    2 if one < new.len() => {
                        let row = new.remove(one);
                        new.insert(other.min(new.len()), row);
                    }
                    _ if one < new.len() && other < new.len() => new.swap(one, other),
                    _ => {}
                }
            }
            let runs = order(&old, &new).unwrap();
            let mut rows = old.clone();
            rows.extend(new.iter().filter(|row| **row > len));
            prop_assert!(apply(&runs, &mut rows, 100));
            prop_assert_eq!(rows, new);
        }
    }
}
