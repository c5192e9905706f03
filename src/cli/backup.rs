//! `standin backup`.

use super::out::{count, counted};
use super::songs::insert_path;
use super::stats::size;
use super::table::Column;
use super::{Context, Exit, Outcome};
use crate::library::person::{Backup, Contents};
use crate::music::Printable;
use serde_json::{Value, json};

/// Backups of what you made: music folders, playlists, stars, counts and history
///
/// One is made by itself before the first change of a day; ten of them stay, and one of each of the last twelve months.
/// Each is a file of text. No music is in it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin backup create
  standin backup ls
  standin backup restore standin-20261124T153000.123Z.jsonl --dry-run")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Makes one now
    Create,
    /// Names them, newest first, and tells what is in each
    Ls,
    /// Puts everything back as it was in one; what is there now is backed up first
    Restore {
        /// Its name, or a file anywhere
        backup: String,
        /// Take what can be read of one that is damaged
        #[arg(long)]
        what_can_be_read: bool,
        /// Only say what is in it
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.action {
        Action::Create => create(context),
        Action::Ls => list(context),
        Action::Restore {
            backup,
            what_can_be_read,
            dry_run,
        } => restore(&backup, what_can_be_read, dry_run, context),
    }
}

fn create(context: &mut Context) -> Outcome {
    let backup = context.library().person()?.back_up()?;
    if context.out.json {
        context.out.json(value(&backup))?;
        return Ok(Exit::Done);
    }
    context.out.say(format!(
        "{} holds {}.",
        Printable::path(&backup.path),
        words(&backup.contents)
    ));
    Ok(Exit::Done)
}

fn list(context: &mut Context) -> Outcome {
    let backups = context.library().person_reader()?.backups()?;
    let is_damaged = backups.iter().any(|backup| backup.contents.damaged > 0);
    let out = &mut context.out;
    if out.json {
        let values: Vec<Value> = backups.iter().map(value).collect();
        out.json(json!({ "backups": values }))?;
    } else if backups.is_empty() {
        out.say("There is no backup yet: the first change makes one, and so does `standin backup create`.");
    } else {
        let rows: Vec<_> = backups.iter().map(row).collect();
        out.table(COLUMNS, &rows)?;
        out.flush()?;
        for backup in backups.iter().filter(|one| one.contents.damaged > 0) {
            let lines = counted(backup.contents.damaged, "line");
            out.warn(format!("{} has {lines} that cannot be read.", backup.name));
        }
    }
    Ok(if is_damaged {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn restore(backup: &str, what_can_be_read: bool, dry_run: bool, context: &mut Context) -> Outcome {
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    let contents = person.restore(backup, what_can_be_read)?;
    context.out.say(format!(
        "{} {} put back: {}.",
        Printable::new(backup),
        if dry_run { "would be" } else { "is" },
        words(&contents)
    ));
    if !dry_run {
        context
            .out
            .say("What was there before is in the newest backup.");
    }
    Ok(if contents.damaged > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn words(contents: &Contents) -> String {
    if contents.is_empty() {
        return "nothing".to_owned();
    }
    let mut words = format!(
        "{}, {} with {}, {} with stars or counts and {} of history",
        counted(contents.roots, "music folder"),
        counted(contents.playlists, "playlist"),
        counted(contents.rows, "row"),
        counted(contents.songs, "song"),
        counted(contents.heard, "line"),
    );
    if contents.damaged > 0 {
        words += &format!("; {} cannot be read", counted(contents.damaged, "line"));
    }
    words
}

/// The name is what `restore` takes: it is never cut.
const COLUMNS: &[Column] = &[
    Column::word("NAME").stays(),
    Column::word("WHEN"),
    Column::number("SIZE"),
    Column::number("PLAYLISTS"),
    Column::number("SONGS"),
    Column::number("FOLDERS"),
    Column::number("ROWS"),
    Column::number("HISTORY"),
    Column::number("DAMAGED"),
];

fn row(backup: &Backup) -> Vec<String> {
    let contents = &backup.contents;
    // One that was made before there was anything is seen to be empty at the first look.
    let number = |number| match contents.is_empty() {
        true => "-".to_owned(),
        false => count(number),
    };
    vec![
        backup.name.clone(),
        backup.local_time(),
        size(backup.bytes),
        number(contents.playlists),
        number(contents.songs),
        number(contents.roots),
        number(contents.rows),
        number(contents.heard),
        number(contents.damaged),
    ]
}

fn value(backup: &Backup) -> Value {
    let contents = &backup.contents;
    let mut value = json!({
        "name": backup.name, "at_ms": backup.at_ms, "bytes": backup.bytes,
        "roots": contents.roots, "playlists": contents.playlists, "rows": contents.rows,
        "songs": contents.songs, "heard": contents.heard, "damaged": contents.damaged,
    });
    insert_path(&mut value, "path", &backup.path);
    value
}
