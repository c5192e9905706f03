//! From a row to a song: place, then audio, then names. It asks an index and scores with `wanted`; it holds no table,
//! opens no file, and never drops a row.

use super::key::part_key;
use super::owned::as_wanted;
use crate::music::{AudioKey, Grade, Miss, Rung, Song, Span, Uri, Verdict, Wanted, fold};
use crate::wanted::{Fit, artist_line, has_names, score, spellings};
use std::cmp::Reverse;
use std::sync::Arc;

/// A part that begins so near to where it began is the same one, if it goes by the same title.
const NEAR_SECONDS: u64 = 2;

/// What `resolve` asks of an index. Songs that are gone are never among the answers; those whose root is away may be.
pub trait Lookup {
    /// What lies at the place of a file, `ROOT/path`, or an absolute path, below a root or outside all: the songs in it
    /// in their order, and at last all of it as one song.
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>>;
    /// All songs of that audio.
    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>>;
    /// The songs of a folded title one of whose folded artists, or whose [`artist_line`], is `artist`.
    fn by_names(&self, artist: &str, title: &str) -> Vec<Arc<Song>>;
    /// Whether the place lies below a root that is away now.
    fn root_is_away(&self, uri: &Uri) -> bool;
    /// The same of a regular file of music that is on the disk and in no index.
    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>>;
}

/// The song that the row means, or why there is none.
pub fn resolve(lookup: &impl Lookup, wanted: &Wanted) -> Verdict {
    let mut search = Search {
        lookup,
        wanted,
        away: false,
        other_length: false,
    };
    let found = search
        .at_its_place()
        .or_else(|| search.of_its_audio())
        .or_else(|| search.of_its_names());
    match found {
        Some((fit, song)) => Verdict::Found {
            song,
            grade: fit.grade,
            rung: fit.rung,
        },
        None => Verdict::Missing(search.miss()),
    }
}

/// A verdict for each row, in their order.
pub fn resolve_all(lookup: &impl Lookup, rows: &[Wanted]) -> Vec<Verdict> {
    rows.iter().map(|wanted| resolve(lookup, wanted)).collect()
}

/// The row with what an exact verdict teaches about it: the audio, the place now, and what it did not know of its
/// names. With that it is found again after a move. `None` where there is nothing new, or where the row means a whole
/// file and the song is a part of one.
pub fn learn(wanted: &Wanted, verdict: &Verdict) -> Option<Wanted> {
    let Verdict::Found {
        song,
        grade: Grade::Exact,
        ..
    } = verdict
    else {
        return None;
    };
    let is_of_file = wanted.place.is_some() || wanted.key.is_some();
    let names_part = wanted
        .place
        .as_ref()
        .is_some_and(|place| place.split_part().is_some());
    if song.span.is_some() && wanted.span.is_none() && is_of_file && !names_part {
        return None;
    }
    let known = song.wanted();
    let mut learnt = wanted.clone();
    learnt.key = known.key.or(wanted.key);
    learnt.place = known.place;
    learnt.span = known.span;
    if learnt.title.is_empty() {
        learnt.title = known.title;
        learnt.artists = known.artists;
    }
    if learnt.album.is_empty() {
        learnt.album = known.album;
    }
    learnt.length_ms = wanted.length_ms.or(known.length_ms);
    (learnt != *wanted).then_some(learnt)
}

/// One row's way down the rungs, with what it met.
struct Search<'a, L> {
    lookup: &'a L,
    wanted: &'a Wanted,
    away: bool,
    other_length: bool,
}

type Found = Option<(Fit, Arc<Song>)>;

impl<L: Lookup> Search<'_, L> {
    fn at_its_place(&mut self) -> Found {
        let place = self.wanted.place.as_ref()?;
        for uri in spellings(place.as_bytes()).into_iter().map(Uri::new) {
            if self.lookup.root_is_away(&uri) {
                self.away = true;
                continue;
            }
            if let Some(found) = self.at(&uri, self.wanted.span) {
                return Some(found);
            }
            // The address of a part, by its number.
            let Some((file, part)) = uri.split_part() else {
                continue;
            };
            let numbered = self.songs_at(&file).into_iter();
            let spans = numbered
                .filter(|song| song.part == part)
                .map(|song| song.span);
            if let Some(found) = spans.last().and_then(|span| self.at(&file, span)) {
                return Some(found);
            }
        }
        None
    }

    fn songs_at(&self, uri: &Uri) -> Vec<Arc<Song>> {
        let songs = self.lookup.by_uri(uri);
        if songs.is_empty() {
            self.lookup.unindexed_file(uri)
        } else {
            songs
        }
    }

    /// The song at the place of a file that has this span; without one, all of the file.
    fn at(&self, uri: &Uri, span: Option<Span>) -> Found {
        let songs = self.songs_at(uri);
        let song = songs
            .iter()
            .find(|song| song.span == span)
            .or_else(|| self.nearest(&songs, span?))
            .cloned();
        // What a sheet cut that is no longer there, or not the same, is still in the file.
        let song = song.or_else(|| {
            let whole = songs.iter().find(|song| song.span.is_none())?;
            as_wanted(whole, self.wanted).map(Arc::new)
        })?;
        // The song has its own spelling of the place: what was asked for is this very file.
        let here = Wanted {
            place: Some(song.place.uri()),
            span: song.span,
            ..self.wanted.clone()
        };
        let fit = score(&here, &song).ok()?;
        Some((fit, song))
    }

    /// The part of the same title that begins nearest, where a sheet was changed by a little.
    fn nearest<'a>(&self, songs: &'a [Arc<Song>], span: Span) -> Option<&'a Arc<Song>> {
        let title = fold(&self.wanted.title);
        let away = |song: &Arc<Song>| {
            let start = song.span?.start_frame;
            let rate = u64::from(song.format.rate?);
            let frames = start.abs_diff(span.start_frame);
            (frames <= rate.saturating_mul(NEAR_SECONDS)).then_some(frames)
        };
        let alike = songs.iter().filter(|song| fold(&song.title()) == title);
        let near = alike.filter_map(|song| Some((away(song)?, song)));
        near.min_by_key(|(frames, _)| *frames).map(|(_, song)| song)
    }

    fn of_its_audio(&mut self) -> Found {
        let key = self.wanted.key?;
        let songs = self.lookup.by_key(key);
        self.best(songs).or_else(|| {
            // Its file, moved, and cut in another way or not at all.
            let files = self.lookup.by_key(part_key(key, self.wanted.span?));
            let wholes = files.iter().filter(|song| song.span.is_none());
            let parts = wholes.filter_map(|whole| as_wanted(whole, self.wanted));
            self.best(parts.map(Arc::new).collect())
        })
    }

    fn of_its_names(&mut self) -> Found {
        if !has_names(self.wanted) {
            return None;
        }
        let title = fold(&self.wanted.title);
        let line = artist_line(&self.wanted.artists);
        let mut songs = self.lookup.by_names(&line, &title);
        // The same artists in another order make another line.
        if let [first, _, ..] = self.wanted.artists.as_slice() {
            songs.extend(self.lookup.by_names(&fold(first), &title));
        }
        self.best(songs)
    }

    /// The song that fits best: the surest, then of the album that is wanted, then the nearest in length, then the
    /// richest encoding, then the first by its place, so that the answer is the same each time.
    fn best(&mut self, songs: Vec<Arc<Song>>) -> Found {
        let mut fitting = Vec::new();
        for song in songs {
            match score(self.wanted, &song) {
                Ok(_) if self.lookup.root_is_away(&song.place.uri()) => self.away = true,
                Ok(fit) => fitting.push((fit, song)),
                Err(miss) => self.other_length |= miss == Miss::OtherLength,
            }
        }
        let album = fold(&self.wanted.album);
        fitting.into_iter().min_by_key(|(fit, song)| {
            let delta_ms = match (self.wanted.length_ms, song.length_ms) {
                (Some(asked), Some(has)) => asked.abs_diff(has),
                _ => 0,
            };
            (
                fit.grade != Grade::Exact,
                fit.rung == Rung::NamesAndLength,
                fold(&song.tags.album) != album,
                delta_ms,
                Reverse(song.format.kbps),
                song.uri(),
            )
        })
    }

    fn miss(&self) -> Miss {
        let wanted = self.wanted;
        if self.away {
            Miss::RootAway
        } else if self.other_length {
            Miss::OtherLength
        } else if wanted.place.is_none() && wanted.key.is_none() && !has_names(wanted) {
            Miss::NoNames
        } else {
            Miss::NotHere
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{Format, Place, RelPath, Root, Tags};
    use std::path::{Path, PathBuf};

    /// An index over a list. Roots named `away` are away.
    #[derive(Default)]
    struct Shelf {
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

        fn by_names(&self, artist: &str, title: &str) -> Vec<Arc<Song>> {
            self.all(|song| {
                let artists = &song.tags.artists;
                fold(&song.title()) == title
                    && (artist_line(artists) == artist || artists.iter().any(|a| fold(a) == artist))
            })
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
        fn of(songs: &[Song]) -> Self {
            Self {
                songs: songs.iter().cloned().map(Arc::new).collect(),
                on_disk: Vec::new(),
            }
        }

        fn all(&self, which: impl Fn(&Song) -> bool) -> Vec<Arc<Song>> {
            self.songs.iter().filter(|s| which(s)).cloned().collect()
        }
    }

    fn song(root: &str, path: &str, key: u8) -> Song {
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
        }
    }

    /// Where the row was found and by what, or why it was not.
    fn told(shelf: &Shelf, wanted: &Wanted) -> Result<(String, Rung), Miss> {
        match resolve(shelf, wanted) {
            Verdict::Found { song, rung, .. } => Ok((song.place.uri().to_string(), rung)),
            Verdict::Missing(miss) => Err(miss),
        }
    }

    fn at(place: &str) -> Wanted {
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
        let verdicts = resolve_all(&shelf, &rows);
        let words: Vec<_> = verdicts.iter().map(Verdict::word).collect();
        assert_eq!(words, ["missing", "exact", "missing"]);
        assert_eq!(learn(&rows[0], &verdicts[0]), None);
        let learnt = learn(&rows[1], &verdicts[1]).unwrap();
        assert_eq!(learnt, song("m", "a", 1).wanted());
        assert_eq!(learn(&learnt, &verdicts[1]), None);
        let moved = Shelf::of(&[song("m", "elsewhere", 1)]);
        assert_eq!(told(&moved, &learnt), Ok(("m/elsewhere".into(), Rung::Key)));
    }
}
