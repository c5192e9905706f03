//! A desk for whoever comes: the queue as it was left, the sockets, the guard and the session's bus, begun, kept as config.toml says,
//! and closed. It waits for nothing: who sits before it knows when it is to end.

use super::door::{Door, Services, Sockets, cannot, make_room_for};
use super::guard::{self, Replay};
use super::out::complain;
use super::session::{Before, Session, desktop, hang_hook};
use super::signals::Signals;
use super::sound::{Sound, SoundArgs, curve_in};
use super::{Context, Stop, play, told};
use crate::config::{Config, Daemon, Settings, Used};
use crate::daemon::stepping::Switch;
use crate::daemon::{Desk, GoingOn, LibraryNews, OnNews};
use crate::desktop::Desktop;
use crate::library::watch::WatchNews;
use crate::mpd;
use crate::outage::Mode;
use crate::player::Event;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// States of a guard that nothing is under way in.
const RESTING: [&str; 2] = ["idle", "watch"];

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

    /// Whether this key of config.toml was typed.
    fn types(&self, key: &str) -> bool {
        match key {
            "daemon.listen" => !self.listen.is_empty(),
            key => self.sound.types(key),
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
    /// What of config.toml it goes on with.
    used: Used,
    desktop: Option<Desktop>,
    /// What the guard was begun with has changed: once nothing is under way it begins anew.
    is_guard_old: bool,
}

impl Host {
    /// Paused where the queue was left, and reached from now on. With it come the signals, caught as who sits before it needs them.
    pub fn begin(
        typed: Typed,
        config: Config,
        begins: Begins,
        context: &Context,
    ) -> Result<(Self, Signals), Stop> {
        let used = Used::of(&config);
        let wishes = typed.wishes(config.settings);
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
            desktop: desktop(&desk, Some(guard.clone()), context),
            desk,
            guard,
            typed,
            wishes,
            used,
            is_guard_old: false,
        };
        host.tell_config();
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

    /// Keeps it as config.toml says now, and tells what cannot be so before the next start.
    pub fn read_config_again(&mut self, context: &Context) {
        let config = super::sound::config(context);
        let mut later = self.used.read_again(&config);
        later.retain(|key| !self.typed.types(key));
        let wishes = self.typed.wishes(config.settings);
        let sound = |wishes: &Wishes| self.typed.sound.clone().over(&wishes.settings);
        let (was, is) = (sound(&self.wishes), sound(&wishes));
        change_sound(&self.desk, &was, &is, context);
        if is.equaliser != was.equaliser {
            let usual = curve_in(is.equaliser.as_deref(), context);
            self.desk.equalise_usually(usual, None);
        }
        if let Some(desktop) = &self.desktop {
            desktop.notify_of_songs(wishes.settings.notifications.unwrap_or(false));
        }
        self.keep_door(wishes.daemon.door(), context);
        if wishes.guard() != self.wishes.guard() {
            self.turn_guard(wishes.guard(), context);
        } else if wishes.settings.outage != self.wishes.settings.outage {
            self.is_guard_old = true;
        }
        // What is open stays so, whatever the file says of it now.
        let listen = std::mem::take(&mut self.wishes.listen);
        self.wishes = Wishes { listen, ..wishes };
        self.tell_config();
        if !later.is_empty() {
            let hold = if later.len() == 1 { "holds" } else { "hold" };
            context.out.warn(format!(
                "Of what has changed in config.toml, {} {hold} from the next start on.",
                later.join(", ")
            ));
        }
    }

    fn keep_door(&self, settings: mpd::Settings, context: &Context) {
        let is_open_to_others = self.wishes.listen.iter().any(|at| !at.ip().is_loopback());
        if settings.passwords.is_empty() && is_open_to_others {
            context.out.warn(
                "Other machines can reach this one and no password is set any more: the old one stays.",
            );
            return;
        }
        make_room_for(settings.max_clients);
        self.door.keep(settings);
    }

    /// A guard whose settings have changed begins anew, unless an outage is under way: it is not left in the middle.
    pub fn renew_guard(&mut self, context: &Context) {
        let is_resting = || {
            let told = self.desk.snapshot().outside.guard;
            told.is_none_or(|told| RESTING.contains(&told.state.as_str()))
        };
        if self.is_guard_old && is_resting() {
            self.is_guard_old = false;
            let mode = self.guard.mode();
            self.turn_guard(Mode::Off, context);
            self.turn_guard(mode, context);
        }
    }

    /// Clients may ask what of config.toml is used here.
    fn tell_config(&self) {
        let pairs = self.used.pairs();
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        self.door.tell_config(pairs.collect());
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

/// Carries out what can be changed of a running desk.
fn change_sound(desk: &Desk, was: &Sound, is: &Sound, context: &Context) {
    if let Some(percent) = is
        .volume_percent
        .filter(|_| is.volume_percent != was.volume_percent)
    {
        desk.ask(Event::Volume(percent));
    }
    if is.crossfade_ms != was.crossfade_ms {
        desk.ask(Event::Crossfade(is.crossfade_ms));
    }
    if is.at_end != was.at_end {
        desk.ask(Event::AtEnd(is.at_end));
    }
    if is.levelling != was.levelling {
        desk.level(is.levelling);
    }
    if let Some(first) = is.outputs.first().filter(|_| is.outputs != was.outputs) {
        desk.send_sound_to(first.clone());
    }
    if is.on_loss != was.on_loss {
        desk.set_on_loss(is.on_loss);
    }
    if is.on_song != was.on_song
        && let Err(error) = hang_hook(is.on_song.as_deref(), desk, context)
    {
        let out = &context.out;
        out.warn(format!("The hook for songs cannot begin: {error}."));
    }
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
