//! The verbs that drive a running player over MPD's protocol, with mpc's spelling and output: our own daemon, or the
//! server that `MPD_HOST` and `MPD_PORT` name. They parse, ask, and print; what anything means the server says.

mod ending;
pub mod handing;
mod heard;
mod modes;
mod news;
mod queue;
mod stored;
mod switches;
mod transport;

pub use heard::tell_as;

use super::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Address, Remote, RemoteError};
use crate::mpd::socket;
use std::time::Duration;

/// How long our own daemon has to greet, before music begins without it.
pub(super) const GREETS_WITHIN: Duration = Duration::from_secs(2);

/// MPD's number for something that is not there.
const NO_EXIST: u32 = 50;

/// The verbs of a running player.
#[derive(clap::Subcommand)]
pub enum Verb {
    /// Pause the music
    Pause,
    /// Go on after a pause
    Unpause,
    /// Pause; after a pause go on; when stopped, begin
    Toggle,
    /// Stop the music
    Stop,
    /// The next song of the queue
    Next,
    /// The song before
    Prev,
    Seek(transport::SeekArgs),
    Seekthrough(transport::ThroughArgs),
    Volume(modes::VolumeArgs),
    /// Play the queue in a random order, or in its own
    Random(modes::SwitchArgs),
    /// Begin the queue again at its end, or not
    Repeat(modes::SwitchArgs),
    /// Stop after each song, or after this one (once), or not
    Single(modes::OnceArgs),
    /// Take songs out of the queue once they were played, or only this one (once), or not
    Consume(modes::OnceArgs),
    Crossfade(modes::CrossfadeArgs),
    Replaygain(modes::ReplayGainArgs),
    Speed(modes::SpeedArgs),
    Current(news::CurrentArgs),
    Queue(queue::QueueArgs),
    Add(queue::AddArgs),
    Insert(queue::AddArgs),
    /// Take every song out of the queue
    Clear,
    Del(queue::DelArgs),
    Move(queue::MoveArgs),
    /// Mix the songs of the queue
    Shuffle,
    Idle(news::IdleArgs),
    Idleloop(news::IdleArgs),
    Load(stored::LoadArgs),
    Save(stored::NameArgs),
    /// The names of the stored playlists
    Lsplaylists,
    Rm(stored::NameArgs),
    /// Forget the error that `status` shows
    Clearerror,
    Enable(switches::Args),
    Disable(switches::Args),
}

/// Runs a verb against the server that is meant.
pub fn run(verb: Verb, context: &mut Context) -> Outcome {
    let mut remote = connect(context)?;
    let remote = &mut remote;
    match verb {
        Verb::Pause => transport::ask("pause", Some("1"), remote, context),
        Verb::Unpause => transport::ask("pause", Some("0"), remote, context),
        Verb::Toggle => transport::toggle(remote, context),
        Verb::Stop => transport::ask("stop", None, remote, context),
        Verb::Next => transport::ask("next", None, remote, context),
        Verb::Prev => transport::ask("previous", None, remote, context),
        Verb::Seek(args) => transport::seek(&args, remote, context),
        Verb::Seekthrough(args) => transport::seek_through(&args, remote, context),
        Verb::Volume(args) => modes::volume(&args, remote, context),
        Verb::Random(args) => modes::switch("random", args, remote, context),
        Verb::Repeat(args) => modes::switch("repeat", args, remote, context),
        Verb::Single(args) => modes::once("single", args, remote, context),
        Verb::Consume(args) => modes::once("consume", args, remote, context),
        Verb::Crossfade(args) => modes::crossfade(&args, remote, context),
        Verb::Replaygain(args) => modes::replay_gain(&args, remote, context),
        Verb::Speed(args) => modes::speed(&args, remote, context),
        Verb::Current(args) => news::current(&args, remote, context),
        Verb::Queue(args) => queue::show(&args, remote, context),
        Verb::Add(args) => queue::add(args, remote, context),
        Verb::Insert(args) => queue::insert(args, remote, context),
        Verb::Clear => transport::ask("clear", None, remote, context),
        Verb::Del(args) => queue::delete(&args, remote, context),
        Verb::Move(args) => queue::shift(&args, remote),
        Verb::Shuffle => transport::ask("shuffle", None, remote, context),
        Verb::Idle(args) => news::idle(&args, remote, context),
        Verb::Idleloop(args) => news::idle_for_ever(&args, remote, context),
        Verb::Load(args) => stored::load(&args, remote, context),
        Verb::Save(args) => stored::save(&args, remote),
        Verb::Lsplaylists => stored::list(remote, context),
        Verb::Rm(args) => stored::remove(&args, remote),
        Verb::Clearerror => transport::ask("clearerror", None, remote, context),
        Verb::Enable(args) => {
            switches::turn("enableoutput", "disableoutput", &args, remote, context)
        }
        Verb::Disable(args) => {
            switches::turn("disableoutput", "enableoutput", &args, remote, context)
        }
    }
}

/// The server that the environment names, else our own.
pub fn connect(context: &Context) -> Result<Remote, Stop> {
    Ok(Remote::connect(meant(context))?)
}

/// Where the server is that the environment names, else our own.
pub fn meant(context: &Context) -> Address {
    let named = std::env::var_os;
    let own = socket::path(&context.places.runtime);
    Address::named(named("MPD_HOST"), named("MPD_PORT"), own)
}

/// Where our own daemon is, if it runs.
pub fn own_address(context: &Context) -> Address {
    Address::own(socket::path(&context.places.runtime))
}

/// Our own daemon, where it runs. One that does not answer is told, and counts as none.
pub fn own(context: &Context) -> Option<Remote> {
    match Remote::connect_within(own_address(context), GREETS_WITHIN) {
        Ok(remote) => Some(remote),
        Err(RemoteError::NotThere { .. }) => None,
        Err(error) => {
            context.out.warn(format!("{error}; it is left alone."));
            None
        }
    }
}

/// No daemon of ours runs.
pub fn nobody_runs() -> Stop {
    Stop::new(Exit::NoDaemon, "no standin is running that could be asked")
        .hint("`standin daemon` starts one; MPD_HOST names another server")
}

impl From<RemoteError> for Stop {
    fn from(error: RemoteError) -> Self {
        let message = error.to_string();
        match error {
            RemoteError::NotThere { address, .. } if address.is_own => nobody_runs(),
            RemoteError::NotThere { .. } => Self::new(Exit::NoDaemon, message)
                .hint("MPD_HOST and MPD_PORT name the server; without them our own is asked"),
            RemoteError::Broken { .. } => Self::new(Exit::NoDaemon, message),
            // What it runs as is what is to be said, and not that it refused.
            RemoteError::Refused { refusal } if refusal.is_of_another => {
                Self::failed(message).hint(
                    "a daemon that runs stays what it was when it began: end it and start it again, \
                     `systemctl --user restart standin` where systemd keeps it",
                )
            }
            RemoteError::Refused { refusal } => {
                let code = match refusal.code {
                    NO_EXIST => Exit::NothingFound,
                    _ => Exit::Failed,
                };
                Self::new(code, format!("the server refused: {message}"))
            }
            RemoteError::Unspeakable => Self::new(Exit::Usage, message),
        }
    }
}
