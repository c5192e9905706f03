//! An output that nobody hears: takes a block each tenth of a second, as a device does. For tests and for silence.
//!
//! It can imitate devices that are worse than that: see [`Imitation`].

use super::unpaced::{Drain, Unpaced};
use crate::engine::controls::Controls;
use crate::engine::form::Form;
use crate::engine::ring::{CHANNELS, RingSource};
use crate::engine::{Imitation, Notice};
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

const BLOCKS_A_SECOND: u32 = 10;
const BLOCK_TIME: Duration = Duration::from_millis(100);
/// What is made up at most of the time in which nothing was taken.
const MADE_UP: Duration = Duration::from_millis(1_000);
/// Blocks in a burst.
const BURST_BLOCKS: u64 = 8;
/// One in so many blocks is late, and by how much.
const LATE_EVERY: u64 = 10;
const LATE_BY: Duration = Duration::from_millis(500);
/// What a device says that lies about its latency.
const LIES_MS: [u64; 3] = [0, 2_000, 50];
/// Blocks in the life of a device that dies, and how long it is dead.
const LIFE_BLOCKS: u64 = 10;
const DEAD_TIME: Duration = Duration::from_millis(500);

/// The thread's life, until the engine ends.
/// Gives the source back.
pub(in crate::engine) fn run(source: RingSource) -> RingSource {
    Null::begin(source).run(|_| Whim::default())
}

/// As [`run`], but as that kind of device.
pub(in crate::engine) fn run_imitation(output: Unpaced, imitation: Imitation) {
    if imitation == Imitation::Fast {
        return output.run(Nowhere);
    }
    let notices = output.notices;
    let source = RingSource::new(output.ring, output.controls, 0);
    Null::begin(source).run(|block| whim(imitation, block, &notices));
}

/// What is out of the ordinary before a block is taken.
#[derive(Default)]
struct Whim {
    /// It is taken so much after its time.
    late_by: Duration,
    /// Nothing is taken for so long, and the time is never made up.
    dead_for: Duration,
    /// What is told of the time between taking a frame and hearing it.
    latency: Duration,
    /// Said at the end of the death.
    revived: Option<Sender<Notice>>,
}

fn whim(imitation: Imitation, block: u64, notices: &Sender<Notice>) -> Whim {
    let mut whim = Whim::default();
    match imitation {
        Imitation::Fast => {}
        // The last block of a burst is on time, and those before it have waited for it.
        Imitation::Bursts => {
            let waits = BURST_BLOCKS - 1 - block % BURST_BLOCKS;
            whim.late_by = BLOCK_TIME * u32::try_from(waits).unwrap_or(0);
            whim.latency = BLOCK_TIME * 8;
        }
        Imitation::Late if block % LATE_EVERY == LATE_EVERY - 1 => whim.late_by = LATE_BY,
        Imitation::Late => {}
        Imitation::Lying => {
            let lie = LIES_MS[(block % LIES_MS.len() as u64) as usize];
            whim.latency = Duration::from_millis(lie);
        }
        Imitation::Dying if block > 0 && block.is_multiple_of(LIFE_BLOCKS) => {
            let reason = "the imitated device is gone".to_owned();
            let _ = notices.try_send(Notice::OutputLost { reason });
            whim.dead_for = DEAD_TIME;
            whim.revived = Some(notices.clone());
        }
        Imitation::Dying => {}
    }
    whim
}

struct Null {
    source: RingSource,
    controls: Arc<Controls>,
    block: Vec<f32>,
    rate: u32,
    /// Blocks taken.
    taken: u64,
    /// When the next one is to be taken.
    due: Instant,
}

impl Null {
    /// Waits for the first music: what comes before it has no rate.
    fn begin(source: RingSource) -> Self {
        let controls = source.controls().clone();
        while !controls.wants_sound() && !controls.ends() {
            thread::park();
        }
        let mut null = Self {
            source,
            controls,
            block: Vec::new(),
            rate: 0,
            taken: 0,
            due: Instant::now(),
        };
        null.open();
        null
    }

    fn open(&mut self) {
        self.rate = self.source.tune().rate;
        let frames = (self.rate / BLOCKS_A_SECOND) as usize;
        self.block.resize(frames * CHANNELS, 0.0);
    }

    fn run(mut self, mut whim: impl FnMut(u64) -> Whim) -> RingSource {
        while !self.ends() {
            if self.source.is_out_of_form() {
                self.open();
            }
            self.take(whim(self.taken));
            self.wait_until(self.due);
            self.rest();
        }
        self.source
    }

    fn take(&mut self, whim: Whim) {
        if !whim.dead_for.is_zero() {
            self.due = Instant::now() + whim.dead_for;
            self.wait_until(self.due);
        }
        if let Some(notices) = whim.revived {
            let _ = notices.try_send(Notice::OutputBack);
        }
        self.wait_until(self.due + whim.late_by);
        let before = self.controls.taken();
        self.source.fill(&mut self.block);
        self.controls.note_block(before, whim.latency);
        self.controls.show(&self.block, self.rate, whim.latency);
        self.taken += 1;
        // A device makes up no more than its buffer holds.
        self.due = (self.due + BLOCK_TIME).max(Instant::now() - MADE_UP);
    }

    /// Lets the time stand still while nothing is wanted.
    fn rest(&mut self) {
        while !self.controls.wants_sound() && self.controls.quiet.load(Acquire) && !self.ends() {
            thread::park();
            self.due = Instant::now();
        }
    }

    fn wait_until(&self, when: Instant) {
        while Instant::now() < when && !self.ends() {
            thread::park_timeout(when.saturating_duration_since(Instant::now()));
        }
    }

    fn ends(&self) -> bool {
        self.controls.ends()
    }
}

/// Where [`Imitation::Fast`] puts the music.
struct Nowhere;

impl Drain for Nowhere {
    fn begin(&mut self, _: Form) -> Result<(), String> {
        Ok(())
    }

    fn take(&mut self, _: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn end(self) -> Result<(), String> {
        Ok(())
    }
}
