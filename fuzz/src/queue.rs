//! Random edits of the queue over the wire, alone and in lists, against a list of rows that does the same naively, and
//! against clients that keep copies of their own by what they are told has changed. Nothing plays.

mod model;

use model::{Choices, MODES, Model, NEW, Row};
use standin::library::Library;
use standin::library::scan::ScanOptions;
use standin::mpd::House;
use standin::mpd::rehearsal::Rehearsal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Requests of one walk.
const MAX_STEPS: usize = 200;
/// Edits of one list.
const MOST_IN_LIST: usize = 5;
/// Makes the song that walks add known to this library, in a folder of its own.
pub fn stock(library: &Library, folder: &Path) {
    let root = folder.join("m");
    std::fs::create_dir_all(&root).expect("a folder");
    let head: [&[u8]; 3] = [
        b"RIFF\x64\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0",
        b"\x44\xac\0\0\x10\xb1\x02\0\x04\0\x10\0data\x40\0\0\0",
        &[0; 64],
    ];
    std::fs::write(root.join("one.wav"), head.concat()).expect("a file");
    let roots = library.roots_to_scan(&[root], None, false);
    let roots = roots.expect("a root");
    let how = ScanOptions::default();
    let scanned = library.scan(&roots, how, &|_| {}, &AtomicBool::new(false));
    scanned.expect("a scan");
}

struct Told(Rehearsal);

impl Told {
    /// The lines of an answer, the last of which is its end.
    fn ask(&mut self, text: &str) -> Vec<String> {
        let (answer, is_open) = self.0.say(format!("{text}\n").as_bytes());
        assert!(is_open, "{text}");
        let answer = String::from_utf8(answer).expect("a text");
        answer.lines().map(str::to_owned).collect()
    }

    fn must(&mut self, text: &str) -> Vec<String> {
        let mut lines = self.ask(text);
        assert_eq!(lines.pop().as_deref(), Some("OK"), "{text}: {lines:?}");
        lines
    }

    fn numbers(&mut self, text: &str, names: &[&str]) -> Vec<u64> {
        let lines = self.must(text);
        let pairs = lines.iter().filter_map(|line| line.split_once(": "));
        let wanted = pairs.filter(|(name, _)| names.contains(name));
        wanted
            .map(|(_, value)| value.parse().expect("a number"))
            .collect()
    }

    fn rows(&mut self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for line in self.must("playlistinfo") {
            let number = |text: &str| text.parse().expect("a number");
            match (line.split_once(": "), rows.last_mut()) {
                (Some(("file", _)), _) => rows.push(Row::default()),
                (Some(("Id", id)), Some(row)) => row.id = number(id),
                (Some(("Prio", priority)), Some(row)) => row.priority = number(priority) as u32,
                _ => {}
            }
        }
        rows
    }
}

/// A client's own copy, kept by what it is told.
#[derive(Default)]
struct Copy {
    version: u64,
    ids: Vec<u64>,
}

impl Copy {
    fn follow(&mut self, told: &mut Told) {
        let status = told.numbers("status", &["playlist", "playlistlength"]);
        let changes = told.numbers(&format!("plchangesposid {}", self.version), &["cpos", "Id"]);
        self.ids.resize(status[1] as usize, 0);
        for pair in changes.chunks(2) {
            self.ids[pair[0] as usize] = pair[1];
        }
        assert!(self.version <= status[0], "versions only rise");
        self.version = status[0];
    }
}

/// Walks, and panics where the queue is not what the list is.
pub fn walk(house: &Arc<House>, bytes: &[u8]) {
    let mut told = Told(Rehearsal::new(house.clone()));
    let greeting = told.0.say(b"").0;
    assert!(greeting.is_empty() || greeting.starts_with(b"OK MPD"));
    told.ask("clear");
    for (name, _) in MODES {
        told.must(&format!("{name} 0"));
    }
    let (mut model, mut choices) = (Model::default(), Choices(bytes));
    let (mut always, mut sometimes) = (Copy::default(), Copy::default());
    for _ in 0..MAX_STEPS {
        if choices.0.is_empty() {
            return;
        }
        match choices.below(8) {
            0 => shuffle(&mut model, &mut choices, &mut told),
            1 | 2 => in_list(&mut model, &mut choices, &mut told),
            _ => alone(&mut model, &mut choices, &mut told),
        }
        check(&model, &mut told);
        let ids: Vec<u64> = model.rows.iter().map(|row| row.id).collect();
        always.follow(&mut told);
        assert_eq!(always.ids, ids);
        if choices.below(4) == 0 {
            sometimes.follow(&mut told);
            assert_eq!(sometimes.ids, ids);
        }
    }
}

fn alone(model: &mut Model, choices: &mut Choices, told: &mut Told) {
    let (line, is_right) = model.step(choices);
    let answer = told.ask(&line);
    let end = answer.last().map_or("", String::as_str);
    assert_eq!(end == "OK", is_right, "{line}: {answer:?}");
    learn_ids(model, &answer);
}

/// What stands before the first that may not be done is done, and nothing behind it.
fn in_list(model: &mut Model, choices: &mut Choices, told: &mut Told) {
    let mut text = String::from("command_list_begin\n");
    let mut refused = None;
    for at in 0..1 + choices.below(MOST_IN_LIST) {
        let mut unchanged = model.clone();
        let of = match refused {
            None => &mut *model,
            Some(_) => &mut unchanged,
        };
        let (line, is_right) = of.step(choices);
        text += &line;
        text += "\n";
        if !is_right && refused.is_none() {
            refused = Some(at);
        }
    }
    text += "command_list_end";
    let answer = told.ask(&text);
    let end = answer.last().map_or("", String::as_str);
    match refused {
        None => assert_eq!(end, "OK", "{text}"),
        Some(at) => assert!(end.contains(&format!("@{at}] ")), "{text}: {end}"),
    }
    learn_ids(model, &answer);
}

/// Only the queue knows what comes of a shuffle: the same rows, those outside the range where they were.
fn shuffle(model: &mut Model, choices: &mut Choices, told: &mut Told) {
    let (from, to) = (choices.place(), choices.place());
    let is_right = from <= to && from <= model.rows.len();
    let answer = told.ask(&format!("shuffle {from}:{to}"));
    let end = answer.last().map_or("", String::as_str);
    assert_eq!(end == "OK", is_right, "shuffle {from}:{to}: {answer:?}");
    if !is_right {
        return;
    }
    let range = from..to.min(model.rows.len());
    let mut now = told.rows();
    let sorted = |rows: &[Row]| {
        let mut rows = rows.to_vec();
        rows.sort_by_key(|row| row.id);
        rows
    };
    assert_eq!(now.len(), model.rows.len());
    assert_eq!(
        sorted(&now[range.clone()]),
        sorted(&model.rows[range.clone()])
    );
    model.rows.splice(range.clone(), now.drain(range));
}

/// Ids are told in the order in which rows were added.
fn learn_ids(model: &mut Model, answer: &[String]) {
    let ids = answer.iter().filter_map(|line| line.strip_prefix("Id: "));
    let ids: Vec<u64> = ids.map(|id| id.parse().expect("a number")).collect();
    assert!(ids.is_sorted() && ids.len() as u64 == model.added);
    for row in model.rows.iter_mut().filter(|row| row.id >= NEW) {
        row.id = ids[(row.id - NEW) as usize];
    }
    model.added = 0;
}

fn check(model: &Model, told: &mut Told) {
    let status = told.must("status");
    for ((name, values), value) in MODES.iter().zip(model.modes) {
        let line = format!("{name}: {}", values[value]);
        assert!(status.contains(&line), "{line}: {status:?}");
    }
    assert_eq!(told.rows(), model.rows);
}
