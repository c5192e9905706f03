//! A picture's file for a song: that in its folder, or one that is written into the cache from what the file holds. It writes
//! nowhere else, and keeps few.

use crate::library::{Cover, CoverSource, cover};
use crate::music::Song;
use crate::wanted::file_url;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Pictures that are kept; of more the oldest go.
const MAX_KEPT: usize = 64;

/// A larger picture is not written, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// The URL of a song's picture; `None`: it has none, or there is no room for it.
pub fn url(song: &Song, folder: &Path) -> Option<String> {
    let cover = cover(song).ok()??;
    let file = match &cover.source {
        CoverSource::Folder(file) => file.clone(),
        CoverSource::File(_) => kept(&cover, folder).ok()?,
    };
    file_url(file.as_os_str().as_bytes())
}

/// The file of a picture, which is written where it is not there. Its name is its content's: an album has one.
fn kept(cover: &Cover, folder: &Path) -> io::Result<PathBuf> {
    if cover.bytes.len() > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let name = blake3::hash(&cover.bytes).to_hex();
    let file = folder.join(format!("{}.{}", &name[..32], cover.kind.name()));
    if !file.is_file() {
        fs::create_dir_all(folder)?;
        // Whole or not there: a reader of the bus opens it at once.
        let new = folder.join(format!("{}.new", std::process::id()));
        fs::write(&new, &cover.bytes)?;
        fs::rename(&new, &file)?;
        let_go_of_old(folder, &file)?;
    }
    Ok(file)
}

fn let_go_of_old(folder: &Path, newest: &Path) -> io::Result<()> {
    let mut all: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| file != newest)
        .filter_map(|file| Some((fs::metadata(&file).ok()?.modified().ok()?, file)))
        .collect();
    all.sort();
    let too_many = all.len().saturating_sub(MAX_KEPT - 1);
    for (_, file) in &all[..too_many] {
        fs::remove_file(file)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::PictureKind;

    #[test]
    fn a_picture_is_written_once_and_few_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("art");
        let cover = |number: u32| Cover {
            bytes: number.to_le_bytes().to_vec(),
            kind: PictureKind::Png,
            pixels: None,
            source: CoverSource::File("/m/x.flac".into()),
        };
        let first = kept(&cover(0), &folder).unwrap();
        assert_eq!(first.extension(), Some("png".as_ref()));
        assert_eq!(fs::read(&first).unwrap(), [0; 4]);
        assert_eq!(kept(&cover(0), &folder).unwrap(), first);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        for number in 1..100 {
            assert!(kept(&cover(number), &folder).unwrap().is_file());
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), MAX_KEPT);
    }
}
