//! The thread of all sockets. It accepts, reads, writes and waits; what a request means is the session's to say.

use super::MAX_HELD;
use super::answer::PIECE;
use super::aside::{Asides, Back};
use super::client::Client;
use super::connection::{Connection, Stream};
use super::doors::{Door, Listener};
use super::house::House;
use super::session::{Next, Session};
use crate::library::person::Noticing;
use crossbeam_channel::Receiver;
use mio::{Events, Interest, Poll, Token, Waker};
use rustix::process::{Resource, getrlimit};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events of the system that are taken at once.
const MAX_EVENTS: usize = 256;

/// Files that the music and the library can always open: no client takes the last ones. Where there are few, half of them.
const FILES_KEPT: u64 = 64;

/// So often it is tried again to let somebody in, where the system had no file left.
const TRY_AGAIN: Duration = Duration::from_millis(500);

const WAKE: Token = Token(0);
const FIRST_LISTENER: usize = 1;

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
        doors.push(Door::open(listener, &poll, Token(FIRST_LISTENER + at))?);
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
        held_doors: Vec::new(),
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

struct Sockets {
    doors: Vec<Door>,
    house: Arc<House>,
    poll: Poll,
    asides: Asides,
    came_back: Receiver<Back>,
    clients: HashMap<usize, Connection>,
    /// Who has more to do without an event.
    ready: Vec<usize>,
    /// Doors where somebody may wait for whom no file was left: no event tells of them again.
    held_doors: Vec<usize>,
    next_token: usize,
    ends: Arc<AtomicBool>,
}

impl Sockets {
    fn run(mut self) {
        let mut events = Events::with_capacity(MAX_EVENTS);
        while !self.ends.load(Ordering::Acquire) {
            match self.poll.poll(&mut events, self.wait_at_most()) {
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
            self.drop_greedy();
            let held = std::mem::take(&mut self.held_doors);
            held.into_iter().for_each(|door| self.accept(door));
        }
    }

    fn wait_at_most(&self) -> Option<Duration> {
        if !self.ready.is_empty() {
            return Some(Duration::ZERO);
        }
        let again = (!self.held_doors.is_empty()).then_some(TRY_AGAIN);
        // The earlier of those that there are.
        self.next_timeout().into_iter().chain(again).min()
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

    /// Where all clients together take too much memory, those go that take more than their share: who takes most pieces
    /// goes first, and of those who take as many, who has been silent for longest. One who waits for a short answer takes
    /// one piece at most.
    fn drop_greedy(&mut self) {
        let mut all: usize = self.clients.values().map(Connection::held).sum();
        while all > MAX_HELD {
            let share = MAX_HELD / self.clients.len();
            let greedy = self.clients.iter().filter(|(_, one)| one.held() > share);
            let Some((token, held)) = greedy
                .min_by_key(|(_, one)| (Reverse(one.held() / PIECE), one.last_sign))
                .map(|(token, one)| (*token, one.held()))
            else {
                return;
            };
            self.clients.remove(&token);
            all -= held;
        }
    }

    fn accept(&mut self, door: usize) {
        loop {
            match self.doors[door].accept() {
                Ok(stream) => self.admit(stream),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Who knocked is gone again; the next one may wait.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(_) => return self.held_doors.push(door),
            }
        }
    }

    /// Another user of this machine is not let in, whatever the rights of the socket's file are.
    fn admit(&mut self, mut stream: Stream) {
        let is_own_user = stream.is_own_user();
        let is_full = self.clients.len() >= self.house.settings().max_clients
            || is_one_of_the_last(stream.file_number());
        if is_full || is_own_user == Some(false) {
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
        let session = Session::new(Client::new(token as u64, may, is_owner));
        let client = Connection::new(stream, session);
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
                        connection.lose_request();
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
        let next = match client.closes {
            true => Next::Wait,
            false => client.session.next(&self.house),
        };
        match next {
            Next::Wait => {}
            Next::Close => client.closes = true,
            Next::Aside(who, request) => {
                let answer = self.asides.take(token, who, &request);
                client.waits_for(request, answer);
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

/// Whether a file with this number is among those that are kept: the system gives the lowest that is free.
fn is_one_of_the_last(number: i32) -> bool {
    let limit = getrlimit(Resource::Nofile).current;
    limit.is_some_and(|limit| number as u64 >= limit - FILES_KEPT.min(limit / 2))
}
