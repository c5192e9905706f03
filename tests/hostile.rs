//! Folders with everything in them that can lie in a folder: the scan ends, says what it skipped and why, and its counts
//! add up.

use crate::home::{Home, RATE};
use rustix::fs::{CWD, Mode, OFlags, mkdirat, mkfifoat, openat};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The skips of an answer: what comes after the music folder, and the reason.
fn skips(home: &Home, answer: &serde_json::Value) -> Vec<(String, String)> {
    let music = format!("{}/", home.music().display());
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    answer["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| {
            (
                text(&skip["path"]).replace(&music, ""),
                text(&skip["reason"]),
            )
        })
        .collect()
}

/// Scans, checks that the counts add up, that a second scan tells the same and `ls --skipped`, too. What is new, and the skips.
fn scanned(home: &Home) -> (u64, Vec<(String, String)>) {
    let first = home.run(&["scan", "Music", "--json"]).ended(4).json();
    let count = |answer: &serde_json::Value, name: &str| answer[name].as_u64().unwrap();
    let told = skips(home, &first);
    let new = count(&first, "new");
    assert_eq!(count(&first, "seen"), new + told.len() as u64, "{first}");
    assert_eq!(count(&first, "songs"), new);
    let again = home.run(&["scan", "--json"]).ended(4).json();
    assert_eq!(count(&again, "same"), new, "{again}");
    assert_eq!(count(&again, "seen"), count(&first, "seen"), "{again}");
    assert_eq!(skips(home, &again), told);
    let listed = home.run(&["ls", "--skipped", "--json"]).ended(0).json();
    let mut listed = skips(home, &listed);
    listed.sort();
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(listed, sorted);
    (new, told)
}

fn has(skips: &[(String, String)], path: &str, reason: &str) -> bool {
    skips.iter().any(|(at, why)| at == path && why == reason)
}

const NOT_REGULAR: &str = "it is no regular file";
const LINK: &str = "a link to a folder is not followed: make its target a root";

#[test]
fn pipes_sockets_devices_and_holes_are_skipped() {
    let home = Home::new();
    home.tone("good.wav", 1, 5_000);
    let at = |name: &str| home.music().join(name);
    mkfifoat(CWD, at("pipe.mp3"), Mode::RUSR | Mode::WUSR).unwrap();
    mkfifoat(CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.flac")).unwrap();
    symlink("/dev/zero", at("device.ogg")).unwrap();
    symlink("/dev/zero", at("device")).unwrap();
    symlink("/proc/version", at("kernel.opus")).unwrap();
    for name in ["hole.mp3", "hole.flac", "hole.wav", "hole"] {
        let file = fs::File::create(at(name)).unwrap();
        file.set_len(4 << 30).unwrap();
    }
    fs::write(at("empty.m4a"), "").unwrap();
    fs::write(at("empty"), "").unwrap();
    let (new, told) = scanned(&home);
    assert_eq!((new, told.len()), (1, 8), "{told:?}");
    for name in ["pipe.mp3", "socket.flac", "device.ogg"] {
        assert!(has(&told, name, NOT_REGULAR), "{told:?}");
    }
    assert!(has(&told, "empty.m4a", "it is empty"), "{told:?}");
    assert!(has(&told, "kernel.opus", "it is empty"), "{told:?}");
}

#[test]
fn links_lead_to_files_and_never_in_circles() {
    let home = Home::new();
    home.tone("good.wav", 1, 5_000);
    home.tone("album/song.wav", 2, 5_000);
    let at = |name: &str| home.music().join(name);
    let outside = home.path("outside");
    fs::create_dir(&outside).unwrap();
    fs::rename(home.tone("x.wav", 3, 5_000), outside.join("x.wav")).unwrap();
    symlink(outside.join("x.wav"), at("from outside.wav")).unwrap();
    symlink("good.wav", at("twice.wav")).unwrap();
    symlink("good.wav", at("no extension")).unwrap();
    symlink(".", at("album/loop")).unwrap();
    symlink("..", at("album/up.mp3")).unwrap();
    symlink(&outside, at("elsewhere")).unwrap();
    symlink("b.mp3", at("a.mp3")).unwrap();
    symlink("a.mp3", at("b.mp3")).unwrap();
    symlink("nowhere", at("broken.ogg")).unwrap();
    symlink("nowhere", at("broken")).unwrap();
    symlink("nowhere", at("broken.jpg")).unwrap();
    let (new, told) = scanned(&home);
    assert_eq!((new, told.len()), (5, 6), "{told:?}");
    for name in ["album/loop", "album/up.mp3", "elsewhere"] {
        assert!(has(&told, name, LINK), "{told:?}");
    }
    for name in ["a.mp3", "b.mp3", "broken.ogg"] {
        assert!(
            told.iter()
                .any(|(at, why)| at == name && why.starts_with("it cannot be opened: ")),
            "{told:?}"
        );
    }
    // What is passed over no longer is listed no longer.
    fs::remove_file(at("album/loop")).unwrap();
    fs::remove_file(at("broken.ogg")).unwrap();
    home.run(&["scan", "Music/album"]).ended(4);
    let listed = home.run(&["ls", "--skipped", "--json"]).json();
    assert_eq!(
        skips(&home, &listed).len(),
        5,
        "only the folder that was scanned"
    );
    home.run(&["scan"]).ended(4);
    let listed = home.run(&["ls", "--skipped", "--json"]).json();
    assert_eq!(skips(&home, &listed).len(), 4);
    assert_eq!(home.run(&["stats", "--json"]).json()["skipped"], 4);
}

#[test]
fn a_link_whose_target_went_away_is_no_song_any_more() {
    let home = Home::new();
    let outside = home.path("x.wav");
    fs::rename(home.tone("x.wav", 3, 5_000), &outside).unwrap();
    home.tone("stays.wav", 1, 5_000);
    symlink(&outside, home.music().join("link.wav")).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    fs::remove_file(&outside).unwrap();
    let report = home.run(&["scan", "--json"]).ended(4).json();
    assert_eq!((&report["gone"], &report["songs"]), (&1.into(), &1.into()));
}

#[test]
fn names_of_every_kind_are_taken_and_shown_without_harm() {
    let home = Home::new();
    let plain = home.tone("plain.wav", 1, RATE as usize / 10);
    let longest = format!("{}.wav", "n".repeat(251));
    let names: [&[u8]; 8] = [
        longest.as_bytes(),
        b"caf\xe9 \xff.wav",
        b"\x1b]0;title\x07\x1b[31mred.wav",
        b"-rf.wav",
        b"--help.wav",
        b" .wav",
        "\u{202e}vaw.wav".as_bytes(),
        b"a\tb.wav",
    ];
    for name in names {
        fs::copy(&plain, home.music().join(OsStr::from_bytes(name))).unwrap();
    }
    for folder in ["x.mp3", "x.flac"] {
        fs::create_dir(home.music().join(folder)).unwrap();
        fs::copy(&plain, home.music().join(folder).join("in it.wav")).unwrap();
    }
    fs::copy(&plain, home.music().join("two\nlines.wav")).unwrap();
    fs::copy(&plain, home.music().join("\x1b[2J\nlines.wav")).unwrap();
    let (new, told) = scanned(&home);
    assert_eq!((new, told.len()), (1 + 8 + 2, 2), "{told:?}");
    for (_, why) in &told {
        assert_eq!(why, "the name has a line break or a NUL in it");
    }
    // What goes to another program holds names as they are; what goes to a person does not.
    for args in [&["scan", "-v", "--full"][..], &["stats"], &["info", "red"]] {
        let ran = home.run(args);
        let shown = format!("{}{}", ran.out, ran.err);
        let harmful = |letter: char| matches!(letter, '\x1b' | '\x07' | '\u{202e}');
        assert!(!shown.contains(harmful), "{args:?}: {shown:?}");
    }
}

/// A folder so deep that no path leads to its end; it takes itself apart, since nobody else can.
struct Deep(PathBuf);

impl Deep {
    fn new(top: PathBuf, depth: usize) -> Self {
        fs::create_dir(&top).unwrap();
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let mut folder = openat(CWD, &top, flags, Mode::empty()).unwrap();
        for _ in 1..depth {
            mkdirat(&folder, "d", Mode::RWXU).unwrap();
            folder = openat(&folder, "d", flags, Mode::empty()).unwrap();
        }
        Self(top)
    }
}

impl Drop for Deep {
    fn drop(&mut self) {
        let below = self.0.with_extension("below");
        while fs::rename(self.0.join("d"), &below).is_ok() {
            fs::remove_dir_all(&self.0).ok();
            fs::rename(&below, &self.0).ok();
        }
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn a_tree_deeper_than_any_path_is_one_skip() {
    let home = Home::new();
    home.tone("z/after.wav", 1, 5_000);
    home.tone("before.wav", 2, 5_000);
    let deep = Deep::new(home.music().join("deep"), 4_000);
    home.tone("deep/d/d/d/in it.wav", 3, 5_000);
    let (new, told) = scanned(&home);
    assert_eq!((new, told.len()), (3, 1), "{told:?}");
    let (path, why) = &told[0];
    assert!(path.starts_with("deep/d/d/d/"), "{path}");
    assert_eq!(
        why,
        "the folder cannot be read: its path is longer than the system allows"
    );
    drop(deep);
    assert!(!Path::new(&home.music().join("deep")).exists());
}

#[test]
fn an_ignore_file_that_cannot_be_obeyed_is_told() {
    let home = Home::new();
    home.tone("song.wav", 1, 5_000);
    home.tone("a/song.wav", 2, 5_000);
    fs::write(home.path("patterns"), "*.wav").unwrap();
    symlink(home.path("patterns"), home.music().join(".standinignore")).unwrap();
    fs::write(home.music().join("a/.mpdignore"), "*.wav\n".repeat(20_000)).unwrap();
    let (new, told) = scanned(&home);
    assert_eq!(new, 2);
    let told: Vec<_> = told
        .iter()
        .map(|(at, why)| format!("{at}: {why}"))
        .collect();
    assert_eq!(
        told,
        [
            ".standinignore: this ignore file is not obeyed: it is a link",
            "a/.mpdignore: this ignore file is not obeyed: it is longer than 64 KiB",
        ]
    );
}
