//! The verbs of the command line that a screen cannot ask of a server, as it runs them: this program once more, whose text is shown. It
//! runs none that plays, that does not end by itself, or that asks.

use crate::cli::{Cli, Context};
use crate::tui::Verbs;
use clap::CommandFactory;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// What a screen has itself, or what would never end.
const NOT_HERE: [&str; 10] = [
    "daemon", "drill", "guard", "idle", "idleloop", "now", "play", "probe", "tui", "watch",
];

/// Bytes of an answer that are shown.
const MOST_BYTES: u64 = 4 << 20;

pub fn verbs(context: &Context) -> Verbs {
    let command = Cli::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let names = names.filter(|name| !NOT_HERE.contains(name));
    let names = names.map(str::to_owned).collect();
    let home = context.home.clone();
    let run = move |words: &[String]| ran(home.as_ref(), words);
    Verbs {
        names,
        run: Arc::new(run),
    }
}

/// What it prints, its errors too.
fn ran(home: Option<&PathBuf>, words: &[String]) -> std::io::Result<String> {
    let (mut ours, theirs) = std::io::pipe()?;
    let mut command = Command::new(std::env::current_exe()?);
    if let Some(home) = home {
        command.arg("--home").arg(home);
    }
    command.args(words).stdin(Stdio::null());
    command.stdout(theirs.try_clone()?).stderr(theirs);
    let mut child = command.spawn()?;
    // Its ends of the pipe: only the program itself holds them from now on.
    drop(command);
    let mut bytes = Vec::new();
    ours.by_ref().take(MOST_BYTES).read_to_end(&mut bytes)?;
    drop(ours);
    child.wait()?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
