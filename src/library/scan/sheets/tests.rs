//! Cue sheets beside real small files, and what becomes of them from scan to scan.

use crate::library::scan::tests::{Shelf, retag, write_wav};
use crate::library::scan::{ScanOptions, ScanReport};
use crate::library::worker::{ReadIn, TagReader};
use crate::music::Song;
use std::fs;

/// 300 ms hold 22 frames of a CD; at 8 kHz a frame of a CD is 106 2/3.
const TWO: &str = "PERFORMER \"Band\"\nTITLE \"Disc\"\nREM DATE 1997\nREM GENRE Rock\nFILE \"cd.wav\" WAVE\n\
    TRACK 01 AUDIO\nTITLE \"One\"\nISRC USABC9912345\nINDEX 01 00:00:00\n\
    TRACK 02 AUDIO\nTITLE \"Two\"\nPERFORMER \"Guest\"\nINDEX 00 00:00:08\nINDEX 01 00:00:09\n";

impl Shelf {
    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The songs of a file, as they are listed.
    fn parts(&self, name: &str) -> Vec<Song> {
        let file = self.reader().file_by_path(&self.path(name)).unwrap();
        file.map_or(Vec::new(), |file| file.songs())
    }

    /// A line for each song: title, artist, album, and its frames.
    fn told(&self, name: &str) -> Vec<String> {
        let tell = |song: &Song| {
            let span = song.span.map(|span| (span.start_frame, span.end_frame));
            let tags = &song.tags;
            format!("{}|{}|{}|{span:?}", tags.title, tags.artist(), tags.album)
        };
        self.parts(name).iter().map(tell).collect()
    }

    fn ids(&self, name: &str) -> Vec<i64> {
        let parts = self.parts(name);
        parts.iter().map(|song| song.id.unwrap().0).collect()
    }
}

fn counts(report: &ScanReport) -> [u64; 5] {
    [
        report.new,
        report.changed,
        report.moved,
        report.same,
        report.songs_total,
    ]
}

fn notes(report: &ScanReport) -> Vec<String> {
    report
        .sheets
        .iter()
        .map(|note| note.reason.clone())
        .collect()
}

/// `cd.wav` of 300 ms, with tags, and the sheet beside it.
fn cut() -> Shelf {
    let shelf = Shelf::new();
    shelf.add("a/cd.wav", 1);
    shelf.write("a/cd.cue", TWO);
    assert_eq!(counts(&shelf.scan()), [1, 0, 0, 0, 2]);
    shelf
}

#[test]
fn a_file_with_a_sheet_is_its_tracks() {
    let shelf = cut();
    assert_eq!(
        shelf.told("a/cd.wav"),
        [
            "One|Band|Disc|Some((0, Some(960)))",
            "Two|Guest|Disc|Some((960, None))"
        ]
    );
    let parts = shelf.parts("a/cd.wav");
    let tags = &parts[0].tags;
    assert_eq!((tags.track, tags.date.as_str()), (Some(1), "1997"));
    assert_eq!(
        (tags.isrc.as_str(), &tags.genres[..]),
        ("USABC9912345", &["Rock".to_owned()][..])
    );
    assert_eq!(tags.album_artists, ["Band"]);
    assert_eq!(
        (parts[0].length_ms, parts[1].length_ms),
        (Some(120), Some(180))
    );
    let whole = shelf.song("a/cd.wav").unwrap();
    assert_eq!(
        (whole.span, whole.part, whole.length_ms),
        (None, 0, Some(300))
    );
    assert_eq!(
        (whole.title(), whole.tags.artist()),
        ("Disc".into(), "Band".into())
    );
    let keys = [whole.key, parts[0].key, parts[1].key];
    assert!(keys.iter().all(Option::is_some) && keys[0] != keys[1] && keys[1] != keys[2]);
    let reader = shelf.reader();
    for (key, span) in [(whole.key, None), (parts[1].key, parts[1].span)] {
        let found = reader.songs_by_key(key.unwrap()).unwrap();
        assert_eq!(
            found.iter().map(|song| song.span).collect::<Vec<_>>(),
            [span]
        );
    }
    assert_eq!(
        reader.song_by_uri(&parts[1].uri()).unwrap().as_ref(),
        Some(&parts[1])
    );
    assert_eq!(parts[1].uri().to_string(), "Music/a/cd.wav/track0002");
    let size = fs::metadata(shelf.path("a/cd.wav")).unwrap().len();
    let stats = reader.stats().unwrap();
    assert_eq!(
        (stats.songs, stats.size_bytes, stats.length_ms),
        (2, size, 300)
    );
    assert_eq!(reader.search("guest", 9).unwrap().len(), 1);
    assert_eq!(reader.album_count().unwrap(), 1);
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 2]);
}

#[test]
fn a_sheet_may_come_change_and_go_while_the_audio_stays() {
    let shelf = Shelf::new();
    shelf.add("a/cd.wav", 1);
    shelf.add("a/other.wav", 2);
    shelf.scan();
    let key = shelf.song("a/cd.wav").unwrap().key;
    shelf.write("a/cd.cue", TWO);
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 1, 3]);
    let ids = shelf.ids("a/cd.wav");
    assert_eq!(shelf.song("a/cd.wav").unwrap().key, key);
    shelf.write("a/cd.cue", TWO.replace("00:00:09", "00:00:10") + "\n");
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 1, 3]);
    assert_eq!(shelf.ids("a/cd.wav"), ids);
    assert_eq!(shelf.parts("a/cd.wav")[1].span.unwrap().start_frame, 1_066);
    assert!(shelf.reader().search("song 1", 9).unwrap().is_empty());
    fs::remove_file(shelf.path("a/cd.cue")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 1, 2]);
    assert_eq!(shelf.told("a/cd.wav"), ["Song 1|Björk|Album|None"]);
    assert_eq!(shelf.song("a/cd.wav").unwrap().key, key);
    assert!(shelf.reader().search("guest", 9).unwrap().is_empty());
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 2, 2]);
}

#[test]
fn a_link_that_leads_nowhere_is_no_sheet() {
    let shelf = cut();
    fs::remove_file(shelf.path("a/cd.cue")).unwrap();
    std::os::unix::fs::symlink("nowhere", shelf.path("a/cd.cue")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 0, 1]);
    let connection = shelf.index.writer().unwrap();
    let sheets = "SELECT count(*) FROM sheet";
    let sheets: u64 = connection.query_row(sheets, [], |row| row.get(0)).unwrap();
    assert_eq!(sheets, 0);
}

#[test]
fn audio_that_comes_after_its_sheet_is_cut_too() {
    let shelf = Shelf::new();
    shelf.add("a/b/1.wav", 1);
    shelf.write("a/cd.cue", TWO.replace("cd.wav", "b/cd.wav"));
    assert_eq!(notes(&shelf.scan()), ["no file that it names is here"]);
    assert!(shelf.scan().sheets.is_empty(), "it is told once");
    shelf.add("a/b/cd.wav", 2);
    assert_eq!(counts(&shelf.scan()), [1, 0, 0, 1, 3]);
    assert_eq!(shelf.parts("a/b/cd.wav").len(), 2);
}

#[test]
fn retagging_keeps_the_cut_and_a_move_takes_it_along() {
    let shelf = cut();
    let (ids, keys) = (shelf.ids("a/cd.wav"), shelf.parts("a/cd.wav"));
    retag(
        &shelf.path("a/cd.wav"),
        "Other",
        "Somebody Else",
        "Another album",
    );
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 0, 2]);
    assert_eq!(
        (shelf.ids("a/cd.wav"), shelf.parts("a/cd.wav")[0].key),
        (ids.clone(), keys[0].key)
    );
    fs::rename(shelf.path("a"), shelf.path("b")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 0, 2]);
    assert_eq!(
        (shelf.ids("b/cd.wav"), shelf.parts("b/cd.wav")[1].key),
        (ids.clone(), keys[1].key)
    );
    assert!(shelf.parts("a/cd.wav").is_empty());
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 2]);
    // Out of sight for a scan, and back elsewhere.
    let aside = shelf.roots[0].dir.with_file_name("aside");
    fs::rename(shelf.path("b"), &aside).unwrap();
    shelf.write("not music.txt", "");
    let report = shelf.scan();
    assert_eq!((report.gone, report.songs_total), (1, 0));
    fs::rename(&aside, shelf.path("c")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 0, 2]);
    assert_eq!(shelf.parts("c/cd.wav")[1].key, keys[1].key);
    // Without its sheet it is one song again.
    fs::create_dir(shelf.path("d")).unwrap();
    fs::rename(shelf.path("c/cd.wav"), shelf.path("d/cd.wav")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 0, 1]);
    assert_eq!(
        shelf.told("d/cd.wav"),
        ["Other|Somebody Else|Another album|None"]
    );
    assert_eq!(shelf.reader().search("other", 9).unwrap().len(), 1);
}

#[test]
fn a_sheet_finds_its_file_however_it_names_it() {
    for (named, file) in [
        ("CD.WAV", "cd.wav"),
        ("cd.flac", "cd.wav"),
        ("CD.ape", "cd.wav"),
        ("C:\\Rips\\cd.wav", "cd.wav"),
        ("elsewhere.wav", "sheet.wav"),
    ] {
        let shelf = Shelf::new();
        shelf.add(file, 1);
        shelf.write("sheet.CUE", TWO.replace("cd.wav", named));
        assert_eq!(counts(&shelf.scan()), [1, 0, 0, 0, 2], "{named}");
        assert_eq!(shelf.parts(file).len(), 2, "{named}");
    }
}

#[test]
fn every_charset() {
    let text = TWO.replace("Band", "Björk");
    let utf_16 = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes));
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for bytes in [text.clone().into_bytes(), utf_16.collect(), latin] {
        let shelf = Shelf::new();
        shelf.add("cd.wav", 1);
        shelf.write("cd.cue", bytes);
        shelf.scan();
        assert_eq!(shelf.parts("cd.wav")[0].tags.artist(), "Björk");
    }
}

#[test]
fn a_sheet_with_a_file_a_track_cuts_nothing_and_lends_names() {
    let shelf = Shelf::new();
    write_wav(&shelf.path("1.wav"), 1);
    shelf.add("2.wav", 2);
    let sheet = "TITLE Disc\nPERFORMER Band\nFILE 1.wav WAVE\nTRACK 01 AUDIO\nTITLE First\nINDEX 01 00:00:00\n\
        FILE 2.wav WAVE\nTRACK 02 AUDIO\nTITLE Second\nINDEX 00 00:00:00\nINDEX 01 00:00:05\n";
    shelf.write("disc.cue", sheet);
    assert_eq!(counts(&shelf.scan()), [2, 0, 0, 0, 2]);
    assert_eq!(shelf.told("1.wav"), ["First|Band|Disc|None"]);
    assert_eq!(shelf.told("2.wav"), ["Song 2|Björk|Album|None"]);
    assert_eq!(shelf.parts("2.wav")[0].tags.track, Some(2));
    // Both ways round.
    let one_file = sheet
        .replace("FILE 2.wav WAVE\n", "")
        .replace("00:00:05", "00:00:11");
    shelf.write("disc.cue", one_file);
    assert_eq!(counts(&shelf.scan()), [0, 2, 0, 0, 3]);
    assert_eq!(
        (shelf.parts("1.wav").len(), shelf.parts("2.wav").len()),
        (2, 1)
    );
    shelf.write("disc.cue", sheet);
    assert_eq!(counts(&shelf.scan()), [0, 2, 0, 0, 2]);
}

#[test]
fn of_two_sheets_that_of_its_name_wins_then_the_first() {
    let shelf = cut();
    let other = |name: &str| TWO.replace("\"Disc\"", &format!("\"{name}\""));
    let album = || shelf.parts("a/cd.wav")[0].tags.album.clone();
    shelf.write("a/b.cue", other("B"));
    shelf.write("a/a.cue", other("A"));
    shelf.scan();
    assert_eq!(album(), "Disc");
    fs::remove_file(shelf.path("a/cd.cue")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 0, 2]);
    assert_eq!(album(), "A");
    // A sheet in the folder above does not take it from there.
    shelf.write("z.cue", other("Z").replace("cd.wav", "a/cd.wav"));
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 2]);
    assert_eq!(album(), "A");
}

#[test]
fn a_file_that_goes_from_one_sheet_to_another_is_counted_once() {
    let shelf = cut();
    fs::remove_file(shelf.path("a/cd.cue")).unwrap();
    shelf.write(
        "z.cue",
        TWO.replace("cd.wav", "a/cd.wav")
            .replace("\"Two\"", "\"Zwei\""),
    );
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 0, 2]);
    assert_eq!(shelf.parts("a/cd.wav")[1].tags.title, "Zwei");
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 2]);
}

#[test]
fn what_lies_beyond_the_end_is_dropped_and_told() {
    let shelf = Shelf::new();
    shelf.add("cd.wav", 1);
    shelf.write(
        "cd.cue",
        format!("{TWO}TRACK 03 AUDIO\nINDEX 01 00:10:00\n"),
    );
    let report = shelf.scan();
    assert_eq!(
        (counts(&report), notes(&report)),
        (
            [1, 0, 0, 0, 2],
            vec!["1 track lies beyond the end of cd.wav".to_owned()]
        )
    );
    assert_eq!(shelf.parts("cd.wav")[1].span.unwrap().end_frame, None);
    shelf.write("empty.cue", "nothing at all");
    assert_eq!(notes(&shelf.scan()), ["it is a cue sheet without a track"]);
}

#[test]
fn a_dry_run_counts_and_keeps_nothing() {
    let shelf = Shelf::new();
    shelf.add("cd.wav", 1);
    shelf.scan();
    shelf.write("cd.cue", TWO);
    let dry = ScanOptions {
        dry_run: true,
        ..ScanOptions::default()
    };
    assert_eq!(counts(&shelf.scan_with(&dry)), [0, 1, 0, 0, 2]);
    assert_eq!(shelf.parts("cd.wav").len(), 1);
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 0, 2]);
    let full = ScanOptions {
        full: true,
        ..ScanOptions::default()
    };
    assert_eq!(counts(&shelf.scan_with(&full)), [0, 0, 0, 1, 2]);
    shelf.index.forget_root("Music").unwrap();
    assert_eq!(counts(&shelf.scan()), [1, 0, 0, 0, 2]);
}

#[test]
fn a_scan_of_one_folder_and_one_that_was_killed_leave_nothing_undone() {
    let shelf = cut();
    let only = |folder: &str| ScanOptions {
        only: vec![crate::music::Uri::new(format!("Music/{folder}"))],
        ..ScanOptions::default()
    };
    shelf.add("b/x.wav", 3);
    shelf.write("a/cd.cue", TWO.replace("\"Two\"", "\"Zwei\""));
    assert_eq!(counts(&shelf.scan_with(&only("b"))), [1, 0, 0, 0, 3]);
    assert_eq!(shelf.parts("a/cd.wav")[1].tags.title, "Two");
    // As it is left by a scan that ends between the files and the sheets.
    let connection = shelf.index.writer().unwrap();
    let mark = "UPDATE sheet SET mtime_ns = ?1";
    connection
        .execute(mark, [crate::library::index::CHANGED])
        .unwrap();
    drop(connection);
    assert_eq!(counts(&shelf.scan_with(&only("b"))), [0, 0, 0, 1, 3]);
    assert_eq!(shelf.parts("a/cd.wav")[1].tags.title, "Zwei");
}

#[test]
fn a_folder_outside_every_root_has_its_parts() {
    let shelf = Shelf::new();
    let path = shelf.add("cd.wav", 1);
    shelf.write("cd.cue", TWO);
    let mut reader = TagReader::new(&ReadIn::ThisProcess);
    let file = crate::library::scan::read_file(&path, &mut reader).unwrap();
    assert_eq!(file.parts.len(), 2);
    shelf.scan();
    let indexed = shelf.parts("cd.wav");
    assert_eq!(file.parts[1].key, indexed[1].key);
    assert_eq!(file.whole.tags.title, "Song 1");
}
