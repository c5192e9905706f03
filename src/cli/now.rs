//! `standin now`.

use super::out::counted;
use super::play::{all_away, play_on, resume};
use super::session::{Session, seed};
use super::sound::SoundArgs;
use super::wire::handing::{How, Plan, go_on, hand_over};
use super::wire::own;
use super::{Context, Exit, Outcome, Stop};
use crate::daemon::GoingOn;
use crate::mpd::remote::Remote;
use crate::music::{Origin, Song};
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
    if let Some(mut other) = own(context) {
        return now_there(&args, &mut other, context);
    }
    let sound = args.sound.settle(context);
    let (rows, away) = match resume(context)? {
        GoingOn::With(here) => return play_on(Session::going_on(here, sound), context),
        GoingOn::Nothing { rows, away, .. } => (rows, away),
    };
    let (songs, songs_away) = context.library().all_here_by_album()?;
    if songs.is_empty() {
        return Err(match away.max(songs_away) {
            0 => nothing_indexed(context),
            _ if rows > 0 => all_away(away),
            away => Stop::new(
                Exit::RootAway,
                format!(
                    "your music folder is away, and {} with it",
                    counted(away, "song")
                ),
            )
            .hint("`standin root ls` tells where it was"),
        });
    }
    let songs = by_chance(songs, context)?;
    let session = Session {
        // The folder of the queue may be back in a minute.
        is_aside: rows > 0,
        ..Session::new(songs, sound).coming_from(Some(Origin::Everything))
    };
    let opened = session.open(context)?;
    context.out.say(match rows {
        0 => "Nothing was played before: everything, album by album.",
        _ => "No song of your queue is here: it keeps its place, and everything that is here plays, album by album.",
    });
    opened.play(context)
}

/// The standin that runs already goes on, or plays everything.
fn now_there(args: &Args, other: &mut Remote, context: &mut Context) -> Outcome {
    let plan = Plan::new(How::Replace, None, false, &args.sound)?;
    if let Some(song) = go_on(&plan, other, context)? {
        let told = format!("Going on with {song}, in the standin that runs.");
        context.out.say(told);
        return Ok(Exit::Done);
    }
    let (songs, _) = context.library().all_here_by_album()?;
    if songs.is_empty() {
        return Err(nothing_indexed(context));
    }
    let songs = by_chance(songs, context)?;
    context
        .out
        .say("Everything, album by album, in the standin that runs.");
    let everything = Some(Arc::new(Origin::Everything));
    let plan = plan.coming_from_each(vec![everything; songs.len()]);
    hand_over(&songs, plan, other, context)
}

/// Album by album, without what is banned.
fn by_chance(songs: Vec<Song>, context: &Context) -> Result<Vec<Arc<Song>>, Stop> {
    let mut songs: Vec<_> = songs.into_iter().map(Arc::new).collect();
    let banned = context.library().leave_banned_out(&mut songs)?;
    if songs.is_empty() {
        let told = format!("all there is, {}, is banned", counted(banned, "song"));
        return Err(Stop::new(Exit::NothingFound, told)
            .hint("`standin ban` names what is, `standin ban --lift WORDS` ends a ban"));
    }
    Ok(shuffled_albums(songs, seed()))
}

fn nothing_indexed(context: &Context) -> Stop {
    let hint = match &context.places.music {
        Some(music) => format!(
            "`standin scan` indexes {}, `standin play FOLDER` plays a folder as it is",
            music.display()
        ),
        None => "`standin scan FOLDER` indexes your music, `standin play FOLDER` plays a folder as it is".into(),
    };
    Stop::new(Exit::NothingFound, "nothing is indexed yet").hint(hint)
}
