//! The control verbs, as clients of our daemon and of a real mpd.

use crate::home::{HANG, Home, Ran, Running, Signal, tone, wait_until};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;

/// Songs long enough that none ends within a test, and quick to write.
const FRAMES: usize = 60 * LOW_RATE as usize;

const LOW_RATE: u32 = 8_000;

fn library() -> Home {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav", "three.wav"].iter().enumerate() {
        home.wav(file, &tone(number, FRAMES), LOW_RATE);
    }
    home.run(&["scan", "Music", "-q"]).ended(0);
    home
}

/// Our daemon, from its first answer on.
struct Daemon {
    running: Running,
    socket: PathBuf,
}

impl Daemon {
    fn start(home: &Home) -> Self {
        let running = home.start(&["daemon", "--output", "null"]);
        let socket = home.path("home/run/socket");
        wait_until(|| UnixStream::connect(&socket).is_ok());
        Self { running, socket }
    }

    fn end(self) {
        self.running.signal(Signal::TERM);
        let ran = self.running.end().ended(0);
        assert_eq!(ran.err, "", "a daemon is silent while all is well");
    }
}

fn status(home: &Home) -> serde_json::Value {
    home.run(&["status", "--json"]).ended(0).json()
}

fn queue(home: &Home) -> Vec<String> {
    let listed = home.run(&["queue", "-f", "%file%"]).ended(0).out;
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn without_a_daemon_the_verbs_say_so() {
    let home = library();
    for args in [
        &["next"][..],
        &["queue"],
        &["volume", "5"],
        &["play", "--add", "one"],
        &["idle"],
    ] {
        let ran = home.run(args).ended(5);
        assert!(ran.err.contains("`standin daemon` starts one"), "{ran:?}");
    }
    home.run(&["status"]).ended(0);
    let away = home.path("nobody");
    let mut command = home.command(&["status"]);
    let ran: Ran = command.env("MPD_HOST", &away).output().unwrap().into();
    assert!(ran.ended(5).err.contains("nothing answers at"));
}

#[test]
fn songs_are_handed_to_the_daemon() {
    let home = library();
    let daemon = Daemon::start(&home);
    let said = home.run(&["play", "one"]).ended(0).err;
    assert!(said.contains("in the standin that runs"), "{said}");
    home.run(&["play", "--add", "two"]).ended(0);
    home.run(&["play", "--next", "three"]).ended(0);
    assert_eq!(
        queue(&home),
        ["Music/one.wav", "Music/three.wav", "Music/two.wav"]
    );
    let told = status(&home);
    assert_eq!(
        (&told["state"], &told["queue"]),
        (&"play".into(), &3.into())
    );

    let refused = home.run(&["play", "two", "--output", "null"]).ended(2);
    assert!(refused.err.contains("--output"), "{refused:?}");
    assert_eq!(queue(&home).len(), 3, "and nothing was touched");

    home.run(&["play", "two", "--from", "30"]).ended(0);
    assert_eq!(queue(&home), ["Music/two.wav"]);
    wait_until(|| status(&home)["current"]["elapsed_ms"].as_u64() >= Some(30_000));
    home.run(&["pause"]).ended(0);
    let said = home.run(&["play"]).ended(0).err;
    assert!(said.starts_with("Going on with"), "{said}");
    // What is heard is told as by a player of its own.
    for (args, title) in [
        (&["play"][..], "two"),
        (&["play", "one"], "one"),
        (&["now"], "one"),
    ] {
        let heard = home.run(&[args, &["--json"]].concat()).ended(0).json();
        assert_eq!(heard["title"], title, "{args:?}");
        assert!(heard["path"].is_string(), "{heard}");
    }
    home.run(&["clear"]).ended(0);
    home.run(&["play"]).ended(3);
    home.run(&["now"]).ended(0);
    assert_eq!(queue(&home).len(), 3);
    daemon.end();
}

#[test]
fn the_owner_adds_files_from_anywhere() {
    let home = library();
    let outside = home
        .tone("../outside.wav", 9, 1_000)
        .canonicalize()
        .unwrap();
    let uri = outside.to_str().unwrap();
    let daemon = Daemon::start(&home);
    home.run(&["play", uri]).ended(0);
    home.run(&["add", "outside.wav"]).ended(0);
    home.run(&["add", &format!("file://{uri}")]).ended(0);
    home.run(&["add", "Music/one.wav"]).ended(0);
    assert_eq!(queue(&home), [uri, uri, uri, "Music/one.wav"]);
    let none = home.run(&["add", "/nowhere.wav"]).ended(3);
    assert!(none.err.contains("/nowhere.wav"), "{none:?}");
    home.pipe(&["add"], b"Music/two.wav\nMusic/three.wav\n")
        .ended(0);
    assert_eq!(queue(&home).len(), 6);
    daemon.end();
}

#[test]
fn a_queue_is_changed_and_modes_are_set() {
    let home = library();
    let daemon = Daemon::start(&home);
    home.run(&["play", "--shuffle"]).ended(0);
    home.run(&["clear"]).ended(0);
    home.run(&["add", "Music/one.wav", "Music/two.wav", "Music/three.wav"])
        .ended(0);
    home.run(&["move", "3", "1"]).ended(0);
    assert_eq!(
        queue(&home),
        ["Music/three.wav", "Music/one.wav", "Music/two.wav"]
    );
    home.run(&["del", "1-2"]).ended(0);
    home.run(&["insert", "Music/one.wav"]).ended(0);
    assert_eq!(queue(&home).len(), 2);
    home.run(&["toggle"]).ended(0);
    for args in [
        &["volume", "40"][..],
        &["volume", "+5"],
        &["random", "on"],
        &["repeat"],
        &["single", "once"],
        &["consume", "on"],
        &["consume", "toggle"],
        &["crossfade", "3"],
    ] {
        home.run(args).ended(0);
    }
    let told = status(&home);
    let told: Vec<String> = [
        "volume",
        "random",
        "repeat",
        "single",
        "consume",
        "crossfade_s",
    ]
    .iter()
    .map(|name| told[name].to_string())
    .collect();
    assert_eq!(told, ["45", "true", "true", "\"once\"", "\"off\"", "3"]);
    home.run(&["stop"]).ended(0);
    let ran = home.run(&["seek", "50%"]).ended(1);
    assert!(ran.err.contains("nothing is playing"), "{ran:?}");
    daemon.end();
}

#[test]
fn news_are_waited_for() {
    let home = library();
    let daemon = Daemon::start(&home);
    let mut waits = home.start(&["idle", "mixer"]);
    let mut percent = 0;
    // It may not listen yet when the first change comes.
    wait_until(|| {
        percent = (percent + 1) % 100;
        home.run(&["volume", &percent.to_string()]).ended(0);
        waits.child.try_wait().unwrap().is_some()
    });
    assert_eq!(waits.end().ended(0).out, "mixer\n");
    daemon.end();
}

#[test]
fn every_request_that_runs_aside_is_answered() {
    let home = library();
    let daemon = Daemon::start(&home);
    let mut stream = UnixStream::connect(&daemon.socket).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    lines.next().unwrap().unwrap();
    for _ in 0..5_000 {
        stream.write_all(b"plchanges 0\n").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "OK");
    }
    daemon.end();
}

/// Debian's mpd over this home's music, and what ends it.
struct RealMpd {
    child: std::process::Child,
    socket: PathBuf,
}

impl Drop for RealMpd {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl RealMpd {
    /// `None`, aloud: there is no mpd, or no mpc to ask it for a scan.
    fn start(home: &Home) -> Option<Self> {
        let is_here = |name: &str| Command::new(name).arg("--help").output().is_ok();
        if !is_here("mpd") || !is_here("mpc") {
            println!("skipped: mpd and mpc are not installed");
            return None;
        }
        let (dir, music) = (home.path("mpd"), home.music());
        std::fs::create_dir_all(dir.join("lists")).unwrap();
        let socket = dir.join("socket");
        let config = format!(
            "music_directory \"{}\"\nplaylist_directory \"{1}/lists\"\ndb_file \"{1}/db\"\nbind_to_address \"{2}\"\nlog_file \"{1}/log\"\naudio_output {{\ntype \"null\"\nname \"null\"\nmixer_type \"null\"\n}}\n",
            music.display(),
            dir.display(),
            socket.display()
        );
        std::fs::write(dir.join("conf"), config).unwrap();
        let mut mpd = Command::new("mpd");
        mpd.arg("--no-daemon").arg(dir.join("conf"));
        let child = mpd.stderr(std::process::Stdio::null()).spawn().unwrap();
        let real = Self { child, socket };
        wait_until(|| UnixStream::connect(&real.socket).is_ok());
        real.mpc(&["update", "--wait", "-q"]);
        Some(real)
    }

    fn mpc(&self, args: &[&str]) -> String {
        let mut mpc = Command::new("mpc");
        let ran: Ran = mpc
            .args(args)
            .env("MPD_HOST", &self.socket)
            .output()
            .unwrap()
            .into();
        ran.out
    }

    fn standin(&self, home: &Home, args: &[&str]) -> Ran {
        let mut command = home.command(args);
        command
            .env("MPD_HOST", &self.socket)
            .output()
            .unwrap()
            .into()
    }
}

#[test]
fn a_real_mpd_is_driven_and_told_as_mpc_tells_it() {
    let home = library();
    let Some(mpd) = RealMpd::start(&home) else {
        return;
    };
    mpd.standin(&home, &["add", "one.wav", "two.wav"]).ended(0);
    mpd.standin(&home, &["add", "three.wav"]).ended(0);
    for args in [
        &["toggle"][..],
        &["pause"],
        &["next"],
        &["prev"],
        &["pause"],
        &["volume", "30"],
        &["volume", "-5"],
        &["random", "on"],
        &["random"],
        &["repeat", "yes"],
        &["single", "once"],
        &["consume", "on"],
        &["consume", "off"],
        &["crossfade", "2"],
        &["crossfade"],
        &["replaygain", "album"],
        &["replaygain"],
        &["shuffle"],
        &["move", "1", "3"],
        &["del", "2"],
        &["del", "0"],
        &["add", "two.wav"],
        &["insert", "one.wav"],
        &["save", "mix"],
        &["stop"],
        &["clear"],
        &["load", "mix"],
        &["disable", "null"],
        &["enable", "1"],
        &["clearerror"],
        &["toggle"],
        &["pause"],
        &["seek", "30"],
        &["seek", "50%"],
        &["seek", "-10"],
        &["seekthrough", "10"],
    ] {
        mpd.standin(&home, args).ended(0);
        for (ours, theirs) in [
            (&["status"][..], &["status"][..]),
            (&["current"], &["current"]),
            (&["queue"], &["playlist"]),
            (&["lsplaylists"], &["lsplaylists"]),
            (
                &["queue", "-f", "%position% %id% %time% %file%"],
                &["playlist", "-f", "%position% %id% %time% %file%"],
            ),
        ] {
            let (ours_told, theirs_told) = (mpd.standin(&home, ours).ended(0).out, mpd.mpc(theirs));
            assert_eq!(ours_told, theirs_told, "{ours:?} after {args:?}");
        }
    }
    mpd.standin(&home, &["rm", "mix"]).ended(0);
    let gone = mpd.standin(&home, &["rm", "mix"]).ended(3);
    assert!(gone.err.contains("No such playlist"), "{gone:?}");
    mpd.standin(&home, &["del", "99"]).ended(1);
    mpd.standin(&home, &["enable", "nosuch"]).ended(3);
}

#[test]
fn a_hook_runs_on_each_new_song() {
    let home = library();
    std::fs::create_dir_all(home.path("home/config")).unwrap();
    let hook = "[hooks]\nsong = 'echo \"$STANDIN_FILE\" >> heard; echo \"heard $STANDIN_TITLE in $STANDIN_HOME\"'\n";
    std::fs::write(home.path("home/config/config.toml"), hook).unwrap();
    let mut running = home.start(&["daemon", "--output", "null"]);
    let socket = home.path("home/run/socket");
    wait_until(|| UnixStream::connect(&socket).is_ok());
    home.run(&["add", "Music/one.wav", "Music/two.wav"])
        .ended(0);
    home.run(&["toggle"]).ended(0);
    let of_home = home.path("home").display().to_string();
    running.wait_for_warning(&format!("heard one in {of_home}"));
    home.run(&["pause"]).ended(0);
    home.run(&["unpause"]).ended(0);
    home.run(&["next"]).ended(0);
    running.wait_for_warning("heard two");
    running.signal(Signal::TERM);
    running.end().ended(0);
    let heard = std::fs::read_to_string(home.path("heard")).unwrap();
    let names: Vec<&str> = heard
        .lines()
        .filter_map(|path| path.rsplit('/').next())
        .collect();
    assert_eq!(names, ["one.wav", "two.wav"]);
}

#[test]
fn completions_know_playlists_and_artists() {
    let home = library();
    home.run(&["playlist", "new", "two words", "one"]).ended(0);
    let script = home.run(&["completions", "bash"]).ended(0).out;
    let file = home.path("completions");
    std::fs::write(&file, script).unwrap();
    let standin = env!("CARGO_BIN_EXE_standin");
    let ask = format!(
        ". '{}'; COMP_WORDS=(standin play tw); COMP_CWORD=2; _standin_names '{standin}' tw play; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        file.display()
    );
    let mut bash = Command::new("bash");
    let Ok(output) = bash
        .args(["-c", &ask])
        .env("STANDIN_HOME", home.path("home"))
        .output()
    else {
        println!("skipped: bash is not installed");
        return;
    };
    let ran = Ran::from(output);
    assert!(ran.out.lines().any(|line| line == "two\\ words"), "{ran:?}");
}

#[test]
fn who_asks_for_another_song_is_told_of_it() {
    let home = library();
    let daemon = Daemon::start(&home);
    home.run(&["play", "Music"]).ended(0);
    let all = queue(&home);
    assert_eq!(all.len(), 3);
    for (verb, at) in [("next", 1), ("next", 2), ("prev", 1)] {
        home.run(&[verb]).ended(0);
        let now = home.run(&["current", "-f", "%file%"]).ended(0).out;
        assert_eq!(now.trim(), all[at], "{verb}");
    }
    daemon.end();
}
