//! Texts cut to a number of columns, wide letters and marks counted as terminals count them. It makes nothing printable: rows are.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text in exactly so many columns: cut with `…`, or filled up.
pub fn fit(text: &str, columns: usize) -> String {
    let mut fitted = cut(text, columns);
    let rest = columns - width(&fitted);
    fitted.extend(std::iter::repeat_n(' ', rest));
    fitted
}

/// The same, at the right side of its columns.
pub fn fit_right(text: &str, columns: usize) -> String {
    let fitted = cut(text, columns);
    format!("{}{fitted}", " ".repeat(columns - width(&fitted)))
}

/// A text in so many columns at most.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut taken = 1;
    for letter in text.graphemes(true) {
        taken += width(letter);
        if taken > columns {
            break;
        }
        cut.push_str(letter);
    }
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// A text in as many lines as it takes, of so many columns each: broken between words, or within one that is too long.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for word in text.split_word_bounds() {
        let is_new = taken > 0 && taken + width(word) > columns;
        if is_new {
            lines.push(String::new());
            taken = 0;
        }
        if is_new && word.trim().is_empty() {
            continue;
        }
        for letter in word.graphemes(true) {
            if taken > 0 && taken + width(letter) > columns {
                lines.push(String::new());
                taken = 0;
            }
            taken += width(letter);
            lines
                .last_mut()
                .into_iter()
                .for_each(|line| line.push_str(letter));
        }
    }
    lines
}

/// A column of a row.
pub struct Cell<'a> {
    pub text: &'a str,
    pub columns: usize,
    pub is_right: bool,
    pub style: Style,
}

impl<'a> Cell<'a> {
    pub fn left(text: &'a str, columns: usize) -> Self {
        Self {
            text,
            columns,
            is_right: false,
            style: Style::new(),
        }
    }

    pub fn right(text: &'a str, columns: usize) -> Self {
        Self {
            is_right: true,
            ..Self::left(text, columns)
        }
    }

    pub fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// Cells side by side, with a space between them; those of no width are left out.
pub fn cells(cells: &[Cell]) -> Vec<Span<'static>> {
    let cells = cells.iter().filter(|cell| cell.columns > 0);
    let mut spans = Vec::new();
    for cell in cells {
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        let text = match cell.is_right {
            true => fit_right(cell.text, cell.columns),
            false => fit(cell.text, cell.columns),
        };
        spans.push(Span::styled(text, cell.style));
    }
    spans
}

/// A number as people read it.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A text without a style of its own.
pub fn raw(text: impl Into<String>) -> Span<'static> {
    Span::raw(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_goes_on_in_the_next_line() {
        assert_eq!(wrap("one two  three", 8), ["one two", "three"]);
        assert_eq!(wrap("日本語の歌", 4), ["日本", "語の", "歌"]);
        assert_eq!(wrap("", 5), [""]);
        for columns in 2..20 {
            let lines = wrap(
                "no folder /a/very/long/path/indeed is there, e\u{301}",
                columns,
            );
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
            assert!(
                lines
                    .concat()
                    .replace(' ', "")
                    .ends_with("isthere,e\u{301}")
            );
        }
    }

    #[test]
    fn every_text_takes_its_columns() {
        for text in [
            "",
            "plain",
            "日本語の歌",
            "e\u{301}e\u{301}",
            "שלום",
            "🎵🎵🎵",
            "👨‍👩‍👧 x",
        ] {
            for columns in 0..12 {
                assert_eq!(width(&fit(text, columns)), columns, "{text} in {columns}");
                assert_eq!(width(&fit_right(text, columns)), columns, "{text}");
                assert!(width(&cut(text, columns)) <= columns);
            }
        }
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日… ");
    }
}
