//! When the next request to a service may go: quick while a silence is young, then ever slower, and never a storm, however
//! often silences begin. It asks nobody and reads no clock.

use super::hour::{HOUR_MS, Hour, MAX_AN_HOUR};

/// Requests of a silence that has just begun, in ms after it began: two that fail by 5 s of silence decide (it is 3 s old when
/// it is suspected), and those after them tell a service that is down from one that stumbled.
const BURST_MS: [u64; 5] = [0, 2_000, 5_000, 10_000, 20_000];
/// Pauses after that, in ms; the last one stays. Services that are down are held down by those who ask too often.
const PAUSES_MS: [u64; 5] = [30_000, 60_000, 120_000, 240_000, 300_000];
/// The pause after an answer that was good, in ms, while good answers do not yet span …
const GOOD_PAUSE_MS: u64 = 30_000;
/// … so long, which tells that it is back; who keeps on asking after that is in no hurry.
const GOOD_SPAN_MS: u64 = 60_000;
/// How far a time is moved at random, in percent: listeners whose service dies at once do not ask at once.
const JITTER_PERCENT: u64 = 20;
/// A silence that begins so soon after the last one, in ms, goes on with its requests …
const SAME_SILENCE_MS: u64 = 60_000;
/// … and no two requests are nearer than this, in ms.
const APART_MS: u64 = 1_500;
/// Of those of an hour, heartbeats leave so many for a silence.
const KEPT_FOR_SILENCE: usize = 8;
/// Heartbeats are not nearer than this to any request, in ms: who skips through a list asks once.
const HEARTBEAT_APART_MS: u64 = 60_000;
/// The longest wish to be left alone that is obeyed, in ms; foreign numbers are without bound.
const MAX_RETRY_AFTER_MS: u64 = 24 * HOUR_MS;

/// The pace of the requests to one service.
#[derive(Clone, Debug)]
pub struct Pace {
    random: fastrand::Rng,
    /// When the silence began that is being asked about.
    began: Option<u64>,
    /// When the last one did.
    began_last: Option<u64>,
    /// How many times of [`BURST_MS`], then of [`PAUSES_MS`], have been used.
    step: usize,
    next: u64,
    /// Whether a request has gone whose answer has not come.
    is_open: bool,
    /// Since when all answers were good.
    good_since: Option<u64>,
    /// The service wants to be left alone until then.
    alone_until: u64,
    /// The requests of the last hour.
    hour: Hour,
}

impl Pace {
    /// Nothing has begun. The seed moves its times.
    pub fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            began: None,
            began_last: None,
            step: 0,
            next: 0,
            is_open: false,
            good_since: None,
            alone_until: 0,
            hour: Hour::default(),
        }
    }

    /// A silence begins. One that is being asked about goes on.
    pub fn begin(&mut self, at_ms: u64) {
        if self.began.is_some() {
            return;
        }
        let is_same = self
            .began_last
            .is_some_and(|last| at_ms.saturating_sub(last) < SAME_SILENCE_MS);
        if !is_same {
            self.step = 0;
            self.began_last = Some(at_ms);
        }
        self.good_since = None;
        self.began = Some(at_ms);
        self.next = at_ms;
    }

    /// A request goes.
    pub fn asked(&mut self, at_ms: u64) {
        self.is_open = true;
        self.hour.note(at_ms);
        let began = self.began_last.unwrap_or(at_ms);
        self.step += 1;
        self.next = match BURST_MS.get(self.step) {
            Some(after) => {
                let time = began.saturating_add(self.about(*after));
                time.max(at_ms.saturating_add(APART_MS))
            }
            None => {
                let pause = PAUSES_MS[(self.step - BURST_MS.len()).min(PAUSES_MS.len() - 1)];
                at_ms.saturating_add(self.about(pause))
            }
        };
    }

    /// An answer has come, to a request that was told by [`Pace::asked`] or to one that was not.
    pub fn answered(&mut self, at_ms: u64, ok: bool, retry_after_ms: Option<u64>) {
        if !self.is_open {
            self.asked(at_ms);
        }
        self.is_open = false;
        let since = self.good_since.unwrap_or(at_ms);
        self.good_since = ok.then_some(since);
        if let Some(pause) = retry_after_ms {
            let until = at_ms.saturating_add(pause.min(MAX_RETRY_AFTER_MS));
            self.alone_until = self.alone_until.max(until);
        }
        if !ok {
            return;
        }
        if self.step < BURST_MS.len() {
            // What has just answered is not asked again in a moment: every other time of the burst is left out.
            self.step += 1;
            let after = BURST_MS.get(self.step).copied().unwrap_or(BURST_MS[4]);
            let time = self
                .began_last
                .unwrap_or(at_ms)
                .saturating_add(self.about(after));
            self.next = time.max(at_ms.saturating_add(APART_MS));
        } else if at_ms.saturating_sub(since) < GOOD_SPAN_MS {
            let late = self.random.u64(..=GOOD_PAUSE_MS * JITTER_PERCENT / 100);
            self.next = at_ms.saturating_add(GOOD_PAUSE_MS + late);
        }
    }

    /// When the next request may go, which may be now or have been; `None`: nothing is being asked about.
    pub fn due(&self) -> Option<u64> {
        self.began.map(|_| self.next.max(self.free()))
    }

    /// Whether a request may go for a new song, with no silence at all.
    pub fn may_heartbeat(&self, at_ms: u64) -> bool {
        let is_apart = |last: u64| at_ms.saturating_sub(last) >= HEARTBEAT_APART_MS;
        self.alone_until <= at_ms
            && self.hour.count(at_ms) < MAX_AN_HOUR - KEPT_FOR_SILENCE
            && self.hour.last().is_none_or(is_apart)
    }

    /// The silence is over: nothing more is asked. What the service wished and what went in the last hour stays known.
    pub fn reset(&mut self) {
        self.began = None;
        self.is_open = false;
        self.good_since = None;
    }

    /// A request for a new song goes.
    pub fn heartbeat(&mut self, at_ms: u64) {
        self.hour.note(at_ms);
        self.is_open = true;
    }

    /// When the limits that always hold leave room.
    fn free(&self) -> u64 {
        let last = self.hour.last();
        let apart = last.map_or(0, |last| last.saturating_add(APART_MS));
        self.alone_until.max(apart).max(self.hour.may_at())
    }

    /// The time, moved at random to either side.
    fn about(&mut self, ms: u64) -> u64 {
        let most = ms * JITTER_PERCENT / 100;
        (ms - most) + self.random.u64(..=2 * most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a service that answers like this is asked in `hours`.
    fn times(
        pace: &mut Pace,
        from: u64,
        hours: u64,
        mut answers: impl FnMut(usize) -> bool,
    ) -> Vec<u64> {
        let (mut at, mut times) = (from, Vec::new());
        while at < from + hours * HOUR_MS {
            at = at.max(pace.due().unwrap());
            pace.asked(at);
            pace.answered(at, answers(times.len()), None);
            times.push(at);
        }
        times
    }

    fn worst_hour(times: &[u64]) -> usize {
        let within = |from: &u64| {
            times
                .iter()
                .filter(|at| (*from..from + HOUR_MS).contains(at))
                .count()
        };
        times.iter().map(within).max().unwrap_or(0)
    }

    #[test]
    fn a_burst_then_ever_slower() {
        for seed in 0..200 {
            let mut pace = Pace::new(seed);
            assert_eq!(pace.due(), None);
            pace.begin(1_000);
            let times = times(&mut pace, 1_000, 2, |_| false);
            let mut wanted: Vec<(u64, u64)> = BURST_MS.map(|after| (1_000, after)).to_vec();
            for (nth, at) in times.iter().enumerate().skip(4) {
                wanted.push((*at, PAUSES_MS[(nth - 4).min(4)]));
            }
            for (at, (from, after)) in times.iter().zip(wanted) {
                let range = from + after * 4 / 5..=from + after * 6 / 5;
                assert!(range.contains(at), "{at} of {range:?}, seed {seed}");
            }
            assert!(worst_hour(&times) <= 21, "{}", worst_hour(&times));
        }
    }

    #[test]
    fn never_more_than_25_in_any_hour_however_it_flaps() {
        for seed in 0..100 {
            let (mut pace, mut dice) = (Pace::new(seed), fastrand::Rng::with_seed(!seed));
            let (mut at, mut went) = (0, Vec::new());
            while at < 12 * HOUR_MS {
                match dice.u64(..=6) {
                    0 => pace.reset(),
                    1..=2 => pace.begin(at),
                    3 if pace.may_heartbeat(at) => {
                        pace.heartbeat(at);
                        went.push(at);
                    }
                    4 if pace.is_open => {
                        let ok = dice.bool();
                        pace.answered(at, ok, None);
                    }
                    _ => {}
                }
                if pace.due().is_some_and(|due| due <= at) {
                    pace.asked(at);
                    went.push(at);
                }
                at += dice.u64(..=20_000);
            }
            let worst = worst_hour(&went);
            assert!((10..=MAX_AN_HOUR).contains(&worst), "{worst}, seed {seed}");
        }
    }

    #[test]
    fn a_service_that_flips_is_not_asked_more() {
        for seed in 0..100 {
            let mut pace = Pace::new(seed);
            pace.begin(0);
            let times = times(&mut pace, 0, 5, |nth| nth % 2 == 0);
            assert!(
                worst_hour(&times) <= MAX_AN_HOUR,
                "{} of {seed}",
                worst_hour(&times)
            );
        }
    }

    #[test]
    fn what_is_back_is_known_within_two_minutes_of_the_first_good_answer() {
        for seed in 0..100 {
            let mut pace = Pace::new(seed);
            pace.begin(0);
            let times = times(&mut pace, 0, 1, |nth| nth >= 8);
            let span = times[10] - times[8];
            assert!((60_000..=120_000).contains(&span), "{span}");
        }
    }

    #[test]
    fn a_service_that_wants_to_be_left_alone_is() {
        let mut pace = Pace::new(7);
        pace.begin(0);
        pace.asked(0);
        pace.answered(100, false, Some(600_000));
        assert_eq!(pace.due(), Some(600_100));
        pace.reset();
        pace.begin(300_000);
        assert_eq!(pace.due(), Some(600_100), "a new silence changes nothing");
        assert!(!pace.may_heartbeat(599_000) && pace.may_heartbeat(601_000));
        pace.answered(700_000, false, Some(u64::MAX));
        assert_eq!(pace.due(), Some(700_000 + MAX_RETRY_AFTER_MS));
    }

    #[test]
    fn heartbeats_leave_room_for_a_silence() {
        let mut pace = Pace::new(1);
        let mut beats = 0;
        for at in (0..HOUR_MS).step_by(1_000) {
            if pace.may_heartbeat(at) {
                pace.heartbeat(at);
                beats += 1;
            }
        }
        assert_eq!(beats, MAX_AN_HOUR - KEPT_FOR_SILENCE);
        pace.begin(HOUR_MS - 1);
        assert!(pace.due().unwrap() < HOUR_MS + 2_000);
    }
}
