//! Where someone is in a list: the row, the rows that are seen, and those that are marked. It knows nothing of what they hold.

use std::collections::BTreeSet;
use std::ops::Range;

/// Rows kept in sight above and below the one where someone is.
const MARGIN: usize = 2;

/// A place in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    at: usize,
    top: usize,
    count: usize,
    height: usize,
    marks: BTreeSet<usize>,
}

impl Cursor {
    /// The row, from 0; 0 where there is none.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows that are seen.
    pub fn seen(&self) -> Range<usize> {
        self.top..(self.top + self.height).min(self.count)
    }

    /// There are so many rows now.
    pub fn set_count(&mut self, count: usize) {
        self.count = count;
        self.marks.split_off(&count);
        self.go_to(self.at);
    }

    /// So many rows fit on the screen.
    pub fn set_height(&mut self, height: usize) {
        if self.height != height {
            self.height = height;
            self.go_to(self.at);
        }
    }

    /// At the top of another list.
    pub fn begin(&mut self, count: usize) {
        (self.at, self.top, self.count) = (0, 0, count);
        self.marks.clear();
    }

    /// To a row, or the last.
    pub fn go_to(&mut self, row: usize) {
        self.at = row.min(self.count.saturating_sub(1));
        let margin = MARGIN.min(self.height.saturating_sub(1) / 2);
        let least = (self.at + margin + 1).saturating_sub(self.height);
        let most = self.at.saturating_sub(margin);
        self.top = self.top.clamp(least.min(most), most);
        self.top = self.top.min(self.count.saturating_sub(self.height));
    }

    /// So many rows down, or up.
    pub fn go_by(&mut self, rows: isize) {
        self.go_to(self.at.saturating_add_signed(rows));
    }

    /// So many pages down, or up; half of one is `0.5`.
    pub fn go_pages(&mut self, pages: f32) {
        let rows = pages * self.height.max(1) as f32;
        self.go_by(rows as isize);
    }

    /// Marks the row, or takes its mark away, and goes on to the next.
    pub fn mark(&mut self) {
        if self.count > 0 && !self.marks.remove(&self.at) {
            self.marks.insert(self.at);
        }
        self.go_by(1);
    }

    /// What is chosen has moved by a row.
    pub fn shift(&mut self, down: bool) {
        let moved = |row: usize| if down { row + 1 } else { row.saturating_sub(1) };
        self.marks = self.marks.iter().map(|row| moved(*row)).collect();
        self.go_to(moved(self.at));
    }

    /// Takes all marks away; whether there were any.
    pub fn unmark(&mut self) -> bool {
        !std::mem::take(&mut self.marks).is_empty()
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, row: usize) -> bool {
        self.marks.contains(&row)
    }

    /// The rows that an order is about: those that are marked, else the one where someone is.
    pub fn chosen(&self) -> Vec<usize> {
        match self.marks.is_empty() {
            false => self.marks.iter().copied().collect(),
            true if self.count > 0 => vec![self.at],
            true => Vec::new(),
        }
    }
}

/// Rows as ranges of neighbours, in order.
pub fn ranges(rows: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for &row in rows {
        match ranges.last_mut() {
            Some(last) if last.end == row => last.end += 1,
            _ => ranges.push(row..row + 1),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(count: usize, height: usize) -> Cursor {
        let mut cursor = Cursor::default();
        cursor.set_height(height);
        cursor.begin(count);
        cursor
    }

    #[test]
    fn what_is_meant_is_always_seen() {
        let mut dice = fastrand::Rng::with_seed(1);
        for _ in 0..2_000 {
            let mut cursor = cursor(dice.usize(0..60), dice.usize(0..20));
            for _ in 0..20 {
                match dice.usize(0..6) {
                    0 => cursor.go_by(dice.isize(-30..30)),
                    1 => cursor.go_pages(dice.f32() * 4.0 - 2.0),
                    2 => cursor.go_to(dice.usize(0..100)),
                    3 => cursor.set_count(dice.usize(0..60)),
                    4 => cursor.set_height(dice.usize(0..20)),
                    _ => cursor.mark(),
                }
                let seen = cursor.seen();
                let is_seen = seen.contains(&cursor.at());
                assert_eq!(is_seen, cursor.count > 0 && cursor.height > 0, "{cursor:?}");
                // No row of the screen stays empty while there are rows for it.
                assert_eq!(seen.len(), cursor.height.min(cursor.count), "{cursor:?}");
                assert!(cursor.chosen().iter().all(|row| *row < cursor.count));
            }
        }
    }

    #[test]
    fn some_rows_stay_in_sight_around_it() {
        let mut cursor = cursor(100, 10);
        cursor.go_to(8);
        assert_eq!(cursor.seen(), 1..11);
        cursor.go_to(2);
        assert_eq!(cursor.seen(), 0..10);
        cursor.go_to(99);
        assert_eq!(cursor.seen(), 90..100);
    }

    #[test]
    fn an_order_is_about_what_is_marked() {
        let mut cursor = cursor(9, 9);
        assert_eq!(cursor.chosen(), [0]);
        cursor.mark();
        cursor.mark();
        cursor.go_to(5);
        cursor.mark();
        assert_eq!(cursor.chosen(), [0, 1, 5]);
        assert_eq!(ranges(&cursor.chosen()), [0..2, 5..6]);
        cursor.set_count(1);
        assert_eq!(cursor.chosen(), [0]);
        assert!(cursor.unmark() && !cursor.unmark());
    }
}
