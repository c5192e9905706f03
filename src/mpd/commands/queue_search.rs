//! The queue, searched: `playlistfind` and `playlistsearch`.

use super::filters::Filter;
use crate::library::query::Case;
use crate::mpd::ack::Ack;
use crate::mpd::command::{ANY, Call, Command, Needs, aside};
use crate::mpd::song;
use crate::music::Song;
use crate::player::Entry;
use std::borrow::Borrow;

pub const COMMANDS: &[Command] = &[
    aside("playlistfind", Needs::Read, 1..=ANY, |call| {
        search(call, Case::Exact)
    }),
    aside("playlistsearch", Needs::Read, 1..=ANY, |call| {
        search(call, Case::Folded)
    }),
];

/// An entry where it stands.
struct Placed<'a>(usize, &'a Entry);

impl Borrow<Song> for Placed<'_> {
    fn borrow(&self) -> &Song {
        &self.1.song
    }
}

fn search(call: &mut Call, case: Case) -> Result<(), Ack> {
    let filter = Filter::read(call, 0, case, false)?;
    let queue = call.house.desk.queue();
    let reader = call.house.library.reader()?;
    let held = reader.hold(&filter.what, queue.entries.iter().map(|entry| &*entry.song))?;
    let placed = queue.entries.iter().enumerate().zip(held);
    let mut found: Vec<Placed> = placed
        .filter(|(_, holds)| *holds)
        .map(|((at, entry), _)| Placed(at, entry))
        .collect();
    if let Some(sort) = filter.sort {
        reader.sort(&mut found, sort)?;
    }
    let part = found
        .iter()
        .take(filter.window.end)
        .skip(filter.window.start);
    for Placed(at, entry) in part {
        song::tell_entry(entry, *at, call.client, call.out);
    }
    Ok(())
}
