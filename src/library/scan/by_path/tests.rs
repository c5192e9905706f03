//! What names of files and folders tell, as a table, and that nothing is ever overwritten.

use super::*;
use proptest::prelude::*;

/// What a file says already, and what is to be found: `artist|album|track|disc|date|title`.
fn check(path: &str, has: &[(Field, &str)], beside: &[u32], wanted: &str) {
    let mut tags = tagged(has);
    fill(&mut tags, &RelPath::new(path).unwrap(), &|| beside.to_vec());
    assert_eq!(line(&tags), wanted, "{path} with {has:?}");
}

fn tagged(has: &[(Field, &str)]) -> Tags {
    let mut tags = Tags::default();
    for (field, value) in has {
        match field {
            Field::Title => tags.title = (*value).into(),
            Field::Artist => tags.artists.push((*value).into()),
            Field::AlbumArtist => tags.album_artists.push((*value).into()),
            Field::Album => tags.album = (*value).into(),
            Field::Track => tags.track = value.parse().ok(),
            Field::Disc => tags.disc = value.parse().ok(),
            other => panic!("{other}"),
        }
    }
    tags
}

fn line(tags: &Tags) -> String {
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let (track, disc) = (number(tags.track), number(tags.disc));
    [
        &tags.artist(),
        &tags.album,
        &track,
        &disc,
        &tags.date,
        &tags.title,
    ]
    .map(String::as_str)
    .join("|")
}

#[test]
fn names_that_say_all() {
    for (path, wanted) in [
        // Numbers.
        ("03 - Lithium.mp3", "||3|||Lithium"),
        ("03. Lithium.mp3", "||3|||Lithium"),
        ("03 Lithium.mp3", "||3|||Lithium"),
        ("03-Lithium.mp3", "||3|||Lithium"),
        ("03_Come_As_You_Are.mp3", "||3|||Come As You Are"),
        ("[03] Lithium.mp3", "||3|||Lithium"),
        ("(03) Lithium.mp3", "||3|||Lithium"),
        ("3. Lithium.mp3", "||3|||Lithium"),
        ("12 - Lithium.mp3", "||12|||Lithium"),
        ("1-03 Lithium.mp3", "||3|1||Lithium"),
        ("2-11 - Lithium.mp3", "|||||2-11 - Lithium"),
        (
            "Nirvana/Nevermind/2-11 Lithium.mp3",
            "Nirvana|Nevermind|11|2||Lithium",
        ),
        (
            "Nirvana/Nevermind/CD 2/203 Lithium.mp3",
            "Nirvana|Nevermind|3|2||Lithium",
        ),
        (
            "Nirvana/Nevermind/A1 Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        (
            "Nirvana/Nevermind/B2. Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        ("Nirvana/Nevermind/07.mp3", "Nirvana|Nevermind|7|||07"),
        (
            "Nirvana/Nevermind/Track 07.mp3",
            "Nirvana|Nevermind|7|||Track 07",
        ),
        ("00 - Hidden.mp3", "|||||Hidden"),
        // Numbers that are part of the title.
        ("99 Luftballons.mp3", "|||||99 Luftballons"),
        ("7 Rings.mp3", "|||||7 Rings"),
        ("1979.mp3", "|||||1979"),
        ("50 Cent - In da Club.mp3", "50 Cent|||||In da Club"),
        ("24-7.mp3", "|||||24-7"),
        ("8-Bit Love.mp3", "|||||8-Bit Love"),
        ("311 - Amber.mp3", "|||||311 - Amber"),
        ("101 Dalmatians.mp3", "|||||101 Dalmatians"),
        ("3.14.mp3", "|||||3.14"),
        ("07 - 1979.mp3", "||7|||1979"),
        // An artist in the name.
        ("Nirvana - Lithium.mp3", "Nirvana|||||Lithium"),
        ("Nirvana – Lithium.mp3", "Nirvana|||||Lithium"),
        ("Nirvana_-_Lithium.mp3", "Nirvana|||||Lithium"),
        ("05. Nirvana - Lithium.mp3", "Nirvana||5|||Lithium"),
        ("Nirvana - 05 - Lithium.mp3", "Nirvana||5|||Lithium"),
        (
            "Nirvana - Nevermind - 05 - Lithium.mp3",
            "Nirvana|Nevermind|5|||Lithium",
        ),
        (
            "Nirvana - Nevermind - 05 Lithium.mp3",
            "Nirvana|Nevermind|5|||Lithium",
        ),
        ("Oasis - Live Forever.mp3", "Oasis|||||Live Forever"),
        ("R.E.M. - Radio Song.mp3", "R.E.M.|||||Radio Song"),
        ("Nirvana - Lithium - Live.mp3", "Nirvana|||||Lithium - Live"),
        (
            "Rick Astley - Never Gonna Give You Up [dQw4w9WgXcQ].opus",
            "Rick Astley|||||Never Gonna Give You Up",
        ),
        ("Lithium - Live.mp3", "|||||Lithium - Live"),
        (
            "Lithium - 2011 Remaster.mp3",
            "|||||Lithium - 2011 Remaster",
        ),
        (
            "Lithium - Live at Reading.mp3",
            "|||||Lithium - Live at Reading",
        ),
        (
            "Unknown Artist - Lithium.mp3",
            "|||||Unknown Artist - Lithium",
        ),
        // Folders that say nothing.
        ("Downloads/Lithium.mp3", "|||||Lithium"),
        ("mp3/01 - Lithium.mp3", "||1|||Lithium"),
        ("New Folder/Nirvana - Lithium.mp3", "Nirvana|||||Lithium"),
        ("Nirvana/Unsorted/Lithium.mp3", "|||||Lithium"),
        ("Rock/Nirvana/Lithium.mp3", "|||||Lithium"),
        ("Nirvana/Lithium.mp3", "|||||Lithium"),
        ("tests/data/Lithium.mp3", "|||||Lithium"),
        (
            "nirvana/nevermind/05 lithium.mp3",
            "nirvana|nevermind|5|||lithium",
        ),
        (
            "N/Nirvana/Nevermind/03 Lithium.mp3",
            "Nirvana|Nevermind|3|||Lithium",
        ),
        // Albums.
        (
            "Nirvana/Nevermind/Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        (
            "Music/Nirvana/Nevermind/05 Lithium.mp3",
            "Nirvana|Nevermind|5|||Lithium",
        ),
        (
            "Nirvana/1991 - Nevermind/05 Lithium.mp3",
            "Nirvana|Nevermind|5||1991|Lithium",
        ),
        (
            "Nirvana/(1991) Nevermind/Lithium.mp3",
            "Nirvana|Nevermind|||1991|Lithium",
        ),
        (
            "Nirvana/Nevermind (1991) [FLAC]/Lithium.flac",
            "Nirvana|Nevermind|||1991|Lithium",
        ),
        (
            "Nirvana/1992-08-30 Reading/01 Breed.mp3",
            "Nirvana|Reading|1||1992-08-30|Breed",
        ),
        (
            "Nirvana - Nevermind (1991)/05 - Lithium.mp3",
            "Nirvana|Nevermind|5||1991|Lithium",
        ),
        (
            "Nirvana - 1991 - Nevermind/05 - Lithium.mp3",
            "Nirvana|Nevermind|5||1991|Lithium",
        ),
        (
            "Nirvana - Nevermind/Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        (
            "Nirvana/Nirvana - Nevermind/Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        ("Nevermind/05 - Lithium.mp3", "|Nevermind|5|||Lithium"),
        (
            "Nirvana/Nevermind/CD2/05 - Lithium.mp3",
            "Nirvana|Nevermind|5|2||Lithium",
        ),
        (
            "Nirvana/Nevermind/Disc 1 - Demos/05 - Lithium.mp3",
            "Nirvana|Nevermind|5|1||Lithium",
        ),
        (
            "Nirvana/Nevermind (Disc 2)/05 - Lithium.mp3",
            "Nirvana|Nevermind|5|2||Lithium",
        ),
        (
            "Nirvana/Nevermind CD1/05 - Lithium.mp3",
            "Nirvana|Nevermind|5|1||Lithium",
        ),
        (
            "Nirvana/Nevermind/05 - Nirvana - Lithium.mp3",
            "Nirvana|Nevermind|5|||Lithium",
        ),
        (
            "Nirvana/Nevermind/Nirvana - Nevermind - Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        (
            "Nirvana/Nevermind/05 - Lithium - Live.mp3",
            "Nirvana|Nevermind|5|||Lithium - Live",
        ),
        (
            "van_halen/1984_(1984)/03_jump.mp3",
            "van halen|1984|3||1984|jump",
        ),
        ("Van Halen/1984/03 Jump.mp3", "Van Halen|1984|3|||Jump"),
        // Two readings: neither is taken.
        (
            "Nirvana/Nevermind/05 - Lithium - Foo.mp3",
            "|Nevermind|5|||Lithium - Foo",
        ),
        (
            "Coil/Musick - Volume One/05 - Are You Shivering.mp3",
            "|Musick - Volume One|5|||Are You Shivering",
        ),
    ] {
        check(path, &[], &[], wanted);
    }
}

#[test]
fn what_the_file_says_decides() {
    use Field::{Album, Artist, Disc, Title, Track};
    for (path, has, wanted) in [
        (
            "Nirvana - Lithium - Live.mp3",
            &[(Artist, "Nirvana")][..],
            "Nirvana|||||Lithium - Live",
        ),
        (
            "Lithium - Live.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|||||Lithium - Live",
        ),
        (
            "Lithium - Foo.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|||||Lithium - Foo",
        ),
        (
            "Lithium - Nirvana.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|||||Lithium",
        ),
        (
            "AC_DC - Thunderstruck.mp3",
            &[(Artist, "AC/DC")],
            "AC/DC|||||Thunderstruck",
        ),
        (
            "Nirvana - Lithium.mp3",
            &[(Title, "Lithium")],
            "Nirvana|||||Lithium",
        ),
        (
            "Lithium - Nirvana.mp3",
            &[(Title, "Lithium")],
            "Nirvana|||||Lithium",
        ),
        ("Foo - Bar.mp3", &[(Title, "Baz")], "|||||Baz"),
        (
            "99 Luftballons.mp3",
            &[(Title, "99 Luftballons")],
            "|||||99 Luftballons",
        ),
        ("05 - Jump.mp3", &[(Title, "05 - Jump")], "|||||05 - Jump"),
        ("7 Rings.mp3", &[(Title, "Rings")], "||7|||Rings"),
        ("7 Rings.mp3", &[(Track, "7")], "||7|||Rings"),
        ("7 Rings.mp3", &[(Track, "4")], "||4|||7 Rings"),
        ("203 Jump.mp3", &[(Disc, "2")], "||3|2||Jump"),
        (
            "Nirvana/Lithium.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|||||Lithium",
        ),
        (
            "Nirvana/05 Lithium.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana||5|||Lithium",
        ),
        (
            "Weezer/Weezer/05 Undone.mp3",
            &[(Artist, "Weezer")],
            "Weezer|Weezer|5|||Undone",
        ),
        (
            "a/Nirvana/Nevermind/x.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|Nevermind||||x",
        ),
        (
            "Nirvana/Nevermind/x.mp3",
            &[(Artist, "Nirvana feat. Foo")],
            "Nirvana feat. Foo|Nevermind||||x",
        ),
        (
            "Foo/Nevermind/x.mp3",
            &[(Artist, "Nirvana")],
            "Nirvana|||||x",
        ),
        ("Foo - Bar/x.mp3", &[(Artist, "Nirvana")], "Nirvana|||||x"),
        (
            "Nirvana/1991 - Nevermind/x.mp3",
            &[(Album, "Nevermind")],
            "Nirvana|Nevermind|||1991|x",
        ),
        (
            "Nirvana/1991 - Nevermind/x.mp3",
            &[(Album, "Bleach")],
            "|Bleach||||x",
        ),
        (
            "Nirvana/Nirvana - x.mp3",
            &[(Album, "Bleach")],
            "Nirvana|Bleach||||x",
        ),
    ] {
        check(path, has, &[], wanted);
    }
}

#[test]
fn files_beside_it_tell_a_number_from_a_title() {
    check("7 Rings.mp3", &[], &[5, 6, 8], "||7|||Rings");
    check("7 Rings.mp3", &[], &[8, 9, 99], "|||||7 Rings");
    check("10 Polly.mp3", &[], &[8, 9], "||10|||Polly");
    check("1 Breed.mp3", &[], &[2, 3], "||1|||Breed");
    check("12-Bar Blues.mp3", &[], &[], "|||||12-Bar Blues");
    for (name, number) in [
        ("07 x", Some(7)),
        ("7. x", Some(7)),
        ("1979", None),
        ("x", None),
        ("7Rings", None),
    ] {
        assert_eq!(number::leading_number(name.as_bytes()), number, "{name}");
    }
}

#[test]
fn albums_of_several_artists() {
    for (path, wanted) in [
        (
            "Various Artists/Hits 2004/03 - Outkast - Hey Ya!.mp3",
            "Outkast|Hits 2004|3|||Hey Ya!",
        ),
        ("Compilations/Hits/03 Hey Ya!.mp3", "|Hits|3|||Hey Ya!"),
        (
            "VA - Hits (2004)/03. Outkast - Hey Ya!.mp3",
            "Outkast|Hits|3||2004|Hey Ya!",
        ),
    ] {
        let mut tags = Tags::default();
        fill(&mut tags, &RelPath::new(path).unwrap(), &Vec::new);
        assert_eq!(line(&tags), wanted, "{path}");
        assert_eq!(
            (tags.album_artist().as_str(), tags.compilation),
            ("Various Artists", true),
            "{path}"
        );
    }
    check("Various Artists/Hey Ya!.mp3", &[], &[], "|||||Hey Ya!");
}

#[test]
fn names_that_are_not_utf8_are_read() {
    for (path, wanted) in [
        (&b"Bj\xf6rk/D\xe9but/01 - Ven\xfas.mp3"[..], "Björk|Début|1|||Venús"),
        (b"\xca\xe8\xed\xee/\xc3\xf0\xf3\xef\xef\xe0 \xea\xf0\xee\xe2\xe8/01 - \xc7\xe2\xe5\xe7\xe4\xe0.mp3", "Кино|Группа крови|1|||Звезда"),
    ] {
        let mut tags = Tags::default();
        fill(&mut tags, &RelPath::new(path).unwrap(), &Vec::new);
        assert_eq!(line(&tags), wanted);
    }
}

#[test]
fn a_file_outside_begins_below_its_person() {
    for (path, wanted) in [
        ("/home/ann/01 - Lithium.mp3", "||1|||Lithium"),
        (
            "/home/ann/Nirvana/Nevermind/Lithium.mp3",
            "Nirvana|Nevermind||||Lithium",
        ),
        ("/run/media/ann/STICK/Lithium.mp3", "|||||Lithium"),
        ("/tmp/Lithium.mp3", "|||||Lithium"),
    ] {
        let mut tags = Tags::default();
        let path = crate::music::Place::outside(Path::new(path)).unwrap().path;
        fill_outside(&mut tags, &path, &Vec::new);
        assert_eq!(line(&tags), wanted, "{path:?}");
    }
}

#[test]
fn it_tells_what_it_filled() {
    let mut tags = tagged(&[(Field::Title, "Lithium")]);
    fill(
        &mut tags,
        &RelPath::new("Nirvana/1991 - Nevermind/05 Lithium.mp3").unwrap(),
        &Vec::new,
    );
    assert_eq!(
        tags.from_path,
        [Field::Artist, Field::Album, Field::Date, Field::Track]
    );
}

fn some_path() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("Various Artists".to_owned()),
        Just("CD 2".to_owned()),
        Just("(1991) ".to_owned()),
        Just(" - ".to_owned()),
        Just("/".to_owned()),
        Just("07".to_owned()),
        Just("1-03 ".to_owned()),
        Just("A1 ".to_owned()),
        Just("é".to_owned()),
        Just("[FLAC]".to_owned()),
        Just("_".to_owned()),
        Just(". ".to_owned()),
        "[a-zA-Z0-9 ()\\[\\]-]{1,6}",
        "\\PC{1,4}",
    ];
    let text = prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![text, prop::collection::vec(any::<u8>(), 1..60)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_that_is_there_is_overwritten(
        path in some_path(), has in prop::collection::vec(any::<bool>(), 8), beside in prop::collection::vec(0u32..30, 0..4)
    ) {
        let Ok(path) = RelPath::new(path) else { return Ok(()) };
        let text = |at: usize| if has[at] { "kept".to_owned() } else { String::new() };
        let list = |at: usize| if has[at] { vec!["kept".to_owned()] } else { Vec::new() };
        let before = Tags {
            title: text(0), artists: list(1), album: text(2), album_artists: list(3), track: has[4].then_some(u32::MAX),
            disc: has[5].then_some(u32::MAX), date: text(6), compilation: has[7], ..Tags::default()
        };
        for fill in [fill, fill_outside] {
            let mut after = before.clone();
            fill(&mut after, &path, &|| beside.clone());
            for field in Field::ALL {
                let (was, is) = (before.values(*field), after.values(*field));
                prop_assert_eq!(was.is_empty() && !is.is_empty(), after.from_path.contains(field), "{}", field);
                prop_assert!(was.is_empty() || was == is, "{}", field);
            }
            prop_assert!(!after.title.is_empty() && !after.title.contains(char::is_control));
            let mut again = after.clone();
            fill(&mut again, &path, &|| beside.clone());
            prop_assert_eq!(&again.title, &after.title);
            take_back(&mut after);
            prop_assert_eq!(&after, &before);
        }
    }
}
