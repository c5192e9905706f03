//! The music folders and the names they go by. It looks whether a folder is there, and never walks into it.

use super::change::Change;
use super::seal::{self, Tally};
use super::{Person, PersonError, Undone, names};
use crate::library::answers;
use crate::music::{Place, PlaceError, Printable, RelPath, Root, Uri, fold};
use rusqlite::{Connection, params};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};
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
    /// Its folder is not there, cannot be read, or does not answer.
    Away,
}

/// Looks at the folder of a root. Looking into it wakes a folder that is mounted when it is needed.
pub fn state_of(root: &Root) -> RootState {
    answers::ask(&root.dir, look_into).unwrap_or(RootState::Away)
}

fn look_into(dir: &Path) -> RootState {
    match std::fs::read_dir(dir).map(|mut entries| entries.next()) {
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
        let roots = self.ask(all)?;
        let folder = self.folder();
        let carried = roots.into_iter().map(|root| carried(root, &folder));
        Ok(carried.collect())
    }

    /// Makes a folder a root by its way from the folder of `standin.db`: both may be carried elsewhere together. It need not
    /// be there.
    pub fn add_root_beside(&mut self, name: &str, way: &Path) -> Result<(), PersonError> {
        self.edit(|edit| {
            let roots = all(edit.connection)?;
            if roots.iter().any(|root| root.dir == way) {
                return Ok(());
            }
            let dir = Uri::new(way.as_os_str().as_bytes());
            let name = match roots.iter().any(|root| fold(&root.name) == fold(name)) {
                true => free_name(Path::new(name), &roots),
                false => name.to_owned(),
            };
            edit.make(Change::AddRoot { name, dir })?;
            Ok(())
        })
    }

    /// The folder of `standin.db`, without links.
    fn folder(&self) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
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
        let folder = self.folder();
        self.edit(|edit| {
            let roots = all(edit.connection)?.into_iter();
            let roots: Vec<_> = roots.map(|root| carried(root, &folder)).collect();
            if let Some(known) = roots.iter().find(|root| root.dir == whole) {
                return Ok((known.clone(), false));
            }
            let name = free_name(&whole, &roots);
            let dir = Uri::new(whole.as_os_str().as_bytes());
            edit.make(Change::AddRoot {
                name: name.clone(),
                dir,
            })?;
            Ok((Arc::new(Root { name, dir: whole }), true))
        })
    }

    /// Forgets a root by its name. Nothing that was made of its songs is lost, and nothing on the disk is touched.
    pub fn remove_root(&mut self, name: &str) -> Result<(), PersonError> {
        let name = name.to_owned();
        self.edit(|edit| {
            edit.make(Change::RemoveRoot { name })?;
            Ok(())
        })
    }
}

/// Where a root is now that is kept by its way from a folder.
fn carried(root: Arc<Root>, from: &Path) -> Arc<Root> {
    if root.dir.is_absolute() {
        return root;
    }
    let mut dir = from.to_owned();
    for part in root.dir.components() {
        match part {
            Component::ParentDir => drop(dir.pop()),
            Component::Normal(name) => dir.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    let name = root.name.clone();
    Arc::new(Root { name, dir })
}

pub(super) fn add(connection: &Connection, name: &str, dir: &[u8]) -> Result<(), Undone> {
    let sql = "INSERT INTO root(name, dir) VALUES (?, ?)";
    connection.execute(sql, params![name, dir])?;
    Ok(seal::add(connection, Tally::Roots, seal_of(name, dir))?)
}

pub(super) fn remove(connection: &Connection, name: &str) -> Result<(), Undone> {
    let roots = all(connection)?;
    let Some(root) = roots.iter().find(|root| root.name == name) else {
        let known: Vec<String> = roots.iter().map(|root| root.name.clone()).collect();
        return Err(Undone::Told(PersonError::NoSuchRoot {
            name: name.to_owned(),
            nearest: names::nearest(name, &known),
        }));
    };
    connection.execute("DELETE FROM root WHERE name = ?", [name])?;
    let seal = seal_of(name, root.dir.as_os_str().as_bytes());
    Ok(seal::take(connection, Tally::Roots, seal)?)
}

fn seal_of(name: &str, dir: &[u8]) -> i64 {
    seal::of(&(name, dir))
}

/// What the roots sum up to.
pub(super) fn sum(roots: &[Arc<Root>]) -> i64 {
    let seal = |root: &Arc<Root>| seal_of(&root.name, root.dir.as_os_str().as_bytes());
    seal::sum(roots.iter().map(seal))
}

/// All roots, in the order in which they were added.
pub(super) fn all(connection: &Connection) -> Result<Vec<Arc<Root>>, Undone> {
    let roots = unheld(connection)?;
    seal::hold(connection, Tally::Roots, sum(&roots))?;
    Ok(roots)
}

/// As they stand there, whatever their tally says.
pub(super) fn unheld(connection: &Connection) -> rusqlite::Result<Vec<Arc<Root>>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::person::recover;

    #[test]
    fn a_root_that_is_known_by_its_way_is_where_its_home_is() {
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path().canonicalize().unwrap();
        for name in ["a/home/data", "a/Music"] {
            std::fs::create_dir_all(here.join(name)).unwrap();
        }
        let way = Path::new("../../Music");
        let mut person = Person::open(&here.join("a/home/data")).unwrap();
        person.add_root_beside("Music", way).unwrap();
        person.add_root_beside("Music", way).unwrap();
        drop(person);
        std::fs::rename(here.join("a"), here.join("b")).unwrap();
        let data = here.join("b/home/data");
        // The second copy tells it in the same way.
        std::fs::remove_file(data.join(super::super::FILE)).unwrap();
        recover(&data).unwrap();
        let mut person = Person::open(&data).unwrap();
        person.check().unwrap();
        let music = here.join("b/Music");
        let (known, is_new) = person.add_root(&music).unwrap();
        assert_eq!((&known.dir, is_new), (&music, false));
        let roots = person.roots().unwrap();
        assert_eq!((&*roots, &*roots[0].name), (&[known][..], "Music"));
        person.remove_root("Music").unwrap();
        person.check().unwrap();
    }
}
