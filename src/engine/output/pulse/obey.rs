//! What is asked for is done to the stream: hold, go on, jump, another volume. Nothing that sounds ends with a step.

use super::life::{CLOCK_LASTS, LINGER, OVERDUE, PulseOutput};
use super::stream::{Standing, State};
use super::wire::{ANSWER_TIMEOUT, WireError};
use crate::engine::Notice;
use std::sync::atomic::Ordering::Acquire;
use std::time::{Duration, Instant};

/// From the frame that the sink takes next to the first one that is sent again: what the sink may take meanwhile.
pub(super) const MARGIN: Duration = Duration::from_millis(40);

impl PulseOutput {
    pub(super) fn obey(&mut self) -> Result<(), WireError> {
        let now = Instant::now();
        let wants = self.controls.wants_sound();
        let jumped = self.has_jumped();
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            if jumped {
                self.jump();
            }
            return if wants { self.open() } else { Ok(()) };
        };
        match stream.state {
            State::Sounding => self.look_at_sound(now),
            State::Hushed(until) => {
                if jumped {
                    self.jump();
                } else if wants {
                    stream.state = State::Sounding;
                } else if now >= until + LINGER {
                    stream.cork(&mut server.wire, true)?;
                    return self.close_when_done();
                }
                Ok(())
            }
            State::Corked => {
                if jumped {
                    self.jump();
                }
                self.go_on()?;
                self.close_when_done()
            }
        }
    }

    /// What stood goes on where sound is wanted. Nobody may wake us again for it: a jump and its first frames come together.
    fn go_on(&mut self) -> Result<(), WireError> {
        if self.controls.wants_sound()
            && let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream)
        {
            stream.cork(&mut server.wire, false)?;
            stream.restart_clock(self.tape.cursor(), MARGIN);
            stream.ask_where(&mut server.wire)?;
        }
        Ok(())
    }

    pub(super) fn look_at_sound(&mut self, now: Instant) -> Result<(), WireError> {
        let Some(stream) = &self.stream else {
            return Ok(());
        };
        let is_heard = stream.due(self.tape.cursor()) <= now;
        if is_heard && (self.must_hush() || self.ends_by_itself()) {
            self.rest_at(now);
        } else if is_heard && self.tape.waiting() == 0 && self.source.is_out_of_form() {
            return self.change_form();
        } else if is_heard {
            self.volume = self.controls.volume();
            self.curve = self.controls.curve.turn();
        } else if self.must_hush() || self.sounds_otherwise() {
            return self.ask_where(now, Duration::ZERO);
        }
        self.note_silence(now);
        let overdue = is_heard && self.hunger.is_none();
        self.ask_where(now, if overdue { OVERDUE } else { CLOCK_LASTS })
    }

    /// Asks for the time, where the last question is answered and so old.
    fn ask_where(&mut self, now: Instant, old: Duration) -> Result<(), WireError> {
        match (&mut self.server, &mut self.stream) {
            (Some(server), Some(stream))
                if stream.asked.is_none()
                    && stream.state == State::Sounding
                    && now >= stream.last_asked + old =>
            {
                stream.ask_where(&mut server.wire)
            }
            _ => Ok(()),
        }
    }

    /// Says so where the server is asked and does not answer. It is waited for: nothing is lost by that.
    fn note_silence(&mut self, now: Instant) {
        let asked = self.stream.as_ref().and_then(|stream| stream.asked);
        if let Some((_, asked)) = asked
            && now >= asked + ANSWER_TIMEOUT
            && self.controls.wants_sound()
            && !std::mem::replace(&mut self.hangs, true)
        {
            let reason = WireError::Silent.to_string();
            let _ = self.notices.try_send(Notice::OutputLost { reason });
        }
    }

    /// The stream is of no use once nothing is given any more.
    fn close_when_done(&mut self) -> Result<(), WireError> {
        if !self.controls.primed.load(Acquire)
            && let (Some(server), Some(stream)) = (&mut self.server, self.stream.take())
        {
            stream.delete(&mut server.wire)?;
        }
        Ok(())
    }

    /// What sounds shall not go on.
    pub(super) fn must_hush(&self) -> bool {
        let wants = self.controls.wants_sound() || self.ends_by_itself();
        !wants || self.has_jumped() || self.controls.ends()
    }

    pub(super) fn has_jumped(&self) -> bool {
        self.controls.epoch.load(Acquire) != self.epoch
    }

    /// A long fade has left the ring, and is to be heard to its end.
    pub(super) fn ends_by_itself(&self) -> bool {
        let controls = &self.controls;
        controls.has_faded() && controls.primed.load(Acquire) && !controls.paused.load(Acquire)
    }

    /// Sends what the server has not played yet once more, and lets it end in silence.
    pub(super) fn hush(&mut self, standing: Standing) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let from = (standing.read + stream.frames(MARGIN)).min(self.tape.cursor());
        self.tape.go_back(from);
        let from = self.tape.cursor();
        self.out.clear();
        let fade = self.tape.fade_frames();
        if self.tape.send(fade, 0.0, &mut self.out) > 0 {
            stream.send(&mut server.wire, Some(from), &self.out)?;
        }
        let latency = stream.due(from).saturating_duration_since(Instant::now());
        self.controls
            .show_at(from, &self.out, self.form.rate, latency);
        let silent = stream.due(self.tape.cursor());
        if self.controls.epoch.load(Acquire) == self.epoch {
            stream.pad(&mut server.wire, self.tape.cursor())?;
        }
        self.rest_at(silent);
        Ok(())
    }

    /// Another volume or another curve is wanted than what was sent has.
    pub(super) fn sounds_otherwise(&self) -> bool {
        self.volume != self.controls.volume() || self.curve != self.controls.curve.turn()
    }

    /// Another volume or another curve: what the server has not played yet is sent again.
    pub(super) fn level(&mut self, standing: Standing) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        self.volume = self.controls.volume();
        self.curve = self.controls.curve.turn();
        let end = self.tape.cursor();
        let from = standing.read + stream.frames(MARGIN);
        if from >= end {
            return Ok(());
        }
        self.tape.go_back(from);
        let from = self.tape.cursor();
        self.tape.equalise(&self.controls.curve);
        self.out.clear();
        self.tape.send(end - from, self.volume, &mut self.out);
        let latency = stream.due(from).saturating_duration_since(Instant::now());
        self.controls
            .show_at(from, &self.out, self.form.rate, latency);
        stream.send(&mut server.wire, Some(from), &self.out)
    }

    /// Silence from this moment on; what is asked for next begins behind it.
    fn rest_at(&mut self, silent: Instant) {
        self.tape.set_level(0.0);
        self.hunger = None;
        self.note_place(silent);
        self.note_gap();
        if let Some(stream) = &mut self.stream {
            stream.state = State::Hushed(silent);
        }
        if self.has_jumped() {
            self.jump();
        }
    }

    /// The music will hold at the cursor from that moment on.
    pub(super) fn note_place(&self, at: Instant) {
        if let Some(place) = self.tape.ring_frame(self.tape.cursor()) {
            let latency = at.saturating_duration_since(Instant::now());
            self.controls.note_frames(place, place, latency);
        }
    }

    /// The frames that were not heard belong to the past, and the source goes on with the next song.
    fn jump(&mut self) {
        self.jumps_from = self.tape.ring_frame(self.tape.cursor());
        self.tape.cut();
        self.volume = self.controls.volume();
        self.tape.set_level(self.volume);
        self.source.shut();
        self.epoch = self.controls.epoch.load(Acquire);
        if let Some((frames, first)) = self.ahead.take()
            && self.controls.taken_in(self.epoch).is_some()
        {
            self.put_on_tape(&frames, first);
        }
        if let Some(stream) = &mut self.stream
            && matches!(stream.state, State::Hushed(_))
            && self.controls.wants_sound()
        {
            stream.state = State::Sounding;
        }
    }
}
