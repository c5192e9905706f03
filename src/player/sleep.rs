//! The sleep timer: the music fades out over its last seconds and pauses. The clock is elsewhere: an alarm tells.

use super::desk::Player;
use super::event::{Alarm, Changes, Effect, State};

/// The last of the music fades out over so long, in ms.
pub const SLEEP_FADE_MS: u32 = 10_000;

/// So much longer than its fade an engine is waited for that says nothing of its end: its output may be lost. In ms.
const SETTLE_MS: u64 = 3_000;

/// What a key that sets the timer goes through, in minutes; after the last it is off.
const STEPS_MIN: [u64; 5] = [15, 30, 45, 60, 90];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sleep {
    /// No timer is set.
    #[default]
    Awake,
    /// It will fade over so many ms when the alarm comes.
    Set { fade_ms: u32 },
    /// The time has come, and nothing is heard that could fade.
    Due { fade_ms: u32 },
    /// It fades.
    Fading,
    /// It has paused the music, which nobody has asked for since.
    Asleep,
}

/// The next setting of a timer that has so much left, in ms, as a key goes through them; `None`: off.
pub fn next_sleep_ms(left_ms: Option<u64>) -> Option<u64> {
    // Just set, a timer has a little less left than its step.
    let passed = left_ms.map_or(0, |left| left.saturating_add(60_000));
    let steps = STEPS_MIN.iter().map(|minutes| minutes * 60_000);
    steps.into_iter().find(|step| *step > passed)
}

fn until_asleep(fade_ms: u32) -> Alarm {
    Alarm {
        in_ms: u64::from(fade_ms) + SETTLE_MS,
        silent_in_ms: fade_ms.into(),
    }
}

impl Player {
    /// Whether the sleep timer has paused the music.
    pub fn asleep(&self) -> bool {
        self.sleep == Sleep::Asleep
    }

    pub(super) fn set_sleep(&mut self, in_ms: Option<u64>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.sleep == Sleep::Fading && self.state == State::Playing {
            effects.push(Effect::Resume);
        }
        match in_ms {
            None => effects.extend(self.end_sleep()),
            Some(in_ms) => {
                let fade_ms = SLEEP_FADE_MS.min(u32::try_from(in_ms).unwrap_or(u32::MAX));
                self.sleep = Sleep::Set { fade_ms };
                effects.push(Effect::Alarm(Some(Alarm {
                    in_ms: in_ms - u64::from(fade_ms),
                    silent_in_ms: in_ms,
                })));
                effects.push(Effect::Changed(Changes::OPTIONS));
            }
        }
        effects
    }

    /// The fade begins, or has ended.
    pub(super) fn alarm(&mut self) -> Vec<Effect> {
        match self.sleep {
            Sleep::Set { fade_ms } if self.state == State::Playing && fade_ms > 0 => {
                if self.target_heard {
                    return self.fade(fade_ms);
                }
                self.sleep = Sleep::Due { fade_ms };
                vec![Effect::Alarm(Some(until_asleep(fade_ms)))]
            }
            Sleep::Set { .. } | Sleep::Due { .. } | Sleep::Fading => self.fall_asleep(),
            Sleep::Awake | Sleep::Asleep => Vec::new(),
        }
    }

    fn fade(&mut self, over_ms: u32) -> Vec<Effect> {
        self.sleep = Sleep::Fading;
        vec![
            Effect::Fade { over_ms },
            Effect::Alarm(Some(until_asleep(over_ms))),
        ]
    }

    /// A song is heard.
    pub(super) fn fade_where_due(&mut self) -> Vec<Effect> {
        match self.sleep {
            Sleep::Due { fade_ms } if self.state == State::Playing => self.fade(fade_ms),
            _ => Vec::new(),
        }
    }

    pub(super) fn faded(&mut self) -> Vec<Effect> {
        match self.sleep {
            Sleep::Fading => self.fall_asleep(),
            _ => Vec::new(),
        }
    }

    fn fall_asleep(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Alarm(None)];
        effects.extend(self.pause());
        self.sleep = Sleep::Asleep;
        effects.push(Effect::Changed(Changes::OPTIONS.with(Changes::PLAYER)));
        effects
    }

    /// Who plays something while it fades, or after, is awake.
    pub(super) fn wake(&mut self) -> Vec<Effect> {
        match self.sleep {
            Sleep::Due { .. } | Sleep::Fading | Sleep::Asleep => self.end_sleep(),
            Sleep::Awake | Sleep::Set { .. } => Vec::new(),
        }
    }

    /// No timer any more.
    pub(super) fn end_sleep(&mut self) -> Vec<Effect> {
        if self.sleep == Sleep::Awake {
            return Vec::new();
        }
        self.sleep = Sleep::Awake;
        vec![Effect::Alarm(None), Effect::Changed(Changes::OPTIONS)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_the_steps() {
        let minutes = |left: Option<u64>| next_sleep_ms(left).map(|ms| ms / 60_000);
        assert_eq!(minutes(None), Some(15));
        assert_eq!(minutes(Some(15 * 60_000 - 80)), Some(30));
        assert_eq!(minutes(Some(7 * 60_000)), Some(15));
        assert_eq!(minutes(Some(61 * 60_000)), Some(90));
        assert_eq!(minutes(Some(90 * 60_000 - 80)), None);
        assert_eq!(minutes(Some(u64::MAX)), None);
    }
}
