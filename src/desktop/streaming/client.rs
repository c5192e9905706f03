//! One streaming client: what it shows, how often it is told, and how much of its talk is listened to. It knows no bus.

use super::marshal::{Body, Field};
use crate::outage::{MAX_FIELDS, Shown, Value};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a client shows is told at most this often: ten times a second.
const BETWEEN_FACTS: Duration = Duration::from_millis(100);

/// Who sends more signals or bytes than this within [`A_WHILE`] is no longer listened to, but looked at …
const MAX_SIGNALS: u32 = 100;
const MAX_BYTES: usize = 1 << 20;
const A_WHILE: Duration = Duration::from_secs(1);
/// … for so long, and so often; seldom, where each look brings as much as [`MAX_BYTES`].
const DEAF_FOR: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// A client that has shown nothing yet is asked again: after a second at first, then twice as long each time until this.
const MOST_BETWEEN_TRIES: Duration = Duration::from_secs(30);

/// A client.
pub struct Client {
    /// Tells it from all others, those of the same name too.
    pub number: u64,
    /// The name that it is known by.
    pub name: String,
    /// Its connection's own name.
    pub owner: String,
    /// The process that has the connection.
    pub process: Option<u32>,
    /// What it shows; `None`: it has not answered yet.
    shown: Option<Shown>,
    identity: String,
    /// What was told last, and when.
    told: Option<(Shown, Instant)>,
    /// Whether something has changed since.
    is_changed: bool,
    /// When to read all of it.
    pub read_at: Option<Instant>,
    tries: u32,
    heard: Heard,
    /// Whether its position was asked for and has not come.
    pub position_is_asked: bool,
}

/// How much it has said lately.
struct Heard {
    since: Instant,
    signals: u32,
    bytes: usize,
    /// Until then its signals are not wanted.
    deaf_until: Option<Instant>,
}

impl Client {
    /// A client that has just come.
    pub fn new(number: u64, name: &str, owner: &str, now: Instant) -> Self {
        Self {
            number,
            name: name.into(),
            owner: owner.into(),
            process: None,
            shown: None,
            identity: String::new(),
            told: None,
            is_changed: false,
            read_at: Some(now),
            tries: 0,
            heard: Heard {
                since: now,
                signals: 0,
                bytes: 0,
                deaf_until: None,
            },
            position_is_asked: false,
        }
    }

    /// Whether it says that it plays.
    pub fn plays(&self) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|shown| shown.status == "Playing")
    }

    /// As it calls itself; empty: unknown.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// It calls itself so.
    pub fn take_identity(&mut self, identity: String) {
        self.identity = identity;
        self.is_changed = true;
    }

    /// It was asked for all; what it answers is an `a{sv}`.
    pub fn take_all(&mut self, body: Body<'_>, length: usize, now: Instant) {
        let mut shown = Shown::default();
        if read_into(&mut shown, body).is_none() {
            return self.try_again(now);
        }
        self.shown = Some(shown);
        self.is_changed = true;
        self.tries = 0;
        let again = match length > MAX_BYTES {
            true => DEAF_FOR,
            false => BETWEEN_LOOKS,
        };
        self.read_at = self.heard.deaf_until.map(|_| now + again);
    }

    /// It did not answer, or not with sense.
    pub fn try_again(&mut self, now: Instant) {
        let wait = BETWEEN_LOOKS * 2_u32.saturating_pow(self.tries.min(8));
        self.tries += 1;
        self.read_at = Some(now + wait.min(MOST_BETWEEN_TRIES));
    }

    /// Some of it has changed: `a{sv}`, and the names of what is to be asked for anew.
    pub fn take_changes(&mut self, mut body: Body<'_>, now: Instant) {
        let Some(shown) = &mut self.shown else {
            // It talks: it may answer as well.
            self.read_at = Some(now);
            return;
        };
        // Where the position is not told anew, what is known of it is old.
        shown.position_us = None;
        self.is_changed = true;
        let mut is_sense = true;
        let read = body.dict(|name, field| is_sense &= take(shown, name, field));
        let invalid = read.and_then(|()| body.texts());
        let is_stale = |name: &String| matches!(name.as_str(), "PlaybackStatus" | "Metadata");
        if !is_sense || invalid.is_none_or(|names| names.iter().any(is_stale)) {
            self.read_at = Some(now);
        }
    }

    /// Counts a signal of it; whether it is too much: its signals are not wanted from now on.
    pub fn is_too_loud(&mut self, bytes: usize, now: Instant) -> bool {
        let heard = &mut self.heard;
        if now.duration_since(heard.since) >= A_WHILE {
            (heard.since, heard.signals, heard.bytes) = (now, 0, 0);
        }
        heard.signals += 1;
        heard.bytes = heard.bytes.saturating_add(bytes);
        let is_loud = heard.signals > MAX_SIGNALS || heard.bytes > MAX_BYTES;
        if !is_loud || heard.deaf_until.is_some() {
            return false;
        }
        heard.deaf_until = Some(now + DEAF_FOR);
        self.read_at = Some(now + BETWEEN_LOOKS);
        true
    }

    /// Whether its signals are wanted again from now on. What was missed is read.
    pub fn is_heard_again(&mut self, now: Instant) -> bool {
        let is_over = self.heard.deaf_until.is_some_and(|until| until <= now);
        if is_over {
            self.heard.deaf_until = None;
            (self.heard.since, self.heard.signals, self.heard.bytes) = (now, 0, 0);
            self.read_at = Some(now);
        }
        is_over
    }

    /// What is to be told of it now.
    pub fn news(&mut self, now: Instant) -> Option<Shown> {
        if !self.is_changed || self.tell_at().is_some_and(|at| at > now) {
            return None;
        }
        let mut shown = self.shown.clone()?;
        shown.identity.clone_from(&self.identity);
        self.is_changed = false;
        if let Some((told, _)) = &self.told {
            let without_position = |shown: &Shown| Shown {
                position_us: None,
                ..shown.clone()
            };
            if without_position(told) == without_position(&shown) {
                return None;
            }
        }
        self.told = Some((shown.clone(), now));
        Some(shown)
    }

    /// When something is to be done for it.
    pub fn due(&self) -> Option<Instant> {
        let tell = self.is_changed && self.shown.is_some();
        let tell = tell.then(|| self.tell_at()).flatten();
        [tell, self.read_at, self.heard.deaf_until]
            .into_iter()
            .flatten()
            .min()
    }

    fn tell_at(&self) -> Option<Instant> {
        self.told.as_ref().map(|(_, at)| *at + BETWEEN_FACTS)
    }
}

/// All properties of a player.
fn read_into(shown: &mut Shown, mut body: Body<'_>) -> Option<()> {
    body.dict(|name, field| _ = take(shown, name, field))
}

/// One property; `false`: it is not what its name says.
fn take(shown: &mut Shown, name: &str, field: Field<'_>) -> bool {
    match name {
        "PlaybackStatus" => match field.value() {
            Some(Value::Text(status)) => shown.status = status,
            _ => return false,
        },
        "Metadata" => match metadata(field) {
            Some(metadata) => shown.metadata = metadata,
            None => return false,
        },
        "Position" => shown.position_us = position(field),
        "Volume" => shown.volume = volume(field),
        _ => {}
    }
    true
}

fn metadata(field: Field<'_>) -> Option<BTreeMap<String, Value>> {
    let mut fields = BTreeMap::new();
    field.dict(|name, value| {
        if name.len() <= MAX_NAME
            && let Some(value) = value.value()
        {
            fields.insert(name.to_owned(), value);
            if fields.len() > MAX_FIELDS {
                fields.pop_last();
            }
        }
    })?;
    Some(fields)
}

/// A field's name that is longer is nobody's, in bytes.
const MAX_NAME: usize = 128;

/// How loud it plays, of whatever type; 0: the person has muted it.
fn volume(field: Field<'_>) -> Option<f64> {
    match field.value()? {
        Value::Float(volume) => Some(volume),
        Value::Whole(volume) => Some(volume as f64),
        _ => None,
    }
}

/// A position, in µs, of whatever type.
pub fn position(field: Field<'_>) -> Option<i64> {
    match field.value()? {
        Value::Whole(us) => Some(us),
        // Saturates.
        Value::Float(us) => Some(us as i64),
        _ => None,
    }
}
