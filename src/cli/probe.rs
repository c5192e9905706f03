//! `standin probe`.

use super::exit::Stop;
use super::out::{Mark, Out, counted};
use super::{Context, Exit, Outcome, sound};
use crate::config::Outage;
use crate::outage::probe::{Clock, Control, Evidence, Judged, NetworkTest, Seen, judge, probe};
use crate::outage::service::{Service, Services};
use crate::outage::{Fault, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

/// Services that are asked at once; nobody uses more.
const MAX_SERVICES: usize = 16;

/// Whether a streaming service answers, and whose fault it is if it does not
///
/// Each SERVICE is asked once, all at the same time, and it takes five seconds at most. Without SERVICE those that the config
/// names are asked ([outage] services = ["Spotify"]). Nobody else is ever contacted: the network test, which tells your network
/// from theirs, is a page that you choose ([outage] control = "http://…", one that answers 204, or 200 and a few words), and it
/// is asked only when a service is in doubt. Built in are Spotify, Apple Music, YouTube Music, Tidal, Deezer and SoundCloud; a
/// [[service]] in the config adds one, or takes the place of one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin probe spotify
  standin probe spotify deezer -v        each check, how far it got and how long it took
  standin probe || notify-send \"It is not me\"

Exit codes, of the largest cause:
  0  every service answers
  10  a service is down, cannot be found, or refuses you
  11  it is limited or slow, or whose fault it is cannot be told
  12  it is your network, or your clock")]
pub struct Args {
    /// Names of services
    #[arg(value_name = "SERVICE")]
    service: Vec<String>,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let outage = sound::settings(context).outage;
    let services = Services::with(&outage.services);
    let asked = chosen(&args.service, &outage, &services)?;
    let test = NetworkTest::new(outage.control);
    let bar = bar(asked.len(), &context.out);
    let evidence = ask(&asked, &test);
    bar.finish_and_clear();
    // One certificate that holds tells that the clock is right, for all of them.
    let clock = Clock::now(evidence.iter().any(Evidence::is_proven));
    let judged: Vec<Judged> = evidence.iter().map(|one| judge(one, &clock)).collect();
    let out = &mut context.out;
    let found = || evidence.iter().zip(&judged);
    if out.json {
        let all: Vec<Value> = found().map(|(one, judged)| json_of(one, judged)).collect();
        out.json(json!({ "services": all }))?;
    } else {
        found().try_for_each(|(one, judged)| tell(one, judged, out))?;
    }
    let is_unknown = |(one, judged): (&Evidence, &Judged)| {
        judged.verdict == Verdict::Unreachable && one.control == Control::NotSet
    };
    out.flush()?;
    if found().any(is_unknown) {
        out.say("A network test would tell: [outage] control = \"http://…\" in the config names a page of your choice.");
    }
    let exits = judged.iter().map(|judged| exit(judged.verdict));
    Ok(exits.fold(Exit::Done, larger))
}

fn chosen<'a>(
    names: &[String],
    outage: &Outage,
    services: &'a Services,
) -> Result<Vec<&'a Service>, Stop> {
    let used = outage.used.as_deref().unwrap_or_default();
    let names = if names.is_empty() { used } else { names };
    let known = || {
        let names = services.all().iter().map(|service| service.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    if names.is_empty() {
        let stop = Stop::new(
            Exit::Usage,
            "no service is named, and nobody is contacted who was not asked for",
        );
        return Err(stop.hint(format!(
            "Name one, or those that you use as [outage] services = [\"…\"] in the config: {}",
            known()
        )));
    }
    let mut chosen: Vec<&Service> = Vec::new();
    for name in names {
        let service = services.named(name).ok_or_else(|| {
            let stop = Stop::new(Exit::NothingFound, format!("there is no service “{name}”"));
            stop.hint(format!(
                "There are {}; a [[service]] in the config adds one",
                known()
            ))
        })?;
        if !chosen.contains(&service) {
            chosen.push(service);
        }
    }
    if chosen.len() > MAX_SERVICES {
        let most = format!("no more than {MAX_SERVICES} services are asked at once");
        return Err(Stop::new(Exit::Usage, most));
    }
    Ok(chosen)
}

fn ask(services: &[&Service], test: &NetworkTest) -> Vec<Evidence> {
    thread::scope(|scope| {
        let begin = |service| {
            let named = thread::Builder::new().name("probe".into());
            named.spawn_scoped(scope, move || probe(service, test))
        };
        let asking: Vec<_> = services.iter().map(|service| begin(*service)).collect();
        let asked = asking.into_iter().zip(services);
        // Where there is no room for a thread, one after the other.
        asked
            .map(
                |(asking, service)| match asking.map(|asking| asking.join()) {
                    Ok(Ok(evidence)) => evidence,
                    _ => probe(service, test),
                },
            )
            .collect()
    })
}

fn bar(services: usize, out: &Out) -> ProgressBar {
    if !out.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(ProgressStyle::default_spinner());
    bar.set_message(format!("Asking {} …", counted(services, "service")));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn tell(evidence: &Evidence, judged: &Judged, out: &mut Out) -> Result<(), Stop> {
    let sentence = judged.verdict.sentence(&evidence.service, &judged.evidence);
    if out.is_terminal {
        out.line(out.marked(mark(judged.verdict), &sentence))?;
    } else {
        let word = judged.verdict.word().to_owned();
        out.table(&[], &[vec![evidence.service.clone(), word, sentence]])?;
    }
    if out.verbose {
        for seen in &evidence.seen {
            out.line(format!("  {}", line(seen)))?;
        }
    }
    Ok(())
}

fn line(seen: &Seen) -> String {
    let phase = seen.saw.phase().word();
    format!("{phase:4}  {}, {} ms", seen.words(), seen.took_ms)
}

fn mark(verdict: Verdict) -> Mark {
    match verdict.fault() {
        Fault::Nobody => Mark::Well,
        Fault::Unknown => Mark::Attention,
        Fault::Service | Fault::Here => Mark::Wrong,
    }
}

fn exit(verdict: Verdict) -> Exit {
    match verdict.fault() {
        Fault::Nobody => Exit::Done,
        Fault::Service => Exit::ServiceDown,
        Fault::Unknown => Exit::Degraded,
        Fault::Here => Exit::OwnNetwork,
    }
}

/// A network explains services that fail, and a service that is down weighs more than one that is in doubt.
fn larger(one: Exit, other: Exit) -> Exit {
    let weight = |exit: Exit| match exit {
        Exit::OwnNetwork => 3,
        Exit::ServiceDown => 2,
        Exit::Degraded => 1,
        _ => 0,
    };
    match weight(other) > weight(one) {
        true => other,
        false => one,
    }
}

fn json_of(evidence: &Evidence, judged: &Judged) -> Value {
    let probed = evidence.probed(judged);
    let sentence = judged.verdict.sentence(&evidence.service, &judged.evidence);
    json!({
        "service": evidence.service,
        "verdict": judged.verdict.word(),
        "sentence": sentence,
        "evidence": judged.evidence,
        "route": evidence.route,
        "control": control(&evidence.control),
        "checks": evidence.seen.iter().map(json_of_check).collect::<Vec<_>>(),
        "failed": probed.failed,
        "took_ms": evidence.took_ms,
        "retry_after_ms": probed.retry_after_ms,
    })
}

fn json_of_check(seen: &Seen) -> Value {
    json!({
        "whom": seen.label,
        "kind": if seen.is_http { "http" } else { "tcp" },
        "phase": seen.saw.phase().word(),
        "saw": seen.saw.word(),
        "words": seen.saw.to_string(),
        "took_ms": seen.took_ms,
    })
}

fn control(control: &Control) -> &'static str {
    match control {
        Control::NotSet => "not-set",
        Control::NotAsked => "not-asked",
        Control::Fine { .. } => "fine",
        Control::Portal(_) => "portal",
        Control::Failed(_) => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_cause_wins() {
        let verdicts = [
            (Verdict::Up, 0),
            (Verdict::Limited, 11),
            (Verdict::Unreachable, 11),
            (Verdict::ServiceDown, 10),
            (Verdict::ServiceDns, 10),
            (Verdict::Blocked, 10),
            (Verdict::Offline, 12),
            (Verdict::Dns, 12),
            (Verdict::Portal, 12),
            (Verdict::TlsClock, 12),
        ];
        let mut worst = Exit::Done;
        for (verdict, code) in verdicts {
            assert_eq!(exit(verdict) as u8, code);
            worst = larger(worst, exit(verdict));
        }
        assert_eq!(worst, Exit::OwnNetwork);
        assert_eq!(larger(Exit::ServiceDown, Exit::Degraded), Exit::ServiceDown);
    }
}
