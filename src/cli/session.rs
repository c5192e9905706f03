//! A desk in the foreground: opens the output, queues the songs, and listens until they end. What keys and news mean
//! for the music is the desk's to say.

use super::Context;
use super::bell::Bell;
use super::exit::{Exit, Outcome, Stop};
use super::listening::Listening;
use super::signals::Signals;
use super::sound::{Bedtime, Sound};
use crate::daemon::{Desk, Leveller, Saved, SavedError};
use crate::engine::{Engine, EngineError, Options, Output};
use crate::music::{Song, Wanted};
use crate::player::{Event, Player};
use crossbeam_channel::{Receiver, bounded};
use std::sync::Arc;

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
    /// Rows of a queue that goes on whose songs are not here, and how many songs stand before each.
    pub holes: Vec<(usize, Wanted)>,
    /// How it sounds, and when it ends.
    pub sound: Sound,
}

impl Session {
    /// These songs from the first on.
    pub fn new(songs: Vec<Arc<Song>>, sound: Sound) -> Self {
        Self {
            songs,
            start: 0,
            at_ms: 0,
            random: false,
            repeat: false,
            volume_percent: sound.volume_percent.unwrap_or(100),
            holes: Vec::new(),
            sound,
        }
    }

    /// Plays to the end, or until a key or a signal ends it.
    pub fn play(mut self, context: &mut Context) -> Outcome {
        let signals = Signals::catch()
            .map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
        let (output, engine, notices) = self.open_first(context)?;
        let mut saved = lock_saved(context);
        if let Some(saved) = &mut saved {
            saved.keep_holes(std::mem::take(&mut self.holes));
        }
        let player = self.player();
        let mut measured = context.library().measured_lookup();
        let leveller = Leveller::new(self.sound.levelling, Box::new(move |key| measured.of(key)));
        let desk = Desk::start(player, engine, notices, saved, leveller)
            .map_err(|error| Stop::failed(format!("cannot start a thread: {error}")))?;
        self.begin(&desk, output);
        let bell = hang_bell(&desk, &signals)
            .map_err(|error| Stop::failed(format!("cannot wait for anything: {error}")))?;
        Listening::new(desk, bell, context).listen(&signals)
    }

    /// A desk with all modes set: a first song of a moment is followed as they say.
    fn player(&self) -> Player {
        let mut player = Player::new(seed(), self.volume_percent);
        for event in [
            Event::Repeat(self.repeat),
            Event::Random(self.random),
            Event::Crossfade(self.sound.crossfade_ms),
            Event::StopAfter(self.sound.bedtime == Some(Bedtime::AfterSong)),
        ] {
            // Of an empty queue nothing comes of it that an engine would have to do.
            player.handle(event);
        }
        player
    }

    fn begin(self, desk: &Desk, output: Output) {
        desk.say_output(output);
        desk.ask(Event::Replace {
            songs: self.songs,
            start: self.start,
            at_ms: self.at_ms,
            paused: false,
        });
        if let Some(Bedtime::InMs(ms)) = self.sound.bedtime {
            desk.ask(Event::Sleep(Some(ms)));
        }
    }

    /// Opens the first output that can be opened; says why it is not the first one named.
    fn open_first(
        &self,
        context: &Context,
    ) -> Result<(Output, Engine, Receiver<crate::engine::Notice>), Stop> {
        let mut reason = None;
        for output in &self.sound.outputs {
            let (notices, noticed) = bounded(MAX_NOTICES);
            let options = Options {
                output: output.clone(),
                volume_percent: self.volume_percent,
                bit_perfect: self.sound.bit_perfect,
                on_loss: self.sound.on_loss,
            };
            match Engine::start(options, notices) {
                Ok(engine) => {
                    if let Some(reason) = reason {
                        let reason = error_text(&reason);
                        let reason = reason.trim_end_matches('.');
                        context.out.warn(format!(
                            "{reason}; playing to {} instead.",
                            engine.output_name()
                        ));
                    }
                    return Ok((output.clone(), engine, noticed));
                }
                Err(error) => reason = Some(error),
            }
        }
        Err(reason.map_or(Stop::new(Exit::Usage, "no output is named"), refused))
    }
}

/// One bell that the desk and signals ring.
fn hang_bell(desk: &Desk, signals: &Signals) -> std::io::Result<Bell> {
    let bell = Bell::new()?;
    signals.ring(&bell.rope()?)?;
    desk.wake_by(bell.ringer()?);
    Ok(bell)
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
