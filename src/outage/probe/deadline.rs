//! How long there is left, and a socket that never takes longer. A server that sends a byte every second ends here, too: the
//! time is one for all that is read and written.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// For a name, a connection and TLS together.
pub const TO_CONNECT: Duration = Duration::from_secs(3);

/// For a whole check.
pub const IN_ALL: Duration = Duration::from_secs(5);

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
            connected: began + TO_CONNECT,
            end: began + IN_ALL,
        }
    }

    /// For a check that begins later and has to end with this one.
    pub fn anew(self) -> Self {
        let now = Instant::now();
        Self {
            began: now,
            connected: (now + TO_CONNECT).min(self.end),
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

/// A connection that ends with its time.
#[derive(Debug)]
pub struct Timed {
    stream: TcpStream,
    /// Until when it may be used.
    pub until: Instant,
}

impl Timed {
    /// A connection to use until then.
    pub fn new(stream: TcpStream, until: Instant) -> Self {
        Self { stream, until }
    }

    fn left(&self) -> io::Result<Duration> {
        let left = left(self.until);
        // A socket takes a time-out of nothing for none at all.
        match left < Duration::from_millis(1) {
            true => Err(ErrorKind::TimedOut.into()),
            false => Ok(left),
        }
    }
}

/// What the system calls "try again" is a time that has run out.
fn timed_out<T>(result: io::Result<T>) -> io::Result<T> {
    result.map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
        _ => error,
    })
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        timed_out(self.stream.read(buffer))
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        timed_out(self.stream.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
