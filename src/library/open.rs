//! The index and the person's file together, opened when asked for. It holds no connection and no rule of its own.

use super::mounts::Disk;
use super::owned::OwnedFile;
use super::person::{
    LeftOffLookup, MeasuredLookup, Person, RootNews, RootState, StoredPlaylist, Uncounted,
    place_of, state_of,
};
use super::resolve::{Explained, Lookup, Said, explain, learn, resolve_all, would_stand};
use super::scan::{Progress, ScanOptions, ScanReport, read_file, scan};
use super::watch::{self, Roots, WatchNews, WatchOptions, Watching, watch};
use super::worker::{ReadIn, TagReader};
use super::{Index, LibraryError, Reader};
use crate::music::{AudioKey, Root, Song, Uri, Verdict, Wanted};
use crossbeam_channel::Receiver;
use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The index's file in the cache folder.
const INDEX_FILE: &str = "library.db";

/// Both databases of one person.
#[derive(Clone, Debug)]
pub struct Library {
    data: PathBuf,
    index: Index,
    read_in: ReadIn,
    uncounted: Option<Uncounted>,
}

/// The roots that a scan is for.
pub struct ToScan {
    /// All roots, in order: a file belongs to the innermost.
    pub roots: Vec<Arc<Root>>,
    /// Those that are scanned, by name, and parts of them; empty: all.
    pub only: Vec<Uri>,
    /// The folder that was taken because none was named and none was known.
    pub guessed: Option<PathBuf>,
}

impl Library {
    /// The library whose files lie in these folders; nothing is opened or made before it is asked for.
    pub fn new(data: &Path, cache: &Path, read_in: ReadIn) -> Self {
        Self {
            data: data.to_owned(),
            index: Index::at(cache.join(INDEX_FILE)),
            read_in,
            uncounted: None,
        }
    }

    /// The same, whose answers also tell what waits to be counted.
    pub fn with_uncounted(self, uncounted: Uncounted) -> Self {
        let uncounted = Some(uncounted);
        Self { uncounted, ..self }
    }

    /// Reads files that no index holds; the worker, if there is one, ends with it.
    pub(super) fn tag_reader(&self) -> TagReader {
        TagReader::new(&self.read_in)
    }

    /// The index, for `scan` and `watch`.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What the person made, for changing it.
    pub fn person(&self) -> Result<Person, LibraryError> {
        Ok(Person::open(&self.data)?)
    }

    /// What the person made, for changing it, or with `dry_run` for telling what would be changed.
    pub fn person_or_rehearsal(&self, dry_run: bool) -> Result<Person, LibraryError> {
        if dry_run {
            return Ok(Person::rehearse(&self.data)?);
        }
        self.person()
    }

    /// Where what the person made lies.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// What the person made, for reading; no file is made.
    pub fn person_reader(&self) -> Result<Person, LibraryError> {
        Ok(Person::look_with(&self.data, self.uncounted.as_ref())?)
    }

    /// What was measured, one song at a time.
    pub fn measured_lookup(&self) -> MeasuredLookup {
        MeasuredLookup::new(&self.data)
    }

    /// Where long files were left, one at a time.
    pub fn left_off_lookup(&self) -> LeftOffLookup {
        let state = self.uncounted.as_ref().and_then(Uncounted::folder);
        LeftOffLookup::new(&self.data, state)
    }

    /// The playlist of this name, or of the one name that is spelt nearly so.
    pub fn stored_playlist(&self, name: &str) -> Result<StoredPlaylist, LibraryError> {
        let person = self.person_reader()?;
        Ok(person
            .playlist(name)?
            .ok_or_else(|| person.no_such_playlist(name))?)
    }

    /// The index, for reading; no file is made.
    pub fn reader(&self) -> Result<Reader, LibraryError> {
        let reader = self.index.reader(&self.person_reader()?.roots()?)?;
        Ok(reader.with_data(&self.data, self.uncounted.clone()))
    }

    /// The same, which sees nothing of roots that are away.
    pub fn reader_of_what_is_here(&self) -> Result<Reader, LibraryError> {
        let reader = self.reader()?;
        let away = away(&reader)?;
        Ok(reader.without(&away))
    }

    /// Every root that is known, be it none.
    pub fn roots_to_watch(&self) -> Result<ToScan, LibraryError> {
        Ok(ToScan {
            roots: self.person_reader()?.roots()?,
            only: Vec::new(),
            guessed: None,
        })
    }

    /// The roots to scan: those named, which are remembered, or parts of roots; else those known; else `music`, which is remembered too.
    /// With `dry_run` nothing is remembered.
    pub fn roots_to_scan(
        &self,
        named: &[PathBuf],
        music: Option<&Path>,
        dry_run: bool,
    ) -> Result<ToScan, LibraryError> {
        let known = self.person_reader()?.roots()?;
        let guess = music
            .filter(|_| named.is_empty() && known.is_empty())
            .map(Path::to_owned);
        let folders: &[PathBuf] = guess.as_ref().map_or(named, std::slice::from_ref);
        if folders.is_empty() {
            return if known.is_empty() {
                Err(LibraryError::NoRoots)
            } else {
                Ok(ToScan {
                    roots: known,
                    only: Vec::new(),
                    guessed: None,
                })
            };
        }
        let mut roots = known;
        let mut only = Vec::new();
        for folder in folders {
            if let Some(part) = part_of_root(folder, &roots) {
                only.push(part);
                continue;
            }
            let root = self.root_of(folder, &roots, dry_run)?;
            only.push(Uri::new(root.name.as_bytes()));
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        Ok(ToScan {
            roots,
            only,
            guessed: guess,
        })
    }

    fn root_of(
        &self,
        folder: &Path,
        roots: &[Arc<Root>],
        dry_run: bool,
    ) -> Result<Arc<Root>, LibraryError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let spellings = [Some(absolute), std::fs::canonicalize(folder).ok()];
        if let Some(root) = roots
            .iter()
            .find(|root| spellings.iter().flatten().any(|folder| *folder == root.dir))
        {
            return Ok(root.clone());
        }
        if !dry_run {
            return Ok(self.person()?.add_root(folder)?.0);
        }
        let dir = std::fs::canonicalize(folder).map_err(|source| LibraryError::File {
            path: folder.to_owned(),
            source,
        })?;
        let name = dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Arc::new(Root { name, dir }))
    }

    /// Brings the index up to date with these roots; see [`scan`]. `how` tells neither the roots nor the worker.
    pub fn scan(
        &self,
        roots: &ToScan,
        how: ScanOptions,
        progress: &(dyn Fn(Progress) + Sync),
        stop: &AtomicBool,
    ) -> Result<ScanReport, LibraryError> {
        let options = ScanOptions {
            only: roots.only.clone(),
            read_in: self.read_in.clone(),
            ..how
        };
        let report = scan(&self.index, &roots.roots, &options, progress, stop)?;
        if !options.dry_run {
            self.keep_added_if_possible();
            self.adopt_what_waits_if_possible();
        }
        Ok(report)
    }

    /// What cannot be kept now waits for the next scan, and what is damaged is told by whoever needs it.
    fn keep_added_if_possible(&self) {
        let _ = self.keep_added();
    }

    /// What cannot be given to the songs that have come waits on.
    fn adopt_what_waits_if_possible(&self) {
        let _ = self.adopt_what_waits();
    }

    /// Scans these roots and then keeps the index current until `stop`, and that of roots that come meanwhile; see [`watch`].
    pub fn watch(
        &self,
        roots: &ToScan,
        poll: Option<Duration>,
        on: &mut (dyn FnMut(WatchNews) + Send),
        stop: &AtomicBool,
    ) -> Result<(), LibraryError> {
        self.watch_until(roots, poll, on, stop, None)
    }

    /// As [`watch`](Self::watch), where the other end of `ends` is dropped once `stop` is set.
    pub fn watch_until(
        &self,
        roots: &ToScan,
        poll: Option<Duration>,
        on: &mut (dyn FnMut(WatchNews) + Send),
        stop: &AtomicBool,
        ends: Option<Receiver<()>>,
    ) -> Result<(), LibraryError> {
        let options = WatchOptions {
            poll,
            ends,
            read_in: self.read_in.clone(),
            ..WatchOptions::default()
        };
        let mut on = |news: WatchNews| {
            if matches!(news, WatchNews::Scanned(_)) {
                self.keep_added_if_possible();
                self.adopt_what_waits_if_possible();
            }
            on(news);
        };
        let mut news = RootNews::after(&self.data, &roots.roots);
        let roots = Roots {
            first: &roots.roots,
            news: &mut || news.ask(),
        };
        watch(&self.index, roots, &options, &mut on, stop)
    }

    /// The watch that keeps the index current now, and what it does with each root; `None`: none runs.
    pub fn watching(&self) -> Option<Watching> {
        watch::state(&self.index)
    }

    /// The roots, and whether each is here: an empty folder that should hold songs is away.
    pub fn roots_here_or_away(&self) -> Result<Vec<(Arc<Root>, bool)>, LibraryError> {
        let reader = self.reader()?;
        reader
            .roots()
            .iter()
            .map(|root| Ok((root.clone(), is_here(root, &reader)?)))
            .collect()
    }

    /// Every song whose folder is here, by album; and how many songs are away.
    pub fn all_here_by_album(&self) -> Result<(Vec<Song>, usize), LibraryError> {
        let reader = self.reader()?;
        let (mut songs, away) = (reader.all_by_album()?, away(&reader)?);
        let all = songs.len();
        songs.retain(|song| !away.contains(&song.place.root));
        let here = songs.len();
        Ok((songs, all - here))
    }

    /// Takes out what is never chosen by itself; how many songs that were.
    pub fn leave_banned_out(&self, songs: &mut Vec<Arc<Song>>) -> Result<usize, LibraryError> {
        let bans = self.person_reader()?.bans()?;
        let before = songs.len();
        songs.retain(|song| !bans.forbid(song));
        Ok(before - songs.len())
    }

    /// The address of a folder given as a path or as an address; without one, of what holds the roots.
    pub fn folder_uri(&self, folder: Option<&Path>) -> Result<Uri, LibraryError> {
        let Some(folder) = folder else {
            return Ok(Uri::new(""));
        };
        let roots = self.person_reader()?.roots()?;
        let on_disk = std::fs::canonicalize(folder).ok();
        Ok(match on_disk.filter(|path| path.is_dir()) {
            Some(path) => match roots.iter().find(|root| root.dir == path) {
                Some(root) => Uri::new(root.name.as_bytes()),
                None => place_of(&roots, &path)
                    .map_or(Uri::new(path.as_os_str().as_bytes()), |place| place.uri()),
            },
            None => Uri::new(folder.as_os_str().as_bytes()),
        })
    }

    /// What a file holds, from the index where it is in there as it is now, else from the file itself.
    pub fn owned_file(&self, file: &Path) -> Result<OwnedFile, LibraryError> {
        if let Some(owned) = self.reader()?.file_by_path(file)? {
            return Ok(owned);
        }
        let roots = self.person_reader()?.roots()?;
        unindexed(&roots, file, &mut self.tag_reader())
    }

    /// The song of an address, be it that of a part of a file; indexed, or on the disk.
    pub fn song_of_uri(&self, uri: &Uri) -> Result<Option<Song>, LibraryError> {
        self.song_seen_by(&self.reader()?, uri)
    }

    /// The same, of what a reader sees.
    pub fn song_seen_by(&self, reader: &Reader, uri: &Uri) -> Result<Option<Song>, LibraryError> {
        if let Some(song) = reader.song_by_uri(uri)? {
            return Ok(Some(song));
        }
        let part_of = uri.split_part();
        let file = part_of.as_ref().and_then(|(file, _)| reader.file_of(file));
        let (Some(file), Some((_, part))) = (file.filter(|file| file.is_file()), part_of) else {
            return Ok(None);
        };
        let parts = self
            .owned_file(&file)
            .map_or(Vec::new(), |owned| owned.parts);
        Ok(parts.into_iter().find(|song| song.part == part))
    }

    /// What the library has for each row, in order.
    pub fn resolve(&self, rows: &[Wanted]) -> Result<Vec<Verdict>, LibraryError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        Ok(resolve_all(&self.looking()?, rows, &self.said()?))
    }

    /// What the library has for a row, with what speaks for and against each song that comes near.
    pub fn explain(&self, row: &Wanted) -> Result<Explained, LibraryError> {
        Ok(explain(&self.looking()?, row, &self.said()?))
    }

    /// The same for each row, in order.
    pub fn explain_all(&self, rows: &[Wanted]) -> Result<Vec<Explained>, LibraryError> {
        let (looking, said) = (self.looking()?, self.said()?);
        let explained = rows.iter().map(|row| explain(&looking, row, &said));
        Ok(explained.collect())
    }

    /// The audio of every song here that may play for the row, or be taken in its place.
    pub fn would_stand(&self, row: &Wanted) -> Result<Vec<AudioKey>, LibraryError> {
        Ok(would_stand(&self.looking()?, row, &self.said()?))
    }

    /// What the person and imports have said about rows and artists.
    pub(super) fn said(&self) -> Result<Said, LibraryError> {
        let person = self.person_reader()?;
        Ok(Said {
            decisions: person.decisions()?,
            aliases: person.aliases()?,
        })
    }

    pub(super) fn looking(&self) -> Result<Looking, LibraryError> {
        let reader = self.reader()?;
        let away = away(&reader)?;
        let tag_reader = RefCell::new(self.tag_reader());
        Ok(Looking {
            reader,
            away,
            tag_reader,
        })
    }

    /// As [`resolve`](Self::resolve), with each row taught what its song tells, so that it is found after a move.
    pub fn resolve_and_learn(
        &self,
        rows: Vec<Wanted>,
    ) -> Result<Vec<(Wanted, Verdict)>, LibraryError> {
        let verdicts = self.resolve(&rows)?;
        let taught = rows
            .into_iter()
            .zip(verdicts)
            .map(|(row, verdict)| (learn(&row, &verdict).unwrap_or(row), verdict));
        Ok(taught.collect())
    }
}

/// The address of a folder below a root, which is scanned as part of it.
fn part_of_root(folder: &Path, roots: &[Arc<Root>]) -> Option<Uri> {
    let folder = std::fs::canonicalize(folder).ok()?;
    if roots.iter().any(|root| root.dir == folder) {
        return None;
    }
    let place = place_of(roots, &folder).ok()?;
    (!place.root.name.is_empty()).then(|| place.uri())
}

fn is_here(root: &Root, reader: &Reader) -> Result<bool, LibraryError> {
    Ok(match state_of(root) {
        RootState::Here => {
            let disks = reader.disk_of(&root.name)?.zip(Disk::of(&root.dir));
            !disks.is_some_and(|(before, now)| before.is_another(&now))
                || !reader.has_songs_in_root(&root.name)?
                || reader.sees_files_of(root)?
        }
        RootState::Away => false,
        RootState::Empty => !reader.has_songs_in_root(&root.name)?,
    })
}

/// The roots that are away.
pub(super) fn away(reader: &Reader) -> Result<Vec<Arc<Root>>, LibraryError> {
    let mut away = Vec::new();
    for root in reader.roots() {
        if !is_here(root, reader)? {
            away.push(root.clone());
        }
    }
    Ok(away)
}

fn unindexed(
    roots: &[Arc<Root>],
    file: &Path,
    reader: &mut TagReader,
) -> Result<OwnedFile, LibraryError> {
    let mut owned = read_file(file, reader)?;
    // A file that was put below a root after the last scan has its lasting address already.
    if let Ok(place) = place_of(roots, &owned.whole.place.file()) {
        for song in owned.parts.iter_mut().chain([&mut owned.whole]) {
            song.place = place.clone();
        }
    }
    Ok(owned)
}

/// The index as `resolve` asks it. A question that the database cannot answer finds nothing: the row keeps its names.
pub(super) struct Looking {
    reader: Reader,
    away: Vec<Arc<Root>>,
    tag_reader: RefCell<TagReader>,
}

impl Looking {
    fn root_of<'a>(roots: &'a [Arc<Root>], uri: &Uri) -> Option<&'a Arc<Root>> {
        match uri.absolute() {
            Some(path) => roots
                .iter()
                .filter(|root| path.starts_with(&root.dir))
                .max_by_key(|root| root.dir.as_os_str().len()),
            None => uri
                .in_root()
                .and_then(|(name, _)| roots.iter().find(|root| root.name == name)),
        }
    }

    fn shared(songs: Result<Vec<Song>, LibraryError>) -> Vec<Arc<Song>> {
        songs
            .unwrap_or_default()
            .into_iter()
            .map(Arc::new)
            .collect()
    }
}

impl Lookup for Looking {
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>> {
        let file = self.reader.file_by_uri(uri).ok().flatten();
        Self::shared(Ok(file.map_or(Vec::new(), OwnedFile::all)))
    }

    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>> {
        Self::shared(self.reader.songs_by_key(key))
    }

    fn by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Vec<Arc<Song>> {
        Self::shared(self.reader.songs_by_match_keys(keys, length_ms, most))
    }

    fn root_is_away(&self, uri: &Uri) -> bool {
        Self::root_of(self.reader.roots(), uri).is_some_and(|root| self.away.contains(root))
    }

    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>> {
        let file = self.reader.file_of(uri).filter(|file| file.is_file());
        let owned = file.and_then(|file| {
            let mut tag_reader = self.tag_reader.borrow_mut();
            unindexed(self.reader.roots(), &file, &mut tag_reader).ok()
        });
        Self::shared(Ok(owned.map_or(Vec::new(), OwnedFile::all)))
    }
}
