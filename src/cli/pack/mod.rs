//! `standin pack`.
//!
//! - `size`: `32G` as bytes, and bytes as people read them. `told`: what came of it.

mod size;
mod told;

use super::out::Out;
use super::signals::Signals;
use super::telling::Telling;
use super::{Context, Exit, Outcome, Stop};
use crate::care::pack::{ListState, PackError, PackOptions, PackReport, pack};
use crate::library::worker::ReadIn;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::PathBuf;

/// Put the music you need most onto a stick: whole playlists first, then single songs
///
/// What is worth most for its bytes comes first: rows of playlists, minutes heard elsewhere, stars, plays. Each playlist is
/// there whole or not at all; songs fill what is left. Without PLAYLIST all of yours, and everything else you have; with it,
/// only what those want.
///
/// Each file is read back from the stick and compared before it gets its name, which every file system takes. Stopped, it goes
/// on where it was. It removes only what it has written itself and nobody has changed since.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin pack --to /media/me/STICK --size 32G
  standin pack --to /media/me/STICK \"Road Trip\" Sleep
  standin pack --to /media/me/STICK --with-player     then, anywhere: sh /media/me/STICK/play.sh
  standin pack --to /media/me/STICK --dry-run         what would be there")]
pub struct Args {
    /// Names of playlists; without one all of them, and single songs
    #[arg(value_name = "PLAYLIST")]
    playlist: Vec<String>,
    /// The folder of the stick; it must be there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// What all of it may take: `500M`, `32G`, `30GiB`; without, all that is free
    #[arg(long, value_name = "BYTES", value_parser = size::parse)]
    size: Option<u64>,
    /// Put this program there too, with a home for it: the stick plays on any Linux of this processor with glibc as new as here
    #[arg(long)]
    with_player: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let library = context.library();
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let player: Option<ReadIn> = args.with_player.then(|| context.read_in.clone());
    let options = PackOptions {
        playlists: args.playlist,
        size: args.size,
        player,
        dry_run: args.dry_run,
    };
    let bar = bar(&context.out);
    let telling = Telling::begin("pack", context);
    let show = |progress: crate::care::pack::PackProgress| {
        bar.set_length(progress.of_bytes);
        bar.set_position(progress.bytes);
        telling.tell(progress.bytes, Some(progress.of_bytes));
    };
    let report = pack(&library, &args.to, &options, &show, signals.flag());
    bar.finish_and_clear();
    drop(telling);
    let mut report = report?;
    if report.songs == 0 && report.lists.is_empty() && report.ended.is_none() {
        return Err(nothing(&report));
    }
    told::tell(&report, args.dry_run, &mut context.out)?;
    if let Some(error) = report.ended.take() {
        context.out.flush()?;
        return Err(error.into());
    }
    let exit = exit(&report, !options.playlists.is_empty());
    Ok(signals.asked().filter(|_| report.stopped).unwrap_or(exit))
}

fn nothing(report: &PackReport) -> Stop {
    match report.away {
        0 => Stop::new(Exit::NothingFound, "there is no music to pack")
            .hint("`standin scan FOLDER` indexes your music"),
        _ => Stop::new(Exit::RootAway, "your music folder is away")
            .hint("`standin root ls` tells where it was"),
    }
}

/// An absent folder first, then files and playlists that are not there though they were asked for.
fn exit(report: &PackReport, are_named: bool) -> Exit {
    let is_whole = |state: &ListState| match state {
        ListState::LeftOut => !are_named,
        state => *state == ListState::Packed,
    };
    let lists = report.lists.iter().all(|list| is_whole(&list.state));
    let files = report.failed.is_empty() && report.unreadable.is_empty();
    Exit::of_files(lists && files, report.away == 0)
}

fn bar(out: &Out) -> ProgressBar {
    if !out.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let template = "{spinner} {decimal_bytes}/{decimal_total_bytes} {bar:32} {eta} left";
    let style = ProgressStyle::with_template(template);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

impl From<PackError> for Stop {
    fn from(error: PackError) -> Self {
        let message = error.to_string();
        let stop = Self::failed(message.clone());
        match error {
            PackError::Library(error) => error.into(),
            PackError::NoFolder { .. } => {
                stop.hint("--to names a folder that is there: plug the stick in, and mount it")
            }
            PackError::IsMusic { .. } => Self::new(Exit::Usage, message)
                .hint("standin writes into no music folder: name another one with --to"),
            PackError::NoRoom { .. } | PackError::NothingFits { .. } => {
                Self::new(Exit::Usage, message)
                    .hint("name a larger --size, or leave --with-player out")
            }
            PackError::Busy => stop.hint("wait for it, or end it"),
            PackError::Full { .. } => stop.hint(
                "what is there is whole: make room, or name a smaller --size, and run it again",
            ),
            PackError::Gone { .. } => {
                stop.hint("what is on it is whole: put it in again, and run the same once more")
            }
            PackError::KeepsNothing { .. } => stop.hint("take another stick: this one is broken"),
            PackError::Stick { .. } => {
                stop.hint("what is there is whole: the same once more goes on from there")
            }
            PackError::NoPlayer(_) => {
                stop.hint("move what is in its place away, or leave --with-player out")
            }
            PackError::AnothersHome { .. } => stop.hint("move it away, or leave --with-player out"),
            PackError::NoFile { .. } => stop.hint("move it away, and run it again"),
        }
    }
}
