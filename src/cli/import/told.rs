//! What an import is told as: files, then lists, then sums. Counts add up, and no file is quoted.

use super::{Outcomes, Verdicts};
use crate::cli::out::{Out, count, counted};
use crate::cli::table::Column;
use crate::cli::{Context, Stop};
use crate::library::Exports;
use crate::library::person::ListImported;
use crate::music::Printable;
use crate::wanted::export::FileReport;
use crate::wanted::service_words;
use serde_json::{Value, json};

const FILES: [Column; 8] = [
    Column::text("FILE").stays(),
    Column::text("FORMAT"),
    Column::word("READ AS"),
    Column::number("ROWS"),
    Column::number("SONGS"),
    Column::number("PODCASTS"),
    Column::number("OTHER"),
    Column::number("UNREADABLE"),
];

const LISTS: [Column; 10] = [
    Column::text("PLAYLIST").stays(),
    Column::number("ROWS"),
    Column::number("NEW"),
    Column::number("MOVED"),
    Column::number("REMOVED THERE"),
    Column::number("EXACT"),
    Column::number("LIKELY"),
    Column::number("ASK"),
    Column::number("SUBST."),
    Column::number("MISSING"),
];

/// All of it.
pub(super) fn all(outcomes: &Outcomes, context: &mut Context) -> Result<(), Stop> {
    if context.out.json {
        return Ok(context.out.json(value(outcomes))?);
    }
    files(&outcomes.exports, outcomes.passed_by, context)?;
    let out = &mut context.out;
    let lists = outcomes.imported.lists.iter().zip(&outcomes.verdicts);
    let rows: Vec<_> = lists
        .map(|(list, verdicts)| list_row(list, *verdicts))
        .collect();
    if !rows.is_empty() {
        if out.is_terminal {
            out.line("")?;
        }
        out.table(&LISTS, &rows)?;
    }
    out.flush()?;
    sums(outcomes, out);
    Ok(())
}

/// What was read, and what was left and why.
pub(super) fn files(
    exports: &Exports,
    passed_by: usize,
    context: &mut Context,
) -> Result<(), Stop> {
    let out = &mut context.out;
    if out.json {
        return Ok(());
    }
    let taken = exports.files.iter().filter(|file| file.refused.is_none());
    let rows: Vec<_> = taken.map(file_row).collect();
    if !rows.is_empty() && (out.is_terminal || out.verbose) {
        out.table(&FILES, &rows)?;
        out.flush()?;
    }
    for file in &exports.files {
        let name = Printable::new(&file.file);
        match &file.refused {
            Some(why) => out.warn(format!("nothing is taken of {name}: {why}.")),
            None if file.ends_early => {
                out.warn(format!(
                    "the end of {name} is damaged or cut; what stands before was taken."
                ));
            }
            None => {}
        }
        if !file.unreadable_at.is_empty() {
            let at: Vec<String> = file.unreadable_at.iter().map(u64::to_string).collect();
            let rows = at.join(", ");
            out.warn(format!(
                "in {name} {} cannot be read, of them {rows}.",
                counted(file.counts.unreadable, "row")
            ));
        }
        if let Some(of) = file.of.filter(|of| *of > file.counts.rows()) {
            out.note(format!(
                "{name} is a page of a longer list: {} of {of} rows.",
                file.counts.rows()
            ));
        }
    }
    for (path, error) in &exports.not_opened {
        out.warn(format!("cannot read {}: {error}.", Printable::path(path)));
    }
    if passed_by > 0 {
        out.say(format!(
            "Passed by {}: no export, or the same once more.",
            counted(passed_by, "file")
        ));
    }
    if exports.has_more {
        out.warn("There are more files than one import looks at: import the others by themselves.");
    }
    Ok(())
}

fn file_row(file: &FileReport) -> Vec<String> {
    let counts = &file.counts;
    vec![
        file.file.clone(),
        file.format.map_or("", |format| format.name()).to_owned(),
        file.encoding
            .map_or(String::new(), |encoding| encoding.name().to_owned()),
        counts.rows().to_string(),
        counts.tracks.to_string(),
        (counts.episodes + counts.audiobooks).to_string(),
        counts.other.to_string(),
        counts.unreadable.to_string(),
    ]
}

fn list_row(list: &ListImported, verdicts: Verdicts) -> Vec<String> {
    let numbers = [
        list.rows.len(),
        list.added,
        list.moved,
        list.removed_there,
        verdicts.exact,
        verdicts.likely,
        verdicts.ask,
        verdicts.substitute,
        verdicts.missing,
    ];
    let numbers = numbers.iter().map(usize::to_string);
    std::iter::once(list.name.clone()).chain(numbers).collect()
}

fn sums(outcomes: &Outcomes, out: &Out) {
    let imported = &outcomes.imported;
    let sum = |of: fn(&ListImported) -> usize| imported.lists.iter().map(of).sum::<usize>();
    let here = match outcomes.dry_run {
        true => "There would be",
        false => "Here now:",
    };
    if !imported.lists.is_empty() {
        let new = imported.lists.iter().filter(|list| list.is_new).count();
        let would_play: usize = outcomes
            .verdicts
            .iter()
            .map(|one| one.exact + one.likely)
            .sum();
        let rows = sum(|list| list.rows.len());
        out.say(format!(
            "{here} {}, {new} of them new. Of {} {would_play} will play.",
            counted(imported.lists.len(), "playlist"),
            counted(rows, "row"),
        ));
    }
    let left = sum(|list| list.left_out);
    if left > 0 {
        out.say(format!(
            "{} that you took out here stay out.",
            counted(left, "row")
        ));
    }
    let removed = sum(|list| list.removed_there);
    if removed > 0 {
        out.say(format!(
            "{} that the service has no more stay.",
            counted(removed, "row")
        ));
    }
    let podcasts = sum(|list| list.episodes + list.audiobooks);
    if podcasts > 0 {
        out.say(format!(
            "Left: {} of podcasts and audiobooks.",
            counted(podcasts, "row")
        ));
    }
    if imported.albums > 0 {
        out.say(format!(
            "Left: {} of the library there, whose songs are not named.",
            counted(imported.albums, "album")
        ));
    }
    let heard = imported.heard + imported.heard_before + imported.heard_same;
    if heard > 0 {
        let same = match imported.heard_same {
            0 => String::new(),
            same => format!(", {} the same as another service tells", count(same)),
        };
        out.say(format!(
            "{}: {} new, {} known before{same}.",
            counted(heard, "listening"),
            count(imported.heard),
            count(imported.heard_before)
        ));
    }
    if imported.heard_skipped > 0 {
        let skipped = counted(imported.heard_skipped, "listening");
        out.say(format!("Left: {skipped} that you skipped within 30 s."));
    }
    if imported.banned > 0 {
        let told = counted(imported.banned, "ban");
        out.say(format!(
            "{told} of the service hold here, too: `standin ban` names them."
        ));
    }
    if imported.rows_enriched > 0 {
        let told = counted(imported.rows_enriched, "row");
        out.say(format!("{told} of other playlists know more now."));
    }
    if outcomes.dry_run {
        out.say("Nothing was changed.");
    }
}

fn value(outcomes: &Outcomes) -> Value {
    let imported = &outcomes.imported;
    let file = |file: &FileReport| {
        let counts = &file.counts;
        json!({
            "file": file.file,
            "format": file.format.map(|format| format.word()),
            "encoding": file.encoding.map(|encoding| encoding.name().to_owned()),
            "separator": file.separator.map(String::from),
            "rows": counts.rows(), "tracks": counts.tracks, "episodes": counts.episodes,
            "audiobooks": counts.audiobooks, "other": counts.other, "unreadable": counts.unreadable,
            "with_isrc": counts.with_isrc, "with_length": counts.with_length, "with_id": counts.with_id,
            "local": counts.local, "id_only": counts.id_only, "lists": counts.lists, "heard": counts.heard,
            "ends_early": file.ends_early, "of": file.of,
            "refused": file.refused.as_ref().map(ToString::to_string),
        })
    };
    let lists = imported.lists.iter().zip(&outcomes.verdicts);
    let list = |(list, verdicts): (&ListImported, &Verdicts)| {
        json!({
            "name": list.name, "service": service_words(&list.service), "new": list.is_new,
            "rows": list.rows.len(), "there": list.there, "added": list.added, "moved": list.moved,
            "removed_there": list.removed_there, "left_out": list.left_out,
            "episodes": list.episodes, "audiobooks": list.audiobooks,
            "exact": verdicts.exact, "likely": verdicts.likely, "ask": verdicts.ask,
            "substitute": verdicts.substitute, "missing": verdicts.missing,
        })
    };
    let exports = &outcomes.exports;
    let not_opened = exports.not_opened.iter().map(
        |(path, error)| json!({ "file": path.to_string_lossy(), "reason": error.to_string() }),
    );
    json!({
        "dry_run": outcomes.dry_run,
        "files": exports.files.iter().map(file).collect::<Vec<_>>(),
        "passed_by": outcomes.passed_by,
        "not_opened": not_opened.collect::<Vec<_>>(),
        "playlists": lists.map(list).collect::<Vec<_>>(),
        "heard": imported.heard, "heard_before": imported.heard_before,
        "heard_same": imported.heard_same, "heard_skipped": imported.heard_skipped,
        "ids": imported.ids, "ids_enriched": imported.ids_enriched,
        "rows_enriched": imported.rows_enriched, "banned": imported.banned, "albums": imported.albums,
    })
}
