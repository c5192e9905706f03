//! `standin help`: a page for each task, and the help of each verb. The pages are texts in `pages/`; their commands are held
//! against the arguments that the program takes, so that no page tells what is not there.

mod manual;

use super::out::Out;
use super::{Cli, Context, Exit, Outcome, Stop};
use crate::config::nearest;
use clap::CommandFactory;
use serde_json::json;

pub use manual::page as manual_page;

/// A page for a task, or the help of a verb
///
/// Without a word, the tasks that there is a page for. `standin --help` names the verbs, `standin VERB --help` tells one.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin help\n  standin help outage\n  standin help playlist export"
)]
pub struct Args {
    /// A task, or a verb
    #[arg(value_name = "TASK|VERB")]
    words: Vec<String>,
}

/// A page: its first line is what it is about, and lines that are set in by two are commands, or what stands for itself.
pub struct Page {
    /// The word that asks for it.
    pub name: &'static str,
    text: &'static str,
}

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$(Page { name: $name, text: include_str!(concat!("pages/", $name, ".txt")) }),*]
    };
}

/// In the order in which somebody new needs them.
pub const PAGES: &[Page] = pages![
    "start",
    "listening",
    "finding",
    "playlists",
    "moving-in",
    "outage",
    "clients",
    "sound",
    "trouble",
    "files",
    "scripts",
    "trust",
    "leaving",
];

impl Page {
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default()
    }

    /// What stands below the title, without the blank line between.
    pub fn body(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().skip(2)
    }

    /// Whether a line of the body stands for itself: a command, say.
    pub fn stands_alone(line: &str) -> bool {
        line.starts_with("  ")
    }
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let out = &mut context.out;
    let Some(first) = args.words.first() else {
        return tasks(out);
    };
    if let (Some(page), 1) = (
        PAGES.iter().find(|page| page.name == first),
        args.words.len(),
    ) {
        return show(page, out);
    }
    match of_verb(&args.words) {
        Some(text) => {
            out.document(text.as_bytes())?;
            Ok(Exit::Done)
        }
        None => Err(unknown(&args.words.join(" "))),
    }
}

fn tasks(out: &mut Out) -> Outcome {
    if out.json {
        let pages: Vec<_> = PAGES
            .iter()
            .map(|page| json!({ "name": page.name, "title": page.title() }))
            .collect();
        out.json(json!({ "pages": pages }))?;
        return Ok(Exit::Done);
    }
    for page in PAGES {
        out.line(format!("standin help {:<10}  {}", page.name, page.title()))?;
    }
    out.say("`standin --help` names the verbs; `standin help VERB` tells one.");
    Ok(Exit::Done)
}

fn show(page: &Page, out: &mut Out) -> Outcome {
    if out.json {
        out.json(json!({ "name": page.name, "title": page.title(), "text": page.text }))?;
        return Ok(Exit::Done);
    }
    out.line(out.bold(page.title()))?;
    out.line("")?;
    for line in page.body() {
        match Page::stands_alone(line) {
            true => out.line(out.bold(line))?,
            false => out.line(line)?,
        }
    }
    Ok(Exit::Done)
}

/// The long help of a verb, or of one below it.
fn of_verb(words: &[String]) -> Option<String> {
    let mut command = Cli::command();
    command.build();
    let mut found = &mut command;
    for word in words {
        found = found.find_subcommand_mut(word)?;
    }
    Some(found.render_long_help().to_string())
}

fn unknown(word: &str) -> Stop {
    let command = Cli::command();
    let pages = PAGES.iter().map(|page| page.name);
    let known: Vec<&str> = pages
        .chain(command.get_subcommands().map(|verb| verb.get_name()))
        .collect();
    let stop = Stop::new(
        Exit::NothingFound,
        format!("there is no page about “{word}”"),
    );
    match nearest(word, &known) {
        Some(near) => stop.hint(format!("did you mean `standin help {near}`?")),
        None => stop.hint("`standin help` names the pages, `standin --help` the verbs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    /// The words of a command line as a shell takes them apart: blanks, both kinds of quotes.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        for c in line.chars() {
            match (quote, c) {
                (None, ' ') => words.extend(word.take()),
                (None, '"' | '\'') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (Some(open), c) if open == c => quote = None,
                (_, c) => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        words
    }

    /// The commands of a page that are ours, in a pipe too.
    fn commands(page: &Page) -> Vec<String> {
        let lines = page.body().filter(|line| Page::stands_alone(line));
        let parts = lines.flat_map(|line| line.split(" | "));
        parts
            .map(|part| {
                part.trim()
                    .trim_start_matches("MPD_HOST=192.168.1.5 ")
                    .to_owned()
            })
            .filter(|part| part.starts_with("standin "))
            .collect()
    }

    #[test]
    fn every_command_of_every_page_is_one_that_the_program_takes() {
        for page in PAGES {
            for command in commands(page) {
                if let Err(error) = Cli::try_parse_from(words(&command)) {
                    panic!("{}: {command}: {error}", page.name);
                }
            }
        }
        assert!(commands(&PAGES[0]).len() >= 5);
    }

    #[test]
    fn every_page_has_a_title_a_body_and_lines_that_a_terminal_holds() {
        for page in PAGES {
            assert!(
                !page.title().is_empty() && page.text.lines().nth(1) == Some(""),
                "{}",
                page.name
            );
            assert!(page.body().count() > 3, "{}", page.name);
            for line in page.text.lines() {
                assert!(line.chars().count() <= 128, "{}: {line}", page.name);
            }
        }
    }

    #[test]
    fn no_page_is_called_like_a_verb() {
        let command = Cli::command();
        for page in PAGES {
            assert!(
                command.find_subcommand(page.name).is_none(),
                "{}",
                page.name
            );
        }
    }

    #[test]
    fn every_page_that_a_text_names_is_there() {
        let texts = PAGES.iter().map(|page| page.text);
        for text in texts.chain([include_str!("../takeout.rs")]) {
            for named in text.split("`standin help ").skip(1) {
                let named = named.split('`').next().unwrap_or_default();
                assert!(PAGES.iter().any(|page| page.name == named), "{named}");
            }
        }
    }
}
