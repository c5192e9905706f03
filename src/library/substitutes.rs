//! What may sound where a row has no song of its own: another version of it, else its artist's neighbour. Never what is banned
//! or refused, and never without being told: who plays it says what it stands for.

use super::open::away;
use super::{Choice, Library, LibraryError, Reader};
use crate::library::person::{Bans, Decided, Decisions};
use crate::music::{Grade, Origin, Root, Song, Uri, Verdict, Wanted, fold};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A song that stands in for a row's.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// What sounds.
    pub song: Arc<Song>,
    /// What it is to the row.
    pub kind: StandInKind,
}

/// What a song is to the row that it stands in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandInKind {
    /// It may be the song itself.
    Unsure,
    /// Another version of it.
    OtherVersion,
    /// Another song of the same artist.
    Neighbour,
}

impl StandInKind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unsure => "it may be that one",
            Self::OtherVersion => "another version",
            Self::Neighbour => "by the same artist",
        }
    }
}

impl StandIn {
    /// As what it is queued and remembered: it tells what it stands for.
    pub fn origin(&self, row: &Wanted) -> Origin {
        Origin::StandIn(format!("for {} ({})", row.label(), self.kind.words()))
    }
}

impl Library {
    /// For each row of a choice what stands in for it; `None`: it has its own song, or there is nothing.
    pub fn stand_ins(&self, choice: &Choice) -> Result<Vec<Option<StandIn>>, LibraryError> {
        let person = self.person_reader()?;
        let reader = self.reader()?;
        let verdicts = choice.rows.iter().map(|(_, verdict)| verdict);
        let songs = verdicts.filter_map(|verdict| verdict.song().or(verdict.offered()));
        let mut search = Search {
            bans: person.bans()?,
            decisions: person.decisions()?,
            away: away(&reader)?,
            used: songs.map(|song| song.uri()).collect(),
            of_artist: HashMap::new(),
            reader,
        };
        choice
            .rows
            .iter()
            .map(|(wanted, verdict)| search.stand_in(wanted, verdict))
            .collect()
    }
}

struct Search {
    reader: Reader,
    bans: Bans,
    decisions: Decisions,
    away: Vec<Arc<Root>>,
    /// What sounds for another row.
    used: HashSet<Uri>,
    of_artist: HashMap<String, Vec<Arc<Song>>>,
}

impl Search {
    fn stand_in(
        &mut self,
        wanted: &Wanted,
        verdict: &Verdict,
    ) -> Result<Option<StandIn>, LibraryError> {
        if verdict.song().is_some() {
            return Ok(None);
        }
        if let Verdict::Offered { song, grade, .. } = verdict
            && self.may_sound(song, wanted)
        {
            let kind = match grade {
                Grade::Substitute => StandInKind::OtherVersion,
                _ => StandInKind::Unsure,
            };
            let song = song.clone();
            return Ok(Some(StandIn { song, kind }));
        }
        for artist in &wanted.artists {
            if let Some(song) = self.neighbour(artist, wanted)? {
                self.used.insert(song.uri());
                let kind = StandInKind::Neighbour;
                return Ok(Some(StandIn { song, kind }));
            }
        }
        Ok(None)
    }

    /// The artist's song that comes nearest: of the same album, then in length.
    fn neighbour(
        &mut self,
        artist: &str,
        wanted: &Wanted,
    ) -> Result<Option<Arc<Song>>, LibraryError> {
        let name = fold(artist);
        if !self.of_artist.contains_key(&name) {
            let songs = self.reader.artist(artist)?;
            let songs = songs.into_iter().map(Arc::new).collect();
            self.of_artist.insert(name.clone(), songs);
        }
        let album = fold(&wanted.album);
        let songs = self.of_artist[&name].iter();
        let free =
            songs.filter(|song| !self.used.contains(&song.uri()) && self.may_sound(song, wanted));
        let nearest = free.min_by_key(|song| {
            let apart = wanted.length_ms.zip(song.length_ms);
            let apart = apart.map_or(u64::MAX, |(asked, has)| asked.abs_diff(has));
            let is_other_album = album.is_empty() || fold(&song.tags.album) != album;
            (is_other_album, apart, song.uri())
        });
        Ok(nearest.cloned())
    }

    fn may_sound(&self, song: &Song, wanted: &Wanted) -> bool {
        let decision = self.decisions.of(wanted).map(|decision| &decision.decided);
        let is_refused = match decision {
            Some(Decided::NoneOf(refused)) => song.key.is_some_and(|key| refused.contains(&key)),
            _ => false,
        };
        !is_refused && !self.bans.forbid(song) && !self.away.contains(&song.place.root)
    }
}
