//! What MPD has no word for, as commands of our own whose names begin with `standin_`: where songs come from and why they
//! play as they do, what is missing, how ready the library is, how far a scan is. Other clients never ask.
//!
//! | command | what it answers |
//! |---|---|
//! | `standin_from ORIGIN` | nothing: what this client puts into the queue from now on comes from there; `""`: from nowhere |
//! | `standin_why ID` | of an entry of the queue: `from`, which tells of a stand-in what for; of a playlist's row `row`, `verdict`, `found_by`; `codec`, `plays`, `decoder`; `gain_db` with `gain_source`, `gain_reach`, `gain_held_back`; of a long file `left_at`, where it was left the last time, and `went_on_at`, where it went on this time, in seconds since its start |
//! | `standin_at_end` | `at_end`: what comes when the queue has been played (stop, repeat, go-on); `came`: why the song came that is heard, where it came so |
//! | `standin_then WORD` | nothing: that comes when the queue has been played |
//! | `standin_missing [PLAYLIST]` | `playlist`, `row`, what is known of the song, `reason`, for each row without a song |
//! | `standin_ready` | `songs`, `songs_here` (their root is), `songs_playing` (something decodes them), `output`, `output_error`, `backup_age` in seconds; then `root`, `state`, `songs` of each root |
//! | `standin_scan` | `updating_db`, `state` and how far it is, where a scan runs that was asked for; `failed` and why, where the last one did |
//! | `standin_rows NAME START:END` | `rows` of the playlist in all; then of each row in the range `row`, `verdict` (exact, likely, stand-in, missing) and the song that plays, of a stand-in with `Name`, which tells what for; of a missing row what is known of it |
//! | `standin_lyrics [URI]` | `source` (file, beside), `synced`, then of each line `ms`, where it has a time, and `line`: of a song, or of the one that plays |
//! | `standin_levels` | `channels`, `peak_db` and `rms_db` of each (the last 50 ms), `bands_db` (24 of them, from 40 Hz to 16 kHz), of what is heard at this moment; nothing where nothing sounds |
//! | `standin_work` | of each long work under way `work`, `done` and, where it is known, `total`: the scan that was asked for, and what clients have told |
//! | `standin_work NAME DONE [TOTAL]` | nothing: this client does such work, until its connection ends. Who works is news of `update`, how far it is not |
//! | `standin_eq` | the equaliser: `on`, `heard` (1 where any sample is shaped), `name`, `preamp_db`, `curve` |
//! | `standin_eq on`, `off`, `usual` | nothing: it is turned on or off, or is as config.toml says again |
//! | `standin_eq set NAME CURVE` | nothing: this curve from now on: the preamp in dB or `auto`, then bands as `peak:HZ:DB:Q`, `low:…` or `high:…` (shelves) |
//! | `standin_version` | `version` of this program |
//! | `standin_config` | `version`; then `key` and `value` of all that config.toml says and that is used here, without passwords; of what is typed or usual nothing |
//! | `standin_speed [TIMES]` | `speed`: how fast songs are played at their own pitch, 0.5 to 3; with a number nothing, and they are from now on |
//!
//! Rows count from 0, as MPD's positions do. Levels are in dB of full scale, 0 to -90.

mod equaliser;
mod levels;
mod lyrics;
mod rows;
mod speed;
mod work;

use crate::daemon::Scanning;
use crate::library::OwnedFile;
use crate::library::scan::Progress;
use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, Command, Needs, aside, quick};
use crate::mpd::song;
use crate::music::{Origin, Playing, Song, Verdict, Wanted};
use crate::player::{AtEnd, Entry, Event};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub const COMMANDS: &[Command] = &[
    quick("standin_from", Needs::Add, 1..=1, come_from),
    aside("standin_why", Needs::Read, 1..=1, why),
    aside("standin_then", Needs::Control, 1..=1, then),
    quick("standin_at_end", Needs::Read, 0..=0, at_end),
    aside("standin_missing", Needs::Read, 0..=1, missing),
    aside("standin_ready", Needs::Read, 0..=0, ready),
    quick("standin_scan", Needs::Read, 0..=0, scan),
    aside("standin_rows", Needs::Read, 2..=2, rows::rows),
    aside("standin_lyrics", Needs::Read, 0..=1, lyrics::tell),
    quick("standin_levels", Needs::Read, 0..=0, levels::levels),
    aside("standin_eq", Needs::Read, 0..=3, equaliser::equaliser),
    aside("standin_speed", Needs::Read, 0..=1, speed::speed),
    quick("standin_work", Needs::Read, 0..=3, work::work),
    quick("standin_version", Needs::Nothing, 0..=0, version),
    quick("standin_config", Needs::Admin, 0..=0, config),
];

fn come_from(call: &mut Call) -> Result<(), Ack> {
    let text = call.text(0)?;
    let origin = (!text.is_empty()).then(|| Arc::new(Origin::from(text.to_owned())));
    call.client.origin = origin;
    Ok(())
}

fn version(call: &mut Call) -> Result<(), Ack> {
    call.out.pair("version", env!("CARGO_PKG_VERSION"));
    Ok(())
}

fn config(call: &mut Call) -> Result<(), Ack> {
    version(call)?;
    for (key, value) in call.house.config().iter() {
        call.out.text("key", key);
        call.out.text("value", value);
    }
    Ok(())
}

fn at_end(call: &mut Call) -> Result<(), Ack> {
    let desk = call.house.desk.snapshot();
    call.out.pair("at_end", desk.at_end.word());
    let came = desk.place.and_then(|at| at.origin?.goes_on());
    if let Some(came) = came {
        call.out.text("came", &came);
    }
    Ok(())
}

fn then(call: &mut Call) -> Result<(), Ack> {
    let at_end: AtEnd = call.text(0)?.parse().map_err(|why: String| Ack::arg(why))?;
    call.ask(Event::AtEnd(at_end)).map(drop)
}

fn why(call: &mut Call) -> Result<(), Ack> {
    let id = call.entry_id(0)?;
    let queue = call.house.desk.queue();
    let entry = queue.entries.iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| Ack::no_exist("No such song"))?;
    call.out.uri("file", entry.song.uri().as_bytes());
    call.out.pair("Id", id.0);
    tell_origin(entry, call)?;
    tell_decoder(&entry.song, call);
    tell_gain(entry, call);
    tell_left(entry, call);
    Ok(())
}

/// Of a playlist that is no longer there, or does not hold it any more, the name is left.
fn tell_origin(entry: &Entry, call: &mut Call) -> Result<(), Ack> {
    let Some(origin) = entry.origin.as_deref() else {
        return Ok(());
    };
    call.out.text("from", &origin.to_string());
    let Origin::Playlist(name) = origin else {
        return Ok(());
    };
    let Some(stored) = call.stored(name)? else {
        return Ok(());
    };
    let choice = call.house.library.resolved(stored)?;
    if let Some((row, verdict)) = choice.row_of(&entry.song) {
        call.out.pair("row", row);
        call.out.pair("verdict", verdict.word());
        if let Verdict::Found { rung, .. } = verdict {
            call.out.pair("found_by", rung.words());
        }
    }
    Ok(())
}

fn tell_decoder(song: &Song, call: &mut Call) {
    let playing = song.format.playing();
    if !song.format.codec.name().is_empty() {
        call.out.pair("codec", song.format.codec.name());
    }
    call.out.pair("plays", playing.name());
    call.out.pair(
        "decoder",
        match playing {
            Playing::Plays => "standin",
            Playing::WithFfmpeg if call.house.desk.has_ffmpeg() => "ffmpeg",
            Playing::WithFfmpeg | Playing::NotPlayable => "none",
        },
    );
}

fn tell_gain(entry: &Entry, call: &mut Call) {
    let Some(applied) = call.house.desk.gain_of(entry.id) else {
        return;
    };
    let out = &mut *call.out;
    out.pair("gain_db", format_args!("{:.2}", applied.gain.db));
    out.pair("gain_source", applied.source.name());
    out.pair("gain_reach", applied.reach.name());
    out.pair("gain_held_back", u8::from(applied.held_back));
}

fn tell_left(entry: &Entry, call: &mut Call) {
    let went_on = call.house.desk.snapshot().outside.went_on;
    if let Some((_, at_ms)) = went_on.filter(|(went_on, _)| *went_on == entry.id) {
        call.out.line("went_on_at", |line| line.seconds(at_ms));
    }
    let left = OwnedFile::key_around(&entry.song);
    let left = left.and_then(|key| call.house.library.left_off_lookup().of(key));
    if let Some(at_ms) = left.and_then(|left| left.at_ms) {
        call.out.line("left_at", |line| line.seconds(at_ms));
    }
}

fn missing(call: &mut Call) -> Result<(), Ack> {
    let library = call.house.library.clone();
    let names = match call.args.is_empty() {
        true => {
            let heads = library.person_reader()?.playlists()?;
            heads.into_iter().map(|head| head.name).collect()
        }
        false => vec![call.text(0)?.to_owned()],
    };
    for name in names {
        // One that went away meanwhile has nothing that is missing, unless it was asked for.
        match call.stored(&name)? {
            Some(stored) => {
                let rows = call.rows_of(stored)?;
                tell_missing(&name, &rows, &library.reasons(&rows)?, call);
            }
            None if call.args.is_empty() => {}
            None => return Err(Ack::no_exist("No such playlist")),
        }
        if call.out.is_gone() {
            break;
        }
    }
    Ok(())
}

fn tell_missing(name: &str, rows: &[(Wanted, Verdict)], reasons: &[String], call: &mut Call) {
    for (row, ((wanted, verdict), reason)) in rows.iter().zip(reasons).enumerate() {
        if verdict.miss().is_some() {
            call.out.text("playlist", name);
            call.out.pair("row", row);
            song::tell_wanted(wanted, call.client, call.out);
            call.out.pair("reason", reason);
        }
    }
}

fn ready(call: &mut Call) -> Result<(), Ack> {
    let house = call.house;
    let reader = house.library.reader()?;
    let stats = reader.stats()?;
    let silent = match house.desk.has_ffmpeg() {
        true => stats.not_playable,
        false => stats.not_playable + stats.with_ffmpeg,
    };
    let mut roots = Vec::new();
    for (root, is_here) in house.library.roots_here_or_away()? {
        let songs = reader.songs_in_root(&root.name)?;
        roots.push((root, is_here, songs));
    }
    let away = roots.iter().filter(|(_, is_here, _)| !is_here);
    let away: u64 = away.map(|(_, _, songs)| songs).sum();
    let out = &mut *call.out;
    out.pair("songs", stats.songs);
    out.pair("songs_here", stats.songs.saturating_sub(away));
    out.pair("songs_playing", stats.songs.saturating_sub(silent));
    out.text("output", &house.desk.output_name());
    if let Some(error) = house.desk.snapshot().outside.output_lost {
        out.text("output_error", &error);
    }
    let newest = house.library.person_reader()?.backup_dates().newest_at_ms;
    if let Some(at_ms) = newest {
        out.pair("backup_age", seconds_since(at_ms));
    }
    for (root, is_here, songs) in roots {
        out.text("root", &root.name);
        out.pair("state", if is_here { "here" } else { "away" });
        out.pair("songs", songs);
    }
    Ok(())
}

fn seconds_since(at_ms: i64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_ms = now.map_or(0, |now| now.as_millis() as i64);
    now_ms.saturating_sub(at_ms).max(0).unsigned_abs() / 1_000
}

fn scan(call: &mut Call) -> Result<(), Ack> {
    let Some(librarian) = &call.house.librarian else {
        return Ok(());
    };
    let Some(Scanning { job, progress }) = librarian.scanning() else {
        if let Some(failed) = librarian.failed() {
            call.out.text("failed", &failed);
        }
        return Ok(());
    };
    let out = &mut *call.out;
    out.pair("updating_db", job);
    match progress {
        None | Some(Progress::Waiting(_)) => out.pair("state", "waiting"),
        Some(Progress::Finishing) => out.pair("state", "finishing"),
        Some(Progress::Scanning {
            seen,
            read,
            skipped,
            expected,
        }) => {
            out.pair("state", "scanning");
            let all = [
                ("seen", seen),
                ("read", read),
                ("skipped", skipped),
                ("expected", expected),
            ];
            all.into_iter()
                .for_each(|(name, count)| out.pair(name, count));
        }
    }
    Ok(())
}
