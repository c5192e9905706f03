//! `standin now`.

use super::play::{Resumed, resume};
use super::session::{Session, seed};
use super::sound::SoundArgs;
use super::{Context, Exit, Outcome, Stop};
use crate::player::shuffled_albums;
use std::sync::Arc;

/// Music, at once: what was played last, else everything, album by album
///
/// One word for the moment when streaming falls silent. It needs no config, no network and no running program.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    sound: SoundArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let sound = args.sound.settle(context);
    let sound = match resume(sound, context)? {
        Resumed::Session(session) => return session.play(context),
        Resumed::Nothing { sound, .. } => sound,
    };
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
    Session::new(songs, sound).play(context)
}
