//! Where the frames go: a device under a supervisor, nowhere at a device's pace (or a bad one's), or a WAV file. It never
//! decodes.

mod device;
mod null;
mod riff;
mod supervisor;
mod unpaced;
mod wav;

pub(super) use device::Device;
pub(super) use null::{run as run_null, run_imitation};
pub(super) use supervisor::Supervisor;
pub(super) use unpaced::Unpaced;
pub(super) use wav::{create as create_wav, run as run_wav};

use cpal::traits::HostTrait;

/// The devices to play on, by the names that [`super::Output`] takes; the system's default first where it is known.
///
/// Those of the first sound system that has any: behind a sound server, ALSA lists its plugins, which nobody means.
/// Each of them still opens by its name. Asking may take a second.
pub fn outputs() -> Vec<String> {
    let named = device::hosts(None).map(|host| names_in(&host));
    named
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

fn names_in(host: &cpal::Host) -> Vec<String> {
    let default = host.default_output_device().into_iter();
    let all = default.chain(host.output_devices().into_iter().flatten());
    let mut names: Vec<String> = Vec::new();
    for name in all.filter_map(|device| device::name_of(&device)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
