//! `standin daemon`: the desk without a screen, for every client that speaks MPD's protocol.

use super::bell::Bell;
use super::door::{Door, Services, Sockets, cannot, make_room_for};
use super::guard::{self, Question, Replay};
use super::out::complain;
use super::session::{Session, desktop};
use super::signals::Signals;
use super::sound::{Sound, SoundArgs};
use super::{Context, Exit, Outcome, play, told, unit};
use crate::config::{Daemon, Settings, address};
use crate::daemon::stepping::Switch;
use crate::daemon::{Desk, GoingOn, LibraryNews, OnNews};
use crate::library::watch::WatchNews;
use crate::outage::Mode;
use crate::player::Event;
use sd_notify::NotifyState;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Keep the queue, play, and serve every client that speaks MPD's protocol
///
/// It stays in the foreground and says nothing while all is well. The queue waits where it was left. SIGTERM saves and
/// ends, SIGHUP reads config.toml again. Where there is no sound device the music waits for one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin daemon
  standin daemon --install
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket mpc play
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket ncmpcpp

config.toml sets what is usual: [daemon] listen, password, default_permissions, max_clients, timeout_s, watch.")]
pub struct Args {
    /// Listen on this address too: 127.0.0.1:6600; others than this machine need a password
    #[arg(long, value_name = "ADDR", value_parser = address)]
    listen: Vec<SocketAddr>,
    /// Write the units that let systemd start it for this user, and tell how to begin
    #[arg(long, conflicts_with_all = ["uninstall", "listen"])]
    install: bool,
    /// Take these units away again
    #[arg(long)]
    uninstall: bool,
    /// Only print what would be written or taken away
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sound: SoundArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    if args.install {
        return unit::install(args.dry_run, context);
    }
    if args.uninstall {
        return unit::uninstall(args.dry_run, context);
    }
    let typed = Typed {
        listen: args.listen,
        sound: args.sound,
    };
    keep_on(typed, None, None, context)
}

/// The daemon, until a signal ends it. `mode`: how far the guard may go, where that was typed; `replay`: where its facts come
/// from, where they are recorded ones.
pub fn keep_on(
    typed: Typed,
    mode: Option<Mode>,
    replay: Option<Replay>,
    context: &mut Context,
) -> Outcome {
    let wishes = typed.wishes(context);
    let settings = wishes.daemon.door();
    make_room_for(settings.max_clients);
    let sockets = Sockets::of_service(context, &wishes.listen, &settings)?;
    let sound = typed.sound.clone().over(&wishes.settings);
    let session = match play::resume(context)? {
        GoingOn::With(here) => Session::going_on(here, sound),
        // Modes are kept without songs, and so are rows whose folder is away.
        GoingOn::Nothing { here, .. } => Session::going_on(*here, sound),
    };
    let session = Session {
        paused: true,
        is_service: true,
        ..session
    };
    let (desk, signals) = session.open(context)?.begin(context)?;
    let desk = Arc::new(desk);
    let watches = wishes.daemon.watches.unwrap_or(true);
    let library = context.library();
    let guard = guard::switch(&desk, replay.is_some(), context);
    let services = Services {
        watches,
        guard: Some(guard.clone()),
    };
    let door = Door::open(sockets, &desk, library, settings, services, teller()).map_err(cannot)?;
    let _desktop = desktop(&desk, Some(guard.clone()), context);
    turn(&guard, mode.unwrap_or(wishes.guard()), context);
    if let Some(replay) = replay {
        replay.begin(guard.clone()).map_err(cannot)?;
    }
    Service {
        desk,
        door,
        guard,
        typed,
        wishes,
    }
    .keep_on(&signals, context)
}

/// What was typed wins each time the config is read.
pub struct Typed {
    listen: Vec<SocketAddr>,
    sound: SoundArgs,
}

/// What is wanted of the daemon.
struct Wishes {
    settings: Settings,
    daemon: Daemon,
    listen: Vec<SocketAddr>,
}

impl Wishes {
    /// How far the guard may go.
    fn guard(&self) -> Mode {
        self.settings.outage.guard.unwrap_or_default()
    }
}

/// The music does not wait for a guard, nor end for want of one.
fn turn(guard: &Switch, mode: Mode, context: &Context) {
    if let Err(error) = guard.turn(mode) {
        context
            .out
            .warn(format!("The guard cannot start: {error}."));
    }
}

impl Typed {
    /// Nothing but how it sounds.
    pub fn of_sound(sound: SoundArgs) -> Self {
        Self {
            listen: Vec::new(),
            sound,
        }
    }

    fn wishes(&self, context: &Context) -> Wishes {
        let settings = super::sound::settings(context);
        let daemon = settings.daemon.clone();
        let listen = match self.listen.is_empty() {
            true => daemon.listen.clone().unwrap_or_default(),
            false => self.listen.clone(),
        };
        Wishes {
            settings,
            daemon,
            listen,
        }
    }
}

struct Service {
    desk: Arc<Desk>,
    door: Door,
    guard: Arc<Switch>,
    typed: Typed,
    wishes: Wishes,
}

impl Service {
    /// Until a signal ends it.
    fn keep_on(mut self, signals: &Signals, context: &Context) -> Outcome {
        let mut bell = Bell::new().map_err(cannot)?;
        signals
            .ring(&bell.rope().map_err(cannot)?)
            .map_err(cannot)?;
        let ring = bell.ringer().map_err(cannot)?;
        self.desk.wake_by(move |_| ring());
        let mut question = Question::new(&mut bell);
        notify(NotifyState::Ready);
        // Twice within the time in which the system wants to hear of us.
        let watchdog = sd_notify::watchdog_enabled().map(|every| every / 2);
        let exit = loop {
            self.tell_news(context);
            if let Some(exit) = signals.asked() {
                break exit;
            }
            if !self.desk.is_running() {
                break Exit::Failed;
            }
            if signals.asked_anew() {
                self.read_config_again(context);
            }
            question.look(&self.desk.snapshot(), &self.guard)?;
            bell.wait(question.is_open(), watchdog).map_err(cannot)?;
            if watchdog.is_some() {
                // A desk that hangs answers nothing, and the system starts us again.
                self.desk.settle();
                notify(NotifyState::Watchdog);
            }
        };
        drop(question);
        notify(NotifyState::Stopping);
        let Self {
            desk, door, guard, ..
        } = self;
        // It hears of the desk no more; turning off fails never.
        turn(&guard, Mode::Off, context);
        drop(door);
        desk.end();
        tell_news(&desk, context);
        if context.out.verbose {
            context.out.say(told::underruns(&desk));
        }
        Ok(match exit {
            Exit::Terminated => Exit::Done,
            other => other,
        })
    }

    fn tell_news(&self, context: &Context) {
        tell_news(&self.desk, context);
    }

    fn read_config_again(&mut self, context: &Context) {
        let wishes = self.typed.wishes(context);
        let sound = |wishes: &Wishes| self.typed.sound.clone().over(&wishes.settings);
        let mut fixed = change_sound(&self.desk, &sound(&self.wishes), &sound(&wishes));
        let settings = wishes.daemon.door();
        if wishes.listen != self.wishes.listen {
            fixed.push("listen");
        }
        if wishes.daemon.watches != self.wishes.daemon.watches {
            fixed.push("watch");
        }
        let is_open_to_others = self.wishes.listen.iter().any(|at| !at.ip().is_loopback());
        if settings.passwords.is_empty() && is_open_to_others {
            context.out.warn(
                "Other machines can reach this one and no password is set any more: the old one stays.",
            );
        } else {
            make_room_for(settings.max_clients);
            self.door.keep(settings);
        }
        if wishes.guard() != self.wishes.guard() {
            turn(&self.guard, wishes.guard(), context);
        }
        if !fixed.is_empty() {
            let hold = if fixed.len() == 1 { "holds" } else { "hold" };
            context.out.warn(format!(
                "Of what has changed in config.toml, {} {hold} from the next start on.",
                fixed.join(", ")
            ));
        }
        self.wishes = wishes;
    }
}

/// Carries out what can be changed of a running desk; gives what cannot.
fn change_sound(desk: &Desk, was: &Sound, is: &Sound) -> Vec<&'static str> {
    if let Some(percent) = is
        .volume_percent
        .filter(|_| is.volume_percent != was.volume_percent)
    {
        desk.ask(Event::Volume(percent));
    }
    if is.crossfade_ms != was.crossfade_ms {
        desk.ask(Event::Crossfade(is.crossfade_ms));
    }
    if is.levelling != was.levelling {
        desk.level(is.levelling);
    }
    if let Some(first) = is.outputs.first().filter(|_| is.outputs != was.outputs) {
        desk.send_sound_to(first.clone());
    }
    let fixed = [
        ("bit_perfect", is.bit_perfect != was.bit_perfect),
        ("on_output_loss", is.on_loss != was.on_loss),
        ("the hook", is.on_song != was.on_song),
    ];
    let changed = fixed.into_iter().filter(|(_, has_changed)| *has_changed);
    changed.map(|(name, _)| name).collect()
}

fn tell_news(desk: &Desk, context: &Context) {
    for news in desk.take_news() {
        if let Some(told) = told::sentence(&news) {
            context.out.warn(told);
        }
    }
}

/// Without a system that asked for it nothing happens; one that cannot be told will find out.
fn notify(state: NotifyState) {
    sd_notify::notify(&[state]).ok();
}

/// Tells what goes wrong with the music folders, each thing once.
fn teller() -> OnNews {
    let last = Mutex::new(String::new());
    Arc::new(move |news| {
        let Some(sentence) = trouble(&news) else {
            return;
        };
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != sentence {
            complain(format!("standin: {sentence}"));
            *last = sentence;
        }
    })
}

fn trouble(news: &LibraryNews) -> Option<String> {
    match news {
        LibraryNews::Failed(error) => Some(format!("The music folders were not scanned: {error}.")),
        LibraryNews::Watch(WatchNews::Failed { error, .. }) => {
            Some(format!("{error}; it is tried again and again."))
        }
        LibraryNews::Watch(WatchNews::Away(root)) => Some(format!(
            "“{}” ({}) has gone away; it is watched again when it is back.",
            root.name,
            root.dir.display()
        )),
        _ => None,
    }
}
