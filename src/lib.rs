//! `standin` is the local music player that steps in when streaming goes down.
//!
//! This page is the map. Two ideas carry everything:
//!
//! **A playlist is a list of [`music::Wanted`]; the library resolves them to [`music::Song`]s.** A `Wanted` says what
//! someone wants to hear; a `Song` is a span of a file that is owned, known by its [`music::AudioKey`]. A row whose
//! file is not here keeps its place and its names, and plays again the moment the file is back. Whatever a person
//! made hangs on the audio key, never on a row id or a path.
//!
//! **One desk, pure.** [`player::Player::handle`] is the only code that knows what plays next. It has no thread, no
//! clock, no file, no SQL and no socket; around it stand the rooms.
//!
//! # The rooms, lowest first
//!
//! | room | what lives there | may import |
//! |---|---|---|
//! | [`music`] | the words that every room speaks | nothing |
//! | [`player`] | queue, modes, what plays next; pure | music |
//! | [`wanted`] | playlist formats and cue sheets, bytes ↔ `Wanted`; what services export and players keep; titles and artists taken apart, which song a row means; pure | music |
//! | [`library`] | scan (walk → compare → tags → store), query, playlists, covers, lyrics, `resolve`, watch; the worker that reads foreign files | music, wanted |
//! | [`engine`] | decode → shape → ring → device callback | music |
//! | [`outage`] | what streaming clients and their services do → when our music steps in; the probes | music |
//! | [`care`] | what looks after the whole: verify, dupes, doctor, missing, ready, pack, drill | music, wanted, library, engine, outage |
//! | [`daemon`] | the desk thread, snapshot, saved state; it wires and decides nothing | music, player, library, engine, outage |
//! | [`desktop`] | a door: MPRIS, sleep held off, notifications; the sensors of an outage: what streaming clients show, and whether they sound | music, player, wanted, library, engine, outage, daemon |
//! | [`mpd`] | a door: MPD's protocol ↔ events | music, player, library, daemon |
//! | [`tui`] | a client with a screen: what is seen and what keys do, pure; the terminal, and the wire that it asks by | music, mpd |
//! | [`config`] | the places and settings, as each room's options | music, player, library, engine, outage, mpd, tui |
//! | [`cli`] | one file per verb: parse, call one room's function, print | all |
//!
//! `tests/imports.rs` reads the code and holds this table. A room stands above what it imports, so there is no cycle.
//!
//! # Processes
//!
//! The program; for reading tags a worker, which is our own binary under limits of memory and time, may read files and do
//! nothing else, and can be ended by a file without harm; and `ffmpeg`, where it is installed, for sound that
//! nothing inside decodes.
//!
//! # Threads
//!
//! The main thread (keys and the live line), with a screen `tui` (its picture), `tui-keys`, `tui-gone`, `tui-end`, `tui-asks`, `tui-slow` and `tui-news`, `tui-verb` while a verb runs that was typed there, `desk`, the engine's `feeder` (decodes ahead) and `output` (the sound server's
//! socket, or looks after a device), a device's callback, `outputs` while another output is looked for, `rest` while a long queue that goes on is still being found, or all else of a large library, `more` while what fits behind a queue is looked for, `counts` (writes what was heard), `hook` (waits for the person's command on a new song), `desktop` (the session's bus), with the guard on `guard` (facts in, acts out), `guard-aside` (what would play, made ready; the diary), `sensors` (clients on the buses, the network, sleep) and, where it may listen, `level`, `probe` for each service that is asked, with `probe-check`, `probe-port`, `probe-name` and `probe-control` while it is, `cover` while a picture is looked for, `telling` while a verb that takes long tells a daemon how far it is; of whoever serves clients `mpd` (all sockets), `mpd-aside` (requests that may take a while), `librarian` (the watch), `update` (scans that were asked for) and `renew` (looks songs of the queue up anew, and queues those that fill its holes); during a scan `walk` and `tags`, and notify's own. Arrows down carry commands through
//! bounded channels and may block; arrows up carry state and never block. Our part of the callback takes no lock,
//! allocates nothing and makes no system call.
//!
//! # Invariants
//!
//! - No network call stands on the path from a command to sound.
//! - "Current" changes when the new song is *heard*; elapsed time comes from the frames that the device took.
//! - A scan never deletes a song because a root or a folder is away: `gone` is a state.
//! - What a person made sits in its own SQLite file and outlives the deletion of the index. Each record has a sum of its
//!   own, and each change is in a second copy of text before it is acknowledged: either is made again from the other.
//! - More than a fifth of a root that vanishes at once is kept until somebody says that it is meant to be gone.
//! - A file can be wrong in any way; it becomes a listed skip with its path and its reason.
//! - No file makes the program take memory or time without bound: what ends a worker is a listed skip too.
//! - Paths are bytes. Names that are not UTF-8 work everywhere.
//! - Standin never writes into a music folder and never changes a tag.
//! - Everything shown passes through one gate, [`music::Printable`]: no control character reaches a terminal.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)
)]

pub mod care;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod desktop;
pub mod engine;
pub mod library;
pub mod mpd;
pub mod music;
pub mod outage;
pub mod player;
pub mod tui;
pub mod wanted;
