//! Songs of the queue are looked up anew once the index has changed, so that what was moved or retagged plays and shows as
//! it is now. It never changes which songs are queued, nor their order.

use super::desk::Desk;
use crate::library::Library;
use crate::music::{EntryId, Rung, Song, Verdict, Wanted};
use crate::player::{Entry, Event};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::{Arc, Weak};

/// Asks for it; a clone asks the same thread, which ends with the last of them.
#[derive(Clone)]
pub struct Renewer(Sender<()>);

impl Renewer {
    /// Starts the thread. It holds the desk only while it works, so that the desk can end.
    pub fn start(desk: Weak<Desk>, library: Library) -> std::io::Result<Self> {
        let (asks, asked) = bounded(1);
        std::thread::Builder::new()
            .name("renew".into())
            .spawn(move || run(&asked, &desk, &library))?;
        Ok(Self(asks))
    }

    /// The index has changed. Who asks waits for nothing, and twice is as good as once.
    pub fn ask(&self) {
        self.0.try_send(()).ok();
    }
}

fn run(asked: &Receiver<()>, desk: &Weak<Desk>, library: &Library) {
    while asked.recv().is_ok() {
        let Some(desk) = desk.upgrade() else { return };
        let renewed = renewed(&desk.queue().entries, library);
        if !renewed.is_empty() {
            desk.ask(Event::Renew(renewed));
        }
    }
}

/// The entries whose songs are known otherwise now. A song that is nowhere stays as it was: it may come back.
fn renewed(entries: &[Entry], library: &Library) -> Vec<(EntryId, Arc<Song>)> {
    // What was never in the index cannot have changed there.
    let known: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.song.id.is_some())
        .collect();
    let rows: Vec<Wanted> = known.iter().map(|entry| entry.song.wanted()).collect();
    let verdicts = library.resolve(&rows).unwrap_or_default();
    let pairs = known.into_iter().zip(&verdicts);
    pairs
        .filter_map(|(entry, verdict)| Some((entry, same_file(verdict)?)))
        .filter(|(entry, song)| *song != &entry.song)
        .map(|(entry, song)| (entry.id, song.clone()))
        .collect()
}

/// By its place or its sound; what merely has the same names is another song.
fn same_file(verdict: &Verdict) -> Option<&Arc<Song>> {
    match verdict {
        Verdict::Found {
            song,
            rung: Rung::Place | Rung::Key,
            ..
        } => Some(song),
        _ => None,
    }
}
