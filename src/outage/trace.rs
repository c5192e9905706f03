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

/// What a line of a trace says.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A fact.
    Fact(Noted),
    /// An act, as if a guard had wanted it: who tries how acts are carried out writes them.
    Act(Box<Act>),
}

/// The lines of a trace that say something, as they are read. A line that is none does not end it.
pub struct Lines<R> {
    text: R,
    /// Lines that were read.
    line: usize,
    /// Nothing more is read.
    is_over: bool,
    bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Of this text.
    pub fn of(text: R) -> Self {
        Self {
            text,
            line: 0,
            is_over: false,
            bytes: Vec::new(),
        }
    }

    /// Reads a line; `None`: there is no more. `Some(false)`: it is too long, and was passed by.
    fn read(&mut self) -> std::io::Result<Option<bool>> {
        self.bytes.clear();
        let mut limited = (&mut self.text).take(MAX_LINE_BYTES as u64 + 1);
        if limited.read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(None);
        }
        let is_whole = self.bytes.len() <= MAX_LINE_BYTES;
        if !is_whole && !self.bytes.ends_with(b"\n") {
            self.text.skip_until(b'\n')?;
        }
        Ok(Some(is_whole))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            let read = self.read();
            self.is_over = !matches!(read, Ok(Some(_))) || self.line == MAX_LINES;
            let is_whole = match read {
                Ok(read) => read?,
                Err(error) => return Some(Err(error.into())),
            };
            if self.is_over {
                return Some(Err(TraceError::TooLong));
            }
            self.line += 1;
            let line = self.line;
            let wrong = |why: String| TraceError::Line { line, why };
            if !is_whole {
                let why = format!("it is longer than {MAX_LINE_BYTES} bytes");
                return Some(Err(wrong(why)));
            }
            let said = self.bytes.trim_ascii();
            if !said.is_empty() && !said.starts_with(b"#") {
                return Some(meaning(said).map_err(|error| wrong(error.to_string())));
            }
        }
        None
    }
}

fn meaning(said: &[u8]) -> serde_json::Result<Line> {
    let value: serde_json::Value = serde_json::from_slice(said)?;
    match value.get("act").is_some() {
        true => serde_json::from_value(value).map(|act| Line::Act(Box::new(act))),
        false => serde_json::from_value(value).map(Line::Fact),
    }
}

/// All facts of a trace.
///
/// # Errors
///
/// It cannot be read, a line is no fact, or there are too many.
pub fn read_trace(text: impl BufRead) -> Result<Vec<Noted>, TraceError> {
    let mut facts = Vec::new();
    let mut lines = Lines::of(text);
    while let Some(line) = lines.next() {
        match line? {
            Line::Fact(noted) => facts.push(noted),
            Line::Act(_) => {
                return Err(TraceError::Line {
                    line: lines.line,
                    why: "it is an act".into(),
                });
            }
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
    use crate::outage::{Mode, Probed, Shown, TakeOver, Value, Verdict, Why};

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
        let mut lines = Lines::of(many.as_bytes());
        assert!(matches!(lines.next(), Some(Err(TraceError::TooLong))));
        assert!(lines.next().is_none(), "it is told once");
        let most = "\n".repeat(MAX_LINES);
        assert_eq!(read_trace(most.as_bytes()).unwrap(), []);
        let error = read_trace("{\"act\":\"close\"}".as_bytes()).unwrap_err();
        assert!(error.to_string().ends_with("it is an act"), "{error}");
    }

    #[test]
    fn lines_go_on_behind_one_that_is_none_and_every_act_has_its_line() {
        let acts = [
            Act::Probe {
                service: "Spotify".into(),
            },
            Act::Prepare {
                number: 7,
                from: TakeOver::default(),
            },
            Act::TakeOver(TakeOver::default()),
            Act::Ask(TakeOver::default()),
            Act::AskNoMore,
            Act::Correct {
                why: Why::default(),
            },
            Act::IsBack {
                service: String::new(),
            },
            Act::GiveWay,
            Act::HandBack { client: "x".into() },
            Act::Close,
        ];
        let mut text = format!("{}\nnone\n", "x".repeat(2 * MAX_LINE_BYTES));
        for act in &acts {
            text += &(serde_json::to_string(act).unwrap() + "\n");
        }
        text += &trace_line(&facts()[0]);
        let mut lines = Lines::of(text.as_bytes());
        for line in [1, 2] {
            let error = lines.next().unwrap().unwrap_err();
            assert!(matches!(error, TraceError::Line { line: its, .. } if its == line));
        }
        for act in acts {
            assert_eq!(lines.next().unwrap().unwrap(), Line::Act(Box::new(act)));
        }
        let fact = Line::Fact(facts()[0].clone());
        assert_eq!(lines.next().unwrap().unwrap(), fact);
        assert!(lines.next().is_none());
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
