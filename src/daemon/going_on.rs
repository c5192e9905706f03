//! A saved queue goes on: what plays first and the songs around it are looked for at once, all others while it plays.
//! It changes nothing that is saved.

use super::saved::{SavedOptions, SavedPlace, SavedRow, Unread};
use crate::library::{Library, LibraryError};
use crate::music::{Miss, Origin, Song, Verdict, Wanted};
use crossbeam_channel::{Receiver, bounded};
use std::ops::Range;
use std::sync::Arc;

/// Rows that are looked for before the music: they give the first song its gain, and the first keys somewhere to go.
const BEFORE: usize = 50;
const AHEAD: usize = 150;

/// What there is to go on with.
pub enum GoingOn {
    /// Music.
    With(Here),
    /// Nothing that is here.
    Nothing {
        /// Rows of the queue.
        rows: usize,
        /// Those whose folder is away.
        away: usize,
        /// No song, and all else of it: who keeps the queue without playing it.
        here: Box<Here>,
    },
}

/// The songs that it goes on with.
#[derive(Default)]
pub struct Here {
    /// Those that were found so far, in the queue's order.
    pub songs: Vec<Arc<Song>>,
    /// Where each of them comes from.
    pub origins: Vec<Option<Arc<Origin>>>,
    /// The one that plays first.
    pub start: usize,
    /// Where in it, in ms.
    pub at_ms: u64,
    /// The modes as they were left.
    pub options: SavedOptions,
    /// All that is not among the songs.
    pub rest: Rest,
}

/// What of a queue that goes on is not among the songs that it goes on with.
pub enum Rest {
    /// Rows that have no song, and how many songs stand before each.
    Holes(Vec<(usize, SavedRow)>),
    /// Most of it: looked for while the music plays.
    Later(Box<Later>),
}

impl Default for Rest {
    fn default() -> Self {
        Self::Holes(Vec::new())
    }
}

/// A rest that is looked for while the first of it plays.
pub struct Later {
    /// `None`: nothing of it is saved, and until it is found what was saved before stays.
    pub(super) part: Option<Part>,
    pub(super) find: Find,
}

/// A part of a saved queue.
pub(super) struct Part {
    /// The row of each song that is here already.
    pub rows: Vec<usize>,
    /// What names the queue.
    pub stamp: u64,
}

/// What looks for it, and why it could not.
pub(super) type Find = Box<dyn FnOnce() -> Result<Found, String> + Send>;

impl Later {
    /// Songs that were chosen, all of which come behind those that begin, from there.
    pub fn chosen(
        find: impl FnOnce() -> Result<Vec<Arc<Song>>, LibraryError> + Send + 'static,
        origin: Option<Arc<Origin>>,
    ) -> Self {
        let find = move || {
            let songs = find().map_err(|error| error.to_string())?;
            Ok(Found {
                origins: vec![origin; songs.len()],
                behind: songs,
                ..Found::default()
            })
        };
        Self {
            part: None,
            find: Box::new(find),
        }
    }

    /// Begins to look, on a thread of its own. Without a thread what is given ends at once, which is told as a rest that was
    /// not found.
    pub(super) fn begin(self) -> Receiver<Result<Found, String>> {
        let (finder, found) = bounded(1);
        let find = self.find;
        // Nobody hears it where the music has ended before.
        let life = move || drop(finder.send(find()));
        std::thread::Builder::new()
            .name("rest".into())
            .spawn(life)
            .ok();
        found
    }
}

/// A rest that was found.
#[derive(Default)]
pub(super) struct Found {
    /// The songs that belong before those that were here already, and behind them.
    pub before: Vec<Arc<Song>>,
    pub behind: Vec<Arc<Song>>,
    /// Where each of them comes from, in this order.
    pub origins: Vec<Option<Arc<Origin>>>,
    /// Of the whole queue.
    pub holes: Vec<(usize, SavedRow)>,
    pub rows: usize,
    /// Lines of it that cannot be read.
    pub damaged: usize,
}

/// The rows of a queue that are looked for before the music.
pub(super) fn near(queue: &Unread) -> Range<usize> {
    let at = queue.place.map_or(0, |place| place.row);
    at.saturating_sub(BEFORE)..queue.len().min(at + AHEAD)
}

impl GoingOn {
    /// Looks for what plays first and, where the queue is short or nothing is here around its place, for all of it.
    pub fn find(queue: Unread, library: &Library) -> Result<Self, LibraryError> {
        let at = queue.place.map_or(0, |place| place.row);
        let near = near(&queue);
        if near.len() < queue.len() {
            let verdicts = library.resolve(&wanted(&queue.rows(near.clone())))?;
            if verdicts[at - near.start..].iter().any(is_here) {
                return Ok(Self::With(Here::around(queue, near, verdicts, library)));
            }
        }
        let queue = queue.checked(&(0..0)).map_or(queue, |(_, queue)| queue);
        let rows = queue.rows(0..queue.len());
        let verdicts = library.resolve(&wanted(&rows))?;
        let songs = songs(&verdicts);
        if songs.is_empty() {
            let is_away = |verdict: &&Verdict| matches!(verdict, Verdict::Missing(Miss::RootAway));
            let away = verdicts.iter().filter(is_away).count();
            return Ok(Self::Nothing {
                rows: rows.len(),
                away,
                here: Box::new(Here {
                    options: queue.options,
                    rest: Rest::Holes(holes(rows, &verdicts)),
                    ..Here::default()
                }),
            });
        }
        let (start, at_ms) = start_in(&verdicts, queue.place, songs.len());
        Ok(Self::With(Here {
            songs,
            origins: origins(&rows, &verdicts),
            start,
            at_ms,
            options: queue.options,
            rest: Rest::Holes(holes(rows, &verdicts)),
        }))
    }
}

impl Here {
    /// With the songs of the rows `near`; the others are looked for by a thread.
    fn around(
        queue: Unread,
        near: Range<usize>,
        verdicts: Vec<Verdict>,
        library: &Library,
    ) -> Self {
        let place = queue.place.map(|place| SavedPlace {
            row: place.row - near.start,
            ..place
        });
        let songs = songs(&verdicts);
        let origins = origins(&queue.rows(near.clone()), &verdicts);
        let (start, at_ms) = start_in(&verdicts, place, songs.len());
        let here = near.clone().zip(&verdicts);
        let rows = here
            .filter(|(_, verdict)| is_here(verdict))
            .map(|(row, _)| row);
        let options = queue.options;
        let part = Part {
            rows: rows.collect(),
            stamp: queue.stamp(),
        };
        let library = library.clone();
        let find = move || rest_of(&queue, &near, verdicts, &library);
        Self {
            songs,
            origins,
            start,
            at_ms,
            options,
            rest: Rest::Later(Box::new(Later {
                part: Some(part),
                find: Box::new(find),
            })),
        }
    }
}

fn rest_of(
    queue: &Unread,
    near: &Range<usize>,
    verdicts: Vec<Verdict>,
    library: &Library,
) -> Result<Found, String> {
    let (near, queue) = queue.checked(near).map_err(|error| error.to_string())?;
    let resolve = |rows: &[SavedRow]| {
        let found = library.resolve(&wanted(rows));
        found.map_err(|error| error.to_string())
    };
    let rows = queue.rows(0..queue.len());
    let (rows_before, rows_behind) = (&rows[..near.start], &rows[near.end..]);
    let mut all = resolve(rows_before)?;
    let before = songs(&all);
    let mut origins_of_all = origins(rows_before, &all);
    let behind = resolve(rows_behind)?;
    let found = songs(&behind);
    origins_of_all.extend(origins(rows_behind, &behind));
    all.extend(verdicts);
    all.extend(behind);
    Ok(Found {
        before,
        behind: found,
        origins: origins_of_all,
        rows: rows.len(),
        holes: holes(rows, &all),
        damaged: queue.damaged(),
    })
}

fn wanted(rows: &[SavedRow]) -> Vec<Wanted> {
    rows.iter().map(|row| row.wanted.clone()).collect()
}

/// Of the rows that have a song.
fn origins(rows: &[SavedRow], verdicts: &[Verdict]) -> Vec<Option<Arc<Origin>>> {
    let here = rows
        .iter()
        .zip(verdicts)
        .filter(|(_, verdict)| is_here(verdict));
    here.map(|(row, _)| row.origin.clone()).collect()
}

fn is_here(verdict: &Verdict) -> bool {
    verdict.song().is_some()
}

fn songs(verdicts: &[Verdict]) -> Vec<Arc<Song>> {
    verdicts.iter().filter_map(Verdict::song).cloned().collect()
}

/// The rows that have no song, and how many that have one stand before each.
fn holes(rows: Vec<SavedRow>, verdicts: &[Verdict]) -> Vec<(usize, SavedRow)> {
    let mut here = 0;
    let mut holes = Vec::new();
    for (row, verdict) in rows.into_iter().zip(verdicts) {
        match verdict.song() {
            Some(_) => here += 1,
            None => holes.push((here, row)),
        }
    }
    holes
}

/// Where the songs that are here begin: a position among them, and a place in that song, in ms.
fn start_in(verdicts: &[Verdict], place: Option<SavedPlace>, here: usize) -> (usize, u64) {
    let Some(SavedPlace { row, at_ms }) = place else {
        return (0, 0);
    };
    let here_before = verdicts.iter().take(row).filter(|row| is_here(row)).count();
    match verdicts.get(row).filter(|verdict| is_here(verdict)) {
        Some(_) => (here_before, at_ms),
        // Its song is not here: the next one that is, from its start.
        None => (here_before % here, 0),
    }
}
