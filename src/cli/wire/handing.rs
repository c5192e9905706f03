//! Songs that `play` and `now` have chosen, handed over to the standin that runs already: one desk plays at a time.

use super::heard::{format_or_usual, ms, value};
use super::queue::play_soon;
use crate::cli::everything::Everything;
use crate::cli::songs::json;
use crate::cli::sound::SoundArgs;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Pairs, Remote, RemoteError, Words};
use crate::music::{Origin, Song, Uri, clock};
use std::sync::Arc;

/// Songs that are sent before the music begins; the others follow it.
const FIRST_SONGS: usize = 50;

/// Songs of one list of commands.
const LIST_SONGS: usize = 1_000;

/// Bytes of one list of commands: a quarter of what MPD takes.
const LIST_BYTES: usize = 512 << 10;

/// Songs that are named when the other standin does not have them.
const MAX_NAMED: usize = 10;

/// Where songs go in a queue that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// They replace it, and play.
    Replace,
    /// Behind its last song.
    Append,
    /// Behind the song that plays.
    Next,
}

/// What was asked for beside songs.
pub struct Plan {
    /// Where they go.
    pub how: How,
    /// Where the first one begins, in ms.
    pub from_ms: Option<u64>,
    /// What the other player is told of the sound.
    settings: Vec<Words>,
    /// Where each of the songs comes from.
    origins: Vec<Option<Arc<Origin>>>,
}

impl Plan {
    /// Refuses what only a player of its own could do.
    pub fn new(
        how: How,
        from_ms: Option<u64>,
        repeat: bool,
        sound: &SoundArgs,
    ) -> Result<Self, Stop> {
        if let Some(option) = sound.first_of_a_player() {
            let message = format!(
                "{option} has no effect here: a standin is running, and plays what you ask for"
            );
            return Err(Stop::new(Exit::Usage, message)
                .hint("give it to `standin daemon` when that starts, or end the daemon first"));
        }
        let mut settings = Vec::new();
        if let Some(percent) = sound.volume() {
            settings.push(Words::new("setvol").with(percent.to_string()));
        }
        if let Some(ms) = sound.crossfade_ms() {
            settings.push(Words::new("crossfade").with((ms.div_ceil(1_000)).to_string()));
        }
        if let Some(speed) = sound.speed() {
            settings.push(Words::new("standin_speed").with(speed.to_string()));
        }
        if let Some(at_end) = sound.at_end() {
            settings.push(Words::new("standin_then").with(at_end.word()));
        }
        if repeat {
            settings.push(Words::new("repeat").with("1"));
        }
        Ok(Self {
            how,
            from_ms,
            settings,
            origins: Vec::new(),
        })
    }

    /// Each of the songs comes from there.
    pub fn coming_from_each(self, origins: Vec<Option<Arc<Origin>>>) -> Self {
        Self { origins, ..self }
    }
}

/// Hands songs over.
pub fn hand_over(
    songs: &[Arc<Song>],
    plan: Plan,
    remote: &mut Remote,
    context: &mut Context,
) -> Outcome {
    let before = remote.ask("status")?;
    let behind = before.number::<usize>("song").map_or(0, |at| at + 1);
    let add = |(at, song): (usize, &Arc<Song>)| {
        let words = Words::new("add").with(song.uri().as_bytes());
        match plan.how {
            How::Next => words.with((behind + at).to_string()),
            How::Append | How::Replace => words,
        }
    };
    let mut adds: Vec<Words> = songs.iter().enumerate().map(add).collect();
    if asks_for_origins(remote)? {
        adds = with_origins(adds, &plan.origins);
    }
    let (first, rest) = adds.split_at(FIRST_SONGS.min(adds.len()));
    let mut list = plan.settings;
    if plan.how == How::Replace {
        list.push("clear".into());
    }
    list.extend_from_slice(first);
    let mut refused = send(list, remote)?;
    if plan.how == How::Replace {
        begin(plan.from_ms, remote, context)?;
        tell_heard(&remote.ask("currentsong")?, songs, context)?;
    }
    for part in batches(rest) {
        refused.extend(send(part.to_vec(), remote)?);
    }
    if plan.how == How::Next && before.text("random").as_deref() == Some("1") {
        play_soon(&before, remote)?;
    }
    Ok(tell_refused(&refused, context))
}

/// Hands all of it over: what comes behind is looked for while the first of it plays.
pub fn hand_over_everything(
    mut songs: Everything,
    origin: Origin,
    plan: Plan,
    remote: &mut Remote,
    context: &mut Context,
) -> Outcome {
    let (origin, others) = (Some(Arc::new(origin)), songs.others());
    let origins = |songs: &[Arc<Song>]| vec![origin.clone(); songs.len()];
    let plan = plan.coming_from_each(origins(&songs.first));
    let exit = hand_over(&songs.first, plan, remote, context)?;
    let Some(find) = others else { return Ok(exit) };
    let songs = find()?;
    let plan = Plan {
        how: How::Append,
        from_ms: None,
        settings: Vec::new(),
        origins: origins(&songs),
    };
    Ok(exit.or_worse(hand_over(&songs, plan, remote, context)?))
}

/// A standin of an older version does not ask where songs come from.
fn asks_for_origins(remote: &mut Remote) -> Result<bool, Stop> {
    match remote.ask(from(None)) {
        Ok(_) => Ok(true),
        Err(RemoteError::Refused { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What is added from now on comes from there.
fn from(origin: Option<&Origin>) -> Words {
    let text = origin.map_or(String::new(), ToString::to_string);
    Words::new("standin_from").with(text)
}

/// Where songs come from is said before the first of each that come from one place.
fn with_origins(adds: Vec<Words>, origins: &[Option<Arc<Origin>>]) -> Vec<Words> {
    let mut all = Vec::with_capacity(adds.len());
    let mut said = None;
    for (at, add) in adds.into_iter().enumerate() {
        let origin = origins.get(at).and_then(Option::as_deref);
        if origin != said {
            all.push(from(origin));
            said = origin;
        }
        all.push(add);
    }
    all
}

fn begin(from_ms: Option<u64>, remote: &mut Remote, context: &Context) -> Result<(), Stop> {
    if remote.ask("status")?.number("playlistlength") == Some(0) {
        return Err(Stop::new(
            Exit::NothingFound,
            "the standin that runs has none of these songs",
        ));
    }
    match from_ms {
        Some(ms) => {
            remote.ask(Words::new("seek").with("0").with(seconds(ms)))?;
        }
        None => {
            remote.ask(Words::new("play").with("0"))?;
            tell_where(remote, context)?;
        }
    }
    Ok(())
}

/// Where a long song goes on that was left before.
fn tell_where(remote: &mut Remote, context: &Context) -> Result<(), Stop> {
    let Some(id) = remote.ask("currentsong")?.text("Id") else {
        return Ok(());
    };
    let why = match remote.ask(Words::new("standin_why").with(id)) {
        Ok(why) => why,
        // It plays something else by now.
        Err(RemoteError::Refused { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if let Some(at_ms) = ms(&why, "went_on_at") {
        let told = format!("Going on at {}.", clock(at_ms));
        context.out.say(told);
    }
    Ok(())
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// As many commands at once as a server takes.
fn batches(mut rest: &[Words]) -> impl Iterator<Item = &[Words]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |words: &&Words| {
            bytes += words.size();
            bytes <= LIST_BYTES
        };
        let count = rest.iter().take(LIST_SONGS).take_while(fits).count();
        let (part, behind) = rest.split_at(count.max(1).min(rest.len()));
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
}

/// Sends a list; a song that the other does not have is stepped over. Gives those.
fn send(mut list: Vec<Words>, remote: &mut Remote) -> Result<Vec<Words>, Stop> {
    let mut refused = Vec::new();
    while !list.is_empty() {
        match remote.ask_list(&list) {
            Ok(_) => break,
            Err(RemoteError::Refused { refusal })
                if refusal.code == super::NO_EXIST && refusal.at < list.len() =>
            {
                let rest = list.split_off(refusal.at + 1);
                refused.extend(list.pop());
                list = rest;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(refused)
}

fn tell_refused(refused: &[Words], context: &Context) -> Exit {
    for words in refused.iter().take(MAX_NAMED) {
        let told = format!("the standin that runs does not have {}.", words.first_arg());
        context.out.warn(told);
    }
    match refused.len() {
        0 => Exit::Done,
        count if count > MAX_NAMED => {
            let more = count - MAX_NAMED;
            context.out.say(format!("  … and {more} more"));
            Exit::Partial
        }
        _ => Exit::Partial,
    }
}

/// As JSON, what is heard now: as a player of its own tells it.
fn tell_heard(heard: &Pairs, songs: &[Arc<Song>], context: &mut Context) -> Result<(), Stop> {
    if !context.out.json {
        return Ok(());
    }
    let uri = Uri::new(heard.bytes("file").unwrap_or_default());
    let song = match songs.iter().find(|song| song.uri() == uri) {
        Some(song) => Some(song.clone()),
        None => song_of(&uri, context)?,
    };
    match song {
        Some(song) => Ok(context.out.json(json(&song))?),
        None => Ok(()),
    }
}

/// The song of an address, be it a file from anywhere.
fn song_of(uri: &Uri, context: &Context) -> Result<Option<Arc<Song>>, Stop> {
    let library = context.library();
    if let Some(song) = library.song_of_uri(uri)? {
        return Ok(Some(Arc::new(song)));
    }
    match uri.absolute() {
        Some(path) => Ok(library.songs_at(&path)?.into_iter().next()),
        None => Ok(None),
    }
}

/// The queue of the other goes on; `None`: there is none. Gives what plays then.
pub fn go_on(
    plan: &Plan,
    remote: &mut Remote,
    context: &mut Context,
) -> Result<Option<String>, Stop> {
    if remote.ask("status")?.number("playlistlength") == Some(0) {
        return Ok(None);
    }
    let mut list = plan.settings.clone();
    list.push("play".into());
    if let Some(ms) = plan.from_ms {
        list.push(Words::new("seekcur").with(seconds(ms)));
    }
    remote.ask_list(&list)?;
    let song = remote.ask("currentsong")?;
    tell_heard(&song, &[], context)?;
    let line = format_or_usual(None)?.render(&|name| value(&song, name));
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_songs_go_in_lists() {
        let counts = |words: &[Words]| batches(words).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(counts(&[]), [0; 0]);
        let short = vec![Words::new("add").with("x"); LIST_SONGS + 1];
        assert_eq!(counts(&short), [LIST_SONGS, 1]);
        let long = vec![Words::new("add").with("x".repeat(LIST_BYTES)); 2];
        assert_eq!(counts(&long), [1, 1]);
    }
}
