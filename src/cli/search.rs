//! `standin search`, and what `find` shares with it.

use super::order::OrderArgs;
use super::songs::{self, ListArgs};
use super::{Context, Exit, Outcome, Stop};
use crate::library::query::{Asked, is_type};
use crate::library::{LibraryError, Reader};
use crate::music::{Printable, Song, Typed};

/// Songs that words lead to, best first; or songs whose fields contain values
///
/// WORDS: each begins a word of the title, artist, album, genre, composer, performer, work, label or file name. Case,
/// width and accents do not matter, and Latin letters find other scripts. Where they find next to nothing, words that
/// differ in one letter are tried, and told. They lead to 100 songs where -n says nothing.
///
/// TYPE VALUE pairs: the field contains the value, whatever its case and accents. TYPE is artist, albumartist, album,
/// title, genre, date, composer, performer, label … (MPD's tags), any, file, base (a folder), codec or audioformat. All
/// pairs must hold.
///
/// FIGURES are rating (stars, or none), plays, skips, last-played, last-skipped (a date, an age such as 30d, 2w, 6m, 1y, or
/// never), added and modified. In a pair the value may begin with a sign: rating ">=4", plays 0, last-played ">2024-05",
/// added 2w (in the last two weeks).
///
/// FILTERS are MPD's: (TYPE OP 'VALUE') with ==, !=, contains, starts_with, =~, !~ (…_cs minds case, …_ci does not),
/// for figures ==, !=, <, <=, >, >=, for times also since, before and !since (not since then, or never), (!FILTER) and
/// (FILTER AND FILTER).
///
/// In a pipe: one path a line.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin search bjork human\n  standin search 夜 | standin play -\n  standin search albumartist nina date 196\n  standin search \"((genre == 'jazz') AND (!(artist contains 'coltrane')))\"\n  standin search rating '>=4' audioformat '*:24:*'\n  standin search \"(last-played !since '1y')\" --sort -rating\n  standin search --sort random -n 20 | standin play -"
)]
pub struct Args {
    /// Words, TYPE VALUE pairs, or filters; none with --sort: every song
    #[arg(
        required_unless_present = "sort",
        value_name = "WORDS|TYPE VALUE|FILTER"
    )]
    what: Vec<Typed>,
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    list: ListArgs,
}

/// How many songs words lead to at most.
const MOST_OF_WORDS: usize = 100;

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let reader = context.library().reader()?;
    let words = args.what.join(" ");
    let mut found = match Asked::read(&Typed::texts(&args.what))? {
        Asked::Filter(filter) => {
            let order = args.order;
            let found = reader.first_matching(&filter, order.order(), order.limit)?;
            // `date night` may have been meant as words.
            let may_be_words = args.what.iter().all(|arg| !arg.starts_with('('));
            match found.is_empty() && may_be_words {
                true => as_words(&reader, &words, args.order, context)?,
                false => found,
            }
        }
        Asked::Words(words) => {
            let found = by_words(&reader, &words, of_words(args.order), context)?;
            in_order(found, args.order, &reader)?
        }
    };
    print(&mut found, &args.what, &reader, args.list, context)
}

/// What could be values and is none.
fn as_words(
    reader: &Reader,
    words: &str,
    order: OrderArgs,
    context: &Context,
) -> Result<Vec<Song>, LibraryError> {
    let found = reader.search(words, of_words(order))?;
    if !found.is_empty() {
        let said = Printable::new(words);
        context.out.say(format!(
            "No song has these values; showing what the words “{said}” fit."
        ));
    }
    in_order(found, order, reader)
}

fn in_order(
    found: Vec<Song>,
    order: OrderArgs,
    reader: &Reader,
) -> Result<Vec<Song>, LibraryError> {
    let limit = order.limit.or(Some(MOST_OF_WORDS));
    OrderArgs { limit, ..order }.apply(found, reader)
}

/// How many songs of words are looked at: sorted, all that they fit, for the best may not be the first.
fn of_words(order: OrderArgs) -> usize {
    match order.sort {
        Some(_) => usize::MAX,
        None => order.limit.unwrap_or(MOST_OF_WORDS),
    }
}

fn by_words(
    reader: &Reader,
    words: &str,
    most: usize,
    context: &Context,
) -> Result<Vec<Song>, LibraryError> {
    let near = reader.search_near(words, most)?;
    if !near.instead.is_empty() {
        let instead: Vec<_> = near
            .instead
            .iter()
            .map(|query| format!("“{query}”"))
            .collect();
        let (words, instead) = (Printable::new(words), instead.join(", "));
        let instead = Printable::new(&instead);
        context.out.say(match near.exact {
            0 => format!("Nothing fits “{words}”; showing what fits {instead}."),
            _ => format!("Little fits “{words}”; what fits {instead} comes after it."),
        });
    }
    Ok(near.songs)
}

/// Prints what was found, or says that nothing was.
pub fn print(
    found: &mut [Song],
    what: &[Typed],
    reader: &Reader,
    list: ListArgs,
    context: &mut Context,
) -> Outcome {
    if found.is_empty() && !context.out.json {
        let stop = nothing_found(&what.join(" "), reader.song_count()?);
        return Err(match what {
            [name, first, _, ..] if is_type(name) => stop.hint(format!(
                "A value of several words is one argument: {} \"{} …\"",
                Printable::new(name),
                Printable::new(first)
            )),
            _ => stop,
        });
    }
    if context.out.json {
        reader.give_own_stars(found)?;
    }
    songs::print(found, list, &mut context.out)?;
    Ok(if found.is_empty() {
        Exit::NothingFound
    } else {
        Exit::Done
    })
}

/// Nothing fits: because nothing is indexed, or because nothing fits.
pub fn nothing_found(words: &str, songs: u64) -> Stop {
    if songs == 0 {
        return Stop::new(Exit::NothingFound, "nothing is indexed yet")
            .hint("`standin scan FOLDER` indexes your music");
    }
    Stop::new(Exit::NothingFound, format!("nothing fits “{words}”"))
}
