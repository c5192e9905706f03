//! The terminal while music plays: raw keys in, one line drawn over and over; and nothing else there while a screen stands on it. It
//! never decides what a key does to the music.

use super::out::Shown;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{Clear, ClearType, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};
use std::fs::File;
use std::io::{self, IsTerminal, Stdout, Write, stderr, stdout};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

/// A key that means something while music plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Space.
    Toggle,
    /// n.
    Next,
    /// p.
    Previous,
    /// Right: forward; left: back. In ms.
    SeekBy(i64),
    /// Up: louder; down: softer. In percent.
    VolumeBy(i8),
    /// s.
    Shuffle,
    /// r.
    Repeat,
    /// x: the music stops when this song ends.
    StopAfter,
    /// z: the sleep timer, in steps.
    Sleep,
    /// o: the next output.
    Output,
    /// i: what plays, and how far it is, is told; for who does not see the live line.
    Tell,
    /// q.
    Quit,
    /// Ctrl-C, which raw mode hands over as a key.
    Interrupt,
}

/// How long a key that is there may take to be read: of no time at all crossterm makes that there is none.
const AT_ONCE: Duration = Duration::from_millis(1);

/// What the keys do, for people who look.
pub const KEYS: &str = "space pause · n next · p previous · ← → seek · ↑ ↓ volume · s shuffle · r repeat · x stop after this · z sleep · o output · q quit";

/// The same for who listens to the screen: names of keys, and no signs.
pub const KEYS_ALOUD: &str = "space pauses, n next, p previous, right and left seek, up and down change the volume, s shuffles, r repeats, x stops after this song, z sleeps, o another output, i tells how far it is, q quits.";

const SEEK_MS: i64 = 5_000;
const VOLUME_PERCENT: i8 = 5;

/// Stderr turned away from the terminal while a screen stands there: a line of anybody's, a library in C among them, would break the
/// picture. As it was again when this is dropped.
pub struct Hushed {
    stderr: OwnedFd,
}

impl Hushed {
    /// `None`: stderr goes somewhere else, and goes on there.
    pub fn take() -> io::Result<Option<Self>> {
        if !stderr().is_terminal() {
            return Ok(None);
        }
        let before = stderr().as_fd().try_clone_to_owned()?;
        let nowhere = File::options().write(true).open("/dev/null")?;
        rustix::stdio::dup2_stderr(&nowhere)?;
        Ok(Some(Self { stderr: before }))
    }
}

impl Drop for Hushed {
    fn drop(&mut self) {
        rustix::stdio::dup2_stderr(&self.stderr).ok();
    }
}

/// The terminal in raw mode; as it was again when this is dropped.
pub struct Terminal {
    stdout: Stdout,
    /// Nothing is drawn, so nothing is drawn over.
    is_for_reader: bool,
}

impl Terminal {
    /// Takes the keys and hides the cursor. An error where there is no terminal to take.
    pub fn take() -> io::Result<Self> {
        enable_raw_mode()?;
        let mut terminal = Self {
            stdout: stdout(),
            is_for_reader: false,
        };
        execute!(terminal.stdout, Hide)?;
        Ok(terminal)
    }

    /// The same with the cursor left where it is seen: what reads a screen aloud follows it.
    pub fn take_for_reader() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self {
            stdout: stdout(),
            is_for_reader: true,
        })
    }

    /// Draws the live line over the last one.
    pub fn draw(&mut self, line: impl Into<Shown>) -> io::Result<()> {
        queue!(
            self.stdout,
            crossterm::style::Print("\r"),
            Clear(ClearType::UntilNewLine)
        )?;
        write!(self.stdout, "{}", line.into())?;
        self.stdout.flush()
    }

    /// Puts a line that stays above the live one.
    pub fn say(&mut self, line: impl Into<Shown>) -> io::Result<()> {
        if !self.is_for_reader {
            queue!(
                self.stdout,
                crossterm::style::Print("\r"),
                Clear(ClearType::UntilNewLine)
            )?;
        }
        write!(self.stdout, "{}\r\n", line.into())?;
        self.stdout.flush()
    }

    /// Waits for a key that types something, and gives it; U+0003 for Ctrl-C, and where the terminal has ended.
    pub fn wait_for_key(&mut self) -> io::Result<char> {
        loop {
            let Event::Key(key) = event::read()? else {
                continue;
            };
            if key.kind == KeyEventKind::Release {
                continue;
            }
            if meaning(key) == Some(Key::Interrupt) {
                return Ok('\u{3}');
            }
            if let KeyCode::Char(typed) = key.code {
                return Ok(typed);
            }
        }
    }

    /// The next letter that was typed, U+0003 for Ctrl-C; `None`: there is none. It hardly waits.
    pub fn typed(&mut self) -> io::Result<Option<char>> {
        while event::poll(AT_ONCE)? {
            let Event::Key(key) = event::read()? else {
                continue;
            };
            match key.code {
                _ if key.kind == KeyEventKind::Release => {}
                _ if meaning(key) == Some(Key::Interrupt) => return Ok(Some('\u{3}')),
                KeyCode::Char(typed) => return Ok(Some(typed)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The next key that was pressed; `None`: there is none. It hardly waits.
    pub fn key(&mut self) -> io::Result<Option<Key>> {
        while event::poll(AT_ONCE)? {
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && let Some(key) = meaning(key)
            {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The last live line goes, so that the prompt stands where it stood.
        if !self.is_for_reader {
            execute!(
                self.stdout,
                crossterm::style::Print("\r"),
                Clear(ClearType::UntilNewLine),
                Show
            )
            .ok();
        }
        disable_raw_mode().ok();
    }
}

fn meaning(key: KeyEvent) -> Option<Key> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return matches!(key.code, KeyCode::Char('c' | 'd')).then_some(Key::Interrupt);
    }
    Some(match key.code {
        KeyCode::Char(' ') => Key::Toggle,
        KeyCode::Char('n') => Key::Next,
        KeyCode::Char('p') => Key::Previous,
        KeyCode::Char('s') => Key::Shuffle,
        KeyCode::Char('r') => Key::Repeat,
        KeyCode::Char('x') => Key::StopAfter,
        KeyCode::Char('z') => Key::Sleep,
        KeyCode::Char('o') => Key::Output,
        KeyCode::Char('i') => Key::Tell,
        KeyCode::Char('q') => Key::Quit,
        KeyCode::Right => Key::SeekBy(SEEK_MS),
        KeyCode::Left => Key::SeekBy(-SEEK_MS),
        KeyCode::Up => Key::VolumeBy(VOLUME_PERCENT),
        KeyCode::Down => Key::VolumeBy(-VOLUME_PERCENT),
        _ => return None,
    })
}
