//! Foreign files are read in a process of their own: our own binary, started again, under limits of memory and time.
//!
//! A file of 1.2 MB can make a reader of tags take gigabytes, and another can make it panic, loop or overflow its stack.
//! Nothing but another process holds all of that. The file that ends the worker is told from the others of its batch by
//! asking for each alone; it becomes a skip with its reason, and the work goes on with a new worker.
//!
//! | file | what it does |
//! |---|---|
//! | `client` | starts workers, asks, waits, finds out who ended one |
//! | `wire` | questions and answers as bytes |
//! | `serve` | the worker itself |
//! | `confine` | the limits it puts on itself first |
//!
//! A worker is started when there is something to read and ends with its owner. It never writes to a file, runs no
//! program, and has no network.

mod client;
mod confine;
mod serve;
pub mod wire;

pub use client::{ReadIn, TagReader, WorkerError};
pub use serve::serve;

/// The argument that makes the program a worker; no person types it.
pub const VERB: &str = "__tag-worker";
