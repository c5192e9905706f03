//! Streaming clients as they show themselves on the session's bus, and on the system's, where spotifyd may sit. It believes
//! nothing that they say, follows few of them, and reads as little of each as it may: a client can cost a bounded amount of
//! memory and time, whatever it does. Nobody is ever waited for.
//!
//! | file | what it does |
//! |---|---|
//! | `marshal` | a message's body, read where it lies and cut; pure |
//! | `client` | one client: what it shows, and how often that is told; pure |
//! | `calls` | which answer belongs to which question |
//! | `watch` | one bus: messages in, facts and calls out |
//! | `bus` | a bus that comes and goes |
//! | `life` | the thread: both buses, orders, and the second's tick |
//!
//! Source: MPRIS 2.2 (specifications.freedesktop.org/mpris-spec), D-Bus specification.

mod bus;
mod calls;
mod client;
mod life;
mod marshal;
mod watch;

pub use life::{Parts, live};
pub use marshal::{Body, Field};
pub use watch::{Order, reader};
