//! What people mean by words and paths: the one rule of precedence behind `play` and `playlist add`. It never decides
//! what plays; it says what fits, row by row, and what of it is not here.

use super::open::away;
use super::owned::OwnedFile;
use super::person::StoredPlaylist;
use super::playlist_file::PlaylistFile;
use super::scan::{musical_files, read_file};
use super::smart::found;
use super::worker::TagReader;
use super::{Library, LibraryError, Reader};
use crate::music::{Miss, Origin, Printable, Song, Typed, Uri, Verdict, Wanted};
use crate::wanted::{MAX_BYTES, is_playlist_name, is_surely_playlist};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are read from a folder outside the index before music begins; a larger folder wants a scan.
const MAX_UNINDEXED: usize = 20_000;

/// What the words may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Paths, playlists, albums, artists, songs: the first that fits.
    Everything,
    /// Albums only.
    Albums,
}

/// What the words turned out to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// A file.
    File(PathBuf),
    /// A folder, all of it.
    Folder(PathBuf),
    /// Several paths, in the order given.
    Paths(usize),
    /// A playlist file.
    PlaylistFile(PathBuf),
    /// A stored playlist.
    Playlist(String),
    /// An album.
    Album(String),
    /// An artist.
    Artist(String),
    /// Lines of a list.
    Lines,
    /// All that there is.
    Everything,
    /// Whatever fits the words, best first.
    Search,
}

impl Chosen {
    /// Where songs come from that were chosen so, by these words; `None`: nobody could say.
    pub fn origin(&self, words: &str) -> Option<Origin> {
        let path = |path: &Path| Origin::Path(path.to_string_lossy().into_owned());
        Some(match self {
            Self::File(file) | Self::PlaylistFile(file) => path(file),
            Self::Folder(folder) => path(folder),
            Self::Playlist(name) => Origin::Playlist(name.clone()),
            Self::Album(name) => Origin::Album(name.clone()),
            Self::Artist(name) => Origin::Artist(name.clone()),
            Self::Everything => Origin::Everything,
            Self::Search => Origin::Search(words.to_owned()),
            Self::Paths(_) | Self::Lines => return None,
        })
    }
}

/// What was chosen, row by row.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the words named.
    pub chosen: Chosen,
    /// What is wanted, and what the library has for it.
    pub rows: Vec<(Wanted, Verdict)>,
    /// What was odd on the way, as sentences.
    pub notes: Vec<String>,
}

impl Choice {
    fn of_songs(chosen: Chosen, songs: Vec<Song>) -> Self {
        let row = |song: Song| (song.wanted(), found(song));
        Self {
            chosen,
            rows: songs.into_iter().map(row).collect(),
            notes: Vec::new(),
        }
    }

    /// The name that was chosen by; empty where it was no name.
    pub fn name(&self) -> &str {
        match &self.chosen {
            Chosen::Playlist(name) | Chosen::Album(name) | Chosen::Artist(name) => name,
            _ => "",
        }
    }

    /// The songs that are here.
    pub fn songs(&self) -> Vec<Arc<Song>> {
        self.rows
            .iter()
            .filter_map(|(_, verdict)| verdict.song())
            .cloned()
            .collect()
    }

    /// The rows that have no song, with the reason.
    pub fn missing(&self) -> impl Iterator<Item = (&Wanted, Miss)> {
        self.rows
            .iter()
            .filter_map(|(wanted, verdict)| Some((wanted, verdict.miss()?)))
    }

    /// The first row that is this song, and what was found for it.
    pub fn row_of(&self, song: &Song) -> Option<(usize, &Verdict)> {
        let is_it = |found: &Song| match (found.key, song.key) {
            (Some(one), Some(other)) => one == other && found.span == song.span,
            _ => found.uri() == song.uri(),
        };
        let verdicts = self.rows.iter().map(|(_, verdict)| verdict);
        let mut numbered = verdicts.enumerate();
        numbered.find(|(_, verdict)| verdict.song().is_some_and(|found| is_it(found)))
    }

    /// Every row as a playlist keeps it.
    pub fn wanted(&self) -> Vec<Wanted> {
        self.rows.iter().map(|(wanted, _)| wanted.clone()).collect()
    }
}

impl Library {
    /// What `what` names: existing paths; the exact name of a playlist, an album, an artist; else the songs of pairs and
    /// filters, or the best `max_hits` songs that words fit. Empty rows with [`Chosen::Search`]: nothing fits.
    pub fn choose(
        &self,
        what: &[Typed],
        scope: Scope,
        max_hits: usize,
    ) -> Result<Choice, LibraryError> {
        let words = what.join(" ");
        if scope == Scope::Everything {
            if let Some(mut choice) = self.choose_paths(what)? {
                self.miss_what_is_away(&mut choice)?;
                return Ok(choice);
            }
            if let Some(playlist) = self.person_reader()?.playlist(&words)? {
                return self.resolved(playlist);
            }
        }
        let mut choice = self.choose_names(what, scope, max_hits)?;
        self.miss_what_is_away(&mut choice)?;
        Ok(choice)
    }

    /// The songs of a file, a folder or a playlist anywhere on this machine, read as [`choose`](Self::choose) reads
    /// paths; empty where nothing is there.
    pub fn songs_at(&self, path: &Path) -> Result<Vec<Arc<Song>>, LibraryError> {
        let Some(mut choice) = self.choose_path(path, &self.reader()?)? else {
            return Ok(Vec::new());
        };
        self.miss_what_is_away(&mut choice)?;
        Ok(choice.songs())
    }

    /// Songs whose root is away are missing.
    fn miss_what_is_away(&self, choice: &mut Choice) -> Result<(), LibraryError> {
        let away = away(&self.reader()?)?;
        let is_away = |verdict: &Verdict| {
            let song = verdict.song();
            song.is_some_and(|song| away.contains(&song.place.root))
        };
        for (_, verdict) in &mut choice.rows {
            if is_away(verdict) {
                *verdict = Verdict::Missing(Miss::RootAway);
            }
        }
        Ok(())
    }

    /// The stored playlist of this name, row by row.
    pub fn resolved_playlist(&self, name: &str) -> Result<Choice, LibraryError> {
        self.resolved(self.stored_playlist(name)?)
    }

    /// A stored playlist, row by row; what a smart one finds now.
    pub fn resolved(&self, playlist: StoredPlaylist) -> Result<Choice, LibraryError> {
        if let Some(question) = playlist.question()? {
            let mut choice = self.choose_question(&question, Chosen::Playlist(playlist.name))?;
            self.miss_what_is_away(&mut choice)?;
            return Ok(choice);
        }
        let rows = self.resolve_and_learn(playlist.rows)?;
        Ok(Choice {
            chosen: Chosen::Playlist(playlist.name),
            rows,
            notes: Vec::new(),
        })
    }

    fn choose_names(
        &self,
        what: &[Typed],
        scope: Scope,
        max_hits: usize,
    ) -> Result<Choice, LibraryError> {
        let reader = self.reader()?;
        let words = what.join(" ");
        let words = words.as_str();
        let album = reader.album(words)?;
        if let Some(first) = album.first() {
            return Ok(Choice::of_songs(
                Chosen::Album(first.tags.album.clone()),
                album,
            ));
        }
        if scope == Scope::Albums {
            return Ok(Choice::of_songs(Chosen::Search, Vec::new()));
        }
        let artist = reader.artist(words)?;
        if !artist.is_empty() {
            return Ok(Choice::of_songs(Chosen::Artist(words.to_owned()), artist));
        }
        if let Some(choice) = self.choose_filter(&Typed::texts(what))? {
            return Ok(choice);
        }
        let mut near = reader.search_near(words, max_hits)?;
        let mut notes = Vec::new();
        if near.exact > 0 {
            near.songs.truncate(near.exact);
        } else if let Some(instead) = near.instead.first() {
            let (words, instead) = (Printable::new(words), Printable::new(instead));
            let note = format!("Nothing fits “{words}”; “{instead}” is taken for it.");
            notes.push(note);
        }
        Ok(Choice {
            notes,
            ..Choice::of_songs(Chosen::Search, near.songs)
        })
    }

    /// Every word a path, or all of them one path with blanks in it.
    fn choose_paths(&self, what: &[Typed]) -> Result<Option<Choice>, LibraryError> {
        let reader = self.reader()?;
        if let Some(choice) = self.choose_path(&Typed::path(what), &reader)? {
            return Ok(Some(choice));
        }
        let mut all = Choice {
            chosen: Chosen::Paths(what.len()),
            rows: Vec::new(),
            notes: Vec::new(),
        };
        for path in what {
            let path = Typed::path(std::slice::from_ref(path));
            let Some(choice) = self.choose_path(&path, &reader)? else {
                return Ok(None);
            };
            all.rows.extend(choice.rows);
            all.notes.extend(choice.notes);
        }
        Ok(Some(all))
    }

    /// A file, a folder, a playlist file, or an address in the library; `None` where it is none of these.
    fn choose_path(&self, path: &Path, reader: &Reader) -> Result<Option<Choice>, LibraryError> {
        if path.is_dir() {
            let uri = self.folder_uri(Some(path))?;
            let mut songs = reader.songs_below(&uri)?;
            if songs.is_empty() {
                songs = read_folder(path, &mut self.tag_reader());
            }
            return Ok(Some(Choice::of_songs(
                Chosen::Folder(absolute(path)),
                songs,
            )));
        }
        if path.is_file() {
            let file = absolute(path);
            if is_playlist_name(file.as_os_str().as_bytes()) {
                return self.choose_playlist_file(file).map(Some);
            }
            let owned = match self.owned_file(&file) {
                Err(LibraryError::Unreadable(_)) if reads_as_playlist(&file) => {
                    return self.choose_playlist_file(file).map(Some);
                }
                owned => owned?,
            };
            return Ok(Some(Choice::of_songs(Chosen::File(file), owned.songs())));
        }
        let uri = Uri::new(path.as_os_str().as_bytes());
        let songs = match reader.file_by_uri(&uri)? {
            Some(file) => file.songs(),
            None => self.song_of_uri(&uri)?.into_iter().collect(),
        };
        if let Some(first) = songs.first() {
            let file = Chosen::File(first.place.file());
            return Ok(Some(Choice::of_songs(file, songs)));
        }
        let below = if uri.in_root().is_some() {
            reader.songs_below(&uri)?
        } else {
            Vec::new()
        };
        Ok((!below.is_empty()).then(|| Choice::of_songs(Chosen::Folder(path.to_owned()), below)))
    }

    fn choose_playlist_file(&self, file: PathBuf) -> Result<Choice, LibraryError> {
        let playlist = self.playlist_file(&file)?;
        self.choose_rows(playlist, Chosen::PlaylistFile(file))
    }

    /// Lines of paths or addresses, or the text of a playlist: what a pipe brings.
    pub fn choose_lines(&self, bytes: &[u8]) -> Result<Choice, LibraryError> {
        let playlist =
            self.playlist_of_bytes(bytes, Path::new("stdin"), &absolute(Path::new(".")))?;
        self.choose_rows(playlist, Chosen::Lines)
    }

    fn choose_rows(&self, playlist: PlaylistFile, chosen: Chosen) -> Result<Choice, LibraryError> {
        let rows = playlist.rows.into_iter().map(|row| row.wanted).collect();
        Ok(Choice {
            chosen,
            rows: self.resolve_and_learn(rows)?,
            notes: playlist.notes,
        })
    }
}

/// The songs of a folder that is not in the index, by path; what cannot be read is left out.
fn read_folder(folder: &Path, reader: &mut TagReader) -> Vec<Song> {
    musical_files(folder)
        .iter()
        .take(MAX_UNINDEXED)
        .filter_map(|file| read_file(file, reader).ok())
        .flat_map(OwnedFile::songs)
        .collect()
}

/// Whether a file that is no music is a playlist under another name.
fn reads_as_playlist(file: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(file)
        .and_then(|file| file.take(MAX_BYTES as u64).read_to_end(&mut bytes));
    read.is_ok() && is_surely_playlist(&bytes)
}

fn absolute(path: &Path) -> PathBuf {
    std::fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}
