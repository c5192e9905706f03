//! `standin tui`: the program with a screen, before the player that runs, or before a desk that begins and ends with it. What is seen
//! and what keys do it does not know.

mod keys;
mod verbs;

use super::bell::Bell;
use super::door::cannot;
use super::host::{Begins, Host, Typed};
use super::session::Before;
use super::signals::Signals;
use super::sound::SoundArgs;
use super::terminal::Hushed;
use super::wire::{meant, own_address};
use super::{Context, Exit, Outcome, Stop};
use crate::config::{Config, Settings};
use crate::mpd::remote::{Address, Remote, RemoteError};
use crate::tui::{self, Options, TuiError};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::thread;

/// Library, queue, playlists and search on one screen
///
/// It sits before the player that runs, ours or the one that MPD_HOST names. Where none runs it begins one of its own, which ends
/// with it; the queue waits where it was left. Keys are told by `?`.
#[derive(clap::Args, Default)]
#[command(after_help = "Examples:
  standin tui
  standin tui --keys
  MPD_HOST=localhost standin tui

config.toml sets what is usual: [tui] mouse, pictures (auto, kitty, sixel, iterm2, blocks,
none), start (`standin` alone opens the screen), and [tui.keys] binds keys:
\"ctrl-n\" = \"next\", \"n\" = \"none\".")]
pub struct Args {
    /// Only print what the keys do
    #[arg(long)]
    keys: bool,
    #[command(flatten)]
    sound: SoundArgs,
}

/// Whether `standin` alone opens the screen: config.toml says so, and a person sits there.
pub fn starts_alone(context: &Context) -> bool {
    // What is wrong in the file is told by what is run.
    let starts = || Settings::read(&context.places.config_file()).0.tui.starts;
    !context.out.json && is_on_terminal() && starts().unwrap_or(false)
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let config = super::sound::config(context);
    let settings = &config.settings;
    if args.keys {
        return keys::print(&settings.tui.keymap(), context);
    }
    if context.out.plain {
        let stop = Stop::new(
            Exit::Usage,
            "the screen is a picture, and --plain asks for lines",
        );
        return Err(stop.hint("`standin play --plain WORDS` tells what plays, with keys; `standin queue`, `search` and their kin tell the rest"));
    }
    if !is_on_terminal() {
        let stop = Stop::new(Exit::Usage, "the screen needs a terminal");
        return Err(stop.hint(
            "`standin status` and its kin print what plays; `standin tui --keys` prints the keys",
        ));
    }
    let options = Options {
        keys: settings.tui.keymap(),
        has_colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        has_mouse: settings.tui.has_mouse.unwrap_or(true),
        pictures: settings.tui.pictures.unwrap_or_default(),
        verbs: verbs::verbs(context),
    };
    let address = meant(context);
    match Remote::connect(address.clone()) {
        Ok(_) => before_another(address, options, &args.sound, context),
        Err(RemoteError::NotThere { address, .. }) if address.is_own => {
            before_its_own(args.sound, config, options, context)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_on_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// A client of what runs already.
fn before_another(
    address: Address,
    options: Options,
    sound: &SoundArgs,
    context: &Context,
) -> Outcome {
    if let Some(option) = sound.first_typed() {
        let stop = format!(
            "{option} has no effect here: a player is running, and the screen is that one's"
        );
        return Err(Stop::new(Exit::Usage, stop)
            .hint("`standin volume`, `crossfade` and `enable` change what runs; or end it first"));
    }
    let signals = Signals::catch().map_err(cannot)?;
    let mut bell = bell(&signals).map_err(cannot)?;
    let screen = Screen::show(address, options, &bell).map_err(cannot)?;
    until_the_end(screen, &mut bell, &signals, None, context)
}

/// A client of a desk in this process, which ends with the screen.
fn before_its_own(
    sound: SoundArgs,
    config: Config,
    options: Options,
    context: &Context,
) -> Outcome {
    let begins = Begins {
        before: Before::Screen,
        guard: None,
        replay: None,
    };
    let (host, signals) = Host::begin(Typed::of_sound(sound), config, begins, context)?;
    let mut bell = bell(&signals).map_err(cannot)?;
    let ring = bell.ringer().map_err(cannot)?;
    host.desk.wake_by(move |_| ring());
    let screen = Screen::show(own_address(context), options, &bell).map_err(cannot);
    let ended =
        screen.and_then(|screen| until_the_end(screen, &mut bell, &signals, Some(&host), context));
    host.close(context);
    ended
}

fn bell(signals: &Signals) -> io::Result<Bell> {
    let bell = Bell::new()?;
    signals.ring(&bell.rope()?)?;
    Ok(bell)
}

/// Until someone quits the screen, a signal asks for the end, or the desk has ended; the terminal is given back by then.
fn until_the_end(
    screen: Screen,
    bell: &mut Bell,
    signals: &Signals,
    host: Option<&Host>,
    context: &Context,
) -> Outcome {
    while !screen.has_ended() {
        if let Some(host) = host {
            host.tell_news(context);
        }
        let has_lost_desk = host.is_some_and(|host| !host.desk.is_running());
        if has_lost_desk || signals.asked().is_some() {
            break;
        }
        bell.wait(false, None).map_err(cannot)?;
    }
    let has_lost_desk = host.is_some_and(|host| !host.desk.is_running());
    let ended = screen.end();
    match signals.asked() {
        // A terminal that went with the signal is no fault of the screen's.
        Some(exit) => Ok(exit),
        None if has_lost_desk => Err(Stop::failed("the player has ended by itself")),
        None => ended.map(|()| Exit::Done),
    }
}

/// The screen, on a thread of its own, with nothing else on the terminal.
struct Screen {
    thread: thread::JoinHandle<Result<(), TuiError>>,
    /// Nothing ever comes; it is gone once the screen is.
    lives: Receiver<()>,
    end: Sender<()>,
    hushed: Option<Hushed>,
}

impl Screen {
    /// From now on the terminal is the screen's; the bell rings when it ends.
    fn show(address: Address, options: Options, bell: &Bell) -> io::Result<Self> {
        let (life, lives) = bounded(0);
        let (end, ended) = bounded(1);
        let rings = Rings(bell.ringer()?);
        let hushed = Hushed::take()?;
        let show = move || {
            // In this order, also where it panics: the bell rings once it is seen that it ended.
            let _rings = rings;
            let _life: Sender<()> = life;
            let call = Arc::new(move || Remote::connect(address.clone()));
            tui::run(call, &options, &ended)
        };
        let thread = thread::Builder::new().name("tui".into()).spawn(show)?;
        Ok(Self {
            thread,
            lives,
            end,
            hushed,
        })
    }

    fn has_ended(&self) -> bool {
        self.lives.try_recv() == Err(TryRecvError::Disconnected)
    }

    /// Ends it where it has not ended, and waits until the terminal is as it was.
    fn end(self) -> Result<(), Stop> {
        self.end.try_send(()).ok();
        let ended = self.thread.join();
        drop(self.hushed);
        match ended {
            Ok(ended) => ended.map_err(|error| Stop::failed(error.to_string())),
            Err(_) => Err(Stop::failed("the screen broke, by a fault of its own")),
        }
    }
}

/// Rings when it is dropped.
struct Rings<F: Fn()>(F);

impl<F: Fn()> Drop for Rings<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
