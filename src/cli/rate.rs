//! `standin rate`.

use super::one::{all_songs, several};
use super::out::counted;
use super::{Context, Exit, Outcome, Stop, live};
use crate::music::{Printable, Rating, Song, Typed};

/// Gives a song stars, 0 to 5, halves too
///
/// Stars belong to the recording: every copy of it has them, and they stay when the file is moved, renamed or retagged,
/// and while it is away. They are kept by standin and never written into the file.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin rate so what 4.5
  standin rate --all kind of blue 5
  standin rate ~/Music/x.flac none")]
pub struct Args {
    /// A file, or words as for `search`; then the stars, or `none` to take them away
    #[arg(required = true, num_args = 2.., value_name = "PATH|WORDS STARS")]
    words: Vec<Typed>,
    /// All songs that fit, instead of naming them
    #[arg(long)]
    all: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

pub fn run(mut args: Args, context: &mut Context) -> Outcome {
    let stars = args.words.pop().unwrap_or_default();
    let rating = parse(&stars)?;
    let found = all_songs(&args.words, args.all, context)?;
    if found.len() > 1 && !args.all {
        return Err(several(&args.words, &found)
            .hint("Add words until one is left, or rate all of them with --all"));
    }
    let (known, keyless): (Vec<Song>, Vec<Song>) =
        found.into_iter().partition(|song| song.key.is_some());
    for song in &keyless {
        context.out.note(format!(
            "{} has no audio that stars could hang on.",
            Printable::new(&live::names(song))
        ));
    }
    let wanted: Vec<_> = known.iter().map(Song::wanted).collect();
    if !wanted.is_empty() {
        let mut person = context.library().person_or_rehearsal(args.dry_run)?;
        person.rate(&wanted, rating)?;
    }
    let what = match known.as_slice() {
        [one] => Printable::new(&live::names(one)).to_string(),
        songs => counted(songs.len(), "song"),
    };
    let would = if args.dry_run { " would get" } else { ":" };
    context.out.say(format!("{what}{would} {}.", words(rating)));
    Ok(if keyless.is_empty() {
        Exit::Done
    } else {
        Exit::Partial
    })
}

fn parse(stars: &str) -> Result<Option<Rating>, Stop> {
    if stars == "none" {
        return Ok(None);
    }
    let rating = stars.parse().ok().and_then(Rating::from_stars);
    let refused = || {
        let stars = Printable::new(stars);
        Stop::new(Exit::Usage, format!("`{stars}` is no number of stars"))
            .hint("Stars are 0 to 5 in halves, such as 4.5, or none; they stand last")
    };
    rating.map(Some).ok_or_else(refused)
}

/// `4.5 of 5 stars`
fn words(rating: Option<Rating>) -> String {
    rating.map_or("no stars".into(), |rating| format!("{rating} of 5 stars"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_in_halves() {
        let halves = |stars: &str| parse(stars).unwrap().map(Rating::halves);
        assert_eq!(halves("4.5"), Some(9));
        assert_eq!(halves("0"), Some(0));
        assert_eq!(halves("5"), Some(10));
        assert_eq!(halves("none"), None);
        for wrong in ["5.5", "-1", "4.2", "x", "", "NaN", "inf"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
