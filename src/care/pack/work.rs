//! The work in its order: what is chosen no more goes, the program comes, then playlist after playlist with its songs, so that
//! a stick that is pulled out early plays those that were done; single songs, and at last the home. It chooses nothing.

use super::choose::Chosen;
use super::copy::{Content, Refused, Task};
use super::gather::Gathered;
use super::lists::{self, Places};
use super::names::Names;
use super::stick::{Put, Stick};
use super::{ListState, MUSIC, PackError, PackProgress, PackReport, player};
use crate::library::Library;
use crate::library::worker::ReadIn;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;

pub(super) struct Work<'a> {
    library: &'a Library,
    stick: Stick<'a>,
    gathered: Gathered,
    chosen: Chosen,
    places: Places,
    /// The paths of the playlists' files, in the order in which they were chosen.
    list_paths: Vec<Option<String>>,
    is_done: Vec<bool>,
    written: Cell<u64>,
    of_bytes: u64,
    report: PackReport,
}

/// Whether it is a song's place on a stick.
pub(super) fn is_music(path: &str) -> bool {
    path.strip_prefix(MUSIC)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn is_list(path: &str) -> bool {
    path.strip_prefix(lists::FOLDER)
        .is_some_and(|rest| rest.starts_with('/'))
}

impl<'a> Work<'a> {
    pub fn new(
        library: &'a Library,
        stick: Stick<'a>,
        mut gathered: Gathered,
        chosen: Chosen,
        mut report: PackReport,
    ) -> Self {
        report.unreadable = std::mem::take(&mut gathered.unreadable);
        let sizes = chosen.items.iter();
        let of_bytes = sizes.map(|at| gathered.files[*at].stamp.size).sum();
        let mut work = Self {
            of_bytes,
            library,
            stick,
            places: Places {
                of_files: vec![None; gathered.files.len()],
                ..Places::default()
            },
            list_paths: Vec::new(),
            is_done: vec![false; gathered.files.len()],
            written: Cell::new(0),
            gathered,
            chosen,
            report,
        };
        work.name();
        work
    }

    pub fn report(self) -> PackReport {
        self.report
    }

    /// Gives each file its place; one that is there keeps it.
    fn name(&mut self) {
        let ours = self.stick.ledger.files();
        let before: HashMap<&str, &str> = ours
            .map(|entry| (entry.id.as_str(), entry.path.as_str()))
            .collect();
        let hidden = before
            .iter()
            .filter(|(id, path)| is_music(path) && self.gathered.hides(id));
        let kept = hidden.map(|(id, path)| ((*id).to_owned(), (*path).to_owned()));
        self.places.kept = kept.collect();
        let mut names = Names::default();
        for at in &self.chosen.items {
            let file = &self.gathered.files[*at];
            if let Some(path) = before.get(file.id.as_str()).filter(|path| is_music(path))
                && self.stick.is_its_own(path, &file.id)
                && names.keep(MUSIC, &file.wish, path)
            {
                self.places.of_files[*at] = Some((*path).to_owned());
            }
        }
        let hidden: HashSet<&str> = self.places.kept.values().map(String::as_str).collect();
        let is_free = |path: &str| !hidden.contains(path) && self.stick.is_free(path);
        for at in &self.chosen.items {
            if self.places.of_files[*at].is_none() {
                let file = &self.gathered.files[*at];
                self.places.of_files[*at] = names.give(MUSIC, &file.wish, &is_free);
            }
        }
        let lists = self.chosen.lists.iter().map(|at| {
            let name = &self.gathered.lists[*at].name;
            lists::path_of(name, &mut names, &is_free)
        });
        self.list_paths = lists.collect();
    }

    fn task(&self, at: usize) -> Option<Task<'_>> {
        let file = &self.gathered.files[at];
        Some(Task {
            content: Content::File(&file.source),
            to: self.places.of_files[at].as_deref()?,
            id: &file.id,
            runs: false,
        })
    }

    /// Counts what is there, and writes nothing.
    pub fn rehearse(&mut self) {
        let there = self.chosen.items.iter().filter(|at| {
            let task = self.task(**at);
            task.is_some_and(|task| self.stick.has(&task))
        });
        self.report.there = there.count();
        self.report.left -= self.report.there;
        self.report.removed = self.surplus().len();
        for list in &mut self.report.lists {
            if list.state == ListState::Unfinished {
                list.state = ListState::Packed;
            }
        }
    }

    /// Does all of it, or as much as can be; the report tells how it ended.
    pub fn run(
        &mut self,
        player: Option<&ReadIn>,
        progress: &dyn Fn(PackProgress),
        stop: &AtomicBool,
    ) {
        match self.all(player, progress, stop) {
            Ok(()) => {}
            Err(Refused::Stopped) => self.report.stopped = true,
            Err(Refused::All(error)) => self.report.ended = Some(error),
            Err(refused) => self.report.ended = Some(PackError::NoPlayer(refused.to_string())),
        }
        // What was written before it ended is to be there after all.
        if let (Err(error), None) = (self.stick.settle(), &self.report.ended) {
            self.report.ended = Some(error);
        }
    }

    fn all(
        &mut self,
        player: Option<&ReadIn>,
        progress: &dyn Fn(PackProgress),
        stop: &AtomicBool,
    ) -> Result<(), Refused> {
        self.remove_surplus()?;
        if player.is_some() {
            player::put_program(&mut self.stick, &|_| ())?;
        }
        for number in 0..self.chosen.lists.len() {
            let at = self.chosen.lists[number];
            for item in self.gathered.lists[at].list.items.clone() {
                self.put_song(item, progress)?;
            }
            self.put_list(number, at)?;
        }
        for item in self.chosen.items.clone() {
            self.put_song(item, progress)?;
        }
        self.stick.remove_empty_folders()?;
        if let Some(read_in) = player {
            let chosen = &self.chosen.lists;
            self.report.kept_playlists = player::Furnishing {
                library: self.library,
                gathered: &self.gathered,
                chosen,
                places: &self.places,
                read_in,
            }
            .furnish(&mut self.stick, stop)?;
            self.report.player = true;
        }
        Ok(())
    }

    /// What a pack has written and none would write now.
    fn surplus(&self) -> Vec<String> {
        let songs = self.places.of_files.iter().flatten();
        let wanted: HashSet<&str> = songs
            .chain(self.list_paths.iter().flatten())
            .map(String::as_str)
            .collect();
        let ours = self.stick.ledger.files().filter(|entry| {
            let is_ours =
                is_list(&entry.path) || is_music(&entry.path) && !self.gathered.hides(&entry.id);
            is_ours && !wanted.contains(entry.path.as_str())
        });
        ours.map(|entry| entry.path.clone()).collect()
    }

    fn remove_surplus(&mut self) -> Result<(), PackError> {
        for path in self.surplus() {
            match self.stick.remove(&path)? {
                true => self.report.removed += 1,
                false => self.report.kept.push(path),
            }
        }
        Ok(())
    }

    fn put_song(&mut self, at: usize, progress: &dyn Fn(PackProgress)) -> Result<(), Refused> {
        if std::mem::replace(&mut self.is_done[at], true) {
            return Ok(());
        }
        let file = &self.gathered.files[at];
        let of_bytes = self.of_bytes;
        let before = self.written.get();
        let wrote = |bytes: u64| {
            self.written.set(self.written.get() + bytes);
            let bytes = self.written.get();
            progress(PackProgress { bytes, of_bytes });
        };
        let put = match self.places.of_files[at].as_deref() {
            Some(to) => self.stick.put(
                &Task {
                    content: Content::File(&file.source),
                    to,
                    id: &file.id,
                    runs: false,
                },
                &wrote,
            ),
            None => Err(Refused::Taken),
        };
        match put {
            Ok(Put::There) => self.report.there += 1,
            Ok(Put::Written) => {
                self.report.copied += 1;
                self.report.copied_bytes += file.stamp.size;
            }
            Err(refused @ (Refused::All(_) | Refused::Stopped)) => return Err(refused),
            Err(refused) => {
                let source = file.source.clone();
                self.report.failed.push((source, refused.to_string()));
                self.places.of_files[at] = None;
            }
        }
        self.report.left -= 1;
        self.written.set(before + file.stamp.size);
        wrote(0);
        Ok(())
    }

    fn put_list(&mut self, number: usize, at: usize) -> Result<(), Refused> {
        let list = &self.gathered.lists[at];
        let text = lists::text(list, &self.places, self.stick.dir());
        let id = lists::id_of(&list.name);
        let put = match self.list_paths[number].as_deref() {
            Some(to) => self.stick.put(
                &Task {
                    content: Content::Bytes(&text),
                    to,
                    id: &id,
                    runs: false,
                },
                &|_| (),
            ),
            None => Err(Refused::Taken),
        };
        self.report.lists[number].state = match put {
            Ok(_) => ListState::Packed,
            Err(refused @ (Refused::All(_) | Refused::Stopped)) => return Err(refused),
            Err(refused) => ListState::Failed(refused.to_string()),
        };
        Ok(())
    }
}
