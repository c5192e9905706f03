//! What MPD has more than one of and we do not: partitions, mounts, neighbors; and the tags of songs that come over a
//! network. Each is refused as MPD refuses it.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Command, Needs, aside, quick};
use crate::mpd::song::field_named;
use std::os::unix::ffi::OsStrExt;

/// The only one.
const PARTITION: &str = "default";

pub const COMMANDS: &[Command] = &[
    quick("partition", Needs::Read, 1..=1, |call| {
        match call.text(0)? {
            PARTITION => Ok(()),
            _ => Err(Ack::no_exist("partition does not exist")),
        }
    }),
    quick("listpartitions", Needs::Read, 0..=0, |call| {
        call.out.pair("partition", PARTITION);
        Ok(())
    }),
    quick("newpartition", Needs::Admin, 1..=1, new_partition),
    quick("delpartition", Needs::Admin, 1..=1, |call| {
        match call.text(0)? {
            PARTITION => {
                let message = "cannot delete the default partition";
                Err(Ack::new(Code::Unknown, message))
            }
            _ => Err(Ack::no_exist("no such partition")),
        }
    }),
    aside("listmounts", Needs::Read, 0..=0, list_mounts),
    quick("mount", Needs::Admin, 2..=2, |call| {
        Err(Ack::arg(match call.text(0)?.is_empty() {
            true => "Bad mount point",
            false => "Unrecognized storage URI",
        }))
    }),
    quick("unmount", Needs::Admin, 1..=1, |call| {
        Err(Ack::arg(match call.text(0)?.is_empty() {
            true => "Bad mount point",
            false => "Not a mount point",
        }))
    }),
    quick("listneighbors", Needs::Read, 0..=0, |_| {
        let message = "No neighbor plugin configured";
        Err(Ack::new(Code::Unknown, message))
    }),
    aside("addtagid", Needs::Add, 3..=3, refuse_tags),
    aside("cleartagid", Needs::Add, 1..=2, refuse_tags),
    // As a signal would: what is to be saved is.
    quick("kill", Needs::Admin, 0..=0, |_| {
        let own = rustix::process::getpid();
        let killed = rustix::process::kill_process(own, rustix::process::Signal::TERM);
        killed.map_err(|error| Ack::new(Code::System, error.to_string()))
    }),
];

fn new_partition(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(0)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(fits) {
        return Err(Ack::arg("bad name"));
    }
    Err(match name {
        PARTITION => Ack::new(Code::Exist, "name already exists"),
        _ => Ack::new(Code::Unknown, "too many partitions"),
    })
}

/// Above the roots there is nothing that lies anywhere.
fn list_mounts(call: &mut Call) -> Result<(), Ack> {
    let reader = call.house.library.reader()?;
    for root in reader.roots() {
        call.out.text("mount", &root.name);
        call.out.uri("storage", root.dir.as_os_str().as_bytes());
    }
    Ok(())
}

/// All songs are files, whose tags are their own.
fn refuse_tags(call: &mut Call) -> Result<(), Ack> {
    let id = call.entry_id(0)?;
    if call.args.len() > 1 {
        field_named(call.text(1)?)?;
    }
    let queue = call.house.desk.queue();
    match queue.entries.iter().any(|entry| entry.id == id) {
        true => {
            let message = "Cannot edit tags of local file";
            Err(Ack::new(Code::Permission, message))
        }
        false => Err(Ack::no_exist("No such song")),
    }
}
