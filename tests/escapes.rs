//! Tags, names and arguments that hold everything a terminal obeys: nothing of it reaches one, from any verb.

use crate::fake_mpd::FakeMpd;
use crate::home::{HANG, Home, RATE, Ran};
use crate::verbs;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use rexpect::process::WaitStatus;
use rexpect::session::{Options, spawn_with_options};
use standin::library::person::Person;
use standin::music::{Outage, Wanted};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What our own program sends to a terminal beside text: bold, dim and plain; marks in colour; the live line; the progress bar.
const OURS: &[&str] = &[
    "\x1b[1m",
    "\x1b[2m",
    "\x1b[4m",
    "\x1b[31m✗",
    "\x1b[32m✓",
    "\x1b[33m!",
    "\x1b[34m•",
    "\x1b[0m",
    "\x1b[K",
    "\x1b[?25l",
    "\x1b[?25h",
    "\x1b[2K",
    "\x1b[1A",
    "\x1b[1B",
    "\r",
];

/// Steers a terminal in every way, and fits into a file's name.
fn hostile() -> String {
    format!(
        "\x1b]0;owned\x07\x1b[31mred\x1b[2J\u{9b}35m\u{85}\x08\x7f\u{202e}rtl\u{2066}\u{200f}\u{61c}\u{2028}Z{} hostile",
        "\u{301}".repeat(40)
    )
}

/// The same with what no file's name here may hold, too long for anything.
fn hostile_tag() -> String {
    format!("{}\r\n\tforged: line\n{}", hostile(), "x".repeat(10_000))
}

fn tagged(path: &Path) {
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(hostile_tag());
    tag.set_artist(hostile_tag());
    tag.set_album(hostile_tag());
    tag.set_genre(hostile_tag());
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

fn library() -> Home {
    let home = Home::new();
    let name = hostile();
    fs::create_dir_all(home.path(&format!("{name}root"))).unwrap();
    fs::create_dir_all(home.path(&format!("{name}stick"))).unwrap();
    for player in [&format!("{name}player"), ".local/share/rhythmbox"] {
        let folder = home.path(player);
        fs::create_dir_all(&folder).unwrap();
        let songs = format!(
            "<rhythmdb version='2.0'><entry type='song'><title>{name}</title><location>file:///{name}</location><rating>3</rating></entry>"
        );
        fs::write(folder.join("rhythmdb.xml"), songs).unwrap();
        let lists = format!(
            "<rhythmdb-playlists><playlist name='{name}' type='static'><location>file:///{name}</location></playlist></rhythmdb-playlists>"
        );
        fs::write(folder.join("playlists.xml"), lists).unwrap();
    }
    tagged(&home.tone(&format!("{name}/{name}.wav"), 1, RATE as usize / 10));
    tagged(&home.tone("plain.wav", 2, RATE as usize / 10));
    fs::copy(
        home.music().join(format!("{name}/{name}.wav")),
        home.music().join(format!("{name}/{name} again.wav")),
    )
    .unwrap();
    let cut = home.tone(&format!("{name}/{name} cut.wav"), 3, RATE as usize);
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    fs::write(home.music().join(format!("{name}.mp3")), "no music").unwrap();
    let cell = name.replace('"', "");
    let export = format!("title,artist,album\n\"{cell}\",\"{cell}\",\"{cell}\"\n");
    fs::write(home.path("export.csv"), export).unwrap();
    let curve = "Filter 1: ON PK Fc 105 Hz Gain -3 dB Q 0.7\n";
    fs::write(home.path(&format!("{name} EQ.txt")), curve).unwrap();
    let foreign = format!("{curve}{name}\n");
    fs::write(home.path("foreign EQ.txt"), foreign).unwrap();
    let words = format!("[00:01.00]{name}\r\nplain\n");
    fs::write(home.music().join(format!("{name}/{name}.lrc")), words).unwrap();
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
    fs::write(home.music().join(format!("{name}/cover.png")), picture).unwrap();
    fs::write(home.music().join(format!("{name}\r\n.flac")), "no name").unwrap();
    let wanted = Wanted {
        title: hostile_tag(),
        artists: vec![hostile_tag()],
        ..Wanted::default()
    };
    let outage = Outage {
        service: hostile_tag(),
        client: hostile_tag(),
        verdict: hostile_tag(),
        evidence: vec![hostile_tag()],
        list: Some(hostile_tag()),
        instead_of: wanted,
        ..Outage::default()
    };
    let mut person = Person::open(&home.path("home/data")).unwrap();
    person.keep_outage(&outage).unwrap();
    drop(person);
    // More than a little of what is no text would make it no playlist at all.
    let plain = format!("# {}\n", "plain ".repeat(150));
    let list = format!(
        "{plain}#EXTENC:{name}\n#EXTINF:10,{name} - {name}\n{name}-gone.mp3\nplain.wav\n{name}://x/y\nhttp://{name}\n"
    );
    fs::write(home.music().join(format!("{name}.m3u8")), list).unwrap();
    // A text of TOML may hold no control character as it is.
    let name: String = hostile()
        .chars()
        .map(|c| format!("\\U{:08x}", c as u32))
        .collect();
    let config = format!("[[service]]\nname = \"{name}\"\nprobe = 'http://127.0.0.1:1/'\n");
    let config = format!("[outage]\nservices = [\"{name}\"]\n{config}");
    let keys = format!("\"{name}\" = \"quit\"\nx = \"{name}\"\n");
    let config = format!("[tui.keys]\n{keys}{config}");
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), config).unwrap();
    home
}

/// A trace that is recorded, and is there already when it is named again.
const TRACE: &str = "trace.jsonl";

/// What a terminal is sent by this run, stdout and stderr together, and the code it ends with.
fn on_terminal(home: &Home, args: &[&str], mpd: Option<&Path>) -> (String, i32) {
    let mut command = home.command(args);
    command.envs(mpd.map(|socket| ("MPD_HOST", socket)));
    command
        .stdin(std::process::Stdio::inherit())
        .env("TERM", "xterm")
        .env("STANDIN_HOME", hostile());
    let options = Options::new().timeout_ms(Some(HANG.as_millis() as u64));
    let mut session = spawn_with_options(command, options).unwrap();
    if args.first() == Some(&"watch") {
        session.exp_string("The library has").unwrap();
        session.send_control('c').unwrap();
    }
    if args.last() == Some(&TRACE) {
        session.exp_string("Ctrl-C ends it").unwrap();
        session.send_control('c').unwrap();
    }
    if args.starts_with(&["match", "review"]) {
        session.send("q").unwrap();
        session.flush().unwrap();
    }
    // The session reads bytes as Latin-1.
    let bytes: Vec<u8> = session
        .exp_eof()
        .unwrap()
        .chars()
        .map(|c| c as u8)
        .collect();
    let WaitStatus::Exited(_, code) = session.process().wait().unwrap() else {
        panic!("{args:?} was ended by a signal");
    };
    (String::from_utf8_lossy(&bytes).into_owned(), code)
}

/// The first thing in a text that would steer a terminal.
fn steering(text: &str) -> Option<String> {
    let text = OURS
        .iter()
        .fold(text.to_owned(), |text, ours| text.replace(ours, ""));
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
    };
    let at = text.find(steers)?;
    Some(text[at..].chars().take(60).collect())
}

/// The first thing in a text for people that runs over the lines around it, or makes one of its own.
fn spilling(text: &str) -> Option<String> {
    let marks = text.find(&"\u{301}".repeat(9));
    let forged = || text.find("\nforged").or_else(|| text.find("\n\tforged"));
    let at = marks.or_else(forged)?;
    Some(text[at..].chars().take(60).collect())
}

/// The runs, each with the verb that it is about; no verb: wrong usage.
fn runs() -> Vec<(&'static str, Vec<String>)> {
    let (name, long) = (hostile(), hostile_tag());
    let list = format!("Music/{name}.m3u8");
    let file = format!("Music/{name}/{name}.wav");
    let curve = format!("{name} EQ.txt");
    let playlist = "\u{202e}\u{2066}Zz\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}";
    let smart = format!("{playlist}3");
    let (stick, player) = (format!("{name}stick"), format!("{name}player"));
    let out = format!("{name}out");
    let (outside, renamed) = (format!("{name}root"), format!("{playlist}2"));
    let (output, option) = (format!("wav:{name}/x.wav"), format!("--{long}"));
    let table: Vec<(&str, Vec<&str>)> = vec![
        ("scan", vec!["scan", "Music", &outside]),
        ("scan", vec!["scan", "-v", "--full"]),
        ("scan", vec!["scan", "--json", "--full"]),
        ("scan", vec!["scan", &long]),
        ("watch", vec!["watch", "-v"]),
        ("root ls", vec!["root", "ls"]),
        ("root ls", vec!["root", "--json"]),
        ("root add", vec!["root", "add", &outside]),
        ("root add", vec!["root", "add", &long]),
        ("root rm", vec!["root", "rm", &long]),
        ("search", vec!["search", "hostile"]),
        ("search", vec!["search", "hostile", "--json"]),
        ("search", vec!["search", "hostile", "-0"]),
        (
            "search",
            vec![
                "search",
                "hostile",
                "-f",
                "%artist%\\t%title% %album% %genre% %file% \\e[31m\\a",
            ],
        ),
        ("search", vec!["search", &long]),
        ("search", vec!["search", "x", "-f", &long]),
        ("search", vec!["search", "rating", &long]),
        (
            "search",
            vec!["search", "added", "never", "(added == '\u{9b}')"],
        ),
        ("search", vec!["search", "x", "--sort", &long]),
        ("daemon", vec!["daemon", "--install", "--dry-run"]),
        ("daemon", vec!["daemon", "--listen", &long]),
        ("find", vec!["find", "base", "Music"]),
        ("find", vec!["find", "artist", &long]),
        ("find", vec!["find", &long]),
        ("list", vec!["list", "artist"]),
        ("list", vec!["list", "title", "group", "album", "--json"]),
        ("list", vec!["list", &long]),
        ("lyrics", vec!["lyrics", &file]),
        ("lyrics", vec!["lyrics", &file, "--json"]),
        ("lyrics", vec!["lyrics", &file, "--synced"]),
        ("cover", vec!["cover", &file]),
        ("cover", vec!["cover", &file, "--json"]),
        ("cover", vec!["cover", &long]),
        ("ls", vec!["ls"]),
        ("ls", vec!["ls", "Music"]),
        ("ls", vec!["ls", "Music", "--json"]),
        ("ls", vec!["ls", "--recent"]),
        ("ls", vec!["ls", "--recent", &long]),
        ("ls", vec!["ls", "--skipped"]),
        ("ls", vec!["ls", "--skipped", "--json"]),
        ("ls", vec!["ls", &long]),
        ("info", vec!["info", "plain"]),
        ("info", vec!["info", "hostile"]),
        ("info", vec!["info", &file]),
        ("info", vec!["info", &file, "--json"]),
        ("info", vec!["info", &long]),
        ("stats", vec!["stats"]),
        ("verify", vec!["verify"]),
        ("verify", vec!["verify", "--json", "--again"]),
        ("verify", vec!["verify", &file]),
        ("verify", vec!["verify", &long]),
        ("doctor", vec!["doctor"]),
        ("doctor", vec!["doctor", "--deep", "--json"]),
        ("doctor", vec!["doctor", "--mend"]),
        ("dupes", vec!["dupes"]),
        ("dupes", vec!["dupes", "--json"]),
        ("dupes", vec!["dupes", "-0"]),
        ("playlist new", vec!["playlist", "new", playlist, &list]),
        ("playlist new", vec!["playlist", "new", &long]),
        ("playlist add", vec!["playlist", "add", playlist, "hostile"]),
        ("playlist add", vec!["playlist", "add", playlist, &long]),
        (
            "playlist smart",
            vec!["playlist", "smart", &smart, "hostile"],
        ),
        ("playlist smart", vec!["playlist", "smart", &smart, &long]),
        (
            "playlist smart",
            vec!["playlist", "smart", &smart, &long, "--force"],
        ),
        (
            "playlist smart",
            vec!["playlist", "smart", "x", "rating", &long],
        ),
        ("playlist show", vec!["playlist", "show", &smart]),
        ("playlist add", vec!["playlist", "add", &smart, "hostile"]),
        ("playlist rm", vec!["playlist", "rm", &smart, "1"]),
        ("ready", vec!["ready"]),
        ("ready", vec!["ready", "--html", "ready.html"]),
        ("import", vec!["import", &file]),
        ("import", vec!["import", "export.csv", "--as", "csv"]),
        ("import", vec!["import", "export.csv"]),
        ("import", vec!["import", &long]),
        ("adopt", vec!["adopt", &file]),
        ("adopt", vec!["adopt", &long]),
        ("adopt", vec!["adopt"]),
        ("adopt", vec!["adopt", &player]),
        ("adopt", vec!["adopt", "--all", "--json"]),
        ("", vec!["match"]),
        ("", vec!["match", "--json"]),
        ("", vec!["match", &long]),
        ("match why", vec!["match", "why", playlist, "1"]),
        ("match why", vec!["match", "why", playlist, "2"]),
        ("match why", vec!["match", "why", &long]),
        ("match set", vec!["match", "set", playlist, "1", &file]),
        ("match set", vec!["match", "set", playlist, "2", "--none"]),
        ("match set", vec!["match", "set", playlist, "1", &long]),
        ("match why", vec!["match", "why", playlist, "1"]),
        ("match review", vec!["match", "review", &long]),
        ("match review", vec!["match", "review", playlist]),
        ("match export", vec!["match", "export"]),
        ("match export", vec!["match", "export", "decided.jsonl"]),
        ("match import", vec!["match", "import", "decided.jsonl"]),
        ("match import", vec!["match", "import", &file]),
        ("match import", vec!["match", "import", &long]),
        ("match unset", vec!["match", "unset", playlist, "1"]),
        ("match unset", vec!["match", "unset", &long]),
        ("missing", vec!["missing"]),
        ("missing", vec!["missing", "--format", "csv"]),
        ("missing", vec!["missing", "--format", "markdown"]),
        ("missing", vec!["missing", &long]),
        ("pack", vec!["pack", "--to", &stick, "--dry-run"]),
        ("pack", vec!["pack", "--to", &stick, "--json"]),
        ("pack", vec!["pack", "--to", &stick]),
        ("pack", vec!["pack", "--to", &long]),
        ("pack", vec!["pack", "--to", &stick, "--size", &long]),
        ("pack", vec!["pack", "--to", "Music"]),
        ("pack", vec!["pack", "--to", &stick, &long]),
        ("drill", vec!["drill", "--seconds", "1"]),
        ("drill", vec!["drill", "--seconds", "1", "--json"]),
        ("drill", vec!["drill", &long]),
        ("probe", vec!["probe", "-v"]),
        ("probe", vec!["probe", "--json"]),
        ("probe", vec!["probe", &long]),
        ("guard", vec!["guard", "--record", TRACE]),
        ("guard", vec!["guard", "--record", &file]),
        ("guard", vec!["guard", "--record", &long]),
        ("", vec!["outages"]),
        ("", vec!["outages", "-v", "--json"]),
        ("", vec!["outages", "--jsonl", "--json"]),
        ("outages show", vec!["outages", "show"]),
        ("outages show", vec!["outages", "show", &long]),
        ("guard", vec!["guard", "--off"]),
        ("guard", vec!["guard", "--replay", &long]),
        ("guard", vec!["guard", &long]),
        ("ban", vec!["ban", &file]),
        ("ban", vec!["ban", "--artist", &long]),
        ("ban", vec!["ban"]),
        ("ban", vec!["ban", "--lift", "--all", "e"]),
        ("rate", vec!["rate", &file, "3.5"]),
        ("rate", vec!["rate", &file, &long]),
        ("eq load", vec!["eq", "load", &curve]),
        ("eq load", vec!["eq", "load", "foreign EQ.txt"]),
        ("eq load", vec!["eq", "load", &long]),
        ("", vec!["eq"]),
        ("", vec!["eq", "--json"]),
        ("eq on", vec!["eq", "on"]),
        ("eq off", vec!["eq", "off"]),
        ("eq bands", vec!["eq", "bands", "0 0 0 0 0 0 0 0 0 1"]),
        ("eq band", vec!["eq", "band", "1", "-2"]),
        ("eq preamp", vec!["eq", "preamp", "-1"]),
        ("eq bands", vec!["eq", "bands", &long]),
        ("eq band", vec!["eq", "band", "1", &long]),
        ("eq preamp", vec!["eq", "preamp", &long]),
        ("eq usual", vec!["eq", "usual"]),
        ("backup create", vec!["backup", "create"]),
        ("backup ls", vec!["backup", "ls"]),
        ("export", vec!["export", "--all", &out]),
        ("export", vec!["export", "--all", &out]),
        ("export", vec!["export", "--all", &long]),
        ("help", vec!["help", &long]),
        ("help", vec!["help", "trust"]),
        ("backup restore", vec!["backup", "restore", &long]),
        (
            "backup restore",
            vec!["backup", "restore", "home/data/standin.jsonl"],
        ),
        ("playlist ls", vec!["playlist", "ls"]),
        ("playlist show", vec!["playlist", "show", playlist]),
        (
            "playlist show",
            vec!["playlist", "show", playlist, "--json"],
        ),
        (
            "playlist show",
            vec![
                "playlist",
                "show",
                playlist,
                "-f",
                "%artist% %title% %file%",
            ],
        ),
        ("playlist show", vec!["playlist", "show", &long]),
        ("playlist check", vec!["playlist", "check", playlist, &list]),
        ("playlist check", vec!["playlist", "check", &list, "--json"]),
        ("playlist check", vec!["playlist", "check", &long]),
        ("playlist export", vec!["playlist", "export", playlist]),
        (
            "playlist export",
            vec!["playlist", "export", playlist, &list],
        ),
        (
            "playlist export",
            vec![
                "playlist",
                "export",
                playlist,
                &file,
                "--force",
                "--relative",
            ],
        ),
        ("play", vec!["play", playlist, "--output", "wav:x.wav"]),
        ("play", vec!["play", &list, "--output", "wav:x.wav"]),
        ("play", vec!["play", "Music", "--output", "wav:x.wav"]),
        ("play", vec!["play", "plain", "--output", "null"]),
        ("play", vec!["play", "plain", "--output", &long]),
        ("play", vec!["play", "plain", "--output", &output]),
        ("play", vec!["play", "plain", "--from", &long]),
        ("play", vec!["play", &long]),
        ("history", vec!["history"]),
        ("history", vec!["history", "--json"]),
        ("history", vec!["history", &long]),
        ("history", vec!["history", "--scrobbles", "-"]),
        ("history", vec!["history", "--scrobbles", &long]),
        ("history", vec!["history", "--listenbrainz", "--new"]),
        ("info", vec!["info", &file]),
        ("status", vec!["status"]),
        ("status", vec![]),
        ("now", vec!["now", "--output", "wav:x.wav"]),
        ("playlist rm", vec!["playlist", "rm", playlist, &long]),
        ("playlist rm", vec!["playlist", "rm", playlist, "1"]),
        (
            "playlist rename",
            vec!["playlist", "rename", playlist, &long],
        ),
        (
            "playlist rename",
            vec!["playlist", "rename", &long, playlist],
        ),
        ("outputs", vec!["outputs"]),
        ("config show", vec!["config", "show"]),
        ("config show", vec!["config", "show", "--json"]),
        ("config show", vec!["config", "show", &long]),
        ("config path", vec!["config", "path"]),
        ("config check", vec!["config", "check"]),
        ("config check", vec!["config", "check", &list]),
        ("config check", vec!["config", "check", &list, "--json"]),
        ("config check", vec!["config", "check", &long]),
        ("config keys", vec!["config", "keys"]),
        ("config keys", vec!["config", "keys", &long]),
        ("config example", vec!["config", "example"]),
        ("tui", vec!["tui", "--keys"]),
        ("tui", vec!["tui", "--keys", "--json"]),
        ("tui", vec!["tui", &long]),
        (
            "playlist rename",
            vec!["playlist", "rename", playlist, &renamed],
        ),
        ("root rm", vec!["root", "rm", "Music"]),
        ("completions", vec!["completions", &long]),
        ("completions", vec!["completions", "fish"]),
        ("man", vec!["man"]),
        ("man", vec!["man", "--json-schema"]),
        ("man", vec!["man", "/proc/\x1b[31m/x"]),
        ("", vec!["--help"]),
        ("", vec![&long]),
        ("", vec!["search", "x", &option]),
        ("", vec!["search", "x", "--limit", &long]),
        ("", vec!["--home", "/proc/\x1b[31m\n", "scan", "Music"]),
        ("", vec!["--color", &long]),
    ];
    let owned = |args: Vec<&str>| args.into_iter().map(str::to_owned).collect();
    table
        .into_iter()
        .map(|(verb, args)| (verb, owned(args)))
        .collect()
}

/// The verbs of a running player, by a server all of whose names are hostile.
fn runs_on_wire() -> Vec<Vec<String>> {
    let long = hostile_tag();
    let mut runs: Vec<Vec<&str>> = [
        "status",
        "pause",
        "unpause",
        "toggle",
        "stop",
        "next",
        "prev",
        "volume",
        "random",
        "repeat",
        "single",
        "consume",
        "crossfade",
        "replaygain",
        "speed",
        "current",
        "queue",
        "clear",
        "shuffle",
        "idle",
        "idleloop",
        "lsplaylists",
        "clearerror",
    ]
    .iter()
    .flat_map(|verb| [vec![*verb], vec![*verb, "--json"]])
    .collect();
    let name = hostile();
    runs.extend([
        vec!["current", "-f", "%artist%\\t%title% %file% \\e[31m"],
        vec!["queue", "-f", &name],
        vec!["seek", "50%"],
        vec!["seek", &long],
        vec!["seekthrough", "10"],
        vec!["volume", &long],
        vec!["speed", &long],
        vec!["random", &long],
        vec!["add", &name],
        vec!["add", &long],
        vec!["insert", &name],
        vec!["del", "1"],
        vec!["del", &name],
        vec!["move", "1", "1"],
        vec!["idle", &name],
        vec!["load", &name],
        vec!["load", "nosuch"],
        vec!["save", &name],
        vec!["rm", &name],
        vec!["enable", "1"],
        vec!["enable", &long],
        vec!["disable", "only", "1"],
    ]);
    let owned = |args: Vec<&str>| args.into_iter().map(str::to_owned).collect();
    runs.into_iter().map(owned).collect()
}

#[test]
fn nothing_steers_a_terminal() {
    let home = library();
    let mpd = FakeMpd::start(&home.path(""), &hostile());
    let on_wire = runs_on_wire().into_iter().map(|args| (None, args));
    let mut walked = BTreeSet::new();
    let mut wrong = Vec::new();
    let runs = runs().into_iter().map(|(verb, args)| (Some(verb), args));
    for (verb, args) in runs.chain(on_wire) {
        let server = verb.is_none().then_some(&*mpd.socket);
        let verb = verb.map_or_else(|| args[0].clone(), str::to_owned);
        let verb = verb.as_str();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (sent, code) = on_terminal(&home, &args, server);
        let short = || {
            args.iter()
                .map(|arg| arg.chars().take(30).collect())
                .collect::<Vec<String>>()
        };
        let people = !args.contains(&"--json");
        let spilled = || spilling(&sent).filter(|_| people);
        if let Some(found) = steering(&sent).or_else(spilled) {
            wrong.push(format!("{:?}: {found:?}", short()));
        }
        // In a pipe real names are raw in the answer, and only there.
        let piped = (verb != "watch").then(|| {
            let mut command = home.command(&args);
            command.envs(server.map(|socket| ("MPD_HOST", socket)));
            Ran::from(command.output().unwrap()).err
        });
        if let Some(found) = piped.and_then(|err| steering(&err).or_else(|| spilling(&err))) {
            wrong.push(format!("{:?} in a pipe: {found:?}", short()));
        }
        // A verb that only refused was not tried. Ctrl-C ends a watch; there may be no sound card.
        if [0, 4, 130].contains(&code)
            || (verb, code) == ("outputs", 7)
            || (verb, code) == ("idleloop", 5)
            || (verb, code) == ("probe", 11)
        {
            walked.insert(verb.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    walked.remove("");
    // They say nothing while all is well; what they say else `play` says too, or `status`.
    walked.extend(["daemon".into(), "guard".into()]);
    assert_eq!(walked, verbs::all(&home), "each verb is walked");
}

#[test]
fn what_is_shown_is_there_exactly_in_json() {
    let home = library();
    home.run(&["scan", "Music"]).ended(4);
    let file = format!("Music/{0}/{0}.wav", hostile());
    let info = home.run(&["info", &file, "--json"]).ended(0);
    assert_eq!(steering(&info.out), None);
    let path = info.json()["path"].as_str().unwrap().to_owned();
    assert!(path.ends_with(&file), "{path:?}");
    assert!(info.json()["title"].as_str().unwrap().contains('\u{202e}'));
    let skipped = home.run(&["ls", "--skipped", "--json"]).ended(0);
    assert_eq!(steering(&skipped.out), None);
    let skipped = skipped.json()["skipped"][0]["path"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(skipped.contains(&hostile()), "{skipped:?}");
    // Shown to people, it is replaced.
    let shown = home.run(&["info", &file]).ended(0).out;
    assert_eq!((steering(&shown), spilling(&shown)), (None, None));
    assert!(shown.contains("�[31mred�[2J"), "{shown:?}");
}

#[test]
fn a_pipe_gets_the_real_name() {
    let home = library();
    home.run(&["scan", "Music"]).ended(4);
    let real = format!("{}/{}.wav", hostile(), hostile());
    assert!(
        home.run(&["search", "rtl", "-0"])
            .ended(0)
            .out
            .contains(&format!("{real}\0"))
    );
    assert!(
        home.run(&["search", "rtl"])
            .ended(0)
            .out
            .contains(&format!("{real}\n"))
    );
    let formatted = home.run(&["search", "rtl", "-f", "%file%"]).ended(0).out;
    assert!(formatted.contains(&format!("Music/{real}\n")));
}

#[test]
fn only_the_gate_prints() {
    let sources = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut seen = 0;
    for entry in sources.into_iter().map(Result::unwrap) {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        seen += 1;
        // A worker answers its owner through a pipe.
        let may = [
            "cli/out.rs",
            "cli/terminal.rs",
            "tui/screen.rs",
            "worker/serve.rs",
        ]
        .iter()
        .any(|file| path.ends_with(file));
        let text = fs::read_to_string(path).unwrap();
        let text = text
            .replace("stdout().is_terminal()", "")
            .replace("stderr().is_terminal()", "")
            .replace("use_stderr()", "");
        let prints = text.contains("stdout()") || text.contains("stderr()");
        assert!(
            may || !prints,
            "{} writes to stdout or stderr by itself",
            path.display()
        );
    }
    assert!(seen > 50);
}
