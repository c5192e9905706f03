//! The music folders and the names they go by. It looks whether a folder is there, and never walks into it.

use super::{Person, PersonError, Undone, names};
use crate::music::{Place, PlaceError, Printable, RelPath, Root, fold};
use rusqlite::{Connection, params};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest name of a root, in characters.
const MAX_NAME_CHARS: usize = 60;

/// Whether a root can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootState {
    /// Its folder can be read.
    Here,
    /// Its folder can be read and holds nothing: it may be where a disk is mounted that is not plugged in. If songs
    /// are known below it, it is away.
    Empty,
    /// Its folder is not there, or cannot be read.
    Away,
}

/// Looks at the folder of a root. Looking into it wakes a folder that is mounted when it is needed.
pub fn state_of(root: &Root) -> RootState {
    match std::fs::read_dir(&root.dir).map(|mut entries| entries.next()) {
        Ok(Some(Ok(_))) => RootState::Here,
        Ok(None) => RootState::Empty,
        Ok(Some(Err(_))) | Err(_) => RootState::Away,
    }
}

/// The place of an absolute path: in the innermost root that it lies below, else outside all.
pub fn place_of(roots: &[Arc<Root>], file: &Path) -> Result<Place, PlaceError> {
    let innermost = roots
        .iter()
        .filter(|root| file.starts_with(&root.dir) && file != root.dir)
        .max_by_key(|root| root.dir.as_os_str().len());
    let Some(root) = innermost else {
        return Place::outside(file);
    };
    let below = file.strip_prefix(&root.dir).unwrap_or(file);
    Ok(Place {
        root: root.clone(),
        path: RelPath::new(below.as_os_str().as_bytes())?,
    })
}

impl Person {
    /// The roots in the order in which they were added.
    pub fn roots(&self) -> Result<Vec<Arc<Root>>, PersonError> {
        self.ask(|connection| Ok(all(connection)?))
    }

    /// Makes a folder a root, under its own name made unique; it must be there. A folder inside a root may be one too.
    /// Tells whether it is new.
    pub fn add_root(&mut self, dir: &Path) -> Result<(Arc<Root>, bool), PersonError> {
        let failed = |source| PersonError::Folder {
            path: dir.to_owned(),
            source,
        };
        let whole = dir.canonicalize().map_err(failed)?;
        std::fs::read_dir(&whole).map_err(failed)?;
        self.edit(|connection| {
            let roots = all(connection)?;
            if let Some(known) = roots.iter().find(|root| root.dir == whole) {
                return Ok((known.clone(), false));
            }
            let name = free_name(&whole, &roots);
            connection.execute(
                "INSERT INTO root(name, dir) VALUES (?, ?)",
                params![name, whole.as_os_str().as_bytes()],
            )?;
            Ok((Arc::new(Root { name, dir: whole }), true))
        })
    }

    /// Forgets a root by its name. Nothing that was made of its songs is lost, and nothing on the disk is touched.
    pub fn remove_root(&mut self, name: &str) -> Result<(), PersonError> {
        self.edit(|connection| {
            if connection.execute("DELETE FROM root WHERE name = ?", [name])? > 0 {
                return Ok(());
            }
            let known: Vec<String> = all(connection)?.iter().map(|r| r.name.clone()).collect();
            Err(Undone::Told(PersonError::NoSuchRoot {
                name: name.to_owned(),
                nearest: names::nearest(name, &known),
            }))
        })
    }
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<Arc<Root>>> {
    let mut statement = connection.prepare_cached("SELECT name, dir FROM root ORDER BY id")?;
    let roots = statement.query_map([], |row| {
        Ok(Arc::new(Root {
            name: row.get(0)?,
            dir: PathBuf::from(OsString::from_vec(row.get(1)?)),
        }))
    })?;
    roots.collect()
}

/// The folder's name, printable, and with a number behind it where another root has it.
fn free_name(dir: &Path, roots: &[Arc<Root>]) -> String {
    let own = dir.file_name().unwrap_or_default().to_string_lossy();
    let own: String = own.chars().take(MAX_NAME_CHARS).collect();
    let own = Printable::new(&own).to_string().replace('\u{fffd}', "_");
    let own = match own.trim() {
        "" => "music",
        own => own,
    };
    let taken = |name: &str| roots.iter().any(|root| fold(&root.name) == fold(name));
    let numbered = (2..).map(|number: usize| format!("{own}-{number}"));
    std::iter::once(own.to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .expect("there are more numbers than roots")
}
