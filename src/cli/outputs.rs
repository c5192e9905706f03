//! `standin outputs`.

use super::table::Column;
use super::{Context, Exit, Outcome};
use crate::engine::{self, OutputInfo};
use serde_json::{Value, json};

/// Where sound can go: names for `play --output`
///
/// The default is marked `*`. While music plays, the key `o` goes to the next one.
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_: Args, context: &mut Context) -> Outcome {
    let outputs = engine::outputs();
    let out = &mut context.out;
    if out.json {
        let all: Vec<Value> = outputs.iter().map(json).collect();
        out.json(json!({ "outputs": all }))?;
    } else if out.is_terminal {
        let rows: Vec<Vec<String>> = outputs.iter().map(row).collect();
        if !rows.is_empty() {
            out.table(&COLUMNS, &rows)?;
        }
    } else {
        for output in &outputs {
            out.line(output.name.as_str())?;
        }
    }
    if outputs.is_empty() {
        out.say("There is no audio device here. `--output null` plays without sound, `--output wav:FILE` into a file.");
        return Ok(Exit::NoDevice);
    }
    Ok(Exit::Done)
}

const COLUMNS: [Column; 3] = [
    Column::word(""),
    Column::text("NAME").stays(),
    Column::text("WHAT IT IS"),
];

fn json(output: &OutputInfo) -> Value {
    json!({
        "name": output.name,
        "description": output.description,
        "is_default": output.is_default,
    })
}

fn row(output: &OutputInfo) -> Vec<String> {
    let mark = if output.is_default { "*" } else { "" };
    vec![mark.into(), output.name.clone(), output.description.clone()]
}
