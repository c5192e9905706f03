//! Sound through a PulseAudio server, or through PipeWire in its place: one thread, one socket, no polling.
//!
//! The server gets a deep buffer, so that nobody need wake often and a busy machine loses nothing. What is asked for is
//! heard at once all the same: the frames that the server has not played yet are sent again, faded out, and what comes
//! next is put right behind them. It never decodes, and never decides what plays.
//!
//! - `address`: where the server listens; `wire`: messages to it and from it; `waker`: how other threads wake this one.
//! - `server`: what is asked of it: sinks, a stream. `stream`: one stream, and which frame is heard when.
//! - `tape`: the frames that may still be wanted back; pure.
//! - `life`: the thread, what it holds and what it waits for. `hear`: what the server says. `obey`: what is asked for is
//!   done to the stream. `feed`: frames on their way. `loss`: what happens when the device or the server goes away.
//! - `ports`: the ways out of a sink, and whether one of them was anybody's choice; pure.

mod address;
mod feed;
mod hear;
mod life;
mod loss;
mod obey;
mod ports;
mod server;
mod stream;
mod tape;
mod waker;
mod wire;

pub use address::{cookie, socket};
pub(in crate::engine) use life::{PulseOutput, Start};
pub use waker::{Waker, Woken, waker};
pub use wire::{ANSWER_TIMEOUT, Message, Wire, WireError};

use super::trial::OpenedOutput;
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::{EngineError, OutputInfo};
use pulseaudio::protocol::PulseError;
use server::{Server, Sink};
use std::sync::Arc;

/// A server that was found, and the sink to play on.
pub(in crate::engine) struct Found {
    server: Server,
    sink: Sink,
    is_named: bool,
}

impl Found {
    /// As people know the sink.
    pub(in crate::engine) fn name(&self) -> &str {
        &self.sink.description
    }

    /// The sink's own rate, and the format that loses nothing there.
    pub(in crate::engine) fn form(&self) -> Form {
        self.sink.form
    }

    /// From now on it is another thread that waits, and is woken so.
    pub(in crate::engine) fn wakes_by(&mut self, woken: Arc<Woken>) {
        self.server.wire.wakes_by(woken);
    }
}

/// The sink of that name, by its name or its description; `PULSE_SINK`, or else the default one, where none is given.
///
/// [`EngineError::NoSuchDevice`]: a server is here, and has no such sink. [`EngineError::NoDevice`]: no server is here.
/// [`EngineError::ServerHangs`]: it does not answer.
pub(in crate::engine) fn find(
    name: Option<&str>,
    woken: Arc<Woken>,
    controls: Arc<Controls>,
) -> Result<Found, EngineError> {
    let from_environment = std::env::var("PULSE_SINK")
        .ok()
        .filter(|name| !name.is_empty());
    let name = name.map(str::to_owned).or(from_environment);
    let mut server = Server::connect(woken, controls).map_err(no_device)?;
    let sink = match &name {
        None => server.sink(None),
        Some(name) => server.find(name),
    };
    match (sink, name) {
        (Ok(sink), name) => Ok(Found {
            server,
            sink,
            is_named: name.is_some(),
        }),
        (Err(WireError::Refused(PulseError::NoEntity)), Some(name)) => {
            Err(EngineError::NoSuchDevice { name })
        }
        (Err(WireError::Refused(PulseError::NoEntity)), None) => Err(EngineError::NoDevice {
            reason: "the sound server has no device to play on".into(),
        }),
        (Err(error), _) => Err(no_device(error)),
    }
}

fn no_device(error: WireError) -> EngineError {
    match error {
        WireError::Silent => EngineError::ServerHangs,
        error => EngineError::NoDevice {
            reason: error.to_string(),
        },
    }
}

/// Opens a paused stream on the default sink, and closes it with the connection.
pub(in crate::engine) fn try_default() -> Result<OpenedOutput, EngineError> {
    let (_waker, woken) = waker().map_err(|error| no_device(error.into()))?;
    let mut found = find(None, woken.into(), Arc::new(Controls::new(100)))?;
    let form = found.form();
    let sink = found.sink.name.clone();
    let server = &mut found.server;
    server.open(Some(&sink), form, 0, true).map_err(no_device)?;
    Ok(OpenedOutput {
        through: server.calls_itself().map_err(no_device)?,
        name: found.sink.description,
        rate: form.rate,
    })
}

/// The sinks of the server, the default one first; none where no server answers.
pub(in crate::engine) fn outputs() -> Vec<OutputInfo> {
    let Ok((_waker, woken)) = waker() else {
        return Vec::new();
    };
    let controls = Arc::new(Controls::new(100));
    Server::connect(woken.into(), controls)
        .and_then(|mut server| server.outputs())
        .unwrap_or_default()
}
