//! What a person at the keys, a signal and the desk wake: one wait for all three, so that nothing is looked at over and
//! over. It never reads a key.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Rings that are forgotten with one look: more wake once more.
const MAX_RINGS: usize = 256;

/// The end that waits.
pub struct Bell {
    hears: UnixStream,
    rope: UnixStream,
    /// Where keys come from, where that is not stdin.
    terminal: Option<File>,
}

impl Bell {
    pub fn new() -> io::Result<Self> {
        let (hears, rope) = UnixStream::pair()?;
        hears.set_nonblocking(true)?;
        rope.set_nonblocking(true)?;
        Ok(Self {
            hears,
            rope,
            terminal: None,
        })
    }

    /// From now on keys ring too: those of stdin, or of the terminal where stdin is none.
    pub fn listen_to_keys(&mut self) -> io::Result<()> {
        if !io::stdin().is_terminal() {
            self.terminal = Some(File::open("/dev/tty")?);
        }
        Ok(())
    }

    /// A rope for one more who rings: any byte written to it does.
    pub fn rope(&self) -> io::Result<OwnedFd> {
        Ok(self.rope.try_clone()?.into())
    }

    /// Something that rings when it is called; it never waits.
    pub fn ringer(&self) -> io::Result<impl Fn() + Send + 'static> {
        let rope = self.rope.try_clone()?;
        // A full pipe has rung already.
        Ok(move || drop((&rope).write(&[1])))
    }

    /// Waits for a ring, or, with `keys`, for a key, or until the time is over; without a time as long as it takes.
    pub fn wait(&mut self, keys: bool, at_most: Option<Duration>) -> io::Result<()> {
        let stdin = io::stdin();
        let keyboard: BorrowedFd = match &self.terminal {
            Some(terminal) => terminal.as_fd(),
            None => stdin.as_fd(),
        };
        let mut fds = vec![PollFd::new(&self.hears, PollFlags::IN)];
        if keys {
            fds.push(PollFd::from_borrowed_fd(keyboard, PollFlags::IN));
        }
        let at_most = at_most.and_then(|time| Timespec::try_from(time).ok());
        match poll(&mut fds, at_most.as_ref()) {
            // A signal has rung, or the terminal has another size: both are worth a look.
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut rings = [0; MAX_RINGS];
        match self.hears.read(&mut rings) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_ends_the_wait_also_when_nobody_waited() {
        let mut bell = Bell::new().unwrap();
        let ring = bell.ringer().unwrap();
        // More often than the pipe holds: it never waits.
        (0..100_000).for_each(|_| ring());
        bell.wait(false, None).unwrap();
        let other = bell.ringer().unwrap();
        let thread = std::thread::spawn(other);
        bell.wait(false, None).unwrap();
        thread.join().unwrap();
    }

    #[test]
    fn without_a_ring_the_time_ends_it() {
        let mut bell = Bell::new().unwrap();
        bell.wait(false, Some(Duration::from_millis(1))).unwrap();
    }
}
