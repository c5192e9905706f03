//! `standin config check`: what is wrong in the file, line by line.

use crate::cli::out::{Mark, counted};
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::config::{Config, Warning, senseless};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is wrong in the config file, with its line; nothing is changed
///
/// Ends with 4 where something is left out or makes no sense, with 0 where all of it holds.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin config check
  standin config check new.toml && mv new.toml \"$(standin config path)\"")]
pub struct Args {
    /// Another file
    file: Option<PathBuf>,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let is_named = args.file.is_some();
    let path = args.file.unwrap_or_else(|| context.places.config_file());
    let config = Config::read(&path);
    if is_named && !config.is_there {
        let message = format!("there is no file {}", path.display());
        return Err(Stop::new(Exit::NothingFound, message));
    }
    let mut wrong = config.warnings.clone();
    wrong.extend(senseless(&config, &path));
    wrong.sort_by_key(|warning| warning.line);
    if context.out.json {
        context.out.json(json(&config, &path, &wrong))?;
    } else {
        tell(&config, &path, &wrong, context)?;
    }
    Ok(match wrong.is_empty() {
        true => Exit::Done,
        false => Exit::Partial,
    })
}

fn tell(
    config: &Config,
    path: &Path,
    wrong: &[Warning],
    context: &mut Context,
) -> std::io::Result<()> {
    let out = &mut context.out;
    for warning in wrong {
        let line = match out.is_terminal {
            true => out.marked(Mark::Wrong, &warning.to_string()),
            false => warning.to_string().into(),
        };
        out.line(line)?;
    }
    if config.untold > 0 {
        out.say(format!("{} more are not told.", config.untold));
    }
    let set = counted(config.said.len(), "setting");
    let path = path.display();
    out.say(match (config.is_there, wrong.is_empty()) {
        (false, _) => format!("There is no {path}: everything is as usual."),
        (true, true) => format!("{path} is whole: {set}."),
        (true, false) => format!(
            "{} wrong in {path}; {set} held.",
            counted(wrong.len() + config.untold, "thing")
        ),
    });
    Ok(())
}

fn json(config: &Config, path: &Path, wrong: &[Warning]) -> Value {
    let wrong = wrong.iter();
    let wrong: Vec<Value> = wrong
        .map(|warning| json!({ "line": warning.line, "what": warning.what }))
        .collect();
    json!({
        "path": path.to_string_lossy(), "is_there": config.is_there, "settings": config.said.len(),
        "wrong": wrong, "untold": config.untold,
    })
}
