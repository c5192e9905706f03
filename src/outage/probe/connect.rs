//! Addresses become a connection: the next one is tried when the last has not answered for a moment, so that a network whose
//! IPv6 leads nowhere costs a quarter of a second. Source: RFC 8305 ("happy eyeballs"), §5, with its delay.

use super::deadline::left;
use super::saw::Saw;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketFlags, SocketType, sockopt};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// After so long the next address is tried beside those before it.
const NEXT_AFTER: Duration = Duration::from_millis(250);

/// Connects to whichever answers first. The connection does not block.
pub fn connect(addresses: &[IpAddr], port: u16, until: Instant) -> Result<TcpStream, Saw> {
    let mut waiting: Vec<OwnedFd> = Vec::new();
    let mut coming = taking_turns(addresses).into_iter().peekable();
    let mut worst = Saw::NoWay;
    loop {
        if let Some(address) = coming.next() {
            match begin(SocketAddr::new(address, port)) {
                Ok(socket) => waiting.push(socket),
                Err(error) => worst = worse(worst, error)?,
            }
        } else if waiting.is_empty() {
            return Err(worst);
        }
        let patience = match coming.peek() {
            Some(_) if waiting.is_empty() => continue,
            Some(_) => left(until).min(NEXT_AFTER),
            None => left(until),
        };
        match first_of(&mut waiting, patience) {
            Some(Ok(socket)) => return Ok(TcpStream::from(socket)),
            Some(Err(error)) => worst = worse(worst, error)?,
            None if left(until).is_zero() => return Err(Saw::ConnectHangs),
            None => {}
        }
    }
}

/// First one family, then the other, in turns: as the system orders them otherwise.
fn taking_turns(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let first = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (one, other): (Vec<IpAddr>, Vec<IpAddr>) = addresses
        .iter()
        .partition(|address| address.is_ipv6() == first);
    let mut turns = Vec::with_capacity(addresses.len());
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    while turns.len() < addresses.len() {
        turns.extend(one.next());
        turns.extend(other.next());
    }
    turns
}

fn begin(to: SocketAddr) -> Result<OwnedFd, Errno> {
    let family = match to {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = net::socket_with(family, SocketType::STREAM, flags, None)?;
    match net::connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket),
        Err(error) => Err(error),
    }
}

/// Waits for the first that is decided; it is taken out. `None`: none is, in that time.
fn first_of(waiting: &mut Vec<OwnedFd>, patience: Duration) -> Option<Result<OwnedFd, Errno>> {
    let ready = |socket| PollFd::new(socket, PollFlags::OUT);
    let mut polled: Vec<PollFd<'_>> = waiting.iter().map(ready).collect();
    let patience = Timespec::try_from(patience).ok();
    match poll(&mut polled, patience.as_ref()) {
        // Interrupted: the caller looks at the time and comes again.
        Err(Errno::INTR) | Ok(0) => return None,
        Err(error) => return Some(Err(error)),
        Ok(_) => {}
    }
    let at = polled.iter().position(|one| !one.revents().is_empty())?;
    let socket = waiting.swap_remove(at);
    match sockopt::socket_error(&socket) {
        Ok(Ok(())) => Some(Ok(socket)),
        Ok(Err(error)) | Err(error) => Some(Err(error)),
    }
}

/// What is told where several addresses fail: a refusal is an answer, and tells more than no way there.
fn worse(known: Saw, error: Errno) -> Result<Saw, Saw> {
    let saw = match error {
        Errno::CONNREFUSED | Errno::CONNRESET => Saw::Refused,
        Errno::TIMEDOUT => Saw::ConnectHangs,
        Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM => {
            return Err(Saw::Unable(std::io::Error::from(error).to_string()));
        }
        _ => Saw::NoWay,
    };
    Ok(match (known, saw) {
        (Saw::Refused, _) | (_, Saw::Refused) => Saw::Refused,
        (Saw::ConnectHangs, _) => Saw::ConnectHangs,
        (_, saw) => saw,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(30)
    }

    #[test]
    fn a_dead_ipv6_hides_no_ipv4() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        // Nobody is at home in the documentation's network, by whichever way it fails.
        let dead = ["2001:db8::1", "::1", "127.0.0.1"].map(|text| text.parse().unwrap());
        let stream = connect(&dead, port, soon()).unwrap();
        assert!(stream.peer_addr().unwrap().is_ipv4());
    }

    #[test]
    fn a_port_where_nobody_listens_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let here = ["127.0.0.1".parse().unwrap()];
        let saw = connect(&here, port, soon()).err();
        assert_eq!(saw, Some(Saw::Refused));
    }

    #[test]
    fn families_take_turns() {
        let all = ["::1", "::2", "::3", "1.1.1.1", "2.2.2.2"].map(|text| text.parse().unwrap());
        let turns: Vec<String> = taking_turns(&all).iter().map(ToString::to_string).collect();
        assert_eq!(turns, ["::1", "1.1.1.1", "::2", "2.2.2.2", "::3"]);
    }
}
