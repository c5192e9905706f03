//! What happens when the device or the server goes away, comes back, or is another one.

use super::life::PulseOutput;
use super::ports::Pulled;
use super::server::Sink;
use super::stream::State;
use super::wire::WireError;
use crate::engine::Notice;
use pulseaudio::protocol::{SubscriptionEvent, SubscriptionEventFacility, SubscriptionEventType};
use std::ffi::CString;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::{Duration, Instant};

/// Waits between attempts to get the device back; the last one repeats, so that music is back 2 s after the device.
const RETRY_AFTER_MS: [u64; 4] = [200, 500, 1_000, 2_000];

/// The device is away.
pub(super) struct Lost {
    attempts: usize,
    pub next: Instant,
}

impl PulseOutput {
    /// The stream is gone: the music holds at the frame that was heard last, until there is a device again.
    pub(super) fn lose(&mut self, error: &WireError) {
        self.server = None;
        self.leave_stream();
        if !self.controls.wants_sound() {
            return;
        }
        let attempts = self.lost.as_ref().map_or(0, |lost| lost.attempts + 1);
        if self.lost.is_none() {
            let reason = error.to_string();
            let _ = self.notices.try_send(Notice::OutputLost { reason });
        }
        let wait = RETRY_AFTER_MS[attempts.min(RETRY_AFTER_MS.len() - 1)];
        self.lost = Some(Lost {
            attempts,
            next: Instant::now() + Duration::from_millis(wait),
        });
    }

    /// Forgets the stream; the tape goes back to what was heard of it.
    pub(super) fn leave_stream(&mut self) {
        let now = Instant::now();
        if let Some(stream) = self.stream.take() {
            self.sink.name = stream.sink.clone();
            if stream.state == State::Sounding {
                self.tape.go_back(stream.heard(now));
            }
            self.tape.set_level(0.0);
            self.note_place(now);
        }
    }

    /// A new stream stands where the old one was lost: it may sound where that was, or where anything is welcome.
    pub(super) fn come_back(&mut self) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let is_other = stream.sink != self.sink.name;
        let sink = server.sink(Some(&stream.sink.clone()))?;
        if is_other && !self.controls.follows.load(Relaxed) {
            return self.pause_before(sink);
        }
        stream.cork(&mut server.wire, false)?;
        self.lost = None;
        let _ = self.notices.try_send(Notice::OutputBack);
        if is_other {
            let name = sink.description.clone();
            let _ = self.notices.try_send(Notice::OutputMoved { name });
        }
        self.sink = sink;
        Ok(())
    }

    /// The server has moved the stream: by the person's hand, or because the device is gone.
    pub(super) fn follow_move(&mut self, to: CString) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let is_chosen = server.has(&stream.sink.clone())?;
        let sink = server.sink(Some(&to))?;
        if !is_chosen && !self.controls.follows.load(Relaxed) && self.controls.wants_sound() {
            return self.pause_before(sink);
        }
        stream.sink = to;
        if stream.asked.is_none() {
            stream.ask_where(&mut server.wire)?;
        }
        let name = sink.description.clone();
        let _ = self.notices.try_send(Notice::OutputMoved { name });
        self.sink = sink;
        Ok(())
    }

    /// A sink is not what it was.
    pub(super) fn hear_of_change(&mut self, event: SubscriptionEvent) -> Result<(), WireError> {
        let is_news = event.event_type == SubscriptionEventType::Changed
            && event.event_facility == SubscriptionEventFacility::Sink;
        match &mut self.server {
            // Of all sinks: its number may be another one's by now, its name is ours.
            Some(server) if is_news => {
                let played_on = self.stream.as_ref().map(|stream| &stream.sink);
                server.ask_sink(played_on.unwrap_or(&self.sink.name))
            }
            _ => Ok(()),
        }
    }

    /// The sink is this now: where a plug was pulled, the sound would come out of what nobody chose.
    pub(super) fn hear_of_sink(&mut self, answer: &[u8]) -> Result<(), WireError> {
        let Some(server) = &mut self.server else {
            return Ok(());
        };
        let sink = server.told_sink(answer)?;
        let was_there = self.sink.name == sink.name;
        let pulled = self.sink.ports.pulled(&sink.ports);
        if was_there {
            self.sink.ports = sink.ports;
        }
        if let Some(Pulled { from, to }) = pulled.filter(|_| was_there)
            && !self.controls.follows.load(Relaxed)
            && self.controls.wants_sound()
        {
            self.controls.paused.store(true, Release);
            let reason = format!("{from} is unplugged, and the sound would come out of {to}");
            let _ = self.notices.try_send(Notice::Paused { reason });
        }
        Ok(())
    }

    /// The sound would come out of this sink, which nobody chose.
    fn pause_before(&mut self, sink: Sink) -> Result<(), WireError> {
        self.controls.paused.store(true, Release);
        let reason = format!(
            "{} is gone, and the sound would come out of {}",
            self.sink.description, sink.description
        );
        if let (Some(server), Some(stream)) = (&mut self.server, &self.stream) {
            stream.delete(&mut server.wire)?;
        }
        self.leave_stream();
        self.sink = sink;
        self.lost = None;
        let _ = self.notices.try_send(Notice::Paused { reason });
        Ok(())
    }
}
