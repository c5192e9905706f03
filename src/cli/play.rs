//! `standin play`.

use super::everything::{Everything, Shuffle};
use super::live::named;
use super::order::OrderArgs;
use super::out::{Out, counted};
use super::search::nothing_found;
use super::session::{Session, seed};
use super::sound::SoundArgs;
use super::standing::StandIns;
use super::told::{not_here, queue_damaged};
use super::wire::handing::{How, Plan, go_on as other_goes_on, hand_over, hand_over_everything};
use super::wire::{nobody_runs, own};
use super::{Context, Exit, Outcome, Stop};
use crate::daemon::{GoingOn, Rest, Saved, SavedError};
use crate::library::{Choice, Chosen, Scope, note_of_away};
use crate::mpd::remote::Remote;
use crate::music::{Miss, Origin, Song, Typed, clock};
use crate::player::{shuffled_albums, shuffled_songs};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Songs that words may bring into the queue when they fit no name exactly.
const MAX_HITS: usize = 100;

/// Missing rows that are named without `-v`.
const MAX_NAMED: usize = 10;

/// What stdin may hold; more is no list of songs.
const MAX_STDIN_BYTES: u64 = 16 << 20;

/// Play words, files, folders, a playlist, or what comes on stdin (-)
///
/// Taken in this order: existing paths; the exact name of a playlist, of an album (all of it, in order), of an artist
/// (all albums by date); else the songs of TYPE VALUE pairs and filters, as `search` has them, or those that words fit
/// best. Without words the queue goes on where it was; with --shuffle or --sort and no words everything plays.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin play so what
  standin play --album blue
  standin play ~/Downloads/x.flac
  standin play mix.m3u8 --shuffle
  standin play --shuffle=albums
  standin play rating \">=4\" --shuffle
  standin play --sort -added -n 50
  standin search live | standin play - --shuffle=albums
  standin play --resume --sleep 45m
  standin play kind of blue --then go-on
  standin play jazz --crossfade 4 --output \"USB DAC\"

Keys: space pause, n next, p previous, ← → seek, ↑ ↓ volume, s shuffle, r repeat, x stop after this song,
z sleep timer, o next output, q quit

Long things go on where they were left, and a little before: files of 20 minutes and more, audiobooks and podcasts (by
their genre or .m4b) of any length, wherever they begin, in a shuffle too. Left in their first or last 30 seconds, or
played to the end, they begin at the start; --from 0 begins there in any case.

config.toml sets what is usual: [play] output, volume, replaygain, preamp_db, crossfade_s, bit_perfect,
on_output_loss, remember_from_min, at_end.")]
pub struct Args {
    /// What to play
    #[arg(value_name = "WORDS|PATH|PLAYLIST|-")]
    what: Vec<Typed>,
    /// In another order: songs, or albums each whole
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "songs")]
    shuffle: Option<Shuffle>,
    #[command(flatten)]
    order: OrderArgs,
    /// Take the words as the name of an album
    #[arg(long)]
    album: bool,
    /// Begin again at the end, as --then repeat
    #[arg(long, conflicts_with = "then")]
    repeat: bool,
    /// Begin the first song at this place: `90`, `1:30`, `1:02:03`
    #[arg(long, value_name = "POS", value_parser = parse_position)]
    from: Option<u64>,
    /// Where a row of a playlist has no song, play another version, or else its artist's neighbour; told wherever it is shown
    #[arg(long)]
    stand_ins: bool,
    /// Put them behind the last song of the standin that runs
    #[arg(long, conflicts_with_all = ["next", "resume", "from"])]
    add: bool,
    /// Put them behind the song that plays in the standin that runs
    #[arg(long, conflicts_with_all = ["resume", "from"])]
    next: bool,
    /// The queue goes on where it was, as without words
    #[arg(long, conflicts_with_all = ["what", "shuffle", "album", "sort", "limit"])]
    resume: bool,
    #[command(flatten)]
    sound: SoundArgs,
}

impl Args {
    /// Whether songs stand in for rows that have none.
    pub fn stand_ins(&self) -> bool {
        self.stand_ins
    }

    fn how(&self) -> How {
        match (self.add, self.next) {
            (true, _) => How::Append,
            (_, true) => How::Next,
            _ => How::Replace,
        }
    }
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let other = own(context);
    if other.is_none() && args.how() != How::Replace {
        return Err(nobody_runs());
    }
    let is_of_all = args.shuffle.is_some() || args.order.sort.is_some();
    if args.what.is_empty() && !is_of_all {
        return match args.order.limit {
            None if args.how() != How::Replace => Err(Stop::new(
                Exit::Usage,
                "--add and --next need words: what to put into the queue",
            )),
            None => match other {
                Some(mut other) => go_on_there(&args, &mut other, context),
                None => go_on(args, context),
            },
            Some(_) => Err(Stop::new(
                Exit::Usage,
                "-n needs words, --sort or --shuffle: what goes on is the whole queue",
            )),
        };
    }
    if let Some(everything) = begun(&args, context)? {
        return play_everything(everything, args, other, context);
    }
    let choice = chosen(&args, context)?;
    let standing = StandIns::of(&choice, &args, context)?;
    let songs = standing.songs(&choice);
    let missing = choice.missing().count();
    if songs.is_empty() {
        return Err(nothing_to_play(&args, &choice, context));
    }
    let songs = in_order(songs, &args, context)?;
    if songs.is_empty() {
        return Err(Stop::new(Exit::NothingFound, "all of it is banned")
            .hint("without --shuffle it plays; `standin ban --lift WORDS` ends a ban"));
    }
    if let Some(mut other) = other {
        return play_there(&songs, &choice, &standing, &args, &mut other, context);
    }
    let origins = standing.origins(&songs, origin(&choice, &args));
    let mut session = Session {
        at_ms: args.from,
        ..Session::new(songs, args.sound.settle(context)).coming_from_each(origins)
    };
    session.repeat |= args.repeat;
    let opened = session.open(context)?;
    let told = told(&choice, &opened.session().songs);
    context.out.say(format!("Playing {told}."));
    standing.say(&choice, &context.out);
    say_missing(&choice, &standing, &context.out);
    let exit = opened.play(context)?;
    Ok(if missing > 0 {
        exit.or_worse(Exit::Partial)
    } else {
        exit
    })
}

/// Everything, shuffled, where that is much: it begins before all of it is read.
fn begun(args: &Args, context: &Context) -> Result<Option<Everything>, Stop> {
    let is_of_all = args.what.is_empty() && args.order.sort.is_none();
    match args
        .shuffle
        .filter(|_| is_of_all && args.how() == How::Replace)
    {
        Some(how) => Everything::of_many(how, args.order.limit.unwrap_or(usize::MAX), context),
        None => Ok(None),
    }
}

fn play_everything(
    everything: Everything,
    args: Args,
    other: Option<Remote>,
    context: &mut Context,
) -> Outcome {
    let there = if other.is_some() {
        ", in the standin that runs"
    } else {
        ""
    };
    let (here, away) = context.library().here_and_away()?;
    let count = counted(here.min(args.order.limit.unwrap_or(usize::MAX)), "song");
    let without = match context.library().person_reader()?.bans()?.is_empty() {
        true => "",
        false => ", without those that are banned",
    };
    let tell = |out: &Out| {
        out.say(format!("Playing everything: {count}{without}{there}."));
        note_of_away(away).inspect(|note| out.note(note));
    };
    let Some(mut other) = other else {
        let mut session = Session {
            at_ms: args.from,
            ..Session::beginning(everything, Origin::Everything, args.sound.settle(context))
        };
        session.repeat |= args.repeat;
        let opened = session.open(context)?;
        tell(&context.out);
        return opened.play(context);
    };
    let plan = Plan::new(args.how(), args.from, args.repeat, &args.sound)?;
    tell(&context.out);
    hand_over_everything(everything, Origin::Everything, plan, &mut other, context)
}

/// The standin that runs already plays them.
fn play_there(
    songs: &[Arc<Song>],
    choice: &Choice,
    standing: &StandIns,
    args: &Args,
    other: &mut Remote,
    context: &mut Context,
) -> Outcome {
    let plan = Plan::new(args.how(), args.from, args.repeat, &args.sound)?;
    let plan = plan.coming_from_each(standing.origins(songs, origin(choice, args)));
    let exit = hand_over(songs, plan, other, context)?;
    let told = told(choice, songs);
    context.out.say(match args.how() {
        How::Replace => format!("Playing {told}, in the standin that runs."),
        How::Append => format!("Added to the queue of the standin that runs: {told}."),
        How::Next => format!("Next in the standin that runs: {told}."),
    });
    standing.say(choice, &context.out);
    say_missing(choice, standing, &context.out);
    Ok(match choice.missing().next() {
        Some(_) => exit.or_worse(Exit::Partial),
        None => exit,
    })
}

fn go_on_there(args: &Args, other: &mut Remote, context: &mut Context) -> Outcome {
    let plan = Plan::new(How::Replace, args.from, args.repeat, &args.sound)?;
    match other_goes_on(&plan, other, context)? {
        Some(song) => {
            let told = format!("Going on with {song}, in the standin that runs.");
            context.out.say(told);
            Ok(Exit::Done)
        }
        None => Err(no_queue()),
    }
}

fn no_queue() -> Stop {
    Stop::new(Exit::NothingFound, "there is no queue to go on with")
        .hint("`standin play WORDS` makes one, `standin now` plays at once")
}

fn origin(choice: &Choice, args: &Args) -> Option<Origin> {
    choice.chosen.origin(&args.what.join(" "))
}

fn chosen(args: &Args, context: &Context) -> Result<Choice, Stop> {
    if args.what.is_empty() {
        return Ok(context.library().choose_everything()?);
    }
    let scope = if args.album {
        Scope::Albums
    } else {
        Scope::Everything
    };
    choose(&args.what, scope, context)
}

/// Sorted, then the first so many, then shuffled; unsorted, so many of the shuffled ones.
fn in_order(songs: Vec<Arc<Song>>, args: &Args, context: &Context) -> Result<Vec<Arc<Song>>, Stop> {
    let mut songs = match args.order.sort {
        Some(_) => args.order.apply(songs, &context.library().reader()?)?,
        None => songs,
    };
    if args.shuffle.is_some() {
        let banned = context.library().leave_banned_out(&mut songs)?;
        if banned > 0 {
            let told = format!(
                "Leaving out {} that {} banned.",
                counted(banned, "song"),
                is_or_are(banned)
            );
            context.out.note(told);
        }
    }
    songs = match args.shuffle {
        None => songs,
        Some(Shuffle::Songs) => shuffled_songs(songs, seed()),
        Some(Shuffle::Albums) => shuffled_albums(songs, seed()),
    };
    songs.truncate(args.order.limit.unwrap_or(usize::MAX));
    Ok(songs)
}

fn is_or_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// What these words mean to `play`, and to the playlists that take the same words; `-` reads a list from stdin.
pub fn choose(what: &[Typed], scope: Scope, context: &Context) -> Result<Choice, Stop> {
    let library = context.library();
    if !matches!(what, [one] if **one == *"-") {
        return Ok(library.choose(what, scope, MAX_HITS)?);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .take(MAX_STDIN_BYTES)
        .read_to_end(&mut bytes);
    read.map_err(|error| Stop::failed(format!("cannot read the list of songs: {error}")))?;
    Ok(library.choose_lines(&bytes)?)
}

fn nothing_to_play(args: &Args, choice: &Choice, context: &Context) -> Stop {
    let words = args.what.join(" ");
    if choice.rows.is_empty() && choice.chosen == Chosen::Everything {
        return match choice.notes.first() {
            None => nothing_found("", 0),
            Some(_) => Stop::new(Exit::RootAway, "your music folder is away")
                .hint("`standin root ls` tells where it was"),
        };
    }
    if choice.rows.is_empty() && choice.chosen == Chosen::Search {
        if let Some(address) = args.what.iter().find(|what| is_address(what)) {
            return Stop::new(Exit::NothingFound, format!("{address} is an address, and standin plays files that are here"))
                .hint("a playlist of a streaming service comes in by its own export: `standin help playlists`");
        }
        return match args.what.iter().find(|what| is_meant_as_path(what)) {
            Some(path) => Stop::new(
                Exit::NothingFound,
                format!("there is no file or folder {path}"),
            ),
            None => nothing_found(&words, songs_in_all(context)),
        };
    }
    for (wanted, miss) in choice.missing().take(MAX_NAMED) {
        context
            .out
            .warn(format!("{}: {}.", wanted.label(), miss.words()));
    }
    let what = described(&choice.chosen, &words);
    let is_away = |(_, miss): (_, Miss)| miss == Miss::RootAway;
    if !choice.rows.is_empty() && choice.missing().all(is_away) {
        return Stop::new(
            Exit::RootAway,
            format!("the music folder of {what} is away"),
        )
        .hint("`standin root ls` tells where it was");
    }
    Stop::new(
        Exit::NothingFound,
        format!("there is nothing to play in {what}"),
    )
}

fn songs_in_all(context: &Context) -> u64 {
    let reader = context.library().reader();
    reader.and_then(|reader| reader.song_count()).unwrap_or(0)
}

/// Words that only a path would begin or end with.
/// Whether it is something in a network: `https://…`, `spotify:playlist:…`.
pub fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("spotify:")
}

fn is_meant_as_path(text: &str) -> bool {
    let begins = ["/", "./", "../", "~/"]
        .iter()
        .any(|start| text.starts_with(start));
    begins || text.contains('/') && Path::new(text).extension().is_some()
}

/// What was chosen.
fn told(choice: &Choice, songs: &[Arc<Song>]) -> String {
    let first = songs.first().map_or(String::new(), |song| named(song));
    match &choice.chosen {
        Chosen::File(_) if songs.len() == 1 => first,
        Chosen::Search if songs.len() == 1 => first,
        Chosen::Search => format!("{} that fit, {first} first", counted(songs.len(), "song")),
        chosen => format!(
            "{}: {}",
            described(chosen, ""),
            counted(songs.len(), "song")
        ),
    }
}

/// How many rows of it are stepped over.
fn say_missing(choice: &Choice, standing: &StandIns, out: &Out) {
    let rows = choice.rows.iter().enumerate();
    let missing: Vec<_> = rows
        .filter(|(at, _)| standing.of_row(*at).is_none())
        .filter_map(|(_, (wanted, verdict))| Some((wanted, verdict.miss()?)))
        .collect();
    if !missing.is_empty() {
        let (missing, rows) = (missing.len(), choice.rows.len());
        out.say(format!("Stepping over {missing} of {rows} rows:"));
    }
    let named = if out.verbose {
        missing.len()
    } else {
        MAX_NAMED
    };
    for (wanted, miss) in missing.iter().take(named) {
        out.say(format!("  {} ({})", wanted.label(), miss.words()));
    }
    if missing.len() > named {
        out.say(format!(
            "  … and {} more; -v names all",
            missing.len() - named
        ));
    }
    for note in &choice.notes {
        out.note(note);
    }
}

fn described(chosen: &Chosen, words: &str) -> String {
    let quoted = |name: &str| format!("“{name}”");
    let path = |path: &Path| path.display().to_string();
    match chosen {
        Chosen::File(file) => path(file),
        Chosen::Folder(folder) => format!("the folder {}", path(folder)),
        Chosen::Paths(count) => counted(*count, "path"),
        Chosen::PlaylistFile(file) => format!("the playlist {}", path(file)),
        Chosen::Playlist(name) => format!("the playlist {}", quoted(name)),
        Chosen::Album(name) => format!("the album {}", quoted(name)),
        Chosen::Artist(name) => format!("all of {}", quoted(name)),
        Chosen::Lines => "the list on stdin".into(),
        Chosen::Everything => "everything".into(),
        Chosen::Search => quoted(words),
    }
}

/// Without words: the queue goes on.
fn go_on(args: Args, context: &mut Context) -> Outcome {
    let sound = args.sound.settle(context);
    let here = match resume(context)? {
        GoingOn::With(here) => here,
        GoingOn::Nothing { away: 0, .. } => {
            return Err(no_queue());
        }
        GoingOn::Nothing { away, .. } => return Err(all_away(away)),
    };
    let mut session = Session::going_on(here, sound);
    if let Some(at_ms) = args.from {
        session.at_ms = Some(at_ms);
    }
    session.repeat |= args.repeat;
    play_on(session, context)
}

/// Nothing of the queue is here, and this many of its songs are in a folder that is away.
pub fn all_away(songs: usize) -> Stop {
    let songs = counted(songs, "song");
    let message = format!("your music folder is away, and {songs} of the queue with it");
    Stop::new(Exit::RootAway, message)
        .hint("`standin root ls` tells where it was; the queue waits for it")
}

/// What there is of the saved queue; one that cannot be read is as none.
pub fn resume(context: &Context) -> Result<GoingOn, Stop> {
    match Saved::load_around_place(&context.places.state) {
        Ok(Some(queue)) => {
            if queue.damaged() > 0 {
                context.out.warn(queue_damaged(queue.damaged()));
            }
            return Ok(GoingOn::find(queue, &context.library())?);
        }
        Ok(None) => {}
        Err(error @ SavedError::Newer { .. }) => context.out.warn(set_aside(&error, context)?),
        Err(error) => context.out.warn(format!("{error}; it is left out.")),
    }
    Ok(GoingOn::Nothing {
        rows: 0,
        away: 0,
        here: Box::default(),
    })
}

/// What became of a queue that only a newer standin can read: ours must not be written over it.
fn set_aside(error: &SavedError, context: &Context) -> Result<String, Stop> {
    let aside = Saved::set_newer_aside(&context.places.state);
    let aside = aside.map_err(|error| Stop::failed(error.to_string()))?;
    Ok(match aside {
        Some(aside) => format!("{error}; it is kept as {}.", aside.display()),
        None => format!("{error}, which keeps it; it is left out."),
    })
}

/// Plays on, and says where.
pub fn play_on(session: Session, context: &mut Context) -> Outcome {
    let opened = session.open(context)?;
    let session = opened.session();
    if let Rest::Holes(holes) = &session.rest
        && !holes.is_empty()
    {
        let rows = session.songs.len() + holes.len();
        context.out.say(not_here(holes.len(), rows));
    }
    let place = match session.at_ms {
        None | Some(0) => String::new(),
        Some(at_ms) => format!(" at {}", clock(at_ms)),
    };
    let first = opened.first().map_or(String::new(), named);
    context.out.say(format!("Going on with {first}{place}."));
    opened.play(context)
}

/// Seconds, `M:SS` or `H:MM:SS` as ms.
pub fn parse_position(text: &str) -> Result<u64, String> {
    let wrong = || "a place in a song is 90, 1:30 or 1:02:03".to_owned();
    let parts: Vec<&str> = text.split(':').collect();
    let (last, front) = parts.split_last().ok_or_else(wrong)?;
    let seconds: f64 = last.parse().map_err(|_| wrong())?;
    let in_range = |seconds: f64| {
        seconds.is_finite() && seconds >= 0.0 && (front.is_empty() || seconds < 60.0)
    };
    if !in_range(seconds) || front.len() > 2 {
        return Err(wrong());
    }
    let mut minutes: u64 = 0;
    for part in front {
        minutes = minutes
            .checked_mul(60)
            .zip(part.parse::<u32>().ok())
            .and_then(|(all, part)| all.checked_add(part.into()))
            .ok_or_else(wrong)?;
    }
    Ok(minutes
        .saturating_mul(60_000)
        .saturating_add((seconds * 1000.0) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_song() {
        for (text, ms) in [
            ("90", 90_000),
            ("1:30", 90_000),
            ("1:02:03.5", 3_723_500),
            ("0", 0),
        ] {
            assert_eq!(parse_position(text), Ok(ms));
        }
        for text in ["", "x", "-1", "1:60", "1:2:3:4", "1:-2", "nan", "inf"] {
            assert!(parse_position(text).is_err(), "{text}");
        }
    }
}
