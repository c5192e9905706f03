//! Rows and the songs that they mean, over an index that is a list.

use super::*;
use crate::library::key::part_key;
use crate::music::{Format, Miss, Place, RelPath, Root, Rung, Span, Tags};
use crate::wanted::matcher::keys_of_song;
use std::path::{Path, PathBuf};

/// An index over a list. Roots named `away` are away.
#[derive(Default)]
pub(super) struct Shelf {
    songs: Vec<Arc<Song>>,
    on_disk: Vec<PathBuf>,
}

impl Lookup for Shelf {
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>> {
        self.all(|song| song.place.uri() == *uri || uri.absolute() == Some(song.place.file()))
    }

    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>> {
        self.all(|song| song.key == Some(key))
    }

    fn by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Vec<Arc<Song>> {
        let within = |song: &Song| match (&length_ms, song.length_ms) {
            (Some(range), Some(length)) => range.contains(&length),
            _ => true,
        };
        let leads = |song: &Song| keys_of_song(song).iter().any(|key| keys.contains(key));
        let mut songs = self.all(|song| within(song) && leads(song));
        songs.truncate(most);
        songs
    }

    fn root_is_away(&self, uri: &Uri) -> bool {
        uri.in_root().is_some_and(|(root, _)| root == "away")
    }

    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>> {
        let file = uri.absolute().filter(|file| self.on_disk.contains(file));
        let found = file.map(|file| {
            let mut song = song("", "x", 9);
            song.place = Place::outside(&file).unwrap();
            song.key = None;
            Arc::new(song)
        });
        found.into_iter().collect()
    }
}

impl Shelf {
    pub fn of(songs: &[Song]) -> Self {
        Self {
            songs: songs.iter().cloned().map(Arc::new).collect(),
            on_disk: Vec::new(),
        }
    }

    fn all(&self, which: impl Fn(&Song) -> bool) -> Vec<Arc<Song>> {
        self.songs.iter().filter(|s| which(s)).cloned().collect()
    }
}

pub(super) fn song(root: &str, path: &str, key: u8) -> Song {
    Song {
        id: None,
        place: Place {
            root: Arc::new(Root {
                name: root.into(),
                dir: Path::new("/disk").join(root),
            }),
            path: RelPath::new(path).unwrap(),
        },
        key: Some(AudioKey::from_bytes([key; 16])),
        part: 0,
        span: None,
        tags: Tags {
            title: format!("Title {key}"),
            artists: vec!["A".into(), "B".into()],
            album: "Album".into(),
            ..Tags::default()
        },
        format: Format::default(),
        length_ms: Some(200_000),
        modified_ms: None,
    }
}

/// Where the row was found and by what, or why it was not.
pub(super) fn told(shelf: &Shelf, wanted: &Wanted) -> Result<(String, Rung), Miss> {
    match resolve(shelf, wanted) {
        Verdict::Found { song, rung, .. } => Ok((song.place.uri().to_string(), rung)),
        Verdict::Offered { why, .. } => Err(why),
        Verdict::Missing(miss) => Err(miss),
    }
}

pub(super) fn resolve(shelf: &Shelf, wanted: &Wanted) -> Verdict {
    super::resolve(shelf, wanted, &Aliases::default())
}

pub(super) fn at(place: &str) -> Wanted {
    Wanted {
        place: Some(Uri::new(place)),
        ..Wanted::default()
    }
}

#[test]
fn the_first_rung_that_holds_wins() {
    let wanted = song("m", "a", 1).wanted();
    let (moved, mut renamed) = (song("m", "new/a", 1), song("m", "rip/a", 2));
    renamed.tags.title = "Title 1".into();
    let all = Shelf::of(&[renamed.clone(), moved.clone(), song("m", "a", 1)]);
    assert_eq!(told(&all, &wanted), Ok(("m/a".into(), Rung::Place)));
    let without = Shelf::of(&[renamed.clone(), moved]);
    assert_eq!(told(&without, &wanted), Ok(("m/new/a".into(), Rung::Key)));
    let names = Shelf::of(&[renamed]);
    assert_eq!(
        told(&names, &wanted),
        Ok(("m/rip/a".into(), Rung::NamesAndLength))
    );
    assert_eq!(told(&Shelf::default(), &wanted), Err(Miss::NotHere));
}

#[test]
fn two_files_that_swapped_names_keep_their_rows() {
    let rows = [song("m", "1", 1).wanted(), song("m", "2", 2).wanted()];
    let shelf = Shelf::of(&[song("m", "2", 1), song("m", "1", 2)]);
    assert_eq!(told(&shelf, &rows[0]), Ok(("m/2".into(), Rung::Key)));
    assert_eq!(told(&shelf, &rows[1]), Ok(("m/1".into(), Rung::Key)));
}

#[test]
fn a_place_is_found_however_it_is_spelt() {
    let shelf = Shelf::of(&[song("m", "é/a b.flac", 1)]);
    let found = Ok(("m/é/a b.flac".to_owned(), Rung::Place));
    for place in [
        "m/é/a b.flac",
        "m/e\u{301}/a b.flac",
        "m/%C3%A9/a%20b.flac",
        "m\\é\\a b.flac",
        "/disk/m/é/a b.flac",
    ] {
        assert_eq!(told(&shelf, &at(place)), found, "{place}");
    }
    let bytes = Wanted {
        place: Some(Uri::new(b"m/\xe9/a b.flac".to_vec())),
        ..Wanted::default()
    };
    assert_eq!(told(&shelf, &bytes), found);
}

#[test]
fn a_file_in_no_index_plays_too() {
    let shelf = Shelf {
        on_disk: vec!["/tmp/new song.flac".into()],
        ..Shelf::default()
    };
    let found = Ok(("/tmp/new song.flac".to_owned(), Rung::Place));
    assert_eq!(told(&shelf, &at("/tmp/new%20song.flac")), found);
    assert_eq!(told(&shelf, &at("/tmp/other.flac")), Err(Miss::NotHere));
}

#[test]
fn an_absent_disk_is_told_and_a_copy_elsewhere_plays() {
    let on_disk = song("away", "a", 1);
    let wanted = on_disk.wanted();
    let alone = Shelf::of(std::slice::from_ref(&on_disk));
    assert_eq!(told(&alone, &wanted), Err(Miss::RootAway));
    let by_names = Wanted {
        place: None,
        key: None,
        ..wanted.clone()
    };
    assert_eq!(told(&alone, &by_names), Err(Miss::RootAway));
    let copied = Shelf::of(&[on_disk, song("m", "copy", 1)]);
    assert_eq!(told(&copied, &wanted), Ok(("m/copy".into(), Rung::Key)));
}

#[test]
fn names_find_any_order_and_the_better_of_several() {
    let (mut single, mut lossless) = (song("m", "1", 1), song("m", "2", 1));
    single.tags.album = "Single".into();
    lossless.format.kbps = Some(900);
    let lossy = song("m", "3", 1);
    let shelf = Shelf::of(&[single, lossy, lossless]);
    let mut wanted = song("m", "x", 1).wanted();
    wanted.artists.reverse();
    (wanted.place, wanted.key) = (None, None);
    let rung = Rung::NamesAndLength;
    assert_eq!(told(&shelf, &wanted), Ok(("m/2".into(), rung)));
    wanted.album = "Single".into();
    assert_eq!(told(&shelf, &wanted), Ok(("m/1".into(), rung)));
    wanted.length_ms = Some(240_000);
    assert_eq!(told(&shelf, &wanted), Err(Miss::OtherLength));
    assert_eq!(told(&shelf, &Wanted::default()), Err(Miss::NoNames));
}

/// A file of 30 s cut at 0, 10 and 20 s, and all of it, as an index gives them.
fn cut() -> Vec<Song> {
    let whole = Song {
        length_ms: Some(30_000),
        format: Format {
            rate: Some(1_000),
            ..Format::default()
        },
        ..song("m", "cd.flac", 1)
    };
    let part = |part: u32| {
        let start_frame = u64::from(part - 1) * 10_000;
        let span = Span {
            start_frame,
            end_frame: (part < 3).then_some(start_frame + 10_000),
        };
        let mut song = crate::library::owned::cut_out(&whole, span);
        song.part = part;
        song.tags.title = format!("Part {part}");
        song
    };
    vec![part(1), part(2), part(3), whole.clone()]
}

fn title(shelf: &Shelf, wanted: &Wanted) -> String {
    let verdict = resolve(shelf, wanted);
    verdict.song().map_or(String::new(), |song| {
        format!(
            "{} {:?}",
            song.title(),
            song.span.map(|span| span.start_frame)
        )
    })
}

#[test]
fn a_row_means_a_part_or_all_of_a_file() {
    let songs = cut();
    let shelf = Shelf::of(&songs);
    assert_eq!(title(&shelf, &at("m/cd.flac")), "Title 1 None");
    assert_eq!(title(&shelf, &songs[1].wanted()), "Part 2 Some(10000)");
    assert_eq!(
        title(&shelf, &at("m/cd.flac/track0003")),
        "Part 3 Some(20000)"
    );
    assert_eq!(title(&shelf, &at("m/cd.flac/track0004")), "");
    let row = at("m/cd.flac/track0002");
    let learnt = learn(&row, &resolve(&shelf, &row)).unwrap();
    assert_eq!(learnt, songs[1].wanted());
    let whole = at("m/cd.flac");
    let learnt = learn(&whole, &resolve(&shelf, &whole)).unwrap();
    assert_eq!((learnt.span, learnt.key), (None, songs[3].key));
}

#[test]
fn a_part_outlives_a_sheet_that_changes_or_vanishes() {
    let rows: Vec<Wanted> = cut().iter().map(Song::wanted).collect();
    let mut songs = cut();
    songs[1].span = Some(Span {
        start_frame: 11_500,
        end_frame: Some(20_000),
    });
    songs[1].key = Some(AudioKey::from_bytes([7; 16]));
    let shelf = Shelf::of(&songs);
    assert_eq!(title(&shelf, &rows[1]), "Part 2 Some(11500)");
    let learnt = learn(&rows[1], &resolve(&shelf, &rows[1])).unwrap();
    assert_eq!((learnt.span, learnt.key), (songs[1].span, songs[1].key));
    // Another title, or too far away: the row's own part of the file is cut out.
    songs[1].tags.title = "Another".into();
    assert_eq!(title(&Shelf::of(&songs), &rows[1]), "Part 2 Some(10000)");
    let uncut = Shelf::of(&songs[3..]);
    assert_eq!(title(&uncut, &rows[1]), "Part 2 Some(10000)");
    // Other audio is there now.
    let mut other = songs[3].clone();
    other.key = Some(AudioKey::from_bytes([8; 16]));
    assert_eq!(told(&Shelf::of(&[other]), &rows[1]), Err(Miss::NotHere));
}

#[test]
fn a_part_that_moved_is_found_by_its_key() {
    let rows: Vec<Wanted> = cut().iter().map(Song::wanted).collect();
    let mut songs = cut();
    for song in &mut songs {
        song.place = super::tests::song("m", "new/cd.flac", 1).place;
    }
    let shelf = Shelf::of(&songs);
    assert_eq!(
        told(&shelf, &rows[2]),
        Ok(("m/new/cd.flac".into(), Rung::Key))
    );
    assert_eq!(title(&shelf, &rows[2]), "Part 3 Some(20000)");
    assert_eq!(title(&shelf, &rows[3]), "Title 1 None");
}

#[test]
fn a_track_of_an_image_that_is_one_song_in_the_index() {
    let mut image = song("m", "disc.flac", 1);
    image.format.rate = Some(1000);
    let shelf = Shelf::of(&[image.clone()]);
    let track = |start_frame, end_frame, place: &str| {
        let span = Span {
            start_frame,
            end_frame,
        };
        Wanted {
            title: "Track".into(),
            place: Some(Uri::new(place)),
            key: image.key.map(|key| part_key(key, span)),
            span: Some(span),
            ..Wanted::default()
        }
    };
    for (wanted, rung, length_ms) in [
        (track(5_000, Some(9_000), "m/disc.flac"), Rung::Place, 4_000),
        (track(5_000, None, "m/old.flac"), Rung::Key, 195_000),
    ] {
        let Verdict::Found {
            song, rung: found, ..
        } = resolve(&shelf, &wanted)
        else {
            panic!("{wanted:?}");
        };
        assert_eq!((found, song.length_ms), (rung, Some(length_ms)));
        assert_eq!((song.span, song.id), (wanted.span, None));
        assert_eq!(
            (song.tags.title.as_str(), song.tags.album.as_str()),
            ("Track", "Album")
        );
    }
    let beyond = track(200_000, None, "m/disc.flac");
    assert_eq!(told(&shelf, &beyond), Err(Miss::NotHere));
}

#[test]
fn no_row_is_dropped_and_an_exact_one_learns() {
    let shelf = Shelf::of(&[song("m", "a", 1)]);
    let rows = [at("/gone"), at("/disk/m/a"), Wanted::default()];
    let verdicts = resolve_all(&shelf, &rows, &Said::default());
    let words: Vec<_> = verdicts.iter().map(Verdict::word).collect();
    assert_eq!(words, ["missing", "exact", "missing"]);
    assert_eq!(learn(&rows[0], &verdicts[0]), None);
    let learnt = learn(&rows[1], &verdicts[1]).unwrap();
    assert_eq!(learnt, song("m", "a", 1).wanted());
    assert_eq!(learn(&learnt, &verdicts[1]), None);
    let moved = Shelf::of(&[song("m", "elsewhere", 1)]);
    assert_eq!(told(&moved, &learnt), Ok(("m/elsewhere".into(), Rung::Key)));
}
