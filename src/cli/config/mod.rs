//! `standin config`: what can be set, what is set and where, and what is wrong. It never writes the file.

mod check;
mod keys;
pub mod page;
mod running;
mod show;

use super::{Context, Exit, Outcome};
use crate::config;
use serde_json::json;
use std::os::unix::ffi::OsStrExt;

/// What is set and where that comes from; what can be set
///
/// The file is yours: standin reads it and never writes it. What is wrong in it is left out with a warning, and the rest
/// holds. SIGHUP has a daemon read it again.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  standin config
  standin config show crossfade
  standin config check
  standin config keys
  standin config example > ~/.config/standin/config.toml

`standin man --config | man -l -` is all of it as a manual page."
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(clap::Subcommand)]
enum Action {
    Show(show::Args),
    /// The path of the config file, whether it is there or not
    Path,
    Check(check::Args),
    Keys(keys::Args),
    /// A config file in which everything is told and nothing is set
    Example,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match args.action {
        None => show::run(&show::Args::default(), context),
        Some(Action::Show(args)) => show::run(&args, context),
        Some(Action::Path) => path(context),
        Some(Action::Check(args)) => check::run(args, context),
        Some(Action::Keys(args)) => keys::run(&args, context),
        Some(Action::Example) => {
            context.out.document(config::example().as_bytes())?;
            Ok(Exit::Done)
        }
    }
}

fn path(context: &mut Context) -> Outcome {
    let path = context.places.config_file();
    match context.out.json {
        true => context.out.json(json!({
            "path": path.to_string_lossy(), "is_there": path.exists(),
        }))?,
        false => context.out.record(path.as_os_str().as_bytes(), b'\n')?,
    }
    Ok(Exit::Done)
}

/// Whether a key is meant by these words: each is in it, or in what is told of it.
fn is_meant(words: &[String], key: &str, about: &str) -> bool {
    let (key, about) = (key.to_lowercase(), about.to_lowercase());
    let is_in = |word: &String| {
        let word = word.to_lowercase();
        key.contains(&word) || about.contains(&word)
    };
    words.iter().all(is_in)
}
