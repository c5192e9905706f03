//! The import table of `src/lib.rs`, held against the code: which room may name which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::Visit;

/// Lowest first; a room stands above everything that it may import.
const TABLE: &[(&str, &[&str])] = &[
    ("music", &[]),
    ("player", &["music"]),
    ("wanted", &["music"]),
    ("library", &["music", "wanted"]),
    ("engine", &["music"]),
    ("outage", &["music"]),
    ("care", &["music", "wanted", "library", "engine", "outage"]),
    (
        "daemon",
        &["music", "player", "library", "engine", "outage"],
    ),
    ("mpd", &["music", "player", "library", "daemon"]),
    (
        "desktop",
        &[
            "music", "player", "wanted", "library", "engine", "outage", "daemon",
        ],
    ),
    ("tui", &["music", "mpd"]),
    (
        "config",
        &[
            "music", "player", "library", "engine", "outage", "mpd", "tui",
        ],
    ),
    (
        "cli",
        &[
            "music", "player", "wanted", "library", "engine", "outage", "care", "daemon", "config",
            "mpd", "desktop", "tui",
        ],
    ),
];

/// Outside crates that one room alone may name.
const AT_HOME: &[(&str, &[&str])] = &[
    ("rusqlite", &["library"]),
    ("lofty", &["library"]),
    ("ignore", &["library"]),
    ("notify", &["library"]),
    ("blake3", &["library", "care", "mpd", "desktop"]),
    ("zbus", &["desktop"]),
    ("zruntime", &["desktop"]),
    ("mio", &["mpd"]),
    ("encoding_rs", &["wanted", "library"]),
    ("chardetng", &["library"]),
    ("postcard", &["library"]),
    ("dns_lookup", &["outage"]),
    ("ureq", &["outage"]),
    ("rustls", &["outage"]),
    ("rustls_native_certs", &["outage"]),
    ("landlock", &["library", "care"]),
    ("quick_xml", &["wanted"]),
    ("csv", &["wanted", "cli"]),
    ("zip", &["wanted"]),
    ("imagesize", &["library"]),
    ("strsim", &["library", "config", "wanted"]),
    ("regex", &["library"]),
    ("rodio", &["engine"]),
    ("cpal", &["engine"]),
    ("pulseaudio", &["engine", "desktop"]),
    ("symphonia", &["engine", "library"]),
    ("opus_pure", &["engine"]),
    ("nanomp3_core", &["engine"]),
    ("rubato", &["engine"]),
    ("realfft", &["engine"]),
    ("audioadapter_buffers", &["engine"]),
    ("rtrb", &["engine"]),
    ("ebur128", &["engine"]),
    ("hound", &["engine"]),
    ("fastrand", &["player", "library", "care", "outage", "tui"]),
    ("etcetera", &["config"]),
    ("toml", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("crossterm", &["cli", "tui"]),
    ("ratatui", &["tui"]),
    ("signal_hook", &["cli"]),
    ("listenfd", &["cli"]),
    ("sd_notify", &["cli"]),
    ("unicode_segmentation", &["cli", "tui"]),
    ("base64", &["cli"]),
];

/// What `player` may name besides its own room, music and the standard library.
const PLAYER_MAY: &[&str] = &["fastrand"];

/// A place in the code that names a room or an outside crate.
struct Named {
    file: PathBuf,
    room: String,
    name: String,
}

#[test]
fn rooms_import_only_what_stands_below_them() {
    let mut wrong = Vec::new();
    for Named { file, room, name } in everything_named() {
        let Some(allowed) = TABLE
            .iter()
            .find(|(of, _)| *of == room)
            .map(|(_, allowed)| *allowed)
        else {
            panic!("{} lies in no room of the table", file.display());
        };
        if let Some(other) = name.strip_prefix("crate::")
            && other != room
            && !allowed.contains(&other)
        {
            wrong.push(format!(
                "{}: `{room}` names the room `{other}`",
                file.display()
            ));
        }
        if let Some((_, homes)) = AT_HOME.iter().find(|(of, _)| *of == name)
            && !homes.contains(&room.as_str())
        {
            wrong.push(format!(
                "{}: `{room}` names the crate `{name}`, which is at home in {homes:?}",
                file.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn player_is_pure() {
    let impure = ["thread", "time", "fs", "net", "io", "process", "env"];
    for Named { file, room, name } in everything_named() {
        if room != "player" {
            continue;
        }
        assert!(
            !impure.iter().any(|module| name == format!("std::{module}")),
            "{} names {name}",
            file.display()
        );
        let outside =
            AT_HOME.iter().any(|(of, _)| *of == name) && !PLAYER_MAY.contains(&name.as_str());
        assert!(!outside, "{} names {name}", file.display());
    }
}

/// Where the guard's rooms look at the clock on the wall all the same: certificates and the diary are dated by it, and files.
const DATED: [&str; 3] = [
    "outage/probe/check.rs",
    "daemon/stepping/stream.rs",
    "desktop/art.rs",
];

/// A clock that is set, by the person or by the network, moves no time of the guard's: it knows only clocks that cannot be.
#[test]
fn the_guard_knows_no_clock_that_can_be_set() {
    let mut seen = 0;
    for room in ["outage", "desktop", "daemon/stepping", "cli/guard"] {
        for file in rust_files(&src().join(room)) {
            let code = std::fs::read_to_string(&file).unwrap();
            let is_dated = DATED.iter().any(|name| file.ends_with(name));
            let looks = ["SystemTime", "Realtime", "CLOCK_REALTIME", "UNIX_EPOCH"]
                .iter()
                .any(|name| code.contains(name));
            assert_eq!(looks, is_dated, "{}", file.display());
            seen += usize::from(looks);
        }
    }
    assert_eq!(seen, DATED.len());
}

#[test]
fn the_map_tells_the_same_table() {
    let map = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    for (room, allowed) in TABLE {
        let row = map
            .lines()
            .find(|line| line.starts_with(&format!("//! | [`{room}`]")))
            .unwrap_or_else(|| panic!("the map lacks {room}"));
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let told: BTreeSet<&str> = match cell {
            "nothing" => BTreeSet::new(),
            "all" => TABLE
                .iter()
                .map(|(of, _)| *of)
                .filter(|of| of != room)
                .collect(),
            list => list.split(',').map(str::trim).collect(),
        };
        assert_eq!(
            told,
            allowed.iter().copied().collect(),
            "the map's row of {room}"
        );
    }
}

#[test]
fn every_room_of_the_table_is_there_and_no_other() {
    let on_disk: BTreeSet<String> = std::fs::read_dir(src())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        on_disk,
        TABLE.iter().map(|(room, _)| room.to_string()).collect()
    );
}

#[test]
fn every_file_opens_with_its_purpose() {
    for file in rust_files(&src()) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//! "),
            "{} does not open with //!",
            file.display()
        );
    }
}

#[test]
fn the_reader_of_imports_sees_each_way_to_name_a_room() {
    let code = "use crate::library::x; fn f() { crate::engine::go(); let _: crate::wanted::T = std::fs::read; } use crate::{cli, config::{a, b}}; use super::super::daemon::q; use serde::de;";
    let named = names_in(code, 2);
    for room in ["library", "engine", "wanted", "cli", "config", "daemon"] {
        assert!(
            named.contains(&format!("crate::{room}")),
            "{room} in {named:?}"
        );
    }
    for name in ["std::fs", "serde"] {
        assert!(named.contains(name), "{name} in {named:?}");
    }
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn everything_named() -> Vec<Named> {
    let mut all = Vec::new();
    for file in rust_files(&src()) {
        let below: Vec<_> = file
            .strip_prefix(src())
            .unwrap()
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let [room, rest @ ..] = below.as_slice() else {
            continue;
        };
        if rest.is_empty() {
            continue;
        }
        let is_mod = rest.last().unwrap() == "mod.rs";
        let depth = rest.len() + 1 - usize::from(is_mod);
        for name in names_in(&std::fs::read_to_string(&file).unwrap(), depth) {
            all.push(Named {
                file: file.clone(),
                room: room.clone(),
                name,
            });
        }
    }
    assert!(
        all.len() > 20,
        "the reader of imports finds next to nothing"
    );
    all
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files
}

/// Rooms as `crate::x`, outside crates by their name, and `std::module`s that the code names.
///
/// `depth`: how many modules the file lies deep, so that a `super` which leaves the room is seen.
fn names_in(code: &str, depth: usize) -> BTreeSet<String> {
    let file = syn::parse_file(code).unwrap();
    let mut reader = Reader {
        depth,
        names: BTreeMap::new(),
    };
    reader.visit_file(&file);
    reader.names.into_keys().collect()
}

struct Reader {
    depth: usize,
    names: BTreeMap<String, ()>,
}

impl Reader {
    fn take(&mut self, path: &[String]) {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let name = match path.first().map(String::as_str) {
            Some("crate") => path.get(1).map(|room| format!("crate::{room}")),
            Some("super") if ups >= self.depth => {
                path.get(ups).map(|room| format!("crate::{room}"))
            }
            Some("std") => path.get(1).map(|module| format!("std::{module}")),
            Some("super" | "self" | "Self") | None => None,
            Some(first) => Some(first.to_owned()),
        };
        self.names.extend(name.map(|name| (name, ())));
    }

    fn take_tree(&mut self, tree: &syn::UseTree, before: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.take_tree(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|item| self.take_tree(item, before)),
            syn::UseTree::Name(name) => self.take_leaf(before, name.ident.to_string()),
            syn::UseTree::Rename(rename) => self.take_leaf(before, rename.ident.to_string()),
            syn::UseTree::Glob(_) => self.take(before),
        }
    }

    fn take_leaf(&mut self, before: &[String], leaf: String) {
        let mut path = before.to_vec();
        path.push(leaf);
        self.take(&path);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Tests may name what they like.
        if !module.attrs.iter().any(|attr| {
            attr.path().is_ident("cfg")
                && attr
                    .meta
                    .require_list()
                    .is_ok_and(|list| list.tokens.to_string() == "test")
        }) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if parts.len() > 1 {
            self.take(&parts);
        }
        syn::visit::visit_path(self, path);
    }
}
