//! What is kept of songs, read for one question: only the columns that it asks for, and none where it asks for none. Here
//! stands what counts where several places tell a number. It changes nothing.

use super::figure::Figure;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::{Column, Kept, Person};
use crate::music::{AudioKey, Rating, Song};

/// So many songs are asked for one by one; of more, the whole column is read.
const ASKED_EACH: usize = 200;

/// Columns by what they tell.
#[derive(Debug, Default)]
pub struct Figures(Vec<(Kept, Column)>);

/// What a song's file tells, asked only where it counts.
pub trait OfFile {
    /// The stars that another player left in it.
    fn rating(&self) -> Option<Rating>;
    /// When it was changed, in ms since 1970.
    fn modified_ms(&self) -> Option<i64>;
}

impl Reader {
    /// These columns of what is kept.
    pub(super) fn figures(&self, kept: Vec<Kept>) -> Result<Figures, LibraryError> {
        let Some(data) = self.data.as_deref().filter(|_| !kept.is_empty()) else {
            return Ok(Figures::default());
        };
        let columns = Person::look_with(data, self.uncounted.as_ref())?.columns(&kept)?;
        Ok(Figures(kept.into_iter().zip(columns).collect()))
    }
}

impl Reader {
    /// Gives songs the stars that were given here in place of those in their files.
    pub fn give_own_stars(&self, songs: &mut [Song]) -> Result<(), LibraryError> {
        let figures = match songs.len() {
            ..=ASKED_EACH => return self.give_stars_to_each(songs),
            _ => self.figures(vec![Kept::Rating])?,
        };
        for song in songs {
            let stars = figures.column(Kept::Rating);
            let own = song.key.and_then(|key| stars?.get(key));
            let own = own.and_then(|halves| u8::try_from(halves).ok());
            song.tags.rating = own.map(Rating::from_halves).or(song.tags.rating);
        }
        Ok(())
    }

    fn give_stars_to_each(&self, songs: &mut [Song]) -> Result<(), LibraryError> {
        let Some(data) = self.data.as_deref().filter(|_| !songs.is_empty()) else {
            return Ok(());
        };
        let person = Person::look_with(data, self.uncounted.as_ref())?;
        for song in songs {
            let about = song.key.map(|key| person.about(key)).transpose()?.flatten();
            let own = about.and_then(|about| about.rating);
            song.tags.rating = own.or(song.tags.rating);
        }
        Ok(())
    }
}

impl Figures {
    /// A number of a song. Stars given here win over those in the file; a song that was never heard has 0 plays; where
    /// it is not kept when a song came, its file's time stands for it.
    pub fn of(&self, figure: Figure, key: Option<AudioKey>, file: &impl OfFile) -> Option<i64> {
        let kept = match figure {
            Figure::Modified => return file.modified_ms(),
            Figure::Kept(kept) => kept,
        };
        let own = key.and_then(|key| self.column(kept)?.get(key));
        match kept {
            Kept::Rating => own.or_else(|| Some(file.rating()?.halves().into())),
            Kept::Plays | Kept::Skips => own.or(Some(0)),
            Kept::Added => own.or_else(|| file.modified_ms()),
            Kept::LastPlayed | Kept::LastSkipped => own,
        }
    }

    /// A column that was asked for.
    pub fn column(&self, kept: Kept) -> Option<&Column> {
        let found = self.0.iter().find(|(other, _)| *other == kept);
        found.map(|(_, column)| column)
    }
}
