//! What could be packed: the files of the playlists, and where none are named those of everything else, each once with its
//! value. It opens none of them.
//!
//! Value is counted in ms of music that was meant to be heard: a row of a playlist is a quarter of an hour, as `missing` has
//! it; what sounded elsewhere counts as it did; each time it was played here its length; each half star above two half a row.

use super::choose::{Item, List};
use super::names::Wish;
use super::room::Room;
use crate::care::missing::heard_elsewhere;
use crate::library::person::{Bans, Column, Kept};
use crate::library::{Library, LibraryError, OwnedFile, Stamp, stamp_of};
use crate::music::{AudioKey, Miss, Song, Verdict, Wanted, fold};
use crate::wanted::song_name;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// A row of a playlist.
const ROW_MS: u64 = 900_000;

/// What nobody has ever said anything of.
const LEAST_MS: u64 = 60_000;

/// A song whose length is not known.
const USUAL_MS: u64 = 210_000;

/// Half stars up to here add nothing.
const PLAIN_HALVES: u64 = 4;

/// Bytes of a row in a playlist's file, beside its names.
const ROW_BYTES: u64 = 400;

/// A file that could be packed.
#[derive(Debug)]
pub(super) struct Candidate {
    pub source: PathBuf,
    pub stamp: Stamp,
    /// The key of its audio, else its path.
    pub id: String,
    pub wish: Wish,
    pub item: Item,
    /// What is known of it as a song: for stars.
    pub song: Arc<Song>,
}

/// A row as it will stand on the stick.
#[derive(Debug)]
pub(super) struct PackRow {
    pub wanted: Wanted,
    /// The file, and which part of it.
    pub file: Option<(usize, u32)>,
}

/// A playlist that could be packed.
#[derive(Debug)]
pub(super) struct PackList {
    pub name: String,
    pub rows: Vec<PackRow>,
    pub away: usize,
    pub list: List,
}

#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub files: Vec<Candidate>,
    pub lists: Vec<PackList>,
    /// Files that are known and cannot be read, with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Rows and songs whose folder is away.
    pub away: usize,
    /// Some file could not be read.
    is_dim: bool,
    ids: HashSet<String>,
}

impl Gathered {
    /// Whether a file of this id may be owned though it is not seen now: a folder is away, or something cannot be read.
    pub fn hides(&self, id: &str) -> bool {
        let sees_all = self.away == 0 && !self.is_dim;
        !sees_all && !self.ids.contains(id)
    }
}

/// All that these playlists want; without names that all of them want, and everything else that is here.
pub(super) fn gather(
    library: &Library,
    names: &[String],
    room: Room,
) -> Result<Gathered, LibraryError> {
    let person = library.person_reader()?;
    let mut columns = person.columns(&[Kept::Rating, Kept::Plays])?.into_iter();
    let mut gathering = Gathering {
        heard: heard_elsewhere(&person)?,
        ratings: columns.next().unwrap_or_default(),
        plays: columns.next().unwrap_or_default(),
        bans: person.bans()?,
        room,
        by_id: HashMap::new(),
        valued: HashSet::new(),
        gathered: Gathered::default(),
    };
    let lists = match names {
        [] => {
            let all = person.playlists()?.into_iter();
            let own = all.filter(|list| list.query.is_none());
            own.map(|list| list.name).collect()
        }
        names => names.to_vec(),
    };
    let mut seen = HashSet::new();
    for name in lists.iter().filter(|name| seen.insert(fold(name))) {
        gathering.take_list(library, name)?;
    }
    if names.is_empty() {
        let (songs, away) = library.all_here_by_album()?;
        gathering.gathered.away += away;
        for song in songs {
            gathering.take_song(&Arc::new(song));
        }
    }
    Ok(gathering.gathered)
}

struct Gathering {
    heard: HashMap<String, u64>,
    ratings: Column,
    plays: Column,
    bans: Bans,
    room: Room,
    /// `None`: it cannot be read.
    by_id: HashMap<String, Option<usize>>,
    /// Songs whose own value is counted: of a file with several each.
    valued: HashSet<(String, u32)>,
    gathered: Gathered,
}

impl Gathering {
    fn take_list(&mut self, library: &Library, name: &str) -> Result<(), LibraryError> {
        let choice = library.resolved_playlist(name)?;
        let mut list = PackList {
            name: choice.name().to_owned(),
            rows: Vec::with_capacity(choice.rows.len()),
            away: 0,
            list: List::default(),
        };
        let mut bytes = 0_u64;
        let mut own = HashSet::new();
        for (wanted, verdict) in choice.rows {
            bytes += ROW_BYTES + 2 * (wanted.label().len() + wanted.album.len()) as u64;
            list.away += usize::from(verdict == Verdict::Missing(Miss::RootAway));
            let song = verdict.song();
            let file = song.and_then(|song| {
                let file = self.take_song(song)?;
                let value = &mut self.gathered.files[file].item.value;
                *value = value.saturating_add(ROW_MS);
                Some((file, song.part))
            });
            if let Some((file, _)) = file
                && own.insert(file)
            {
                list.list.items.push(file);
            }
            list.rows.push(PackRow { wanted, file });
        }
        list.list.bytes = self.room.of(bytes);
        self.gathered.away += list.away;
        self.gathered.lists.push(list);
        Ok(())
    }

    /// The file of a song, with the song's own value once.
    fn take_song(&mut self, song: &Arc<Song>) -> Option<usize> {
        let id = id_of(song);
        let file = match self.by_id.get(&id) {
            Some(known) => *known,
            None => {
                let file = self.take_file(song, &id);
                self.by_id.insert(id.clone(), file);
                file
            }
        }?;
        let is_banned = self.bans.forbid(song);
        if self.valued.insert((id, song.part)) {
            let value = self.value(song);
            let item = &mut self.gathered.files[file].item;
            item.value = item.value.saturating_add(value);
            item.alone |= !is_banned;
        }
        Some(file)
    }

    fn take_file(&mut self, song: &Arc<Song>, id: &str) -> Option<usize> {
        let source = song.place.file();
        let stamp = match stamp_of(&source) {
            Ok(stamp) => stamp,
            Err(failure) => {
                let why = failure.to_string();
                self.gathered.unreadable.push((source, why));
                self.gathered.is_dim = true;
                return None;
            }
        };
        self.gathered.ids.insert(id.to_owned());
        self.gathered.files.push(Candidate {
            item: Item {
                value: 0,
                bytes: self.room.of(stamp.size),
                alone: false,
            },
            wish: wish(song),
            id: id.to_owned(),
            song: song.clone(),
            source,
            stamp,
        });
        Some(self.gathered.files.len() - 1)
    }

    fn value(&self, song: &Song) -> u64 {
        let number = |column: &Column, key: AudioKey| {
            let number = column.get(key).unwrap_or(0);
            u64::try_from(number).unwrap_or(0)
        };
        let heard = song_name(&song.wanted()).and_then(|name| self.heard.get(&name).copied());
        let of_key = song.key.map_or(0, |key| {
            let length = song.length_ms.unwrap_or(USUAL_MS);
            let halves = number(&self.ratings, key).saturating_sub(PLAIN_HALVES);
            let played = number(&self.plays, key).saturating_mul(length);
            played.saturating_add(halves.saturating_mul(ROW_MS / 2))
        });
        LEAST_MS
            .saturating_add(heard.unwrap_or(0))
            .saturating_add(of_key)
    }
}

/// What all of the song's file is known by.
fn id_of(song: &Song) -> String {
    use std::os::unix::ffi::OsStrExt;
    match OwnedFile::key_around(song) {
        Some(key) => key.to_string(),
        // The path itself is nobody's business who finds the stick.
        None => {
            let path = song.place.file();
            format!("path-{}", blake3::hash(path.as_os_str().as_bytes()))
        }
    }
}

/// The name of the song's file; one with several songs keeps its own.
fn wish(song: &Song) -> Wish {
    let tags = &song.tags;
    let file = song.place.file_name();
    let (stem, ending) = file.rsplit_once('.').unwrap_or((&file, ""));
    let artist = match tags.compilation && tags.album_artists.is_empty() {
        true => "Various Artists".to_owned(),
        false => tags.album_artist(),
    };
    if song.part > 0 || song.span.is_some() {
        return Wish::of_song(&artist, &tags.album, stem, "", ending);
    }
    let number = match (tags.disc.filter(|disc| *disc > 1), tags.track) {
        (Some(disc), Some(track)) => format!("{disc}-{track:02} "),
        (None, Some(track)) => format!("{track:02} "),
        _ => String::new(),
    };
    Wish::of_song(&artist, &tags.album, &song.title(), &number, ending)
}
