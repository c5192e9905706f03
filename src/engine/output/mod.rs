//! Where the frames go: a sound server, a device under a supervisor, nowhere at a device's pace (or a bad one's), or a
//! WAV file. It never decodes.

mod device;
mod null;
mod place;
pub(super) mod pulse;
mod riff;
mod supervisor;
mod trial;
mod unpaced;
mod wav;

pub(super) use null::run_imitation;
pub(super) use place::{Place, Player};
pub(super) use pulse::waker;
pub use trial::{OpenedOutput, try_output};
pub(super) use unpaced::Unpaced;
pub(super) use wav::{create as create_wav, run as run_wav};

use super::OutputInfo;
use cpal::traits::HostTrait;

/// The devices to play on, the system's default first where it is known.
///
/// Those of the first sound system that has any: behind a sound server, ALSA lists its plugins, which nobody means.
/// Each of them still opens by its name. Asking may take a second.
pub fn outputs() -> Vec<OutputInfo> {
    let here = || device::hosts(None).map(|host| found_in(&host));
    std::iter::once_with(pulse::outputs)
        .chain(std::iter::once_with(here).flatten())
        .find(|outputs| !outputs.is_empty())
        .unwrap_or_default()
}

fn found_in(host: &cpal::Host) -> Vec<OutputInfo> {
    let default = host.default_output_device();
    let default_name = default.as_ref().and_then(device::name_of);
    let all = default
        .into_iter()
        .chain(host.output_devices().into_iter().flatten());
    let mut found: Vec<OutputInfo> = Vec::new();
    for name in all.filter_map(|device| device::name_of(&device)) {
        if found.iter().all(|other| other.name != name) {
            found.push(OutputInfo {
                is_default: default_name.as_ref() == Some(&name),
                description: name.clone(),
                name,
            });
        }
    }
    found
}
