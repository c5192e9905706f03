//! What is asked of a sound server besides playing: which sinks it has, and a stream on one of them.

use super::address;
use super::ports::Ports;
use super::stream::Stream;
use super::waker::Woken;
use super::wire::{Wire, WireError};
use crate::engine::OutputInfo;
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::quantise::SampleFormat;
use crate::engine::ring::CHANNELS;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    self, ChannelMap, Command, CreatePlaybackStreamReply, DEFAULT_SINK, GetSinkInfo,
    PlaybackStreamParams, Prop, Props, PulseError, SampleSpec, ServerInfo, SetClientNameReply,
    SinkInfo, SubscriptionMask,
};
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// The server asks for so much at once: few wake-ups.
const REQUEST_MS: u32 = 300;
/// What the sink itself may hold: a pause cannot be heard sooner.
const SINK_MS: u32 = 40;
/// With `adjust_latency` the sink gets (whole − 2 × request) / 2 of it.
const BUFFER_MS: u32 = 2 * REQUEST_MS + 2 * SINK_MS;
/// The rates that a sink may have for its own.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=384_000;

/// A connection and who we are in it.
pub(super) struct Server {
    pub wire: Wire,
    /// The number of the question for the sink that was not answered yet.
    pub asked_sink: Option<u32>,
}

/// A sink, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) struct Sink {
    pub name: CString,
    /// As people know it.
    pub description: String,
    /// Its own rate, and samples as it takes them: dithered by us where it takes 16 bits, else left to the server.
    pub form: Form,
    pub ports: Ports,
}

impl Sink {
    fn of(info: SinkInfo) -> Self {
        let ports = Ports::of(&info);
        let name = info.name.to_string_lossy().into_owned();
        let described = info
            .description
            .map(|text| text.to_string_lossy().into_owned());
        Self {
            description: described.filter(|text| !text.is_empty()).unwrap_or(name),
            form: Form {
                rate: info
                    .sample_spec
                    .sample_rate
                    .clamp(*RATES.start(), *RATES.end()),
                format: match info.sample_spec.format {
                    protocol::SampleFormat::S16Le | protocol::SampleFormat::S16Be => {
                        SampleFormat::Int16
                    }
                    _ => SampleFormat::Float,
                },
            },
            name: info.name,
            ports,
        }
    }
}

impl Server {
    /// Connects to the server of this session.
    pub(super) fn connect(woken: Arc<Woken>, controls: Arc<Controls>) -> Result<Self, WireError> {
        let variable = |name: &str| std::env::var(name).ok();
        let path = address::socket(variable).map_err(WireError::NoAddress)?;
        let quitting = controls.quitting.clone();
        let mut wire = Wire::connect(&path, address::cookie(variable), woken, quitting)?;
        let _: SetClientNameReply = wire.ask(&Command::SetClientName(who_we_are()))?;
        // Of a sink that changes, another port say, it speaks from now on. Nobody waits for the answer.
        wire.send(&Command::Subscribe(SubscriptionMask::SINK))?;
        Ok(Self {
            wire,
            asked_sink: None,
        })
    }

    /// Asks for the sink of that name without waiting; [`Self::told_sink`] reads the answer.
    ///
    /// An answer that is still to come tells what is now as well.
    pub(super) fn ask_sink(&mut self, name: &CStr) -> Result<(), WireError> {
        if self.asked_sink.is_none() {
            self.asked_sink = Some(self.wire.send(&Command::GetSinkInfo(by_name(name)))?);
        }
        Ok(())
    }

    pub(super) fn told_sink(&mut self, answer: &[u8]) -> Result<Sink, WireError> {
        self.asked_sink = None;
        self.wire.read(answer).map(Sink::of)
    }

    /// The sink of that name, or the default one; `Refused(NoEntity)` where there is none.
    pub(super) fn sink(&mut self, name: Option<&CStr>) -> Result<Sink, WireError> {
        let asked = by_name(name.unwrap_or(DEFAULT_SINK));
        self.wire.ask(&Command::GetSinkInfo(asked)).map(Sink::of)
    }

    /// The sink that people call so: by its name, else by its description.
    pub(super) fn find(&mut self, called: &str) -> Result<Sink, WireError> {
        let none = || WireError::Refused(PulseError::NoEntity);
        let name = CString::new(called).map_err(|_| none())?;
        match self.sink(Some(&name)) {
            Err(WireError::Refused(_)) => {}
            answer => return answer,
        }
        let mut sinks = self.sinks()?.into_iter();
        sinks
            .find(|sink| sink.description == called)
            .ok_or_else(none)
    }

    fn sinks(&mut self) -> Result<Vec<Sink>, WireError> {
        let list: Vec<SinkInfo> = self.wire.ask(&Command::GetSinkInfoList)?;
        Ok(list.into_iter().map(Sink::of).collect())
    }

    /// All sinks, the default one first.
    pub(super) fn outputs(&mut self) -> Result<Vec<OutputInfo>, WireError> {
        let server: ServerInfo = self.wire.ask(&Command::GetServerInfo)?;
        let mut outputs: Vec<OutputInfo> = self
            .sinks()?
            .into_iter()
            .map(|sink| OutputInfo {
                is_default: server.default_sink_name.as_deref() == Some(&*sink.name),
                name: sink.name.to_string_lossy().into_owned(),
                description: sink.description,
            })
            .collect();
        outputs.sort_by_key(|output| !output.is_default);
        Ok(outputs)
    }

    /// The server's own name and version: `pulseaudio 16.1`.
    pub(super) fn calls_itself(&mut self) -> Result<String, WireError> {
        let server: ServerInfo = self.wire.ask(&Command::GetServerInfo)?;
        let text = |text: Option<CString>| text.unwrap_or_default().to_string_lossy().into_owned();
        let (name, version) = (text(server.server_name), text(server.server_version));
        Ok(format!("{name} {version}").trim().to_owned())
    }

    /// A stream of stereo frames, running or `corked`; `base`: the frame of the tape that it begins with. `None`: the sink that the
    /// server chooses, by its default and by what the person set for this program.
    pub(super) fn open(
        &mut self,
        sink: Option<&CStr>,
        form: Form,
        base: u64,
        corked: bool,
    ) -> Result<Stream, WireError> {
        let frame_bytes = (form.format.bytes() * CHANNELS) as u32;
        let bytes = |ms: u32| (form.rate / 50 * ms / 20).saturating_mul(frame_bytes);
        let mut props = Props::new();
        props.set(Prop::MediaName, c"music");
        props.set(Prop::MediaRole, c"music");
        let asked = PlaybackStreamParams {
            sample_spec: SampleSpec {
                format: match form.format {
                    SampleFormat::Float => protocol::SampleFormat::Float32Le,
                    SampleFormat::Int16 => protocol::SampleFormat::S16Le,
                    SampleFormat::Int24 => protocol::SampleFormat::S24Le,
                    SampleFormat::Int32 => protocol::SampleFormat::S32Le,
                },
                channels: CHANNELS as u8,
                sample_rate: form.rate,
            },
            channel_map: ChannelMap::stereo(),
            sink_name: sink.map(CStr::to_owned),
            buffer_attr: BufferAttr {
                target_length: bytes(BUFFER_MS),
                minimum_request_length: bytes(REQUEST_MS),
                // With none at all the server would play on where nothing was sent, and swallow what comes late.
                pre_buffering: frame_bytes,
                ..BufferAttr::default()
            },
            props,
            flags: StreamFlags {
                adjust_latency: true,
                start_corked: corked,
                ..StreamFlags::default()
            },
            ..PlaybackStreamParams::default()
        };
        let made: CreatePlaybackStreamReply =
            self.wire.ask(&Command::CreatePlaybackStream(asked))?;
        Ok(Stream::new(&made, form, base))
    }

    /// Whether there is still a sink of that name.
    pub(super) fn has(&mut self, sink: &CStr) -> Result<bool, WireError> {
        match self.sink(Some(sink)) {
            Ok(_) => Ok(true),
            Err(WireError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn by_name(name: &CStr) -> GetSinkInfo {
    GetSinkInfo {
        index: None,
        name: Some(name.to_owned()),
    }
}

fn who_we_are() -> Props {
    let mut props = Props::new();
    props.set(Prop::ApplicationName, c"standin");
    props.set(Prop::ApplicationIconName, c"audio-x-generic");
    if let Ok(number) = CString::new(std::process::id().to_string()) {
        props.set(Prop::ApplicationProcessId, number);
    }
    props
}
