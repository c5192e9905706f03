//! A trace: facts as lines of JSON, as `guard --record` writes them and people look at them. Lines that begin with `#` and
//! empty ones say nothing. It can be played to a guard again, in no time.

use super::{Act, Fact, Guard, Noted, Settings, State};
use std::io::{BufRead, Read};

/// A longer line is no fact: sensors cut what clients say.
pub const MAX_LINE_BYTES: usize = 1 << 20;
/// A trace of more lines is not read on: a day of ordinary listening has a tenth of them.
pub const MAX_LINES: usize = 1_000_000;
/// The guard is woken so often at most between two facts: days of silence after a clock that jumped are not played.
const MAX_TICKS: usize = 1_000;

/// Why a trace is none.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// It cannot be read.
    #[error("cannot read the trace: {0}")]
    Io(#[from] std::io::Error),
    /// A line is no fact.
    #[error("line {line} of the trace is no fact: {why}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It has too many lines.
    #[error("the trace has more than {MAX_LINES} lines")]
    TooLong,
}

/// What a guard told while a trace was played to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It wanted this done.
    Act(Box<Act>),
    /// It came into this state.
    State(State),
}

/// The line of a fact, with its end.
pub fn trace_line(noted: &Noted) -> String {
    // Texts and numbers alone: none of them has no JSON, but floats that are no numbers, which become null.
    let json = serde_json::to_string(noted).unwrap_or_default();
    json + "\n"
}

/// All facts of a trace.
///
/// # Errors
///
/// It cannot be read, a line is no fact, or there are too many.
pub fn read_trace(mut text: impl BufRead) -> Result<Vec<Noted>, TraceError> {
    let mut facts = Vec::new();
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let mut limited = (&mut text).take(MAX_LINE_BYTES as u64 + 1);
        if limited.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        if line > MAX_LINES {
            return Err(TraceError::TooLong);
        }
        let wrong = |why: String| TraceError::Line { line, why };
        if bytes.len() > MAX_LINE_BYTES {
            return Err(wrong(format!("it is longer than {MAX_LINE_BYTES} bytes")));
        }
        let said = bytes.trim_ascii();
        if !said.is_empty() && !said.starts_with(b"#") {
            facts.push(serde_json::from_slice(said).map_err(|error| wrong(error.to_string()))?);
        }
    }
    Ok(facts)
}

/// What a guard of these settings tells of a trace, each with its time; it is woken when it wants to be.
pub fn replay(trace: &[Noted], settings: Settings) -> Vec<(u64, Told)> {
    let mut guard = Guard::new(settings);
    let mut told = Vec::new();
    for noted in trace {
        for _ in 0..MAX_TICKS {
            let Some(at_ms) = guard.due().filter(|due| *due < noted.at_ms) else {
                break;
            };
            let fact = Fact::Tick;
            play(&mut guard, Noted { at_ms, fact }, &mut told);
        }
        play(&mut guard, noted.clone(), &mut told);
    }
    told
}

fn play(guard: &mut Guard, noted: Noted, told: &mut Vec<(u64, Told)>) {
    let (at_ms, before) = (noted.at_ms, guard.state());
    let acts = guard.handle(noted);
    if guard.state() != before {
        told.push((at_ms, Told::State(guard.state())));
    }
    told.extend(
        acts.into_iter()
            .map(|act| (at_ms, Told::Act(Box::new(act)))),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outage::{Mode, Probed, Shown, Value, Verdict};

    fn facts() -> Vec<Noted> {
        let client = || "org.mpris.MediaPlayer2.spotify".to_owned();
        let shown = Shown {
            status: "Playing".into(),
            metadata: [
                ("mpris:length".to_owned(), Value::Whole(204_000_000)),
                ("xesam:title".to_owned(), Value::Text("A\n\"b\"".into())),
                ("xesam:artist".to_owned(), Value::Texts(vec!["B".into()])),
                ("xesam:userRating".to_owned(), Value::Float(0.5)),
            ]
            .into(),
            ..Shown::default()
        };
        let probed = Probed {
            service: "Spotify".into(),
            verdict: Verdict::ServiceDown,
            evidence: "apresolve.spotify.com: HTTP 502".into(),
            checks: 2,
            failed: 2,
            took_ms: 80,
            retry_after_ms: None,
        };
        let facts = [
            Fact::Client {
                client: client(),
                shown,
            },
            Fact::Position {
                client: client(),
                us: Some(i64::MIN),
            },
            Fact::Route { is_there: false },
            Fact::Probed(probed),
            Fact::Woke,
            Fact::Tick,
        ];
        let noted = |(at, fact)| Noted {
            at_ms: at as u64 * 1_000,
            fact,
        };
        facts.into_iter().enumerate().map(noted).collect()
    }

    #[test]
    fn what_is_written_is_read_and_remarks_are_not() {
        let lines: String = facts().iter().map(trace_line).collect();
        let text = format!("# a remark\n\n{lines}  \n#");
        assert_eq!(read_trace(text.as_bytes()).unwrap(), facts());
    }

    #[test]
    fn what_is_no_fact_is_told_with_its_line() {
        let error = read_trace("#\n{\"at_ms\":1}\n".as_bytes()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("line 2 of the trace is no fact"),
            "{error}"
        );
        let long = "x".repeat(MAX_LINE_BYTES + 10);
        let error = read_trace(long.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("longer"), "{error}");
        let many = "\n".repeat(MAX_LINES + 1);
        assert!(matches!(
            read_trace(many.as_bytes()),
            Err(TraceError::TooLong)
        ));
    }

    #[test]
    fn a_trace_that_is_played_tells_states_and_acts() {
        let settings = Settings {
            mode: Mode::Auto,
            ..Settings::default()
        };
        let told = replay(&facts(), settings);
        let states: Vec<(u64, State)> = told
            .iter()
            .filter_map(|(at, told)| match told {
                Told::State(state) => Some((*at, *state)),
                Told::Act(_) => None,
            })
            .collect();
        assert_eq!(states, [(0, State::Watch), (2_000, State::Ready)]);
        let probe = Act::Probe {
            service: "Spotify".into(),
        };
        assert!(told.contains(&(0, Told::Act(Box::new(probe)))));
    }
}
