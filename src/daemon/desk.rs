//! The desk's thread: events in, effects carried out. It never decides what plays.

use super::saved::Saved;
use super::snapshot::{News, Snapshot, View};
use crate::engine::{Command, Engine, Item, Notice, Position};
use crate::music::{EntryId, Loudness, Song};
use crate::player::{Changes, Effect, Event, Follower, Player, State};
use crossbeam_channel::{Receiver, Sender, bounded, select, tick};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Events from doors that may wait; a door that asks more blocks until the desk has caught up.
pub const MAX_ASKED: usize = 64;

/// How often the position is saved while music plays.
const SAVE_POSITION_EVERY: Duration = Duration::from_millis(900);

/// The running desk. Dropping it fades out, saves and ends the thread.
pub struct Desk {
    asks: Option<Sender<Event>>,
    view: Arc<View>,
    engine: Arc<Engine>,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    /// Starts the thread. `notices` is the other end of what the engine was started with; `saved`: where the queue is
    /// kept, or nowhere; `loudness`: which gains of the tags are applied.
    pub fn start(
        player: Player,
        engine: Engine,
        notices: Receiver<Notice>,
        saved: Option<Saved>,
        loudness: Loudness,
    ) -> std::io::Result<Self> {
        let (asks, asked) = bounded(MAX_ASKED);
        let (view, engine) = (Arc::new(View::default()), Arc::new(engine));
        let mut desk = Running {
            player,
            engine: engine.clone(),
            view: view.clone(),
            saved,
            output_lost: None,
            began: None,
            loudness,
        };
        desk.view.show(Snapshot::of(&desk.player, None));
        let thread = std::thread::Builder::new()
            .name("desk".into())
            .spawn(move || desk.run(&asked, &notices))?;
        Ok(Self {
            asks: Some(asks),
            view,
            engine,
            thread: Some(thread),
        })
    }

    /// Hands an event to the desk; blocks only while [`MAX_ASKED`] others wait.
    pub fn ask(&self, event: Event) {
        if let Some(asks) = &self.asks {
            // The thread ends only when this sender is dropped, or by a panic, which `is_running` tells.
            asks.send(event).ok();
        }
    }

    /// The desk as it stood a moment ago.
    pub fn snapshot(&self) -> Snapshot {
        self.view.snapshot()
    }

    /// What is heard now and how much of it, by the frames that the device took.
    pub fn position(&self) -> Option<Position> {
        self.engine.position()
    }

    /// What people should be told, each once.
    pub fn take_news(&self) -> Vec<News> {
        self.view.take_news()
    }

    /// Waits until the desk is newer than version `seen`, at most so long; gives the version now.
    pub fn wait(&self, seen: u64, at_most: Duration) -> u64 {
        self.view.wait(seen, at_most)
    }

    /// Where the sound goes.
    pub fn output_name(&self) -> String {
        self.engine.output_name()
    }

    /// Whether the thread still lives. A dead desk is never silent: who waits must look.
    pub fn is_running(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.asks = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// What the thread owns.
struct Running {
    player: Player,
    engine: Arc<Engine>,
    view: Arc<View>,
    saved: Option<Saved>,
    output_lost: Option<String>,
    /// The entry that was last said to have begun.
    began: Option<EntryId>,
    loudness: Loudness,
}

impl Running {
    fn run(&mut self, asked: &Receiver<Event>, notices: &Receiver<Notice>) {
        let seconds = tick(SAVE_POSITION_EVERY);
        let silence = crossbeam_channel::never();
        let mut notices = notices;
        loop {
            select! {
                recv(asked) -> event => match event {
                    Ok(event) => self.take(event),
                    Err(_) => break,
                },
                recv(notices) -> notice => match notice {
                    Ok(notice) => self.hear(notice),
                    // The engine is gone before its time: told, and not asked again in a circle.
                    Err(_) => {
                        self.lose_output("the sound engine ended".into());
                        notices = &silence;
                    }
                },
                recv(seconds) -> _ => self.save_position(),
            }
        }
        self.save_position();
    }

    fn take(&mut self, event: Event) {
        if matches!(event, Event::Volume(_)) && self.engine.is_bit_perfect() {
            return self.view.tell(News::VolumeIsFixed);
        }
        let effects = self.player.handle(event);
        let mut changes = Changes::default();
        for effect in effects {
            changes = changes.with(self.carry_out(effect));
        }
        self.view
            .show(Snapshot::of(&self.player, self.output_lost.clone()));
        if changes.has(Changes::QUEUE.with(Changes::OPTIONS).with(Changes::MIXER)) {
            self.save_queue();
        } else if changes.has(Changes::PLAYER) {
            self.save_position();
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Changes {
        match effect {
            Effect::Play {
                entry,
                at_ms,
                paused,
            } => {
                if let Some(item) = self.item(entry) {
                    self.engine.command(Command::Play {
                        item,
                        at_ms,
                        paused,
                    });
                }
            }
            Effect::Follow(next) => self
                .engine
                .command(Command::Follow(next.and_then(|next| self.follower(next)))),
            Effect::Pause => self.engine.command(Command::Pause),
            Effect::Resume => self.engine.command(Command::Resume),
            Effect::Stop => self.engine.command(Command::Stop),
            Effect::Volume(percent) => self.engine.command(Command::Volume(percent)),
            Effect::Fade { .. } | Effect::Alarm(_) | Effect::GaveUp { .. } => {}
            Effect::Changed(changes) => return changes,
        }
        Changes::default()
    }

    fn item(&self, entry: EntryId) -> Option<Item> {
        let song = self.song(entry)?;
        Some(Item {
            entry,
            file: song.place.file(),
            span: song.span,
            gain: self.loudness.of(song.tags.gain),
            crossfade_ms: 0,
        })
    }

    fn follower(&self, next: Follower) -> Option<Item> {
        Some(Item {
            crossfade_ms: next.crossfade_ms,
            ..self.item(next.entry)?
        })
    }

    fn song(&self, entry: EntryId) -> Option<Arc<Song>> {
        self.player
            .queue()
            .entry(entry)
            .map(|entry| entry.song.clone())
    }

    fn hear(&mut self, notice: Notice) {
        match notice {
            Notice::WantsNext { after } => self.take(Event::WantsNext(after)),
            Notice::Heard { entry } => {
                self.take(Event::Heard(entry));
                // A seek is heard too, but begins nothing.
                if self.player.current() == Some(entry) && self.began != Some(entry) {
                    self.view
                        .tell_all(self.song(entry).map(|song| News::Began { song }));
                }
                self.began = self.player.current();
            }
            Notice::Finished { .. } => self.take(Event::Finished),
            Notice::Failed { entry, error } => {
                self.view
                    .tell_all(self.song(entry).map(|song| News::Failed { song, error }));
                self.take(Event::Failed(entry));
            }
            Notice::Damaged { entry, error } => {
                self.view
                    .tell_all(self.song(entry).map(|song| News::Damaged { song, error }));
            }
            // Nothing here asks for a fade yet.
            Notice::Faded => {}
            Notice::Touched { entry, how } => {
                self.view
                    .tell_all(self.song(entry).map(|song| News::Touched { song, how }));
            }
            Notice::NextFile { path } => self.view.tell(News::NextFile { path }),
            Notice::OutputLost { reason } => self.lose_output(reason),
            Notice::OutputBack => {
                self.output_lost = None;
                self.view.show(Snapshot::of(&self.player, None));
                self.view.tell(News::OutputBack);
            }
            notice => self.hear_of_output(notice),
        }
    }

    fn hear_of_output(&mut self, notice: Notice) {
        match notice {
            Notice::OutputMoved { name } => self.view.tell(News::OutputMoved { name }),
            Notice::OutputRefused { reason } => self.view.tell(News::OutputRefused { reason }),
            Notice::Paused { reason } => {
                self.take(Event::Pause);
                self.view.tell(News::Paused { reason });
            }
            _ => {}
        }
    }

    fn lose_output(&mut self, reason: String) {
        self.output_lost = Some(reason.clone());
        self.view
            .show(Snapshot::of(&self.player, self.output_lost.clone()));
        self.view.tell(News::OutputLost { reason });
    }

    fn save_queue(&mut self) {
        let Some(saved) = &mut self.saved else { return };
        if let Err(error) = saved.save_queue(&self.player) {
            self.view.tell(News::NotSaved {
                reason: error.to_string(),
            });
            self.saved = None;
        } else {
            self.save_position();
        }
    }

    fn save_position(&mut self) {
        let Some(saved) = &mut self.saved else { return };
        let heard = self
            .engine
            .position()
            .filter(|_| self.player.state() != State::Stopped);
        let row = heard
            .and_then(|heard| Some((self.player.queue().position(heard.entry)?, heard.elapsed_ms)));
        if let Err(error) = saved.save_position(row) {
            self.view.tell(News::NotSaved {
                reason: error.to_string(),
            });
            self.saved = None;
        }
    }
}
