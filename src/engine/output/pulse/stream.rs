//! One stream on a sink: what was sent to it, what it asks for, and which frame of the tape is heard when.

use super::wire::{Place, Wire, WireError};
use crate::engine::form::Form;
use crate::engine::quantise::Quantiser;
use crate::engine::ring::CHANNELS;
use pulseaudio::protocol::stream::CorkStreamParams;
use pulseaudio::protocol::{Command, CreatePlaybackStreamReply, LatencyParams, PlaybackLatency};
use std::ffi::CString;
use std::time::{Duration, Instant, SystemTime};

/// The longest latency that is believed.
const MAX_LATENCY: Duration = Duration::from_secs(10);

/// What the stream does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It plays what it is sent.
    Sounding,
    /// It was faded out; silence is heard from this moment on.
    Hushed(Instant),
    /// It stands.
    Corked,
}

pub(super) struct Stream {
    channel: u32,
    /// The server's number of it.
    pub index: u32,
    pub sink: CString,
    form: Form,
    quantiser: Quantiser,
    /// The frame of the tape that lies at the stream's byte 0.
    base: u64,
    /// Bytes that the server still wants; what was sent over what was there counts as well, here and there.
    requested: i64,
    pub state: State,
    /// At this moment that frame of the tape is heard.
    clock: (Instant, u64),
    /// When the clock was set by the server.
    pub clock_set: Option<Instant>,
    /// The number of the question for the time that was not answered yet, and when it was asked.
    pub asked: Option<(u32, Instant)>,
    bytes: Vec<u8>,
}

/// Where the server stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// The next frame of the tape that the sink will take.
    pub read: u64,
    /// How long it takes from there to the ear.
    pub sink: Duration,
}

impl Stream {
    pub(super) fn new(made: &CreatePlaybackStreamReply, form: Form, base: u64) -> Self {
        let latency = Duration::from_micros(made.stream_latency).min(MAX_LATENCY);
        Self {
            channel: made.channel,
            index: made.stream_index,
            sink: made.sink_name.clone().unwrap_or_default(),
            form,
            quantiser: Quantiser::default(),
            base,
            requested: i64::from(made.requested_bytes),
            state: State::Sounding,
            clock: (Instant::now() + latency, base),
            clock_set: None,
            asked: None,
            bytes: Vec::new(),
        }
    }

    pub(super) fn is(&self, channel: u32) -> bool {
        self.channel == channel
    }

    fn frame_bytes(&self) -> u64 {
        (self.form.format.bytes() * CHANNELS) as u64
    }

    /// Frames that the server wants now.
    pub(super) fn wanted(&self) -> u64 {
        u64::try_from(self.requested).unwrap_or(0) / self.frame_bytes()
    }

    pub(super) fn note_request(&mut self, bytes: u32) {
        self.requested = self.requested.saturating_add(i64::from(bytes));
    }

    /// Sends frames: the next ones, or from this frame of the tape on over what is there.
    pub(super) fn send(
        &mut self,
        wire: &mut Wire,
        from: Option<u64>,
        frames: &[f32],
    ) -> Result<(), WireError> {
        let place = match from {
            None => Place::Next,
            Some(frame) => Place::At(frame.saturating_sub(self.base) * self.frame_bytes()),
        };
        let format = self.form.format;
        self.bytes.resize(frames.len() * format.bytes(), 0);
        self.quantiser.write(frames, format, &mut self.bytes);
        self.requested = self
            .requested
            .saturating_sub_unsigned(self.bytes.len() as u64);
        wire.send_sound(self.channel, place, &self.bytes)
    }

    pub(super) fn ask_where(&mut self, wire: &mut Wire) -> Result<(), WireError> {
        let now = SystemTime::now();
        let asked = LatencyParams {
            channel: self.channel,
            now,
        };
        let number = wire.send(&Command::GetPlaybackLatency(asked))?;
        self.asked = Some((number, Instant::now()));
        Ok(())
    }

    /// Takes the server's answer; `playing`: the clock is set by it.
    pub(super) fn note_where(&mut self, answer: &PlaybackLatency) -> Standing {
        let read = u64::try_from(answer.read_offset).unwrap_or(0) / self.frame_bytes();
        let standing = Standing {
            read: self.base.saturating_add(read),
            sink: Duration::from_micros(answer.sink_usec).min(MAX_LATENCY),
        };
        self.asked = None;
        if answer.playing {
            let now = Instant::now();
            self.clock = (now + standing.sink, standing.read);
            self.clock_set = Some(now);
        }
        standing
    }

    /// The stream goes on at this frame, after it had stood.
    pub(super) fn restart_clock(&mut self, frame: u64, latency: Duration) {
        self.clock = (Instant::now() + latency, frame);
        self.clock_set = None;
    }

    /// When this frame of the tape is heard.
    pub(super) fn due(&self, frame: u64) -> Instant {
        let (at, known) = self.clock;
        if frame >= known {
            at + self.time(frame - known)
        } else {
            at.checked_sub(self.time(known - frame)).unwrap_or(at)
        }
    }

    /// The frame of the tape that is heard at this moment; never before the stream's first one.
    pub(super) fn heard(&self, now: Instant) -> u64 {
        let (at, known) = self.clock;
        if now >= at {
            known.saturating_add(self.frames(now - at))
        } else {
            known.saturating_sub(self.frames(at - now)).max(self.base)
        }
    }

    pub(super) fn time(&self, frames: u64) -> Duration {
        Duration::from_micros(frames.saturating_mul(1_000_000) / u64::from(self.form.rate.max(1)))
    }

    pub(super) fn frames(&self, time: Duration) -> u64 {
        u64::try_from(time.as_micros() * u128::from(self.form.rate) / 1_000_000).unwrap_or(u64::MAX)
    }

    /// Lets the stream stand, or go on. Nobody waits for the answer.
    pub(super) fn cork(&mut self, wire: &mut Wire, cork: bool) -> Result<(), WireError> {
        let channel = self.channel;
        wire.send(&Command::CorkPlaybackStream(CorkStreamParams {
            channel,
            cork,
        }))?;
        self.state = if cork { State::Corked } else { State::Sounding };
        Ok(())
    }

    pub(super) fn delete(&self, wire: &mut Wire) -> Result<(), WireError> {
        wire.send(&Command::DeletePlaybackStream(self.channel))
            .map(|_| ())
    }
}
