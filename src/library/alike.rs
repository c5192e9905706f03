//! Files and songs that may be one recording: the same audio key, or the same title. It looks at no file and decides
//! nothing.

use super::files::FileId;
use super::index::Reader;
use super::owned::OwnedFile;
use super::row::{HERE_SONGS, LIST_MARK};
use super::{LibraryError, files::file_id};
use rusqlite::{Connection, Row};

/// A song among those of the same title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namesake {
    /// The file that it lies in.
    pub file: FileId,
    /// 0: it is the whole file; from 1: which of the songs in it.
    pub part: u32,
    /// Who performs it: folded and sorted, however they were written together.
    pub artists: Vec<String>,
    /// The album, folded; empty where none is told.
    pub album: String,
    /// Disc and track, where a track is told.
    pub number: Option<(u32, u32)>,
    /// Playing time in ms.
    pub length_ms: u64,
}

impl Reader {
    /// The files that are here and share the key of their whole audio with another, key by key.
    pub fn files_that_share_a_key(&self) -> Result<Vec<Vec<FileId>>, LibraryError> {
        let sql = format!(
            "SELECT audio_key, file_id FROM {HERE_SONGS} WHERE part = 0 AND audio_key IS NOT NULL
             UNION ALL SELECT whole_key, id FROM file WHERE state = 0 AND whole_key IS NOT NULL ORDER BY 1, 2"
        );
        let mut groups = Vec::new();
        self.ask(|connection| {
            let group = |row: &Row| Ok(row.get_ref(0)?.as_blob()?.to_vec());
            let read = |row: &Row| file_id(row, 1);
            each_group(connection, &sql, &group, &read, &mut |files| {
                groups.push(files)
            })
        })?;
        Ok(groups)
    }

    /// Shows the songs of each title that several have, as far as they tell who performs them and how long they are.
    pub fn each_title_of_several(
        &self,
        see: &mut dyn FnMut(Vec<Namesake>),
    ) -> Result<(), LibraryError> {
        let sql = format!(
            "SELECT title_folded, file_id, part, artists_folded, album_folded, disc, track, length_ms FROM {HERE_SONGS}
             WHERE title_folded IN (SELECT title_folded FROM song WHERE title_folded <> '' GROUP BY 1 HAVING count(*) > 1)
             AND artists_folded <> '' AND length_ms IS NOT NULL ORDER BY 1, 2, 3"
        );
        self.ask(|connection| {
            let group = |row: &Row| Ok(row.get_ref(0)?.as_bytes()?.to_vec());
            each_group(connection, &sql, &group, &namesake, see)
        })
    }

    /// What a file of the index holds; `None`: it has left it.
    pub fn file_by_id(&self, file: FileId) -> Result<Option<OwnedFile>, LibraryError> {
        self.owned(self.songs_of_file(file)?)
    }
}

fn namesake(row: &Row) -> rusqlite::Result<Namesake> {
    let artists = row.get_ref(3)?.as_str()?.split([LIST_MARK, ',']);
    let mut artists: Vec<String> = artists.map(|one| one.trim().to_owned()).collect();
    artists.sort_unstable();
    let track: Option<u32> = row.get(6)?;
    let disc: Option<u32> = row.get(5)?;
    Ok(Namesake {
        file: file_id(row, 1)?,
        part: row.get(2)?,
        artists,
        album: row.get(4)?,
        number: track.map(|track| (disc.unwrap_or(1), track)),
        length_ms: row.get(7)?,
    })
}

/// Shows the rows of a statement group by group, those of which `group` tells the same one after the other; a group of
/// one is left out.
fn each_group<T>(
    connection: &Connection,
    sql: &str,
    group: &dyn Fn(&Row) -> rusqlite::Result<Vec<u8>>,
    read: &dyn Fn(&Row) -> rusqlite::Result<T>,
    see: &mut dyn FnMut(Vec<T>),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let (mut before, mut one) = (Vec::new(), Vec::new());
    let mut close = |one: &mut Vec<T>| match one.len() {
        0 | 1 => one.clear(),
        _ => see(std::mem::take(one)),
    };
    while let Some(row) = rows.next()? {
        let now = group(row)?;
        if now != before {
            before = now;
            close(&mut one);
        }
        one.push(read(row)?);
    }
    close(&mut one);
    Ok(())
}
