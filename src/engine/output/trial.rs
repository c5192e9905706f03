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
    let of_server = match &missing {
        EngineError::NoDevice { reason } => reason.clone(),
        other => other.to_string(),
    };
    let device = Device::find_instead(missing, None)?;
    device.try_open().map_err(|why| EngineError::NoDevice {
        reason: format!("{of_server}, and {why}"),
    })
}
