//! What the callback shares with all other threads: atomics alone, so that nobody ever waits for anybody.
//!
//! Frames are counted from the first one ever pushed into the ring; skipped ones count too.

use super::OnLoss;
use super::curve::CurveWords;
use super::dry::DrySpells;
use super::form::FormWords;
use super::tap::Tap;
use crate::music::Speed;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
    fence,
};
use std::time::{Duration, Instant};

/// A few words that one writer publishes together; readers never wait, and never see half of an update.
#[derive(Debug)]
pub(super) struct Published<const N: usize> {
    turn: AtomicU64,
    words: [AtomicU64; N],
}

impl<const N: usize> Published<N> {
    pub(super) fn new() -> Self {
        Self {
            turn: AtomicU64::new(0),
            words: [const { AtomicU64::new(0) }; N],
        }
    }

    /// To be called by one thread at a time.
    pub(super) fn publish(&self, words: [u64; N]) {
        let turn = self.turn.load(Relaxed);
        self.turn.store(turn + 1, Relaxed);
        fence(Release);
        for (place, word) in self.words.iter().zip(words) {
            place.store(word, Relaxed);
        }
        self.turn.store(turn + 2, Release);
    }

    /// The number of the last update.
    pub(super) fn turn(&self) -> u64 {
        self.turn.load(Acquire)
    }

    /// The words and the number of their update; `None` while they change.
    pub(super) fn read(&self) -> Option<(u64, [u64; N])> {
        let turn = self.turn.load(Acquire);
        let words = std::array::from_fn(|n| self.words[n].load(Relaxed));
        fence(Acquire);
        (turn.is_multiple_of(2) && self.turn.load(Relaxed) == turn).then_some((turn, words))
    }

    /// As [`Self::read`], for threads that may try again.
    pub(super) fn read_whole(&self) -> (u64, [u64; N]) {
        loop {
            if let Some(read) = self.read() {
                return read;
            }
            std::hint::spin_loop();
        }
    }
}

/// Frames to leave out: having taken `from` (or at once, where that is past), go on at `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The first frame not to be heard; 0: from now.
    pub from: u64,
    /// The frame to go on with; all before it are in the ring already.
    pub to: u64,
    /// The epoch that this cut begins.
    pub epoch: u64,
    /// Fade in from `to` on: the middle of a song.
    pub fade_in: bool,
}

/// What the callback shares with all other threads.
#[derive(Debug)]
pub(super) struct Controls {
    born: Instant,
    /// The music holds.
    pub paused: AtomicBool,
    /// A pause is a fade in the callback; false where the output itself can stop at once and go on without a seam.
    pub fades_on_pause: AtomicBool,
    /// The music fades to silence over so many ms, and holds there; 0: no fade is wanted.
    pub fade_ms: AtomicU32,
    /// The engine ends.
    pub quitting: Arc<AtomicBool>,
    /// The sound is to go to another output.
    pub leaving: AtomicBool,
    /// Sound that would come out of a device that nobody chose goes there; false: the music pauses.
    pub follows: AtomicBool,
    /// Enough is in the ring for the output to begin; it may rest while this is false.
    pub primed: AtomicBool,
    /// The last block was silence by order, not music.
    pub quiet: AtomicBool,
    /// How often everything was forgotten; the source is mute until the cut of this epoch arrives.
    pub epoch: AtomicU64,
    /// The output's rate in Hz; 0 while it waits for the first song's.
    pub rate: AtomicU32,
    /// The output takes frames as fast as they are heard; false: as fast as they come.
    pub keeps_time: AtomicBool,
    /// What to let pass after the last frame was taken before the output may rest, in µs.
    pub drain_us: AtomicU64,
    /// A factor, as the bits of an `f32`.
    pub volume: AtomicU32,
    /// How fast songs are played that are opened from now on; the bits of an `f32`.
    pub speed: AtomicU32,
    /// The equaliser's, for the source, or for an output that leaves the volume to itself.
    pub curve: CurveWords,
    /// See [`Controls::cut`].
    pub cuts: Published<4>,
    /// Frames taken from the ring, skipped ones included; stored by the source alone.
    pub taken: AtomicU64,
    /// The epoch of the last cut made; stored by the source alone.
    pub taken_epoch: AtomicU64,
    /// Since when the output rests (0: it runs), and how long it has rested before that, in µs.
    resting_since_us: AtomicU64,
    rested_us: AtomicU64,
    /// Taken before and after the last block, when (µs since `born`), and how long until it is heard (µs).
    clock: Published<4>,
    /// The last jump, from and to.
    pub jump: Published<2>,
    /// The output's format, and whether it changes with the songs.
    pub form: FormWords,
    /// How often the ring was empty in the middle of the music.
    pub dry: DrySpells,
    /// How often the sound server ran out in the middle of music that was here to be sent.
    pub starved: AtomicU64,
    /// What sounds, for who looks.
    pub tap: Tap,
}

impl Controls {
    pub(super) fn new(volume_percent: u8) -> Self {
        Self {
            born: Instant::now(),
            paused: AtomicBool::new(false),
            fades_on_pause: AtomicBool::new(true),
            fade_ms: AtomicU32::new(0),
            quitting: Arc::default(),
            leaving: AtomicBool::new(false),
            follows: AtomicBool::new(false),
            primed: AtomicBool::new(false),
            quiet: AtomicBool::new(true),
            epoch: AtomicU64::new(0),
            rate: AtomicU32::new(0),
            keeps_time: AtomicBool::new(true),
            drain_us: AtomicU64::new(0),
            volume: AtomicU32::new(loudness(volume_percent).to_bits()),
            speed: AtomicU32::new(1f32.to_bits()),
            curve: CurveWords::default(),
            cuts: Published::new(),
            taken: AtomicU64::new(0),
            taken_epoch: AtomicU64::new(0),
            resting_since_us: AtomicU64::new(0),
            rested_us: AtomicU64::new(0),
            clock: Published::new(),
            jump: Published::new(),
            form: FormWords::default(),
            dry: DrySpells::default(),
            starved: AtomicU64::new(0),
            tap: Tap::default(),
        }
    }

    /// From now on this happens where the sound would come out of a device that nobody chose.
    pub(super) fn set_on_loss(&self, on_loss: OnLoss) {
        self.follows.store(on_loss == OnLoss::Follow, Relaxed);
    }

    pub(super) fn set_volume(&self, percent: u8) {
        if !self.is_bit_perfect() {
            self.volume.store(loudness(percent).to_bits(), Relaxed);
        }
    }

    pub(super) fn set_speed(&self, speed: Speed) {
        if !self.is_bit_perfect() {
            self.speed.store(speed.times().to_bits(), Relaxed);
        }
    }

    /// How fast songs are played that are opened now.
    pub(super) fn speed(&self) -> Speed {
        Speed::new(f32::from_bits(self.speed.load(Relaxed))).unwrap_or_default()
    }

    pub(super) fn cut(&self, cut: Cut) {
        let fade = u64::from(cut.fade_in);
        self.cuts.publish([cut.from, cut.to, cut.epoch, fade]);
    }

    /// Frames taken from the ring, as long as nothing newer than `epoch` was asked for and its cut was made.
    pub(super) fn taken_in(&self, epoch: u64) -> Option<u64> {
        (self.taken_epoch.load(Acquire) == epoch).then(|| self.taken())
    }

    /// Frames taken from the ring.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Acquire)
    }

    fn born_us(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The time in which the output plays: it stands still while the output rests.
    pub(super) fn now_us(&self) -> u64 {
        let now = match self.resting_since_us.load(Acquire) {
            0 => self.born_us(),
            since => since,
        };
        now.saturating_sub(self.rested_us.load(Acquire))
    }

    /// The output stops in the middle of its buffers and will go on from there.
    pub(super) fn note_rest(&self) {
        self.resting_since_us.store(self.born_us().max(1), Release);
    }

    /// The output goes on.
    pub(super) fn note_end_of_rest(&self) {
        let since = self.resting_since_us.swap(0, AcqRel);
        if since > 0 {
            let rested = self.born_us().saturating_sub(since);
            self.rested_us.fetch_add(rested, AcqRel);
        }
    }

    /// Called by the output with each block: `before` is what [`Self::taken`] said before it was filled.
    pub(super) fn note_block(&self, before: u64, latency: Duration) {
        self.note_frames(before, self.taken(), latency);
    }

    /// As [`Self::note_block`], where the frames sent on are not those that were just taken: `first` is heard after
    /// `latency`, and nothing from `end` on.
    pub(super) fn note_frames(&self, first: u64, end: u64, latency: Duration) {
        let latency = u64::try_from(latency.as_micros()).unwrap_or(0);
        self.clock.publish([first, end, self.now_us(), latency]);
    }

    /// The last frame before the last jump, and the first one after it.
    pub(super) fn last_jump(&self) -> [u64; 2] {
        self.jump.read_whole().1
    }

    /// The factor that the volume asked for is.
    pub(super) fn volume(&self) -> f32 {
        f32::from_bits(self.volume.load(Relaxed))
    }

    /// How often [`Self::note_block`] was called, in some unit.
    pub(super) fn blocks(&self) -> u64 {
        self.clock.read_whole().0
    }

    /// The output should be running.
    pub(super) fn wants_sound(&self) -> bool {
        self.primed.load(Acquire) && !self.paused.load(Acquire) && !self.has_faded()
    }

    /// The output's thread has nothing more to do here.
    pub(super) fn ends(&self) -> bool {
        self.quitting.load(Acquire) || self.leaving.load(Acquire)
    }

    /// A long fade has reached silence.
    pub(super) fn has_faded(&self) -> bool {
        self.fade_ms.load(Acquire) > 0 && self.quiet.load(Acquire)
    }

    /// The time between taking a frame and hearing it, as the output last said.
    pub(super) fn latency(&self) -> Duration {
        Duration::from_micros(self.clock.read_whole().1[3])
    }

    /// The frame that is heard now.
    pub(super) fn heard(&self) -> u64 {
        let (_, [before, after, at_us, latency_us]) = self.clock.read_whole();
        let rate = u64::from(self.rate.load(Relaxed));
        let (now, due) = (self.now_us(), at_us.saturating_add(latency_us));
        let frames = |us: u64| us.saturating_mul(rate) / 1_000_000;
        let heard = if now >= due {
            before.saturating_add(frames(now - due)).min(after)
        } else {
            before.saturating_sub(frames(due - now))
        };
        let (_, [from, to]) = self.jump.read_whole();
        if heard < to && after >= to {
            from.saturating_sub(to - heard)
        } else {
            heard
        }
    }
}

/// The cubic curve, 60 dB × lg(percent ÷ 100): 100 → 1 (0 dB), 50 → 1/8 (−18 dB), 10 → 1/1,000 (−60 dB), 0 → silence.
/// Half the number sounds about half as loud, and equal steps sound about equal; PulseAudio's sliders follow it too.
fn loudness(percent: u8) -> f32 {
    (f32::from(percent.min(100)) / 100.0).powi(3)
}
