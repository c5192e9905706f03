//! How fast songs are played, at the desk: what plays is handed to the engine again. It is not kept: a queue that goes on
//! another day begins as it is.

use super::desk::Desk;
use super::running::{Ask, Running};
use crate::engine::Command;
use crate::music::Speed;
use crate::player::{Changes, Event, State};

impl Running {
    pub(super) fn set_speed(&mut self, speed: Speed) {
        if self.outside.speed == speed || self.engine.is_bit_perfect() {
            return;
        }
        self.outside.speed = speed;
        self.engine.command(Command::Speed(speed));
        self.show(Changes::OPTIONS);
        if let Some(heard) = self.engine.position()
            && self.player.state() != State::Stopped
        {
            self.take_held(Event::Seek(heard.elapsed_ms));
        }
        self.settle();
    }
}

impl Desk {
    /// Songs are played so fast from now on, the one that is heard too. In bit-perfect playing nothing comes of it.
    pub fn set_speed(&self, speed: Speed) {
        self.wait_for(|answer| Ask::Speed(speed, answer));
    }
}
