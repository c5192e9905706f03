//! What calls from the bus and the thread share: the desk, and the picture that was found last. No bus is known here.

use super::buttons::Button;
use super::shown::Shown;
use crate::daemon::Desk;
use crate::daemon::stepping::{Switch, Told};
use crate::music::{EntryId, Speed};
use crate::player::{Event, Once, State};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zruntime::mpmc::Sender;

/// The picture that was looked for last, and whose it is; `None` in it: there is none.
type Art = Option<(EntryId, Option<String>)>;

/// What calls and the thread share.
#[derive(Clone)]
pub struct House {
    desk: Arc<Desk>,
    switch: Option<Arc<Switch>>,
    wake: Sender<()>,
    art: Arc<Mutex<Art>>,
}

impl House {
    /// `wake`: the thread's mark.
    pub fn new(desk: Arc<Desk>, switch: Option<Arc<Switch>>, wake: Sender<()>) -> Self {
        let art = Arc::default();
        Self {
            desk,
            switch,
            wake,
            art,
        }
    }

    /// The desk, as it is now.
    pub fn shown(&self) -> Shown {
        Shown::of(&self.desk.snapshot(), self.art().as_ref())
    }

    /// Whether music is heard: there is no sound while the output is lost.
    pub fn sounds(&self) -> bool {
        let snapshot = self.desk.snapshot();
        snapshot.state == State::Playing && snapshot.outside.output_lost.is_none()
    }

    /// What the guard tells, where there is one.
    pub fn guard(&self) -> Option<Arc<Told>> {
        self.desk.snapshot().outside.guard
    }

    /// A button of what the guard says was pressed.
    pub fn press(&self, button: Button) {
        let answer = |yes| {
            if let Some(switch) = &self.switch {
                // A question that no longer stands takes no answer.
                switch.answer_asked(&self.desk, yes).ok();
            }
        };
        match button {
            Button::Play => answer(true),
            Button::NotNow => answer(false),
            Button::Stop if self.desk.snapshot().outside.stands_in => self.ask(Event::Stop),
            Button::Stop => {}
        }
    }

    /// How fast songs are played.
    pub fn speed(&self) -> Speed {
        self.desk.snapshot().outside.speed
    }

    /// Songs are played so fast from now on.
    pub fn set_speed(&self, speed: Speed) {
        self.desk.set_speed(speed);
    }

    /// How much of what is shown was heard, in ms.
    pub fn elapsed_ms(&self, shown: &Shown) -> u64 {
        let heard = self.desk.position().filter(|heard| {
            let track = shown.track();
            shown.can_seek() && track.is_some_and(|track| track.entry == heard.entry)
        });
        heard.map_or(0, |heard| heard.elapsed_ms)
    }

    /// The picture of this entry; `None`: it has not been looked for.
    pub fn art_of(&self, entry: EntryId) -> Option<Option<String>> {
        let art = self.art();
        let of_it = art.as_ref().filter(|(of, _)| *of == entry);
        of_it.map(|(_, art)| art.clone())
    }

    /// A picture was looked for.
    pub fn put_art(&self, entry: EntryId, art: Option<String>) {
        *self.art() = Some((entry, art));
        self.ring();
    }

    /// Has the thread look again.
    pub fn ring(&self) {
        // A mark that is there already does the same.
        _ = self.wake.try_send(());
    }

    /// Whether each song is played for itself.
    pub fn is_single(&self) -> bool {
        self.desk.snapshot().single == Once::On
    }

    fn art(&self) -> MutexGuard<'_, Art> {
        self.art.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an event to the desk; done when it returns.
    pub fn ask(&self, event: Event) {
        self.desk.ask_and_wait(event);
    }

    /// To another song; MPRIS wants what is paused to stay so.
    pub fn step(&self, event: Event) {
        let was_paused = self.desk.snapshot().state == State::Paused;
        self.ask(event);
        if was_paused {
            self.ask(Event::Pause);
        }
    }

    /// To this place in the song that is shown.
    pub fn seek(&self, shown: &Shown, at_ms: u64) {
        if shown.can_seek() {
            self.ask(Event::Seek(at_ms));
        }
    }
}
