//! `standin now`.

use super::everything::{Everything, Shuffle};
use super::out::counted;
use super::play::{all_away, play_on, resume};
use super::session::{Session, seed};
use super::sound::{Sound, SoundArgs};
use super::wire::handing::{How, Plan, go_on, hand_over, hand_over_everything};
use super::wire::own;
use super::{Context, Exit, Outcome, Stop};
use crate::daemon::GoingOn;
use crate::daemon::stepping::{Streamed, named};
use crate::library::{InPlace, Instead, Placed};
use crate::mpd::remote::Remote;
use crate::music::{Origin, Printable, Song, spoken_hours};
use crate::player::shuffled_albums;
use std::sync::Arc;

/// Most played songs that are taken; fewer than the least are no evening.
const MOST_PLAYED: usize = 200;
const LEAST_PLAYED: usize = 10;

/// Music, at once: what would have played
///
/// One word for the moment when streaming falls silent. It needs no config, no network and no running program. Where a guard
/// has seen within a day what a streaming client played, that goes on, and then the playlist that the client was in;
/// else your queue goes on; else what you played most of late; else everything, album by album.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    sound: SoundArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let streamed = Stream::find(context);
    if let Some(mut other) = own(context) {
        return now_there(&args, streamed, &mut other, context);
    }
    let sound = args.sound.settle(context);
    if let Some(stream) = streamed {
        return stream.play(sound, context);
    }
    let (rows, away) = match resume(context)? {
        GoingOn::With(here) => return play_on(Session::going_on(here, sound), context),
        GoingOn::Nothing { rows, away, .. } => (rows, away),
    };
    let unasked = Unasked::find(context)?;
    let unasked = unasked.map_err(|songs_away| nothing_here(rows, away, songs_away, context))?;
    let what = match unasked.origin {
        Origin::Everything => "everything that is here plays, album by album",
        _ => "what you played most of late plays",
    };
    let session = Session {
        // The folder of the queue may be back in a minute.
        is_aside: rows > 0,
        ..Session::beginning(unasked.songs, unasked.origin, sound)
    };
    let opened = session.open(context)?;
    context.out.say(match rows {
        0 => format!("There is no queue to go on with: {what}."),
        _ => format!("No song of your queue is here: it keeps its place, and {what}."),
    });
    opened.play(context)
}

/// What a streaming client played, and what of it is here.
struct Stream {
    streamed: Streamed,
    in_place: InPlace,
    songs: Vec<Placed>,
}

impl Stream {
    /// `None`: nobody has seen what a client played, it was long ago, or nothing of it is here.
    fn find(context: &Context) -> Option<Self> {
        let streamed = Streamed::read(&context.places.state)?;
        let library = context.library();
        let played = &streamed.played;
        let mut in_place = library.in_place_of(&played.wanted, &played.before).ok()?;
        let mut songs = std::mem::take(&mut in_place.songs);
        // What stands in is for somebody who asked for it.
        if !matches!(in_place.instead, Some(Instead::Song | Instead::Later)) {
            return None;
        }
        songs.extend(library.in_place_go_on(&mut in_place).unwrap_or_default());
        if let Some(first) = songs.first_mut() {
            let origin = Origin::Stream(named(&played.service, &played.client));
            first.origin = Some(Arc::new(origin));
        }
        Some(Self {
            streamed,
            in_place,
            songs,
        })
    }

    fn at_ms(&self) -> u64 {
        self.in_place.begins_at_ms(self.streamed.played.place_ms)
    }

    /// Which music, and why.
    fn told(&self) -> String {
        let played = &self.streamed.played;
        let name = named(&played.service, &played.client);
        let ago = spoken_hours(self.streamed.age_ms());
        let quoted = |text: &str| format!("“{}”", Printable::new(text));
        let song = quoted(&self.in_place.wanted.label());
        let list = self.in_place.list.as_deref();
        let list = list.map_or(String::new(), |list| format!(" in {}", quoted(list)));
        match self.in_place.instead {
            Some(Instead::Song) => {
                format!("{name} played {song}{list} {ago} ago: going on with it")
            }
            _ => format!(
                "{name} played {song}{list} {ago} ago: going on with the next song that is here"
            ),
        }
    }

    fn parted(self) -> (Vec<Arc<Song>>, Vec<Option<Arc<Origin>>>) {
        let songs = self.songs.into_iter();
        songs.map(|placed| (placed.song, placed.origin)).unzip()
    }

    fn play(self, sound: Sound, context: &mut Context) -> Outcome {
        let (at_ms, told) = (self.at_ms(), self.told());
        let (songs, origins) = self.parted();
        let session = Session {
            at_ms: Some(at_ms),
            // The queue is for when this is over.
            is_aside: true,
            ..Session::new(songs, sound).coming_from_each(origins)
        };
        let opened = session.open(context)?;
        context.out.say(format!("{told}."));
        opened.play(context)
    }

    fn play_there(self, args: &Args, other: &mut Remote, context: &mut Context) -> Outcome {
        let (at_ms, told) = (self.at_ms(), self.told());
        let (songs, origins) = self.parted();
        let plan = Plan::new(How::Replace, Some(at_ms), false, &args.sound)?;
        context
            .out
            .say(format!("{told}, in the standin that runs."));
        hand_over(&songs, plan.coming_from_each(origins), other, context)
    }
}

/// The standin that runs already goes on, or plays what it would play here.
fn now_there(
    args: &Args,
    streamed: Option<Stream>,
    other: &mut Remote,
    context: &mut Context,
) -> Outcome {
    // What plays there is what somebody wants to hear, or what stands in already.
    let plays = other.ask("status")?.text("state").as_deref() == Some("play");
    if let Some(stream) = streamed.filter(|_| !plays) {
        return stream.play_there(args, other, context);
    }
    let plan = Plan::new(How::Replace, None, false, &args.sound)?;
    if let Some(song) = go_on(&plan, other, context)? {
        let told = format!("Going on with {song}, in the standin that runs.");
        context.out.say(told);
        return Ok(Exit::Done);
    }
    let unasked = Unasked::find(context)?.map_err(|_| nothing_indexed(context))?;
    let what = match unasked.origin {
        Origin::Everything => "Everything, album by album",
        _ => "What you played most of late",
    };
    context
        .out
        .say(format!("{what}, in the standin that runs."));
    hand_over_everything(unasked.songs, unasked.origin, plan, other, context)
}

/// What plays where nobody says what: what was played most of late, else album by album, without what is banned.
struct Unasked {
    songs: Everything,
    origin: Origin,
}

impl Unasked {
    /// `Ok(Err(…))`: nothing is here, and so many songs are away.
    fn find(context: &Context) -> Result<Result<Self, usize>, Stop> {
        let library = context.library();
        let most = library.person_reader()?.most_heard_lately(MOST_PLAYED)?;
        let most = library.here_by_keys(&most)?;
        if most.len() >= LEAST_PLAYED {
            return Ok(Ok(Self {
                songs: Everything::whole(most),
                origin: Origin::Other("most played of late".into()),
            }));
        }
        let origin = Origin::Everything;
        if let Some(songs) = Everything::of_many(Shuffle::Albums, usize::MAX, context)? {
            return Ok(Ok(Self { songs, origin }));
        }
        let (songs, away) = library.all_here_by_album()?;
        if songs.is_empty() {
            return Ok(Err(away));
        }
        let songs = Everything::whole(shuffled_albums(unbanned(songs, context)?, seed()));
        Ok(Ok(Self { songs, origin }))
    }
}

fn unbanned(songs: Vec<Song>, context: &Context) -> Result<Vec<Arc<Song>>, Stop> {
    let mut songs = songs.into_iter().map(Arc::new).collect();
    let banned = context.library().leave_banned_out(&mut songs)?;
    if songs.is_empty() {
        let told = format!("all there is, {}, is banned", counted(banned, "song"));
        return Err(Stop::new(Exit::NothingFound, told)
            .hint("`standin ban` names what is, `standin ban --lift WORDS` ends a ban"));
    }
    Ok(songs)
}

/// `away`: of the `rows` of the queue, and of all songs.
fn nothing_here(rows: usize, away: usize, songs_away: usize, context: &Context) -> Stop {
    match away.max(songs_away) {
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
    }
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
