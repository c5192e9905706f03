//! `standin now`.

use super::levelling::LevelArgs;
use super::play::{OutputList, resume};
use super::session::{Session, seed};
use super::{Context, Exit, Outcome, Stop};
use crate::music::Levelling;
use crate::player::shuffled_albums;
use std::sync::Arc;

/// Music, at once: what was played last, else everything, album by album
///
/// One word for the moment when streaming falls silent. It needs no config, no network and no running program.
#[derive(clap::Args)]
pub struct Args {
    /// Where the sound goes: `default`, `null`, `wav:FILE` or a name from `standin outputs`; of several, the first that opens
    #[arg(long, value_name = "OUTPUT[,…]", default_value = "default")]
    output: OutputList,
    #[command(flatten)]
    level: LevelArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let levelling = args.level.or(Levelling::default());
    if let Some(mut session) = resume(&args.output, context)? {
        session.levelling = levelling;
        return session.play(context);
    }
    let songs = context.library().reader()?.all_by_album()?;
    if songs.is_empty() {
        let hint = match &context.places.music {
            Some(music) => format!("`standin scan` indexes {}, `standin play FOLDER` plays a folder as it is", music.display()),
            None => "`standin scan FOLDER` indexes your music, `standin play FOLDER` plays a folder as it is".into(),
        };
        return Err(Stop::new(Exit::NothingFound, "nothing is indexed yet").hint(hint));
    }
    context
        .out
        .say("Nothing was played before: everything, album by album.");
    let songs = shuffled_albums(songs.into_iter().map(Arc::new).collect(), seed());
    let mut session = Session::new(songs, args.output.0);
    session.levelling = levelling;
    session.play(context)
}
