//! The thread's life: it waits for a wake of the desk, for a bus that goes away, or for the time to look for one, and then
//! tells what has changed. It looks at nothing over and over.

use super::awake::Awake;
use super::buttons::{Button, Presses};
use super::house::House;
use super::jumps::Jumps;
use super::mpris::{self, Player};
use super::notify::Notice;
use super::shown::{Properties, Shown, Track, micros};
use super::waits::{due, either, within};
use super::{AGAIN, PATIENCE, art};
use crate::music::EntryId;
use std::borrow::Cow;
use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use zbus::names::InterfaceName;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, connection, fdo};
use zruntime::mpmc::Receiver;

/// Until nobody holds the other end of `gone`; whatever is under way then is left.
pub fn live(
    house: House,
    art: PathBuf,
    notifies: Arc<AtomicBool>,
    woken: Receiver<()>,
    gone: Receiver<()>,
) {
    let life = Life {
        house,
        art,
        notifies,
        bus: None,
        look_at: Some(Instant::now()),
        told: Shown::default(),
        jumps: Jumps::default(),
        awake: Awake::default(),
        notice: Notice::default(),
        noticed: None,
        guard: Notice::default(),
        guard_notices: 0,
        asks: false,
        presses: Presses::default(),
        looking: Arc::default(),
    };
    zbus::block_on(async {
        let gone = async { _ = gone.recv().await };
        either(life.run(&woken), gone).await;
    });
}

struct Life {
    house: House,
    /// Where pictures are kept that lie in no file of their own.
    art: PathBuf,
    /// Whether each song is told.
    notifies: Arc<AtomicBool>,
    bus: Option<Connection>,
    /// When to look for a bus; `None`: there is one.
    look_at: Option<Instant>,
    /// What was told last.
    told: Shown,
    jumps: Jumps,
    awake: Awake,
    notice: Notice,
    /// The entry that the last notification was about.
    noticed: Option<EntryId>,
    /// The one of what the guard says, and how often it has said something by then.
    guard: Notice,
    guard_notices: u64,
    /// Whether that is a question.
    asks: bool,
    presses: Presses,
    /// Whether a picture is being looked for.
    looking: Arc<AtomicBool>,
}

impl Life {
    async fn run(mut self, woken: &Receiver<()>) {
        loop {
            if self.look_at.is_some_and(|at| at <= Instant::now()) {
                self.look_for_bus().await;
            }
            self.tell().await;
            let wake = async { _ = woken.recv().await };
            let mut pressed = None;
            let press = async { pressed = Some(self.presses.next().await) };
            let bus = either(lost(self.bus.clone()), due(self.look_at));
            either(press, either(wake, bus)).await;
            if let Some((id, button)) = pressed
                && self.guard.is(id)
            {
                self.house.press(button);
            }
            if self.bus.as_ref().is_some_and(Connection::is_closed) {
                self.bus = None;
                self.look_at = Some(Instant::now() + AGAIN);
                self.awake.forget_session();
                self.notice = Notice::default();
                self.guard = Notice::default();
                self.presses = Presses::default();
            }
        }
    }

    async fn look_for_bus(&mut self) {
        let bus = connection::Builder::session().method_timeout(PATIENCE);
        let put_up = within(PATIENCE, mpris::put_up(bus, &self.house));
        self.bus = put_up.await.and_then(Result::ok);
        self.look_at = match self.bus {
            Some(_) => None,
            None => Some(Instant::now() + AGAIN),
        };
        if let Some(bus) = &self.bus {
            self.presses = Presses::on(bus).await;
        }
        // Whoever is on a new bus has been told nothing, and asks by itself.
        self.told = self.house.shown();
    }

    /// Tells what has changed since it was last told.
    async fn tell(&mut self) {
        let shown = self.house.shown();
        if let Some(bus) = self.bus.clone() {
            self.look_for_art(shown.track());
            // Who has gone meanwhile is not told.
            self.tell_bus(&bus, &shown).await.ok();
            self.notify(&bus, &shown).await;
            self.notify_of_guard(&bus).await;
        }
        self.told = shown;
        let sounds = self.house.sounds();
        self.awake.keep(sounds, self.bus.as_ref()).await;
    }

    async fn tell_bus(&mut self, bus: &Connection, shown: &Shown) -> zbus::Result<()> {
        let emitter = SignalEmitter::new(bus, mpris::PATH)?;
        let changed: Properties = shown.changed_since(&self.told);
        if !changed.is_empty() {
            let interface = InterfaceName::from_static_str_unchecked(mpris::PLAYER);
            let none = Cow::Borrowed(&[][..]);
            fdo::Properties::properties_changed(&emitter, interface, changed, none).await?;
        }
        let Some(track) = shown.track() else {
            return Ok(());
        };
        let elapsed_ms = self.house.elapsed_ms(shown);
        let (sounds, now) = (self.house.sounds(), Instant::now());
        if self.jumps.look(track.entry, elapsed_ms, sounds, now) {
            Player::seeked(&emitter, micros(elapsed_ms)).await?;
        }
        Ok(())
    }

    /// A thread looks for the picture: a disk may take its time.
    fn look_for_art(&self, track: Option<&Track>) {
        let Some(track) = track else { return };
        let is_known = self.house.art_of(track.entry).is_some();
        if is_known || self.looking.swap(true, Ordering::AcqRel) {
            return;
        }
        let looking = Looking(self.looking.clone(), self.house.clone());
        let (track, folder): (Track, PathBuf) = (track.clone(), self.art.clone());
        let thread = std::thread::Builder::new().name("cover".into());
        let look = move || {
            let looking = looking;
            let url = art::url(&track.song, &folder);
            looking.1.put_art(track.entry, url);
        };
        // No thread, no picture.
        thread.spawn(look).ok();
    }

    /// Whoever has a guard wants to hear of it.
    async fn notify_of_guard(&mut self, bus: &Connection) {
        let told = self.house.guard();
        let asks = told.as_ref().is_some_and(|told| told.asks);
        let notices = told.as_ref().map_or(0, |told| told.notices);
        let was_asked = std::mem::replace(&mut self.asks, asks);
        if was_asked && !asks && self.guard_notices == notices {
            return self.guard.take_down(bus).await;
        }
        if std::mem::replace(&mut self.guard_notices, notices) == notices {
            return;
        }
        if let Some((told, sentence)) = told
            .as_ref()
            .and_then(|told| Some((told, told.sentence.as_ref()?)))
        {
            let title = match &told.instead_of {
                Some(instead_of) => format!("Instead of {instead_of}"),
                None => "Standin".to_owned(),
            };
            let buttons = Button::fitting(told);
            self.guard.say(bus, &title, sentence, buttons).await;
        }
    }

    /// A song is told once it is heard and its picture is known.
    async fn notify(&mut self, bus: &Connection, shown: &Shown) {
        let Some(track) = shown
            .track()
            .filter(|_| self.notifies.load(Ordering::Relaxed))
        else {
            return;
        };
        let is_new = self.noticed != Some(track.entry) && self.house.sounds();
        if is_new && self.house.art_of(track.entry).is_some() {
            self.noticed = Some(track.entry);
            self.notice.show(bus, track).await;
        }
    }
}

/// While it is there, a picture is looked for; the next one is thought of when it goes, however it goes.
struct Looking(Arc<AtomicBool>, House);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
        self.1.ring();
    }
}

async fn lost(bus: Option<Connection>) {
    match bus {
        Some(bus) => bus.closed().await,
        None => pending().await,
    }
}
