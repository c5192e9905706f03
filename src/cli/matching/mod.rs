//! `standin match`.

mod carry;
mod decide;
mod ear;
mod list;
mod review;
mod why;

use super::out::{Out, counted};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::{Library, MatchedRow};
use crate::music::Typed;
use std::path::PathBuf;

/// How the rows of your playlists are matched to your files, and why; and your own decisions about them
///
/// Each row is exact, likely (both play), ask, substitute (another version) or missing. Without a verb: counts, and the
/// rows that do not play by themselves, each with the nearest song and the test that it failed.
///
/// What you decide hangs on what the row is known by, not on its place: it holds when the list is imported again, when
/// files move, and when the rules change.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  standin match Road Trip
  standin match why Road Trip:3
  standin match set Road Trip:3 Music/live/03.flac
  standin match set Road Trip:4 --none
  standin match review
  standin match export decisions.jsonl"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::ListArgs,
}

#[derive(clap::Subcommand)]
enum Action {
    /// What speaks for and against each song that a row may mean
    Why {
        /// The row: `PLAYLIST:N`, or `PLAYLIST N`
        #[arg(required = true)]
        row: Vec<String>,
    },
    /// You decide which song a row means; the last word is a file, or words that fit one song
    Set {
        /// The row, then the file
        #[arg(required = true, value_name = "ROW FILE")]
        words: Vec<Typed>,
        /// None of the songs here is it; what comes later may be
        #[arg(long)]
        none: bool,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// The rules decide about a row again
    Unset {
        /// The row: `PLAYLIST:N`, or `PLAYLIST N`
        #[arg(required = true)]
        row: Vec<String>,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Asks through the rows that are `ask`, one key each; needs a terminal
    Review(review::ReviewArgs),
    /// Writes what you decided, a line of JSON each
    Export {
        /// The file; without one, to stdout
        file: Option<PathBuf>,
        /// Write over a file that is there
        #[arg(long, requires = "file")]
        force: bool,
    },
    /// Takes decisions that were exported, here or elsewhere; a later one that is here stays
    Import {
        /// The file; - for stdin
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.action {
        None => list::run(&args.list, context),
        Some(Action::Why { row }) => why::run(&row, context),
        Some(Action::Set {
            words,
            none,
            dry_run,
        }) => decide::set(&words, none, dry_run, context),
        Some(Action::Unset { row, dry_run }) => decide::unset(&row, dry_run, context),
        Some(Action::Review(args)) => review::run(args, context),
        Some(Action::Export { file, force }) => carry::export(file.as_deref(), force, context),
        Some(Action::Import { file, dry_run }) => carry::import(&file, dry_run, context),
    }
}

/// The row that is meant by `PLAYLIST:N` or `PLAYLIST N`.
fn row_of(words: &[String], library: &Library) -> Result<MatchedRow, Stop> {
    let Some((playlist, number)) = parse_row(words) else {
        let told = format!("`{}` names no row", words.join(" "));
        return Err(Stop::new(Exit::Usage, told)
            .hint("A row is `PLAYLIST:N`; `standin playlist show PLAYLIST` numbers them"));
    };
    Ok(library.row(&playlist, number)?)
}

fn parse_row(words: &[String]) -> Option<(String, usize)> {
    let whole = words.join(" ");
    let (last, front) = words.split_last()?;
    let in_one = whole
        .rsplit_once(':')
        .map(|(name, number)| (name.to_owned(), number));
    let apart = (!front.is_empty()).then(|| (front.join(" "), last.as_str()));
    let both = [in_one, apart].into_iter().flatten();
    both.filter_map(|(name, number)| Some((name, number.parse().ok()?)))
        .find(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_playlist_and_number() {
        for (words, row) in [
            (&["Road Trip:3"][..], Some(("Road Trip", 3))),
            (&["Road", "Trip:3"], Some(("Road Trip", 3))),
            (&["Road", "Trip", "3"], Some(("Road Trip", 3))),
            (&["Mix: 2024:7"], Some(("Mix: 2024", 7))),
            (&["Mix:", "2024", "7"], Some(("Mix: 2024", 7))),
            (&["Top", "40:2"], Some(("Top 40", 2))),
            (&["3"], None),
            (&[":3"], None),
            (&["Road", "Trip"], None),
            (&["Road Trip:x"], None),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).into()).collect();
            let row = row.map(|(name, number)| (name.to_owned(), number));
            assert_eq!(parse_row(&words), row, "{words:?}");
        }
    }
}
