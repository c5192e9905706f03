//! `standin find`.

use super::order::OrderArgs;
use super::search::print;
use super::songs::ListArgs;
use super::{Context, Outcome};
use crate::library::query::exactly;
use crate::music::Typed;

/// Songs whose fields are exactly these values, by path
///
/// TYPE VALUE pairs: the whole value, letter by letter; an empty one means songs without the field. Types and FILTERS
/// are those of `search`, but case matters here, as with MPD. WORDS alone are one value that any field has.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin find artist \"Nina Simone\" album \"Pastel Blues\"\n  standin find genre \"\"\n  standin find \"((codec == 'mp3') AND (modified-since '2024-05-01'))\"\n  standin find -0 base Music/Nina | xargs -0 du -ch"
)]
pub struct Args {
    /// TYPE VALUE pairs, filters, or one value
    #[arg(required = true, value_name = "TYPE VALUE|FILTER|WORDS")]
    what: Vec<Typed>,
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let reader = context.library().reader()?;
    let filter = exactly(&Typed::texts(&args.what))?;
    let mut found = reader.first_matching(&filter, args.order.order(), args.order.limit)?;
    print(&mut found, &args.what, &reader, args.list, context)
}
