//! Makes databases again that are damaged. What is damaged is kept beside them under a name that tells when.

use crate::library::person::{Agreement, Person, Recovered, recover};
use crate::library::scan::{Progress, ScanOptions};
use crate::library::{Library, LibraryError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// What was mended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// What the person made was made again.
    pub own: Option<Recovered>,
    /// Its second copy was written anew.
    pub copy: bool,
    /// The index was made anew; the damaged one is here.
    pub index: Option<PathBuf>,
}

/// Reads all of both databases and mends what is damaged. The index is made by a scan of every folder, which `stop` ends.
pub fn mend(
    library: &Library,
    data: &Path,
    progress: &(dyn Fn(Progress) + Sync),
    stop: &AtomicBool,
) -> Result<Mended, LibraryError> {
    let mut mended = Mended::default();
    if Person::is_there(data) {
        mended.own = recover(data)?;
        let agrees = library.person_reader()?.agreement(true)?;
        if matches!(agrees, Agreement::Behind | Agreement::Other) {
            library.person()?.renew_copy()?;
            mended.copy = true;
        }
    }
    let roots = library.person_reader()?.roots()?;
    let looked = library.index().reader(&roots);
    let is_damaged = match &looked {
        Ok(reader) => !reader.is_whole(true),
        Err(error) => error.trouble() == crate::library::sqlite::Trouble::Damaged,
    };
    drop(looked);
    if is_damaged && !roots.is_empty() {
        let all = library.roots_to_scan(&[], None, false)?;
        let how = ScanOptions {
            full: true,
            ..ScanOptions::default()
        };
        mended.index = library.scan(&all, how, progress, stop)?.remade;
    }
    Ok(mended)
}
