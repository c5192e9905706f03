//! The command line: one file per verb, each with its arguments, then one function that calls a room and prints.
//! The only room that prints and exits.

mod adopt;
mod backup;
mod ban;
mod bell;
mod config;
mod cover;
mod daemon;
mod doctor;
mod door;
mod drill;
mod dupes;
mod eq;
mod everything;
mod exit;
mod find;
mod findings;
mod first;
pub mod format;
mod guard;
mod harmless;
mod help;
mod history;
mod host;
mod how_loud;
mod how_often;
mod import;
mod info;
mod left_off;
mod levelling;
mod list;
mod listening;
mod live;
mod ls;
mod lyrics;
mod manual;
mod matching;
mod mend;
mod missing;
mod now;
mod one;
mod order;
mod out;
mod outages;
mod outputs;
mod pack;
mod play;
mod playlist;
mod probe;
mod rate;
mod ready;
mod root;
mod rows;
mod scan;
mod scrobbles;
mod search;
mod session;
mod signals;
mod songs;
mod sound;
mod standing;
mod stats;
mod status;
mod table;
mod takeout;
mod telling;
mod terminal;
mod told;
mod tui;
mod unit;
mod usage;
mod verify;
mod watch;
mod wire;

use crate::config::Places;
use crate::daemon::Counter;
use crate::library::Library;
use crate::library::person::Uncounted;
use crate::library::worker::{self, ReadIn};
use clap::{Parser, Subcommand};
use exit::{Exit, Outcome, Stop};
use out::Out;
use std::path::PathBuf;
use std::process::ExitCode;

/// The local music player that steps in when streaming goes down.
///
/// Scan your music once, and any word finds it: `standin scan ~/Music`, `standin play nina`, or, with no time to
/// think, `standin now`. Nothing here ever needs a network; `standin probe` alone asks it something.
#[derive(Parser)]
#[command(name = "standin", bin_name = "standin", version, after_help = AFTER_HELP, infer_subcommands = true, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Option<Verb>,
}

const AFTER_HELP: &str = "\
Examples:
  standin help                   a page for each task; `standin help start` is the first
  standin scan ~/Music           index a folder; it is remembered
  standin play kind of blue      the album of that name, in order
  standin play Road\\ Trip        a playlist, a song, an artist: whatever the words fit
  standin search live | standin play - --shuffle
  standin now                    music, at once

Exit codes:
  0  done                       4  partly: unreadable files, rows without a file
  1  failed                     5  no daemon to talk to
  2  wrong usage                6  a music folder is away
  3  nothing found              7  no audio device
  10, 11, 12  `probe`: the service, nobody knows, you
                                130, 143  ended by a signal";

#[derive(clap::Args)]
struct Global {
    /// Keep everything below this folder instead of in the usual places
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "STANDIN_HOME",
        hide_env_values = true
    )]
    home: Option<PathBuf>,
    /// One JSON value instead of text
    #[arg(long, global = true)]
    json: bool,
    /// Say less: only the answer and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more: name everything that is only counted otherwise
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// For a screen reader: lines instead of drawings, names instead of columns, words instead of signs
    #[arg(long, global = true, env = "STANDIN_PLAIN", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new(), hide_short_help = true)]
    plain: bool,
    /// Colour in what is shown
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_short_help = true
    )]
    color: out::Color,
}

#[derive(Subcommand)]
enum Verb {
    #[command(visible_alias = "update")]
    Scan(scan::Args),
    Watch(watch::Args),
    Root(root::Args),
    Play(play::Args),
    Now(now::Args),
    Daemon(daemon::Args),
    Tui(tui::Args),
    Guard(guard::Args),
    Search(search::Args),
    Find(find::Args),
    List(list::Args),
    Ls(ls::Args),
    Info(info::Args),
    Lyrics(lyrics::Args),
    Cover(cover::Args),
    Stats(stats::Args),
    History(history::Args),
    Outages(outages::Args),
    Verify(verify::Args),
    Dupes(dupes::Args),
    Doctor(doctor::Args),
    Playlist(playlist::Args),
    Import(import::Args),
    Export(takeout::Args),
    Adopt(adopt::Args),
    Match(matching::Args),
    Missing(missing::Args),
    Ready(ready::Args),
    Drill(drill::Args),
    Probe(probe::Args),
    Pack(pack::Args),
    Rate(rate::Args),
    Eq(eq::Args),
    Ban(ban::Args),
    Backup(backup::Args),
    Outputs(outputs::Args),
    Config(config::Args),
    Status(status::Args),
    #[command(flatten)]
    Wire(wire::Verb),
    Help(help::Args),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

impl Verb {
    /// Whether it brings music, and counts while that sounds, or asks who does: nothing may stand before it.
    fn plays(&self) -> bool {
        matches!(
            self,
            Self::Play(_)
                | Self::Now(_)
                | Self::Daemon(_)
                | Self::Tui(_)
                | Self::Guard(_)
                | Self::Drill(_)
                | Self::Eq(_)
                | Self::Wire(_)
        )
    }

    /// Whether it has to do with what a person made, and does not ask for backups itself.
    fn misses_what_was_made(&self) -> bool {
        !matches!(
            self,
            Self::Backup(_)
                | Self::Drill(_)
                | Self::Eq(_)
                | Self::Outputs(_)
                | Self::Config(_)
                | Self::Probe(_)
                | Self::Help(_)
                | Self::Completions(_)
                | Self::Man(_)
                | Self::Wire(_)
        )
    }
}

/// What every verb is given.
struct Context {
    places: Places,
    /// The folder that was named for all of them.
    home: Option<PathBuf>,
    read_in: ReadIn,
    out: Out,
}

impl Context {
    fn library(&self) -> Library {
        let places = &self.places;
        Library::new(&places.data, &places.cache, self.read_in.clone())
            .with_uncounted(Uncounted::at(&places.state))
    }
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == worker::VERB)
    {
        return worker::serve();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::refuse(error),
    };
    let ended = match run(cli) {
        Err(stop) if stop.is_damage() => mend::and_run_again(stop),
        ended => ended,
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(stop) => stop.report(),
    }
}

fn places(global: &Global) -> Result<Places, Stop> {
    let Some(home) = &global.home else {
        return Places::of_this_user().ok_or_else(|| {
            Stop::failed("there is no home folder")
                .hint("set HOME, or name a folder with --home DIR")
        });
    };
    let home = std::path::absolute(home)
        .map_err(|error| Stop::failed(format!("cannot find {}: {error}", home.display())))?;
    Ok(Places::under(&home))
}

/// What `standin` alone means.
fn alone(context: &Context) -> Verb {
    match tui::starts_alone(context) {
        true => Verb::Tui(tui::Args::default()),
        false => Verb::Status(status::Args::default()),
    }
}

fn run(cli: Cli) -> Outcome {
    let Cli { global, verb } = cli;
    let places = places(&global)?;
    let read_in = ReadIn::workers_of_this_program()
        .map_err(|error| Stop::failed(format!("cannot find this program's own file: {error}")))?;
    let out = Out::new(global.json, global.quiet, global.verbose, global.color);
    let mut context = Context {
        places,
        home: global.home.and_then(|home| std::path::absolute(home).ok()),
        read_in,
        out: if global.plain { out.read_aloud() } else { out },
    };
    let context = &mut context;
    let verb = verb.unwrap_or_else(|| alone(context));
    if verb.misses_what_was_made() {
        mend::tell_of_backups_alone(&context.places.data, &context.out);
    }
    if !verb.plays() {
        Counter::new(context.library(), &context.places.state).catch_up();
    }
    let done = match verb {
        Verb::Scan(args) => scan::run(args, context),
        Verb::Watch(args) => watch::run(args, context),
        Verb::Root(args) => root::run(args, context),
        Verb::Play(args) => play::run(args, context),
        Verb::Now(args) => now::run(args, context),
        Verb::Daemon(args) => daemon::run(args, context),
        Verb::Tui(args) => tui::run(args, context),
        Verb::Guard(args) => guard::run(args, context),
        Verb::Search(args) => search::run(args, context),
        Verb::Find(args) => find::run(args, context),
        Verb::List(args) => list::run(args, context),
        Verb::Ls(args) => ls::run(args, context),
        Verb::Info(args) => info::run(args, context),
        Verb::Lyrics(args) => lyrics::run(args, context),
        Verb::Cover(args) => cover::run(args, context),
        Verb::Stats(args) => stats::run(args, context),
        Verb::History(args) => history::run(args, context),
        Verb::Outages(args) => outages::run(args, context),
        Verb::Verify(args) => verify::run(args, context),
        Verb::Dupes(args) => dupes::run(args, context),
        Verb::Doctor(args) => doctor::run(args, context),
        Verb::Playlist(args) => playlist::run(args, context),
        Verb::Ready(args) => ready::run(args, context),
        Verb::Import(args) => import::run(args, context),
        Verb::Export(args) => takeout::run(args, context),
        Verb::Adopt(args) => adopt::run(args, context),
        Verb::Match(args) => matching::run(args, context),
        Verb::Missing(args) => missing::run(args, context),
        Verb::Drill(args) => drill::run(args, context),
        Verb::Probe(args) => probe::run(args, context),
        Verb::Pack(args) => pack::run(args, context),
        Verb::Rate(args) => rate::run(args, context),
        Verb::Eq(args) => eq::run(args, context),
        Verb::Ban(args) => ban::run(args, context),
        Verb::Backup(args) => backup::run(args, context),
        Verb::Outputs(args) => outputs::run(args, context),
        Verb::Config(args) => config::run(args, context),
        Verb::Status(args) => status::run(args, context),
        Verb::Wire(verb) => wire::run(verb, context),
        Verb::Help(args) => help::run(args, context),
        Verb::Completions(args) => manual::completions(args, context),
        Verb::Man(args) => manual::man(args, context),
    }?;
    context.out.flush()?;
    Ok(done)
}
