//! `standin match export` and `import`: decisions as lines of JSON, to be kept apart or carried elsewhere.

use super::super::playlist::write_file;
use super::{Context, Exit, Outcome, Stop, counted};
use crate::library::person::Decision;
use crate::music::Printable;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line that is read, in bytes, and the most lines.
const MAX_LINE: u64 = 1 << 20;
const MAX_LINES: usize = 1_000_000;
/// Lines that are named when they cannot be read.
const MAX_NAMED: usize = 10;

pub fn export(file: Option<&Path>, force: bool, context: &mut Context) -> Outcome {
    let decisions = context.library().person_reader()?.all_decisions()?;
    let mut bytes = Vec::new();
    for decision in &decisions {
        let written = serde_json::to_writer(&mut bytes, decision);
        written.map_err(|error| Stop::failed(error.to_string()))?;
        bytes.push(b'\n');
    }
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
    let (decisions, bad) = if file == Path::new("-") {
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

/// The decisions, and the numbers of the lines that are none.
fn read(from: impl Read, file: &Path) -> Result<(Vec<Decision>, Vec<usize>), Stop> {
    let mut from = BufReader::new(from);
    let (mut decisions, mut bad) = (Vec::new(), Vec::new());
    for number in 1..=MAX_LINES {
        let mut line = Vec::new();
        let mut piece = from.by_ref().take(MAX_LINE);
        let read = piece.read_until(b'\n', &mut line);
        if read.map_err(|error| failed(file, &error))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(decision) => decisions.push(decision),
            Err(_) => bad.push(number),
        }
    }
    Ok((decisions, bad))
}
