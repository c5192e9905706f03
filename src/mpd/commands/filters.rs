//! Filters in arguments: expressions and `TYPE VALUE` pairs, with `sort` and `window` behind them. What they mean is the
//! library's to say.

use crate::library::query::{Asked, Expression, Sort, exactly, is_type};
use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, range};
use std::ops::Range;

/// What is asked for, in which order, and which part of it.
pub struct Filter {
    pub what: Expression,
    pub sort: Option<Sort>,
    pub window: Range<usize>,
}

impl Call<'_> {
    /// The filter from this argument on; `exact`: case makes a difference where nothing else is said.
    pub(super) fn filter(&self, from: usize, exact: bool) -> Result<Filter, Ack> {
        let mut args = self.texts(from)?;
        let window = take_option(&mut args, "window");
        let window = window.map_or(Ok(0..usize::MAX), |text| range(&text))?;
        let sort = match take_option(&mut args, "sort") {
            Some(name) => Some(name.parse().map_err(|_| Ack::arg("Unknown sort tag"))?),
            None => None,
        };
        check(&args)?;
        let what = match exact {
            true => exactly(&args),
            false => Asked::read(&args).map(|asked| match asked {
                Asked::Filter(what) => what,
                // `check` has let none through.
                Asked::Words(_) => Expression::All(Vec::new()),
            }),
        };
        let what = what.map_err(|error| Ack::arg(error.to_string()))?;
        Ok(Filter { what, sort, window })
    }
}

/// The value of an option at the end.
fn take_option(args: &mut Vec<String>, name: &str) -> Option<String> {
    let at = args.len().checked_sub(2).filter(|at| *at > 0)?;
    if args[at] != name {
        return None;
    }
    let value = args.pop();
    args.pop();
    value
}

/// In MPD's words what is wrong with pairs; of expressions the library tells it.
fn check(args: &[String]) -> Result<(), Ack> {
    let mut rest = args;
    loop {
        rest = match rest {
            [] => return Ok(()),
            [filter, rest @ ..] if filter.starts_with('(') => rest,
            [_] => return Err(Ack::arg("Incorrect number of filter arguments")),
            [name, _, rest @ ..] if is_type(name) => rest,
            _ => return Err(Ack::arg("Unknown filter type")),
        };
    }
}
