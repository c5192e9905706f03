//! The equaliser as somebody has set it, in `equaliser.json`: one curve for whatever is queued. It is kept only where
//! somebody has said something; else config.toml holds. Nobody holds a lock for it: the one who writes last is right.

use super::{SavedError, read_small, replace};
use crate::music::{Equaliser, EqualiserError, Equalising, MAX_EQUALISER_BYTES};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const NAME: &str = "equaliser.json";
/// What a curve is called may be so long, in characters.
const MAX_NAME: usize = 200;

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct KeptEqualiser {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Words {
    schema: u32,
    on: bool,
    #[serde(default)]
    name: String,
    curve: String,
}

/// A file of AutoEq that is none.
#[derive(Debug, thiserror::Error)]
pub enum CurveError {
    /// The system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It says something else.
    #[error("{} is no curve of an equaliser: {source}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: EqualiserError,
    },
}

impl KeptEqualiser {
    /// In the state folder, which need not be there.
    pub fn in_folder(state: &Path) -> Self {
        Self {
            dir: state.to_owned(),
        }
    }

    /// What was said; what cannot be read was not.
    pub fn read(&self) -> Option<Equalising> {
        let words: Words = read_small(&self.dir.join(NAME))?;
        Some(Equalising {
            is_on: words.on,
            name: words.name,
            curve: words.curve.parse().ok()?,
        })
    }

    /// It is said anew; `None`: nothing is said any more.
    pub fn write(&self, said: Option<&Equalising>) -> Result<(), SavedError> {
        let path = self.dir.join(NAME);
        let failed = |source| SavedError::Equaliser { path, source };
        let Some(said) = said else {
            return match std::fs::remove_file(self.dir.join(NAME)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            };
        };
        let words = Words {
            schema: 1,
            on: said.is_on,
            name: said.name.clone(),
            curve: said.curve.to_string(),
        };
        let written = std::fs::create_dir_all(&self.dir)
            .and_then(|()| serde_json::to_vec(&words).map_err(io::Error::from))
            .and_then(|bytes| replace(&self.dir, NAME, true, &bytes));
        written.map_err(failed)
    }
}

/// What a file of AutoEq says, under the file's name.
pub fn read_curve(path: &Path) -> Result<Equalising, CurveError> {
    let bytes = read(path).map_err(|source| CurveError::Io {
        path: path.to_owned(),
        source,
    })?;
    let curve = Equaliser::from_auto_eq(&bytes).map_err(|source| CurveError::Foreign {
        path: path.to_owned(),
        source,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Equalising {
        is_on: true,
        name: name.chars().take(MAX_NAME).collect(),
        curve,
    })
}

/// One byte more than is allowed is enough to be refused.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_EQUALISER_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_there_again_and_can_be_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let kept = KeptEqualiser::in_folder(&dir.path().join("state"));
        assert_eq!(kept.read(), None);
        kept.write(None).unwrap();
        let said = Equalising {
            is_on: true,
            name: "a \"name\"".into(),
            curve: Equaliser::default().with_gain(3, 2.5).unwrap(),
        };
        kept.write(Some(&said)).unwrap();
        assert_eq!(kept.read(), Some(said));
        for other in ["", "{", r#"{"schema":1,"on":true,"curve":"loud"}"#] {
            std::fs::write(kept.dir.join(NAME), other).unwrap();
            assert_eq!(kept.read(), None, "{other}");
        }
        kept.write(None).unwrap();
        assert!(!kept.dir.join(NAME).exists());
    }

    #[test]
    fn a_file_is_read_under_its_name_and_what_is_wrong_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("HD ParametricEQ.txt");
        std::fs::write(&path, "Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0.70\n").unwrap();
        let read = read_curve(&path).unwrap();
        assert!(read.is_on && read.name == "HD ParametricEQ.txt");
        assert_eq!(read.curve.bands().len(), 1);
        std::fs::write(&path, "\nnonsense\n").unwrap();
        let error = read_curve(&path).unwrap_err().to_string();
        assert!(error.ends_with("HD ParametricEQ.txt is no curve of an equaliser: line 2: “nonsense” is no line of AutoEq"), "{error}");
        assert!(matches!(read_curve(dir.path()), Err(CurveError::Io { .. })));
        assert!(matches!(
            read_curve(&dir.path().join("no")),
            Err(CurveError::Io { .. })
        ));
    }
}
