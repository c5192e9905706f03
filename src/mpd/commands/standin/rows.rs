//! The rows of a playlist, and what plays for each: for who shows a list a window at a time.

use super::super::playlists::tell_without_song;
use crate::library::{ListedRow, StandIn};
use crate::mpd::ack::Ack;
use crate::mpd::command::Call;
use crate::mpd::song;
use crate::music::{Root, Song};

/// The word for a row that has no song of its own, and another one in its place.
const STAND_IN: &str = "stand-in";
/// The word for a row that nothing plays for.
const MISSING: &str = "missing";

pub fn rows(call: &mut Call) -> Result<(), Ack> {
    let range = call.range(1)?;
    let list = call.house.lists.list(call.text(0)?)?;
    let list = list.ok_or_else(|| Ack::no_exist("No such playlist"))?;
    call.out.pair("rows", list.len());
    let numbered = list.iter().enumerate();
    for (at, row) in numbered.take(range.end).skip(range.start) {
        if call.out.is_gone() {
            break;
        }
        call.out.pair("row", at);
        tell(row, call);
    }
    Ok(())
}

fn tell(row: &ListedRow, call: &mut Call) {
    let found = row.verdict.song().filter(|song| may_see(song, call));
    let stand_in = row.stand_in.as_ref();
    let stand_in = stand_in.filter(|one| may_see(&one.song, call));
    match (found, stand_in) {
        (Some(song), _) => {
            call.out.pair("verdict", row.verdict.word());
            song::tell(&**song, call.client, call.out);
        }
        (None, Some(stand_in)) => tell_stand_in(row, stand_in, call),
        (None, None) => {
            call.out.pair("verdict", MISSING);
            tell_without_song(&row.wanted, call);
        }
    }
}

/// With what it stands for, as in the queue.
fn tell_stand_in(row: &ListedRow, stand_in: &StandIn, call: &mut Call) {
    call.out.pair("verdict", STAND_IN);
    song::tell(&*stand_in.song, call.client, call.out);
    if let Some(what_for) = stand_in.origin(&row.wanted).stand_in() {
        call.out.text("Name", &what_for);
    }
}

/// A file that lies in no music folder is there for the owner alone, whoever put it into a list.
fn may_see(song: &Song, call: &Call) -> bool {
    call.client.is_owner || song.place.root != Root::outside()
}
