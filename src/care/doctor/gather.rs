//! Sees the facts. It changes nothing, and what cannot be seen is told as a fact or left out.
//!
//! Without `deep` it takes time by the number of songs, never by the size of the music: of files it looks for some, and
//! databases beyond [`QUICK_BYTES`] are opened and not read whole.

use super::facts::{Database, Facts, MusicFacts, RootFacts};
use super::gather_system::{disks, limits, set_aside};
use crate::care::now_ms;
use crate::engine;
use crate::library::person::{self, Agreement, BackupDates, Kept, Person, PersonError};
use crate::library::sqlite::Trouble;
use crate::library::{Library, LibraryError, Reader, silent_type};
use crate::music::Root;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database of so many bytes is read whole in any case.
const QUICK_BYTES: u64 = 16 << 20;
/// Files of a root that are looked for.
const SOME_FILES: u64 = 100;

/// How to look.
pub struct DoctorOptions {
    /// Read all of the databases, look for every file, and put each backup back in memory.
    pub deep: bool,
    /// The folder of what the person made.
    pub data: PathBuf,
    /// Folders that standin writes into besides.
    pub others: Vec<PathBuf>,
}

pub(super) fn gather(library: &Library, options: &DoctorOptions) -> Facts {
    let mut facts = Facts {
        now_ms: now_ms(),
        roots: Vec::new(),
        is_watched: false,
        index: Database::None,
        own: Database::None,
        copy: None,
        has_made_something: false,
        backups: BackupDates::default(),
        damaged_backups: Vec::new(),
        set_aside: set_aside(library, options),
        output: engine::try_output().map_err(|error| error.to_string()),
        ffmpeg_is_here: engine::ffmpeg_is_here(),
        limits: limits(),
        disks: disks(options),
        music: MusicFacts::default(),
    };
    let person = own(library, options, &mut facts);
    let roots = person.as_ref().and_then(|person| person.roots().ok());
    match index(library, &roots.unwrap_or_default(), options.deep) {
        Ok(None) => {}
        Ok(Some(reader)) => {
            facts.index = Database::Opens {
                read: reads_all(library.index().path(), options),
            };
            if let Err(error) = of_index(library, &reader, person.as_ref(), options, &mut facts) {
                facts.index = broken(&error);
            }
        }
        Err(error) => facts.index = broken(&error),
    }
    if facts.roots.is_empty() {
        // Without an index nobody knows what they hold.
        let roots = person.and_then(|person| person.roots().ok());
        facts.roots = roots.iter().flatten().map(|root| unknown(root)).collect();
    }
    watched(library, &mut facts);
    facts
}

fn watched(library: &Library, facts: &mut Facts) {
    let Some(watching) = library.watching() else {
        return;
    };
    facts.is_watched = true;
    for root in &mut facts.roots {
        root.watched = watching.root(&root.name).cloned();
    }
}

fn own(library: &Library, options: &DoctorOptions, facts: &mut Facts) -> Option<Person> {
    let path = options.data.join(person::FILE);
    if !Person::is_there(&options.data) {
        return None;
    }
    let looked = library.person_reader();
    let checked = looked.and_then(|person| Ok((check_own(&person, &path, options)?, person)));
    match checked {
        Ok((read, person)) => {
            facts.own = Database::Opens { read };
            facts.copy = agreement(&person, options.deep);
            facts.backups = person.backup_dates();
            facts.has_made_something = has_made_something(&person);
            if options.deep {
                facts.damaged_backups = person.damaged_backups();
            }
            Some(person)
        }
        Err(error) => {
            facts.own = broken(&error);
            None
        }
    }
}

/// Whether all of it was read; an error where it is damaged.
fn check_own(person: &Person, path: &Path, options: &DoctorOptions) -> Result<bool, PersonError> {
    if !reads_all(path, options) {
        return Ok(false);
    }
    person.check()?;
    Ok(true)
}

fn agreement(person: &Person, deep: bool) -> Option<Agreement> {
    person.agreement(deep).ok()
}

fn has_made_something(person: &Person) -> bool {
    let playlists = person.playlists();
    let kept = person.columns(&[Kept::Rating, Kept::Plays, Kept::Skips]);
    playlists.is_ok_and(|lists| !lists.is_empty())
        || kept.is_ok_and(|kept| kept.iter().any(|column| column.iter().next().is_some()))
}

fn reads_all(path: &Path, options: &DoctorOptions) -> bool {
    let is_small = || std::fs::metadata(path).is_ok_and(|file| file.len() <= QUICK_BYTES);
    options.deep || is_small()
}

fn index(
    library: &Library,
    roots: &[Arc<Root>],
    deep: bool,
) -> Result<Option<Reader>, LibraryError> {
    let path = library.index().path();
    let reader = library.index().reader(roots)?;
    let is_small = std::fs::metadata(path).is_ok_and(|file| file.len() <= QUICK_BYTES);
    if (deep || is_small) && !reader.is_whole(deep) {
        let path = path.to_owned();
        return Err(LibraryError::Damaged { path });
    }
    Ok(reader.is_there().then_some(reader))
}

fn broken(error: &LibraryError) -> Database {
    let told = error.to_string();
    let is_damage = match error {
        LibraryError::Person(error) => error.is_damage(),
        error => error.trouble() == Trouble::Damaged,
    };
    match is_damage {
        true => Database::Damaged(told),
        false => Database::Unusable(told),
    }
}

fn of_index(
    library: &Library,
    reader: &Reader,
    person: Option<&Person>,
    options: &DoctorOptions,
    facts: &mut Facts,
) -> Result<(), LibraryError> {
    if person.is_some() {
        for (root, is_here) in library.roots_here_or_away()? {
            facts
                .roots
                .push(root_facts(reader, &root, is_here, options.deep)?);
        }
    }
    let music = &mut facts.music;
    music.by_playing = reader.by_playing()?;
    let left_out = reader.reasons_of_skips()?;
    music.skipped = left_out.reasons;
    music.ended_reader = left_out.ended.into_iter().map(|skip| skip.path).collect();
    let checks = match person {
        Some(person) => person.all_checks()?,
        None => Default::default(),
    };
    if checks.is_empty() {
        music.files = reader.file_count()?;
        music.unverified = music.files;
        return Ok(());
    }
    reader.each_file_somehow(&mut |file| {
        music.files += 1;
        let known = file.key.and_then(|key| checks.get(&(key, file.stamp)));
        match known {
            None => music.unverified += 1,
            Some(is_damaged) => music.damaged += u64::from(*is_damaged),
        }
    })
}

fn root_facts(
    reader: &Reader,
    root: &Arc<Root>,
    is_here: bool,
    deep: bool,
) -> Result<RootFacts, LibraryError> {
    let most = if deep { u64::MAX } else { SOME_FILES };
    let looked_for = match is_here {
        true => reader.some_files(&root.name, most)?,
        false => Vec::new(),
    };
    let is_gone = |path: &&PathBuf| std::fs::symlink_metadata(path).is_err();
    Ok(RootFacts {
        is_here,
        is_scanned: reader.knows_root(&root.name),
        songs: reader.songs_in_root(&root.name)?,
        folders: reader.folders_in_root(&root.name)?,
        not_there: looked_for.iter().filter(is_gone).count() as u64,
        looked_for: looked_for.len() as u64,
        silent_type: silent_type(&root.dir),
        ..unknown(root)
    })
}

/// A root of which the index tells nothing.
fn unknown(root: &Root) -> RootFacts {
    RootFacts {
        name: root.name.clone(),
        dir: root.dir.clone(),
        is_here: person::state_of(root) != person::RootState::Away,
        is_scanned: false,
        songs: 0,
        folders: 0,
        looked_for: 0,
        not_there: 0,
        silent_type: None,
        watched: None,
    }
}
