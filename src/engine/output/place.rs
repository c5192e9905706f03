//! Where the sound goes, and the way from one place to another while it plays. It decides nothing: it is asked.

use super::device::Device;
use super::null::run as run_null;
use super::pulse::{self, Found, PulseOutput, Start, Woken};
use super::supervisor::Supervisor;
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::quantise::SampleFormat;
use crate::engine::ring::RingSource;
use crate::engine::{EngineError, Notice, Output};
use crossbeam_channel::Sender;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// So often a device that was never there is looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A place that was found, and is not played on yet.
pub(in crate::engine) enum Place {
    /// A sink of the sound server.
    Server(Box<Found>),
    /// A sound card, by the name that was asked for.
    Card(Box<Device>, Option<String>),
    /// Nowhere, in real time.
    Null,
    /// A device that is not there yet.
    Awaited {
        /// Its name; `None`: the system's default.
        wanted: Option<String>,
        /// Why it is not there.
        missing: EngineError,
    },
}

impl Place {
    /// The sound server's device of that name, or the system's default; else the sound card's.
    pub(in crate::engine) fn device(
        wanted: Option<String>,
        woken: Arc<Woken>,
        controls: Arc<Controls>,
    ) -> Result<Self, EngineError> {
        let missing = match pulse::find(wanted.as_deref(), woken, controls) {
            Ok(found) => return Ok(Self::Server(found.into())),
            Err(missing) => missing,
        };
        let device = Device::find_instead(missing, wanted.as_deref())?;
        Ok(Self::Card(device.into(), wanted))
    }

    /// For "playing to …".
    pub(in crate::engine) fn name(&self) -> String {
        match self {
            Self::Server(found) => found.name().to_owned(),
            Self::Card(device, _) => device.name.clone(),
            Self::Null => "the null device, in real time and without sound".into(),
            Self::Awaited { wanted, .. } => wanted
                .clone()
                .unwrap_or_else(|| "the default device".into()),
        }
    }

    /// What it takes of its own accord; `None`: whatever comes.
    pub(in crate::engine) fn form(&self) -> Option<Form> {
        match self {
            Self::Server(found) => Some(found.form()),
            Self::Card(device, _) => Some(Form {
                rate: device.rate,
                format: SampleFormat::Float,
            }),
            Self::Null | Self::Awaited { .. } => None,
        }
    }
}

/// What the output's thread and the engine share.
#[derive(Clone)]
pub(in crate::engine) struct Player {
    pub controls: Arc<Controls>,
    pub notices: Sender<Notice>,
    pub woken: Arc<Woken>,
    /// Where the sound goes, for people.
    pub name: Arc<Mutex<String>>,
    /// Where it is to go next.
    pub next: Arc<Mutex<Option<Place>>>,
}

impl Player {
    /// The sound goes there as soon as what sounds has faded out. The thread is to be woken.
    pub(in crate::engine) fn move_to(&self, place: Place) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
        self.controls.leaving.store(true, Release);
    }

    /// Looks for the place, and says in words where there is none. May take seconds.
    pub(in crate::engine) fn look_for(&self, output: Output) -> Option<Place> {
        let found = match output {
            Output::Device(name) => self.look_for_device(name),
            Output::Null => Ok(Place::Null),
            Output::Imitated(_) | Output::Wav(_) => {
                Err("a WAV file or an imitated device is chosen at the start".to_owned())
            }
        };
        found
            .map_err(|why| {
                let reason = format!("The sound stays where it is: {why}.");
                let _ = self.notices.try_send(Notice::OutputRefused { reason });
            })
            .ok()
    }

    fn look_for_device(&self, name: Option<String>) -> Result<Place, String> {
        // The output's own waker would be woken here in its place.
        let (_waker, woken) = pulse::waker().map_err(|error| error.to_string())?;
        let mut place = Place::device(name, woken.into(), self.controls.clone())
            .map_err(|error| error.to_string())?;
        if let Place::Server(found) = &mut place {
            found.wakes_by(self.woken.clone());
        }
        Ok(place)
    }

    /// The thread's life, until the engine ends.
    pub(in crate::engine) fn run(self, first: Place, source: RingSource) {
        let (mut place, mut source) = (first, source);
        loop {
            let left = self.play(place, source);
            if self.controls.quitting.load(Acquire) {
                return;
            }
            let next = self
                .next
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            let (Some(left), Some(next)) = (left, next) else {
                let reason = "the device keeps the sound to itself".to_owned();
                let _ = self.notices.try_send(Notice::OutputLost { reason });
                return;
            };
            self.controls.leaving.store(false, Release);
            if self.controls.form().rate == 0
                && let Some(form) = next.form()
            {
                self.controls.set_form(form, 0);
            }
            let name = next.name();
            self.name
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(&name);
            let _ = self.notices.try_send(Notice::OutputMoved { name });
            (place, source) = (next, left);
        }
    }

    /// Until the device is there, the engine ends, or the sound is to go elsewhere. It is looked for only while there is
    /// something to play.
    fn wait_for_device(&self, wanted: Option<String>, missing: &EngineError) {
        let reason = missing.to_string();
        let _ = self.notices.try_send(Notice::OutputLost { reason });
        while !self.controls.ends() {
            if !self.controls.wants_sound() {
                thread::park();
                continue;
            }
            if let Ok(place) = self.look_for_device(wanted.clone()) {
                // Where somebody has sent the sound elsewhere meanwhile, that holds.
                if !self.controls.ends() {
                    self.move_to(place);
                }
                break;
            }
            thread::park_timeout(LOOK_AGAIN);
        }
        let _ = self.notices.try_send(Notice::OutputBack);
    }

    /// Plays there until the engine ends or the sound is to go elsewhere; gives the source back.
    fn play(&self, place: Place, source: RingSource) -> Option<RingSource> {
        match place {
            Place::Server(found) => {
                let start = Start {
                    found: *found,
                    source,
                    woken: self.woken.clone(),
                    notices: self.notices.clone(),
                };
                Some(PulseOutput::new(start).run())
            }
            Place::Card(device, wanted) => {
                Supervisor::new(wanted, *device, source, self.notices.clone()).run()
            }
            Place::Null => Some(run_null(source)),
            Place::Awaited { wanted, missing } => {
                self.wait_for_device(wanted, &missing);
                Some(source)
            }
        }
    }
}
