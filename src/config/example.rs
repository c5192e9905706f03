//! A `config.toml` in which everything is told and nothing is set: each key as a comment, which sets it once its `#` is gone.

use super::key::Row;
use super::tables::{TABLES, Table};

/// Columns of a line, as far as words allow.
const WIDTH: usize = 100;

/// The whole file.
pub fn example() -> String {
    let mut text = String::from(
        "# What can be set in standin, with what is usual. A line that begins with #NAME = sets something once its # is gone.\n\
         # `standin config check` tells what is wrong, `standin config show` what holds and why, SIGHUP has a daemon read it again.\n",
    );
    TABLES.iter().for_each(|table| tell_table(table, &mut text));
    text
}

fn tell_table(table: &Table, text: &mut String) {
    text.push('\n');
    comment(table.about, text);
    // A list with an empty table in it would be one with nothing in it.
    let mark = if table.is_list() { "#" } else { "" };
    text.push_str(&format!("{mark}{}\n", table.head()));
    table.rows().iter().for_each(|row| tell_row(row, text));
}

fn tell_row(row: &Row, text: &mut String) {
    text.push('\n');
    comment(row.about, text);
    comment(&format!("It is {}.", row.allowed), text);
    let value = match row.usual {
        // Nothing says the same as saying nothing.
        "" => row.example,
        usual => {
            if row.example != usual {
                comment(&format!("As in: {} = {}", row.name, row.example), text);
            }
            usual
        }
    };
    text.push_str(&format!("#{} = {value}\n", row.name));
}

/// Sentences, with line breaks between words.
fn comment(sentence: &str, text: &mut String) {
    let mut line = String::from("#");
    for word in sentence.split(' ') {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::{Settings, read_text};

    #[test]
    fn nothing_is_set_until_the_marks_are_gone_and_then_all_is_taken() {
        let text = example();
        assert_eq!(read_text("c", &text), (Settings::default(), Vec::new()));
        let bare = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        let all: Vec<String> = text.lines().map(bare).collect();
        let (settings, warnings) = read_text("c", &all.join("\n"));
        assert_eq!(warnings, [""; 0]);
        assert_ne!(settings, Settings::default());
    }
}
