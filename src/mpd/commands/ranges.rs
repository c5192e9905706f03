//! `rangeid`: of a song in the queue only a part is played. The part is cut from the file as parts of playlists are.

use crate::library::cut_out;
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Command, Needs, aside};
use crate::music::{EntryId, Song, Span};
use crate::player::{Event, State};
use std::sync::Arc;

pub const COMMANDS: &[Command] = &[aside("rangeid", Needs::Control, 2..=2, range_id)];

fn range_id(call: &mut Call) -> Result<(), Ack> {
    let id = call.entry_id(0)?;
    let range = read(call.text(1)?).ok_or_else(|| Ack::arg("Bad range"))?;
    let queue = call.house.desk.queue();
    let entry = queue.entries.iter().find(|entry| entry.id == id);
    let song = &entry.ok_or_else(|| Ack::no_exist("No such song"))?.song;
    check_may(id, song, call)?;
    let whole = match song.span {
        None => song.clone(),
        Some(_) => whole(song, call)?,
    };
    let song = match range {
        Range {
            start_ms: 0,
            end_ms: None,
        } => whole,
        range => Arc::new(cut_out(&whole, span(range, &whole)?)),
    };
    call.ask(Event::Renew(vec![(id, song)])).map(drop)
}

/// What is heard stays as it is, and so does what a sheet has cut.
fn check_may(id: EntryId, song: &Song, call: &Call) -> Result<(), Ack> {
    let desk = call.house.desk.snapshot();
    let plays = desk.state != State::Stopped;
    let is_current = desk.place.is_some_and(|place| place.entry == id);
    let message = match () {
        () if plays && is_current => "Cannot edit the current song",
        () if song.part > 0 => "Cannot edit a part of a file",
        () => return Ok(()),
    };
    Err(Ack::new(Code::Permission, message))
}

fn whole(song: &Song, call: &Call) -> Result<Arc<Song>, Ack> {
    let found = call.house.library.reader()?.song_by_uri(&song.uri())?;
    let found = found.ok_or_else(|| Ack::no_exist("No such song"))?;
    Ok(Arc::new(found))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start_ms: u64,
    end_ms: Option<u64>,
}

/// `START:END` in seconds, each of which may be left out.
fn read(text: &str) -> Option<Range> {
    let ms = |text: &str| {
        let seconds: f64 = text.parse().ok()?;
        let is_one = seconds.is_finite() && seconds >= 0.0;
        is_one.then(|| (seconds * 1_000.0).round() as u64)
    };
    let (start, end) = text.split_once(':')?;
    let start_ms = if start.is_empty() { 0 } else { ms(start)? };
    let end_ms = if end.is_empty() { None } else { Some(ms(end)?) };
    let is_there = end_ms.is_none_or(|end_ms| end_ms > start_ms);
    is_there.then_some(Range { start_ms, end_ms })
}

/// A part that would end behind its file ends with it.
fn span(range: Range, whole: &Song) -> Result<Span, Ack> {
    let rate = whole.format.rate.map(u64::from);
    let length_ms = whole.length_ms.unwrap_or(u64::MAX);
    let (Some(rate), true) = (rate, range.start_ms < length_ms) else {
        return Err(Ack::arg("Invalid start offset"));
    };
    let frames = |ms: u64| (u128::from(ms) * u128::from(rate) / 1_000) as u64;
    let end_ms = range.end_ms.filter(|end_ms| *end_ms < length_ms);
    Ok(Span {
        start_frame: frames(range.start_ms),
        end_frame: end_ms.map(frames),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_mpd_reads_them() {
        let range = |start_ms, end_ms| Some(Range { start_ms, end_ms });
        for (text, read_as) in [
            (":", range(0, None)),
            ("1.5:", range(1_500, None)),
            (":3", range(0, Some(3_000))),
            ("1:2", range(1_000, Some(2_000))),
            ("1:2:3", None),
            ("5", None),
            ("-1:5", None),
            ("2:2", None),
            ("2:1", None),
            ("x:", None),
            ("nan:", None),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }
}
