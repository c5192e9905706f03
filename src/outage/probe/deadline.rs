//! How long there is left, and a socket that never takes longer. A server that sends a byte every second ends here, too: the
//! time is one for all that is read and written.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// For a name, a connection and TLS together.
pub const TO_CONNECT: Duration = Duration::from_secs(3);

/// For a whole check, until it is told.
pub const IN_ALL: Duration = Duration::from_secs(5);

/// What gathering and telling may take.
const TO_TELL: Duration = Duration::from_millis(100);

/// The moments by which a check has to be somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    began: Instant,
    /// A connection by then.
    pub connected: Instant,
    /// The end.
    pub end: Instant,
}

impl Deadline {
    /// From now on.
    pub fn from_now() -> Self {
        let began = Instant::now();
        Self {
            began,
            connected: began + TO_CONNECT - TO_TELL,
            end: began + IN_ALL - TO_TELL,
        }
    }

    /// For a check that begins later and has to end with this one.
    pub fn anew(self) -> Self {
        let now = Instant::now();
        Self {
            began: now,
            connected: (now + TO_CONNECT - TO_TELL).min(self.end),
            end: self.end,
        }
    }

    /// Since it began, in ms.
    pub fn took_ms(self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What is left until then.
pub fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// A connection that ends with its time. It waits by `poll`: the kernel rounds a socket's own time-outs up to the coarse steps
/// of its timers, and five seconds would be five and a quarter.
#[derive(Debug)]
pub struct Timed {
    stream: TcpStream,
    /// Until when it may be used.
    pub until: Instant,
}

impl Timed {
    /// A connection that does not block, to use until then.
    pub fn new(stream: TcpStream, until: Instant) -> Self {
        Self { stream, until }
    }

    fn wait(&self, flags: PollFlags) -> io::Result<()> {
        let left = left(self.until);
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        let patience = Timespec::try_from(left).ok();
        let mut polled = [PollFd::new(&self.stream, flags)];
        match poll(&mut polled, patience.as_ref()) {
            // A signal is no answer: who waits looks at the time and comes again.
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Does it, and waits where it would block. A time that is over ends what never blocks, too.
    fn patiently<T>(
        &mut self,
        flags: PollFlags,
        mut does: impl FnMut(&mut TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            if left(self.until).is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            match does(&mut self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(flags)?,
                done => return done,
            }
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.patiently(PollFlags::IN, |stream| stream.read(buffer))
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.patiently(PollFlags::OUT, |stream| stream.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
