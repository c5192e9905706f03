//! An output that nobody hears: takes a block each tenth of a second, as a device does. For tests and for silence.

use crate::engine::controls::Controls;
use crate::engine::ring::{CHANNELS, RingSource};
use rtrb::Consumer;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

const BLOCKS_A_SECOND: u32 = 10;
const BLOCK_TIME: Duration = Duration::from_millis(100);

/// The thread's life, until the engine ends.
pub(in crate::engine) fn run(ring: Consumer<f32>, controls: Arc<Controls>) {
    while !controls.wants_sound() {
        if controls.quitting.load(Acquire) {
            return;
        }
        thread::park();
    }
    let rate = controls.rate.load(Acquire);
    let mut source = RingSource::new(ring, controls.clone(), rate);
    let mut block = vec![0.0; (rate / BLOCKS_A_SECOND) as usize * CHANNELS];
    let mut due = Instant::now();
    while !controls.quitting.load(Acquire) {
        let before = controls.taken();
        source.fill(&mut block);
        controls.note_block(before, Duration::ZERO);
        due = (due + BLOCK_TIME).max(Instant::now());
        while Instant::now() < due && !controls.quitting.load(Acquire) {
            thread::park_timeout(due.saturating_duration_since(Instant::now()));
        }
        while !controls.wants_sound()
            && controls.quiet.load(Acquire)
            && !controls.quitting.load(Acquire)
        {
            thread::park();
            due = Instant::now();
        }
    }
}
