//! A recorded trace, played to the guard: its facts at their times, and acts as if the machine had said so. What happens is
//! printed, a line of JSON each.

use crate::cli::Stop;
use crate::cli::out::tell_json;
use crate::daemon::stepping::{Seen, Switch};
use crate::outage::{Line, Lines, TraceError};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A trace, open.
pub struct Replay {
    from: Box<dyn BufRead + Send>,
    /// Facts come as they are read: whoever writes them keeps the time.
    is_live: bool,
}

impl Replay {
    /// Opens the file; `-`: stdin.
    pub fn open(path: &Path) -> Result<Self, Stop> {
        if path.as_os_str() == "-" {
            return Ok(Self {
                from: Box::new(BufReader::new(io::stdin())),
                is_live: true,
            });
        }
        let file = File::open(path).map_err(|error| {
            Stop::failed(format!("cannot read the trace {}: {error}", path.display()))
        })?;
        Ok(Self {
            from: Box::new(BufReader::new(file)),
            is_live: false,
        })
    }

    /// Plays it on a thread of its own, to its end; what is no fact and no act is told.
    pub fn begin(self, switch: Arc<Switch>) -> io::Result<()> {
        let life = move || self.play(&switch);
        let thread = std::thread::Builder::new().name("replay".into());
        thread.spawn(life).map(drop)
    }

    fn play(self, switch: &Switch) {
        let began = Instant::now();
        let mut first_ms = None;
        for line in Lines::of(self.from) {
            let told = match line {
                Ok(Line::Fact(noted)) => {
                    let first_ms = *first_ms.get_or_insert(noted.at_ms);
                    let due = Duration::from_millis(noted.at_ms.saturating_sub(first_ms));
                    if !self.is_live {
                        sleep(due.saturating_sub(began.elapsed()));
                    }
                    switch.with(|guard| guard.facts().tell(noted.fact))
                }
                Ok(Line::Act(act)) => switch.with(|guard| guard.carry_out(*act)),
                Err(error) => {
                    tell_json(&wrong(&error));
                    continue;
                }
            };
            if told.is_none() {
                break;
            }
        }
    }
}

/// What is told of a line that says nothing, or of the end of what can be read.
fn wrong(error: &TraceError) -> Value {
    match error {
        TraceError::Line { line, why } => {
            json!({ "line": line, "error": "neither a fact nor an act", "why": why })
        }
        error => json!({ "error": error.to_string() }),
    }
}

/// Prints what happens.
pub struct Witness(Instant);

impl Witness {
    pub fn new() -> Self {
        Self(Instant::now())
    }

    /// As the guard takes it.
    pub fn boxed(self) -> crate::daemon::stepping::Witness {
        Box::new(move |seen| self.see(seen))
    }

    fn see(&self, seen: Seen<'_>) {
        let at_ms = u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX);
        let value = match seen {
            Seen::Act(act) => serde_json::to_value(act).unwrap_or_default(),
            Seen::Fact(fact) => json!({ "fact": fact }),
            Seen::State(state) => json!({ "state": state }),
        };
        let mut line = value;
        line["at_ms"] = at_ms.into();
        tell_json(&line);
    }
}
