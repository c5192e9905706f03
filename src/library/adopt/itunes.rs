//! iTunes and Music: `Library.xml`, which an import reads for its playlists, too.

use super::AdoptError;
use crate::wanted::adopt::{Adoptable, Marked};
use crate::wanted::export::{Gulp, Limits};
use crate::wanted::{Banned, HeardElsewhere, Known, ListKind, TakenAlbum, TakenList, Taker};
use std::path::Path;

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let failed = |source| AdoptError::File {
        path: path.to_owned(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut taken = Taken::default();
    let mut gulp = Gulp::new(&mut taken, Limits::default(), None);
    gulp.read(&path.to_string_lossy(), &mut file);
    let reports = gulp.end();
    let mut all = taken.0;
    for report in reports {
        all.ends_early |= report.ends_early || report.refused.is_some();
        all.unreadable += usize::try_from(report.counts.unreadable).unwrap_or(usize::MAX);
    }
    Ok(all)
}

#[derive(Default)]
struct Taken(Adoptable);

impl Taker for Taken {
    /// A list comes in parts; the library itself is no playlist.
    fn list(&mut self, list: TakenList) {
        if list.kind == ListKind::Library {
            return;
        }
        let lists = &mut self.0.lists;
        match lists
            .iter_mut()
            .find(|known| known.id == list.id && known.name == list.name)
        {
            Some(known) => known.rows.extend(list.rows),
            None => lists.push(list),
        }
    }

    fn marked(&mut self, marked: Marked) {
        self.0.song(marked);
    }

    fn heard(&mut self, _: HeardElsewhere) {}
    fn known(&mut self, _: Known) {}
    fn banned(&mut self, _: Banned) {}
    fn album(&mut self, _: TakenAlbum) {}
}
