//! The callback's side allocates nothing and frees nothing, whatever happens to the music.

use super::*;
use crate::engine::quantise::SampleFormat;
use rodio::Source;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// What this thread asked of the allocator; `None`: nobody counts.
    static ASKED: Cell<Option<u64>> = const { Cell::new(None) };
}

fn note() {
    // A thread that ends has no such place any more, and is no callback.
    let _ = ASKED.try_with(|asked| asked.set(asked.get().map(|count| count + 1)));
}

/// The system's allocator, which counts where it is told to.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it came; counting touches a `Cell` of this thread alone, which
// needs no memory and no destructor. There is no other way to see allocations than to be the allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        note();
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        // SAFETY: as the caller promised.
        unsafe { System.realloc(place, layout, size) }
    }
}

/// What `work` asks of the allocator, calls in all.
fn asked(work: impl FnOnce()) -> u64 {
    ASKED.set(Some(0));
    work();
    ASKED.take().unwrap()
}

#[test]
fn the_allocator_counts_here() {
    let mut boxed = None;
    assert_eq!(asked(|| boxed = Some(Box::new(7))), 1);
    assert_eq!(asked(|| boxed = None), 1);
    assert_eq!(asked(|| ()), 0);
}

/// Everything that can happen to the music, with a block taken after each step: what the callback asked for in all.
fn everything_that_happens(bench: &mut Bench, mut take: impl FnMut(&mut Bench)) -> u64 {
    let mut shelf = Shelf::new();
    let songs = [
        shelf.wav(44_100, &tones(44_100, 60_000)),
        shelf.wav(48_000, &tones(48_000, 60_000)),
        shelf.wav(44_100, &tones(44_100, 60_000)),
    ];
    let mut count = 0;
    let mut hear = |bench: &mut Bench, blocks: usize| {
        for _ in 0..blocks {
            bench.feeder.step();
            count += asked(|| take(bench));
        }
    };
    hear(bench, 1);
    bench.play(&songs[0], 0);
    bench.fill_the_ring();
    hear(bench, 3);
    bench.play(&songs[0], 300);
    hear(bench, 3);
    bench.controls.set_volume(30);
    hear(bench, 3);
    bench.controls.paused.store(true, Relaxed);
    hear(bench, 3);
    bench.play(&songs[1], 0);
    hear(bench, 3);
    bench.controls.paused.store(false, Relaxed);
    hear(bench, 3);
    bench.follow(Some(&songs[2]));
    bench.fill_the_ring();
    hear(bench, 3);
    bench.follow(Some(&songs[0]));
    bench.fill_the_ring();
    hear(bench, 200);
    bench.play(&songs[2], 0);
    hear(bench, 3);
    bench.controls.fade_ms.store(100, Relaxed);
    hear(bench, 20);
    bench.controls.fade_ms.store(0, Relaxed);
    hear(bench, 3);
    bench.epoch += 1;
    bench.controls.epoch.store(bench.epoch, Relaxed);
    bench.feeder.obey(Command::Stop, bench.epoch);
    hear(bench, 3);
    bench.play(&songs[1], 0);
    hear(bench, 3);
    bench.controls.quitting.store(true, Relaxed);
    hear(bench, 3);
    assert!(bench.controls.taken() > 100_000, "music was heard");
    count
}

#[test]
fn blocks_in_each_format_ask_nothing_of_the_allocator() {
    for format in [
        SampleFormat::Float,
        SampleFormat::Int16,
        SampleFormat::Int24,
        SampleFormat::Int32,
    ] {
        let mut bench = Bench::new(44_100);
        let mut block = vec![0; 1_000 * CHANNELS * format.bytes()];
        let asked = everything_that_happens(&mut bench, |bench| {
            let before = bench.controls.taken();
            bench.source.fill_as(&mut block, format);
            bench.controls.note_block(before, Duration::ZERO);
        });
        assert_eq!(asked, 0, "{format:?}");
    }
}

#[test]
fn a_change_of_form_asks_nothing_of_the_allocator() {
    let mut bench = Bench::new(44_100);
    bench.controls.be_bit_perfect();
    let mut block = vec![0.0; 1_000 * CHANNELS];
    let asked = everything_that_happens(&mut bench, |bench| {
        if bench.source.is_out_of_form() {
            bench.source.tune();
        }
        bench.source.fill(&mut block);
    });
    assert_eq!(asked, 0);
}

/// As in the callback of a sound card: through the mixer, sample by sample.
#[test]
fn the_mixer_asks_nothing_of_the_allocator_once_the_source_is_in_it() {
    let mut bench = Bench::new(44_100);
    let (_, ring) = rtrb::RingBuffer::new(2);
    let idle = RingSource::new(ring, Arc::new(Controls::new(100)), 44_100);
    let source = std::mem::replace(&mut bench.source, idle);
    let (mixer, mut mixed) = rodio::mixer::mixer(source.channels(), source.sample_rate());
    mixer.add(source);
    assert_eq!(mixed.next(), Some(0.0));
    let mut block = vec![0.0; 1_000 * CHANNELS];
    let asked = everything_that_happens(&mut bench, |_| {
        for sample in &mut block {
            *sample = mixed.next().unwrap_or(0.0);
        }
    });
    assert_eq!(asked, 0);
}
