//! A home of one test: a folder that is all of standin's places, music made on the spot, and the built program.

use crate::watchdog::Watched;
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Frames a second of the music made here.
pub const RATE: u32 = 44_100;

/// How long a test waits before it calls something a hang.
pub const HANG: Duration = Duration::from_secs(60);

pub struct Home {
    dir: tempfile::TempDir,
    _watched: Watched,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The answer of a run that must have ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.out,
            self.err
        );
        self
    }

    /// The answer as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}", self.out))
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl Home {
    pub fn new() -> Self {
        Self::watched(Watched::new())
    }

    /// For a test that may take so long.
    pub fn lasting(limit: Duration) -> Self {
        Self::watched(Watched::within(limit))
    }

    fn watched(watched: Watched) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("Music")).unwrap();
        Self {
            dir,
            _watched: watched,
        }
    }

    /// A home whose music folder holds these WAV files, each half a second of a tone of its own, and is scanned.
    pub fn scanned(files: &[&str]) -> Self {
        let home = Self::new();
        for (number, file) in files.iter().enumerate() {
            home.tone(file, number, RATE as usize / 2);
        }
        home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
        home
    }

    pub fn music(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("Music")
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// As a person runs it: without `--home`, in places below this test's folder.
    pub fn personal(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standin"));
        command
            .args(args)
            .env("HOME", self.path(""))
            .stdin(Stdio::null());
        for place in ["CONFIG", "DATA", "CACHE", "STATE"] {
            command.env_remove(format!("XDG_{place}_HOME"));
        }
        command
            .env_remove("XDG_MUSIC_DIR")
            .env_remove("STANDIN_HOME");
        command
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standin"));
        command
            .arg("--home")
            .arg(self.path("home"))
            .args(args)
            .current_dir(self.dir.path());
        // No sound server and no person's settings: the same on every machine.
        command
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("HOME", self.dir.path())
            .env_remove("PULSE_SERVER")
            .env_remove("MPD_HOST")
            .env_remove("MPD_PORT")
            .env_remove("MPC_FORMAT")
            .env_remove("STANDIN_CONFIG")
            .env_remove("XDG_MUSIC_DIR")
            // Nor the desktop of whoever runs the tests.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
            // Samples are compared bit for bit.
            .env("STANDIN_REPLAYGAIN", "off");
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs with this on stdin.
    pub fn pipe(&self, args: &[&str], stdin: &[u8]) -> Ran {
        use std::io::Write;
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts the program and leaves it running.
    pub fn start(&self, args: &[&str]) -> Running {
        Running::of(self.command(args))
    }

    /// Writes a stereo WAV of `frames` frames, whose tone no other `number` has, below the music folder.
    pub fn tone(&self, file: &str, number: usize, frames: usize) -> PathBuf {
        self.wav(file, &tone(number, frames), RATE)
    }

    /// Writes interleaved stereo samples as a 16-bit WAV below the music folder.
    pub fn wav(&self, file: &str, samples: &[i16], rate: u32) -> PathBuf {
        let path = self.music().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        samples
            .iter()
            .for_each(|sample| writer.write_sample(*sample).unwrap());
        writer.finalize().unwrap();
        path
    }

    /// The samples of a WAV that the program wrote, interleaved, and its rate.
    pub fn read_wav(&self, path: &Path) -> (Vec<f32>, u32) {
        let mut reader = hound::WavReader::open(path).unwrap();
        let rate = reader.spec().sample_rate;
        assert_eq!(
            (reader.spec().channels, reader.spec().sample_format),
            (2, hound::SampleFormat::Float)
        );
        (reader.samples::<f32>().map(Result::unwrap).collect(), rate)
    }
}

/// Interleaved stereo: left and right differ, and so do numbers.
pub fn tone(number: usize, frames: usize) -> Vec<i16> {
    let step = |hertz: f64| std::f64::consts::TAU * hertz / f64::from(RATE);
    let (left, right) = (
        step(220.0 + 20.0 * number as f64),
        step(331.0 + 20.0 * number as f64),
    );
    let sample = |step: f64, at: usize| ((step * at as f64).sin() * 12_000.0) as i16;
    (0..frames)
        .flat_map(|at| [sample(left, at), sample(right, at)])
        .collect()
}

/// As the engine hands 16-bit samples on.
pub fn as_floats(samples: &[i16]) -> Vec<f32> {
    samples
        .iter()
        .map(|sample| f32::from(*sample) / 32_768.0)
        .collect()
}

pub struct Running {
    pub child: Child,
}

impl Running {
    pub fn of(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self {
            child: command.spawn().unwrap(),
        }
    }

    /// Reads stdout until it holds this, and gives what was read.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> String {
        read_until(self.child.stdout.as_mut().unwrap(), text)
    }

    /// The same of stderr.
    #[track_caller]
    pub fn wait_for_warning(&mut self, text: &str) -> String {
        read_until(self.child.stderr.as_mut().unwrap(), text)
    }

    /// Whether it has ended, as the system sees it.
    pub fn has_ended(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        // A child that nobody waited for stays as a zombie.
        stat.map_or(true, |stat| stat.contains(") Z "))
    }

    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits for the end, at most [`HANG`].
    #[track_caller]
    pub fn end(mut self) -> Ran {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < HANG, "the program does not end");
            std::thread::yield_now();
        }
        // The pipes are closed by now.
        let (mut out, mut err) = (String::new(), String::new());
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        Ran {
            code: self.child.wait().unwrap().code(),
            out,
            err,
        }
    }
}

/// Waits until this is so, at most [`HANG`].
#[track_caller]
pub fn wait_until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < HANG, "it never is so");
        std::thread::yield_now();
    }
}

#[track_caller]
fn read_until(from: &mut impl Read, text: &str) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&read).contains(text) {
        match from.read(&mut byte).unwrap() {
            0 => panic!(
                "the program ended before it said {text:?}; it said {:?}",
                String::from_utf8_lossy(&read)
            ),
            _ => read.push(byte[0]),
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Whether a program is there; says that the test is skipped where it is not.
pub fn has(program: &str) -> bool {
    let found = find(program).is_some();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// Where a program is that [`has`] found.
pub fn program_path(program: &str) -> String {
    find(program).unwrap().to_str().unwrap().to_owned()
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(program));
    files.find(|file| file.is_file())
}

/// The music that comes with the project.
pub fn sample_media() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-media")
}

/// Runs a command in a network of its own, where there is nothing but itself. `None`, said aloud: not allowed here.
pub fn unshared(script: &str) -> Option<Command> {
    if !has("unshare") || !has("ip") {
        return None;
    }
    let may = Command::new("unshare")
        .args(["-rmn", "ip", "link", "set", "lo", "up"])
        .stderr(Stdio::null())
        .status();
    if !may.is_ok_and(|status| status.success()) {
        println!("skipped: no namespaces may be made here");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-rmn", "sh", "-ec", script, "sh"]);
    Some(command)
}
