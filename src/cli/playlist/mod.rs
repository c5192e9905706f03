//! `standin playlist`.

mod check;
mod export;
mod ls;
mod show;
mod smart;

pub use export::{Format, write_file, written};

use super::out::counted;
use super::play::choose;
use super::songs::ListArgs;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::Scope;
use crate::library::person::PersonError;
use crate::music::{Printable, Typed, Wanted, clock};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Playlists: kept here, row for row, whether the files are here or not
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin playlist new \"Road Trip\" mix.m3u8
  standin playlist add \"Road Trip\" so what
  standin playlist smart Best rating '>=4' --sort -rating
  standin playlist smart Forgotten \"(last-played !since '1y')\" --sort random -n 50
  standin playlist show \"Road Trip\"
  standin playlist check mix.m3u8
  standin playlist export \"Road Trip\" ~/Music/road.m3u8 --relative")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Names them all
    Ls,
    /// The rows, and for each what will play
    Show {
        /// The playlist
        name: String,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Makes one, from nothing or from what `play` would take
    New {
        /// Its name
        name: String,
        /// Words, paths, playlist files, or - for a list on stdin
        what: Vec<Typed>,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Makes one that holds what a query finds whenever it is wanted
    Smart(smart::Args),
    /// Adds rows at the end
    Add {
        /// The playlist
        name: String,
        /// Words, paths, playlist files, or - for a list on stdin
        #[arg(required = true)]
        what: Vec<Typed>,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Deletes rows, or without rows the whole playlist; files are never touched
    Rm {
        /// The playlist
        name: String,
        /// Rows by number, from 1: `3`, `5-8`
        rows: Vec<String>,
        /// Only say what would go
        #[arg(long)]
        dry_run: bool,
    },
    /// Gives it another name
    Rename {
        /// Its name now
        name: String,
        /// Its name from now on
        to: String,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Tells of playlist files, or of playlists kept here, what is odd and which rows are missing; changes nothing
    Check {
        /// Files (M3U, PLS, XSPF, JSPF, cue sheets) or names
        #[arg(required = true, value_name = "FILE|NAME")]
        what: Vec<Typed>,
    },
    /// Writes it as M3U8, XSPF or JSPF for any other player; missing rows are kept
    Export {
        /// The playlist
        name: String,
        /// The file (`.m3u8`, `.m3u`, `.xspf` or `.jspf`); without one, to stdout
        file: Option<PathBuf>,
        /// What to write, where the file's name does not tell
        #[arg(long)]
        format: Option<Format>,
        /// Paths relative to the file's folder
        #[arg(long, requires = "file")]
        relative: bool,
        /// Write over a file that is there
        #[arg(long, requires = "file")]
        force: bool,
    },
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.action {
        Action::Ls => ls::list(context),
        Action::Show { name, list } => show::show(&name, &list, context),
        Action::New {
            name,
            what,
            dry_run,
        } => create(&name, &what, dry_run, context),
        Action::Smart(args) => smart::create(args, context),
        Action::Add {
            name,
            what,
            dry_run,
        } => add(&name, &what, dry_run, context),
        Action::Rm {
            name,
            rows,
            dry_run,
        } => remove(&name, &rows, dry_run, context),
        Action::Rename { name, to, dry_run } => rename(&name, &to, dry_run, context),
        Action::Export {
            name,
            file,
            format,
            relative,
            force,
        } => {
            let how = export::How {
                format,
                relative,
                force,
            };
            export::export(&name, file.as_deref(), how, context)
        }
        Action::Check { what } => check::check(&what, context),
    }
}

/// Done, or partly where rows have no song.
fn partial_if(missing: usize) -> Exit {
    if missing > 0 {
        Exit::Partial
    } else {
        Exit::Done
    }
}

/// The rows that `play` would take for these words.
fn rows_of(what: &[Typed], context: &Context) -> Result<Vec<Wanted>, Stop> {
    let choice = choose(what, Scope::Everything, context)?;
    for note in &choice.notes {
        context.out.note(note);
    }
    if choice.rows.is_empty() {
        return Err(super::search::nothing_found(
            &what.join(" "),
            context.library().reader()?.song_count()?,
        ));
    }
    Ok(choice.wanted())
}

fn create(name: &str, what: &[Typed], dry_run: bool, context: &mut Context) -> Outcome {
    let rows = if what.is_empty() {
        Vec::new()
    } else {
        rows_of(what, context)?
    };
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    person.create(name, &rows)?;
    context.out.say(format!(
        "“{}” {} {}.",
        Printable::new(name),
        if dry_run { "would have" } else { "has" },
        counted(rows.len(), "row")
    ));
    Ok(Exit::Done)
}

fn add(name: &str, what: &[Typed], dry_run: bool, context: &mut Context) -> Outcome {
    let rows = rows_of(what, context)?;
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    person.append(name, &rows)?;
    context.out.say(format!(
        "{} {} to “{}”.",
        if dry_run { "Would add" } else { "Added" },
        counted(rows.len(), "row"),
        Printable::new(name)
    ));
    Ok(Exit::Done)
}

fn rename(name: &str, to: &str, dry_run: bool, context: &mut Context) -> Outcome {
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    person.rename(name, to)?;
    if dry_run {
        context.out.say(format!(
            "“{}” would be called “{}”.",
            Printable::new(name),
            Printable::new(to)
        ));
    }
    Ok(Exit::Done)
}

fn remove(name: &str, rows: &[String], dry_run: bool, context: &mut Context) -> Outcome {
    let library = context.library();
    let playlist = library.stored_playlist(name)?;
    let mut person = library.person_or_rehearsal(dry_run)?;
    let would = if dry_run { "would go" } else { "is gone" };
    if rows.is_empty() {
        person.delete(&playlist.name)?;
        let with = match playlist.query {
            None => format!(" with {}", counted(playlist.rows.len(), "row")),
            Some(_) => String::new(),
        };
        let name = Printable::new(&playlist.name);
        context.out.say(format!("“{name}”{with} {would}."));
        return Ok(Exit::Done);
    }
    if playlist.query.is_some() {
        let name = playlist.name;
        return Err(PersonError::IsSmart { name }.into());
    }
    let ranges = parse_rows(rows, playlist.rows.len())?;
    person.remove_rows(&playlist.name, &ranges)?;
    let numbers: std::collections::BTreeSet<usize> = ranges.into_iter().flatten().collect();
    for number in numbers {
        context.out.say(format!(
            "Row {number}, {}, {would}.",
            Printable::new(&playlist.rows[number - 1].label())
        ));
    }
    Ok(Exit::Done)
}

/// `3` and `5-8` as ranges of row numbers, from 1.
fn parse_rows(texts: &[String], rows: usize) -> Result<Vec<RangeInclusive<usize>>, Stop> {
    let mut ranges = Vec::new();
    for text in texts {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let range = first.parse::<usize>().ok().zip(last.parse::<usize>().ok());
        let Some((first, last)) =
            range.filter(|(first, last)| *first >= 1 && first <= last && *last <= rows)
        else {
            return Err(Stop::new(
                Exit::Usage,
                format!("`{}` names no row: there are {rows}", Printable::new(text)),
            )
            .hint("rows are numbers from 1, or ranges such as 5-8"));
        };
        ranges.push(first..=last);
    }
    Ok(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_number() {
        let rows = |texts: &[&str]| {
            parse_rows(
                &texts
                    .iter()
                    .map(|text| text.to_string())
                    .collect::<Vec<_>>(),
                9,
            )
        };
        assert_eq!(rows(&["3", "5-7"]).unwrap(), [3..=3, 5..=7]);
        for wrong in ["0", "10", "4-2", "x", "-", "1-10"] {
            assert!(rows(&[wrong]).is_err(), "{wrong}");
        }
    }
}
