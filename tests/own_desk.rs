//! Before what the screen sits: a desk of its own, which it begins and ends, or a player that runs.

use crate::home::{Home, Ran, Signal, has, tone, wait_until};
use crate::screen::Screen;
use crate::talk::Server;
use std::fs;
use std::process::Command;

const TUI: &[&str] = &["tui", "--output", "null"];
const SIZE: (u16, u16) = (80, 24);

/// Frames a second: few, so that two minutes of them are made at once.
const RATE: u32 = 8_000;

/// Two songs of two minutes.
fn home() -> Home {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.wav(file, &tone(number, RATE as usize * 120), RATE);
    }
    home.run(&["scan", "Music"]).ended(0);
    home
}

fn configure(home: &Home, text: &str) {
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), text).unwrap();
}

/// `play one`. A file without tags has its name for a title in our own notes, and none on the wire.
fn state(home: &Home) -> String {
    let status = home.run(&["status", "--json"]).ended(0).json();
    let current = &status["current"];
    let names = [&current["title"], &current["uri"]].map(|name| name.as_str().unwrap_or_default());
    let title = names.into_iter().find(|name| !name.is_empty());
    let title = title.unwrap_or_default().trim_start_matches("Music/");
    let state = status["state"].as_str().unwrap();
    format!("{state} {}", title.trim_end_matches(".wav"))
}

fn socket_is_there(home: &Home) -> bool {
    home.path("home/run/socket").exists()
}

/// A song plays before the screen, on the wire that it asks by.
#[track_caller]
fn playing(home: &Home, args: &[&str]) -> Option<Screen> {
    let screen = Screen::open(home, SIZE, args, &[])?;
    screen.wait_for("Nothing plays");
    home.run(&["play", "Music"]).ended(0);
    screen.wait_for("▶ one");
    Some(screen)
}

#[test]
fn a_song_that_is_searched_plays_and_the_queue_is_kept_when_it_is_quit() {
    let home = home();
    let Some(screen) = Screen::open(&home, SIZE, TUI, &[]) else {
        return;
    };
    let first = screen.wait_for("Nothing plays");
    assert_eq!(first.lines().count(), usize::from(SIZE.1), "{first}");
    screen.keys(&["/"]);
    screen.write("two");
    screen.wait_until("it alone is found", |picture| {
        let shows = |text| picture.contains(text);
        shows("/ two") && shows("two.wav") && !shows("one.wav")
    });
    screen.keys(&["Enter", "Enter"]);
    screen.wait_for("▶ two");
    wait_until(|| state(&home) == "play two");
    screen.resize((60, 16));
    screen.wait_until("it is painted anew", |picture| {
        let row = picture.lines().nth(13);
        row.is_some_and(|row| row.contains("▶ two"))
    });
    screen.keys(&["q"]);
    let left = screen.ended(0);
    assert_eq!(left.trim(), "", "nothing is left on the terminal");
    assert_eq!(state(&home), "pause two");
    assert!(!socket_is_there(&home));
    let ran = home.run(&["play", "--resume", "--output", "wav:x.wav"]);
    assert!(ran.ended(0).err.contains("Going on with two"));
}

#[test]
fn signals_give_the_terminal_back_and_keep_the_queue() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 143), (Signal::INT, 130)] {
        let home = home();
        let Some(screen) = playing(&home, TUI) else {
            return;
        };
        screen.signal(signal);
        screen.ended(code);
        assert_eq!(state(&home), "pause one", "{signal:?}");
        assert!(!socket_is_there(&home), "{signal:?}");
    }
}

#[test]
fn a_terminal_that_goes_away_takes_it_along_and_the_queue_is_kept() {
    let home = home();
    let Some(screen) = playing(&home, TUI) else {
        return;
    };
    screen.close();
    screen.wait_for_exit();
    assert_eq!(state(&home), "pause one");
    assert!(!socket_is_there(&home));
}

/// Starts the program on a terminal that sends it no signal when it goes, presses a key, takes the terminal away once its picture is
/// there, and waits for the end.
const GOES: &str = "
import fcntl, os, struct, subprocess, sys, termios
ours, theirs = os.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
first, key, then = [word.encode() for word in sys.argv[1:4]]
program = subprocess.Popen(sys.argv[4:], stdin=theirs, stdout=theirs, start_new_session=True)
os.close(theirs)
def wait_for(text):
    shown = b''
    while text not in shown:
        shown += os.read(ours, 4096)
wait_for(first)
os.write(ours, key)
wait_for(then)
os.close(ours)
try:
    program.wait(30)
except subprocess.TimeoutExpired:
    program.kill()
    sys.exit('it reads on from a terminal that is gone')
";

#[test]
fn a_terminal_that_goes_without_a_signal_ends_play_and_the_screen() {
    if !has("python3") {
        return;
    }
    let play: &[&str] = &["play", "--output", "null", "Music"];
    for (first, key, then, args) in [("■", "?", "toggle", TUI), ("▶ one", " ", "⏸", play)] {
        let home = home();
        let program = home.command(args);
        let mut python = Command::new("python3");
        python
            .args(["-c", GOES, first, key, then])
            .arg(program.get_program());
        python.args(program.get_args());
        python.current_dir(program.get_current_dir().unwrap());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => python.env(name, value),
                None => python.env_remove(name),
            };
        }
        let ran = python.output().unwrap();
        assert!(ran.status.success(), "{args:?}: {ran:?}");
    }
}

#[test]
fn a_second_one_is_a_client_of_the_first() {
    let home = home();
    let Some(first) = playing(&home, TUI) else {
        return;
    };
    let second = Screen::open(&home, SIZE, &["tui"], &[]).unwrap();
    second.wait_for("▶ one");
    second.keys(&["Space"]);
    first.wait_for("‖ one");
    second.keys(&["q"]);
    second.ended(0);
    assert_eq!(state(&home), "pause one");
    assert!(socket_is_there(&home), "the first goes on");
    let third = Screen::open(&home, SIZE, TUI, &[]).unwrap();
    let said = third.ended(2);
    assert!(said.contains("--output has no effect here"), "{said}");
    first.keys(&["Space"]);
    first.wait_for("▶ one");
    first.keys(&["q"]);
    first.ended(0);
}

#[test]
fn before_a_daemon_it_leaves_the_music_alone() {
    let home = home();
    let server = Server::ours(&home);
    for signal in [None, Some(Signal::TERM)] {
        let Some(screen) = Screen::open(&home, SIZE, &["tui"], &[]) else {
            return;
        };
        screen.wait_for(" 1 Queue");
        home.run(&["play", "one"]).ended(0);
        screen.wait_for("▶ one");
        match signal {
            Some(signal) => screen.signal(signal),
            None => screen.keys(&["q"]),
        }
        screen.ended(signal.map_or(0, |_| 143));
        assert_eq!(server.talk().values("status", "state"), ["play"]);
    }
}

#[test]
fn a_server_that_is_named_and_not_there_is_told_as_everywhere() {
    let home = home();
    let env = [("MPD_HOST", "/nowhere/socket")];
    let Some(screen) = Screen::open(&home, SIZE, &["tui"], &env) else {
        return;
    };
    let said = screen.ended(5);
    assert!(
        said.contains("MPD_HOST and MPD_PORT name the server"),
        "{said}"
    );
    assert!(!socket_is_there(&home));
}

#[test]
fn where_the_socket_cannot_be_it_says_so() {
    let home = home();
    fs::write(home.path("home/run"), "a file").unwrap();
    let Some(screen) = Screen::open(&home, SIZE, TUI, &[]) else {
        return;
    };
    let said = screen.ended(1);
    let daemon = home.run(&["daemon", "--output", "null"]).ended(1);
    let (said, as_daemon) = (one_line(&said), one_line(&daemon.err));
    assert!(as_daemon.contains("cannotopenthesocket"), "{as_daemon}");
    assert_eq!(said, as_daemon);
}

/// Without the breaks that the width of a terminal makes.
fn one_line(text: &str) -> String {
    text.replace(['\n', ' '], "")
}

#[test]
fn without_a_sound_device_the_screen_comes_and_tells_it() {
    let home = home();
    let args = ["tui", "--output", "nosuchdevice"];
    let Some(screen) = Screen::open(&home, (120, 24), &args, &[]) else {
        return;
    };
    screen.wait_for(" 1 Queue");
    wait_until(|| {
        let told = home.run(&["status"]).ended(0).out;
        told.contains("ERROR: ")
    });
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn keys_are_those_of_the_config_and_what_is_wrong_there_stands_before_it() {
    let home = home();
    configure(
        &home,
        "[tui]\nmouse = false\n[tui.keys]\n\"ctrl-x\" = \"quit\"\nq = \"none\"\nx = \"exlode\"\n",
    );
    let Some(screen) = Screen::open(&home, (120, 90), TUI, &[]) else {
        return;
    };
    screen.wait_for("Nothing plays");
    screen.keys(&["q", "?"]);
    screen.wait_for("ctrl-x");
    screen.keys(&["Escape"]);
    screen.wait_for("one.wav");
    screen.keys(&["C-x"]);
    let left = screen.ended(0);
    let told = "config.toml, line 6: x: there is no action exlode";
    assert_eq!(
        one_line(&left).matches(&one_line(told)).count(),
        1,
        "{left}"
    );
    let plain = home.run(&["tui", "--keys"]).ended(0);
    assert!(
        plain.out.contains("quit\tctrl-c ctrl-x\tend\n"),
        "{}",
        plain.out
    );
    assert!(plain.err.contains(told), "{}", plain.err);
}

#[test]
fn nothing_that_is_said_meanwhile_breaks_the_picture() {
    let home = home();
    configure(&home, "[hooks]\nsong = 'echo LOUD >&2; echo >said'\n");
    let Some(screen) = playing(&home, TUI) else {
        return;
    };
    wait_until(|| home.path("said").exists());
    screen.keys(&["n"]);
    screen.wait_for("▶ two");
    assert!(!screen.picture().contains("LOUD"), "{}", screen.picture());
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn alone_it_opens_the_screen_where_the_config_says_so_and_a_person_sits_there() {
    let home = home();
    let Some(screen) = Screen::open(&home, SIZE, &[], &[]) else {
        return;
    };
    assert!(screen.ended(0).contains("2 songs in the library"));
    configure(&home, "[play]\noutput = \"null\"\n[tui]\nstart = true\n");
    let screen = Screen::open(&home, SIZE, &[], &[]).unwrap();
    screen.wait_for("Nothing plays");
    screen.keys(&["q"]);
    screen.ended(0);
    let json = Screen::open(&home, SIZE, &["--json"], &[]).unwrap();
    assert!(json.ended(0).contains("\"songs\":2"));
    let piped: Ran = home.command(&[]).output().unwrap().into();
    assert!(piped.ended(0).out.contains("2 songs in the library"));
}
