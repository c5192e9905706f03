//! The socket to the sound server: messages out, messages in, each with a limit. It knows no stream. Who listens to what
//! others play talks through it as well.
//!
//! The format of the messages comes from the crate `pulseaudio`; the framing is PulseAudio's `pstream`: twenty bytes
//! (length, channel, offset, flags, all big-endian), then the payload.

use super::waker::{Woken, timespec};
use pulseaudio::protocol::{
    self, Command, CommandReply, CommandTag, DESCRIPTOR_SIZE, ProtocolError, PulseError,
    TagStructReader,
};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Acquire;
use std::time::{Duration, Instant};

/// A message that is longer ends the connection: a thousand sinks fit.
const MAX_MESSAGE: usize = 4 << 20;
/// Messages kept while an answer is waited for.
const MAX_KEPT: usize = 1_024;
/// How long the server may take to answer, or to take what is sent.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);
/// Sound in one message, in bytes: what the server's own memory blocks hold.
const MAX_BLOCK: usize = 65_280;
/// Where commands and their answers travel.
const CONTROL: u32 = u32::MAX;
/// `PA_SEEK_RELATIVE` and `PA_SEEK_ABSOLUTE`, in the lowest byte of the flags.
const SEEK_RELATIVE: u32 = 0;
const SEEK_ABSOLUTE: u32 = 1;
/// What a server says that means something here.
const HEARD: [CommandTag; 10] = [
    CommandTag::Error,
    CommandTag::Reply,
    CommandTag::Request,
    CommandTag::Started,
    CommandTag::Underflow,
    CommandTag::SubscribeEvent,
    CommandTag::PlaybackStreamKilled,
    CommandTag::PlaybackStreamMoved,
    CommandTag::RecordStreamKilled,
    CommandTag::RecordStreamMoved,
];
/// What is read at once.
const READ_BYTES: usize = 4_096;

/// Why the server is of no more use, or does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// There is none, or the socket is broken.
    #[error("the sound server cannot be reached: {0}")]
    Io(#[from] io::Error),
    /// Nothing tells where it listens.
    #[error("{0}")]
    NoAddress(String),
    /// It has closed the socket.
    #[error("the sound server has ended")]
    Closed,
    /// It took longer than [`ANSWER_TIMEOUT`].
    #[error("the sound server does not answer")]
    Silent,
    /// What it says makes no sense.
    #[error("the sound server is not understood: {0}")]
    Garbled(String),
    /// It does not do what was asked.
    #[error("the sound server refuses: {0}")]
    Refused(PulseError),
    /// What was played on has left.
    #[error("the device is gone")]
    Gone,
    /// Somebody here no longer wants to wait.
    #[error("the program ends")]
    Woken,
}

impl From<ProtocolError> for WireError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::Io(error) => Self::Garbled(error.to_string()),
            ProtocolError::ServerError(error) => Self::Refused(error),
            other => Self::Garbled(other.to_string()),
        }
    }
}

/// A connection that is waited for only so long: a server that hangs lets no more than a few wait at its socket, and the
/// next would stand there for ever.
fn connect(path: &Path) -> Result<UnixStream, WireError> {
    let address = SocketAddrUnix::new(path).map_err(io::Error::from)?;
    let socket = net::socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )
    .map_err(io::Error::from)?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(ANSWER_TIMEOUT))
        .map_err(io::Error::from)?;
    net::connect(&socket, &address).map_err(|error| match error {
        Errno::AGAIN => WireError::Silent,
        other => io::Error::from(other).into(),
    })?;
    let socket = UnixStream::from(socket);
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// What the server sends.
pub enum Message {
    /// Of its own accord.
    Event(Box<Command>),
    /// The answer to the command of that number, still to be read with [`Wire::read`].
    Answer(u32, Vec<u8>),
    /// The command of that number was not carried out.
    Refusal(u32, PulseError),
    /// What a stream has recorded, by its channel.
    Sound(u32, Vec<u8>),
}

/// Where in the stream sound is put.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Behind what was sent last.
    Next,
    /// From this byte of the stream on, over what is there.
    At(u64),
}

/// A connection.
pub struct Wire {
    socket: UnixStream,
    woken: Arc<Woken>,
    quitting: Arc<AtomicBool>,
    version: u16,
    sent: u32,
    /// Read, and no whole message yet.
    inbox: Vec<u8>,
    kept: VecDeque<Message>,
}

impl Wire {
    /// Connects, and greets in the newest version that both sides know.
    ///
    /// `quitting`: where it is set and `woken` rings, nothing more is waited for.
    pub fn connect(
        path: &Path,
        cookie: Vec<u8>,
        woken: Arc<Woken>,
        quitting: Arc<AtomicBool>,
    ) -> Result<Self, WireError> {
        let socket = connect(path)?;
        let mut wire = Self {
            socket,
            woken,
            quitting,
            version: protocol::MAX_VERSION,
            sent: 0,
            inbox: Vec::new(),
            kept: VecDeque::new(),
        };
        let hello = Command::Auth(protocol::AuthParams {
            version: protocol::MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie,
        });
        let answer: protocol::AuthReply = wire.ask(&hello)?;
        wire.version = answer.version.min(protocol::MAX_VERSION);
        if wire.version < protocol::MIN_VERSION {
            let version = answer.version;
            return Err(WireError::Garbled(format!(
                "its protocol {version} is too old"
            )));
        }
        Ok(wire)
    }

    pub(super) fn wakes_by(&mut self, woken: Arc<Woken>) {
        self.woken = woken;
    }

    /// Sends a command; its number.
    pub fn send(&mut self, command: &Command) -> Result<u32, WireError> {
        self.sent = self.sent.wrapping_add(1);
        let mut bytes = Vec::with_capacity(512);
        protocol::write_command_message(&mut bytes, self.sent, command, self.version)?;
        self.write(&bytes)?;
        Ok(self.sent)
    }

    /// Sends a command and waits for its answer. Other messages are kept for [`Self::next_message`].
    pub fn ask<T: CommandReply>(&mut self, command: &Command) -> Result<T, WireError> {
        let number = self.send(command)?;
        let body = self.wait_for(number)?;
        self.read(&body)
    }

    fn wait_for(&mut self, number: u32) -> Result<Vec<u8>, WireError> {
        let deadline = Instant::now() + ANSWER_TIMEOUT;
        loop {
            while let Some(message) = self.receive()? {
                match message {
                    Message::Answer(of, body) if of == number => return Ok(body),
                    Message::Refusal(of, error) if of == number => {
                        return Err(WireError::Refused(error));
                    }
                    other if self.kept.len() < MAX_KEPT => self.kept.push_back(other),
                    _ => return Err(WireError::Garbled("it sends too much".into())),
                }
            }
            if self.quitting.load(Acquire) {
                return Err(WireError::Woken);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(WireError::Silent);
            }
            self.wait(Some(left))?;
        }
    }

    /// An answer, of the kind that its command has.
    pub fn read<T: CommandReply>(&self, body: &[u8]) -> Result<T, WireError> {
        let mut body = body;
        Ok(TagStructReader::new(&mut body, self.version).read()?)
    }

    /// The next message, where one is here.
    pub fn next_message(&mut self) -> Result<Option<Message>, WireError> {
        match self.kept.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.receive(),
        }
    }

    /// Waits for a message or to be woken, at most so long.
    pub fn wait(&self, at_most: Option<Duration>) -> Result<(), WireError> {
        let mut ends = [
            PollFd::new(&self.socket, PollFlags::IN),
            PollFd::new(&*self.woken, PollFlags::IN),
        ];
        match poll(&mut ends, at_most.map(timespec).as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        if !ends[1].revents().is_empty() {
            self.woken.clear();
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<Option<Message>, WireError> {
        loop {
            if let Some((length, channel)) = self.whole()? {
                let payload: Vec<u8> = self.inbox.drain(..length).skip(DESCRIPTOR_SIZE).collect();
                if channel != CONTROL {
                    return Ok(Some(Message::Sound(channel, payload)));
                }
                match self.understand(&payload)? {
                    Some(message) => return Ok(Some(message)),
                    None => continue,
                }
            }
            let mut bytes = [0; READ_BYTES];
            match self.socket.read(&mut bytes) {
                Ok(0) => return Err(WireError::Closed),
                Ok(read) => self.inbox.extend_from_slice(&bytes[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Err(WireError::Closed);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The length of the first message in the inbox, its head included, and its channel.
    fn whole(&self) -> Result<Option<(usize, u32)>, WireError> {
        let Some(mut head) = self.inbox.get(..DESCRIPTOR_SIZE) else {
            return Ok(None);
        };
        let head = protocol::read_descriptor(&mut head)?;
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE {
            return Err(WireError::Garbled(format!("a message of {length} bytes")));
        }
        let length = length + DESCRIPTOR_SIZE;
        Ok((self.inbox.len() >= length).then_some((length, head.channel)))
    }

    /// `None`: a message that means nothing here.
    fn understand(&self, payload: &[u8]) -> Result<Option<Message>, WireError> {
        // The number follows its own tag. What a server has no business to send is not even read.
        let number = payload.get(1..5).and_then(|bytes| bytes.try_into().ok());
        let number = number.map_or(u32::MAX, u32::from_be_bytes);
        if HEARD.iter().all(|tag| *tag as u32 != number) {
            return Ok(None);
        }
        let mut rest = payload;
        let (number, command) = match Command::read_tag_prefixed(&mut rest, self.version) {
            Ok(read) => read,
            Err(ProtocolError::Unimplemented(..)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(match command {
            Command::Reply => Message::Answer(number, rest.to_vec()),
            Command::Error(error) => Message::Refusal(number, error),
            event => Message::Event(event.into()),
        }))
    }

    /// Sends sound: whole frames.
    pub(super) fn send_sound(
        &mut self,
        channel: u32,
        place: Place,
        sound: &[u8],
    ) -> Result<(), WireError> {
        let mut bytes =
            Vec::with_capacity(sound.len() + (sound.len() / MAX_BLOCK + 1) * DESCRIPTOR_SIZE);
        let mut place = place;
        for block in sound.chunks(MAX_BLOCK) {
            let (offset, flags) = match place {
                Place::Next => (0, SEEK_RELATIVE),
                Place::At(byte) => (byte, SEEK_ABSOLUTE),
            };
            bytes.extend_from_slice(&(block.len() as u32).to_be_bytes());
            bytes.extend_from_slice(&channel.to_be_bytes());
            bytes.extend_from_slice(&offset.to_be_bytes());
            bytes.extend_from_slice(&flags.to_be_bytes());
            bytes.extend_from_slice(block);
            place = Place::Next;
        }
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let deadline = Instant::now() + ANSWER_TIMEOUT;
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.socket.write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(WireError::Silent);
                    }
                    let mut end = [PollFd::new(&self.socket, PollFlags::OUT)];
                    let _ = poll(&mut end, Some(&timespec(left)));
                }
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                    return Err(WireError::Closed);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::waker::waker;
    use super::*;
    use std::os::unix::net::UnixListener;

    /// Greets a server that takes the greeting, says this, and hangs up.
    fn greet(says: &[u8]) -> WireError {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let says = says.to_vec();
        let server = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut bytes = [0; 64];
            socket.read_exact(&mut bytes).unwrap();
            // A client that has heard enough hangs up first.
            let _ = socket.write_all(&says);
            bytes
        });
        let (_waker, woken) = waker().unwrap();
        let met = Wire::connect(&path, vec![0; 256], woken.into(), Arc::default());
        server.join().unwrap();
        met.err().expect("no such server is met")
    }

    fn message(payload: &[u8]) -> Vec<u8> {
        let mut bytes = (payload.len() as u32).to_be_bytes().to_vec();
        bytes.extend(CONTROL.to_be_bytes());
        bytes.extend([0; 12]);
        bytes.extend(payload);
        bytes
    }

    #[test]
    fn a_server_that_talks_nonsense_is_told_as_such() {
        let mut endless = message(&[]);
        endless[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(matches!(greet(&endless), WireError::Garbled(_)));
        // An answer that ends too early, one that refuses, and one that never comes.
        let answer = |tag: u8, rest: &[u8]| {
            message(&[&[b'L', 0, 0, 0, tag, b'L', 0, 0, 0, 1], rest].concat())
        };
        assert!(matches!(
            greet(&answer(2, &[b'L', 0])),
            WireError::Garbled(_)
        ));
        assert!(matches!(
            greet(&answer(0, &[b'L', 0, 0, 0, 1])),
            WireError::Refused(PulseError::AccessDenied)
        ));
        assert!(matches!(
            greet(&answer(2, &[b'L', 0, 0, 0, 3])),
            WireError::Garbled(_)
        ));
        assert!(matches!(greet(b""), WireError::Closed));
        // Commands of clients, one of which asks for 4 GiB of memory, and events without end.
        let mut greedy = answer(8, &[b'L', 0, 0, 0, 35, b'x', 255, 255, 255, 255]);
        greedy.extend(message(&[]));
        greedy.extend(message(b"Lxxx"));
        assert!(matches!(greet(&greedy), WireError::Closed));
        let request = answer(61, &[b'L', 0, 0, 0, 1, b'L', 0, 0, 0, 1]);
        assert!(matches!(
            greet(&request.repeat(MAX_KEPT + 1)),
            WireError::Garbled(_)
        ));
    }
}
