//! What the thread of the output does: listens to the server, obeys the controls, sends frames, and waits.

use super::Found;
use super::loss::Lost;
use super::server::{Server, Sink};
use super::stream::{State, Stream};
use super::tape::Tape;
use super::waker::Woken;
use super::wire::{ANSWER_TIMEOUT, WireError};
use crate::engine::Notice;
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::ring::RingSource;
use crossbeam_channel::Sender;
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::{Duration, Instant};

/// After so long the server is asked again for the time.
pub(super) const CLOCK_LASTS: Duration = Duration::from_secs(10);
/// When nothing more was asked for so long after the last frame was heard, the server is looked at.
pub(super) const OVERDUE: Duration = Duration::from_secs(1);
/// After the last frame is heard, before the stream is stopped.
pub(super) const LINGER: Duration = Duration::from_millis(10);
/// How long the end may take, its fade included.
pub(super) const END_LIMIT: Duration = Duration::from_millis(400);
/// What the end of the queue waits for beyond the last frame.
pub(super) const DRAIN_SLACK_US: u64 = 20_000;

/// What the output begins with.
pub(in crate::engine) struct Start {
    pub found: Found,
    pub source: RingSource,
    pub woken: Arc<Woken>,
    pub notices: Sender<Notice>,
}

pub(in crate::engine) struct PulseOutput {
    /// The sink that was asked for; `None`: the server chooses.
    pub(super) wanted: Option<CString>,
    /// The sink last played on, or about to be.
    pub(super) sink: Sink,
    pub(super) controls: Arc<Controls>,
    pub(super) notices: Sender<Notice>,
    pub(super) woken: Arc<Woken>,
    pub(super) server: Option<Server>,
    pub(super) stream: Option<Stream>,
    pub(super) lost: Option<Lost>,
    pub(super) tape: Tape,
    pub(super) source: RingSource,
    /// What the stream is opened in.
    pub(super) form: Form,
    /// The epoch that the tape belongs to.
    pub(super) epoch: u64,
    /// What the source gave of a newer epoch before that was noticed, and its first frame.
    pub(super) ahead: Option<(Vec<f32>, u64)>,
    /// The last frame before a jump that is not made yet.
    pub(super) jumps_from: Option<u64>,
    /// The level that what was sent is at, or on its way to.
    pub(super) volume: f32,
    /// Which curve of the equaliser that is shaped along.
    pub(super) curve: u64,
    /// The server wants frames that are not here; how long to wait for them.
    pub(super) hunger: Option<Duration>,
    /// The server was told as hanging.
    pub(super) hangs: bool,
    pub(super) block: Vec<f32>,
    pub(super) out: Vec<f32>,
}

impl PulseOutput {
    pub(in crate::engine) fn new(start: Start) -> Self {
        let Start {
            found,
            source,
            woken,
            notices,
        } = start;
        let controls = source.controls().clone();
        controls.fades_on_pause.store(false, Release);
        controls.drain_us.store(DRAIN_SLACK_US, Relaxed);
        let mut source = source.without_volume();
        let form = source.tune();
        Self {
            wanted: found.is_named.then(|| found.sink.name.clone()),
            sink: found.sink,
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
            curve: 0,
            hunger: None,
            hangs: false,
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
        self.source.give_back(self.tape.unsent());
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
                State::Sounding => Some(self.hunger.unwrap_or_else(|| self.patience(stream, now))),
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

    /// How long the server may be silent before it is looked at.
    fn patience(&self, stream: &Stream, now: Instant) -> Duration {
        let until = match stream.asked {
            _ if self.hangs => return CLOCK_LASTS,
            Some((_, asked)) => asked + ANSWER_TIMEOUT,
            None => (stream.due(self.tape.cursor()) + OVERDUE).max(stream.last_asked + OVERDUE),
        };
        until.saturating_duration_since(now).min(CLOCK_LASTS)
    }

    /// What comes next wants another stream; nothing of this one is left to be heard.
    pub(super) fn change_form(&mut self) -> Result<(), WireError> {
        if let (Some(server), Some(stream)) = (&mut self.server, self.stream.take()) {
            stream.delete(&mut server.wire)?;
        }
        self.form = self.source.tune();
        self.tape = Tape::new(self.form.rate);
        self.open()
    }

    /// Starts a stream, or goes on waiting for one.
    pub(super) fn open(&mut self) -> Result<(), WireError> {
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
        self.curve = self.controls.curve.turn();
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
