//! All that clients can do wrong, at once and again and again, beside music that a sound server plays and that is recorded:
//! every frame is in its place, and nothing was late (T16 of reference/reliability.md).

use crate::besieged::{may_open, rest_of, rude, send_all, stopped_in_idle};
use crate::devices::{places, ramp_of};
use crate::home::{Home, RATE, has};
use crate::knocking::{Client, Daemon};
use crate::pulse::Pulse;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Longer than all of it takes.
const SECONDS: usize = 70;
/// At once …
const CLIENTS: usize = 1_000;
/// … and so many times, while the others go on.
const CROWDS: usize = 2;

/// What a silent sink's monitor lacks at most where the sound begins.
const MONITOR_LOSES: usize = RATE as usize / 20;

type Attack = fn(&Home);

const OTHERS: &[(&str, Attack)] = &[
    ("a line without end", line_without_end),
    ("a list without end", list_without_end),
    ("commands whose answers nobody reads", unread_answers),
    ("rubbish", rubbish),
    ("a browser", browser),
    ("news for who is stopped, and scans", news),
];

fn crowd(home: &Home) {
    let mut all: Vec<UnixStream> = (0..CLIENTS).map(|_| rude(home)).collect();
    for words in [&b"idle\n"[..], b"noidle\nclose\n"] {
        for client in &mut all {
            send_all(client, words);
        }
    }
    // The next crowd would find the door full.
    for client in &mut all {
        rest_of(client);
    }
}

fn line_without_end(home: &Home) {
    let mut stream = rude(home);
    send_all(&mut stream, &vec![b'x'; 10 << 20]);
    assert_eq!(rest_of(&mut stream), b"");
}

fn list_without_end(home: &Home) {
    let mut stream = rude(home);
    send_all(&mut stream, b"command_list_begin\n");
    send_all(&mut stream, &b"clear\n".repeat(2_000_000));
    assert_eq!(rest_of(&mut stream), b"");
}

fn unread_answers(home: &Home) {
    let mut stream = rude(home);
    stream.set_nonblocking(true).unwrap();
    let commands = b"playlistinfo\nstatus\nlistallinfo\n".repeat(10_000);
    if let Err(error) = stream.write_all(&commands) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}

fn rubbish(home: &Home) {
    let mut stream = rude(home);
    let bytes: Vec<u8> = (0..100_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    // What begins as a command does, too.
    send_all(&mut stream, b"a");
    send_all(&mut stream, &bytes);
}

fn browser(home: &Home) {
    let mut stream = rude(home);
    let request = b"POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nclear\nstop\n";
    send_all(&mut stream, request);
    assert_eq!(rest_of(&mut stream), b"");
}

fn news(home: &Home) {
    let mut client = Client::at(home);
    for on in [1, 0] {
        client.must(&format!("random {on}"));
    }
    // So many may wait; further ones are refused.
    client.ask("rescan");
}

#[test]
fn a_siege_leaves_the_music_whole() {
    let home = Home::new();
    if !has("mpc") || !may_open(2 * CLIENTS) {
        return;
    }
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    ramp_of(&home, SECONDS);
    home.run(&["scan", "Music"]).ended(0);
    fs::create_dir_all(home.path("home/config")).unwrap();
    let door = format!("[daemon]\nmax_clients = {}\n", CLIENTS + 200);
    fs::write(home.path("home/config/config.toml"), door).unwrap();
    let mut command = home.command(&["daemon", "-v"]);
    command.env("PULSE_SERVER", &pulse.socket);
    let daemon = Daemon::of(&home, command);
    let _stopped = stopped_in_idle(&home);
    let (is_over, mut recording) = (AtomicBool::new(false), pulse.record("null"));
    let mut client = Client::at(&home);
    client.must("add Music");
    client.must("play");
    recording.sound(1);
    let times: Vec<(&str, usize)> = std::thread::scope(|scope| {
        let others = |attack: Attack| {
            let attacks = std::iter::repeat_with(|| attack(&home));
            1 + attacks.take_while(|()| !is_over.load(Relaxed)).count()
        };
        let others: Vec<_> = OTHERS
            .iter()
            .map(|(name, attack)| (*name, scope.spawn(move || others(*attack))))
            .collect();
        let crowds = catch_unwind(|| (0..CROWDS).for_each(|_| crowd(&home)));
        // Else the others would go on for ever where a crowd fails.
        is_over.store(true, Relaxed);
        crowds.unwrap_or_else(|why| resume_unwind(why));
        let others = others.into_iter();
        others
            .map(|(name, attack)| (name, attack.join().unwrap()))
            .collect()
    });
    recording.until_now_and(RATE as usize);
    println!("{times:?}");
    assert_eq!(client.value("status", "state"), "play");
    assert_eq!(client.value("status", "playlistlength"), "1");
    daemon.end_undisturbed();
    let heard = places(&recording.samples);
    let (began, first) = heard[0];
    let gap = heard.iter().find(|(at, place)| at - began != place - first);
    assert_eq!(gap, None, "the first frame that is not where it belongs");
    assert!(first <= MONITOR_LOSES, "it begins with frame {first}");
    let (end, _) = heard[heard.len() - 1];
    assert!(
        recording.samples.len() / 2 - end <= 3,
        "it ends with frame {end}"
    );
}
