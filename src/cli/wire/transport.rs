//! `pause`, `next`, `seek` and their kin.

use super::heard::{Heard, ms, tell};
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Remote, Words};
use std::str::FromStr;

/// Songs that one `seekthrough` may step over.
const MAX_STEPS: usize = 10_000;

/// Go to a place in the song: `1:02`, `+10`, `-1:00`, `50%`
#[derive(clap::Args)]
pub struct SeekArgs {
    /// Where to: [HH:][MM:]SS or a percentage; with + or - from here
    #[arg(value_name = "[+-]TIME|PERCENT%", allow_hyphen_values = true)]
    to: Jump,
}

/// Go forward or back by a time, also into the songs after and before
#[derive(clap::Args)]
pub struct ThroughArgs {
    /// How far: [HH:][MM:]SS, back with -
    #[arg(value_name = "[+-]TIME", allow_hyphen_values = true)]
    by: Jump,
}

/// A place in a song.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Jump {
    /// From where the song is now, forward or back.
    sign: Option<i64>,
    length: Length,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Length {
    Ms(u64),
    Percent(f64),
}

impl FromStr for Jump {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a place is 1:02, +10, -1:00:00 or 50%".to_owned();
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (Some(1), rest),
            Some(("-", rest)) => (Some(-1), rest),
            _ => (None, text),
        };
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong());
        }
        let length = match rest.strip_suffix('%') {
            Some(percent) => {
                let percent: f64 = percent.parse().map_err(|_| wrong())?;
                let fits = (0.0..=100.0).contains(&percent);
                Length::Percent(Some(percent).filter(|_| fits).ok_or_else(wrong)?)
            }
            None => Length::Ms(crate::cli::play::parse_position(rest).map_err(|_| wrong())?),
        };
        Ok(Self { sign, length })
    }
}

impl Jump {
    fn from(self, elapsed_ms: u64, length_ms: Option<u64>) -> Result<u64, Stop> {
        let far = match (self.length, length_ms) {
            (Length::Ms(ms), _) => ms,
            (Length::Percent(percent), Some(length)) => (length as f64 * percent / 100.0) as u64,
            (Length::Percent(_), None) => {
                return Err(Stop::failed("how long the song is is not known"));
            }
        };
        let to = match self.sign {
            None => far,
            Some(1) => elapsed_ms.saturating_add(far),
            Some(_) => elapsed_ms.saturating_sub(far),
        };
        Ok(length_ms.map_or(to, |length| to.min(length)))
    }
}

/// A command without or with one argument, and what plays then.
pub fn ask(name: &str, arg: Option<&str>, remote: &mut Remote, context: &mut Context) -> Outcome {
    let words = arg.into_iter().fold(Words::new(name), Words::with);
    remote.ask(words)?;
    tell(remote, context)
}

pub fn toggle(remote: &mut Remote, context: &mut Context) -> Outcome {
    match Heard::ask(remote)?.state() {
        "play" => ask("pause", Some("1"), remote, context),
        _ => ask("play", None, remote, context),
    }
}

pub fn seek(args: &SeekArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let heard = playing(remote)?;
    let to = args
        .to
        .from(heard.elapsed_ms(), ms(&heard.status, "duration"))?;
    let at = heard.status.number("song").unwrap_or(0);
    seek_to(at, to, remote)?;
    tell(remote, context)
}

/// Something that plays or waits: elsewhere there is no place to seek from.
fn playing(remote: &mut Remote) -> Result<Heard, Stop> {
    let heard = Heard::ask(remote)?;
    match heard.state() {
        "stop" => Err(Stop::failed("nothing is playing")),
        _ => Ok(heard),
    }
}

fn seek_to(position: usize, at_ms: u64, remote: &mut Remote) -> Result<(), Stop> {
    let seconds = format!("{}.{:03}", at_ms / 1_000, at_ms % 1_000);
    let words = Words::new("seek").with(position.to_string()).with(seconds);
    remote.ask(words)?;
    Ok(())
}

pub fn seek_through(args: &ThroughArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let Length::Ms(far) = args.by.length else {
        return Err(Stop::new(
            Exit::Usage,
            "seekthrough takes a time, and no percentage",
        ));
    };
    let heard = playing(remote)?;
    let queued: usize = heard.status.number("playlistlength").unwrap_or(0);
    let at: usize = heard.status.number("song").unwrap_or(0);
    let mut length_of = |at: usize| -> Result<u64, Stop> {
        let song = remote.ask(Words::new("playlistinfo").with(at.to_string()))?;
        Ok(ms(&song, "duration").unwrap_or(0))
    };
    let (at, to) = match args.by.sign {
        Some(-1) => back(at, heard.elapsed_ms(), far, &mut length_of)?,
        _ => forward(
            at,
            heard.elapsed_ms().saturating_add(far),
            queued,
            &mut length_of,
        )?,
    };
    seek_to(at, to, remote)?;
    tell(remote, context)
}

/// The song that so many ms from the beginning of song `at` fall into; the end of the last one where they lead beyond.
fn forward(
    mut at: usize,
    mut ms: u64,
    queued: usize,
    length_of: &mut dyn FnMut(usize) -> Result<u64, Stop>,
) -> Result<(usize, u64), Stop> {
    for _ in 0..MAX_STEPS {
        let length = length_of(at)?;
        if ms < length {
            return Ok((at, ms));
        }
        if at + 1 >= queued {
            return Ok((at, length));
        }
        (at, ms) = (at + 1, ms - length);
    }
    Ok((at, 0))
}

/// The same backwards; the beginning of the first song where it leads beyond.
fn back(
    mut at: usize,
    mut elapsed: u64,
    mut far: u64,
    length_of: &mut dyn FnMut(usize) -> Result<u64, Stop>,
) -> Result<(usize, u64), Stop> {
    for _ in 0..MAX_STEPS {
        if far <= elapsed || at == 0 {
            return Ok((at, elapsed.saturating_sub(far)));
        }
        (at, far) = (at - 1, far - elapsed);
        elapsed = length_of(at)?;
    }
    Ok((at, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(text: &str) -> u64 {
        let jump: Jump = text.parse().unwrap();
        jump.from(60_000, Some(200_000)).unwrap()
    }

    #[test]
    fn places() {
        for (text, ms) in [
            ("1:02", 62_000),
            ("90", 90_000),
            ("+10", 70_000),
            ("-10", 50_000),
            ("-1:10", 0),
            ("+1:00:00", 200_000),
            ("50%", 100_000),
            ("+10%", 80_000),
            ("-50%", 0),
        ] {
            assert_eq!(to(text), ms, "{text}");
        }
        for text in ["", "+", "x", "1:60", "101%", "-%", "+-1", "nan%", "é"] {
            assert!(text.parse::<Jump>().is_err(), "{text}");
        }
        let percent: Jump = "5%".parse().unwrap();
        assert!(percent.from(0, None).is_err());
    }

    #[test]
    fn through_songs() {
        let mut length = |at: usize| Ok([10, 20, 30][at]);
        let mut ahead = |at, ms| forward(at, ms, 3, &mut length).unwrap();
        assert_eq!(ahead(0, 9), (0, 9));
        assert_eq!(ahead(0, 10), (1, 0));
        assert_eq!(ahead(0, 35), (2, 5));
        assert_eq!(ahead(1, 500), (2, 30));
        let mut behind = |at, elapsed, far| back(at, elapsed, far, &mut length).unwrap();
        assert_eq!(behind(2, 5, 5), (2, 0));
        assert_eq!(behind(2, 5, 6), (1, 19));
        assert_eq!(behind(2, 5, 26), (0, 9));
        assert_eq!(behind(2, 5, 500), (0, 0));
    }
}
