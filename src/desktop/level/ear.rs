//! What is asked of the server to hear one stream, and what was heard of it. It holds no sound, and no connection.

use crate::outage::Level;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, CreateRecordStreamReply, Prop, Props, RecordStreamParams, SampleFormat, SampleSpec,
};
use std::time::{Duration, Instant};

/// Peaks a second, which the server finds itself: silence is whole in the second of them at the latest, 133 ms after it began.
/// PulseAudio wakes us for each, whatever size of message is asked for.
const RATE: u32 = 15;
/// One of them, in bytes.
const FRAGMENT: u32 = 4;

/// A stream that says nothing for so long may have nothing to say, or nobody to say it.
pub const QUIET: Duration = Duration::from_millis(500);

/// One stream that is listened to.
pub struct Ear {
    /// The stream that is played.
    pub input: u32,
    /// The sink that it is played on.
    pub sink: u32,
    /// Where its peaks come; `None`: the server does not let us hear it.
    pub channel: Option<u32>,
    /// `None`: nothing was heard yet.
    pub level: Option<Level>,
    /// When anything was heard last, or was begun to wait for.
    pub heard_at: Instant,
}

impl Ear {
    /// Takes peaks in.
    pub fn hear(&mut self, peaks: &[u8], now: Instant) {
        self.heard_at = now;
        // A number is 0 where its bits are, but for its sign.
        let sounds = peaks.chunks_exact(4).any(|peak| {
            peak.try_into()
                .is_ok_and(|bits| f32::from_le_bytes(bits) != 0.0)
        });
        self.level = Some(match sounds {
            true => Level::Sounds,
            false => Level::Silent,
        });
    }

    /// Whether nothing has come for long.
    pub fn is_quiet(&self, now: Instant) -> bool {
        self.channel.is_some() && now.duration_since(self.heard_at) >= QUIET
    }
}

/// What one stream sends to its sink, as peaks. `monitor`: the sink's own.
pub fn wanted(input: u32, monitor: u32) -> RecordStreamParams {
    let mut props = Props::new();
    props.set(Prop::MediaName, c"whether it sounds");
    RecordStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::Float32Le,
            channels: 1,
            sample_rate: RATE,
        },
        channel_map: ChannelMap::mono(),
        source_index: Some(monitor),
        // Of all that the sink plays this stream alone.
        direct_on_input_index: Some(input),
        buffer_attr: BufferAttr {
            fragment_size: FRAGMENT,
            ..BufferAttr::default()
        },
        flags: StreamFlags {
            peak_detect: true,
            adjust_latency: true,
            // Nothing else is ever listened to in its place: PipeWire's session manager (WirePlumber 0.4, policy-node.lua) would
            // else give a stream whose target has just left the default source, a microphone.
            no_move: true,
            // A sink that nobody plays on may sleep.
            no_inhibit_auto_suspend: true,
            ..StreamFlags::default()
        },
        props,
        ..RecordStreamParams::default()
    }
}

/// Whether the server records what it was asked to.
pub fn is_as_wanted(made: &CreateRecordStreamReply, monitor: u32) -> bool {
    made.sink_index == monitor && made.sample_spec.format == SampleFormat::Float32Le
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stream_on_its_sink_s_monitor_is_asked_for_and_nothing_else_is_taken() {
        let asked = wanted(7, 3);
        assert_eq!(asked.direct_on_input_index, Some(7));
        assert_eq!((asked.source_index, asked.source_name), (Some(3), None));
        assert!(asked.flags.no_move);
        let made = |source| CreateRecordStreamReply {
            sink_index: source,
            sample_spec: asked.sample_spec,
            ..CreateRecordStreamReply::default()
        };
        assert!(is_as_wanted(&made(3), 3));
        assert!(!is_as_wanted(&made(1), 3), "a microphone, say");
    }

    #[test]
    fn silence_is_exactly_nothing() {
        let now = Instant::now();
        let mut ear = Ear {
            input: 1,
            sink: 1,
            channel: Some(0),
            level: None,
            heard_at: now,
        };
        let mut hear = |peaks: [f32; 2]| {
            let bytes: Vec<u8> = peaks.iter().flat_map(|peak| peak.to_le_bytes()).collect();
            ear.hear(&bytes, now);
            ear.level
        };
        assert_eq!(hear([0.0, -0.0]), Some(Level::Silent));
        assert_eq!(hear([0.0, 1e-9]), Some(Level::Sounds));
    }
}
