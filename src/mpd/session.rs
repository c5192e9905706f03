//! One client's bytes → requests → what is to be done with them. It has no socket, and runs nothing that takes long.

use super::ack::Ack;
use super::answer::Answer;
use super::client::Client;
use super::command::{self, Call, Cost};
use super::house::House;
use super::subsystem::Subsystems;
use super::words::{Line, WordsError};
use super::{MAX_LINE, MAX_LIST, MAX_UNREAD, PROTOCOL};
use std::mem;

/// One request, or a list of them.
pub struct Request {
    /// In order.
    pub lines: Vec<Result<Line, WordsError>>,
    /// Of a list: whether each command's end is told.
    pub list: Option<ListKind>,
}

/// How the commands of a list are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Not at all.
    Plain,
    /// By `list_OK`.
    Ok,
}

/// What a session needs next.
pub enum Next {
    /// More bytes, or news.
    Wait,
    /// This runs aside; the client comes back with [`Session::come_back`].
    Aside(Box<Client>, Request),
    /// The connection ends, once what is written has been sent.
    Close,
}

enum State {
    Ready,
    /// A list is being read: so many bytes of it have come.
    InList(ListKind, Vec<Result<Line, WordsError>>, usize),
    /// It waits for these news.
    Idle(Subsystems),
    /// A request of it runs elsewhere.
    Away,
    Closed,
}

/// A client as the socket's thread has it.
pub struct Session {
    input: Vec<u8>,
    /// What has not been sent.
    pub output: Vec<u8>,
    state: State,
    /// `None` while it is away.
    client: Option<Box<Client>>,
    /// News that it has not been told.
    news: Subsystems,
}

impl Session {
    /// A new client, who is greeted.
    pub fn new(client: Client) -> Self {
        Self {
            input: Vec::new(),
            output: format!("OK MPD {PROTOCOL}\n").into_bytes(),
            state: State::Ready,
            client: Some(Box::new(client)),
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
        self.input.extend_from_slice(bytes);
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
            let Some(end) = self.input.iter().position(|byte| *byte == b'\n') else {
                if self.input.len() >= MAX_LINE {
                    self.state = State::Closed;
                }
                match self.state {
                    State::Closed => return Next::Close,
                    _ => return Next::Wait,
                }
            };
            let line: Vec<u8> = self.input.drain(..=end).collect();
            let line = line[..end].strip_suffix(b"\r").unwrap_or(&line[..end]);
            if line.len() >= MAX_LINE {
                self.state = State::Closed;
                return Next::Close;
            }
            if let Some(request) = self.take(line) {
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
            State::InList(kind, lines, bytes) => self.take_in_list(kind, lines, bytes, line),
            _ => self.take_alone(line),
        }
    }

    fn take_in_list(
        &mut self,
        kind: ListKind,
        mut lines: Vec<Result<Line, WordsError>>,
        bytes: usize,
        line: &[u8],
    ) -> Option<Request> {
        if line.trim_ascii() == b"command_list_end" {
            let list = Some(kind);
            return Some(Request { lines, list });
        }
        // What a line costs beside its bytes counts too: a list of empty lines is no way around the limit.
        let bytes = bytes + line.len() + mem::size_of::<Line>();
        if bytes > MAX_LIST {
            self.state = State::Closed;
            return None;
        }
        lines.push(Line::read(line));
        self.state = State::InList(kind, lines, bytes);
        None
    }

    fn take_alone(&mut self, line: &[u8]) -> Option<Request> {
        // A browser that was led here speaks in capitals: nothing of what it says further is a command.
        if !line.first().is_some_and(u8::is_ascii_lowercase) && !line.trim_ascii().is_empty() {
            self.state = State::Closed;
            return None;
        }
        let line = Line::read(line);
        let name = line.as_ref().map_or("", |line| line.name.as_str());
        match name {
            "command_list_begin" => self.state = State::InList(ListKind::Plain, Vec::new(), 0),
            "command_list_ok_begin" => self.state = State::InList(ListKind::Ok, Vec::new(), 0),
            "idle" => self.idle(&line.map(|line| line.args).unwrap_or_default()),
            // Of one that was told meanwhile.
            "noidle" => {}
            "close" => self.state = State::Closed,
            _ => {
                return Some(Request {
                    lines: vec![line],
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
        let is_quick = |line: &Result<Line, WordsError>| {
            let command = line
                .as_ref()
                .ok()
                .and_then(|line| command::named(&line.name));
            command.is_none_or(|command| command.cost == Cost::Quick)
        };
        let Some(mut client) = self.client.take() else {
            return Next::Wait;
        };
        // A long list of quick commands is long all the same.
        if request.lines.len() > 16 || !request.lines.iter().all(is_quick) {
            self.state = State::Away;
            return Next::Aside(client, request);
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
        is_free && self.output.len() < MAX_UNREAD && self.input.contains(&b'\n')
    }

    /// The client is back from a request that ran aside.
    pub fn come_back(&mut self, client: Box<Client>) {
        self.client = Some(client);
        if matches!(self.state, State::Away) {
            self.state = State::Ready;
        }
    }

    fn say(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }
}

/// Runs a request to its end, and gives what has not been handed over of its answer.
pub fn run(request: &Request, house: &House, client: &mut Client, mut out: Answer) -> Vec<u8> {
    let in_list = request.list.is_some();
    let mut refused = None;
    for (at, line) in request.lines.iter().enumerate() {
        let args = line.as_ref().map_or(&[][..], |line| &line.args);
        let mut call = Call {
            house,
            client: &mut *client,
            args,
            out: &mut out,
            in_list,
        };
        if let Err((name, ack)) = command::run(line, &mut call) {
            refused = Some(ack.line(at, &name));
            break;
        }
        if request.list == Some(ListKind::Ok) {
            out.raw("list_OK\n");
        }
        if out.is_gone() {
            break;
        }
    }
    if in_list {
        house.desk.settle();
    }
    out.raw(refused.as_deref().unwrap_or("OK\n"));
    out.finish()
}
