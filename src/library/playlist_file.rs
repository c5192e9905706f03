//! A playlist file with all that it leads to: its rows with their places, and those of playlists inside it. It opens
//! playlist files and asks audio files for their rate; it never opens anything that is not a regular file here.

use super::{Library, LibraryError, Reader};
use crate::music::{Printable, Root, Uri, Wanted};
use crate::wanted::{
    Encoding, MAX_BYTES, MAX_NOTES, MAX_ROWS, Playlist, PlaylistFormat, Row, read_playlist,
};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So deep playlists are followed into playlists.
const MAX_DEPTH: usize = 8;
/// So many files one playlist leads to, a file counted each time.
const MAX_FILES: usize = 200;
/// So much of them is read in all, in bytes.
const MAX_BYTES_IN_ALL: usize = 4 * MAX_BYTES;
/// So many notes are kept of all files together.
const MAX_NOTES_IN_ALL: usize = 10 * MAX_NOTES;
/// What a disc image is called today where its cue sheet still says how the ripper once wrote it.
const IMAGES: [&str; 10] = [
    "flac", "wav", "ape", "wv", "m4a", "mp3", "ogg", "opus", "tta", "aiff",
];

/// A playlist file, read and followed.
#[derive(Clone, Debug)]
pub struct PlaylistFile {
    /// The name that it gives itself.
    pub name: Option<String>,
    /// What it was recognised as.
    pub format: PlaylistFormat,
    /// How its bytes were read.
    pub encoding: Encoding,
    /// Its rows in order; a playlist inside it stands for its rows.
    pub rows: Vec<FileRow>,
    /// How many lines gave no row though they were meant to.
    pub refused: usize,
    /// What was odd, as sentences that name file and line.
    pub notes: Vec<String>,
}

/// A row of a playlist file.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// What it wants.
    pub wanted: Wanted,
    /// The playlist file it stands in.
    pub file: Arc<Path>,
    /// Its line there, from 1.
    pub line: usize,
}

impl Library {
    /// Reads a playlist file, and the playlists that it names.
    pub fn playlist_file(&self, file: &Path) -> Result<PlaylistFile, LibraryError> {
        let bytes = read(file, MAX_BYTES).map_err(|source| LibraryError::File {
            path: file.to_owned(),
            source,
        })?;
        let folder = file.parent().unwrap_or(Path::new("/"));
        self.playlist_of_bytes(&bytes, file, folder)
    }

    /// The same of bytes that go by the name of `file`, with relative paths from `folder`.
    pub(super) fn playlist_of_bytes(
        &self,
        bytes: &[u8],
        file: &Path,
        folder: &Path,
    ) -> Result<PlaylistFile, LibraryError> {
        let playlist = read_playlist(bytes).map_err(|reason| LibraryError::NotAPlaylist {
            path: file.to_owned(),
            reason,
        })?;
        let reader = self.reader()?;
        let mut follow = Follow {
            library: self,
            roots: reader.roots().to_vec(),
            reader,
            found: PlaylistFile {
                name: playlist.name.clone(),
                format: playlist.format,
                encoding: playlist.encoding,
                rows: Vec::new(),
                refused: 0,
                notes: Vec::new(),
            },
            open: std::fs::canonicalize(file).into_iter().collect(),
            files_left: MAX_FILES,
            bytes_left: MAX_BYTES_IN_ALL,
            last_rate: None,
        };
        follow.take(playlist, &Arc::from(file), folder);
        Ok(follow.found)
    }
}

/// At most `limit` bytes and one more, so that a file that is too big is refused and not cut.
fn read(file: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file)?;
    opened.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A walk from playlist to playlist.
struct Follow<'a> {
    library: &'a Library,
    reader: Reader,
    roots: Vec<Arc<Root>>,
    found: PlaylistFile,
    /// The files that are being read, each named by the one before, by their canonical paths.
    open: Vec<PathBuf>,
    files_left: usize,
    bytes_left: usize,
    /// The image that was last asked for its rate: the tracks of a cue sheet come one after the other.
    last_rate: Option<(PathBuf, Option<u32>)>,
}

impl Follow<'_> {
    fn take(&mut self, playlist: Playlist, file: &Arc<Path>, folder: &Path) {
        let name = Printable::path(file);
        for note in &playlist.notes {
            self.note(format!("{name}, {note}."));
        }
        if playlist.refused > playlist.notes.len() {
            self.note(format!("{} lines of {name} gave no row.", playlist.refused));
        }
        self.found.refused += playlist.refused;
        let mut rows = playlist.rows.into_iter();
        while let Some(row) = rows.next() {
            if self.found.rows.len() >= MAX_ROWS {
                self.found.refused += 1 + rows.len();
                let line = row.line;
                return self.note(format!(
                    "{name}, line {line}: only the first {MAX_ROWS} rows in all are read."
                ));
            }
            let line = row.line;
            if row.is_playlist {
                match self.follow(row, folder) {
                    Ok(said) => self.note(format!("{name}, line {line}: {said}.")),
                    Err(said) => {
                        self.found.refused += 1;
                        self.note(format!("{name}, line {line}: {said}."));
                    }
                }
            } else {
                let wanted = self.placed(row, file, folder);
                let file = file.clone();
                self.found.rows.push(FileRow { wanted, file, line });
            }
        }
    }

    /// Takes the rows of a playlist inside a playlist; says what happened.
    fn follow(&mut self, row: Row, folder: &Path) -> Result<String, String> {
        let written = row.paths.first().map_or(&[][..], Vec::as_slice);
        let name = Printable::bytes(written);
        let files = row.candidates(&self.folders(folder));
        let Some(file) = files.into_iter().find(|file| file.is_file()) else {
            return Err(format!("the playlist {name} is not here"));
        };
        let real = std::fs::canonicalize(&file).map_err(|error| format!("{name}: {error}"))?;
        if self.open.contains(&real) {
            return Err(format!("the playlist {name} leads back to itself"));
        }
        if self.open.len() > MAX_DEPTH {
            return Err(format!(
                "the playlist {name} is left out: more than {MAX_DEPTH} lie inside each other"
            ));
        }
        if self.files_left == 0 || self.bytes_left == 0 {
            return Err(format!(
                "the playlist {name} is left out: more than {MAX_FILES} files or {MAX_BYTES_IN_ALL} bytes are led to"
            ));
        }
        let bytes = read(&file, MAX_BYTES).map_err(|error| format!("{name}: {error}"))?;
        self.files_left -= 1;
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len());
        let playlist =
            read_playlist(&bytes).map_err(|reason| format!("{name} is no playlist: {reason}"))?;
        let before = self.found.rows.len();
        let below = file.parent().unwrap_or(Path::new("/")).to_owned();
        self.open.push(real);
        self.take(playlist, &Arc::from(file), &below);
        self.open.pop();
        let rows = self.found.rows.len() - before;
        Ok(format!(
            "the playlist {name} is followed; rows from there: {rows}"
        ))
    }

    /// The folder of the playlist, then the roots: some players write paths from the top of the music folder.
    fn folders<'f>(&'f self, folder: &'f Path) -> Vec<&'f Path> {
        std::iter::once(folder)
            .chain(self.roots.iter().map(|root| root.dir.as_path()))
            .collect()
    }

    /// The row with its place: the file that is on the disk, or in the index; or the address that it is.
    fn placed(&mut self, row: Row, list: &Path, folder: &Path) -> Wanted {
        let reader = &self.reader;
        let is_file = |file: &Path| {
            file.is_file() || reader.song_by_file(file).is_ok_and(|song| song.is_some())
        };
        let is_known = |path: &Path| {
            let part_of = || Uri::new(path.as_os_str().as_encoded_bytes()).split_part();
            let file_of_part = || part_of().and_then(|(file, _)| file.absolute());
            is_file(path) || file_of_part().is_some_and(|file| is_file(&file))
        };
        let as_address = row
            .paths
            .first()
            .map(|path| Uri::new(path.clone()))
            .filter(|uri| uri.in_root().is_some());
        let span = row.span;
        let mut is_there = false;
        let mut wanted = row.wanted_at(&self.folders(folder), &mut |file| {
            is_there |= is_known(file);
            is_known(file)
        });
        if let Some(uri) = as_address
            .filter(|uri| !is_there && reader.song_by_uri(uri).is_ok_and(|song| song.is_some()))
        {
            wanted.place = Some(uri);
            is_there = true;
        }
        let Some(span) = span else {
            return wanted;
        };
        let mut file = wanted.place.as_ref().and_then(|uri| reader.file_of(uri));
        if !is_there && let Some(image) = image_of(file.as_deref(), list) {
            wanted.place = Some(Uri::new(image.as_os_str().as_encoded_bytes()));
            file = Some(image);
        }
        match file.and_then(|file| self.rate_of(file)) {
            Some(rate) => wanted.span = Some(span.at_rate(rate)),
            // Without a span the place would mean the whole disc: the names are all that this row can keep.
            None => wanted.place = None,
        }
        wanted
    }

    fn rate_of(&mut self, file: PathBuf) -> Option<u32> {
        if let Some((last, rate)) = &self.last_rate
            && *last == file
        {
            return *rate;
        }
        let owned = self.library.owned_file(&file).ok();
        let rate = owned
            .and_then(|owned| owned.whole.format.rate)
            .filter(|rate| *rate > 0);
        self.last_rate = Some((file, rate));
        rate
    }

    fn note(&mut self, note: String) {
        if self.found.notes.len() < MAX_NOTES_IN_ALL {
            self.found.notes.push(note);
        }
    }
}

/// The disc image that a cue sheet means: the file it names with another end, else the one that is named like itself.
fn image_of(named: Option<&Path>, sheet: &Path) -> Option<PathBuf> {
    [named, Some(sheet)]
        .into_iter()
        .flatten()
        .flat_map(|file| IMAGES.map(|end| file.with_extension(end)))
        .find(|file| file.is_file())
}
