//! Keeps a stream open as long as music is wanted, lets it rest in pauses, and brings it back when the device dies.
//!
//! A dead stream is dropped and made anew on a new connection: an old one never comes back to life.
//!
//! A pause stops the stream at once and lets it go on without a seam: a fade would be heard only after the device's
//! buffers, 100 to 200 ms late, and would come back as a hole when the music goes on. Where a stream cannot be paused,
//! the source fades.

use super::device::{Device, Open};
use crate::engine::Notice;
use crate::engine::controls::Controls;
use crate::engine::ring::RingSource;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;
use std::time::{Duration, Instant};

/// Waits between attempts to get the device back; the last one repeats, so that music is back 2 s after the device.
const RETRY_AFTER_MS: [u64; 4] = [200, 500, 1_000, 2_000];
/// A stream that only complains is dead when it takes nothing for so long.
const STALLED_AFTER: Duration = Duration::from_millis(500);
/// How long a fade-out may take to be heard before the stream is stopped all the same.
const FADE_LIMIT: Duration = Duration::from_millis(120);
/// How long a dropped stream may take to give the source back.
const GIVE_BACK_LIMIT: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(250);
const TICK_FADING: Duration = Duration::from_millis(5);
const TICK_IDLE: Duration = Duration::from_secs(10);

pub(in crate::engine) struct Supervisor {
    wanted: Option<String>,
    rate: u32,
    controls: Arc<Controls>,
    notices: Sender<Notice>,
    device: Option<Device>,
    /// The sound system it was found in: while that is away another one would take its sound card from it.
    host: cpal::HostId,
    back: Sender<RingSource>,
    sources: Receiver<RingSource>,
    stream: Option<Stream>,
    lost: Option<Lost>,
}

struct Stream {
    open: Open,
    resting: bool,
    /// What was asked for when it began to rest; its buffers still hold the end of that.
    rests_in: u64,
    /// Since when it fades out, and since when it is silent.
    fading: Option<(Instant, Option<Instant>)>,
    /// The last block, when it came, and the complaints by then.
    last: (u64, Instant, u64),
}

struct Lost {
    attempts: usize,
    next: Instant,
}

impl Supervisor {
    pub(in crate::engine) fn new(
        wanted: Option<String>,
        device: Device,
        source: RingSource,
        notices: Sender<Notice>,
    ) -> Self {
        let (back, sources) = bounded(1);
        let mut source = source;
        let rate = source.tune().rate;
        let controls = source.controls().clone();
        let _ = back.try_send(source);
        Self {
            wanted,
            rate,
            host: device.host,
            controls,
            notices,
            device: Some(device),
            back,
            sources,
            stream: None,
            lost: None,
        }
    }

    /// Plays until the engine ends or the sound is to go elsewhere; gives the source back, where the stream does.
    pub(in crate::engine) fn run(mut self) -> Option<RingSource> {
        while !self.controls.ends() {
            self.look();
            thread::park_timeout(self.tick());
        }
        if let Some(stream) = self.stream.take().filter(|stream| !stream.resting) {
            self.fade_out(stream);
        }
        self.controls.fades_on_pause.store(true, Release);
        self.sources.recv_timeout(GIVE_BACK_LIMIT).ok()
    }

    fn fade_out(&self, stream: Stream) {
        let deadline = Instant::now() + FADE_LIMIT;
        while Instant::now() < deadline && !self.controls.quiet.load(Acquire) {
            thread::park_timeout(TICK_FADING);
        }
        thread::sleep(self.controls.latency().min(FADE_LIMIT));
        drop(stream);
    }

    fn tick(&self) -> Duration {
        match (&self.stream, &self.lost) {
            (Some(stream), _) if stream.fading.is_some() => TICK_FADING,
            (Some(stream), _) if !stream.resting => TICK,
            (_, Some(lost)) if self.controls.wants_sound() => {
                lost.next.saturating_duration_since(Instant::now())
            }
            (Some(_), _) => TICK_IDLE,
            (None, _) => TICK_IDLE,
        }
    }

    fn look(&mut self) {
        let trouble = self
            .stream
            .as_mut()
            .and_then(|stream| stream.trouble(&self.controls));
        if let Some(reason) = trouble {
            self.lose(reason.to_owned());
        }
        if self.controls.wants_sound() {
            self.sound();
        } else {
            self.rest();
        }
    }

    fn sound(&mut self) {
        let epoch = self.controls.epoch.load(Acquire);
        if self
            .stream
            .as_ref()
            .is_some_and(|stream| stream.resting && stream.rests_in != epoch)
        {
            self.stream = None;
        }
        let Some(stream) = &mut self.stream else {
            return self.open();
        };
        stream.fading = None;
        if stream.resting {
            self.controls.note_end_of_rest();
            stream.resting = false;
            stream.last.1 = Instant::now();
            if let Err(error) = stream.open.play() {
                self.lose(error.to_string());
            }
        }
    }

    fn rest(&mut self) {
        if !self.controls.primed.load(Acquire) {
            return self.close();
        }
        let Some(stream) = self.stream.as_mut().filter(|stream| !stream.resting) else {
            return;
        };
        match stream.open.pause() {
            Ok(()) => {
                self.controls.note_rest();
                stream.resting = true;
                stream.rests_in = self.controls.epoch.load(Acquire);
            }
            Err(_) => self.controls.fades_on_pause.store(true, Release),
        }
    }

    /// Lets the fade be heard, then drops the stream.
    fn close(&mut self) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        let now = Instant::now();
        let (since, silent) = stream.fading.get_or_insert((now, None));
        if silent.is_none() && self.controls.quiet.load(Acquire) {
            *silent = Some(now);
        }
        let faded = silent.is_some_and(|silent| now >= silent + self.controls.latency());
        if stream.resting || faded || now >= *since + FADE_LIMIT {
            self.stream = None;
        }
    }

    fn open(&mut self) {
        if self
            .lost
            .as_ref()
            .is_some_and(|lost| Instant::now() < lost.next)
        {
            return;
        }
        match self.try_open() {
            Ok(open) => {
                self.stream = Some(Stream {
                    open,
                    resting: false,
                    rests_in: 0,
                    fading: None,
                    last: (self.controls.blocks(), Instant::now(), 0),
                });
                if self.lost.take().is_some() {
                    let _ = self.notices.try_send(Notice::OutputBack);
                }
            }
            Err(reason) => self.lose(reason),
        }
    }

    fn try_open(&mut self) -> Result<Open, String> {
        let device = match self.device.take() {
            Some(device) => device,
            None => Device::find_in(Some(self.host), self.wanted.as_deref())
                .map_err(|error| error.to_string())?,
        };
        let source = self
            .sources
            .recv_timeout(TICK)
            .map_err(|_| "the old stream has not ended yet".to_owned())?;
        self.controls.fades_on_pause.store(false, Release);
        self.controls.note_end_of_rest();
        let open = Open::start(&device, self.rate, source, self.back.clone())
            .map_err(|error| error.to_string())?;
        self.device = Some(device);
        Ok(open)
    }

    fn lose(&mut self, reason: String) {
        self.stream = None;
        self.device = None;
        let attempts = self.lost.as_ref().map_or(0, |lost| lost.attempts + 1);
        if self.lost.is_none() {
            let _ = self.notices.try_send(Notice::OutputLost { reason });
        }
        let wait = RETRY_AFTER_MS[attempts.min(RETRY_AFTER_MS.len() - 1)];
        self.lost = Some(Lost {
            attempts,
            next: Instant::now() + Duration::from_millis(wait),
        });
    }
}

impl Stream {
    fn trouble(&mut self, controls: &Controls) -> Option<&'static str> {
        if let Some(fatal) = self.open.trouble.fatal() {
            return Some(fatal);
        }
        let (blocks, complaints) = (controls.blocks(), self.open.trouble.complaints());
        let (last_blocks, since, last_complaints) = self.last;
        if blocks != last_blocks || self.resting {
            self.last = (blocks, Instant::now(), complaints);
        } else if complaints > last_complaints && since.elapsed() >= STALLED_AFTER {
            return Some("the device takes no more sound");
        }
        None
    }
}
