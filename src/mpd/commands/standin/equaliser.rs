//! The equaliser: what holds, and another one from now on.

use crate::daemon::Desk;
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Needs};
use crate::music::{Equaliser, EqualiserError, Equalising};

/// What a curve is called may be so long, in characters.
const MAX_NAME: usize = 200;

pub fn equaliser(call: &mut Call) -> Result<(), Ack> {
    if call.args.is_empty() {
        return tell(call);
    }
    if !Needs::Control.is_granted(call.client.may) {
        let message = "you don't have permission for \"standin_eq\"";
        return Err(Ack::new(Code::Permission, message));
    }
    match (call.text(0)?, call.args.len()) {
        ("on", 1) => change(call, |now| Ok(Equalising { is_on: true, ..now })),
        ("off", 1) => change(call, |now| {
            Ok(Equalising {
                is_on: false,
                ..now
            })
        }),
        ("usual", 1) => {
            touch(&call.house.desk)?;
            call.house.desk.equalise(None);
            Ok(())
        }
        ("set", 3) => {
            let name = call.text(1)?.chars().take(MAX_NAME).collect();
            let curve: Equaliser = call.text(2)?.parse()?;
            change(call, |_| {
                Ok(Equalising {
                    is_on: true,
                    name,
                    curve,
                })
            })
        }
        _ => Err(Ack::arg("on, off, usual or set NAME CURVE expected")),
    }
}

fn tell(call: &mut Call) -> Result<(), Ack> {
    let now = call.house.desk.snapshot().outside.equaliser;
    let is_touched = !call.house.desk.is_bit_perfect();
    call.out.pair("on", u8::from(now.is_on));
    call.out.pair(
        "heard",
        u8::from(now.is_on && is_touched && !now.curve.is_flat()),
    );
    call.out.text("name", &now.name);
    call.out.pair("preamp_db", now.curve.preamp_db());
    call.out.pair("curve", &now.curve);
    Ok(())
}

fn change(
    call: &Call,
    to: impl FnOnce(Equalising) -> Result<Equalising, EqualiserError>,
) -> Result<(), Ack> {
    let desk = &call.house.desk;
    touch(desk)?;
    let now = Equalising::clone(&desk.snapshot().outside.equaliser);
    desk.equalise(Some(to(now)?));
    Ok(())
}

/// Where no sample may be touched there is nothing to say.
fn touch(desk: &Desk) -> Result<(), Ack> {
    match desk.is_bit_perfect() {
        true => Err(Ack::new(
            Code::Permission,
            "The equaliser has no effect: bit-perfect playing touches no sample",
        )),
        false => Ok(()),
    }
}

impl From<EqualiserError> for Ack {
    fn from(error: EqualiserError) -> Self {
        Self::arg(error.to_string())
    }
}
