//! The daemon as a service: how it begins, waits for a sound device, is told of a new config, and ends; and the same socket
//! under the foreground player.

use crate::home::{Home, RATE, Running, Signal, has};
use crate::knocking::{Client, Daemon, socket};
use crate::pulse::Pulse;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::process::Command;

/// Two songs of a minute, scanned.
fn home_of_long_songs() -> Home {
    let home = Home::new();
    home.tone("one.wav", 1, 20 * RATE as usize);
    home.tone("two.wav", 2, 20 * RATE as usize);
    home.run(&["scan", "Music"]).ended(0);
    home
}

fn write_config(home: &Home, text: &str) {
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), text).unwrap();
}

#[test]
fn it_says_nothing_ends_with_0_and_keeps_its_queue() {
    let home = home_of_long_songs();
    let daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    let mut client = Client::at(&home);
    client.must("add Music");
    client.must("seek 1 5");
    daemon.running.signal(Signal::TERM);
    assert_eq!(daemon.tells(), "STOPPING=1");
    let ran = daemon.running.end().ended(0);
    assert_eq!((&*ran.out, &*ran.err), ("", ""));
    assert!(!socket(&home).exists());

    let daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    let mut client = Client::at(&home);
    assert_eq!(client.value("status", "playlistlength"), "2");
    assert_eq!(client.value("status", "song"), "1");
    assert_eq!(client.value("status", "state"), "pause");
    daemon.end().ended(0);
}

#[test]
fn a_second_one_names_the_first_and_a_left_over_socket_is_taken_over() {
    let home = Home::new();
    fs::create_dir_all(home.path("home/run")).unwrap();
    fs::set_permissions(home.path("home/run"), fs::Permissions::from_mode(0o755)).unwrap();
    drop(std::os::unix::net::UnixListener::bind(socket(&home)).unwrap());
    let daemon = Daemon::start(&home);
    let mode = |path: &str| fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("home/run"), mode("home/run/socket")), (0o700, 0o600));
    let id = daemon.running.child.id();
    let second = home.run(&["daemon", "--output", "null"]).ended(1);
    let expected = format!("standin: standin runs already (process {id}).\n");
    assert_eq!((second.out, second.err), (String::new(), expected));
    Client::at(&home).must("ping");
    daemon.end().ended(0);
}

#[test]
fn another_user_is_not_let_in() {
    if !has("setpriv") || !has("mpc") || !rustix::process::geteuid().is_root() {
        return println!("skipped: only root can be another user");
    }
    let home = Home::new();
    let daemon = Daemon::start(&home);
    // As if somebody had opened the folders.
    for open in ["", "home", "home/run", "home/run/socket"] {
        fs::set_permissions(home.path(open), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let knocks = |user: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--clear-groups", "mpc", "status"]);
        let ran = command.env("MPD_HOST", socket(&home)).output().unwrap();
        ran.status.success()
    };
    assert_eq!((knocks("65534"), knocks("0")), (false, true));
    daemon.end().ended(0);
}

#[test]
fn without_a_sound_device_it_waits_and_plays_when_there_is_one() {
    if !has("pulseaudio") || !has("pactl") {
        return;
    }
    let home = home_of_long_songs();
    let mut command = home.command(&["daemon", "--output", "Later"]);
    let address = format!("unix:{}", home.path("pulse.socket").display());
    command.env("PULSE_SERVER", &address);
    let daemon = Daemon::of(&home, command);
    let mut client = Client::at(&home);
    client.must("add Music");
    client.must("play");
    assert_eq!(client.value("status", "state"), "play");
    assert!(!client.value("status", "error").is_empty());
    let described = format!("rate={RATE} sink_properties=device.description=Later");
    let pulse = Pulse::start_with(&home, &described).unwrap();
    client.wait_until(|client| client.value("status", "error").is_empty());
    pulse.record("null").sound(RATE as usize / 10);
    let ran = daemon.end().ended(0);
    assert!(ran.err.contains("The sound is gone"), "{}", ran.err);
}

#[test]
fn sighup_reads_the_config_again() {
    let home = Home::new();
    write_config(&home, "[play]\nvolume = 80\n");
    let mut command = home.command(&["daemon", "--output", "null"]);
    // What is typed wins over the config, whatever that says later.
    command.env_remove("STANDIN_REPLAYGAIN");
    let mut daemon = Daemon::of(&home, command);
    let mut client = Client::at(&home);
    assert_eq!(client.value("status", "volume"), "80");
    client.must("crossfade 3");
    write_config(
        &home,
        "[play]\nvolume = 40\nreplaygain = 'track'\nbit_perfect = true\n[daemon]\nlisten = ['127.0.0.1:1']\n",
    );
    daemon.running.signal(Signal::HUP);
    client.wait_until(|client| client.value("status", "volume") == "40");
    client.wait_until(|client| client.value("replay_gain_status", "replay_gain_mode") == "track");
    assert_eq!(client.value("status", "xfade"), "3", "nobody spoke of it");
    daemon
        .running
        .wait_for_warning("daemon.listen, play.bit_perfect hold from the next start on.");
    daemon.end().ended(0);
}

#[test]
fn a_network_is_served_with_a_password_and_not_without() {
    let home = Home::new();
    let refused = home
        .run(&["daemon", "--output", "null", "--listen", "0.0.0.0:0"])
        .ended(1);
    assert!(
        refused.err.contains("no password is set"),
        "{}",
        refused.err
    );
    assert!(!socket(&home).exists());

    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    write_config(
        &home,
        "[daemon]\npassword = 'sesame'\nmax_clients = 2\nlisten = ['0.0.0.0:0']\n",
    );
    let mut command = home.command(&["daemon", "-v", "--output", "null"]);
    command.args(["--listen", &address.to_string()]);
    let daemon = Daemon::of(&home, command);
    let mut client = Client::greeted(TcpStream::connect(address).unwrap());
    assert_eq!(
        client.ask("status"),
        ["ACK [4@0] {status} you don't have permission for \"status\""]
    );
    assert_eq!(
        client.ask("password x"),
        ["ACK [3@0] {password} incorrect password"]
    );
    client.must("password sesame");
    client.must("status");
    let _second = Client::at(&home);
    // A third is one too many.
    let mut third = Client {
        stream: std::io::BufReader::new(TcpStream::connect(address).unwrap()),
    };
    assert_eq!(third.line(), None);
    daemon.end().ended(0);
}

#[test]
fn sockets_are_taken_from_systemd() {
    if !has("systemd-socket-activate") {
        return;
    }
    let home = Home::new();
    let socket = home.path("handed");
    let mut command = Command::new("systemd-socket-activate");
    command
        .arg("--listen")
        .arg(&socket)
        .arg(env!("CARGO_BIN_EXE_standin"))
        .arg("--home")
        .arg(home.path("home"))
        .args(["daemon", "--output", "null"])
        .env("XDG_RUNTIME_DIR", home.path(""))
        .env("HOME", home.path(""));
    let mut running = Running::of(command);
    running.wait_for_warning("Listening on");
    let mut client = Client::greeted(UnixStream::connect(&socket).unwrap());
    client.must("status");
    assert!(!home.path("home/run/socket").exists(), "no second one");
    running.signal(Signal::TERM);
    running.end().ended(0);
    assert!(socket.exists(), "it is systemd's to take away");
}

#[test]
fn units_that_systemd_takes() {
    let home = Home::new();
    let folder = home.path(".config/systemd/user");
    let run = |args: &[&str]| {
        let mut command = home.command(args);
        command.env_remove("XDG_CONFIG_HOME");
        crate::home::Ran::from(command.output().unwrap())
    };
    let dry = run(&["daemon", "--install", "--dry-run"]).ended(0);
    assert!(dry.out.contains("Type=notify") && !folder.exists());
    run(&["daemon", "--uninstall"]).ended(3);
    run(&["daemon", "--install"]).ended(0);
    run(&["daemon", "--install"]).ended(0);
    let unit = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    if has("systemd-analyze") {
        let mut verify = Command::new("systemd-analyze");
        verify.args(["verify", "--man=no", "--user", &unit("standin.service")]);
        verify.arg(unit("standin.socket"));
        verify.env("XDG_RUNTIME_DIR", home.path(""));
        let ran = crate::home::Ran::from(verify.output().unwrap()).ended(0);
        assert!(!ran.err.contains("standin."), "{}", ran.err);
    }
    run(&["daemon", "--uninstall"]).ended(0);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::write(unit("standin.service"), "[Unit]\n").unwrap();
    let refused = run(&["daemon", "--install"]).ended(1);
    assert!(
        refused.err.contains("not written by standin"),
        "{}",
        refused.err
    );
}

#[test]
fn what_plays_in_the_foreground_is_driven_over_the_same_socket() {
    let home = home_of_long_songs();
    let mut playing = home.start(&["play", "Music", "--output", "null"]);
    playing.wait_for("one");
    let mut client = Client::at(&home);
    assert_eq!(client.value("currentsong", "file"), "Music/one.wav");
    client.must("next");
    client.wait_until(|client| client.value("currentsong", "file") == "Music/two.wav");
    playing.wait_for("two");
    // It ends with the music, and may do so before it has said "OK".
    client.send(b"stop\n");
    playing.end().ended(0);
    assert!(!socket(&home).exists());
}

#[test]
fn a_song_of_the_queue_that_is_moved_is_found_again() {
    let home = home_of_long_songs();
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    client.must("add Music/one.wav");
    client.must("add Music/two.wav");
    let mut waiting = Client::at(&home);
    fs::rename(home.music().join("two.wav"), home.music().join("moved.wav")).unwrap();
    waiting.wait_until(|client| client.value("playlistinfo 1", "file") == "Music/moved.wav");
    client.must("play 1");
    client.wait_until(|client| client.value("status", "song") == "1");
    daemon.end_undisturbed();
}

#[test]
fn a_daemon_that_is_asked_for_signs_of_life_gives_them() {
    let home = Home::new();
    let mut command = home.command(&["daemon", "--output", "null"]);
    command.env("WATCHDOG_USEC", "200000");
    let daemon = Daemon::of(&home, command);
    assert_eq!(daemon.tells(), "WATCHDOG=1");
    assert_eq!(daemon.tells(), "WATCHDOG=1");
    daemon.end().ended(0);
}
