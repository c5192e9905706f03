//! Every command of python-mpd2, a client that others are made of, put to our daemon and to Debian's mpd over the same
//! songs: what it makes of the answers is the same. The steps stand in `python_mpd.py`.

use crate::finding::tagged;
use crate::home::has;
use crate::talk::Server;
use lofty::tag::ItemKey;
use std::process::Command;

/// A python that has the module: the first of the path, or the system's.
fn python() -> Option<&'static str> {
    let imports = |python: &str| {
        let tried = Command::new(python).args(["-c", "import mpd"]).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let known = ["python3", "/usr/bin/python3"];
    known.into_iter().find(|python| imports(python))
}

#[test]
fn python_mpd2_hears_from_us_what_it_hears_from_mpd() {
    let Some(python) = python() else {
        return println!("skipped: python3's module mpd is not installed");
    };
    if !has("mpd") {
        return println!("skipped: mpd is not installed");
    }
    let artist = (ItemKey::TrackArtist, "Björk");
    let album = (ItemKey::AlbumTitle, "Post");
    let home = tagged(&[
        (
            "a/1.flac",
            &[(ItemKey::TrackTitle, "Army of Me"), artist, album],
        ),
        (
            "a/2.flac",
            &[(ItemKey::TrackTitle, "Hyperballad"), artist, album],
        ),
        ("b/3.flac", &[(ItemKey::TrackTitle, "Sinnerman")]),
        ("5.flac", &[(ItemKey::TrackTitle, "Five")]),
        ("c/untagged.flac", &[]),
    ]);
    let (ours, mpd) = (Server::ours(&home), Server::mpd(&home));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_mpd.py");
    let ran = Command::new(python)
        .arg(script)
        .args([ours.socket(), mpd.socket()])
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success() && out.is_empty(), "{out}\n{err}");
}
