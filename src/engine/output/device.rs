//! One device and one stream on it. It opens and closes; when to do so is the supervisor's business.

use super::trial::OpenedOutput;
use crate::engine::EngineError;
use crate::engine::controls::Controls;
use crate::engine::ring::{CHANNELS, RingSource};
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, OutputCallbackInfo, StreamConfig};
use crossbeam_channel::Sender;
use rodio::Source;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Frames a callback gets: a tenth of a second. Half of that loses samples on a busy machine.
const BUFFERS_A_SECOND: u32 = 10;
/// How long a hung sound server is waited for.
const OPEN_TIMEOUT: Duration = Duration::from_secs(3);
/// The rates that a device may have for its own.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=384_000;

/// The sound systems that are here: PulseAudio (or PipeWire in its place) before ALSA.
pub(super) fn hosts(only: Option<cpal::HostId>) -> impl Iterator<Item = cpal::Host> {
    let mut ids = cpal::available_hosts();
    ids.sort_by_key(|id| id.name() != "PulseAudio");
    ids.retain(|id| only.is_none_or(|only| only == *id));
    ids.into_iter().filter_map(|id| {
        if id.name() == "ALSA" {
            silence_alsa();
        }
        cpal::host_from_id(id).ok()
    })
}

/// ALSA explains each plugin that it cannot open, on stderr, in the middle of our own output.
fn silence_alsa() {
    #[cfg(target_os = "linux")]
    {
        extern "C" fn say_nothing() {}
        #[allow(unsafe_code)]
        unsafe extern "C" {
            fn snd_lib_error_set_handler(handler: Option<extern "C" fn()>) -> i32;
        }
        // SAFETY: the function only stores the pointer; ALSA calls it with C variadic arguments, which a C function
        // that looks at none of them may be given. No wrapper crate offers a handler of its own that is silent.
        #[allow(unsafe_code)]
        unsafe {
            snd_lib_error_set_handler(Some(say_nothing));
        }
    }
}

pub(super) fn name_of(device: &cpal::Device) -> Option<String> {
    device
        .description()
        .ok()
        .map(|description| description.name().to_owned())
}

/// A device that was found, and what it is set to.
pub(in crate::engine) struct Device {
    device: cpal::Device,
    /// The sound system it belongs to.
    pub host: cpal::HostId,
    /// As people know it.
    pub name: String,
    /// Frames a second, the device's own.
    pub rate: u32,
}

impl Device {
    /// The device of that name, or the system's default, where the sound server gave none, for this reason.
    ///
    /// Where the server hangs the default is not asked for: it is the server again, by another way that takes half a
    /// minute.
    pub(super) fn find_instead(
        missing: EngineError,
        name: Option<&str>,
    ) -> Result<Self, EngineError> {
        match (&missing, name) {
            (EngineError::ServerHangs, None) => Err(missing),
            // The server was asked first, and knows better what is missing.
            _ => Self::find_in(None, name).map_err(|_| missing),
        }
    }

    /// Opens a stream of silence and closes it again; or why it does not open.
    pub(super) fn try_open(self) -> Result<OpenedOutput, String> {
        let config = StreamConfig {
            channels: CHANNELS as u16,
            sample_rate: self.rate,
            buffer_size: BufferSize::Fixed(self.rate / BUFFERS_A_SECOND),
        };
        let silence = |block: &mut [f32], _: &OutputCallbackInfo| block.fill(0.0);
        let stream = self
            .device
            .build_output_stream::<f32, _, _>(config, silence, |_| (), Some(OPEN_TIMEOUT))
            .map_err(|error| format!("{} does not open: {error}", self.name))?;
        drop(stream);
        Ok(OpenedOutput {
            name: self.name,
            through: self.host.name().to_owned(),
            rate: self.rate,
        })
    }

    /// As [`Self::find`], in one sound system alone.
    pub(super) fn find_in(
        only: Option<cpal::HostId>,
        name: Option<&str>,
    ) -> Result<Self, EngineError> {
        let mut has_devices = false;
        let mut reason = "no sound system answers".to_owned();
        for host in hosts(only) {
            let found = match name {
                None => host.default_output_device(),
                Some(name) => find_named(&host, name, &mut has_devices),
            };
            match found.map(|device| Self::look_at(device, host.id())) {
                Some(Ok(device)) => return Ok(device),
                Some(Err(error)) => reason = error.to_string(),
                None => {}
            }
        }
        match name {
            Some(name) if has_devices => Err(EngineError::NoSuchDevice {
                name: name.to_owned(),
            }),
            _ => Err(EngineError::NoDevice { reason }),
        }
    }

    fn look_at(device: cpal::Device, host: cpal::HostId) -> Result<Self, cpal::Error> {
        let rate = device.default_output_config()?.sample_rate();
        Ok(Self {
            name: name_of(&device).unwrap_or_else(|| "a device without a name".into()),
            rate: rate.clamp(*RATES.start(), *RATES.end()),
            host,
            device,
        })
    }
}

fn find_named(host: &cpal::Host, name: &str, has_devices: &mut bool) -> Option<cpal::Device> {
    host.output_devices().ok()?.find(|device| {
        *has_devices = true;
        name_of(device).is_some_and(|its| its == name)
            || device.id().is_ok_and(|id| id.id() == name)
    })
}

/// What the error callback leaves for the supervisor: it may be called a hundred thousand times a second.
#[derive(Default)]
pub(super) struct Trouble {
    fatal: AtomicU8,
    complaints: AtomicU64,
}

impl Trouble {
    fn note(&self, kind: ErrorKind) {
        let fatal = match kind {
            ErrorKind::DeviceNotAvailable => 1,
            ErrorKind::StreamInvalidated => 2,
            ErrorKind::HostUnavailable => 3,
            ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => 0,
            _ => {
                self.complaints.fetch_add(1, Relaxed);
                0
            }
        };
        if fatal != 0 {
            self.fatal.store(fatal, Relaxed);
        }
    }

    /// Why the stream cannot go on.
    pub(super) fn fatal(&self) -> Option<&'static str> {
        match self.fatal.load(Relaxed) {
            0 => None,
            1 => Some("the device is gone"),
            2 => Some("the sound server has closed the stream"),
            _ => Some("the sound server is gone"),
        }
    }

    /// Errors that need not mean anything, so far.
    pub(super) fn complaints(&self) -> u64 {
        self.complaints.load(Relaxed)
    }
}

/// A source on loan to a stream: it comes back when the stream is dropped, with its place in the ring.
struct Lent {
    source: Option<RingSource>,
    back: Sender<RingSource>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(source) = self.source.take() {
            let _ = self.back.try_send(source);
        }
    }
}

impl Iterator for Lent {
    type Item = f32;

    #[inline]
    fn next(&mut self) -> Option<f32> {
        self.source.as_mut()?.next()
    }
}

impl Source for Lent {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> rodio::ChannelCount {
        self.source
            .as_ref()
            .map_or(rodio::ChannelCount::MIN, Source::channels)
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        self.source
            .as_ref()
            .map_or(rodio::SampleRate::MIN, Source::sample_rate)
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

/// A running stream.
pub(super) struct Open {
    stream: cpal::Stream,
    pub trouble: Arc<Trouble>,
}

impl Open {
    /// Opens a stream and starts it, the source in its mixer before the first callback. The source comes through
    /// `back` when the stream is dropped, and also when it cannot be opened.
    pub(super) fn start(
        device: &Device,
        rate: u32,
        source: RingSource,
        back: Sender<RingSource>,
    ) -> Result<Self, cpal::Error> {
        let trouble = Arc::new(Trouble::default());
        let config = StreamConfig {
            channels: CHANNELS as u16,
            sample_rate: rate,
            buffer_size: BufferSize::Fixed(rate / BUFFERS_A_SECOND),
        };
        let controls = source.controls().clone();
        controls
            .drain_us
            .store(2 * 1_000_000 / u64::from(BUFFERS_A_SECOND), Relaxed);
        let noted = trouble.clone();
        let stream = device.device.build_output_stream::<f32, _, _>(
            config,
            callback(controls, source, back),
            move |error| noted.note(error.kind()),
            Some(OPEN_TIMEOUT),
        )?;
        stream.play()?;
        Ok(Self { stream, trouble })
    }

    pub(super) fn play(&self) -> Result<(), cpal::Error> {
        self.stream.play()
    }

    pub(super) fn pause(&self) -> Result<(), cpal::Error> {
        self.stream.pause()
    }
}

fn callback(
    controls: Arc<Controls>,
    source: RingSource,
    back: Sender<RingSource>,
) -> impl FnMut(&mut [f32], &OutputCallbackInfo) + Send + 'static {
    let rate = source.sample_rate().get();
    let (mixer, mut mixed) = rodio::mixer::mixer(source.channels(), source.sample_rate());
    mixer.add(Lent {
        source: Some(source),
        back,
    });
    move |block, info| {
        let before = controls.taken();
        for sample in block.iter_mut() {
            *sample = mixed.next().unwrap_or(0.0);
        }
        let time = info.timestamp();
        let latency = time.playback.saturating_duration_since(time.callback);
        controls.note_block(before, latency);
        controls.show(block, rate, latency);
    }
}
