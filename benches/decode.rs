//! Decoding alone, in one process: how fast, how many frames, which samples, and what is said of a damaged file.
//!
//! `cargo bench --bench decode -- FILE…` prints, for each file, how many times faster than real time it is decoded by one
//! second of CPU. `-- --each` takes paths from stdin, each ended by a zero byte, and prints a line a file for
//! scripts, tabs between the fields: path, rate, channels, frames, frames told by the head, SHA-256 of the
//! samples as 32-bit integers, milliseconds, resident KiB, what was wrong. It asserts nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use rustix::time::{ClockId, clock_gettime};
use sha2::{Digest, Sha256};
use standin::engine::Music;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Instant;

fn main() {
    let arguments: Vec<_> = std::env::args_os()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    match arguments.as_slice() {
        [] => println!("Decoding was not measured: name audio files"),
        [each] if each == "--each" => tell_each(),
        files => files.iter().for_each(|file| time(Path::new(file))),
    }
}

fn time(file: &Path) {
    let began = cpu_seconds();
    match decode(file) {
        Ok(told) => {
            let cpu = cpu_seconds() - began;
            let music = told.frames as f64 / f64::from(told.rate);
            println!("{:7.0}  {}", music / cpu, file.display());
        }
        Err(error) => println!("      -  {error}"),
    }
}

fn cpu_seconds() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec as f64 + used.tv_nsec as f64 * 1e-9
}

#[derive(Default)]
struct Told {
    rate: u32,
    frames: u64,
}

/// The samples are thrown away, as the peers do.
fn decode(file: &Path) -> Result<Told, standin::engine::DecodeError> {
    let mut music = Music::open(file)?;
    let (rate, channels) = (music.rate(), music.channels());
    let mut samples = 0;
    while let Some(block) = music.next_block()? {
        samples += std::hint::black_box(block).len();
    }
    let frames = (samples / channels) as u64;
    Ok(Told { rate, frames })
}

fn tell_each() {
    let mut paths = Vec::new();
    std::io::stdin().read_to_end(&mut paths).unwrap();
    let mut out = std::io::stdout().lock();
    for path in paths
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
    {
        out.write_all(path).unwrap();
        writeln!(out, "\t{}", tell(Path::new(OsStr::from_bytes(path)))).unwrap();
        out.flush().unwrap();
    }
}

fn tell(file: &Path) -> String {
    let began = Instant::now();
    let mut fields = [const { String::new() }; 4];
    let (mut samples, mut hash) = (0_u64, Sha256::new());
    let mut wrong = Vec::new();
    match Music::open(file) {
        Err(error) => wrong.push(error.to_string()),
        Ok(mut music) => {
            loop {
                match music.next_block() {
                    Ok(Some(block)) => {
                        samples += block.len() as u64;
                        add(&mut hash, block);
                    }
                    Ok(None) => break,
                    Err(error) => {
                        wrong.push(error.to_string());
                        break;
                    }
                }
            }
            wrong.extend(
                music
                    .take_damage()
                    .map(|damage| format!("stepped over: {damage}")),
            );
            let told = music
                .length_frames()
                .map_or(String::new(), |told| told.to_string());
            fields = [
                music.rate().to_string(),
                music.channels().to_string(),
                (samples / music.channels() as u64).to_string(),
                told,
            ];
        }
    }
    let wrong = wrong.join("; ").replace(char::is_control, " ");
    format!(
        "{}\t{:x}\t{}\t{}\t{wrong}",
        fields.join("\t"),
        hash.finalize(),
        began.elapsed().as_millis(),
        resident_kib()
    )
}

/// As FFmpeg's `-c:a pcm_s32le -f hash` has them: 32-bit integers, left-aligned.
fn add(hash: &mut Sha256, samples: &[f32]) {
    let whole = |sample: &f32| (f64::from(*sample) * 2_147_483_648.0) as i32;
    let bytes: Vec<u8> = samples
        .iter()
        .flat_map(|sample| whole(sample).to_le_bytes())
        .collect();
    hash.update(&bytes);
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
