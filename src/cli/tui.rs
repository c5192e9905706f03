//! `standin tui`: the program with a screen, before the player that runs, or with a desk of its own.

use super::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Address, Remote};
use crate::tui::{self, Keymap, Options};
use std::io::IsTerminal;
use std::sync::Arc;

/// Library, queue, playlists and search on one screen
///
/// It sits before the player that runs, ours or the one that MPD_HOST names. Where none runs it begins one of its own, which ends
/// with it. Keys are told by `?`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin tui
  standin tui --keys
  MPD_HOST=localhost standin tui

config.toml binds keys: [tui] mouse = false, [tui.keys] \"ctrl-n\" = \"next\", \"n\" = \"none\".")]
pub struct Args {
    /// Only print what the keys do
    #[arg(long)]
    keys: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let (keys, errors) = Keymap::new([]);
    for error in errors {
        context.out.warn(format!("{error}."));
    }
    if args.keys {
        return print_keys(&keys, context);
    }
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "standin tui needs a terminal"));
    }
    let options = Options {
        keys,
        has_colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        has_mouse: true,
        pictures: tui::Pictures::Auto,
    };
    let address = address(context);
    let call = Arc::new(move || Remote::connect(address.clone()));
    let (_never, end) = crossbeam_channel::bounded(1);
    tui::run(call, &options, &end).map_err(|error| Stop::failed(error.to_string()))?;
    Ok(Exit::Done)
}

/// The server that is meant, where it answers; else ours, which is to begin.
fn address(context: &Context) -> Address {
    super::wire::meant(context)
}

fn print_keys(keys: &Keymap, context: &mut Context) -> Outcome {
    for group in tui::Group::ALL {
        for line in tui::ACTIONS.iter().filter(|line| line.group == group) {
            let keys = keys.keys_of(line.action).join(" ");
            context
                .out
                .line(format!("{}\t{keys}\t{}", line.name, line.help))?;
        }
    }
    Ok(Exit::Done)
}
