//! Filters in arguments: expressions and `TYPE VALUE` pairs, with `sort`, `window` and `position` behind them. What they
//! mean is the library's to say.

use crate::library::query::{AskedError, Case, Expression, Sort, strictly};
use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, range};
use std::ops::Range;

/// What is asked for.
pub struct Filter {
    pub what: Expression,
    /// As they were said, without `sort` and what comes behind it.
    pub words: Vec<String>,
    pub sort: Option<Sort>,
    pub window: Range<usize>,
    /// Which argument says where what is found goes.
    pub position: Option<usize>,
}

impl Filter {
    /// `FILTER [sort TYPE] [window START:END] [position POSITION]`, of which the last only where something is added.
    pub fn read(call: &Call, from: usize, case: Case, adds: bool) -> Result<Self, Ack> {
        let texts = call.texts(from)?;
        let mut rest = texts.as_slice();
        let position = take_option("position", &mut rest).filter(|_| adds);
        if position.is_none() {
            rest = &texts;
        }
        let window = take_option("window", &mut rest).map(range);
        let sort = take_option("sort", &mut rest).map(order);
        Ok(Self {
            what: strictly(rest, case).map_err(refusal)?,
            words: rest.to_vec(),
            sort: sort.transpose()?,
            window: window.transpose()?.unwrap_or(0..usize::MAX),
            position: position.map(|_| call.args.len() - 1),
        })
    }
}

/// The value of an option that stands at the end.
fn take_option<'t>(name: &str, rest: &mut &'t [String]) -> Option<&'t str> {
    match *rest {
        [before @ .., option, value] if option == name && !before.is_empty() => {
            *rest = before;
            Some(value)
        }
        _ => None,
    }
}

fn order(name: &str) -> Result<Sort, Ack> {
    let spelt = name
        .to_ascii_lowercase()
        .replace("last-modified", "modified");
    spelt.parse().map_err(|_| Ack::arg("Unknown sort tag"))
}

/// In MPD's words where it has some.
pub fn refusal(error: AskedError) -> Ack {
    Ack::arg(match error {
        AskedError::NoValue(_) => "Incorrect number of filter arguments".to_owned(),
        AskedError::Mixed(_) => "Unknown filter type".to_owned(),
        AskedError::NotListed(name) => format!("Unknown tag type: {name}"),
        AskedError::GroupedByItself(_) => "Conflicting group".to_owned(),
        error => error.to_string(),
    })
}
