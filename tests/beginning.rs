//! The first five minutes: what a machine that has never seen standin is told, and the pages for each task.

use crate::home::{Home, Ran, has};
use std::fs;
use std::process::Command;

/// Two rows of a list, as a converter writes it; made up.
const EXPORT: &str = "Track name,Artist name,Album,Playlist name,Type,ISRC\n\
    Lantern,Ove Brask,Ærø,Evening,Playlist,\nKettle,Ove Brask,Ærø,Evening,Playlist,\n";

/// As a person runs it on a machine of their own, with nothing that runs already.
fn personal(home: &Home, args: &[&str]) -> Ran {
    fs::create_dir_all(home.path("run")).unwrap();
    let mut command = home.personal(args);
    command
        .env("XDG_RUNTIME_DIR", home.path("run"))
        .env_remove("XDG_DOWNLOAD_DIR")
        .env_remove("MPD_HOST");
    command.output().unwrap().into()
}

#[test]
fn a_new_machine_is_told_what_is_there_and_the_one_command_to_begin_with() {
    let home = Home::new();
    home.tone("one.wav", 1, 4_410);
    home.tone("deeper/two.wav", 2, 4_410);
    fs::write(home.music().join("cover.jpg"), "").unwrap();
    fs::create_dir(home.path("Downloads")).unwrap();
    fs::write(home.path("Downloads/evening.csv"), EXPORT).unwrap();
    fs::write(home.path("Downloads/table.csv"), "a,b\n1,2\n").unwrap();
    let rhythmbox = home.path(".local/share/rhythmbox");
    fs::create_dir_all(&rhythmbox).unwrap();
    fs::write(
        rhythmbox.join("rhythmdb.xml"),
        "<rhythmdb version='2.0'></rhythmdb>",
    )
    .unwrap();
    let told = personal(&home, &[]).ended(0).out;
    assert!(told.contains("Rhythmbox has a library in"), "{told}");
    assert!(told.contains("Then: standin adopt"), "{told}");
    let next = format!("  standin scan {}\n", home.path("Music").display());
    assert!(told.contains("Music holds 2 files of music."), "{told}");
    assert!(told.contains("evening.csv holds 1 playlist."), "{told}");
    assert!(told.contains(&next), "{told}");
    assert!(!told.contains("table.csv"), "{told}");
    let told = personal(&home, &["status", "--json"]).ended(0).json();
    assert_eq!(told["beginning"]["music"]["files"], 2);
    assert_eq!(told["beginning"]["exports"][0]["playlists"], 1);
    // The command that was offered does it, and nothing is new any more.
    let command: Vec<&str> = next.split_whitespace().skip(1).collect();
    personal(&home, &command).ended(0);
    let told = personal(&home, &[]).ended(0).out;
    assert!(told.starts_with("2 songs in the library."), "{told}");
    let told = personal(&home, &["status", "--json"]).ended(0).json();
    assert!(told.get("beginning").is_none());
}

#[test]
fn where_nothing_is_found_it_is_said_what_to_name() {
    let home = Home::new();
    fs::remove_dir(home.music()).unwrap();
    let told = personal(&home, &[]).ended(0).out;
    assert!(told.contains("There is no music folder of yours"), "{told}");
    assert!(told.contains("  standin scan FOLDER\n"), "{told}");
    // Under a home of its own nothing of the user's is looked at.
    let told = home.run(&["status", "--json"]).ended(0).json();
    assert!(told["beginning"]["music"].is_null());
}

#[test]
fn every_page_is_shown_and_a_wrong_word_is_told_the_nearest() {
    let home = Home::new();
    let pages = home.run(&["help", "--json"]).ended(0).json();
    let pages = pages["pages"].as_array().unwrap();
    assert!(pages.len() >= 10);
    let list = home.run(&["help"]).ended(0).out;
    for page in pages {
        let name = page["name"].as_str().unwrap();
        let title = page["title"].as_str().unwrap();
        assert!(list.contains(&format!("standin help {name}")), "{list}");
        let text = home.run(&["help", name]).ended(0).out;
        assert!(text.starts_with(title), "{text}");
    }
    let verb = home.run(&["help", "playlist", "export"]).ended(0).out;
    let same = home.run(&["playlist", "export", "--help"]).ended(0).out;
    assert_eq!(verb.trim_end(), same.trim_end());
    let wrong = home.run(&["help", "outgae"]).ended(3).err;
    assert!(wrong.contains("standin help outage"), "{wrong}");
    home.run(&["help", "playlist", "frobnicate"]).ended(3);
}

#[test]
fn the_pages_are_manual_pages_too() {
    let home = Home::new();
    let folder = home.path("man");
    home.run(&["man", folder.to_str().unwrap()]).ended(0);
    let page = folder.join("standin-outage.7");
    let text = fs::read_to_string(&page).unwrap();
    assert!(
        text.contains("standin now") && text.contains(".TH standin-outage 7"),
        "{text}"
    );
    if !has("groff") {
        return;
    }
    for page in fs::read_dir(&folder).unwrap() {
        let page = page.unwrap().path();
        let mut groff = Command::new("groff");
        groff
            .args(["-Kutf8", "-man", "-Tutf8", "-ww", "-z"])
            .arg(&page);
        let ran = Ran::from(groff.output().unwrap()).ended(0);
        assert_eq!(ran.err, "", "{}", page.display());
    }
}
