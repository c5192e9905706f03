//! The cover of a song: a picture in the file, or one in its folder, read when asked for and never in a scan. It decodes no
//! pixel.
//!
//! Which one: the picture in the file that is marked as the front cover, or that is its only one, since it is that
//! song's own; else a picture of the folder ([`folder`]); else any picture in the file.

mod folder;

use super::LibraryError;
use super::embedded::{self, Picture, Shows};
use crate::music::Song;
use imagesize::ImageType;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A picture, as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// All of it.
    pub bytes: Vec<u8>,
    /// What it is, by its content.
    pub kind: PictureKind,
    /// Width and height in pixels, as its head tells.
    pub pixels: Option<(usize, usize)>,
    /// Where it was.
    pub source: CoverSource,
}

/// Where a cover was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoverSource {
    /// In the song's file.
    File(PathBuf),
    /// A picture in the song's folder, or beside it.
    Folder(PathBuf),
}

/// The kinds of pictures that covers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PictureKind {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
}

impl PictureKind {
    /// The name, as it is also its file's extension.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
        }
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        Some(match imagesize::image_type(bytes).ok()? {
            ImageType::Jpeg => Self::Jpeg,
            ImageType::Png => Self::Png,
            ImageType::Gif => Self::Gif,
            ImageType::Webp => Self::WebP,
            ImageType::Bmp => Self::Bmp,
            _ => return None,
        })
    }
}

impl Cover {
    /// `None` where the bytes are no picture of a kind that covers are.
    pub fn of(bytes: Vec<u8>, source: CoverSource) -> Option<Self> {
        // Somebody else's parser over somebody else's bytes: a panic of it is an unknown size.
        let looked = catch_unwind(AssertUnwindSafe(|| {
            let kind = PictureKind::of(&bytes)?;
            let size = imagesize::blob_size(&bytes).ok();
            Some((kind, size.map(|size| (size.width, size.height))))
        }));
        let (kind, pixels) = looked.ok()??;
        Some(Self {
            bytes,
            kind,
            pixels,
            source,
        })
    }
}

/// The cover of a song; `None` where it has none.
pub fn cover(song: &Song) -> Result<Option<Cover>, LibraryError> {
    let file = song.place.file();
    let (embedded, is_front) = match embedded_cover(&file)? {
        Some((cover, is_front)) => (Some(cover), is_front),
        None => (None, false),
    };
    if is_front {
        return Ok(embedded);
    }
    Ok(folder::cover(song, &file).or(embedded))
}

/// The picture of the folder that a song lies in.
pub fn folder_cover(song: &Song) -> Option<Cover> {
    folder::cover(song, &song.place.file())
}

/// The best picture inside a file, and whether it is the front cover as far as the file says. A path in, plain data out.
pub fn embedded_cover(file: &Path) -> Result<Option<(Cover, bool)>, LibraryError> {
    let pictures = embedded::read(file)
        .map_err(|failure| LibraryError::NotOpened {
            path: file.to_owned(),
            failure,
        })?
        .pictures;
    let is_only = pictures.len() == 1;
    let rank = |picture: &Picture| match picture.shows {
        Shows::Front => 0,
        Shows::Unsaid => 1,
        Shows::Other => 2,
    };
    let mut by_rank: Vec<Picture> = pictures;
    by_rank.sort_by_key(rank);
    Ok(by_rank.into_iter().find_map(|picture| {
        let is_front = picture.shows == Shows::Front || is_only && picture.shows == Shows::Unsaid;
        let cover = Cover::of(picture.bytes, CoverSource::File(file.to_owned()))?;
        Some((cover, is_front))
    }))
}

#[cfg(test)]
mod tests;
