//! Wrong usage, in the same voice as every other message. It never decides what is wrong: clap does.
//!
//! clap's errors quote arguments, which may hold anything. They are said line by line through the gate of
//! [`super::out`], with the quoted ones made printable first, so that none of them becomes several lines. Help and the
//! version are our own texts and go out as clap writes them, with its colours.

use super::exit::Exit;
use super::out::complain;
use super::{Cli, help};
use crate::config::nearest;
use crate::music::Printable;
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

/// Help and version are answers; anything else is wrong usage.
pub fn refuse(mut error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is no error.
        error.print().ok();
        return Exit::Done.into();
    }
    if let Some(word) = no_verb(&error) {
        complain(format!("standin: there is no verb “{word}”."));
        complain(format!("  {}", instead_of(&word)));
        return Exit::Usage.into();
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        complain("standin: another word must follow.");
        complain("");
        error.render().to_string().lines().for_each(complain);
        return Exit::Usage.into();
    }
    let quoted: Vec<_> = error
        .context()
        .map(|(kind, value)| (kind, printable(value)))
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    sentences(&error.render().to_string())
        .into_iter()
        .for_each(complain);
    Exit::Usage.into()
}

/// The word that stands where a verb should, right behind the program's name.
fn no_verb(error: &clap::Error) -> Option<String> {
    let is_at_the_top = |usage: &ContextValue| usage.to_string().contains("Usage: standin [");
    let is_ours = error.get(ContextKind::Usage).is_some_and(is_at_the_top);
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word))
            if error.kind() == ErrorKind::InvalidSubcommand && is_ours =>
        {
            Some(word.clone())
        }
        _ => None,
    }
}

/// What somebody may have meant who wrote no verb: one that is spelled nearly so, a page, a file, or words to play.
fn instead_of(word: &str) -> String {
    let command = Cli::command();
    let verbs: Vec<&str> = command
        .get_subcommands()
        .map(|verb| verb.get_name())
        .collect();
    let words = std::env::args_os()
        .map(|arg| arg.to_string_lossy().into_owned())
        .skip_while(|arg| arg != word);
    let words: Vec<String> = words.collect();
    let typed = Printable::new(&words.join(" ")).to_string();
    if help::PAGES.iter().any(|page| page.name == word) {
        return format!("There is a page about it: `standin help {word}`.");
    }
    if Path::new(word).is_dir() {
        return format!(
            "`standin scan {typed}` indexes the music in this folder, `standin play {typed}` plays it."
        );
    }
    if Path::new(word).exists() {
        return format!("`standin play {typed}` plays it.");
    }
    match nearest(word, &verbs) {
        Some(near) if is_mistyped(word, near) => {
            format!(
                "Did you mean `standin {near}`? `standin play {typed}` plays what fits these words."
            )
        }
        _ => format!(
            "`standin play {typed}` plays what fits these words; `standin help` tells what there is."
        ),
    }
}

/// Whether one is likely the other, mistyped: a letter or two apart.
fn is_mistyped(word: &str, verb: &str) -> bool {
    word.chars().count().abs_diff(verb.chars().count()) <= 1
}

fn printable(value: &ContextValue) -> ContextValue {
    let shown = |text: &String| Printable::new(text).to_string();
    match value {
        ContextValue::String(text) => ContextValue::String(shown(text)),
        ContextValue::Strings(texts) => ContextValue::Strings(texts.iter().map(shown).collect()),
        other => other.clone(),
    }
}

/// clap's text with our name and a full stop in its first line, which may be followed by what it is about.
fn sentences(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .trim_end()
        .lines()
        .map(|line| line.trim_end().into())
        .collect();
    if let Some(first) = lines.first_mut() {
        let message = first.strip_prefix("error: ").unwrap_or(first);
        let end = if message.ends_with([':', '.', '?']) {
            ""
        } else {
            "."
        };
        *first = format!("standin: {message}{end}");
    }
    if let Some(last) = lines
        .last_mut()
        .filter(|last| last.starts_with("For more information"))
    {
        *last = "For more, try `standin --help`.".into();
    }
    lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn the_first_line_is_ours() {
        assert_eq!(
            sentences(
                "error: unexpected argument '-x' found\n\nUsage: standin\n\nFor more information, try '--help'.\n"
            ),
            [
                "standin: unexpected argument '-x' found.",
                "",
                "Usage: standin",
                "",
                "For more, try `standin --help`."
            ]
        );
        assert_eq!(
            sentences("error: one is needed:\n  <X>\n")[0],
            "standin: one is needed:"
        );
    }
}
