//! What is noted while `config.toml` is read: what it says, where, and what is left out. It decides nothing.

use super::key;
use serde_json::Value;
use std::path::{Path, PathBuf};
use toml::de::DeValue;

/// What is noted of one file as wrong; of more only the number is.
const MAX_WARNINGS: usize = 1_000;

/// Something in the file that is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {what}", path.display(), line.map_or(String::new(), |line| format!(", line {line}")))]
pub struct Warning {
    /// The file.
    pub path: PathBuf,
    /// Where in it, from 1.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub what: String,
}

/// Something in the file that is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The key with its table: `play.volume`, `service.Radio.probe`, `tui.keys.ctrl-n`.
    pub place: String,
    /// What it says; `None`: it is nobody's to read.
    pub value: Option<Value>,
    /// Where in the file, from 1.
    pub line: usize,
}

/// A file that is being read.
pub(super) struct Notes<'a> {
    path: &'a Path,
    /// Where its lines end, in bytes.
    ends: Vec<usize>,
    pub warnings: Vec<Warning>,
    /// Warnings for which there was no room.
    pub untold: usize,
    pub said: Vec<Said>,
}

impl<'a> Notes<'a> {
    pub fn of(path: &'a Path, text: &str) -> Self {
        Self {
            path,
            ends: text.match_indices('\n').map(|(at, _)| at).collect(),
            warnings: Vec::new(),
            untold: 0,
            said: Vec::new(),
        }
    }

    /// Something is wrong at this byte.
    pub fn warn(&mut self, at: Option<usize>, what: String) {
        if self.warnings.len() == MAX_WARNINGS {
            self.untold += 1;
            return;
        }
        let line = at.map(|at| self.line(at));
        self.warnings.push(Warning {
            path: self.path.to_owned(),
            line,
            what,
        });
    }

    /// Something is said at this byte, and taken.
    pub fn say(&mut self, place: String, at: usize, value: &DeValue<'_>) {
        let name = place.rsplit('.').next().unwrap_or_default();
        let value = (!key::is_secret(name)).then(|| json(value));
        let line = self.line(at);
        self.said.push(Said { place, value, line });
    }

    fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }
}

/// As JSON has it. What JSON has no word for is a text.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(integer) => {
            let number = i64::from_str_radix(integer.as_str(), integer.radix());
            number.map_or_else(|_| integer.to_string().into(), Value::from)
        }
        DeValue::Float(float) => {
            let number = float.as_str().parse::<f64>().ok();
            let number = number.and_then(serde_json::Number::from_f64);
            number.map_or_else(|| float.to_string().into(), Value::Number)
        }
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(values) => values.iter().map(|value| json(value.get_ref())).collect(),
        DeValue::Table(table) => {
            let pair = |(name, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let name: &str = AsRef::<str>::as_ref(name.get_ref());
                let shown = match key::is_secret(name) {
                    true => Value::Null,
                    false => json(value.get_ref()),
                };
                (name.to_owned(), shown)
            };
            Value::Object(table.iter().map(pair).collect())
        }
    }
}

/// A value as it would stand in the file.
pub fn as_toml(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(as_toml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(pairs) if pairs.is_empty() => "{}".into(),
        Value::Object(pairs) => {
            let pair = |(name, value): (&String, &Value)| {
                format!("{} = {}", bare_or_quoted(name), as_toml(value))
            };
            let pairs: Vec<String> = pairs.iter().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        // Numbers, truths and texts are written as in JSON.
        value => value.to_string(),
    }
}

/// Source: TOML 1.0, "Keys".
fn bare_or_quoted(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => Value::from(name).to_string(),
    }
}

/// The value of a text that stands for one in the file; `None`: it is empty, or none.
pub(super) fn value_of(text: &str) -> Option<Value> {
    let line = format!("it = {text}");
    let table = toml::de::DeTable::parse(&line).ok()?;
    table.get_ref().get("it").map(|value| json(value.get_ref()))
}
