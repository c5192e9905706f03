//! A long list of which only the pages around what is seen are held. What is not held yet is asked for once; what is out of
//! date stays in sight until the new rows are here.

use crate::tui::row::Row;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows of one page.
pub const PAGE: usize = 128;

/// Pages that are held: more than the tallest screen shows, and some around it.
const MAX_PAGES: usize = 16;

/// Parts of a list.
#[derive(Debug, Default)]
pub struct Pages {
    pages: BTreeMap<usize, Page>,
}

#[derive(Debug, Default)]
struct Page {
    rows: Vec<Row>,
    /// Whether the rows are those of now.
    is_new: bool,
    is_asked: bool,
}

impl Pages {
    /// A row, where it is held.
    pub fn get(&self, at: usize) -> Option<&Row> {
        self.pages.get(&(at / PAGE))?.rows.get(at % PAGE)
    }

    /// Ranges to ask for, so that these rows can be seen. They count as asked for from now on.
    pub fn wanted(&mut self, seen: Range<usize>) -> Vec<Range<usize>> {
        if seen.is_empty() {
            return Vec::new();
        }
        let pages = seen.start / PAGE..(seen.end - 1) / PAGE + 1;
        let mut wanted = Vec::new();
        for number in pages.clone() {
            let page = self.pages.entry(number).or_default();
            if !page.is_new && !page.is_asked {
                page.is_asked = true;
                wanted.push(number * PAGE..(number + 1) * PAGE);
            }
        }
        self.drop_far_ones(&pages);
        wanted
    }

    /// The rows of a range that was asked for.
    pub fn put(&mut self, from: usize, rows: Vec<Row>) {
        let page = self.pages.entry(from / PAGE).or_default();
        *page = Page {
            rows,
            is_new: true,
            is_asked: false,
        };
    }

    /// What is held may no longer be so.
    pub fn doubt(&mut self) {
        for page in self.pages.values_mut() {
            (page.is_new, page.is_asked) = (false, false);
        }
    }

    fn drop_far_ones(&mut self, near: &Range<usize>) {
        while self.pages.len() > MAX_PAGES.max(near.len()) {
            let away = |number: usize| number.abs_diff(near.start);
            let far = self.pages.keys().copied().max_by_key(|page| away(*page));
            far.map(|page| self.pages.remove(&page));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(from: usize) -> Vec<Row> {
        let row = |at: usize| Row {
            title: at.to_string(),
            ..Row::default()
        };
        (from..from + PAGE).map(row).collect()
    }

    #[test]
    fn what_is_seen_is_asked_for_once_and_stays_until_the_new_is_here() {
        let mut pages = Pages::default();
        assert_eq!(pages.wanted(120..140), [0..PAGE, PAGE..2 * PAGE]);
        assert!(pages.wanted(120..140).is_empty());
        pages.put(0, rows(0));
        assert_eq!(pages.get(127).unwrap().title, "127");
        assert!(pages.get(128).is_none());
        pages.doubt();
        assert_eq!(pages.get(127).unwrap().title, "127");
        assert_eq!(pages.wanted(120..121), std::slice::from_ref(&(0..PAGE)));
    }

    #[test]
    fn a_walk_through_a_long_list_holds_little() {
        let mut pages = Pages::default();
        for at in (0..100_000).step_by(50) {
            for range in pages.wanted(at..at + 60) {
                pages.put(range.start, rows(range.start));
            }
            assert_eq!(pages.get(at + 59).unwrap().title, (at + 59).to_string());
            assert!(pages.pages.len() <= MAX_PAGES);
        }
    }
}
