//! Talking MPD's protocol over a socket: to our daemon and to Debian's mpd, each of one test.

use crate::home::{HANG, Home};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    socket: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    /// Ours, without sound.
    pub fn ours(home: &Home) -> Self {
        let command = home.command(&["daemon", "--output", "null"]);
        Self::start(command, home.path("home/run/socket"))
    }

    /// Debian's, over the same songs by the same addresses.
    pub fn mpd(home: &Home) -> Self {
        let folder = home.path("mpd");
        std::fs::create_dir_all(folder.join("playlists")).unwrap();
        std::fs::create_dir_all(folder.join("music")).unwrap();
        std::os::unix::fs::symlink(home.music(), folder.join("music/Music")).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        let conf = format!(
            "music_directory \"{}\"\nplaylist_directory \"{}\"\ndb_file \"{}\"\nlog_file \"{}\"\n\
             sticker_file \"{}\"\nbind_to_address \"{}\"\nzeroconf_enabled \"no\"\n\
             audio_output {{\n type \"null\"\n name \"null\"\n mixer_type \"software\"\n}}\n",
            at("music"),
            at("playlists"),
            at("db"),
            at("log"),
            at("stickers"),
            at("socket")
        );
        std::fs::write(folder.join("conf"), conf).unwrap();
        let mut command = Command::new("mpd");
        command.arg("--no-daemon").arg(folder.join("conf"));
        let mpd = Self::start(command, folder.join("socket"));
        let mut talk = mpd.talk();
        talk.ask("update");
        let started = Instant::now();
        while talk
            .ask("status")
            .iter()
            .any(|line| line.starts_with("updating_db"))
        {
            assert!(started.elapsed() < HANG, "mpd does not end its update");
            std::thread::yield_now();
        }
        mpd
    }

    fn start(mut command: Command, socket: PathBuf) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut server = Self { child, socket };
        let started = Instant::now();
        while UnixStream::connect(&server.socket).is_err() {
            let lives = server.child.try_wait().unwrap().is_none();
            assert!(
                lives && started.elapsed() < HANG,
                "the server does not begin"
            );
            std::thread::yield_now();
        }
        server
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself.
    pub fn ended(mut self) -> Option<i32> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(started.elapsed() < HANG, "the server does not end");
            std::thread::yield_now();
        }
    }

    pub fn talk(&self) -> Talk {
        let stream = UnixStream::connect(&self.socket).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        let mut talk = Talk {
            reads: BufReader::new(stream),
        };
        assert!(talk.line().starts_with("OK MPD "));
        talk
    }
}

/// A connection.
pub struct Talk {
    reads: BufReader<UnixStream>,
}

impl Talk {
    pub fn say(&mut self, line: &str) {
        let line = format!("{line}\n");
        self.reads.get_mut().write_all(line.as_bytes()).unwrap();
    }

    /// The next line; empty where the connection has ended.
    pub fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.reads.read_until(b'\n', &mut line).unwrap();
        String::from_utf8_lossy(&line)
            .trim_end_matches('\n')
            .to_owned()
    }

    /// What is answered, with its end.
    pub fn answer(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let line = self.line();
            let is_end = line.is_empty() || line == "OK" || line.starts_with("ACK ");
            all.push(line);
            if is_end {
                return all;
            }
        }
    }

    pub fn ask(&mut self, line: &str) -> Vec<String> {
        self.say(line);
        self.answer()
    }

    /// What a command that must succeed answers, without its end.
    #[track_caller]
    pub fn got(&mut self, line: &str) -> Vec<String> {
        let mut all = self.ask(line);
        assert_eq!(all.pop().as_deref(), Some("OK"), "{line}");
        all
    }

    /// The values of one name in what is answered.
    #[track_caller]
    pub fn values(&mut self, line: &str, name: &str) -> Vec<String> {
        let all = self.got(line).into_iter();
        let value = |line: String| {
            let (found, value) = line.split_once(": ")?;
            (found == name).then(|| value.to_owned())
        };
        all.filter_map(value).collect()
    }
}
