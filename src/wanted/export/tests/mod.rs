//! Every format on a made-up file of the true shape, then every format on what is wrong with files.

mod broken;
mod fixtures;
mod formats;
mod gulps;
mod others;
mod zips;

use super::{FileReport, Format, Gulp, Limits};
use crate::music::Wanted;
use crate::wanted::{
    Banned, HeardElsewhere, Known, ListKind, RowKind, TakenAlbum, TakenList, TakenRow, Taker,
};
use std::io::Cursor;

/// All that was taken, in order.
#[derive(Debug, Default)]
pub struct All {
    pub lists: Vec<TakenList>,
    pub heard: Vec<HeardElsewhere>,
    pub known: Vec<Known>,
    pub banned: Vec<Banned>,
    pub albums: Vec<TakenAlbum>,
}

impl Taker for All {
    fn list(&mut self, list: TakenList) {
        self.lists.push(list);
    }
    fn heard(&mut self, heard: HeardElsewhere) {
        self.heard.push(heard);
    }
    fn known(&mut self, known: Known) {
        self.known.push(known);
    }
    fn banned(&mut self, banned: Banned) {
        self.banned.push(banned);
    }
    fn album(&mut self, album: TakenAlbum) {
        self.albums.push(album);
    }
}

/// Reads files of one gulp.
pub fn gulp(
    files: &[(&str, &[u8])],
    limits: Limits,
    stated: Option<Format>,
) -> (All, Vec<FileReport>) {
    let mut all = All::default();
    let mut gulp = Gulp::new(&mut all, limits, stated);
    for (name, bytes) in files {
        gulp.read(name, &mut Cursor::new(bytes));
    }
    let reports = gulp.end();
    (all, reports)
}

/// Reads one file.
pub fn read(name: &str, bytes: &[u8]) -> (All, FileReport) {
    let (all, mut reports) = gulp(&[(name, bytes)], Limits::default(), None);
    (all, reports.remove(0))
}

/// A row as `artist+artist|title|album|ms|disc.track|isrc|service:id …`, empty fields left empty.
pub fn told(wanted: &Wanted) -> String {
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let ids: Vec<_> = wanted
        .external
        .iter()
        .map(|(service, id)| format!("{service}:{id}"))
        .collect();
    format!(
        "{}|{}|{}|{}|{}.{}|{}|{}",
        wanted.artists.join("+"),
        wanted.title,
        wanted.album,
        wanted.length_ms.map_or(String::new(), |ms| ms.to_string()),
        number(wanted.disc),
        number(wanted.track),
        wanted.isrc,
        ids.join(" ")
    )
}

/// A row of a list, with `episode`, `local` and when it was put there.
pub fn told_row(row: &TakenRow) -> String {
    let kind = match row.kind {
        RowKind::Track => "",
        RowKind::Episode => " episode",
        RowKind::Audiobook => " audiobook",
    };
    let local = if row.is_local { " local" } else { "" };
    let added = row
        .added_at_ms
        .map_or(String::new(), |ms| format!(" @{}", ms / 1000));
    format!("{}{kind}{local}{added}", told(&row.wanted))
}

/// `kind service/id name: row; row`, one a list.
pub fn told_lists(all: &All) -> Vec<String> {
    let one = |list: &TakenList| {
        let kind = match list.kind {
            ListKind::Playlist => "playlist",
            ListKind::Liked => "liked",
            ListKind::Library => "library",
        };
        let rows: Vec<_> = list.rows.iter().map(told_row).collect();
        format!(
            "{kind} {}/{} {:?}: {}",
            list.service,
            list.id,
            list.name,
            rows.join("; ")
        )
    };
    all.lists.iter().map(one).collect()
}

/// `at ms service: row` with what else is known, one a listening.
pub fn told_heard(all: &All) -> Vec<String> {
    let one = |heard: &HeardElsewhere| {
        let ms = heard.ms.map_or(String::new(), |ms| ms.to_string());
        let skipped = if heard.skipped == Some(true) {
            " skipped"
        } else {
            ""
        };
        let kind = match heard.kind {
            RowKind::Track => "",
            RowKind::Episode => " episode",
            RowKind::Audiobook => " audiobook",
        };
        format!(
            "{} {ms} {}: {}{kind}{skipped}",
            heard.at_ms / 1000,
            heard.service,
            told(&heard.wanted)
        )
    };
    all.heard.iter().map(one).collect()
}
