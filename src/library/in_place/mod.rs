//! What would play in a streaming client's place: the song that it played, and what comes behind it in the playlist that it
//! was in; else that playlist's next song that is here; else what comes nearest, labelled. What is banned never does. It
//! plays nothing and changes nothing.

mod lists;
#[cfg(test)]
mod tests;

use super::open::{Looking, away};
use super::person::{Bans, Person};
use super::resolve::Said;
use super::{Choice, Chosen, Library, LibraryError};
use crate::music::{Origin, Root, Song, Verdict, Wanted};
use crate::wanted::{external_name, fill};
use lists::Standing;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are looked for at once, before the music: the first of them plays.
const FIRST_ROWS: usize = 20;

/// Rows that are looked for together where the first ones have no song here.
const MORE_ROWS: usize = 100;

/// Rows of one list that are looked at; nobody hears as many in one outage.
const MAX_ROWS: usize = 2_000;

/// Rows for which something stands in where nothing of the list is here.
const MAX_STAND_INS: usize = 20;

/// What plays first in a client's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// The song itself.
    Song,
    /// One that comes later in its list.
    Later,
    /// Another one, which is told.
    StandIn,
}

/// A song that plays, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The song.
    pub song: Arc<Song>,
    /// The list, or what it stands in for.
    pub origin: Option<Arc<Origin>>,
    /// Rows of its list before it that are stepped over: nothing of them plays here.
    pub left_out: usize,
}

/// What would play in a client's place.
#[derive(Clone, Debug, Default)]
pub struct InPlace {
    /// What the client played, with all that imports and its list know of it.
    pub wanted: Wanted,
    /// The playlist that the client was in, as far as that can be told.
    pub list: Option<String>,
    /// The row in it that the client played, from 1.
    pub row: Option<usize>,
    /// What the first song is to the client's; `None`: nothing is here.
    pub instead: Option<Instead>,
    /// The songs, in the order in which they play.
    pub songs: Vec<Placed>,
    /// Rows of the list behind those that were looked at.
    pub rest: Vec<Wanted>,
    /// Rows that were stepped over since the last song that was found.
    pub passed: usize,
}

/// Our music begins so much before the place where the client stopped: the last seconds were perhaps not heard any more.
const REWIND_MS: u64 = 2_000;

impl InPlace {
    /// Where the first song begins, in ms, for a client that stopped there.
    pub fn begins_at_ms(&self, place_ms: Option<u64>) -> u64 {
        match self.instead {
            Some(Instead::Song) => place_ms.unwrap_or(0).saturating_sub(REWIND_MS),
            _ => 0,
        }
    }
}

impl Library {
    /// What would play in the place of a client that plays `wanted` and played `before` before it, the newest first.
    pub fn in_place_of(&self, wanted: &Wanted, before: &[Wanted]) -> Result<InPlace, LibraryError> {
        let mut asked = Asked::of(self)?;
        let mut wanted = asked.known(wanted)?;
        let before: Vec<Wanted> = before
            .iter()
            .take(lists::MAX_BEFORE)
            .map(|one| asked.known(one))
            .collect::<Result<_, _>>()?;
        let mut verdict = asked.said.resolve(&asked.looking, &wanted);
        let standing = lists::standing(&asked.person, &wanted, &verdict, &before)?;
        let mut in_place = InPlace::default();
        let (list, rows) = match standing {
            Some(Standing { list, at, mut rows }) => {
                let behind = rows.split_off((at + 1).min(rows.len()));
                // What the list knows of it may lead further than what the client tells.
                if let Some(own) = rows.pop()
                    && fill(&mut wanted, &own)
                    && verdict.song().is_none()
                {
                    verdict = asked.said.resolve(&asked.looking, &wanted);
                }
                in_place.row = Some(at + 1);
                (Some(list), behind)
            }
            None => (None, Vec::new()),
        };
        in_place.list = list;
        in_place.wanted = wanted;
        asked.fill(&mut in_place, &verdict, rows)?;
        Ok(in_place)
    }

    /// The next of the rows that an answer left, as they play; empty once there are no more.
    pub fn in_place_go_on(&self, in_place: &mut InPlace) -> Result<Vec<Placed>, LibraryError> {
        let Some(list) = in_place.list.clone() else {
            return Ok(Vec::new());
        };
        let mut asked = Asked::of(self)?;
        let mut placed = Vec::new();
        while placed.is_empty() && !in_place.rest.is_empty() {
            let count = MORE_ROWS.min(in_place.rest.len());
            let rows: Vec<Wanted> = in_place.rest.drain(..count).collect();
            placed = asked.rows(&list, &rows, &mut in_place.passed);
        }
        Ok(placed)
    }
}

/// The library, opened once for one question.
struct Asked<'a> {
    library: &'a Library,
    person: Person,
    bans: Bans,
    said: Said,
    looking: Looking,
}

impl<'a> Asked<'a> {
    fn of(library: &'a Library) -> Result<Self, LibraryError> {
        let person = library.person_reader()?;
        Ok(Self {
            bans: person.bans()?,
            said: library.said()?,
            looking: library.looking()?,
            library,
            person,
        })
    }

    /// With what imports know of its ids.
    fn known(&self, wanted: &Wanted) -> Result<Wanted, LibraryError> {
        let mut wanted = wanted.clone();
        for (service, id) in wanted.external.clone() {
            let name = external_name(&service, &id);
            if let Some(known) = self.person.record::<super::person::KnownAs>(&name)? {
                fill(&mut wanted, &known.wanted);
            }
        }
        Ok(wanted)
    }

    fn fill(
        &mut self,
        in_place: &mut InPlace,
        verdict: &Verdict,
        mut rows: Vec<Wanted>,
    ) -> Result<(), LibraryError> {
        rows.truncate(MAX_ROWS);
        let own = verdict.song().filter(|song| !self.bans.forbid(song));
        in_place.songs.extend(own.map(|song| Placed {
            song: song.clone(),
            origin: None,
            left_out: 0,
        }));
        if own.is_some() {
            in_place.instead = Some(Instead::Song);
        }
        match &in_place.list {
            Some(list) => {
                let list = list.clone();
                let mut looked_at = 0;
                while looked_at < rows.len() && in_place.songs.is_empty() || looked_at == 0 {
                    let next = next_rows(looked_at, rows.len());
                    let passed = &mut in_place.passed;
                    let placed = self.rows(&list, &rows[next.clone()], passed);
                    in_place.songs.extend(placed);
                    looked_at = next.end.max(1);
                }
                in_place.rest = rows.split_off(looked_at.min(rows.len()));
            }
            None => self.album_behind(in_place)?,
        }
        if in_place.instead.is_none() && !in_place.songs.is_empty() {
            in_place.instead = Some(Instead::Later);
        }
        if in_place.songs.is_empty() {
            self.stand_in(in_place, verdict, rows)?;
        }
        Ok(())
    }

    /// The songs of rows of a list, those that are here; `passed`: rows before them without one.
    fn rows(&mut self, list: &str, rows: &[Wanted], passed: &mut usize) -> Vec<Placed> {
        let origin = Some(Arc::new(Origin::Playlist(list.to_owned())));
        let mut placed = Vec::new();
        for row in rows {
            let verdict = self.said.resolve(&self.looking, row);
            match verdict.song().filter(|song| !self.bans.forbid(song)) {
                Some(song) => placed.push(Placed {
                    song: song.clone(),
                    origin: origin.clone(),
                    left_out: std::mem::take(passed),
                }),
                None => *passed += 1,
            }
        }
        placed
    }

    /// A client that was in no list of ours may have played an album: what comes behind the song on it.
    fn album_behind(&self, in_place: &mut InPlace) -> Result<(), LibraryError> {
        let Some(Placed { song: own, .. }) = in_place.songs.first() else {
            return Ok(());
        };
        if own.tags.album.is_empty() {
            return Ok(());
        }
        let reader = self.library.reader()?;
        let away: Vec<Arc<Root>> = away(&reader)?;
        let album = reader.album_of(own)?;
        let is_own = |song: &Song| song.place == own.place && song.part == own.part;
        let at = album.iter().position(is_own);
        let behind = album.into_iter().skip(at.map_or(usize::MAX, |at| at + 1));
        let origin = Some(Arc::new(Origin::Album(own.tags.album.clone())));
        let may = behind.filter(|song| !self.bans.forbid(song) && !away.contains(&song.place.root));
        let placed: Vec<Placed> = may
            .map(|song| Placed {
                song: Arc::new(song),
                origin: origin.clone(),
                left_out: 0,
            })
            .collect();
        in_place.songs.extend(placed);
        Ok(())
    }

    /// Where nothing of all that is here: what stands in for the song and for the first rows of its list.
    fn stand_in(
        &self,
        in_place: &mut InPlace,
        verdict: &Verdict,
        rows: Vec<Wanted>,
    ) -> Result<(), LibraryError> {
        let rows = rows.into_iter().take(MAX_STAND_INS);
        let rows = rows.map(|row| {
            let verdict = self.said.resolve(&self.looking, &row);
            (row, verdict)
        });
        // One that is banned plays for nobody, not even for itself.
        let own = match verdict {
            Verdict::Found { .. } => Verdict::Missing(crate::music::Miss::Refused),
            other => other.clone(),
        };
        let choice = Choice {
            chosen: Chosen::Search,
            rows: std::iter::once((in_place.wanted.clone(), own))
                .chain(rows)
                .collect(),
            notes: Vec::new(),
        };
        let standing = self.library.stand_ins(&choice)?;
        for ((row, _), stand_in) in choice.rows.iter().zip(standing) {
            in_place.songs.extend(stand_in.map(|stand_in| Placed {
                origin: Some(Arc::new(stand_in.origin(row))),
                song: stand_in.song,
                left_out: 0,
            }));
        }
        if !in_place.songs.is_empty() {
            in_place.instead = Some(Instead::StandIn);
        }
        Ok(())
    }
}

fn next_rows(from: usize, rows: usize) -> Range<usize> {
    let count = if from == 0 { FIRST_ROWS } else { MORE_ROWS };
    from..rows.min(from + count)
}
