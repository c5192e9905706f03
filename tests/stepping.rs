//! Our music in a streaming client's place: what the guard's acts come to in the built program. The acts come from a trace; who
//! would make them stands elsewhere.

use crate::home::{Home, RATE, Ran, Running, Signal, tone, wait_until};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::process::{ChildStdin, Stdio};

const LOW_RATE: u32 = 8_000;

/// A song of so many seconds, by its number.
fn song(home: &Home, number: usize, seconds: u32) {
    let file = format!("{number}.wav");
    let path = home.wav(
        &file,
        &tone(number, (seconds * LOW_RATE) as usize),
        LOW_RATE,
    );
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist("The Example Band".into());
    tag.set_title(format!("Song {number}"));
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

/// Songs 1, 2, 4 and 5 of a list of five, as an export of a service tells it; and two of the person's own.
fn home_with(seconds: u32) -> Home {
    home_of(&[1, 2, 4, 5], seconds)
}

/// These of the list of five.
fn home_of(owned: &[usize], seconds: u32) -> Home {
    let home = Home::new();
    for number in owned {
        song(&home, *number, seconds);
    }
    for number in [8, 9] {
        song(&home, number, 60);
    }
    home.run(&["scan", "Music", "-q"]).ended(0);
    let item = |number: usize| {
        json!({
            "track": { "trackName": format!("Song {number}"), "artistName": "The Example Band", "albumName": "Days",
                "trackUri": format!("spotify:track:{number:022}") },
            "episode": null, "audiobook": null, "localTrack": null, "addedDate": "2024-03-17",
        })
    };
    let items: Vec<Value> = (1..=5).map(item).collect();
    let list = json!({ "name": "Road Trip", "lastModifiedDate": "2024-03-17", "items": items,
        "description": null, "numberOfFollowers": 0 });
    fs::write(
        home.path("export.json"),
        json!({ "playlists": [list] }).to_string(),
    )
    .unwrap();
    home.run(&["import", "export.json", "-q"]);
    home
}

fn home() -> Home {
    home_with(30)
}

/// What a client played when it fell silent.
fn from(number: usize) -> Value {
    let id = |number: usize| json!({ "external": [["spotify", format!("{number:022}")]] });
    json!({
        "client": "org.mpris.MediaPlayer2.spotify", "service": "Spotify", "wanted": id(number),
        "before": if number > 1 { vec![id(number - 1)] } else { vec![] },
        "place_ms": 10_000, "silent_since_ms": null,
        "why": { "verdict": "service-down",
            "evidence": ["apresolve.spotify.com: HTTP 502 three times in 25 s", "network test fine"] },
    })
}

fn act(act: &str, mut fields: Value) -> String {
    fields["act"] = act.into();
    fields.to_string()
}

fn prepare(number: usize) -> String {
    act("prepare", json!({ "number": number, "from": from(number) }))
}

fn take_over(number: usize) -> String {
    act("take-over", from(number))
}

/// The program, and the hand that writes its trace.
struct Guard {
    running: Running,
    trace: ChildStdin,
}

impl Guard {
    fn start(home: &Home, mode: &str) -> Self {
        let mut command = home.command(&["guard", mode, "--replay", "-", "--output", "null"]);
        command.stdin(Stdio::piped());
        let mut running = Running::of(command);
        let trace = running.child.stdin.take().unwrap();
        wait_until(|| home.run(&["status", "--json"]).out.contains("\"guard\""));
        Self { running, trace }
    }

    fn tell(&mut self, line: &str) {
        self.trace
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }

    /// Tells it and waits until this is seen.
    fn tell_until(&mut self, line: &str, seen: &str) -> String {
        self.tell(line);
        self.running.wait_for(seen)
    }

    fn take_over(&mut self, number: usize) {
        self.tell_until(&prepare(number), "\"prepared\"");
        self.tell_until(&take_over(number), "\"sounds\"");
    }

    fn end(self) -> Ran {
        self.running.signal(Signal::TERM);
        self.running.end().ended(0)
    }
}

fn queue(home: &Home) -> Vec<String> {
    let listed = home.run(&["queue", "-f", "%title%"]).ended(0).out;
    listed.lines().map(str::to_owned).collect()
}

fn status(home: &Home) -> Value {
    home.run(&["status", "--json"]).ended(0).json()
}

fn diary(home: &Home) -> Vec<Value> {
    let told = home.run(&["outages", "--json"]).ended(0).json();
    told["outages"].as_array().unwrap().clone()
}

/// The person's own queue, paused in its second song, with modes that would hurt.
fn own_queue(home: &Home) -> Value {
    home.run(&["add", "Music/8.wav", "Music/9.wav"]);
    home.run(&["play", "--add", "Song 8"]);
    home.run(&["play", "--add", "Song 9"]);
    home.run(&["toggle"]).ended(0);
    home.run(&["next"]).ended(0);
    home.run(&["seek", "20"]).ended(0);
    home.run(&["pause"]).ended(0);
    for (mode, to) in [("random", "on"), ("single", "on"), ("consume", "on")] {
        home.run(&[mode, to]).ended(0);
    }
    let own = status(home);
    assert_eq!(own["state"], "pause", "{own}");
    assert!(
        own["current"]["elapsed_ms"].as_u64() >= Some(20_000),
        "{own}"
    );
    own
}

/// What of a status is the queue's and the modes'.
fn of_queue(status: &Value) -> Vec<Value> {
    let fields = [
        "state", "queue", "random", "single", "consume", "repeat", "current",
    ];
    fields.iter().map(|name| status[name].clone()).collect()
}

#[test]
fn the_same_song_goes_on_then_its_list_and_the_persons_own_queue_comes_back() {
    let home = home();
    let mut guard = Guard::start(&home, "--auto");
    let own = own_queue(&home);
    let (own_songs, saved) = (
        queue(&home),
        fs::read(home.path("home/state/queue.jsonl")).unwrap(),
    );

    let seen = guard.tell_until(&prepare(2), "\"prepared\"");
    assert!(seen.contains("\"act\":\"prepare\""), "{seen}");
    guard.tell_until(&take_over(2), "\"sounds\"");
    assert_eq!(queue(&home), ["Song 2", "Song 4", "Song 5"]);
    let now = status(&home);
    assert_eq!(
        (&now["state"], &now["current"]["title"]),
        (&"play".into(), &"Song 2".into())
    );
    let elapsed = now["current"]["elapsed_ms"].as_u64().unwrap();
    assert!(
        (8_000..20_000).contains(&elapsed),
        "two seconds before the place: {now}"
    );
    for mode in ["random", "repeat"] {
        assert_eq!(now[mode], false, "{now}");
    }
    assert_eq!(
        (&now["single"], &now["consume"]),
        (&"off".into(), &"off".into())
    );
    let says = "Spotify does not answer (apresolve.spotify.com: HTTP 502 three times in 25 s; network test fine): going on with “Song 2” from your own files.";
    assert_eq!(now["guard"]["says"], says);
    assert_eq!(now["guard"]["verdict"], "service-down");
    assert!(home.run(&["status"]).ended(0).out.contains("guard: auto, "));
    guard.running.wait_for_warning(says);
    let bytes = fs::read(home.path("home/state/queue.jsonl")).unwrap();
    assert_eq!(bytes, saved, "what is saved is the person's own");

    wait_until(|| diary(&home).first().is_some_and(|one| one["songs"] == 1));
    let open = &diary(&home)[0];
    assert_eq!(
        (&open["service"], &open["playlist"]),
        (&"Spotify".into(), &"Road Trip".into())
    );
    assert!(
        open["ended_at_ms"].is_null() && open["took_over_at_ms"].is_i64(),
        "{open}"
    );

    let offline = json!({ "why": { "verdict": "offline", "evidence": ["no default route"] } });
    guard.tell(&act("correct", offline));
    let told =
        "There is no network (no default route): going on with “Song 2” from your own files.";
    wait_until(|| status(&home)["guard"]["says"] == told);

    guard.tell(&act("give-way", json!({})));
    wait_until(|| queue(&home) == own_songs);
    let back = status(&home);
    assert_eq!(of_queue(&back), of_queue(&own));
    assert!(back["guard"]["says"].is_null(), "{back}");
    wait_until(|| !diary(&home)[0]["ended_at_ms"].is_null());
    assert_eq!(diary(&home)[0]["verdict"], "offline");
    guard.end();
}

#[test]
fn a_kill_in_between_loses_nothing_of_the_persons_own_queue() {
    let home = home();
    let mut guard = Guard::start(&home, "--auto");
    let own = own_queue(&home);
    let own_songs = queue(&home);
    guard.take_over(2);
    wait_until(|| diary(&home).len() == 1);
    guard.running.signal(Signal::KILL);
    guard.running.child.wait().unwrap();
    assert!(diary(&home)[0]["ended_at_ms"].is_null());

    let guard = Guard::start(&home, "--auto");
    assert_eq!(queue(&home), own_songs);
    let back = status(&home);
    assert_eq!(of_queue(&back), of_queue(&own));
    // What the kill has left open is closed with what is known.
    wait_until(|| !diary(&home)[0]["ended_at_ms"].is_null());
    guard.end();
}

#[test]
fn what_the_person_does_is_told_and_wins() {
    let home = home();
    let mut guard = Guard::start(&home, "--auto");
    own_queue(&home);
    let own_songs = queue(&home);
    guard.take_over(2);
    home.run(&["pause"]).ended(0);
    guard.running.wait_for("\"halted\"");
    home.run(&["unpause"]).ended(0);
    guard.running.wait_for("\"begun\"");
    assert_eq!(queue(&home)[0], "Song 2", "a pause is no end");
    home.run(&["stop"]).ended(0);
    guard.running.wait_for("\"halted\"");
    assert_eq!(queue(&home), own_songs);

    guard.take_over(2);
    home.run(&["play", "Song", "9"]).ended(0);
    assert_eq!(
        queue(&home),
        ["Song 9"],
        "it takes the place of the queue, as ever"
    );
    assert_eq!(status(&home)["random"], true, "in the person's own modes");
    guard.tell(&act("give-way", json!({})));
    guard.take_over(4);
    home.run(&["play", "--add", "Song", "8"]).ended(0);
    assert_eq!(queue(&home).last().unwrap(), "Song 8");
    guard.tell(&act("give-way", json!({})));
    // What somebody has queued behind our music stays queued.
    wait_until(|| queue(&home) == ["Song 9", "Song 8"]);
    guard.end();
}

#[test]
fn a_list_is_followed_to_its_end_and_then_the_own_queue_is_back() {
    let home = home_with(1);
    let mut guard = Guard::start(&home, "--auto");
    own_queue(&home);
    let own_songs = queue(&home);
    guard.tell_until(&prepare(4), "\"prepared\"");
    let mut late = from(4);
    late["place_ms"] = 0.into();
    guard.tell_until(&act("take-over", late), "\"sounds\"");
    let seen = guard.running.wait_for("\"ended\"");
    assert!(seen.contains("\"song-ended\""), "{seen}");
    wait_until(|| queue(&home) == own_songs);
    wait_until(|| diary(&home)[0]["songs"] == 2);
    guard.end();
    let shown = home.run(&["outages", "show"]).ended(0).out;
    assert!(
        shown.contains("Spotify does not answer") && shown.contains("Song 4"),
        "{shown}"
    );
    let shown = home.run(&["outages", "show", "7"]).ended(3);
    assert!(shown.err.contains("the diary has 1 outage"), "{shown:?}");
}

#[test]
fn what_is_not_here_gives_way_to_what_is_and_what_is_unknown_to_nothing() {
    let home = home();
    let mut guard = Guard::start(&home, "--auto");
    // No time to make it ready: it is looked for then.
    guard.tell_until(&take_over(3), "\"sounds\"");
    assert_eq!(queue(&home), ["Song 4", "Song 5"]);
    let now = status(&home);
    assert!(
        now["current"]["elapsed_ms"].as_u64() < Some(8_000),
        "from its start: {now}"
    );
    let says = now["guard"]["says"].as_str().unwrap();
    assert!(
        says.ends_with("going on with “Song 4”, the next song of “Road Trip” that is here."),
        "{says}"
    );
    guard.tell(&act("give-way", json!({})));
    let mut unknown = from(99);
    unknown["before"] = json!([]);
    guard.tell_until(&act("take-over", unknown), "\"ended\"");
    let says = status(&home)["guard"]["says"].as_str().unwrap().to_owned();
    assert!(says.contains("nothing of yours can play"), "{says}");
    guard.end();
}

#[test]
fn rows_that_are_stepped_over_are_told_and_counted_as_they_are_passed() {
    let home = home_of(&[3, 5], 3);
    let mut guard = Guard::start(&home, "--auto");
    guard.tell_until(&take_over(1), "\"sounds\"");
    let says = status(&home)["guard"]["says"].as_str().unwrap().to_owned();
    assert!(
        says.ends_with(
            "going on with “Song 3”, the next song of “Road Trip” that is here, one row further on."
        ),
        "{says}"
    );
    wait_until(|| diary(&home).first().is_some_and(|kept| kept["songs"] == 1));
    assert_eq!(
        diary(&home)[0]["left_out"],
        1,
        "what comes behind is not passed yet"
    );
    guard.running.wait_for("\"song-ended\"");
    wait_until(|| diary(&home)[0]["songs"] == 2);
    assert_eq!(diary(&home)[0]["left_out"], 2);
    guard.end();
    let told = home.run(&["outages", "show", "1"]).ended(0).out;
    assert!(told.contains("2 rows of the list left out"), "{told}");
    let told = home.run(&["outages", "-v"]).ended(0).out;
    assert!(told.contains("  2 rows of the list left out"), "{told}");
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let home = home();
    let mut guard = Guard::start(&home, "--dry-run");
    own_queue(&home);
    let own_songs = queue(&home);
    guard.tell_until(&prepare(2), "\"prepared\"");
    guard.tell(&take_over(2));
    guard
        .running
        .wait_for_warning("it would go on with “Song 2” from your own files.");
    assert_eq!(queue(&home), own_songs);
    assert_eq!(status(&home)["state"], "pause");
    assert_eq!(status(&home)["guard"]["mode"], "dry-run");
    wait_until(|| diary(&home).len() == 1);
    assert_eq!(diary(&home)[0]["ended_at_ms"], Value::Null);
    guard.tell(&act("give-way", json!({})));
    wait_until(|| diary(&home)[0]["ended_at_ms"].is_number());
    guard.end();
    let kept = &diary(&home)[0];
    assert_eq!(
        [
            &kept["response"],
            &kept["songs"],
            &kept["silence_ms"],
            &kept["verdict"]
        ],
        [
            &json!("dry-run"),
            &json!(0),
            &Value::Null,
            &json!("service-down")
        ],
    );
    let told = home.run(&["outages"]).ended(0).out;
    assert!(told.contains("dry run"), "{told}");
    let told = home.run(&["outages", "show", "1"]).ended(0).out;
    assert!(told.contains("it was a dry run"), "{told}");
}

#[test]
fn a_question_is_asked_and_answered() {
    let home = home();
    let mut guard = Guard::start(&home, "--ask");
    guard.tell_until(&prepare(2), "\"prepared\"");
    guard.tell(&act("ask", from(2)));
    guard
        .running
        .wait_for_warning("Go on with “Song 2” from your own files?");
    wait_until(|| status(&home)["guard"]["asks"] == true);
    home.run(&["guard", "yes"]).ended(0);
    guard.running.wait_for("\"yes\":true");
    guard.tell_until(&take_over(2), "\"sounds\"");
    assert_eq!(status(&home)["guard"]["asks"], false);
    guard.end();
    let kept = diary(&home);
    assert_eq!(
        (kept.len(), &kept[0]["response"]),
        (1, &json!("stepped-in"))
    );
}

#[test]
fn a_question_that_nobody_answers_is_kept_and_one_that_is_declined_is_not() {
    let home = home();
    let mut guard = Guard::start(&home, "--ask");
    guard.tell_until(&prepare(2), "\"prepared\"");
    guard.tell(&act("ask", from(2)));
    wait_until(|| status(&home)["guard"]["asks"] == true);
    home.run(&["guard", "no"]).ended(0);
    wait_until(|| status(&home)["guard"]["asks"] == false);
    guard.tell(&act("ask", from(4)));
    wait_until(|| status(&home)["guard"]["asks"] == true);
    assert!(diary(&home).is_empty());
    guard.tell(&act("ask-no-more", json!({})));
    wait_until(|| diary(&home).len() == 1);
    guard.end();
    let kept = &diary(&home)[0];
    assert_eq!(kept["response"], "not-answered");
    assert_eq!(kept["silence_ms"], Value::Null);
    assert!(kept["ended_at_ms"].is_number(), "{kept}");
    let told = home.run(&["outages", "show", "1"]).ended(0).out;
    assert!(told.contains("nobody answered"), "{told}");
}

#[test]
fn a_recorded_trace_is_played_at_its_pace_and_odd_lines_are_told() {
    let home = home();
    let fact = |at_ms: u64| json!({ "at_ms": at_ms, "fact": { "fact": "woke" } });
    let lines = [
        "# a comment".to_owned(),
        fact(1_000).to_string(),
        "{\"no\":1}".to_owned(),
        fact(1_050).to_string(),
        prepare(2),
    ];
    fs::write(home.path("trace.jsonl"), lines.join("\n")).unwrap();
    let mut running = home.start(&["guard", "--replay", "trace.jsonl"]);
    let seen = running.wait_for("\"prepared\"");
    assert!(seen.contains("neither a fact nor an act"), "{seen}");
    running.signal(Signal::TERM);
    running.end().ended(0);
    home.run(&["guard", "--replay", "nothing.jsonl"]).ended(1);
}

#[test]
fn a_guard_is_turned_on_and_off_where_a_standin_runs() {
    let home = home();
    home.run(&["guard", "--off"]).ended(5);
    home.run(&["guard", "yes"]).ended(5);
    let running = home.start(&["daemon", "--output", "null"]);
    wait_until(|| home.path("home/run/socket").exists());
    wait_until(|| home.run(&["status"]).code == Some(0) && home.run(&["queue"]).code == Some(0));
    assert_eq!(status(&home).get("guard"), None, "by default there is none");
    assert!(!threads(&running).contains(&"guard".to_owned()));
    home.run(&["guard", "yes"]).ended(3);
    let said = home.run(&["guard", "--ask"]).ended(0).err;
    assert_eq!(said, "The guard is on (ask), in the standin that runs.\n");
    wait_until(|| status(&home)["guard"]["state"].is_string());
    let said = home.run(&["guard", "yes"]).ended(3).err;
    assert!(said.contains("has asked nothing"), "{said}");
    assert_eq!(status(&home)["guard"]["mode"], "ask");
    assert!(threads(&running).contains(&"guard".to_owned()));
    let told = home.run(&["guard", "--auto", "--json"]).ended(0).json();
    assert_eq!(told["guard"]["mode"], "auto");
    assert!(told["guard"]["state"].is_string(), "{told}");
    home.run(&["guard", "--off"]).ended(0);
    assert_eq!(status(&home).get("guard"), None);
    assert!(!threads(&running).contains(&"guard".to_owned()));
    running.signal(Signal::TERM);
    assert_eq!(running.end().ended(0).err, "");
}

fn threads(running: &Running) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{}/task", running.child.id())).unwrap();
    let name =
        |task: fs::DirEntry| fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    let names = tasks.map(|task| name(task.unwrap()).trim().to_owned());
    names.collect()
}

#[test]
fn the_config_turns_it_on_and_off_while_it_runs() {
    let home = home();
    fs::create_dir_all(home.path("home/config")).unwrap();
    let config = home.path("home/config/config.toml");
    fs::write(&config, "[outage]\nguard = 'dry-run'\n").unwrap();
    let running = home.start(&["daemon", "--output", "null"]);
    wait_until(|| home.run(&["status", "--json"]).out.contains("\"guard\""));
    assert_eq!(status(&home)["guard"]["mode"], "dry-run");
    fs::write(&config, "[outage]\nguard = 'off'\n").unwrap();
    running.signal(Signal::HUP);
    wait_until(|| status(&home).get("guard").is_none());
    running.signal(Signal::TERM);
    running.end().ended(0);
}

#[test]
fn now_goes_on_where_the_client_was() {
    let home = home();
    let mut guard = Guard::start(&home, "--dry-run");
    guard.tell_until(&prepare(2), "\"prepared\"");
    wait_until(|| home.path("home/state/stream.json").exists());
    guard.end();
    let now = home.run(&["now", "--output", "wav:now.wav"]).ended(0);
    assert!(
        now.err
            .contains("Spotify played “The Example Band – Song 2” in “Road Trip”")
            && now.err.contains("going on with it."),
        "{now:?}"
    );
    let (samples, rate) = home.read_wav(&home.path("now.wav"));
    // Song 2 from its ninth second on, then 4 and 5 whole.
    let frames = samples.len() / 2;
    assert_eq!((frames, rate), (82 * LOW_RATE as usize, LOW_RATE));
    let history = home.run(&["history", "--json"]).ended(0).json();
    let last = &history["history"];
    assert_eq!(
        (&last[0]["from"], &last[2]["from"]),
        (&"playlist Road Trip".into(), &"stream Spotify".into())
    );
    assert!(RATE > rate);
}
