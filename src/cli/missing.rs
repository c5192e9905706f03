//! `standin missing`.

use super::out::{Out, counted, hours};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::care::missing::{By, Coverage, MissingReport, Offer, OfferKind, missing};
use crate::library::{Library, LibraryError};
use crate::music::{Printable, Wanted};
use serde_json::{Value, json};

/// Lines that are told where nobody says how many.
const USUALLY: usize = 20;

/// Reasons of one album or artist that a cell of text has.
const MAX_REASONS: usize = 10;

/// What to get next: what your playlists want and you do not own, by how much it fills
///
/// Albums where more than one song of them is missing, else songs. Each counts the rows that want it; where a listening
/// history was imported, what you heard most weighs more: an hour as much as four rows. Rows whose match is not sure count
/// as missing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin missing
  standin missing Road Trip --by track -n 50
  standin missing --format csv > to-get.csv
  standin missing --format markdown")]
pub struct Args {
    /// A playlist's name; without one all of them
    #[arg(value_name = "PLAYLIST")]
    playlist: Vec<String>,
    /// Albums, songs or artists
    #[arg(long, value_name = "WHAT", default_value = "album")]
    by: Kind,
    /// So many lines; 0: all
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = USUALLY)]
    limit: usize,
    /// As a list for another program
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    Album,
    Track,
    Artist,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Csv,
    Markdown,
}

impl From<Kind> for By {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Album => Self::Album,
            Kind::Track => Self::Track,
            Kind::Artist => Self::Artist,
        }
    }
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let names = match args.playlist.join(" ") {
        name if name.is_empty() => Vec::new(),
        name => vec![name],
    };
    let library = context.library();
    let report = missing(&library, &names, args.by.into())?;
    if report.playlists.is_empty() {
        return Err(
            Stop::new(Exit::NothingFound, "there is no playlist to look through")
                .hint("`standin import FILE` takes in those of a streaming service"),
        );
    }
    let limit = if args.limit == 0 {
        usize::MAX
    } else {
        args.limit
    };
    let shown = report.offers.iter().take(limit);
    let shown: Vec<Told> = shown
        .map(|offer| Told::new(offer, &library))
        .collect::<Result<_, _>>()?;
    let shown = &shown[..];
    let out = &mut context.out;
    match args.format {
        _ if out.json => out.json(json(&report, shown))?,
        Some(Format::Csv) => csv(shown, out)?,
        Some(Format::Markdown) => markdown(shown, out)?,
        None => tell(&report, shown, out)?,
    }
    Ok(match report.offers.is_empty() {
        true => Exit::Done,
        false => Exit::Partial,
    })
}

/// Something to get, with why each song of it does not play.
struct Told<'a> {
    offer: &'a Offer,
    reasons: Vec<String>,
}

impl<'a> Told<'a> {
    fn new(offer: &'a Offer, library: &Library) -> Result<Self, LibraryError> {
        let explained = library.explain_all(&offer.wants)?;
        let reasons = explained.iter().map(|explained| explained.reason());
        Ok(Self {
            offer,
            reasons: reasons.collect(),
        })
    }

    /// The reason of a single song; of several each with its title.
    fn why(&self) -> String {
        if let ([reason], OfferKind::Track) = (&self.reasons[..], self.offer.kind) {
            return reason.clone();
        }
        let named = self.offer.wants.iter().zip(&self.reasons);
        let named = named.map(|(wanted, reason)| format!("{}: {reason}", wanted.title));
        let mut told: Vec<String> = named.take(MAX_REASONS).collect();
        if self.reasons.len() > MAX_REASONS {
            told.push(format!("… and {} more", self.reasons.len() - MAX_REASONS));
        }
        told.join(" / ")
    }
}

const COLUMNS: [Column; 7] = [
    Column::word("GET"),
    Column::text("ARTIST").stays(),
    Column::text("TITLE").stays(),
    Column::number("SONGS"),
    Column::number("ROWS"),
    Column::number("HEARD"),
    Column::text("WHY"),
];

fn tell(report: &MissingReport, shown: &[Told], out: &mut Out) -> Result<(), Stop> {
    let rows: Vec<_> = shown.iter().map(row).collect();
    if report.offers.is_empty() {
        out.say("Nothing is missing.");
        return Ok(());
    }
    out.table(&COLUMNS, &rows)?;
    out.flush()?;
    for line in lifts(report, shown) {
        out.say(line);
    }
    if report.offers.len() > shown.len() {
        let more = report.offers.len() - shown.len();
        out.say(format!("… and {more} more; -n 0 names all."));
    }
    Ok(())
}

/// Playlists whose change is told.
const MAX_TOLD: usize = 10;

/// `These 7 albums and 3 songs lift “Road Trip” from 61 % to 90 %.`
fn lifts(report: &MissingReport, shown: &[Told]) -> Vec<String> {
    let (playlists, all) = report.lifted(shown.len());
    let before = report.playlists.iter();
    let lifted = |(before, after): &(&Coverage, &Coverage)| before.here != after.here;
    let changed: Vec<_> = before.zip(&playlists).filter(lifted).collect();
    let songs: usize = shown.iter().map(|told| told.offer.songs).sum();
    let has_more = shown.iter().any(|told| told.offer.kind != OfferKind::Track);
    let what = match has_more {
        true => format!("{} ({})", kinds(shown), counted(songs, "song")),
        false => kinds(shown),
    };
    let lift = if shown.len() == 1 { "lifts" } else { "lift" };
    let from_to = |before: &Coverage, after: &Coverage| {
        format!("from {} % to {} %", before.percent(), after.percent())
    };
    let mut lines = Vec::new();
    if let [(before, after)] = changed[..] {
        let name = Printable::new(&before.name);
        lines.push(format!(
            "{what} {lift} “{name}” {}.",
            from_to(before, after)
        ));
        return lines;
    }
    let from_to_all = from_to(&report.all, &all);
    lines.push(format!("{what} {lift} all your playlists {from_to_all}:"));
    for (before, after) in changed.iter().take(MAX_TOLD) {
        let name = Printable::new(&before.name);
        lines.push(format!("  “{name}” {}", from_to(before, after)));
    }
    if changed.len() > MAX_TOLD {
        lines.push(format!("  … and {} more", changed.len() - MAX_TOLD));
    }
    lines
}

/// `These 7 albums and 3 songs`
fn kinds(shown: &[Told]) -> String {
    let kinds = [
        (OfferKind::Album, "album"),
        (OfferKind::Track, "song"),
        (OfferKind::Artist, "artist"),
    ];
    let counts = kinds.map(|(kind, word)| {
        let count = shown.iter().filter(|told| told.offer.kind == kind).count();
        (count > 0).then(|| counted(count, word))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let this = if shown.len() == 1 { "This" } else { "These" };
    format!("{this} {}", counts.join(" and "))
}

fn row(told: &Told) -> Vec<String> {
    let offer = told.offer;
    vec![
        offer.kind.word().into(),
        offer.artist.clone(),
        offer.title.clone(),
        offer.songs.to_string(),
        offer.rows.to_string(),
        heard(offer),
        // An album's are many: the other ways of telling have them.
        match offer.kind {
            OfferKind::Track => told.why(),
            OfferKind::Album | OfferKind::Artist => String::new(),
        },
    ]
}

/// `3 h 12 min`, or nothing.
fn heard(offer: &Offer) -> String {
    match offer.heard_ms / 60_000 {
        0 => String::new(),
        _ => hours(offer.heard_ms),
    }
}

fn cells(told: &Told) -> [String; 8] {
    let offer = told.offer;
    let playlists: Vec<&str> = offer.playlists.keys().map(String::as_str).collect();
    [
        offer.kind.word().into(),
        offer.artist.clone(),
        offer.title.clone(),
        offer.songs.to_string(),
        offer.rows.to_string(),
        (offer.heard_ms / 60_000).to_string(),
        playlists.join("; "),
        told.why(),
    ]
}

const HEAD: [&str; 8] = [
    "get",
    "artist",
    "title",
    "songs",
    "rows",
    "minutes",
    "playlists",
    "why",
];

fn csv(shown: &[Told], out: &mut Out) -> Result<(), Stop> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = (|| {
        writer.write_record(HEAD)?;
        shown
            .iter()
            .try_for_each(|told| writer.write_record(cells(told)))
    })();
    written.map_err(|error: csv::Error| Stop::failed(error.to_string()))?;
    let bytes = writer.into_inner();
    let bytes = bytes.map_err(|error| Stop::failed(error.to_string()))?;
    for line in String::from_utf8_lossy(&bytes).lines() {
        out.line(line.to_owned())?;
    }
    Ok(())
}

fn markdown(shown: &[Told], out: &mut Out) -> Result<(), Stop> {
    let line = |cells: &[String]| {
        let plain = |cell: &String| cell.replace('\\', "\\\\").replace('|', "\\|");
        let cells: Vec<String> = cells.iter().map(plain).collect();
        format!("| {} |", cells.join(" | "))
    };
    out.line(line(&HEAD.map(str::to_owned)))?;
    out.line("|---|---|---|--:|--:|--:|---|---|")?;
    for told in shown {
        out.line(line(&cells(told)))?;
    }
    Ok(())
}

fn json(report: &MissingReport, shown: &[Told]) -> Value {
    let want = |(wanted, reason): (&Wanted, &String)| json!({ "title": wanted.title, "artists": wanted.artists, "album": wanted.album, "reason": reason });
    let offer = |told: &Told| {
        let offer = told.offer;
        let wants = offer.wants.iter().zip(&told.reasons).map(want);
        json!({
            "kind": offer.kind.word(), "artist": offer.artist, "title": offer.title, "songs": offer.songs,
            "rows": offer.rows, "heard_ms": offer.heard_ms, "playlists": offer.playlists,
            "wants": wants.collect::<Vec<_>>(),
        })
    };
    let (after, all) = report.lifted(shown.len());
    let coverage = |(before, after): (&Coverage, &Coverage)| {
        json!({
            "name": before.name, "rows": before.rows, "here": before.here, "away": before.away,
            "percent": before.percent(), "percent_after": after.percent(),
        })
    };
    let playlists = report.playlists.iter().zip(&after).map(coverage);
    let mut together = coverage((&report.all, &all));
    together.as_object_mut().map(|all| all.remove("name"));
    json!({
        "offers": shown.iter().map(offer).collect::<Vec<_>>(),
        "more": report.offers.len() - shown.len(),
        "playlists": playlists.collect::<Vec<_>>(),
        "all": together,
        "weighed_by_listening": report.is_weighed,
    })
}
