//! `standin daemon`: the desk without a screen, for every client that speaks MPD's protocol.

use super::session::Session;
use super::sound::SoundArgs;
use super::{Context, Outcome, Stop, play};
use crate::daemon::GoingOn;

/// Keep the queue, play, and serve every client that speaks MPD's protocol
///
/// It stays in the foreground and says nothing while all is well. The queue waits where it was left. SIGTERM saves and
/// ends.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin daemon
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket mpc play
  MPD_HOST=$XDG_RUNTIME_DIR/standin/socket ncmpcpp")]
pub struct Args {
    #[command(flatten)]
    sound: SoundArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let sound = args.sound.settle(context);
    let session = match play::resume(context)? {
        GoingOn::With(here) => Session::going_on(here, sound),
        GoingOn::Nothing { .. } => Session::new(Vec::new(), sound),
    };
    let session = Session {
        paused: true,
        ..session
    };
    session.open(context)?.serve(context)
}

impl From<crate::mpd::SocketError> for Stop {
    fn from(error: crate::mpd::SocketError) -> Self {
        Stop::failed(error.to_string())
    }
}
