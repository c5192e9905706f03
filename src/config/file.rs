//! `config.toml` itself, which is read and never written: what it sets, what it says and where, and what is wrong in it.

use super::notes::{Said, Warning};
use super::reader;
use super::settings::Settings;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// A config larger than this is none. In bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Warnings that are told of one file in passing.
const MAX_TOLD: usize = 10;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// As each room's options.
    pub settings: Settings,
    /// Whether there is such a file.
    pub is_there: bool,
    /// All that it says and that is taken, in its order of tables.
    pub said: Vec<Said>,
    /// What is left out, in its order of lines.
    pub warnings: Vec<Warning>,
    /// How much more is left out.
    pub untold: usize,
}

impl Config {
    /// Reads a file. One that is not there says nothing, and nothing is wrong.
    pub fn read(path: &Path) -> Self {
        match text_of(path) {
            Ok(Some(text)) => Self::parse(path, &text),
            Ok(None) => Self::default(),
            Err(what) => Self {
                is_there: true,
                warnings: vec![Warning {
                    path: path.to_owned(),
                    line: None,
                    what,
                }],
                ..Self::default()
            },
        }
    }

    /// What is told of it in passing; more of the same says nothing more.
    pub fn told(&self) -> &[Warning] {
        &self.warnings[..self.warnings.len().min(MAX_TOLD)]
    }

    pub(super) fn parse(path: &Path, text: &str) -> Self {
        let (settings, notes) = reader::read(path, text);
        let mut warnings = notes.warnings;
        warnings.sort_by_key(|warning| warning.line);
        Self {
            settings,
            is_there: true,
            said: notes.said,
            warnings,
            untold: notes.untold,
        }
    }
}

fn text_of(path: &Path) -> Result<Option<String>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err("is not a file".into());
    }
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("has more than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| "is not text in UTF-8".into())
}
