//! The library as albums, artists and folders, in the order in which people look through them. It searches nothing.
//!
//! What one album is: songs of one album name by one album artist. Where files name no album artist, the songs of one
//! folder belong together, as do those of one artist in several folders, such as the discs of a set.

use super::LibraryError;
use super::index::Reader;
use super::lookup::root_and_folder;
use super::query::quoted;
use super::row::{ALL_HERE, HERE_SONGS, LIST_MARK};
use super::scan::children;
use crate::music::{Song, Uri, fold, phrase};
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;

/// More songs of one artist are not looked for.
const MOST_OF_ONE_ARTIST: usize = 100_000;

/// What lies in a folder.
#[derive(Clone, PartialEq, Debug)]
pub enum FolderEntry {
    /// A folder in which, at some depth, songs lie.
    Folder(Uri),
    /// A song.
    Song(Box<Song>),
}

impl Reader {
    /// The songs of each album of this name, by disc and track; albums of several artists come one after the other.
    pub fn album(&self, name: &str) -> Result<Vec<Song>, LibraryError> {
        if name.trim().is_empty() {
            return Ok(Vec::new());
        }
        let songs = self.songs("WHERE album_folded = ?1", [fold(name)])?;
        Ok(by_album(songs).into_iter().flatten().collect())
    }

    /// The songs of the album that a song is of, by disc and track.
    pub fn album_of(&self, song: &Song) -> Result<Vec<Song>, LibraryError> {
        let is_it = |other: &Song| other.place == song.place && other.part == song.part;
        let songs = self.songs("WHERE album_folded = ?1", [fold(&song.tags.album)])?;
        let mut albums = by_album(songs).into_iter();
        Ok(albums
            .find(|album| album.iter().any(is_it))
            .unwrap_or_default())
    }

    /// Songs by this artist, and of albums that are theirs: albums by date, then disc and track.
    pub fn artist(&self, name: &str) -> Result<Vec<Song>, LibraryError> {
        let folded = fold(name);
        let is_one = |names: &[String]| names.iter().any(|name| fold(name) == folded);
        let phrase = format!("{{artist}} : {}", quoted(&phrase(name)));
        // The full text finds them in any list; a name of signs alone is not in it.
        let mut songs = if folded.chars().any(char::is_alphanumeric) {
            let mut songs = Vec::new();
            for id in self.ids(&phrase, MOST_OF_ONE_ARTIST)? {
                songs.extend(self.songs("WHERE song.id = ?1", [id])?);
            }
            songs
        } else {
            self.songs("WHERE artists_folded = ?1", [&folded])?
        };
        songs.retain(|song| {
            let tags = &song.tags;
            is_one(&tags.artists) || is_one(&tags.album_artists) || fold(&tags.artist()) == folded
        });
        Ok(by_album(songs).into_iter().flatten().collect())
    }

    /// How many albums there are; it holds their names and none of their songs. Songs that name no album are in none.
    pub fn album_count(&self) -> Result<usize, LibraryError> {
        Ok(self.albums_with_artist()? + self.albums_without_artist()?)
    }

    fn albums_with_artist(&self) -> Result<usize, LibraryError> {
        let sql = format!(
            "SELECT album_folded, album_artists FROM {ALL_HERE} AND album_folded <> '' AND album_artists <> ''"
        );
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut albums = Albums::default();
            let mut before = (String::new(), String::new());
            while let Some(row) = rows.next()? {
                let (name, artists) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
                // Songs of one album lie beside each other.
                if before.0 != name || before.1 != artists {
                    before = (name.to_owned(), artists.to_owned());
                    let artist = fold(&artists.replace(LIST_MARK, ", "));
                    albums.number(name, vec![Owner::AlbumArtist(artist)]);
                }
            }
            Ok(albums.count)
        })
    }

    fn albums_without_artist(&self) -> Result<usize, LibraryError> {
        let sql = format!(
            "SELECT album_folded, artists, root_id, path FROM {HERE_SONGS} WHERE album_folded <> '' AND album_artists = ''"
        );
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut albums = Albums::default();
            while let Some(row) = rows.next()? {
                let (name, artists) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
                if let Some(root) = self.by_id.get(&row.get(2)?) {
                    let folder = folder_of(&root.name, row.get_ref(3)?.as_blob()?);
                    let artist = fold(&artists.replace(LIST_MARK, ", "));
                    albums.number(name, vec![folder, Owner::Artist(artist)]);
                }
            }
            Ok(albums.count)
        })
    }

    /// Every song, by album artist, date, album, disc and track.
    pub fn all_by_album(&self) -> Result<Vec<Song>, LibraryError> {
        let mut groups = by_album(self.songs("", [])?);
        groups.sort_by_cached_key(|songs| order(songs));
        Ok(groups.into_iter().flatten().collect())
    }

    /// What lies in a folder, `ROOT` or `ROOT/folder`, folders first; the empty URI holds the roots.
    pub fn folder(&self, uri: &Uri) -> Result<Vec<FolderEntry>, LibraryError> {
        let (name, below) = root_and_folder(uri);
        // A path that lies in no root has no name of a root in front either.
        if uri.as_bytes().is_empty() {
            let roots = self
                .roots()
                .iter()
                .map(|root| Uri::new(root.name.as_bytes()));
            return Ok(roots.map(FolderEntry::Folder).collect());
        }
        let Some(root) = std::str::from_utf8(name)
            .ok()
            .and_then(|name| self.root_id(name))
        else {
            return Ok(Vec::new());
        };
        let mut names = self.names_in(root, below)?;
        names.sort_by_key(|(_, is_folder)| !is_folder);
        let mut entries = Vec::new();
        for (path, is_folder) in names {
            if is_folder {
                let uri = [name, b"/", &path].concat();
                entries.push(FolderEntry::Folder(Uri::new(uri)));
            } else {
                let rest = "WHERE root_id = ?1 AND path = ?2 ORDER BY part";
                let songs = self.songs(rest, params![root, path])?;
                entries.extend(
                    songs
                        .into_iter()
                        .map(|song| FolderEntry::Song(Box::new(song))),
                );
            }
        }
        Ok(entries)
    }

    /// Every song below a folder, or the one song of a file, by path; of no address those of every root.
    pub fn songs_below(&self, uri: &Uri) -> Result<Vec<Song>, LibraryError> {
        self.songs_below_as(uri, &|song| song)
    }

    pub(super) fn songs_below_as<T>(
        &self,
        uri: &Uri,
        make: &impl Fn(Song) -> T,
    ) -> Result<Vec<T>, LibraryError> {
        if uri.as_bytes().is_empty() {
            let mut all = Vec::new();
            for root in self.roots() {
                all.extend(self.songs_below_as(&Uri::new(root.name.as_bytes()), make)?);
            }
            return Ok(all);
        }
        let (name, below) = root_and_folder(uri);
        let Some(root) = std::str::from_utf8(name)
            .ok()
            .and_then(|name| self.root_id(name))
        else {
            return Ok(Vec::new());
        };
        let (from, until) = children(below);
        let mut songs = self.songs_as(
            "WHERE root_id = ?1 AND path = ?2 ORDER BY part",
            params![root, below],
            make,
        )?;
        let rest = format!(
            "WHERE root_id = ?1 AND path >= ?2 AND {} ORDER BY path, part",
            before(&until)
        );
        songs.extend(self.songs_as(&rest, params![root, from, until], make)?);
        Ok(songs)
    }

    /// The paths directly in a folder, and whether each is a folder. From one to the next in a single step each, however
    /// many songs lie below.
    fn names_in(&self, root: i64, folder: &[u8]) -> Result<Vec<(Vec<u8>, bool)>, LibraryError> {
        let (mut from, until) = children(folder);
        let skip = from.len();
        self.ask(|connection| {
            let mut next = connection.prepare_cached(&format!(
                "SELECT path FROM file WHERE root_id = ?1 AND path >= ?2 AND {}
                 AND state = 0 AND skip_reason IS NULL ORDER BY path LIMIT 1",
                before(&until)
            ))?;
            let mut names = Vec::new();
            while let Some(path) = next
                .query_row(params![root, from, until], |row| row.get::<_, Vec<u8>>(0))
                .optional()?
            {
                let slash = path[skip..].iter().position(|byte| *byte == b'/');
                let name = slash.map_or(path.clone(), |at| path[..skip + at].to_vec());
                // '0' follows '/': the first path that is not in that folder; nothing lies between a name and it with a 0.
                from = [&name[..], if slash.is_some() { b"0" } else { b"\0" }].concat();
                names.push((name, slash.is_some()));
            }
            Ok(names)
        })
    }
}

/// The condition that a path comes before `?3`, where that is given. A choice in SQL would hide the end from the index: it
/// would go on to the end of the root.
pub(super) fn before(until: &Option<Vec<u8>>) -> &'static str {
    match until {
        Some(_) => "path < ?3",
        None => "?3 IS NULL",
    }
}

/// Songs as albums, each in the order of disc, track and path; albums in the order of their dates and names.
fn by_album(songs: Vec<Song>) -> Vec<Vec<Song>> {
    let mut groups: Vec<Vec<Song>> = Vec::new();
    let mut albums = Albums::default();
    for song in songs {
        let at = albums.of(&song);
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(song);
    }
    for songs in &mut groups {
        songs.sort_by(|a, b| place_on_album(a).cmp(&place_on_album(b)));
    }
    groups.sort_by_cached_key(|songs| {
        let (artist, _, name) = order(songs);
        (date(songs).to_owned(), name, artist)
    });
    groups
}

/// Which album a song is on, as songs come.
#[derive(Default)]
struct Albums {
    known: HashMap<(String, Owner), usize>,
    count: usize,
}

impl Albums {
    /// The number of its album: the next one, where it is the first of a new one.
    fn of(&mut self, song: &Song) -> usize {
        self.number(&fold(&song.tags.album), owners(song))
    }

    /// The same of an album's folded name and of what may hold it together.
    fn number(&mut self, name: &str, owners: Vec<Owner>) -> usize {
        let with = |owner: &Owner| (name.to_owned(), owner.clone());
        let found = owners
            .iter()
            .find_map(|owner| self.known.get(&with(owner)).copied());
        let at = found.unwrap_or_else(|| {
            let at = self.count;
            self.count += 1;
            self.known
                .extend(owners.iter().map(|owner| (with(owner), at)));
            at
        });
        if let Some(folder) = owners.first() {
            self.known.entry(with(folder)).or_insert(at);
        }
        at
    }
}

/// What holds the songs of one album name together.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Owner {
    AlbumArtist(String),
    Folder(String, Vec<u8>),
    Artist(String),
}

fn owners(song: &Song) -> Vec<Owner> {
    let tags = &song.tags;
    if !tags.album_artists.is_empty() {
        return vec![Owner::AlbumArtist(fold(&tags.album_artist()))];
    }
    let folder = folder_of(&song.place.root.name, song.place.path.as_bytes());
    vec![folder, Owner::Artist(fold(&tags.artist()))]
}

fn folder_of(root: &str, path: &[u8]) -> Owner {
    let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    Owner::Folder(root.to_owned(), path[..end].to_vec())
}

fn place_on_album(song: &Song) -> (u32, u32, &[u8], u32) {
    let tags = &song.tags;
    (
        tags.disc.unwrap_or(1),
        tags.track.unwrap_or(u32::MAX),
        song.place.path.as_bytes(),
        song.part,
    )
}

fn date(songs: &[Song]) -> &str {
    let dates = songs.iter().map(|song| song.tags.date.as_str());
    dates
        .filter(|date| !date.is_empty())
        .min()
        .unwrap_or_default()
}

/// Where an album stands among others: whose it is, where its songs agree; when it came out; its name.
fn order(songs: &[Song]) -> (String, Option<u32>, String) {
    let first = songs.first().map(|song| &song.tags);
    let artist = first.map(|tags| tags.album_artist()).unwrap_or_default();
    let agree = songs.iter().all(|song| song.tags.album_artist() == artist);
    let year = date(songs).get(..4).and_then(|year| year.parse().ok());
    let name = first.map(|tags| fold(&tags.album)).unwrap_or_default();
    (
        if agree { fold(&artist) } else { String::new() },
        year,
        name,
    )
}
