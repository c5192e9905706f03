//! `watch`, with the system's own news of files.

use crate::home::{Home, Signal};
use crate::knocking::{Client, Daemon};
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

#[test]
fn folders_that_are_added_and_removed_meanwhile_are_taken_up_and_let_go() {
    let home = Home::scanned(&["a.wav"]);
    let more = home.music().with_file_name("More");
    let more = more.to_str().unwrap();
    home.tone("../More/b.wav", 2, 5_000);
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 1 = 0 new");
    home.run(&["root", "add", more]).ended(0);
    watching.wait_for_warning("“More” (");
    watching.wait_for("scanned 2 = 1 new");
    home.tone("../More/c.wav", 3, 5_000);
    watching.wait_for("= 1 new");
    home.run(&["root", "rm", "More"]).ended(0);
    watching.wait_for_warning("“More” is no music folder any more.");
    // The other one is heard as before.
    home.tone("d.wav", 4, 5_000);
    watching.wait_for("= 1 new");
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 2);
    // A scan makes a music folder, too.
    home.run(&["scan", more]).ended(0);
    watching.wait_for_warning("“More” (");
    home.tone("../More/e.wav", 5, 5_000);
    watching.wait_for("= 1 new");
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 5);
    watching.signal(Signal::INT);
    watching.end().ended(130);
}

#[test]
fn the_first_music_folder_is_taken_up_by_a_watch_that_runs_already() {
    let home = Home::new();
    let music = home.music().with_file_name("Songs");
    home.tone("../Songs/a.wav", 1, 5_000);
    std::fs::remove_dir(home.music()).unwrap();
    let mut watching = home.start(&["watch"]);
    watching.wait_for_warning("There is no music folder yet");
    home.run(&["root", "add", music.to_str().unwrap()]).ended(0);
    watching.wait_for_warning("“Songs” (");
    watching.wait_for("scanned 1 = 1 new");
    watching.signal(Signal::INT);
    watching.end().ended(130);
}

#[test]
fn the_first_music_folder_is_taken_up_by_a_daemon_that_runs_already() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    home.run(&["root", "add", "Music"]).ended(0);
    client.wait_until(|client| client.must("listall") == ["directory: Music", "file: Music/a.wav"]);
    daemon.end().ended(0);
}

/// What `root ls` says of the music folder: how it is watched.
fn watched(home: &Home) -> serde_json::Value {
    home.run(&["root", "--json"]).json()["roots"][0]["watch"].clone()
}

#[test]
fn root_ls_tells_what_the_watch_does() {
    let home = Home::scanned(&["a.wav"]);
    assert_eq!(watched(&home)["state"], "none");
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 1 = 0 new");
    assert_eq!(watched(&home)["state"], "watched");
    watching.signal(Signal::KILL);
    watching.end();
    assert_eq!(watched(&home)["state"], "none", "a dead watch is none");
    let mut watching = home.start(&["watch", "--poll", "7"]);
    watching.wait_for("scanned 1 = 0 new");
    let table = home.run(&["root"]).ended(0).out;
    assert!(table.contains("every 7 s: as asked"), "{table}");
    watching.signal(Signal::INT);
    watching.end().ended(130);
    assert!(home.run(&["root"]).ended(0).out.contains("\tno\t"));
}

#[test]
fn events_that_the_system_drops_are_made_up_for() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 2 = 0 new");
    let queue = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let queue: usize = queue.trim().parse().unwrap();
    if queue > 100_000 {
        return println!("skipped: the system keeps {queue} events");
    }
    watching.signal(Signal::STOP);
    let (one, other) = (home.music().join("x.jpg"), home.music().join("y.jpg"));
    fs::write(&one, "").unwrap();
    for _ in 0..=queue / 4 {
        fs::rename(&one, &other).unwrap();
        fs::rename(&other, &one).unwrap();
    }
    // Nobody will be told of these.
    home.tone("new/deep/c.wav", 3, 5_000);
    fs::remove_file(home.music().join("b.wav")).unwrap();
    watching.signal(Signal::CONT);
    watching.wait_for("= 1 new");
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 2);
    // The new folder is heard from now on.
    home.tone("new/deep/d.wav", 4, 5_000);
    watching.wait_for("= 1 new");
}

#[test]
fn at_the_limit_of_watches_it_looks_by_itself_and_tells_the_remedy() {
    let home = Home::scanned(&["a.wav", "b/c.wav", "d/e/f.wav"]);
    // A limit of a user namespace of its own.
    let program = home.command(&["watch"]);
    let script = "echo 2 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let mut command = std::process::Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .stdin(std::process::Stdio::null());
    let mut probe = std::process::Command::new("unshare");
    probe.args([
        "--user",
        "--map-root-user",
        "sh",
        "-c",
        script,
        "sh",
        "true",
    ]);
    if !probe.output().is_ok_and(|output| output.status.success()) {
        return println!("skipped: no user namespace can be had");
    }
    let mut watching = crate::home::Running::of(command);
    watching.wait_for("scanned 3 = 0 new");
    let how = watched(&home);
    assert_eq!(
        (&how["state"], &how["every_s"]),
        (&"polled".into(), &60.into())
    );
    let remedy = how["remedy"][0].as_str().unwrap();
    assert!(
        remedy.starts_with("sudo sysctl fs.inotify.max_user_watches="),
        "{remedy}"
    );
    let doctor = home.run(&["doctor"]).ended(4).out;
    let line = format!(
        "The watch looks at “Music” every 60 s: it has more folders than the system lets be watched.\t`{remedy}`"
    );
    assert!(doctor.contains(&line), "{doctor}");
    watching.signal(Signal::INT);
    let told = watching.end().ended(130).err;
    assert_eq!(told.matches(remedy).count(), 1, "{told}");
    assert!(
        told.contains("it has more folders than the system lets be watched"),
        "{told}"
    );
    assert!(told.contains("| sudo tee -a /etc/sysctl.d/"), "{told}");
}

#[test]
fn a_scan_that_waits_says_for_whom() {
    let home = Home::scanned(&["a.wav"]);
    let lock = fs::File::create(home.path("home/cache/library.lock")).unwrap();
    lock.lock().unwrap();
    fs::write(home.path("home/cache/library.lock"), "watch 123\n").unwrap();
    let mut scanning = home.start(&["scan"]);
    let stderr = scanning.child.stderr.take().unwrap();
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stderr), &mut said).unwrap();
    assert_eq!(
        said,
        "Waiting for `standin watch` (process 123) to end its scan.\n"
    );
    drop(lock);
    scanning.wait_for("scanned 1 = 0 new");
}

#[test]
fn a_scan_beside_a_watch_and_a_second_watch_lose_nothing() {
    let home = Home::scanned(&["a.wav"]);
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 1 = 0 new");
    let waiting = home.start(&["watch"]);
    for number in 1..=5 {
        home.tone(&format!("{number}/b.wav"), number + 1, 5_000);
        home.run(&["scan"]).ended(0);
    }
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 6);
    // The second one goes on where the first one ends.
    watching.signal(Signal::KILL);
    watching.end();
    let mut waiting = waiting;
    waiting.wait_for("scanned 6 = 0 new");
    home.tone("c.wav", 9, 5_000);
    waiting.wait_for("= 1 new");
    waiting.signal(Signal::INT);
    waiting.end().ended(130);
}
