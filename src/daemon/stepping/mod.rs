//! What carries the guard's acts out: facts in, acts out, and between them the desk, the library and whoever can pause a
//! streaming client. Its rules are those of the machine that it is given; none stands here. With the guard off nothing of it
//! runs.
//!
//! | file | what it does |
//! |---|---|
//! | `clock` | the clock of the facts |
//! | `work` | the thread `guard`: facts → machine → acts |
//! | `acts` | each act carried out |
//! | `playing` | what stands in now: begun, followed, put away, and written into the diary |
//! | `unplayed` | outages in which nothing of ours played, for the diary |
//! | `ready` | the thread `guard-aside`: looks for what would play, makes it ready, writes the diary |
//! | `stream` | what the client last played, in the state folder |
//! | `said` | all of it in words |
//! | `switch` | the guard as doors hold it |

mod acts;
mod clock;
mod playing;
mod ready;
mod said;
mod stream;
mod switch;
mod unplayed;
mod work;

pub use crate::outage::{Facts, Mode};
pub use said::{fault, named};
pub use stream::Streamed;
pub use switch::{Switch, TurnOn, Unasked};

use super::desk::Desk;
use crate::library::Library;
use crate::outage::{Act, Fact, Noted, TakeOver, Verdict, inbox};
use crossbeam_channel::{Sender, bounded};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Orders that may wait.
const MAX_ORDERS: usize = 16;

/// Who decides what is done.
pub trait Machine: Send {
    /// Takes a fact and says what is to be done.
    fn handle(&mut self, noted: Noted) -> Vec<Act>;
    /// When it wants [`Fact::Tick`], in ms of the facts' clock.
    fn due(&self) -> Option<u64>;
    /// In which state it is, in one word.
    fn state(&self) -> &'static str;
    /// What the client plays that it follows, as far as that is known.
    fn plays(&self) -> Option<TakeOver> {
        None
    }
}

/// Who reaches clients and services. Nothing of it may wait.
pub trait Senses: Send {
    /// The client is to hold still.
    fn pause(&self, client: &str);
    /// The client is to go on.
    fn play(&self, client: &str);
    /// Asks a service whether it answers; a fact tells.
    fn probe(&self, service: &str);
}

/// What the guard tells people of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// How far it may go.
    pub mode: Mode,
    /// In which state it is, in one word.
    pub state: String,
    /// The service, by name.
    pub service: Option<String>,
    /// Whose fault it is.
    pub verdict: Option<Verdict>,
    /// What the music that plays now plays instead of.
    pub instead_of: Option<String>,
    /// What happens, as a sentence.
    pub sentence: Option<String>,
    /// Whether it is a question.
    pub asks: bool,
    /// Grows whenever there is something new to tell.
    pub notices: u64,
}

/// What the guard is made of.
pub struct Parts {
    /// How far it may go.
    pub mode: Mode,
    /// Who decides.
    pub machine: Box<dyn Machine>,
    /// Where music plays.
    pub desk: Arc<Desk>,
    /// What is owned.
    pub library: Library,
    /// Where the program keeps what it does.
    pub state: PathBuf,
    /// Told of each act as it is carried out, and of each fact of our own music.
    pub witness: Option<Witness>,
}

/// Sees what happens; it must not wait for long.
pub type Witness = Box<dyn Fn(Seen<'_>) + Send>;

/// What a witness is told.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// An act, before it is carried out.
    Act(&'a Act),
    /// A fact that was made here.
    Fact(&'a Fact),
    /// The machine is in this state now.
    State(&'static str),
}

/// What is asked of the running guard.
enum Order {
    /// As if the machine had said so.
    Act(Box<Act>),
    End,
}

/// The running guard. Dropping it ends its threads; music that stands in plays on.
pub struct Guarding {
    orders: Sender<Order>,
    facts: Facts,
    thread: Option<JoinHandle<()>>,
    /// What it told when it began.
    began: Told,
    /// Waited for once the thread has ended.
    _helper: ready::Helper,
}

impl Guarding {
    /// Starts the threads. `senses` is made with the place where facts go.
    pub fn start(
        parts: Parts,
        senses: impl FnOnce(Facts) -> io::Result<Box<dyn Senses>>,
    ) -> io::Result<Self> {
        let (orders, ordered) = bounded(MAX_ORDERS);
        let (facts, noted) = inbox(clock::began());
        let senses = senses(facts.clone())?;
        let (aside, done, helper) = ready::start(parts.library.clone(), &parts.state)?;
        let report = facts.clone();
        parts
            .desk
            .report_to(move |ours| report.tell(Fact::Ours { ours }));
        let work = work::Work::new(parts, senses, aside);
        let began = work.told.clone();
        let thread = std::thread::Builder::new()
            .name("guard".into())
            .spawn(move || work.run(&noted, &ordered, &done))?;
        Ok(Self {
            orders,
            facts,
            thread: Some(thread),
            began,
            _helper: helper,
        })
    }

    /// Where facts go.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What it told of itself when it began: until the desk has heard of it.
    pub fn began(&self) -> &Told {
        &self.began
    }

    /// Carries this out as if the machine had said so: for trying a recorded trace.
    pub fn carry_out(&self, act: Act) {
        self.orders.send(Order::Act(Box::new(act))).ok();
    }
}

impl Drop for Guarding {
    fn drop(&mut self) {
        self.orders.send(Order::End).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
