//! `queue`, `add`, `insert`, `del`, `move`: the songs that come.

use super::heard::{format_or_usual, json_of, print, tell};
use crate::cli::format::Format;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Pairs, Remote, RemoteError, Words};
use serde_json::{Value, json};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::ops::RangeInclusive;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::str::FromStr;

/// What stdin may hold.
const MAX_STDIN_BYTES: u64 = 16 << 20;

/// MPD's number for a command that needs music.
const PLAYER_SYNC: u32 = 55;

/// The songs of the queue, as `mpc playlist` lists them
#[derive(clap::Args)]
pub struct QueueArgs {
    /// A line a song in mpc's syntax: `%position% [%artist% - ]%title%|%file%`
    #[arg(short, long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
}

/// Put songs into the queue: addresses in the library, files or folders
///
/// Without any they are read from stdin, one a line. `play --add WORDS` finds songs by words.
#[derive(clap::Args)]
pub struct AddArgs {
    /// `Music/Album/song.flac`, a folder, `/` for everything; for a standin on this machine also any file
    #[arg(value_name = "URI|PATH")]
    what: Vec<OsString>,
}

/// Take songs out of the queue
#[derive(clap::Args)]
pub struct DelArgs {
    /// Positions from 1, or `2-5`; 0 is the song that plays
    #[arg(value_name = "POSITION", required = true)]
    positions: Vec<Positions>,
}

/// Move a song of the queue
#[derive(clap::Args)]
pub struct MoveArgs {
    /// Its position, from 1
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    from: u32,
    /// Where it goes
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    to: u32,
}

/// Positions from 1.
#[derive(Clone, Debug, PartialEq)]
struct Positions(RangeInclusive<u32>);

impl FromStr for Positions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a position is 3 or 2-5".to_owned();
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let Some((first, last)) = text.split_once('-') else {
            let at = number(text)?;
            return Ok(Self(at..=at));
        };
        let range = number(first)?..=number(last)?;
        match range.is_empty() || *range.start() == 0 {
            true => Err(wrong()),
            false => Ok(Self(range)),
        }
    }
}

pub fn show(args: &QueueArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let format = format_or_usual(args.format.as_ref())?;
    let mut songs: Vec<Value> = Vec::new();
    let mut song = Pairs::default();
    let mut take = |song: &Pairs| -> Result<(), Stop> {
        match (song.0.is_empty(), context.out.json) {
            (true, _) => {}
            (false, true) => songs.push(json_of(song)),
            (false, false) => print(song, &format, context)?,
        }
        Ok(())
    };
    remote.ask_each("playlistinfo", |name, value| {
        if name == "file" {
            take(&std::mem::take(&mut song))?;
        }
        song.0.push((name, value));
        Ok::<_, Stop>(())
    })?;
    take(&song)?;
    if context.out.json {
        context.out.json(json!({ "songs": songs }))?;
    }
    Ok(Exit::Done)
}

pub fn add(args: AddArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    for address in addresses(args, remote, context)? {
        let added = remote.ask(Words::new("add").with(&address));
        added.map_err(|error| cannot_add(&address, error))?;
    }
    Ok(Exit::Done)
}

/// Behind the song that plays, in the order given.
pub fn insert(args: AddArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let addresses = addresses(args, remote, context)?;
    let before = remote.ask("status")?;
    for address in addresses.iter().rev() {
        let words = || Words::new("add").with(address);
        let added = match remote.ask(words().with("+0")) {
            // Nothing plays that it could come behind: it comes first.
            Err(RemoteError::Refused { refusal }) if refusal.code == PLAYER_SYNC => {
                remote.ask(words().with("0"))
            }
            added => added,
        };
        added.map_err(|error| cannot_add(address, error))?;
    }
    if before.text("random").as_deref() == Some("1") {
        play_soon(&before, remote)?;
    }
    Ok(Exit::Done)
}

/// In shuffled rounds it is the priority that says what comes next.
pub fn play_soon(before: &Pairs, remote: &mut Remote) -> Result<(), Stop> {
    let queued = |status: &Pairs| status.number::<usize>("playlistlength").unwrap_or(0);
    let added = queued(&remote.ask("status")?).saturating_sub(queued(before));
    let first = before.number::<usize>("song").map_or(0, |at| at + 1);
    if added > 0 {
        let range = format!("{first}:{}", first + added);
        remote.ask(Words::new("prio").with("255").with(range))?;
    }
    Ok(())
}

fn cannot_add(address: &[u8], error: RemoteError) -> Stop {
    match error {
        RemoteError::Refused { ref refusal } if refusal.code == super::NO_EXIST => {
            let address = String::from_utf8_lossy(address);
            Stop::new(Exit::NothingFound, format!("there is no {address} to add"))
                .hint("`standin play --add WORDS` finds songs by words")
        }
        error => error.into(),
    }
}

/// What was typed, else the lines of stdin. For our own daemon an existing file goes before an address.
fn addresses(args: AddArgs, remote: &Remote, context: &Context) -> Result<Vec<Vec<u8>>, Stop> {
    let typed = match args.what.is_empty() {
        true => lines_of_stdin()?,
        false => args.what,
    };
    if typed.is_empty() {
        context.out.say("Nothing was named to add.");
    }
    let is_own = remote.address().is_own;
    let address = |typed: OsString| match is_own && typed != "/" {
        true => of_file(&typed).unwrap_or_else(|| typed.into_vec()),
        false => typed.into_vec(),
    };
    Ok(typed.into_iter().map(address).collect())
}

fn of_file(typed: &OsStr) -> Option<Vec<u8>> {
    let path = Path::new(typed);
    let path = path.exists().then(|| std::path::absolute(path).ok())??;
    Some(path.as_os_str().as_bytes().to_vec())
}

fn lines_of_stdin() -> Result<Vec<OsString>, Stop> {
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .take(MAX_STDIN_BYTES)
        .read_to_end(&mut bytes);
    read.map_err(|error| Stop::failed(format!("cannot read the list of songs: {error}")))?;
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines = lines.filter(|line| !line.is_empty());
    Ok(lines
        .map(|line| OsString::from_vec(line.to_vec()))
        .collect())
}

/// From the last on, so that no position moves before its turn.
pub fn delete(args: &DelArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let current: Option<u32> = remote.ask("status")?.number("song");
    let mut positions = Vec::new();
    for Positions(range) in &args.positions {
        match (range.start(), current) {
            (0, Some(current)) => positions.push(current..=current),
            (0, None) => return Err(Stop::failed("nothing is playing")),
            _ => positions.push(range.start() - 1..=range.end() - 1),
        }
    }
    positions.sort_by_key(|range| std::cmp::Reverse(*range.start()));
    let mut lowest = u32::MAX;
    let mut list = Vec::new();
    for range in positions {
        let end = range.end().saturating_add(1).min(lowest);
        lowest = *range.start();
        if lowest < end {
            list.push(Words::new("delete").with(format!("{lowest}:{end}")));
        }
    }
    remote.ask_list(&list)?;
    tell(remote, context)
}

pub fn shift(args: &MoveArgs, remote: &mut Remote) -> Outcome {
    let at = |position: u32| (position - 1).to_string();
    remote.ask(Words::new("move").with(at(args.from)).with(at(args.to)))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        assert_eq!("3".parse(), Ok(Positions(3..=3)));
        assert_eq!("0".parse(), Ok(Positions(0..=0)));
        assert_eq!("2-5".parse(), Ok(Positions(2..=5)));
        for text in ["", "-1", "0-2", "5-2", "x", "1-"] {
            assert!(text.parse::<Positions>().is_err(), "{text}");
        }
    }
}
