//! Songs that stand in for rows which have none, where `play --stand-ins` asks for them: each told, and labelled on its way.

use super::live::named;
use super::out::{Out, counted};
use super::play::Args;
use super::{Context, Stop};
use crate::library::{Choice, StandIn};
use crate::music::{Origin, Song};
use std::collections::HashMap;
use std::sync::Arc;

/// Stand-ins that are named without `-v`.
const MAX_NAMED: usize = 10;

/// What stands in, row by row.
#[derive(Default)]
pub struct StandIns {
    rows: Vec<Option<StandIn>>,
    /// What is told of each; by the very song, for one may be wanted by another row for itself.
    labels: HashMap<*const Song, Arc<Origin>>,
}

impl StandIns {
    /// Of a choice, where they are asked for.
    pub fn of(choice: &Choice, args: &Args, context: &Context) -> Result<Self, Stop> {
        if !args.stand_ins() {
            return Ok(Self::default());
        }
        let mut standing = Self {
            rows: context.library().stand_ins(choice)?,
            labels: HashMap::new(),
        };
        for ((wanted, _), stand_in) in choice.rows.iter().zip(&mut standing.rows) {
            if let Some(stand_in) = stand_in {
                // One of its own, whoever else has the song.
                stand_in.song = Arc::new(Song::clone(&stand_in.song));
                let origin = Arc::new(stand_in.origin(wanted));
                standing.labels.insert(Arc::as_ptr(&stand_in.song), origin);
            }
        }
        Ok(standing)
    }

    /// What stands in for the row at this place, from 0.
    pub fn of_row(&self, at: usize) -> Option<&StandIn> {
        self.rows.get(at)?.as_ref()
    }

    /// What plays, in the order of the rows.
    pub fn songs(&self, choice: &Choice) -> Vec<Arc<Song>> {
        let rows = choice.rows.iter().enumerate();
        let song = |(at, (_, verdict)): (usize, &(_, crate::music::Verdict))| {
            let own = verdict.song();
            own.or_else(|| Some(&self.of_row(at)?.song)).cloned()
        };
        rows.filter_map(song).collect()
    }

    /// Where each song comes from: those that stand in tell that instead.
    pub fn origins(&self, songs: &[Arc<Song>], origin: Option<Origin>) -> Vec<Option<Arc<Origin>>> {
        let origin = origin.map(Arc::new);
        let label = |song: &Arc<Song>| self.labels.get(&Arc::as_ptr(song)).cloned();
        songs
            .iter()
            .map(|song| label(song).or(origin.clone()))
            .collect()
    }

    /// Names them.
    pub fn say(&self, choice: &Choice, out: &Out) {
        let pairs = choice.rows.iter().zip(&self.rows);
        let all: Vec<_> = pairs
            .filter_map(|((wanted, _), stand_in)| Some((wanted, stand_in.as_ref()?)))
            .collect();
        if all.is_empty() {
            return;
        }
        let stand = if all.len() == 1 { "stands" } else { "stand" };
        out.say(format!("{} {stand} in:", counted(all.len(), "song")));
        let count = if out.verbose { all.len() } else { MAX_NAMED };
        for (wanted, stand_in) in all.iter().take(count) {
            let (asked, kind) = (wanted.label(), stand_in.kind.words());
            out.say(format!("  {} for {asked} ({kind})", named(&stand_in.song)));
        }
        if all.len() > count {
            out.say(format!("  … and {} more; -v names all", all.len() - count));
        }
    }
}
