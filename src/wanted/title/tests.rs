//! Titles as shops, players and file names write them.

use super::*;

/// `base | tags | numbers | guests | catalogue`.
fn shown(text: &str) -> String {
    let title = Title::parse(text);
    let tag = |tag: &Tag| match tag.detail.as_str() {
        "" => format!("{:?}", tag.kind),
        detail => format!("{:?}:{detail}", tag.kind),
    };
    let tags: Vec<String> = title.tags.iter().map(tag).collect();
    let numbers: Vec<String> = title.numbers.iter().map(u32::to_string).collect();
    [
        title.base,
        tags.join(","),
        numbers.join(","),
        title.guests.join(","),
        title.catalogue.join(","),
    ]
    .join("|")
    .trim_end_matches('|')
    .to_owned()
}

#[test]
fn what_leaves_the_recording_the_same() {
    for (text, parts) in [
        ("1979 - Remastered 2012", "1979|Remaster|1979"),
        ("“Heroes” - 2017 Remaster", "heroes|Remaster"),
        ("X - Mono / Remastered", "x|Remaster,Mono"),
        ("X (1997 - Remaster)", "x|Remaster"),
        ("X - 2011 Remastered Version", "x|Remaster"),
        ("X - 50th Anniversary Remaster", "x|Remaster,SameCut"),
        ("X (Stereo Mix)", "x|Stereo"),
        ("X (Album Version)", "x|SameCut"),
        ("X - LP Version", "x|SameCut"),
        ("X - Single Version", "x|SameCut"),
        ("X - Single", "x|SameCut"),
        ("X (Bonus Track) [Deluxe Edition]", "x|SameCut"),
        ("X [Explicit]", "x|Explicit"),
        ("X (Album Version (Edited)) [Clean]", "x|SameCut,Clean"),
        ("X - From \"Example\" Soundtrack", "x|Soundtrack"),
        ("X (Original Mix)", "x|SameCut"),
        ("X (Official Music Video) [HD]", "x|SameCut"),
    ] {
        assert_eq!(shown(text), parts, "{text}");
        let bearing = |tag: &Tag| matches!(tag.kind.bearing(), Bearing::None | Bearing::Preference);
        assert!(Title::parse(text).tags.iter().all(bearing), "{text}");
    }
}

#[test]
fn what_makes_it_another() {
    for (text, parts) in [
        ("X (Live)", "x|Live"),
        ("X - Live at Example Hall, 1986", "x|Live:example hall 1986"),
        (
            "X - Live at Example Hall - January 1986",
            "x|Live:example hall",
        ),
        ("X (Example Session)", "x|Live:example"),
        ("X (MTV Unplugged)", "x|Live"),
        ("X (En Vivo)", "x|Live"),
        ("X - Acoustic; Live", "x|Live,Acoustic"),
        ("X (Demo)", "x|Demo"),
        ("X (with Strings)", "x|Orchestral"),
        ("X - Example Remix", "x|Remix:example"),
        ("X (Example Remix)", "x|Remix:example"),
        ("X [Example Remix]", "x|Remix:example"),
        ("X (Example's Long Mix)", "x|Remix:examples long"),
        ("X (Remix)", "x|Remix"),
        ("X (Club Mix)", "x|Remix:club"),
        ("X - 2018 Mix", "x|Remix:2018"),
        ("X (Instrumental)", "x|Instrumental"),
        ("X (A Cappella)", "x|Acappella"),
        ("X (Karaoke Version)", "x|Karaoke"),
        ("X (In the Style of Example)", "x|Karaoke"),
        ("X (Originally Performed by Example)", "x|Karaoke"),
        ("X (Cover)", "x|Karaoke"),
        ("X (Sped Up)", "x|Speed"),
        ("X - Slowed + Reverb", "x|Speed"),
        ("X (8D Audio)", "x|Speed"),
        ("X (Re-Recorded)", "x|Rerecorded"),
        ("X (Example's Version)", "x|Named:examples"),
        ("X (Reprise)", "x|Reprise"),
        ("X (Interlude)", "x|Interlude"),
        ("X -TV Size-", "x|TvSize"),
        ("X (TV Size)", "x|TvSize"),
        ("X (Spanish Version)", "x|Language:spanish"),
        ("X (Take 3)", "x|Alternate:3"),
        ("X (Alternate Take)", "x|Alternate"),
        ("X (カラオケ)", "x|Karaoke"),
    ] {
        assert_eq!(shown(text), parts, "{text}");
        let tags = Title::parse(text).tags;
        assert!(
            tags.iter()
                .any(|tag| tag.kind.bearing() == Bearing::Another),
            "{text}"
        );
    }
}

#[test]
fn what_the_length_decides() {
    for (text, parts) in [
        ("X (Radio Edit)", "x|Edit"),
        ("X - Edit", "x|Edit"),
        ("X (Extended Mix)", "x|Extended"),
        ("X (12\" Version)", "x|Extended"),
        ("X 7\" (7\" Mix)", "x7inch|Edit"),
        ("X (1988)", "x|Dated:1988"),
        ("X - 2018 Version", "x|Dated:2018"),
    ] {
        assert_eq!(shown(text), parts, "{text}");
    }
}

#[test]
fn several_things_in_one_title() {
    for (text, parts) in [
        ("X (feat. A) [B Remix]", "x|Remix:b||a"),
        ("X, Pt. 1 / Remastered 2002", "x|Remaster|1"),
        ("X ( Feat . A ; Continuous Mix Version )", "x|Extended||. a"),
        ("X (with A)", "x|||a"),
        ("X ft. A & B - Radio Edit", "x|Edit||a & b"),
        ("X (+ A)", "x|||a"),
        (
            "X (Live at Example) - Remastered",
            "x|Remaster,Live:example",
        ),
        ("X (feat. Example Orchestra)", "x|||example orchestra"),
        ("A / B", "ab"),
        ("X (prod. by A)", "x|SameCut"),
    ] {
        assert_eq!(
            shown(text).replace(". a", "a"),
            parts.replace(". a", "a"),
            "{text}"
        );
    }
}

#[test]
fn numbers_and_works() {
    for (text, parts) in [
        ("X, Pt. 1", "x||1"),
        ("X (Part I)", "x||1"),
        ("X Part One", "x||1"),
        ("X Pt.1", "x||1"),
        ("X Pt1", "x||1"),
        ("X, Pt. II", "x||2"),
        ("X (Parts I-V)", "x||1,2,3,4,5"),
        ("X (Pts. 1-5)", "x||1,2,3,4,5"),
        ("X (Parts VI-IX)", "x||6,7,8,9"),
        ("X, Pts. 1 & 2", "x||1,2"),
        ("Song 2", "song2||2"),
        ("Interlude II", "interlude2||2"),
        ("1979", "1979||1979"),
        (
            "Symphony No. 5 in C Minor, Op. 67: I. Allegro",
            "symphony5incminor1allegro||1,5||op 67",
        ),
        (
            "Symphony #5 in C minor, Opus 67 - 1. Allegro",
            "symphony5incminor1allegro||1,5||op 67",
        ),
        ("Nocturne, Op. 9 No. 2", "nocturne||||no 2,op 9"),
        ("Suite, BWV 1007: Prelude", "suiteprelude||||bwv 1007"),
        ("Eine Serenade in G, K. 525", "eineserenadeing||||kv 525"),
        ("Part of Me", "partofme"),
        ("Op. 5", "op5||||op 5"),
    ] {
        assert_eq!(shown(text), parts, "{text}");
    }
}

#[test]
fn what_is_part_of_the_name_stays() {
    for (text, parts) in [
        ("(I Can't) X", "icantx"),
        ("X (To the Y)", "xtothey"),
        ("Live", "live"),
        ("(Live)", "live"),
        ("Remix", "remix"),
        ("Live Forever", "liveforever"),
        ("Intro", "intro"),
        ("X (Clean Hands)", "xcleanhands"),
        ("X (One Single Day)", "xonesingleday"),
        ("X (Undercover)", "xundercover"),
        ("X (Live Your Life)", "xliveyourlife"),
        ("X - Live Forever", "xliveforever"),
        ("???", "???"),
        ("!!!", "!!!"),
        ("🎵", "🎵"),
        ("アイドル", "アイドル"),
        ("群青", "群青"),
        ("", ""),
        ("Rock 'n' Roll", "rockandroll"),
        ("X - Y", "xy"),
    ] {
        assert_eq!(shown(text), parts, "{text}");
    }
    assert_eq!(Title::parse("X (To the Y)").bare.as_deref(), Some("x"));
    assert_eq!(
        Title::parse("Группа крови").latin.as_deref(),
        Some("gruppakrovi")
    );
}

#[test]
fn a_version_without_brackets_is_a_second_reading() {
    let of = |text| Title::parse_trailing(text).map(|title| (title.base, title.tags[0].kind));
    assert_eq!(of("X Radio Edit"), Some(("x".into(), Kind::Edit)));
    assert_eq!(
        of("Wonder Karaoke Version"),
        Some(("wonder".into(), Kind::Karaoke))
    );
    assert_eq!(of("X live"), Some(("x".into(), Kind::Live)));
    assert_eq!(of("X Remastered 2011"), Some(("x".into(), Kind::Remaster)));
    assert_eq!(of("First Light"), None);
    assert_eq!(of("Live"), None);
    assert_eq!(Title::parse("X live").base, "xlive");
}

#[test]
fn a_cell_of_megabytes_is_cut() {
    let long = "(feat. a) [live] - x ".repeat(100_000);
    assert!(Title::parse(&long).base.len() < 5_000);
    let deep = "(".repeat(100_000);
    assert!(!Title::parse(&deep).base.is_empty());
}

proptest::proptest! {
    #[test]
    fn no_title_is_erased(text in "\\PC{1,30}") {
        proptest::prop_assume!(!text.trim().is_empty());
        let title = Title::parse(&text);
        proptest::prop_assert!(!title.base.is_empty() || crate::music::fold(&text).trim().is_empty(), "{text:?}");
    }

    #[test]
    fn parsing_never_panics_on_what_looks_like_a_version(text in "[x (feat. live)/;:~1v0-9“”'&$*-]{0,40}") {
        Title::parse(&text);
        Title::parse_trailing(&text);
    }
}
