//! The desk as doors hold it: events go in, the snapshot and the news come out. Its thread is in `running`.

use super::counting::{self, Counter, Counting};
use super::going_on::Later;
use super::hook::{self, Hook, OnSaid};
use super::leveller::Leveller;
use super::running::{Answer, Ask, QueueView, Running};
use super::saved::Saved;
use super::snapshot::{News, Snapshot, View};
use crate::engine::{Engine, Levels, Notice, OnLoss, Output, Position};
use crate::music::{EntryId, Levelling, Loudness};
use crate::player::{Changes, Event, Player};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events from doors that may wait; a door that asks more blocks until the desk has caught up.
pub const MAX_ASKED: usize = 64;

/// The running desk. Dropping it fades out, saves and ends the thread.
pub struct Desk {
    /// `None` once it ends.
    asks: Mutex<Option<Sender<Ask>>>,
    pub(super) view: Arc<View>,
    engine: Arc<Engine>,
    /// What runs on each new song, once something does.
    hook: Mutex<Option<hook::Line>>,
    /// The desk's, and that which writes what was heard: they end in this order.
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Desk {
    /// Starts the thread. `notices` is the other end of what the engine was started with; `saved`: where the queue is
    /// kept, or nowhere; `leveller` gives each song its gain, and `counter` counts what is heard.
    pub fn start(
        player: Player,
        engine: Engine,
        notices: Receiver<Notice>,
        saved: Option<Saved>,
        leveller: Leveller,
        counter: Counter,
    ) -> std::io::Result<Self> {
        let (asks, asked) = bounded(MAX_ASKED);
        let (view, engine) = (Arc::new(View::default()), Arc::new(engine));
        let (left_off, library) = (counter.left_off(), counter.library());
        let (writer, counts) = counting::start(counter, view.clone())?;
        let counting = Counting::new(writer, left_off, view.clone());
        let (engine_of_desk, view_of_desk) = (engine.clone(), view.clone());
        let desk = Running::new(
            player,
            engine_of_desk,
            view_of_desk,
            saved,
            leveller,
            counting,
            library,
        );
        let thread = std::thread::Builder::new()
            .name("desk".into())
            .spawn(move || desk.run(&asked, &notices))?;
        Ok(Self {
            asks: Mutex::new(Some(asks)),
            view,
            engine,
            hook: Mutex::default(),
            threads: Mutex::new(vec![thread, counts]),
        })
    }

    /// Hands an event to the desk; blocks only while [`MAX_ASKED`] others wait.
    pub fn ask(&self, event: Event) {
        self.send(Ask::Event(event));
    }

    /// Hands an event to the desk and waits for what comes of it, which is saved by then.
    pub fn ask_and_wait(&self, event: Event) -> Answer {
        self.ask_waiting(event, false)
    }

    /// As [`ask_and_wait`](Self::ask_and_wait), where more of the same comes: nothing is saved before
    /// [`settle`](Self::settle), so that a thousand edits are written once.
    pub fn ask_held(&self, event: Event) -> Answer {
        self.ask_waiting(event, true)
    }

    /// Waits until this entry is what is current, or another than before where it cannot be played, or at most so long:
    /// who asks next sees what was asked for.
    pub fn wait_until_current(&self, entry: EntryId, at_most: Duration) {
        let began = Instant::now();
        let current = |now: &Snapshot| now.current.as_ref().map(|playing| playing.entry);
        let before = current(&self.snapshot());
        let mut seen = 0;
        while self.is_running() {
            let now = self.snapshot();
            let has_changed = current(&now) == Some(entry) || current(&now) != before;
            let left = at_most.saturating_sub(began.elapsed());
            if has_changed || left.is_zero() || now.outside.output_lost.is_some() {
                return;
            }
            seen = self.wait(seen, left);
        }
    }

    /// Waits until all that was held is saved.
    pub fn settle(&self) {
        self.wait_for(Ask::Settle);
    }

    /// What is queued now.
    pub fn queue(&self) -> Arc<QueueView> {
        self.wait_for(Ask::Queue).unwrap_or_default()
    }

    /// Such gains are applied from now on, to what is heard, too.
    pub fn set_loudness(&self, how: Loudness) {
        self.wait_for(|answer| Ask::Loudness(how, answer));
    }

    /// Turns the sound off, or on again: while it is off nothing plays.
    pub fn turn_sound(&self, on: bool) {
        self.wait_for(|answer| Ask::Sound(on, answer));
    }

    fn ask_waiting(&self, event: Event, held: bool) -> Answer {
        let ask = |answer| Ask::Waiting {
            event,
            held,
            answer,
        };
        self.wait_for(ask).unwrap_or_default()
    }

    /// `None`: the desk has ended.
    pub(super) fn wait_for<T>(&self, ask: impl FnOnce(Sender<T>) -> Ask) -> Option<T> {
        let (answer, answered) = bounded(1);
        self.send(ask(answer));
        answered.recv().ok()
    }

    /// The engine was started with this output: for those who show where the sound goes.
    pub fn say_output(&self, output: Output) {
        self.send(Ask::BeganAt(output));
    }

    /// As [`ask`](Self::ask), for a queue of which only a part is here: the rest of it joins once it is found.
    pub fn ask_part(&self, event: Event, rest: Box<Later>) {
        self.send(Ask::Part(event, rest));
    }

    /// Songs are levelled so from now on, the one that is heard too.
    pub fn level(&self, levelling: Levelling) {
        self.send(Ask::Level(levelling));
    }

    /// The sound goes there from now on; [`News`] tell whether it does.
    pub fn send_sound_to(&self, output: Output) {
        self.send(Ask::Output(output));
    }

    pub(super) fn send(&self, ask: Ask) {
        let asks = locked(&self.asks).clone();
        if let Some(asks) = asks {
            // The thread ends only when this sender is dropped, or by a panic, which `is_running` tells.
            asks.send(ask).ok();
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

    /// How loud it is at this moment, from the samples that sound; `None`: nothing does. Asked for often: who asks once a
    /// second or more is shown what is heard, and where nobody asks nothing is kept for it.
    pub fn levels(&self) -> Option<Levels> {
        self.engine.levels()
    }

    /// How long music has played since the desk began.
    pub fn played(&self) -> Duration {
        self.view.played()
    }

    /// What people should be told, each once.
    pub fn take_news(&self) -> Vec<News> {
        self.view.take_news()
    }

    /// Waits until the desk is newer than version `seen`, at most so long; gives the version now.
    pub fn wait(&self, seen: u64, at_most: Duration) -> u64 {
        self.view.wait(seen, at_most)
    }

    /// From now on this is called after each change with what it was, by the desk's thread: it must not wait.
    pub fn wake_by(&self, wake: impl Fn(Changes) + Send + 'static) {
        self.view.wake_by(Box::new(wake));
    }

    /// From now on this line runs with `sh -c` on each new song, the song in its environment; what it says is told. With an
    /// empty one nothing runs any more.
    pub fn run_on_songs(&self, hook: Hook, tell: OnSaid) -> std::io::Result<()> {
        let mut running = locked(&self.hook);
        match &*running {
            Some(line) => *locked(line) = hook.line,
            None if hook.line.is_empty() => {}
            None => *running = Some(hook::start(&self.view, hook, tell)?),
        }
        Ok(())
    }

    /// From now on this happens where the sound would come out of a device that nobody chose.
    pub fn set_on_loss(&self, on_loss: OnLoss) {
        self.engine.set_on_loss(on_loss);
    }

    /// No sample is touched: neither the volume nor the equaliser has any effect.
    pub fn is_bit_perfect(&self) -> bool {
        self.engine.is_bit_perfect()
    }

    /// Where the sound goes.
    pub fn output_name(&self) -> String {
        self.engine.output_name()
    }

    /// How often music was not decoded fast enough for the output.
    pub fn underruns(&self) -> u64 {
        self.engine.underruns()
    }

    /// How often the sound server ran out of music that was decoded in time.
    pub fn server_underruns(&self) -> u64 {
        self.engine.server_underruns()
    }

    /// Whether the thread still lives. A dead desk is never silent: who waits must look.
    pub fn is_running(&self) -> bool {
        !self.view.has_ended()
    }
}

impl Desk {
    /// Fades out, saves, counts and ends, whoever else still has it; news of that can be taken after it.
    pub fn end(&self) {
        locked(&self.asks).take();
        let threads = std::mem::take(&mut *locked(&self.threads));
        for thread in threads {
            thread.join().ok();
        }
        self.engine.end();
    }
}

/// Nobody panics while holding one of these.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.end();
    }
}
