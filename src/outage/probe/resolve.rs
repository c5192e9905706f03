//! A name becomes addresses. The system's resolver has no time-out that one could rely on and cannot be ended, so it runs on a
//! thread of its own, and of those that hang there may be a few and no more.

use super::deadline::left;
use super::saw::Saw;
use dns_lookup::{LookupErrorKind, lookup_host};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

/// Look-ups at once, those that hang among them; beyond that a name is taken for one that hangs, too.
const MAX_LOOKUPS: usize = 64;

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A look-up that runs, counted until it ends, whoever still waits for it.
struct Running;

impl Running {
    fn begin() -> Option<Self> {
        let more = |running| (running < MAX_LOOKUPS).then_some(running + 1);
        let began = RUNNING.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        began.ok().map(|_| Self)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The addresses of a name, in the order in which the system prefers them.
pub fn resolve(name: &str, until: Instant) -> Result<Vec<IpAddr>, Saw> {
    if let Ok(address) = name.parse() {
        return Ok(vec![address]);
    }
    let running = Running::begin().ok_or(Saw::ResolverHangs)?;
    let (tell, told) = sync_channel(1);
    let asked = name.to_owned();
    let look_up = move || {
        let found = look_up(&asked);
        drop(running);
        // Nobody may be waiting any more.
        tell.send(found).ok();
    };
    thread::Builder::new()
        .name("probe-name".into())
        .spawn(look_up)
        .map_err(|error| Saw::Unable(error.to_string()))?;
    told.recv_timeout(left(until))
        .unwrap_or(Err(Saw::ResolverHangs))
}

fn look_up(name: &str) -> Result<Vec<IpAddr>, Saw> {
    let found = lookup_host(name).map_err(|error| match error.kind() {
        LookupErrorKind::NoName | LookupErrorKind::NoData => Saw::NoSuchName,
        LookupErrorKind::Memory => Saw::Unable("no memory".into()),
        _ => Saw::NoResolver,
    })?;
    let addresses: Vec<IpAddr> = found.take(MAX_ADDRESSES).collect();
    match addresses.is_empty() {
        true => Err(Saw::NoSuchName),
        false => Ok(addresses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outage::probe::deadline::TO_CONNECT;

    #[test]
    fn numbers_and_this_machine_need_no_resolver() {
        let until = Instant::now() + TO_CONNECT;
        for text in ["127.0.0.1", "::1"] {
            assert_eq!(resolve(text, until), Ok(vec![text.parse().unwrap()]));
        }
        let here = resolve("localhost", until).unwrap();
        assert!(here.iter().all(IpAddr::is_loopback), "{here:?}");
    }
}
