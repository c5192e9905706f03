//! `standin match`: counts, and the rows that do not play by themselves.

use super::super::live::named;
use super::super::rows;
use super::super::songs;
use super::{Column, Context, Exit, Out, Outcome, Stop, counted};
use crate::library::resolve::Explained;
use crate::library::{Counts, MatchedRow, Matches};
use crate::music::{Printable, Wanted};
use serde_json::{Value, json};

/// Rows that are told where nobody says how many.
const USUALLY: usize = 50;
/// Playlists whose counts are told one by one.
const MAX_TOLD: usize = 20;

#[derive(clap::Args)]
pub struct ListArgs {
    /// A playlist's name; without one all of them
    #[arg(value_name = "PLAYLIST")]
    playlist: Vec<String>,
    /// So many rows; 0: all
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = USUALLY)]
    limit: usize,
}

/// A row that does not play by itself, with what comes near.
struct Open {
    row: MatchedRow,
    explained: Explained,
}

pub fn run(args: &ListArgs, context: &mut Context) -> Outcome {
    let name = args.playlist.join(" ");
    let library = context.library();
    let lists = library.matches(Some(&*name).filter(|name| !name.is_empty()))?;
    if lists.is_empty() {
        return Err(
            Stop::new(Exit::NothingFound, "there is no playlist to look through")
                .hint("`standin import FILE` takes in those of a streaming service"),
        );
    }
    let limit = match args.limit {
        0 => usize::MAX,
        limit => limit,
    };
    let all = lists.iter().flat_map(|list| &list.open);
    let count = all.clone().count();
    let shown: Vec<MatchedRow> = all.take(limit).map(|(row, _)| row.clone()).collect();
    let wanted: Vec<Wanted> = shown.iter().map(|row| row.wanted.clone()).collect();
    let explained = library.explain_all(&wanted)?;
    let open = shown.into_iter().zip(explained);
    let open: Vec<Open> = open
        .map(|(row, explained)| Open { row, explained })
        .collect();
    let more = count - open.len();
    let out = &mut context.out;
    if out.json {
        out.json(answer(&lists, &open, more))?;
    } else {
        tell(&lists, &open, more, out)?;
    }
    Ok(if count > 0 { Exit::Partial } else { Exit::Done })
}

const COLUMNS: [Column; 5] = [
    Column::text("ROW").stays(),
    Column::word("MATCH"),
    Column::text("WANTED").stays(),
    Column::text("NEAREST"),
    Column::text("FAILED"),
];

fn tell(lists: &[Matches], open: &[Open], more: usize, out: &mut Out) -> Result<(), Stop> {
    let rows: Vec<_> = open.iter().map(cells).collect();
    if !rows.is_empty() {
        out.table(&COLUMNS, &rows)?;
        out.flush()?;
    }
    if more > 0 {
        out.say(format!("… and {more} more; -n 0 names all."));
    }
    for list in lists.iter().take(MAX_TOLD) {
        let name = Printable::new(&list.name);
        out.say(format!("“{name}”: {}.", told(&list.counts)));
    }
    if lists.len() > MAX_TOLD {
        out.say(format!(
            "… and {} more.",
            counted(lists.len() - MAX_TOLD, "playlist")
        ));
    }
    if lists.len() > 1 {
        out.say(format!("All together: {}.", told(&together(lists))));
    }
    Ok(())
}

fn together(lists: &[Matches]) -> Counts {
    let mut all = Counts::default();
    for counts in lists.iter().map(|list| list.counts) {
        all.exact += counts.exact;
        all.likely += counts.likely;
        all.ask += counts.ask;
        all.substitute += counts.substitute;
        all.missing += counts.missing;
    }
    all
}

/// `84 rows, 50 exact, 10 likely, 24 missing`
fn told(counts: &Counts) -> String {
    let mut told = counted(counts.rows(), "row");
    for (word, count) in counts.named() {
        if count > 0 {
            told += &format!(", {count} {word}");
        }
    }
    told
}

fn cells(open: &Open) -> Vec<String> {
    let nearest = open.explained.told.first();
    let nearest = nearest.map_or(String::new(), |(song, _)| match songs::length(song) {
        length if length.is_empty() => named(song),
        length => format!("{} ({length})", named(song)),
    });
    vec![
        open.row.address(),
        open.explained.verdict.word().into(),
        open.row.wanted.label(),
        nearest,
        open.explained.failed().unwrap_or_default().into(),
    ]
}

fn answer(lists: &[Matches], open: &[Open], more: usize) -> Value {
    let list = |list: &Matches| {
        let mut value = json!({ "name": list.name, "rows": list.counts.rows() });
        for (word, count) in list.counts.named() {
            value[word] = count.into();
        }
        value
    };
    let row = |open: &Open| {
        let (wanted, explained) = (&open.row.wanted, &open.explained);
        let mut value = rows::json(wanted, &explained.verdict, &explained.reason());
        value["playlist"] = open.row.playlist.clone().into();
        value["row"] = open.row.number.into();
        value["failed"] = open.explained.failed().into();
        if let Some((song, _)) = open.explained.told.first() {
            value["nearest"] = songs::json(song);
        }
        value
    };
    json!({
        "playlists": lists.iter().map(list).collect::<Vec<_>>(),
        "open": open.iter().map(row).collect::<Vec<_>>(),
        "more": more,
    })
}
