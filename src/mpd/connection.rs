//! One client's socket, with what was said on it. It decides when it is read and written; what is said means nothing to it.

use super::MAX_UNREAD;
use super::answer::PIECE;
use super::client::Client;
use super::request::Request;
use super::session::Session;
use crossbeam_channel::{Receiver, TryRecvError};
use mio::net::{TcpStream, UnixStream};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::time::Instant;

/// Bytes read from one client in one turn.
const READ_AT_ONCE: usize = 16 << 10;

/// A socket of either kind.
pub enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    fn as_read(&mut self) -> &mut dyn Read {
        match self {
            Self::Unix(stream) => stream,
            Self::Tcp(stream) => stream,
        }
    }

    fn as_write(&mut self) -> &mut dyn Write {
        match self {
            Self::Unix(stream) => stream,
            Self::Tcp(stream) => stream,
        }
    }

    pub fn source(&mut self) -> &mut dyn mio::event::Source {
        match self {
            Self::Unix(stream) => stream,
            Self::Tcp(stream) => stream,
        }
    }

    /// The system's number of it.
    pub fn file_number(&self) -> i32 {
        match self {
            Self::Unix(stream) => stream.as_raw_fd(),
            Self::Tcp(stream) => stream.as_raw_fd(),
        }
    }

    /// Whether who is at the other end is the user whom this process belongs to; `None`: it cannot be known.
    pub fn is_own_user(&self) -> Option<bool> {
        let Self::Unix(stream) = self else {
            return None;
        };
        let peer = rustix::net::sockopt::socket_peercred(stream.as_fd()).ok()?;
        Some(peer.uid == rustix::process::geteuid())
    }
}

/// A client's socket.
pub struct Connection {
    stream: Stream,
    pub session: Session,
    /// A request that runs aside, until it is done; it ends with this.
    request: Option<Arc<Request>>,
    /// What that has to say.
    answer: Option<Receiver<Vec<u8>>>,
    /// Its client once it is done, until all of its answer is taken.
    pub back: Option<Box<Client>>,
    /// Something may be there to read.
    pub is_readable: bool,
    /// All that can be written now was.
    pub is_full: bool,
    /// When it last said or took something.
    pub last_sign: Instant,
    /// It will say nothing more, and may still read.
    has_ended: bool,
    /// Nothing further is heard of it. A request that it has made is done all the same, as long as this lives.
    pub closes: bool,
}

impl Connection {
    pub fn new(stream: Stream, session: Session) -> Self {
        Self {
            stream,
            session,
            request: None,
            answer: None,
            back: None,
            is_readable: true,
            is_full: false,
            last_sign: Instant::now(),
            has_ended: false,
            closes: false,
        }
    }

    /// A request of it runs aside, and is answered so.
    pub fn waits_for(&mut self, request: Arc<Request>, answer: Receiver<Vec<u8>>) {
        self.request = Some(request);
        self.answer = Some(answer);
    }

    /// Memory that it takes, in bytes.
    pub fn held(&self) -> usize {
        let pieces = self.answer.as_ref().map_or(0, Receiver::len);
        self.session.held() + pieces * PIECE
    }

    pub fn may_time_out(&self) -> bool {
        !self.session.may_be_silent() || !self.session.output.is_empty()
    }

    pub fn has_more(&self) -> bool {
        let can_read = !self.closes && self.is_readable && self.session.wants_input();
        let can_write = !self.is_full && !self.session.output.is_empty();
        let can_take = self.session.output.len() < MAX_UNREAD
            && (self.back.is_some()
                || self
                    .answer
                    .as_ref()
                    .is_some_and(|answer| !answer.is_empty()));
        can_read || can_write || can_take || !self.closes && self.session.has_more()
    }

    /// Whether nothing will come of it any more.
    pub fn is_over(&self) -> bool {
        let is_silent = self.session.output.is_empty() || self.is_full;
        let has_no_more = self.has_ended && !self.has_more() && !self.session.is_away();
        (self.closes && self.request.is_none() || has_no_more) && is_silent
    }

    pub fn read(&mut self) {
        if self.closes || !self.is_readable || !self.session.wants_input() {
            return;
        }
        let mut bytes = [0; READ_AT_ONCE];
        match self.stream.as_read().read(&mut bytes) {
            Ok(0) => (self.has_ended, self.is_readable) = (true, false),
            Ok(count) => {
                self.session.receive(&bytes[..count]);
                self.last_sign = Instant::now();
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.is_readable = false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.lose(),
        }
    }

    /// Who was there is gone.
    fn lose(&mut self) {
        self.closes = true;
        self.session.output.clear();
        // Who makes a long answer stops.
        self.answer = None;
    }

    /// The request that ran aside came to no end.
    pub fn lose_request(&mut self) {
        self.closes = true;
        self.request = None;
    }

    /// As much of an answer from aside as the client may have unread.
    pub fn take_answer(&mut self) {
        while let Some(answer) = &self.answer
            && self.session.output.len() < MAX_UNREAD
        {
            match answer.try_recv() {
                Ok(piece) => self.session.output.extend(piece),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => self.answer = None,
            }
        }
        // The client itself may come back after the end of its answer was seen.
        if self.answer.is_none()
            && let Some(client) = self.back.take()
        {
            self.request = None;
            self.session.come_back(client);
        }
    }

    pub fn write(&mut self) {
        let mut written = 0;
        let output = &self.session.output;
        while written < output.len() {
            match self.stream.as_write().write(&output[written..]) {
                Ok(0) => break,
                Ok(count) => written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.is_full = true;
                    break;
                }
                Err(_) => return self.lose(),
            }
        }
        if written > 0 {
            self.last_sign = Instant::now();
            self.session.sent(written);
        }
    }
}
