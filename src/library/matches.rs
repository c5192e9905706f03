//! How the rows of playlists are matched: counts of the verdicts, rows that do not play by themselves with what comes nearest,
//! and one row with all that speaks for and against. It decides nothing.

use super::person::PersonError;
use super::resolve::Explained;
use super::{Library, LibraryError};
use crate::music::{Miss, Song, Verdict, Wanted, clock};
use crate::wanted::matcher::Judged;
use std::sync::Arc;

/// How many rows of a playlist have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Counts {
    pub exact: usize,
    pub likely: usize,
    pub ask: usize,
    pub substitute: usize,
    pub missing: usize,
}

/// A row of a playlist.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchedRow {
    /// The playlist's own name.
    pub playlist: String,
    /// From 1.
    pub number: usize,
    /// What it wants.
    pub wanted: Wanted,
}

/// How the rows of a playlist are matched.
#[derive(Clone, Debug)]
pub struct Matches {
    /// Its name.
    pub name: String,
    /// How many have each verdict.
    pub counts: Counts,
    /// Those that do not play by themselves.
    pub open: Vec<(MatchedRow, Verdict)>,
}

impl Counts {
    /// All rows.
    pub fn rows(&self) -> usize {
        self.named().iter().map(|(_, count)| count).sum()
    }

    /// Each with its word.
    pub fn named(&self) -> [(&'static str, usize); 5] {
        [
            ("exact", self.exact),
            ("likely", self.likely),
            ("ask", self.ask),
            ("substitute", self.substitute),
            ("missing", self.missing),
        ]
    }

    fn add(&mut self, verdict: &Verdict) {
        *match verdict.word() {
            "exact" => &mut self.exact,
            "likely" => &mut self.likely,
            "ask" => &mut self.ask,
            "substitute" => &mut self.substitute,
            _ => &mut self.missing,
        } += 1;
    }
}

impl MatchedRow {
    /// As it is named in `match why`: `Road Trip:3`.
    pub fn address(&self) -> String {
        format!("{}:{}", self.playlist, self.number)
    }
}

impl Library {
    /// How the rows of this playlist are matched, or of each that has rows of its own.
    pub fn matches(&self, name: Option<&str>) -> Result<Vec<Matches>, LibraryError> {
        let names = match name {
            Some(name) => vec![name.to_owned()],
            None => {
                let all = self.person_reader()?.playlists()?.into_iter();
                let own = all.filter(|list| list.query.is_none());
                own.map(|list| list.name).collect()
            }
        };
        names.iter().map(|name| self.matches_of(name)).collect()
    }

    fn matches_of(&self, name: &str) -> Result<Matches, LibraryError> {
        let stored = self.stored_playlist(name)?;
        let name = stored.name;
        if stored.query.is_some() {
            return Err(PersonError::IsSmart { name }.into());
        }
        let verdicts = self.resolve(&stored.rows)?;
        let mut counts = Counts::default();
        let mut open = Vec::new();
        for ((wanted, verdict), number) in stored.rows.into_iter().zip(verdicts).zip(1..) {
            counts.add(&verdict);
            if verdict.miss().is_some() {
                let playlist = name.clone();
                let row = MatchedRow {
                    playlist,
                    number,
                    wanted,
                };
                open.push((row, verdict));
            }
        }
        Ok(Matches { name, counts, open })
    }

    /// A row of a playlist, by its number from 1.
    pub fn row(&self, playlist: &str, number: usize) -> Result<MatchedRow, LibraryError> {
        let mut stored = self.stored_playlist(playlist)?;
        let name = stored.name;
        if stored.query.is_some() {
            return Err(PersonError::IsSmart { name }.into());
        }
        let rows = stored.rows.len();
        if !(1..=rows).contains(&number) {
            let position = number;
            return Err(PersonError::NoSuchRow {
                name,
                position,
                rows,
            }
            .into());
        }
        Ok(MatchedRow {
            playlist: name,
            number,
            wanted: stored.rows.swap_remove(number - 1),
        })
    }
}

impl Library {
    /// For each row why it plays or does not, as people read it.
    pub fn reasons(&self, rows: &[(Wanted, Verdict)]) -> Result<Vec<String>, LibraryError> {
        let open = rows.iter().filter(|(_, verdict)| verdict.miss().is_some());
        let open: Vec<Wanted> = open.map(|(wanted, _)| wanted.clone()).collect();
        let mut explained = match open.is_empty() {
            true => Vec::new(),
            false => self.explain_all(&open)?,
        }
        .into_iter();
        let reason = |(_, verdict): &(Wanted, Verdict)| {
            let explained = verdict.miss().and_then(|_| explained.next());
            explained.map_or_else(|| found_by(verdict), |explained| explained.reason())
        };
        Ok(rows.iter().map(reason).collect())
    }
}

impl Explained {
    /// Why the row plays, or why not, with the song that comes nearest and the test that it failed.
    pub fn reason(&self) -> String {
        let Some(miss) = self.verdict.miss() else {
            return found_by(&self.verdict);
        };
        let Some((song, judged)) = self.nearest() else {
            return miss.words().into();
        };
        let length = song
            .length_ms
            .map_or(String::new(), |ms| format!(" ({})", clock(ms)));
        let failed = judged.failed.map_or(String::new(), |failed| {
            format!(", which failed {}", failed.words())
        });
        let name = song.wanted().label();
        format!("{}; nearest is {name}{length}{failed}", miss.words())
    }

    /// Why the row does not play by itself: the test that the nearest song failed, or what else is in the way.
    pub fn failed(&self) -> Option<&'static str> {
        let miss = self.verdict.miss()?;
        let test = self.nearest().and_then(|(_, judged)| judged.failed);
        Some(test.map_or(miss.words(), |test| test.words()))
    }

    /// The song that comes nearest, where a test is what keeps it from playing.
    fn nearest(&self) -> Option<&(Arc<Song>, Judged)> {
        let by_test = matches!(
            self.verdict.miss()?,
            Miss::NotHere | Miss::OtherLength | Miss::OtherVersion | Miss::Unsure
        );
        let offered = self.verdict.offered();
        let mut told = self.told.iter();
        let is_it = |(song, _): &&(Arc<Song>, Judged)| offered == Some(song);
        let nearest = told.find(is_it).or(self.told.first());
        nearest.filter(|_| by_test)
    }
}

fn found_by(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Found { rung, .. } => format!("found by {}", rung.words()),
        Verdict::Offered { why, .. } | Verdict::Missing(why) => why.words().into(),
    }
}
