//! What came of a pack, as a table, in sentences, or as JSON.

use super::size::words;
use crate::care::pack::{ListState, PackReport, PackedList};
use crate::cli::Stop;
use crate::cli::out::{Out, count, counted};
use crate::cli::songs::insert_path;
use crate::cli::table::Column;
use crate::music::Printable;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Files with a word of their own beside the answer, without `-v`.
const MAX_NAMED: usize = 20;

pub(super) fn tell(report: &PackReport, dry_run: bool, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        return Ok(out.json(json(report, dry_run))?);
    }
    if !report.lists.is_empty() {
        let rows: Vec<_> = report.lists.iter().map(|list| row(list, dry_run)).collect();
        out.table(&COLUMNS, &rows)?;
    }
    out.flush()?;
    out.say(sum(report, dry_run));
    out.say(format!(
        "{} of {}{}.",
        words(report.bytes),
        words(report.size),
        if dry_run { " would be taken" } else { " taken" }
    ));
    say_removed(report, dry_run, out);
    say_troubles(report, out);
    if report.player {
        let script = report.to.join("play.sh");
        out.say(format!("It plays anywhere with: sh {}", script.display()));
    }
    if report.away > 0 {
        out.warn(format!(
            "{} away with their music folder; what a pack put there before stays.",
            match report.away {
                1 => "1 row or song is".to_owned(),
                away => format!("{} rows and songs are", count(away)),
            }
        ));
    }
    if report.stopped {
        out.say(
            "Stopped early: what is there is whole, and the same once more goes on from there.",
        );
    }
    Ok(())
}

const COLUMNS: [Column; 4] = [
    Column::text("PLAYLIST").stays(),
    Column::number("ROWS"),
    Column::number("MISSING"),
    Column::word("THERE"),
];

fn row(list: &PackedList, dry_run: bool) -> Vec<String> {
    vec![
        list.name.clone(),
        list.rows.to_string(),
        list.missing.to_string(),
        match word(&list.state) {
            "packed" if dry_run => "fits".to_owned(),
            word => word.to_owned(),
        },
    ]
}

fn word(state: &ListState) -> &'static str {
    match state {
        ListState::Packed => "packed",
        ListState::LeftOut => "left-out",
        ListState::Failed(_) => "failed",
        ListState::Unfinished => "unfinished",
    }
}

/// `Packed 12 songs = 9 copied + 2 there before + 1 failed (48.0 MB, 3.2 s).`
fn sum(report: &PackReport, dry_run: bool) -> String {
    let songs = counted(report.songs, "song");
    if dry_run {
        return format!(
            "Would pack {songs} = {} there + {} to copy.",
            count(report.there),
            count(report.left)
        );
    }
    let mut sum = format!(
        "Packed {songs} = {} copied + {} there before + {} failed",
        count(report.copied),
        count(report.there),
        count(report.failed.len())
    );
    if report.left > 0 {
        sum += &format!(" + {} left", count(report.left));
    }
    let (bytes, seconds) = (words(report.copied_bytes), report.elapsed.as_secs_f64());
    format!("{sum} ({bytes}, {seconds:.1} s).")
}

fn say_removed(report: &PackReport, dry_run: bool, out: &Out) {
    if report.removed > 0 {
        let would = if dry_run {
            "would be removed"
        } else {
            "removed"
        };
        let files = counted(report.removed, "file");
        out.say(format!("No longer chosen: {files} {would}."));
    }
    let most = if out.verbose { usize::MAX } else { MAX_NAMED };
    for path in report.kept.iter().take(most) {
        out.say(format!("Changed there since, and left alone: {path}."));
    }
    for name in report.kept_playlists.iter().take(most) {
        let name = Printable::new(name);
        out.say(format!("“{name}” was changed there, and is left as it is."));
    }
}

fn say_troubles(report: &PackReport, out: &Out) {
    let most = if out.verbose { usize::MAX } else { MAX_NAMED };
    for list in &report.lists {
        if let ListState::Failed(why) = &list.state {
            let name = Printable::new(&list.name);
            out.warn(format!("the playlist “{name}” is not there: {why}."));
        }
    }
    for (path, why) in report.failed.iter().take(most) {
        out.warn(format!("not packed: {}: {why}.", path.display()));
    }
    for (path, why) in report.unreadable.iter().take(most) {
        out.warn(format!("not chosen: {}: {why}.", path.display()));
    }
    if report.failed.len().max(report.unreadable.len()) > most {
        out.say("There are more; `standin pack -v` names all.");
    }
}

fn json(report: &PackReport, dry_run: bool) -> Value {
    let list = |list: &PackedList| {
        let why = match &list.state {
            ListState::Failed(why) => Some(why),
            _ => None,
        };
        json!({
            "name": list.name, "rows": list.rows, "missing": list.missing, "state": word(&list.state), "reason": why,
        })
    };
    let file = |(path, why): &(PathBuf, String)| {
        let mut value = json!({ "reason": why });
        insert_path(&mut value, "path", path);
        value
    };
    let mut value = json!({
        "size_bytes": report.size, "bytes": report.bytes, "playlists": report.lists.iter().map(list).collect::<Vec<_>>(),
        "songs": report.songs, "copied": report.copied, "copied_bytes": report.copied_bytes, "there": report.there,
        "failed": report.failed.iter().map(file).collect::<Vec<_>>(), "left": report.left,
        "unreadable": report.unreadable.iter().map(file).collect::<Vec<_>>(), "away": report.away,
        "removed": report.removed, "kept": report.kept, "kept_playlists": report.kept_playlists,
        "player": report.player, "dry_run": dry_run, "interrupted": report.stopped,
        "error": report.ended.as_ref().map(ToString::to_string), "seconds": report.elapsed.as_secs_f64(),
    });
    insert_path(&mut value, "to", &report.to);
    value
}
