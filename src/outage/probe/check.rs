//! One check, from the name to the answer: each phase in its turn, and the one in which it ended is what it tells.

use super::connect::connect;
use super::deadline::{Deadline, Timed};
use super::http::{self, Answer, MAX_BODY_BYTES, Wire};
use super::resolve::resolve;
use super::saw::{Odd, Saw};
use super::tls::secure;
use crate::outage::service::{Check, Host, Target};
use serde_json::Value;
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};
use ureq::http::Uri;

/// What takes longer is slow: more than half of the time that there is.
const SLOW_MS: u64 = 3_000;

/// Of those that an answer names so many are looked at.
const MAX_NAMED: usize = 16;

/// The longest name of whom a redirect leads to, in characters.
const MAX_NAME: usize = 100;

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whom it was about.
    pub label: String,
    /// Whether a page was asked for, or only a connection made.
    pub is_http: bool,
    /// What stood there.
    pub saw: Saw,
    /// How long it took, in ms.
    pub took_ms: u64,
    /// Whether the other side proved who it is.
    pub is_proven: bool,
    /// Whether a page, or a way to another, is as good an answer as any.
    pub takes_any: bool,
    /// It wants to be left alone for so long.
    pub retry_after_ms: Option<u64>,
}

/// The system's clock, in seconds since 1970.
pub fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// Runs a check; and whom its answer names to connect to.
pub(super) fn run(check: &Check, deadline: Deadline) -> (Seen, Option<Host>) {
    let Target::Http { tls, .. } = &check.target else {
        return (port(check.target.host(), deadline), None);
    };
    let asked = page(&check.target, deadline, now_s(), |status| {
        check.json.is_some() && check.is_up(status)
    });
    let retry_after_ms = asked.as_ref().ok().and_then(|answer| answer.retry_after_ms);
    let is_proven = *tls && asked.is_ok();
    let (saw, named) = match &asked {
        Ok(answer) => meaning(check, answer, deadline.took_ms()),
        Err(saw) => (saw.clone(), None),
    };
    let seen = Seen {
        label: check.target.label(),
        is_http: true,
        saw,
        took_ms: deadline.took_ms(),
        is_proven,
        takes_any: check.takes_any(),
        retry_after_ms,
    };
    (seen, named)
}

/// Makes a connection, and sends nothing.
pub(super) fn port(host: &Host, deadline: Deadline) -> Seen {
    let saw = match reach(host, deadline) {
        Ok(_) => Saw::Well(None),
        Err(saw) => saw,
    };
    Seen {
        label: host.to_string(),
        is_http: false,
        saw,
        took_ms: deadline.took_ms(),
        is_proven: false,
        takes_any: false,
        retry_after_ms: None,
    }
}

/// Asks for a page.
pub(super) fn page(
    target: &Target,
    deadline: Deadline,
    now_s: i64,
    wants_body: impl Fn(u16) -> bool,
) -> Result<Answer, Saw> {
    let Target::Http { host, tls, url } = target else {
        return Err(Saw::NotHttp);
    };
    let stream = reach(host, deadline)?;
    let wire = match tls {
        false => Wire::Plain(Timed::new(stream, deadline.end)),
        true => {
            let mut secret = secure(Timed::new(stream, deadline.connected), &host.name)?;
            secret.sock.until = deadline.end;
            Wire::Secret(Box::new(secret))
        }
    };
    http::ask(wire, url, now_s, wants_body)
}

fn reach(host: &Host, deadline: Deadline) -> Result<TcpStream, Saw> {
    let addresses = resolve(&host.name, deadline.connected)?;
    connect(&addresses, host.port, deadline.connected)
}

impl Check {
    fn is_secret(&self) -> bool {
        matches!(self.target, Target::Http { tls: true, .. })
    }

    /// Whether a page, or a way to another, is as good an answer as any.
    fn takes_any(&self) -> bool {
        self.up.is_empty() && self.json.is_none()
    }

    /// Whether an answer of this status is as it should be.
    fn is_up(&self, status: u16) -> bool {
        match self.up.is_empty() {
            true => matches!(status, 100..=499) && !matches!(status, 300..=399 | 403 | 429 | 451),
            false => self.up.contains(&status),
        }
    }
}

/// What an answer means. Pure.
fn meaning(check: &Check, answer: &Answer, took_ms: u64) -> (Saw, Option<Host>) {
    let status = answer.status;
    let saw = match status {
        429 => Saw::Limited(status),
        511 => Saw::Page(status),
        _ if check.is_up(status) => return content(check, answer, took_ms),
        403 | 451 => Saw::Blocked(status),
        300..=399 => return (redirect(check, answer, took_ms), None),
        _ if answer.is_html && !check.is_secret() && status < 400 => Saw::Page(status),
        _ => Saw::Status(status),
    };
    (saw, None)
}

fn well(status: u16, took_ms: u64) -> Saw {
    match took_ms >= SLOW_MS {
        true => Saw::Slow { took_ms },
        false => Saw::Well(Some(status)),
    }
}

/// Where it leads is not followed. Who has proved who it is may send us where it likes, and so may anybody within its own house.
fn redirect(check: &Check, answer: &Answer, took_ms: u64) -> Saw {
    let to = leads_to(answer.location.as_deref());
    let is_own = check.is_secret() || to.is_empty() || same_house(&check.target.host().name, &to);
    match check.takes_any() && is_own {
        true => well(answer.status, took_ms),
        false => Saw::Elsewhere {
            status: answer.status,
            to,
        },
    }
}

/// Whose page an address is; empty for one that names nobody.
pub(super) fn leads_to(location: Option<&str>) -> String {
    let uri: Option<Uri> = location.and_then(|text| text.parse().ok());
    let host = uri.and_then(|uri| uri.host().map(str::to_owned));
    host.map_or(String::new(), |host| host.chars().take(MAX_NAME).collect())
}

/// `www.x.example` and `x.example`.
fn same_house(one: &str, other: &str) -> bool {
    let below = |one: &str, other: &str| {
        let rest = one.strip_suffix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(one, other) || below(other, one)
}

/// Whether a body is a page, whatever it says of itself.
pub(super) fn is_markup(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

fn content(check: &Check, answer: &Answer, took_ms: u64) -> (Saw, Option<Host>) {
    let well = well(answer.status, took_ms);
    let Some(key) = &check.json else {
        let is_page = answer.is_html && !check.is_secret();
        return match is_page {
            true => (Saw::Page(answer.status), None),
            false => (well, None),
        };
    };
    let body = match &answer.body {
        Ok(body) if body.len() > MAX_BODY_BYTES => {
            return (Saw::NotAsExpected(Odd::TooLong), None);
        }
        Ok(body) => body,
        Err(saw) => return (saw.clone(), None),
    };
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        let is_page = (answer.is_html || is_markup(body)) && !check.is_secret();
        return match is_page {
            true => (Saw::Page(answer.status), None),
            false => (Saw::NotAsExpected(Odd::NoJson), None),
        };
    };
    match json.get(key) {
        Some(value) if holds_something(value) => (well, named(check, value)),
        _ => (Saw::NotAsExpected(Odd::Empty), None),
    }
}

fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(values) => !values.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Of those that the answer names one that most networks let through. An answer from elsewhere sends nobody to this machine.
fn named(check: &Check, value: &Value) -> Option<Host> {
    let may = |host: &Host| !host.is_this_machine() || check.target.host().is_this_machine();
    let texts = value.as_array()?.iter().take(MAX_NAMED);
    let hosts: Vec<Host> = texts
        .filter_map(|text| Host::parse(text.as_str()?))
        .filter(may)
        .collect();
    let through = |port: u16| hosts.iter().find(move |host| host.port == port);
    let best = through(443).or_else(|| through(80));
    best.or(hosts.first()).cloned()
}

#[cfg(test)]
#[path = "tests_of_answers.rs"]
mod tests;
