//! Names of files and folders serve where tags are missing: `Artist/2004 - Album/03 Title.mp3`. Pure, but for one question
//! about the files beside it. It fills only what a file lacks, says so in [`Tags::from_path`], and never guesses
//! between two readings: a name that may mean either stays whole.

mod folders;
mod name;
mod number;
mod words;

pub use folders::is_disc_folder;

use super::tags::{Found, charset_of_names};
use crate::music::{Field, RelPath, Tags, fold, stem};
use folders::{AlbumFolder, Folders};
use name::{Known, Told};
use std::borrow::Cow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Folders above the file that are read.
const MOST_FOLDERS: usize = 4;
/// Longer names are not read; no file system has them.
const LONGEST_NAME_BYTES: usize = 1_024;
/// Files beside one that are looked at for their numbers.
const MOST_NEIGHBOURS: usize = 1_000;
/// The album artist of albums of several artists, as MusicBrainz and its taggers have it.
const VARIOUS_ARTISTS: &str = "Various Artists";

/// Where people's files begin, and how many names below that are a person's or a disk's.
const BEGINNINGS: &[(&[&str], usize)] = &[
    (&["home"], 1),
    (&["Users"], 1),
    (&["Volumes"], 1),
    (&["run", "media"], 2),
    (&["media"], 2),
    (&["mnt"], 1),
];

/// Fills what the file's tags lack from its path below its root.
///
/// `neighbours`: the numbers that names of files in its folder begin with; see [`neighbours`].
pub fn fill(tags: &mut Tags, path: &RelPath, neighbours: &dyn Fn() -> Vec<u32>) {
    let names = names(path.as_bytes());
    fill_from(tags, &names, neighbours);
}

/// As [`fill`], for the absolute path of a file outside every root.
pub fn fill_outside(tags: &mut Tags, path: &RelPath, neighbours: &dyn Fn() -> Vec<u32>) {
    let names = names(path.as_bytes());
    let folders = names.len().saturating_sub(1);
    let skipped = BEGINNINGS
        .iter()
        .find(|(begin, _)| {
            names.len() > begin.len() && begin.iter().zip(&names).all(|(a, b)| a == b)
        })
        .map_or(0, |(begin, below)| begin.len() + below);
    fill_from(
        tags,
        names.get(skipped.min(folders)..).unwrap_or_default(),
        neighbours,
    );
}

/// Fills what a scan found at this path below its root, in the songs that the file holds too: their titles and numbers are
/// none of its name.
pub fn fill_found(found: &mut Found, path: &RelPath, file: &Path, last: &mut LastFolder) {
    fill_beside(&mut found.tags, path, &|| neighbours(file), last);
    for part in &mut found.parts {
        let (title, track) = (part.tags.title.clone(), part.tags.track);
        fill_beside(&mut part.tags, path, &|| Vec::new(), last);
        (part.tags.title, part.tags.track) = (title, track);
        part.tags
            .from_path
            .retain(|field| !matches!(field, Field::Title | Field::Track));
    }
}

/// The folder of the file before: its names are read once for all that lie in it.
#[derive(Default)]
pub struct LastFolder {
    path: String,
    read: Option<Folders>,
}

impl LastFolder {
    /// What a folder's path says; `None`: there are names in it that are not read.
    fn enter(&mut self, path: &str) -> Option<&Folders> {
        if self.read.is_none() || self.path != path {
            path.clone_into(&mut self.path);
            let names = names(path.as_bytes());
            self.read = are_readable(&names).then(|| folders_of(&names));
        }
        self.read.as_ref()
    }
}

/// As [`fill`], for one of several files that come folder by folder.
fn fill_beside(
    tags: &mut Tags,
    path: &RelPath,
    neighbours: &dyn Fn() -> Vec<u32>,
    last: &mut LastFolder,
) {
    let parted = std::str::from_utf8(path.as_bytes()).map(|path| path.rsplit_once('/'));
    // The charset of other names is told by all of them together.
    let Ok(Some((folder, name))) = parted else {
        return fill(tags, path, neighbours);
    };
    let file = names(name.as_bytes());
    if let (Some(folders), [file]) = (last.enter(folder), file.as_slice())
        && are_readable(std::slice::from_ref(file))
    {
        fill_within(tags, folders, file, neighbours);
    }
}

/// Fills anew what the path told of a file that lies at another path now.
pub fn fill_again(tags: &mut Tags, path: &RelPath, file: &Path) {
    take_back(tags);
    fill(tags, path, &|| neighbours(file));
}

/// Leaves what the file itself says.
fn take_back(tags: &mut Tags) {
    for field in std::mem::take(&mut tags.from_path) {
        match field {
            Field::Title => tags.title.clear(),
            Field::Artist => tags.artists.clear(),
            Field::Album => tags.album.clear(),
            Field::AlbumArtist => {
                tags.album_artists.clear();
                tags.compilation = false;
            }
            Field::Track => tags.track = None,
            Field::Disc => tags.disc = None,
            Field::Date => tags.date.clear(),
            // No path tells any other.
            _ => {}
        }
    }
}

/// The numbers that the names of the files in its folder begin with.
pub fn neighbours(file: &Path) -> Vec<u32> {
    let listed = file
        .parent()
        .and_then(|folder| std::fs::read_dir(folder).ok());
    let names = listed.into_iter().flatten().flatten().take(MOST_NEIGHBOURS);
    names
        .filter(|entry| Some(entry.file_name().as_os_str()) != file.file_name())
        .filter_map(|entry| number::leading_number(entry.file_name().as_bytes()))
        .collect()
}

/// Each name of the path as text: UTF-8, or in the charset that those which are not may be in.
fn names(path: &[u8]) -> Vec<String> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let other: Vec<&[u8]> = parts
        .iter()
        .copied()
        .filter(|part| std::str::from_utf8(part).is_err())
        .collect();
    let charset = charset_of_names(&other.join(&b'\n'));
    let text = |part: &[u8]| match std::str::from_utf8(part) {
        Ok(text) => text.to_owned(),
        Err(_) => charset.decode_without_bom_handling(part).0.into_owned(),
    };
    // No tag has a control character either: one of them parts values in the index.
    parts
        .into_iter()
        .map(|part| text(part).replace(char::is_control, " "))
        .collect()
}

fn fill_from(tags: &mut Tags, names: &[String], neighbours: &dyn Fn() -> Vec<u32>) {
    if let Some((file, above)) = names.split_last()
        && are_readable(names)
    {
        fill_within(tags, &folders_of(above), file, neighbours);
    }
}

fn are_readable(names: &[String]) -> bool {
    names.iter().all(|name| name.len() <= LONGEST_NAME_BYTES)
}

fn folders_of(names: &[String]) -> Folders {
    let names: Vec<String> = names.iter().map(|name| blanks(name).into_owned()).collect();
    let nearest = names.get(names.len().saturating_sub(MOST_FOLDERS)..);
    folders::read(nearest.unwrap_or_default())
}

fn fill_within(tags: &mut Tags, folders: &Folders, file: &str, neighbours: &dyn Fn() -> Vec<u32>) {
    let stem = stem(file);
    let told = if is_wanting(tags, stem) {
        told(stem, tags, folders, neighbours)
    } else {
        Told::default()
    };
    Filling {
        tags,
        folders,
        told,
    }
    .fill();
}

/// Whether the file's own name may tell what the tags do not; most files need not be looked at.
fn is_wanting(tags: &Tags, stem: &str) -> bool {
    let may_tell_disc = tags.disc.is_none() && stem.starts_with(|c: char| c.is_ascii_digit());
    tags.title.is_empty()
        || tags.artists.is_empty()
        || tags.album.is_empty()
        || tags.track.is_none()
        || may_tell_disc
}

fn told(stem: &str, tags: &Tags, folders: &Folders, neighbours: &dyn Fn() -> Vec<u32>) -> Told {
    let album = folders.album.as_ref();
    let parts = album.and_then(|album| album.parts.as_ref());
    let mut albums = vec![tags.album.as_str()];
    albums.extend(album.map(|album| album.whole.as_str()));
    albums.extend(parts.map(|(_, name)| name.as_str()));
    albums.retain(|name| !name.is_empty());
    let mut folder_artists: Vec<&str> = folders.above.as_deref().into_iter().collect();
    folder_artists.extend(parts.map(|(by, _)| by.as_str()));
    if folders.above.is_none() && parts.is_none() && !tags.album.is_empty() {
        // The album is stated, so a lone folder of another name may be the artist's.
        folder_artists.extend(album.map(|album| album.whole.as_str()));
    }
    let known = Known {
        title: &tags.title,
        artists: &tags.artists,
        albums: &albums,
        folder_artists: &folder_artists,
        track: tags.track,
        disc: tags.disc.or(folders.disc),
        is_several: folders.is_several,
        has_folder: album.is_some(),
        neighbours,
    };
    name::read(stem, &known)
}

/// Blanks where they were written as underscores.
fn blanks(name: &str) -> Cow<'_, str> {
    if name.contains('_') && !name.contains(' ') {
        Cow::Owned(name.replace('_', " ").trim().to_owned())
    } else {
        Cow::Borrowed(name.trim())
    }
}

/// Whether two spellings name the same: file names cannot have every sign that tags have.
fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    // Most names are, and those of each file are compared: nothing is copied for them.
    if one.is_ascii() && other.is_ascii() {
        return ascii_letters(one).next().is_some() && ascii_letters(one).eq(ascii_letters(other));
    }
    let letters =
        |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let (a, b) = (letters(one), letters(other));
    if a.is_empty() { one == other } else { a == b }
}

fn ascii_letters(text: &str) -> impl Iterator<Item = u8> {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase())
}

/// What a folder is taken for.
struct OfFolder {
    name: String,
    /// Whose album it is, where its own name says so.
    by: Option<String>,
    /// Whether that cannot be said.
    is_unclear: bool,
}

/// Where two folders say no more than that they are two, names must look like names: `tests/data` is no album.
fn is_written_as_name(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|first| !first.is_ascii_lowercase())
}

struct Filling<'a> {
    tags: &'a mut Tags,
    folders: &'a Folders,
    told: Told,
}

impl Filling<'_> {
    fn fill(mut self) {
        // In this order: whether a folder is an album is decided by what the file itself says.
        let album = self.album();
        let is_of_folder = album.is_some() || self.states_album_of_folder();
        self.fill_artist(album.as_ref(), is_of_folder);
        self.fill_several(is_of_folder);
        self.fill_album(album, is_of_folder);
        let title = std::mem::take(&mut self.told.title);
        put(
            &mut self.tags.title,
            title,
            Field::Title,
            &mut self.tags.from_path,
        );
        let disc = self.told.disc.or(self.folders.disc);
        put_number(
            &mut self.tags.track,
            self.told.track,
            Field::Track,
            &mut self.tags.from_path,
        );
        put_number(
            &mut self.tags.disc,
            disc,
            Field::Disc,
            &mut self.tags.from_path,
        );
    }

    fn album(&self) -> Option<OfFolder> {
        let folder = self
            .folders
            .album
            .as_ref()
            .filter(|_| self.tags.album.is_empty())?;
        let above = self.folders.above.as_deref();
        if self.is_by(&folder.whole) && !above.is_some_and(|above| same(above, &folder.whole)) {
            // The artist's own folder.
            return None;
        }
        let by_above = above.is_some_and(|above| self.is_by(above));
        let whole = |is_unclear| OfFolder {
            name: folder.whole.clone(),
            by: None,
            is_unclear,
        };
        let Some((by, name)) = &folder.parts else {
            return self.has_evidence(folder, by_above).then(|| whole(false));
        };
        let inner = |by: Option<&String>| OfFolder {
            name: name.clone(),
            by: by.cloned(),
            is_unclear: false,
        };
        if words::is_several(by) || self.is_by(by) {
            return Some(inner(None));
        }
        if self.has_artist() {
            return by_above.then(|| whole(false));
        }
        // `Artist - Album` below a shelf, or a dash in the name of an artist's album?
        let is_clear = above.is_none_or(|above| same(above, by));
        Some(if is_clear {
            inner(Some(by))
        } else {
            whole(true)
        })
    }

    fn has_artist(&self) -> bool {
        !self.tags.artists.is_empty()
            || !self.tags.album_artists.is_empty()
            || self.told.artist.is_some()
    }

    fn has_evidence(&self, folder: &AlbumFolder, by_above: bool) -> bool {
        let is_numbered =
            self.told.is_numbered || self.tags.track.is_some() || self.folders.disc.is_some();
        if words::is_year(&folder.whole) {
            return is_numbered && self.folders.above.is_some();
        }
        let has_layout = self.folders.depth == 2
            && self.tags.artists.is_empty()
            && self.told.artist.is_none()
            && (self.folders.above.is_some() || self.folders.is_several)
            && is_written_as_name(&folder.whole)
            && self.folders.above.as_deref().is_none_or(is_written_as_name);
        folder.is_evident() || is_numbered || by_above || has_layout
    }

    fn states_album_of_folder(&self) -> bool {
        let Some(folder) = &self.folders.album else {
            return false;
        };
        let name = folder.parts.as_ref().map(|(_, name)| name.as_str());
        !self.tags.album.is_empty()
            && (same(&self.tags.album, &folder.whole)
                || name.is_some_and(|name| same(&self.tags.album, name)))
    }

    fn is_by(&self, name: &str) -> bool {
        let stated = self.tags.artists.iter().chain(&self.tags.album_artists);
        stated
            .chain(&self.told.artist)
            .any(|artist| name::is_same_artist(name, artist))
    }

    fn fill_artist(&mut self, album: Option<&OfFolder>, is_of_folder: bool) {
        if !self.tags.artists.is_empty() {
            return;
        }
        let is_unclear = self.told.is_unclear
            || self.folders.is_several
            || album.is_some_and(|album| album.is_unclear);
        let of_folder = || {
            let by = album.and_then(|album| album.by.as_ref());
            by.or(self.folders.above.as_ref())
                .filter(|_| is_of_folder && !is_unclear)
        };
        if let Some(artist) = self.told.artist.as_ref().or_else(of_folder) {
            self.tags.artists.push(artist.clone());
            self.tags.from_path.push(Field::Artist);
        }
    }

    fn fill_several(&mut self, is_of_folder: bool) {
        let lacks = self.tags.album_artists.is_empty() && !self.tags.compilation;
        if is_of_folder && self.folders.is_several && lacks {
            self.tags.album_artists.push(VARIOUS_ARTISTS.to_owned());
            self.tags.compilation = true;
            self.tags.from_path.push(Field::AlbumArtist);
        }
    }

    fn fill_album(&mut self, album: Option<OfFolder>, is_of_folder: bool) {
        let name = self.told.album.clone().or(album.map(|album| album.name));
        put(
            &mut self.tags.album,
            name.unwrap_or_default(),
            Field::Album,
            &mut self.tags.from_path,
        );
        let date = self.folders.album.as_ref().map(|album| album.date.clone());
        if is_of_folder {
            put(
                &mut self.tags.date,
                date.unwrap_or_default(),
                Field::Date,
                &mut self.tags.from_path,
            );
        }
    }
}

fn put(place: &mut String, text: String, field: Field, from_path: &mut Vec<Field>) {
    if place.is_empty() && !text.is_empty() {
        *place = text;
        from_path.push(field);
    }
}

fn put_number(
    place: &mut Option<u32>,
    number: Option<u32>,
    field: Field,
    from_path: &mut Vec<Field>,
) {
    if place.is_none() && number.is_some() {
        *place = number;
        from_path.push(field);
    }
}

#[cfg(test)]
mod tests;
