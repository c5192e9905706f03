//! What the readers of all formats hand their rows to: counts them, puts them together to lists, and hands lists on in
//! parts, so that a list of any length needs no memory.

use super::join::Join;
use super::limits::{MAX_LISTS, PART};
use super::text::Pace;
use super::{FileReport, Limits};
use crate::music::Wanted;
use crate::wanted::adopt::Marked;
use crate::wanted::encoding::one_line;
use crate::wanted::{
    Banned, HeardElsewhere, Known, MAX_LINE, RowKind, TakenAlbum, TakenList, TakenRow, Taker,
};

/// The way out of one file.
pub(super) struct Out<'g> {
    /// What is told of the file.
    pub report: &'g mut FileReport,
    /// The stem of its name: the name of a list that has none.
    pub stem: String,
    /// What the readers keep to.
    pub limits: Limits,
    taker: &'g mut dyn Taker,
    join: &'g mut Join,
    /// The report's number in the gulp.
    number: usize,
    lists: Vec<Open>,
    waiting: usize,
    pace: Pace,
    row: u64,
}

/// A list that rows still come to.
struct Open {
    head: TakenList,
    was_told: bool,
}

impl<'g> Out<'g> {
    pub fn new(
        (number, report): (usize, &'g mut FileReport),
        taker: &'g mut dyn Taker,
        join: &'g mut Join,
        (limits, pace): (Limits, Pace),
    ) -> Self {
        Self {
            stem: stem(&report.file),
            report,
            limits,
            taker,
            join,
            number,
            lists: Vec::new(),
            waiting: 0,
            pace,
            row: 0,
        }
    }

    /// The next row begins.
    pub fn step(&mut self) {
        self.pace.step();
        self.row += 1;
    }

    /// From here on no row may be too long to be held.
    pub fn keep_pace(&self) {
        self.pace.keep();
    }

    /// What was read so far is not held.
    pub fn breathe(&self) {
        self.pace.step();
    }

    /// The row cannot be read, or says nothing.
    pub fn unreadable(&mut self) {
        self.report.unreadable(self.row);
    }

    /// The row is no song, and nothing to listen to.
    pub fn other(&mut self) {
        self.report.counts.other += 1;
    }

    /// Begins a list. A second one of a name gets another: nothing else tells them apart. Past [`MAX_LISTS`] there is none,
    /// and its rows count as unreadable.
    pub fn list(&mut self, mut head: TakenList) -> usize {
        if self.lists.len() >= MAX_LISTS {
            return MAX_LISTS;
        }
        self.join.name_apart(&mut head);
        head.file.clone_from(&self.report.file);
        self.report.counts.lists += 1;
        self.lists.push(Open {
            head,
            was_told: false,
        });
        self.lists.len() - 1
    }

    /// Puts a row at the end of a list.
    pub fn row(&mut self, list: usize, row: TakenRow) {
        let has_list = list < self.lists.len();
        if !has_list || (says_nothing(&row.wanted) && row.paths.is_empty()) {
            return self.unreadable();
        }
        let counts = &mut self.report.counts;
        counts.take(&row.wanted, row.kind, row.is_local);
        let names_are_needed = row.kind == RowKind::Track && is_id_only(&row.wanted);
        if names_are_needed && !self.join.may_name(&row.wanted) {
            counts.id_only += 1;
        }
        if let Some(open) = self.lists.get_mut(list) {
            open.head.rows.push(row);
            self.waiting += 1;
        }
        if self.waiting >= PART {
            self.hand_on(false);
        }
    }

    /// Something was heard.
    pub fn heard(&mut self, heard: HeardElsewhere) {
        if says_nothing(&heard.wanted) {
            return self.unreadable();
        }
        let counts = &mut self.report.counts;
        counts.take(&heard.wanted, heard.kind, false);
        counts.heard += 1;
        let is_track = heard.kind == RowKind::Track;
        counts.id_only += u64::from(is_track && is_id_only(&heard.wanted));
        self.taker.heard(heard);
    }

    /// Something that has an id is known; what may be private goes no further than to rows of this gulp.
    pub fn known(&mut self, wanted: Wanted, is_private: bool) {
        self.join.learn(&wanted, is_private);
        if !is_private && !wanted.external.is_empty() {
            self.taker.known(Known { wanted });
        }
    }

    /// A row of a list tells names of an id that other rows of the gulp have alone.
    pub fn learn(&mut self, wanted: &Wanted) {
        self.join.learn(wanted, false);
    }

    /// The row is an album.
    pub fn album(&mut self, album: TakenAlbum) {
        if album.title.is_empty() && album.external.is_empty() {
            return self.unreadable();
        }
        self.other();
        self.taker.album(album);
    }

    /// What is kept of a song of the person's own.
    pub fn marked(&mut self, marked: Marked) {
        self.taker.marked(marked);
    }

    /// The row is something that the person never wants to hear.
    pub fn banned(&mut self, banned: Banned) {
        match &banned {
            Banned::Song(wanted) if says_nothing(wanted) => return self.unreadable(),
            Banned::Song(wanted) => self.report.counts.take(wanted, RowKind::Track, false),
            Banned::Artist(name) if name.is_empty() => return self.unreadable(),
            Banned::Artist(_) => self.other(),
        }
        self.taker.banned(banned);
    }

    /// Titles of lists by what their file is called, for lists whose format loses them.
    pub fn title(&mut self, cells: Vec<String>) {
        self.other();
        self.join.title(cells);
    }

    /// The file has ended: what waits is handed on, and lists without rows too.
    pub fn end(mut self) {
        self.hand_on(true);
    }

    fn hand_on(&mut self, is_end: bool) {
        self.waiting = 0;
        for open in &mut self.lists {
            if open.head.rows.is_empty() && (open.was_told || !is_end) {
                continue;
            }
            open.was_told = true;
            let rows = std::mem::take(&mut open.head.rows);
            let part = TakenList {
                rows,
                ..open.head.clone()
            };
            if let Some(part) = self.join.hold(self.number, part) {
                self.taker.list(part);
            }
        }
    }
}

/// A value on one line, with blanks at no end.
pub(super) fn clean(text: &str) -> String {
    match text.len() > MAX_LINE {
        true => String::new(),
        false => one_line(text),
    }
}

/// The names that are there.
pub(super) fn names(list: impl IntoIterator<Item = String>) -> Vec<String> {
    let there = list.into_iter().filter(|name| !name.is_empty());
    there.take(super::limits::MAX_ARTISTS).collect()
}

/// A list called like its file.
pub(super) fn named(service: &str, name: &str) -> TakenList {
    TakenList {
        service: service.to_owned(),
        name: name.to_owned(),
        ..TakenList::default()
    }
}

fn says_nothing(wanted: &Wanted) -> bool {
    wanted.title.is_empty()
        && wanted.artists.is_empty()
        && wanted.external.is_empty()
        && wanted.isrc.is_empty()
}

/// Whether only an id tells what it is.
pub(super) fn is_id_only(wanted: &Wanted) -> bool {
    wanted.title.is_empty() && wanted.artists.is_empty() && wanted.isrc.is_empty()
}

/// The name without folders and ending. A name is never a path here: what stands before it means nothing.
pub(super) fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 4 => stem,
        _ => name,
    };
    clean(stem)
}
