//! What the guard is made of in this program: the machine, the sensors and the prober, around the desk.

use super::replay::Witness;
use crate::cli::{Context, session};
use crate::config::{Outage, Settings};
use crate::daemon::Desk;
use crate::daemon::stepping::{Facts, Guarding, Machine, Parts, Senses, Switch};
use crate::desktop::Sensors;
use crate::outage::service::Services;
use crate::outage::{self, Act, Fact, Guard, Mode, Noted, Prober, ServiceOf, TakeOver};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The guard's switch; it is off. `replays`: facts come from a trace, and what happens is printed.
pub fn switch(desk: &Arc<Desk>, replays: bool, context: &Context) -> Arc<Switch> {
    let (desk, library) = (desk.clone(), context.library());
    let (state, config) = (context.places.state.clone(), context.places.config_file());
    let turn_on = move |mode| {
        let outage = settings_now(&config).outage;
        let parts = Parts {
            mode,
            machine: Box::new(Guard::new(told(mode, &outage))),
            desk: desk.clone(),
            library: library.clone(),
            state: state.clone(),
            witness: replays.then(|| Witness::new().boxed()),
        };
        Guarding::start(parts, |facts| match replays {
            true => Ok(Box::new(Nobody)),
            false => Ok(Box::new(Everybody::start(&facts, outage)?)),
        })
    };
    Arc::new(Switch::new(Box::new(turn_on)))
}

/// What is wrong in the file was told when the program began.
fn settings_now(config: &Path) -> Settings {
    Settings::read(config).0
}

/// What the machine is told once.
fn told(mode: Mode, outage: &Outage) -> outage::Settings {
    let services = Services::with(&outage.services);
    let of = |service: &str, clients: &[String]| ServiceOf {
        service: service.into(),
        clients: clients.to_vec(),
        hosts: Vec::new(),
    };
    // What is said of a client goes before what its service says of its clients.
    let is_said = |client: &&outage::Profile| !client.service.is_empty();
    let by_client = outage.clients.iter().filter(is_said);
    let by_client = by_client.map(|client| of(&client.service, &client.bus));
    let by_service = services.all().iter();
    let by_service = by_service.map(|service| of(&service.name, &service.mpris));
    outage::Settings {
        mode,
        hands_back: outage.hand_back.unwrap_or(false),
        profiles: outage::known(&outage.clients),
        services: by_client.chain(by_service).collect(),
        seed: session::seed(),
    }
}

impl Machine for Guard {
    fn handle(&mut self, noted: Noted) -> Vec<Act> {
        Guard::handle(self, noted)
    }

    fn due(&self) -> Option<u64> {
        Guard::due(self)
    }

    fn state(&self) -> &'static str {
        Guard::state(self).word()
    }

    fn plays(&self) -> Option<TakeOver> {
        Guard::plays(self)
    }
}

/// The clients of this desktop, and the services of this config.
struct Everybody {
    sensors: Sensors,
    prober: Prober,
}

impl Everybody {
    fn start(facts: &Facts, outage: Outage) -> io::Result<Self> {
        let listens = outage.listen.unwrap_or(false);
        let (services, probed) = (Services::with(&outage.services), facts.clone());
        Ok(Self {
            sensors: Sensors::start(listens, facts.clone())?,
            prober: Prober::start(services, outage.control, move |answer| {
                probed.tell(Fact::Probed(answer));
            }),
        })
    }
}

impl Senses for Everybody {
    fn pause(&self, client: &str) {
        self.sensors.pause(client);
    }

    fn play(&self, client: &str) {
        self.sensors.play(client);
    }

    fn probe(&self, service: &str) {
        self.prober.ask(service);
    }
}

/// Nobody is there to be reached: facts come from a trace.
struct Nobody;

impl Senses for Nobody {
    fn pause(&self, _client: &str) {}
    fn play(&self, _client: &str) {}
    fn probe(&self, _service: &str) {}
}
