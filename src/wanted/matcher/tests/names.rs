//! Titles, numbers, artists, lengths and letters.

use super::*;

#[test]
fn numbers_must_be_equal() {
    check(&[
        ("A|X, Pt. 1||200", "A|X, Pt. 2||200", "missing - Numbers"),
        ("A|X, Part 1||200", "A|X (Pt. I)||200", "exact R4"),
        (
            "A|X (Parts I-V)||800",
            "A|X (Parts VI-IX)||800",
            "missing - Numbers",
        ),
        ("A|X (Parts I-V)||800", "A|X (Pts. 1-5)||800", "exact R4"),
        ("A|X||200", "A|X, Pt. 2||200", "missing - Numbers"),
        ("A|Song 2||200", "A|Song 3||200", "missing - Title"),
        ("A|Untitled||200", "A|Untitled 2||200", "missing - Title"),
        ("A|Interlude I||60", "A|Interlude II||60", "missing - Title"),
        ("A|1979||200", "A|1980||200", "missing - Title"),
        ("A|22||200", "A|22||200", "exact R4"),
        ("A|1979||200", "A|1979 - Remastered 2012||200", "exact R4"),
        (
            "A|A Longer Example 2||200",
            "A|A Longer Example 3||200",
            "missing - Title",
        ),
        (
            "A|Symphony No. 5, Op. 67: I. Allegro||400",
            "A|Symphony No. 5, Op. 67: II. Andante||400",
            "missing - Title",
        ),
        (
            "A|Nocturne, Op. 9 No. 2||200",
            "A|Nocturne, Op. 27 No. 2||200",
            "missing - Numbers",
        ),
        (
            "A|Suite No. 1, BWV 1007: 1. Prelude||200",
            "A|Suite No. 2, BWV 1008: 1. Prelude||200",
            "missing - Title",
        ),
        (
            "A|Symphony No. 5, Op. 67: I. Allegro||400",
            "A|Sinfonie Nr. 5, op. 67: 1. Allegro||401",
            "likely R7",
        ),
    ]);
}

#[test]
fn a_composer_is_no_performer() {
    let wanted = says("Ludwig Example|Sonata No. 8, Op. 13||200");
    let with_composer = |text| Says {
        composer: "Ludwig Example".into(),
        ..says(text)
    };
    assert_eq!(
        told(&wanted, &with_composer("B|Sonata No. 8, Op. 13||200")),
        "likely R6"
    );
    assert_eq!(
        told(&wanted, &with_composer("B|Sonata No. 8, Op. 13||240")),
        "substitute R8 Length"
    );
    let by_other = says("Ludwig Example; C|Sonata No. 8, Op. 13||200");
    assert_eq!(
        told(&by_other, &with_composer("B|Sonata No. 8, Op. 13||200")),
        "missing - Artist"
    );
    check(&[(
        "Ludwig Example|Ludwig Example: Sonata No. 8||200",
        "Ludwig Example|Sonata No. 8||200",
        "exact R4",
    )]);
}

#[test]
fn names_that_tell_little() {
    check(&[
        ("A|Intro||60", "A|Intro||60", "exact R4"),
        ("A|Intro|L|", "A|Intro|L|", "exact R4"),
        ("A|Intro|L|60", "A|Intro|M|62", "ask R5 NothingToCheck"),
        ("A|Intro|L|60", "A|Intro|M|60", "exact R4"),
        ("A|Intro||", "A|Intro||", "ask R5 NothingToCheck"),
        ("A|Untitled||", "A|Untitled||", "ask R5 NothingToCheck"),
        ("A|Love||200", "A|Loveless||200", "missing - Title"),
        ("A|???||200", "A|!!!||200", "missing - Title"),
        ("A|???||200", "A|???||200", "exact R4"),
        ("A|🎵||200", "A|🎵||200", "exact R4"),
        ("A|A||200", "A|A||200", "exact R4"),
        ("A|A / B||200", "A|A||200", "missing - Title"),
        ("A|X||200", "B|X||200", "missing - Artist"),
        ("A|||200", "A|X||200", "missing - Title"),
    ]);
}

#[test]
fn lengths() {
    check(&[
        ("A|Xray||506.4", "A|Xray||510.9", "likely R5"),
        ("A|Xray||200", "A|Xray||202.9", "exact R4"),
        ("A|Xray|L|200", "A|Xray|L|209", "likely R5"),
        ("A|Xray|L|200", "A|Xray|M|209", "substitute R8 Length"),
        // A hidden track.
        ("A|Xray|L|200", "A|Xray|L|620", "substitute R8 Length"),
        ("A|Xray||", "A|Xray||200", "likely R5"),
        ("A|Xray|L|", "A|Xray|L (Deluxe)|200", "exact R4"),
    ]);
    let numbered = |text, track| Says {
        track: Some(track),
        ..says(text)
    };
    assert_eq!(
        told(&numbered("A|Xray||", 4), &numbered("A|Xray|L|200", 4)),
        "exact R4"
    );
}

#[test]
fn artists_in_part() {
    check(&[
        ("A; B|X||200", "A|X||201", "likely R6"),
        ("A; B|X|L|", "A|X|L|", "likely R6"),
        ("A; B|X||", "A|X||", "ask R6 NothingToCheck"),
        ("A; B|X||200", "A|X||230", "substitute R8 Length"),
        (
            "Jimi Hendrix|X||200",
            "The Jimi Hendrix Experience|X||200",
            "likely R6",
        ),
        ("A; B|X||200", "A|X (feat. B)||200", "exact R4"),
        ("A|X (feat. B)||200", "A; B|X||200", "exact R4"),
        ("B; A|X||200", "A & B|X||200", "exact R4"),
        ("Various Artists|X|L|200", "A|X|L|200", "likely R6"),
        ("Various Artists|X||200", "A|X|L|200", "ask R6 Artist"),
        ("Ye|X||200", "Kanye West|X||200", "exact R4"),
        (
            "Micheal Jackson|X||200",
            "Michael Jackson|X||200",
            "likely R6",
        ),
    ]);
    let of_album = Says {
        album_artist: "A".into(),
        ..says("B|X||200")
    };
    assert_eq!(told(&says("A|X||200"), &of_album), "likely R6");
}

#[test]
fn typing_errors_need_the_length() {
    check(&[
        (
            "A|Enjoy the Silence||200",
            "A|Enjoy the Silnece||201",
            "likely R7",
        ),
        (
            "A|Enjoy the Silence||200",
            "A|Enjoy the Silnece||208",
            "missing - Length",
        ),
        (
            "A|Enjoy the Silence||",
            "A|Enjoy the Silnece||",
            "missing - Title",
        ),
        (
            "A|The Silence Enjoy||200",
            "A|Enjoy the Silence||200",
            "likely R7",
        ),
        ("A|Hello||200", "A|Hallo||200", "missing - Title"),
        ("A|X (To the Example)||200", "A|X||200", "likely R7"),
        ("A|F**k X||200", "A|Fuck X||200", "exact R4"),
    ]);
}

#[test]
fn scripts_and_letters() {
    check(&[
        (
            "Кино|Группа крови||200",
            "Kino|Gruppa krovi||200",
            "exact R4",
        ),
        ("A|アイドル||200", "A|群青||200", "missing - Title"),
        ("A|アイドル||200", "A|アイドル||200", "exact R4"),
        (
            "宇多田ヒカル|Example|L|200",
            "Utada Hikaru|Example|L|200",
            "likely R6",
        ),
        (
            "宇多田ヒカル|Example||200",
            "Utada Hikaru|Example||200",
            "ask R6 Artist",
        ),
        ("A|Ｅｘａｍｐｌｅ||200", "A|Example||200", "exact R4"),
        ("A|Ёлка||200", "A|Елка||200", "exact R4"),
        ("A|Straße||200", "A|Strasse||200", "exact R4"),
        ("A|Don’t||200", "A|Don't||200", "exact R4"),
        ("A|Bjo\u{308}rk||200", "A|Björk||200", "exact R4"),
        ("A|Rock & Roll||200", "A|Rock and Roll||200", "exact R4"),
        ("A|T.N.T.||200", "A|TNT||200", "exact R4"),
    ]);
}

#[test]
fn everything_in_the_title_or_in_a_files_name() {
    check(&[
        (
            "A Channel|Example - X (Official Video)||200",
            "Example|X||200",
            "likely R6",
        ),
        ("Example|Example - X||200", "Example|X||200", "exact R4"),
        ("Example|01 - X||200", "Example|X||200", "likely R6"),
        ("|Example - X||200", "Example|X||200", "exact R4"),
        (
            "Example|X Radio Edit||200",
            "Example|X (Radio Edit)||200",
            "likely R6",
        ),
        (
            "Example|X live||200",
            "Example|X||200",
            "substitute R8 Version",
        ),
    ]);
    let of_file = |text: &str| Says {
        of_file: true,
        ..says(text)
    };
    for name in [
        "01 First Light (feat. Guest)",
        "07 - First Light",
        "Example - First Light",
        "Example - 03 - First Light",
    ] {
        assert_eq!(
            told(
                &says("Example|First Light||200"),
                &of_file(&format!("Example|{name}||200"))
            ),
            "exact R4",
            "{name}"
        );
    }
    assert_eq!(
        told(&says("A; B|Xray||200"), &of_file("|A, B - Xray||204")),
        "likely R5"
    );
}
