//! One thing wrong at a time, and what is told of it.

use super::facts::{Database, Facts};
use super::tests::{NOW_MS, polled, watched, well, wrong};
use super::{Area, State};
use crate::library::person::Agreement;
use crate::music::{Codec, Playing};

/// Does one thing to a library with which all is well.
type Spoil = fn(&mut Facts);

/// What is done to it, and where that shows: how, in which words, and in which words what to do.
const WRONG: &[(Spoil, Area, State, &str, &str)] = &[
    (
        |all| all.roots.clear(),
        Area::Folders,
        State::Attention,
        "No music folder",
        "`standin scan FOLDER`",
    ),
    (
        |all| all.roots[0].is_here = false,
        Area::Folders,
        State::Wrong,
        "is away; its 1000 songs",
        "mount it",
    ),
    (
        |all| all.roots[0].is_scanned = false,
        Area::Folders,
        State::Attention,
        "never scanned",
        "`standin scan`",
    ),
    (
        |all| all.roots[0].not_there = 20,
        Area::Folders,
        State::Attention,
        "has changed",
        "`standin scan`",
    ),
    (
        |all| all.roots[0].not_there = 21,
        Area::Folders,
        State::Attention,
        "lacks many",
        "--prune",
    ),
    (
        |all| all.index = Database::None,
        Area::Index,
        State::Attention,
        "no index",
        "`standin scan`",
    ),
    (
        |all| all.index = Database::Damaged("/x is damaged".into()),
        Area::Index,
        State::Wrong,
        "/x is damaged.",
        "--mend",
    ),
    (
        |all| all.index = Database::Unusable("cannot open /x".into()),
        Area::Index,
        State::Wrong,
        "Cannot open /x.",
        "newest standin",
    ),
    (
        |all| all.own = Database::Damaged("/x is damaged".into()),
        Area::Own,
        State::Wrong,
        "/x is damaged.",
        "--mend",
    ),
    (
        |all| all.own = Database::Unusable("no".into()),
        Area::Own,
        State::Wrong,
        "No.",
        "Let this user",
    ),
    (
        |all| all.copy = Some(Agreement::Behind),
        Area::Own,
        State::Attention,
        "is missing",
        "--mend",
    ),
    (
        |all| all.copy = Some(Agreement::Other),
        Area::Own,
        State::Attention,
        "is damaged",
        "--mend",
    ),
    (
        |all| all.set_aside.push("/d/standin.db.bad-1".into()),
        Area::Own,
        State::Attention,
        "/d/standin.db.bad-1",
        "Delete it",
    ),
    (
        |all| all.backups.newest_at_ms = None,
        Area::Backups,
        State::Attention,
        "no backup",
        "`standin backup create`",
    ),
    (
        |all| all.backups.changed_at_ms = Some(NOW_MS),
        Area::Backups,
        State::Attention,
        "3 days older",
        "`standin backup create`",
    ),
    (
        |all| all.damaged_backups.push("b.jsonl".into()),
        Area::Backups,
        State::Attention,
        "b.jsonl is damaged",
        "Delete it",
    ),
    (
        |all| all.output = Err("no device".into()),
        Area::Output,
        State::Wrong,
        "No device.",
        "`standin outputs`",
    ),
    (
        |all| all.ffmpeg_is_here = false,
        Area::Tools,
        State::Attention,
        "100 songs play only with ffmpeg, which is not here: 100 ape",
        "package ffmpeg",
    ),
    (
        |all| all.limits.watches = Some(80),
        Area::Limits,
        State::Attention,
        "Only 80 folders",
        "max_user_watches=65536",
    ),
    (
        |all| {
            watched(all, polled(&["raise it", "keep it"]));
            all.limits.watches = Some(80);
        },
        Area::Watch,
        State::Attention,
        "The watch looks at “Music” every 60 s: it is blind.",
        "`raise it` raises it, and `keep it`",
    ),
    (
        |all| all.is_watched = true,
        Area::Watch,
        State::Advice,
        "does not look after “Music”",
        "without a folder",
    ),
    (
        |all| all.limits.open_files = Some(64),
        Area::Limits,
        State::Attention,
        "Only 64 files",
        "ulimit -n",
    ),
    (
        |all| all.disks[0].free_bytes = 7_000_000,
        Area::Disk,
        State::Attention,
        "only 7 MB",
        "Make room",
    ),
    (
        |all| all.disks[0].is_writable = false,
        Area::Disk,
        State::Wrong,
        "/d cannot be written",
        "--home DIR",
    ),
    (
        |all| {
            all.music
                .by_playing
                .push((Codec::Midi, Playing::NotPlayable, 3))
        },
        Area::Music,
        State::Attention,
        "3 songs are in formats that nothing here plays: 3 midi",
        ".standinignore",
    ),
    (
        |all| all.music.ended_reader.push("/m/bomb.mp3".into()),
        Area::Music,
        State::Attention,
        "/m/bomb.mp3",
        "`standin scan --full`",
    ),
    (
        |all| {
            all.music.skipped = vec![
                ("it is empty".into(), 4),
                ("a".into(), 1),
                ("b".into(), 1),
                ("c".into(), 1),
            ]
        },
        Area::Music,
        State::Attention,
        "7 files are not in the index: 4 × it is empty, 1 × a, 1 × b, ….",
        "`standin ls --skipped`",
    ),
    (
        |all| all.music.unverified = 9,
        Area::Music,
        State::Advice,
        "Of 1000 files 9 were never verified",
        "`standin verify`",
    ),
    (
        |all| all.music.damaged = 2,
        Area::Music,
        State::Attention,
        "2 of 1000 files are damaged.",
        "lists what is damaged",
    ),
];

#[test]
fn each_thing_that_is_wrong_is_told_alone_with_what_to_do() {
    for (spoil, area, state, what, to_do) in WRONG {
        let mut facts = well();
        spoil(&mut facts);
        let found = wrong(&facts);
        let [one] = found.as_slice() else {
            panic!("{what}: {found:#?}");
        };
        assert_eq!((one.area, one.state), (*area, *state), "{what}");
        assert!(one.what.contains(what), "{what}: {}", one.what);
        let told = one.to_do.as_ref().unwrap();
        assert!(told.contains(to_do), "{to_do}: {told}");
        assert_eq!(one.is_root_away, what.starts_with("is away"));
    }
}
