//! Everything that is here, shuffled. Of a large library a part is met by chance and plays at once; all else is read while
//! that is heard. It says nothing.

use super::session::seed;
use super::{Context, Stop};
use crate::library::{Library, LibraryError};
use crate::music::Song;
use crate::player::{shuffled_albums_from, shuffled_songs};
use std::collections::HashSet;
use std::sync::Arc;

/// A library of no more songs is read as a whole: nobody hears how long that takes.
const FEW: u64 = 2_000;

/// Songs that begin where songs are shuffled: enough for the keys until the others are there.
const FIRST_SONGS: usize = 20;

/// What stays together.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Shuffle {
    Songs,
    Albums,
}

/// What plays first, and what comes behind it.
pub struct Everything {
    /// The songs that begin.
    pub first: Vec<Arc<Song>>,
    /// `None`: nothing.
    others: Option<Others>,
}

/// All that is not among the first.
struct Others {
    library: Library,
    how: Shuffle,
    most: usize,
    seed: u64,
}

/// Looks for all others, in the order in which they come.
pub type FindOthers = Box<dyn FnOnce() -> Result<Vec<Arc<Song>>, LibraryError> + Send>;

impl Everything {
    /// All of it has been read.
    pub fn whole(first: Vec<Arc<Song>>) -> Self {
        let others = None;
        Self { first, others }
    }

    /// No more than `most` songs of a library that is large. `None`: it is small, or chance meets nothing in it: who asks
    /// reads all of it.
    pub fn of_many(how: Shuffle, most: usize, context: &Context) -> Result<Option<Self>, Stop> {
        let library = context.library();
        if library.reader()?.song_count()? <= FEW {
            return Ok(None);
        }
        Ok(Self::begun(how, most, seed(), library)?)
    }

    fn begun(
        how: Shuffle,
        most: usize,
        seed: u64,
        library: Library,
    ) -> Result<Option<Self>, LibraryError> {
        let mut first = match how {
            Shuffle::Songs => library.songs_by_chance(FIRST_SONGS.min(most), seed)?,
            Shuffle::Albums => library.album_by_chance(seed)?,
        };
        first.truncate(most);
        if first.is_empty() {
            return Ok(None);
        }
        let most = most - first.len();
        let others = (most > 0).then_some(Others {
            library,
            how,
            most,
            seed,
        });
        Ok(Some(Self { first, others }))
    }

    /// What looks for the others, where there are any.
    pub fn others(&mut self) -> Option<FindOthers> {
        let (first, others) = (self.first.clone(), self.others.take()?);
        Some(Box::new(move || others.find(&first)))
    }
}

impl Others {
    fn find(self, first: &[Arc<Song>]) -> Result<Vec<Arc<Song>>, LibraryError> {
        let (songs, _) = self.library.all_here_by_album()?;
        let mut songs = songs.into_iter().map(Arc::new).collect();
        self.library.leave_banned_out(&mut songs)?;
        let mut songs = match (self.how, first.first()) {
            (Shuffle::Albums, Some(first)) => shuffled_albums_from(first, songs, self.seed),
            _ => shuffled_songs(songs, self.seed),
        };
        let begun: HashSet<_> = first.iter().map(|song| (&song.place, song.part)).collect();
        songs.retain(|song| !begun.contains(&(&song.place, song.part)));
        songs.truncate(self.most);
        Ok(songs)
    }
}

#[cfg(test)]
mod tests;
