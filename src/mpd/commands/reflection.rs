//! What this server can do: `commands`, `notcommands`, `urlhandlers`, `decoders`, `config`.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{self, Call, Command, Needs, quick};

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
    quick("decoders", Needs::Read, 0..=0, |_| Ok(())),
    quick("config", Needs::Admin, 0..=0, |call| {
        match call.client.is_owner {
            true => Ok(()),
            false => Err(Ack::new(
                Code::Permission,
                "Command only permitted to local clients",
            )),
        }
    }),
];

/// The session's own are in no table.
const OF_SESSION: &[(&str, Needs)] = &[
    ("close", Needs::Nothing),
    ("command_list_begin", Needs::Nothing),
    ("command_list_ok_begin", Needs::Nothing),
    ("command_list_end", Needs::Nothing),
    ("idle", Needs::Read),
    ("noidle", Needs::Read),
];

fn list(call: &mut Call, allowed: bool) -> Result<(), Ack> {
    let may = call.client.may;
    let of_table = command::all().map(|command| (command.name, command.needs));
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
