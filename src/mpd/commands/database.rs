//! The library as folders: `lsinfo`, `listall`, `listallinfo`, `listfiles`, `readcomments`, and `update`. What is away is not
//! shown, as in play.

use super::queue;
use crate::library::{
    FileEntry, FolderEntry, Lent, LibraryError, Pages, Reader, SongRow, comments, in_a_folder,
};
use crate::mpd::ack::{Ack, Code};
use crate::mpd::answer::Answer;
use crate::mpd::command::{Call, Command, Needs, aside};
use crate::mpd::song::{self, Told, tell_modified};
use crate::music::{Song, Uri};
use std::cmp::Ordering;
use std::io::ErrorKind;

pub const COMMANDS: &[Command] = &[
    aside("lsinfo", Needs::Read, 0..=1, folder_info),
    aside("listall", Needs::Read, 0..=1, |call| {
        all_below(call, |song, call| song::tell_file(song, call.out))
    }),
    aside("listallinfo", Needs::Read, 0..=1, |call| {
        all_below(call, tell_whole)
    }),
    aside("listfiles", Needs::Read, 0..=1, files),
    aside("readcomments", Needs::Read, 1..=1, read_comments),
    aside("update", Needs::Control, 0..=1, |call| update(call, false)),
    aside("rescan", Needs::Control, 0..=1, |call| update(call, true)),
];

const NO_FOLDER: &str = "No such directory";

/// How much of a song is told.
type TellSong = fn(&dyn Told, &mut Call);

fn tell_whole(song: &dyn Told, call: &mut Call) {
    song::tell(song, call.client, call.out);
}

impl<'a> Call<'a> {
    /// The address that an argument names, or that of all roots; one that leads out of them names nothing.
    fn folder(&self) -> Result<Uri, Ack> {
        let address = self.args.first().map_or(&[][..], Vec::as_slice);
        queue::uri(address).map_err(|_| Ack::no_exist(NO_FOLDER))
    }

    /// Reads what is owned, but for what is away.
    pub(super) fn here(&self) -> Result<Lent<'a>, Ack> {
        Ok(self.house.readers.lend()?)
    }

    /// Tells songs a page at a time: while a client does not read, nothing of the library is kept open.
    pub(super) fn tell_pages(
        &mut self,
        mut pages: Pages,
        mut tell: impl FnMut(&SongRow, &mut Self),
    ) -> Result<(), Ack> {
        let mut has_more = true;
        while has_more {
            self.out.hold();
            let shown = pages.show(&mut |song| {
                tell(song, self);
                self.out.has_room()
            });
            has_more = self.out.release() && shown?;
        }
        Ok(())
    }

    /// The song that an argument names.
    pub(super) fn song(&self, at: usize, refusal: &str) -> Result<Song, Ack> {
        let refused = || Ack::no_exist(refusal);
        let uri = queue::uri(&self.args[at]).map_err(|_| refused())?;
        self.here()?.song_by_uri(&uri)?.ok_or_else(refused)
    }
}

fn folder_info(call: &mut Call) -> Result<(), Ack> {
    let uri = call.folder()?;
    let reader = call.here()?;
    let mut entries = reader.folder(&uri)?;
    let is_empty = entries.is_empty();
    // As in MPD: songs first, as on their albums, and folders by name, which roots are not yet.
    entries.sort_by(|one, other| match (one, other) {
        (FolderEntry::Song(one), FolderEntry::Song(other)) => in_a_folder(one, other),
        (FolderEntry::Song(_), FolderEntry::Folder(_)) => Ordering::Less,
        (FolderEntry::Folder(_), FolderEntry::Song(_)) => Ordering::Greater,
        (FolderEntry::Folder(one), FolderEntry::Folder(other)) => {
            one.as_bytes().cmp(other.as_bytes())
        }
    });
    for entry in entries {
        match entry {
            FolderEntry::Folder(folder) => {
                call.out.uri("directory", folder.as_bytes());
                tell_modified(reader.folder_modified_ms(&folder), call.out);
            }
            FolderEntry::Song(song) => song::tell(&*song, call.client, call.out),
        }
    }
    if uri.as_bytes().is_empty() {
        return match call.client.hides_playlists {
            true => Ok(()),
            false => tell_playlists(call),
        };
    }
    if !is_empty || is_root(&uri, &reader) {
        return Ok(());
    }
    let any = match reader.song_by_uri(&uri)? {
        Some(part) if part.part > 0 => {
            song::tell(&part, call.client, call.out);
            true
        }
        _ => tell_all(&uri, &reader, call, tell_whole)?,
    };
    there(any)
}

pub(super) fn is_root(uri: &Uri, reader: &Reader) -> bool {
    let mut roots = reader.roots().iter();
    roots.any(|root| root.name.as_bytes() == uri.as_bytes())
}

fn there(is_there: bool) -> Result<(), Ack> {
    match is_there {
        true => Ok(()),
        false => Err(Ack::no_exist(NO_FOLDER)),
    }
}

/// Old clients look for them beside the folders.
fn tell_playlists(call: &mut Call) -> Result<(), Ack> {
    for list in call.house.library.person_reader()?.playlists()? {
        call.out.text("playlist", &list.name);
        tell_modified(Some(list.changed_at_ms), call.out);
    }
    Ok(())
}

/// Every song below an address, and each folder before the first song that lies in it.
fn all_below(call: &mut Call, tell: TellSong) -> Result<(), Ack> {
    let uri = call.folder()?;
    let reader = call.here()?;
    if uri.as_bytes().is_empty() {
        // A root in which nothing lies is a folder too.
        for root in reader.roots() {
            let root = Uri::new(root.name.as_bytes());
            if !tell_all(&root, &reader, call, tell)? {
                call.out.uri("directory", root.as_bytes());
            }
        }
        return Ok(());
    }
    let any = tell_all(&uri, &reader, call, tell)?;
    if any || is_root(&uri, &reader) {
        return Ok(());
    }
    match reader.song_by_uri(&uri)? {
        Some(part) => tell(&part, call),
        None => return there(false),
    }
    Ok(())
}

fn tell_all(uri: &Uri, reader: &Reader, call: &mut Call, tell: TellSong) -> Result<bool, Ack> {
    let mut folder = folder_of(uri.as_bytes()).to_vec();
    let mut file = Vec::new();
    let mut any = false;
    call.tell_pages(reader.pages_below(uri), |song, call| {
        any = true;
        file.clear();
        for part in [song.root().name.as_bytes(), b"/", song.path()] {
            file.extend_from_slice(part);
        }
        if folder_of(&file) != folder {
            for end in new_folders(&folder, &file) {
                call.out.uri("directory", &file[..end]);
            }
            folder = folder_of(&file).to_vec();
        }
        tell(song, call);
    })?;
    Ok(any)
}

fn folder_of(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte == b'/');
    &path[..end.unwrap_or(0)]
}

/// Where the names of the folders end in which a file lies and the folder before it does not.
fn new_folders<'f>(before: &'f [u8], file: &'f [u8]) -> impl Iterator<Item = usize> + 'f {
    let slashes = file.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| at).filter(move |end| {
        let is_same = before.get(..*end) == file.get(..*end);
        let is_whole = matches!(before.get(*end), None | Some(b'/'));
        !(is_same && is_whole)
    })
}

fn files(call: &mut Call) -> Result<(), Ack> {
    let uri = call.folder()?;
    let reader = call.here()?;
    let entries = reader
        .files_in(&uri)
        .map_err(|error| not_opened(&uri, &error))?;
    // What cannot be said in a line is not said.
    let is_sayable = |entry: &FileEntry| !entry.name.contains(&b'\n');
    for entry in entries.iter().filter(|entry| is_sayable(entry)) {
        tell_entry(entry, call.out);
    }
    Ok(())
}

fn not_opened(uri: &Uri, error: &LibraryError) -> Ack {
    let why = match error {
        LibraryError::File { source, .. } => match source.kind() {
            ErrorKind::NotFound => "No such file or directory".to_owned(),
            ErrorKind::NotADirectory => "Not a directory".to_owned(),
            kind => kind.to_string(),
        },
        error => error.to_string(),
    };
    Ack::new(Code::System, format!("Failed to open {uri}: {why}"))
}

fn tell_entry(entry: &FileEntry, out: &mut Answer) {
    match entry.size {
        None => out.uri("directory", &entry.name),
        Some(size) => {
            out.uri("file", &entry.name);
            out.pair("size", size);
        }
    }
    tell_modified(entry.modified_ms, out);
}

fn read_comments(call: &mut Call) -> Result<(), Ack> {
    let song = call.song(0, "No such song")?;
    let failed = |_| Ack::no_exist("Failed to load file");
    for (name, value) in comments(&song.place.file())
        .map_err(failed)?
        .unwrap_or_default()
    {
        // As in MPD, what would be another line or another name is left out.
        let is_name = !name.is_empty() && !name.contains([':', '\n']);
        if is_name && !value.chars().any(char::is_control) {
            call.out.text(&name, &value);
        }
    }
    Ok(())
}

/// A folder that is not there any more is looked for from the next one above it that is.
fn update(call: &mut Call, full: bool) -> Result<(), Ack> {
    let address = call.args.first().map_or(&[][..], Vec::as_slice);
    let uri = queue::uri(address).map_err(|_| Ack::arg("Malformed path"))?;
    let Some(librarian) = &call.house.librarian else {
        return Err(Ack::new(Code::System, "Nothing scans here"));
    };
    let folders = match uri.as_bytes() {
        b"" => Vec::new(),
        _ => {
            let folder = call.house.library.reader()?.folder_to_scan(&uri);
            vec![folder.ok_or_else(|| Ack::no_exist(NO_FOLDER))?]
        }
    };
    let job = librarian.update(folders, full);
    let already = || Ack::new(Code::UpdateAlready, "already updating");
    call.out.pair("updating_db", job.ok_or_else(already)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_once_before_what_lies_in_it() {
        for (before, file, told) in [
            ("", "M/a.ogg", &["M"][..]),
            ("M", "M/a.ogg", &[]),
            ("M", "M/a/b/c.ogg", &["M/a", "M/a/b"]),
            ("M/a/b", "M/a/b/d.ogg", &[]),
            ("M/a/b", "M/a/c/d.ogg", &["M/a/c"]),
            ("M/a/b", "M/a.ogg", &[]),
            ("M/a", "M/ab/c.ogg", &["M/ab"]),
            ("M/ab", "M/a/c.ogg", &["M/a"]),
        ] {
            let found: Vec<&str> = new_folders(before.as_bytes(), file.as_bytes())
                .map(|end| &file[..end])
                .collect();
            assert_eq!(found, told, "{file} after {before}");
        }
    }
}
