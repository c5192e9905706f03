//! A desk in the foreground: opens the output, plays until the queue ends, and shows it, live on a terminal and a line
//! a song elsewhere. What keys and news mean for the music is the desk's to say.

use super::exit::{Exit, Outcome, Stop};
use super::live::{live_line, names};
use super::out::terminal_width;
use super::signals::Signals;
use super::terminal::{KEYS, Key, Terminal};
use super::{Context, live};
use crate::daemon::{Desk, Leveller, News, Saved, SavedError, Snapshot};
use crate::engine::{Engine, EngineError, OnLoss, Options, Output};
use crate::music::{Levelling, Song, clock};
use crate::player::{Event, Player, State};
use crossbeam_channel::{Receiver, bounded};
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

/// The live line is drawn this often: seconds and the bar move, keys are answered at once all the same.
const REDRAW_EVERY: Duration = Duration::from_millis(200);

/// Notices of the engine that may wait for the desk; the engine never has more under way.
const MAX_NOTICES: usize = 256;

/// What to play and how.
pub struct Session {
    /// What is queued.
    pub songs: Vec<Arc<Song>>,
    /// Position that plays first.
    pub start: usize,
    /// Where in it, in ms.
    pub at_ms: u64,
    /// Shuffled rounds.
    pub random: bool,
    /// Begins again at its end.
    pub repeat: bool,
    /// Loudness in percent.
    pub volume_percent: u8,
    /// How songs are levelled.
    pub levelling: Levelling,
    /// The first of these that opens.
    pub outputs: Vec<Output>,
}

impl Session {
    /// These songs from the first on, at full volume, to this output.
    pub fn new(songs: Vec<Arc<Song>>, outputs: Vec<Output>) -> Self {
        Self {
            songs,
            start: 0,
            at_ms: 0,
            random: false,
            repeat: false,
            volume_percent: 100,
            levelling: Levelling::default(),
            outputs,
        }
    }

    /// Plays to the end, or until a key or a signal ends it.
    pub fn play(self, context: &mut Context) -> Outcome {
        let signals = Signals::catch()
            .map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
        let (engine, notices) = open_first(&self.outputs, self.volume_percent, context)?;
        let saved = lock_saved(context);
        let player = Player::new(seed(), self.volume_percent);
        let mut measured = context.library().measured_lookup();
        let leveller = Leveller::new(self.levelling, Box::new(move |key| measured.of(key)));
        let desk = Desk::start(player, engine, notices, saved, leveller)
            .map_err(|error| Stop::failed(format!("cannot start a thread: {error}")))?;
        let Self {
            songs,
            start,
            at_ms,
            random,
            repeat,
            ..
        } = self;
        // The songs first: an empty queue must not be saved over the last one.
        desk.ask(Event::Replace {
            songs,
            start,
            at_ms,
            paused: false,
        });
        desk.ask(Event::Repeat(repeat));
        desk.ask(Event::Random(random));
        let mut listening = Listening {
            desk,
            context,
            failed: 0,
        };
        if std::io::stdout().is_terminal() && !listening.context.out.json {
            listening.live(&signals)
        } else {
            listening.plain(&signals)
        }
    }
}

/// Opens the first output that can be opened; says why it is not the first one named.
fn open_first(
    outputs: &[Output],
    volume_percent: u8,
    context: &Context,
) -> Result<(Engine, Receiver<crate::engine::Notice>), Stop> {
    let mut reason = None;
    for output in outputs {
        let (notices, noticed) = bounded(MAX_NOTICES);
        match Engine::start(
            Options {
                output: output.clone(),
                volume_percent,
                bit_perfect: false,
                on_loss: OnLoss::default(),
            },
            notices,
        ) {
            Ok(engine) => {
                if let Some(reason) = reason {
                    let reason = error_text(&reason);
                    let reason = reason.trim_end_matches('.');
                    context.out.warn(format!(
                        "{reason}; playing to {} instead.",
                        engine.output_name()
                    ));
                }
                return Ok((engine, noticed));
            }
            Err(error) => reason = Some(error),
        }
    }
    Err(reason.map_or(Stop::new(Exit::Usage, "no output is named"), refused))
}

/// The error with what the system said of it.
fn error_text(error: &EngineError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn refused(error: EngineError) -> Stop {
    let message = error_text(&error);
    match error {
        EngineError::NoDevice { .. } => Stop::new(Exit::NoDevice, message)
            .hint("`--output null` plays without sound, `--output wav:FILE` into a file"),
        EngineError::NoSuchDevice { .. } => {
            Stop::new(Exit::NoDevice, message).hint("`standin outputs` lists what there is")
        }
        _ => Stop::failed(message),
    }
}

/// The right to save the queue; a second player plays without.
fn lock_saved(context: &Context) -> Option<Saved> {
    match Saved::lock(&context.places.state) {
        Ok(Some(saved)) => Some(saved),
        Ok(None) => {
            context
                .out
                .say("Another standin is playing; this queue will not be remembered.");
            None
        }
        Err(error) => {
            warn_unsaved(&error, context);
            None
        }
    }
}

fn warn_unsaved(error: &SavedError, context: &Context) {
    context
        .out
        .warn(format!("{error}; the music plays all the same."));
}

/// Another one each time: shuffles differ from day to day.
pub fn seed() -> u64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    now.as_nanos() as u64 ^ u64::from(std::process::id())
}

/// A session that sounds.
struct Listening<'a> {
    desk: Desk,
    context: &'a mut Context,
    failed: usize,
}

impl Listening<'_> {
    fn live(&mut self, signals: &Signals) -> Outcome {
        let mut terminal = Terminal::take()
            .map_err(|error| Stop::failed(format!("cannot take the terminal's keys: {error}")))?;
        if !self.context.out.quiet {
            terminal.say(self.context.out.dim(KEYS))?;
        }
        loop {
            for told in self.told() {
                terminal.say(told)?;
            }
            let snapshot = self.desk.snapshot();
            if let Some(exit) = self.ended(&snapshot, signals) {
                return Ok(exit);
            }
            let line = live_line(
                &snapshot,
                self.desk.position().as_ref(),
                terminal_width().saturating_sub(1),
            );
            terminal.draw(line)?;
            match terminal.key(REDRAW_EVERY)? {
                Some(Key::Quit) => return Ok(self.exit()),
                Some(Key::Interrupt) => return Ok(Exit::Interrupted),
                Some(key) => self.press(key),
                None => {}
            }
        }
    }

    fn plain(&mut self, signals: &Signals) -> Outcome {
        let mut seen = 0;
        loop {
            let snapshot = self.desk.snapshot();
            self.tell_plainly()?;
            if let Some(exit) = self.ended(&snapshot, signals) {
                return Ok(exit);
            }
            seen = self.desk.wait(seen, REDRAW_EVERY);
        }
    }

    /// A line for each song that is heard, on stdout; what is wrong on stderr.
    fn tell_plainly(&mut self) -> Result<(), Stop> {
        let out = &mut self.context.out;
        for news in self.desk.take_news() {
            self.failed += usize::from(matches!(news, News::Failed { .. }));
            match news {
                News::Began { song } if out.json => out.json(super::songs::json(&song))?,
                News::Began { .. } if out.quiet => {}
                News::Began { song } => {
                    let length = song
                        .length_ms
                        .map_or(String::new(), |length| format!(" ({})", clock(length)));
                    out.line(format!("{}{length}", names(&song)))?;
                }
                news => sentence(&news).into_iter().for_each(|told| out.warn(told)),
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
            Key::Quit | Key::Interrupt => return,
        });
    }

    /// News as sentences.
    fn told(&mut self) -> Vec<String> {
        let news = self.desk.take_news();
        self.failed += news
            .iter()
            .filter(|news| matches!(news, News::Failed { .. }))
            .count();
        news.iter().filter_map(sentence).collect()
    }

    fn ended(&mut self, snapshot: &Snapshot, signals: &Signals) -> Option<Exit> {
        if let Some(exit) = signals.asked() {
            return Some(exit);
        }
        if !self.desk.is_running() {
            return Some(Exit::Failed);
        }
        // A queue is filled and begun in one step: one that is there and stopped has ended.
        if snapshot.queue_len == 0 || snapshot.state != State::Stopped {
            return None;
        }
        // Told between the last look and now.
        self.tell_plainly().ok();
        Some(self.exit())
    }

    fn exit(&self) -> Exit {
        if self.failed == 0 {
            Exit::Done
        } else {
            Exit::Partial
        }
    }
}

fn sentence(news: &News) -> Option<String> {
    Some(match news {
        News::Began { .. } => return None,
        News::Failed { song, error } => format!("Skipped {}: {error}.", live::named(song)),
        News::Damaged { song, error } => format!("{} is damaged: {error}.", live::named(song)),
        News::OutputLost { reason } => {
            format!("The sound is gone ({reason}); the music waits for it.")
        }
        News::OutputBack => "The sound is back.".into(),
        News::NotSaved { reason } => {
            format!("{reason}; the music plays all the same.")
        }
    })
}
