//! What this server can do: `commands`, `notcommands`, `urlhandlers`, `config`.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{self, Call, Command, Needs, aside, quick};
use crate::music::Root;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub const COMMANDS: &[Command] = &[
    quick("commands", Needs::Nothing, 0..=0, |call| list(call, true)),
    quick("notcommands", Needs::Nothing, 0..=0, |call| {
        list(call, false)
    }),
    quick("urlhandlers", Needs::Read, 0..=0, |call| {
        if call.client.is_owner {
            call.out.pair("handler", "file://");
        }
        Ok(())
    }),
    aside("config", Needs::Admin, 0..=0, config),
];

/// The folder below which addresses lie, where there is one such folder: where each root is called as it is.
fn config(call: &mut Call) -> Result<(), Ack> {
    if !call.client.is_owner {
        let message = "Command only permitted to local clients";
        return Err(Ack::new(Code::Permission, message));
    }
    let reader = call.house.library.reader()?;
    let mut folders: Vec<_> = reader.roots().iter().map(|root| above(root)).collect();
    folders.dedup();
    if let [Some(folder)] = folders[..] {
        let folder = folder.as_os_str().as_bytes();
        call.out.uri("music_directory", folder);
    }
    Ok(())
}

/// The folder in which a root is called as it is.
fn above(root: &Root) -> Option<&Path> {
    let is_called_so = root.dir.file_name() == Some(OsStr::new(&root.name));
    root.dir.parent().filter(|_| is_called_so)
}

/// The session's own are in no table. As in MPD, what begins and ends lists and `idle` is not told.
const OF_SESSION: &[(&str, Needs)] = &[("close", Needs::Nothing), ("idle", Needs::Read)];

/// Known and always refused: MPD tells it only where it has neighbors.
const NOT_TOLD: &str = "listneighbors";

fn list(call: &mut Call, allowed: bool) -> Result<(), Ack> {
    let may = call.client.may;
    let of_table = command::all()
        .filter(|command| command.name != NOT_TOLD)
        .map(|command| (command.name, command.needs));
    let mut names: Vec<&str> = of_table
        .chain(OF_SESSION.iter().copied())
        .filter(|(_, needs)| needs.is_granted(may) == allowed)
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    for name in names {
        call.out.pair("command", name);
    }
    Ok(())
}
