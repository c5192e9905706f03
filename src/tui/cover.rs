//! A cover's bytes as a picture of a size that screens have use for. Foreign bytes: within limits, and whatever is wrong with them
//! is no picture.

use image::{DynamicImage, ImageReader, Limits};
use std::io::Cursor;
use std::sync::Arc;

/// Columns and rows of pixels of a cover that is still opened.
const MAX_SIDE: u32 = 8_192;
/// What opening one may take in memory, in bytes.
const MAX_BYTES: u64 = 128 << 20;
/// Pixels of a side that are kept: no cover on a screen of letters is larger.
const KEPT_SIDE: u32 = 480;

/// A cover that was opened.
#[derive(Clone, Debug)]
pub struct Picture(Arc<DynamicImage>);

impl Picture {
    /// Opens it; `None`: it is no picture, or too large a one.
    pub fn open(bytes: &[u8]) -> Option<Self> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .ok()?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_BYTES);
        reader.limits(limits);
        let picture = reader.decode().ok()?;
        let is_large = picture.width().max(picture.height()) > KEPT_SIDE;
        Some(Self(Arc::new(match is_large {
            // Averages what becomes one pixel: quick, and fine for what only gets smaller.
            true => picture.thumbnail(KEPT_SIDE, KEPT_SIDE).into_rgb8().into(),
            false => picture,
        })))
    }

    /// Whether it is the very same.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its pixels.
    pub fn pixels(&self) -> &Arc<DynamicImage> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let image = DynamicImage::new_rgb8(width, height);
        image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn large_ones_are_kept_small_in_their_shape() {
        let picture = Picture::open(&png(1_000, 500)).unwrap();
        assert_eq!(
            (picture.pixels().width(), picture.pixels().height()),
            (480, 240)
        );
        let picture = Picture::open(&png(3, 7)).unwrap();
        assert_eq!(
            (picture.pixels().width(), picture.pixels().height()),
            (3, 7)
        );
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_none() {
        assert!(Picture::open(b"").is_none());
        assert!(Picture::open(b"\x89PNG\r\n\x1a\n and then nothing").is_none());
        let mut cut = png(64, 64);
        cut.truncate(60);
        assert!(Picture::open(&cut).is_none());
        assert!(Picture::open(&png(MAX_SIDE + 1, 1)).is_none());
    }
}
