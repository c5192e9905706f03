//! `watch`, with the system's own news of files.

use crate::home::{Home, Signal};
use std::fs;

#[test]
fn what_comes_moves_and_goes_is_known_without_a_scan() {
    let home = Home::scanned(&["a.wav"]);
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 1 = 0 new");
    home.tone("new/b.wav", 2, 5_000);
    watching.wait_for("= 1 new");
    home.run(&["play", "Music/new/b.wav", "--output", "wav:out.wav"])
        .ended(0);
    fs::rename(home.music().join("new/b.wav"), home.music().join("c.wav")).unwrap();
    watching.wait_for("1 moved");
    fs::remove_file(home.music().join("c.wav")).unwrap();
    watching.wait_for("1 gone");
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 1);
    watching.signal(Signal::INT);
    watching.end().ended(130);
}

#[test]
fn without_news_it_looks_by_itself() {
    let home = Home::scanned(&["a.wav"]);
    let mut watching = home.start(&["watch", "--poll", "1"]);
    watching.wait_for("scanned 1 = 0 new");
    home.tone("b.wav", 2, 5_000);
    watching.wait_for("= 1 new");
    watching.signal(Signal::TERM);
    watching.end().ended(143);
}
