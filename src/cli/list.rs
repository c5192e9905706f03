//! `standin list`.

use super::out::Out;
use super::search::{nothing_found, print};
use super::songs::ListArgs;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::query::{ListedType, Listing};
use crate::music::{Field, Typed};
use serde_json::{Map, Value, json};

/// The values that a field has, each once
///
/// `list TYPE`, then which songs count (TYPE VALUE pairs or FILTERS as for `find`), then `group TYPE` as often as wanted.
/// Values come in alphabetical order whatever their case; songs without one are left out, except in a group. Grouped,
/// each line has the groups before the value, with tabs between them. `list file` gives paths.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin list artist\n  standin list album artist \"Nina Simone\"\n  standin list album group albumartist group date\n  standin list date \"(genre == 'Jazz')\""
)]
pub struct Args {
    /// TYPE, conditions, and `group TYPE`
    #[arg(required = true, value_name = "TYPE [CONDITIONS] [group TYPE]")]
    what: Vec<Typed>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let listing = Listing::read(&Typed::texts(&args.what))?;
    let reader = context.library().reader()?;
    let ListedType::Field(field) = listing.what else {
        let mut found = reader.first_matching(&listing.filter, None, args.limit)?;
        return print(&mut found, &args.what, &reader, args.list, context);
    };
    if args.list.print0 {
        return Err(Stop::new(Exit::Usage, "-0 is for paths")
            .hint("`standin list file` gives those of files"));
    }
    let mut rows = reader.listed(&listing)?;
    if listing.groups.is_empty() {
        rows.retain(|row| row.iter().any(|value| !value.is_empty()));
    }
    rows.truncate(args.limit.unwrap_or(usize::MAX));
    if rows.is_empty() && !context.out.json {
        return Err(nothing_found(&args.what.join(" "), reader.song_count()?));
    }
    let fields: Vec<Field> = listing.groups.iter().copied().chain([field]).collect();
    print_rows(&rows, &fields, &mut context.out)?;
    Ok(if rows.is_empty() {
        Exit::NothingFound
    } else {
        Exit::Done
    })
}

fn print_rows(rows: &[Vec<String>], fields: &[Field], out: &mut Out) -> Result<(), Stop> {
    if out.json {
        let values = rows.iter().map(|row| {
            let named = fields.iter().zip(row);
            let named =
                named.map(|(field, value)| (field.name().to_owned(), value.as_str().into()));
            Value::Object(named.collect::<Map<_, _>>())
        });
        let values: Vec<_> = values.collect();
        return Ok(out.json(json!({ "values": values }))?);
    }
    let columns: Vec<Column> = fields
        .iter()
        .map(|field| Column::text(field.name()))
        .collect();
    Ok(out.table(&columns, rows)?)
}
