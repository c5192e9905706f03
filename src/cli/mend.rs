//! What the person made was found damaged, or gone: it is made again from its copies, that is told, and the verb is run again, so
//! that someone who wants music gets it.

use super::out::Out;
use super::out::{complain, counted};
use super::{Cli, Outcome, Stop, places, run};
use crate::library::person::{Person, Recovered, recover};
use crate::music::Printable;
use clap::Parser;
use std::path::Path;

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

/// Names the newest backup, where backups alone are left of what a person made.
pub fn tell_of_backups_alone(data: &Path, out: &Out) {
    let Some(newest) = Person::backup_alone(data) else {
        return;
    };
    out.warn(format!(
        "what you made is no longer in {}; `standin backup restore {}` puts back what it was at {}.",
        Printable::path(data),
        newest.name,
        newest.local_time()
    ));
}

/// What was made again, from what, and where the damaged file is.
pub fn told(recovered: &Recovered) -> Vec<String> {
    let lost = match recovered.damaged {
        0 => String::new(),
        lines => format!(" {} of that cannot be read.", counted(lines, "line")),
    };
    let what = match recovered.aside {
        Some(_) => "damaged",
        None => "gone",
    };
    let from = Printable::path(&recovered.from);
    let mut told = vec![format!(
        "standin: what you made was {what} and is made again from {from}.{lost}"
    )];
    told.extend(recovered.aside.as_ref().map(|aside| {
        let aside = Printable::path(aside);
        format!("  The damaged file is {aside} now.")
    }));
    told
}
