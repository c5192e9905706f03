//! `standin match why`: what speaks for and against each song that a row may mean.

use super::super::live::named;
use super::super::{rows, songs};
use super::{Column, Context, Exit, Out, Outcome, Stop, row_of};
use crate::library::MatchedRow;
use crate::library::person::Decided;
use crate::library::resolve::Explained;
use crate::music::{Song, Verdict, clock};
use crate::wanted::matcher::Judged;
use serde_json::{Value, json};

pub fn run(words: &[String], context: &mut Context) -> Outcome {
    let library = context.library();
    let row = row_of(words, &library)?;
    let explained = library.explain(&row.wanted)?;
    let out = &mut context.out;
    if out.json {
        out.json(answer(&row, &explained))?;
    } else {
        tell(&row, &explained, out)?;
    }
    Ok(Exit::Done)
}

const COLUMNS: [Column; 5] = [
    Column::number("SONG"),
    Column::word("ABOUT").stays(),
    Column::word("IT"),
    Column::number("WEIGHT").stays(),
    Column::text("WHICH MEANS").stays(),
];

fn tell(row: &MatchedRow, explained: &Explained, out: &mut Out) -> Result<(), Stop> {
    out.line(format!("{}: {}", row.address(), asked(row)))?;
    out.line(format!(
        "{}: {}",
        explained.verdict.word(),
        outcome(explained)
    ))?;
    for (number, (song, judged)) in (1..).zip(&explained.told) {
        out.line(format!(
            "{number}. {}: {}",
            described(song),
            came_to(judged)
        ))?;
    }
    if let Some(margin) = explained.margin {
        out.line(format!("Ahead of the next by {margin}."))?;
    }
    let lines: Vec<_> = (1..)
        .zip(&explained.told)
        .flat_map(|(number, (_, judged))| signals(number, judged))
        .collect();
    if !lines.is_empty() {
        out.table(&COLUMNS, &lines)?;
    }
    Ok(())
}

/// What the row says of its song.
fn asked(row: &MatchedRow) -> String {
    let wanted = &row.wanted;
    let length = wanted.length_ms.map(clock);
    let album = Some(&wanted.album).filter(|album| !album.is_empty());
    let isrc = Some(&wanted.isrc).filter(|isrc| !isrc.is_empty());
    let more: Vec<String> = [
        length,
        album.cloned(),
        isrc.map(|isrc| format!("ISRC {isrc}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    match more.is_empty() {
        true => wanted.label(),
        false => format!("{} ({})", wanted.label(), more.join(", ")),
    }
}

fn outcome(explained: &Explained) -> String {
    let reason = explained.reason();
    let decided = explained
        .decision
        .as_ref()
        .map(|decision| &decision.decided);
    let told = match (&explained.verdict, decided) {
        (Verdict::Found { rung, .. }, _) => format!("{reason} ({})", rung.code()),
        (_, Some(Decided::Song(song))) => format!("{reason}: {}", song.label()),
        _ => reason,
    };
    match decided {
        Some(_) => format!("{told}; `standin match unset` lets the rules decide"),
        None => told,
    }
}

fn described(song: &Song) -> String {
    let length = song.length_ms.map_or("no length".into(), clock);
    format!("{} ({length}) {}", named(song), song.uri())
}

/// `exact by R4, weight 95`, or which test it failed.
fn came_to(judged: &Judged) -> String {
    let grade = judged.grade.map_or("not it", crate::music::Grade::word);
    let rung = judged
        .rung
        .map_or(String::new(), |rung| format!(" by {}", rung.code()));
    let failed = judged.failed.map_or(String::new(), |failed| {
        format!(", it failed {}", failed.words())
    });
    format!("{grade}{rung}{failed}, weight {}", judged.score)
}

fn signals(number: usize, judged: &Judged) -> Vec<Vec<String>> {
    // The words of JSON, which serde has.
    fn word(value: impl serde::Serialize) -> String {
        let value = serde_json::to_value(value).unwrap_or_default();
        value.as_str().unwrap_or_default().replace('_', " ")
    }
    let all = judged.signals.iter().map(|signal| {
        vec![
            number.to_string(),
            word(signal.about),
            word(signal.outcome),
            format!("{:+}", signal.weight),
            signal.words.clone(),
        ]
    });
    all.collect()
}

fn answer(row: &MatchedRow, explained: &Explained) -> Value {
    let mut value = rows::json(&row.wanted, &explained.verdict, &explained.reason());
    let told = explained.told.iter().map(|(song, judged)| {
        let mut told = serde_json::to_value(judged).unwrap_or_default();
        told["song"] = songs::json(song);
        told
    });
    value["songs"] = told.collect();
    value["playlist"] = row.playlist.clone().into();
    value["row"] = row.number.into();
    value["failed"] = explained.failed().into();
    value["margin"] = explained.margin.into();
    value["decided"] = json!(explained.decision.is_some());
    value
}
