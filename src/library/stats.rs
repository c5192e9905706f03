//! What the library amounts to, and what is not in it and why.

use super::LibraryError;
use super::index::Reader;
use super::row::{ALL_HERE, LIST_MARK};
use super::scan::Skip;
use crate::music::{Codec, Format, Playing};
use std::cmp::Reverse;
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

/// Songs that play alike.
struct Alike {
    codec: String,
    channels: Option<u8>,
    only_ffmpeg: bool,
    songs: u64,
}

impl Reader {
    /// Counts everything.
    pub fn stats(&self) -> Result<Stats, LibraryError> {
        let mut stats = self.sums()?;
        stats.albums = self.album_count()? as u64;
        let by_playing = self.by_playing()?;
        for (codec, playing, songs) in by_playing {
            match stats.by_codec.iter_mut().find(|(known, _)| *known == codec) {
                Some((_, all)) => *all += songs,
                None => stats.by_codec.push((codec, songs)),
            }
            match playing {
                Playing::WithFfmpeg => stats.with_ffmpeg += songs,
                Playing::NotPlayable => stats.not_playable += songs,
                Playing::Plays => {}
            }
        }
        let in_order = |(codec, songs): &(Codec, u64)| (Reverse(*songs), codec.name());
        stats.by_codec.sort_by_key(in_order);
        Ok(stats)
    }

    fn sums(&self) -> Result<Stats, LibraryError> {
        let files = "SELECT coalesce(sum(CASE WHEN state = 0 AND skip_reason IS NULL THEN size END), 0),
             count(CASE WHEN state = 0 AND skip_reason IS NOT NULL THEN 1 END) + (SELECT count(*) FROM passed), count(CASE WHEN state <> 0 THEN 1 END) FROM file";
        self.ask(|connection| {
            let mut stats = connection.query_row(files, [], |row| {
                Ok(Stats {
                    size_bytes: row.get(0)?,
                    skipped: row.get(1)?,
                    gone: row.get(2)?,
                    ..Stats::default()
                })
            })?;
            let sql = format!("SELECT length_ms, artists_folded FROM {ALL_HERE}");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            let mut artists: HashSet<String> = HashSet::new();
            while let Some(row) = rows.next()? {
                stats.songs += 1;
                stats.length_ms += row.get::<_, Option<u64>>(0)?.unwrap_or(0);
                for name in row.get_ref(1)?.as_str()?.split(LIST_MARK) {
                    if !name.is_empty() && !artists.contains(name) {
                        artists.insert(name.to_owned());
                    }
                }
            }
            stats.artists = artists.len() as u64;
            Ok(stats)
        })
    }

    /// Songs by codec and by whether they play; some may be told in several parts.
    pub fn by_playing(&self) -> Result<Vec<(Codec, Playing, u64)>, LibraryError> {
        self.ask(|connection| {
            let sql = format!("SELECT codec, channels, only_ffmpeg FROM {ALL_HERE}");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            let mut counts: Vec<Alike> = Vec::new();
            while let Some(row) = rows.next()? {
                let codec = row.get_ref(0)?.as_str()?;
                let (channels, only_ffmpeg) = (row.get(1)?, row.get(2)?);
                let is_it = |known: &Alike| {
                    known.codec == codec
                        && known.channels == channels
                        && known.only_ffmpeg == only_ffmpeg
                };
                match counts.iter_mut().find(|known| is_it(known)) {
                    Some(known) => known.songs += 1,
                    None => counts.push(Alike {
                        codec: codec.to_owned(),
                        channels,
                        only_ffmpeg,
                        songs: 1,
                    }),
                }
            }
            let told = counts.into_iter().map(|alike| {
                let format = Format {
                    codec: Codec::from_name(&alike.codec),
                    channels: alike.channels,
                    only_ffmpeg: alike.only_ffmpeg,
                    ..Format::default()
                };
                (format.codec, format.playing(), alike.songs)
            });
            Ok(told.collect())
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
