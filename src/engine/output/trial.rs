//! Opens the system's output as playing would, and closes it again: nothing is heard.

use super::device::Device;
use super::pulse;
use crate::engine::EngineError;

/// An output that opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedOutput {
    /// As people know it.
    pub name: String,
    /// What it was reached through: the sound server as it calls itself, or the sound system.
    pub through: String,
    /// Frames a second, its own.
    pub rate: u32,
}

/// The output that music would go to now. A sound server that hangs takes seconds.
pub fn try_output() -> Result<OpenedOutput, EngineError> {
    let missing = match pulse::try_default() {
        Ok(opened) => return Ok(opened),
        Err(missing) => missing,
    };
    match Device::find(None) {
        Ok(device) => device.try_open(),
        // The server was asked first, and knows better what is missing.
        Err(_) => Err(missing),
    }
}
