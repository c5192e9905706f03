//! The diary of outages: each is a record, written when it begins, while it lasts and when it ends.

use super::records::Shelved;
use super::{Person, PersonError};
use crate::music::Outage;

/// The diary is of so many outages; the oldest go.
pub const MAX_OUTAGES: usize = 1_000;

impl Shelved for Outage {
    const SHELF: &'static str = "outage";
}

/// By name they come in the order of their hours.
fn name(outage: &Outage) -> String {
    format!("{:020}", outage.began_at_ms.max(0))
}

impl Person {
    /// Keeps an outage in place of what was kept of it.
    pub fn keep_outage(&mut self, outage: &Outage) -> Result<(), PersonError> {
        self.edit(|edit| {
            edit.shelve(&name(outage), outage)?;
            let all = edit.all_shelved::<Outage>()?;
            for (oldest, _) in all.iter().take(all.len().saturating_sub(MAX_OUTAGES)) {
                edit.unshelve::<Outage>(oldest)?;
            }
            Ok(())
        })
    }

    /// All of them, the oldest first.
    pub fn outages(&self) -> Result<Vec<Outage>, PersonError> {
        let all = self.records::<Outage>()?;
        Ok(all.into_iter().map(|(_, outage)| outage).collect())
    }

    /// Ends those that were left open, where they were last seen; how many.
    pub fn close_outages(&mut self) -> Result<usize, PersonError> {
        let open = self.outages()?.into_iter();
        let open: Vec<Outage> = open.filter(|outage| outage.ended_at_ms.is_none()).collect();
        if open.is_empty() {
            return Ok(0);
        }
        self.edit(|edit| {
            for outage in &open {
                let ended = Outage {
                    ended_at_ms: Some(outage.seen_at_ms.max(outage.began_at_ms)),
                    ..outage.clone()
                };
                edit.shelve(&name(outage), &ended)?;
            }
            Ok(open.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_kept_once_closed_once_and_outlives_its_database() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let open = Outage {
            began_at_ms: 5_000,
            seen_at_ms: 9_000,
            service: "Spotify".into(),
            ..Outage::default()
        };
        person.keep_outage(&open).unwrap();
        let later = Outage {
            began_at_ms: 70_000,
            seen_at_ms: 70_000,
            ended_at_ms: Some(80_000),
            ..open.clone()
        };
        person.keep_outage(&later).unwrap();
        let seen = Outage {
            seen_at_ms: 12_000,
            ..open
        };
        person.keep_outage(&seen).unwrap();
        assert_eq!(person.outages().unwrap(), [seen.clone(), later.clone()]);
        assert_eq!(person.close_outages().unwrap(), 1);
        assert_eq!(person.close_outages().unwrap(), 0);
        let closed = Outage {
            ended_at_ms: Some(12_000),
            ..seen
        };
        drop(person);
        std::fs::remove_file(dir.path().join(super::super::FILE)).unwrap();
        super::super::recover(dir.path()).unwrap();
        let person = Person::look(dir.path()).unwrap();
        assert_eq!(person.outages().unwrap(), [closed, later]);
    }

    #[test]
    fn the_diary_has_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let outage = |at_ms| Outage {
            began_at_ms: at_ms,
            ..Outage::default()
        };
        person
            .edit(|edit| {
                for at_ms in 0..MAX_OUTAGES as i64 {
                    edit.shelve(&name(&outage(at_ms)), &outage(at_ms))?;
                }
                Ok(())
            })
            .unwrap();
        person.keep_outage(&outage(5_000)).unwrap();
        let kept = person.outages().unwrap();
        assert_eq!((kept.len(), kept[0].began_at_ms), (MAX_OUTAGES, 1));
    }
}
