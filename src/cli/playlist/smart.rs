//! `standin playlist smart`: a playlist that asks anew whenever it is wanted.

use super::super::order::OrderArgs;
use super::{Context, Exit, Outcome, Printable, Stop, Value, counted, json};
use crate::library::person::PersonError;
use crate::library::{Choice, LibraryError, Question};

/// What it is made of.
#[derive(clap::Args)]
pub struct Args {
    /// Its name
    name: String,
    /// Words, TYPE VALUE pairs and FILTERS as for `search`; none with --sort: every song
    #[arg(required_unless_present = "sort", value_name = "QUERY")]
    what: Vec<String>,
    #[command(flatten)]
    order: OrderArgs,
    /// Change what one of that name asks for
    #[arg(long)]
    force: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

pub fn create(args: Args, context: &mut Context) -> Outcome {
    let question = Question {
        sort: args.order.order(),
        limit: args.order.limit,
        what: args.what,
    };
    let made = context
        .library()
        .create_smart(&args.name, &question, args.force, args.dry_run);
    let songs = made.map_err(|error| refused(error, args.force))?.len();
    let (name, songs) = (Printable::new(&args.name), counted(songs, "song"));
    context.out.say(match args.dry_run {
        true => format!("“{name}” would hold {songs} now."),
        false => format!("“{name}” holds {songs} now, and asks anew whenever it is wanted."),
    });
    Ok(Exit::Done)
}

fn refused(error: LibraryError, force: bool) -> Stop {
    let is_taken = matches!(
        error,
        LibraryError::Person(PersonError::AlreadyThere { .. })
    );
    let stop = Stop::from(error);
    match is_taken {
        false => stop,
        true if force => stop.hint("It has rows of its own: rename it, or delete it first"),
        true => stop.hint("--force changes what a smart one asks for"),
    }
}

/// One that finds nothing says so; `None`: it has rows, or need not have.
pub fn found_nothing(playlist: &Choice, is_smart: bool) -> Option<Stop> {
    (is_smart && playlist.rows.is_empty()).then(|| {
        let name = Printable::new(playlist.name());
        Stop::new(Exit::NothingFound, format!("“{name}” finds no song now"))
    })
}

/// What it asks, for JSON; null: it has rows of its own.
pub fn query_json(query: Option<&str>) -> Value {
    let question = query.map(Question::read);
    question.map_or(Value::Null, |question| match question {
        Ok(question) => {
            json!({ "what": question.what, "sort": question.sort, "limit": question.limit })
        }
        Err(_) => json!({ "what": [], "sort": null, "limit": null }),
    })
}
