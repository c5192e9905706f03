//! How far a verification is and how long it will take, drawn on stderr, and only where people look.

use crate::care::verify::VerifyProgress;
use crate::cli::out::Out;
use crate::music::clock;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::cell::Cell;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is drawn while one file is decoded: the time left runs on, and what spins shows that something goes on.
const TICK: Duration = Duration::from_millis(250);

/// When there was how much time left, at the last news.
type Estimate = Arc<Mutex<Option<(Instant, Duration)>>>;

pub(super) struct Bar {
    bar: ProgressBar,
    began: Cell<Option<Instant>>,
    estimate: Estimate,
}

impl Bar {
    pub fn new(out: &Out) -> Self {
        let estimate = Estimate::default();
        let bar = match out.shows_progress() {
            true => drawn(estimate.clone()),
            false => ProgressBar::hidden(),
        };
        Self {
            bar,
            began: Cell::new(None),
            estimate,
        }
    }

    pub fn show(&self, progress: VerifyProgress) {
        let now = Instant::now();
        let began = self.began.get().unwrap_or(now);
        self.began.set(Some(began));
        let left = time_left(progress, now - began);
        *self.estimate.lock().unwrap_or_else(PoisonError::into_inner) =
            left.map(|left| (now, left));
        self.bar.set_length(progress.of_files);
        self.bar.set_position(progress.files);
        if !self.bar.is_hidden() {
            // Not before: with nothing to do there is nothing to draw.
            self.bar.enable_steady_tick(TICK);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn drawn(estimate: Estimate) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let left = move |_: &ProgressState, out: &mut dyn Write| {
        let estimate = *estimate.lock().unwrap_or_else(PoisonError::into_inner);
        // Where it cannot be written nobody reads it.
        let _ = write!(out, "{}", shown(estimate, Instant::now()));
    };
    // Not as wide as the terminal: the ^C that it echoes would begin a new line, and this one would stay.
    let style = ProgressStyle::with_template("{spinner} {pos}/{len} {bar:32} {left}");
    let style = style.map(|style| style.with_key("left", left));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// What is left of it by now; before the first file is done, nobody knows.
fn shown(estimate: Option<(Instant, Duration)>, now: Instant) -> String {
    let Some((then, left)) = estimate else {
        return "how long is not known yet".to_owned();
    };
    let left = left.saturating_sub(now.saturating_duration_since(then));
    let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    format!("{} left", clock(left_ms))
}

/// By the music that is left, at the speed until now; by the files where none tells its length.
fn time_left(progress: VerifyProgress, elapsed: Duration) -> Option<Duration> {
    let (done, all) = match progress.of_ms {
        0 => (progress.files, progress.of_files),
        of_ms => (progress.ms, of_ms),
    };
    if done == 0 {
        return None;
    }
    let left = all.saturating_sub(done) as f64 / done as f64;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * left).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_runs_on_between_files_and_not_below_nothing() {
        let then = Instant::now();
        let estimate = Some((then, Duration::from_secs(90)));
        for (later_s, text) in [(0, "1:30 left"), (31, "0:59 left"), (600, "0:00 left")] {
            assert_eq!(shown(estimate, then + Duration::from_secs(later_s)), text);
        }
        assert_eq!(shown(None, then), "how long is not known yet");
    }

    #[test]
    fn the_time_left_is_that_of_the_music_left_else_of_the_files() {
        let progress = VerifyProgress {
            files: 9,
            of_files: 10,
            ms: 1_000,
            of_ms: 4_000,
        };
        let left = time_left(progress, Duration::from_secs(2));
        assert_eq!(left, Some(Duration::from_secs(6)));
        let unknown = VerifyProgress {
            of_ms: 0,
            ms: 0,
            ..progress
        };
        let left = time_left(unknown, Duration::from_secs(18));
        assert_eq!(left, Some(Duration::from_secs(2)));
        let begun = VerifyProgress { ms: 0, ..progress };
        assert_eq!(time_left(begun, Duration::from_secs(2)), None);
    }
}
