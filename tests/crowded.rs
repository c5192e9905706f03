//! Clients that take what is scarce: memory, all of them together, and open files. Who wants little is served all the same.

use crate::besieged::{may_open, rude, send_all};
use crate::home::{HANG, Home, RATE};
use crate::knocking::{Client, Daemon, socket};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use std::io::Read;
use std::os::unix::net::UnixStream;

/// So much the daemon may grow by what clients do.
const MOST_GROWTH_KIB: u64 = 32 << 10;

fn home_of(songs: usize) -> Home {
    let home = Home::new();
    for number in 0..songs {
        home.tone(&format!("{number}.wav"), number, RATE as usize);
    }
    home.run(&["scan", "Music"]).ended(0);
    home
}

#[track_caller]
fn has_not_grown(daemon: &Daemon, before_kib: u64) {
    let grown = daemon.memory_kib().saturating_sub(before_kib);
    assert!(grown < MOST_GROWTH_KIB, "it has grown by {grown} KiB");
}

/// How many files the daemon may open from now on; what is open stays so.
fn limit_files(daemon: &Daemon, files: u64) {
    let pid = Pid::from_child(&daemon.running.child);
    let limit = Rlimit {
        current: Some(files),
        maximum: getrlimit(Resource::Nofile).maximum,
    };
    prlimit(Some(pid), Resource::Nofile, limit).unwrap();
}

fn open_files(daemon: &Daemon) -> u64 {
    let files = format!("/proc/{}/fd", daemon.running.child.id());
    std::fs::read_dir(files).unwrap().count() as u64
}

#[test]
fn lists_that_many_clients_begin_together_are_bounded() {
    const LISTS: usize = 60;
    let home = home_of(1);
    let daemon = Daemon::start(&home);
    let mut modest = Client::at(&home);
    modest.send(b"command_list_begin\nadd Music\n");
    let before = daemon.memory_kib();
    // Of words as short as can be, and none of them ends.
    let list = [
        b"command_list_begin\n".to_vec(),
        b"add a b c d e f g h i j k l m n o\n".repeat(20_000),
    ];
    let list = list.concat();
    let greedy: Vec<(UnixStream, bool)> = (0..LISTS)
        .map(|_| {
            let mut stream = rude(&home);
            let is_taken = send_all(&mut stream, &list);
            (stream, is_taken)
        })
        .collect();
    // Whoever comes later is served, and so is who was there before and wants little.
    Client::at(&home).must("status");
    has_not_grown(&daemon, before);
    modest.must("command_list_end");
    assert_eq!(modest.value("status", "playlistlength"), "1");
    drop(greedy);
    daemon.end_undisturbed();
}

#[test]
fn clients_that_read_nothing_are_bounded_together() {
    const DEAF: usize = 600;
    if !may_open(DEAF) {
        return;
    }
    let home = home_of(1);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    let add = "add Music\n".repeat(50);
    client.must(&format!("command_list_begin\n{add}command_list_end"));
    // Answers that fit into what is kept for one client: none of them keeps a thread waiting.
    let list = format!(
        "command_list_begin\n{}command_list_end\n",
        "playlistinfo\n".repeat(30)
    );
    let before = daemon.memory_kib();
    let deaf: Vec<UnixStream> = (0..DEAF)
        .map(|_| {
            let mut stream = rude(&home);
            send_all(&mut stream, list.as_bytes());
            stream
        })
        .collect();
    for _ in 0..20 {
        client.must("plchanges 99999999 0:1");
    }
    has_not_grown(&daemon, before);
    drop(deaf);
    client.must("clear");
    daemon.end_undisturbed();
}

#[test]
fn who_knocks_while_no_file_is_left_is_let_in_once_there_is_one() {
    let home = home_of(1);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    let enough = getrlimit(Resource::Nofile).current.unwrap();
    limit_files(&daemon, 4);
    let waiting = UnixStream::connect(socket(&home)).unwrap();
    waiting.set_read_timeout(Some(HANG)).unwrap();
    // By now it has been tried to let the other one in.
    client.must("ping");
    limit_files(&daemon, enough);
    // Nobody else knocks meanwhile.
    Client::greeted(waiting).must("ping");
    // What could not be opened meanwhile may have been told.
    daemon.end().ended(0);
}

#[test]
fn clients_leave_files_for_the_music() {
    let home = home_of(3);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    client.must("add Music");
    client.must("play");
    client.wait_until(|client| !client.value("status", "elapsed").is_empty());
    limit_files(&daemon, 2 * open_files(&daemon) + 20);
    let knock = |_| {
        let mut stream = UnixStream::connect(socket(&home)).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        // Who is not greeted was sent away.
        let is_greeted = stream.read(&mut [0; 2]).unwrap() > 0;
        is_greeted.then_some(stream)
    };
    let let_in: Vec<UnixStream> = (0..200).filter_map(knock).collect();
    assert!((1..100).contains(&let_in.len()), "{}", let_in.len());
    client.wait_until(|client| client.value("status", "song") == "2");
    client.wait_until(|client| client.value("status", "state") == "stop");
    daemon.end_undisturbed();
}
