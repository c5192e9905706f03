//! Search as you type: words, or a filter of MPD's in parentheses. It holds what was found last and asks for what is typed now.

use super::cursor::Cursor;
use super::prompt::Prompt;
use crate::tui::ask::Ask;
use crate::tui::row::Row;

/// The view.
#[derive(Debug, Default)]
pub struct Search {
    pub prompt: Prompt,
    /// Whether keys go into the line.
    pub types: bool,
    pub rows: Vec<Row>,
    pub cursor: Cursor,
    /// What the rows were found by.
    pub found_by: String,
}

impl Search {
    /// What the line asks for now.
    pub fn typed(&mut self) -> Option<Ask> {
        let text = self.prompt.text().trim().to_owned();
        if text.is_empty() {
            self.put(text, Vec::new());
            return None;
        }
        (text != self.found_by).then_some(Ask::Search(text))
    }

    /// What was found by a text: nothing where another one stands there by now.
    pub fn told(&mut self, text: String, rows: Vec<Row>) {
        if text == self.prompt.text().trim() {
            self.put(text, rows);
        }
    }

    fn put(&mut self, text: String, rows: Vec<Row>) {
        self.cursor.begin(rows.len());
        (self.found_by, self.rows) = (text, rows);
    }

    /// The songs that an order is about.
    pub fn chosen(&self) -> Vec<Row> {
        let chosen = self.cursor.chosen();
        let rows = chosen.iter().filter_map(|at| self.rows.get(*at));
        rows.cloned().collect()
    }
}
