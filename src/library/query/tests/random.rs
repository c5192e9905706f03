//! Filters made at random: the same answer by SQL and by looking at every song. No text is too much for the parser.

use super::super::figure::Figure;
use super::super::holds::{Facts, Ready, Seen};
use super::*;
use crate::library::person::Kept;
use crate::music::{Field, Format, Uri};
use proptest::prelude::*;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;

/// A song, its file's time and what is kept of it, as someone knows them who looks at all.
struct Known {
    song: Song,
    about: Option<About>,
    added_ms: Option<i64>,
}

impl Facts for Known {
    fn values(&self, field: Field, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let values = self.song.tags.values(field);
        Seen::new((!values.is_empty()).then(|| values.iter().any(|value| is_it(value))))
    }

    fn all_values(&self, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let seen = Field::ALL.iter().map(|field| self.values(*field, is_it));
        seen.max().unwrap_or(Seen::Nothing)
    }

    fn uri(&self) -> Uri {
        self.song.place.uri()
    }

    fn file(&self) -> Vec<u8> {
        self.song.place.file().as_os_str().as_bytes().to_vec()
    }

    fn format(&self) -> Format {
        self.song.format
    }

    fn figure(&self, figure: Figure) -> Option<i64> {
        let modified = || {
            let file = std::fs::metadata(self.song.place.file()).unwrap();
            let since = file
                .modified()
                .unwrap()
                .duration_since(std::time::UNIX_EPOCH);
            Some(since.unwrap().as_millis() as i64)
        };
        let about = self.about.as_ref();
        match figure {
            Figure::Modified => modified(),
            Figure::Kept(Kept::Added) => self.added_ms.or_else(modified),
            Figure::Kept(Kept::Rating) => about
                .and_then(|about| about.rating)
                .or(self.song.tags.rating)
                .map(|rating| rating.halves().into()),
            Figure::Kept(Kept::Plays) => Some(about.map_or(0, |about| about.plays.into())),
            Figure::Kept(Kept::Skips) => Some(about.map_or(0, |about| about.skips.into())),
            Figure::Kept(Kept::LastPlayed) => about?.played_at_ms,
            Figure::Kept(Kept::LastSkipped) => about?.skipped_at_ms,
        }
    }
}

/// Values that meet each other in parts, in case, in marks and in composition.
const VALUES: &[&str] = &[
    "Post",
    "post",
    "Po",
    "ost",
    "Björk",
    "Bjo\u{308}rk",
    "BJÖRK",
    "bjork",
    "o",
    "\u{308}",
    "東京の夜",
    "夜",
    "の",
    "が",
    "か",
    "Кино",
    "kino",
    "the the",
    "The",
    "!!!",
    "",
    "a b",
    "a",
    "b",
    "ไทย",
    "ท",
    "ß",
    "SS",
    "1995-04",
    "1995",
    "foo'bar\"",
    "back\\slash",
    "x",
    "İ",
    "i",
    "方\u{200b}位",
    "AC/DC",
    "'",
    "%",
    "_",
    "*",
];

pub(super) fn random_shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let keys = [
            TITLE,
            ARTIST,
            ALBUM,
            ItemKey::AlbumArtist,
            ItemKey::Genre,
            ItemKey::Composer,
            ItemKey::Conductor,
            ItemKey::AlbumTitleSortOrder,
            ItemKey::RecordingDate,
        ];
        let mut rows = Vec::new();
        for number in 0..60 {
            let folders = ["", "Post/", "post/", "Bjo\u{308}rk/", "a b/x/"];
            let path = format!("{}{number}.wav", folders[next(folders.len())]);
            let mut tags = Vec::new();
            for key in keys {
                for _ in 0..next(3) {
                    tags.push((key, VALUES[next(VALUES.len())]));
                }
            }
            rows.push((path, tags));
        }
        let rows: Vec<_> = rows
            .iter()
            .map(|(path, tags)| (path.as_str(), &tags[..]))
            .collect();
        let shelf = shelf(&rows);
        for song in shelf.reader().all_by_album().unwrap() {
            let mut some = |most: usize| next(2 * most).checked_sub(most);
            let halves = some(11).map(|halves| halves as u8);
            let mut heard = || match some(4) {
                None | Some(0) => (0, None),
                Some(times) => (times as u32, some(800).map(|days| days as i64)),
            };
            let (plays, skips) = (heard(), heard());
            let added = some(800).map(|days| days as i64);
            if next(3) > 0 {
                keep(data(&shelf), &song, halves, plays, skips, added);
            }
            if next(4) == 0 {
                rate_in_file(&shelf, &song, next(11) as u8);
            }
        }
        shelf
    })
}

/// Every song with what is kept of it, one question each.
fn known(reader: &Reader, data: &Path) -> Vec<Known> {
    let person = Person::look(data).unwrap();
    let added = person.columns(&[Kept::Added]).unwrap();
    let added: HashMap<_, _> = added[0].iter().collect();
    let all = reader.all_by_album().unwrap();
    let known = |song: Song| Known {
        about: person.about(song.key.unwrap()).unwrap(),
        added_ms: added.get(&song.key.unwrap()).copied(),
        song,
    };
    all.into_iter().map(known).collect()
}

fn tests() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "title",
        "artist",
        "album",
        "albumartist",
        "genre",
        "composer",
        "conductor",
        "albumsort",
        "artistsort",
        "date",
        "any",
        "file",
        "codec",
    ];
    const OPERATORS: &[&str] = &[
        "==",
        "!=",
        "contains",
        "!contains",
        "starts_with",
        "eq_cs",
        "eq_ci",
        "!eq_ci",
        "contains_cs",
        "contains_ci",
        "starts_with_ci",
    ];
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
    let text = (
        prop::sample::select(NAMES),
        prop::sample::select(OPERATORS),
        prop::sample::select(VALUES),
    )
        .prop_map(move |(name, operator, value)| {
            format!("({name} {operator} '{}')", quoted(value))
        });
    let folder = prop::sample::select(
        &[
            "",
            "Music",
            "Music/Post",
            "Music/post/",
            "Music/Björk",
            "Music/a b",
            "Music/P",
            "Other",
            "Music/1.wav",
        ][..],
    );
    prop_oneof![
        8 => text,
        1 => folder.prop_map(|folder| format!("(base '{folder}')")),
        2 => figures(),
        1 => prop::sample::select(&["(title =~ '^.o')", "(artist !~ 'o')", "(modified-since '2001')", "(AudioFormat =~ '*:16:*')", "(file == 'Music/1.wav')", "(rating != '3')"][..]).prop_map(str::to_owned),
    ]
}

fn figures() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "rating",
        "plays",
        "skips",
        "last-played",
        "last-skipped",
        "added",
        "modified",
    ];
    const ORDERS: &[&str] = &[
        "==", "!=", "<", "<=", ">", ">=", "since", "before", "!since", "!before",
    ];
    const BOUNDS: &[&str] = &[
        "0",
        "1",
        "3",
        "2.5",
        "4",
        "none",
        "",
        "never",
        "30d",
        "1y",
        "12h",
        "2000",
        "2020-05",
        "2090-01-01",
    ];
    let any = (
        prop::sample::select(NAMES),
        prop::sample::select(ORDERS),
        prop::sample::select(BOUNDS),
    );
    let text = any.prop_map(|(name, order, bound)| format!("({name} {order} '{bound}')"));
    text.prop_filter("not every bound is one of every figure", |text| {
        parse(text, Case::Exact).is_ok()
    })
}

fn filters() -> impl Strategy<Value = String> {
    tests().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("(!{inner})")),
            prop::collection::vec(inner, 1..4).prop_map(|all| format!("({})", all.join(" AND "))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn sql_and_a_look_at_every_song_give_the_same(filter in filters(), minds_case: bool) {
        static ALL: OnceLock<Vec<Known>> = OnceLock::new();
        let data = data(random_shelf());
        let reader = random_shelf().reader().with_data(data, None);
        let all = ALL.get_or_init(|| known(&reader, data));
        let case = if minds_case { Case::Exact } else { Case::Folded };
        let expression = parse(&filter, case).unwrap();
        let ready = Ready::new(&expression, now_ms());
        let held = reader.hold(&expression, all.iter().map(|known| &known.song)).unwrap();
        let each: Vec<bool> = all.iter().map(|known| ready.holds(known)).collect();
        prop_assert_eq!(held, each, "{} {:?}", filter, case);
        let mut naive: Vec<Uri> = all.iter().filter(|known| ready.holds(*known)).map(Facts::uri).collect();
        naive.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        let found: Vec<Uri> = reader.matching(&expression).unwrap().iter().map(|song| song.place.uri()).collect();
        prop_assert_eq!(found, naive, "{} {:?}", filter, case);
    }

    #[test]
    fn no_text_is_too_much_for_the_parser(text in "[()!='\"\\\\ a-zA-Z~*:.<>]{0,80}|.{0,40}") {
        let _ = parse(&text, Case::Exact);
        let _ = Asked::read(std::slice::from_ref(&text));
        let _ = Listing::read(&["album".to_owned(), text]);
    }

    #[test]
    fn nothing_broken_off_or_deep_is_too_much(filter in filters(), cut in 0..200_usize, depth in 0..2_000_usize) {
        let cut: String = filter.chars().take(cut).collect();
        let _ = parse(&cut, Case::Folded);
        let deep = format!("{}{filter}{}", "(".repeat(depth), ")".repeat(depth));
        let is_read = parse(&deep, Case::Folded).is_ok();
        prop_assert!(if depth < 20 { is_read } else { depth < expression::MAX_DEPTH || !is_read }, "{}", depth);
    }
}
