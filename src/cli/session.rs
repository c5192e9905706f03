//! A desk in the foreground: opens the output, queues the songs, and listens until they end. What keys and news mean
//! for the music is the desk's to say.

use super::Context;
use super::bell::Bell;
use super::door::{Door, Services, Sockets};
use super::everything::Everything;
use super::exit::{Exit, Outcome, Stop};
use super::listening::Listening;
use super::out::complain;
use super::signals::Signals;
use super::sound::{Bedtime, Sound, curve_in};
use crate::daemon::stepping::Switch;
use crate::daemon::{
    Counter, Desk, Here, Hook, KeptEqualiser, Later, Leveller, OnNews, Rest, Said, Saved,
    SavedError,
};
use crate::desktop::{self, Desktop};
use crate::engine::{Engine, EngineError, Notice, Options, Output};
use crate::library::OwnedFile;
use crate::mpd;
use crate::music::{Origin, Song};
use crate::player::{AtEnd, Event, Once, Player};
use crossbeam_channel::{Receiver, bounded};
use std::sync::Arc;

/// Notices of the engine that may wait for the desk; the engine never has more under way.
const MAX_NOTICES: usize = 256;

/// What to play and how.
pub struct Session {
    /// What is queued.
    pub songs: Vec<Arc<Song>>,
    /// Where each of them comes from, where that is known.
    pub origins: Vec<Option<Arc<Origin>>>,
    /// Position that plays first.
    pub start: usize,
    /// Where in it, in ms; `None`: nobody has said, and what is long goes on where it was left.
    pub at_ms: Option<u64>,
    /// It waits there.
    pub paused: bool,
    /// Shuffled rounds.
    pub random: bool,
    /// Begins again at its end.
    pub repeat: bool,
    /// What comes when the queue has been played, where that is not said by `repeat`.
    pub goes_on: bool,
    /// Loudness in percent.
    pub volume_percent: u8,
    /// Of a queue that goes on: what is not among the songs.
    pub rest: Rest,
    /// Whether another queue is saved, which this one must not replace.
    pub is_aside: bool,
    /// Who sits before it.
    pub before: Before,
    /// Modes as they were left.
    pub modes: Modes,
    /// How it sounds, and when it ends.
    pub sound: Sound,
}

/// Who sits before what plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Somebody at the keys of the live line: without an output there is nothing to begin.
    Keys,
    /// Nobody: where there is no output it waits for one, and SIGHUP does not end it.
    Nobody,
    /// Somebody at the screen, which tells that there is no output and waits for one; it goes when its terminal does.
    Screen,
}

/// Modes that only a queue that goes on has.
#[derive(Clone, Copy, Default)]
pub struct Modes {
    single: bool,
    consume: bool,
    said: Said,
}

impl Session {
    /// These songs from the first on.
    pub fn new(songs: Vec<Arc<Song>>, sound: Sound) -> Self {
        Self {
            songs,
            origins: Vec::new(),
            start: 0,
            at_ms: None,
            paused: false,
            random: false,
            repeat: sound.at_end == AtEnd::Repeat,
            goes_on: sound.at_end == AtEnd::GoOn,
            volume_percent: sound.volume_percent.unwrap_or(100),
            rest: Rest::default(),
            is_aside: false,
            before: Before::Keys,
            modes: Modes::default(),
            sound,
        }
    }

    /// Each of its songs comes from there.
    pub fn coming_from_each(self, origins: Vec<Option<Arc<Origin>>>) -> Self {
        Self { origins, ..self }
    }

    /// These begin, and all others of what was chosen come behind them from there.
    pub fn beginning(mut everything: Everything, origin: Origin, sound: Sound) -> Self {
        let origin = Some(Arc::new(origin));
        let others = everything.others();
        let later = others.map(|find| Rest::Later(Box::new(Later::chosen(find, origin.clone()))));
        Self {
            rest: later.unwrap_or_default(),
            origins: vec![origin; everything.first.len()],
            ..Self::new(everything.first, sound)
        }
    }

    /// A saved queue, as it was left.
    pub fn going_on(here: Here, sound: Sound) -> Self {
        let volumes = [
            sound.typed_volume_percent,
            here.options.volume_percent,
            sound.volume_percent,
        ];
        let said = here.options.said();
        let modes = Modes {
            single: here.options.single,
            consume: here.options.consume,
            said,
        };
        Self {
            origins: here.origins,
            start: here.start,
            at_ms: Some(here.at_ms).filter(|at_ms| *at_ms > 0),
            modes,
            random: here.options.random,
            repeat: match sound.typed_at_end {
                None => here.options.repeat,
                Some(at_end) => at_end == AtEnd::Repeat,
            },
            goes_on: match (sound.typed_at_end, said.goes_on) {
                (None, Some(goes_on)) => goes_on,
                _ => sound.at_end == AtEnd::GoOn,
            },
            volume_percent: volumes.into_iter().flatten().next().unwrap_or(100),
            rest: here.rest,
            ..Self::new(here.songs, sound.with_said(said))
        }
    }

    /// Opens the output, before anybody is told that there will be music.
    pub fn open(self, context: &Context) -> Result<Opened, Stop> {
        let signals = match self.before {
            Before::Nobody => Signals::catch_of_service(),
            Before::Keys | Before::Screen => Signals::catch(),
        };
        let signals =
            signals.map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
        let (output, engine, notices) = self.open_first(context)?;
        Ok(Opened {
            session: self,
            signals,
            output,
            engine,
            notices,
        })
    }

    /// A desk with all modes set: a first song of a moment is followed as they say.
    fn player(&self) -> Player {
        let mut player = Player::new(seed(), self.volume_percent);
        player.remember_from(self.sound.long_from_ms, OwnedFile::key_around);
        for event in [
            Event::AtEnd(match self.goes_on {
                true => AtEnd::GoOn,
                false => AtEnd::Stop,
            }),
            Event::Repeat(self.repeat),
            Event::Random(self.random),
            Event::Crossfade(self.sound.crossfade_ms),
            Event::Single(match self.sound.bedtime {
                Some(Bedtime::AfterSong) => Once::Oneshot,
                _ if self.modes.single => Once::On,
                _ => Once::Off,
            }),
            Event::Consume(match self.modes.consume {
                true => Once::On,
                false => Once::Off,
            }),
        ] {
            // Of an empty queue nothing comes of it that an engine would have to do.
            player.handle(event);
        }
        player
    }

    /// The curve that somebody has said, or the usual one, before anything sounds.
    fn equalise(&self, desk: &Desk, context: &Context) {
        let usual = curve_in(self.sound.equaliser.as_deref(), context);
        let kept = KeptEqualiser::in_folder(&context.places.state);
        let is_flat = kept.read().as_ref().unwrap_or(&usual).in_effect().is_flat();
        if desk.is_bit_perfect() && !is_flat {
            context
                .out
                .warn("The equaliser has no effect: bit-perfect playing touches no sample.");
        }
        desk.equalise_usually(usual, Some(kept));
    }

    fn begin(self, desk: &Desk, output: Output) {
        desk.say_output(output);
        let replace = Event::Replace {
            songs: self.songs,
            start: self.start,
            at_ms: self.at_ms,
            paused: self.paused,
        }
        .whence_each(self.origins);
        match self.rest {
            Rest::Holes(_) => desk.ask(replace),
            Rest::Later(rest) => desk.ask_part(replace, rest),
        }
        if let Some(Bedtime::InMs(ms)) = self.sound.bedtime {
            desk.ask(Event::Sleep(Some(ms)));
        }
    }

    /// Opens the first output that can be opened; says why it is not the first one named.
    fn open_first(&self, context: &Context) -> Result<(Output, Engine, Receiver<Notice>), Stop> {
        let mut reason = None;
        for output in &self.sound.outputs {
            let (notices, noticed) = bounded(MAX_NOTICES);
            match Engine::start(self.options(output, false), notices) {
                Ok(engine) => {
                    if let Some(reason) = reason {
                        let reason = error_text(&reason);
                        let reason = reason.trim_end_matches('.');
                        context.out.warn(format!(
                            "{reason}; playing to {} instead.",
                            engine.output_name()
                        ));
                    }
                    return Ok((output.clone(), engine, noticed));
                }
                Err(error) => reason = Some(error),
            }
        }
        if let Some(output) = self
            .sound
            .outputs
            .first()
            .filter(|_| self.before != Before::Keys)
        {
            let (notices, noticed) = bounded(MAX_NOTICES);
            let engine = Engine::start(self.options(output, true), notices).map_err(refused)?;
            return Ok((output.clone(), engine, noticed));
        }
        Err(reason.map_or(Stop::new(Exit::Usage, "no output is named"), refused))
    }

    fn options(&self, output: &Output, waits: bool) -> Options {
        Options {
            output: output.clone(),
            volume_percent: self.volume_percent,
            bit_perfect: self.sound.bit_perfect,
            on_loss: self.sound.on_loss,
            waits,
        }
    }
}

/// A session whose output is open: what is said of its music now is true.
pub struct Opened {
    session: Session,
    signals: Signals,
    output: Output,
    engine: Engine,
    notices: Receiver<Notice>,
}

impl Opened {
    /// What it plays.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The song that plays first.
    pub fn first(&self) -> Option<&Song> {
        let session = &self.session;
        session.songs.get(session.start).map(|song| &**song)
    }

    /// Plays to the end, or until a key or a signal ends it.
    pub fn play(self, context: &mut Context) -> Outcome {
        let (desk, signals) = self.begin(context)?;
        let desk = Arc::new(desk);
        let door = open_door(&desk, context);
        let _desktop = desktop(&desk, None, context);
        let bell = hang_bell(&desk, &signals)
            .map_err(|error| Stop::failed(format!("cannot wait for anything: {error}")))?;
        Listening::new(desk, door, bell, context).listen(&signals)
    }

    /// The desk, which plays from now on.
    pub fn begin(self, context: &Context) -> Result<(Desk, Signals), Stop> {
        let (session, signals) = (self.session, self.signals);
        let mut saved = match session.is_aside {
            true => None,
            false => lock_saved(context),
        };
        if let Some(saved) = &mut saved {
            saved.go_on(&session.rest);
            saved.keep_said(session.modes.said);
        }
        let player = session.player();
        let mut measured = context.library().measured_lookup();
        let levelling = session.sound.levelling;
        let leveller = Leveller::new(levelling, Box::new(move |key| measured.of(key)));
        let counter = Counter::new(context.library(), &context.places.state);
        let desk = Desk::start(player, self.engine, self.notices, saved, leveller, counter)
            .map_err(|error| Stop::failed(format!("cannot start a thread: {error}")))?;
        hang_hook(session.sound.on_song.as_deref(), &desk, context)
            .map_err(|error| Stop::failed(format!("cannot start a thread: {error}")))?;
        session.equalise(&desk, context);
        desk.set_speed(session.sound.speed);
        session.begin(&desk, self.output);
        Ok((desk, signals))
    }
}

/// From now on this line of the person's runs on each new song, or none does.
pub fn hang_hook(line: Option<&str>, desk: &Desk, context: &Context) -> std::io::Result<()> {
    let hook = Hook {
        line: line.unwrap_or_default().to_owned(),
        home: context.home.clone(),
    };
    let tell = Arc::new(|said| complain(format!("standin: {said}")));
    desk.run_on_songs(hook, tell)
}

/// Where clients of this user reach what plays here, unless another player has the socket. Music plays without it too.
fn open_door(desk: &Arc<Desk>, context: &Context) -> Option<Door> {
    let cannot = |error: &dyn std::fmt::Display| {
        if context.out.verbose {
            context
                .out
                .warn(format!("{error}; only the keys are heard."));
        }
    };
    let sockets = Sockets::of_user(context)
        .map_err(|error| cannot(&error))
        .ok()?;
    let quiet: OnNews = Arc::new(|_| {});
    Door::open(
        sockets,
        desk,
        context.library(),
        mpd::Settings::default(),
        Services::default(),
        quiet,
    )
    .map_err(|error| cannot(&error))
    .ok()
}

/// Media keys and their kin; music needs none of it.
pub fn desktop(desk: &Arc<Desk>, guard: Option<Arc<Switch>>, context: &Context) -> Option<Desktop> {
    let places = &context.places;
    let (settings, _) = crate::config::Settings::read(&places.config_file());
    let settings = desktop::Settings {
        notifications: settings.notifications.unwrap_or(false),
        art: places.cache.join("art"),
    };
    Desktop::start(desk, guard, settings).ok()
}

/// One bell that the desk and signals ring.
fn hang_bell(desk: &Desk, signals: &Signals) -> std::io::Result<Bell> {
    let bell = Bell::new()?;
    signals.ring(&bell.rope()?)?;
    let ring = bell.ringer()?;
    desk.wake_by(move |_| ring());
    Ok(bell)
}

/// The error with what the system said of it.
fn error_text(error: &EngineError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn refused(error: EngineError) -> Stop {
    let message = error_text(&error);
    match error {
        EngineError::NoDevice { .. } => Stop::new(Exit::NoDevice, message)
            .hint("`--output null` plays without sound, `--output wav:FILE` into a file"),
        EngineError::ServerHangs => {
            Stop::new(Exit::NoDevice, message).hint("start the sound server again")
        }
        EngineError::NoSuchDevice { .. } => {
            Stop::new(Exit::NoDevice, message).hint("`standin outputs` lists what there is")
        }
        _ => Stop::failed(message),
    }
}

/// The right to save the queue; a second player plays without.
fn lock_saved(context: &Context) -> Option<Saved> {
    match Saved::lock(&context.places.state) {
        Ok(Some(saved)) => Some(saved),
        Ok(None) => {
            context
                .out
                .say("Another standin is playing; this queue will not be remembered.");
            None
        }
        Err(error) => {
            warn_unsaved(&error, context);
            None
        }
    }
}

fn warn_unsaved(error: &SavedError, context: &Context) {
    context
        .out
        .warn(format!("{error}; the music plays all the same."));
}

/// Another one each time: shuffles differ from day to day.
pub fn seed() -> u64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    now.as_nanos() as u64 ^ u64::from(std::process::id())
}
