//! `standin drill`: the network away, then songs of the playlists through everything that an outage needs: a desk with its own
//! socket, driven over that as a client does, to a null device. The queue, the counts and the socket of the person are not its.
//!
//! - `told`: what came of it.

mod told;

use super::door::{Door, Services, Sockets};
use super::out::Out;
use super::session::{Session, seed};
use super::signals::Signals;
use super::sound::Sound;
use super::{Context, Exit, Outcome, Stop};
use crate::care::drill::network::{Taken, take_away};
use crate::care::drill::{DrillFailure, Pick, Picks, Step, picks};
use crate::config::Places;
use crate::daemon::{Desk, News};
use crate::mpd::remote::{Address, Remote, RemoteError, Words};
use crate::mpd::{self, socket};
use crate::music::Place;
use crate::player::State;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A song that is not heard after so long fails.
const HEARD_WITHIN: Duration = Duration::from_secs(15);

/// How the position is looked at between two changes.
const LOOK: Duration = Duration::from_millis(100);

/// The longest drill, in seconds.
const LONGEST_S: u64 = 86_400;

/// Take the network away from this program and play: would it work in an outage?
///
/// It begins anew in a namespace without a network, where the system allows that, else under a filter that refuses every
/// socket but those inside this machine, and says which. Then songs of your playlists are jumped into one after the other, for a minute in all, as fast
/// as they play, through the decoders and over the player's socket, to a device that makes no sound. What failed is told by
/// song and reason. Your queue, your counts and a standin that plays are left alone.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin drill
  standin drill Road Trip --seconds 300
  standin drill --json | jq -r '.failed[].reason'")]
pub struct Args {
    /// A playlist's name; without one all of them in turn
    #[arg(value_name = "PLAYLIST")]
    playlist: Vec<String>,
    /// So much music, at its own speed
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=LONGEST_S))]
    seconds: u64,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    // Where it begins anew, nothing was done before.
    let taken = take_away();
    let library = context.library();
    let name = args.playlist.join(" ");
    let name = Some(name.as_str()).filter(|name| !name.is_empty());
    let mut picks = picks(&library, name, args.seconds * 1_000, seed())?;
    if picks.songs.is_empty() && picks.failed.is_empty() {
        return Err(nothing(&picks, name.is_some()));
    }
    let mut report = Report {
        network: taken,
        failed: std::mem::take(&mut picks.failed),
        ..Report::default()
    };
    if taken == Taken::Not {
        report.failed.push(DrillFailure {
            step: Step::Network,
            playlist: String::new(),
            song: String::new(),
            path: None,
            reason: taken.words().to_owned(),
        });
    }
    let asked = match picks.songs.is_empty() {
        true => None,
        false => play(&picks, &mut report, context)?,
    };
    told::tell(&picks, &report, &mut context.out)?;
    let exit = Exit::of_files(report.failed.is_empty(), picks.away == 0);
    Ok(asked.unwrap_or(exit))
}

fn nothing(picks: &Picks, is_named: bool) -> Stop {
    if picks.away > 0 {
        return Stop::new(Exit::RootAway, "the music folder of all of it is away")
            .hint("`standin root ls` tells where it was");
    }
    let what = match (is_named, picks.playlists) {
        (true, _) => "no song of that playlist is here",
        (_, 0) => "there is no music to play",
        _ => "no song of your playlists is here",
    };
    Stop::new(Exit::NothingFound, what).hint("`standin missing` tells what to get")
}

/// What was found out.
struct Report {
    network: Taken,
    /// Songs that were begun.
    tried: usize,
    heard_ms: u64,
    underruns: u64,
    /// Whether the socket answered to the end.
    wire: bool,
    failed: Vec<DrillFailure>,
    is_stopped: bool,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            network: Taken::Not,
            tried: 0,
            heard_ms: 0,
            underruns: 0,
            wire: false,
            failed: Vec::new(),
            is_stopped: false,
        }
    }
}

/// A folder for the places of this run; it goes with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Stop> {
        let name = format!("standin-drill-{}-{:x}", std::process::id(), seed());
        let folder = std::env::temp_dir().join(name);
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|error| {
            Stop::failed(format!("cannot make {}: {error}", folder.display()))
                .hint("TMPDIR names a folder that can be written")
        })?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Plays what was picked; the signal that ended it.
fn play(picks: &Picks, report: &mut Report, context: &Context) -> Result<Option<Exit>, Stop> {
    let scratch = Scratch::new()?;
    let aside = Context {
        places: Places {
            music: None,
            ..Places::under(&scratch.0)
        },
        home: None,
        read_in: context.read_in.clone(),
        out: Out::new(false, true, false, super::out::Color::Never),
    };
    let songs = picks.songs.iter().map(|pick| pick.song.clone()).collect();
    let session = Session {
        is_aside: true,
        at_ms: Some(picks.songs[0].at_ms),
        ..Session::new(songs, Sound::to_nowhere())
    };
    let (desk, signals) = session.open(&aside)?.begin(&aside)?;
    let desk = Arc::new(desk);
    let sockets = Sockets::of_user(&aside)?;
    // What clients browse is the person's own library.
    let library = context.library();
    let quiet: crate::daemon::OnNews = Arc::new(|_| {});
    let settings = mpd::Settings::default();
    let services = Services::default();
    let door = Door::open(sockets, &desk, library, settings, services, quiet);
    let door = door.map_err(super::door::cannot)?;
    let address = Address::own(socket::path(&aside.places.runtime));
    let mut drilling = Drilling {
        desk: &desk,
        signals: &signals,
        picks,
        report,
        told: Vec::new(),
    };
    drilling.drive(address);
    report.underruns = desk.underruns();
    drop(door);
    desk.end();
    Ok(signals.asked())
}

/// A drill under way.
struct Drilling<'a> {
    desk: &'a Desk,
    signals: &'a Signals,
    picks: &'a Picks,
    report: &'a mut Report,
    /// What was said of songs, be it before their turn: they are decoded ahead.
    told: Vec<(Place, String)>,
}

impl Drilling<'_> {
    fn drive(&mut self, address: Address) {
        let driven = Remote::connect(address).and_then(|mut remote| self.drive_all(&mut remote));
        match driven {
            Ok(()) => self.report.wire = true,
            Err(error) => self.report.failed.push(DrillFailure {
                step: Step::Wire,
                playlist: String::new(),
                song: String::new(),
                path: None,
                reason: error.to_string().trim_end_matches('.').to_owned(),
            }),
        }
    }

    /// Song after song: jumped into over the wire, and listened to.
    fn drive_all(&mut self, remote: &mut Remote) -> Result<(), RemoteError> {
        let picks = self.picks;
        for (position, pick) in picks.songs.iter().enumerate() {
            if position > 0 {
                let seek = Words::new("seek")
                    .with(position.to_string())
                    .with((pick.at_ms / 1_000).to_string());
                remote.ask(seek)?;
            }
            self.report.tried += 1;
            self.listen(position, pick);
            if self.signals.asked().is_some() {
                self.report.is_stopped = true;
                break;
            }
            remote.ask("status")?;
        }
        Ok(())
    }

    /// Listens to one song for as long as it is to be heard, or until it ends or fails.
    fn listen(&mut self, position: usize, pick: &Pick) {
        let mut silent_since = Instant::now();
        let (mut heard_ms, mut seen, mut was_current) = (0, 0, false);
        let reason = loop {
            if let Some(reason) = self.news_of(pick) {
                break Some(reason);
            }
            let now = self.desk.snapshot();
            let current = now.current.as_ref();
            let is_at = current.map(|playing| playing.position);
            let is_current = is_at == Some(position);
            // One that is shorter than a look is over when a later one is heard.
            let is_past = is_at.is_some_and(|at| at != position && (was_current || at > position));
            let is_over = now.state == State::Stopped || is_past;
            if let Some(at) = self.desk.position()
                && current.is_some_and(|playing| is_current && playing.entry == at.entry)
            {
                was_current = true;
                let heard = at.elapsed_ms.saturating_sub(pick.at_ms);
                if heard > heard_ms {
                    (heard_ms, silent_since) = (heard, Instant::now());
                }
            }
            if heard_ms >= self.picks.each_ms || self.signals.asked().is_some() {
                break None;
            }
            if is_over {
                // What ended it may have been told meanwhile.
                let reason = self.news_of(pick);
                if reason.is_none() {
                    let length_ms = pick.song.length_ms.unwrap_or(0);
                    heard_ms = heard_ms.max(length_ms.saturating_sub(pick.at_ms));
                }
                break reason;
            }
            if silent_since.elapsed() > HEARD_WITHIN {
                let seconds = HEARD_WITHIN.as_secs();
                break Some(format!("nothing more of it was heard within {seconds} s"));
            }
            if !self.desk.is_running() {
                break Some("the player ended".to_owned());
            }
            seen = self.desk.wait(seen, LOOK);
        };
        self.report.heard_ms += heard_ms.min(self.picks.each_ms);
        if let Some(reason) = reason {
            self.report.failed.push(pick.failed(Step::Play, reason));
        }
    }

    /// What was told of this song, or of the output.
    fn news_of(&mut self, pick: &Pick) -> Option<String> {
        let place = &pick.song.place;
        for news in self.desk.take_news() {
            let (place, reason) = match news {
                News::Failed { song, error } | News::Damaged { song, error } => {
                    (song.place.clone(), error.to_string())
                }
                News::FolderAway { missing } => (
                    place.clone(),
                    format!("{missing} files in a row are not there"),
                ),
                News::OutputLost { reason, .. } => (place.clone(), reason),
                _ => continue,
            };
            self.told.push((place, reason));
        }
        let of_this = self.told.iter().find(|(of, _)| of == place);
        of_this.map(|(_, reason)| reason.trim_end_matches('.').to_owned())
    }
}
