//! The thread of all sockets. It accepts, reads, writes and waits; what a request means is the session's to say.

use super::MAX_UNREAD;
use super::aside::{Asides, Back};
use super::client::Client;
use super::house::House;
use super::session::{Next, Session};
use crate::library::person::Noticing;
use crossbeam_channel::{Receiver, TryRecvError};
use mio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events of the system that are taken at once.
const MAX_EVENTS: usize = 256;

/// Bytes read from one client in one turn.
const READ_AT_ONCE: usize = 16 << 10;

const WAKE: Token = Token(0);
const FIRST_LISTENER: usize = 1;

/// Where clients knock.
pub enum Listener {
    /// On this machine, by a path.
    Unix(std::os::unix::net::UnixListener),
    /// Over a network.
    Tcp(std::net::TcpListener),
}

enum Door {
    Unix(UnixListener),
    Tcp(TcpListener),
}

enum Stream {
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

    fn source(&mut self) -> &mut dyn mio::event::Source {
        match self {
            Self::Unix(stream) => stream,
            Self::Tcp(stream) => stream,
        }
    }

    /// Whether who is at the other end is the user whom this process belongs to; `None`: it cannot be known.
    fn is_own_user(&self) -> Option<bool> {
        let Self::Unix(stream) = self else {
            return None;
        };
        let peer = rustix::net::sockopt::socket_peercred(stream.as_fd()).ok()?;
        Some(peer.uid == rustix::process::geteuid())
    }
}

/// A running door. Dropping it closes every connection.
pub struct Serving {
    ends: Arc<AtomicBool>,
    house: Arc<House>,
    thread: Option<JoinHandle<()>>,
    /// Playlists may be edited by other programs; where it cannot be heard, only our own edits are news.
    _noticing: Option<Noticing>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Release);
        self.house.stir.wake();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Opens the door: the thread runs until the returned value is dropped.
pub fn serve(listeners: Vec<Listener>, house: Arc<House>) -> io::Result<Serving> {
    let poll = Poll::new()?;
    house
        .stir
        .wakes(Arc::new(Waker::new(poll.registry(), WAKE)?));
    let mut doors = Vec::new();
    for (at, listener) in listeners.into_iter().enumerate() {
        doors.push(open(listener, &poll, Token(FIRST_LISTENER + at))?);
    }
    let ends = Arc::new(AtomicBool::new(false));
    let (asides, came_back) = Asides::new(house.clone());
    let sockets = Sockets {
        next_token: FIRST_LISTENER + doors.len(),
        doors,
        house: house.clone(),
        poll,
        asides,
        came_back,
        clients: HashMap::new(),
        ready: Vec::new(),
        ends: ends.clone(),
    };
    let thread = std::thread::Builder::new()
        .name("mpd".into())
        .spawn(move || sockets.run())?;
    let shelf = house.shelf.clone();
    let noticing = house.library.notice_person(move || shelf.look());
    Ok(Serving {
        _noticing: noticing.ok(),
        ends,
        house,
        thread: Some(thread),
    })
}

fn open(listener: Listener, poll: &Poll, token: Token) -> io::Result<Door> {
    let registry = poll.registry();
    Ok(match listener {
        Listener::Unix(listener) => {
            listener.set_nonblocking(true)?;
            let mut listener = UnixListener::from_std(listener);
            registry.register(&mut listener, token, Interest::READABLE)?;
            Door::Unix(listener)
        }
        Listener::Tcp(listener) => {
            listener.set_nonblocking(true)?;
            let mut listener = TcpListener::from_std(listener);
            registry.register(&mut listener, token, Interest::READABLE)?;
            Door::Tcp(listener)
        }
    })
}

/// A client's socket.
struct Connection {
    stream: Stream,
    session: Session,
    /// What a request that runs aside has to say.
    answer: Option<Receiver<Vec<u8>>>,
    /// The client of a request that is done, until all of its answer is taken.
    back: Option<Box<Client>>,
    /// Something may be there to read.
    is_readable: bool,
    /// All that can be written now was.
    is_full: bool,
    /// When it last said or took something.
    last_sign: Instant,
    /// It will say nothing more, and may still read.
    has_ended: bool,
    closes: bool,
}

struct Sockets {
    doors: Vec<Door>,
    house: Arc<House>,
    poll: Poll,
    asides: Asides,
    came_back: Receiver<Back>,
    clients: HashMap<usize, Connection>,
    /// Who has more to do without an event.
    ready: Vec<usize>,
    next_token: usize,
    ends: Arc<AtomicBool>,
}

impl Sockets {
    fn run(mut self) {
        let mut events = Events::with_capacity(MAX_EVENTS);
        while !self.ends.load(Ordering::Acquire) {
            let at_most = match self.ready.is_empty() {
                true => self.next_timeout(),
                false => Some(Duration::ZERO),
            };
            match self.poll.poll(&mut events, at_most) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return,
                _ => {}
            }
            let mut turn = std::mem::take(&mut self.ready);
            for event in &events {
                let Token(token) = event.token();
                if token == WAKE.0 {
                    continue;
                }
                if token < FIRST_LISTENER + self.doors.len() {
                    self.accept(token - FIRST_LISTENER);
                } else if let Some(client) = self.clients.get_mut(&token) {
                    client.is_readable |= event.is_readable() || event.is_read_closed();
                    client.is_full &= !event.is_writable();
                    turn.push(token);
                }
            }
            turn.extend(self.take_back());
            turn.extend(self.spread_news());
            turn.sort_unstable();
            turn.dedup();
            turn.into_iter().for_each(|token| self.go_on(token));
            self.drop_silent();
        }
    }

    /// Until the first silent client has been silent for too long; with nobody here, for ever.
    fn next_timeout(&self) -> Option<Duration> {
        let now = Instant::now();
        let clients = self.clients.values().filter(|client| client.may_time_out());
        let first = clients.map(|client| client.last_sign).min()?;
        let due = first + self.house.settings().timeout;
        Some(
            due.saturating_duration_since(now)
                .max(Duration::from_millis(10)),
        )
    }

    fn drop_silent(&mut self) {
        let (now, limit) = (Instant::now(), self.house.settings().timeout);
        self.clients.retain(|_, client| {
            !client.may_time_out() || now.duration_since(client.last_sign) < limit
        });
    }

    fn accept(&mut self, door: usize) {
        loop {
            let accepted = match &self.doors[door] {
                Door::Unix(listener) => listener.accept().map(|(stream, _)| Stream::Unix(stream)),
                Door::Tcp(listener) => listener.accept().map(|(stream, _)| {
                    // Answers are small, and somebody waits for each.
                    stream.set_nodelay(true).ok();
                    Stream::Tcp(stream)
                }),
            };
            match accepted {
                Ok(stream) => self.admit(stream),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Nobody waits, or no file is left to be had: who waits then is taken at the next knock.
                Err(_) => return,
            }
        }
    }

    /// Another user of this machine is not let in, whatever the rights of the socket's file are.
    fn admit(&mut self, mut stream: Stream) {
        let is_own_user = stream.is_own_user();
        if self.clients.len() >= self.house.settings().max_clients || is_own_user == Some(false) {
            return;
        }
        let token = self.next_token;
        self.next_token += 1;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        if registry
            .register(stream.source(), Token(token), interest)
            .is_err()
        {
            return;
        }
        let is_owner = is_own_user == Some(true);
        let may = match is_owner {
            true => super::Permissions::ALL,
            false => self.house.settings().without_password,
        };
        let client = Connection {
            stream,
            session: Session::new(Client::new(token as u64, may, is_owner)),
            answer: None,
            back: None,
            is_readable: true,
            is_full: false,
            last_sign: Instant::now(),
            has_ended: false,
            closes: false,
        };
        self.clients.insert(token, client);
        self.ready.push(token);
    }

    /// Who has something from aside.
    fn take_back(&mut self) -> Vec<usize> {
        let mut tokens = Vec::new();
        while let Ok(back) = self.came_back.try_recv() {
            match back {
                Back::Piece(token) => tokens.push(token),
                Back::Lost(token) => {
                    tokens.push(token);
                    if let Some(connection) = self.clients.get_mut(&token) {
                        connection.closes = true;
                    }
                }
                Back::Done(token, client) => {
                    tokens.push(token);
                    if let Some(connection) = self.clients.get_mut(&token) {
                        connection.back = Some(client);
                    }
                }
            }
        }
        tokens
    }

    fn spread_news(&mut self) -> Vec<usize> {
        let mut tokens = Vec::new();
        for (number, news) in self.house.stir.take_single() {
            let token = usize::try_from(number).unwrap_or_default();
            if let Some(client) = self.clients.get_mut(&token) {
                client.session.hear(news);
                tokens.push(token);
            }
        }
        let news = self.house.stir.take();
        if news.is_empty() {
            return tokens;
        }
        for (token, client) in &mut self.clients {
            let before = client.session.output.len();
            client.session.hear(news);
            if client.session.output.len() > before {
                tokens.push(*token);
            }
        }
        tokens
    }

    /// One turn of a client: read, one request, write.
    fn go_on(&mut self, token: usize) {
        let Some(client) = self.clients.get_mut(&token) else {
            return;
        };
        client.read();
        client.take_answer();
        match client.session.next(&self.house) {
            Next::Wait => {}
            Next::Close => client.closes = true,
            Next::Aside(who, request) => {
                client.answer = Some(self.asides.take(token, who, request));
            }
        }
        client.write();
        if client.is_over() {
            self.clients.remove(&token);
        } else if client.has_more() {
            self.ready.push(token);
        }
    }
}

impl Connection {
    fn may_time_out(&self) -> bool {
        !self.session.may_be_silent() || !self.session.output.is_empty()
    }

    fn has_more(&self) -> bool {
        let can_read = self.is_readable && self.session.wants_input();
        let can_write = !self.is_full && !self.session.output.is_empty();
        let can_take = self.session.output.len() < MAX_UNREAD
            && (self.back.is_some()
                || self
                    .answer
                    .as_ref()
                    .is_some_and(|answer| !answer.is_empty()));
        can_read || can_write || can_take || self.session.has_more()
    }

    /// Whether nothing will come of it any more.
    fn is_over(&self) -> bool {
        let is_silent = self.session.output.is_empty() || self.is_full;
        let has_no_more = self.has_ended && !self.has_more() && !self.session.is_away();
        (self.closes || has_no_more) && is_silent
    }

    fn read(&mut self) {
        if !self.is_readable || !self.session.wants_input() {
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
            Err(_) => self.closes = true,
        }
    }

    /// As much of an answer from aside as the client may have unread.
    fn take_answer(&mut self) {
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
            self.session.come_back(client);
        }
    }

    fn write(&mut self) {
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
                Err(_) => {
                    self.closes = true;
                    self.is_full = true;
                    break;
                }
            }
        }
        if written > 0 {
            self.last_sign = Instant::now();
            self.session.output.drain(..written);
        }
    }
}
