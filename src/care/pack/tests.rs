//! A library, a folder that is a stick, and what of the one is in the other after each run.

use super::*;
use crate::library::person::{Ban, Listening};
use crate::library::scan::ScanOptions;
use crate::library::scan::tests::write_wav;
use crate::music::{Rating, Wanted};
use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::Ordering::Relaxed;

struct Shelf {
    folder: tempfile::TempDir,
    library: Library,
}

impl Shelf {
    fn new(files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        for name in ["Music", "stick"] {
            fs::create_dir(place(name)).unwrap();
        }
        let shelf = Self {
            library: Library::new(&place("data"), &place("cache"), ReadIn::ThisProcess),
            folder,
        };
        for (number, file) in (1..).zip(files) {
            let path = shelf.music().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            write_wav(&path, number);
        }
        shelf.scan();
        shelf
    }

    fn music(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("Music")
    }

    fn stick(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("stick")
    }

    fn scan(&self) {
        let roots = self.library.roots_to_scan(&[self.music()], None, false);
        let stop = AtomicBool::new(false);
        let scanned = self
            .library
            .scan(&roots.unwrap(), ScanOptions::default(), &|_| (), &stop);
        scanned.unwrap();
    }

    fn list(&self, name: &str, files: &[&str]) {
        let song = |file: &&str| match self.library.owned_file(&self.music().join(file)) {
            Ok(file) => file.whole.wanted(),
            Err(_) => Wanted {
                title: (*file).to_owned(),
                artists: vec!["Nobody".to_owned()],
                ..Wanted::default()
            },
        };
        let rows: Vec<_> = files.iter().map(song).collect();
        self.library.person().unwrap().create(name, &rows).unwrap();
    }

    fn pack(&self, options: &PackOptions) -> PackReport {
        self.pack_until(options, &AtomicBool::new(false), &|_| ())
    }

    fn pack_until(
        &self,
        options: &PackOptions,
        stop: &AtomicBool,
        progress: &dyn Fn(PackProgress),
    ) -> PackReport {
        let report = pack(&self.library, &self.stick(), options, progress, stop).unwrap();
        let parts = report.copied + report.there + report.failed.len() + report.left;
        assert_eq!(report.songs, parts, "{report:?}");
        assert!(report.bytes <= report.size, "{report:?}");
        report
    }

    /// Every file on the stick but the list of them.
    fn there(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut folders = vec![self.stick()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    let below = path.strip_prefix(self.stick()).unwrap();
                    all.insert(below.to_str().unwrap().to_owned());
                }
            }
        }
        all.remove(ledger::FILE);
        all
    }
}

fn all() -> PackOptions {
    PackOptions::default()
}

fn of(name: &str) -> PackOptions {
    PackOptions {
        playlists: vec![name.to_owned()],
        ..PackOptions::default()
    }
}

fn numbers(report: &PackReport) -> [usize; 5] {
    let failed = report.failed.len();
    [
        report.songs,
        report.copied,
        report.there,
        failed,
        report.removed,
    ]
}

#[test]
fn what_is_there_whole_is_not_written_again_and_what_is_damaged_is() {
    let shelf = Shelf::new(&["a.wav", "b.wav", "c.wav"]);
    shelf.list("Trip", &["a.wav", "no such song", "b.wav", "a.wav"]);
    let report = shelf.pack(&of("trip"));
    assert_eq!(numbers(&report), [2, 2, 0, 0, 0]);
    assert_eq!((report.lists[0].rows, report.lists[0].missing), (4, 1));
    let there = shelf.there();
    assert_eq!(there.len(), 3, "{there:?}");
    let list = fs::read_to_string(shelf.stick().join("Playlists/Trip.m3u8")).unwrap();
    let rows: Vec<_> = list
        .lines()
        .filter(|line| !line.starts_with("#E"))
        .collect();
    assert_eq!(rows[0], "#PLAYLIST:Trip");
    assert_eq!(
        (rows[1], rows[2]),
        (rows[4], "# no file is known for this row")
    );
    assert!(
        rows[1].starts_with("../Music/") && shelf.stick().join("Playlists").join(rows[1]).is_file()
    );
    assert_eq!(numbers(&shelf.pack(&of("Trip"))), [2, 0, 2, 0, 0]);
    // As long as before, and other sound.
    let song = shelf.stick().join("Playlists").join(rows[1]);
    let mut bytes = fs::read(&song).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&song, bytes).unwrap();
    assert_eq!(numbers(&shelf.pack(&of("Trip"))), [2, 1, 1, 0, 0]);
    assert_eq!(
        fs::read(&song).unwrap(),
        fs::read(shelf.music().join("a.wav")).unwrap()
    );
}

#[test]
fn only_what_a_pack_has_written_goes_and_only_as_it_wrote_it() {
    let shelf = Shelf::new(&["a.wav", "b.wav", "c.wav"]);
    shelf.list("One", &["a.wav", "b.wav"]);
    shelf.list("Two", &["c.wav"]);
    shelf.pack(&of("One"));
    let packed = shelf.there();
    let changed = packed.iter().find(|path| path.ends_with("a.wav")).unwrap();
    fs::write(shelf.stick().join(changed), "mine now").unwrap();
    fs::write(shelf.stick().join("Music/mine.wav"), "mine").unwrap();
    let report = shelf.pack(&of("One"));
    // Somebody has made it their own: the song comes beside it.
    assert_eq!(numbers(&report), [2, 1, 1, 0, 0]);
    assert_eq!(report.kept, std::slice::from_ref(changed));
    assert_eq!(numbers(&shelf.pack(&of("One"))), [2, 0, 2, 0, 0]);
    assert_eq!(fs::read(shelf.stick().join(changed)).unwrap(), b"mine now");
    let report = shelf.pack(&of("Two"));
    assert_eq!(report.removed, 3);
    let there = shelf.there();
    assert!(
        there.contains("Music/mine.wav") && there.contains(changed),
        "{there:?}"
    );
    assert!(
        !there.iter().any(|path| path.ends_with("b.wav")),
        "{there:?}"
    );
    assert!(!there.contains("Playlists/One.m3u8"));
}

#[test]
fn while_a_folder_is_away_nothing_of_it_goes() {
    let shelf = Shelf::new(&["a.wav", "b.wav"]);
    shelf.list("One", &["a.wav", "b.wav"]);
    shelf.pack(&all());
    let there = shelf.there();
    fs::rename(shelf.music(), shelf.folder.path().join("elsewhere")).unwrap();
    let report = shelf.pack(&all());
    assert_eq!((report.songs, report.removed), (0, 0));
    assert!(report.away > 0);
    let list = fs::read_to_string(shelf.stick().join("Playlists/One.m3u8")).unwrap();
    assert_eq!(list.matches("../Music/").count(), 2, "{list}");
    let songs = |all: &BTreeSet<String>| all.iter().filter(|path| path.ends_with(".wav")).count();
    assert_eq!(songs(&shelf.there()), songs(&there));
}

#[test]
fn a_pack_that_was_stopped_goes_on() {
    let shelf = Shelf::new(&["a.wav", "b.wav", "c.wav"]);
    let stop = AtomicBool::new(false);
    let report = shelf.pack_until(&all(), &stop, &|_| stop.store(true, Relaxed));
    assert!(report.stopped && report.left > 0, "{report:?}");
    let there = shelf.there();
    assert!(!there.contains(stick::PART), "{there:?}");
    let before = report.copied;
    assert_eq!(numbers(&shelf.pack(&all())), [3, 3 - before, before, 0, 0]);
}

#[test]
fn a_rehearsal_writes_nothing() {
    let shelf = Shelf::new(&["a.wav"]);
    shelf.list("One", &["a.wav"]);
    let options = PackOptions {
        dry_run: true,
        ..all()
    };
    let report = shelf.pack(&options);
    assert_eq!((report.left, report.copied), (1, 0));
    assert_eq!(report.lists[0].state, ListState::Packed);
    assert!(fs::read_dir(shelf.stick()).unwrap().next().is_none());
}

#[test]
fn what_is_valued_most_comes_and_what_is_banned_does_not() {
    let shelf = Shelf::new(&["a.wav", "b.wav", "c.wav"]);
    let song = |file: &str| {
        let file = shelf.library.owned_file(&shelf.music().join(file));
        file.unwrap().whole.wanted()
    };
    let bytes = fs::metadata(shelf.music().join("a.wav")).unwrap().len();
    let options = PackOptions {
        size: Some(bytes + (12 << 10)),
        ..all()
    };
    let packed = || {
        assert_eq!(shelf.pack(&options).songs, 1);
        let there = shelf.there();
        assert_eq!(there.len(), 1, "{there:?}");
        let path = there.into_iter().next().unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    };
    let mut person = shelf.library.person().unwrap();
    person
        .rate(&[song("b.wav")], Some(Rating::from_halves(6)))
        .unwrap();
    assert_eq!(packed(), "b.wav");
    person
        .rate(&[song("c.wav")], Some(Rating::from_halves(10)))
        .unwrap();
    assert_eq!(packed(), "c.wav");
    let listening = Listening {
        at_ms: 1,
        song: song("a.wav"),
        to_the_end: true,
        origin: None,
    };
    person.hear(&[listening]).unwrap();
    assert_eq!(packed(), "c.wav", "once is not much");
    person
        .ban(&[Ban::said(crate::wanted::Banned::Song(song("c.wav")))])
        .unwrap();
    assert_eq!(packed(), "b.wav");
}

#[test]
fn music_folders_are_never_written_into() {
    let shelf = Shelf::new(&["a/a.wav"]);
    let stop = AtomicBool::new(false);
    for to in [
        shelf.music(),
        shelf.music().join("a"),
        shelf.folder.path().to_owned(),
    ] {
        let packed = pack(&shelf.library, &to, &all(), &|_| (), &stop);
        assert!(matches!(packed, Err(PackError::IsMusic { .. })), "{to:?}");
    }
    let nowhere = shelf.folder.path().join("nowhere");
    let packed = pack(&shelf.library, &nowhere, &all(), &|_| (), &stop);
    assert!(matches!(packed, Err(PackError::NoFolder { .. })));
    assert!(!nowhere.exists());
}

#[test]
fn a_link_on_the_stick_leads_nowhere() {
    let shelf = Shelf::new(&["a.wav"]);
    std::os::unix::fs::symlink(shelf.music(), shelf.stick().join("Music")).unwrap();
    let before = fs::read_dir(shelf.music()).unwrap().count();
    let report = shelf.pack(&all());
    assert_eq!((report.copied, report.failed.len()), (0, 1), "{report:?}");
    assert_eq!(fs::read_dir(shelf.music()).unwrap().count(), before);
}

#[test]
fn what_others_have_in_a_songs_place_stays() {
    let shelf = Shelf::new(&["a.wav"]);
    shelf.pack(&all());
    let path = shelf.there().into_iter().next().unwrap();
    fs::remove_file(shelf.stick().join(ledger::FILE)).unwrap();
    fs::write(shelf.stick().join(&path), "mine").unwrap();
    assert_eq!(numbers(&shelf.pack(&all())), [1, 1, 0, 0, 0]);
    assert_eq!(fs::read(shelf.stick().join(&path)).unwrap(), b"mine");
    assert_eq!(shelf.there().len(), 2);
}

#[test]
fn the_home_on_the_stick_plays_wherever_the_stick_is() {
    let shelf = Shelf::new(&["a.wav", "b.wav"]);
    shelf.list("Trip", &["b.wav", "gone", "a.wav"]);
    let options = PackOptions {
        player: Some(ReadIn::ThisProcess),
        ..all()
    };
    let report = shelf.pack(&options);
    assert!(report.player && report.ended.is_none(), "{report:?}");
    let elsewhere = shelf
        .folder
        .path()
        .canonicalize()
        .unwrap()
        .join("elsewhere");
    fs::rename(shelf.stick(), &elsewhere).unwrap();
    fs::rename(shelf.music(), shelf.folder.path().join("away")).unwrap();
    let home = elsewhere.join("home");
    let there = Library::new(&home.join("data"), &home.join("cache"), ReadIn::ThisProcess);
    let choice = there.resolved_playlist("Trip").unwrap();
    let words: Vec<_> = choice
        .rows
        .iter()
        .map(|(_, verdict)| verdict.word())
        .collect();
    assert_eq!(words, ["exact", "missing", "exact"]);
    for song in choice.songs() {
        assert!(song.place.file().starts_with(elsewhere.join("Music")));
        assert!(song.place.file().is_file());
    }
    assert_eq!(there.all_here_by_album().unwrap().0.len(), 2);
    // What is made there stays; what is as it was packed follows.
    let mut person = there.person().unwrap();
    person.append("Trip", &choice.wanted()[..1]).unwrap();
    drop(person);
    fs::rename(&elsewhere, shelf.stick()).unwrap();
    fs::rename(shelf.folder.path().join("away"), shelf.music()).unwrap();
    shelf.list("New", &["a.wav"]);
    assert_eq!(shelf.pack(&options).kept_playlists, ["Trip"]);
    let home = shelf.stick().join("home");
    let there = Library::new(&home.join("data"), &home.join("cache"), ReadIn::ThisProcess);
    let person = there.person_reader().unwrap();
    let names: Vec<_> = person.playlists().unwrap().into_iter().collect();
    let names: Vec<_> = names.iter().map(|list| (&*list.name, list.rows)).collect();
    assert_eq!(names, [("New", 1), ("Trip", 4)]);
}
