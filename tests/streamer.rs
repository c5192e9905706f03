//! A streaming client for tests: a player of any profile on a bus of the test's own, whose status, metadata and position are
//! whatever a test wants, and a tone through `pacat` for its sound. It knows nothing of those who watch it.

use crate::home::HANG;
use crate::pulse::Pulse;
use pulseaudio::protocol::stream::StreamFlags;
use pulseaudio::protocol::{
    ChannelMap, Command, CorkStreamParams, CreatePlaybackStreamReply, PlaybackStreamParams, Prop,
    Props, SampleFormat, SampleSpec, SetClientNameReply,
};
use standin::engine::pulse::{Wire, waker};
use std::collections::HashMap;
use std::f64::consts::TAU;
use std::ffi::CString;
use std::future::poll_fn;
use std::io::Write;
use std::pin::Pin;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Instant;
use zbus::export::futures_core::Stream;
use zbus::message::{Message, Type};
use zbus::{Connection, MessageStream, ObjectPath, Variant, connection};

const PATH: &str = "/org/mpris/MediaPlayer2";
const PLAYER: &str = "org.mpris.MediaPlayer2.Player";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Properties by their names.
pub type Fields = HashMap<String, Variant<'static>>;

/// What a client is like.
#[derive(Clone, Copy)]
pub struct Profile {
    /// Behind `org.mpris.MediaPlayer2.`.
    pub name: &'static str,
    pub identity: &'static str,
    pub position: Position,
    /// Its `mpris:trackid` for a song of this id.
    pub track: fn(&str) -> Variant<'static>,
    /// Its `xesam:url`, where it has one.
    pub url: Option<fn(&str) -> String>,
}

/// What a client's position is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Position {
    /// Where it is: it stands still while the client stalls.
    Real,
    /// It runs on while the client stalls.
    WallClock,
    /// As it was told last.
    Frozen,
    Zero,
    /// An error is the answer.
    Refused,
    /// Of another type than MPRIS wants.
    Int32,
    Double,
    Text,
}

pub const SPOTIFY: Profile = Profile {
    name: "spotify",
    identity: "Spotify",
    position: Position::Real,
    track: |id| path(format!("/com/spotify/track/{id}")),
    url: Some(|id| format!("https://open.spotify.com/track/{id}")),
};

pub const SPOTIFYD: Profile = Profile {
    name: "spotifyd.instance77",
    identity: "Spotifyd",
    position: Position::WallClock,
    track: |id| path(format!("/spotify/track/{id}")),
    url: None,
};

pub const SPOTIFY_PLAYER: Profile = Profile {
    name: "spotify_player",
    identity: "spotify_player",
    position: Position::Frozen,
    track: |_| path("/".into()),
    url: None,
};

pub const FIREFOX: Profile = Profile {
    name: "firefox.instance_1_25",
    identity: "Mozilla Firefox",
    position: Position::Refused,
    track: |_| path("/org/mpris/MediaPlayer2/firefox".into()),
    url: Some(|id| format!("https://music.youtube.com/watch?v={id}")),
};

fn path(path: String) -> Variant<'static> {
    Variant::from(ObjectPath::try_from(path).unwrap().into_owned())
}

struct State {
    profile: Profile,
    status: String,
    metadata: Arc<dyn Fn() -> Fields + Send + Sync>,
    /// Where it was at `since`, in µs.
    at_us: i64,
    since: Instant,
    is_stalled: bool,
    /// Answers nothing.
    hangs: bool,
    /// Answers with errors.
    is_broken: bool,
}

impl State {
    /// Where it is, were it honest.
    fn real_us(&self, now: Instant, stands: bool) -> i64 {
        let runs = self.status == "Playing" && !stands;
        let ran = now.duration_since(self.since).as_micros() as i64;
        self.at_us + if runs { ran } else { 0 }
    }

    fn position(&self) -> Option<Variant<'static>> {
        let now = Instant::now();
        let real = self.real_us(now, self.is_stalled);
        Some(match self.profile.position {
            Position::Real => Variant::from(real),
            Position::WallClock => Variant::from(self.real_us(now, false)),
            Position::Frozen => Variant::from(self.at_us),
            Position::Zero => Variant::from(0_i64),
            Position::Refused => return None,
            Position::Int32 => Variant::from(real as i32),
            Position::Double => Variant::from(real as f64),
            Position::Text => Variant::from(real.to_string()),
        })
    }

    /// From here on it goes otherwise.
    fn settle(&mut self) {
        let now = Instant::now();
        self.at_us = self.real_us(now, self.is_stalled);
        self.since = now;
    }

    fn all(&self) -> Fields {
        let mut all = Fields::from([
            ("PlaybackStatus".into(), Variant::from(self.status.clone())),
            ("Metadata".into(), Variant::from((self.metadata)())),
        ]);
        all.extend(self.position().map(|at| ("Position".into(), at)));
        all
    }
}

/// A client on a bus. Dropping it takes it away with its connection.
pub struct Streamer {
    /// Its name on the bus.
    pub name: String,
    connection: Connection,
    state: Arc<Mutex<State>>,
    /// The methods that were called.
    heard: Receiver<String>,
}

impl Streamer {
    /// Stopped, with no metadata.
    pub fn on(address: &str, profile: Profile) -> Self {
        let state = Arc::new(Mutex::new(State {
            profile,
            status: "Stopped".into(),
            metadata: Arc::new(Fields::new),
            at_us: 0,
            since: Instant::now(),
            is_stalled: false,
            hangs: false,
            is_broken: false,
        }));
        let (sender, heard) = channel();
        let bus = connection::Builder::address(address);
        let connection = zbus::block_on(bus.build()).unwrap();
        let messages = MessageStream::from(&connection);
        let (serving, of) = (connection.clone(), state.clone());
        std::thread::spawn(move || zbus::block_on(serve(serving, messages, of, sender)));
        let streamer = Self {
            name: format!("org.mpris.MediaPlayer2.{}", profile.name),
            connection,
            state,
            heard,
        };
        streamer.take_name(&streamer.name);
        streamer
    }

    /// Another name for the same client.
    pub fn take_name(&self, name: &str) {
        zbus::block_on(self.connection.request_name(name)).unwrap();
    }

    /// Leaves the name, and stays on the bus.
    pub fn vanish(&self) {
        zbus::block_on(self.connection.release_name(&*self.name)).unwrap();
    }

    /// Has come back under its name.
    pub fn come_back(&self) {
        self.take_name(&self.name);
    }

    /// Plays a song from here on, and says so.
    pub fn play(&self, id: &str, title: &str, at_ms: u64) {
        self.play_of(id, title, at_ms, 200_000);
    }

    /// As [`play`](Self::play), a song that is so long.
    pub fn play_of(&self, id: &str, title: &str, at_ms: u64, length_ms: u64) {
        let profile = self.state().profile;
        let (id, title) = (id.to_owned(), title.to_owned());
        let metadata = move || {
            let mut fields = Fields::from([
                ("mpris:trackid".into(), (profile.track)(&id)),
                (
                    "mpris:length".into(),
                    Variant::from(length_ms as i64 * 1_000),
                ),
                ("xesam:title".into(), Variant::from(title.clone())),
                ("xesam:artist".into(), Variant::from(vec!["Some One"])),
                ("xesam:album".into(), Variant::from("Some Tones")),
            ]);
            let url = profile.url.map(|url| Variant::from(url(&id)));
            fields.extend(url.map(|url| ("xesam:url".into(), url)));
            fields
        };
        let mut state = self.state();
        state.status = "Playing".into();
        state.at_us = at_ms as i64 * 1_000;
        state.since = Instant::now();
        state.metadata = Arc::new(metadata);
        drop(state);
        self.tell();
    }

    /// Shows this metadata, and says so.
    pub fn show(&self, metadata: impl Fn() -> Fields + Send + Sync + 'static) {
        self.state().metadata = Arc::new(metadata);
        self.tell();
    }

    /// Shows this status, and says so.
    pub fn be(&self, status: &str) {
        let mut state = self.state();
        state.settle();
        state.status = status.into();
        drop(state);
        self.tell();
    }

    /// Goes on to say that it plays, and plays nothing.
    pub fn stall(&self, stalls: bool) {
        let mut state = self.state();
        state.settle();
        state.is_stalled = stalls;
    }

    /// Answers nothing any more, or again.
    pub fn hang(&self, hangs: bool) {
        self.state().hangs = hangs;
    }

    /// Answers with errors.
    pub fn break_down(&self, is_broken: bool) {
        self.state().is_broken = is_broken;
    }

    /// Jumps, and says so.
    pub fn seek(&self, at_ms: u64) {
        let us = at_ms as i64 * 1_000;
        let mut state = self.state();
        (state.at_us, state.since) = (us, Instant::now());
        drop(state);
        self.signal(PLAYER, "Seeked", &us);
    }

    /// Says what it shows.
    pub fn tell(&self) {
        let all = self.state().all();
        self.tell_changes(&all);
    }

    /// Says that this has changed.
    pub fn tell_changes(&self, changes: &Fields) {
        let none: &[&str] = &[];
        self.signal(PROPERTIES, "PropertiesChanged", &(PLAYER, changes, none));
    }

    /// Has this title from now on, without a word.
    pub fn hide(&self, title: &'static str) {
        let metadata = move || Fields::from([("xesam:title".to_owned(), Variant::from(title))]);
        self.state().metadata = Arc::new(metadata);
    }

    /// Says that its status and metadata have to be asked for.
    pub fn tell_that_it_changed(&self) {
        let changes = Fields::new();
        let names: &[&str] = &["PlaybackStatus", "Metadata"];
        self.signal(PROPERTIES, "PropertiesChanged", &(PLAYER, changes, names));
    }

    /// Says so many times that its title has changed; at last it shows the last of them, without a word.
    pub fn flood(&self, changes: usize) {
        let metadata = |number: usize| {
            let title = Variant::from(format!("Song {number}"));
            Fields::from([("xesam:title".to_owned(), title)])
        };
        for number in 0..changes {
            let changed = Variant::from(metadata(number));
            self.tell_changes(&Fields::from([("Metadata".to_owned(), changed)]));
        }
        self.state().metadata = Arc::new(move || metadata(changes));
    }

    /// Waits for a method to be called on it.
    pub fn hears(&self, method: &str) {
        loop {
            let heard = self.heard.recv_timeout(HANG);
            if heard.unwrap_or_else(|_| panic!("nobody calls {method}")) == method {
                return;
            }
        }
    }

    fn signal<B>(&self, interface: &str, name: &str, body: &B)
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        let none = None::<&str>;
        let sent = self
            .connection
            .emit_signal(none, PATH, interface, name, body);
        zbus::block_on(sent).unwrap();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Streamer {
    fn drop(&mut self) {
        // The bus may have gone before.
        zbus::block_on(self.connection.clone().close()).ok();
    }
}

async fn serve(
    connection: Connection,
    mut messages: MessageStream,
    state: Arc<Mutex<State>>,
    heard: Sender<String>,
) {
    while let Some(Ok(message)) =
        poll_fn(|context| Pin::new(&mut messages).poll_next(context)).await
    {
        if message.message_type() != Type::MethodCall {
            continue;
        }
        let header = message.header();
        let method = header.member().unwrap().to_string();
        if state.lock().unwrap().hangs {
            continue;
        }
        let mut changes = None;
        let answer = {
            let mut state = state.lock().unwrap();
            let status = match &*method {
                "Play" => Some("Playing"),
                "Pause" => Some("Paused"),
                "Stop" => Some("Stopped"),
                _ => None,
            };
            if let Some(status) = status {
                state.settle();
                state.status = status.into();
                changes = Some(state.all());
            }
            answer(&message, &method, &state)
        };
        if connection.send(&answer).await.is_err() {
            return;
        }
        if let Some(changes) = changes {
            let none: &[&str] = &[];
            let body = (PLAYER, changes, none);
            let told = "PropertiesChanged";
            connection
                .emit_signal(None::<&str>, PATH, PROPERTIES, told, &body)
                .await
                .ok();
        }
        heard.send(method).ok();
    }
}

fn answer(message: &Message, method: &str, state: &State) -> Message {
    let header = message.header();
    let fail = |what: &str| {
        let error = Message::error(&header, "org.freedesktop.DBus.Error.Failed");
        error.build(&what).unwrap()
    };
    let answer = || Message::method_return(&header);
    if state.is_broken {
        return fail("broken");
    }
    match method {
        "GetAll" => answer().build(&state.all()).unwrap(),
        "Get" => {
            let body = message.body();
            let (_, name): (&str, &str) = body.deserialize().unwrap();
            match name {
                "Identity" => answer()
                    .build(&Variant::from(state.profile.identity))
                    .unwrap(),
                "Position" => match state.position() {
                    Some(position) => answer().build(&position).unwrap(),
                    None => fail("there is no position"),
                },
                _ => fail("there is no such property"),
            }
        }
        _ => answer().build(&()).unwrap(),
    }
}

/// A tone that a streaming client plays, through `pacat`: a process below this one, as clients are.
pub struct Tone {
    player: Child,
    wish: Arc<(Mutex<Wish>, Condvar)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Wish {
    Sound,
    Silence,
    /// Nothing is sent.
    Nothing,
    End,
}

/// Frames in one piece.
const PIECE: usize = 441;
const RATE: usize = 44_100;

impl Tone {
    /// Sounds at once, on the server's default sink; `name`: what the program calls itself.
    pub fn start(pulse: &Pulse, hertz: f64, name: &str) -> Self {
        let mut player = pulse
            .client("pacat")
            .args(["--playback", "--raw", "--format=float32le", "--channels=2"])
            .args([&format!("--rate={RATE}"), "--latency-msec=50"])
            .arg(format!("--client-name={name}"))
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut to = player.stdin.take().unwrap();
        let wish = Arc::new((Mutex::new(Wish::Sound), Condvar::new()));
        let of = wish.clone();
        std::thread::spawn(move || {
            let mut frame = 0_usize;
            while let Some(level) = next_level(&of) {
                let piece = (frame..frame + PIECE).flat_map(|at| {
                    let sample = (TAU * hertz * at as f64 / RATE as f64).sin() * level;
                    [(sample as f32).to_le_bytes(); 2].concat()
                });
                frame += PIECE;
                // The pipe holds a fifth of a second.
                if to.write_all(&piece.collect::<Vec<u8>>()).is_err() {
                    return;
                }
            }
        });
        Self { player, wish }
    }

    pub fn sound(&self) {
        self.wish(Wish::Sound);
    }

    /// Sends zeros.
    pub fn silence(&self) {
        self.wish(Wish::Silence);
    }

    /// Sends nothing more: its buffers run dry.
    pub fn starve(&self) {
        self.wish(Wish::Nothing);
    }

    /// Stops or continues the process.
    pub fn signal(&self, signal: &str) {
        let id = self.player.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(sent.unwrap().success());
    }

    fn wish(&self, wish: Wish) {
        *self.wish.0.lock().unwrap() = wish;
        self.wish.1.notify_all();
    }
}

/// How loud the next piece is; `None`: there is none.
fn next_level(wish: &(Mutex<Wish>, Condvar)) -> Option<f64> {
    let is_nothing = |wish: &mut Wish| *wish == Wish::Nothing;
    let wish = wish
        .1
        .wait_while(wish.0.lock().unwrap(), is_nothing)
        .unwrap();
    match *wish {
        Wish::Sound => Some(0.25),
        Wish::Silence => Some(0.0),
        _ => None,
    }
}

impl Drop for Tone {
    fn drop(&mut self) {
        self.wish(Wish::End);
        self.player.kill().ok();
        self.player.wait().ok();
    }
}

/// A stream of a program that halts it by itself, as players do in a pause.
pub struct Halting {
    wire: Wire,
    channel: u32,
}

impl Halting {
    /// Halted from the start.
    pub fn start(pulse: &Pulse) -> Self {
        let socket = pulse.socket.strip_prefix("unix:").unwrap();
        let (_waker, woken) = waker().unwrap();
        let cookie = vec![0; 256];
        let mut wire =
            Wire::connect(socket.as_ref(), cookie, woken.into(), Arc::default()).unwrap();
        let mut props = Props::new();
        let process = CString::new(std::process::id().to_string()).unwrap();
        props.set(Prop::ApplicationName, c"halting");
        props.set(Prop::ApplicationProcessId, process);
        let _: SetClientNameReply = wire.ask(&Command::SetClientName(props)).unwrap();
        let wanted = PlaybackStreamParams {
            sample_spec: SampleSpec {
                format: SampleFormat::Float32Le,
                channels: 2,
                sample_rate: RATE as u32,
            },
            channel_map: ChannelMap::stereo(),
            flags: StreamFlags {
                start_corked: true,
                ..StreamFlags::default()
            },
            ..PlaybackStreamParams::default()
        };
        let made: CreatePlaybackStreamReply =
            wire.ask(&Command::CreatePlaybackStream(wanted)).unwrap();
        let channel = made.channel;
        Self { wire, channel }
    }

    pub fn halt(&mut self, cork: bool) {
        let channel = self.channel;
        let cork = CorkStreamParams { channel, cork };
        self.wire.send(&Command::CorkPlaybackStream(cork)).unwrap();
    }
}
