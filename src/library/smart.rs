//! What questions find, as rows: those of smart playlists, pairs and filters; and everything, for those who name nothing. It
//! changes nothing but the question of a smart playlist that is made.

use super::choose::{Choice, Chosen};
use super::person::StoredPlaylist;
use super::query::Asked;
use super::{Library, LibraryError, Question};
use crate::music::{Grade, Miss, Rung, Song, Verdict, Wanted};
use std::sync::Arc;

impl StoredPlaylist {
    /// What a smart playlist asks; `None`: it has rows of its own.
    pub fn question(&self) -> Result<Option<Question>, LibraryError> {
        let read = self.query.as_deref().map(Question::read).transpose();
        read.map_err(|reason| LibraryError::BadQuery {
            name: self.name.clone(),
            reason,
        })
    }
}

impl Library {
    /// Makes a playlist of what a question finds whenever it is asked for, and tells what that is now. `instead`: of a smart
    /// one that has the name already. With `dry_run` it only tells.
    pub fn create_smart(
        &self,
        name: &str,
        question: &Question,
        instead: bool,
        dry_run: bool,
    ) -> Result<Vec<Song>, LibraryError> {
        let found = self.reader()?.answer(question)?;
        let mut person = self.person_or_rehearsal(dry_run)?;
        let query = question.written();
        if instead {
            person.create_smart_instead(name, &query)?;
        } else {
            person.create_smart(name, &query)?;
        }
        Ok(found)
    }

    /// What a question finds, row by row; songs whose root is away are missing.
    pub(super) fn choose_question(
        &self,
        question: &Question,
        chosen: Chosen,
    ) -> Result<Choice, LibraryError> {
        let reader = self.reader()?;
        let away = super::open::away(&reader)?;
        let row = |song: Song| {
            let wanted = song.wanted();
            if away.contains(&song.place.root) {
                return (wanted, Verdict::Missing(Miss::RootAway));
            }
            (wanted, found(song))
        };
        let rows: Vec<(Wanted, Verdict)> = reader.answer(question)?.into_iter().map(row).collect();
        Ok(Choice {
            chosen,
            rows,
            notes: Vec::new(),
        })
    }

    /// The songs of pairs and filters. Words that only look like pairs, `date night`, are words where nothing has these values.
    pub(super) fn choose_filter(&self, what: &[String]) -> Result<Option<Choice>, LibraryError> {
        let is_meant = what.iter().any(|arg| arg.starts_with('('));
        match Asked::read(what) {
            Err(error) if is_meant => return Err(error.into()),
            Err(_) | Ok(Asked::Words(_)) => return Ok(None),
            Ok(Asked::Filter(_)) => {}
        }
        let question = Question {
            what: what.to_vec(),
            ..Question::default()
        };
        let choice = self.choose_question(&question, Chosen::Search)?;
        Ok((is_meant || !choice.rows.is_empty()).then_some(choice))
    }

    /// Every song, album by album; those whose root is away are missing.
    pub fn choose_everything(&self) -> Result<Choice, LibraryError> {
        let (songs, away) = self.all_here_by_album()?;
        let rows = songs.into_iter().map(|song| (song.wanted(), found(song)));
        Ok(Choice {
            chosen: Chosen::Everything,
            rows: rows.collect(),
            notes: note_of_away(away).into_iter().collect(),
        })
    }
}

/// That so many songs are away.
pub fn note_of_away(songs: usize) -> Option<String> {
    match songs {
        0 => None,
        1 => Some("1 song is in a folder that is away.".into()),
        songs => Some(format!("{songs} songs are in a folder that is away.")),
    }
}

/// It is the very song.
pub(super) fn found(song: Song) -> Verdict {
    Verdict::Found {
        song: Arc::new(song),
        grade: Grade::Exact,
        rung: Rung::Place,
    }
}
