//! `standin guard --record FILE`: each fact as a line of JSON, whole before the next one. It decides nothing and plays nothing.

use crate::cli::out::{counted, hours};
use crate::cli::signals::Signals;
use crate::cli::{Context, Outcome, Stop};
use crate::config::Settings;
use crate::desktop::Sensors;
use crate::music::Printable;
use crate::outage::{Fact, Inbox, Noted, inbox, trace_line};
use crossbeam_channel::RecvTimeoutError;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// How soon a signal is seen.
const LOOK: Duration = Duration::from_millis(500);

/// Clients that are counted, by their names.
const MAX_COUNTED: usize = 1_000;

pub fn run(file: &Path, context: &mut Context) -> Outcome {
    let (settings, warnings) = Settings::read(&context.places.config_file());
    for warning in warnings {
        context.out.warn(warning.to_string());
    }
    let listens = settings.outage.listen.unwrap_or(false);
    let mut trace = Trace::create(file)?;
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let began = Instant::now();
    let (facts, seen) = inbox(began);
    let sensors = Sensors::start(listens, facts)
        .map_err(|error| Stop::failed(format!("cannot begin to watch: {error}")))?;
    context.out.say(format!(
        "Recording to {}: what streaming clients show, titles too, {}. No sound is kept. Ctrl-C ends it.",
        trace.name,
        match listens {
            true => "whether their own streams sound, and the network",
            false => "and the network; whether they sound is left out (`[outage] listen = true` in config.toml lets it be measured)",
        }
    ));
    let ended = trace.write_all(&seen, &signals, context);
    drop(sensors);
    ended?;
    context.out.say(format!(
        "Recorded {} of {} in {} to {}.",
        counted(trace.facts, "fact"),
        counted(trace.clients.len(), "client"),
        hours(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)),
        trace.name
    ));
    signals
        .asked()
        .ok_or_else(|| Stop::failed("the sensors ended by themselves"))
}

/// The file and what went into it.
struct Trace {
    name: String,
    /// `None`: stdout.
    file: Option<File>,
    facts: u64,
    clients: BTreeSet<String>,
}

impl Trace {
    fn create(path: &Path) -> Result<Self, Stop> {
        let is_stdout = path == Path::new("-");
        let name = match is_stdout {
            true => "stdout".to_owned(),
            false => Printable::path(path).to_string(),
        };
        let create = || {
            let mut options = OpenOptions::new();
            // What somebody listens to is for them alone.
            options.write(true).create_new(true).mode(0o600).open(path)
        };
        let file = match is_stdout {
            true => None,
            false => Some(create().map_err(|error| not_created(&name, &error))?),
        };
        Ok(Self {
            name,
            file,
            facts: 0,
            clients: BTreeSet::new(),
        })
    }

    /// Until a signal comes.
    fn write_all(
        &mut self,
        seen: &Inbox,
        signals: &Signals,
        context: &mut Context,
    ) -> Result<(), Stop> {
        while signals.asked().is_none() {
            let rung = seen.bell.recv_timeout(LOOK);
            for noted in seen.take() {
                self.write(&noted, context)?;
            }
            if rung == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
        Ok(())
    }

    fn write(&mut self, noted: &Noted, context: &mut Context) -> Result<(), Stop> {
        if let Fact::Client { client, .. } = &noted.fact
            && self.clients.len() < MAX_COUNTED
        {
            self.clients.insert(client.clone());
        }
        self.facts += 1;
        let line = trace_line(noted);
        match &mut self.file {
            Some(file) => {
                // One write: a line is whole whenever the program ends.
                file.write_all(line.as_bytes())
                    .map_err(|error| Stop::failed(format!("cannot write {}: {error}", self.name)))
            }
            None => {
                context.out.record(line.trim_end().as_bytes(), b'\n')?;
                Ok(context.out.flush()?)
            }
        }
    }
}

fn not_created(name: &str, error: &io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::failed(format!("cannot write {name}: it is there already"))
                .hint("a trace never writes over another file: name one that is not there")
        }
        _ => Stop::failed(format!("cannot write {name}: {error}")),
    }
}
