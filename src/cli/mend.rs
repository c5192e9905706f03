//! What the person made was found damaged: it is made again from its copies, that is told, and the verb is run again, so
//! that someone who wants music gets it.

use super::out::{complain, counted};
use super::{Cli, Outcome, Stop, places, run};
use crate::library::person::{Recovered, recover};
use crate::music::Printable;
use clap::Parser;

/// Mends, and runs the same arguments once more; where nothing can be mended, the first end stands.
pub fn and_run_again(stop: Stop) -> Outcome {
    let Ok(cli) = Cli::try_parse() else {
        return Err(stop);
    };
    let Ok(places) = places(&cli.global) else {
        return Err(stop);
    };
    match recover(&places.data) {
        Ok(Some(recovered)) => {
            told(&recovered).into_iter().for_each(complain);
            run(cli)
        }
        _ => Err(stop),
    }
}

/// What was made again, from what, and where the damaged file is.
pub fn told(recovered: &Recovered) -> [String; 2] {
    let lost = match recovered.damaged {
        0 => String::new(),
        lines => format!(" {} of that cannot be read.", counted(lines, "line")),
    };
    [
        format!(
            "standin: what you made was damaged and is made again from {}.{lost}",
            Printable::path(&recovered.from),
        ),
        format!(
            "  The damaged file is {} now.",
            Printable::path(&recovered.aside)
        ),
    ]
}
