//! The seeds of `fuzz/`, replayed without a fuzzer: what once was found stays found.

use std::path::Path;

/// What a target does with the bytes.
type Run = fn(&[u8]);

/// Every target of `fuzz/fuzz_targets`: its name, and what it does.
const TARGETS: &[(&str, Run)] = &[
    ("playlist", |bytes| {
        let _ = standin::wanted::read_playlist(bytes);
    }),
    ("cue", |bytes| {
        let _ = standin::wanted::cue::parse(bytes);
    }),
];

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

#[test]
fn no_seed_makes_a_reader_panic() {
    for (target, run) in TARGETS {
        let seeds = names(&format!("corpus/{target}"));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for seed in seeds {
            let file = fuzz().join("corpus").join(target).join(&seed);
            println!("{}", file.display());
            run(&std::fs::read(&file).unwrap());
        }
    }
}

#[test]
fn no_seed_with_a_byte_changed_or_cut_makes_a_reader_panic() {
    for (target, run) in TARGETS {
        for seed in names(&format!("corpus/{target}")) {
            let file = fuzz().join("corpus").join(target).join(&seed);
            println!("{}", file.display());
            let mut bytes = std::fs::read(&file).unwrap();
            for at in 0..bytes.len() {
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
fn every_target_is_replayed() {
    let mut known: Vec<String> = TARGETS
        .iter()
        .map(|(name, _)| format!("{name}.rs"))
        .collect();
    known.sort();
    assert_eq!(names("fuzz_targets"), known);
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for (target, _) in TARGETS {
        let line = format!("path = \"fuzz_targets/{target}.rs\"");
        assert!(manifest.contains(&line), "{target} is in no [[bin]]");
    }
}
