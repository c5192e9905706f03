//! What tests of the way to a sound server stand on: a private PulseAudio with null sinks, what a sink plays, and an
//! engine in a process of its own, so that its environment is this server's alone.

use crate::home::{HANG, Home, RATE, has};
use crate::pipewire;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A PulseAudio of this test alone, with one sink, `null`, of 32-bit floats.
pub struct Pulse {
    server: Child,
    pub socket: String,
    /// How the server is started.
    command: Command,
    home: PathBuf,
}

impl Pulse {
    /// `None`, and a word on stdout, where PulseAudio is not installed.
    pub fn start(home: &Home) -> Option<Self> {
        Self::start_with(home, &format!("rate={RATE} format=float32le"))
    }

    /// As [`Self::start`]; the sink's rate and format are these.
    pub fn start_with(home: &Home, sink: &str) -> Option<Self> {
        if !has("pulseaudio") || !has("parec") || !has("pactl") {
            return None;
        }
        let folder = home.path("");
        let (socket, mut command) = if pipewire::is_wanted() {
            let server = pipewire::server(&folder, sink);
            (pipewire::socket(&folder), server)
        } else {
            let socket = home.path("pulse.socket");
            (socket.clone(), pulseaudio(&folder, sink, &socket))
        };
        command
            .env("HOME", &folder)
            .env("XDG_RUNTIME_DIR", &folder)
            .env_remove("XDG_CONFIG_HOME")
            .stderr(Stdio::null())
            .process_group(0);
        let pulse = Self {
            server: command.spawn().unwrap(),
            socket: format!("unix:{}", socket.display()),
            command,
            home: folder,
        };
        pulse.wait_until_up();
        Some(pulse)
    }

    fn wait_until_up(&self) {
        let started = Instant::now();
        while self.pactl(&["info"]).is_none() {
            assert!(started.elapsed() < HANG, "PulseAudio does not start");
        }
    }

    pub fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PULSE_SERVER", &self.socket);
        command
    }

    /// What it prints; `None` where it fails.
    pub fn pactl(&self, args: &[&str]) -> Option<String> {
        let ran = self.client("pactl").args(args).output().unwrap();
        ran.status
            .success()
            .then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
    }

    /// Another sink of 32-bit floats; its module's number.
    pub fn add_sink(&self, name: &str) -> String {
        let name = format!("sink_name={name}");
        let rate = format!("rate={RATE}");
        let load = [
            "load-module",
            "module-null-sink",
            &name,
            &rate,
            "format=float32le",
        ];
        self.pactl(&load).unwrap().trim().to_owned()
    }

    /// A microphone that hums, and is the default one. PipeWire has none to load.
    pub fn hum(&self) {
        if pipewire::is_wanted() {
            println!("PipeWire has no microphone that hums: whether it is left alone is not tried");
            return;
        }
        let source = "source_name=microphone";
        self.pactl(&["load-module", "module-sine-source", source])
            .unwrap();
        self.pactl(&["set-default-source", "microphone"]).unwrap();
    }

    /// Takes the sink away that it began with.
    pub fn remove_first_sink(&self) {
        let modules = self.pactl(&["list", "short", "modules"]).unwrap();
        let first = modules
            .lines()
            .find(|line| line.contains("sink_name=null "))
            .unwrap();
        let number = first.split_whitespace().next().unwrap();
        self.pactl(&["unload-module", number]).unwrap();
    }

    /// Ends the server as a crash would.
    pub fn kill(&mut self) {
        let group = Pid::from_child(&self.server);
        kill_process_group(group, Signal::KILL).unwrap();
        self.server.wait().unwrap();
    }

    /// Starts it anew after [`Self::kill`].
    pub fn start_again(&mut self) {
        self.server = self.command.spawn().unwrap();
        self.wait_until_up();
    }

    /// Stops or continues the process.
    pub fn signal(&self, signal: &str) {
        send(signal, self.server.id());
    }

    /// How long it has waited for a processor until now.
    pub fn held_up(&self) -> Duration {
        held_up(self.server.id())
    }

    /// What the sink plays from now on.
    pub fn record(&self, sink: &str) -> Recording {
        self.record_at(sink, RATE)
    }

    /// As [`Self::record`], at the sink's rate.
    pub fn record_at(&self, sink: &str, rate: u32) -> Recording {
        let mut recorder = self
            .client("parec")
            .args([
                "-d",
                &format!("{sink}.monitor"),
                "--format=float32le",
                "--channels=2",
                "--latency-msec=5",
                &format!("--rate={rate}"),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = recorder.stdout.take().unwrap();
        let (sender, blocks) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 2_048];
            while stdout.read_exact(&mut bytes).is_ok() {
                let samples: Vec<f32> = bytes
                    .chunks(4)
                    .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                    .collect();
                if sender.send(samples).is_err() {
                    return;
                }
            }
        });
        let mut recording = Recording {
            recorder,
            blocks,
            samples: Vec::new(),
        };
        // It listens once something has come.
        recording.until(|samples| !samples.is_empty());
        recording
    }
}

/// What the system tells of a process that was ready and did not run; nothing where it tells nothing.
fn held_up(process: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of_task = |task: std::io::Result<std::fs::DirEntry>| {
        let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        stat.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.filter_map(of_task).sum())
}

fn send(signal: &str, process: u32) {
    let sent = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// PulseAudio with this sink, and a socket for everybody.
fn pulseaudio(home: &Path, sink: &str, socket: &Path) -> Command {
    // A server that shares memory files ends when a client is killed (PulseAudio 16.1).
    let config = home.join(".config/pulse");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("daemon.conf"), "enable-memfd = no\n").unwrap();
    let mut command = Command::new("pulseaudio");
    command.args([
        "-n",
        "--daemonize=no",
        "--use-pid-file=no",
        "--exit-idle-time=-1",
        "--realtime=no",
        "--disable-shm=yes",
        "--log-level=error",
    ]);
    command.arg("-L");
    command.arg(format!("module-null-sink sink_name=null channels=2 {sink}"));
    command.arg("-L");
    command.arg(format!(
        "module-native-protocol-unix auth-anonymous=1 socket={}",
        socket.display()
    ));
    command
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.server);
        kill_process_group(group, Signal::KILL).ok();
        self.server.wait().ok();
    }
}

/// What a sink plays, interleaved stereo.
pub struct Recording {
    recorder: Child,
    blocks: Receiver<Vec<f32>>,
    pub samples: Vec<f32>,
}

impl Recording {
    /// Goes on until `enough` says so of all that was recorded.
    pub fn until(&mut self, mut enough: impl FnMut(&[f32]) -> bool) -> &[f32] {
        let a_minute = RATE as usize * 2 * 60;
        let end = self.samples.len() + a_minute;
        while !enough(&self.samples) {
            let block = self.blocks.recv_timeout(HANG).expect("the recorder runs");
            self.samples.extend(block);
            assert!(
                self.samples.len() < end,
                "a minute was recorded, and not what was waited for"
            );
        }
        &self.samples
    }

    /// Goes on for so many frames of sound from here on.
    pub fn sound(&mut self, frames: usize) -> &[f32] {
        let (mut at, mut sounds) = (self.samples.len(), 0);
        self.until(|all| {
            sounds += all[at..].iter().filter(|s| **s != 0.0).count();
            at = all.len();
            sounds >= frames * 2
        })
    }

    /// Takes what was recorded until now, and so many frames more.
    pub fn until_now_and(&mut self, frames: usize) -> &[f32] {
        self.samples.extend(self.blocks.try_iter().flatten());
        let enough = self.samples.len() + frames * 2;
        self.until(|all| all.len() >= enough)
    }

    /// Goes on until the last so many frames are silence.
    pub fn silence(&mut self, frames: usize) -> &[f32] {
        self.until(|all| all.iter().rev().take_while(|s| **s == 0.0).count() >= frames * 2)
    }

    /// One channel of two.
    pub fn left(&self) -> Vec<f32> {
        self.samples.chunks_exact(2).map(|frame| frame[0]).collect()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.recorder.kill().ok();
        self.recorder.wait().ok();
    }
}

/// An engine in a process of its own, told what to do line by line: see [`driven`].
pub struct Driven {
    process: Child,
    orders: ChildStdin,
    news: Receiver<String>,
}

impl Driven {
    /// `options`: words of `follow` (the sound follows to any device) and `exact` (bit-perfect).
    pub fn start(pulse: &Pulse, output: &str, options: &str) -> Self {
        let mut process = pulse
            .client(std::env::current_exe().unwrap().to_str().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "pulse::driven"])
            .env("STANDIN_DRIVEN", format!("{output} {options}"))
            .env("HOME", &pulse.home)
            .env_remove("PULSE_SINK")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, news) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The test harness begins its own line before.
                if let Some((_, line)) = line.split_once('@')
                    && sender.send(line.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        Self {
            orders: process.stdin.take().unwrap(),
            process,
            news,
        }
    }

    pub fn tell(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    /// Waits for news that begin so, and gives the rest of them; others are stepped over.
    pub fn hears(&self, begin: &str) -> String {
        loop {
            let line = self.news.recv_timeout(HANG);
            let line = line.unwrap_or_else(|_| panic!("the engine never says {begin:?}"));
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.trim().to_owned();
            }
        }
    }

    /// All news until now.
    pub fn heard_so_far(&self) -> Vec<String> {
        self.news.try_iter().collect()
    }

    /// Of the ring, and of the sound server.
    pub fn underruns(&mut self) -> (u64, u64) {
        self.tell("underruns");
        let told = self.hears("underruns ");
        let (ring, server) = told.split_once(' ').unwrap();
        (ring.parse().unwrap(), server.parse().unwrap())
    }

    /// Stops or continues the process.
    pub fn signal(&self, signal: &str) {
        send(signal, self.process.id());
    }

    /// Stops or continues the programs that it has started.
    pub fn signal_children(&self, signal: &str) {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let children: String = tasks
            .map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).unwrap())
            .collect();
        assert!(!children.trim().is_empty(), "it has started none");
        children
            .split_whitespace()
            .for_each(|child| send(signal, child.parse().unwrap()));
    }

    /// How long it has waited for a processor until now, all threads together.
    pub fn held_up(&self) -> Duration {
        held_up(self.process.id())
    }

    pub fn position_ms(&mut self) -> u64 {
        self.tell("position");
        self.hears("position ").parse().unwrap()
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The engine that [`Driven`] starts: reads orders from stdin, prints news.
#[test]
#[ignore = "a part of other tests, which start it"]
fn driven() {
    let Ok(wanted) = std::env::var("STANDIN_DRIVEN") else {
        return;
    };
    engine::live(&wanted);
}

mod engine {
    use standin::engine::{Command, Engine, Item, Notice, OnLoss, Options, Output};
    use standin::music::{EntryId, Gain};
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex};

    type Files = Arc<Mutex<Vec<PathBuf>>>;

    pub fn live(wanted: &str) {
        let (output, options) = wanted.split_once(' ').unwrap();
        let (sender, notices) = crossbeam_channel::bounded(64);
        let options = Options {
            output: output.parse().unwrap(),
            volume_percent: 100,
            bit_perfect: options.contains("exact"),
            on_loss: if options.contains("follow") {
                OnLoss::Follow
            } else {
                OnLoss::Pause
            },
            waits: false,
        };
        let engine = Arc::new(Engine::start(options, sender).unwrap());
        println!("@ready {}", engine.output_name());
        let files = Files::default();
        let (told, of) = (engine.clone(), files.clone());
        std::thread::spawn(move || {
            for notice in notices {
                tell(&told, &of, notice);
            }
        });
        for line in std::io::stdin().lines().map_while(Result::ok) {
            obey(&engine, &files, &line);
        }
    }

    fn obey(engine: &Engine, files: &Files, line: &str) {
        let (order, rest) = line.split_once(' ').unwrap_or((line, ""));
        match order {
            // play AT_MS FILE<tab>FILE…
            "play" => {
                let (at, list) = rest.split_once(' ').unwrap();
                *files.lock().unwrap() = list.split('\t').map(PathBuf::from).collect();
                go(engine, files, 1, at.parse().unwrap());
            }
            // go ENTRY AT_MS
            "go" => {
                let (entry, at) = rest.split_once(' ').unwrap();
                go(engine, files, entry.parse().unwrap(), at.parse().unwrap());
            }
            "pause" => engine.command(Command::Pause),
            "resume" => engine.command(Command::Resume),
            "stop" => engine.command(Command::Stop),
            "volume" => engine.command(Command::Volume(rest.parse().unwrap())),
            // curve LINE, as music::Equaliser writes it
            "curve" => engine.command(Command::Equalise(rest.parse().unwrap())),
            "fade" => engine.command(Command::Fade {
                over_ms: rest.parse().unwrap(),
            }),
            "output" => engine.command(Command::Output(rest.parse::<Output>().unwrap())),
            "position" => match engine.position() {
                Some(position) => println!("@position {}", position.elapsed_ms),
                None => println!("@position 0"),
            },
            "underruns" => println!(
                "@underruns {} {}",
                engine.underruns(),
                engine.server_underruns()
            ),
            other => panic!("an order that nobody knows: {other}"),
        }
    }

    fn item(files: &Files, entry: u64) -> Option<Item> {
        let file = files.lock().unwrap().get(entry as usize - 1)?.clone();
        Some(Item {
            entry: EntryId(entry),
            file,
            span: None,
            gain: Gain::default(),
            crossfade_ms: 0,
            from_ms: 0,
        })
    }

    fn go(engine: &Engine, files: &Files, entry: u64, at_ms: u64) {
        engine.command(Command::Play {
            item: item(files, entry).unwrap(),
            at_ms,
            paused: false,
        });
    }

    fn tell(engine: &Engine, files: &Files, notice: Notice) {
        match notice {
            Notice::WantsNext { after } => {
                engine.command(Command::Follow(item(files, after.0 + 1)));
            }
            Notice::Heard { entry } => println!("@heard {}", entry.0),
            Notice::Finished { .. } => println!("@finished"),
            Notice::OutputLost { reason } => println!("@lost {reason}"),
            Notice::OutputBack => println!("@back"),
            Notice::OutputMoved { name } => println!("@moved {name}"),
            Notice::OutputRefused { reason } => println!("@refused {reason}"),
            Notice::Paused { reason } => println!("@paused {reason}"),
            other => println!("@other {other:?}"),
        }
    }
}
