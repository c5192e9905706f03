//! A command of the person's that runs on each new song, with the song in its environment. It never holds the music up:
//! one runs at a time, each has a limit of time, and where several songs begin meanwhile the last of them is told.

use super::snapshot::View;
use crate::music::{EntryId, Song};
use crate::player::State;
use crossbeam_channel::{Receiver, Sender, bounded};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::ffi::OsString;
use std::io::{self, PipeReader, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long one may run; then it is ended.
const RUNS_AT_MOST: Duration = Duration::from_secs(60);

/// What is told of what one says; the rest is read and dropped. In bytes.
const MAX_SAID: usize = 64 << 10;

/// Where lines go that a hook says.
pub type OnSaid = Arc<dyn Fn(String) + Send + Sync>;

/// What runs on each new song.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    /// A line for `sh -c`.
    pub line: String,
    /// The folder of everything, where it is not in the usual places: a `standin` in the line finds this one by it.
    pub home: Option<PathBuf>,
}

/// The line of a hook that runs, which may become another one.
pub(super) type Line = Arc<Mutex<String>>;

/// Runs it on each new song from now on. With an empty line nothing runs.
pub(super) fn start(view: &Arc<View>, hook: Hook, tell: OnSaid) -> io::Result<Line> {
    // One place: what has been asked for and not looked at need not be asked for again.
    let (rings, rung): (Sender<()>, Receiver<()>) = bounded(1);
    let seen = Arc::downgrade(view);
    let line = Line::new(Mutex::new(hook.line.clone()));
    let now = line.clone();
    // What plays already is not new.
    let last = view.snapshot().current.map(|current| current.entry);
    std::thread::Builder::new()
        .name("hook".into())
        .spawn(move || {
            run_on_songs(&rung, &seen, last, |song| {
                let line = now.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let hook = Hook {
                    line,
                    ..hook.clone()
                };
                if let Err(error) = run(&hook, song, RUNS_AT_MOST, &tell) {
                    tell(format!("the hook for songs cannot run: {error}."));
                }
            })
        })?;
    view.wake_by(Box::new(move |_| {
        rings.try_send(()).ok();
    }));
    Ok(line)
}

/// Until the desk is gone.
fn run_on_songs(
    rung: &Receiver<()>,
    view: &Weak<View>,
    mut last: Option<EntryId>,
    run: impl Fn(&Song),
) {
    while rung.recv().is_ok() {
        let Some(snapshot) = view.upgrade().map(|view| view.snapshot()) else {
            return;
        };
        let current = snapshot
            .current
            .filter(|_| snapshot.state == State::Playing);
        let Some(new) = current.filter(|current| last != Some(current.entry)) else {
            continue;
        };
        last = Some(new.entry);
        run(&new.song);
    }
}

/// Names of the environment and what they hold.
fn environment(song: &Song) -> Vec<(&'static str, OsString)> {
    let tags = &song.tags;
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let texts = [
        ("STANDIN_TITLE", song.title()),
        ("STANDIN_ARTIST", tags.artist()),
        ("STANDIN_ALBUM", tags.album.clone()),
        ("STANDIN_ALBUM_ARTIST", tags.album_artists.join(", ")),
        ("STANDIN_TRACK", number(tags.track.map(u64::from))),
        ("STANDIN_DATE", tags.date.clone()),
        ("STANDIN_LENGTH_MS", number(song.length_ms)),
    ];
    // A value ends at a NUL.
    let texts = texts.map(|(name, text)| (name, OsString::from(text.replace('\0', ""))));
    let bytes = [
        (
            "STANDIN_URI",
            OsString::from_vec(song.uri().as_bytes().to_vec()),
        ),
        ("STANDIN_FILE", song.place.file().into_os_string()),
    ];
    texts.into_iter().chain(bytes).collect()
}

/// Runs it to its end; nothing of the song is ever part of the line itself.
fn run(hook: &Hook, song: &Song, at_most: Duration, tell: &OnSaid) -> io::Result<()> {
    if hook.line.is_empty() {
        return Ok(());
    }
    let (says, said) = io::pipe()?;
    let mut command = Command::new("sh");
    command
        .args(["-c", &hook.line])
        .envs(environment(song))
        .envs(hook.home.iter().map(|home| ("STANDIN_HOME", home)))
        .stdin(Stdio::null())
        .stdout(said.try_clone()?)
        .stderr(said)
        // Keys that end the player at a terminal end no hook half way, and all that it has begun is ended with it.
        .process_group(0);
    let mut child = command.spawn()?;
    // Our copies of the pipe's other end are in there.
    drop(command);
    listen(&child, says, at_most, tell)?;
    child.wait().map(drop)
}

/// Tells what it says until it has ended, and ends it where it takes too long. A pipe that something in the background
/// keeps open is not waited for.
fn listen(child: &Child, mut says: PipeReader, at_most: Duration, tell: &OnSaid) -> io::Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::other("it has no number"))?;
    let end = pidfd_open(pid, PidfdFlags::empty())?;
    let due = Instant::now() + at_most;
    let mut lines = Lines::new(tell);
    let mut is_open = true;
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            tell(format!(
                "the hook for songs took more than {} s and was ended.",
                at_most.as_secs()
            ));
            return Ok(kill_process_group(pid, Signal::KILL)?);
        }
        let mut fds = vec![PollFd::new(&end, PollFlags::IN)];
        if is_open {
            fds.push(PollFd::new(&says, PollFlags::IN));
        }
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&left)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let happened = |at: usize| fds.get(at).is_some_and(|fd| !fd.revents().is_empty());
        let (has_ended, is_readable) = (happened(0), happened(1));
        if is_readable {
            let mut bytes = [0; 4_096];
            match says.read(&mut bytes)? {
                0 => is_open = false,
                read => lines.take(&bytes[..read]),
            }
        } else if has_ended {
            return Ok(());
        }
    }
}

/// Bytes as lines, up to a limit.
struct Lines<'a> {
    tell: &'a OnSaid,
    line: Vec<u8>,
    left: usize,
}

impl<'a> Lines<'a> {
    fn new(tell: &'a OnSaid) -> Self {
        Self {
            tell,
            line: Vec::new(),
            left: MAX_SAID,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in &bytes[..bytes.len().min(self.left)] {
            match byte {
                b'\n' => self.end(),
                byte => self.line.push(*byte),
            }
        }
        self.left = self.left.saturating_sub(bytes.len());
    }

    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        (self.tell)(String::from_utf8_lossy(&line).into_owned());
    }
}

/// A last line without an end.
impl Drop for Lines<'_> {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str, at_most: Duration) -> Vec<String> {
        let mut song = Song::at("/m/it's.flac");
        song.tags.title = "$(echo owned); \"x\"\0".into();
        song.tags.artists = vec!["A".into(), "B".into()];
        song.length_ms = Some(1_234);
        let all = Arc::new(Mutex::new(Vec::new()));
        let heard = all.clone();
        let tell: OnSaid = Arc::new(move |line| heard.lock().unwrap().push(line));
        let hook = Hook {
            line: line.into(),
            home: Some("/some/home".into()),
        };
        run(&hook, &song, at_most, &tell).unwrap();
        std::mem::take(&mut *all.lock().unwrap())
    }

    #[test]
    fn a_song_stands_in_the_environment_and_nowhere_else() {
        let line = "echo \"$STANDIN_TITLE|$STANDIN_ARTIST|$STANDIN_ALBUM|$STANDIN_LENGTH_MS|$STANDIN_FILE|$STANDIN_HOME\"; printf x >&2";
        assert_eq!(
            said(line, RUNS_AT_MOST),
            [
                "$(echo owned); \"x\"|A, B||1234|/m/it's.flac|/some/home",
                "x"
            ]
        );
    }

    #[test]
    fn what_a_hook_leaves_running_is_not_waited_for() {
        let begun = Instant::now();
        assert_eq!(
            said("sleep 50 & echo done; kill $!", RUNS_AT_MOST),
            ["done"]
        );
        assert!(said("exec >/dev/null 2>&1", RUNS_AT_MOST).is_empty());
        assert!(begun.elapsed() < RUNS_AT_MOST);
    }

    #[test]
    fn a_hook_without_end_is_ended_and_its_chatter_bounded() {
        let told = said("sleep 1000", Duration::from_millis(10));
        assert!(told[0].contains("was ended"), "{told:?}");
        let told = said("yes | head -c 1000000", RUNS_AT_MOST);
        assert_eq!(told.len(), MAX_SAID / 2);
    }
}
