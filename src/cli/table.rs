//! Rows under each other, in the columns that a terminal has. Pure: it makes lines, and writes none.
//!
//! A column is as wide as terminals draw it, one character after the other (the model of `wcwidth`). Where terminals
//! disagree on a sequence, a cell has what they all draw alike: emoji joined by U+200D stand side by side, and the
//! selectors and skin tones of emoji are left out ([`even`]). Hebrew and Arabic keep their letters' order in the
//! line; a terminal that reorders lines by itself (few do) may swap neighbouring cells, and no way to prevent that
//! is known which puts no control character into the line.

use crate::music::Printable;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Characters of a cell, also in a pipe. A path has at most 4,096 bytes and stays whole; a tag may have any length.
pub const MAX_CELL: usize = 4_096;

/// Columns that a cell which may be cut keeps, as long as there are columns to leave out instead.
const LEAST: usize = 8;

/// Columns between two cells.
const GAP: usize = 2;

/// A column of a table.
#[derive(Clone, Copy)]
pub struct Column {
    title: &'static str,
    right: bool,
    /// May be cut where the terminal is narrow.
    shrinks: bool,
    /// Stays where the terminal is too narrow for all.
    stays: bool,
}

impl Column {
    /// Text that may be cut.
    pub const fn text(title: &'static str) -> Self {
        Self {
            title,
            right: false,
            shrinks: true,
            stays: false,
        }
    }

    /// A number, or something else that must stay whole, to the right.
    pub const fn number(title: &'static str) -> Self {
        Self {
            right: true,
            ..Self::word(title)
        }
    }

    /// A word that must stay whole.
    pub const fn word(title: &'static str) -> Self {
        Self {
            shrinks: false,
            ..Self::text(title)
        }
    }

    /// The same column, there on the narrowest terminal too: of the others, the last goes first.
    pub const fn stays(self) -> Self {
        Self {
            stays: true,
            ..self
        }
    }
}

/// A cell: printable, at most [`MAX_CELL`] characters.
pub fn cell(text: &str) -> String {
    let shown = Printable::new(text).to_string();
    match shown.char_indices().nth(MAX_CELL) {
        None => shown,
        Some((end, _)) => format!("{}…", &shown[..end]),
    }
}

/// A row as it is read aloud: what is there, each with the name of its column.
pub fn told(columns: &[Column], row: &[String]) -> String {
    let titles = columns
        .iter()
        .map(|column| column.title)
        .chain(std::iter::repeat(""));
    let cells = titles.zip(row).filter(|(_, cell)| !cell.trim().is_empty());
    let told: Vec<String> = cells
        .map(|(title, cell)| match title {
            "" => cell.clone(),
            title => format!("{title}: {cell}"),
        })
        .collect();
    told.join("; ")
}

/// The lines of a table, its titles first. Cells have passed through [`cell`].
pub fn lines(columns: &[Column], rows: &[Vec<String>], terminal: usize) -> (String, Vec<String>) {
    let rows: Vec<Vec<Cow<str>>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| even(cell)).collect())
        .collect();
    let widths = fit(columns, &rows, terminal);
    let titles: Vec<Cow<str>> = columns.iter().map(|column| column.title.into()).collect();
    let body = rows.iter().map(|row| aligned(columns, &widths, row));
    (aligned(columns, &widths, &titles), body.collect())
}

/// Width of each column; `None` for those that are left out. The widest that may shrink shrink first.
fn fit(columns: &[Column], rows: &[Vec<Cow<str>>], terminal: usize) -> Vec<Option<usize>> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| width(cell)).max().unwrap_or(0)
    };
    let mut widths: Vec<Option<usize>> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| Some(widest(at).max(width(column.title))))
        .collect();
    let least = |widths: &[Option<usize>]| {
        let shrunk = widths
            .iter()
            .zip(columns)
            .map(|(width, column)| match width {
                Some(width) if column.shrinks => Some((*width).min(LEAST)),
                width => *width,
            });
        total(&shrunk.collect::<Vec<_>>())
    };
    while least(&widths) > terminal {
        let spare = |at: &usize| widths[*at].is_some() && !columns[*at].stays;
        match (0..columns.len()).rev().find(spare) {
            Some(at) => widths[at] = None,
            None => break,
        }
    }
    for floor in [LEAST, 1] {
        while total(&widths) > terminal {
            let wide = |at: &usize| columns[*at].shrinks && widths[*at] > Some(floor);
            match (0..columns.len()).filter(wide).max_by_key(|at| widths[*at]) {
                Some(at) => widths[at] = widths[at].map(|width| width - 1),
                None => break,
            }
        }
    }
    widths
}

fn total(widths: &[Option<usize>]) -> usize {
    let there = widths.iter().flatten();
    let gaps = GAP * there.clone().count().saturating_sub(1);
    there.sum::<usize>() + gaps
}

fn aligned(columns: &[Column], widths: &[Option<usize>], cells: &[Cow<str>]) -> String {
    let mut line = String::new();
    for ((column, columns_of), cell) in columns.iter().zip(widths).zip(cells) {
        let Some(columns_of) = *columns_of else {
            continue;
        };
        if !line.is_empty() {
            line.push_str(&" ".repeat(GAP));
        }
        let cell = cut(cell, columns_of);
        let padding = " ".repeat(columns_of.saturating_sub(width(&cell)));
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

/// Columns that a terminal takes for a printable text.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match c {
        // Marks of half-width kana: terminals give them a column, though they extend a grapheme.
        '\u{ff9e}' | '\u{ff9f}' => 1,
        c => c.width().unwrap_or(0),
    }
}

/// The text without what makes terminals disagree on its width.
pub fn even(text: &str) -> Cow<'_, str> {
    const JOINER: char = '\u{200d}';
    let is_uneven = |c: char| {
        matches!(
            c,
            JOINER | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'
        )
    };
    if !text.contains(is_uneven) {
        return text.into();
    }
    let mut even = String::with_capacity(text.len());
    for c in text.chars() {
        // Between the letters of a script a joiner takes no column anywhere, and matters.
        let joins_emoji = c == JOINER && even.chars().next_back().is_some_and(is_pictograph);
        if !joins_emoji && (c == JOINER || !is_uneven(c)) {
            even.push(c);
        }
    }
    even.into()
}

/// Whether emoji sequences may be built on this character: symbols and pictographs, by their blocks.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The text in at most so many columns, cut between graphemes; what is cut ends in `…`.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > columns {
            break;
        }
        kept.push_str(grapheme);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, and the columns that tmux 3.3a gives to it in a UTF-8 locale (its cursor, asked after printing it).
    /// Where it is not the width of what [`even`] makes of it, the text is one that terminals disagree on.
    const MEASURED: &[(&str, usize)] = &[
        ("日本", 4),
        ("\u{1112}\u{1161}\u{11ab}", 2),
        ("لا", 2),
        ("می\u{200c}خواهم", 7),
        ("e\u{301}", 1),
        ("🇨🇿", 2),
        ("❤", 1),
        ("❤\u{fe0f}", 1),
        ("1\u{fe0f}\u{20e3}", 1),
        ("กำ", 2),
        ("שָׁלוֹם", 4),
        ("ཧྐྵྨ", 1),
        ("\u{e000}", 1),
        ("±…–“", 4),
        ("ＡＢ", 4),
        ("ｶﾞ", 2),
        ("🎵", 2),
        ("葛\u{e0100}", 2),
        ("ꓹꓺ", 2),
        ("क्षि", 3),
    ];

    #[test]
    fn widths_are_those_of_a_terminal() {
        for (text, columns) in MEASURED {
            assert_eq!(width(&even(text)), *columns, "{text}");
        }
    }

    #[test]
    fn what_terminals_disagree_on_is_left_out() {
        assert_eq!(
            even("👨\u{200d}👩\u{200d}👧 👍🏽 ❤\u{fe0f}\u{200d}🔥"),
            "👨👩👧 👍 ❤🔥"
        );
        assert_eq!(even("क्\u{200d}ष می\u{200c}خ"), "क्\u{200d}ष می\u{200c}خ");
    }

    #[test]
    fn text_is_cut_between_graphemes() {
        for (text, columns, kept) in [
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("abcd", 0, ""),
            ("ae\u{301}x\u{301}z", 3, "ae\u{301}…"),
            ("🇨🇿🇯🇵🇰🇷", 4, "🇨🇿…"),
            (
                "\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}",
                3,
                "\u{1112}\u{1161}\u{11ab}…",
            ),
        ] {
            assert_eq!(cut(text, columns), kept);
        }
    }

    #[test]
    fn columns_line_up_and_fit() {
        let columns = [Column::text("TITLE"), Column::number("TIME")];
        let rows = [
            vec!["日本".repeat(20), "3:07".into()],
            vec!["x".into(), "12:00".into()],
            vec!["👨\u{200d}👩\u{200d}👧 שלום".into(), "1:00".into()],
        ];
        let (_, body) = lines(&columns, &rows, 30);
        for line in &body {
            assert_eq!(width(line), 30, "{line}");
        }
        let (_, body) = lines(&columns, &rows, 300);
        assert_eq!(body[1], format!("x{}12:00", " ".repeat(81)));
    }

    #[test]
    fn a_narrow_terminal_has_fewer_columns() {
        let columns = [
            Column::number("ROW"),
            Column::text("ARTIST"),
            Column::text("TITLE").stays(),
            Column::word("FORMAT"),
        ];
        let rows = [["1", "Nina Simone", "Feeling Good Again", "flac"]
            .map(String::from)
            .to_vec()];
        for (terminal, head) in [
            (300, "ROW  ARTIST       TITLE               FORMAT"),
            (40, "ROW  ARTIST       TITLE           FORMAT"),
            (30, "ROW  ARTIST       TITLE"),
            (20, "ROW  TITLE"),
            (5, "TITLE"),
            (3, "TI…"),
        ] {
            assert_eq!(lines(&columns, &rows, terminal).0, head, "{terminal}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(terminal in 10usize..320, rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,40}|[\\x00-\\u{2fff}]{0,40}", 3), 0..5)) {
            let columns = [Column::text("A"), Column::text("B").stays(), Column::text("C")];
            let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect();
            let (head, body) = lines(&columns, &rows, terminal);
            for line in body.iter().chain([&head]) {
                proptest::prop_assert!(width(line) <= terminal, "{line:?}");
                proptest::prop_assert!(line.chars().all(Printable::passes));
            }
        }

        #[test]
        fn what_is_cut_is_a_beginning(text in "\\PC*", columns in 0usize..100) {
            let kept = cut(&text, columns);
            proptest::prop_assert!(width(&kept) <= columns);
            proptest::prop_assert!(text.starts_with(kept.strip_suffix('…').unwrap_or(&kept)));
        }
    }
}
