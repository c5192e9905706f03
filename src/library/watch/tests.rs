//! The watch with real events; every test waits for news, none for time to pass.

use super::*;
use crate::library::scan::ScanReport;
use crate::library::scan::tests::Shelf;
use crossbeam_channel::{Receiver, bounded};
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Longer than any machine takes; reached only where something is broken.
pub(super) const TOO_LONG: Duration = Duration::from_secs(60);

/// Runs a watch beside `act`, which is given the news.
pub(super) fn beside(shelf: &Shelf, options: WatchOptions, act: impl FnOnce(&Receiver<WatchNews>)) {
    let stop = AtomicBool::new(false);
    let (to, news) = bounded(1_024);
    std::thread::scope(|threads| {
        let (index, roots, listen) = (&shelf.index, &shelf.roots, &stop);
        threads.spawn(move || {
            let mut on = |news| {
                if !matches!(news, WatchNews::Progress(_)) {
                    // Where the test has failed nobody listens any more.
                    let _ = to.send(news);
                }
            };
            let roots = Roots {
                first: roots,
                news: &mut || None,
            };
            watch(index, roots, &options, &mut on, listen).unwrap();
        });
        let stops = Stops(&stop);
        act(&news);
        drop(stops);
    });
}

/// Stops the watch also where the test fails, so that the failure is seen.
struct Stops<'a>(&'a AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the next scan did that was told.
#[track_caller]
pub(super) fn next(news: &Receiver<WatchNews>) -> ScanReport {
    loop {
        if let WatchNews::Scanned(report) = news.recv_timeout(TOO_LONG).unwrap() {
            return *report;
        }
    }
}

/// Waits for a scan after which `is_so` holds.
#[track_caller]
pub(super) fn until(news: &Receiver<WatchNews>, is_so: impl Fn(&ScanReport) -> bool) {
    loop {
        if let WatchNews::Scanned(report) = news.recv_timeout(TOO_LONG).unwrap()
            && is_so(&report)
        {
            return;
        }
    }
}

#[test]
fn what_comes_moves_and_goes_is_followed() {
    let shelf = Shelf::new();
    shelf.add("a/1.wav", 1);
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 1);
        shelf.add("2.wav", 2);
        until(news, |report| report.songs_total == 2);
        shelf.add("deep/er/and/deeper/3.wav", 3);
        until(news, |report| report.songs_total == 3);
        let id = shelf.song("a/1.wav").unwrap().id;
        fs::rename(shelf.path("a"), shelf.path("b")).unwrap();
        until(news, |report| report.moved == 1);
        assert_eq!(shelf.song("b/1.wav").unwrap().id, id);
        fs::remove_dir_all(shelf.path("deep")).unwrap();
        until(news, |report| report.songs_total == 2);
        fs::write(shelf.path("b/.nomedia"), "").unwrap();
        until(news, |report| report.songs_total == 1);
    });
}

#[test]
fn an_ignore_file_is_obeyed_as_soon_as_it_is_written() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.add("a/2.wav", 2);
    shelf.add("a/b/3.wav", 3);
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 3);
        fs::write(shelf.path(".standinignore"), "b/").unwrap();
        until(news, |report| report.songs_total == 2);
        fs::write(shelf.path("a/.mpdignore"), "2.*").unwrap();
        until(news, |report| report.songs_total == 1);
        fs::write(shelf.path(".standinignore"), "").unwrap();
        until(news, |report| report.songs_total == 2);
        fs::rename(shelf.path("a/.mpdignore"), shelf.path("a/.ndignore")).unwrap();
        fs::write(shelf.path("a/.ndignore"), "").unwrap();
        until(news, |report| report.songs_total == 1);
        fs::remove_file(shelf.path("a/.ndignore")).unwrap();
        until(news, |report| report.songs_total == 3);
        // A name that promises nothing, in the root and below.
        for name in ["Track 01", "a/Track 02"] {
            fs::copy(shelf.path("1.wav"), shelf.path(name)).unwrap();
        }
        until(news, |report| report.songs_total == 5);
        fs::rename(shelf.path("Track 01"), shelf.path("a/Track 03")).unwrap();
        until(news, |report| report.moved == 1);
        fs::remove_file(shelf.path("a/Track 03")).unwrap();
        until(news, |report| report.songs_total == 4);
    });
}

#[test]
fn a_cue_sheet_that_comes_changes_and_goes_is_followed() {
    let shelf = Shelf::new();
    shelf.add("a/cd.wav", 1);
    shelf.add("top.wav", 2);
    let sheet = |tracks: usize| {
        let track = |n: usize| format!("TRACK 0{n} AUDIO\nINDEX 01 00:00:0{}\n", n - 1);
        let tracks: String = (1..=tracks).map(track).collect();
        format!("FILE \"cd.wav\" WAVE\n{tracks}")
    };
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 2);
        fs::write(shelf.path("a/cd.cue"), sheet(2)).unwrap();
        until(news, |report| {
            report.songs_total == 3 && report.changed == 1
        });
        fs::write(shelf.path("a/cd.cue"), sheet(3)).unwrap();
        until(news, |report| report.songs_total == 4);
        fs::write(shelf.path("top.cue"), sheet(2).replace("cd.wav", "top.wav")).unwrap();
        until(news, |report| report.songs_total == 5);
        fs::remove_file(shelf.path("top.cue")).unwrap();
        until(news, |report| report.songs_total == 4);
        fs::remove_file(shelf.path("a/cd.cue")).unwrap();
        until(news, |report| report.songs_total == 2);
    });
}

#[test]
fn many_files_in_many_new_folders_are_all_found() {
    let shelf = Shelf::new();
    let aside = Shelf::new();
    let song = aside.add("1.wav", 1);
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |_| true);
        for n in 0..400 {
            let folder = shelf.path(format!("{}/{n}", n % 20));
            fs::create_dir_all(&folder).unwrap();
            fs::copy(&song, folder.join("x.wav")).unwrap();
        }
        until(news, |report| report.songs_total == 400);
    });
}

#[test]
fn a_root_that_vanishes_is_watched_again_when_it_is_back() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    let (dir, aside) = (
        shelf.roots[0].dir.clone(),
        shelf.roots[0].dir.with_extension("aside"),
    );
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 1);
        fs::rename(&dir, &aside).unwrap();
        wait_until_away(&shelf, &dir);
        fs::rename(&aside, &dir).unwrap();
        shelf.add("2.wav", 2);
        until(news, |report| report.songs_total == 2);
        shelf.add("3.wav", 3);
        until(news, |report| report.songs_total == 3);
    });
}

/// Another scan sees the root away and changes nothing.
fn wait_until_away(shelf: &Shelf, dir: &Path) {
    assert!(!dir.exists());
    let report = shelf.scan();
    assert_eq!((report.away.len(), report.songs_total), (1, 1));
}

#[test]
fn a_polled_root_says_so_and_is_followed() {
    let shelf = Shelf::new();
    let every = Duration::from_millis(20);
    let options = WatchOptions {
        poll: Some(every),
        ..WatchOptions::default()
    };
    beside(&shelf, options, |news| {
        let first = news.recv_timeout(TOO_LONG).unwrap();
        assert!(
            matches!(
                first,
                WatchNews::Polling {
                    why: PollReason::Asked,
                    ..
                }
            ),
            "{first:?}"
        );
        shelf.add("1.wav", 1);
        until(news, |report| report.songs_total == 1);
    });
}
