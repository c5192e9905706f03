//! `standin match export` and `import`: decisions as lines of JSON, to be kept apart or carried elsewhere.

use super::super::playlist::write_file;
use super::{Context, Exit, Outcome, Stop, counted};
use crate::library::person::Carried;
use crate::music::Printable;
use std::io::{BufReader, Read};
use std::path::Path;

/// Lines that are named when they cannot be read.
const MAX_NAMED: usize = 10;

pub fn export(file: Option<&Path>, force: bool, context: &mut Context) -> Outcome {
    let decisions = context.library().person_reader()?.all_decisions()?;
    let bytes = Carried::write(&decisions).map_err(|error| Stop::failed(error.to_string()))?;
    match file {
        Some(file) => {
            write_file(file, &bytes, force)?;
            let count = counted(decisions.len(), "decision");
            let file = Printable::path(file);
            context.out.say(format!("Wrote {count} to {file}."));
        }
        None if decisions.is_empty() => context.out.say("Nothing is decided."),
        None => context.out.document(&bytes)?,
    }
    Ok(Exit::Done)
}

pub fn import(file: &Path, dry_run: bool, context: &mut Context) -> Outcome {
    let Carried { decisions, bad } = if file == Path::new("-") {
        read(std::io::stdin(), file)?
    } else {
        let opened = std::fs::File::open(file).map_err(|error| failed(file, &error))?;
        read(opened, file)?
    };
    if decisions.is_empty() && !bad.is_empty() {
        let file = Printable::path(file);
        return Err(Stop::failed(format!("there is no decision in {file}"))
            .hint("`standin match export FILE` writes what is read here"));
    }
    let mut person = context.library().person_or_rehearsal(dry_run)?;
    let restored = person.restore_decisions(decisions)?;
    let out = &context.out;
    for line in bad.iter().take(MAX_NAMED) {
        out.warn(format!("line {line} is no decision."));
    }
    let taken = counted(restored.taken, "decision");
    let hold = if dry_run { "would hold" } else { "hold" };
    out.say(format!(
        "{taken} {hold} from now on; {} here already or decided later, {} left.",
        restored.known,
        bad.len() + restored.nameless
    ));
    Ok(match bad.len() + restored.nameless {
        0 => Exit::Done,
        _ => Exit::Partial,
    })
}

fn failed(file: &Path, error: &std::io::Error) -> Stop {
    Stop::failed(format!("cannot read {}: {error}", Printable::path(file)))
}

fn read(from: impl Read, file: &Path) -> Result<Carried, Stop> {
    Carried::read(BufReader::new(from)).map_err(|error| failed(file, &error))
}
