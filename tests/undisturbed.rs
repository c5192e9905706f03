//! A scan at full speed takes nothing from the music: it gives way, no underrun is counted, and every frame is heard.

use crate::devices::{places, ramp_of};
use crate::home::{Home, RATE, Running};
use crate::pulse::Pulse;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

const SECONDS: usize = 4;
/// Scans at once: more than most machines can do beside music.
const SCANS_AT_ONCE: usize = 4;
const FILES: usize = 300;

/// What a silent sink's monitor lacks at most where the sound begins.
const MONITOR_LOSES: usize = RATE as usize / 20;

/// First scans, one after another, until there is no more music; how many were whole.
fn scan_until(is_over: &AtomicBool) -> u64 {
    let home = Home::new();
    for number in 0..FILES {
        home.tone(&format!("{number}.wav"), number, 64);
    }
    let mut scans = 0;
    while !is_over.load(Relaxed) {
        let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
        assert_eq!(report["new"], FILES);
        std::fs::remove_dir_all(home.path("home")).unwrap();
        scans += 1;
    }
    scans
}

#[test]
fn scans_at_full_speed_leave_the_music_whole() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp_of(&home, SECONDS);
    let (is_over, mut recording) = (AtomicBool::new(false), pulse.record("null"));
    let (ran, scans) = std::thread::scope(|scope| {
        let scans: Vec<_> = (0..SCANS_AT_ONCE)
            .map(|_| scope.spawn(|| scan_until(&is_over)))
            .collect();
        let mut command = home.command(&["play", "--verbose"]);
        command
            .arg(&song)
            .env("PULSE_SERVER", &pulse.socket)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let playing = Running::of(command);
        recording.sound(1);
        recording.silence(RATE as usize / 2);
        let ran = playing.end();
        is_over.store(true, Relaxed);
        let scans = scans.into_iter().map(|scans| scans.join().unwrap());
        (ran, scans.collect::<Vec<u64>>())
    });
    let ran = ran.ended(0);
    println!("{scans:?} scans meanwhile");
    assert!(scans.iter().all(|scans| *scans > 0));
    assert!(
        ran.err
            .contains("0 underruns of the ring, 0 of the sound server."),
        "{ran:?}"
    );
    let heard = places(&recording.samples);
    let (began, first) = heard[0];
    let gap = heard.iter().find(|(at, place)| at - began != place - first);
    assert_eq!(gap, None, "the first frame that is not where it belongs");
    assert!(first <= MONITOR_LOSES, "it begins with frame {first}");
    assert_eq!(heard.last().unwrap().1, SECONDS * RATE as usize - 2);
}

/// `nice` of each thread of a process, and of the processes that it has started.
pub fn niceness(process: u32) -> Vec<i64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let mut all = Vec::new();
    for task in tasks.map(|task| task.unwrap().path()) {
        let stat = std::fs::read_to_string(task.join("stat")).unwrap_or_default();
        // Behind the name in brackets: state is field 3, nice field 19.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        all.extend(
            fields
                .split_whitespace()
                .nth(16)
                .map(|nice| nice.parse::<i64>().unwrap()),
        );
        let children = std::fs::read_to_string(task.join("children")).unwrap_or_default();
        let children = children.split_whitespace();
        all.extend(children.flat_map(|child| niceness(child.parse().unwrap())));
    }
    all
}
