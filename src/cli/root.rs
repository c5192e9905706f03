//! `standin root`.

use super::out::counted;
use super::songs::insert_path;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::watch::How;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The music folders: what they are called, and whether they are here
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Lists them (also without a word)
    Ls,
    /// Remembers a folder; `standin scan` indexes it
    Add {
        /// The folder
        folder: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Forgets a folder; the files in it are not touched
    Rm {
        /// Its name, as `root ls` tells it
        name: String,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.action.unwrap_or(Action::Ls) {
        Action::Ls => list(context),
        Action::Add { folder, dry_run } => add(&folder, dry_run, context),
        Action::Rm { name, dry_run } => remove(&name, dry_run, context),
    }
}

fn add(folder: &Path, dry_run: bool, context: &mut Context) -> Outcome {
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    let (root, new) = person.add_root(folder)?;
    let name = &root.name;
    context.out.say(match (new, dry_run) {
        (true, true) => format!("“{name}” would be remembered."),
        (true, false) => format!("“{name}” is remembered; `standin scan` indexes it."),
        (false, _) => format!("“{name}” was remembered already."),
    });
    Ok(Exit::Done)
}

fn remove(name: &str, dry_run: bool, context: &mut Context) -> Outcome {
    let library = context.library();
    let songs = library.reader()?.songs_in_root(name)?;
    library.person_or_rehearsal(dry_run)?.remove_root(name)?;
    if !dry_run {
        library.index().forget_root(name)?;
    }
    let songs = counted(songs, "song");
    context.out.say(if dry_run {
        format!("“{name}” with {songs} would be forgotten; its files would not be touched.")
    } else {
        format!("“{name}” with {songs} is forgotten; its files were not touched.")
    });
    Ok(Exit::Done)
}

fn list(context: &mut Context) -> Outcome {
    let library = context.library();
    let roots = library.roots_here_or_away()?;
    let watching = library.watching();
    let mut exit = Exit::Done;
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for (root, here) in &roots {
        let state = if *here { "here" } else { "away" };
        if !here {
            exit = Exit::RootAway;
        }
        let songs = library.reader()?.songs_in_root(&root.name)?;
        let how = watching
            .as_ref()
            .and_then(|watching| watching.root(&root.name));
        let mut value =
            json!({ "name": root.name, "state": state, "songs": songs, "watch": watch_json(how) });
        insert_path(&mut value, "path", &root.dir);
        values.push(value);
        rows.push(vec![
            root.name.clone(),
            state.into(),
            watched(how),
            songs.to_string(),
            root.dir.to_string_lossy().into_owned(),
        ]);
    }
    let out = &mut context.out;
    if out.json {
        out.json(json!({ "roots": values }))?;
    } else if rows.is_empty() {
        return Err(Stop::new(Exit::NothingFound, "no music folder is known")
            .hint("`standin scan FOLDER` indexes one and remembers it"));
    } else {
        out.table(
            &[
                Column::text("NAME").stays(),
                Column::word("STATE"),
                Column::text("WATCHED"),
                Column::number("SONGS"),
                Column::text("FOLDER"),
            ],
            &rows,
        )?;
    }
    Ok(exit)
}

/// What a running watch does with a root, in a cell.
fn watched(how: Option<&How>) -> String {
    match how {
        None => "no".into(),
        Some(How::Watched) => "yes".into(),
        Some(How::Away) => "when it is back".into(),
        Some(How::Polled {
            every_s, in_short, ..
        }) => format!("every {every_s} s: {in_short}"),
    }
}

fn watch_json(how: Option<&How>) -> Value {
    match how {
        None => json!({ "state": "none" }),
        Some(How::Watched) => json!({ "state": "watched" }),
        Some(How::Away) => json!({ "state": "waiting" }),
        Some(How::Polled {
            every_s,
            why,
            remedy,
            ..
        }) => {
            json!({ "state": "polled", "every_s": every_s, "reason": why, "remedy": remedy })
        }
    }
}
