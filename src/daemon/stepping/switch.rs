//! The guard as doors hold it: turned on and off, asked, answered. It starts nothing itself: how is for who wires the program.

use super::Guarding;
use crate::daemon::desk::Desk;
use crate::outage::{Fact, Mode};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Starts a guard of that mode.
pub type TurnOn = Box<dyn Fn(Mode) -> io::Result<Guarding> + Send + Sync>;

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unasked {
    /// There is no question.
    #[error("The guard has asked nothing")]
    Nothing,
    /// There is nobody who could ask.
    #[error("No guard is on")]
    NoGuard,
}

/// On or off, and how far it may go.
pub struct Switch {
    turn_on: TurnOn,
    now: Mutex<(Mode, Option<Guarding>)>,
}

impl Switch {
    /// It is off at first.
    pub fn new(turn_on: TurnOn) -> Self {
        Self {
            turn_on,
            now: Mutex::new((Mode::Off, None)),
        }
    }

    /// How far the guard may go.
    pub fn mode(&self) -> Mode {
        self.lock().0
    }

    /// From now on it may go so far; with [`Mode::Off`] none runs. Where it cannot start it is off.
    pub fn turn(&self, mode: Mode) -> io::Result<()> {
        let mut now = self.lock();
        if now.0 == mode {
            return Ok(());
        }
        // The old one ends first: two would hear the same clients.
        *now = (Mode::Off, None);
        if mode != Mode::Off {
            *now = (mode, Some((self.turn_on)(mode)?));
        }
        Ok(())
    }

    /// The person's answer to its question; `false`: no guard runs that could have asked.
    pub fn answer(&self, yes: bool) -> bool {
        let now = self.lock();
        if let Some(guarding) = &now.1 {
            guarding.facts().tell(Fact::Answer { yes });
        }
        now.1.is_some()
    }

    /// The same, where it has asked, as the desk shows; for doors through which an answer may come late.
    pub fn answer_asked(&self, desk: &Desk, yes: bool) -> Result<(), Unasked> {
        let told = desk.snapshot().outside.guard;
        if told.is_some_and(|told| !told.asks) {
            return Err(Unasked::Nothing);
        }
        match self.answer(yes) {
            true => Ok(()),
            false => Err(Unasked::NoGuard),
        }
    }

    /// Asks the running guard something.
    pub fn with<T>(&self, ask: impl FnOnce(&Guarding) -> T) -> Option<T> {
        self.lock().1.as_ref().map(ask)
    }

    fn lock(&self) -> MutexGuard<'_, (Mode, Option<Guarding>)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
