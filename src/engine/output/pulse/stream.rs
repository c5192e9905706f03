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

/// A server's block at the longest: 2,048 frames at 48 kHz are usual with PipeWire.
const PADDING: Duration = Duration::from_millis(50);

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
    /// Frames of silence that lie in the stream and not on the tape; the last of them before this frame of the tape.
    padding: u64,
    padded_at: u64,
    /// Bytes that the server still wants; what was sent over what was there counts as well, here and there.
    requested: i64,
    pub state: State,
    /// At this moment that frame of the tape is heard.
    clock: (Instant, u64),
    /// The number of the question for the time that was not answered yet, and when it was asked.
    pub asked: Option<(u32, Instant)>,
    pub last_asked: Instant,
    /// Behind this frame of the tape silence is meant, or nothing was here to be sent.
    gap_at: u64,
    /// The frame of the tape at which the server ran dry, where that was not judged yet.
    dry_at: Option<u64>,
    bytes: Vec<u8>,
}

/// Why a server ran dry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhoseGap {
    /// The end, a pause, a jump; or the ring had nothing.
    Ours,
    /// Music was here, and nobody sent it in time.
    Servers,
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
            padding: 0,
            padded_at: base,
            requested: i64::from(made.requested_bytes),
            state: State::Sounding,
            clock: (Instant::now() + latency, base),
            asked: None,
            last_asked: Instant::now(),
            gap_at: base,
            dry_at: None,
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

    /// Nothing follows this frame of the tape at once, and that is not the server's doing.
    pub(super) fn note_gap(&mut self, frame: u64) {
        self.gap_at = frame;
    }

    /// The server says that it ran dry at this byte.
    pub(super) fn note_dry(&mut self, byte: i64) {
        let frame = u64::try_from(byte).unwrap_or(0) / self.frame_bytes();
        self.dry_at = Some((self.base + frame).saturating_sub(self.padding));
    }

    /// Whether the server ran dry, and why; each time once. To be asked after what is here was sent.
    pub(super) fn ran_dry(&mut self) -> Option<WhoseGap> {
        let frame = self.dry_at.take()?;
        Some(if frame > self.gap_at {
            WhoseGap::Servers
        } else {
            WhoseGap::Ours
        })
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
            Some(frame) => {
                let place = (frame + self.padding).saturating_sub(self.base);
                Place::At(place * self.frame_bytes())
            }
        };
        let format = self.form.format;
        self.bytes.resize(frames.len() * format.bytes(), 0);
        self.quantiser.write(frames, format, &mut self.bytes);
        self.requested = self
            .requested
            .saturating_sub_unsigned(self.bytes.len() as u64);
        wire.send_sound(self.channel, place, &self.bytes)
    }

    /// Silence before this frame of the tape, which is the next one. PipeWire takes whole blocks only, and would keep
    /// the end of a fade or of a song until more comes.
    pub(super) fn pad(&mut self, wire: &mut Wire, frame: u64) -> Result<(), WireError> {
        if self.padded_at == frame {
            return Ok(());
        }
        let padding = self.frames(PADDING);
        self.clock = (self.due(frame) + self.time(padding), frame);
        self.padded_at = frame;
        self.padding += padding;
        let samples = usize::try_from(padding).unwrap_or(0) * CHANNELS;
        self.send(wire, None, &vec![0.0; samples])
    }

    pub(super) fn ask_where(&mut self, wire: &mut Wire) -> Result<(), WireError> {
        let now = SystemTime::now();
        let asked = LatencyParams {
            channel: self.channel,
            now,
        };
        let number = wire.send(&Command::GetPlaybackLatency(asked))?;
        self.last_asked = Instant::now();
        self.asked = Some((number, self.last_asked));
        Ok(())
    }

    /// Takes the server's answer; `playing`: the clock is set by it.
    pub(super) fn note_where(&mut self, answer: &PlaybackLatency) -> Standing {
        let read = u64::try_from(answer.read_offset).unwrap_or(0) / self.frame_bytes();
        let read = self.base.saturating_add(read);
        // What lies before the last padding is past: it stays as it is.
        let first = self.padded_at + self.padding;
        let standing = Standing {
            read: read.max(first) - self.padding,
            sink: Duration::from_micros(answer.sink_usec).min(MAX_LATENCY),
        };
        self.asked = None;
        if answer.playing {
            let until = standing.sink + self.time(first.saturating_sub(read));
            self.clock = (Instant::now() + until, standing.read);
        }
        standing
    }

    /// The stream goes on at this frame, after it had stood.
    pub(super) fn restart_clock(&mut self, frame: u64, latency: Duration) {
        self.clock = (Instant::now() + latency, frame);
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
