//! A stick: what is on it after every way in which packing ends, and that it plays anywhere.

use crate::dice::Dice;
use crate::forgetful::{Disk, Fault, mount::mount};
use crate::home::{HANG, Home, RATE, Ran, Running, as_floats, tone};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Instant;

const FRAMES: usize = RATE as usize / 10;

/// Songs, a playlist of two of them with a hole between, and an empty folder `stick`.
fn home() -> Home {
    let home = Home::new();
    for (file, number) in [("one.wav", 1), ("two.wav", 2), ("three.wav", 3)] {
        home.tone(file, number, FRAMES);
    }
    home.run(&["scan", "Music"]).ended(0);
    let list = "#EXTM3U\nMusic/two.wav\n#EXTINF:10,Nobody - Gone\nMusic/gone.wav\nMusic/one.wav\n";
    fs::write(home.path("trip.m3u8"), list).unwrap();
    home.run(&["playlist", "new", "Trip", "trip.m3u8"]).ended(0);
    fs::create_dir(home.path("stick")).unwrap();
    home
}

/// Every file below a folder, by its path there.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    let below = entry.path().strip_prefix(folder).unwrap().to_owned();
                    files.insert(below, fs::read(entry.path()).unwrap());
                }
            }
        }
    }
    files
}

/// Whatever bears the name of a song is one, whole, and a playlist is one of these.
#[track_caller]
fn nothing_is_half(left: &BTreeMap<PathBuf, Vec<u8>>, whole: &BTreeMap<PathBuf, Vec<u8>>) -> usize {
    let of_music = left
        .iter()
        .filter(|(path, _)| path.starts_with("Music") || path.starts_with("Playlists"));
    for (path, bytes) in of_music.clone() {
        assert!(whole.get(path) == Some(bytes), "{} is half", path.display());
    }
    of_music.count()
}

#[test]
fn a_stick_plays_where_neither_program_nor_music_are() {
    let home = home();
    let ran = home
        .run(&["pack", "--to", "stick", "--with-player"])
        .ended(0);
    assert_eq!(ran.out, "Trip\t3\t1\tpacked\n");
    assert!(
        ran.err
            .contains("Packed 3 songs = 3 copied + 0 there before + 0 failed"),
        "{}",
        ran.err
    );
    fs::rename(home.music(), home.path("elsewhere")).unwrap();
    fs::rename(home.path("stick"), home.path("carried")).unwrap();
    fs::rename(home.path("home"), home.path("another")).unwrap();
    let program = home.path("carried/standin");
    let play = |args: &[&str]| -> Ran {
        let mut command = Command::new("sh");
        command.arg(home.path("carried/play.sh")).args(args);
        command
            .current_dir(home.path(""))
            .env("XDG_RUNTIME_DIR", home.path(""));
        command
            .env("HOME", home.path(""))
            .env("STANDIN_REPLAYGAIN", "off");
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        command.output().unwrap().into()
    };
    play(&["now", "--output", "wav:all.wav"]).ended(0);
    let all = home.read_wav(&home.path("all.wav")).0;
    assert_eq!(all.len(), tone(1, 3 * FRAMES).len());
    let songs = [tone(2, FRAMES), tone(1, FRAMES)].concat();
    for mode in [0o755, 0o644] {
        // FAT is often mounted so that nothing runs from it.
        fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
        play(&["play", "Trip", "--output", "wav:out.wav"]).ended(4);
        assert_eq!(home.read_wav(&home.path("out.wav")).0, as_floats(&songs));
    }
    let libraries = fs::read_dir(home.path("carried/lib")).unwrap();
    let names = libraries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.collect();
    assert!(names.contains("libasound.so.2"), "{names:?}");
    assert!(
        !home.path("home").exists(),
        "nothing is left on the machine"
    );
}

#[test]
fn another_player_finds_the_songs_of_a_packed_playlist() {
    let home = home();
    home.run(&["pack", "--to", "stick", "trip"]).ended(0);
    let list = fs::read_to_string(home.path("stick/Playlists/Trip.m3u8")).unwrap();
    let paths: Vec<_> = list.lines().filter(|line| !line.starts_with('#')).collect();
    let bytes = |path: &&str| fs::read(home.path("stick/Playlists").join(path)).unwrap();
    let packed: Vec<_> = paths.iter().map(bytes).collect();
    let own = ["two.wav", "one.wav"].map(|file| fs::read(home.music().join(file)).unwrap());
    assert_eq!(packed, own);
    assert!(list.contains("#EXTINF:10,Nobody - Gone"), "{list}");
}

#[test]
fn a_playlist_that_does_not_fit_is_left_out_and_named() {
    let home = home();
    let one = fs::metadata(home.music().join("one.wav")).unwrap().len();
    let size = format!("{}B", one + 12_000);
    let args = ["pack", "--to", "stick", "--size", &size];
    let told = home.run(&args).ended(0);
    assert_eq!(told.out, "Trip\t3\t1\tleft-out\n");
    assert!(told.err.contains("Packed 1 song ="), "{}", told.err);
    let asked_for = home
        .run(&[&args[..], &["Trip", "--json"]].concat())
        .ended(4)
        .json();
    assert_eq!(asked_for["playlists"][0]["state"], "left-out");
    assert!(asked_for["bytes"].as_u64() <= asked_for["size_bytes"].as_u64());
}

#[test]
fn nothing_is_half_whenever_the_power_goes_and_it_goes_on() {
    let home = home();
    home.run(&["pack", "--to", "stick"]).ended(0);
    let whole = files_in(&home.path("stick"));
    let empty = BTreeMap::new();
    let pack = |files: &BTreeMap<PathBuf, Vec<u8>>, fault: Fault, seed: u64| {
        let disk = Arc::new(Mutex::new(Disk::with(files, fault, Dice(seed))));
        fs::create_dir_all(home.path("disk")).unwrap();
        let session = mount(&disk, &home.path("disk"))?;
        let ran = home.run(&["pack", "--to", "disk"]);
        drop(session);
        let mut disk = disk.lock().unwrap();
        if matches!(fault, Fault::Cut(_)) && disk.has_power() {
            disk.cut();
        }
        Some((ran, disk.left(), disk.changes))
    };
    let Some((ran, left, changes)) = pack(&empty, Fault::None, 0) else {
        return;
    };
    ran.ended(0);
    let songs = nothing_is_half(&left, &whole);
    let mut dice = Dice(7);
    for number in 0..6 {
        let at = 1 + dice.below(changes + 2);
        for fault in [Fault::Cut(at), Fault::Once(at)] {
            let (ran, left, _) = pack(&empty, fault, number).unwrap();
            let there = nothing_is_half(&left, &whole);
            if ran.code == Some(0) {
                assert_eq!(there, songs, "{fault:?}: it was acknowledged");
            } else {
                assert!(matches!(ran.code, Some(1 | 4)), "{fault:?}: {ran:?}");
                assert_eq!(
                    crate::messages::fault(&last_of(&ran)),
                    None,
                    "{fault:?}: {}",
                    ran.err
                );
            }
            let (ran, left, _) = pack(&left, Fault::None, 0).unwrap();
            ran.ended(0);
            assert_eq!(
                nothing_is_half(&left, &whole),
                songs,
                "{fault:?}: it does not go on"
            );
        }
    }
}

/// What was said at last: the error.
fn last_of(ran: &Ran) -> String {
    let at = ran.err.rfind("standin: ").unwrap_or(0);
    ran.err[at..].to_owned()
}

#[test]
fn a_pack_that_is_killed_goes_on_and_leaves_nothing_half() {
    let home = home();
    for number in 4..30 {
        home.tone(&format!("{number}.wav"), number, RATE as usize);
    }
    home.run(&["scan"]).ended(0);
    let mut running: Running = home.start(&["pack", "--to", "stick"]);
    let list = home.path("stick/standin-pack.jsonl");
    let began = Instant::now();
    // Once some songs are there.
    while fs::read_to_string(&list).map_or(0, |list| list.lines().count()) < 8 {
        assert!(began.elapsed() < HANG);
        std::thread::yield_now();
    }
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    let own: BTreeSet<_> = files_in(&home.music()).into_values().collect();
    let left = files_in(&home.path("stick"));
    for (path, bytes) in left.iter().filter(|(path, _)| path.starts_with("Music")) {
        assert!(own.contains(bytes), "{} is half", path.display());
    }
    let answer = home
        .run(&["pack", "--to", "stick", "--json"])
        .ended(0)
        .json();
    assert_eq!(answer["songs"], 29);
    assert!(answer["there"].as_u64() >= Some(1), "{answer}");
    let packed = files_in(&home.path("stick")).into_iter();
    let packed: BTreeSet<_> = packed
        .filter_map(|(path, bytes)| path.starts_with("Music").then_some(bytes))
        .collect();
    assert!(packed == own);
    assert!(!home.path("stick/standin-pack.part").exists());
}

/// Packs onto a disk that is made by this command of a shell; `None`, and a word, where none can be.
fn pack_onto(make: &str, home: &Home, args: &[&str]) -> Option<Ran> {
    let program = home.command(&[&["pack", "--to", "stick"], args].concat());
    let script = format!(
        "{make} || exit 99
         \"$@\"; code=$?
         mkdir kept && cp -r stick/. kept && umount stick
         exit $code"
    );
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", &script, "sh"]);
    shell.arg(program.get_program()).args(program.get_args());
    shell
        .current_dir(home.path(""))
        .env("XDG_RUNTIME_DIR", home.path(""));
    let ran: Ran = match shell.output() {
        Ok(output) => output.into(),
        Err(error) => {
            println!("skipped: unshare cannot be run: {error}");
            return None;
        }
    };
    if ran.code == Some(99) || ran.err.starts_with("unshare:") {
        println!("skipped: no such disk can be mounted here: {}", ran.err);
        return None;
    }
    Some(ran)
}

#[test]
fn a_disk_that_fills_up_is_told_and_what_is_on_it_is_whole() {
    let home = home();
    home.run(&["pack", "--to", "stick"]).ended(0);
    let whole = files_in(&home.path("stick"));
    fs::remove_dir_all(home.path("stick")).unwrap();
    fs::create_dir(home.path("stick")).unwrap();
    // Room enough, and no names for more files: what is free tells nothing of that.
    let disk = "mount -t tmpfs -o size=8m,nr_inodes=8 none stick";
    let Some(ran) = pack_onto(disk, &home, &[]) else {
        return;
    };
    let ran = ran.ended(1);
    assert!(ran.err.contains(" is full."), "{}", ran.err);
    assert_eq!(crate::messages::fault(&last_of(&ran)), None, "{}", ran.err);
    let kept = files_in(&home.path("kept"));
    assert!(nothing_is_half(&kept, &whole) >= 1, "{kept:?}");
}

#[test]
fn names_that_fat_does_not_take_are_none_on_a_stick() {
    let home = Home::new();
    for (number, name) in ["CON.wav", "what?.wav", "dot. .wav", "A.wav", "a.wav"]
        .iter()
        .enumerate()
    {
        home.tone(name, number + 1, FRAMES);
    }
    home.run(&["scan", "Music"]).ended(0);
    fs::create_dir(home.path("stick")).unwrap();
    let disk = "mkfs.vfat -C disk.img 65536 >&2 && mount -t vfat -o loop disk.img stick";
    let ran = match pack_onto(disk, &home, &[]) {
        Some(ran) => ran,
        None => home.run(&["pack", "--to", "stick"]),
    };
    ran.ended(0);
    let folder = match home.path("kept").exists() {
        true => home.path("kept"),
        false => home.path("stick"),
    };
    let packed = files_in(&folder);
    let names = packed.keys().filter(|path| path.starts_with("Music"));
    let folded: BTreeSet<String> = names
        .map(|path| path.to_str().unwrap().to_lowercase())
        .collect();
    assert_eq!(folded.len(), 5, "{folded:?}");
    for name in &folded {
        let file = name.rsplit('/').next().unwrap();
        let stem = file.strip_suffix(".wav").unwrap();
        assert!(
            !name.contains(['?', ':', '*']) && stem != "con" && !stem.ends_with(['.', ' ']),
            "{name}"
        );
    }
}

#[test]
fn a_stick_that_is_packed_anew_for_less_gives_room_again() {
    let home = home();
    home.run(&["pack", "--to", "stick"]).ended(0);
    let answer = home
        .run(&["pack", "--to", "stick", "Trip", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&answer["songs"], &answer["there"], &answer["removed"]),
        (&2.into(), &2.into(), &1.into())
    );
    assert_eq!(files_in(&home.path("stick/Music")).len(), 2);
    let before = files_in(&home.path("stick"));
    let dry = home
        .run(&["pack", "--to", "stick", "--dry-run", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&dry["songs"], &dry["there"], &dry["left"]),
        (&3.into(), &2.into(), &1.into())
    );
    assert!(files_in(&home.path("stick")) == before);
}

#[test]
fn a_size_that_is_a_slip_takes_nothing_away() {
    let home = home();
    home.run(&["pack", "--to", "stick"]).ended(0);
    let before = files_in(&home.path("stick"));
    for size in ["1kB", "5"] {
        home.run(&["pack", "--to", "stick", "--size", size])
            .ended(2);
        assert_eq!(files_in(&home.path("stick")), before, "{size}");
    }
}
