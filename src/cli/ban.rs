//! `standin ban`.

use super::one::{all_songs, several};
use super::out::counted;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::library::person::Ban;
use crate::music::{Printable, Typed, fold};
use crate::wanted::Banned;
use serde_json::{Value, json};

/// Songs and artists that never play by themselves; without words, what is banned
///
/// What is banned is left out by `now`, by --shuffle, and where a song stands in for another. It plays where you name it.
/// A ban is of the recording by its names: it holds for every copy, and while the file is away. Exports bring the bans of
/// your streaming service.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin ban
  standin ban jingle bells
  standin ban --artist The Example Band
  standin ban --lift jingle bells")]
pub struct Args {
    /// A file, or words as for `search`
    #[arg(value_name = "PATH|WORDS")]
    words: Vec<Typed>,
    /// The words are an artist's name: all of theirs
    #[arg(long, requires = "words")]
    artist: bool,
    /// Lift the ban again
    #[arg(long, requires = "words")]
    lift: bool,
    /// All songs that fit, instead of naming them
    #[arg(long)]
    all: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    match (args.words.is_empty(), args.lift) {
        (true, _) => show(context),
        (_, true) => lift(&args, context),
        _ => ban(&args, context),
    }
}

fn ban(args: &Args, context: &mut Context) -> Outcome {
    let bans = if args.artist {
        vec![Ban::said(Banned::Artist(args.words.join(" ")))]
    } else {
        let found = all_songs(&args.words, args.all, context)?;
        if found.len() > 1 && !args.all {
            return Err(several(&args.words, &found)
                .hint("Add words until one is left, or ban all of them with --all"));
        }
        let songs = found.iter().map(|song| Banned::Song(song.wanted()));
        songs.map(Ban::said).collect()
    };
    let mut person = context.library().person_or_rehearsal(args.dry_run)?;
    let new = person.ban(&bans)?;
    let what = match bans.as_slice() {
        [one] => Printable::new(&one.label()).to_string(),
        bans => counted(bans.len(), "song"),
    };
    context.out.say(match (new, args.dry_run) {
        (0, _) => format!("{what}: banned already."),
        (_, true) => format!("{what} would be banned."),
        (_, false) => format!("{what}: banned. It plays where you name it, and never by itself."),
    });
    Ok(Exit::Done)
}

fn lift(args: &Args, context: &mut Context) -> Outcome {
    let words = fold(&args.words.join(" "));
    let all = context.library().person_reader()?.all_bans()?;
    let fits = |ban: &Ban| {
        let is_of_kind = matches!(ban.what, Banned::Artist(_)) || !args.artist;
        is_of_kind
            && words
                .split(' ')
                .all(|word| fold(&ban.label()).contains(word))
    };
    let found: Vec<_> = all.into_iter().filter(|(_, ban)| fits(ban)).collect();
    let labels = || found.iter().map(|(_, ban)| ban.label());
    match found.len() {
        0 => {
            let words = args.words.join(" ");
            let told = format!("nothing that is banned fits “{}”", Printable::new(&words));
            return Err(Stop::new(Exit::NothingFound, told).hint("`standin ban` names all"));
        }
        1 => {}
        _ if args.all => {}
        count => {
            let told = format!("{count} bans fit");
            return Err(Stop::new(Exit::Usage, told)
                .naming(labels().collect())
                .hint("Add words until one is left, or lift all of them with --all"));
        }
    }
    let told: Vec<String> = labels().collect();
    let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
    let mut person = context.library().person_or_rehearsal(args.dry_run)?;
    person.unban(&names)?;
    let end = if args.dry_run {
        "would be banned no more"
    } else {
        "banned no more"
    };
    for label in told {
        context
            .out
            .say(format!("{}: {end}.", Printable::new(&label)));
    }
    Ok(Exit::Done)
}

fn show(context: &mut Context) -> Outcome {
    let all = context.library().person_reader()?.all_bans()?;
    let out = &mut context.out;
    if out.json {
        let bans: Vec<Value> = all.iter().map(|(_, ban)| value(ban)).collect();
        out.json(json!({ "bans": bans }))?;
    } else if all.is_empty() {
        out.say("Nothing is banned.");
    } else {
        let columns = [
            Column::word("KIND"),
            Column::text("WHAT").stays(),
            Column::word("FROM"),
        ];
        let rows: Vec<_> = all.iter().map(|(_, ban)| row(ban)).collect();
        out.table(&columns, &rows)?;
    }
    Ok(Exit::Done)
}

fn kind(ban: &Ban) -> &'static str {
    match ban.what {
        Banned::Song(_) => "song",
        Banned::Artist(_) => "artist",
    }
}

fn row(ban: &Ban) -> Vec<String> {
    let from = if ban.imported { "import" } else { "you" };
    vec![kind(ban).into(), ban.label(), from.into()]
}

fn value(ban: &Ban) -> Value {
    json!({ "kind": kind(ban), "what": ban.label(), "at_ms": ban.at_ms, "imported": ban.imported })
}
