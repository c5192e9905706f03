//! A session that sounds: shown live on a terminal, with keys, and as a line a song elsewhere. It waits for what happens
//! and looks at nothing over and over.

use super::bell::Bell;
use super::door::Door;
use super::exit::{Exit, Outcome, Stop};
use super::live::{aloud, how_far, live_line, names};
use super::out::terminal_width;
use super::signals::Signals;
use super::terminal::{KEYS, KEYS_ALOUD, Key, Terminal};
use super::{Context, told};
use crate::daemon::{Desk, News, Snapshot};
use crate::engine::{self, Output, OutputInfo, Position};
use crate::music::clock;
use crate::player::{Event, Once, State, next_sleep_ms};
use crate::tui::terminal_is_gone;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The live line is drawn anew when a second is full, and this much later: by then the clock shows it.
const AFTER_THE_SECOND: Duration = Duration::from_millis(5);

const SECOND: Duration = Duration::from_secs(1);

/// The desk, what wakes us, and what became of it.
pub struct Listening<'a> {
    desk: Arc<Desk>,
    door: Option<Door>,
    bell: Bell,
    context: &'a mut Context,
    /// The worst of what was told.
    exit: Exit,
    /// The output that was asked for last, by its name.
    chosen: Option<String>,
}

impl<'a> Listening<'a> {
    pub fn new(desk: Arc<Desk>, door: Option<Door>, bell: Bell, context: &'a mut Context) -> Self {
        Self {
            desk,
            door,
            bell,
            context,
            exit: Exit::Done,
            chosen: None,
        }
    }

    /// Until the music ends, or a key or a signal ends it.
    pub fn listen(mut self, signals: &Signals) -> Outcome {
        let out = &self.context.out;
        let exit = if io::stdout().is_terminal() && !out.json {
            match out.plain {
                true => self.read_aloud(signals),
                false => self.live(signals),
            }
        } else {
            self.plain(signals)
        };
        if self.context.out.verbose {
            self.context.out.say(told::underruns(&self.desk));
        }
        self.end();
        exit
    }

    /// What the desk could not do when it ended is told too.
    fn end(&mut self) {
        // Clients first: nobody is told "OK" by a desk that has ended.
        self.door = None;
        self.desk.end();
        for news in self.desk.take_news() {
            let told = told::sentence(&news).into_iter();
            told.for_each(|told| self.context.out.warn(told));
        }
    }

    fn live(&mut self, signals: &Signals) -> Outcome {
        let mut terminal = Terminal::take().map_err(no_keys)?;
        self.bell.listen_to_keys().map_err(no_keys)?;
        if !self.context.out.quiet {
            terminal.say(self.context.out.dim(KEYS))?;
        }
        loop {
            for news in self.take_news() {
                if let Some(told) = told::sentence(&news) {
                    terminal.say(told)?;
                }
            }
            let snapshot = self.desk.snapshot();
            if let Some(exit) = self.ended(&snapshot, signals) {
                return Ok(exit);
            }
            let (position, now) = (self.desk.position(), Instant::now());
            let columns = terminal_width().saturating_sub(1);
            terminal.draw(live_line(&snapshot, position.as_ref(), now, columns))?;
            self.bell.wait(true, changes_in(&snapshot, position))?;
            if terminal_is_gone(Duration::ZERO) {
                return Ok(signals.asked().unwrap_or(self.exit));
            }
            while let Some(key) = terminal.key()? {
                match key {
                    Key::Quit => return Ok(self.exit),
                    Key::Interrupt => return Ok(Exit::Interrupted),
                    Key::Output => self.next_output(&mut terminal)?,
                    key => self.press(key),
                }
            }
        }
    }

    /// With keys, and nothing drawn: a line where something is otherwise than it was told last.
    fn read_aloud(&mut self, signals: &Signals) -> Outcome {
        let mut terminal = Terminal::take_for_reader().map_err(no_keys)?;
        self.bell.listen_to_keys().map_err(no_keys)?;
        if !self.context.out.quiet {
            terminal.say(KEYS_ALOUD)?;
        }
        let mut told_last = String::new();
        loop {
            for news in self.take_news() {
                if let Some(told) = told::sentence(&news) {
                    terminal.say(told)?;
                }
            }
            let snapshot = self.desk.snapshot();
            if let Some(exit) = self.ended(&snapshot, signals) {
                return Ok(exit);
            }
            let line = aloud(&snapshot, Instant::now());
            if line != told_last {
                terminal.say(&*line)?;
                told_last = line;
            }
            self.bell.wait(true, None)?;
            if terminal_is_gone(Duration::ZERO) {
                return Ok(signals.asked().unwrap_or(self.exit));
            }
            while let Some(key) = terminal.key()? {
                match key {
                    Key::Quit => return Ok(self.exit),
                    Key::Interrupt => return Ok(Exit::Interrupted),
                    Key::Output => self.next_output(&mut terminal)?,
                    Key::Tell => {
                        let position = self.desk.position();
                        terminal.say(how_far(&self.desk.snapshot(), position.as_ref()))?;
                    }
                    key => self.press(key),
                }
            }
        }
    }

    fn plain(&mut self, signals: &Signals) -> Outcome {
        loop {
            let snapshot = self.desk.snapshot();
            self.tell_plainly()?;
            if let Some(exit) = self.ended(&snapshot, signals) {
                return Ok(exit);
            }
            self.bell.wait(false, None)?;
        }
    }

    /// A line for each song that is heard, on stdout; what is wrong on stderr.
    fn tell_plainly(&mut self) -> Result<(), Stop> {
        let all_news = self.take_news();
        let out = &mut self.context.out;
        for news in all_news {
            match news {
                News::Began { song } if out.json => out.json(super::songs::json(&song))?,
                News::Began { .. } if out.quiet => {}
                News::Began { song } => {
                    let length = song
                        .length_ms
                        .map_or(String::new(), |length| format!(" ({})", clock(length)));
                    out.line(format!("{}{length}", names(&song)))?;
                }
                news => told::sentence(&news)
                    .into_iter()
                    .for_each(|told| out.warn(told)),
            }
        }
        Ok(out.flush()?)
    }

    fn press(&self, key: Key) {
        let elapsed_ms = || self.desk.position().map_or(0, |heard| heard.elapsed_ms);
        let snapshot = self.desk.snapshot();
        self.desk.ask(match key {
            Key::Toggle => Event::Toggle,
            Key::Next => Event::Next,
            Key::Previous => Event::Previous {
                elapsed_ms: elapsed_ms(),
            },
            Key::SeekBy(ms) => Event::Seek(elapsed_ms().saturating_add_signed(ms)),
            Key::VolumeBy(percent) => {
                Event::Volume(snapshot.volume_percent.saturating_add_signed(percent))
            }
            Key::Shuffle => Event::Random(!snapshot.random),
            Key::Repeat => Event::Repeat(!snapshot.repeat),
            Key::StopAfter => Event::Single(match snapshot.single {
                Once::Off => Once::Oneshot,
                Once::On | Once::Oneshot => Once::Off,
            }),
            Key::Sleep => Event::Sleep(next_sleep_ms(sleep_left_ms(&snapshot))),
            Key::Output | Key::Tell | Key::Quit | Key::Interrupt => return,
        });
    }

    /// The sound goes on at the output after the one that it goes to.
    fn next_output(&mut self, terminal: &mut Terminal) -> Result<(), Stop> {
        let outputs = engine::outputs();
        let shown = self.desk.snapshot().outside.output;
        match output_after(&outputs, self.chosen.as_deref().or(shown.as_deref())) {
            Some(next) => {
                self.chosen = Some(next.name.clone());
                let device = Some(next.name.clone()).filter(|_| !next.is_default);
                self.desk.send_sound_to(Output::Device(device));
            }
            None => terminal.say("There is no other output.")?,
        }
        Ok(())
    }

    fn take_news(&mut self) -> Vec<News> {
        let news = self.desk.take_news();
        for news in &news {
            self.exit = match news {
                News::Failed { .. } => self.exit.or_worse(Exit::Partial),
                News::FolderAway { .. } => self.exit.or_worse(Exit::RootAway),
                _ => self.exit,
            };
        }
        news
    }

    fn ended(&mut self, snapshot: &Snapshot, signals: &Signals) -> Option<Exit> {
        if let Some(exit) = signals.asked() {
            return Some(exit);
        }
        if !self.desk.is_running() {
            return Some(Exit::Failed);
        }
        // A queue is filled and begun in one step: one that is there and stopped has ended.
        let is_over = snapshot.queue_len > 0 && snapshot.state == State::Stopped;
        if !is_over && !snapshot.asleep {
            return None;
        }
        // Told between the last look and now.
        self.tell_plainly().ok();
        Some(self.exit)
    }
}

fn no_keys(error: io::Error) -> Stop {
    Stop::failed(format!("cannot take the terminal's keys: {error}"))
}

/// The output after this one, by its name or as people know it; `None`: there is no other.
fn output_after<'a>(outputs: &'a [OutputInfo], now: Option<&str>) -> Option<&'a OutputInfo> {
    let is_now = |output: &OutputInfo| match now {
        Some(now) => output.name == now || output.description == now,
        None => output.is_default,
    };
    let at = outputs.iter().position(is_now);
    let next = at.map_or(0, |at| (at + 1) % outputs.len());
    outputs.get(next).filter(|_| at != Some(next))
}

fn sleep_left_ms(snapshot: &Snapshot) -> Option<u64> {
    let left = snapshot
        .outside
        .sleeps_at?
        .saturating_duration_since(Instant::now());
    Some(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
}

/// When the live line shows something else though nothing happens; `None`: never.
fn changes_in(snapshot: &Snapshot, position: Option<Position>) -> Option<Duration> {
    let is_heard = snapshot.state == State::Playing && snapshot.outside.output_lost.is_none();
    match position.filter(|_| is_heard) {
        Some(heard) => {
            let past = Duration::from_millis(heard.elapsed_ms % 1_000);
            Some(SECOND - past + AFTER_THE_SECOND)
        }
        // The time that is left until sleep.
        None => snapshot.outside.sleeps_at.map(|_| SECOND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::EntryId;

    #[test]
    fn outputs_come_in_a_circle() {
        let outputs = ["a", "b", "c"].map(|name| OutputInfo {
            name: name.into(),
            description: name.to_uppercase(),
            is_default: name == "b",
        });
        let after = |now| output_after(&outputs, now).map(|output| &*output.name);
        assert_eq!(after(None), Some("c"), "from the default");
        assert_eq!(after(Some("c")), Some("a"));
        assert_eq!(after(Some("A")), Some("b"));
        assert_eq!(after(Some("gone")), Some("a"));
        assert_eq!(output_after(&outputs[1..2], None), None);
        assert_eq!(output_after(&[], None), None);
    }

    #[test]
    fn a_line_that_shows_nothing_that_moves_is_not_drawn_again() {
        let heard = Position {
            entry: EntryId(1),
            elapsed_ms: 61_250,
            length_ms: None,
        };
        let mut snapshot = Snapshot {
            state: State::Playing,
            ..Snapshot::default()
        };
        let next = changes_in(&snapshot, Some(heard)).unwrap();
        assert_eq!(next, Duration::from_millis(755));
        snapshot.state = State::Paused;
        assert_eq!(changes_in(&snapshot, Some(heard)), None);
        snapshot.outside.sleeps_at = Some(Instant::now());
        assert_eq!(changes_in(&snapshot, Some(heard)), Some(SECOND));
    }
}
