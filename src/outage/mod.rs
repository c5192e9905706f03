//! The outage: what streaming clients do, whether their service answers, and when our own music steps in. Pure but for the
//! probes, which alone contact anybody, and only whom they were asked to contact. It plays nothing, pauses nothing and looks
//! into no library: facts come in, acts go out, and the composition root carries them out.
//!
//! | file | what it does |
//! |---|---|
//! | `fact` | what sensors, probes and the desk tell, each with its time: the lines of a trace |
//! | `inbox` | facts that wait for whoever takes them |
//! | `act` | what the guard wants done |
//! | `profile` | what is known of each client: its names, its ids, what its position is worth |
//! | `ids` | what addresses of services are the id of, in the words of the imports |
//! | `client` | what a client claims to play, from its properties |
//! | `guard/` | when our music steps in, and when it gives way |
//! | `trace` | facts as lines, written, read and played to a guard again |
//! | `pace` | when the next request to a service may go |
//! | `mode` | how far the guard may go by itself |
//! | `shown` | a client's MPRIS properties as plain values |
//! | `verdict` | whose fault it is, in one word and in a sentence |
//! | `service` | services as data: how each is asked, and which clients play from it |
//! | `route` | whether a way leads out of this machine, as the kernel tells |
//! | `probe` | one probe of a service through its phases, the network test, and what the evidence means |
//! | `hour` | the hard limit of requests in an hour |
//! | `prober` | probes on threads of their own, for whoever must not wait |
//!
//! Source: reference figures on clients and outages stand where they are used; MPRIS 2.2
//! (specifications.freedesktop.org/mpris-spec).

mod act;
mod client;
mod fact;
mod guard;
mod hour;
mod ids;
mod inbox;
mod mode;
mod pace;
pub mod probe;
mod prober;
mod profile;
mod route;
pub mod service;
mod shown;
mod trace;
mod verdict;

pub use act::{Act, TakeOver, Why};
pub use client::{Claim, Kind, Status};
pub use fact::{Connectivity, Fact, Level, Noted, Ours, Owned, Probed};
pub use guard::{Guard, Settings, State};
pub use hour::MAX_AN_HOUR;
pub use inbox::{Facts, Inbox, inbox};
pub use mode::Mode;
pub use pace::Pace;
pub use prober::Prober;
pub use profile::{BUS, Position, Profile, ServiceOf, built_in, known};
pub use route::default_route;
pub use shown::{MAX_FIELDS, MAX_TEXT_BYTES, Shown, Value};
pub use trace::{
    Line, Lines, MAX_LINE_BYTES, MAX_LINES, Told, TraceError, read_trace, replay, trace_line,
};
pub use verdict::{Fault, Verdict};
