//! What each command does: a file for each chapter of MPD's documentation. Each file's table is a part of the whole.

mod connection;
mod database;
mod decoders;
mod filters;
mod find;
mod guard;
mod messages;
mod options;
mod outputs;
mod partitions;
pub mod pictures;
mod playback;
mod playlists;
mod queue;
mod queue_search;
mod ranges;
mod reflection;
mod standin;
mod status;
mod stickers;

use super::command::Command;

/// The whole table, chapter by chapter.
pub const ALL: &[&[Command]] = &[
    connection::COMMANDS,
    status::COMMANDS,
    playback::COMMANDS,
    options::COMMANDS,
    queue::COMMANDS,
    database::COMMANDS,
    find::COMMANDS,
    pictures::COMMANDS,
    stickers::COMMANDS,
    queue_search::COMMANDS,
    ranges::COMMANDS,
    playlists::COMMANDS,
    outputs::COMMANDS,
    messages::COMMANDS,
    partitions::COMMANDS,
    reflection::COMMANDS,
    standin::COMMANDS,
    guard::COMMANDS,
    decoders::COMMANDS,
];
