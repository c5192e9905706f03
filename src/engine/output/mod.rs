//! Where the frames go: a device under a supervisor, nowhere at a device's pace, or a WAV file. It never decodes.

mod device;
mod null;
mod supervisor;
mod wav;

pub(super) use device::Device;
pub(super) use null::run as run_null;
pub(super) use supervisor::Supervisor;
pub(super) use wav::{WavOutput, create as create_wav};

use cpal::traits::HostTrait;

/// The devices to play on, by the names that [`super::Output`] takes; the system's default first where it is known.
///
/// Asking may take a second: each sound system is asked in turn.
pub fn outputs() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for host in device::hosts(None) {
        let default = host.default_output_device();
        let others = host.output_devices().into_iter().flatten();
        for name in default
            .into_iter()
            .chain(others)
            .filter_map(|device| device::name_of(&device))
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
