//! The wire between the screen and a server: one connection that asks, one for what may take a while, and one that waits for news,
//! each with a thread of its own, so that the screen never waits. A server that goes is called again until it is back. What is asked
//! and told it does not judge.

mod answers;
mod picture;

use super::Run;
use super::ask::{Ask, Told};
use crate::mpd::remote::{Remote, RemoteError};
use crate::music::Printable;
use answers::answer;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Questions that wait; more are asked when the screen asks again.
const MAX_WAITING: usize = 256;
/// Lines of what a verb says that are shown.
const MAX_LINES: usize = 10_000;
/// How long it waits before it calls a server again.
const CALLS_EVERY: Duration = Duration::from_millis(500);

/// Reaches the server.
pub type Call = Arc<dyn Fn() -> Result<Remote, RemoteError> + Send + Sync>;
/// Takes what is told; false: nobody does any more.
pub type Tell = Arc<dyn Fn(Told) -> bool + Send + Sync>;

/// Asks, and goes on at once.
pub struct Wire {
    asks: Sender<Ask>,
    slow: Sender<Ask>,
    run: Run,
    tell: Tell,
}

impl Wire {
    /// Begins to ask, and to wait for news.
    pub fn open(call: Call, run: Run, tell: Tell) -> io::Result<Self> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let lane = |name: &str| {
            let (asks, asked) = bounded(MAX_WAITING);
            let (call, tell) = (call.clone(), tell.clone());
            named(name).spawn(move || answer_all(&asked, &call, &tell))?;
            io::Result::Ok(asks)
        };
        let (asks, slow) = (lane("tui-asks")?, lane("tui-slow")?);
        let telling = tell.clone();
        named("tui-news").spawn(move || hear_news(&call, &telling))?;
        Ok(Self {
            asks,
            slow,
            run,
            tell,
        })
    }

    /// False: too much waits already.
    pub fn ask(&self, ask: Ask) -> bool {
        let ask = match ask {
            Ask::Run(words) => return self.run(words),
            ask => ask,
        };
        match ask {
            // What is seen first waits for none of these.
            Ask::Artists | Ask::Playlists | Ask::Standing => &self.slow,
            Ask::Cover(_) | Ask::Lyrics(_) => &self.slow,
            _ => &self.asks,
        }
        .try_send(ask)
        .is_ok()
    }
}

impl Wire {
    /// Runs a verb beside all that is asked, however long it takes.
    fn run(&self, words: Vec<String>) -> bool {
        let (run, tell) = (self.run.clone(), self.tell.clone());
        let begin = move || {
            let title = Printable::new(&format!("standin {}", words.join(" "))).to_string();
            let text = run(&words).unwrap_or_else(|error| format!("{error}"));
            let line = |line: &str| (String::new(), Printable::new(line).to_string());
            let lines = text.lines().take(MAX_LINES).map(line).collect();
            tell(Told::Shown(title, lines));
        };
        let thread = thread::Builder::new().name("tui-verb".into());
        thread.spawn(begin).is_ok()
    }
}

/// Until nobody asks any more.
fn answer_all(asked: &Receiver<Ask>, call: &Call, tell: &Tell) {
    let mut remote = None;
    while let Ok(first) = asked.recv() {
        let mut asks = vec![first];
        asks.extend(asked.try_iter());
        for ask in without_stale_ones(asks) {
            let told = with(&mut remote, call, |remote| answer(&ask, remote));
            let told = match told {
                Ok(told) => told,
                Err(RemoteError::Refused { refusal }) => {
                    Told::Refused(Printable::new(&refusal.message).to_string())
                }
                Err(error) => {
                    remote = None;
                    Told::Lost(Printable::new(&error.to_string()).to_string())
                }
            };
            if !tell(told) {
                return;
            }
        }
    }
}

fn with<T>(
    remote: &mut Option<Remote>,
    call: &Call,
    ask: impl FnOnce(&mut Remote) -> Result<T, RemoteError>,
) -> Result<T, RemoteError> {
    let mut reached = match remote.take() {
        Some(remote) => remote,
        None => call()?,
    };
    let answer = ask(&mut reached);
    if !matches!(answer, Err(RemoteError::Broken { .. })) {
        *remote = Some(reached);
    }
    answer
}

/// Of questions whose answer replaces the one before, the last counts.
fn without_stale_ones(asks: Vec<Ask>) -> Vec<Ask> {
    let is_replaced = |ask: &Ask| {
        use Ask::{Cover, Levels, Lyrics, Now, Search, Sift, SongsOf, Standing, Works};
        matches!(
            ask,
            Search(_)
                | Sift(_)
                | SongsOf(_)
                | Cover(_)
                | Lyrics(_)
                | Now
                | Standing
                | Works
                | Levels
        )
    };
    let mut kept: Vec<Ask> = Vec::new();
    for ask in asks {
        if is_replaced(&ask) {
            let kind = std::mem::discriminant(&ask);
            kept.retain(|one| std::mem::discriminant(one) != kind);
        }
        kept.push(ask);
    }
    kept
}

/// Until nobody listens any more.
fn hear_news(call: &Call, tell: &Tell) {
    let mut was_there = false;
    loop {
        let heard = call().and_then(|mut remote| {
            was_there = true;
            // Whatever happened before is to be asked for.
            tell(Told::Reached);
            loop {
                let changed = remote.idle(&[])?;
                if !tell(Told::Changed(changed)) {
                    return Ok(());
                }
            }
        });
        match heard {
            Ok(()) => return,
            Err(error) => {
                let told = Printable::new(&error.to_string()).to_string();
                if !tell(Told::Lost(told)) {
                    return;
                }
            }
        }
        thread::sleep(CALLS_EVERY);
    }
}
