//! The queue as it is seen and edited: each edit is an order to the server with its undoing. It holds the pages around what is seen.

use super::cursor::{Cursor, ranges};
use super::pages::Pages;
use crate::mpd::remote::Words;
use crate::tui::ask::{Ask, Kept};
use crate::tui::row::Row;

/// Changes that can be undone.
const MAX_UNDONE: usize = 100;

/// The view.
#[derive(Debug, Default)]
pub struct Queue {
    pub cursor: Cursor,
    pub pages: Pages,
    /// The rows that a filter leaves, each with its place; `None`: all are shown.
    pub sifted: Option<Vec<Row>>,
    filter: String,
    count: usize,
    version: Option<u64>,
    undo: Vec<Vec<Words>>,
}

impl Queue {
    /// There are so many songs in this queue; what that asks for.
    pub fn set(&mut self, count: usize, version: u64) -> Option<Ask> {
        let is_new = self.version.replace(version) != Some(version);
        self.count = count;
        if is_new {
            self.pages.doubt();
        }
        if self.sifted.is_some() {
            return is_new.then(|| Ask::Sift(self.filter.clone()));
        }
        self.cursor.set_count(count);
        None
    }

    /// Leaves the songs that these words find; none: all of them.
    pub fn filter(&mut self, text: &str) -> Option<Ask> {
        self.filter = text.trim().to_owned();
        if !self.filter.is_empty() {
            return Some(Ask::Sift(self.filter.clone()));
        }
        // Who comes back stands where the row is that was looked at.
        let at = self.place(self.cursor.at());
        if self.sifted.take().is_some() {
            self.cursor.begin(self.count);
            self.cursor.go_to(at.unwrap_or(0));
        }
        None
    }

    /// The words that rows are left by; empty: all are shown.
    pub fn filtered_by(&self) -> &str {
        &self.filter
    }

    /// What was found by these words; too late where others stand there by now.
    pub fn told_sifted(&mut self, text: &str, rows: Vec<Row>) {
        if text == self.filter && !text.is_empty() {
            self.cursor.unmark();
            self.cursor.set_count(rows.len());
            self.sifted = Some(rows);
        }
    }

    /// What stands in a row of the screen.
    pub fn row(&self, at: usize) -> Option<&Row> {
        match &self.sifted {
            Some(rows) => rows.get(at),
            None => self.pages.get(at),
        }
    }

    /// The place in the queue of a row of the screen.
    pub fn place(&self, at: usize) -> Option<usize> {
        match &self.sifted {
            Some(rows) => rows.get(at)?.position,
            None => (at < self.count).then_some(at),
        }
    }

    /// The places of the rows that an order is about.
    pub fn chosen(&self) -> Vec<usize> {
        let chosen = self.cursor.chosen();
        chosen.iter().filter_map(|at| self.place(*at)).collect()
    }

    /// What has to be asked for to see what is to be seen.
    pub fn wants(&mut self) -> Vec<Ask> {
        if self.sifted.is_some() {
            return Vec::new();
        }
        let wanted = self.pages.wanted(self.cursor.seen());
        wanted.into_iter().map(Ask::Queue).collect()
    }

    /// Takes the chosen songs out.
    pub fn delete(&mut self) -> Option<Ask> {
        let chosen = self.chosen();
        self.cursor.unmark();
        (!chosen.is_empty()).then(|| Ask::Take(ranges(&chosen)))
    }

    /// Something else stands in its place: how it was comes back with an undoing.
    pub fn replaced(&mut self, kept: &Kept) {
        if kept.uris.is_empty() {
            return;
        }
        let mut list = vec![Words::new("clear")];
        list.extend(kept.uris.iter().map(|uri| Words::new("add").with(uri)));
        if let Some((at, ms)) = kept.at {
            let seconds = format!("{:.3}", ms as f64 / 1_000.0);
            list.push(Words::new("seek").with(at.to_string()).with(seconds));
            if kept.is_paused {
                list.push(Words::new("pause").with("1"));
            }
        }
        self.remember(list);
    }

    /// These were taken out.
    pub fn taken(&mut self, rows: &[Row]) {
        let put = |row: &Row| {
            let at = row.position.unwrap_or(0);
            Words::new("addid").with(&row.uri).with(at.to_string())
        };
        self.remember(rows.iter().map(put).collect());
    }

    /// Moves the chosen songs up or down by one, marks and all.
    pub fn shift(&mut self, down: bool) -> Option<Ask> {
        if self.sifted.is_some() {
            // What lies between the rows is not seen.
            return None;
        }
        let chosen = self.cursor.chosen();
        let (first, last) = (*chosen.first()?, *chosen.last()?);
        if (down && last + 1 >= self.cursor.count()) || (!down && first == 0) {
            return None;
        }
        let (mut list, mut back) = (Vec::new(), Vec::new());
        for range in ranges(&chosen) {
            // The row beside them goes to the other side.
            let (from, to) = match down {
                true => (range.end, range.start),
                false => (range.start - 1, range.end - 1),
            };
            let order = |from: usize, to: usize| {
                Words::new("move")
                    .with(from.to_string())
                    .with(to.to_string())
            };
            list.push(order(from, to));
            back.push(order(to, from));
        }
        // The block that is ahead makes room first; the way back is the way in reverse.
        match down {
            true => list.reverse(),
            false => back.reverse(),
        }
        self.remember(back);
        self.cursor.shift(down);
        Some(Ask::Do(list, None))
    }

    /// Songs were added at the end, where there were so many before.
    pub fn added(&mut self, before: usize) {
        self.remember(vec![Words::new("delete").with(format!("{before}:"))]);
    }

    fn remember(&mut self, list: Vec<Words>) {
        if list.is_empty() {
            return;
        }
        if self.undo.len() == MAX_UNDONE {
            self.undo.remove(0);
        }
        self.undo.push(list);
    }

    /// Undoes the last change.
    pub fn undo(&mut self) -> Option<Ask> {
        let list = self.undo.pop()?;
        Some(Ask::Do(list, Some("The last change is undone.".into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a list of orders makes of these songs.
    fn moved(songs: &str, ask: &Ask) -> String {
        let mut songs: Vec<char> = songs.chars().collect();
        let Ask::Do(list, _) = ask else {
            panic!("{ask:?}");
        };
        for words in list {
            let line = words.to_string();
            let numbers: Vec<usize> = line
                .split('"')
                .filter_map(|word| word.parse().ok())
                .collect();
            assert!(line.starts_with("move"), "{line}");
            let song = songs.remove(numbers[0]);
            songs.insert(numbers[1], song);
        }
        songs.into_iter().collect()
    }

    #[test]
    fn chosen_songs_move_together_and_back() {
        for (marks, down, after, last) in [
            (&[1, 2, 4][..], true, "ADBCFE", 5),
            (&[1, 2, 4][..], false, "BCAEDF", 3),
            (&[3][..], true, "ABCEDF", 4),
        ] {
            let mut queue = Queue::default();
            queue.cursor.set_height(9);
            queue.set(6, 1);
            for mark in marks {
                queue.cursor.go_to(*mark);
                queue.cursor.mark();
                queue.cursor.go_to(*mark);
            }
            let ask = queue.shift(down).unwrap();
            assert_eq!(moved("ABCDEF", &ask), after, "{marks:?}");
            assert_eq!(queue.cursor.at(), last);
            assert_eq!(moved(after, &queue.undo().unwrap()), "ABCDEF", "{marks:?}");
            assert!(queue.undo().is_none());
        }
    }

    #[test]
    fn the_rows_that_a_filter_leaves_keep_their_places() {
        let mut queue = Queue::default();
        queue.cursor.set_height(9);
        queue.set(100, 1);
        assert!(queue.filter("two").is_some());
        let row = |position| Row {
            position: Some(position),
            ..Row::default()
        };
        queue.told_sifted("late", vec![row(1)]);
        assert!(queue.sifted.is_none());
        queue.told_sifted("two", vec![row(7), row(42)]);
        assert_eq!(queue.cursor.count(), 2);
        queue.cursor.go_to(1);
        assert_eq!(queue.chosen(), [42]);
        // Another queue is sifted anew.
        assert!(matches!(queue.set(99, 2), Some(Ask::Sift(_))));
        queue.filter("");
        assert_eq!((queue.cursor.count(), queue.cursor.at()), (99, 42));
    }
}
