//! What is printed and how: tables for a terminal, lines for a pipe, JSON where asked for. It never makes up a value.

use crate::music::Printable;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a terminal that does not tell its width.
const USUAL_WIDTH: usize = 80;

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The answer goes to stdout; warnings and progress to stderr.
pub struct Out {
    stdout: BufWriter<Stdout>,
    /// Whether people read along.
    pub is_terminal: bool,
    /// Whether JSON was asked for.
    pub json: bool,
    /// Only errors.
    pub quiet: bool,
    /// More than usual.
    pub verbose: bool,
    color: bool,
}

impl Out {
    /// Looks at stdout once.
    pub fn new(json: bool, quiet: bool, verbose: bool, color: Color) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Auto => is_terminal && !no_color,
            Color::Always => true,
            Color::Never => false,
        };
        Self {
            stdout: BufWriter::new(io::stdout()),
            is_terminal,
            json,
            quiet,
            verbose,
            color,
        }
    }

    /// One line of the answer. What is foreign in it has passed through [`Printable`].
    pub fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.stdout, "{}", text.as_ref())
    }

    /// Raw bytes of the answer: a playlist file, paths for `-0`.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdout.write_all(bytes)
    }

    /// The answer as one JSON value; `"schema": 1` is added to an object.
    pub fn json(&mut self, mut value: serde_json::Value) -> io::Result<()> {
        if let Some(object) = value.as_object_mut() {
            object.insert("schema".into(), 1.into());
        }
        serde_json::to_writer(&mut self.stdout, &value)?;
        writeln!(self.stdout)
    }

    /// Says something beside the answer, on stderr; not with `--quiet`.
    pub fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            writeln!(io::stderr(), "{}", text.as_ref()).ok();
        }
    }

    /// Warns on stderr, also with `--quiet`.
    pub fn warn(&self, text: impl AsRef<str>) {
        writeln!(io::stderr(), "standin: {}", text.as_ref()).ok();
    }

    /// Sends what was printed on its way.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// Text to stand back from the rest.
    pub fn dim(&self, text: &str) -> String {
        if self.color {
            format!("\x1b[2m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Text to stand out from the rest.
    pub fn bold(&self, text: &str) -> String {
        if self.color {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Rows under each other on a terminal, one line with tabs per row in a pipe. Cells are made [`Printable`] here.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) -> io::Result<()> {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| Printable::new(cell).to_string())
                    .collect()
            })
            .collect();
        if !self.is_terminal {
            return rows.iter().try_for_each(|row| self.line(row.join("\t")));
        }
        let widths = fit(columns, &rows, terminal_width());
        let titles: Vec<String> = columns
            .iter()
            .map(|column| column.title.to_owned())
            .collect();
        let head = aligned(columns, &widths, &titles);
        self.line(self.dim(&head))?;
        rows.iter()
            .try_for_each(|row| self.line(aligned(columns, &widths, row)))
    }
}

/// Columns of the terminal.
pub fn terminal_width() -> usize {
    let columns = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    if columns == 0 {
        USUAL_WIDTH
    } else {
        columns.max(20)
    }
}

/// A column of a table.
pub struct Column {
    title: &'static str,
    right: bool,
    /// May be cut where the terminal is narrow.
    shrinks: bool,
}

impl Column {
    /// Text that may be cut.
    pub const fn text(title: &'static str) -> Self {
        Self {
            title,
            right: false,
            shrinks: true,
        }
    }

    /// A number, or something else that must stay whole, to the right.
    pub const fn number(title: &'static str) -> Self {
        Self {
            title,
            right: true,
            shrinks: false,
        }
    }

    /// A word that must stay whole.
    pub const fn word(title: &'static str) -> Self {
        Self {
            title,
            right: false,
            shrinks: false,
        }
    }
}

/// Width of each column, the widest that may shrink shrinking first until all fit.
fn fit(columns: &[Column], rows: &[Vec<String>], terminal: usize) -> Vec<usize> {
    let widest = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| widest(at).max(column.title.width()))
        .collect();
    let gaps = 2 * columns.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > terminal {
        let shrinkable = (0..columns.len()).filter(|at| columns[*at].shrinks && widths[*at] > 8);
        let Some(at) = shrinkable.max_by_key(|at| widths[*at]) else {
            break;
        };
        widths[at] -= 1;
    }
    widths
}

fn aligned(columns: &[Column], widths: &[usize], cells: &[String]) -> String {
    let mut line = String::new();
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
        if !line.is_empty() {
            line.push_str("  ");
        }
        let cell = cut(cell, *width);
        let padding = " ".repeat(width.saturating_sub(cell.width()));
        if column.right {
            line.push_str(&padding);
        }
        line.push_str(&cell);
        if !column.right {
            line.push_str(&padding);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text in at most so many columns; what is cut ends in `…`.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(c);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// `12 345`: a count as people read it.
pub fn count(number: impl TryInto<u64>) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let digits = number.to_string();
    let mut spaced = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push('\u{a0}');
        }
        spaced.push(digit);
    }
    spaced
}

/// `1 song`, `3 songs`.
pub fn counted(number: impl TryInto<u64>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let plural = match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    };
    format!(
        "{} {}",
        count(number),
        if number == 1 { one } else { &plural }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
    }

    #[test]
    fn columns_line_up_and_fit() {
        let columns = [Column::text("TITLE"), Column::number("TIME")];
        let rows = vec![
            vec!["日本".repeat(20), "3:07".into()],
            vec!["x".into(), "12:00".into()],
        ];
        let widths = fit(&columns, &rows, 30);
        for row in &rows {
            assert_eq!(aligned(&columns, &widths, row).width(), 30);
        }
    }

    #[test]
    fn counts() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(counted(1, "song"), "1 song");
        assert_eq!(counted(0, "entry"), "0 entries");
    }
}
