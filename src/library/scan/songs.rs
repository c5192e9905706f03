//! The songs of a file as rows: columns, full text, and the words in it for those that are typed wrongly. Part of the last
//! step; it knows no file and no root. What can be made of a song beforehand is made by the readers: there are several of
//! them, and one writer that all wait for.

use super::store::Store;
use crate::library::query::{texts, tokens};
use crate::library::row::{self, SONG_COLUMNS, joined, joined_fields, joined_folded, joined_names};
use crate::music::{AudioKey, Rating, Song, fold};
use crate::wanted::matcher::keys_of_song;
use rusqlite::params;
use std::collections::HashMap;

/// Columns of the full text.
const TEXTS: usize = 4;
/// Words that are known to be written; beyond these they are begun anew.
const WORDS_IN_MEMORY: usize = 200_000;
/// Letters of a word that is kept for those that are typed wrongly.
const WORD_LETTERS: std::ops::RangeInclusive<usize> = 3..=32;

/// A song, and what is written of it in other words.
pub struct SongRow {
    /// The song.
    pub song: Song,
    artists: String,
    album_artists: String,
    genres: String,
    composers: String,
    more: String,
    from_path: String,
    title_folded: String,
    artists_folded: String,
    album_folded: String,
    texts: [String; TEXTS],
    match_keys: Vec<i32>,
}

impl From<Song> for SongRow {
    fn from(song: Song) -> Self {
        let tags = &song.tags;
        Self {
            artists: joined(&tags.artists),
            album_artists: joined(&tags.album_artists),
            genres: joined(&tags.genres),
            composers: joined(&tags.composers),
            more: joined_fields(&tags.more),
            from_path: joined_names(&tags.from_path),
            title_folded: fold(&song.title()),
            artists_folded: joined_folded(&tags.artists),
            album_folded: fold(&tags.album),
            texts: texts(&song),
            match_keys: keys_of_song(&song),
            song,
        }
    }
}

impl Store<'_> {
    /// The songs of a file in place of those that it had, if it is known; a part that goes on keeps its row.
    pub(super) fn put_songs(
        &self,
        file: i64,
        songs: &[SongRow],
        is_known: bool,
    ) -> rusqlite::Result<()> {
        let mut old = HashMap::new();
        if is_known {
            for (id, part, key) in self.parts_of(file)? {
                self.drop_text(id)?;
                self.drop_row(id)?;
                old.insert(part, (id, key));
            }
        }
        for row in songs {
            let song = &row.song;
            let (id, key) = old.get(&song.part).copied().unzip();
            let id = self.write_song(id, file, row)?;
            self.write_text(id, &row.texts)?;
            self.write_match_keys(id, &row.match_keys)?;
            if key.flatten() != song.key {
                self.note_fresh(song)?;
            }
        }
        Ok(())
    }

    /// Whether these are the songs of a file as they were written.
    pub(super) fn are_written(&self, file: i64, songs: &[SongRow]) -> rusqlite::Result<bool> {
        let written = self.songs_written(file)?;
        Ok(written.iter().eq(songs.iter().map(|row| &row.song)))
    }

    /// The songs of a file as they were written, in order. What else is written of a song follows from it, by a way that
    /// does not change within a version of the schema.
    fn songs_written(&self, file: i64) -> rusqlite::Result<Vec<Song>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {SONG_COLUMNS} FROM song JOIN file ON file.id = file_id WHERE file_id = ?1 ORDER BY part"
        ))?;
        let rows = statement.query_map([file], |row| row::song(row, &self.roots))?;
        let songs = rows.filter_map(Result::transpose);
        songs
            .map(|song| {
                song.map(|song| Song {
                    id: None,
                    modified_ms: None,
                    ..song
                })
            })
            .collect()
    }

    fn note_fresh(&self, song: &Song) -> rusqlite::Result<()> {
        if let Some(key) = song.key
            && self.with_added.contains(&song.place.root.name)
        {
            let sql = "INSERT INTO fresh(audio_key, at_ms) VALUES (?1, ?2)";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.execute(params![key.as_bytes(), self.began_ms])?;
        }
        Ok(())
    }

    fn parts_of(&self, file: i64) -> rusqlite::Result<Vec<(i64, u32, Option<AudioKey>)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, part, audio_key FROM song WHERE file_id = ?1")?;
        let rows = statement.query_map([file], |row| {
            let key = row.get_ref(2)?.as_blob_or_null()?;
            Ok((row.get(0)?, row.get(1)?, key.and_then(AudioKey::from_slice)))
        })?;
        rows.collect()
    }

    /// A plain INSERT: one that might replace opens a savepoint, and at each savepoint the full text goes to disk.
    fn write_song(&self, id: Option<i64>, file: i64, row: &SongRow) -> rusqlite::Result<i64> {
        let song = &row.song;
        let (tags, format, gain) = (&song.tags, &song.format, &song.tags.gain);
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO song VALUES (?1, ?2, ?36, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
             ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?37)",
        )?;
        statement.insert(params![
            id,
            file,
            song.key.as_ref().map(AudioKey::as_bytes),
            song.span.map(|span| span.start_frame),
            song.span.and_then(|span| span.end_frame),
            tags.title,
            row.artists,
            tags.album,
            row.album_artists,
            tags.track,
            tags.disc,
            tags.date,
            row.genres,
            row.composers,
            tags.compilation,
            tags.isrc,
            tags.mb_recording,
            gain.track_db,
            gain.track_peak,
            gain.album_db,
            gain.album_peak,
            format.codec.name(),
            format.rate,
            format.channels,
            format.bits,
            format.kbps,
            song.length_ms,
            row.more,
            tags.rating.map(Rating::halves),
            tags.play_count,
            tags.guessed_charset,
            row.from_path,
            row.title_folded,
            row.artists_folded,
            row.album_folded,
            song.part,
            format.only_ffmpeg,
        ])
    }

    fn write_text(&self, id: i64, texts: &[String; TEXTS]) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO song_text(rowid, title, artist, album, rest) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, texts[0], texts[1], texts[2], texts[3]])?;
        texts.iter().try_for_each(|text| self.write_words(text))
    }

    fn write_match_keys(&self, id: i64, keys: &[i32]) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO song_match VALUES (?1, ?2)")?;
        for key in keys {
            statement.execute(params![id, key])?;
        }
        Ok(())
    }

    fn write_words(&self, text: &str) -> rusqlite::Result<()> {
        let mut written = self.words.borrow_mut();
        for word in tokens(text).filter(|word| is_kept(word)) {
            if written.contains(word) {
                continue;
            }
            if written.len() >= WORDS_IN_MEMORY {
                written.clear();
            }
            written.insert(word.into());
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO word VALUES (?1)")?
                .execute([word])?;
        }
        Ok(())
    }

    pub(super) fn songs_of(&self, file: i64) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM song WHERE file_id = ?1")?;
        let ids = statement.query_map([file], |row| row.get(0))?;
        ids.collect()
    }

    pub(super) fn drop_songs(&self, file: i64) -> rusqlite::Result<()> {
        for song in self.songs_of(file)? {
            self.drop_text(song)?;
            self.drop_row(song)?;
        }
        Ok(())
    }

    fn drop_row(&self, song: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM song WHERE id = ?1")?
            .execute([song])?;
        Ok(())
    }

    pub(super) fn drop_text(&self, song: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM song_text WHERE rowid = ?1")?
            .execute([song])?;
        Ok(())
    }
}

fn is_kept(word: &str) -> bool {
    WORD_LETTERS.contains(&word.chars().count()) && word.chars().any(char::is_alphabetic)
}
