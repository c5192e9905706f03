//! `standin config show`: what holds, and where it comes from; the places, and why they are there.

use super::is_meant;
use super::running::Running;
use crate::cli::table::Column;
use crate::cli::wire::meant;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::config::{Config, From, Place, Standing, standings};
use serde_json::{Value, json};
use std::path::Path;

/// Each key with the value that holds and where it comes from, and the places (also without a word)
///
/// A value comes from a line of the config file, from the environment, or is the usual one. What is typed at a verb wins over
/// all of them. Passwords are told to be set, and not what they are. Where a standin runs that goes on with other values,
/// those are told.
#[derive(clap::Args, Default)]
#[command(after_help = "Examples:
  standin config show
  standin config show play
  standin config show crossfade --json")]
pub struct Args {
    /// Only keys and places in whose names these words are
    words: Vec<String>,
}

pub fn run(args: &Args, context: &mut Context) -> Outcome {
    let path = context.places.config_file();
    let config = Config::read(&path);
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut settings = standings(&config, variable);
    settings.retain(|standing| is_meant(&args.words, &standing.key, ""));
    let mut places = context
        .places
        .told(home(context), |name| std::env::var_os(name));
    places.push(server(context));
    places.retain(|place| is_meant(&args.words, &key_of(place), ""));
    if settings.is_empty() && places.is_empty() {
        let message = format!("nothing is called “{}”", args.words.join(" "));
        return Err(Stop::new(Exit::NothingFound, message)
            .hint("`standin config keys` tells what can be set"));
    }
    for warning in config.told() {
        context.out.warn(format!("{warning}; it is left out."));
    }
    let running = Running::ask(&config, context);
    if context.out.json {
        let settings: Vec<Value> = settings.iter().map(setting_json).collect();
        let places: Vec<Value> = places.iter().map(place_json).collect();
        context.out.json(json!({
            "path": path.to_string_lossy(), "is_there": config.is_there, "settings": settings, "places": places,
            "running": running.as_ref().map(Running::json),
        }))?;
        return Ok(Exit::Done);
    }
    let settings = settings.iter().map(|standing| setting_row(standing, &path));
    let rows: Vec<Vec<String>> = settings.chain(places.iter().map(place_row)).collect();
    context.out.table(&COLUMNS, &rows)?;
    if let Some(running) = running {
        context.out.flush()?;
        running.tell(context);
    }
    Ok(Exit::Done)
}

/// Where the verbs of a running player ask.
fn server(context: &Context) -> Place {
    let address = meant(context);
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let from = match address.is_own {
        true => home(context),
        false if is_set("MPD_HOST") => Some("MPD_HOST"),
        false => Some("MPD_PORT"),
    };
    Place {
        name: "server",
        path: address.to_string().into(),
        from,
    }
}

/// What named one folder for all places. Where both the option and the variable do, the option wins and says the same.
fn home(context: &Context) -> Option<&'static str> {
    let named = context.home.as_ref()?;
    let variable = std::env::var_os("STANDIN_HOME").filter(|value| !value.is_empty());
    let variable = variable.and_then(|value| std::path::absolute(value).ok());
    Some(match variable.as_ref() == Some(named) {
        true => "STANDIN_HOME",
        false => "--home",
    })
}

const COLUMNS: [Column; 3] = [
    Column::text("KEY").stays(),
    Column::text("VALUE"),
    Column::text("FROM"),
];

fn setting_row(standing: &Standing, path: &Path) -> Vec<String> {
    let from = match standing.from {
        From::Line(line) => format!("{}:{line}", path.display()),
        From::Variable(name) => name.into(),
        From::Usual => "usual".into(),
    };
    vec![standing.key.clone(), standing.words(), from]
}

fn key_of(place: &Place) -> String {
    format!("place.{}", place.name)
}

fn place_row(place: &Place) -> Vec<String> {
    vec![
        key_of(place),
        place.path.display().to_string(),
        place.from.unwrap_or("usual").into(),
    ]
}

fn setting_json(standing: &Standing) -> Value {
    let (from, line, variable) = match standing.from {
        From::Line(line) => ("file", Some(line), None),
        From::Variable(name) => ("environment", None, Some(name)),
        From::Usual => ("usual", None, None),
    };
    json!({
        "key": standing.key, "value": standing.value, "is_set": standing.from != From::Usual, "from": from,
        "line": line, "variable": variable,
    })
}

fn place_json(place: &Place) -> Value {
    json!({ "name": place.name, "path": place.path.to_string_lossy(), "from": place.from })
}
