//! A command: its row in the table, and what it is given when it runs. The table is made of `commands/`.

use super::ack::{Ack, Code};
use super::answer::Answer;
use super::client::{Client, Permissions};
use super::commands;
use super::house::House;
use super::words::{Line, WordsError};
use crate::daemon;
use crate::music::Origin;
use crate::player::Event;
use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, OnceLock};

/// What a client must be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Read,
    Add,
    Control,
    Admin,
}

impl Needs {
    pub fn is_granted(self, to: Permissions) -> bool {
        match self {
            Self::Nothing => true,
            Self::Read => to.read,
            Self::Add => to.add,
            Self::Control => to.control,
            Self::Admin => to.admin,
        }
    }
}

/// Where a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// It reads what is in memory, and is done at once.
    Quick,
    /// It may ask the disk or wait for the desk.
    Aside,
}

/// A row of the table.
pub struct Command {
    /// Its name on the wire.
    pub name: &'static str,
    /// What a client must be allowed.
    pub needs: Needs,
    /// How many arguments it takes.
    pub args: RangeInclusive<usize>,
    /// Where it runs.
    pub cost: Cost,
    /// What it does.
    pub run: fn(&mut Call) -> Result<(), Ack>,
}

/// As many arguments as there are.
pub const ANY: usize = usize::MAX;

/// A row that runs aside.
pub const fn aside(
    name: &'static str,
    needs: Needs,
    args: RangeInclusive<usize>,
    run: fn(&mut Call) -> Result<(), Ack>,
) -> Command {
    Command {
        name,
        needs,
        args,
        cost: Cost::Aside,
        run,
    }
}

/// A row that is done at once.
pub const fn quick(
    name: &'static str,
    needs: Needs,
    args: RangeInclusive<usize>,
    run: fn(&mut Call) -> Result<(), Ack>,
) -> Command {
    Command {
        cost: Cost::Quick,
        ..aside(name, needs, args, run)
    }
}

/// The command of this name.
pub fn named(name: &str) -> Option<&'static Command> {
    static TABLE: OnceLock<HashMap<&str, &Command>> = OnceLock::new();
    let table = TABLE.get_or_init(|| all().map(|command| (command.name, command)).collect());
    table.get(name).copied()
}

/// Every command.
pub fn all() -> impl Iterator<Item = &'static Command> {
    commands::ALL.iter().copied().flatten()
}

/// What a command is given.
pub struct Call<'a> {
    /// Behind the door.
    pub house: &'a House,
    /// Who asks.
    pub client: &'a mut Client,
    /// What it asks.
    pub args: &'a [Vec<u8>],
    /// What goes back.
    pub out: &'a mut Answer,
    /// Whether it is one of a list, at whose end all is saved at once.
    pub in_list: bool,
}

/// Runs one line; what it refuses is told with the command's name.
pub fn run(line: &Result<Line, WordsError>, call: &mut Call<'_>) -> Result<(), (String, Ack)> {
    let line = match line {
        Ok(line) => line,
        Err(error) => {
            return Err((String::new(), Ack::new(Code::Unknown, error.to_string())));
        }
    };
    let Some(command) = named(&line.name) else {
        let message = format!("unknown command \"{}\"", line.name);
        return Err((String::new(), Ack::new(Code::Unknown, message)));
    };
    let refused = |ack| (command.name.to_owned(), ack);
    if !command.needs.is_granted(call.client.may) {
        let message = format!("you don't have permission for \"{}\"", command.name);
        return Err(refused(Ack::new(Code::Permission, message)));
    }
    check_count(command, line.args.len()).map_err(refused)?;
    (command.run)(call).map_err(refused)
}

fn check_count(command: &Command, count: usize) -> Result<(), Ack> {
    let (least, most) = (*command.args.start(), *command.args.end());
    let name = command.name;
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(Ack::arg(match count {
        _ if least == most => format!("wrong number of arguments for \"{name}\""),
        count if count < least => format!("too few arguments for \"{name}\""),
        _ => format!("too many arguments for \"{name}\""),
    }))
}

impl Call<'_> {
    /// Hands an event to the desk; what comes of it is saved before the client is told "OK".
    pub fn ask(&self, event: Event) -> Result<daemon::Answer, Ack> {
        let desk = &self.house.desk;
        let answer = match self.in_list {
            true => desk.ask_held(event),
            false => desk.ask_and_wait(event),
        };
        match answer.refused {
            Some(refusal) => Err(refusal.into()),
            None => Ok(answer),
        }
    }

    /// Hands an event over that puts songs into the queue, which come from there, unless the client has said otherwise.
    pub fn queue_up(&self, event: Event, origin: Option<Origin>) -> Result<daemon::Answer, Ack> {
        let said = self.client.origin.clone();
        self.ask(event.whence(said.or(origin.map(Arc::new))))
    }

    /// An argument as text; one that is not there is empty.
    pub fn text(&self, at: usize) -> Result<&str, Ack> {
        let bytes = self.args.get(at).map_or(&[][..], Vec::as_slice);
        std::str::from_utf8(bytes).map_err(|_| Ack::arg("Not valid UTF-8"))
    }

    /// Arguments from here on as texts.
    pub fn texts(&self, from: usize) -> Result<Vec<String>, Ack> {
        let at = from..self.args.len().max(from);
        at.map(|at| self.text(at).map(str::to_owned)).collect()
    }

    /// A whole number, which may be below 0.
    pub fn integer(&self, at: usize) -> Result<i64, Ack> {
        let text = self.text(at)?;
        let number = text.parse();
        number.map_err(|_| Ack::arg(format!("Integer expected: {text}")))
    }

    /// A whole number from 0 on.
    pub fn unsigned(&self, at: usize) -> Result<u32, Ack> {
        let number = self.integer(at)?;
        // MPD says so of negative ones, too.
        u32::try_from(number).map_err(|_| Ack::arg(format!("Number too large: {number}")))
    }

    /// A number of seconds, in ms.
    pub fn seconds_as_ms(&self, at: usize) -> Result<i64, Ack> {
        let text = self.text(at)?;
        let seconds: f64 = text
            .parse()
            .map_err(|_| Ack::arg(format!("Float expected: {text}")))?;
        match seconds.is_finite() {
            true => Ok((seconds * 1_000.0).round() as i64),
            false => Err(Ack::arg(format!("Float expected: {text}"))),
        }
    }

    /// `0` or `1`.
    pub fn flag(&self, at: usize) -> Result<bool, Ack> {
        match self.text(at)? {
            "0" => Ok(false),
            "1" => Ok(true),
            other => Err(Ack::arg(format!("Boolean (0/1) expected: {other}"))),
        }
    }

    /// `5`, `5:9` or `5:`; an end that is not there is far away.
    pub fn range(&self, at: usize) -> Result<Range<usize>, Ack> {
        range(self.text(at)?)
    }
}

/// `5`, `5:9`, `5:`, and `-1` for everything.
pub fn range(text: &str) -> Result<Range<usize>, Ack> {
    let wrong = || Ack::arg(format!("Integer or range expected: {text}"));
    if text == "-1" {
        return Ok(0..usize::MAX);
    }
    let number = |text: &str| match text.parse::<i64>() {
        Ok(number) => {
            usize::try_from(number).map_err(|_| Ack::arg(format!("Number is negative: {text}")))
        }
        Err(_) => Err(wrong()),
    };
    match text.split_once(':') {
        None => number(text).map(|at| at..at.saturating_add(1)),
        Some((start, "")) => Ok(number(start)?..usize::MAX),
        Some((start, end)) => {
            let (start, end) = (number(start)?, number(end)?);
            match start <= end {
                true => Ok(start..end),
                false => Err(Ack::arg(format!("Malformed range: {text}"))),
            }
        }
    }
}
