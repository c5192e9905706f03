//! The desktop's doors, on a bus of the test's own: `playerctl` steers, `dbus-monitor` hears what goes out, and the mocks of
//! python-dbusmock, or a server of the test's own, stand for logind and for who shows notifications.

use crate::home::{HANG, Home, RATE, Running, Signal, has, wait_until};
use std::collections::HashMap;
use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

const PLAYER: &str = "org.mpris.MediaPlayer2.standin";

/// A bus; it ends with the test.
pub struct Bus {
    pub address: String,
    daemon: Running,
}

impl Bus {
    pub fn new() -> Self {
        Self::start_with(&[])
    }

    /// Listens at this socket, so that it can come back after it has died.
    pub fn at(socket: &std::path::Path) -> Self {
        Self::start_with(&[&format!("--address=unix:path={}", socket.display())])
    }

    fn start_with(args: &[&str]) -> Self {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address"]);
        command.args(args);
        let mut daemon = Running::of(command);
        let address = daemon.wait_for("\n").trim().to_owned();
        Self { address, daemon }
    }

    /// Ends it as a crash would.
    pub fn kill(self) {
        self.daemon.signal(Signal::KILL);
        self.daemon.end();
    }

    /// It is the session's bus, and the system's.
    fn on(&self, mut command: Command) -> Command {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
        command.stdin(Stdio::null());
        command
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args);
        self.on(command)
    }

    fn answer(&self, program: &str, args: &[&str]) -> String {
        let output = self.command(program, args).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn keys(&self, args: &[&str]) -> String {
        self.answer("playerctl", &[&["-p", "standin"], args].concat())
    }

    fn start(&self, program: &str, args: &[&str]) -> Running {
        Running::of(self.command(program, args))
    }

    fn wait_for_name(&self, name: &str) {
        self.answer("gdbus", &["wait", "--session", "--timeout", "60", name]);
    }

    fn monitor(&self, rule: &str) -> Running {
        let mut monitor = self.start("dbus-monitor", &["--session", rule]);
        // Its own coming and going is what it hears first.
        monitor.wait_for("NameLost");
        monitor
    }

    /// Plays in the foreground, from the first of them on, which is heard now.
    fn play(&self, home: &Home) -> Running {
        let args = ["play", "Some", "Tones", "--output", "null"];
        let mut play = Running::of(self.on(home.command(&args)));
        play.wait_for("First");
        self.wait_for_name(PLAYER);
        play
    }
}

/// Two songs of ten seconds, with a picture beside them.
fn music() -> Home {
    let home = Home::new();
    for (number, name) in ["01 First.wav", "02 Second.wav"].iter().enumerate() {
        let file = format!("Some & One/Some Tones/{name}");
        home.tone(&file, number, 10 * RATE as usize);
    }
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55";
    let cover = home.music().join("Some & One/Some Tones/cover.png");
    std::fs::write(cover, png).unwrap();
    home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
    home
}

#[test]
fn media_keys_steer_what_plays_and_see_it() {
    if !["dbus-daemon", "playerctl", "gdbus"]
        .iter()
        .all(|program| has(program))
    {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    let mut play = bus.play(&home);
    assert_eq!(bus.keys(&["status"]), "Playing");
    let told =
        "{{mpris:trackid}}|{{title}}|{{artist}}|{{album}}|{{xesam:trackNumber}}|{{mpris:length}}";
    assert_eq!(
        bus.keys(&["metadata", "--format", told]),
        "'/io/standin/entry/1'|First|Some & One|Some Tones|1|10000000"
    );
    let url = bus.keys(&["metadata", "xesam:url"]);
    assert!(
        url.ends_with("/Some%20%26%20One/Some%20Tones/01%20First.wav"),
        "{url}"
    );

    bus.keys(&["pause"]);
    assert_eq!(bus.keys(&["status"]), "Paused");
    for (mode, to) in [
        ("loop", "Playlist"),
        ("loop", "Track"),
        ("loop", "None"),
        ("shuffle", "On"),
    ] {
        bus.keys(&[mode, to]);
        assert_eq!(bus.keys(&[mode]), to);
    }
    bus.keys(&["shuffle", "Off"]);
    bus.keys(&["volume", "0.25"]);
    assert_eq!(bus.keys(&["volume"]), "0.250000");
    bus.keys(&["next"]);
    assert_eq!(bus.keys(&["status"]), "Paused", "what is paused stays so");
    bus.keys(&["play-pause"]);
    play.wait_for("Second");
    assert_eq!(bus.keys(&["metadata", "title"]), "Second");

    play.signal(Signal::TERM);
    play.end().ended(143);
    let list = bus.command("playerctl", &["-l"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&list.stdout), "");
}

#[test]
fn a_jump_is_told_and_the_picture_of_the_song() {
    if !["dbus-daemon", "playerctl", "gdbus", "dbus-monitor"]
        .iter()
        .all(|program| has(program))
    {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    let mut play = bus.play(&home);
    let mut jumps = bus.monitor("interface='org.mpris.MediaPlayer2.Player',member='Seeked'");
    bus.keys(&["position", "5"]);
    let told = jumps.wait_for("int64 5");
    assert_eq!(told.matches("member=Seeked").count(), 1, "{told}");
    let position: f64 = bus.keys(&["position"]).parse().unwrap();
    assert!((5.0..10.0).contains(&position), "{position}");

    let changes = "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'";
    let mut changes = bus.monitor(changes);
    bus.keys(&["volume", "0.5"]);
    let told = changes.wait_for("double 0.5");
    assert_eq!(
        told.matches("dict entry").count(),
        1,
        "what changed alone: {told}"
    );
    bus.keys(&["next"]);
    play.wait_for("Second");
    let told = changes.wait_for("mpris:artUrl");
    assert!(
        !told.contains("\"Volume\"\n         variant             double 1"),
        "{told}"
    );
    let art = bus.keys(&["metadata", "mpris:artUrl"]);
    assert!(art.ends_with("/Some%20Tones/cover.png"), "{art}");
}

#[test]
fn a_second_player_has_a_name_of_its_own() {
    if !["dbus-daemon", "playerctl", "gdbus"]
        .iter()
        .all(|program| has(program))
    {
        return;
    }
    // Of one home the second would hand its songs to the first.
    let (home, other, bus) = (music(), music(), Bus::new());
    let _first = bus.play(&home);
    let second = bus.play(&other);
    let own = format!("{PLAYER}.instance{}", second.child.id());
    bus.wait_for_name(&own);
}

#[test]
fn sleep_is_held_off_while_music_plays_and_each_song_is_notified() {
    if !["dbus-daemon", "playerctl", "gdbus"]
        .iter()
        .all(|program| has(program))
        || !has_mocks()
    {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    std::fs::create_dir_all(home.path("home/config")).unwrap();
    let config = home.path("home/config/config.toml");
    std::fs::write(config, "[desktop]\nnotifications = true\n").unwrap();
    let _logind = mock(&bus, "logind", "org.freedesktop.login1");
    let mut shows = mock(&bus, "notification_daemon", "org.freedesktop.Notifications");
    let play = bus.play(&home);

    let told = shows.wait_for("\"First\"");
    assert!(told.contains("Notify \"Standin\" 0 "), "{told}");
    assert!(
        shows
            .wait_for("image-path")
            .contains("Some &amp; One\nSome Tones")
    );
    bus.keys(&["next"]);
    // In the place of the first.
    let told = shows.wait_for("\"Second\"");
    assert!(told.contains("Notify \"Standin\" 1 "), "{told}");

    wait_until(|| inhibitors(&bus).contains("'idle', 'standin'"));
    bus.keys(&["pause"]);
    wait_until(|| !inhibitors(&bus).contains("standin"));
    bus.keys(&["play"]);
    wait_until(|| inhibitors(&bus).contains("standin"));
    play.signal(Signal::KILL);
    wait_until(|| !inhibitors(&bus).contains("standin"));
}

#[test]
fn the_guard_is_notified_of_and_media_players_see_why_its_music_plays() {
    if !["dbus-daemon", "playerctl", "gdbus"]
        .iter()
        .all(|program| has(program))
        || !has_mocks()
    {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    let mut shows = mock(&bus, "notification_daemon", "org.freedesktop.Notifications");
    let args = ["guard", "--auto", "--replay", "-"];
    let mut command = bus.on(home.command(&args));
    command.stdin(Stdio::piped());
    let mut guard = Running::of(command);
    let mut trace = guard.child.stdin.take().unwrap();
    bus.wait_for_name(PLAYER);
    let mut tell = |line: &str| writeln!(trace, "{line}").unwrap();
    let take_over = r#"{"act":"take-over","client":"org.mpris.MediaPlayer2.spotify","service":"Spotify",
        "wanted":{"title":"Second","artists":["Some & One"]},"before":[],"place_ms":4000,"silent_since_ms":null,
        "why":{"verdict":"offline","evidence":["no default route"]}}"#;
    tell(&take_over.replace('\n', ""));
    let told = shows.wait_for("from your own files.");
    assert!(
        told.contains("Notify \"Standin\" 0 ") && told.contains("There is no network"),
        "{told}"
    );
    guard.wait_for("\"sounds\"");
    let comment = bus.keys(&["metadata", "xesam:comment"]);
    assert!(
        comment.starts_with("There is no network (no default route): going on with “Second”"),
        "{comment}"
    );
    tell(r#"{"act":"correct","why":{"verdict":"service-down","evidence":[]}}"#);
    // In the place of the first.
    let told = shows.wait_for("does not answer");
    assert!(told.contains("Notify \"Standin\" 1 "), "{told}");
}

/// A server of notifications that does what a test wants of it.
struct Notices {
    connection: zbus::Connection,
    told: Receiver<Told>,
}

/// What it was told.
#[derive(Debug, PartialEq)]
enum Told {
    /// Its number, what it says, and the buttons, each as name and label.
    Shown(u32, String, Vec<String>),
    Closed(u32),
}

/// The object that servers of notifications have.
struct Shower {
    can: Vec<&'static str>,
    last: u32,
    tell: Sender<Told>,
}

#[zbus::interface(name = "org.freedesktop.Notifications", introspection_docs = false)]
impl Shower {
    fn get_capabilities(&self) -> Vec<&str> {
        self.can.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &mut self,
        _app: &str,
        replaces: u32,
        _icon: &str,
        _title: &str,
        body: String,
        buttons: Vec<String>,
        _hints: HashMap<String, zbus::Variant<'_>>,
        _expires: i32,
    ) -> u32 {
        if replaces == 0 {
            self.last += 1;
        }
        self.tell.send(Told::Shown(self.last, body, buttons)).ok();
        self.last
    }

    fn close_notification(&self, id: u32) {
        self.tell.send(Told::Closed(id)).ok();
    }
}

impl Notices {
    fn on(bus: &Bus, can: &[&'static str]) -> Self {
        let (tell, told) = channel();
        let shower = Shower {
            can: can.to_vec(),
            last: 6,
            tell,
        };
        let server = zbus::connection::Builder::address(&*bus.address)
            .serve_at("/org/freedesktop/Notifications", shower)
            .name("org.freedesktop.Notifications");
        let connection = zbus::block_on(server.build()).unwrap();
        Self { connection, told }
    }

    #[track_caller]
    fn next(&self) -> Told {
        self.told.recv_timeout(HANG).unwrap()
    }

    /// The next that is shown, and its number; it has these buttons.
    #[track_caller]
    fn shows(&self, said: &str, buttons: &[&str]) -> u32 {
        match self.next() {
            Told::Shown(id, body, has) if body.contains(said) && has == buttons => id,
            other => panic!("{other:?}"),
        }
    }

    fn press(&self, id: u32, button: &str) {
        let name = "org.freedesktop.Notifications";
        let path = "/org/freedesktop/Notifications";
        let pressed = (id, button);
        let sent = self
            .connection
            .emit_signal(None::<&str>, path, name, "ActionInvoked", &pressed);
        zbus::block_on(sent).unwrap();
    }
}

/// A guard whose acts come from a trace, on a bus of its own, once it is there.
fn acting(home: &Home, bus: &Bus, mode: &str) -> (Running, ChildStdin) {
    let args = ["guard", mode, "--replay", "-", "--output", "null"];
    let mut command = bus.on(home.command(&args));
    command.stdin(Stdio::piped());
    let mut guard = Running::of(command);
    let trace = guard.child.stdin.take().unwrap();
    bus.wait_for_name(PLAYER);
    (guard, trace)
}

/// An act about the second of [`music`]'s songs.
fn about(act: &str) -> String {
    let act = format!(
        r#"{{"act":"{act}","client":"org.mpris.MediaPlayer2.spotify","service":"Spotify",
        "wanted":{{"title":"Second","artists":["Some & One"]}},"before":[],"place_ms":4000,"silent_since_ms":null,
        "why":{{"verdict":"offline","evidence":["no default route"]}}}}"#
    );
    act.replace('\n', "")
}

const ANSWERS: [&str; 4] = ["yes", "Play", "no", "Not now"];

#[test]
fn the_question_is_answered_by_a_button_and_what_stands_in_is_stopped_by_one() {
    if !["dbus-daemon", "gdbus"].iter().all(|program| has(program)) {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    let notices = Notices::on(&bus, &["body", "actions"]);
    let (mut guard, mut trace) = acting(&home, &bus, "--ask");
    let mut tell = |line: &str| writeln!(trace, "{line}").unwrap();
    tell(&about("ask"));
    let id = notices.shows("Go on with “Second”", &ANSWERS);
    // Another one's buttons, and one that we did not put there, are not ours.
    notices.press(id + 1, "yes");
    notices.press(id, "default");
    notices.press(id, "no");
    let seen = guard.wait_for("\"yes\":false");
    assert!(!seen.contains("\"yes\":true"), "{seen}");
    assert_eq!(notices.next(), Told::Closed(id));
    tell(&about("ask"));
    let id = notices.shows("Go on with “Second”", &ANSWERS);
    notices.press(id, "yes");
    guard.wait_for("\"yes\":true");
    // What comes of it stands in the question's place.
    tell(&about("take-over"));
    let id = notices.shows("going on with “Second”", &["stop", "Stop"]);
    guard.wait_for("\"sounds\"");
    notices.press(id, "stop");
    guard.wait_for("\"halted\"");
    // What it stops is over: pressed again it stops nothing.
    notices.press(id, "stop");
    tell(&about("ask"));
    notices.shows("Go on with “Second”", &ANSWERS);
    tell(r#"{"act":"ask-no-more"}"#);
    assert!(matches!(notices.next(), Told::Closed(_)));
}

#[test]
fn a_server_without_buttons_is_sent_none() {
    if !["dbus-daemon", "gdbus"].iter().all(|program| has(program)) {
        return;
    }
    let (home, bus) = (music(), Bus::new());
    let notices = Notices::on(&bus, &["body"]);
    let (_guard, mut trace) = acting(&home, &bus, "--ask");
    writeln!(trace, "{}", about("ask")).unwrap();
    notices.shows("Go on with “Second”", &[]);
}

fn has_mocks() -> bool {
    let asked = Command::new("/usr/bin/python3")
        .args(["-c", "import dbusmock"])
        .output();
    let has = asked.is_ok_and(|asked| asked.status.success());
    if !has {
        println!("skipped: python-dbusmock is not installed");
    }
    has
}

fn mock(bus: &Bus, template: &str, name: &str) -> Running {
    let args = ["-u", "-m", "dbusmock", "--template", template];
    let mock = bus.start("/usr/bin/python3", &args);
    bus.wait_for_name(name);
    mock
}

fn inhibitors(bus: &Bus) -> String {
    let method = "org.freedesktop.login1.Manager.ListInhibitors";
    let path = "/org/freedesktop/login1";
    let of = [
        "--session",
        "--dest",
        "org.freedesktop.login1",
        "--object-path",
        path,
    ];
    bus.answer(
        "gdbus",
        &[&["call"], &of[..], &["--method", method]].concat(),
    )
}
