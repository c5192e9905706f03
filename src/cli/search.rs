//! `standin search`, and what `find` shares with it.

use super::songs::{self, ListArgs};
use super::{Context, Exit, Outcome, Stop};
use crate::library::query::{Asked, Expression, is_type};
use crate::library::{LibraryError, Reader};
use crate::music::{Printable, Song};

/// Songs that words lead to, best first; or songs whose fields contain values
///
/// WORDS: each begins a word of the title, artist, album, genre, composer, performer, work, label or file name. Case,
/// width and accents do not matter, and Latin letters find other scripts. Where they find next to nothing, words that
/// differ in one letter are tried, and told.
///
/// TYPE VALUE pairs: the field contains the value, whatever its case and accents. TYPE is artist, albumartist, album,
/// title, genre, date, composer, performer, label … (MPD's tags), any, file, base (a folder), codec, audioformat,
/// modified-since or rating. All pairs must hold.
///
/// FILTERS are MPD's: (TYPE OP 'VALUE') with ==, !=, contains, starts_with, =~, !~ (…_cs minds case, …_ci does not),
/// (!FILTER) and (FILTER AND FILTER).
///
/// In a pipe: one path a line.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin search bjork human\n  standin search 夜 | standin play -\n  standin search albumartist nina date 196\n  standin search \"((genre == 'jazz') AND (!(artist contains 'coltrane')))\"\n  standin search \"(rating >= '4')\" audioformat '*:24:*'"
)]
pub struct Args {
    /// Words, TYPE VALUE pairs, or filters
    #[arg(required = true, value_name = "WORDS|TYPE VALUE|FILTER")]
    what: Vec<String>,
    /// At most so many; of words 100 where nothing is said
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    list: ListArgs,
}

/// How many songs words lead to at most.
const MOST_OF_WORDS: usize = 100;

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let reader = context.library().reader()?;
    let words = args.what.join(" ");
    let found = match Asked::read(&args.what)? {
        Asked::Filter(filter) => {
            let mut found = filtered(&reader, &filter, args.limit)?;
            // `date night` may have been meant as words.
            if found.is_empty() && args.what.iter().all(|arg| !arg.starts_with('(')) {
                found = reader.search(&words, args.limit.unwrap_or(MOST_OF_WORDS))?;
                if !found.is_empty() {
                    let said = Printable::new(&words);
                    context.out.say(format!(
                        "No song has these values; showing what the words “{said}” fit."
                    ));
                }
            }
            found
        }
        Asked::Words(words) => by_words(&reader, &words, args.limit, context)?,
    };
    print(&found, &args.what, &reader, args.list, context)
}

fn by_words(
    reader: &Reader,
    words: &str,
    limit: Option<usize>,
    context: &Context,
) -> Result<Vec<Song>, LibraryError> {
    let near = reader.search_near(words, limit.unwrap_or(MOST_OF_WORDS))?;
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

/// The songs of a filter, the first so many.
pub fn filtered(
    reader: &Reader,
    filter: &Expression,
    limit: Option<usize>,
) -> Result<Vec<Song>, LibraryError> {
    let mut found = reader.matching(filter)?;
    found.truncate(limit.unwrap_or(usize::MAX));
    Ok(found)
}

/// Prints what was found, or says that nothing was.
pub fn print(
    found: &[Song],
    what: &[String],
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
