//! What is printed and how: tables for a terminal, lines for a pipe, JSON where asked for. It never makes up a value.
//!
//! **One gate.** Text reaches stdout and stderr as [`Shown`] and as nothing else, and every way to make one leads
//! through [`Printable`]: one line, in which nothing steers a terminal. So a tag, a file's name, an argument, or an
//! error of a library that quotes them may stand in any text that is given to [`Out`], raw; whoever has several lines
//! to say gives them one by one. Our own colours are put around a line after the gate, and only here. Nobody else
//! writes to stdout or stderr (a test reads the code for that), but for the progress bar, whose texts are ours, and
//! `terminal`, which takes `Shown` too.
//!
//! What is not text: JSON ([`Out::json`]) spells out in `\u` what the gate would change, so its values stay exact;
//! and bytes for another program ([`Out::record`], [`Out::document`]: paths, playlists) are raw in a pipe, where a
//! real name is needed, and pass the gate on a terminal.

use super::harmless;
use super::table::{self, Column};
use crate::music::Printable;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

/// Columns of a terminal that does not tell its width.
const USUAL_WIDTH: usize = 80;

/// Columns that every terminal is taken to have.
const LEAST_WIDTH: usize = 20;

/// Characters of a line of text; of a longer one the beginning is shown.
const MAX_LINE: usize = 65_536;

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

/// How something is, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A green tick.
    Well,
    /// A blue dot.
    Advice,
    /// A yellow exclamation mark.
    Attention,
    /// A red cross.
    Wrong,
}

impl Mark {
    /// As it is read aloud.
    fn word(self) -> &'static str {
        match self {
            Self::Well => "Well",
            Self::Advice => "Advice",
            Self::Attention => "Attention",
            Self::Wrong => "Wrong",
        }
    }
}

/// One line that has passed the gate, without its end.
pub struct Shown(String);

impl Shown {
    /// The gate itself: whatever the text, it becomes one harmless line.
    fn new(text: &str) -> Self {
        let end = text.char_indices().nth(MAX_LINE);
        let text = end.map_or(text, |(end, _)| &text[..end]);
        Self(Printable::new(text).to_string())
    }

    /// Pieces with tabs between them.
    fn tabbed<'a>(pieces: impl Iterator<Item = &'a str>) -> Self {
        let pieces: Vec<String> = pieces.map(|piece| Self::new(piece).0).collect();
        Self(pieces.join("\t"))
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The answer goes to stdout; warnings and progress to stderr.
pub struct Out {
    stdout: BufWriter<Stdout>,
    /// Whether people read along.
    pub is_terminal: bool,
    /// Whether JSON was asked for.
    pub json: bool,
    /// Only the answer and errors.
    pub quiet: bool,
    /// More than usual.
    pub verbose: bool,
    /// For a voice: nothing is drawn, columns have their names, and no sign stands alone.
    pub plain: bool,
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
            plain: false,
            color,
        }
    }

    /// The same for somebody who listens to the screen.
    pub fn read_aloud(mut self) -> Self {
        self.plain = true;
        self.color = false;
        self
    }

    /// Whether long work shows how far it is.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && !self.json && !self.plain && io::stderr().is_terminal()
    }

    /// One line of the answer.
    pub fn line(&mut self, text: impl Into<Shown>) -> io::Result<()> {
        writeln!(self.stdout, "{}", text.into())
    }

    /// Bytes for another program that end in this byte. On a terminal: a line.
    pub fn record(&mut self, bytes: &[u8], end: u8) -> io::Result<()> {
        if self.is_terminal {
            return self.line(&*String::from_utf8_lossy(bytes));
        }
        self.stdout.write_all(bytes)?;
        self.stdout.write_all(&[end])
    }

    /// Bytes for another program that hold their own lines and tabs: a playlist, a script. On a terminal: as lines.
    pub fn document(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.is_terminal {
            return self.stdout.write_all(bytes);
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        text.split('\n')
            .try_for_each(|line| self.line(Shown::tabbed(line.split('\t'))))
    }

    /// The answer as one JSON value; `"schema": 1` is added to an object.
    pub fn json(&mut self, mut value: serde_json::Value) -> io::Result<()> {
        if let Some(object) = value.as_object_mut() {
            object.insert("schema".into(), 1.into());
        }
        harmless::write(&mut self.stdout, &value)?;
        writeln!(self.stdout)
    }

    /// Says a sentence beside the answer, on stderr; not with `--quiet`.
    pub fn say(&self, text: impl Into<Shown>) {
        if !self.quiet {
            complain(text);
        }
    }

    /// Says a sentence with the program's name before it: one that begins with a name. Not with `--quiet`.
    pub fn note(&self, text: impl Into<String>) {
        self.say(format!("standin: {}", text.into()));
    }

    /// Says what is wrong, on stderr, also with `--quiet`.
    pub fn warn(&self, text: impl Into<String>) {
        complain(format!("standin: {}", text.into()));
    }

    /// Sends what was printed on its way.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// A line to stand back from the rest.
    pub fn dim(&self, text: &str) -> Shown {
        self.colored("2", text)
    }

    /// A line to stand out from the rest.
    pub fn bold(&self, text: &str) -> Shown {
        self.colored("1", text)
    }

    fn colored(&self, sgr: &str, text: &str) -> Shown {
        let Shown(text) = Shown::new(text);
        Shown(if self.color {
            format!("\x1b[{sgr}m{text}\x1b[0m")
        } else {
            text
        })
    }

    /// A mark in a colour, and the line that it is about.
    pub fn marked(&self, mark: Mark, text: &str) -> Shown {
        if self.plain {
            return Shown::new(&format!("{}: {text}", mark.word()));
        }
        let (sgr, sign) = match mark {
            Mark::Well => ("32", "✓"),
            Mark::Advice => ("34", "•"),
            Mark::Attention => ("33", "!"),
            Mark::Wrong => ("31", "✗"),
        };
        let (sign, text) = (self.colored(sgr, sign), Shown::new(text));
        Shown(format!("{sign} {text}"))
    }

    /// Rows under each other on a terminal, one line with tabs per row in a pipe.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) -> io::Result<()> {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| table::cell(cell)).collect())
            .collect();
        if !self.is_terminal {
            let row = |row: &Vec<String>| Shown::tabbed(row.iter().map(String::as_str));
            return rows.iter().try_for_each(|cells| self.line(row(cells)));
        }
        if self.plain {
            let told = rows.iter().map(|row| table::told(columns, row));
            return told.into_iter().try_for_each(|line| self.line(line));
        }
        let (head, body) = table::lines(columns, &rows, terminal_width());
        self.line(self.dim(&head))?;
        body.into_iter().try_for_each(|line| self.line(line))
    }
}

/// One line on stderr, whatever was asked for.
pub fn complain(text: impl Into<Shown>) {
    writeln!(io::stderr(), "{}", text.into()).ok();
}

/// One JSON value on stdout at once, from whichever thread; who reads it may be gone.
pub fn tell_json(value: &serde_json::Value) {
    let mut out = io::stdout().lock();
    let written = harmless::write(&mut out, value).and_then(|()| writeln!(out));
    written.and_then(|()| out.flush()).ok();
}

/// Columns of the terminal.
pub fn terminal_width() -> usize {
    match crossterm::terminal::size() {
        Ok((columns, _)) if columns > 0 => usize::from(columns).max(LEAST_WIDTH),
        _ => USUAL_WIDTH,
    }
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

/// `12 min`, `3 h 12 min`, of ms.
pub fn hours(ms: u64) -> String {
    match ms / 60_000 {
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
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
    fn colours_stand_around_what_passed_the_gate() {
        let out = Out::new(false, false, false, Color::Always);
        assert_eq!(out.bold("a\x1b[31m\nb").0, "\x1b[1ma�[31m�b\x1b[0m");
        let out = Out::new(false, false, false, Color::Never);
        assert_eq!(out.dim("a\x1b[31mb").0, "a�[31mb");
    }

    #[test]
    fn a_line_is_one_line_and_has_an_end() {
        assert_eq!(Shown::new(&"x".repeat(MAX_LINE + 1)).0.len(), MAX_LINE);
        assert_eq!(Shown::tabbed(["a\tb", "c\n"].into_iter()).0, "a�b\tc�");
    }

    #[test]
    fn counts() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(counted(1, "song"), "1 song");
        assert_eq!(counted(0, "entry"), "0 entries");
    }

    proptest::proptest! {
        #[test]
        fn every_text_becomes_one_harmless_line(text in "\\PC*|[\\x00-\\u{2fff}\\u{e0000}-\\u{10ffff}]*") {
            proptest::prop_assert!(Shown::new(&text).0.chars().all(Printable::passes));
        }
    }
}
