//! What came of a verification, as a table, in sentences, or as JSON.

use crate::care::verify::{Found, VerifyReport};
use crate::cli::Stop;
use crate::cli::out::{Out, count, counted};
use crate::cli::songs::insert_path;
use crate::cli::table::Column;
use crate::music::{Damage, DamageKind, clock};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Files with a word of their own beside the answer, without `-v`.
const MAX_NAMED: usize = 20;

pub(super) fn tell(report: &VerifyReport, dry_run: bool, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        return Ok(out.json(json(report, dry_run))?);
    }
    if !report.damaged.is_empty() {
        out.table(&COLUMNS, &rows(&report.damaged))?;
    }
    out.flush()?;
    out.say(if dry_run {
        outlook(report)
    } else {
        sum(report)
    });
    let most = if out.verbose { usize::MAX } else { MAX_NAMED };
    for found in report.unchecked.iter().take(most) {
        let why = found.damage.first().map_or("", |damage| &damage.what);
        out.say(format!(
            "Not checked {}: {}.",
            found.path.display(),
            why.trim_end_matches('.')
        ));
    }
    for path in report.changed.iter().take(most) {
        out.say(format!("Changed since the last scan: {}.", path.display()));
    }
    if report.unchecked.len().max(report.changed.len()) > most {
        out.say("There are more; `standin verify -v` names all.");
    }
    if !report.changed.is_empty() {
        out.say("`standin scan` looks at what has changed.");
    }
    for root in &report.away {
        out.warn(format!("“{root}” is away; none of its files was checked."));
    }
    if report.stopped {
        out.say("Stopped early: what was found out is kept, and the next `standin verify` goes on from there.");
    }
    Ok(())
}

/// `verified 12 = 9 whole + 1 damaged + 1 not checked + 1 changed; 4 known before (3.2 s)`
fn sum(report: &VerifyReport) -> String {
    let mut sum = format!(
        "Verified {} = {} whole + {} damaged + {} not checked + {} changed",
        counted(report.files, "file"),
        count(report.whole),
        count(report.damaged.len()),
        count(report.unchecked.len()),
        count(report.changed.len()),
    );
    if report.left > 0 {
        sum += &format!(" + {} left", count(report.left));
    }
    if report.known > 0 {
        sum += &format!("; {} known before", count(report.known));
    }
    format!("{sum} ({:.1} s).", report.elapsed.as_secs_f64())
}

/// `12 files = 9 whole + 1 damaged + 2 left to verify, 8:04 of music.`
fn outlook(report: &VerifyReport) -> String {
    let sum = format!(
        "{} = {} whole + {} damaged + {} left to verify",
        counted(report.files, "file"),
        count(report.whole),
        count(report.damaged.len()),
        count(report.left),
    );
    match report.left {
        0 => format!("{sum}."),
        _ => format!("{sum}, {} of music.", clock(report.left_ms)),
    }
}

const COLUMNS: [Column; 4] = [
    Column::text("FILE").stays(),
    Column::number("AT"),
    Column::word("KIND"),
    Column::text("WHAT"),
];

/// A row for each thing that is wrong; of one kind within one second they share a row.
fn rows(damaged: &[Found]) -> Vec<Vec<String>> {
    let each = damaged.iter().flat_map(|found| {
        found.damage.chunk_by(share_a_row).map(|damage| {
            vec![
                found.path.to_string_lossy().into_owned(),
                at(&damage[0]).unwrap_or_default(),
                damage[0].kind.name().to_owned(),
                what(damage),
            ]
        })
    });
    each.collect()
}

fn share_a_row(one: &Damage, next: &Damage) -> bool {
    let kind_and_second =
        |damage: &Damage| -> (DamageKind, Option<String>) { (damage.kind, at(damage)) };
    one.at_ms.is_some() && kind_and_second(one) == kind_and_second(next)
}

/// Where it is, to the second.
fn at(damage: &Damage) -> Option<String> {
    damage.at_ms.map(clock)
}

/// `3 × a part is missing; the rest is noise`
fn what(damage: &[Damage]) -> String {
    let mut words: Vec<(&str, usize)> = Vec::new();
    for damage in damage {
        match words.iter_mut().find(|(what, _)| *what == damage.what) {
            Some((_, times)) => *times += 1,
            None => words.push((&damage.what, 1)),
        }
    }
    let each = words.iter().map(|(what, times)| match times {
        1 => (*what).to_owned(),
        _ => format!("{times} × {what}"),
    });
    each.collect::<Vec<_>>().join("; ")
}

fn json(report: &VerifyReport, dry_run: bool) -> Value {
    let path = |path: &PathBuf| {
        let mut value = json!({});
        insert_path(&mut value, "path", path);
        value
    };
    let found = |found: &Found| {
        let damage = found.damage.iter().map(|damage| {
            json!({ "kind": damage.kind.name(), "at_ms": damage.at_ms, "what": damage.what })
        });
        let mut value = path(&found.path);
        value["damage"] = damage.collect();
        value
    };
    json!({
        "files": report.files, "whole": report.whole,
        "damaged": report.damaged.iter().map(found).collect::<Vec<_>>(),
        "unchecked": report.unchecked.iter().map(found).collect::<Vec<_>>(),
        "changed": report.changed.iter().map(path).collect::<Vec<_>>(),
        "left": report.left, "left_ms": report.left_ms, "dry_run": dry_run, "known": report.known, "away": report.away,
        "seconds": report.elapsed.as_secs_f64(), "interrupted": report.stopped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_within_one_second_shares_a_row() {
        let damage = |kind, at_ms, what: &str| Damage {
            kind,
            at_ms,
            what: what.into(),
        };
        use DamageKind::{SteppedOver, Stops};
        let found = Found {
            path: "/m/x.mp3".into(),
            damage: vec![
                damage(SteppedOver, Some(61_001), "a hole"),
                damage(SteppedOver, Some(61_027), "a hole"),
                damage(SteppedOver, Some(61_990), "noise"),
                damage(SteppedOver, Some(62_000), "a hole"),
                damage(Stops, Some(62_100), "the end"),
                damage(SteppedOver, None, "a"),
                damage(SteppedOver, None, "a"),
            ],
        };
        let told = rows(&[found]);
        let told: Vec<&[String]> = told.iter().map(|row| &row[1..]).collect();
        assert_eq!(
            told,
            [
                ["1:01", "stepped-over", "2 × a hole; noise"],
                ["1:02", "stepped-over", "a hole"],
                ["1:02", "stops", "the end"],
                ["", "stepped-over", "a"],
                ["", "stepped-over", "a"],
            ]
        );
    }
}
