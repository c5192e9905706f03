//! The seeds of `fuzz/`, replayed without a fuzzer: what once was found stays found.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use crate::dice::Dice;
use std::collections::BTreeSet;
use std::path::Path;
use targets::TARGETS;

/// Places of one seed that are changed.
const MOST_PLACES: usize = 300;
/// Places of one seed of the targets that write files for each run, or ask a desk or a socket.
const MOST_PLACES_OF_FILES: usize = 8;
/// The targets that do.
const OF_FILES: &[&str] = &[
    "backup",
    "decisions",
    "decode",
    "ignore",
    "picture",
    "probe",
    "queue",
    "tags",
];
/// Walks of a queue, and the choices of each.
const WALKS: u64 = 40;
const CHOICES: usize = 400;

fn fuzz() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz"))
}

/// The names in a folder, sorted.
fn names(folder: &str) -> Vec<String> {
    let folder = fuzz().join(folder);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The bytes of each seed of a target; the one that fails is the last that was printed.
fn seeds(target: &str) -> impl Iterator<Item = Vec<u8>> {
    let seeds = names(&format!("corpus/{target}"));
    assert!(!seeds.is_empty(), "{target} has no seeds");
    let folder = fuzz().join("corpus").join(target);
    seeds.into_iter().map(move |seed| {
        println!("{}", folder.join(&seed).display());
        std::fs::read(folder.join(seed)).unwrap()
    })
}

#[test]
fn no_seed_makes_a_reader_panic() {
    for (target, run) in TARGETS {
        for bytes in seeds(target) {
            run(&bytes);
        }
    }
}

#[test]
fn no_seed_with_a_byte_changed_or_cut_makes_a_reader_panic() {
    for (target, run) in TARGETS {
        let most = match OF_FILES.contains(target) {
            true => MOST_PLACES_OF_FILES,
            false => MOST_PLACES,
        };
        for mut bytes in seeds(target) {
            for at in (0..bytes.len()).step_by(bytes.len().div_ceil(most).max(1)) {
                run(&bytes[..at]);
                let was = bytes[at];
                for byte in [0, b'"', b'<', b'9', b'\n', 0xff] {
                    bytes[at] = byte;
                    run(&bytes);
                }
                bytes[at] = was;
            }
        }
    }
}

#[test]
fn a_panic_of_ours_that_was_caught_is_told() {
    let caught = || {
        let _ = std::panic::catch_unwind(|| panic!("a slip"));
    };
    let told = std::panic::catch_unwind(|| targets::told(caught));
    let told = *told.unwrap_err().downcast::<String>().unwrap();
    assert!(told.contains("a slip"), "{told}");
    targets::told(|| {});
}

#[test]
fn every_target_is_replayed() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known.len(), TARGETS.len());
    let with_line: BTreeSet<String> = names("fuzz_targets")
        .iter()
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    assert_eq!(with_line, known);
    let with_seeds: BTreeSet<String> = names("corpus").into_iter().collect();
    assert_eq!(with_seeds, known);
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for target in &known {
        let line = format!("path = \"fuzz_targets/{target}.rs\"");
        assert!(manifest.contains(&line), "{target} is in no [[bin]]");
        let main = fuzz().join(format!("fuzz_targets/{target}.rs"));
        let main = std::fs::read_to_string(main).unwrap();
        assert!(main.contains(&format!("standin_fuzz::{target}(bytes)")));
    }
}

#[test]
fn a_queue_does_what_a_list_does_wherever_edits_lead() {
    for seed in 0..WALKS {
        println!("seed {seed}");
        let mut dice = Dice(seed);
        let choices: Vec<u8> = (0..CHOICES).map(|_| dice.below(256) as u8).collect();
        targets::queue(&choices);
    }
}
