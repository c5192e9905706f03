//! What is walked and what is not: ignore files, names that promise nothing, and the folder that is played as it is.

use super::tests::Shelf;
use super::*;
use std::fs;
use std::path::PathBuf;

/// Which of the shelf's files are here, by what comes after the root.
fn here(shelf: &Shelf) -> Vec<String> {
    let reader = shelf.reader();
    let names = shelf.files.lock().unwrap();
    let is_here = |name: &&String| reader.song_by_file(&shelf.path(name)).unwrap().is_some();
    names.iter().filter(is_here).cloned().collect()
}

/// What would be played of the root as a folder that no root holds.
fn played(shelf: &Shelf) -> Vec<String> {
    let root = &shelf.roots[0].dir;
    let below = |path: PathBuf| {
        path.strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    musical_files(root).into_iter().map(below).collect()
}

fn only(folder: &str) -> ScanOptions {
    ScanOptions {
        only: vec![Uri::new(format!("Music/{folder}"))],
        ..ScanOptions::default()
    }
}

/// A shelf with these files, scanned.
fn shelf(files: &[&str]) -> Shelf {
    let shelf = Shelf::new();
    for (number, file) in files.iter().enumerate() {
        shelf.add(file, number as u32 + 1);
    }
    assert_eq!(shelf.scan().new, files.len() as u64);
    shelf
}

/// Writes an ignore file; who is left must be the same for a scan, for a scan of the folder alone, and for playing.
#[track_caller]
fn leaves(file: &str, lines: &str, left: &[&str]) {
    let all = ["a.wav", "live/b.wav", "live/deep/c.wav", "studio/d.wav"];
    let folder = file.rsplit_once('/').map(|(folder, _)| folder);
    for is_part in [false, true] {
        let shelf = shelf(&all);
        fs::write(shelf.path(file), lines).unwrap();
        let gone = (all.len() - left.len()) as u64;
        let report = match folder.filter(|_| is_part) {
            Some(folder) => shelf.scan_with(&only(folder)),
            None => shelf.scan(),
        };
        assert_eq!(
            (report.gone, report.skipped.len()),
            (gone, 0),
            "{file} {lines:?}"
        );
        assert_eq!(here(&shelf), left, "{file} {lines:?}");
        assert_eq!(played(&shelf), left, "{file} {lines:?}");
        // A scan of a folder further down keeps to what was said above.
        assert_eq!(shelf.scan_with(&only("live/deep")).new, 0);
        assert_eq!(shelf.scan_with(&only("live/deep/c.wav")).new, 0);
        assert_eq!(here(&shelf), left);
        assert_eq!(shelf.reader().stats().unwrap().gone, gone);
        fs::remove_file(shelf.path(file)).unwrap();
        let report = shelf.scan();
        assert_eq!((report.new, report.gone), (gone, 0), "they come back");
        assert_eq!(here(&shelf), all);
    }
}

#[test]
fn a_folder_with_nomedia_or_an_empty_ndignore_is_passed_over() {
    let left = &["a.wav", "studio/d.wav"];
    leaves("live/.nomedia", "", left);
    leaves("live/.nomedia", "whatever", left);
    leaves("live/.ndignore", "", left);
    leaves("live/.ndignore", "\n# nothing\n  \n", left);
    let all = &["a.wav", "live/b.wav", "live/deep/c.wav", "studio/d.wav"];
    leaves("live/.standinignore", "", all);
    leaves("live/.mpdignore", "", all);
    // Who names a folder wants it.
    leaves(".nomedia", "", all);
    leaves(".ndignore", "", all);
}

#[test]
fn patterns_hold_for_their_folder_and_below() {
    for file in [".standinignore", ".ndignore", ".mpdignore"] {
        leaves(file, "live", &["a.wav", "studio/d.wav"]);
        leaves(file, "c.*", &["a.wav", "live/b.wav", "studio/d.wav"]);
        let in_live = format!("live/{file}");
        leaves(&in_live, "*.wav", &["a.wav", "studio/d.wav"]);
        leaves(&in_live, "dee?", &["a.wav", "live/b.wav", "studio/d.wav"]);
    }
    for file in [".standinignore", ".ndignore"] {
        leaves(
            file,
            "/live/*.wav",
            &["a.wav", "live/deep/c.wav", "studio/d.wav"],
        );
        leaves(file, "*.wav\n!d.wav", &["studio/d.wav"]);
        leaves(
            &format!("live/{file}"),
            "/deep/",
            &["a.wav", "live/b.wav", "studio/d.wav"],
        );
    }
}

#[test]
fn the_deepest_word_counts_and_ours_before_that_of_others() {
    let shelf = shelf(&["a.wav", "live/b.wav", "live/c.wav"]);
    fs::write(shelf.path(".standinignore"), "*.wav").unwrap();
    fs::write(shelf.path("live/.standinignore"), "!b.wav").unwrap();
    shelf.scan();
    assert_eq!(here(&shelf), ["live/b.wav"]);
    fs::remove_file(shelf.path(".standinignore")).unwrap();
    fs::write(shelf.path("live/.mpdignore"), "*").unwrap();
    fs::write(shelf.path("live/.ndignore"), "*").unwrap();
    shelf.scan();
    assert_eq!(here(&shelf), ["a.wav", "live/b.wav"]);
}

#[test]
fn an_inner_root_has_rules_of_its_own() {
    let mut shelf = shelf(&["a.wav", "inner/b.wav"]);
    let dir = shelf.path("inner");
    shelf.roots.push(Arc::new(Root {
        name: "Inner".into(),
        dir,
    }));
    fs::write(shelf.path(".standinignore"), "*.wav").unwrap();
    shelf.scan();
    assert_eq!(here(&shelf), ["inner/b.wav"]);
}

#[test]
fn a_name_that_promises_nothing_is_taken_by_its_content_and_counts_add_up() {
    let shelf = Shelf::new();
    let wav = shelf.add("song.wav", 1);
    for name in [
        "Track 01",
        "Mr. Brightside",
        "x.audio",
        "cover.jpg",
        "x.mp3.part",
    ] {
        fs::copy(&wav, shelf.path(name)).unwrap();
    }
    fs::write(shelf.path("README"), "RIFF is a format").unwrap();
    fs::write(shelf.path("notes.unknown"), "").unwrap();
    let report = shelf.scan();
    assert_eq!((report.seen, report.new, report.skipped.len()), (4, 4, 0));
    let report = shelf.scan();
    assert_eq!((report.seen, report.same), (4, 4));
    let taken = ["Mr. Brightside", "Track 01", "song.wav", "x.audio"];
    assert_eq!(played(&shelf), taken);
    // What is no music any more is gone, and no skip.
    fs::write(shelf.path("Track 01"), "just words").unwrap();
    fs::write(shelf.path("x.audio"), b"fLaC but nothing else").unwrap();
    let report = shelf.scan();
    assert_eq!((report.seen, report.same, report.gone), (3, 2, 1));
    assert_eq!(report.skipped.len(), 1, "{:?}", report.skipped);
    let report = shelf.scan_with(&ScanOptions {
        full: true,
        ..ScanOptions::default()
    });
    assert_eq!((report.seen, report.skipped.len()), (3, 1));
}
