//! What came of a drill, as a table, in sentences, or as JSON.

use super::Report;
use crate::care::drill::{DrillFailure, Picks, Step};
use crate::cli::Stop;
use crate::cli::out::{Out, count, counted};
use crate::cli::songs::insert_path;
use crate::cli::table::Column;
use crate::music::clock;
use serde_json::{Value, json};

const COLUMNS: [Column; 4] = [
    Column::word("STEP"),
    Column::text("PLAYLIST"),
    Column::text("WHAT").stays(),
    Column::text("WHY").stays(),
];

pub(super) fn tell(picks: &Picks, report: &Report, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        return Ok(out.json(json(picks, report))?);
    }
    if !report.failed.is_empty() {
        let rows: Vec<_> = report.failed.iter().map(row).collect();
        out.table(&COLUMNS, &rows)?;
    }
    out.flush()?;
    out.say(format!("No network: {}.", report.network.words()));
    let of_lists = match picks.playlists {
        0 => "of everything that is here".to_owned(),
        lists => format!("of {}", counted(lists, "playlist")),
    };
    let songs = failed_songs(report);
    out.say(format!(
        "Tried {} {of_lists} = {} played + {} failed, {} of music; the player's socket {}.",
        counted(report.tried, "song"),
        count(report.tried - songs),
        count(songs),
        clock(report.heard_ms),
        match (report.wire, report.tried) {
            (true, _) => "answered",
            (false, 0) => "was not asked",
            (false, _) => "did not answer",
        }
    ));
    if report.underruns > 0 {
        let times = counted(report.underruns, "time");
        out.say(format!(
            "This machine was too slow {times}: the music had gaps."
        ));
    }
    if picks.missing > 0 {
        let rows = counted(picks.missing, "row");
        out.say(format!(
            "{rows} would be stepped over; `standin missing` tells what to get."
        ));
    }
    if picks.away > 0 {
        let rows = counted(picks.away, "song");
        out.warn(format!("{rows} away with a music folder."));
    }
    if report.is_stopped {
        out.say("Stopped early.");
    }
    Ok(())
}

fn failed_songs(report: &Report) -> usize {
    let failed = report.failed.iter();
    failed.filter(|failure| failure.step == Step::Play).count()
}

fn row(failure: &DrillFailure) -> Vec<String> {
    let path = || failure.path.as_ref().map(|path| path.display().to_string());
    let what = match failure.song.is_empty() {
        true => path().unwrap_or_default(),
        false => failure.song.clone(),
    };
    vec![
        failure.step.word().to_owned(),
        failure.playlist.clone(),
        what,
        failure.reason.clone(),
    ]
}

fn json(picks: &Picks, report: &Report) -> Value {
    let failure = |failure: &DrillFailure| {
        let mut value = json!({
            "step": failure.step.word(), "playlist": failure.playlist, "song": failure.song, "reason": failure.reason,
        });
        match &failure.path {
            Some(path) => insert_path(&mut value, "path", path),
            None => value["path"] = Value::Null,
        }
        value
    };
    json!({
        "network": report.network.word(), "playlists": picks.playlists, "rows": picks.rows, "missing": picks.missing,
        "away": picks.away, "songs": report.tried, "played": report.tried - failed_songs(report),
        "failed": report.failed.iter().map(failure).collect::<Vec<_>>(), "heard_ms": report.heard_ms,
        "wire": report.wire, "underruns": report.underruns, "interrupted": report.is_stopped,
    })
}
