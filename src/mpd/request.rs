//! One request: a line, or a list of them, and what comes of it. It knows no socket, and not who else is there.

use super::answer::Answer;
use super::client::Client;
use super::command::{self, Call, Cost};
use super::house::House;
use super::words::{Line, WordsError};

/// Commands of a list that are run at once, where each of them is quick.
const MAX_QUICK: usize = 16;

/// One request, or a list of them.
pub struct Request {
    /// Its lines as they came, each with its end: words would take many times the memory.
    pub text: Vec<u8>,
    /// Of a list: whether each command's end is told.
    pub list: Option<ListKind>,
}

impl Request {
    /// In order.
    fn lines(&self) -> impl Iterator<Item = Result<Line, WordsError>> + '_ {
        let lines = self.text.split_inclusive(|byte| *byte == b'\n');
        lines.map(Line::read)
    }

    /// Whether it is done at once: a long list of quick commands is long all the same.
    pub fn is_quick(&self) -> bool {
        let is_quick = |line: Result<Line, WordsError>| {
            let command = line.ok().and_then(|line| command::named(&line.name));
            command.is_none_or(|command| command.cost == Cost::Quick)
        };
        let mut lines = self.lines();
        lines.by_ref().take(MAX_QUICK).all(is_quick) && lines.next().is_none()
    }
}

/// How the commands of a list are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Not at all.
    Plain,
    /// By `list_OK`.
    Ok,
}

/// Runs a request to its end, and gives what has not been handed over of its answer.
pub fn run(request: &Request, house: &House, client: &mut Client, mut out: Answer) -> Vec<u8> {
    let in_list = request.list.is_some();
    let mut refused = None;
    for (at, line) in request.lines().enumerate() {
        let args = line.as_ref().map_or(&[][..], |line| &line.args);
        let mut call = Call {
            house,
            client: &mut *client,
            args,
            out: &mut out,
            in_list,
        };
        if let Err((name, ack)) = command::run(&line, &mut call) {
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
