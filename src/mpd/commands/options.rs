//! Playback options: modes, volume, cross-fade. What we have no use for (MixRamp) is taken and told as off.

use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, Command, Needs, aside, quick};
use crate::music::Loudness;
use crate::player::{Event, Once};

pub const COMMANDS: &[Command] = &[
    aside("random", Needs::Control, 1..=1, |call| {
        let on = call.flag(0)?;
        call.ask(Event::Random(on)).map(drop)
    }),
    aside("repeat", Needs::Control, 1..=1, |call| {
        let on = call.flag(0)?;
        call.ask(Event::Repeat(on)).map(drop)
    }),
    aside("single", Needs::Control, 1..=1, |call| {
        let mode = call.once("single")?;
        call.ask(Event::Single(mode)).map(drop)
    }),
    aside("consume", Needs::Control, 1..=1, |call| {
        let mode = call.once("consume")?;
        call.ask(Event::Consume(mode)).map(drop)
    }),
    aside("crossfade", Needs::Control, 1..=1, |call| {
        let seconds = call.unsigned(0)?;
        call.ask(Event::Crossfade(seconds.saturating_mul(1_000)))
            .map(drop)
    }),
    quick("mixrampdb", Needs::Control, 1..=1, |call| {
        call.seconds_as_ms(0).map(drop)
    }),
    quick("mixrampdelay", Needs::Control, 1..=1, mix_ramp_delay),
    aside("setvol", Needs::Control, 1..=1, set_volume),
    aside("volume", Needs::Control, 1..=1, change_volume),
    aside("replay_gain_mode", Needs::Control, 1..=1, set_loudness),
    quick("replay_gain_status", Needs::Read, 0..=0, |call| {
        let how = call.house.desk.snapshot().outside.loudness;
        let known = LOUDNESS.iter().find(|(_, known)| *known == how);
        call.out
            .pair("replay_gain_mode", known.map_or("off", |(name, _)| name));
        Ok(())
    }),
    quick("getvol", Needs::Read, 0..=0, |call| {
        let percent = call.house.desk.snapshot().volume_percent;
        call.out.pair("volume", percent);
        Ok(())
    }),
];

/// As MPD spells them.
const LOUDNESS: [(&str, Loudness); 4] = [
    ("off", Loudness::Off),
    ("track", Loudness::Track),
    ("album", Loudness::Album),
    ("auto", Loudness::Auto),
];

fn set_loudness(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(0)?;
    let known = LOUDNESS.iter().find(|(known, _)| *known == name);
    let (_, how) = known.ok_or_else(|| Ack::arg("Unrecognized replay gain mode"))?;
    call.house.desk.set_loudness(*how);
    Ok(())
}

/// `nan` turns it off, which it is.
fn mix_ramp_delay(call: &mut Call) -> Result<(), Ack> {
    match call.text(0)? {
        "nan" => Ok(()),
        _ => call.seconds_as_ms(0).map(drop),
    }
}

fn set_volume(call: &mut Call) -> Result<(), Ack> {
    let wanted = call.unsigned(0)?;
    let percent = u8::try_from(wanted).ok().filter(|percent| *percent <= 100);
    let percent = percent.ok_or_else(|| Ack::arg(format!("Number too large: {wanted}")))?;
    call.ask(Event::Volume(percent)).map(drop)
}

fn change_volume(call: &mut Call) -> Result<(), Ack> {
    let change = call.integer(0)?;
    if !(-100..=100).contains(&change) {
        return Err(Ack::arg(format!("Number too large: {change}")));
    }
    let now = i64::from(call.house.desk.snapshot().volume_percent);
    let percent = (now + change).clamp(0, 100) as u8;
    call.ask(Event::Volume(percent)).map(drop)
}

impl Call<'_> {
    fn once(&self, name: &str) -> Result<Once, Ack> {
        match self.text(0)? {
            "0" => Ok(Once::Off),
            "1" => Ok(Once::On),
            "oneshot" => Ok(Once::Oneshot),
            _ => Err(Ack::arg(format!(
                "Unrecognized {name} mode, expected 0, 1, or oneshot"
            ))),
        }
    }
}
