//! What the library amounts to, and what is not in it and why.

use super::LibraryError;
use super::index::Reader;
use super::row::{HERE_SONGS, LIST_MARK};
use super::scan::Skip;
use crate::music::{Codec, Format, Playing};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Counts over what is here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Songs.
    pub songs: u64,
    /// Performers, each counted once however it is spelled.
    pub artists: u64,
    /// Albums.
    pub albums: u64,
    /// Playing time in ms.
    pub length_ms: u64,
    /// Bytes of the files that have songs.
    pub size_bytes: u64,
    /// Files that are here and have no song.
    pub skipped: u64,
    /// Files that were here and are not any more.
    pub gone: u64,
    /// Songs by codec, the most frequent first.
    pub by_codec: Vec<(Codec, u64)>,
    /// Songs that play where ffmpeg is.
    pub with_ffmpeg: u64,
    /// Songs that no decoder plays.
    pub not_playable: u64,
}

impl Reader {
    /// Counts everything.
    pub fn stats(&self) -> Result<Stats, LibraryError> {
        let mut stats = self.sums()?;
        stats.albums = self.album_count()? as u64;
        stats.artists = self.artist_count()?;
        stats.by_codec = self.by_codec()?;
        let by_playing = self.by_playing()?;
        let songs = |such| {
            let of = by_playing.iter().filter(|(_, playing, _)| *playing == such);
            of.map(|(_, _, songs)| songs).sum()
        };
        stats.with_ffmpeg = songs(Playing::WithFfmpeg);
        stats.not_playable = songs(Playing::NotPlayable);
        Ok(stats)
    }

    fn sums(&self) -> Result<Stats, LibraryError> {
        let songs = format!("SELECT count(*), coalesce(sum(length_ms), 0) FROM {HERE_SONGS}");
        let files = "SELECT coalesce(sum(CASE WHEN state = 0 AND skip_reason IS NULL THEN size END), 0),
             count(CASE WHEN state = 0 AND skip_reason IS NOT NULL THEN 1 END) + (SELECT count(*) FROM passed), count(CASE WHEN state <> 0 THEN 1 END) FROM file";
        self.ask(|connection| {
            let (songs, length_ms) =
                connection.query_row(&songs, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            connection.query_row(files, [], |row| {
                Ok(Stats {
                    songs,
                    length_ms,
                    size_bytes: row.get(0)?,
                    skipped: row.get(1)?,
                    gone: row.get(2)?,
                    ..Stats::default()
                })
            })
        })
    }

    fn artist_count(&self) -> Result<u64, LibraryError> {
        self.ask(|connection| {
            let sql = format!("SELECT DISTINCT artists_folded FROM {HERE_SONGS}");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            let mut names = HashSet::new();
            while let Some(row) = rows.next()? {
                let lists = row.get_ref(0)?.as_str()?;
                names.extend(
                    lists
                        .split(LIST_MARK)
                        .filter(|name| !name.is_empty())
                        .map(str::to_owned),
                );
            }
            Ok(names.len() as u64)
        })
    }

    fn by_codec(&self) -> Result<Vec<(Codec, u64)>, LibraryError> {
        self.ask(|connection| {
            let sql = format!(
                "SELECT codec, count(*) FROM {HERE_SONGS} GROUP BY codec ORDER BY 2 DESC, 1"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let counts = statement.query_map([], |row| {
                Ok((Codec::from_name(row.get_ref(0)?.as_str()?), row.get(1)?))
            })?;
            counts.collect()
        })
    }

    /// Songs by codec and by whether they play; some may be told in several parts.
    pub fn by_playing(&self) -> Result<Vec<(Codec, Playing, u64)>, LibraryError> {
        self.ask(|connection| {
            let sql = format!(
                "SELECT codec, channels, only_ffmpeg, count(*) FROM {HERE_SONGS} GROUP BY 1, 2, 3"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let counts = statement.query_map([], |row| {
                let format = Format {
                    codec: Codec::from_name(row.get_ref(0)?.as_str()?),
                    channels: row.get(1)?,
                    only_ffmpeg: row.get(2)?,
                    ..Format::default()
                };
                Ok((format.codec, format.playing(), row.get(3)?))
            })?;
            counts.collect()
        })
    }

    /// What is here and has no song, links and folders that were passed over too, with the reasons, by path.
    pub fn skipped(&self) -> Result<Vec<Skip>, LibraryError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT root_id, path, skip_reason FROM file WHERE skip_reason IS NOT NULL AND state = 0
                 UNION ALL SELECT root_id, path, reason FROM passed ORDER BY 1, 2",
            )?;
            let mut rows = statement.query([])?;
            let mut skips = Vec::new();
            while let Some(row) = rows.next()? {
                if let Some(root) = self.by_id.get(&row.get(0)?) {
                    let path = Path::new(OsStr::from_bytes(row.get_ref(1)?.as_blob()?));
                    let (path, reason) = (root.dir.join(path), row.get(2)?);
                    skips.push(Skip { path, reason });
                }
            }
            Ok(skips)
        })
    }
}
