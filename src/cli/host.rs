//! A desk for whoever comes: the queue as it was left, the sockets, the guard and the session's bus, begun, kept as config.toml says,
//! and closed. It waits for nothing: who sits before it knows when it is to end.

use super::door::{Door, Services, Sockets, cannot, make_room_for};
use super::guard::{self, Replay};
use super::out::complain;
use super::session::{Before, Session, desktop};
use super::signals::Signals;
use super::sound::{Sound, SoundArgs, curve_in};
use super::{Context, Stop, play, told};
use crate::config::{Daemon, Settings};
use crate::daemon::stepping::Switch;
use crate::daemon::{Desk, GoingOn, LibraryNews, OnNews};
use crate::desktop::Desktop;
use crate::library::watch::WatchNews;
use crate::outage::Mode;
use crate::player::Event;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// What was typed wins each time the config is read.
pub struct Typed {
    /// Addresses beside the socket of this user.
    pub listen: Vec<SocketAddr>,
    /// How it sounds.
    pub sound: SoundArgs,
}

impl Typed {
    /// Nothing but how it sounds.
    pub fn of_sound(sound: SoundArgs) -> Self {
        Self {
            listen: Vec::new(),
            sound,
        }
    }

    fn wishes(&self, settings: Settings) -> Wishes {
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

/// How it begins, beside what was typed and what is set.
pub struct Begins {
    /// Who sits before it.
    pub before: Before,
    /// How far the guard may go, where that was typed.
    pub guard: Option<Mode>,
    /// Where the guard's facts come from, where they are recorded ones.
    pub replay: Option<Replay>,
}

/// What is wanted of it.
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

/// A desk that clients reach.
pub struct Host {
    /// What plays.
    pub desk: Arc<Desk>,
    /// Who steps in for a streaming client.
    pub guard: Arc<Switch>,
    door: Door,
    typed: Typed,
    wishes: Wishes,
    _desktop: Option<Desktop>,
}

impl Host {
    /// Paused where the queue was left, and reached from now on. With it come the signals, caught as who sits before it needs them.
    pub fn begin(
        typed: Typed,
        settings: Settings,
        begins: Begins,
        context: &Context,
    ) -> Result<(Self, Signals), Stop> {
        let wishes = typed.wishes(settings);
        let settings = wishes.daemon.door();
        make_room_for(settings.max_clients);
        let sockets = Sockets::of_service(context, &wishes.listen, &settings)?;
        let sound = typed.sound.clone().over(&wishes.settings);
        let session = as_it_was_left(sound, begins.before, context)?;
        let (desk, signals) = session.open(context)?.begin(context)?;
        let desk = Arc::new(desk);
        let guard = guard::switch(&desk, begins.replay.is_some(), context);
        let services = Services {
            watches: wishes.daemon.watches.unwrap_or(true),
            music: context.places.music.clone(),
            guard: Some(guard.clone()),
        };
        let library = context.library();
        let door = Door::open(sockets, &desk, library, settings, services, teller());
        let host = Self {
            door: door.map_err(cannot)?,
            _desktop: desktop(&desk, Some(guard.clone()), context),
            desk,
            guard,
            typed,
            wishes,
        };
        host.turn_guard(begins.guard.unwrap_or(host.wishes.guard()), context);
        if let Some(replay) = begins.replay {
            replay.begin(host.guard.clone()).map_err(cannot)?;
        }
        Ok((host, signals))
    }

    /// The music does not wait for a guard, nor end for want of one.
    fn turn_guard(&self, mode: Mode, context: &Context) {
        if let Err(error) = self.guard.turn(mode) {
            context
                .out
                .warn(format!("The guard cannot start: {error}."));
        }
    }

    /// Saves, counts, and ends.
    pub fn close(self, context: &Context) {
        // It hears of the desk no more; turning off fails never.
        self.turn_guard(Mode::Off, context);
        drop(self.door);
        self.desk.end();
        tell_news(&self.desk, context);
    }

    /// Tells what the desk has to say.
    pub fn tell_news(&self, context: &Context) {
        tell_news(&self.desk, context);
    }

    /// Keeps it as config.toml says now.
    pub fn read_config_again(&mut self, context: &Context) {
        let wishes = self.typed.wishes(super::sound::settings(context));
        let sound = |wishes: &Wishes| self.typed.sound.clone().over(&wishes.settings);
        let (was, is) = (sound(&self.wishes), sound(&wishes));
        let mut fixed = change_sound(&self.desk, &was, &is);
        if is.equaliser != was.equaliser {
            let usual = curve_in(is.equaliser.as_deref(), context);
            self.desk.equalise_usually(usual, None);
        }
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
            self.turn_guard(wishes.guard(), context);
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

/// The queue as it was left, paused.
fn as_it_was_left(sound: Sound, before: Before, context: &Context) -> Result<Session, Stop> {
    let session = match play::resume(context)? {
        GoingOn::With(here) => Session::going_on(here, sound),
        // Modes are kept without songs, and so are rows whose folder is away.
        GoingOn::Nothing { here, .. } => Session::going_on(*here, sound),
    };
    Ok(Session {
        paused: true,
        before,
        ..session
    })
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
        ("remember_from_min", is.long_from_ms != was.long_from_ms),
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
