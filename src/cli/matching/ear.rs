//! What is heard in a review: songs, by an engine of its own. A daemon that plays is paused meanwhile, and goes on afterwards
//! where it was; its queue is never touched.

use super::super::wire::GREETS_WITHIN;
use crate::engine::{Command, Engine, Item, Notice, OnLoss, Options, Output};
use crate::mpd::remote::{Address, Remote, Words};
use crate::music::{EntryId, Gain, Song};
use crossbeam_channel::{Receiver, bounded};
use std::sync::Arc;

/// What of the engine's news waits to be thrown away.
const MAX_NOTICES: usize = 64;

/// An engine of its own, begun when the first song is to be heard.
pub(super) struct Ear {
    output: Output,
    volume_percent: u8,
    engine: Option<(Engine, Receiver<Notice>)>,
    entries: u64,
    daemon: Address,
    /// Whether the daemon played, and was paused for this.
    is_hushed: bool,
}

impl Ear {
    pub fn new(output: Output, volume_percent: u8, daemon: Address) -> Self {
        Self {
            output,
            volume_percent,
            engine: None,
            entries: 0,
            daemon,
            is_hushed: false,
        }
    }

    pub fn play(&mut self, song: &Arc<Song>) -> Result<(), String> {
        if self.engine.is_none() {
            self.hush();
            let (notices, noticed) = bounded(MAX_NOTICES);
            let options = Options {
                output: self.output.clone(),
                volume_percent: self.volume_percent,
                bit_perfect: false,
                on_loss: OnLoss::default(),
                waits: false,
            };
            let engine = Engine::start(options, notices).map_err(|error| error.to_string())?;
            self.engine = Some((engine, noticed));
        }
        self.entries += 1;
        if let Some((engine, noticed)) = &self.engine {
            noticed.try_iter().for_each(drop);
            let item = Item {
                entry: EntryId(self.entries),
                file: song.place.file(),
                span: song.span,
                gain: Gain::default(),
                crossfade_ms: 0,
                from_ms: 0,
            };
            engine.command(Command::Play {
                item,
                at_ms: 0,
                paused: false,
            });
        }
        Ok(())
    }

    pub fn be_silent(&self) {
        if let Some((engine, _)) = &self.engine {
            engine.command(Command::Stop);
        }
    }

    /// Nobody hears two songs at once. One that cannot be asked is no reason not to play.
    fn hush(&mut self) {
        self.is_hushed |= self.tell_daemon("play", "1").is_some();
    }

    /// Tells the daemon `pause`, where it runs and is in that state.
    fn tell_daemon(&self, state: &str, pause: &str) -> Option<()> {
        let mut remote = Remote::connect_within(self.daemon.clone(), GREETS_WITHIN).ok()?;
        let now = remote.ask("status").ok()?.text("state")?;
        (now == state).then_some(())?;
        remote.ask(Words::new("pause").with(pause)).ok()?;
        Some(())
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.engine = None;
        if self.is_hushed {
            self.tell_daemon("pause", "0");
        }
    }
}
