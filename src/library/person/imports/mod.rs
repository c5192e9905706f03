//! What imports bring into `standin.db`: playlists of services, which are mirrored; what was heard elsewhere; what an id is;
//! and what is never to be played. One import is one edit, and nothing half. It reads no export: what stood in one comes
//! gathered.

mod adopted;
mod aliases;
mod bans;
mod carried;
mod decisions;
mod gathered;
mod lists;

pub use adopted::{Marking, ToAdopt, Waits};
pub use bans::{Ban, Bans};
pub use carried::Carried;
pub use decisions::{Decided, Decision, Decisions, Restored};
pub use gathered::{Gathered, KnownAs, Plays};
pub use lists::{ListImported, Mirror};
pub(super) use lists::{deleted, renamed};

use super::records::Shelved;
use super::{Person, PersonError, Undone, edit::Edit, now_ms};
use crate::music::Wanted;
use crate::wanted::fill;
use serde::{Deserialize, Serialize};

impl Shelved for KnownAs {
    const SHELF: &'static str = "external";
}
impl Shelved for Plays {
    const SHELF: &'static str = "elsewhere";
}
impl Shelved for Import {
    const SHELF: &'static str = "import";
}

/// That something was imported, by what it was called.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// When last, in ms since 1970.
    pub at_ms: i64,
    /// The services whose lists and listenings were in it.
    pub services: Vec<String>,
    /// How many lists and listenings it had.
    pub lists: usize,
    /// Listenings that were in it.
    pub heard: usize,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Each list, in the order of the export.
    pub lists: Vec<ListImported>,
    /// Listenings that came.
    pub heard: usize,
    /// Listenings that were known already.
    pub heard_before: usize,
    /// Listenings that another service tells, too: each counts once.
    pub heard_same: usize,
    /// Listenings that were skipped at once, which are left.
    pub heard_skipped: usize,
    /// Ids that became known.
    pub ids: usize,
    /// Ids of which more is known now.
    pub ids_enriched: usize,
    /// Rows of playlists that were here before and know more now.
    pub rows_enriched: usize,
    /// Bans that came.
    pub banned: usize,
    /// Albums of the service's library, which are left: their songs stand in it one by one.
    pub albums: usize,
}

impl Person {
    /// Takes in what an import has gathered, under what it is called. All of it, or nothing.
    pub fn import(&mut self, gathered: Gathered, called: &str) -> Result<Imported, PersonError> {
        self.edit(|edit| edit.import(gathered, called))
    }

    /// What an id of a service is, as far as imports have told.
    pub fn known_as(&self, service: &str, id: &str) -> Result<Option<KnownAs>, PersonError> {
        self.record(&crate::wanted::external_name(service, id))
    }

    /// Every import, by what it was called.
    pub fn imports(&self) -> Result<Vec<(String, Import)>, PersonError> {
        self.records()
    }

    /// What was heard elsewhere, song after song.
    pub fn each_elsewhere(&self, mut take: impl FnMut(Plays)) -> Result<(), PersonError> {
        self.each_record(|_, plays| take(plays))
    }
}

impl Edit<'_> {
    fn import(&mut self, gathered: Gathered, called: &str) -> Result<Imported, Undone> {
        let mut imported = Imported {
            albums: gathered.albums,
            heard_skipped: gathered.skipped,
            ..Imported::default()
        };
        let mut import = Import {
            at_ms: now_ms(),
            lists: gathered.lists.len(),
            ..Import::default()
        };
        let mut known: Vec<_> = gathered.known.into_iter().collect();
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, known) in known {
            self.learn(&name, known, &mut imported)?;
        }
        for list in gathered.lists {
            let service = list.list.service.clone();
            if !import.services.contains(&service) {
                import.services.push(service);
            }
            imported.lists.push(self.import_list(list)?);
        }
        for service in gathered.heard_at {
            if !import.services.contains(&service) {
                import.services.push(service);
            }
        }
        let mut heard: Vec<_> = gathered.heard.into_iter().collect();
        heard.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, plays) in heard {
            import.heard += plays.plays.len();
            self.hear_elsewhere(&name, plays, &mut imported)?;
        }
        for banned in gathered.banned {
            imported.banned += usize::from(self.ban(&Ban::imported(banned))?);
        }
        if imported.ids + imported.ids_enriched > 0 {
            imported.rows_enriched = self.enrich_lists(&imported.lists)?;
        }
        self.shelve(called, &import)?;
        Ok(imported)
    }

    fn learn(&mut self, name: &str, known: KnownAs, imported: &mut Imported) -> Result<(), Undone> {
        let Some(before) = self.shelved::<KnownAs>(name)? else {
            imported.ids += 1;
            self.keep_spellings(name, &KnownAs::default(), &known)?;
            return self.shelve(name, &known);
        };
        let mut now = before.clone();
        now.join(known);
        if now != before {
            imported.ids_enriched += 1;
            self.keep_spellings(name, &before, &now)?;
            self.shelve(name, &now)?;
        }
        Ok(())
    }

    fn hear_elsewhere(
        &mut self,
        name: &str,
        heard: Plays,
        imported: &mut Imported,
    ) -> Result<(), Undone> {
        let mut all = self.shelved::<Plays>(name)?.unwrap_or_default();
        fill(&mut all.wanted, &heard.wanted);
        let joined = all.join(&heard.plays);
        imported.heard += joined.new;
        imported.heard_same += joined.same;
        imported.heard_before += heard.plays.len() - joined.new - joined.same;
        self.shelve(name, &all)
    }

    /// What imports know of a row by its ids comes to it.
    fn enrich(&self, row: &mut Wanted) -> Result<bool, Undone> {
        let mut is_changed = false;
        for (service, id) in row.external.clone() {
            let name = crate::wanted::external_name(&service, &id);
            if let Some(known) = self.shelved::<KnownAs>(&name)? {
                is_changed |= fill(row, &known.wanted);
            }
        }
        Ok(is_changed)
    }
}

#[cfg(test)]
mod tests;
