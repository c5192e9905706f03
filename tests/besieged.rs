//! Clients that are broken, rude or hostile. None of them disturbs the music, keeps another client waiting, makes the
//! daemon grow, or is told of anything outside the music folders (T16, T17 and T18 of reference/reliability.md).

use crate::home::{HANG, Home, RATE, Signal, has};
use crate::knocking::{Client, Daemon, socket};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// So much the daemon may grow by what clients do.
const MOST_GROWTH_KIB: u64 = 32 << 10;

/// How often a client is told of something until it listens.
const BETWEEN_CHANGES: Duration = Duration::from_millis(20);

/// A daemon that plays, whatever its clients do.
fn playing() -> (Home, Daemon) {
    let home = Home::new();
    home.tone("one.wav", 1, 30 * RATE as usize);
    home.tone("two.wav", 2, 30 * RATE as usize);
    home.run(&["scan", "Music"]).ended(0);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    client.must("add Music");
    client.must("repeat 1");
    client.must("play");
    client.wait_until(|client| !client.value("status", "elapsed").is_empty());
    (home, daemon)
}

/// The music goes on, the queue is whole, and the daemon has not grown.
#[track_caller]
fn end(home: &Home, daemon: Daemon, memory_before_kib: u64) {
    let mut client = Client::at(home);
    assert_eq!(client.value("status", "playlistlength"), "2");
    assert_eq!(client.value("status", "state"), "play");
    let grown = daemon.memory_kib().saturating_sub(memory_before_kib);
    assert!(grown < MOST_GROWTH_KIB, "it has grown by {grown} KiB");
    daemon.end_undisturbed();
}

/// A client that has been greeted and does not wait to be answered.
pub fn rude(home: &Home) -> UnixStream {
    Client::at(home).stream.into_inner()
}

/// Whether everything was taken; `false`: the connection was closed over it.
pub fn send_all(stream: &mut UnixStream, bytes: &[u8]) -> bool {
    stream.set_write_timeout(Some(HANG)).unwrap();
    match stream.write_all(bytes) {
        Ok(()) => true,
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            ) =>
        {
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// Reads to the end of the connection.
pub fn rest_of(stream: &mut UnixStream) -> Vec<u8> {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => rest,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => rest,
        Err(error) => panic!("the connection is not closed: {error}"),
    }
}

#[test]
fn lines_without_end_and_lists_without_end_close_the_connection() {
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    let mut silent = Client::at(&home);
    let mut half = rude(&home);
    send_all(&mut half, b"add \"Mus");

    let mut endless = rude(&home);
    send_all(&mut endless, &vec![b'x'; 10 << 20]);
    assert_eq!(rest_of(&mut endless), b"");

    let mut endless = rude(&home);
    send_all(&mut endless, b"command_list_begin\n");
    send_all(&mut endless, &b"clear\n".repeat(2_000_000));
    assert_eq!(rest_of(&mut endless), b"", "and nothing of it was done");

    // A list that is long, and ends.
    let mut long = Client::at(&home);
    let list = format!(
        "command_list_ok_begin\n{}command_list_end",
        "ping\n".repeat(10_000)
    );
    assert_eq!(long.must(&list).len(), 10_000);

    silent.must("ping");
    send_all(&mut half, b"ic\"\n");
    let mut half = Client {
        stream: BufReader::new(half),
    };
    half.answer();
    half.must("delete 2:");
    end(&home, daemon, before);
}

#[test]
fn who_does_not_read_holds_nobody_up_but_itself() {
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    let deaf: Vec<UnixStream> = (0..20)
        .map(|_| {
            let mut stream = rude(&home);
            stream.set_nonblocking(true).unwrap();
            // Until the daemon takes no more of it: a blocked client is what is wanted here.
            let commands = b"playlistinfo\nstatus\ncommands\n".repeat(10_000);
            match stream.write_all(&commands) {
                Ok(()) => {}
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
            stream
        })
        .collect();
    let mut reads = Client::at(&home);
    for _ in 0..200 {
        reads.must("status");
        reads.must("playlistinfo");
    }
    drop(deaf);
    end(&home, daemon, before);
}

/// Answers longer than the sockets and the daemon hold for one client, so that whoever makes them has to wait.
#[test]
fn more_deaf_clients_than_there_are_threads_hold_nobody_up() {
    const SONGS: usize = 50;
    let home = Home::new();
    home.tone("one.wav", 1, 1_000);
    home.run(&["scan", "Music"]).ended(0);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    let add = "add Music\n".repeat(SONGS);
    client.must(&format!("command_list_begin\n{add}command_list_end"));
    let long = format!(
        "command_list_begin\n{}command_list_end\n",
        "playlistinfo\n".repeat(300)
    );
    let before = daemon.memory_kib();
    let deaf: Vec<UnixStream> = (0..100)
        .map(|_| {
            let mut stream = rude(&home);
            send_all(&mut stream, long.as_bytes());
            stream
        })
        .collect();
    // It is asked aside, as they are.
    for _ in 0..20 {
        client.must("plchanges 99999999 0:1");
    }
    let grown = daemon.memory_kib().saturating_sub(before);
    assert!(grown < MOST_GROWTH_KIB, "it has grown by {grown} KiB");
    drop(deaf);
    client.must("clear");
    daemon.end_undisturbed();
}

#[test]
fn ten_thousand_commands_at_once_are_all_answered_in_the_end() {
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    let mut client = Client::at(&home);
    let mut writes = client.stream.get_ref().try_clone().unwrap();
    let writer = std::thread::spawn(move || writes.write_all(&b"ping\n".repeat(10_000)).unwrap());
    (0..10_000).for_each(|_| assert_eq!(client.answer(), ["OK"]));
    writer.join().unwrap();
    end(&home, daemon, before);
}

#[test]
fn a_client_that_is_stopped_in_idle_is_waited_for_by_nobody() {
    if !has("mpc") {
        return;
    }
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    let _stopped = stopped_in_idle(&home);
    let mut client = Client::at(&home);
    for volume in 0..300 {
        client.must(&format!("setvol {}", volume % 100));
    }
    end(&home, daemon, before);
}

/// mpc, stopped by the system while it waits in `idle`.
pub fn stopped_in_idle(home: &Home) -> Ended {
    let mut waits = Ended(
        Command::new("mpc")
            .arg("idleloop")
            .env("MPD_HOST", socket(home))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut stdout = waits.0.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let is_told = stdout.read_exact(&mut [0]).is_ok();
        tell.send(is_told).unwrap();
        stdout
    });
    // It may not listen yet when the first change comes, and once it has told of one it does.
    let (mut client, began) = (Client::at(home), Instant::now());
    while let Err(why) = told.recv_timeout(BETWEEN_CHANGES) {
        assert_eq!(why, RecvTimeoutError::Timeout);
        assert!(began.elapsed() < HANG, "it never hears of a change");
        client.must("random 1");
        client.must("random 0");
    }
    let id = rustix::process::Pid::from_child(&waits.0);
    rustix::process::kill_process(id, Signal::STOP).unwrap();
    waits.0.stdout = Some(reader.join().unwrap());
    waits
}

/// Ended with the test, however that ends.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Whether so many files may be open at once beside those of other tests; says that the test is skipped where they may not.
pub fn may_open(files: usize) -> bool {
    let limit = getrlimit(Resource::Nofile);
    let enough = files as u64 + 200;
    if limit.maximum.is_some_and(|most| most < enough) {
        println!("skipped: not so many files may be open here");
        return false;
    }
    let current = limit.current.max(Some(enough));
    setrlimit(Resource::Nofile, Rlimit { current, ..limit }).unwrap();
    true
}

#[test]
fn a_thousand_clients_wait_and_each_is_told() {
    const CLIENTS: usize = 1_000;
    if !may_open(CLIENTS) {
        return;
    }
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    let mut all: Vec<Client> = (0..CLIENTS)
        .map(|_| {
            let mut client = Client::at(&home);
            client.send(b"idle mixer\n");
            client
        })
        .collect();
    let mut other = Client::at(&home);
    other.must("status");
    other.must("setvol 70");
    for client in &mut all {
        assert_eq!(client.answer(), ["changed: mixer", "OK"]);
    }
    drop(all);
    end(&home, daemon, before);
}

#[test]
fn rubbish_and_browsers_are_sent_away_and_nothing_of_theirs_is_done() {
    let (home, daemon) = playing();
    let before = daemon.memory_kib();
    for (number, request) in [
        &b"GET / HTTP/1.1\r\nHost: localhost:6600\r\n\r\nclear\n"[..],
        b"POST / HTTP/1.1\r\nHost: evil\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nclear\nstop\n",
        b"OPTIONS * HTTP/1.1\r\n\r\nclear\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03clear\nclear\n",
        b"\0\0\0\0\nclear\n",
        b"\xff\xfe\nclear\n",
    ]
    .into_iter()
    .enumerate()
    {
        let mut stream = rude(&home);
        send_all(&mut stream, request);
        assert_eq!(rest_of(&mut stream), b"", "request {number}");
    }
    // Bytes of a seed, so that a failure can be had again.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..50 {
        let mut bytes = Vec::new();
        for _ in 0..1_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        // What begins as a command does, too.
        bytes[0] = b'a' + bytes[0] % 26;
        let mut stream = rude(&home);
        send_all(&mut stream, &bytes);
    }
    end(&home, daemon, before);
}

/// Commands that take a path, with what else they need; those that are not there answer so.
pub const OF_PATHS: &[(&str, &str)] = &[
    ("add", ""),
    ("addid", ""),
    ("lsinfo", ""),
    ("listall", ""),
    ("listallinfo", ""),
    ("listfiles", ""),
    ("albumart", " 0"),
    ("readpicture", " 0"),
    ("readcomments", ""),
    ("getfingerprint", ""),
    ("listplaylist", ""),
    ("listplaylistinfo", ""),
    ("load", ""),
    ("rm", ""),
    ("sticker get song", " x"),
    ("sticker list song", ""),
    ("find file", ""),
    ("find base", ""),
    ("playlistfind file", ""),
];

#[test]
fn no_path_leads_out_of_the_music_folders() {
    let home = Home::new();
    home.tone("one.wav", 1, 1_000);
    home.run(&["scan", "Music"]).ended(0);
    let outside = home.music().parent().unwrap().join("outside.wav");
    fs::copy(home.music().join("one.wav"), &outside).unwrap();
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    web.set_nonblocking(true).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut command = home.command(&["daemon", "-v", "--output", "null"]);
    command.args(["--listen", &address.to_string()]);
    let daemon = Daemon::of(&home, command);
    // Over a network nobody is the owner.
    let mut client = Client::greeted(TcpStream::connect(address).unwrap());
    let url = format!("http://{}/x.mp3", web.local_addr().unwrap());
    let long = "x/".repeat(2_048);
    let absolute = outside.to_str().unwrap().to_owned();
    let paths = [
        "../outside.wav".to_owned(),
        "Music/../../outside.wav".into(),
        "Music/../outside.wav".into(),
        "./Music/../outside.wav".into(),
        "Music\\\\..\\\\..\\\\outside.wav".into(),
        "%2e%2e/outside.wav".into(),
        "Music/%2e%2e/outside.wav".into(),
        absolute.clone(),
        format!("//{absolute}"),
        format!("Music/{absolute}"),
        format!("file://{absolute}"),
        "file:///etc/passwd".into(),
        "/etc/passwd".into(),
        "Music/one.wav\0/../../outside.wav".into(),
        "Music/one.wav\u{1}".into(),
        url,
        "Music/".to_owned() + &long,
        long,
    ];
    for (command, more) in OF_PATHS {
        for path in &paths {
            let answer = client.ask(&format!("{command} \"{path}\"{more}"));
            assert_eq!(answer.len(), 1, "{command} {path:?}: {answer:?}");
            // The sentence may repeat what was asked, and steers no terminal.
            assert!(!answer[0].contains(char::is_control), "{answer:?}");
        }
    }
    assert_eq!(client.value("status", "playlistlength"), "0");
    assert_eq!(web.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    daemon.end_undisturbed();
}

#[test]
fn tags_that_hold_lines_of_the_protocol_forge_none() {
    let home = Home::new();
    let path = home.tone("odd \u{1b}[2J.wav", 1, 1_000);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title("a\nOK\nchanged: database\n\u{1b}[31mred\u{85}\u{9b}".into());
    tag.set_artist("b\r\nACK [5@0] {} no\n\0\u{7f}".into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    client.must("add Music");
    for command in ["playlistinfo", "currentsong", "plchanges 0", "lsinfo Music"] {
        for line in client.ask(command) {
            let is_line = line == "OK" || line.starts_with("ACK [5@0] {} unknown");
            let name = line.split(':').next().unwrap_or_default();
            assert!(
                is_line || !name.contains(' ') && line.contains(':'),
                "{line:?}"
            );
            assert!(
                !line.contains(char::is_control) || line.starts_with("file: "),
                "{line:?}"
            );
        }
    }
    for odd in ["\u{1b}[2J", "a\u{7}b", "\u{9b}31m", "\u{202e}"] {
        let refused = client.ask(&format!("x{odd} {odd}"));
        assert!(!refused[0].contains(char::is_control), "{refused:?}");
        let refused = client.ask(&format!("play {odd}"));
        assert!(!refused[0].contains(char::is_control), "{refused:?}");
    }
    daemon.end_undisturbed();
}
