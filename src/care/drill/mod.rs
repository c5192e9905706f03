//! What a drill plays, and what became of it: songs of the playlists, each from somewhere in it, with no network. It plays
//! nothing itself and changes nothing.
//!
//! - `network`: how the network is taken away, and whether it is gone.

pub mod network;
#[cfg(test)]
mod tests;

use crate::library::{Library, LibraryError, network_type};
use crate::music::{Miss, Song, Verdict};
use fastrand::Rng;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// So much of a song is heard at least, in ms, before the next one is tried.
pub const LEAST_EACH_MS: u64 = 3_000;

/// A song to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The playlist that it is from; empty: from everything.
    pub playlist: String,
    /// The song.
    pub song: Arc<Song>,
    /// Where it is begun, in ms.
    pub at_ms: u64,
}

/// What was picked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picks {
    /// What is tried, in this order.
    pub songs: Vec<Pick>,
    /// How long each is heard, in ms, where it is that long.
    pub each_ms: u64,
    /// The playlists that were looked at; none: there are none, and everything was.
    pub playlists: usize,
    /// Their rows.
    pub rows: usize,
    /// Rows that no song is sure for: they would be stepped over.
    pub missing: usize,
    /// Rows and songs whose folder is away.
    pub away: usize,
    /// What would not play in an outage, told without trying.
    pub failed: Vec<DrillFailure>,
}

/// What did not go well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillFailure {
    /// Where.
    pub step: Step,
    /// The playlist, where it is of one.
    pub playlist: String,
    /// The song, as people read it; empty: it is of none.
    pub song: String,
    /// Its file.
    pub path: Option<PathBuf>,
    /// Why.
    pub reason: String,
}

/// A step that an outage needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is on a disk of this machine.
    File,
    /// It is decoded and heard.
    Play,
    /// The socket of the player answers.
    Wire,
    /// The network was taken away.
    Network,
}

impl Step {
    /// Its one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Play => "play",
            Self::Wire => "wire",
            Self::Network => "network",
        }
    }
}

impl Pick {
    /// That it failed.
    pub fn failed(&self, step: Step, reason: String) -> DrillFailure {
        DrillFailure {
            step,
            playlist: self.playlist.clone(),
            song: self.song.wanted().label(),
            path: Some(self.song.place.file()),
            reason,
        }
    }
}

/// Songs for so much music, from this playlist, from all of them, or, where there are none, from everything that is here.
pub fn picks(
    library: &Library,
    playlist: Option<&str>,
    music_ms: u64,
    seed: u64,
) -> Result<Picks, LibraryError> {
    let mut dice = Rng::with_seed(seed);
    let mut picks = Picks::default();
    let names = match playlist {
        Some(name) => vec![name.to_owned()],
        None => {
            let lists = library.person_reader()?.playlists()?;
            lists.into_iter().map(|list| list.name).collect()
        }
    };
    let mut piles = Vec::new();
    for name in &names {
        piles.push(pile(library, name, &mut picks)?);
    }
    if names.is_empty() {
        let (songs, away) = library.all_here_by_album()?;
        picks.away += away;
        let songs = songs.into_iter().map(Arc::new).collect();
        piles.push((String::new(), songs));
    }
    piles.iter_mut().for_each(|(_, songs)| dice.shuffle(songs));
    let songs = in_turn(piles);
    let songs = leave_network_disks(songs, &mut picks.failed);
    let most = (music_ms / LEAST_EACH_MS).max(1);
    let count = most.min(songs.len() as u64);
    picks.each_ms = music_ms.checked_div(count).unwrap_or(0);
    let picked = songs
        .into_iter()
        .take(usize::try_from(count).unwrap_or(usize::MAX));
    let picked = picked.map(|(playlist, song)| Pick {
        at_ms: place(&mut dice, song.length_ms, picks.each_ms),
        playlist,
        song,
    });
    picks.songs = picked.collect();
    Ok(picks)
}

type Pile = (String, Vec<Arc<Song>>);

/// The songs of a playlist that would play by themselves.
fn pile(library: &Library, name: &str, picks: &mut Picks) -> Result<Pile, LibraryError> {
    let choice = library.resolved_playlist(name)?;
    picks.playlists += 1;
    picks.rows += choice.rows.len();
    let mut songs = Vec::new();
    for (_, verdict) in &choice.rows {
        match verdict {
            Verdict::Found { song, .. } => songs.push(song.clone()),
            Verdict::Missing(Miss::RootAway) => picks.away += 1,
            Verdict::Offered { .. } | Verdict::Missing(_) => picks.missing += 1,
        }
    }
    Ok((choice.name().to_owned(), songs))
}

/// One of each pile, then another of each, every song once.
fn in_turn(piles: Vec<Pile>) -> Vec<(String, Arc<Song>)> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let longest = piles.iter().map(|(_, songs)| songs.len()).max();
    for turn in 0..longest.unwrap_or(0) {
        for (name, songs) in &piles {
            if let Some(song) = songs.get(turn)
                && seen.insert(song.uri())
            {
                all.push((name.clone(), song.clone()));
            }
        }
    }
    all
}

/// What lies on the disk of another machine goes with the network, though the system itself still reaches it from a drill.
fn leave_network_disks(
    songs: Vec<(String, Arc<Song>)>,
    failed: &mut Vec<DrillFailure>,
) -> Vec<(String, Arc<Song>)> {
    let mut kinds: HashMap<PathBuf, Option<String>> = HashMap::new();
    let mut told = HashSet::new();
    let mut here = Vec::new();
    for (playlist, song) in songs {
        let dir = match song.place.root.name.is_empty() {
            true => song.place.file().parent().map(PathBuf::from),
            false => Some(song.place.root.dir.clone()),
        };
        let dir = dir.unwrap_or_default();
        let kind = kinds
            .entry(dir.clone())
            .or_insert_with(|| network_type(&dir));
        match kind {
            None => here.push((playlist, song)),
            // One line a folder: each song of it fails alike.
            Some(kind) if told.insert(dir.clone()) => failed.push(DrillFailure {
                step: Step::File,
                playlist,
                song: String::new(),
                path: Some(dir),
                reason: format!("it lies on a network disk ({kind})"),
            }),
            Some(_) => {}
        }
    }
    here
}

/// Where to jump into a song, so that so much of it is left.
fn place(dice: &mut Rng, length_ms: Option<u64>, each_ms: u64) -> u64 {
    let last = length_ms.unwrap_or(0).saturating_sub(each_ms);
    // The wire speaks of places in seconds as people do.
    dice.u64(0..=last / 1_000) * 1_000
}
