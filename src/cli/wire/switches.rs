//! `enable` and `disable`: where a server's sound goes.

use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Remote, Words};
use serde_json::{Value, json};

/// Turn outputs of the server on or off, and list them
#[derive(clap::Args)]
pub struct Args {
    /// Numbers from 1, or names; `only` before them turns all others the other way
    #[arg(value_name = "[only] NUMBER|NAME", required = true)]
    which: Vec<String>,
}

/// An output as the server tells it.
struct Output {
    id: String,
    name: String,
    is_enabled: bool,
}

/// Sends `command` for what is named, and `opposite` for the others where only those are meant.
pub fn turn(
    command: &str,
    opposite: &str,
    args: &Args,
    remote: &mut Remote,
    context: &mut Context,
) -> Outcome {
    let (only, named) = match args.which.as_slice() {
        [only, named @ ..] if only == "only" && !named.is_empty() => (true, named),
        named => (false, named),
    };
    let outputs = outputs(remote)?;
    let mut chosen = Vec::new();
    for name in named {
        chosen.push(find(name, &outputs)?);
    }
    for output in &outputs {
        match chosen.contains(&output.id.as_str()) {
            true => drop(remote.ask(Words::new(command).with(&output.id))?),
            false if only => drop(remote.ask(Words::new(opposite).with(&output.id))?),
            false => {}
        }
    }
    tell(remote, context)
}

fn find<'a>(name: &str, outputs: &'a [Output]) -> Result<&'a str, Stop> {
    let number = name
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let by_name = outputs.iter().find(|output| output.name == name);
    let found = by_name.or_else(|| {
        let id = number?.to_string();
        outputs.iter().find(|output| output.id == id)
    });
    let found = found.map(|output| output.id.as_str());
    found.ok_or_else(|| {
        let names = outputs.iter().map(|output| output.name.clone()).collect();
        Stop::new(
            Exit::NothingFound,
            format!("the server has no output {name}; it has"),
        )
        .naming(names)
    })
}

fn outputs(remote: &mut Remote) -> Result<Vec<Output>, Stop> {
    let mut outputs: Vec<Output> = Vec::new();
    for (name, value) in remote.ask("outputs")?.0 {
        let value = String::from_utf8_lossy(&value).into_owned();
        match (name.as_str(), outputs.last_mut()) {
            ("outputid", _) => outputs.push(Output {
                id: value,
                name: String::new(),
                is_enabled: false,
            }),
            ("outputname", Some(output)) => output.name = value,
            ("outputenabled", Some(output)) => output.is_enabled = value == "1",
            _ => {}
        }
    }
    Ok(outputs)
}

fn tell(remote: &mut Remote, context: &mut Context) -> Outcome {
    let outputs = outputs(remote)?;
    if context.out.json {
        let json = |output: &Output| json!({ "name": output.name, "enabled": output.is_enabled });
        let outputs: Vec<Value> = outputs.iter().map(json).collect();
        context.out.json(json!({ "outputs": outputs }))?;
        return Ok(Exit::Done);
    }
    if context.out.quiet {
        return Ok(Exit::Done);
    }
    for output in &outputs {
        let number = output
            .id
            .parse::<usize>()
            .map_or(output.id.clone(), |id| (id + 1).to_string());
        let state = if output.is_enabled {
            "enabled"
        } else {
            "disabled"
        };
        context
            .out
            .line(format!("Output {number} ({}) is {state}", output.name))?;
    }
    Ok(Exit::Done)
}
