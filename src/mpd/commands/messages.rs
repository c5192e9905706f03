//! Client to client: `subscribe`, `channels`, `sendmessage` and their kin.

use crate::mpd::ack::Ack;
use crate::mpd::channels::not_subscribed;
use crate::mpd::command::{Call, Command, Needs, quick};

pub const COMMANDS: &[Command] = &[
    quick("subscribe", Needs::Read, 1..=1, subscribe),
    quick("unsubscribe", Needs::Read, 1..=1, |call| {
        let hears = call.client.hears.as_ref();
        hears.ok_or_else(not_subscribed)?.unsubscribe(call.text(0)?)
    }),
    quick("channels", Needs::Read, 0..=0, |call| {
        for name in call.house.channels.names() {
            call.out.pair("channel", name);
        }
        Ok(())
    }),
    quick("sendmessage", Needs::Control, 2..=2, |call| {
        call.house.channels.send(call.text(0)?, call.text(1)?)
    }),
    quick("readmessages", Needs::Read, 0..=0, read_messages),
];

fn subscribe(call: &mut Call) -> Result<(), Ack> {
    let channel = call.text(0)?;
    match &call.client.hears {
        Some(hears) => hears.subscribe(channel),
        None => {
            let hears = call.house.channels.hearer(call.client.number);
            hears.subscribe(channel)?;
            call.client.hears = Some(hears);
            Ok(())
        }
    }
}

fn read_messages(call: &mut Call) -> Result<(), Ack> {
    let Some(hears) = &call.client.hears else {
        return Ok(());
    };
    for (channel, message) in hears.take() {
        call.out.pair("channel", channel);
        call.out.text("message", &message);
    }
    Ok(())
}
