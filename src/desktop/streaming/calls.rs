//! What is asked on a bus, and which answer belongs to it. Nothing is waited for here: a call goes out, its answer comes among
//! all other messages, and whatever has no answer in time is given up.

use crossbeam_channel::Sender;
use serde::Serialize;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use zbus::message::{Flags, Message};

/// Who has not answered within this much is not waited for.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// Answers that are waited for at once; beyond that nothing is asked.
const MAX_ASKED: usize = 256;

/// The bus itself.
const BUS: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");

/// The interface of properties.
pub const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// What an answer is to.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Which names there are.
    Names,
    /// Who has this name.
    Owner(String),
    /// In which process the client of this number is.
    Process(u64),
    /// How it calls itself.
    Identity(u64),
    /// All that its player shows.
    All(u64),
    /// Where in its song it is.
    Position(u64),
    /// NetworkManager's word.
    Connectivity,
    /// Somebody waits to hear that it was done.
    Order(Sender<bool>),
}

/// Calls on their way, and those under way.
#[derive(Default)]
pub struct Calls {
    out: Vec<Message>,
    asked: HashMap<NonZeroU32, (Asked, Instant)>,
}

impl Calls {
    /// Asks an object. `false`: too much is asked already, or nobody can have such a name.
    pub fn ask<B>(
        &mut self,
        to: (&str, &str),
        what: (&str, &str),
        body: &B,
        asked: Asked,
        now: Instant,
    ) -> bool
    where
        B: Serialize + zbus::DynamicType,
    {
        if self.asked.len() >= MAX_ASKED {
            return false;
        }
        let call = Message::method_call(to.1, what.1)
            .destination(to.0)
            .interface(what.0)
            // Nobody is started for it.
            .with_flags(Flags::NO_AUTO_START)
            .build(body);
        let Ok(call) = call else { return false };
        let number = call.primary_header().serial_num();
        self.asked.insert(number, (asked, now + PATIENCE));
        self.out.push(call);
        true
    }

    /// Asks the bus itself.
    pub fn ask_bus<B>(&mut self, what: &str, body: &B, asked: Asked, now: Instant)
    where
        B: Serialize + zbus::DynamicType,
    {
        self.ask(BUS, (BUS.0, what), body, asked, now);
    }

    /// Wants such messages from now on, or no longer.
    pub fn listen(&mut self, wanted: bool, rule: &str) {
        let what = match wanted {
            true => "AddMatch",
            false => "RemoveMatch",
        };
        let call = Message::method_call(BUS.1, what)
            .destination(BUS.0)
            .interface(BUS.0)
            .with_flags(Flags::NO_REPLY_EXPECTED)
            .build(&rule);
        self.out.extend(call);
    }

    /// What this message is the answer to.
    pub fn answered(&mut self, message: &Message) -> Option<Asked> {
        let number = message.header().reply_serial()?;
        self.asked.remove(&number).map(|(asked, _)| asked)
    }

    /// What has had no answer in time; it is no longer waited for.
    pub fn given_up(&mut self, now: Instant) -> Vec<Asked> {
        let overdue = self.asked.extract_if(|_, (_, until)| *until <= now);
        overdue.map(|(_, (asked, _))| asked).collect()
    }

    /// When the next answer is given up.
    pub fn due(&self) -> Option<Instant> {
        self.asked.values().map(|(_, until)| *until).min()
    }

    /// What is to be sent.
    pub fn take(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.out)
    }
}
