//! The JSON of every verb, held against the schema that the program prints.

use crate::fake_mpd::FakeMpd;
use crate::home::{Home, RATE, Ran};
use crate::verbs;
use boon::{Compiler, Schemas};
use serde_json::Value;
use standin::library::person::Person;
use standin::music::Outage;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

/// Verbs that answer nothing in JSON: they change something, or print what is none.
const SILENT: &[&str] = &[
    "completions",
    "man",
    "config example",
    "root add",
    "root rm",
    "playlist new",
    "playlist smart",
    "playlist add",
    "playlist rm",
    "playlist rename",
    "playlist export",
    "match set",
    "match unset",
    "match review",
    "match export",
    "match import",
    "rate",
    "backup restore",
    "add",
    "insert",
    "move",
    "load",
    "save",
    "rm",
];

/// Definition, verb, arguments, and how it ends.
const ANSWERS: &[(&str, &str, &[&str], i32)] = &[
    ("status", "status", &["status"], 0),
    ("export", "export", &["export", "--all", "taken-out"], 0),
    ("help", "help", &["help"], 0),
    ("help-page", "help", &["help", "outage"], 0),
    ("scan", "scan", &["scan", "Music"], 4),
    ("scan", "scan", &["scan", "--dry-run"], 4),
    ("root-ls", "root ls", &["root"], 0),
    ("root-ls", "root ls", &["root", "ls"], 0),
    ("search", "search", &["search", "one"], 0),
    ("search", "search", &["search", "nothingfits"], 3),
    ("search", "search", &["search", "--sort", "-added"], 0),
    ("search", "search", &["search", "rating", ">=4"], 3),
    ("find", "find", &["find", "title", "one"], 0),
    ("find", "find", &["find", "title", "nothing"], 3),
    ("list", "list", &["list", "title"], 0),
    ("list", "list", &["list", "title", "group", "album"], 0),
    ("cover", "cover", &["cover", "one"], 0),
    ("lyrics", "lyrics", &["lyrics", "one"], 0),
    (
        "playlist-check",
        "playlist check",
        &["playlist", "check", "mix", "mix.m3u8"],
        4,
    ),
    ("ls", "ls", &["ls"], 0),
    ("ls", "ls", &["ls", "Music"], 0),
    ("ls", "ls", &["ls", "--recent"], 0),
    ("ls-skipped", "ls", &["ls", "--skipped"], 0),
    ("info", "info", &["info", "one"], 0),
    ("info", "info", &["info", "Music/one.wav"], 0),
    ("info-all", "info", &["info", "--all", "wav"], 0),
    ("stats", "stats", &["stats"], 0),
    ("history", "history", &["history"], 0),
    ("outages", "outages", &["outages"], 0),
    ("outages-show", "outages show", &["outages", "show"], 0),
    ("outages-show", "outages", &["outages", "--jsonl"], 0),
    (
        "import",
        "import",
        &["import", "export.json", "--dry-run"],
        0,
    ),
    ("import", "import", &["import", "export.json"], 0),
    ("adopt-found", "adopt", &["adopt"], 0),
    ("adopt", "adopt", &["adopt", "--all", "--dry-run"], 0),
    ("adopt", "adopt", &["adopt", "rhythmbox"], 0),
    ("ban", "ban", &["ban"], 0),
    ("eq", "eq", &["eq"], 0),
    (
        "eq",
        "eq bands",
        &["eq", "bands", "3 2 0 0 0 -1 0 0 1 2"],
        0,
    ),
    ("eq", "eq band", &["eq", "band", "3", "-2.5"], 0),
    ("eq", "eq preamp", &["eq", "preamp", "-4"], 0),
    ("eq", "eq off", &["eq", "off"], 0),
    ("eq", "eq on", &["eq", "on"], 0),
    ("eq", "eq load", &["eq", "load", "ParametricEQ.txt"], 0),
    ("eq", "eq usual", &["eq", "usual"], 0),
    ("ready", "ready", &["ready"], 0),
    ("ready", "ready", &["ready", "--min", "100"], 4),
    ("missing", "missing", &["missing"], 4),
    (
        "missing",
        "missing",
        &["missing", "mix", "--by", "artist"],
        4,
    ),
    ("match", "match", &["match"], 4),
    ("match", "match", &["match", "mix", "-n", "0"], 4),
    ("match-why", "match why", &["match", "why", "mix:1"], 0),
    ("match-why", "match why", &["match", "why", "mix", "2"], 0),
    ("drill", "drill", &["drill", "mix", "--seconds", "1"], 0),
    ("probe", "probe", &["probe", "refused"], 11),
    ("pack", "pack", &["pack", "--to", "stick", "--dry-run"], 0),
    (
        "pack",
        "pack",
        &["pack", "--to", "stick", "--size", "40k", "mix"],
        4,
    ),
    ("pack", "pack", &["pack", "--to", "stick"], 0),
    ("verify", "verify", &["verify", "--dry-run"], 0),
    ("verify", "verify", &["verify"], 0),
    ("verify", "verify", &["verify", "cut.wav"], 4),
    ("dupes", "dupes", &["dupes"], 0),
    ("doctor", "doctor", &["doctor"], 4),
    ("doctor", "doctor", &["doctor", "--deep"], 4),
    ("info", "info", &["info", "Music/one.wav"], 0),
    ("playlist-ls", "playlist ls", &["playlist", "ls"], 0),
    (
        "playlist-show",
        "playlist show",
        &["playlist", "show", "mix"],
        4,
    ),
    (
        "playlist-show",
        "playlist show",
        &["playlist", "show", "newest"],
        0,
    ),
    (
        "playlist-show",
        "playlist show",
        &["playlist", "show", "loved"],
        3,
    ),
    ("backup-create", "backup create", &["backup", "create"], 0),
    ("backup-ls", "backup ls", &["backup", "ls"], 0),
    ("status", "status", &["status"], 0),
    ("status", "status", &[], 0),
    ("play", "play", &["play", "one", "--output", "wav:x.wav"], 0),
    ("now", "now", &["now", "--output", "wav:y.wav"], 0),
    ("history", "history", &["history", "1"], 0),
    ("info", "info", &["info", "one"], 0),
    ("outputs", "outputs", &["outputs"], 7),
    ("tui", "tui", &["tui", "--keys"], 0),
    ("config-show", "config show", &["config"], 0),
    (
        "config-show",
        "config show",
        &["config", "show", "service"],
        0,
    ),
    ("config-path", "config path", &["config", "path"], 0),
    ("config-check", "config check", &["config", "check"], 0),
    (
        "config-check",
        "config check",
        &["config", "check", "mix.m3u8"],
        4,
    ),
    ("config-keys", "config keys", &["config", "keys"], 0),
];

/// Verbs of a running player, by the server that `MPD_HOST` names.
const ON_WIRE: &[(&str, &str, &[&str], i32)] = &[
    ("status", "status", &["status"], 0),
    ("status", "pause", &["pause"], 0),
    ("status", "unpause", &["unpause"], 0),
    ("status", "toggle", &["toggle"], 0),
    ("status", "stop", &["stop"], 0),
    ("status", "next", &["next"], 0),
    ("status", "prev", &["prev"], 0),
    ("status", "seek", &["seek", "+10"], 0),
    ("status", "seekthrough", &["seekthrough", "-1:00"], 0),
    ("status", "volume", &["volume", "-5"], 0),
    ("status", "random", &["random"], 0),
    ("status", "repeat", &["repeat", "on"], 0),
    ("status", "single", &["single", "once"], 0),
    ("status", "consume", &["consume"], 0),
    ("status", "crossfade", &["crossfade"], 0),
    ("replaygain", "replaygain", &["replaygain"], 0),
    ("speed", "speed", &["speed"], 0),
    ("current", "current", &["current"], 0),
    ("queue", "queue", &["queue"], 0),
    ("status", "clear", &["clear"], 0),
    ("status", "del", &["del", "1"], 0),
    ("status", "shuffle", &["shuffle"], 0),
    ("idle", "idle", &["idle"], 0),
    ("idle", "idleloop", &["idleloop"], 5),
    ("lsplaylists", "lsplaylists", &["lsplaylists"], 0),
    ("status", "clearerror", &["clearerror"], 0),
    ("enable", "enable", &["enable", "1"], 0),
    ("enable", "disable", &["disable", "only", "1"], 0),
];

fn library() -> Home {
    let home = Home::new();
    let one = home.tone("one.wav", 1, RATE as usize / 10);
    let odd = home.music().join(OsStr::from_bytes(b"d\xe9j\xe0"));
    fs::create_dir(&odd).unwrap();
    fs::copy(
        home.tone("two.wav", 2, RATE as usize / 10),
        odd.join("tr\u{fffd}.wav"),
    )
    .unwrap();
    fs::rename(
        home.music().join("two.wav"),
        odd.join(OsStr::from_bytes(b"vu\xff.wav")),
    )
    .unwrap();
    fs::copy(&one, home.music().join("twin.wav")).unwrap();
    fs::write(home.music().join("broken.mp3"), "no music").unwrap();
    fs::write(home.music().join("one.lrc"), "[00:01.00]la\n").unwrap();
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
    fs::write(home.music().join("cover.png"), picture).unwrap();
    home.run(&["scan", "Music"]).ended(4);
    fs::create_dir(home.path("stick")).unwrap();
    let cut = home.tone("cut.wav", 3, RATE as usize);
    let bytes = fs::read(&cut).unwrap();
    fs::write(home.path("cut.wav"), &bytes[..bytes.len() / 2]).unwrap();
    fs::remove_file(cut).unwrap();
    fs::write(
        home.path("mix.m3u8"),
        [
            b"#EXTM3U\n#EXTINF:10,Who - Gone\ngone/\xff.mp3\n".as_slice(),
            one.as_os_str().as_bytes(),
            b"\n",
            odd.as_os_str().as_bytes(),
            b"/vu\xff.wav\n",
        ]
        .concat(),
    )
    .unwrap();
    home.run(&["playlist", "new", "mix", "mix.m3u8"]);
    let export = r#"{"playlists":[{"name":"Road Trip","items":[{"track":{"trackName":"one","artistName":"Who","albumName":"x",
        "trackUri":"spotify:track:4ExampleExampleExample1"}}]}]}"#;
    fs::write(home.path("export.json"), export).unwrap();
    let curve = "Preamp: -6.4 dB\nFilter 1: ON LSC Fc 105 Hz Gain 6.5 dB Q 0.70\n";
    fs::write(home.path("ParametricEQ.txt"), curve).unwrap();
    let other = home.path(".local/share/rhythmbox");
    fs::create_dir_all(&other).unwrap();
    let songs = "<rhythmdb version='2.0'><entry type='song'><title>one</title><location>file:///x.mp3</location><rating>3</rating></entry></rhythmdb>";
    fs::write(other.join("rhythmdb.xml"), songs).unwrap();
    // On its own port nobody listens.
    let config =
        "[[service]]\nname = 'refused'\nprobe = ['tcp://127.0.0.1:1', 'http://127.0.0.1:1/']\n";
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), config).unwrap();
    let newest = ["smart", "newest", "--sort", "-added", "-n", "2"];
    home.run(&[&["playlist"], &newest[..]].concat()).ended(0);
    home.run(&["ban", "--artist", "Nobody"]).ended(0);
    let outage = Outage {
        began_at_ms: 1_700_000_000_000,
        seen_at_ms: 1_700_000_060_000,
        evidence: vec!["no default route".into()],
        ..Outage::default()
    };
    let mut person = Person::open(&home.path("home/data")).unwrap();
    person.keep_outage(&outage).unwrap();
    drop(person);
    home.run(&["playlist", "smart", "loved", "rating", ">=4"])
        .ended(0);
    home
}

#[test]
fn answers_are_as_the_schema_says() {
    let home = library();
    let schema: Value = home.run(&["man", "--json-schema"]).ended(0).json();
    let names: BTreeSet<&String> = schema["$defs"].as_object().unwrap().keys().collect();
    let mut compiler = Compiler::new();
    compiler
        .add_resource("urn:standin:answers:1", schema.clone())
        .unwrap();
    let mut schemas = Schemas::new();
    let mut checked = BTreeSet::new();
    let mpd = FakeMpd::start(&home.path(""), "a name");
    let wire = ON_WIRE.iter().map(|row| (row, Some(&mpd.socket)));
    for ((definition, _, args, code), mpd) in ANSWERS.iter().map(|row| (row, None)).chain(wire) {
        let at = format!("urn:standin:answers:1#/$defs/{definition}");
        let index = compiler.compile(&at, &mut schemas).unwrap();
        let mut command = home.command(&[*args, &["--json"]].concat());
        command.envs(mpd.map(|socket| ("MPD_HOST", socket)));
        let ran = Ran::from(command.output().unwrap());
        // There may be a sound card or none.
        let code = if *definition == "outputs" {
            ran.code.unwrap()
        } else {
            *code
        };
        let ran = ran.ended(code);
        assert!(!ran.out.is_empty(), "{args:?}");
        for line in ran.out.lines() {
            let answer: Value = serde_json::from_str(line).unwrap();
            if let Err(error) = schemas.validate(&answer, index) {
                panic!("{args:?}: {error:#}\n{line}");
            }
            // The schema is closed: what it does not name is refused.
            let mut more = answer.clone();
            more["unheard_of"] = 1.into();
            assert!(
                schemas.validate(&more, index).is_err(),
                "{definition} is open"
            );
            let mut less = answer;
            less.as_object_mut().unwrap().remove("schema");
            assert!(schemas.validate(&less, index).is_err(), "{definition}");
        }
        checked.insert(*definition);
    }
    for name in &checked {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn every_verb_has_its_answer_or_none() {
    let home = library();
    // It runs until it is ended; its lines are those of `scan`, made by the same function.
    let running: &[&str] = &["watch", "daemon", "guard"];
    let known = ANSWERS.iter().chain(ON_WIRE);
    let known: BTreeSet<&str> = known.map(|(_, verb, _, _)| *verb).collect();
    for verb in verbs::all(&home) {
        let listed = [
            known.contains(&*verb),
            SILENT.contains(&&*verb),
            running.contains(&&*verb),
        ];
        assert_eq!(
            listed.iter().filter(|listed| **listed).count(),
            1,
            "`{verb}` belongs in ANSWERS (with a definition in schema.json) or in SILENT"
        );
    }
}

#[test]
fn names_that_are_not_utf8_come_back_from_json() {
    let home = library();
    let value = home.run(&["search", "vu", "--json"]).ended(0).json();
    let song = &value["songs"][0];
    assert!(
        song["path"]
            .as_str()
            .unwrap()
            .ends_with("d\u{fffd}j\u{fffd}/vu\u{fffd}.wav")
    );
    assert_eq!(song["uri_b64"], "TXVzaWMvZOlq4C92df8ud2F2");
    let plain = home.run(&["search", "one", "--json"]).ended(0).json();
    assert_eq!(plain["songs"][0].get("path_b64"), None);
    let rows = home
        .run(&["playlist", "show", "mix", "--json"])
        .ended(4)
        .json();
    assert!(rows["rows"][2]["file_b64"].is_string());
}
