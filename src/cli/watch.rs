//! `standin watch`.

use super::out::Out;
use super::signals::Signals;
use super::{Context, Outcome, Stop, scan};
use crate::library::LibraryError;
use crate::library::scan::Progress;
use crate::library::watch::WatchNews;
use std::path::PathBuf;
use std::time::Duration;

/// Scan, then keep the index current as files come and go
///
/// It runs until it is ended (Ctrl-C). Where the file system tells no news (network mounts), it looks by itself. Folders
/// that are added or removed meanwhile are taken up and let go.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  standin watch\n  standin watch /mnt/nas/music --poll 60")]
pub struct Args {
    /// Folders to index, and to remember
    #[arg(value_name = "ROOT")]
    roots: Vec<PathBuf>,
    /// Look by itself every so many seconds instead of waiting for news
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    poll: Option<u64>,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let library = context.library();
    let music = context.places.music.as_deref();
    let roots = match library.roots_to_scan(&args.roots, music, false) {
        Err(LibraryError::NoRoots) => library.roots_to_watch()?,
        roots => roots?,
    };
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let poll = args.poll.map(Duration::from_secs);
    let out = &mut context.out;
    out.say(match roots.roots.is_empty() {
        true => "There is no music folder yet: one that `standin root add` names is taken up. Ctrl-C ends it.",
        false => "Watching; Ctrl-C ends it.",
    });
    let mut printed = Ok(());
    let mut on = |news| {
        if printed.is_ok() {
            printed = tell(news, out);
        }
        // Nobody reads any more: the watch ends as after a signal.
        if printed.is_err() {
            signals.stop();
        }
    };
    scan::give_way();
    library.watch(&roots, poll, &mut on, signals.flag())?;
    printed?;
    signals
        .asked()
        .ok_or_else(|| Stop::failed("the watch ended by itself"))
}

/// The lines that mend what keeps a root from being watched.
fn say_remedy(remedy: &[String], out: &Out) {
    if let [now, for_good] = remedy {
        out.say(format!("Raise it:     {now}"));
        out.say(format!("And for good: {for_good}"));
    }
}

fn tell(news: WatchNews, out: &mut Out) -> Result<(), Stop> {
    match news {
        WatchNews::Settled => {}
        WatchNews::Waiting(Some(holder)) => out.say(format!(
            "Waiting until {holder} ends, which watches already."
        )),
        WatchNews::Waiting(None) => out.say("Waiting until another watch ends."),
        WatchNews::Progress(Progress::Waiting(holder)) => out.say(scan::waiting(holder)),
        WatchNews::Progress(_) => {}
        WatchNews::Scanned(report) => scan::tell(&report, false, out)?,
        WatchNews::Polling { root, every, why } => {
            let every = every.as_secs();
            out.say(format!(
                "“{}” is looked at every {every} s: {why}.",
                root.name
            ));
            say_remedy(&why.remedy(), out);
        }
        WatchNews::Watched(root) => out.say(format!("“{}” is watched from now on.", root.name)),
        WatchNews::Away(root) => out.warn(format!(
            "“{}” ({}) has gone away; it is watched again when it is back.",
            root.name,
            root.dir.display()
        )),
        WatchNews::Back(root) => out.say(format!("“{}” is back.", root.name)),
        WatchNews::Added(root) => out.say(format!(
            "“{}” ({}) is a music folder from now on.",
            root.name,
            root.dir.display()
        )),
        WatchNews::LetGo(root) => out.say(format!("“{}” is no music folder any more.", root.name)),
        WatchNews::Failed { error, again_in } => out.warn(format!(
            "{error}; it is tried again in {} s.",
            again_in.as_secs()
        )),
    }
    Ok(out.flush()?)
}
