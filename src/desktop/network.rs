//! What the machine tells of its network, and of its sleep: NetworkManager's word, the default route, and whether it has slept.
//! It asks nobody outside. NetworkManager and logind may be there or not.
//!
//! Source: NetworkManager's D-Bus reference (Connectivity), org.freedesktop.login1 (PrepareForSleep).

use super::streaming::Field;
use crate::outage::{Connectivity, Fact, Value, default_route};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use zbus::message::Message;

/// NetworkManager's name, and its interface's.
pub const MANAGER: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";
const LOGIND: &str = "org.freedesktop.login1.Manager";

/// The signals that are wanted of them.
pub const RULES: [&str; 3] = [
    "type='signal',sender='org.freedesktop.NetworkManager',path='/org/freedesktop/NetworkManager',\
     interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='org.freedesktop.NetworkManager'",
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',\
     arg0='org.freedesktop.NetworkManager'",
    "type='signal',sender='org.freedesktop.login1',path='/org/freedesktop/login1',\
     interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
];

/// More than this between two looks was sleep, not a busy machine: the clocks differ by nothing else.
const SLEPT: Duration = Duration::from_secs(2);

/// Whom to ask for its word, and with which words.
pub fn question() -> ((&'static str, &'static str), (&'static str, &'static str)) {
    ((MANAGER, PATH), (MANAGER, "Connectivity"))
}

/// Nobody tells.
pub fn unknown() -> Fact {
    Fact::Network {
        connectivity: Connectivity::Unknown,
    }
}

/// NetworkManager's word.
pub fn connectivity(field: Field<'_>) -> Option<Fact> {
    let connectivity = match field.value()? {
        Value::Whole(1) => Connectivity::None,
        Value::Whole(2) => Connectivity::Portal,
        Value::Whole(3) => Connectivity::Limited,
        Value::Whole(4) => Connectivity::Full,
        Value::Whole(_) => Connectivity::Unknown,
        _ => return None,
    };
    Some(Fact::Network { connectivity })
}

/// What a signal of one of them says; `None`: it is none of theirs, or says nothing new.
pub fn heard(message: &Message) -> Option<Fact> {
    let header = message.header();
    match (header.interface()?.as_str(), header.path()?.as_str()) {
        (LOGIND, _) if header.member()?.as_str() == "PrepareForSleep" => {
            let sleeps: bool = message.body().deserialize().ok()?;
            (!sleeps).then_some(Fact::Woke)
        }
        (_, PATH) => {
            let mut body = super::streaming::reader(message);
            if body.text()? != MANAGER {
                return None;
            }
            let mut fact = None;
            body.dict(|name, field| {
                if name == "Connectivity" {
                    fact = connectivity(field);
                }
            })?;
            fact
        }
        _ => None,
    }
}

/// Looks by itself, once a second while a client plays.
#[derive(Default)]
pub struct Looks {
    route: Option<bool>,
    /// How far the clock that counts sleep is before the one that does not.
    ahead: Option<Duration>,
}

impl Looks {
    /// Nobody plays: it will not be looked for a while.
    pub fn rest(&mut self) {
        self.ahead = None;
    }

    /// Whether the machine has slept since the last look. Where logind is, it tells so as well.
    pub fn woke(&mut self) -> Option<Fact> {
        self.woke_by(ahead())
    }

    fn woke_by(&mut self, ahead: Duration) -> Option<Fact> {
        let before = self.ahead.replace(ahead)?;
        (ahead.saturating_sub(before) >= SLEPT).then_some(Fact::Woke)
    }

    /// Whether there is a default route, where that has changed.
    pub fn route(&mut self) -> Option<Fact> {
        let is_there = default_route()?;
        let has_changed = self.route.replace(is_there) != Some(is_there);
        has_changed.then_some(Fact::Route { is_there })
    }
}

fn ahead() -> Duration {
    let since = |clock| {
        let time = clock_gettime(clock);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
    };
    // In this order: a look that is held up in between takes from it.
    let with_sleep = since(ClockId::Boottime);
    with_sleep.saturating_sub(since(ClockId::Monotonic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_is_what_one_clock_counts_and_the_other_does_not() {
        let mut looks = Looks::default();
        let mut woke = |ms| looks.woke_by(Duration::from_millis(ms));
        assert_eq!(woke(90_000), None, "slept before anybody looked");
        assert_eq!(woke(90_100), None, "a busy machine");
        assert_eq!(woke(89_000), None, "it never goes back, and if it does");
        assert_eq!(woke(91_000), Some(Fact::Woke));
        assert_eq!(woke(91_000), None, "it is told once");
        looks.rest();
        assert_eq!(
            looks.woke_by(Duration::from_secs(500)),
            None,
            "nobody played"
        );
    }
}
