//! What was seen → findings, and the one number. Pure.

use super::seen::Seen;
use crate::care::doctor::{Area, Finding};
use crate::music::Printable;
use crate::outage::{Mode, known};

/// An import of a playlist that is older is told: lists change.
const OLD_IMPORT_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const HOUR_MS: u64 = 60 * 60 * 1_000;
/// An outage lasts three hours at most, mostly; with less of one's own there would be songs twice.
const ENOUGH_MS: u64 = 3 * HOUR_MS;
/// So much of the rows is enough for an hour without a wish.
const GOOD_PERCENT: u64 = 80;
/// Files that are named.
const MAX_NAMED: usize = 3;

/// How ready all is, in percent: the share of the last year's listening that would play now; without a history the share
/// of the rows; without playlists all or nothing, by whether there is music. Without an output nothing plays.
pub(super) fn percent(seen: &Seen) -> u64 {
    match &seen.year {
        _ if !seen.has_output || seen.songs == 0 => 0,
        Some(year) => year.percent(),
        // Of no rows all play.
        None => seen.all.percent_now() as u64,
    }
}

pub(super) fn judge(seen: &Seen) -> Vec<Finding> {
    let mut found = vec![lasting(seen), playlists(seen)];
    found.extend(year(seen));
    found.extend(files(seen));
    found.push(network(seen));
    found.push(loudness(seen));
    found.extend(imports(seen));
    found.push(guard(seen));
    found
}

fn lasting(seen: &Seen) -> Finding {
    const AREA: Area = Area::Music;
    if seen.songs == 0 {
        return Finding::wrong(
            AREA,
            "No song is here.",
            "`standin scan FOLDER` indexes your music.",
        );
    }
    let (hours, of) = match seen.listed_last_ms {
        0 => (seen.songs_last_ms, "your music"),
        listed => (listed, "your playlists"),
    };
    let told = format!("{} of {of} before a song repeats.", hours_words(hours));
    match hours >= ENOUGH_MS || seen.songs_last_ms >= ENOUGH_MS {
        true => Finding::well(AREA, told),
        false => Finding::attention(
            AREA,
            told,
            "`standin missing` tells what to get first; an outage lasts up to three hours.",
        ),
    }
}

fn hours_words(ms: u64) -> String {
    match ms / HOUR_MS {
        0 => format!("{} minutes", ms / 60_000),
        1 => format!("1 hour {} minutes", ms % HOUR_MS / 60_000),
        hours => format!("{hours} hours"),
    }
}

fn playlists(seen: &Seen) -> Finding {
    const AREA: Area = Area::Playlists;
    if seen.lists.is_empty() {
        return Finding::advice(
            AREA,
            "There is no playlist.",
            "`standin import FILE` takes in those that you built on a streaming service.",
        );
    }
    let percent = seen.all.percent_now();
    let told = format!(
        "{} of {} rows would play now, {percent} %.",
        seen.all.here, seen.all.rows
    );
    match percent as u64 >= GOOD_PERCENT {
        true => Finding::well(AREA, told),
        false => Finding::attention(AREA, told, "`standin missing` tells what to get first."),
    }
}

fn year(seen: &Seen) -> Option<Finding> {
    const AREA: Area = Area::Playlists;
    let year = seen.year?;
    let told = format!(
        "{} % of the {} that you heard in the last year would play now.",
        year.percent(),
        hours_words(year.heard_ms)
    );
    Some(match year.percent() >= GOOD_PERCENT {
        true => Finding::well(AREA, told),
        false => Finding::attention(AREA, told, "`standin missing` tells what to get first."),
    })
}

fn files(seen: &Seen) -> Option<Finding> {
    const AREA: Area = Area::Files;
    if seen.tried == 0 {
        return None;
    }
    if seen.failed.is_empty() {
        let told = format!("{} files were opened and begin to play.", seen.tried);
        return Some(Finding::well(AREA, told));
    }
    let named = seen.failed.iter().take(MAX_NAMED);
    let named: Vec<String> = named
        .map(|(path, why)| format!("{} ({})", Printable::path(path), Printable::new(why)))
        .collect();
    let told = format!(
        "{} of {} files that were tried do not begin to play: {}.",
        seen.failed.len(),
        seen.tried,
        named.join(", ")
    );
    let to_do = "`standin verify` looks through all of them.";
    Some(Finding::attention(AREA, told, to_do))
}

fn network(seen: &Seen) -> Finding {
    const AREA: Area = Area::Network;
    if seen.far.is_empty() {
        return Finding::well(
            AREA,
            "All your music is on this machine: no network is needed.",
        );
    }
    let named = seen.far.iter();
    let named: Vec<String> = named
        .map(|(name, kind, songs)| format!("“{}” ({kind}, {songs} songs)", Printable::new(name)))
        .collect();
    Finding::attention(
        AREA,
        format!("With the network these vanish: {}.", named.join(", ")),
        "`standin pack --to FOLDER` copies the music that matters most to a disk of this machine.",
    )
}

/// Which clients are blind spots, where nothing may be measured.
fn guard(seen: &Seen) -> Finding {
    const AREA: Area = Area::Guard;
    if seen.guard == Mode::Off {
        return Finding::advice(
            AREA,
            "Nobody notices when a stream falls silent: you would start the music yourself.",
            "`standin guard` steps in; `standin now` is the one word without it.",
        );
    }
    if seen.listens {
        return Finding::well(AREA, "A stream that falls silent is noticed by its sound.");
    }
    let known = known(&seen.clients);
    let blind = known.iter().filter(|profile| !profile.trusts_progress);
    let blind: Vec<&str> = blind.map(|profile| profile.name.as_str()).collect();
    Finding::advice(
        AREA,
        format!(
            "The guard does not listen: the silence of {} is noticed when they leave, or not at all.",
            blind.join(", ")
        ),
        "`[outage] listen = true` in config.toml lets it measure whether a client's own stream sounds, and never a microphone.",
    )
}

fn loudness(seen: &Seen) -> Finding {
    const AREA: Area = Area::Loudness;
    let told = format!(
        "The loudness of {} of {} songs is known.",
        seen.measured, seen.songs
    );
    match seen.measured >= seen.songs {
        true => Finding::well(AREA, told),
        false => Finding::advice(
            AREA,
            told,
            "`standin verify` measures it, so that songs of different albums are equally loud.",
        ),
    }
}

fn imports(seen: &Seen) -> Option<Finding> {
    const AREA: Area = Area::Imports;
    let newest = seen.imports.iter().map(|(_, at_ms)| *at_ms).max()?;
    let age_ms = (seen.now_ms - newest).max(0);
    let days = age_ms / DAY_MS;
    let told = match days {
        0 => "The newest import is of today.".to_owned(),
        1 => "The newest import is 1 day old.".to_owned(),
        days => format!("The newest import is {days} days old."),
    };
    Some(match age_ms > OLD_IMPORT_MS {
        false => Finding::well(AREA, told),
        true => Finding::advice(
            AREA,
            told,
            "Ask the service for your data again, and `standin import` it: lists change.",
        ),
    })
}
