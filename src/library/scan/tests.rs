//! The scan over real small files in temporary folders.

use super::*;
use crate::library::Reader;
use crate::music::{Song, SongId};
use lofty::config::WriteOptions;
use lofty::file::TaggedFileExt;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Mutex;

/// A folder with music and an index beside it.
pub(crate) struct Shelf {
    dir: tempfile::TempDir,
    pub roots: Vec<Arc<Root>>,
    pub index: Index,
    /// What was added, by what comes after the root.
    pub files: Mutex<Vec<String>>,
}

impl Shelf {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = Arc::new(Root {
            name: "Music".into(),
            dir: dir.path().join("music"),
        });
        fs::create_dir(&root.dir).unwrap();
        let index = Index::at(dir.path().join("cache/library.db"));
        let roots = vec![root];
        Self {
            dir,
            roots,
            index,
            files: Mutex::default(),
        }
    }

    /// The same music, with an index that knows nothing of it yet.
    pub fn over(other: &Self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            index: Index::at(dir.path().join("cache/library.db")),
            roots: other.roots.clone(),
            files: Mutex::default(),
            dir,
        }
    }

    pub fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.roots[0].dir.join(name.as_ref())
    }

    /// A WAV file of 300 ms whose samples depend on `pitch`, with a title and an artist.
    pub fn add(&self, name: impl AsRef<OsStr>, pitch: u32) -> PathBuf {
        let path = self.path(&name);
        self.files
            .lock()
            .unwrap()
            .push(name.as_ref().to_string_lossy().into_owned());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&path, pitch);
        retag(&path, &format!("Song {pitch}"), "Björk", "Album");
        path
    }

    pub fn scan(&self) -> ScanReport {
        self.scan_with(&ScanOptions::default())
    }

    pub fn scan_with(&self, options: &ScanOptions) -> ScanReport {
        let report = scan(
            &self.index,
            &self.roots,
            options,
            &|_| {},
            &AtomicBool::new(false),
        )
        .unwrap();
        let sum = report.new + report.changed + report.moved + report.same;
        assert_eq!(report.seen, sum + report.skipped.len() as u64, "{report:?}");
        report
    }

    pub fn reader(&self) -> Reader {
        self.index.reader(&self.roots).unwrap()
    }

    pub fn song(&self, name: impl AsRef<OsStr>) -> Option<Song> {
        self.reader().song_by_file(&self.path(name)).unwrap()
    }

    /// Everything that the index tells, but for the numbers of its rows.
    pub fn dump(&self) -> Vec<String> {
        let connection = self.index.writer().unwrap();
        let sql = "
            SELECT path, size || ' ' || mtime_ns || ' ' || coalesce(skip_reason, '') || ' ' || coalesce(hex(whole_key), ''),
              coalesce((SELECT group_concat(part || title || artists || album || hex(coalesce(audio_key, '')) || coalesce(start_frame, '')
                || ' ' || coalesce(end_frame, '') || ' ' || coalesce(length_ms, ''), ';' ORDER BY part)
                FROM song WHERE file_id = file.id), '')
              FROM file WHERE state = 0
            UNION ALL SELECT path, 'passed', reason FROM passed
            UNION ALL SELECT path, 'sheet', size || ' ' || mtime_ns FROM sheet
            ORDER BY 1, 2";
        let mut statement = connection.prepare(sql).unwrap();
        let text = |row: &rusqlite::Row| {
            let path = String::from_utf8_lossy(&row.get::<_, Vec<u8>>(0)?).into_owned();
            Ok(format!(
                "{path}: {} {}",
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?
            ))
        };
        let rows = statement.query_map([], text).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn id(&self, name: &str) -> SongId {
        self.song(name).unwrap().id.unwrap()
    }
}

/// 300 ms of 16-bit mono at 8 kHz, with 50 ms of silence at its head.
pub(crate) fn write_wav(path: &Path, pitch: u32) {
    let sample = |n: u32| {
        if n < 400 {
            0
        } else {
            (n * pitch % 200) as i16 * 100
        }
    };
    let samples: Vec<u8> = (0..2_400).flat_map(|n| sample(n).to_le_bytes()).collect();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + samples.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(8_000u32.to_le_bytes());
    wav.extend(16_000u32.to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(samples);
    fs::write(path, wav).unwrap();
}

pub(crate) fn retag(path: &Path, title: &str, artist: &str, album: &str) {
    try_retag(path, title, artist, album).unwrap();
}

/// What is no music cannot be tagged.
pub(crate) fn try_retag(
    path: &Path,
    title: &str,
    artist: &str,
    album: &str,
) -> std::io::Result<()> {
    let kind = lofty::read_from_path(path).map_or(TagType::Id3v2, |file| file.primary_tag_type());
    let mut tag = Tag::new(kind);
    tag.set_title(title.to_owned());
    tag.set_artist(artist.to_owned());
    tag.set_album(album.to_owned());
    tag.save_to_path(path, WriteOptions::default())
        .map_err(std::io::Error::other)
}

pub(super) fn counts(report: &ScanReport) -> [u64; 6] {
    let skipped = report.skipped.len() as u64;
    [
        report.new,
        report.changed,
        report.moved,
        report.same,
        skipped,
        report.gone,
    ]
}

#[test]
fn a_second_scan_reads_nothing_and_a_third_what_changed() {
    let shelf = Shelf::new();
    for n in 1..=3 {
        shelf.add(format!("a/{n}.wav"), n);
    }
    assert_eq!(counts(&shelf.scan()), [3, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 3, 0, 0]);
    let (id, key) = (shelf.id("a/2.wav"), shelf.song("a/2.wav").unwrap().key);
    retag(
        &shelf.path("a/2.wav"),
        "Another and longer title",
        "Someone",
        "Elsewhere",
    );
    let report = shelf.scan();
    assert_eq!(counts(&report), [0, 1, 0, 2, 0, 0]);
    assert_eq!(report.songs_total, 3);
    let song = shelf.song("a/2.wav").unwrap();
    assert_eq!(song.tags.title, "Another and longer title");
    assert_eq!((song.id, song.key), (Some(id), key));
    assert!(shelf.reader().search("song 2", 9).unwrap().is_empty());
    assert_eq!(shelf.reader().search("longer", 9).unwrap().len(), 1);
}

#[test]
fn a_moved_file_keeps_its_row_whether_one_scan_sees_it_or_two() {
    let shelf = Shelf::new();
    shelf.add("a/1.wav", 1);
    shelf.add("a/2.wav", 2);
    shelf.scan();
    let id = shelf.id("a/1.wav");
    fs::rename(shelf.path("a/1.wav"), shelf.path("a/one.wav")).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 1, 0, 0]);
    assert_eq!(shelf.id("a/one.wav"), id);
    assert_eq!(shelf.reader().search("one.wav", 9).unwrap().len(), 1);
    assert_eq!(shelf.reader().search("Song 1", 9).unwrap().len(), 1);

    fs::rename(
        shelf.path("a/one.wav"),
        shelf.dir.path().join("outside.wav"),
    )
    .unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 0, 1]);
    assert_eq!(shelf.song("a/one.wav"), None);
    assert!(shelf.reader().search("Song 1", 9).unwrap().is_empty());
    fs::create_dir(shelf.path("b")).unwrap();
    fs::rename(
        shelf.dir.path().join("outside.wav"),
        shelf.path("b/uno.wav"),
    )
    .unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 1, 0, 0]);
    assert_eq!(shelf.id("b/uno.wav"), id);
}

#[test]
fn a_copy_is_new_and_what_is_gone_is_still_known_by_its_audio() {
    let shelf = Shelf::new();
    let path = shelf.add("1.wav", 1);
    shelf.scan();
    fs::copy(&path, shelf.path("copy.wav")).unwrap();
    assert_eq!(counts(&shelf.scan()), [1, 0, 0, 1, 0, 0]);
    let key = shelf.song("copy.wav").unwrap().key.unwrap();
    assert_eq!(shelf.reader().songs_by_key(key).unwrap().len(), 2);
    fs::remove_file(&path).unwrap();
    assert_eq!(shelf.scan().gone, 1);
    assert_eq!(shelf.reader().songs_by_key(key).unwrap().len(), 1);
    assert_eq!(shelf.reader().stats().unwrap().gone, 1);
}

#[test]
fn a_file_that_comes_back_to_its_place_has_its_row_again() {
    let shelf = Shelf::new();
    let (path, aside) = (shelf.add("1.wav", 1), shelf.dir.path().join("aside.wav"));
    shelf.add("2.wav", 2);
    shelf.scan();
    let id = shelf.id("1.wav");
    fs::rename(&path, &aside).unwrap();
    shelf.scan();
    fs::rename(&aside, &path).unwrap();
    assert_eq!(counts(&shelf.scan()), [1, 0, 0, 1, 0, 0]);
    assert_eq!(shelf.id("1.wav"), id);
}

#[test]
fn each_skip_has_its_reason_and_is_not_read_again_until_it_changes() {
    let shelf = Shelf::new();
    shelf.add("good.wav", 1);
    fs::write(shelf.path("empty.mp3"), "").unwrap();
    fs::write(shelf.path("noise.flac"), "this is no music at all").unwrap();
    fs::write(shelf.path("tune.mod"), "nobody reads this here").unwrap();
    fs::create_dir_all(shelf.path("folder.mp3")).unwrap();
    fs::write(shelf.path(".hidden.mp3"), "x").unwrap();
    fs::create_dir(shelf.path("@eaDir")).unwrap();
    fs::write(shelf.path("@eaDir/x.mp3"), "x").unwrap();
    fs::create_dir(shelf.path("ringtones")).unwrap();
    fs::write(shelf.path("ringtones/.nomedia"), "").unwrap();
    fs::write(shelf.path("ringtones/x.mp3"), "x").unwrap();
    fs::write(shelf.path("a\nb.mp3"), "x").unwrap();
    let pipe = shelf.path("pipe.mp3");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    std::os::unix::fs::symlink("nowhere", shelf.path("dangling.ogg")).unwrap();
    std::os::unix::fs::symlink(".", shelf.path("loop")).unwrap();
    std::os::unix::fs::symlink("good.wav", shelf.path("link.wav")).unwrap();
    let sparse = fs::File::create(shelf.path("sparse.mp3")).unwrap();
    sparse.set_len(4 << 30).unwrap();

    let report = shelf.scan();
    let told: Vec<_> = report
        .skipped
        .iter()
        .map(|skip| {
            format!(
                "{}: {}",
                skip.path.file_name().unwrap().to_string_lossy(),
                skip.reason
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "a\nb.mp3: the name has a line break or a NUL in it",
            "dangling.ogg: it cannot be opened: entity not found",
            "empty.mp3: it is empty",
            "loop: a link to a folder is not followed: make its target a root",
            "noise.flac: it is damaged: file missing \"fLaC\" stream marker",
            "pipe.mp3: it is no regular file",
            "sparse.mp3: it is damaged: reading it would take more than 64 MiB",
            "tune.mod: it is in no format that can be read",
        ]
    );
    assert_eq!(report.new, 2);
    let again = shelf.scan();
    assert_eq!((again.same, &again.skipped), (2, &report.skipped));
    let kept: Vec<_> = shelf.reader().skipped().unwrap();
    assert_eq!(kept, report.skipped, "they are listed afterwards, too");
    write_wav(&shelf.path("noise.flac"), 9);
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 2, 7, 0]);
    assert_eq!(
        shelf.song("noise.flac").unwrap().format.codec,
        crate::music::Codec::Pcm
    );
}

#[test]
fn a_file_that_may_not_be_read_is_a_skip() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = Shelf::new();
    let path = shelf.add("1.wav", 1);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    assert_eq!(
        shelf.scan().skipped[0].reason,
        "it cannot be opened: permission denied"
    );
}

#[test]
fn a_root_that_is_away_or_empty_changes_nothing() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.scan();
    let (dir, aside) = (shelf.roots[0].dir.clone(), shelf.dir.path().join("aside"));
    fs::rename(&dir, &aside).unwrap();
    for _ in 0..2 {
        let report = shelf.scan();
        assert_eq!(counts(&report), [0; 6]);
        assert_eq!((report.away, report.songs_total), (shelf.roots.clone(), 1));
        // The mount point without its disk.
        fs::create_dir_all(dir.join("lost+found")).unwrap();
    }
    fs::remove_dir_all(&dir).unwrap();
    fs::rename(&aside, &dir).unwrap();
    assert_eq!(counts(&shelf.scan()), [0, 0, 0, 1, 0, 0]);
}

#[test]
fn an_empty_folder_is_a_root_without_songs() {
    let shelf = Shelf::new();
    let report = shelf.scan();
    assert_eq!((counts(&report), report.away.len()), ([0; 6], 0));
}

#[test]
fn names_that_are_not_utf8_and_names_spelled_otherwise_are_found() {
    let shelf = Shelf::new();
    shelf.add(OsStr::from_bytes(b"caf\xe9.wav"), 1);
    shelf.add("Bjo\u{308}rk/x.wav", 2);
    shelf.add("Ærø é/y.wav", 3);
    shelf.scan();
    assert!(shelf.song(OsStr::from_bytes(b"caf\xe9.wav")).is_some());
    for name in [
        "Björk/x.wav",
        "Bjo\u{308}rk/x.wav",
        "Ærø é/y.wav",
        "Ærø e\u{301}/y.wav",
    ] {
        assert!(shelf.song(name).is_some(), "{name:?}");
        let uri = Uri::new(format!("Music/{name}"));
        assert!(
            shelf.reader().song_by_uri(&uri).unwrap().is_some(),
            "{name:?}"
        );
    }
    assert!(shelf.song("Bjork/x.wav").is_none());
}

#[test]
fn a_file_belongs_to_the_innermost_root() {
    let mut shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.add("inner/2.wav", 2);
    shelf.scan();
    shelf.roots.push(Arc::new(Root {
        name: "Inner".into(),
        dir: shelf.path("inner"),
    }));
    assert_eq!(counts(&shelf.scan()), [0, 0, 1, 1, 0, 0]);
    let song = shelf.song("inner/2.wav").unwrap();
    assert_eq!(song.place.uri(), Uri::new("Inner/2.wav"));
    assert_eq!(shelf.scan().same, 2);
}
