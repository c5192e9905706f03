//! What is said when something is wrong: one shape, whatever the cause.

use crate::home::{Home, RATE};
use std::fs;

/// Wrong in every way there is, and the code it ends with.
const WRONG: &[(&[&str], i32)] = &[
    (&["frobnicate"], 2),
    (&["help", "frobnicate"], 3),
    (&["export", "/nowhere"], 2),
    (&["export", "--all", "Music"], 1),
    (&["daemon", "--units", "one.txt/units"], 1),
    (&["play", "--no-such-option"], 2),
    (&["play", "x", "--from", "never"], 2),
    (&["play", "x", "--volume", "200"], 2),
    (&["play", "x", "--shuffle=never"], 2),
    (&["play", "x", "--replaygain", "loud"], 2),
    (&["play", "x", "--preamp", "much"], 2),
    (&["verify", "nothingfits"], 3),
    (&["dupes"], 3),
    (&["dupes", "-0", "--json"], 2),
    (&["doctor", "all"], 2),
    (&["verify", "--jobs", "0"], 2),
    (&["play", "one", "--output", "nosuchdevice"], 7),
    (&["play", "one", "--output", "wav:/nowhere/x.wav"], 1),
    (&["play", "/nowhere/x.flac"], 3),
    (&["play", "nothingfits"], 3),
    (&["play", "broken.m3u8"], 3),
    (&["play"], 3),
    (&["search"], 2),
    (&["search", "nothingfits"], 3),
    (&["search", "x", "-f", "x", "-0"], 2),
    (&["search", "x", "-f", "x", "--json"], 2),
    (&["search", "x", "-n", "many"], 2),
    (&["search", "x", "--sort", "colour"], 2),
    (&["search", "x", "--reverse"], 2),
    (&["search", "rating", "6"], 2),
    (&["search", "(last-played < 'never')"], 2),
    (&["search", "rating", ">=4"], 3),
    (&["ls", "-n", "3"], 2),
    (&["ls", "--recent", "--skipped"], 2),
    (&["ls", "--recent", "Nowhere"], 3),
    (&["play", "-n", "3"], 2),
    (&["play", "rating", ">=4"], 3),
    (&["play", "rating", "6"], 3),
    (&["play", "(rating == '6')"], 2),
    (&["play", "loved"], 3),
    (&["info", "nothingfits"], 3),
    (&["info", "wav"], 2),
    (&["info", "Music/broken.mp3"], 4),
    (&["ls", "Nowhere"], 3),
    (&["ls", "--skipped", "x"], 2),
    (&["scan", "/nowhere"], 1),
    (&["scan", "one.txt"], 1),
    (&["watch", "--poll", "0"], 2),
    (&["root", "rm", "Nowhere"], 3),
    (&["root", "add", "/nowhere"], 1),
    (&["playlist"], 2),
    (&["playlist", "show"], 2),
    (&["playlist", "show", "Nowhere"], 3),
    (&["playlist", "show", "mex"], 3),
    (&["playlist", "new", "a/b"], 2),
    (&["playlist", "new", "mix"], 1),
    (&["playlist", "add", "mix", "nothingfits"], 3),
    (&["playlist", "rm", "mix", "9"], 2),
    (&["playlist", "rename", "Nowhere", "x"], 3),
    (&["playlist", "export", "mix", "one.txt"], 2),
    (&["playlist", "export", "mix", "/nowhere/x.m3u8"], 1),
    (&["playlist", "smart"], 2),
    (&["playlist", "smart", "x"], 2),
    (&["playlist", "smart", "x", "rating", "6"], 2),
    (&["playlist", "smart", "x", "(artist = 'y')"], 2),
    (&["playlist", "smart", "a/b", "one"], 2),
    (&["playlist", "smart", "loved", "one"], 1),
    (&["playlist", "smart", "mix", "one", "--force"], 1),
    (&["playlist", "show", "loved"], 3),
    (&["playlist", "export", "loved"], 3),
    (&["playlist", "add", "loved", "one"], 2),
    (&["playlist", "rm", "loved", "1"], 2),
    (&["match", "no such list"], 3),
    (&["match", "loved"], 2),
    (&["match", "why"], 2),
    (&["match", "why", "mix"], 2),
    (&["match", "why", "mix:9"], 2),
    (&["match", "why", "mex:1"], 3),
    (&["match", "why", "loved:1"], 2),
    (&["match", "set", "mix:1"], 2),
    (&["match", "set", "mix:1", "nothingfits"], 3),
    (&["match", "set", "mix:1", "wav"], 2),
    (&["match", "unset", "mix:0"], 2),
    (&["match", "review"], 2),
    (&["match", "import", "one.txt"], 1),
    (&["match", "import", "/nowhere/x"], 1),
    (&["match", "export", "/nowhere/x"], 1),
    (&["missing", "no such list"], 3),
    (&["ready", "--min", "101"], 2),
    (&["ready", "--html", "/no/such/folder/x.html"], 1),
    (&["adopt"], 3),
    (&["adopt", "rhythmbox"], 3),
    (&["adopt", "winamp"], 1),
    (&["adopt", "Music"], 3),
    (&["adopt", "mpd", "--all"], 2),
    (&["import", "no such file"], 1),
    (&["import", "Music/one.wav"], 3),
    (&["import", "Music/one.wav", "--as", "vinyl"], 2),
    (&["missing", "no such list"], 3),
    (&["pack"], 2),
    (&["pack", "--to", "nowhere"], 1),
    (&["pack", "--to", "Music"], 2),
    (&["pack", "--to", ".", "mix"], 2),
    (&["pack", "--to", "stick", "--size", "much"], 2),
    (&["pack", "--to", "stick", "no such list"], 3),
    (
        &["pack", "--to", "stick", "--size", "1M", "--with-player"],
        2,
    ),
    (&["drill", "--seconds", "0"], 2),
    (&["drill", "no such list"], 3),
    (&["probe"], 2),
    (&["probe", "no such service"], 3),
    (&["guard", "--record", "Music/one.wav"], 1),
    (&["guard", "--record", "no/such/folder/x.jsonl"], 1),
    (&["config", "show", "nothingfits"], 3),
    (&["config", "keys", "nothingfits"], 3),
    (&["config", "check", "/nowhere/x"], 3),
    (&["config", "nothing"], 2),
    (&["ban", "wav"], 2),
    (&["ban", "nothingfits"], 3),
    (&["ban", "--lift", "one"], 3),
    (&["rate", "one"], 2),
    (&["rate", "one", "6"], 2),
    (&["rate", "wav", "5"], 2),
    (&["rate", "nothingfits", "5"], 3),
    (&["eq", "bands", "1 2 3"], 2),
    (&["eq", "bands", "0 0 0 0 0 0 0 0 0 13"], 2),
    (&["eq", "band", "11", "1"], 2),
    (&["eq", "band", "one", "1"], 2),
    (&["eq", "band", "1", "inf"], 2),
    (&["eq", "preamp", "loud"], 2),
    (&["eq", "preamp", "-99"], 2),
    (&["eq", "load", "one.txt"], 1),
    (&["eq", "load", "nowhere/x.txt"], 1),
    (&["eq", "louder"], 2),
    (&["history", "many"], 2),
    (&["history", "--new"], 2),
    (&["history", "--scrobbles", "nowhere/x.log"], 1),
    (&["backup"], 2),
    (&["backup", "restore", "nosuchbackup"], 3),
    (&["completions", "nosuchshell"], 2),
    (&["man", "one.txt/x"], 1),
    (&["-q", "-v"], 2),
    (&["outages", "show", "7"], 3),
    (&["outages", "show", "x"], 2),
    (&["guard", "maybe"], 2),
    (&["guard", "yes", "--auto"], 2),
    (&["guard", "--ask", "--auto"], 2),
    (&["guard", "--off"], 5),
    (&["guard", "no"], 5),
    (&["guard", "--replay", "/nowhere/x"], 1),
    (&["tui"], 2),
    (&["tui", "--keys", "all"], 2),
    (&["tui", "--output", "nosuchdevice"], 2),
    (&["next"], 5),
    (&["queue"], 5),
    (&["play", "one", "--add"], 5),
    (&["play", "--next", "one"], 5),
    (&["play", "one", "--add", "--next"], 2),
    (&["seek"], 2),
    (&["seek", "never"], 2),
    (&["seekthrough", "x"], 2),
    (&["volume", "101"], 2),
    (&["random", "maybe"], 2),
    (&["single", "twice"], 2),
    (&["crossfade", "x"], 2),
    (&["replaygain", "loud"], 2),
    (&["speed", "4"], 2),
    (&["speed"], 5),
    (&["play", "one", "--speed", "fast"], 2),
    (&["play", "one", "--speed", "2", "--bit-perfect"], 2),
    (&["del"], 2),
    (&["del", "5-2"], 2),
    (&["move", "0", "1"], 2),
    (&["rm"], 2),
    (&["enable"], 2),
    (&["idle"], 5),
];

fn library() -> Home {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize / 10);
    home.tone("two.wav", 2, RATE as usize / 10);
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["playlist", "new", "mix", "one"]).ended(0);
    home.run(&["playlist", "smart", "loved", "rating", ">=4"])
        .ended(0);
    fs::write(home.music().join("broken.mp3"), "no music").unwrap();
    fs::write(home.path("one.txt"), "text").unwrap();
    fs::create_dir(home.path("stick")).unwrap();
    fs::write(home.path("broken.m3u8"), "nowhere.mp3\n").unwrap();
    home
}

/// What is wrong with the shape of what was said, if anything.
pub fn fault(said: &str) -> Option<&'static str> {
    let lines: Vec<&str> = said.lines().collect();
    let sentence = |line: &&&str| line.ends_with(['.', '?', '!']);
    let (messages, usage) = lines.split_at(
        lines
            .iter()
            .position(|line| line.is_empty())
            .unwrap_or(lines.len()),
    );
    if messages.is_empty() {
        return Some("nothing is said");
    }
    for (at, line) in messages.iter().enumerate() {
        let below = messages
            .get(at + 1)
            .is_some_and(|next| next.starts_with("  "));
        let begins = line.strip_prefix("standin: ").map_or_else(
            || line.starts_with(char::is_uppercase) || line.starts_with('“'),
            |message| !message.starts_with(char::is_uppercase) && !message.starts_with("error"),
        );
        if line.starts_with("  ") {
            continue;
        }
        if !begins {
            return Some("it begins as no message of ours does");
        }
        if !(sentence(&line) || line.ends_with(':') && below) {
            return Some("it does not end as a sentence");
        }
        if line.ends_with("..") || line.contains("Os {") || line.contains("Error") {
            return Some("it speaks of its insides");
        }
    }
    // Below a message, with no list in it, stands what to do: also a sentence.
    let hint = messages
        .last()
        .filter(|last| last.starts_with("  ") && usage.is_empty());
    if hint.is_some_and(|hint| !sentence(&hint)) {
        return Some("the hint does not end as a sentence");
    }
    None
}

#[test]
fn every_refusal_is_a_sentence() {
    let home = library();
    let mut wrong = Vec::new();
    for (args, code) in WRONG {
        let ran = home.run(args);
        if ran.code != Some(*code) {
            wrong.push(format!(
                "{args:?} ends with {:?} instead of {code}: {}",
                ran.code, ran.err
            ));
        } else if let Some(fault) = fault(&ran.err) {
            wrong.push(format!("{args:?}: {fault}:\n{}", ran.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quiet_is_the_answer_and_errors() {
    let home = library();
    let scan = home.run(&["scan", "-q"]).ended(4);
    assert!(
        scan.out.starts_with("scanned ") && scan.err.is_empty(),
        "{scan:?}"
    );
    for args in [
        &["playlist", "new", "other", "two", "-q"][..],
        &["playlist", "rm", "other", "-q"],
        &["root", "add", "Music", "-q"],
        &["play", "one", "--output", "wav:x.wav", "-q"],
    ] {
        let ran = home.run(args).ended(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""), "{args:?}");
    }
    assert!(
        !home
            .run(&["play", "nothingfits", "-q"])
            .ended(3)
            .err
            .is_empty()
    );
}

#[test]
fn verbose_names_every_skip() {
    let home = library();
    for number in 0..30 {
        fs::write(home.music().join(format!("bad{number}.mp3")), "no music").unwrap();
    }
    let named = |args: &[&str]| {
        let ran = home.run(args).ended(4);
        assert_eq!(fault(&ran.err), None, "{}", ran.err);
        ran.err
            .lines()
            .filter(|line| line.starts_with("Skipped "))
            .count()
    };
    assert_eq!(named(&["scan"]), 20);
    assert_eq!(named(&["scan", "-v"]), 31);
}
