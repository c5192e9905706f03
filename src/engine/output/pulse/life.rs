//! What the thread of the output does: listens to the server, obeys the controls, sends frames, and waits.

use super::Found;
use super::loss::Lost;
use super::server::{Server, Sink};
use super::stream::{Standing, State, Stream};
use super::tape::Tape;
use super::waker::Woken;
use super::wire::{Message, WireError};
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::ring::{CHANNELS, RingSource};
use crate::engine::{Notice, OnLoss};
use crossbeam_channel::Sender;
use pulseaudio::protocol::{Command, PlaybackLatency};
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

/// From the frame that the sink takes next to the first one that is sent again: what the sink may take meanwhile.
const MARGIN: Duration = Duration::from_millis(40);
/// How often the ring is looked at while the server wants frames and there are none: at first, and at last.
const HUNGRY: Duration = Duration::from_millis(15);
const VERY_HUNGRY: Duration = Duration::from_millis(80);
/// After so long the server is asked again for the time.
const CLOCK_LASTS: Duration = Duration::from_secs(10);
/// After the last frame is heard, before the stream is stopped.
const LINGER: Duration = Duration::from_millis(10);
/// How long the end may take, its fade included.
const END_LIMIT: Duration = Duration::from_millis(400);
/// Frames that stay on the tape behind the cursor, as time: more than a server holds.
const KEPT: Duration = Duration::from_secs(1);
/// What the end of the queue waits for beyond the last frame.
const DRAIN_SLACK_US: u64 = 20_000;

/// What the output begins with.
pub(in crate::engine) struct Start {
    pub found: Found,
    pub source: RingSource,
    pub woken: Arc<Woken>,
    pub notices: Sender<Notice>,
    pub on_loss: OnLoss,
}

pub(in crate::engine) struct PulseOutput {
    /// The sink that was asked for; `None`: the server chooses.
    pub(super) wanted: Option<CString>,
    /// The sink last played on, or about to be.
    pub(super) sink: Sink,
    pub(super) on_loss: OnLoss,
    pub(super) controls: Arc<Controls>,
    pub(super) notices: Sender<Notice>,
    pub(super) woken: Arc<Woken>,
    pub(super) server: Option<Server>,
    pub(super) stream: Option<Stream>,
    pub(super) lost: Option<Lost>,
    pub(super) tape: Tape,
    source: RingSource,
    /// What the stream is opened in.
    form: Form,
    /// The epoch that the tape belongs to.
    epoch: u64,
    /// What the source gave of a newer epoch before that was noticed, and its first frame.
    ahead: Option<(Vec<f32>, u64)>,
    /// The last frame before a jump that is not made yet.
    jumps_from: Option<u64>,
    /// The level that what was sent is at, or on its way to.
    volume: f32,
    /// The server wants frames that are not here; how long to wait for them.
    hunger: Option<Duration>,
    block: Vec<f32>,
    out: Vec<f32>,
}

impl PulseOutput {
    pub(in crate::engine) fn new(start: Start) -> Self {
        let Start {
            found,
            source,
            woken,
            notices,
            on_loss,
        } = start;
        let controls = source.controls().clone();
        controls.fades_on_pause.store(false, Release);
        controls.drain_us.store(DRAIN_SLACK_US, Relaxed);
        let mut source = source.without_volume();
        let form = source.tune();
        Self {
            wanted: found.is_named.then(|| found.sink.name.clone()),
            sink: found.sink,
            on_loss,
            controls,
            notices,
            woken,
            server: Some(found.server),
            stream: None,
            lost: None,
            tape: Tape::new(form.rate),
            source,
            form,
            epoch: 0,
            ahead: None,
            jumps_from: None,
            volume: 1.0,
            hunger: None,
            block: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Plays until the engine ends or the sound is to go elsewhere; gives the source back, with what was not heard.
    pub(in crate::engine) fn run(mut self) -> RingSource {
        while !self.controls.ends() {
            if let Err(error) = self.step() {
                self.lose(&error);
            }
            self.wait();
        }
        // What cannot be faded out any more is gone anyway.
        let _ = self.end();
        self.leave_stream();
        self.controls.fades_on_pause.store(true, Release);
        self.controls.drain_us.store(0, Relaxed);
        let mut unheard = Vec::new();
        self.tape.set_level(1.0);
        self.tape.send(u64::MAX, 1.0, &mut unheard);
        self.source.give_back(unheard);
        self.source
    }

    fn step(&mut self) -> Result<(), WireError> {
        self.listen()?;
        self.obey()?;
        self.feed()
    }

    fn wait(&mut self) {
        let now = Instant::now();
        let at_most = match (&self.stream, &self.lost) {
            (Some(stream), _) => match stream.state {
                State::Sounding if self.ends_by_itself() => {
                    let silent = stream.due(self.tape.cursor());
                    Some(silent.saturating_duration_since(now))
                }
                State::Sounding => Some(self.hunger.unwrap_or(CLOCK_LASTS)),
                State::Hushed(until) => Some((until + LINGER).saturating_duration_since(now)),
                State::Corked => None,
            },
            (None, Some(lost)) if self.controls.wants_sound() => {
                Some(lost.next.saturating_duration_since(now))
            }
            (None, _) => None,
        };
        match &self.server {
            Some(server) => {
                if let Err(error) = server.wire.wait(at_most) {
                    self.lose(&error);
                }
            }
            None => self.woken.wait(at_most.unwrap_or(Duration::MAX)),
        }
    }

    fn listen(&mut self) -> Result<(), WireError> {
        while let Some(server) = &mut self.server
            && let Some(message) = server.wire.next()?
        {
            match message {
                Message::Event(event) => self.hear(event)?,
                Message::Answer(number, body) => self.hear_where(number, &body)?,
                Message::Refusal(number, _) => {
                    if let Some(stream) = &mut self.stream
                        && stream.asked.is_some_and(|(asked, _)| asked == number)
                    {
                        return Err(WireError::Gone);
                    }
                }
            }
        }
        Ok(())
    }

    fn hear(&mut self, event: Command) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        match event {
            Command::Request(request) if stream.is(request.channel) => {
                stream.note_request(request.length);
            }
            Command::Started(channel) if stream.is(channel) && stream.asked.is_none() => {
                stream.ask_where(&mut server.wire)?;
            }
            Command::PlaybackStreamKilled(channel) if stream.is(channel) => {
                return Err(WireError::Gone);
            }
            Command::PlaybackStreamMoved(moved) if stream.index == moved.stream_index => {
                return self.follow_move(moved.device_name);
            }
            _ => {}
        }
        Ok(())
    }

    fn hear_where(&mut self, number: u32, body: &[u8]) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        if stream.asked.is_none_or(|(asked, _)| asked != number) {
            return Ok(());
        }
        let answer: PlaybackLatency = server.wire.read(body)?;
        let standing = stream.note_where(&answer);
        if stream.state != State::Sounding {
            return Ok(());
        }
        if self.must_hush() {
            self.hush(standing)
        } else if self.volume != self.controls.volume() {
            self.level(standing)
        } else {
            Ok(())
        }
    }

    /// What sounds shall not go on.
    fn must_hush(&self) -> bool {
        let wants = self.controls.wants_sound() || self.ends_by_itself();
        !wants || self.has_jumped() || self.controls.ends()
    }

    /// A long fade has left the ring, and is to be heard to its end.
    fn ends_by_itself(&self) -> bool {
        let controls = &self.controls;
        controls.has_faded() && controls.primed.load(Acquire) && !controls.paused.load(Acquire)
    }

    fn has_jumped(&self) -> bool {
        self.controls.epoch.load(Acquire) != self.epoch
    }

    fn obey(&mut self) -> Result<(), WireError> {
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
                } else if wants {
                    stream.cork(&mut server.wire, false)?;
                    stream.restart_clock(self.tape.cursor(), MARGIN);
                    stream.ask_where(&mut server.wire)?;
                }
                self.close_when_done()
            }
        }
    }

    fn look_at_sound(&mut self, now: Instant) -> Result<(), WireError> {
        let must_ask = self.must_hush() || self.volume != self.controls.volume();
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let cursor = self.tape.cursor();
        if stream.due(cursor) <= now {
            self.volume = self.controls.volume();
            if self.must_hush() || self.ends_by_itself() {
                self.rest_at(now);
            } else if self.tape.waiting() == 0 && self.source.is_out_of_form() {
                return self.change_form();
            }
            return Ok(());
        }
        let old = stream.clock_set.is_some_and(|set| now >= set + CLOCK_LASTS);
        if (must_ask || old) && stream.asked.is_none() {
            stream.ask_where(&mut server.wire)?;
        }
        Ok(())
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

    /// Sends what the server has not played yet once more, and lets it end in silence.
    fn hush(&mut self, standing: Standing) -> Result<(), WireError> {
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
        let silent = stream.due(self.tape.cursor());
        self.rest_at(silent);
        Ok(())
    }

    /// Silence from this moment on; what is asked for next begins behind it.
    fn rest_at(&mut self, silent: Instant) {
        self.tape.set_level(0.0);
        self.hunger = None;
        self.note_place(silent);
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

    /// Another volume: what the server has not played yet is sent again.
    fn level(&mut self, standing: Standing) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        self.volume = self.controls.volume();
        let end = self.tape.cursor();
        let from = standing.read + stream.frames(MARGIN);
        if from >= end {
            return Ok(());
        }
        self.tape.go_back(from);
        let from = self.tape.cursor();
        self.out.clear();
        self.tape.send(end - from, self.volume, &mut self.out);
        stream.send(&mut server.wire, Some(from), &self.out)
    }

    /// Sends what the server wants, as far as it is here.
    fn feed(&mut self) -> Result<(), WireError> {
        while !self.must_hush() {
            let (Some(_), Some(stream)) = (&self.server, &self.stream) else {
                return Ok(());
            };
            let wanted = stream.wanted();
            if stream.state != State::Sounding || wanted == 0 {
                self.hunger = None;
                return Ok(());
            }
            if self.tape.waiting() == 0 && !self.take(wanted) {
                self.hunger = Some(match self.hunger {
                    None => HUNGRY,
                    Some(wait) => (wait * 3 / 2).min(VERY_HUNGRY),
                });
                return Ok(());
            }
            self.hunger = None;
            self.send(wanted)?;
        }
        Ok(())
    }

    fn send(&mut self, wanted: u64) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let (from, now) = (self.tape.cursor(), Instant::now());
        if stream.due(from) < now {
            // It ran dry, or has just begun: these frames are heard as soon as they are there.
            stream.restart_clock(from, MARGIN);
        }
        self.out.clear();
        let sent = self.tape.send(wanted, self.volume, &mut self.out);
        stream.send(&mut server.wire, None, &self.out)?;
        let length = u64::try_from(stream.time(sent).as_micros()).unwrap_or(0);
        self.controls
            .drain_us
            .store(length + DRAIN_SLACK_US, Relaxed);
        let latency = stream.due(from).saturating_duration_since(now);
        let last = self.tape.ring_frame(self.tape.cursor().saturating_sub(1));
        if let (Some(first), Some(last)) = (self.tape.ring_frame(from), last) {
            self.controls.note_frames(first, last + 1, latency);
        }
        let kept = stream.frames(KEPT);
        self.tape
            .forget_before(self.tape.cursor().saturating_sub(kept));
        Ok(())
    }

    /// Takes frames from the ring; `false`: there are none.
    fn take(&mut self, wanted: u64) -> bool {
        let samples = usize::try_from(wanted).unwrap_or(usize::MAX / CHANNELS) * CHANNELS;
        let mut block = std::mem::take(&mut self.block);
        block.resize(samples, 0.0);
        let before = self.controls.taken();
        let frames = self.source.take_music(&mut block);
        if frames == 0 {
            self.source.note_silence();
        }
        let after = self.controls.taken();
        let given = &block[..frames * CHANNELS];
        let [from, to] = self.controls.last_jump();
        // Frames before a jump, where one was made, and frames after it.
        let old = if (before..=after).contains(&to) && to > before && after - before > frames as u64
        {
            usize::try_from(from.saturating_sub(before)).map_or(frames, |old| old.min(frames))
        } else {
            0
        };
        let (old_frames, new_frames) = given.split_at(old * CHANNELS);
        let first_new = after - (frames - old) as u64;
        if old == 0
            && first_new > before
            && let Some(from) = self.jumps_from.take()
        {
            self.controls.jump.publish([from, first_new]);
        }
        let is_ahead = self.controls.taken_in(self.epoch).is_none() && self.source_is_ahead();
        let mut took = frames > 0;
        if is_ahead {
            self.ahead = Some((new_frames.to_vec(), first_new));
            took = false;
        } else {
            self.put_on_tape(old_frames, before);
            self.put_on_tape(new_frames, first_new);
        }
        self.block = block;
        took
    }

    /// The source has jumped to a newer epoch than the tape's, before anyone here looked.
    fn source_is_ahead(&self) -> bool {
        self.controls.taken_epoch.load(Acquire) > self.epoch
    }

    fn put_on_tape(&mut self, frames: &[f32], first: u64) {
        if !frames.is_empty() {
            self.tape.push(frames, first);
        }
    }

    /// What comes next wants another stream; nothing of this one is left to be heard.
    fn change_form(&mut self) -> Result<(), WireError> {
        if let (Some(server), Some(stream)) = (&mut self.server, self.stream.take()) {
            stream.delete(&mut server.wire)?;
        }
        self.form = self.source.tune();
        self.tape = Tape::new(self.form.rate);
        self.open()
    }

    /// Starts a stream, or goes on waiting for one.
    fn open(&mut self) -> Result<(), WireError> {
        if self
            .lost
            .as_ref()
            .is_some_and(|lost| Instant::now() < lost.next)
        {
            return Ok(());
        }
        let server = match &mut self.server {
            Some(server) => server,
            None => self
                .server
                .insert(Server::connect(self.woken.clone(), self.controls.clone())?),
        };
        if self.tape.waiting() == 0 && self.source.is_out_of_form() {
            self.form = self.source.tune();
            self.tape = Tape::new(self.form.rate);
        }
        let is_back = self.lost.is_some();
        let (wanted, from) = (self.wanted.as_deref(), self.tape.cursor());
        let stream = server.open(wanted, self.form, from, is_back)?;
        self.volume = self.controls.volume();
        self.tape.set_level(if from == 0 || !is_back {
            self.volume
        } else {
            0.0
        });
        self.stream = Some(stream);
        if is_back { self.come_back() } else { Ok(()) }
    }

    /// The engine ends: what sounds fades out.
    fn end(&mut self) -> Result<(), WireError> {
        let deadline = Instant::now() + END_LIMIT;
        loop {
            self.listen()?;
            let now = Instant::now();
            let Some(stream) = &self.stream else {
                return Ok(());
            };
            let wait = match stream.state {
                State::Sounding => {
                    self.look_at_sound(now)?;
                    deadline
                }
                State::Hushed(until) => until + LINGER,
                State::Corked => now,
            };
            let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
                return Ok(());
            };
            if stream.state != State::Sounding && now >= wait || now >= deadline {
                return stream.delete(&mut server.wire);
            }
            server
                .wire
                .wait(Some(wait.min(deadline).saturating_duration_since(now)))?;
        }
    }
}
