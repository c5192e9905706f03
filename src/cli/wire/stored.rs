//! `load`, `save`, `lsplaylists`, `rm`: playlists that the server keeps.

use crate::cli::{Context, Exit, Outcome};
use crate::mpd::remote::{Remote, Words};
use serde_json::{Value, json};

/// Put a stored playlist into the queue
#[derive(clap::Args)]
pub struct LoadArgs {
    /// Names of playlists
    #[arg(value_name = "PLAYLIST", required = true)]
    names: Vec<String>,
    /// Only these rows, counted from 0: `2:5`, `10:`
    #[arg(short, long, value_name = "START:END")]
    range: Option<String>,
}

/// A stored playlist
#[derive(clap::Args)]
pub struct NameArgs {
    /// Name of the playlist
    #[arg(value_name = "PLAYLIST")]
    name: String,
}

pub fn load(args: &LoadArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    for name in &args.names {
        let words = Words::new("load").with(name);
        remote.ask(args.range.iter().fold(words, Words::with))?;
        context.out.say(format!("loading: {name}"));
    }
    Ok(Exit::Done)
}

pub fn save(args: &NameArgs, remote: &mut Remote) -> Outcome {
    remote.ask(Words::new("save").with(&args.name))?;
    Ok(Exit::Done)
}

pub fn remove(args: &NameArgs, remote: &mut Remote) -> Outcome {
    remote.ask(Words::new("rm").with(&args.name))?;
    Ok(Exit::Done)
}

pub fn list(remote: &mut Remote, context: &mut Context) -> Outcome {
    let answer = remote.ask("listplaylists")?;
    let names = answer.0.iter().filter(|(name, _)| name == "playlist");
    let names = names.map(|(_, name)| String::from_utf8_lossy(name));
    if context.out.json {
        let names: Vec<Value> = names.map(Value::from).collect();
        context.out.json(json!({ "playlists": names }))?;
        return Ok(Exit::Done);
    }
    for name in names {
        context.out.line(&*name)?;
    }
    Ok(Exit::Done)
}
