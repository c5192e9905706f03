//! What the guard is made of in this program: the machine, the sensors and the prober, around the desk.

use super::replay::Witness;
use crate::cli::Context;
use crate::config::Settings;
use crate::daemon::Desk;
use crate::daemon::stepping::{Facts, Guarding, Machine, Parts, Senses, Switch};
use crate::outage::{Act, Mode, Noted};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The guard's switch; it is off. `replays`: facts come from a trace, and what happens is printed.
pub fn switch(desk: &Arc<Desk>, replays: bool, context: &Context) -> Arc<Switch> {
    let (desk, library) = (desk.clone(), context.library());
    let (state, config) = (context.places.state.clone(), context.places.config_file());
    let turn_on = move |mode| {
        let settings = settings_now(&config);
        let parts = Parts {
            mode,
            machine: machine(mode, &settings),
            desk: desk.clone(),
            library: library.clone(),
            state: state.clone(),
            witness: replays.then(|| Witness::new().boxed()),
        };
        Guarding::start(parts, |facts| match replays {
            true => Ok(Box::new(Nobody)),
            false => senses(facts, &settings),
        })
    };
    Arc::new(Switch::new(Box::new(turn_on)))
}

/// What is wrong in the file was told when the program began.
fn settings_now(config: &Path) -> Settings {
    Settings::read(config).0
}

/// Who decides.
fn machine(_mode: Mode, _settings: &Settings) -> Box<dyn Machine> {
    Box::new(Nobody)
}

/// Who looks after clients and services.
fn senses(_facts: Facts, _settings: &Settings) -> io::Result<Box<dyn Senses>> {
    Ok(Box::new(Nobody))
}

/// Nobody is there to be reached, and nothing is decided: acts come from a trace.
struct Nobody;

impl Senses for Nobody {
    fn pause(&self, _client: &str) {}
    fn play(&self, _client: &str) {}
    fn probe(&self, _service: &str) {}
}

impl Machine for Nobody {
    fn handle(&mut self, _noted: Noted) -> Vec<Act> {
        Vec::new()
    }

    fn due(&self) -> Option<u64> {
        None
    }

    fn state(&self) -> &'static str {
        "idle"
    }
}
