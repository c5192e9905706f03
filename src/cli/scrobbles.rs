//! What was heard, for those who keep such lists: `.scrobbler.log`, as portable players write it, and what ListenBrainz
//! takes. Nothing here sends anything.
//!
//! Sources: AUDIOSCROBBLER/1.1 (audioscrobbler.net, "Portable Player Logging"); ListenBrainz, `POST /1/submit-listens`.

use super::out::counted;
use super::{Context, Exit, Outcome, Stop, harmless};
use crate::library::person::{HandedOut, Mark, Person, Told};
use crate::music::{Printable, Wanted};
use crate::player::enough_ms;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Listens of one submission: ListenBrainz takes no more. Lines are read as many at a time.
const MAX_AT_ONCE: usize = 1_000;

/// How it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    ScrobblerLog,
    ListenBrainz,
}

impl Way {
    /// The name of its mark.
    fn name(self) -> &'static str {
        match self {
            Self::ScrobblerLog => "scrobbles",
            Self::ListenBrainz => "listenbrainz",
        }
    }

    fn head(self) -> String {
        match self {
            Self::ScrobblerLog => format!(
                "#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/standin {}\n",
                env!("CARGO_PKG_VERSION")
            ),
            Self::ListenBrainz => String::new(),
        }
    }

    /// Songs as text, and how many of them it holds.
    fn written(self, lines: &[Told]) -> io::Result<(Vec<u8>, usize)> {
        match self {
            Self::ScrobblerLog => {
                let rows: Vec<String> = lines.iter().filter_map(log_row).collect();
                Ok((rows.concat().into_bytes(), rows.len()))
            }
            Self::ListenBrainz => {
                let listens: Vec<Value> = lines.iter().filter_map(listen).collect();
                let count = listens.len();
                let mut text = Vec::new();
                if count > 0 {
                    let submission = json!({ "listen_type": "import", "payload": listens });
                    harmless::write(&mut text, &submission)?;
                    text.push(b'\n');
                }
                Ok((text, count))
            }
        }
    }
}

/// Where to.
pub enum To {
    Stdout,
    /// `force`: in place of what it holds.
    File {
        file: PathBuf,
        force: bool,
    },
}

/// Hands out all that was heard, or with `new` what was not handed out in this way before.
pub fn hand_out(way: Way, to: &To, new: bool, context: &mut Context) -> Outcome {
    let handed = match new {
        true => Some(HandedOut::lock(&context.places.state)?.ok_or_else(busy)?),
        false => None,
    };
    let mut mark = match &handed {
        Some(handed) => handed.mark(way.name())?,
        None => None,
    };
    let person = context.library().person_reader()?;
    let told = match to {
        To::Stdout => {
            let out = &mut context.out;
            out.document(way.head().as_bytes())?;
            let told = write_all(way, &person, &mut mark, |text| out.document(text))?;
            out.flush()?;
            told
        }
        To::File { file, force } => write_file(way, &person, &mut mark, file, (*force, new))?,
    };
    // Only now: what is taken from here is on the disk, or went into the pipe.
    if let (Some(handed), Some(mark)) = (&handed, mark) {
        handed.put_mark(way.name(), mark)?;
    }
    say(&told, to, context);
    Ok(Exit::Done)
}

/// Writes all that was heard into a file that is not there yet, and says nothing; how many songs.
pub fn write_all_of(way: Way, person: &Person, file: &Path) -> Result<usize, Stop> {
    let told = write_file(way, person, &mut None, file, (false, false))?;
    Ok(told.written)
}

fn busy() -> Stop {
    Stop::failed("another standin is handing out what was heard").hint("try again when it is done")
}

/// How many songs were written, and how many have too few names.
#[derive(Default)]
struct Count {
    written: usize,
    left_out: usize,
}

/// From the mark on, which moves along.
fn write_all(
    way: Way,
    person: &Person,
    mark: &mut Option<Mark>,
    mut put: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<Count, Stop> {
    let mut count = Count::default();
    loop {
        let lines = person.heard_since(*mark, MAX_AT_ONCE)?;
        let Some(last) = lines.last() else {
            return Ok(count);
        };
        *mark = Some((&last.heard).into());
        let (text, written) = way.written(&lines)?;
        put(&text)?;
        count.written += written;
        count.left_out += lines
            .iter()
            .filter(|line| names(&line.song).is_none())
            .count();
    }
}

/// With `new` behind what the file holds; what fails leaves it as it was.
fn write_file(
    way: Way,
    person: &Person,
    mark: &mut Option<Mark>,
    path: &Path,
    (force, new): (bool, bool),
) -> Result<Count, Stop> {
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::failed(format!("{} is there already", Printable::path(path)))
                .hint("--force writes over it, and --new behind what it holds")
        }
        _ => Stop::failed(format!("cannot write {}: {error}", Printable::path(path))),
    };
    let mut options = File::options();
    match (force, new) {
        (true, _) => options.write(true).create(true).truncate(true),
        (false, true) => options.append(true).create(true),
        (false, false) => options.write(true).create_new(true),
    };
    let mut file = options.open(path).map_err(cannot)?;
    let before = file.metadata().map_err(cannot)?.len();
    let mut write = || {
        if before == 0 {
            file.write_all(way.head().as_bytes()).map_err(cannot)?;
        }
        let mut failed = None;
        let told = write_all(way, person, mark, |text| {
            file.write_all(text)
                .inspect_err(|error| failed = Some(error.kind()))
        });
        if let Some(kind) = failed {
            return Err(cannot(kind.into()));
        }
        file.sync_all().map_err(cannot)?;
        told
    };
    let told = write();
    if told.is_err() {
        // Nothing better can be done where this fails too.
        file.set_len(before).ok();
    }
    told
}

fn say(told: &Count, to: &To, context: &Context) {
    let out = &context.out;
    if let To::File { file, .. } = to {
        let songs = counted(told.written, "song");
        out.say(format!("Wrote {songs} to {}.", Printable::path(file)));
    }
    if told.left_out > 0 {
        let songs = counted(told.left_out, "song");
        out.say(format!("Left out {songs} without an artist or a title."));
    }
}

/// A song that has the names that these lists ask for.
fn names(song: &Wanted) -> Option<(String, &str)> {
    let artist = song.artists.join(", ");
    let has_both = !artist.is_empty() && !song.title.is_empty();
    has_both.then_some((artist, &*song.title))
}

/// When it began, in seconds since 1970: what counts does so once enough of it was heard.
fn began_s(line: &Told) -> i64 {
    let heard_ms = match line.heard.to_the_end {
        true => i64::try_from(enough_ms(line.song.length_ms)).unwrap_or(0),
        false => 0,
    };
    line.heard.at_ms.saturating_sub(heard_ms).max(0) / 1_000
}

/// Artist, album, title, track, seconds, L or S, when, MusicBrainz id.
fn log_row(line: &Told) -> Option<String> {
    let song = &line.song;
    let (artist, title) = names(song)?;
    let seconds = song.length_ms.map_or(0, |ms| (ms + 500) / 1_000);
    let rating = if line.heard.to_the_end { "L" } else { "S" };
    Some(format!(
        "{}\t{}\t{}\t\t{seconds}\t{rating}\t{}\t\n",
        Printable::new(&artist),
        Printable::new(&song.album),
        Printable::new(title),
        began_s(line)
    ))
}

/// `None` too for what was skipped: it was no listen.
fn listen(line: &Told) -> Option<Value> {
    let song = &line.song;
    let (artist, title) = names(song).filter(|_| line.heard.to_the_end)?;
    let mut info = json!({
        "media_player": "standin",
        "submission_client": "standin",
        "submission_client_version": env!("CARGO_PKG_VERSION"),
    });
    if let Some(ms) = song.length_ms {
        info["duration_ms"] = ms.into();
    }
    if !song.isrc.is_empty() {
        info["isrc"] = song.isrc.clone().into();
    }
    let mut track = json!({ "artist_name": artist, "track_name": title, "additional_info": info });
    if !song.album.is_empty() {
        track["release_name"] = song.album.clone().into();
    }
    Some(json!({ "listened_at": began_s(line), "track_metadata": track }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::person::Heard;
    use crate::music::AudioKey;

    fn line(artist: &str, to_the_end: bool) -> Told {
        let heard = Heard {
            at_ms: 1_700_000_100_000,
            key: AudioKey::from_bytes([1; 16]),
            to_the_end,
            origin: None,
        };
        let artists = Some(artist.to_owned()).filter(|artist| !artist.is_empty());
        let song = Wanted {
            title: "So\tWhat".into(),
            artists: artists.into_iter().collect(),
            album: "Kind of Blue".into(),
            length_ms: Some(60_600),
            isrc: "USSM15900113".into(),
            ..Wanted::default()
        };
        let when = String::new();
        Told { heard, when, song }
    }

    #[test]
    fn a_log_row_tells_when_the_song_began_and_no_tag_breaks_it() {
        assert_eq!(
            log_row(&line("Miles", true)).unwrap(),
            "Miles\tKind of Blue\tSo\u{fffd}What\t\t61\tL\t1700000069\t\n"
        );
        let skipped = log_row(&line("Miles", false)).unwrap();
        assert!(skipped.ends_with("\tS\t1700000100\t\n"), "{skipped}");
        assert_eq!(log_row(&line("", true)), None);
    }

    #[test]
    fn a_submission_holds_what_was_heard_and_the_rest_is_counted() {
        let lines = [line("Miles", true), line("Miles", false), line("", true)];
        let (text, count) = Way::ListenBrainz.written(&lines).unwrap();
        assert_eq!(count, 1);
        let told: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(
            told,
            json!({ "listen_type": "import", "payload": [{
                "listened_at": 1_700_000_069,
                "track_metadata": {
                    "artist_name": "Miles", "track_name": "So\tWhat", "release_name": "Kind of Blue",
                    "additional_info": {
                        "media_player": "standin", "submission_client": "standin",
                        "submission_client_version": env!("CARGO_PKG_VERSION"),
                        "duration_ms": 60_600, "isrc": "USSM15900113",
                    },
                },
            }] })
        );
        let (text, count) = Way::ListenBrainz.written(&lines[1..]).unwrap();
        assert_eq!((text, count), (Vec::new(), 0));
    }
}
