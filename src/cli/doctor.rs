//! `standin doctor`.

use super::out::Out;
use super::signals::Signals;
use super::{Context, Exit, Outcome, Stop, findings, mend, scan};
use crate::care::doctor::{self, DoctorOptions, Finding, Mended, State};
use crate::music::Printable;
use serde_json::{Value, json};

/// Whether all is well, and what to do where it is not
///
/// Looks at the music folders, the databases and their copies, backups, the sound output, ffmpeg, limits of the system,
/// room on the disk, and at files that are damaged, cannot be played or were never verified. It changes nothing, and ends
/// with 4 where something is to be done, and with 6 where a music folder is away. What is only advice, such as to verify
/// files that never were, does not change how it ends.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin doctor\n  standin doctor --deep          reads every database and every backup whole\n  standin doctor --json | jq -r '.findings[] | select(.state != \"well\") | .to_do'"
)]
pub struct Args {
    /// Read all of the databases, put every backup back in memory, and look for every file
    #[arg(long)]
    deep: bool,
    /// First make databases again that are damaged; the damaged files are kept beside them
    #[arg(long)]
    mend: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    if args.mend {
        mend_first(context)?;
    }
    let places = &context.places;
    let options = DoctorOptions {
        deep: args.deep,
        data: places.data.clone(),
        others: vec![places.cache.clone(), places.state.clone()],
    };
    let findings = doctor::doctor(&context.library(), &options);
    tell(&findings, args.deep, &mut context.out)?;
    Ok(exit(&findings))
}

fn mend_first(context: &Context) -> Result<(), Stop> {
    let signals =
        Signals::catch().map_err(|error| Stop::failed(format!("cannot catch signals: {error}")))?;
    let bar = scan::progress_bar(&context.out);
    let progress = |progress| scan::show(&bar, &context.out, progress);
    let library = context.library();
    let mended = doctor::mend(&library, &context.places.data, &progress, signals.flag());
    bar.finish_and_clear();
    let Mended { own, copy, index } = mended?;
    let out = &context.out;
    own.iter()
        .flat_map(mend::told)
        .for_each(|line| out.say(line));
    if copy {
        out.say("The second copy of what you made is written anew.");
    }
    if let Some(bad) = index {
        out.say(format!(
            "The index was damaged and has been made anew; the old one is kept as {}.",
            Printable::path(&bad)
        ));
    }
    Ok(())
}

fn exit(findings: &[Finding]) -> Exit {
    let each = findings.iter().map(|finding| match finding.state {
        _ if finding.is_root_away => Exit::RootAway,
        State::Well | State::Advice => Exit::Done,
        State::Attention | State::Wrong => Exit::Partial,
    });
    each.fold(Exit::Done, Exit::or_worse)
}

fn tell(found: &[Finding], deep: bool, out: &mut Out) -> Result<(), Stop> {
    if out.json {
        let all: Vec<Value> = found.iter().map(findings::json).collect();
        return Ok(out.json(json!({ "deep": deep, "findings": all }))?);
    }
    for finding in found {
        findings::tell(finding, out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::doctor::Area;

    #[test]
    fn a_folder_that_is_away_outweighs_what_is_wrong() {
        let finding = |state, is_root_away| Finding {
            area: Area::Folders,
            state,
            what: String::new(),
            to_do: None,
            is_root_away,
        };
        let well = finding(State::Well, false);
        let advice = finding(State::Advice, false);
        let attention = finding(State::Attention, false);
        let wrong = finding(State::Wrong, false);
        let away = finding(State::Wrong, true);
        for (findings, code) in [
            (vec![well.clone(), advice], Exit::Done),
            (vec![well.clone(), attention.clone()], Exit::Partial),
            (vec![wrong.clone(), well], Exit::Partial),
            (vec![wrong.clone(), away, attention], Exit::RootAway),
        ] {
            assert_eq!(exit(&findings), code, "{findings:?}");
        }
    }
}
