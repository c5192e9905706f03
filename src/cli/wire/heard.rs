//! What a server plays, as mpc shows it and as JSON: three lines, a song by a format. It asks and prints.

use super::ending::Ending;
use crate::cli::format::Format;
use crate::cli::guard::Guard;
use crate::cli::songs::{insert_uri, print_line};
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Pairs, Remote};
use crate::music::{Printable, Uri};
use serde_json::{Value, json};

/// How mpc shows a song where no format is given.
const USUAL: &str = "[%name%: &[%artist% - ]%title%]|%name%|[%artist% - ]%title%|%file%";

/// Names of mpc(1) that stand for a tag, and the tag on the wire.
const TAGS: &[(&str, &str)] = &[
    ("artist", "Artist"),
    ("title", "Title"),
    ("album", "Album"),
    ("albumartist", "AlbumArtist"),
    ("track", "Track"),
    ("disc", "Disc"),
    ("date", "Date"),
    ("originaldate", "OriginalDate"),
    ("genre", "Genre"),
    ("composer", "Composer"),
    ("performer", "Performer"),
    ("comment", "Comment"),
    ("name", "Name"),
    ("musicbrainz_trackid", "MUSICBRAINZ_TRACKID"),
    ("id", "Id"),
    ("prio", "Prio"),
    ("mtime", "Last-Modified"),
];

/// What the name of a song begins with that stands in for another one; see [`crate::music::Origin::stand_in`].
const STAND_IN: &str = "stand-in for ";

/// The format that was typed, else that of `MPC_FORMAT`, else the usual one.
pub fn format_or_usual(typed: Option<&Format>) -> Result<Format, Stop> {
    if let Some(format) = typed {
        return Ok(format.clone());
    }
    let set = std::env::var("MPC_FORMAT")
        .ok()
        .filter(|set| !set.is_empty());
    let text = set.as_deref().unwrap_or(USUAL);
    text.parse()
        .map_err(|error| Stop::new(Exit::Usage, format!("MPC_FORMAT: {error}")))
}

/// What a name of a format stands for. Text is printable; the address is the real one.
pub fn value(song: &Pairs, name: &str) -> Option<Vec<u8>> {
    let all = |tag: &str| {
        let values = song.0.iter().filter(|(known, _)| known == tag);
        let values: Vec<_> = values
            .map(|(_, value)| String::from_utf8_lossy(value))
            .collect();
        Printable::new(&values.join(", ")).to_string().into_bytes()
    };
    match name {
        "file" => Some(song.bytes("file").unwrap_or_default().to_vec()),
        "position" => Some(match song.number::<usize>("Pos") {
            Some(at) => (at + 1).to_string().into_bytes(),
            None => Vec::new(),
        }),
        "time" => Some(length_ms(song).map_or(Vec::new(), |ms| minutes(ms / 1_000).into_bytes())),
        "mdate" => Some(
            all("Last-Modified")
                .into_iter()
                .take("YYYY-MM-DD".len())
                .collect(),
        ),
        name => {
            let (_, tag) = TAGS.iter().find(|(known, _)| *known == name)?;
            Some(all(tag))
        }
    }
}

/// One line of the answer by a format.
pub fn print(song: &Pairs, format: &Format, context: &mut Context) -> Result<(), Stop> {
    print_line(format, &|name| value(song, name), &mut context.out)
}

/// As mpc writes times: minutes without end.
fn minutes(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn length_ms(song: &Pairs) -> Option<u64> {
    ms(song, "duration").or_else(|| Some(song.number::<u64>("Time")? * 1_000))
}

/// Seconds with a fraction as ms.
pub fn ms(pairs: &Pairs, name: &str) -> Option<u64> {
    let seconds: f64 = pairs.number(name)?;
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds * 1_000.0).round() as u64)
}

/// A song as JSON tells it everywhere on the wire.
pub fn json_of(song: &Pairs) -> Value {
    let text = |name| song.text(name).unwrap_or_default();
    let artists = song.0.iter().filter(|(name, _)| name == "Artist");
    let artists: Vec<_> = artists
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect();
    let mut value = json!({
        "title": text("Title"), "artists": artists, "album": text("Album"), "length_ms": length_ms(song),
        "row": song.number::<usize>("Pos").map_or(1, |at| at + 1),
    });
    if let Some(stand_in) = song.text("Name").filter(|name| name.starts_with(STAND_IN)) {
        value["stand_in"] = stand_in.into();
    }
    insert_uri(
        &mut value,
        "uri",
        &Uri::new(song.bytes("file").unwrap_or_default()),
    );
    value
}

/// What a server says of itself.
pub struct Heard {
    /// `status`.
    pub status: Pairs,
    /// `currentsong`.
    pub song: Pairs,
    /// Of its guard, where one is on.
    guard: Option<Guard>,
    /// Of the end of its queue, where it knows of that.
    ending: Option<Ending>,
}

impl Heard {
    /// Asks.
    pub fn ask(remote: &mut Remote) -> Result<Self, Stop> {
        Ok(Self {
            status: remote.ask("status")?,
            song: remote.ask("currentsong")?,
            guard: None,
            ending: None,
        })
    }

    /// Asks for the guard, too.
    fn ask_all(remote: &mut Remote) -> Result<Self, Stop> {
        let guard = Guard::ask(remote)?;
        let ending = Ending::ask(remote)?;
        Ok(Self {
            guard,
            ending,
            ..Self::ask(remote)?
        })
    }

    fn is_on(&self, mode: &str) -> bool {
        self.status.text(mode).is_some_and(|value| value != "0")
    }

    /// `on`, `off` or `once`.
    pub fn mode(&self, mode: &str) -> &'static str {
        match self.status.text(mode).as_deref() {
            Some("oneshot") => "once",
            Some("1") => "on",
            _ => "off",
        }
    }

    /// The state as the wire says it; what is no known one is `stop`.
    pub fn state(&self) -> &'static str {
        match self.status.text("state").as_deref() {
            Some("play") => "play",
            Some("pause") => "pause",
            _ => "stop",
        }
    }

    /// The lines that mpc prints below the song.
    fn lines(&self) -> Vec<String> {
        let status = &self.status;
        let state = match self.state() {
            "play" => Some("[playing]"),
            "pause" => Some("[paused] "),
            _ => None,
        };
        let volume = status.number::<u8>("volume");
        let volume = volume.map_or("volume: n/a".into(), |percent| {
            format!("volume:{percent:3}%")
        });
        let modes = format!(
            "{volume}   repeat: {:<6}random: {:<6}single: {:<6}consume: {:<3}",
            self.mode("repeat"),
            self.mode("random"),
            self.mode("single"),
            self.mode("consume"),
        );
        let updating = status.number::<u64>("updating_db");
        let updating = updating.map(|job| format!("Updating DB (#{job}) ..."));
        let error = status.text("error").map(|error| format!("ERROR: {error}"));
        let place = state.map(|state| format!("{state} {}", self.place()));
        let guard = self.guard.as_ref().map(Guard::line);
        let ending = self.ending.as_ref().and_then(Ending::line);
        [place, updating, Some(modes), ending, error, guard]
            .into_iter()
            .flatten()
            .collect()
    }

    /// `#3/41   0:07/3:20 (3%)`.
    fn place(&self) -> String {
        let status = &self.status;
        let at = status.number::<usize>("song").map_or(0, |at| at + 1);
        let queued = status.number::<usize>("playlistlength").unwrap_or(0);
        let elapsed = self.elapsed_ms() / 1_000;
        let length = ms(status, "duration").map_or(0, |ms| ms / 1_000);
        let percent = (elapsed * 100).checked_div(length).unwrap_or(0);
        format!(
            "#{at}/{queued} {:>6}/{} ({percent}%)",
            minutes(elapsed),
            minutes(length)
        )
    }

    /// How much of the song was heard.
    pub fn elapsed_ms(&self) -> u64 {
        ms(&self.status, "elapsed").unwrap_or(0)
    }

    /// As `status --json` tells it.
    fn json(&self, songs: u64) -> Value {
        let status = &self.status;
        let current = (self.state() != "stop" || !self.song.0.is_empty()).then(|| {
            let mut current = json_of(&self.song);
            current["elapsed_ms"] = self.elapsed_ms().into();
            current
        });
        let mut value = json!({
            "state": self.state(),
            "songs": songs,
            "queue": status.number::<u64>("playlistlength").unwrap_or(0),
            "current": current,
            "volume": status.number::<u8>("volume"),
            "repeat": self.is_on("repeat"),
            "random": self.is_on("random"),
            "single": self.mode("single"),
            "consume": self.mode("consume"),
            "crossfade_s": status.number::<u64>("xfade").unwrap_or(0),
            "updating": status.number::<u64>("updating_db").is_some(),
            "error": status.text("error"),
        });
        if let Some(ending) = &self.ending {
            ending.insert_into(&mut value);
        }
        if let Some(guard) = &self.guard {
            value["guard"] = guard.json();
        }
        value
    }
}

/// Prints what plays now: mpc's lines, or JSON. What changed something is silent with `--quiet`.
pub fn tell(remote: &mut Remote, context: &mut Context) -> Outcome {
    match context.out.quiet {
        true => Ok(Exit::Done),
        false => tell_as(None, remote, context),
    }
}

/// The same by a format, and always.
pub fn tell_as(format: Option<&Format>, remote: &mut Remote, context: &mut Context) -> Outcome {
    let heard = Heard::ask_all(remote)?;
    if context.out.json {
        let songs = remote.ask("stats")?.number("songs").unwrap_or(0);
        context.out.json(heard.json(songs))?;
        return Ok(Exit::Done);
    }
    if heard.state() != "stop" && !heard.song.0.is_empty() {
        print(&heard.song, &format_or_usual(format)?, context)?;
    }
    for line in heard.lines() {
        context.out.line(line)?;
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Pairs {
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.as_bytes().to_vec())
        };
        Pairs(text.lines().map(pair).collect())
    }

    /// Answers of MPD 0.23.12, and what mpc 0.34 printed of them.
    #[test]
    fn the_lines_of_mpc() {
        let status = "volume: 3\nrepeat: 0\nrandom: 0\nsingle: oneshot\nconsume: 0\nplaylistlength: 41\nstate: play\nsong: 2\nelapsed: 4.048\nduration: 8.097";
        let heard = |status| Heard {
            status: pairs(status),
            song: Pairs::default(),
            guard: None,
            ending: None,
        };
        assert_eq!(
            heard(status).lines(),
            [
                "[playing] #3/41   0:04/0:08 (50%)",
                "volume:  3%   repeat: off   random: off   single: once  consume: off",
            ]
        );
        let stopped = "repeat: 0\nrandom: 1\nsingle: 0\nconsume: 0\nplaylistlength: 0\nstate: stop\nerror: Failed to open audio output";
        assert_eq!(
            heard(stopped).lines(),
            [
                "volume: n/a   repeat: off   random: on    single: off   consume: off",
                "ERROR: Failed to open audio output",
            ]
        );
        // Whatever a server says.
        heard("state: x\nelapsed: nan\nduration: -1\nsong: 18446744073709551614\nvolume: 999\nstate: play").lines();
    }

    #[test]
    fn the_usual_format() {
        let format: Format = USUAL.parse().unwrap();
        for (song, line) in [
            ("file: a.ogg\nTitle: T\nArtist: A\nArtist: B", "A, B - T"),
            ("file: a.ogg\nTitle: T", "T"),
            ("file: a.ogg", "a.ogg"),
        ] {
            let song = pairs(song);
            let told = format.render(&|name| value(&song, name));
            assert_eq!(String::from_utf8(told).unwrap(), line);
        }
    }
}
