//! `standin outages`.

use super::out::{Out, counted};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::daemon::stepping::fault;
use crate::library::person::{Person, Told};
use crate::music::{Outage, Response, clock, spoken_hours};
use crate::outage::Verdict;
use serde_json::{Value, json};

/// Lines that are told where nobody says how many.
const USUALLY: usize = 20;

/// The diary of outages, newest first: when, how long, whose fault, and what was played
///
/// The guard writes it: `standin guard`. SILENCE is how long nothing was heard before your own music began; where none did, for
/// it was a dry run or nobody answered its question, nobody knows. With -v, or with `show`, what you heard while the service
/// was away, as the history has it.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  standin outages
  standin outages show 1
  standin outages --jsonl | jq -r .service | sort | uniq -c"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// So many at most
    #[arg(short, value_name = "N", default_value_t = USUALLY)]
    number: usize,
    /// A line of JSON for each, instead of one value for all
    #[arg(long)]
    jsonl: bool,
}

#[derive(clap::Subcommand)]
enum Verb {
    Show(ShowArgs),
}

/// One outage, with the evidence and what you heard while it lasted
#[derive(clap::Args)]
struct ShowArgs {
    /// Its number in the list, from 1
    #[arg(value_name = "N", default_value_t = 1)]
    number: usize,
}

/// An outage, its number, and what was heard in it.
struct Line {
    number: usize,
    outage: Outage,
    began: String,
    heard: Vec<Told>,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let person = context.library().person_reader()?;
    let mut all = person.outages()?;
    all.reverse();
    match args.verb {
        Some(Verb::Show(ShowArgs { number })) => {
            let known = all.len();
            let outage = number.checked_sub(1).and_then(|at| all.into_iter().nth(at));
            let outage = outage.ok_or_else(|| {
                let told = format!(
                    "there is no outage {number}; the diary has {}",
                    counted(known, "outage")
                );
                Stop::new(Exit::NothingFound, told).hint("`standin outages` lists them")
            })?;
            let line = Line::of(number, outage, &person)?;
            show(&line, context)
        }
        None => {
            let first = all.into_iter().take(args.number).zip(1..);
            let lines = first.map(|(outage, number)| Line::of(number, outage, &person));
            let lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
            list(&lines, args.jsonl, context)
        }
    }
}

impl Line {
    fn of(number: usize, outage: Outage, person: &Person) -> Result<Self, Stop> {
        let end = outage.ended_at_ms.unwrap_or(i64::MAX);
        let (began, heard) = (
            person.local_time(outage.began_at_ms),
            person.heard_between(outage.began_at_ms, end),
        );
        Ok(Self {
            number,
            began: began?,
            heard: heard?,
            outage,
        })
    }

    fn fault(&self) -> String {
        let word = Value::from(self.outage.verdict.clone());
        let verdict = serde_json::from_value::<Verdict>(word);
        verdict.map_or(self.outage.verdict.clone(), |verdict| {
            fault(verdict, &self.outage.service)
        })
    }

    fn silence(&self) -> String {
        let silence = self.outage.silence_ms;
        silence.map_or(String::new(), |ms| {
            format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
        })
    }

    fn row(&self) -> Vec<String> {
        let outage = &self.outage;
        let open = if outage.ended_at_ms.is_none() {
            " …"
        } else {
            ""
        };
        vec![
            self.number.to_string(),
            self.began.clone(),
            format!("{}{open}", clock(outage.length_ms())),
            outage.service.clone(),
            self.fault(),
            self.silence(),
            match outage.response {
                Response::SteppedIn => outage.songs.to_string(),
                Response::DryRun => "dry run".to_owned(),
                Response::NotAnswered => "no answer".to_owned(),
            },
            outage.instead_of.label(),
        ]
    }

    fn json(&self) -> Value {
        let outage = &self.outage;
        let wanted = &outage.instead_of;
        let heard: Vec<Value> = self.heard.iter().map(heard_json).collect();
        json!({
            "number": self.number, "began_at_ms": outage.began_at_ms, "ended_at_ms": outage.ended_at_ms,
            "length_ms": outage.length_ms(), "service": outage.service, "client": outage.client,
            "verdict": outage.verdict, "evidence": outage.evidence, "playlist": outage.list,
            "instead_of": { "title": wanted.title, "artists": wanted.artists, "album": wanted.album },
            "took_over_at_ms": outage.took_over_at_ms, "silence_ms": outage.silence_ms, "songs": outage.songs,
            "left_out": outage.left_out, "response": outage.response.word(), "heard": heard,
        })
    }
}

fn heard_json(told: &Told) -> Value {
    json!({
        "at_ms": told.heard.at_ms, "title": told.song.title, "artists": told.song.artists,
        "album": told.song.album, "skipped": !told.heard.to_the_end, "from": told.heard.origin,
    })
}

fn list(lines: &[Line], jsonl: bool, context: &mut Context) -> Outcome {
    let out = &mut context.out;
    if jsonl {
        for line in lines {
            out.json(line.json())?;
        }
        return Ok(Exit::Done);
    }
    if out.json {
        let all: Vec<Value> = lines.iter().map(Line::json).collect();
        out.json(json!({ "outages": all }))?;
        return Ok(Exit::Done);
    }
    if lines.is_empty() {
        out.say("No outage was noticed yet. `standin guard` looks out for them.");
        return Ok(Exit::Done);
    }
    let columns = [
        Column::number("N").stays(),
        Column::word("BEGAN").stays(),
        Column::number("LENGTH"),
        Column::text("SERVICE").stays(),
        Column::text("FAULT"),
        Column::number("SILENCE"),
        Column::number("SONGS"),
        Column::text("INSTEAD OF"),
    ];
    let rows: Vec<_> = lines.iter().map(Line::row).collect();
    out.table(&columns, &rows)?;
    if out.verbose {
        let has_more = |line: &&Line| !line.heard.is_empty() || line.outage.left_out > 0;
        for line in lines.iter().filter(has_more) {
            out.line(format!("{}: {}", line.number, line.began))?;
            say_left_out(&line.outage, "  ", out)?;
            say_heard(line, out)?;
        }
    }
    out.say(totals(lines));
    Ok(Exit::Done)
}

fn totals(lines: &[Line]) -> String {
    let sum = |of: &dyn Fn(&Outage) -> u64| lines.iter().map(|line| of(&line.outage)).sum();
    let (length, silence): (u64, u64) = (
        sum(&Outage::length_ms),
        sum(&|outage| outage.silence_ms.unwrap_or(0)),
    );
    let songs: u64 = sum(&|outage| outage.songs.into());
    let is_unplayed = |line: &&Line| line.outage.response != Response::SteppedIn;
    let unplayed = match lines.iter().filter(is_unplayed).count() {
        0 => String::new(),
        count => format!(" In {count} of them nothing was done."),
    };
    format!(
        "{}, {} in all; {} of silence, {} of yours.{unplayed}",
        counted(lines.len(), "outage"),
        spoken_hours(length),
        spoken_hours(silence),
        counted(usize::try_from(songs).unwrap_or(usize::MAX), "song"),
    )
}

fn show(line: &Line, context: &mut Context) -> Outcome {
    let out = &mut context.out;
    if out.json {
        out.json(line.json())?;
        return Ok(Exit::Done);
    }
    let outage = &line.outage;
    let length = clock(outage.length_ms());
    let is_over = if outage.ended_at_ms.is_some() {
        ""
    } else {
        ", and is not over"
    };
    out.line(format!(
        "{}: {}, {length}{is_over}.",
        line.began,
        line.fault()
    ))?;
    for evidence in &outage.evidence {
        out.line(format!("  {evidence}"))?;
    }
    let list = outage.list.as_ref();
    let list = list.map_or(String::new(), |list| format!(", in “{list}”"));
    out.line(format!("It played {}{list}.", outage.instead_of.label()))?;
    out.line(match (outage.response, outage.took_over_at_ms) {
        (Response::DryRun, _) => "Nothing of yours was played: it was a dry run.".to_owned(),
        (Response::NotAnswered, _) => {
            "Nothing of yours was played: nobody answered whether it should be.".to_owned()
        }
        (_, None) => "Nothing of yours was played.".to_owned(),
        (_, Some(_)) => format!(
            "Your own music began after {} of silence; {} of it.",
            line.silence(),
            counted(outage.songs as usize, "song")
        ),
    })?;
    say_left_out(outage, "", out)?;
    say_heard(line, out)?;
    Ok(Exit::Done)
}

/// Rows of the list that did not play.
fn say_left_out(outage: &Outage, indent: &str, out: &mut Out) -> Result<(), Stop> {
    if outage.left_out > 0 {
        let rows = counted(outage.left_out as usize, "row");
        let told = format!("{indent}{rows} of the list left out: nothing of yours plays for them.");
        out.line(told)?;
    }
    Ok(())
}

fn say_heard(line: &Line, out: &mut Out) -> Result<(), Stop> {
    for told in &line.heard {
        let skipped = if told.heard.to_the_end {
            ""
        } else {
            " (skipped)"
        };
        let told = format!("  {}  {}{skipped}", told.when, told.song.label());
        out.line(told)?;
    }
    Ok(())
}
