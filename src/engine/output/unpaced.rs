//! Outputs that keep no time: they take music as fast as it is decoded, and never silence in its place.

use crate::engine::Notice;
use crate::engine::controls::Controls;
use crate::engine::feeder::Order;
use crate::engine::form::Form;
use crate::engine::ring::{CHANNELS, RingSource};
use crossbeam_channel::Sender;
use rtrb::Consumer;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::Duration;

/// Frames taken at once.
pub(super) const BLOCK_FRAMES: usize = 4_096;
/// The rate of an output that no song came to.
const EMPTY_RATE: u32 = 44_100;
/// A wake-up can be missed only while a block is taken.
const WAIT: Duration = Duration::from_millis(20);

/// Where the blocks go. Errors are clauses for people.
pub(super) trait Drain {
    /// What comes from now on is of this form.
    fn begin(&mut self, form: Form) -> Result<(), String>;

    /// Whole frames, in the format of the form that was begun.
    fn take(&mut self, frames: &[u8]) -> Result<(), String>;

    /// No more comes.
    fn end(self) -> Result<(), String>;
}

/// What such an output is made of.
pub(in crate::engine) struct Unpaced {
    pub ring: Consumer<f32>,
    pub controls: Arc<Controls>,
    pub orders: Sender<Order>,
    pub notices: Sender<Notice>,
}

impl Unpaced {
    /// The thread's life, until the engine ends. What goes wrong is told as a lost output.
    pub(super) fn run(self, drain: impl Drain) {
        let notices = self.notices.clone();
        if let Err(reason) = self.fill(drain) {
            let _ = notices.try_send(Notice::OutputLost { reason });
        }
    }

    fn fill(self, mut drain: impl Drain) -> Result<(), String> {
        let controls = self.controls;
        while controls.form().rate == 0 && !controls.quitting.load(Acquire) {
            thread::park();
        }
        let mut source = RingSource::new(self.ring, controls.clone(), controls.form().rate);
        let mut form = tuned(&mut source);
        drain.begin(form)?;
        let mut block = Vec::new();
        loop {
            // Asked before the block is taken, so that the last fade is written.
            let quitting = controls.quitting.load(Acquire);
            let frame_bytes = form.format.bytes() * CHANNELS;
            block.resize(BLOCK_FRAMES * frame_bytes, 0);
            let frames = source.take_music_as(&mut block, form.format);
            drain.take(&block[..frames * frame_bytes])?;
            controls.note_block(controls.taken(), Duration::ZERO);
            let _ = self.orders.try_send(Order::Taken);
            match frames {
                0 if source.is_out_of_form() => {
                    form = tuned(&mut source);
                    drain.begin(form)?;
                }
                0 if quitting => return drain.end(),
                0 => thread::park_timeout(WAIT),
                _ => {}
            }
        }
    }
}

fn tuned(source: &mut RingSource) -> Form {
    let form = source.tune();
    Form {
        rate: if form.rate == 0 {
            EMPTY_RATE
        } else {
            form.rate
        },
        ..form
    }
}
