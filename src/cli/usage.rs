//! Wrong usage, in the same voice as every other message. It never decides what is wrong: clap does.
//!
//! clap's errors quote arguments, which may hold anything. They are said line by line through the gate of
//! [`super::out`], with the quoted ones made printable first, so that none of them becomes several lines. Help and the
//! version are our own texts and go out as clap writes them, with its colours.

use super::exit::Exit;
use super::out::complain;
use crate::music::Printable;
use clap::error::{ContextValue, ErrorKind};
use std::process::ExitCode;

/// Help and version are answers; anything else is wrong usage.
pub fn refuse(mut error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is no error.
        error.print().ok();
        return Exit::Done.into();
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
