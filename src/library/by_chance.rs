//! Songs and albums met by chance, each looked for by itself: what a large library begins with before all of it is read.
//! It puts nothing in order: what comes behind is for who reads all.

use super::open::away;
use super::person::Bans;
use super::{Library, LibraryError, Reader};
use crate::music::{AudioKey, Song, fold};
use std::sync::Arc;

/// Rows that are looked at for one song, and songs for one album, before chance is given up: most of them are gone, away or
/// banned then.
const MOST_TRIES: usize = 64;

/// What has more songs is no album that somebody made: of it one song is taken.
const MOST_OF_ALBUM: usize = 200;

/// What chance draws from: what is here and not banned.
struct Hat {
    reader: Reader,
    bans: Bans,
    last_id: i64,
    dice: fastrand::Rng,
}

impl Library {
    /// At most so many songs that are here and not banned, none twice, each as likely as any other; fewer where chance meets
    /// no more. The same seed gives the same.
    pub fn songs_by_chance(&self, most: usize, seed: u64) -> Result<Vec<Arc<Song>>, LibraryError> {
        let mut hat = self.hat(seed)?;
        let mut songs: Vec<Arc<Song>> = Vec::new();
        for _ in 0..most.saturating_add(MOST_TRIES) {
            let Some(song) = hat.song()? else { break };
            if songs.iter().all(|other| other.id != song.id) {
                songs.push(Arc::new(song));
            }
            if songs.len() == most {
                break;
            }
        }
        Ok(songs)
    }

    /// The songs of an album that are here and not banned, by disc and track: large and small ones are about as likely. Where
    /// songs name no album, one of them. Empty where chance meets none.
    pub fn album_by_chance(&self, seed: u64) -> Result<Vec<Arc<Song>>, LibraryError> {
        let album = self.hat(seed)?.album()?;
        Ok(album.into_iter().map(Arc::new).collect())
    }

    /// For each of these keys a song that is here and not banned, where there is one, in their order.
    pub fn here_by_keys(&self, keys: &[AudioKey]) -> Result<Vec<Arc<Song>>, LibraryError> {
        let hat = self.hat(0)?;
        let mut songs = Vec::new();
        for key in keys {
            let of_key = "WHERE audio_key = ?1 ORDER BY song.id";
            let found = hat.reader.songs(of_key, [key.as_bytes()])?;
            songs.extend(found.into_iter().find(|song| hat.has(song)).map(Arc::new));
        }
        Ok(songs)
    }

    /// How many songs are here, banned or not, and how many are away: counted, and none of them read.
    pub fn here_and_away(&self) -> Result<(usize, usize), LibraryError> {
        let reader = self.reader()?;
        let mut songs_away = 0;
        for root in away(&reader)? {
            songs_away += reader.songs_in_root(&root.name)?;
        }
        let here = reader.song_count()?.saturating_sub(songs_away);
        Ok((here as usize, songs_away as usize))
    }

    fn hat(&self, seed: u64) -> Result<Hat, LibraryError> {
        let reader = self.reader_of_what_is_here()?;
        let sql = "SELECT coalesce(max(id), 0) FROM song";
        let last_id = reader.ask(|connection| connection.query_row(sql, [], |row| row.get(0)))?;
        Ok(Hat {
            reader,
            bans: self.person_reader()?.bans()?,
            last_id,
            dice: fastrand::Rng::with_seed(seed),
        })
    }
}

impl Hat {
    fn has(&self, song: &Song) -> bool {
        !self.bans.forbid(song)
    }

    fn song(&mut self) -> Result<Option<Song>, LibraryError> {
        for _ in 0..MOST_TRIES {
            if self.last_id < 1 {
                break;
            }
            let id = self.dice.i64(1..=self.last_id);
            let song = self.reader.songs("WHERE song.id = ?1", [id])?.pop();
            if let Some(song) = song.filter(|song| self.has(song)) {
                return Ok(Some(song));
            }
        }
        Ok(None)
    }

    fn album(&mut self) -> Result<Vec<Song>, LibraryError> {
        let mut last = None;
        for _ in 0..MOST_TRIES {
            let Some(song) = self.song()? else { break };
            // An album is met by each of its songs: only one of them counts.
            let songs = self.songs_of_name(&song.tags.album)?;
            last = Some((song, songs));
            if self.dice.usize(..songs.max(1)) == 0 {
                break;
            }
        }
        match last {
            Some((song, songs)) if song.tags.album.is_empty() || songs > MOST_OF_ALBUM => {
                Ok(vec![song])
            }
            Some((song, _)) => {
                let mut album = self.reader.album_of(&song)?;
                album.retain(|song| self.has(song));
                Ok(album)
            }
            None => Ok(Vec::new()),
        }
    }

    /// How many songs name this album; no more are counted than an album has.
    fn songs_of_name(&self, album: &str) -> Result<usize, LibraryError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM song WHERE album_folded = ?1 LIMIT ?2)";
        self.reader.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row((fold(album), MOST_OF_ALBUM + 1), |row| row.get(0))
        })
    }
}

#[cfg(test)]
mod tests;
