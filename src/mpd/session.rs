//! One client's bytes → requests → what is to be done with them. It has no socket, and runs nothing that takes long.

use super::ack::Ack;
use super::answer::Answer;
use super::client::Client;
use super::house::House;
use super::input::Input;
use super::request::{ListKind, Request, run};
use super::subsystem::Subsystems;
use super::words::Line;
use super::{MAX_LINE, MAX_LIST, MAX_UNREAD, PROTOCOL};
use std::mem;
use std::sync::Arc;

/// Memory that is kept for the next answer; more is given back once all was sent. In bytes.
const KEPT_OUTPUT: usize = 4 << 10;

/// What a session needs next.
pub enum Next {
    /// More bytes, or news.
    Wait,
    /// This runs aside; the client comes back with [`Session::come_back`].
    Aside(Box<Client>, Arc<Request>),
    /// The connection ends, once what is written has been sent.
    Close,
}

enum State {
    Ready,
    /// A list is being read: these lines of it have come.
    InList(ListKind, Vec<u8>),
    /// It waits for these news.
    Idle(Subsystems),
    /// A request of it runs elsewhere.
    Away,
    Closed,
}

/// A client as the socket's thread has it.
pub struct Session {
    input: Input,
    /// What has not been sent.
    pub output: Vec<u8>,
    state: State,
    /// `None` while it is away.
    client: Option<Box<Client>>,
    /// The memory of a request that runs elsewhere, in bytes.
    away: usize,
    /// News that it has not been told.
    news: Subsystems,
}

impl Session {
    /// A new client, who is greeted.
    pub fn new(client: Client) -> Self {
        Self {
            input: Input::default(),
            output: format!("OK MPD {PROTOCOL}\n").into_bytes(),
            state: State::Ready,
            client: Some(Box::new(client)),
            away: 0,
            news: Subsystems::default(),
        }
    }

    /// Whether it may be sent more to: a client that does not read its answers is not read from.
    pub fn wants_input(&self) -> bool {
        let may_take = match self.state {
            // It may say more at once than is done in a turn: the rest waits in its socket.
            State::Ready | State::InList(..) | State::Idle(_) | State::Away => {
                self.input.len() < MAX_LINE
            }
            State::Closed => false,
        };
        may_take && self.output.len() < MAX_UNREAD
    }

    /// Whether it may be silent for as long as it likes.
    pub fn may_be_silent(&self) -> bool {
        matches!(self.state, State::Idle(_) | State::Away)
    }

    /// Whether a request of it runs elsewhere.
    pub fn is_away(&self) -> bool {
        matches!(self.state, State::Away)
    }

    /// Takes bytes that came.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.input.receive(bytes);
    }

    /// So many bytes of the output are sent.
    pub fn sent(&mut self, count: usize) {
        self.output.drain(..count);
        if self.output.is_empty() {
            self.output.shrink_to(KEPT_OUTPUT);
        }
    }

    /// Memory that it takes, in bytes.
    pub fn held(&self) -> usize {
        let list = match &self.state {
            State::InList(_, text) => text.capacity(),
            _ => self.away,
        };
        self.input.held() + self.output.capacity() + list
    }

    /// Takes news; who waits for them is told.
    pub fn hear(&mut self, news: Subsystems) {
        self.news = self.news.with(news);
        self.tell_news();
    }

    fn tell_news(&mut self) {
        let State::Idle(awaited) = self.state else {
            return;
        };
        let told = self.news.among(awaited);
        if told.is_empty() {
            return;
        }
        self.news = self.news.without(told);
        self.state = State::Ready;
        for name in told.names() {
            self.say(&format!("changed: {name}\n"));
        }
        self.say("OK\n");
    }

    /// Goes on with what has come, up to one request.
    pub fn next(&mut self, house: &House) -> Next {
        loop {
            match self.state {
                State::Closed => return Next::Close,
                State::Away => return Next::Wait,
                _ if self.output.len() >= MAX_UNREAD => return Next::Wait,
                _ => {}
            }
            let line = self.input.take_line();
            let length = line.as_ref().map_or(self.input.len(), Vec::len);
            if length >= MAX_LINE {
                self.state = State::Closed;
                return Next::Close;
            }
            let Some(line) = line else {
                return Next::Wait;
            };
            if let Some(request) = self.take(&line) {
                return self.start(request, house);
            }
        }
    }

    /// A line: to a request, or to what the session itself answers.
    fn take(&mut self, line: &[u8]) -> Option<Request> {
        match mem::replace(&mut self.state, State::Ready) {
            State::Idle(_) => {
                // Anything else than "noidle" is against the protocol; MPD ends the connection too.
                match line.trim_ascii() {
                    b"noidle" => self.say("OK\n"),
                    _ => self.state = State::Closed,
                }
                None
            }
            State::InList(kind, text) => self.take_in_list(kind, text, line),
            _ => self.take_alone(line),
        }
    }

    fn take_in_list(&mut self, kind: ListKind, mut text: Vec<u8>, line: &[u8]) -> Option<Request> {
        if line.trim_ascii() == b"command_list_end" {
            let list = Some(kind);
            return Some(Request { text, list });
        }
        if text.len() + line.len() >= MAX_LIST {
            self.state = State::Closed;
            return None;
        }
        text.extend_from_slice(line);
        text.push(b'\n');
        self.state = State::InList(kind, text);
        None
    }

    fn take_alone(&mut self, line: &[u8]) -> Option<Request> {
        // A browser that was led here speaks in capitals: nothing of what it says further is a command.
        if !line.first().is_some_and(u8::is_ascii_lowercase) && !line.trim_ascii().is_empty() {
            self.state = State::Closed;
            return None;
        }
        let text = line;
        let line = Line::read(text);
        let name = line.as_ref().map_or("", |line| line.name.as_str());
        match name {
            "command_list_begin" => self.state = State::InList(ListKind::Plain, Vec::new()),
            "command_list_ok_begin" => self.state = State::InList(ListKind::Ok, Vec::new()),
            "idle" => self.idle(&line.map(|line| line.args).unwrap_or_default()),
            // Of one that was told meanwhile.
            "noidle" => {}
            "close" => self.state = State::Closed,
            _ => {
                return Some(Request {
                    text: [text, b"\n"].concat(),
                    list: None,
                });
            }
        }
        None
    }

    fn idle(&mut self, names: &[Vec<u8>]) {
        let may_read = self.client.as_ref().is_some_and(|client| client.may.read);
        if !may_read {
            let ack = Ack::new(
                super::Code::Permission,
                "you don't have permission for \"idle\"",
            );
            return self.say(&ack.line(0, "idle"));
        }
        let mut awaited = Subsystems::default();
        for name in names {
            let name = String::from_utf8_lossy(name);
            let Some(one) = Subsystems::named(&name) else {
                let ack = Ack::arg(format!("Unrecognized idle event: {name}"));
                return self.say(&ack.line(0, "idle"));
            };
            awaited = awaited.with(one);
        }
        if names.is_empty() {
            awaited = Subsystems::ALL;
        }
        self.state = State::Idle(awaited);
        self.tell_news();
    }

    fn start(&mut self, request: Request, house: &House) -> Next {
        let Some(mut client) = self.client.take() else {
            return Next::Wait;
        };
        if !request.is_quick() {
            self.state = State::Away;
            self.away = request.text.capacity();
            return Next::Aside(client, Arc::new(request));
        }
        let answer = run(&request, house, &mut client, Answer::default());
        self.output.extend(answer);
        self.client = Some(client);
        // The next request is taken in the next turn: nobody's requests keep the others waiting.
        Next::Wait
    }

    /// Whether a whole line waits to be taken.
    pub fn has_more(&self) -> bool {
        let is_free = !matches!(self.state, State::Away | State::Closed);
        is_free && self.output.len() < MAX_UNREAD && self.input.has_line()
    }

    /// The client is back from a request that ran aside.
    pub fn come_back(&mut self, client: Box<Client>) {
        self.client = Some(client);
        self.away = 0;
        if matches!(self.state, State::Away) {
            self.state = State::Ready;
        }
    }

    fn say(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }
}
