//! The whole way to a sound server: a private PulseAudio whose null sink is recorded.

use crate::home::{HANG, Home, RATE, as_floats, has, tone};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// A PulseAudio of this test alone.
struct Pulse {
    server: Child,
    socket: String,
}

impl Pulse {
    /// `None`, and a word on stdout, where PulseAudio is not installed.
    fn start(home: &Home) -> Option<Self> {
        if !has("pulseaudio") || !has("parec") {
            return None;
        }
        let socket = home.path("pulse.socket");
        let sink =
            format!("module-null-sink sink_name=null rate={RATE} format=float32le channels=2");
        let protocol = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        );
        let server = Command::new("pulseaudio")
            .args([
                "-n",
                "--daemonize=no",
                "--use-pid-file=no",
                "--exit-idle-time=-1",
                "--realtime=no",
                "--log-level=error",
                "-L",
                &sink,
                "-L",
                &protocol,
            ])
            .env("HOME", home.path(""))
            .env("XDG_RUNTIME_DIR", home.path(""))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pulse = Self {
            server,
            socket: format!("unix:{}", socket.display()),
        };
        let started = Instant::now();
        while !pulse
            .client("pactl")
            .arg("info")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
        {
            assert!(started.elapsed() < HANG, "PulseAudio does not start");
        }
        Some(pulse)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PULSE_SERVER", &self.socket);
        command
    }

    /// Records what the sink plays, interleaved stereo, until `enough` says so.
    fn record(&self, enough: impl Fn(&[f32]) -> bool, meanwhile: impl FnOnce()) -> Vec<f32> {
        let mut recorder = self
            .client("parec")
            .args([
                "-d",
                "null.monitor",
                "--format=float32le",
                "--channels=2",
                "--latency-msec=20",
                &format!("--rate={RATE}"),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = recorder.stdout.take().unwrap();
        let mut samples = Vec::new();
        let mut bytes = [0; 4096];
        stdout.read_exact(&mut bytes).unwrap();
        meanwhile();
        while !enough(&samples) {
            stdout.read_exact(&mut bytes).unwrap();
            samples.extend(
                bytes
                    .chunks(4)
                    .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])),
            );
            assert!(
                samples.len() < RATE as usize * 2 * 60,
                "a minute was recorded, and not what was waited for"
            );
        }
        recorder.kill().unwrap();
        recorder.wait().unwrap();
        samples
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

#[test]
fn a_sound_server_gets_every_sample_across_a_join() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let whole = tone(1, RATE as usize * 3);
    let cut = 2 * 55_555;
    let files: Vec<PathBuf> = vec![
        home.wav("1.wav", &whole[..cut], RATE),
        home.wav("2.wav", &whole[cut..], RATE),
    ];
    let mut command = home.command(&["play"]);
    command
        .args(&files)
        .env("PULSE_SERVER", &pulse.socket)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut playing = None;
    let is_sound = |sample: &&f32| **sample != 0.0;
    let half_a_second = RATE as usize;
    let ended = |samples: &[f32]| {
        samples.iter().any(|sample| is_sound(&sample))
            && samples
                .iter()
                .rev()
                .take_while(|sample| **sample == 0.0)
                .count()
                > half_a_second
    };
    let samples = pulse.record(ended, || playing = Some(command.spawn().unwrap()));
    let ran: crate::home::Ran = playing.unwrap().wait_with_output().unwrap().into();
    ran.ended(0);
    let expected = as_floats(&whole);
    // The server itself may swallow the first milliseconds while the sink wakes: the rest must be there to the sample.
    let middle = &expected[cut - 20_000..];
    let start = samples
        .windows(64)
        .position(|window| window == &middle[..64])
        .expect("the tone before the join is in the recording");
    let heard = &samples[start..start + middle.len()];
    let wrong = heard
        .iter()
        .zip(middle)
        .position(|(heard, meant)| heard != meant);
    assert_eq!(
        wrong,
        None,
        "first sample that differs, of {} around the join at 20000",
        middle.len()
    );
}
