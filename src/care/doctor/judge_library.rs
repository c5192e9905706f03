//! Facts → findings about the music and its folders. Pure.

use super::facts::{Database, Facts, RootFacts};
use super::judge::songs_by_codec;
use super::{Area, Finding};
use crate::music::{Playing, Printable};

/// More than one of so many files of a folder that are not there are many: a scan asks before it lets them go.
const MANY_SHARE: u64 = 5;
/// Files, and reasons, that are named.
const MOST_NAMED: usize = 3;

pub(super) fn folders(facts: &Facts) -> Vec<Finding> {
    if facts.roots.is_empty() {
        return vec![Finding::attention(
            Area::Folders,
            "No music folder is known.",
            "`standin scan FOLDER` indexes one and remembers it.",
        )];
    }
    let nobody_knows = is_unread(facts);
    let each = facts.roots.iter();
    each.map(|root| folder(root, nobody_knows)).collect()
}

/// Whether there is an index that cannot be asked.
fn is_unread(facts: &Facts) -> bool {
    matches!(facts.index, Database::Damaged(_) | Database::Unusable(_))
}

fn folder(root: &RootFacts, nobody_knows: bool) -> Finding {
    const AREA: Area = Area::Folders;
    let name = format!("“{}” ({})", root.name, Printable::path(&root.dir));
    if !root.is_here {
        let away = Finding::wrong(
            AREA,
            format!("{name} is away; its {} songs are kept.", root.songs),
            "Plug its disk in or mount it; where the folder has moved, `standin scan NEWFOLDER` knows every song again.",
        );
        return Finding {
            is_root_away: true,
            ..away
        };
    }
    if nobody_knows {
        return Finding::well(AREA, format!("{name} is here."));
    }
    if !root.is_scanned {
        let scan = "`standin scan` indexes it.";
        return Finding::attention(AREA, format!("{name} was never scanned."), scan);
    }
    if root.not_there * MANY_SHARE > root.looked_for {
        return Finding::attention(
            AREA,
            format!("{name} lacks many of its files: {}.", lacks(root)),
            "Mount what is missing; where they are meant to be gone, `standin scan --prune` says so.",
        );
    }
    if root.not_there > 0 {
        return Finding::attention(
            AREA,
            format!("{name} has changed since the last scan: {}.", lacks(root)),
            "`standin scan` brings the index up to date.",
        );
    }
    Finding::well(AREA, format!("{name} is here, with {} songs.", root.songs))
}

fn lacks(root: &RootFacts) -> String {
    format!(
        "of {} files that were looked for {} are not there",
        root.looked_for, root.not_there
    )
}

pub(super) fn music(facts: &Facts) -> Vec<Finding> {
    let music = &facts.music;
    let mut found = Vec::new();
    if !matches!(facts.index, Database::Opens { .. }) {
        return found;
    }
    if let Some((songs, codecs)) = songs_by_codec(facts, Playing::NotPlayable) {
        found.push(Finding::attention(
            Area::Music,
            format!("{songs} songs are in formats that nothing here plays: {codecs}."),
            "Get them in another format, or name them in .standinignore.",
        ));
    }
    if !music.ended_reader.is_empty() {
        let named = music.ended_reader.iter().take(MOST_NAMED);
        let named: Vec<_> = named
            .map(|path| Printable::path(path).to_string())
            .collect();
        found.push(Finding::attention(
            Area::Music,
            format!(
                "{} files ended the reader of tags and are left out: {}.",
                music.ended_reader.len(),
                listed(&named, music.ended_reader.len())
            ),
            "`standin scan --full` tries them again; `standin ls --skipped` names all.",
        ));
    }
    let skipped: u64 = music.skipped.iter().map(|(_, files)| files).sum();
    if skipped > 0 {
        let named = music.skipped.iter().take(MOST_NAMED);
        let named: Vec<_> = named
            .map(|(reason, files)| format!("{files} × {}", Printable::new(reason)))
            .collect();
        found.push(Finding::attention(
            Area::Music,
            format!(
                "{skipped} files are not in the index: {}.",
                listed(&named, music.skipped.len())
            ),
            "`standin ls --skipped` names them; what .standinignore names is passed over in silence.",
        ));
    }
    found.push(verified(facts));
    found
}

fn verified(facts: &Facts) -> Finding {
    let music = &facts.music;
    let damaged = format!("{} of {} files are damaged", music.damaged, music.files);
    let unverified = format!("{} were never verified", music.unverified);
    match (music.damaged, music.unverified) {
        (0, 0) => Finding::well(
            Area::Music,
            format!("All {} files were verified and are whole.", music.files),
        ),
        (0, _) => Finding::advice(
            Area::Music,
            format!("Of {} files {unverified}.", music.files),
            "`standin verify` decodes each to its end.",
        ),
        (_, 0) => Finding::attention(Area::Music, format!("{damaged}."), LIST),
        _ => Finding::attention(Area::Music, format!("{damaged}, and {unverified}."), LIST),
    }
}

const LIST: &str =
    "`standin verify` lists what is damaged, with the second: put whole copies in their place.";

fn listed(named: &[String], of: usize) -> String {
    let more = if of > named.len() { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}
