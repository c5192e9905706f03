//! `standin match set` and `unset`: the person says which song a row means.

use super::super::live::named;
use super::super::one::one_song;
use super::{Context, Exit, Outcome, Stop, counted, row_of};
use crate::library::person::{Decided, Decision};
use crate::library::{Library, MatchedRow};
use crate::music::{Printable, Typed};

pub fn set(words: &[Typed], none: bool, dry_run: bool, context: &mut Context) -> Outcome {
    let library = context.library();
    let (row, decided, told) = match words {
        words if none => {
            let row = row_of(&Typed::texts(words), &library)?;
            let refused = library.would_stand(&row.wanted)?;
            let told = match refused.len() {
                0 => "nothing here comes near".to_owned(),
                count => format!("none of {} here", counted(count, "song")),
            };
            (row, Decided::NoneOf(refused), told)
        }
        [row @ .., file] if !row.is_empty() => {
            let row = row_of(&Typed::texts(row), &library)?;
            let song = one_song(std::slice::from_ref(file), context)?;
            (row, Decided::Song(song.wanted()), named(&song))
        }
        _ => {
            return Err(Stop::new(Exit::Usage, "no file is named for the row")
                .hint("`standin match set PLAYLIST:N FILE`, or --none where none of yours is it"));
        }
    };
    let is_it = if dry_run { "would be" } else { "is" };
    let about = about(&row);
    decide(row, decided, dry_run, &library)?;
    context.out.say(format!("{about}: it {is_it} {told}."));
    Ok(Exit::Done)
}

/// Keeps a decision.
pub fn decide(
    row: MatchedRow,
    decided: Decided,
    dry_run: bool,
    library: &Library,
) -> Result<(), Stop> {
    let mut person = library.person_or_rehearsal(dry_run)?;
    let address = row.address();
    if !person.decide(Decision::now(row.wanted, decided))? {
        return Err(Stop::failed(format!(
            "{address} has no id, no title and no file: there is nothing to know it by again"
        )));
    }
    Ok(())
}

pub fn unset(words: &[String], dry_run: bool, context: &mut Context) -> Outcome {
    let library = context.library();
    let row = row_of(words, &library)?;
    let was_decided = library
        .person_or_rehearsal(dry_run)?
        .undecide(&row.wanted)?;
    let about = about(&row);
    context.out.say(match (was_decided, dry_run) {
        (false, _) => format!("{about}: nothing was decided."),
        (_, true) => format!("{about}: the rules would decide again."),
        (_, false) => format!("{about}: the rules decide again."),
    });
    Ok(Exit::Done)
}

/// `“Road Trip”, row 3, Artist – Title`
fn about(row: &MatchedRow) -> String {
    let (name, label) = (Printable::new(&row.playlist), row.wanted.label());
    format!("“{name}”, row {}, {}", row.number, Printable::new(&label))
}
