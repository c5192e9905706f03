//! What files of one gulp tell of each other: names for rows that have an id alone, and titles for lists whose file lost
//! them. It is bounded; what is more is handed on as it is, and joined by whoever keeps the ids.

use super::limits::{MAX_HELD, MAX_JOINED, MAX_LISTS};
use super::out::is_id_only;
use crate::music::Wanted;
use crate::wanted::{ListKind, TakenList};
use std::collections::{BTreeMap, HashMap};

/// Services whose exports part the ids from the names; the others' stand together.
const PARTED: [&str; 2] = ["youtube", "apple-library"];

/// Lists that wait, and what names their rows.
#[derive(Default)]
pub(super) struct Join {
    known: HashMap<(String, String), Box<Wanted>>,
    held: Vec<(usize, TakenList)>,
    held_rows: usize,
    titles: Vec<Vec<String>>,
    /// The names of lists that have no id, and how often each was begun.
    begun: HashMap<(ListKind, String, String), usize>,
}

impl Join {
    /// Gives a list a name that no other of its service has here.
    pub fn name_apart(&mut self, head: &mut TakenList) {
        let name = (head.kind, head.service.clone(), head.name.clone());
        // Those that are liked are one list, and pages of a list have its id.
        if head.kind != ListKind::Playlist || !head.id.is_empty() || self.begun.len() >= MAX_LISTS {
            return;
        }
        let times = self.begun.entry(name).or_default();
        *times += 1;
        if *times > 1 {
            head.name = format!("{} ({times})", head.name);
        }
    }

    /// Whether names of the row may stand in another file.
    pub fn may_name(&self, wanted: &Wanted) -> bool {
        self.held_rows < MAX_HELD && parted(wanted).next().is_some()
    }

    /// Keeps the names of an id. What is `is_poor` never takes the place of something better.
    pub fn learn(&mut self, wanted: &Wanted, is_poor: bool) {
        if wanted.title.is_empty() {
            return;
        }
        for id in parted(wanted) {
            let is_there = self.known.contains_key(id);
            if (is_there && is_poor) || (!is_there && self.known.len() >= MAX_JOINED) {
                continue;
            }
            self.known.insert(id.clone(), Box::new(wanted.clone()));
        }
    }

    /// A row of the list of lists.
    pub fn title(&mut self, cells: Vec<String>) {
        if self.titles.len() < MAX_LISTS {
            self.titles.push(cells);
        }
    }

    /// Keeps a list whose rows or title may stand in another file; gives back any other.
    pub fn hold(&mut self, report: usize, list: TakenList) -> Option<TakenList> {
        let waits = |list: &TakenList| {
            let mut alone = list.rows.iter().filter(|row| is_id_only(&row.wanted));
            PARTED.contains(&list.service.as_str()) && list.kind == ListKind::Playlist
                || alone.any(|row| parted(&row.wanted).next().is_some())
        };
        if self.held_rows >= MAX_HELD || self.held.len() >= MAX_LISTS || !waits(&list) {
            return Some(list);
        }
        self.held_rows += list.rows.len();
        self.held.push((report, list));
        None
    }

    /// The lists that waited, with their names, and how many rows of each report have an id alone.
    pub fn end(self) -> (Vec<TakenList>, BTreeMap<usize, u64>) {
        let Self {
            known,
            held,
            titles,
            ..
        } = self;
        let mut alone = BTreeMap::new();
        let mut lists = Vec::with_capacity(held.len());
        for (report, mut list) in held {
            entitle(&mut list, &titles);
            for row in &mut list.rows {
                if !is_id_only(&row.wanted) {
                    continue;
                }
                let found = parted(&row.wanted).find_map(|id| known.get(id));
                match found {
                    Some(found) => row.wanted = filled(&row.wanted, found),
                    None if parted(&row.wanted).next().is_some() => {
                        *alone.entry(report).or_default() += 1;
                    }
                    None => {}
                }
            }
            lists.push(list);
        }
        (lists, alone)
    }
}

fn parted(wanted: &Wanted) -> impl Iterator<Item = &(String, String)> {
    let external = wanted.external.iter();
    external.filter(|(service, _)| PARTED.contains(&service.as_str()))
}

fn filled(wanted: &Wanted, found: &Wanted) -> Wanted {
    let ids = &wanted.external;
    let more = found.external.iter().filter(|id| !ids.contains(id));
    Wanted {
        external: ids.iter().chain(more).cloned().collect(),
        ..found.clone()
    }
}

/// A list of a Takeout is called like its file: its title, less what no file name can hold, and a word in the person's
/// language behind it. The row of the list of lists that begins so has the whole title, and the id.
fn entitle(list: &mut TakenList, titles: &[Vec<String>]) {
    if list.service != "youtube" || !list.id.is_empty() {
        return;
    }
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let name = bare(&list.name);
    let fits = |cell: &&String| {
        let cell = bare(cell);
        !cell.is_empty() && name.starts_with(&cell)
    };
    let best = titles.iter().filter_map(|cells| {
        let title = cells
            .iter()
            .skip(1)
            .filter(fits)
            .max_by_key(|title| title.len())?;
        Some((title, cells.first()?))
    });
    if let Some((title, id)) = best.max_by_key(|(title, _)| title.len()) {
        list.name.clone_from(title);
        list.id.clone_from(id);
    }
}
