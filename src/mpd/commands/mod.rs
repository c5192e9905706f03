//! What each command does: a file for each chapter of MPD's documentation. Each file's table is a part of the whole.

mod connection;
mod options;
mod playback;
mod queue;
mod reflection;
mod status;

use super::command::Command;

/// The whole table, chapter by chapter.
pub const ALL: &[&[Command]] = &[
    connection::COMMANDS,
    status::COMMANDS,
    playback::COMMANDS,
    options::COMMANDS,
    queue::COMMANDS,
    reflection::COMMANDS,
];
