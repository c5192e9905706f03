//! `standin search`.

use super::songs::{self, ListArgs};
use super::{Context, Exit, Outcome, Stop};

/// Songs that fit every word, best first
///
/// A word fits where one in the title, artist, album, genre or file name begins with it; case, width and accents do
/// not matter. In a pipe: one path a line.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin search bjork human\n  standin search 夜 | standin play -"
)]
pub struct Args {
    /// What to look for
    #[arg(required = true)]
    words: Vec<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let words = args.words.join(" ");
    let reader = context.library().reader()?;
    let found = reader.search(&words, args.limit)?;
    if found.is_empty() && !context.out.json {
        return Err(nothing_found(&words, reader.song_count()?));
    }
    songs::print(&found, args.list, &mut context.out)?;
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
