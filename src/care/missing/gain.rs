//! Which albums, songs or artists fill most of what is missing. Pure.
//!
//! A recording counts once for each row that wants it. Where listenings are known, the time that it sounded weighs beside
//! the rows: an hour heard weighs as much as [`ROWS_AN_HOUR`] rows.

use super::MissingReport;
use crate::music::{Wanted, fold};
use crate::wanted::{identities, song_name};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// An hour of listening weighs as much as so many rows.
const ROWS_AN_HOUR: u64 = 4;
const HOUR_MS: u64 = 3_600_000;

/// So many recordings of an album must be missing before the album is what to get.
const LEAST_OF_ALBUM: usize = 2;

/// A row of a playlist, and how it stands with it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub wanted: Wanted,
    pub state: State,
    /// How long it sounded elsewhere, in ms.
    pub heard_ms: u64,
}

/// How it stands with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It plays.
    Here,
    /// It is owned, and its folder is away.
    Away,
    /// It is not owned, or what is owned may not be it.
    Missing,
}

/// By what things are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Albums where enough of them is missing, else songs.
    #[default]
    Album,
    /// Songs, each.
    Track,
    /// Artists.
    Artist,
}

/// Something to get.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What it is.
    pub kind: OfferKind,
    /// Its artist.
    pub artist: String,
    /// The album's or the song's name; empty for an artist.
    pub title: String,
    /// The recordings of it that are missing.
    pub songs: usize,
    /// The rows that want them.
    pub rows: usize,
    /// How long they sounded elsewhere, in ms.
    pub heard_ms: u64,
    /// The recordings themselves, as one row wants each.
    pub wants: Vec<Wanted>,
    /// The playlists that want them, by name.
    pub playlists: BTreeMap<String, usize>,
}

/// What an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferKind {
    /// An album.
    Album,
    /// A single song.
    Track,
    /// Songs of an artist.
    Artist,
}

impl OfferKind {
    /// Its one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Track => "track",
            Self::Artist => "artist",
        }
    }
}

/// How much of a playlist is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Its name; empty for all together.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// Rows that play by themselves.
    pub here: usize,
    /// Rows whose folder is away.
    pub away: usize,
}

impl Coverage {
    /// Rows that are owned, in percent, rounded down: 100 means all. Of no rows all are.
    pub fn percent(&self) -> usize {
        self.percent_of(self.here + self.away)
    }

    /// Rows that play now, in percent, likewise.
    pub fn percent_now(&self) -> usize {
        self.percent_of(self.here)
    }

    fn percent_of(&self, rows: usize) -> usize {
        (rows * 100).checked_div(self.rows).unwrap_or(100)
    }

    fn count(&mut self, state: State) {
        self.rows += 1;
        match state {
            State::Here => self.here += 1,
            State::Away => self.away += 1,
            State::Missing => {}
        }
    }
}

/// A recording that is missing.
#[derive(Default)]
struct Gap {
    wanted: Wanted,
    rows: BTreeMap<String, usize>,
    heard_ms: u64,
}

pub(super) fn report(
    playlists: Vec<(String, Vec<Row>)>,
    by: By,
    is_weighed: bool,
) -> MissingReport {
    let mut all = Coverage::default();
    let mut coverages = Vec::new();
    let mut gaps = Gaps::default();
    for (name, rows) in playlists {
        let mut coverage = Coverage {
            name: name.clone(),
            ..Coverage::default()
        };
        for row in rows {
            coverage.count(row.state);
            all.count(row.state);
            if row.state == State::Missing {
                gaps.take(&name, row);
            }
        }
        coverages.push(coverage);
    }
    let mut offers = offers(gaps.all, by);
    offers.sort_by_cached_key(|offer| {
        let names = (fold(&offer.artist), fold(&offer.title));
        (Reverse(weight(offer)), offer.songs, names, offer.kind)
    });
    MissingReport {
        offers,
        playlists: coverages,
        all,
        is_weighed,
    }
}

fn weight(offer: &Offer) -> u64 {
    let rows = (offer.rows as u64).saturating_mul(HOUR_MS);
    rows.saturating_add(offer.heard_ms.saturating_mul(ROWS_AN_HOUR))
}

/// Recordings that are missing, each once, by any of the names that it is known by.
#[derive(Default)]
struct Gaps {
    all: Vec<Gap>,
    by_name: HashMap<String, usize>,
}

impl Gaps {
    fn take(&mut self, list: &str, row: Row) {
        let mut names = identities(&row.wanted);
        // On several albums it is still one recording to get.
        names.extend(song_name(&row.wanted));
        let known = names.iter().find_map(|name| self.by_name.get(name));
        let at = known.copied().unwrap_or_else(|| {
            self.all.push(Gap {
                wanted: row.wanted,
                heard_ms: row.heard_ms,
                ..Gap::default()
            });
            self.all.len() - 1
        });
        for name in names {
            self.by_name.entry(name).or_insert(at);
        }
        let gap = &mut self.all[at];
        gap.heard_ms = gap.heard_ms.max(row.heard_ms);
        *gap.rows.entry(list.to_owned()).or_default() += 1;
    }
}

/// What of the gaps belongs together.
type GroupName = (OfferKind, String, String);

fn offers(gaps: Vec<Gap>, by: By) -> Vec<Offer> {
    let mut groups: BTreeMap<GroupName, Vec<Gap>> = BTreeMap::new();
    for (number, gap) in gaps.into_iter().enumerate() {
        groups.entry(group(&gap, by, number)).or_default().push(gap);
    }
    let mut offers = Vec::new();
    for ((kind, ..), gaps) in groups {
        if kind == OfferKind::Album && gaps.len() < LEAST_OF_ALBUM {
            offers.extend(gaps.into_iter().map(|gap| offer(OfferKind::Track, &[gap])));
        } else {
            offers.push(offer(kind, &gaps));
        }
    }
    offers
}

/// Where a gap belongs; what has no name of the kind asked for stands alone.
fn group(gap: &Gap, by: By, number: usize) -> GroupName {
    let artist = first_artist(&gap.wanted);
    let alone = || (OfferKind::Track, number.to_string(), String::new());
    match by {
        By::Track => alone(),
        By::Artist if artist.is_empty() => alone(),
        By::Artist => (OfferKind::Artist, fold(artist), String::new()),
        By::Album if gap.wanted.album.is_empty() => alone(),
        By::Album => (OfferKind::Album, fold(artist), fold(&gap.wanted.album)),
    }
}

fn first_artist(wanted: &Wanted) -> &str {
    wanted.artists.first().map_or("", String::as_str)
}

fn offer(kind: OfferKind, gaps: &[Gap]) -> Offer {
    let first = &gaps[0].wanted;
    let mut playlists: BTreeMap<String, usize> = BTreeMap::new();
    for (list, rows) in gaps.iter().flat_map(|gap| &gap.rows) {
        *playlists.entry(list.clone()).or_default() += rows;
    }
    let title = match kind {
        OfferKind::Album => first.album.clone(),
        OfferKind::Artist => String::new(),
        OfferKind::Track if first.title.is_empty() => first.label(),
        OfferKind::Track => first.title.clone(),
    };
    let heard = gaps.iter().map(|gap| gap.heard_ms);
    Offer {
        kind,
        artist: first_artist(first).to_owned(),
        title,
        songs: gaps.len(),
        wants: gaps.iter().map(|gap| gap.wanted.clone()).collect(),
        rows: playlists.values().sum(),
        heard_ms: heard.fold(0, u64::saturating_add),
        playlists,
    }
}

/// How much of each playlist is here once the first so many offers are there, and of all together.
pub(super) fn lifted(report: &MissingReport, offers: usize) -> (Vec<Coverage>, Coverage) {
    let mut playlists = report.playlists.clone();
    let mut all = report.all.clone();
    for coverage in &mut playlists {
        for offer in report.offers.iter().take(offers) {
            let rows = offer.playlists.get(&coverage.name).copied();
            coverage.here += rows.unwrap_or(0);
        }
    }
    let filled = report.offers.iter().take(offers).map(|offer| offer.rows);
    all.here += filled.sum::<usize>();
    (playlists, all)
}
