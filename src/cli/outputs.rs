//! `standin outputs`.

use super::{Context, Exit, Outcome};
use crate::engine;
use serde_json::json;

/// Where sound can go: names for `play --output`
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_: Args, context: &mut Context) -> Outcome {
    let names: Vec<String> = engine::outputs().into_iter().map(|o| o.name).collect();
    let out = &mut context.out;
    if out.json {
        out.json(json!({ "outputs": names }))?;
    } else {
        for name in &names {
            out.line(name.as_str())?;
        }
        if names.is_empty() {
            out.say("There is no audio device here. `--output null` plays without sound, `--output wav:FILE` into a file.");
        }
    }
    Ok(if names.is_empty() {
        Exit::NoDevice
    } else {
        Exit::Done
    })
}
