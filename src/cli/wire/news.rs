//! `current`, `idle` and `idleloop`: what plays, and waiting for what happens.

use super::heard::{Heard, format_or_usual, json_of, print};
use crate::cli::format::Format;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::Remote;
use serde_json::{Value, json};

/// The song that plays
#[derive(clap::Args)]
pub struct CurrentArgs {
    /// A line in mpc's syntax: `[%artist% - ]%title%|%file%`
    #[arg(short, long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
    /// Wait for another song, or that the music begins or ends
    #[arg(short, long)]
    wait: bool,
}

/// Wait until something happens in the player, and tell what
#[derive(clap::Args)]
pub struct IdleArgs {
    /// Only these: `player`, `playlist`, `mixer`, `options`, `database`, …
    #[arg(value_name = "EVENT")]
    events: Vec<String>,
}

pub fn current(args: &CurrentArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let format = format_or_usual(args.format.as_ref())?;
    let mut heard = Heard::ask(remote)?;
    if args.wait {
        let before = which(&heard);
        while which(&heard) == before {
            remote.idle(&["player".into()])?;
            heard = Heard::ask(remote)?;
        }
    }
    let is_there = heard.state() != "stop" && !heard.song.0.is_empty();
    if context.out.json {
        let current = is_there.then(|| json_of(&heard.song));
        context.out.json(json!({ "current": current }))?;
    } else if is_there {
        print(&heard.song, &format, context)?;
    }
    Ok(Exit::Done)
}

/// Which entry is heard; a pause changes nothing of it.
fn which(heard: &Heard) -> Option<String> {
    let is_heard = heard.state() != "stop";
    heard.status.text("songid").filter(|_| is_heard)
}

pub fn idle(args: &IdleArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let news = remote.idle(&args.events)?;
    tell(&news, context)?;
    Ok(Exit::Done)
}

pub fn idle_for_ever(args: &IdleArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    loop {
        let news = remote.idle(&args.events)?;
        tell(&news, context)?;
        context.out.flush()?;
    }
}

fn tell(news: &[String], context: &mut Context) -> Result<(), Stop> {
    if context.out.json {
        let changed: Vec<Value> = news.iter().map(|name| name.as_str().into()).collect();
        return Ok(context.out.json(json!({ "changed": changed }))?);
    }
    for name in news {
        context.out.line(name.as_str())?;
    }
    Ok(())
}
