//! The guard by the wire, as commands of our own: MPD has no word for it.
//!
//! | command | what it answers |
//! |---|---|
//! | `standin_guard` | `guard`: off, dry-run, ask or auto; with a guard `guard_state`, and where there is something to tell `guard_service`, `guard_verdict`, `guard_instead_of`, `guard_asks` (1), `guard_says` |
//! | `standin_guard MODE` | the same, once it is so |
//! | `standin_answer yes\|no` | nothing: the answer to its question |

use crate::daemon::stepping::{Mode, Switch, Told};
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Command, Needs, aside};
use std::sync::Arc;

pub const COMMANDS: &[Command] = &[
    aside("standin_guard", Needs::Read, 0..=1, guard),
    aside("standin_answer", Needs::Control, 1..=1, answer),
];

fn guard(call: &mut Call) -> Result<(), Ack> {
    let switch = switch(call)?;
    if !call.args.is_empty() {
        if !Needs::Control.is_granted(call.client.may) {
            let told = "you don't have permission to turn the guard on or off";
            return Err(Ack::new(Code::Permission, told));
        }
        let mode: Mode = call.text(0)?.parse().map_err(Ack::arg)?;
        let turned = switch.turn(mode);
        turned.map_err(|error| Ack::new(Code::System, error.to_string()))?;
    }
    call.out.pair("guard", switch.mode());
    let of_desk = call.house.desk.snapshot().outside.guard;
    let told = switch.with(|guard| match of_desk {
        Some(told) if told.mode == guard.began().mode => told,
        // The desk has not heard of this one yet.
        _ => Arc::new(guard.began().clone()),
    });
    if let Some(told) = told {
        tell(&told, call);
    }
    Ok(())
}

fn tell(told: &Told, call: &mut Call) {
    let out = &mut *call.out;
    out.text("guard_state", &told.state);
    let texts = [
        ("guard_service", told.service.as_deref()),
        ("guard_verdict", told.verdict.map(|verdict| verdict.word())),
        ("guard_instead_of", told.instead_of.as_deref()),
        ("guard_asks", told.asks.then_some("1")),
        ("guard_says", told.sentence.as_deref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            out.text(name, text);
        }
    }
}

fn answer(call: &mut Call) -> Result<(), Ack> {
    let yes = match call.text(0)? {
        "yes" => true,
        "no" => false,
        other => return Err(Ack::arg(format!("yes or no expected: {other}"))),
    };
    let switch = switch(call)?;
    let answered = switch.answer_asked(&call.house.desk, yes);
    answered.map_err(|why| Ack::no_exist(why.to_string()))
}

fn switch(call: &Call) -> Result<Arc<Switch>, Ack> {
    let switch = call.house.guard.clone();
    switch.ok_or_else(|| Ack::no_exist("This player has no guard"))
}
