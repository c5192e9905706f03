//! How fast songs are played.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Needs};
use crate::music::Speed;

pub fn speed(call: &mut Call) -> Result<(), Ack> {
    let desk = &call.house.desk;
    if call.args.is_empty() {
        call.out.pair("speed", desk.snapshot().outside.speed);
        return Ok(());
    }
    if !Needs::Control.is_granted(call.client.may) {
        let message = "you don't have permission for \"standin_speed\"";
        return Err(Ack::new(Code::Permission, message));
    }
    let speed: Speed = call.text(0)?.parse().map_err(Ack::arg)?;
    if desk.is_bit_perfect() && !speed.is_usual() {
        let message = "Songs are played as they are: bit-perfect playing touches no sample";
        return Err(Ack::new(Code::Permission, message));
    }
    desk.set_speed(speed);
    Ok(())
}
