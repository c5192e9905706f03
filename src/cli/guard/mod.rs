//! `standin guard`: the daemon with somebody who steps in for a streaming client; where a daemon runs already, in there.

mod parts;
mod question;
mod record;
mod replay;

pub use parts::switch;
pub use question::Question;
pub use replay::Replay;

use super::daemon;
use super::host::Typed;
use super::sound::SoundArgs;
use super::wire::{nobody_runs, own};
use super::{Context, Exit, Outcome};
use crate::daemon::stepping::fault;
use crate::mpd::remote::{Pairs, Remote, RemoteError, Words};
use crate::music::Printable;
use crate::outage::{Mode, Verdict};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Step in with your own music when a streaming client falls silent
///
/// It looks after the streaming clients of this desktop. When one falls silent though it should play, and the network or
/// its service is down, it pauses the client, goes on with the same song from your own files at the same place, and
/// then with the playlist that the client was in, as it was imported. One line says whose fault it was. What you
/// do always wins: a pause or a stop ends it, and so does the client, started by hand.
///
/// Where a standin runs already, it is turned on in there; else this is `standin daemon` with the guard on. Your own
/// queue is set aside meanwhile, and comes back.
///
/// `--record` writes a trace, one JSON object in a line, as facts with their times: the clients on the desktop (MPRIS) with
/// what they say that they play, titles and all, where in it they are, and when they come and go; where `[outage] listen =
/// true` is set, whether a client's own stream sounds; and whether there is a network. No sound is kept, nobody outside this
/// machine is asked, and your library and your own playing are not in it. The file is yours alone: read it before you give it
/// away. Ctrl-C ends it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin guard
  standin guard --dry-run
  standin guard yes
  standin guard --off
  standin guard --record trace.jsonl

config.toml sets what is usual: [outage] guard, hand_back, listen.")]
pub struct Args {
    /// Answer its question
    #[arg(value_name = "yes|no", conflicts_with_all = ["dry_run", "ask", "auto", "off", "replay"])]
    answer: Option<Answer>,
    /// Only tell what it would do
    #[arg(long, group = "mode")]
    dry_run: bool,
    /// Ask before it steps in
    #[arg(long, group = "mode")]
    ask: bool,
    /// Step in (as without an option, unless config.toml says otherwise)
    #[arg(long, group = "mode")]
    auto: bool,
    /// Turn it off in the standin that runs
    #[arg(long, group = "mode")]
    off: bool,
    /// Take facts and acts from a recorded trace instead of from clients; `-`: from stdin, as they come
    #[arg(long, hide = true, value_name = "TRACE", conflicts_with = "off")]
    replay: Option<PathBuf>,
    /// Only write what is seen to this file, which must not be there yet; `-` is stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mode", "off", "replay", "answer"])]
    record: Option<PathBuf>,
    #[command(flatten)]
    sound: SoundArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Answer {
    Yes,
    No,
}

impl Args {
    fn mode(&self, context: &Context) -> Mode {
        let configured = || {
            let settings = super::sound::settings(context);
            settings.outage.guard.filter(|mode| *mode != Mode::Off)
        };
        match (self.dry_run, self.ask, self.auto, self.off) {
            (true, ..) => Mode::DryRun,
            (_, true, ..) => Mode::Ask,
            (_, _, true, _) => Mode::Auto,
            (.., true) => Mode::Off,
            _ => configured().unwrap_or(Mode::Auto),
        }
    }
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    if let Some(answer) = args.answer {
        let mut other = own(context).ok_or_else(nobody_runs)?;
        let word = if answer == Answer::Yes { "yes" } else { "no" };
        other.ask(Words::new("standin_answer").with(word))?;
        return Ok(Exit::Done);
    }
    if let Some(file) = &args.record {
        return record::run(file, context);
    }
    let mode = args.mode(context);
    if let Some(replay) = &args.replay {
        let replay = Replay::open(replay)?;
        let typed = Typed::of_sound(args.sound.or_to_nowhere());
        return daemon::keep_on(typed, Some(mode), Some(replay), context);
    }
    match own(context) {
        Some(mut other) => turn_there(mode, &mut other, context),
        None if mode == Mode::Off => Err(nobody_runs()),
        None => daemon::keep_on(Typed::of_sound(args.sound), Some(mode), None, context),
    }
}

/// The standin that runs already turns it on or off.
fn turn_there(mode: Mode, other: &mut Remote, context: &mut Context) -> Outcome {
    let told = other.ask(Words::new("standin_guard").with(mode.word()))?;
    if context.out.json {
        let told = Guard::of(&told).map_or(Value::Null, |guard| guard.json());
        context.out.json(json!({ "guard": told }))?;
        return Ok(Exit::Done);
    }
    context.out.say(match mode {
        Mode::Off => "The guard is off, in the standin that runs.".into(),
        mode => format!("The guard is on ({mode}), in the standin that runs."),
    });
    Ok(Exit::Done)
}

/// What a player tells of its guard.
pub struct Guard(Pairs);

impl Guard {
    /// Asks; `None`: it has none, or none that is on.
    pub fn ask(remote: &mut Remote) -> Result<Option<Self>, RemoteError> {
        match remote.ask("standin_guard") {
            Ok(told) => Ok(Self::of(&told)),
            // Another server, or a standin without a guard.
            Err(RemoteError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of(told: &Pairs) -> Option<Self> {
        let mode = told.text("guard")?;
        (mode != Mode::Off.word()).then(|| Self(Pairs(told.0.clone())))
    }

    /// As JSON tells it.
    pub fn json(&self) -> Value {
        let text = |name| self.0.text(name);
        json!({
            "mode": text("guard"), "state": text("guard_state"), "service": text("guard_service"),
            "verdict": text("guard_verdict"), "instead_of": text("guard_instead_of"),
            "asks": text("guard_asks").is_some(), "says": text("guard_says"),
        })
    }

    /// In one line.
    pub fn line(&self) -> String {
        let text = |name| self.0.text(name).unwrap_or_default();
        let (mode, state) = (text("guard"), text("guard_state"));
        let said = match text("guard_says") {
            said if said.is_empty() => self.fault(),
            said => said,
        };
        let line = match said.is_empty() {
            true => format!("guard: {mode}, {state}"),
            false => format!("guard: {mode}, {state}: {said}"),
        };
        Printable::new(&line).to_string()
    }

    fn fault(&self) -> String {
        let word = self.0.text("guard_verdict").unwrap_or_default();
        let service = self.0.text("guard_service").unwrap_or_default();
        let verdict = serde_json::from_value::<Verdict>(word.into());
        verdict.map_or(String::new(), |verdict| fault(verdict, &service))
    }
}
