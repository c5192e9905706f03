//! Songs of the queue are looked up anew once the index has changed, so that what was moved or retagged plays and shows as
//! it is now; and a row of a playlist in the queue that had no song plays once its song has come. It takes nothing out of
//! the queue, and changes no order.

use super::desk::Desk;
use crate::library::{Came, FilledRow, Library};
use crate::music::{EntryId, Origin, Rung, Song, SongId, Verdict, Wanted};
use crate::player::{Entry, Event};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::HashSet;
use std::sync::{Arc, Weak};

/// Asks for it; a clone asks the same thread, which ends with the last of them.
#[derive(Clone)]
pub struct Renewer(Sender<()>);

impl Renewer {
    /// Starts the thread. It holds the desk only while it works, so that the desk can end.
    pub fn start(desk: Weak<Desk>, library: Library) -> std::io::Result<Self> {
        let (asks, asked) = bounded(1);
        let newest = library.newest_song().unwrap_or(SongId(0));
        std::thread::Builder::new()
            .name("renew".into())
            .spawn(move || run(&asked, &desk, &library, newest))?;
        Ok(Self(asks))
    }

    /// The index has changed. Who asks waits for nothing, and twice is as good as once.
    pub fn ask(&self) {
        self.0.try_send(()).ok();
    }
}

fn run(asked: &Receiver<()>, desk: &Weak<Desk>, library: &Library, newest: SongId) {
    // Of what cannot be read now nothing has come until it can.
    let mut seen = library.see(newest).ok();
    while asked.recv().is_ok() {
        let Some(desk) = desk.upgrade() else { return };
        let entries = &desk.queue().entries;
        let renewed = renewed(entries, library);
        if !renewed.is_empty() {
            desk.ask(Event::Renew(renewed));
        }
        let playlists = playlists(entries);
        match &mut seen {
            Some(seen) if !playlists.is_empty() => {
                let came = library.come_since(seen).unwrap_or_default();
                if !came.is_empty() {
                    fill(&came, playlists, &desk, library);
                }
            }
            seen => *seen = library.see(SongId(i64::MAX)).ok(),
        }
    }
}

/// Songs that came are queued where the rows stand that they fill.
fn fill(came: &Came, playlists: HashSet<String>, desk: &Desk, library: &Library) {
    for playlist in playlists {
        // One that is gone by now, or cannot be read, fills nothing.
        let filled = library.filled_by(came, &playlist).unwrap_or_default();
        let origin = Arc::new(Origin::Playlist(playlist));
        for row in filled.rows {
            let entries = &desk.queue().entries;
            if let Some(at) = place_of(&row, entries, &origin) {
                let songs = vec![row.song];
                let insert = Event::Insert { songs, at };
                desk.ask_held(insert.whence(Some(origin.clone())));
            }
        }
    }
    desk.settle();
}

/// The playlists that entries come from.
fn playlists(entries: &[Entry]) -> HashSet<String> {
    let origins = entries.iter().filter_map(|entry| entry.origin.as_deref());
    let names = origins.filter_map(|origin| match origin {
        Origin::Playlist(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// Behind the nearest row before it that is queued from there, else before all from there; `None`: it is queued already.
fn place_of(row: &FilledRow, entries: &[Entry], origin: &Arc<Origin>) -> Option<usize> {
    let from_there = |entry: &Entry| entry.origin.as_ref() == Some(origin);
    let place = |song: &Song| {
        let is_it = |entry: &Entry| {
            from_there(entry) && entry.song.key == song.key && entry.song.part == song.part
        };
        entries.iter().position(is_it)
    };
    if place(&row.song).is_some() {
        return None;
    }
    let before = row.before.iter().find_map(|song| place(song));
    before
        .map(|at| at + 1)
        .or_else(|| entries.iter().position(from_there))
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
