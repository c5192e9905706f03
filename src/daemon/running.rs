//! The desk's thread: events in, effects carried out, the clock. It never decides what plays.

use super::counting::{Counting, how_far, sounding};
use super::equalising::{Curves, EqualiserAsk};
use super::going_on::{Found, Later};
use super::leveller::Leveller;
use super::more;
use super::saved::{Saved, SavedError, SavedRow};
use super::snapshot::{News, Outside, Snapshot, View};
use super::standing_by::{Aside, Reporter};
use super::stepping::Told;
use crate::engine::{Command, Engine, Item, Notice, Output};
use crate::library::{Library, Placed};
use crate::music::{Applied, EntryId, Levelling, Loudness, Song, Speed};
use crate::player::{
    Alarm, AtEnd, Changes, Effect, Entry, Event, Follower, Left, Player, Refusal, State,
};
use crossbeam_channel::{Receiver, Sender, at, never, select};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the position is saved while music plays: a kill loses at most so much of it, and the disk's own time.
const SAVE_PLACE_EVERY: Duration = Duration::from_millis(500);

/// What a door asks.
pub(super) enum Ask {
    Event(Event),
    /// The sound goes there from now on.
    Output(Output),
    /// Songs are levelled so from now on.
    Level(Levelling),
    /// Songs are played so fast from now on.
    Speed(Speed, Sender<()>),
    /// Of the equaliser.
    Equaliser(EqualiserAsk),
    /// The engine was started with this.
    BeganAt(Output),
    /// A part of a queue, and the rest of it.
    Part(Event, Box<Later>),
    /// An event of one who waits for what comes of it; `held`: more of the same come, and saving waits for the last.
    Waiting {
        event: Event,
        held: bool,
        answer: Sender<Answer>,
    },
    /// What was held is saved.
    Settle(Sender<Answer>),
    /// Such gains are applied from now on.
    Loudness(Loudness, Sender<Answer>),
    /// Whether there is to be sound at all.
    Sound(bool, Sender<Answer>),
    /// What is queued now.
    Queue(Sender<Arc<QueueView>>),
    /// The gain that an entry has where it stands.
    Gain(EntryId, Sender<Option<Applied>>),
    /// Music that steps in for a streaming client.
    Guard(GuardAsk),
}

/// What the guard asks.
pub(super) enum GuardAsk {
    /// What our music does is told there from now on, or to nobody.
    Report(Option<Reporter>),
    /// These play now, the first from there on in ms; what is queued steps aside.
    StepIn(Vec<Placed>, u64),
    /// These come behind them.
    GoOn(Vec<Placed>),
    /// What stepped aside comes back.
    StepBack,
    /// What people are told of the guard.
    Tell(Option<Arc<Told>>),
}

/// What came of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why nothing came of it.
    pub refused: Option<Refusal>,
    /// The id of the first entry that was queued, and how many were; their ids count up.
    pub queued: Option<(EntryId, usize)>,
    /// What plays because of it, once it is heard.
    pub plays: Option<EntryId>,
}

/// What was queued at one moment.
#[derive(Debug, Default)]
pub struct QueueView {
    /// Grows with each change.
    pub version: u64,
    /// By position.
    pub entries: Vec<Entry>,
}

/// What the thread owns.
pub(super) struct Running {
    pub(super) player: Player,
    pub(super) engine: Arc<Engine>,
    view: Arc<View>,
    pub(super) saved: Option<Saved>,
    pub(super) outside: Outside,
    /// How often the output was lost.
    losses: u64,
    /// Whether the sound was last asked to go to the default.
    wants_default: bool,
    /// The entry that was last said to have begun.
    pub(super) began: Option<EntryId>,
    leveller: Leveller,
    pub(super) curves: Curves,
    pub(super) counting: Counting,
    alarm: Option<Instant>,
    save_place_at: Option<Instant>,
    /// Where the rest of a queue that goes on will come from.
    pub(super) rest: Option<Receiver<Result<Found, String>>>,
    /// What fits behind the entry that nothing follows, once it is found.
    pub(super) more: Option<(EntryId, more::Found)>,
    /// Who chooses that.
    pub(super) library: Library,
    /// What has changed and is not saved yet: more of the same is coming.
    pub(super) held: Changes,
    /// The queue as it was last shown to somebody.
    shown_queue: Arc<QueueView>,
    /// What stepped aside for music in a streaming client's place.
    pub(super) aside: Option<Aside>,
    pub(super) reporter: Option<Reporter>,
    /// Something was begun by somebody, and is not heard yet.
    pub(super) is_begun: bool,
}

/// Tells the doors that the thread has ended, however it ends.
struct Ending(Arc<View>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Running {
    pub fn new(
        player: Player,
        engine: Arc<Engine>,
        view: Arc<View>,
        saved: Option<Saved>,
        leveller: Leveller,
        counting: Counting,
        library: Library,
    ) -> Self {
        let running = Self {
            player,
            engine,
            view,
            saved,
            outside: Outside {
                loudness: leveller.levelling().how,
                ..Outside::default()
            },
            losses: 0,
            wants_default: false,
            began: None,
            leveller,
            curves: Curves::default(),
            counting,
            alarm: None,
            save_place_at: None,
            rest: None,
            more: None,
            library,
            held: Changes::default(),
            shown_queue: Arc::default(),
            aside: None,
            reporter: None,
            is_begun: false,
        };
        running.show(Changes::default());
        running
    }

    /// The thread's life: until nobody can ask any more.
    pub fn run(mut self, asked: &Receiver<Ask>, notices: &Receiver<Notice>) {
        let _ending = Ending(self.view.clone());
        let silence = never();
        let mut notices = notices;
        loop {
            let timer = |due: Option<Instant>| due.map_or_else(never, at);
            let (alarm, save) = (timer(self.alarm), timer(self.save_place_at));
            let count = timer(self.counting.due());
            let rest = self.rest.clone().unwrap_or_else(never);
            let more = self
                .more
                .as_ref()
                .map_or_else(never, |(_, more)| more.clone());
            select! {
                recv(asked) -> ask => match ask {
                    Ok(ask) => self.answer(ask),
                    Err(_) => break,
                },
                recv(rest) -> rest => self.admit_rest(rest.ok()),
                recv(more) -> more => {
                    self.admit_more(more.ok().flatten());
                    self.settle();
                }
                recv(notices) -> notice => match notice {
                    Ok(notice) => {
                        let before = self.player.state();
                        self.hear(notice);
                        self.report_end(before);
                    }
                    // The engine is gone before its time: told, and not asked again in a circle.
                    Err(_) => {
                        self.lose_output("the sound engine ended".into(), 1);
                        notices = &silence;
                    }
                },
                recv(alarm) -> _ => {
                    self.alarm = None;
                    let before = self.player.state();
                    self.take(Event::Alarm);
                    self.report_end(before);
                }
                recv(save) -> _ => self.save_place(),
                recv(count) -> _ => self.counting.look(&self.player, self.engine.position()),
            }
        }
        self.settle();
        self.save_place();
        if let Some(left) = self.player.how_far() {
            self.leave_off(&left);
        }
    }

    /// Who asked and is gone meanwhile is not waited for.
    fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Event(event) => {
                self.take_from_door(event);
                self.settle();
            }
            Ask::Waiting {
                event,
                held,
                answer,
            } => {
                let came = self.take_from_door(event);
                if !held {
                    self.settle();
                }
                answer.send(came).ok();
            }
            Ask::Settle(answer) => {
                self.settle();
                answer.send(Answer::default()).ok();
            }
            Ask::Queue(answer) => {
                answer.send(self.queue_view()).ok();
            }
            Ask::Gain(entry, answer) => {
                let song = self.song(entry);
                let applied =
                    song.and_then(|song| self.leveller.applied(&self.player, entry, &song));
                answer.send(applied).ok();
            }
            Ask::Guard(ask) => self.obey_guard(ask),
            Ask::Level(levelling) => self.level(levelling),
            Ask::Speed(speed, answer) => {
                self.set_speed(speed);
                answer.send(()).ok();
            }
            Ask::Equaliser(ask) => self.obey_equaliser(ask),
            Ask::Loudness(how, answer) => {
                self.set_loudness(how);
                answer.send(Answer::default()).ok();
            }
            Ask::Sound(on, answer) => {
                self.turn_sound(on);
                answer.send(Answer::default()).ok();
            }
            Ask::Output(output) => self.send_sound_to(output),
            Ask::BeganAt(output) => {
                self.outside.began_at = Some(output.to_string());
                self.outside.output = match output {
                    Output::Device(None) => None,
                    _ => Some(self.engine.output_name()),
                }
            }
            Ask::Part(event, rest) => {
                self.take(event);
                self.rest = Some(rest.begin());
            }
        }
    }

    fn queue_view(&mut self) -> Arc<QueueView> {
        let queue = self.player.queue();
        if self.shown_queue.version != queue.version() {
            self.shown_queue = Arc::new(QueueView {
                version: queue.version(),
                entries: queue.entries().to_vec(),
            });
        }
        self.shown_queue.clone()
    }

    fn take(&mut self, event: Event) {
        self.take_held(event);
        self.settle();
    }

    /// Saves what has changed.
    pub(super) fn settle(&mut self) {
        let changes = std::mem::take(&mut self.held);
        self.save(changes);
    }

    /// As [`take`](Self::take), without saving.
    pub(super) fn take_held(&mut self, event: Event) -> Answer {
        if matches!(event, Event::Volume(_)) && self.engine.is_bit_perfect() {
            self.view.tell(News::VolumeIsFixed);
            return Answer::default();
        }
        self.leave_rest_for(&event);
        self.await_rest_for(&event);
        self.await_more_for(&event);
        let says_at_end = matches!(event, Event::AtEnd(_));
        let says_crossfade = matches!(event, Event::Crossfade(_));
        if let (Event::Renew(songs), Some(saved)) = (&event, &mut self.saved) {
            saved.renew(songs.iter().map(|(entry, _)| *entry));
        }
        let position = self.engine.position();
        let effects = self.counting.handle(&mut self.player, event, position);
        let (mut changes, mut answer) = (Changes::default(), Answer::default());
        for effect in effects {
            match effect {
                Effect::Changed(what) => changes = changes.with(what),
                Effect::Refused(why) => answer.refused = Some(why),
                Effect::Queued { first, count } => answer.queued = Some((first, count)),
                effect => {
                    if let Effect::Play { entry, .. } = effect {
                        answer.plays = Some(entry);
                        self.is_begun = true;
                    }
                    self.carry_out(effect);
                }
            }
        }
        if says_at_end && let Some(saved) = &mut self.saved {
            saved.said().goes_on = Some(self.player.at_end() == AtEnd::GoOn);
        }
        if says_crossfade && let Some(saved) = &mut self.saved {
            saved.said().crossfade_ms = Some(self.player.crossfade_ms());
        }
        if self.player.state() == State::Playing {
            self.outside.pause_reason = None;
        }
        self.show(changes);
        self.held = self.held.with(changes);
        self.keep_silence();
        answer
    }

    /// Where the sound is turned off nothing plays.
    fn keep_silence(&mut self) {
        if self.outside.is_off && self.player.state() == State::Playing {
            self.take_held(Event::Pause);
        }
    }

    fn turn_sound(&mut self, on: bool) {
        if self.outside.is_off == on {
            self.outside.is_off = !on;
            self.show(Changes::OUTPUT);
            let before = self.player.state();
            self.keep_silence();
            self.report_end(before);
            self.settle();
        }
    }

    /// Somebody has said so: it is kept.
    fn set_loudness(&mut self, how: Loudness) {
        if let Some(saved) = &mut self.saved {
            saved.said().loudness = Some(how);
        }
        self.held = self.held.with(Changes::OPTIONS);
        self.level(Levelling {
            how,
            ..self.leveller.levelling()
        });
    }

    /// What is heard is handed to the engine again, so that it has its new gain at once.
    fn level(&mut self, levelling: Levelling) {
        if self.leveller.set(levelling) {
            self.outside.loudness = levelling.how;
            self.show(Changes::OPTIONS);
            if let Some(heard) = self.engine.position()
                && self.player.state() != State::Stopped
            {
                self.take_held(Event::Seek(heard.elapsed_ms));
            }
        }
        self.settle();
    }

    /// A queue that is put away takes what was still to come of it along.
    fn leave_rest_for(&mut self, event: &Event) {
        let is_all = match event.inner() {
            Event::Replace { .. } => true,
            Event::Delete(range) => range.start == 0 && range.end >= self.player.queue().len(),
            _ => false,
        };
        if is_all && self.rest.take().is_some() {
            self.keep_holes(Vec::new());
        }
    }

    /// What leads out of the part of a queue that is here waits for the rest, and so does what comes at its end.
    fn await_rest_for(&mut self, event: &Event) {
        let is_behind = matches!(event.inner(), Event::Append(_));
        let goes_elsewhere = matches!(
            event,
            Event::Next
                | Event::Previous { .. }
                | Event::WantsNext(_)
                | Event::Failed(_)
                | Event::Missing(_)
                | Event::Finished
        );
        if (is_behind || goes_elsewhere && self.player.is_at_edge())
            && let Some(rest) = &self.rest
        {
            let found = rest.recv().ok();
            self.admit_rest(found);
        }
    }

    /// `None`: who looked for it ended before its time.
    fn admit_rest(&mut self, found: Option<Result<Found, String>>) {
        self.rest = None;
        let found = match found.unwrap_or_else(|| Err("its thread ended".to_owned())) {
            Ok(found) => found,
            Err(reason) => return self.miss_rest(reason),
        };
        if found.damaged > 0 {
            let lines = found.damaged;
            self.view.tell(News::QueueDamaged { lines });
        }
        if !found.holes.is_empty() {
            let (missing, rows) = (found.holes.len(), found.rows);
            self.view.tell(News::NotHere { missing, rows });
        }
        self.keep_holes(found.holes);
        let (before, behind) = (found.before, found.behind);
        self.take(Event::Surround { before, behind }.whence_each(found.origins));
    }

    fn miss_rest(&mut self, reason: String) {
        let is_chosen = self.saved.as_ref().is_some_and(Saved::waits);
        if !is_chosen {
            return self.view.tell(News::NoRest { reason });
        }
        self.view.tell(News::NoOthers { reason });
        self.keep_holes(Vec::new());
        self.settle();
    }

    /// The queue is whole now. What was chosen is written from now on, be it that nothing came behind it.
    fn keep_holes(&mut self, holes: Vec<(usize, SavedRow)>) {
        if let Some(saved) = &mut self.saved {
            if saved.waits() {
                self.held = self.held.with(Changes::QUEUE).with(Changes::PLAYER);
            }
            saved.keep_holes(holes);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Play {
                entry,
                at_ms,
                paused,
            } => {
                if let Some(item) = self.item(entry, true) {
                    self.engine.command(Command::Play {
                        item,
                        at_ms,
                        paused,
                    });
                }
            }
            Effect::Follow(next) => {
                let item = next.and_then(|next| self.follower(next));
                self.engine.command(Command::Follow(item));
            }
            Effect::Pause => self.engine.command(Command::Pause),
            Effect::Resume => self.engine.command(Command::Resume),
            Effect::Stop => self.engine.command(Command::Stop),
            Effect::Volume(percent) => self.engine.command(Command::Volume(percent)),
            Effect::Fade { over_ms } => self.engine.command(Command::Fade { over_ms }),
            Effect::Alarm(alarm) => self.set_alarm(alarm),
            Effect::GaveUp { missing } => self.view.tell(News::FolderAway { missing }),
            Effect::GoesOn { entry, song, at_ms } => {
                self.outside.went_on = Some((entry, at_ms));
                self.view.tell(News::GoesOn { song, at_ms });
            }
            Effect::WantsMore { after } => self.look_for_more(after),
            Effect::Left(left) => self.leave_off(&left),
            // These are no work: who asked is told.
            Effect::Changed(_) | Effect::Refused(_) | Effect::Queued { .. } => {}
        }
    }

    /// `again`: played from elsewhere, or for the first time; else what follows.
    fn set_alarm(&mut self, alarm: Option<Alarm>) {
        let now = Instant::now();
        let after = |ms| now.checked_add(Duration::from_millis(ms));
        self.alarm = alarm.and_then(|alarm| after(alarm.in_ms));
        self.outside.sleeps_at = alarm.and_then(|alarm| after(alarm.silent_in_ms));
    }

    fn item(&mut self, entry: EntryId, again: bool) -> Option<Item> {
        let song = self.song(entry)?;
        let gain = if again {
            self.leveller.gain_again(&self.player, entry, &song)
        } else {
            self.leveller.gain(&self.player, entry, &song)
        };
        Some(Item {
            entry,
            file: song.place.file(),
            span: song.span,
            gain,
            crossfade_ms: 0,
            from_ms: 0,
        })
    }

    fn follower(&mut self, next: Follower) -> Option<Item> {
        Some(Item {
            crossfade_ms: next.crossfade_ms,
            from_ms: next.from_ms,
            ..self.item(next.entry, false)?
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
                self.report_heard(entry);
                // A seek is heard too, but begins nothing.
                if self.player.current() == Some(entry) && self.began != Some(entry) {
                    self.view
                        .tell_all(self.song(entry).map(|song| News::Began { song }));
                }
                self.began = self.player.current();
            }
            Notice::Finished { .. } => self.take(Event::Finished),
            Notice::Faded => self.take(Event::Faded),
            Notice::Failed { entry, error } => {
                let is_away = error.is_away();
                self.view
                    .tell_all(self.song(entry).map(|song| News::Failed { song, error }));
                self.take(match is_away {
                    true => Event::Missing(entry),
                    false => Event::Failed(entry),
                });
            }
            Notice::Damaged { entry, error } => {
                self.view
                    .tell_all(self.song(entry).map(|song| News::Damaged { song, error }));
            }
            Notice::Touched { entry, how } => {
                self.view
                    .tell_all(self.song(entry).map(|song| News::Touched { song, how }));
            }
            Notice::NextFile { path } => self.view.tell(News::NextFile { path }),
            notice => self.hear_of_output(notice),
        }
    }

    fn hear_of_output(&mut self, notice: Notice) {
        match notice {
            Notice::OutputLost { reason } => {
                self.losses += 1;
                self.lose_output(reason, self.losses);
            }
            Notice::OutputBack => self.outside.output_lost = None,
            Notice::OutputMoved { name } => {
                self.outside.began_at = None;
                self.outside.output = Some(name.clone()).filter(|_| !self.wants_default);
                self.wants_default = false;
                self.view.tell(News::OutputMoved { name });
            }
            Notice::OutputRefused { reason } => {
                self.wants_default = false;
                self.view.tell(News::OutputRefused { reason });
            }
            Notice::Paused { reason } => {
                self.take(Event::Pause);
                self.outside.pause_reason = Some(reason.clone());
                self.view.tell(News::Paused { reason });
            }
            _ => {}
        }
        self.show(Changes::OUTPUT);
    }

    fn send_sound_to(&mut self, output: Output) {
        self.wants_default = output == Output::Device(None);
        self.engine.command(Command::Output(output));
    }

    fn lose_output(&mut self, reason: String, times: u64) {
        self.outside.output_lost = Some(reason.clone());
        self.view.tell(News::OutputLost { reason, times });
        self.show(Changes::OUTPUT);
    }

    pub(super) fn tell(&self, news: News) {
        self.view.tell(news);
    }

    pub(super) fn show(&self, changes: Changes) {
        let snapshot = Snapshot::of(&self.player, self.outside.clone());
        self.view.show(snapshot, changes);
    }

    fn save(&mut self, changes: Changes) {
        if changes.has(Changes::QUEUE) {
            let place = self.place();
            self.save_by(|saved, player| saved.save_queue(player, place));
        }
        // With a queue too: its modes must not be those of the last one.
        if changes.has(Changes::QUEUE.with(Changes::OPTIONS).with(Changes::MIXER)) {
            self.save_by(Saved::save_options);
        }
        let begins_or_ends =
            (self.player.state() == State::Playing) != self.save_place_at.is_some();
        if changes.has(Changes::QUEUE.with(Changes::PLAYER)) || begins_or_ends {
            self.save_place();
        }
    }

    /// Writes where the music is; again after a while, for as long as it plays.
    pub(super) fn save_place(&mut self) {
        self.save_how_far();
        let place = self.place();
        let is_playing = self.player.state() == State::Playing;
        self.save_by(|saved, player| saved.save_place(player, place, is_playing));
        self.save_place_at =
            (is_playing && self.saved.is_some()).then(|| Instant::now() + SAVE_PLACE_EVERY);
    }

    /// A kill leaves how far a long file is.
    fn save_how_far(&mut self) {
        if let Some(position) = self.engine.position() {
            self.player.observe(sounding(position));
        }
        if let (Some(left), Some(saved)) = (self.player.how_far(), &mut self.saved) {
            saved.save_how_far(how_far(&left));
        }
    }

    /// A long file is left.
    fn leave_off(&mut self, left: &Left) {
        if let Some(saved) = &mut self.saved {
            saved.save_how_far(how_far(left));
        }
        self.counting.leave_off(left);
    }

    /// Where music would go on: what is heard, else the beginning of what plays next.
    pub(super) fn place(&self) -> Option<(EntryId, u64)> {
        let entry = self.player.place()?;
        let heard = self
            .engine
            .position()
            .filter(|_| self.player.state() != State::Stopped);
        Some(heard.map_or((entry, 0), |heard| (heard.entry, heard.elapsed_ms)))
    }

    /// What fails is told, and not tried again.
    fn save_by(&mut self, save: impl FnOnce(&mut Saved, &Player) -> Result<(), SavedError>) {
        let Some(saved) = &mut self.saved else { return };
        if let Err(error) = save(saved, &self.player) {
            self.view.tell(News::NotSaved {
                reason: error.to_string(),
            });
            self.saved = None;
        }
    }
}
