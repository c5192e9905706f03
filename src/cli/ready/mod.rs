//! `standin ready`.

mod page;

use super::out::Out;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop, findings};
use crate::care::doctor::DoctorOptions;
use crate::care::missing::{By, missing};
use crate::care::ready::{ListReady, Minutes, Ready, ReadyOptions, ready};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Files that are begun where nobody says how many.
const FILES: usize = 50;
/// Things to get that the page names.
const OFFERS: usize = 20;
/// The width of a bar, in columns.
const BAR: usize = 30;

/// Whether an outage would hurt today: what would play now, and what to do about the rest
///
/// Not coverage alone: the music folders are here and on this machine, files open and begin to sound, the output opens, the
/// index, what you made and its backup are whole. Where a listening history was imported, the number is the share of the
/// last year's listening that you own; else the share of the rows of your playlists. Nothing sounds, and no network is
/// asked.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin ready
  standin ready --min 80 || notify-send \"Not ready for an outage\"
  standin ready --html ready.html")]
pub struct Args {
    /// End with 4 where less than so many percent would play now
    #[arg(long, value_name = "PCT", value_parser = clap::value_parser!(u64).range(0..=100))]
    min: Option<u64>,
    /// Write it as one page with plots, which needs nothing beside itself
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// So many files are opened and begun
    #[arg(long, value_name = "N", default_value_t = FILES)]
    files: usize,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let outage = super::sound::settings(context).outage;
    let places = &context.places;
    let options = ReadyOptions {
        doctor: DoctorOptions {
            deep: false,
            data: places.data.clone(),
            others: vec![places.cache.clone(), places.state.clone()],
        },
        files: args.files,
        guard: outage.guard.unwrap_or_default(),
        listens: outage.listen.unwrap_or(false),
        clients: outage.clients,
    };
    let library = context.library();
    let ready = ready(&library, &options)?;
    if let Some(file) = &args.html {
        let missing = missing(&library, &[], By::Album)?;
        let offers = &missing.offers[..missing.offers.len().min(OFFERS)];
        write_page(file, &page::page(&ready, offers))?;
    }
    let out = &mut context.out;
    if out.json {
        out.json(json(&ready))?;
    } else if args.html.is_none() {
        tell(&ready, out)?;
    }
    if let Some(file) = &args.html {
        out.say(format!("{} is written.", file.display()));
    }
    Ok(exit(&ready, args.min))
}

fn exit(ready: &Ready, min: Option<u64>) -> Exit {
    let is_away = ready.findings.iter().any(|finding| finding.is_root_away);
    let is_short = min.is_some_and(|min| ready.percent < min);
    match (is_away, is_short) {
        (true, _) => Exit::RootAway,
        (_, true) => Exit::Partial,
        _ => Exit::Done,
    }
}

/// Beside its place and moved there: a page that is there stays whole where the new one cannot be written.
fn write_page(file: &Path, page: &str) -> Result<(), Stop> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let written = std::fs::write(&beside, page).and_then(|()| std::fs::rename(&beside, file));
    written.map_err(|error| {
        std::fs::remove_file(&beside).ok();
        Stop::failed(format!("cannot write {}: {error}", file.display()))
    })
}

const LISTS: [Column; 6] = [
    Column::text("PLAYLIST").stays(),
    Column::number("ROWS"),
    Column::number("NOW"),
    Column::number("AWAY"),
    Column::number("%"),
    Column::number("HEARD %"),
];

fn tell(ready: &Ready, out: &mut Out) -> Result<(), Stop> {
    if out.is_terminal {
        out.line(out.bold(&format!("{} % would play now", ready.percent)))?;
        if !out.plain {
            out.line(bar(ready.percent as usize))?;
        }
        out.line("")?;
    } else {
        let line = ["ready".to_owned(), ready.percent.to_string()];
        out.table(&[], &[line.to_vec()])?;
    }
    if !ready.playlists.is_empty() {
        let rows: Vec<_> = ready
            .playlists
            .iter()
            .map(|list| row(list, out.is_terminal && !out.plain))
            .collect();
        out.table(&LISTS, &rows)?;
        if out.is_terminal {
            out.line("")?;
        }
    }
    for finding in &ready.findings {
        findings::tell(finding, out)?;
    }
    Ok(())
}

fn bar(percent: usize) -> String {
    let full = (percent.min(100) * BAR).div_ceil(100);
    format!("{}{}", "█".repeat(full), "░".repeat(BAR - full))
}

fn row(list: &ListReady, is_terminal: bool) -> Vec<String> {
    let coverage = &list.coverage;
    let now = coverage.percent_now();
    let percent = match is_terminal {
        true => format!("{} {now:>3}", bar(now)),
        false => now.to_string(),
    };
    let year = list.year.filter(|year| year.heard_ms > 0);
    vec![
        coverage.name.clone(),
        coverage.rows.to_string(),
        coverage.here.to_string(),
        coverage.away.to_string(),
        percent,
        year.map_or(String::new(), |year| year.percent().to_string()),
    ]
}

fn json(ready: &Ready) -> Value {
    let minutes = |year: Option<Minutes>| {
        year.map(|year| json!({ "heard_ms": year.heard_ms, "owned_ms": year.owned_ms, "percent": year.percent() }))
    };
    let list = |list: &ListReady| {
        let coverage = &list.coverage;
        json!({
            "name": coverage.name, "rows": coverage.rows, "here": coverage.here, "away": coverage.away,
            "percent": coverage.percent_now(), "mirror": list.is_mirror, "year": minutes(list.year),
        })
    };
    let import = |(name, at_ms): &(String, i64)| json!({ "name": name, "at_ms": at_ms });
    let months = ready.months.iter().map(|month| {
        let minutes = month.minutes;
        json!({ "month": month.name, "heard_ms": minutes.heard_ms, "owned_ms": minutes.owned_ms })
    });
    json!({
        "percent": ready.percent,
        "playlists": ready.playlists.iter().map(list).collect::<Vec<_>>(),
        "year": minutes(ready.year),
        "months": months.collect::<Vec<_>>(),
        "listed_last_ms": ready.listed_last_ms,
        "songs_last_ms": ready.songs_last_ms,
        "imports": ready.imports.iter().map(import).collect::<Vec<_>>(),
        "findings": ready.findings.iter().map(findings::json).collect::<Vec<_>>(),
    })
}
