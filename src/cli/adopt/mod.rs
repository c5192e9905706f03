//! `standin adopt`.

mod told;

use super::{Context, Exit, Outcome, Stop, scan};
use crate::config::Places;
use crate::library::Library;
use crate::library::adopt::{AdoptError, AdoptedFrom, Found, Homes, Player, recognise};
use crate::music::{Printable, Verdict};
use crate::wanted::adopt::Adoptable;
use std::path::{Path, PathBuf};

/// Move in from another player: its playlists, stars, play counts and dates
///
/// Alone it looks where players keep their libraries, says what it found, and takes nothing. Named, a player or a file or folder of one, it takes
/// over: playlists keep every row; stars come to songs that have none here; of play counts what was not counted before is
/// added; the date a song came is the earlier one, when it was last heard the later. What belongs to a file that is not here
/// waits for it. Running it again takes only what is new. Nothing of the other player is changed.
///
/// Known are MPD, beets, Rhythmbox, Strawberry, Clementine, Quod Libet, cmus, Navidrome (its database or a backup of it),
/// and iTunes and Music (Library.xml).
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin adopt                          what is here to move in from
  standin adopt --all --dry-run          what would be taken of all of it
  standin adopt rhythmbox
  standin adopt ~/navidrome_backup.db \"~/Music/Library.xml\"
  standin adopt ./cmus                   a folder, and not the player of that name")]
pub struct Args {
    /// Players by name, and files and folders of them
    #[arg(value_name = "PLAYER|PATH", conflicts_with = "all")]
    which: Vec<String>,
    /// Every library that is found
    #[arg(long)]
    all: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// A library that was found, with what it has, or why it cannot be read.
struct Looked {
    found: Found,
    read: Result<Adoptable, AdoptError>,
}

/// What adopting came to.
struct Outcomes {
    from: Vec<(AdoptedFrom, Playing)>,
    /// Libraries that cannot be read.
    not_read: Vec<(Found, AdoptError)>,
    dry_run: bool,
}

/// Rows of a player's playlists that would play.
#[derive(Clone, Copy, Default)]
struct Playing {
    rows: usize,
    play: usize,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let homes = Homes {
        // Who keeps everything below one folder has nothing to do with what the machine keeps.
        with_system: context.home.is_none(),
        ..Places::of_other_players().unwrap_or_default()
    };
    let asked = match args.which.is_empty() {
        true => homes.look_around(),
        false => named(&args.which, &homes)?,
    };
    if asked.is_empty() {
        return Err(nothing_found());
    }
    let bar = scan::progress_bar(&context.out);
    let read = |found: Found| {
        bar.set_message(format!("Reading {}", Printable::path(&found.path)));
        let read = found.read(&homes);
        Looked { found, read }
    };
    if args.which.is_empty() && !args.all {
        let looked: Vec<Looked> = asked.into_iter().map(read).collect();
        bar.finish_and_clear();
        told::found(&looked, context)?;
        let is_whole = looked.iter().all(|one| one.read.is_ok());
        return Ok(if is_whole { Exit::Done } else { Exit::Partial });
    }
    let library = context.library();
    let mut outcomes = Outcomes {
        from: Vec::new(),
        not_read: Vec::new(),
        dry_run: args.dry_run,
    };
    for found in asked {
        let Looked { found, read } = read(found);
        match read {
            Ok(all) => {
                bar.set_message(format!("Taking over {}", found.player.name()));
                let from = library.adopt(found, all, args.dry_run)?;
                let playing = playing(&from, &library)?;
                outcomes.from.push((from, playing));
            }
            Err(error) => outcomes.not_read.push((found, error)),
        }
    }
    bar.finish_and_clear();
    told::all(&outcomes, context)?;
    exit(&outcomes)
}

/// What words and paths mean: the name of a player, else a file or folder.
fn named(which: &[String], homes: &Homes) -> Result<Vec<Found>, Stop> {
    let mut around: Option<Vec<Found>> = None;
    let mut all: Vec<Found> = Vec::new();
    for word in which {
        let found = match Player::of_word(word) {
            Some(player) => {
                let around = around.get_or_insert_with(|| homes.look_around());
                let mut found = around.clone();
                found.retain(|found| found.player == player);
                if found.is_empty() {
                    return Err(not_found(player));
                }
                found
            }
            None => in_path(word)?,
        };
        all.extend(
            found
                .into_iter()
                .filter(|found| !all.contains(found))
                .collect::<Vec<_>>(),
        );
    }
    Ok(all)
}

fn in_path(word: &str) -> Result<Vec<Found>, Stop> {
    let path = PathBuf::from(word);
    if let Err(error) = std::fs::metadata(&path) {
        let stop = Stop::failed(format!("cannot read {}: {error}", path.display()));
        return Err(match is_a_word(&path) {
            true => stop.hint(format!(
                "players are {}; all else is a file or a folder",
                words()
            )),
            false => stop,
        });
    }
    let found = recognise(&path);
    match found.is_empty() {
        true => Err(Stop::new(
            Exit::NothingFound,
            format!("there is no library of a player in {}", path.display()),
        )
        .hint(format!("known are {}", words()))),
        false => Ok(found),
    }
}

fn is_a_word(path: &Path) -> bool {
    path.components().count() == 1
}

fn words() -> String {
    Player::ALL.map(Player::word).join(", ")
}

fn nothing_found() -> Stop {
    Stop::new(
        Exit::NothingFound,
        "no library of another player is in its usual place",
    )
    .hint(format!(
        "name a file or a folder of one, `standin adopt PATH`; known are {}",
        words()
    ))
}

fn not_found(player: Player) -> Stop {
    Stop::new(
        Exit::NothingFound,
        format!("no library of {} is in its usual place", player.name()),
    )
    .hint("name its file or folder: `standin adopt PATH`")
}

fn playing(from: &AdoptedFrom, library: &Library) -> Result<Playing, Stop> {
    let mut playing = Playing::default();
    for list in &from.adopted.lists {
        let verdicts = library.resolve(&list.rows)?;
        playing.rows += verdicts.len();
        playing.play += verdicts.iter().filter(|one| is_found(one)).count();
    }
    Ok(playing)
}

fn is_found(verdict: &Verdict) -> bool {
    verdict.song().is_some()
}

/// Failed, where nothing could be read; partial, where something could not be read whole. What is not here is no fault.
fn exit(outcomes: &Outcomes) -> Outcome {
    if outcomes.from.is_empty() {
        return Ok(Exit::Failed);
    }
    let is_broken = |from: &AdoptedFrom| from.ends_early || from.unreadable > 0;
    let is_partial =
        !outcomes.not_read.is_empty() || outcomes.from.iter().any(|(from, _)| is_broken(from));
    Ok(if is_partial {
        Exit::Partial
    } else {
        Exit::Done
    })
}
