//! Controlling playback: `play`, `pause`, `next`, `seek` and their kin.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Command, Needs, aside};
use crate::music::EntryId;
use crate::player::{Event, State};
use std::time::Duration;

/// Longer nobody waits for a song to be heard before its command is answered.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

pub const COMMANDS: &[Command] = &[
    aside("play", Needs::Control, 0..=1, play),
    aside("playid", Needs::Control, 0..=1, play_id),
    aside("pause", Needs::Control, 0..=1, pause),
    aside("stop", Needs::Control, 0..=0, |call| {
        call.ask(Event::Stop).map(drop)
    }),
    aside("next", Needs::Control, 0..=0, |call| {
        check_plays(call)?;
        call.ask_to_play(Event::Next)
    }),
    aside("previous", Needs::Control, 0..=0, previous),
    aside("seek", Needs::Control, 2..=2, seek),
    aside("seekid", Needs::Control, 2..=2, seek_id),
    aside("seekcur", Needs::Control, 1..=1, seek_current),
];

/// `-1` is no position, but what would play anyway.
fn play(call: &mut Call) -> Result<(), Ack> {
    if call.args.is_empty() || call.integer(0)? == -1 {
        return call.ask_to_play(Event::Play);
    }
    let id = call.entry_at(0)?;
    call.ask_to_play(Event::PlayEntry(id))
}

fn play_id(call: &mut Call) -> Result<(), Ack> {
    if call.args.is_empty() || call.integer(0)? == -1 {
        return call.ask_to_play(Event::Play);
    }
    let id = EntryId(call.unsigned(0)?.into());
    call.ask_to_play(Event::PlayEntry(id))
}

/// Without an argument it goes back and forth; what is stopped stays so.
fn pause(call: &mut Call) -> Result<(), Ack> {
    let state = call.house.desk.snapshot().state;
    let pauses = match call.args.is_empty() {
        true => state == State::Playing,
        false => call.flag(0)?,
    };
    match (pauses, state) {
        (true, _) => call.ask(Event::Pause).map(drop),
        (false, State::Paused) => call.ask_to_play(Event::Play),
        (false, _) => Ok(()),
    }
}

/// From silence MPD goes nowhere.
fn check_plays(call: &Call) -> Result<(), Ack> {
    match call.house.desk.snapshot().state {
        State::Stopped => Err(Ack::new(Code::PlayerSync, "Not playing")),
        State::Playing | State::Paused => Ok(()),
    }
}

/// As in MPD it always goes to the song before: clients that mean its start seek there.
fn previous(call: &mut Call) -> Result<(), Ack> {
    check_plays(call)?;
    call.ask_to_play(Event::Previous { elapsed_ms: 0 })
}

fn seek(call: &mut Call) -> Result<(), Ack> {
    let id = call.entry_at(0)?;
    seek_entry(id, call)
}

fn seek_id(call: &mut Call) -> Result<(), Ack> {
    let id = EntryId(call.unsigned(0)?.into());
    seek_entry(id, call)
}

fn seek_entry(id: EntryId, call: &Call) -> Result<(), Ack> {
    let at_ms = call.seconds_as_ms(1)?;
    let at_ms = u64::try_from(at_ms).map_err(|_| {
        Ack::arg(format!(
            "Number is negative: {}",
            call.text(1).unwrap_or("")
        ))
    })?;
    call.ask_to_play(Event::SeekEntry(id, at_ms))
}

/// A sign makes it so much further or back.
fn seek_current(call: &mut Call) -> Result<(), Ack> {
    let ms = call.seconds_as_ms(0)?;
    let is_relative = call.text(0)?.starts_with(['+', '-']);
    let heard = call
        .house
        .desk
        .position()
        .map_or(0, |heard| heard.elapsed_ms);
    let at_ms = match is_relative {
        true => heard.saturating_add_signed(ms),
        false => ms.unsigned_abs(),
    };
    call.ask_to_play(Event::Seek(at_ms))
}

impl Call<'_> {
    /// As [`ask`](Call::ask); what is asked for is current by then, as in MPD, unless it takes its time.
    fn ask_to_play(&self, event: Event) -> Result<(), Ack> {
        if let Some(entry) = self.ask(event)?.plays {
            self.house.desk.wait_until_current(entry, HEARD_WITHIN);
        }
        Ok(())
    }

    /// The entry at the position that an argument names.
    pub(super) fn entry_at(&self, at: usize) -> Result<EntryId, Ack> {
        let position = self.unsigned(at)? as usize;
        let queue = self.house.desk.queue();
        let entry = queue.entries.get(position);
        entry
            .map(|entry| entry.id)
            .ok_or_else(|| Ack::arg("Bad song index"))
    }
}
