//! A desk for tests of any room: it plays into nothing and levels nothing. No program has one.

use super::{Counter, Desk, Leveller, Saved};
use crate::engine::{Engine, OnLoss, Options, Output};
use crate::library::Library;
use crate::library::worker::ReadIn;
use crate::music::Levelling;
use crate::player::Player;
use crossbeam_channel::bounded;
use std::path::Path;

/// Its library lies in `dir`. `saved`: the right to keep its queue, where it keeps one.
pub fn silent_desk(dir: &Path, saved: Option<Saved>) -> Desk {
    let library = Library::new(dir, dir, ReadIn::default());
    let (notices, noticed) = bounded(64);
    let options = Options {
        output: Output::Null,
        volume_percent: 100,
        bit_perfect: false,
        on_loss: OnLoss::Pause,
        waits: false,
    };
    let engine = Engine::start(options, notices).unwrap();
    let leveller = Leveller::new(Levelling::default(), Box::new(|_| None));
    let counter = Counter::new(library, dir);
    let player = Player::new(1, 100);
    Desk::start(player, engine, noticed, saved, leveller, counter).unwrap()
}
