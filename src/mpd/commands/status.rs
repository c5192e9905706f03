//! What plays and how: `status`, `currentsong`, `stats`, `clearerror`.

use crate::mpd::ack::Ack;
use crate::mpd::answer::Answer;
use crate::mpd::command::{Call, Command, Needs, aside, quick};
use crate::mpd::song;
use crate::music::Song;
use crate::player::{Entry, Once, State};
use std::time::SystemTime;

pub const COMMANDS: &[Command] = &[
    quick("status", Needs::Read, 0..=0, status),
    quick("currentsong", Needs::Read, 0..=0, current_song),
    aside("stats", Needs::Read, 0..=0, stats),
    quick("clearerror", Needs::Control, 0..=0, |_| Ok(())),
];

fn status(call: &mut Call) -> Result<(), Ack> {
    let desk = call.house.desk.snapshot();
    let flag = |on: bool| u8::from(on);
    let out = &mut *call.out;
    out.pair("volume", desk.volume_percent);
    out.pair("repeat", flag(desk.repeat));
    out.pair("random", flag(desk.random));
    out.pair("single", once(desk.single));
    out.pair("consume", once(desk.consume));
    out.pair("partition", "default");
    out.pair("playlist", desk.queue_version);
    out.pair("playlistlength", desk.queue_len);
    out.pair("mixrampdb", "0");
    out.pair(
        "state",
        match desk.state {
            State::Stopped => "stop",
            State::Playing => "play",
            State::Paused => "pause",
        },
    );
    // Of MPD 0.24.
    if let Some(name) = call.house.loaded() {
        out.text("lastloadedplaylist", &name);
    }
    if desk.crossfade_ms > 0 {
        out.pair("xfade", desk.crossfade_ms.div_ceil(1_000));
    }
    if let Some(at) = &desk.place {
        out.pair("song", at.position);
        out.pair("songid", at.entry.0);
    }
    // What is not heard yet stands at its beginning.
    let current = desk.current.as_ref().or(desk.place.as_ref());
    if let (Some(current), true) = (current, desk.state != State::Stopped) {
        let heard = call.house.desk.position();
        let heard = heard.filter(|heard| heard.entry == current.entry);
        let elapsed = heard.as_ref().map_or(0, |heard| heard.elapsed_ms);
        let length = heard.and_then(|heard| heard.length_ms);
        tell_time(
            &current.song,
            elapsed,
            length.or(current.song.length_ms),
            out,
        );
    }
    if let Some(job) = call
        .house
        .librarian
        .as_ref()
        .and_then(|librarian| librarian.job())
    {
        out.pair("updating_db", job);
    }
    if desk.outside.is_off {
        out.pair("error", "All audio outputs are disabled");
    } else if let Some(reason) = &desk.outside.output_lost {
        out.text("error", reason);
    }
    if let Some(next) = &desk.next {
        out.pair("nextsong", next.position);
        out.pair("nextsongid", next.entry.0);
    }
    Ok(())
}

fn tell_time(song: &Song, elapsed: u64, length: Option<u64>, out: &mut Answer) {
    let seconds = |ms: u64| (ms + 500) / 1_000;
    out.pair(
        "time",
        format_args!("{}:{}", seconds(elapsed), length.map_or(0, seconds)),
    );
    out.line("elapsed", |line| line.seconds(elapsed));
    out.pair("bitrate", song.format.kbps.unwrap_or(0));
    if let Some(length) = length {
        out.line("duration", |line| line.seconds(length));
    }
    song::tell_format("audio", song.format, out);
}

fn once(mode: Once) -> &'static str {
    match mode {
        Once::Off => "0",
        Once::On => "1",
        Once::Oneshot => "oneshot",
    }
}

fn current_song(call: &mut Call) -> Result<(), Ack> {
    if let Some(at) = call.house.desk.snapshot().place {
        let entry = Entry {
            id: at.entry,
            song: at.song,
            priority: at.priority,
            origin: at.origin,
            version: 0,
        };
        song::tell_entry(&entry, at.position, call.client, call.out);
    }
    Ok(())
}

fn stats(call: &mut Call) -> Result<(), Ack> {
    let stats = call.house.library.reader()?.stats()?;
    let out = &mut *call.out;
    out.pair("uptime", call.house.began.elapsed().as_secs());
    out.pair("playtime", call.house.desk.played().as_secs());
    out.pair("artists", stats.artists);
    out.pair("albums", stats.albums);
    out.pair("songs", stats.songs);
    out.pair("db_playtime", stats.length_ms / 1_000);
    if let Ok(at) = call
        .house
        .library
        .index()
        .path()
        .metadata()
        .and_then(|about| about.modified())
    {
        let since = at
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        out.pair("db_update", since.as_secs());
    }
    Ok(())
}
