//! `standin config`, and what becomes of a config that changes under a daemon.

use crate::home::{Home, Ran, Signal, has};
use crate::knocking::{Client, Daemon};
use standin::config::{TABLES, Taken, VARIABLES};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn write_config(home: &Home, text: &str) {
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), text).unwrap();
}

/// The cells of the line that begins so.
#[track_caller]
fn line(ran: &Ran, key: &str) -> Vec<String> {
    let begins = format!("{key}\t");
    let line = ran.out.lines().find(|line| line.starts_with(&begins));
    let line = line.unwrap_or_else(|| panic!("no {key} in:\n{}", ran.out));
    line.split('\t').map(str::to_owned).collect()
}

#[test]
fn each_value_is_told_with_where_it_comes_from() {
    let home = Home::new();
    write_config(
        &home,
        "[play]\nvolume = 40\n\n[daemon]\npassword = 'sesame'\n[tui.keys]\nn = 'none'\n",
    );
    let file = home.path("home/config/config.toml");
    let at = |number: usize| format!("{}:{number}", file.display());
    for args in [&["config"][..], &["config", "show"]] {
        let ran = home.run(args).ended(0);
        assert_eq!(line(&ran, "play.volume")[1..], ["40".into(), at(2)]);
        assert_eq!(line(&ran, "play.crossfade_s")[1..], ["0.0", "usual"]);
        assert_eq!(line(&ran, "daemon.password")[1..], ["set".into(), at(5)]);
        assert_eq!(line(&ran, "tui.keys.n")[1..], ["\"none\"".into(), at(7)]);
        // The tests set it for every run.
        let levels = ["\"off\"", "STANDIN_REPLAYGAIN"];
        assert_eq!(line(&ran, "play.replaygain")[1..], levels);
        assert_eq!(line(&ran, "place.data")[2], "--home");
        assert!(!ran.out.contains("sesame") && ran.err.is_empty(), "{ran:?}");
    }
    let json = home.run(&["config", "show", "--json"]).ended(0);
    assert!(!json.out.contains("sesame"), "{}", json.out);
    let few = home.run(&["config", "show", "crossfade"]).ended(0);
    assert_eq!(few.out.lines().count(), 1, "{}", few.out);
    home.run(&["config", "show", "nosuchthing"]).ended(3);

    let path = home.run(&["config", "path"]).ended(0);
    assert_eq!(path.out.trim_end(), file.to_str().unwrap());
    let mut command = home.command(&["config", "show", "place"]);
    command.env("STANDIN_CONFIG", home.path("other.toml"));
    let ran = Ran::from(command.output().unwrap()).ended(0);
    assert_eq!(line(&ran, "place.config")[2], "STANDIN_CONFIG");
    let mut command = home.command(&["config", "show", "server"]);
    command.env("MPD_HOST", "sesame@music.example");
    let ran = Ran::from(command.output().unwrap()).ended(0);
    let server = ["music.example port 6600", "MPD_HOST"];
    assert_eq!(line(&ran, "place.server")[1..], server);
}

#[test]
fn each_slip_is_named_with_its_line() {
    let home = Home::new();
    let none = home.run(&["config", "check"]).ended(0);
    assert!(none.err.contains("There is no "), "{}", none.err);
    write_config(
        &home,
        "[play]\nvolum = 40\ncrossfade_s = 99\nnotifications = true\n\n[pley]\n[daemon]\nlisten = ['0.0.0.0']\n\
         [outage]\nservices = ['Spotifi']\n",
    );
    let ran = home.run(&["config", "check"]).ended(4);
    let file = home.path("home/config/config.toml");
    let told: Vec<&str> = ran.out.lines().collect();
    for (at, (number, what)) in [
        (2, "there is no setting volum; volume is one"),
        (3, "crossfade_s is a number of seconds from 0 to 12"),
        (4, "notifications belongs below [desktop]"),
        (6, "there is no setting pley; play is one"),
        (8, "0.0.0.0:6600"),
        (10, "there is no service Spotifi"),
    ]
    .into_iter()
    .enumerate()
    {
        let begins = format!("{}, line {number}: ", file.display());
        assert!(told[at].starts_with(&begins), "{told:#?}");
        assert!(told[at].contains(what), "{told:#?}");
    }
    assert_eq!(told.len(), 6, "{told:#?}");
    let named = home.path("whole.toml");
    fs::write(&named, "[play]\nvolume = 40\n").unwrap();
    let whole = ["config", "check", "whole.toml"];
    let ran = home.run(&whole).ended(0);
    assert!(ran.err.contains("is whole: 1 setting."), "{}", ran.err);
    let quiet = home.run(&["config", "check", "whole.toml", "-q"]).ended(0);
    assert_eq!((&*quiet.out, &*quiet.err), ("", ""));
    home.run(&["config", "check", "nowhere.toml"]).ended(3);
}

/// The texts between ```toml and ``` of a file, whose lines begin so.
fn examples(file: &Path, begin: &str) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let bare = |line: &str| line.strip_prefix(begin).map(str::to_owned);
    let lines: Vec<String> = text.lines().filter_map(bare).collect();
    let text = lines.join("\n");
    let blocks = text.split("```toml\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    blocks.map(str::to_owned).collect()
}

fn sources() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|ext| ext == "rs") => files.push(path),
                false => {}
            }
        }
    }
    files
}

#[test]
fn examples_are_taken_without_a_word() {
    let home = Home::new();
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut all = examples(&readme, "");
    assert!(all.len() > 1, "README has examples");
    all.extend(sources().iter().flat_map(|file| examples(file, "//! ")));
    all.extend(sources().iter().flat_map(|file| examples(file, "/// ")));
    all.push(home.run(&["config", "example"]).ended(0).out);
    for example in all {
        // That of a client names the service of the one before it.
        let radio = match example.contains("[[client]]") && !example.contains("[[service]]") {
            true => "\n[[service]]\nname = 'Radio'\nprobe = 'tcp://radio.example:1'\n",
            false => "",
        };
        fs::write(home.path("example.toml"), format!("{example}{radio}")).unwrap();
        let ran = home.run(&["config", "check", "example.toml"]);
        assert_eq!((ran.code, &*ran.out), (Some(0), ""), "{example}");
    }
}

#[test]
fn every_key_is_in_the_page_the_example_and_the_list() {
    let home = Home::new();
    let page = home.run(&["man", "--config"]).ended(0).out;
    let example = home.run(&["config", "example"]).ended(0).out;
    let keys = home.run(&["config", "keys"]).ended(0);
    for table in &TABLES {
        for row in table.rows() {
            line(&keys, &format!("{}.{}", table.name, row.name));
            assert!(
                page.contains(&format!("\\fB{}\\fR", row.name)),
                "{}",
                row.name
            );
            assert!(
                example.contains(&format!("\n#{} = ", row.name)),
                "{}",
                row.name
            );
        }
    }
    home.run(&["man", "man/man1"]).ended(0);
    let written = fs::read_to_string(home.path("man/man5/standin-config.5")).unwrap();
    assert_eq!(written, page);
    if has("man") {
        let mut man = std::process::Command::new("man");
        let man = man
            .args(["--warnings", "-l"])
            .arg(home.path("man/man5/standin-config.5"));
        let ran = Ran::from(
            man.env("LC_ALL", "C.UTF-8")
                .env("MANWIDTH", "100")
                .output()
                .unwrap(),
        );
        assert_eq!((ran.code, &*ran.err), (Some(0), ""));
        assert!(ran.out.contains("crossfade_s = 4.0"), "{}", ran.out);
    }
}

#[test]
fn every_variable_that_the_code_reads_is_told() {
    // Of the system, and of the sound server and the terminal, which tell of themselves.
    let others = ["PATH", "CARGO_PKG_VERSION"];
    let told: BTreeSet<&str> = VARIABLES
        .iter()
        .flat_map(|variable| variable.name.split(", "))
        .chain(others)
        .collect();
    let calls = ["env::var(\"", "env::var_os(\"", "env = \"", "named(\"MP"];
    let tests = |file: &PathBuf| file.to_string_lossy().contains("/tests");
    for file in sources().into_iter().filter(|file| !tests(file)) {
        let text = fs::read_to_string(&file).unwrap();
        for call in calls {
            let begins = call.rsplit('"').next().unwrap();
            for rest in text.split(call).skip(1) {
                let name = rest.split('"').next().unwrap();
                let name = format!("{begins}{name}");
                let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
                if name.chars().all(is_name) && !name.starts_with("CARGO") {
                    assert!(told.contains(&*name), "{}: {name}", file.display());
                }
            }
        }
    }
}

/// A value of `standin_config`; `None`: it is not said.
fn used(client: &mut Client, key: &str) -> Option<String> {
    let told = client.ask("standin_config");
    let at = told
        .iter()
        .position(|line| *line == format!("key: {key}"))?;
    let value = told[at + 1].strip_prefix("value: ");
    value.map(str::to_owned)
}

#[test]
fn each_key_is_taken_on_sighup_or_told() {
    let home = Home::new();
    let mut daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    let mut client = Client::at(&home);
    for table in TABLES.iter().filter(|table| !table.is_list()) {
        for row in table.rows() {
            // The lists are long, and a secret is told by nobody: see below.
            if row.taken == Taken::EachTime || row.is_secret() {
                continue;
            }
            let key = format!("{}.{}", table.name, row.name);
            write_config(
                &home,
                &format!("[{}]\n{} = {}\n", table.name, row.name, row.example),
            );
            daemon.running.signal(Signal::HUP);
            match row.taken {
                Taken::AtStart => {
                    let told = format!("{key} holds from the next start on.");
                    daemon.running.wait_for_warning(&told);
                    assert_eq!(used(&mut client, &key), Some(row.usual.to_owned()), "{key}");
                }
                _ => client.wait_until(|client| used(client, &key).is_some()),
            }
        }
    }
    daemon.end().ended(0);
}

#[test]
fn what_is_taken_is_so() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    let mut command = home.command(&["daemon", "--output", "null"]);
    command.env_remove("STANDIN_REPLAYGAIN");
    let daemon = Daemon::of(&home, command);
    let mut client = Client::at(&home);
    let mut other = Client::at(&home);
    let heard = home.path("heard");
    write_config(
        &home,
        &format!(
            "[play]\nvolume = 40\ncrossfade_s = 2\nreplaygain = 'track'\n[hooks]\nsong = 'echo $STANDIN_TITLE >> {}'\n\
             [daemon]\npassword = 'sesame'\ndefault_permissions = ['read']\n[outage]\nguard = 'dry-run'\n",
            heard.display()
        ),
    );
    daemon.running.signal(Signal::HUP);
    client.wait_until(|client| used(client, "hooks.song").is_some());
    for (command, name, is) in [
        ("status", "volume", "40"),
        ("status", "xfade", "2"),
        ("replay_gain_status", "replay_gain_mode", "track"),
        ("standin_guard", "guard", "dry-run"),
    ] {
        client.wait_until(|client| client.value(command, name) == is);
    }
    client.must("add Music");
    client.must("play");
    client.wait_until(|_| fs::read_to_string(&heard).is_ok_and(|heard| heard.lines().count() == 2));
    assert_eq!(fs::read_to_string(&heard).unwrap(), "1\n2\n");
    assert_eq!(
        other.ask("password x"),
        ["ACK [3@0] {password} incorrect password"]
    );
    other.must("password sesame");

    // The line is gone, and runs no more; the guard begins anew with what is set of it.
    write_config(&home, "[outage]\nguard = 'dry-run'\nhand_back = true\n");
    daemon.running.signal(Signal::HUP);
    client.wait_until(|client| used(client, "outage.hand_back").is_some());
    client.must("play 0");
    client.wait_until(|client| client.value("status", "state") == "stop");
    assert_eq!(fs::read_to_string(&heard).unwrap(), "1\n2\n");
    assert_eq!(client.value("standin_guard", "guard"), "dry-run");
    daemon.end().ended(0);
}

#[test]
fn a_door_that_is_open_to_others_keeps_its_password() {
    let home = Home::new();
    write_config(
        &home,
        "[daemon]\nlisten = ['0.0.0.0:0']\npassword = 'sesame'\n",
    );
    let mut daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    write_config(&home, "[daemon]\npassword = 'sesame'\n");
    daemon.running.signal(Signal::HUP);
    daemon
        .running
        .wait_for_warning("daemon.listen holds from the next start on.");
    // It listens there still.
    write_config(&home, "");
    daemon.running.signal(Signal::HUP);
    daemon.running.wait_for_warning("the old one stays.");
    daemon.end().ended(0);
}

#[test]
fn what_a_daemon_has_not_taken_is_told() {
    let home = Home::new();
    write_config(&home, "[play]\nvolume = 80\n");
    let daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    let mut client = Client::at(&home);
    assert_eq!(used(&mut client, "play.volume").as_deref(), Some("80"));
    let version = client.value("standin_version", "version");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let told = |home: &Home| home.run(&["config", "show", "volume"]).ended(0).err;
    assert_eq!(told(&home), "");
    write_config(&home, "[play]\nvolume = 30\nbit_perfect = true\n");
    let words = told(&home);
    for part in [
        "has not taken 2 changes",
        "play.bit_perfect is false there (taken at the next start)",
        "play.volume is 80 there (taken on SIGHUP)",
    ] {
        assert!(words.contains(part), "{words}");
    }
    daemon.running.signal(Signal::HUP);
    client.wait_until(|client| used(client, "play.volume").as_deref() == Some("30"));
    let words = told(&home);
    assert!(
        words.contains("has not taken 1 change: play.bit_perfect"),
        "{words}"
    );
    let json = home.run(&["config", "show", "--json"]).ended(0).json();
    assert_eq!(json["running"]["version"], version.as_str());
    assert_eq!(json["running"]["differs"][0]["key"], "play.bit_perfect");
    daemon.end().ended(0);
}
