//! Which picture is a cover, what it is by its head, and that no file exceeds the limits.

use super::*;
use std::fs;

/// A picture of this many pixels that has a head and nothing more.
fn picture(kind: PictureKind, width: u16, height: u16) -> Vec<u8> {
    let (wide, high) = (u32::from(width), u32::from(height));
    match kind {
        PictureKind::Png => [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            &wide.to_be_bytes(),
            &high.to_be_bytes(),
            &[8, 2, 0, 0, 0],
        ]
        .concat(),
        PictureKind::Gif => [
            &b"GIF89a"[..],
            &width.to_le_bytes(),
            &height.to_le_bytes(),
            &[0; 4],
        ]
        .concat(),
        PictureKind::Jpeg => [
            &b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08"[..],
            &height.to_be_bytes(),
            &width.to_be_bytes(),
            &[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9],
        ]
        .concat(),
        PictureKind::WebP => [
            &b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"[..],
            &(wide - 1).to_le_bytes()[..3],
            &(high - 1).to_le_bytes()[..3],
        ]
        .concat(),
        PictureKind::Bmp => [
            &b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..],
            &wide.to_le_bytes(),
            &high.to_le_bytes(),
            &[0; 28],
        ]
        .concat(),
    }
}

#[test]
fn kind_and_size_are_told_by_the_head() {
    use PictureKind::{Bmp, Gif, Jpeg, Png, WebP};
    for kind in [Jpeg, Png, Gif, WebP, Bmp] {
        let cover = Cover::of(picture(kind, 640, 480), CoverSource::File("x".into())).unwrap();
        assert_eq!((cover.kind, cover.pixels), (kind, Some((640, 480))));
    }
    for bytes in [&b"<html>"[..], b"", b"\xff", b"%PDF-1.4"] {
        assert_eq!(
            Cover::of(bytes.to_vec(), CoverSource::File("x".into())),
            None
        );
    }
}

proptest::proptest! {
    #[test]
    fn a_damaged_head_is_no_panic(
        kind in 0..5usize, cut in 0..80usize, at in 0..80usize, byte: u8
    ) {
        use PictureKind::{Bmp, Gif, Jpeg, Png, WebP};
        let mut bytes = picture([Jpeg, Png, Gif, WebP, Bmp][kind], 9, 9);
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut);
        let _ = Cover::of(bytes, CoverSource::File("x".into()));
    }
}

/// An ID3v2.3 tag with a picture of each type.
fn id3(pictures: &[(u8, &[u8])]) -> Vec<u8> {
    let frame = |(kind, bytes): &(u8, &[u8])| {
        let body = [&b"\0image/png\0"[..], &[*kind, 0], bytes].concat();
        let size = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&b"APIC"[..], &size, &[0, 0], &body].concat()
    };
    let frames: Vec<u8> = pictures.iter().flat_map(frame).collect();
    let size = u32::try_from(frames.len()).unwrap();
    let synchsafe = [21, 14, 7, 0].map(|shift| (size >> shift & 0x7f) as u8);
    [&b"ID3\x03\0\0"[..], &synchsafe, &frames].concat()
}

struct Folder {
    dir: tempfile::TempDir,
    song: Song,
}

impl Folder {
    fn with(song: &str, bytes: &[u8], others: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        put(song, bytes);
        for (at, name) in others.iter().enumerate() {
            put(name, &picture(PictureKind::Png, at as u16 + 1, 1));
        }
        let song = Song::at(dir.path().join(song).to_str().unwrap());
        Self { dir, song }
    }

    /// The name of the picture that is taken, or `file`; empty where none is.
    fn taken(&self) -> String {
        match cover(&self.song).unwrap().map(|cover| cover.source) {
            None => String::new(),
            Some(CoverSource::File(_)) => "file".into(),
            Some(CoverSource::Folder(path)) => path
                .strip_prefix(self.dir.path())
                .unwrap()
                .to_string_lossy()
                .into_owned(),
        }
    }
}

#[test]
fn which_picture_of_a_folder_is_the_cover() {
    for (song, others, wanted) in [
        (
            "a/x.mp3",
            &["a/Folder.JPG", "a/cover.png", "a/back.png"][..],
            "a/cover.png",
        ),
        ("a/x.mp3", &["a/back.png", "a/Folder.JPG"], "a/Folder.JPG"),
        (
            "a/x.mp3",
            &["a/AlbumArtSmall.jpg", "a/AlbumArt_{1}_Large.jpg"],
            "a/AlbumArt_{1}_Large.jpg",
        ),
        (
            "a/x.mp3",
            &["a/band front.webp", "a/band back.webp"],
            "a/band front.webp",
        ),
        ("a/x.mp3", &["a/lonely.gif"], "a/lonely.gif"),
        ("a/x.mp3", &["a/one.gif", "a/two.gif"], ""),
        ("a/x.mp3", &["a/back.jpg"], ""),
        ("a/x.mp3", &["a/artist.jpg", "a/other.jpg"], "a/artist.jpg"),
        (
            "a/x.mp3",
            &["a/Scans/front.png", "a/Scans/back.png"],
            "a/Scans/front.png",
        ),
        ("a/CD 2/x.mp3", &["a/cover.jpg"], "a/cover.jpg"),
        (
            "a/CD1/x.mp3",
            &["a/Artwork/cover.jpg"],
            "a/Artwork/cover.jpg",
        ),
        ("a/b/x.mp3", &["a/cover.jpg"], ""),
        ("a/x.mp3", &["a/.cover.jpg"], ""),
    ] {
        assert_eq!(
            Folder::with(song, b"no tags", others).taken(),
            wanted,
            "{others:?}"
        );
    }
}

#[test]
fn the_songs_own_front_cover_comes_first_and_its_other_pictures_last() {
    let png = picture(PictureKind::Png, 7, 7);
    let taken = |pictures: &[(u8, &[u8])], others: &[&str]| {
        Folder::with("x.mp3", &id3(pictures), others).taken()
    };
    assert_eq!(taken(&[(3, &png)], &["cover.jpg"]), "file");
    assert_eq!(taken(&[(4, &png), (3, &png)], &["cover.jpg"]), "file");
    assert_eq!(taken(&[(0, &png)], &["cover.jpg"]), "file");
    assert_eq!(taken(&[(4, &png)], &["cover.jpg"]), "cover.jpg");
    assert_eq!(taken(&[(4, &png)], &[]), "file");
    assert_eq!(taken(&[(3, b"no picture")], &["cover.jpg"]), "cover.jpg");
}

#[test]
fn what_is_named_a_picture_and_is_none_is_passed_over() {
    let folder = Folder::with("x.mp3", b"", &["folder.jpg"]);
    fs::write(
        folder.dir.path().join("cover.jpg"),
        "<html>not found</html>",
    )
    .unwrap();
    assert_eq!(folder.taken(), "folder.jpg");
    let large = fs::File::create(folder.dir.path().join("cover.jpg")).unwrap();
    large.set_len(40 << 20).unwrap();
    assert_eq!(folder.taken(), "folder.jpg");
}

#[test]
fn a_song_that_is_not_there_is_an_error() {
    let error = cover(&Song::at("/no/such/song.mp3"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("/no/such/song.mp3"), "{error}");
}

#[test]
fn a_picture_that_is_deflated_is_not_unpacked() {
    // ID3v2.3: the frame's flag of compression, the length it would have, and what deflates to it: it would be 1 GiB.
    let mut tag = id3(&[(3, &picture(PictureKind::Png, 7, 7))]);
    tag[19] = 0x80;
    tag.splice(20..20, (1u32 << 30).to_be_bytes());
    let size = u32::from_be_bytes([tag[14], tag[15], tag[16], tag[17]]) + 4;
    tag[14..18].copy_from_slice(&size.to_be_bytes());
    tag[9] += 4;
    assert_eq!(Folder::with("x.mp3", &tag, &[]).taken(), "");
}

/// Odd files from outside: whatever they hold, it stays within the limits.
#[test]
fn files_of_a_corpus_stay_within_the_limits() {
    let Some(corpus) = std::env::var_os("STANDIN_CORPUS") else {
        println!("skipped: STANDIN_CORPUS names no folder");
        return;
    };
    let files = walkdir::WalkDir::new(corpus).into_iter().flatten();
    let (mut read, mut covers) = (0, 0);
    for entry in files.filter(|entry| entry.file_type().is_file()) {
        let found = embedded::read(entry.path()).unwrap();
        let fits = |picture: &Picture| picture.bytes.len() <= embedded::MOST_PICTURE_BYTES;
        assert!(
            found.pictures.iter().all(fits),
            "{}",
            entry.path().display()
        );
        let _ = crate::library::embedded_lyrics(entry.path()).unwrap();
        covers += u32::from(embedded_cover(entry.path()).unwrap().is_some());
        read += 1;
    }
    println!("{read} files, {covers} with a cover");
    assert!(read > 0);
}
