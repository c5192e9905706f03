//! What fits to a queue that has been played, by plain rules, the first of them that finds something: a song of the same
//! artist; of the same decade and genre; one of those that are loved most; any. Each says by which it came. Never what is
//! banned, away or long, nor what was heard or queued lately.

use super::open::away;
use super::person::{Bans, Kept};
use super::row::HERE_SONGS;
use super::{Library, LibraryError, Placed, Reader};
use crate::music::{AudioKey, Origin, Root, Song, SongId, USUAL_LONG_MS, fold, is_long};
use std::collections::HashSet;
use std::sync::Arc;

/// So many songs that were heard last do not come, nor so many of the end of the queue; in a small library half of it.
pub const LATELY: usize = 100;

/// So many songs of one artist come in a row.
const MOST_OF_ARTIST: usize = 4;

/// The song is one of so many that are loved most.
const MOST_LOVED: usize = 50;

/// Songs that are read to find one that may come.
const MOST_TRIES: usize = 200;

/// A song of the queue, and where it came from.
pub type Queued = (Arc<Song>, Option<Arc<Origin>>);

/// By which rule a song came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Artist,
    DecadeAndGenre,
    Loved,
    Any,
}

impl Rule {
    fn words(self) -> &'static str {
        match self {
            Self::Artist => "same artist",
            Self::DecadeAndGenre => "same decade and genre",
            Self::Loved => "loved most",
            Self::Any => "by chance",
        }
    }
}

/// What may come.
struct Search {
    reader: Reader,
    bans: Bans,
    away: Vec<Arc<Root>>,
    lately: HashSet<AudioKey>,
    /// Titles of the end of the queue, folded: other recordings of them do not come either.
    titles: HashSet<(String, String)>,
    /// An artist, folded, of whom enough came in a row.
    enough_of: Option<String>,
    dice: fastrand::Rng,
}

impl Library {
    /// A song to go on with after `after`, the last of the queue; `queued`: its end, the last song last. The same seed
    /// gives the same. `None`: there is nothing.
    pub fn goes_on_with(
        &self,
        after: &Song,
        queued: &[Queued],
        seed: u64,
    ) -> Result<Option<Placed>, LibraryError> {
        let mut search = self.search_to_go_on(queued, seed)?;
        search.enough_of = has_enough_of(after, queued).then(|| fold(&after.tags.artist()));
        for rule in [Rule::Artist, Rule::DecadeAndGenre, Rule::Loved, Rule::Any] {
            let found = match rule {
                Rule::Artist => search.of_artist(after)?,
                Rule::DecadeAndGenre => search.of_decade_and_genre(after)?,
                Rule::Loved => search.one_of(self.loved()?)?,
                Rule::Any => search.any()?,
            };
            if let Some(song) = found {
                let told = format!("after {}: {}", after.wanted().label(), rule.words());
                return Ok(Some(Placed {
                    song: Arc::new(song),
                    origin: Some(Arc::new(Origin::GoesOn(told))),
                    left_out: 0,
                }));
            }
        }
        Ok(None)
    }

    fn search_to_go_on(&self, queued: &[Queued], seed: u64) -> Result<Search, LibraryError> {
        let reader = self.reader()?;
        let person = self.person_reader()?;
        let songs = usize::try_from(reader.song_count()?).unwrap_or(usize::MAX);
        let most = LATELY.min(songs / 2);
        let queued = &queued[queued.len().saturating_sub(most.max(1))..];
        let mut lately: HashSet<AudioKey> =
            queued.iter().filter_map(|(song, _)| song.key).collect();
        for key in person.heard_last(most)? {
            if lately.len() >= most {
                break;
            }
            lately.insert(key);
        }
        Ok(Search {
            bans: person.bans()?,
            away: away(&reader)?,
            reader,
            lately,
            enough_of: None,
            titles: queued.iter().map(|(song, _)| names_of(song)).collect(),
            dice: fastrand::Rng::with_seed(seed),
        })
    }

    /// Stars first, then how often it was heard and not stepped over.
    fn loved(&self) -> Result<Vec<AudioKey>, LibraryError> {
        let person = self.person_reader()?;
        let columns = person.columns(&[Kept::Rating, Kept::Plays, Kept::Skips])?;
        let [stars, plays, skips] = &columns[..] else {
            return Ok(Vec::new());
        };
        let heard = |key| plays.get(key).unwrap_or(0) - skips.get(key).unwrap_or(0);
        let keys: HashSet<AudioKey> = stars
            .iter()
            .chain(plays.iter())
            .map(|(key, _)| key)
            .collect();
        let mut loved: Vec<_> = keys
            .into_iter()
            .map(|key| (stars.get(key).unwrap_or(LUKEWARM), heard(key), key))
            .filter(|(stars, heard, _)| *stars >= LUKEWARM && (*stars > LUKEWARM || *heard > 0))
            .collect();
        loved.sort_by(|one, other| other.cmp(one));
        Ok(loved.into_iter().map(|(_, _, key)| key).collect())
    }
}

/// Stars of a song that nobody gave any, in halves: what has fewer is not loved.
const LUKEWARM: i64 = 5;

/// Whether so many songs of its artist have come by themselves in a row.
fn has_enough_of(after: &Song, queued: &[Queued]) -> bool {
    let artist = fold(&after.tags.artist());
    let came = queued.iter().rev().take_while(|(song, origin)| {
        matches!(origin.as_deref(), Some(Origin::GoesOn(_))) && fold(&song.tags.artist()) == artist
    });
    came.count() >= MOST_OF_ARTIST
}

fn names_of(song: &Song) -> (String, String) {
    (fold(&song.tags.artist()), fold(&song.title()))
}

/// `197` of 1973-05-01.
fn decade(song: &Song) -> Option<&str> {
    let decade = song.tags.date.get(..3)?;
    let is_year = decade.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then_some(decade)
}

impl Search {
    fn may_come(&self, song: &Song) -> bool {
        let is_lately = song.key.is_some_and(|key| self.lately.contains(&key));
        let artist = || fold(&song.tags.artist());
        !is_lately
            && self
                .enough_of
                .as_ref()
                .is_none_or(|enough| *enough != artist())
            && !self.titles.contains(&names_of(song))
            && !is_long(song, USUAL_LONG_MS)
            && !self.bans.forbid(song)
            && !self.away.contains(&song.place.root)
    }

    fn of_artist(&mut self, after: &Song) -> Result<Option<Song>, LibraryError> {
        for artist in &after.tags.artists {
            let mut songs = self.reader.artist(artist)?;
            songs.retain(|song| self.may_come(song));
            if !songs.is_empty() {
                let at = self.dice.usize(..songs.len());
                return Ok(Some(songs.swap_remove(at)));
            }
        }
        Ok(None)
    }

    fn of_decade_and_genre(&mut self, after: &Song) -> Result<Option<Song>, LibraryError> {
        let genres: HashSet<String> = after.tags.genres.iter().map(|genre| fold(genre)).collect();
        let Some(decade) = decade(after).filter(|_| !genres.is_empty()) else {
            return Ok(None);
        };
        let sql = format!("SELECT song.id, genres FROM {HERE_SONGS} WHERE substr(date, 1, 3) = ?1");
        let fits = |told: String| {
            let mut told = told.split(super::row::LIST_MARK);
            told.any(|genre| genres.contains(&fold(genre)))
        };
        let ids = self.reader.ask(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([decade])?;
            let mut ids = Vec::new();
            while let Some(row) = rows.next()? {
                if fits(row.get(1)?) {
                    ids.push(SongId(row.get(0)?));
                }
            }
            Ok(ids)
        })?;
        self.one_of_ids(ids)
    }

    fn one_of_ids(&mut self, mut ids: Vec<SongId>) -> Result<Option<Song>, LibraryError> {
        for _ in 0..MOST_TRIES {
            if ids.is_empty() {
                break;
            }
            let id = ids.swap_remove(self.dice.usize(..ids.len()));
            let song = self.reader.songs("WHERE song.id = ?1", [id.0])?.pop();
            if let Some(song) = song.filter(|song| self.may_come(song)) {
                return Ok(Some(song));
            }
        }
        Ok(None)
    }

    /// By chance among the first of them that may come.
    fn one_of(&mut self, keys: Vec<AudioKey>) -> Result<Option<Song>, LibraryError> {
        let mut songs = Vec::new();
        for key in keys.into_iter().take(MOST_TRIES) {
            let of_key = "WHERE audio_key = ?1 ORDER BY song.id";
            let found = self.reader.songs(of_key, [key.as_bytes()])?.into_iter();
            songs.extend(found.filter(|song| self.may_come(song)).take(1));
            if songs.len() == MOST_LOVED {
                break;
            }
        }
        let at = self.dice.usize(..songs.len().max(1));
        Ok((!songs.is_empty()).then(|| songs.swap_remove(at)))
    }

    fn any(&mut self) -> Result<Option<Song>, LibraryError> {
        let sql = format!("SELECT song.id FROM {HERE_SONGS} ORDER BY song.id");
        let ids = self.reader.ask(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let ids = statement.query_map([], |row| row.get(0).map(SongId))?;
            ids.collect()
        })?;
        self.one_of_ids(ids)
    }
}

#[cfg(test)]
mod tests;
