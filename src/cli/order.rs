//! `--sort`, `--reverse` and `--limit`: the order of a list of songs and how much of it, for every verb that has one.

use crate::library::query::Sort;
use crate::library::{LibraryError, Reader};
use crate::music::Song;
use std::borrow::Borrow;

/// In which order, and how many.
#[derive(clap::Args, Clone, Copy)]
pub struct OrderArgs {
    /// By title, artist, album, date, length, modified, added, last-played, last-skipped, plays, skips, rating, random or
    /// any other field; -FIELD: the greatest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<Sort>,
    /// The other way round than --sort says
    #[arg(long, requires = "sort")]
    pub reverse: bool,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
}

impl OrderArgs {
    /// The order that is asked for.
    pub fn order(&self) -> Option<Sort> {
        let sort = self.sort?;
        Some(if self.reverse { sort.reversed() } else { sort })
    }

    /// The songs in that order, the first so many.
    pub fn apply<S: Borrow<Song>>(
        &self,
        mut songs: Vec<S>,
        reader: &Reader,
    ) -> Result<Vec<S>, LibraryError> {
        if let Some(sort) = self.order() {
            reader.sort(&mut songs, sort)?;
        }
        songs.truncate(self.limit.unwrap_or(usize::MAX));
        Ok(songs)
    }
}
