//! Audio outputs. The sound goes to one at a time: enabling another moves it there, disabling the one that has it turns it
//! off, as where all of MPD's outputs are disabled.

use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, Command, Needs, aside};

pub const COMMANDS: &[Command] = &[
    aside("outputs", Needs::Read, 0..=0, outputs),
    aside("enableoutput", Needs::Admin, 1..=1, |call| {
        let output = call.output(0)?;
        enable(&output, call);
        Ok(())
    }),
    aside("disableoutput", Needs::Admin, 1..=1, |call| {
        let output = call.output(0)?;
        disable(&output, call);
        Ok(())
    }),
    aside("toggleoutput", Needs::Admin, 1..=1, |call| {
        let output = call.output(0)?;
        match output.is_enabled {
            true => disable(&output, call),
            false => enable(&output, call),
        }
        Ok(())
    }),
    aside("outputset", Needs::Admin, 3..=3, |call| {
        call.output(0)?;
        Err(Ack::arg("Unsupported attribute"))
    }),
    aside("moveoutput", Needs::Admin, 1..=1, |call| {
        let name = call.text(0)?;
        match all(call).iter().any(|output| output.name == name) {
            true => Ok(()),
            false => Err(Ack::no_exist("No such output")),
        }
    }),
];

struct Output {
    number: usize,
    name: String,
    /// The sound goes there, be it turned off.
    is_chosen: bool,
    is_enabled: bool,
}

fn all(call: &Call) -> Vec<Output> {
    let here = call.house.desk.outputs();
    let is_off = call.house.desk.snapshot().outside.is_off;
    let numbered = call.house.outputs.number(&here).into_iter();
    let output = |(number, name): (usize, String)| Output {
        is_chosen: here.first() == Some(&name),
        is_enabled: here.first() == Some(&name) && !is_off,
        number,
        name,
    };
    numbered.map(output).collect()
}

fn outputs(call: &mut Call) -> Result<(), Ack> {
    for output in all(call) {
        call.out.pair("outputid", output.number);
        call.out.text("outputname", &output.name);
        call.out.pair("plugin", plugin(&output.name));
        call.out.pair("outputenabled", u8::from(output.is_enabled));
    }
    Ok(())
}

/// MPD's word for what an output is.
fn plugin(name: &str) -> &'static str {
    match name.split(':').next() {
        Some("null") => "null",
        Some("wav") => "recorder",
        _ => "device",
    }
}

fn enable(output: &Output, call: &Call) {
    if !output.is_chosen {
        call.house.desk.send_sound_to_named(&output.name);
    }
    call.house.desk.turn_sound(true);
}

fn disable(output: &Output, call: &Call) {
    if output.is_chosen {
        call.house.desk.turn_sound(false);
    }
}

impl Call<'_> {
    /// The output whose number an argument is.
    fn output(&self, at: usize) -> Result<Output, Ack> {
        let number = self.unsigned(at)? as usize;
        let found = all(self).into_iter().find(|output| output.number == number);
        found.ok_or_else(|| Ack::no_exist("No such audio output"))
    }
}
