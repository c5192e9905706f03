//! Sticks with a real FAT32 and a real exFAT on them, through FUSE: the kernel needs to know neither.

use crate::home::{HANG, Home, RATE, has};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The least that FAT32 has clusters for; the file is sparse.
const STICK_BYTES: u64 = 64 << 20;

/// The file systems that sticks have.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// FAT32, by anybody; what brings it through FUSE knows ASCII alone.
    Fat,
    /// exFAT, by whoever may make a block device of a file.
    ExFat,
}

/// The file system while it is there.
struct Stick {
    kind: Kind,
    image: PathBuf,
    folder: PathBuf,
    device: Option<String>,
    /// Who brings it, while it is there: it writes on after the system has let it go.
    server: Option<Child>,
}

fn device_of(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|folder| folder.dev())
}

fn quietly(command: &mut Command) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Stick {
    /// A new one that is not plugged in yet; says why the test is skipped where none can be made.
    fn made(kind: Kind, home: &Home) -> Option<Self> {
        let (image, folder) = (home.path("stick.img"), home.path("stick"));
        fs::create_dir(&folder).unwrap();
        let file = fs::File::create(&image).unwrap();
        file.set_len(STICK_BYTES).unwrap();
        let (programs, mut make) = match kind {
            Kind::Fat => (["mkfs.vfat", "fusefat"], Command::new("mkfs.vfat")),
            Kind::ExFat => (
                ["mkfs.exfat", "mount.exfat-fuse"],
                Command::new("mkfs.exfat"),
            ),
        };
        if !programs.into_iter().chain(["fusermount"]).all(has) {
            return None;
        }
        if kind == Kind::Fat {
            make.args(["-F", "32"]);
        }
        assert!(quietly(make.arg(&image)), "{make:?}");
        Some(Self {
            kind,
            image,
            folder,
            device: None,
            server: None,
        })
    }

    /// Plugs it in; says that the test is skipped where that is not allowed.
    fn plug(&mut self) -> bool {
        let mount = match self.kind {
            Kind::Fat => {
                let mut mount = Command::new("fusefat");
                mount.args(["-f", "-o", "rw+"]).arg(&self.image);
                Some(mount)
            }
            Kind::ExFat => self.block_device().map(|device| {
                let mut mount = Command::new("mount.exfat-fuse");
                mount.arg("-d").arg(device);
                mount
            }),
        };
        let is_there = mount.is_some_and(|mount| self.serve(mount));
        if !is_there {
            println!("skipped: it cannot be mounted here");
        }
        is_there
    }

    /// Waits until it is there; `false`: it never will be.
    fn serve(&mut self, mut mount: Command) -> bool {
        let outside = device_of(&self.folder);
        let mount = mount.arg(&self.folder).stdin(Stdio::null());
        let mount = mount.stdout(Stdio::null()).stderr(Stdio::null());
        let server = self.server.insert(mount.spawn().unwrap());
        let began = Instant::now();
        while device_of(&self.folder) == outside {
            if server.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(began.elapsed() < HANG, "it never comes");
            std::thread::yield_now();
        }
        true
    }

    fn block_device(&mut self) -> Option<String> {
        let mut losetup = Command::new("losetup");
        let made = losetup.args(["--find", "--show"]).arg(&self.image).output();
        let made = made.ok().filter(|made| made.status.success())?;
        let device = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        self.device = Some(device.clone());
        Some(device)
    }

    fn pull(&mut self) -> bool {
        let is_out = quietly(Command::new("fusermount").arg("-u").arg(&self.folder));
        if let Some(mut server) = self.server.take() {
            if !is_out {
                server.kill().ok();
            }
            server.wait().unwrap();
        }
        if let Some(device) = self.device.take() {
            quietly(Command::new("losetup").args(["--detach", &device]));
        }
        is_out
    }

    /// Whether the system's own check finds nothing.
    fn is_sound(&self) -> bool {
        let check = match self.kind {
            Kind::Fat => "fsck.vfat",
            Kind::ExFat => "fsck.exfat",
        };
        !has(check) || quietly(Command::new(check).arg("-n").arg(&self.image))
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        self.pull();
    }
}

/// A song with these names.
fn song(home: &Home, number: usize, artist: &str, album: &str, title: &str) {
    let file = format!("{number}.wav");
    let path = home.tone(&file, number, RATE as usize / 10);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist(artist.into());
    tag.set_album(album.into());
    tag.set_title(title.into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(all_below(&entry.path())),
            false => all.push(entry.path()),
        }
    }
    all
}

/// Packs names that no such stick takes as they are, twice, and the second time all of it is known.
fn pack_twice(kind: Kind, letters: &str) {
    let home = Home::new();
    let Some(mut stick) = Stick::made(kind, &home) else {
        return;
    };
    let long = letters.repeat(60);
    song(&home, 1, "AC/DC: \"?\"", "CON", "NUL. ");
    song(&home, 2, "ac_dc_ ___", "con", "nul");
    song(&home, 3, &long, &long, "T<|>*\\");
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["playlist", "new", "Trip: 1?", "Music/1.wav", "Music/3.wav"])
        .ended(0);
    for told in [
        "Packed 3 songs = 3 copied + 0 there before + 0 failed",
        "Packed 3 songs = 0 copied + 3 there before + 0 failed",
    ] {
        if !stick.plug() {
            return;
        }
        let ran = home.run(&["pack", "--to", "stick"]).ended(0);
        assert!(ran.err.contains(told), "{}", ran.err);
        let all = all_below(&stick.folder);
        let is_song = |path: &&PathBuf| path.extension().is_some_and(|end| end == "wav");
        assert_eq!(all.iter().filter(is_song).count(), 3, "{all:?}");
        assert!(stick.pull(), "it is in use");
    }
    assert!(stick.is_sound());
}

#[test]
fn a_real_fat_takes_every_name_and_is_known_again() {
    pack_twice(Kind::Fat, "abc");
}

#[test]
fn a_real_exfat_takes_every_name_and_is_known_again() {
    pack_twice(Kind::ExFat, "Ａé🎵");
}
