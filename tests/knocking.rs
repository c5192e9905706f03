//! A daemon of one test, and clients that knock at its socket as foreign ones do.

use crate::home::{HANG, Home, Ran, Running, Signal};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where the socket of this home lies.
pub fn socket(home: &Home) -> PathBuf {
    home.path("home/run/socket")
}

/// A `standin daemon` that answers.
pub struct Daemon {
    pub running: Running,
    told: UnixDatagram,
}

impl Daemon {
    /// One that plays nowhere, in real time, and says at its end how often it was late.
    #[track_caller]
    pub fn start(home: &Home) -> Self {
        Self::of(home, home.command(&["daemon", "-v", "--output", "null"]))
    }

    /// Runs the command and waits until it tells the system that it answers.
    #[track_caller]
    pub fn of(home: &Home, mut command: Command) -> Self {
        let path = home.path("notify");
        std::fs::remove_file(&path).ok();
        let told = UnixDatagram::bind(&path).unwrap();
        told.set_read_timeout(Some(HANG)).unwrap();
        let running = Running::of({
            command.env("NOTIFY_SOCKET", &path).stdin(Stdio::null());
            command
        });
        let daemon = Self { running, told };
        assert_eq!(daemon.tells(), "READY=1");
        daemon
    }

    /// What it tells the system next.
    #[track_caller]
    pub fn tells(&self) -> String {
        let mut bytes = [0; 256];
        let count = self
            .told
            .recv(&mut bytes)
            .expect("the daemon tells something");
        String::from_utf8_lossy(&bytes[..count]).trim().to_owned()
    }

    /// SIGTERM, and what it left.
    #[track_caller]
    pub fn end(self) -> Ran {
        self.running.signal(Signal::TERM);
        self.running.end()
    }

    /// As [`end`](Self::end): it must have ended well, and the music was never late.
    #[track_caller]
    pub fn end_undisturbed(self) {
        let ran = self.end().ended(0);
        let expected = "0 underruns of the ring, 0 of the sound server.\n";
        assert_eq!(ran.err, expected, "{}", ran.out);
    }

    /// The memory that it has, in KiB.
    pub fn memory_kib(&self) -> u64 {
        let status = format!("/proc/{}/status", self.running.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.unwrap().split_whitespace().next().unwrap();
        number.parse().unwrap()
    }
}

/// A client.
pub struct Client<S: Read + Write = UnixStream> {
    pub stream: BufReader<S>,
}

impl Client {
    /// Knocks at the socket of this home, and is greeted.
    #[track_caller]
    pub fn at(home: &Home) -> Self {
        let stream = UnixStream::connect(socket(home)).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        Self::greeted(stream)
    }
}

impl<S: Read + Write> Client<S> {
    #[track_caller]
    pub fn greeted(stream: S) -> Self {
        let mut client = Self {
            stream: BufReader::new(stream),
        };
        let greeting = client.line().unwrap();
        assert!(greeting.starts_with("OK MPD 0."), "{greeting}");
        client
    }

    /// The next line; `None`: it was sent away.
    pub fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
            // Sent away with bytes of ours unread.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// The lines of an answer, up to `OK` or `ACK`, which is the last of them.
    #[track_caller]
    pub fn answer(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().expect("an answer comes to its end");
            let is_last = line == "OK" || line.starts_with("ACK ");
            lines.push(line);
            if is_last {
                return lines;
            }
        }
    }

    /// What comes of one line.
    #[track_caller]
    pub fn ask(&mut self, line: &str) -> Vec<String> {
        self.send(format!("{line}\n").as_bytes());
        self.answer()
    }

    /// The same, which must not be refused.
    #[track_caller]
    pub fn must(&mut self, line: &str) -> Vec<String> {
        let mut lines = self.ask(line);
        assert_eq!(lines.pop().as_deref(), Some("OK"), "{line}: {lines:?}");
        lines
    }

    /// A value of `status`, `currentsong` and the like; empty where there is none.
    #[track_caller]
    pub fn value(&mut self, command: &str, name: &str) -> String {
        let lines = self.must(command);
        let value = lines
            .iter()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_default().to_owned()
    }

    /// Waits in `idle` until this is so.
    #[track_caller]
    pub fn wait_until(&mut self, mut is_so: impl FnMut(&mut Self) -> bool) {
        while !is_so(self) {
            self.must("idle");
        }
    }
}
