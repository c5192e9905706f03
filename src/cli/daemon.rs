//! `standin daemon`: the desk without a screen, for every client that speaks MPD's protocol.

use super::bell::Bell;
use super::door::cannot;
use super::guard::{Question, Replay};
use super::host::{Begins, Host, Typed};
use super::session::Before;
use super::signals::Signals;
use super::sound::SoundArgs;
use super::{Context, Exit, Outcome, told, unit};
use crate::config::address;
use crate::outage::Mode;
use sd_notify::NotifyState;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Keep the queue, play, and serve every client that speaks MPD's protocol
///
/// It stays in the foreground and says nothing while all is well. The queue waits where it was left. SIGTERM saves and
/// ends, SIGHUP reads config.toml again (`standin config keys` tells which changes it takes). Where there is no sound device the music waits for one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin daemon
  standin daemon --install
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket mpc play
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket ncmpcpp

config.toml sets what is usual: [daemon] listen, password, default_permissions, max_clients, timeout_s, watch.")]
pub struct Args {
    /// Listen on this address too: 127.0.0.1:6600; others than this machine need a password
    #[arg(long, value_name = "ADDR", value_parser = address)]
    listen: Vec<SocketAddr>,
    /// Write the units that let systemd start it for this user, and tell how to begin
    #[arg(long, conflicts_with_all = ["uninstall", "listen"])]
    install: bool,
    /// Write the units into FOLDER as a package has them: for every user, with /usr/bin/standin
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["install", "uninstall", "listen", "dry_run"])]
    units: Option<PathBuf>,
    /// Take these units away again
    #[arg(long)]
    uninstall: bool,
    /// Only print what would be written or taken away
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sound: SoundArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    if args.install {
        return unit::install(args.dry_run, context);
    }
    if let Some(folder) = &args.units {
        return unit::for_package(folder, context);
    }
    if args.uninstall {
        return unit::uninstall(args.dry_run, context);
    }
    let typed = Typed {
        listen: args.listen,
        sound: args.sound,
    };
    keep_on(typed, None, None, context)
}

/// The daemon, until a signal ends it. `mode`: how far the guard may go, where that was typed; `replay`: where its facts come
/// from, where they are recorded ones.
pub fn keep_on(
    typed: Typed,
    mode: Option<Mode>,
    replay: Option<Replay>,
    context: &mut Context,
) -> Outcome {
    let begins = Begins {
        before: Before::Nobody,
        guard: mode,
        replay,
    };
    let config = super::sound::config(context);
    let (mut host, signals) = Host::begin(typed, config, begins, context)?;
    let exit = until_the_end(&mut host, &signals, context);
    notify(NotifyState::Stopping);
    let desk = host.desk.clone();
    host.close(context);
    if context.out.verbose {
        context.out.say(told::underruns(&desk));
    }
    match exit? {
        Exit::Terminated => Ok(Exit::Done),
        other => Ok(other),
    }
}

/// Until a signal ends it.
fn until_the_end(host: &mut Host, signals: &Signals, context: &Context) -> Outcome {
    let mut bell = Bell::new().map_err(cannot)?;
    signals
        .ring(&bell.rope().map_err(cannot)?)
        .map_err(cannot)?;
    let ring = bell.ringer().map_err(cannot)?;
    host.desk.wake_by(move |_| ring());
    let mut question = Question::new(&mut bell);
    notify(NotifyState::Ready);
    // Twice within the time in which the system wants to hear of us.
    let watchdog = sd_notify::watchdog_enabled().map(|every| every / 2);
    loop {
        host.tell_news(context);
        if let Some(exit) = signals.asked() {
            return Ok(exit);
        }
        if !host.desk.is_running() {
            return Ok(Exit::Failed);
        }
        if signals.asked_anew() {
            host.read_config_again(context);
        }
        host.renew_guard(context);
        question.look(&host.desk.snapshot(), &host.guard)?;
        bell.wait(question.is_open(), watchdog).map_err(cannot)?;
        if watchdog.is_some() {
            // A desk that hangs answers nothing, and the system starts us again.
            host.desk.settle();
            notify(NotifyState::Watchdog);
        }
    }
}

/// Without a system that asked for it nothing happens; one that cannot be told will find out.
fn notify(state: NotifyState) {
    sd_notify::notify(&[state]).ok();
}
