//! Wakes a thread that waits for a socket, from any other thread.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

/// The end that wakes.
#[derive(Clone)]
pub struct Waker(Arc<UnixStream>);

/// The end that is waited at.
pub struct Woken(UnixStream);

/// A waker and its end.
pub fn waker() -> io::Result<(Waker, Woken)> {
    let (wakes, woken) = UnixStream::pair()?;
    wakes.set_nonblocking(true)?;
    woken.set_nonblocking(true)?;
    Ok((Waker(wakes.into()), Woken(woken)))
}

impl Waker {
    /// Wakes it, or has its next wait end at once.
    pub fn wake(&self) {
        // A full pipe wakes as well.
        let _ = (&*self.0).write(&[0]);
    }
}

impl Woken {
    /// Waits for [`Waker::wake`], at most so long.
    pub fn wait(&self, at_most: Duration) {
        let _ = poll(
            &mut [PollFd::new(&self.0, PollFlags::IN)],
            Some(&timespec(at_most)),
        );
        self.clear();
    }

    /// Forgets what woke.
    pub(super) fn clear(&self) {
        let mut bytes = [0; 64];
        while (&self.0)
            .read(&mut bytes)
            .is_ok_and(|read| read == bytes.len())
        {}
    }
}

impl AsFd for Woken {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// As the system counts, an hour at most.
pub(super) fn timespec(time: Duration) -> Timespec {
    let time = time.min(Duration::from_secs(3_600));
    Timespec {
        tv_sec: time.as_secs() as i64,
        tv_nsec: time.subsec_nanos().into(),
    }
}
