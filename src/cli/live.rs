//! The one live line of `play`, as text. Pure: it is given what the desk shows and a width, and draws nothing itself.

use super::table::{cut, even, width};
use crate::daemon::{Outside, Playing, Snapshot};
use crate::engine::Position;
use crate::music::{Origin, Printable, Song, clock};
use crate::player::{AtEnd, Once, State};
use std::time::Instant;

/// Columns of the elapsed bar: at least, and at most.
const BAR: (usize, usize) = (8, 24);

/// Blanks between the parts that are always there.
const GAPS: usize = 5;

/// Columns of a name in a sentence.
const MAX_NAME: usize = 240;

/// Columns of a reason, and of an output's name.
const MAX_REASON: usize = 60;
const MAX_OUTPUT: usize = 24;

/// Columns below which what comes next says nothing.
const LEAST_NEXT: usize = 14;

/// What is heard, how far it is, and what comes next, in at most `columns` columns.
pub fn live_line(
    desk: &Snapshot,
    heard: Option<&Position>,
    now: Instant,
    columns: usize,
) -> String {
    let Some(playing) = &desk.current else {
        return cut(&silence(desk), columns);
    };
    let heard = heard.filter(|heard| heard.entry == playing.entry);
    let elapsed_ms = heard.map_or(0, |heard| heard.elapsed_ms);
    let length_ms = heard
        .and_then(|heard| heard.length_ms)
        .or(playing.song.length_ms);
    let (sign, marks) = (sign(desk), marks(desk, now));
    let (elapsed, length) = (clock(elapsed_ms), length_ms.map_or("?".into(), clock));
    // The sign, the clocks and the marks stay whole; bar and names share what is left.
    let fixed = [sign, &elapsed, &length, &marks]
        .map(width)
        .iter()
        .sum::<usize>()
        + GAPS;
    let bar_columns = (columns.saturating_sub(fixed) / 4).clamp(BAR.0, BAR.1);
    let bar = bar(elapsed_ms, length_ms, bar_columns);
    let (names, next) = share(
        &names_of(playing),
        desk.next.as_ref().map(|next| &*next.song),
        columns.saturating_sub(fixed + bar_columns),
    );
    cut(
        &format!("{sign} {names}  {elapsed} {bar} {length}{marks}{next}"),
        columns,
    )
}

/// The same as a line that is read aloud: without what moves by itself, so that it changes only where something else is so.
pub fn aloud(desk: &Snapshot, now: Instant) -> String {
    let Some(playing) = &desk.current else {
        return match &desk.outside.output_lost {
            Some(reason) => format!("No sound: {}.", Printable::new(reason)),
            None => "Stopped.".into(),
        };
    };
    let state = match (desk.state, &desk.outside.output_lost) {
        (State::Playing, Some(_)) => "No sound",
        (State::Playing, None) => "Playing",
        (State::Paused, _) => "Paused",
        (State::Stopped, _) => "Stopped",
    };
    let length = playing
        .song
        .length_ms
        .map_or(String::new(), |length| format!(", {}", clock(length)));
    // Minutes until sleep move by themselves.
    let still = Snapshot {
        outside: Outside {
            sleeps_at: None,
            ..desk.outside.clone()
        },
        ..desk.clone()
    };
    let marks = marks(&still, now)
        .replace("  → ", ", to ")
        .replace("  ", ", ");
    format!("{state}: {}{length}{marks}.", names_of(playing))
}

/// How far what is heard is, as it is read aloud.
pub fn how_far(desk: &Snapshot, heard: Option<&Position>) -> String {
    let Some(playing) = &desk.current else {
        return "Nothing is heard.".into();
    };
    // As long as none of it has sounded, it is at its beginning.
    let heard = heard.filter(|heard| heard.entry == playing.entry);
    let elapsed_ms = heard.map_or(0, |heard| heard.elapsed_ms);
    let length_ms = heard.and_then(|heard| heard.length_ms);
    match length_ms.or(playing.song.length_ms) {
        Some(length_ms) => format!("{} of {}.", clock(elapsed_ms), clock(length_ms)),
        None => format!("{}.", clock(elapsed_ms)),
    }
}

/// The song's names, marked where it stands in for another: for which one has no room here.
fn names_of(playing: &Playing) -> String {
    let origin = playing.origin.as_deref();
    match origin.and_then(Origin::stand_in) {
        Some(_) => format!("[stand-in] {}", names(&playing.song)),
        None => names(&playing.song),
    }
}

/// The names of the song, and of the one that comes next, in so many columns together.
fn share(names: &str, upcoming: Option<&Song>, columns: usize) -> (String, String) {
    let next = upcoming.map_or(String::new(), |song| format!("  next: {}", named(song)));
    let for_song = width(names).min(columns.saturating_sub(width(&next).min(columns / 3)));
    let for_next = columns.saturating_sub(for_song);
    let next = if for_next < LEAST_NEXT {
        String::new()
    } else {
        cut(&next, for_next)
    };
    (cut(names, for_song), next)
}

fn silence(desk: &Snapshot) -> String {
    match &desk.outside.output_lost {
        Some(reason) => format!("! no sound: {}", Printable::new(reason)),
        None => "■".into(),
    }
}

fn sign(desk: &Snapshot) -> &'static str {
    match (desk.state, &desk.outside.output_lost) {
        (State::Playing, Some(_)) => "!",
        (State::Playing, None) => "▶",
        (State::Paused, _) => "⏸",
        (State::Stopped, _) => "■",
    }
}

/// `Artist – Title`, made printable, with a width that terminals agree on.
pub fn named(song: &Song) -> String {
    let (artist, title) = (song.tags.artist(), song.title());
    let text = if artist.is_empty() {
        title
    } else {
        format!("{artist} – {title}")
    };
    short(&text)
}

/// `Artist – Title · Album`, made printable.
pub fn names(song: &Song) -> String {
    if song.tags.album.is_empty() {
        return named(song);
    }
    format!("{} · {}", named(song), short(&song.tags.album))
}

fn short(text: &str) -> String {
    cut(&even(&Printable::new(text).to_string()), MAX_NAME)
}

/// What is not as usual, the most pressing first: a narrow terminal cuts the rest.
fn marks(desk: &Snapshot, now: Instant) -> String {
    let mut marks = String::new();
    let mut mark = |text: &str| {
        marks.push_str("  ");
        marks.push_str(text);
    };
    let reason = (desk.outside.output_lost.as_ref()).or(desk.outside.pause_reason.as_ref());
    if let Some(reason) = reason {
        mark(&cut(&Printable::new(reason).to_string(), MAX_REASON));
    }
    match desk.single {
        Once::Off => {}
        Once::Oneshot => mark("stops after this"),
        Once::On => mark("single"),
    }
    if desk.consume != Once::Off {
        mark("consume");
    }
    if let Some(at) = desk.outside.sleeps_at {
        let left = at.saturating_duration_since(now);
        mark(&format!(
            "sleep {}",
            clock(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
        ));
    }
    if desk.random {
        mark("shuffle");
    }
    if desk.repeat {
        mark("repeat");
    }
    if desk.at_end == AtEnd::GoOn {
        mark("goes on");
    }
    if desk.crossfade_ms > 0 {
        mark(&format!(
            "fade {} s",
            f64::from(desk.crossfade_ms) / 1_000.0
        ));
    }
    if desk.volume_percent < 100 {
        mark(&format!("vol {}%", desk.volume_percent));
    }
    if let Some(output) = &desk.outside.output {
        mark(&format!("→ {}", cut(&short(output), MAX_OUTPUT)));
    }
    marks
}

fn bar(elapsed_ms: u64, length_ms: Option<u64>, columns: usize) -> String {
    let Some(length_ms) = length_ms.filter(|length| *length > 0) else {
        return "─".repeat(columns);
    };
    let done =
        (elapsed_ms.min(length_ms) as u128 * columns as u128 / u128::from(length_ms)) as usize;
    "━".repeat(done) + &"─".repeat(columns - done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::Outside;
    use crate::music::{EntryId, Tags};
    use std::sync::Arc;
    use std::time::Duration;

    fn song(artist: &str, title: &str) -> Arc<Song> {
        let tags = Tags {
            title: title.into(),
            artists: vec![artist.into()],
            album: "A\u{1b}lbum".into(),
            ..Tags::default()
        };
        Arc::new(Song {
            tags,
            length_ms: Some(200_000),
            ..Song::at("/x.flac")
        })
    }

    fn desk() -> Snapshot {
        let current = Playing {
            entry: EntryId(1),
            position: 0,
            song: song("Band", "Tune"),
            priority: 0,
            origin: None,
        };
        Snapshot {
            state: State::Playing,
            current: Some(current),
            next: Some(Playing {
                entry: EntryId(2),
                position: 1,
                song: song("Other", "Next one"),
                priority: 0,
                origin: None,
            }),
            queue_len: 2,
            volume_percent: 100,
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_wide_line_says_everything() {
        let heard = Position {
            entry: EntryId(1),
            elapsed_ms: 100_000,
            length_ms: Some(200_000),
        };
        let line = live_line(&desk(), Some(&heard), Instant::now(), 120);
        assert_eq!(
            line,
            "▶ Band – Tune · A�lbum  1:40 ━━━━━━━━━━━━──────────── 3:20  next: Other – Next one"
        );
    }

    #[test]
    fn marks_are_named() {
        let now = Instant::now();
        let desk = Snapshot {
            state: State::Paused,
            random: true,
            repeat: true,
            crossfade_ms: 2_500,
            single: Once::Oneshot,
            volume_percent: 45,
            outside: Outside {
                pause_reason: Some("the DAC is gone".into()),
                output: Some("Desk\u{7} DAC".into()),
                sleeps_at: Some(now + Duration::from_secs(754)),
                ..Outside::default()
            },
            ..desk()
        };
        let line = live_line(&desk, None, now, 200);
        assert!(
            line.starts_with("⏸ Band")
                && line.contains("0:00 ────")
                && line.contains("3:20  the DAC is gone  stops after this  sleep 12:34  shuffle  repeat  fade 2.5 s  vol 45%  → Desk� DAC  next:"),
            "{line}"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(columns in 1usize..200, artist in ".{0,40}", title in ".{0,60}", elapsed_ms: u64, length_ms: Option<u64>) {
            let mut desk = desk();
            desk.current.as_mut().unwrap().song = song(&artist, &title);
            let heard = Position { entry: EntryId(1), elapsed_ms, length_ms };
            let line = live_line(&desk, Some(&heard), Instant::now(), columns);
            proptest::prop_assert!(width(&line) <= columns);
            proptest::prop_assert!(line.chars().all(Printable::passes));
        }
    }
}
