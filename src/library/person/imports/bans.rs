//! What the person never wants to hear: songs and artists. Who chooses by himself asks here first; what the person names
//! plays all the same.

use super::super::edit::Edit;
use super::super::records::Shelved;
use super::super::{Person, PersonError, Undone, now_ms};
use crate::music::{Song, fold};
use crate::wanted::{Banned, song_name};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A ban, under its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ban {
    /// What.
    pub what: Banned,
    /// Since when, in ms since 1970.
    pub at_ms: i64,
    /// Whether an import brought it.
    #[serde(default)]
    pub imported: bool,
}

impl Shelved for Ban {
    const SHELF: &'static str = "ban";
}

impl Ban {
    /// One that an export tells.
    pub(super) fn imported(what: Banned) -> Self {
        Self {
            what,
            at_ms: now_ms(),
            imported: true,
        }
    }

    /// One that the person says.
    pub fn said(what: Banned) -> Self {
        Self {
            what,
            at_ms: now_ms(),
            imported: false,
        }
    }

    /// By what it is known; `None` where it names nothing.
    fn name(&self) -> Option<String> {
        match &self.what {
            Banned::Song(wanted) => song_name(wanted).map(|name| format!("song:{name}")),
            Banned::Artist(name) => {
                Some(format!("artist:{}", fold(name))).filter(|_| !name.is_empty())
            }
        }
    }

    /// What it is of, for a sentence.
    pub fn label(&self) -> String {
        match &self.what {
            Banned::Song(wanted) => wanted.label(),
            Banned::Artist(name) => name.clone(),
        }
    }
}

/// All bans, to ask of many songs.
#[derive(Clone, Debug, Default)]
pub struct Bans {
    songs: HashSet<String>,
    keys: HashSet<crate::music::AudioKey>,
    artists: HashSet<String>,
}

impl Bans {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.songs.is_empty() && self.keys.is_empty() && self.artists.is_empty()
    }

    /// Whether this song is not to be chosen: it, or one of its artists, is banned.
    pub fn forbid(&self, song: &Song) -> bool {
        if self.is_empty() {
            return false;
        }
        let is_by = |artist: &String| self.artists.contains(&fold(artist));
        let has_key = song.key.is_some_and(|key| self.keys.contains(&key));
        let name = || song_name(&song.wanted());
        has_key
            || song.tags.artists.iter().any(is_by)
            || name().is_some_and(|name| self.songs.contains(&name))
    }
}

impl Person {
    /// All bans, each with its name.
    pub fn all_bans(&self) -> Result<Vec<(String, Ban)>, PersonError> {
        self.records()
    }

    /// All bans, to ask of many songs.
    pub fn bans(&self) -> Result<Bans, PersonError> {
        let mut bans = Bans::default();
        self.each_record(|_, ban: Ban| match ban.what {
            Banned::Song(wanted) => {
                bans.keys.extend(wanted.key);
                bans.songs.extend(song_name(&wanted));
            }
            Banned::Artist(name) => {
                bans.artists.insert(fold(&name));
            }
        })?;
        Ok(bans)
    }

    /// Bans all of these; how many were not banned.
    pub fn ban(&mut self, bans: &[Ban]) -> Result<usize, PersonError> {
        self.edit(|edit| {
            let mut new = 0;
            for ban in bans {
                new += usize::from(edit.ban(ban)?);
            }
            Ok(new)
        })
    }

    /// Lifts bans by their names; how many there were.
    pub fn unban(&mut self, names: &[String]) -> Result<usize, PersonError> {
        self.edit(|edit| {
            let mut lifted = 0;
            for name in names {
                lifted += usize::from(edit.unshelve::<Ban>(name)?);
            }
            Ok(lifted)
        })
    }
}

impl Edit<'_> {
    /// Bans it; whether it was not banned.
    pub(super) fn ban(&mut self, ban: &Ban) -> Result<bool, Undone> {
        let Some(name) = ban.name() else {
            return Ok(false);
        };
        if self.shelved::<Ban>(&name)?.is_some() {
            return Ok(false);
        }
        self.shelve(&name, ban)?;
        Ok(true)
    }
}
