//! The MPD protocol: text ↔ events. A door like any other: it parses, asks the desk or the library, and answers; no rule
//! about music stands here.
//!
//! | file | what it answers |
//! |---|---|
//! | `words` | a line as words |
//! | `input`, `session` | one client's bytes → lines → requests, `idle` |
//! | `request` | a line or a list of them, and what comes of it |
//! | `command`, `commands/` | the table: name, permission, arguments, what it does |
//! | `commands/standin/` | what MPD has no word for, under names of our own |
//! | `client` | what one client has set for itself |
//! | `house` | what every command can reach |
//! | `answer`, `ack`, `song`, `iso` | what goes back |
//! | `socket` | where the socket lies, and who may have it |
//! | `subsystem` | the news of `idle` |
//! | `remote/` | the other side: a client of our server or of any other |
//! | `channels`, `works`, `shelf`, `outputs` | what clients say to each other; the long work that they do; playlists that change; outputs as numbers |
//! | `doors`, `connection` | where clients knock; one client's socket: when it is read and written |
//! | `serve`, `aside` | the thread of all sockets, and those of commands that may take a while |
//!
//! # Threads
//!
//! One thread, `mpd`, looks after all sockets, so a client that only waits costs a few hundred bytes and no thread.
//! Commands that read a snapshot are answered there at once; whatever asks the disk or waits for the desk runs in one
//! of a few threads aside, and hands its answer over in pieces: no list is ever held whole, and a client that does not
//! read holds nobody up but itself.
//!
//! Source of the protocol: MPD's own documentation, 0.24, and the answers of MPD 0.23.12.

mod ack;
mod answer;
mod aside;
mod channels;
mod client;
mod command;
mod commands;
mod connection;
mod doors;
mod house;
mod input;
mod iso;
mod outputs;
#[doc(hidden)]
pub mod rehearsal;
pub mod remote;
mod request;
mod serve;
mod session;
mod shelf;
pub mod socket;
mod song;
mod subsystem;
mod words;
mod works;

pub use ack::{Ack, Code};
use answer::Answer;
pub use client::Permissions;
pub use doors::Listener;
pub use house::{House, Settings};
pub use serve::{Serving, serve};
pub use socket::SocketError;
pub use subsystem::{Stir, Subsystems};

/// The version of the protocol that is spoken: that of MPD 0.23 with what 0.24 adds where it is here.
pub const PROTOCOL: &str = "0.23.5";

/// A line longer than this is nobody's command: the connection is closed. In bytes.
pub const MAX_LINE: usize = 64 << 10;

/// All lines of one command list together, as in MPD. In bytes.
pub const MAX_LIST: usize = 2 << 20;

/// Words of one line.
pub const MAX_WORDS: usize = 64;

/// What a client has not read yet; while it is more, nothing further is read from it. In bytes.
pub const MAX_UNREAD: usize = 64 << 10;

/// What all clients together have said and not read: above it, those that take more than their share are sent away. In bytes.
pub const MAX_HELD: usize = 24 << 20;
