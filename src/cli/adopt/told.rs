//! What adopting is told as: what was found, or a row for each player and sums. Counts add up.

use super::{Looked, Outcomes, Playing};
use crate::cli::out::counted;
use crate::cli::table::Column;
use crate::cli::{Context, Stop};
use crate::library::adopt::AdoptedFrom;
use crate::music::Printable;
use serde_json::{Value, json};

const FOUND: [Column; 6] = [
    Column::text("PLAYER"),
    Column::number("SONGS"),
    Column::number("RATED"),
    Column::number("COUNTED"),
    Column::number("PLAYLISTS"),
    Column::text("PATH").stays(),
];

const ADOPTED: [Column; 10] = [
    Column::text("PLAYER"),
    Column::number("SONGS"),
    Column::number("HERE"),
    Column::number("RATED"),
    Column::number("COUNTED"),
    Column::number("PLAYS"),
    Column::number("DATED"),
    Column::number("WAITING"),
    Column::number("PLAYLISTS"),
    Column::text("PATH").stays(),
];

/// What was found, of which nothing is taken.
pub(super) fn found(looked: &[Looked], context: &mut Context) -> Result<(), Stop> {
    let out = &mut context.out;
    if out.json {
        let all: Vec<Value> = looked.iter().map(found_value).collect();
        return Ok(out.json(json!({ "found": all }))?);
    }
    let rows: Vec<Vec<String>> = looked.iter().map(found_row).collect();
    out.table(&FOUND, &rows)?;
    out.flush()?;
    for Looked { read, .. } in looked {
        if let Err(error) = read {
            out.warn(format!("{error}."));
        }
    }
    out.note("Nothing is taken yet: `standin adopt PLAYER` takes over one, `standin adopt --all` every one.");
    Ok(())
}

fn found_row(looked: &Looked) -> Vec<String> {
    let found = &looked.found;
    let numbers = match &looked.read {
        Ok(all) => [all.known, all.rated(), all.counted(), all.lists.len()].map(|n| n.to_string()),
        Err(_) => [(); 4].map(|()| String::new()),
    };
    let path = Printable::path(&found.path).to_string();
    let player = found.player.word().to_owned();
    std::iter::once(player)
        .chain(numbers)
        .chain([path])
        .collect()
}

fn found_value(looked: &Looked) -> Value {
    let found = &looked.found;
    let read = looked.read.as_ref().ok();
    json!({
        "player": found.player.word(),
        "path": found.path.to_string_lossy(),
        "songs": read.map(|all| all.known),
        "rated": read.map(crate::wanted::adopt::Adoptable::rated),
        "counted": read.map(crate::wanted::adopt::Adoptable::counted),
        "playlists": read.map(|all| all.lists.len()),
        "reason": looked.read.as_ref().err().map(ToString::to_string),
    })
}

/// What was taken over.
pub(super) fn all(outcomes: &Outcomes, context: &mut Context) -> Result<(), Stop> {
    let out = &mut context.out;
    if out.json {
        return Ok(out.json(value(outcomes))?);
    }
    let rows: Vec<Vec<String>> = outcomes.from.iter().map(|(from, _)| row(from)).collect();
    if !rows.is_empty() {
        out.table(&ADOPTED, &rows)?;
        out.flush()?;
    }
    for (found, error) in &outcomes.not_read {
        let name = found.player.name();
        out.warn(format!("nothing is taken of {name}: {error}."));
    }
    for (from, playing) in &outcomes.from {
        sums(from, *playing, outcomes.dry_run, context);
    }
    if outcomes.dry_run {
        context.out.say("Nothing was changed.");
    }
    Ok(())
}

fn row(from: &AdoptedFrom) -> Vec<String> {
    let (adopted, marking) = (&from.adopted, &from.adopted.marking);
    let numbers = [
        from.known as u64,
        adopted.here as u64,
        marking.rated as u64,
        marking.counted as u64,
        marking.plays,
        marking.added as u64,
        marking.waiting as u64,
        adopted.lists.len() as u64,
    ];
    let path = Printable::path(&from.found.path).to_string();
    let player = from.found.player.word().to_owned();
    let numbers = numbers.iter().map(u64::to_string);
    std::iter::once(player)
        .chain(numbers)
        .chain([path])
        .collect()
}

fn sums(from: &AdoptedFrom, playing: Playing, dry_run: bool, context: &mut Context) {
    let out = &context.out;
    let name = from.found.player.name();
    let marking = &from.adopted.marking;
    if !from.adopted.lists.is_empty() {
        let new = from.adopted.lists.iter().filter(|list| list.is_new).count();
        let lists = counted(from.adopted.lists.len(), "playlist");
        let here = if dry_run { "would be here" } else { "here now" };
        out.say(format!(
            "{name}: {lists} {here}, {new} of them new. Of {} {} will play.",
            counted(playing.rows, "row"),
            playing.play
        ));
    }
    if marking.rated_here > 0 {
        let songs = counted(marking.rated_here, "song");
        out.say(format!(
            "{name}: other stars than here for {songs}; those here stay."
        ));
    }
    if marking.stickers > 0 {
        out.say(format!(
            "{name}: {} came.",
            counted(marking.stickers, "sticker")
        ));
    }
    if marking.waiting > 0 {
        let songs = counted(marking.waiting, "song");
        out.say(format!(
            "{name}: {songs} with stars or counts are not here; what is kept of them comes to them when a scan finds them."
        ));
    }
    if marking.not_kept > 0 {
        let songs = counted(marking.not_kept, "song");
        out.warn(format!(
            "{name}: {songs} more are not here, and too many wait already."
        ));
    }
    if from.unreadable > 0 {
        let told = counted(from.unreadable, "row");
        out.warn(format!("{name}: {told} cannot be read."));
    }
    if from.ends_early {
        out.warn(format!(
            "{name}: its file is damaged, or longer than is read; what stands before was taken."
        ));
    }
    let is_nothing =
        from.adopted.here == 0 && from.adopted.lists.is_empty() && marking.waiting == 0;
    if is_nothing {
        out.say(format!(
            "{name}: nothing is kept of {}.",
            counted(from.known, "song")
        ));
    }
}

fn value(outcomes: &Outcomes) -> Value {
    let player = |(from, playing): &(AdoptedFrom, Playing)| {
        let marking = &from.adopted.marking;
        let lists = from.adopted.lists.iter().map(|list| {
            json!({
                "name": list.name, "new": list.is_new, "rows": list.rows.len(), "added": list.added,
            })
        });
        json!({
            "player": from.found.player.word(),
            "path": from.found.path.to_string_lossy(),
            "songs": from.known, "rated_there": from.rated_there, "counted_there": from.counted_there,
            "here": from.adopted.here,
            "rated": marking.rated, "rated_here": marking.rated_here,
            "counted": marking.counted, "plays": marking.plays, "dated": marking.added,
            "stickers": marking.stickers, "same": marking.same,
            "waiting": marking.waiting, "not_kept": marking.not_kept,
            "unreadable": from.unreadable, "ends_early": from.ends_early,
            "playlists": lists.collect::<Vec<_>>(),
            "rows": playing.rows, "rows_that_play": playing.play,
        })
    };
    let not_read = outcomes.not_read.iter().map(|(found, error)| {
        json!({
            "player": found.player.word(), "path": found.path.to_string_lossy(), "reason": error.to_string(),
        })
    });
    json!({
        "dry_run": outcomes.dry_run,
        "players": outcomes.from.iter().map(player).collect::<Vec<_>>(),
        "not_read": not_read.collect::<Vec<_>>(),
    })
}
