//! What one import brings, gathered from all its files before anything of it is written: lists whose rows stand in several
//! files are one, listenings stand with their song, and what is known by an id is joined.

use crate::music::{Wanted, fold};
use crate::wanted::{
    Banned, HeardElsewhere, Known, ListKind, RowKind, TakenAlbum, TakenList, Taker, external_name,
    fill, song_name,
};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// The most spellings of its artists that are kept of a song.
const MAX_ALIASES: usize = 8;
/// What two services tell of one listening lies no further apart.
const SAME_WITHIN_MS: u64 = 30_000;
/// What was skipped before it sounded so long was not listened to, as the services themselves count.
const HEARD_FROM_MS: u64 = 30_000;

/// Everything that one import brings.
#[derive(Debug, Default)]
pub struct Gathered {
    pub(super) lists: Vec<GatheredList>,
    list_of: HashMap<(String, ListKind, String), usize>,
    /// By [`external_name`].
    pub(super) known: HashMap<String, KnownAs>,
    /// By [`song_name`].
    pub(super) heard: HashMap<String, Plays>,
    pub(super) banned: Vec<Banned>,
    /// The services whose listenings came.
    pub(super) heard_at: BTreeSet<String>,
    /// Listenings that were skipped at once, which are counted.
    pub(super) skipped: usize,
    /// Albums of the service's library, which are counted.
    pub(super) albums: usize,
}

/// A list, whole.
#[derive(Debug, Default)]
pub(super) struct GatheredList {
    pub list: TakenList,
    pub episodes: usize,
    pub audiobooks: usize,
}

/// What an id is, and how its artists are spelled elsewhere.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KnownAs {
    /// The best that is known.
    pub wanted: Wanted,
    /// Other spellings of its artists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Vec<String>>,
}

/// The listenings of one song: when each ended, in ms since 1970, and how long it sounded, in ms. Where a service does not tell
/// how long, when it began.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Plays {
    /// The song.
    pub wanted: Wanted,
    /// By time.
    pub plays: Vec<(i64, Option<u64>)>,
}

impl Gathered {
    /// Playlists in it.
    pub fn list_count(&self) -> usize {
        self.lists.len()
    }

    /// Listenings in it.
    pub fn listening_count(&self) -> usize {
        self.heard.values().map(|plays| plays.plays.len()).sum()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
            && self.known.is_empty()
            && self.heard.is_empty()
            && self.banned.is_empty()
    }

    fn learn(&mut self, wanted: &Wanted) {
        for (service, id) in &wanted.external {
            let known = self.known.entry(external_name(service, id)).or_default();
            known.learn(wanted);
        }
    }
}

impl KnownAs {
    /// Takes over what another one tells of the same id.
    pub fn learn(&mut self, wanted: &Wanted) {
        let before = self.wanted.artists.clone();
        fill(&mut self.wanted, wanted);
        self.spelled(before);
        self.spelled(wanted.artists.clone());
    }

    /// Takes over all that another record tells.
    pub fn join(&mut self, other: KnownAs) {
        self.learn(&other.wanted);
        other
            .aliases
            .into_iter()
            .for_each(|alias| self.spelled(alias));
    }

    fn spelled(&mut self, artists: Vec<String>) {
        let folded = |artists: &[String]| fold(&artists.join("\n"));
        let spelling = folded(&artists);
        let is_known = |other: &Vec<String>| folded(other) == spelling;
        let best = &self.wanted.artists;
        // The names may have become better since they were kept as others.
        self.aliases.retain(|alias| folded(alias) != folded(best));
        let is_other = !artists.is_empty() && !is_known(best);
        if is_other && self.aliases.len() < MAX_ALIASES && !self.aliases.iter().any(is_known) {
            self.aliases.push(artists);
        }
    }
}

/// What became of listenings that came to those that were known; together with those that were known they are all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Those that were not known.
    pub new: usize,
    /// Those that another service tells, too.
    pub same: usize,
}

impl Plays {
    /// Listenings that are not known yet come to those that are. One and the same stands in two exports of a service, of
    /// which one knows the minute alone; and at two services, see [`once`](Self::once).
    pub fn join(&mut self, others: &[(i64, Option<u64>)]) -> Joined {
        let before = self.plays.len();
        self.plays.extend(others);
        self.once_of_a_service();
        let of_services = self.plays.len();
        self.once();
        let new = self.plays.len().saturating_sub(before);
        let same = of_services - self.plays.len();
        Joined {
            new,
            same: same.min(others.len().saturating_sub(new)),
        }
    }

    /// A scrobble tells when a song began and not how long it sounded. One that lies near the begin or the end of a listening
    /// of the song which tells both, or near another scrobble of it, is that one, told by another service.
    fn once(&mut self) {
        let near = |one: i64, other: i64| one.abs_diff(other) <= SAME_WITHIN_MS;
        let mut edges: Vec<i64> = Vec::new();
        for (at_ms, ms) in &self.plays {
            if let Some(ms) = ms {
                let began = at_ms.saturating_sub(i64::try_from(*ms).unwrap_or(i64::MAX));
                edges.extend([began, *at_ms]);
            }
        }
        edges.sort_unstable();
        let is_told = |at_ms: i64| {
            let from = edges.partition_point(|edge| *edge < at_ms);
            let around = [from.checked_sub(1), Some(from)];
            let around = around.into_iter().flatten().filter_map(|at| edges.get(at));
            around.into_iter().any(|edge| near(*edge, at_ms))
        };
        let mut kept: Option<i64> = None;
        self.plays.retain(|(at_ms, ms)| {
            let is_new =
                ms.is_some() || !(is_told(*at_ms) || kept.is_some_and(|kept| near(kept, *at_ms)));
            if ms.is_none() && is_new {
                kept = Some(*at_ms);
            }
            is_new
        });
    }

    fn once_of_a_service(&mut self) {
        const MINUTE_MS: i64 = 60_000;
        self.plays.sort_unstable();
        self.plays.dedup();
        let exact: std::collections::HashSet<_> = self
            .plays
            .iter()
            .filter(|(at_ms, _)| at_ms.rem_euclid(MINUTE_MS) != 0)
            .map(|(at_ms, ms)| (at_ms.div_euclid(MINUTE_MS), *ms))
            .collect();
        self.plays.retain(|(at_ms, ms)| {
            at_ms.rem_euclid(MINUTE_MS) != 0 || !exact.contains(&(at_ms / MINUTE_MS, *ms))
        });
    }
}

impl Taker for Gathered {
    fn list(&mut self, mut list: TakenList) {
        let rows = std::mem::take(&mut list.rows);
        for row in &rows {
            self.learn(&row.wanted);
        }
        let id = if list.id.is_empty() {
            fold(&list.name)
        } else {
            list.id.clone()
        };
        let at = match self.list_of.entry((list.service.clone(), list.kind, id)) {
            Entry::Occupied(at) => *at.get(),
            Entry::Vacant(vacant) => {
                self.lists.push(GatheredList {
                    list,
                    ..GatheredList::default()
                });
                *vacant.insert(self.lists.len() - 1)
            }
        };
        let gathered = &mut self.lists[at];
        for row in rows {
            match row.kind {
                RowKind::Track => gathered.list.rows.push(row),
                RowKind::Episode => gathered.episodes += 1,
                RowKind::Audiobook => gathered.audiobooks += 1,
            }
        }
    }

    fn heard(&mut self, heard: HeardElsewhere) {
        if heard.kind != RowKind::Track {
            return;
        }
        let Some(name) = song_name(&heard.wanted) else {
            return self.learn(&heard.wanted);
        };
        self.learn(&heard.wanted);
        if heard.skipped == Some(true) && heard.ms.unwrap_or(0) < HEARD_FROM_MS {
            self.skipped += 1;
            return;
        }
        self.heard_at.insert(heard.service);
        let plays = self.heard.entry(name).or_default();
        fill(&mut plays.wanted, &heard.wanted);
        plays.plays.push((heard.at_ms, heard.ms));
    }

    fn known(&mut self, known: Known) {
        self.learn(&known.wanted);
    }

    fn album(&mut self, _: TakenAlbum) {
        self.albums += 1;
    }

    fn banned(&mut self, banned: Banned) {
        if let Banned::Song(wanted) = &banned {
            self.learn(wanted);
        }
        self.banned.push(banned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanted::TakenRow;

    fn song(artist: &str, id: &str) -> Wanted {
        Wanted {
            title: "First Light".into(),
            artists: vec![artist.into()],
            external: vec![("spotify".into(), id.into())],
            ..Wanted::default()
        }
    }

    fn list(name: &str, kinds: &[RowKind]) -> TakenList {
        let row = |kind: &RowKind| TakenRow {
            wanted: song("The Example Band", "1"),
            kind: *kind,
            ..TakenRow::default()
        };
        TakenList {
            service: "spotify".into(),
            name: name.into(),
            rows: kinds.iter().map(row).collect(),
            ..TakenList::default()
        }
    }

    #[test]
    fn a_list_in_two_files_is_one_and_what_is_no_song_is_counted_apart() {
        let mut gathered = Gathered::default();
        gathered.list(list("Road Trip", &[RowKind::Track, RowKind::Episode]));
        gathered.list(list("Other", &[]));
        gathered.list(list("road trip", &[RowKind::Track, RowKind::Audiobook]));
        let counts: Vec<_> = gathered
            .lists
            .iter()
            .map(|one| (one.list.rows.len(), one.episodes, one.audiobooks))
            .collect();
        assert_eq!(counts, [(2, 1, 1), (0, 0, 0)]);
    }

    #[test]
    fn other_spellings_of_an_artist_are_kept_once() {
        let mut gathered = Gathered::default();
        for artist in ["宇多田ヒカル", "Hikaru Utada", "hikaru utada"] {
            let wanted = song(artist, "1");
            gathered.known(Known { wanted });
        }
        let known = &gathered.known["spotify:1"];
        assert_eq!(known.wanted.artists, ["宇多田ヒカル"]);
        assert_eq!(known.aliases, [["Hikaru Utada"]]);
    }

    #[test]
    fn a_listening_is_kept_once_whichever_export_tells_it() {
        let mut plays = Plays::default();
        let minute = 1_700_000_040_000 / 60_000 * 60_000;
        let new = |plays: &mut Plays, all: &[_]| plays.join(all).new;
        let two = [(minute, Some(241_730)), (minute, Some(9))];
        assert_eq!(new(&mut plays, &two), 2);
        assert_eq!(new(&mut plays, &[(minute, Some(241_730))]), 0);
        let exact = minute + 17_000;
        plays.join(&[(exact, Some(241_730))]);
        assert_eq!(plays.plays, [(minute, Some(9)), (exact, Some(241_730))]);
        assert_eq!(new(&mut plays, &[(minute, Some(241_730))]), 0);
        assert_eq!(plays.plays.len(), 2);
    }

    /// Scrobbles tell when a song began, Spotify when it ended.
    #[test]
    fn a_scrobble_of_a_listening_is_the_listening() {
        const S: i64 = 1_000;
        let sounded = (1_000_200 * S + 7, Some(200_000));
        for (scrobble, is_same) in [
            (1_000_000, true),
            (1_000_030, true),
            (999_971, true),
            (1_000_229, true),
            (1_000_032, false),
            (1_000_100, false),
            (999_969, false),
            (1_000_232, false),
        ] {
            let scrobble = (scrobble * S, None);
            let expected = Joined {
                new: usize::from(!is_same),
                same: usize::from(is_same),
            };
            let mut plays = Plays::default();
            plays.join(&[sounded]);
            assert_eq!(plays.join(&[scrobble]), expected, "{scrobble:?}");
            let mut other_way = Plays::default();
            other_way.join(&[scrobble]);
            assert_eq!(other_way.join(&[sounded]), expected, "{scrobble:?}");
            assert_eq!(plays, other_way);
            assert_eq!(plays.join(&[scrobble]).new, 0);
        }
        // Two scrobblers, of which one is late; and two listenings that tell how long stay two.
        let mut plays = Plays::default();
        let joined = plays.join(&[(7 * S, None), (36 * S, None), (66 * S, None)]);
        assert_eq!(joined, Joined { new: 2, same: 1 });
        let mut plays = Plays::default();
        assert_eq!(
            plays
                .join(&[(5 * S, Some(3_000)), (9 * S, Some(3_000))])
                .new,
            2
        );
    }

    proptest::proptest! {
        #[test]
        fn a_second_import_of_the_same_changes_nothing(
            all in proptest::collection::vec((0..2_000_000_i64, proptest::option::of(0..300_000_u64)), 0..40),
        ) {
            let mut plays = Plays::default();
            let joined = plays.join(&all);
            proptest::prop_assert!(joined.new + joined.same <= all.len());
            let before = plays.clone();
            let again = plays.join(&all);
            proptest::prop_assert_eq!(again.new, 0);
            proptest::prop_assert_eq!(plays, before);
        }
    }
}
