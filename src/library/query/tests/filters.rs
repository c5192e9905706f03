//! What filters find, and what is said of those that cannot be read.

use super::*;

#[test]
fn filters_find_what_mpd_documents() {
    let reader = rows().reader();
    for (filter, case, wanted) in [
        ("(artist == 'Björk')", Case::Exact, &["army"][..]),
        ("(artist == 'Björk')", Case::Folded, &["army", "hyper"]),
        ("(artist == 'Bjo\u{308}rk')", Case::Exact, &["army"]),
        ("(ARTIST eq_ci 'bjork')", Case::Exact, &["army", "hyper"]),
        ("(artist eq_cs 'BJÖRK')", Case::Folded, &["hyper"]),
        (
            "(artist !eq_ci 'bjork')",
            Case::Exact,
            &["bare", "kino", "night", "thai", "blue", "quote"],
        ),
        (
            "(artist != 'Björk')",
            Case::Exact,
            &["hyper", "bare", "kino", "night", "thai", "blue", "quote"],
        ),
        ("(albumartist == 'BJÖRK')", Case::Exact, &["hyper"]),
        ("(albumartist == 'Björk')", Case::Exact, &["army"]),
        ("(artistsort == 'Davis, Miles')", Case::Exact, &["blue"]),
        ("(artistsort == 'Björk')", Case::Exact, &["army"]),
        ("(album contains 'os')", Case::Exact, &["army", "hyper"]),
        ("(album contains 'Po')", Case::Exact, &["army"]),
        ("(album contains_ci 'PO')", Case::Exact, &["army", "hyper"]),
        ("(title starts_with 'Blue')", Case::Exact, &["blue"]),
        ("(title starts_with 'blue')", Case::Exact, &[]),
        ("(title starts_with_ci 'BLUE')", Case::Exact, &["blue"]),
        ("(title starts_with 'in')", Case::Folded, &[]),
        ("(title =~ '^(Army|Blue) ')", Case::Exact, &["army", "blue"]),
        ("(title =~ '^army')", Case::Folded, &["army"]),
        // The name of a file stands for the title that it lacks.
        ("(title !~ '.')", Case::Exact, &[]),
        ("(title == 'bare')", Case::Exact, &["bare"]),
        (
            "(genre == '')",
            Case::Exact,
            &["bare", "kino", "night", "thai", "blue", "quote"],
        ),
        ("(genre != '')", Case::Exact, &["army", "hyper"]),
        ("(!(genre == ''))", Case::Exact, &["army", "hyper"]),
        ("(any == 'Bill Evans')", Case::Exact, &["blue"]),
        ("(any contains '2')", Case::Exact, &["army", "hyper"]),
        ("(conductor contains 'karajan')", Case::Folded, &["blue"]),
        ("(label == 'Columbia')", Case::Exact, &["blue"]),
        ("(track == '2')", Case::Exact, &["hyper"]),
        ("(date == '1995-04-24')", Case::Exact, &["army"]),
        ("(date starts_with '1995')", Case::Exact, &["army"]),
        (
            "((artist == 'Björk') AND (title contains 'Army'))",
            Case::Exact,
            &["army"],
        ),
        (
            "((artist == 'Björk') AND (!(title contains 'Army')))",
            Case::Exact,
            &[],
        ),
        ("(Artist == \"foo\\'bar\\\"\")", Case::Exact, &["quote"]),
        ("(album == 'back\\\\slash')", Case::Exact, &["quote"]),
        ("(file == 'Music/classic/blue.wav')", Case::Exact, &["blue"]),
        (
            "(file == 'music/CLASSIC/blue.wav')",
            Case::Folded,
            &["blue"],
        ),
        ("(file contains 'jörk/')", Case::Exact, &["army", "hyper"]),
        ("(base 'Music/Björk')", Case::Exact, &["army", "hyper"]),
        ("(base 'Music/classic/')", Case::Exact, &["blue", "quote"]),
        ("(base 'Music/cla')", Case::Exact, &[]),
        (
            "((base '') AND (title == 'Army of Me'))",
            Case::Exact,
            &["army"],
        ),
        ("(base 'Elsewhere')", Case::Exact, &[]),
        ("(title contains '夜')", Case::Folded, &["night"]),
        ("(album contains '소년')", Case::Folded, &["night"]),
        (
            "(codec == 'pcm') AND (base 'Music/Björk')",
            Case::Exact,
            &["army", "hyper"],
        ),
        (
            "(AudioFormat =~ '*:16:*') AND (title == 'Army of Me')",
            Case::Exact,
            &["army"],
        ),
        ("(AudioFormat == '44100:16:2')", Case::Exact, &[]),
        (
            "(AudioFormat == '8000:16:1') AND (track == '2')",
            Case::Exact,
            &["hyper"],
        ),
        ("(modified-since '2090-01-01')", Case::Exact, &[]),
        (
            "((modified-since '2001') AND (track == '1'))",
            Case::Exact,
            &["army"],
        ),
        ("(rating >= '0')", Case::Exact, &[]),
        // What has no blank in it needs no quotes.
        ("(artist == Björk)", Case::Exact, &["army"]),
        ("(title contains '夜')", Case::Exact, &["night"]),
        ("(title contains 夜)", Case::Exact, &["night"]),
        ("((track == 2)AND(codec==pcm))", Case::Exact, &["hyper"]),
        ("(base Music/Björk)", Case::Exact, &["army", "hyper"]),
        ("(title =~ ^Blue)", Case::Exact, &["blue"]),
        ("(plays == 0) AND (track == 1)", Case::Exact, &["army"]),
    ] {
        let expression = parse(filter, case).unwrap();
        assert_eq!(
            names(&reader.matching(&expression).unwrap()),
            wanted,
            "{filter} {case:?}"
        );
    }
    let below = format!("(base '{}')", rows().path("cjk").to_str().unwrap());
    let found = reader
        .matching(&parse(&below, Case::Exact).unwrap())
        .unwrap();
    assert_eq!(names(&found), ["kino", "night", "thai"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let deep = "(!".repeat(40) + "(artist == 'x')" + &")".repeat(40);
    let long = format!("(artist == '{}')", "x".repeat(5_000));
    let many = vec!["(artist == 'x')"; 300].join(" AND ");
    for (filter, at, said) in [
        ("", 1, "`(` is expected"),
        ("artist == 'x'", 1, "`(` is expected"),
        ("(artist == 'x'", 15, "`)` is expected"),
        ("(artist 'x')", 9, "`==`, `!=`"),
        ("(artist = 'x')", 9, "`==`, `!=`"),
        ("(artist == x y)", 12, "in quotes"),
        ("(artist == x'y')", 12, "in quotes"),
        ("(artist == x", 13, "`)` is expected"),
        ("(artist == )", 12, "a value is expected"),
        ("(artist == (x))", 12, "a value is expected"),
        ("(artist == 'x)", 12, "never closed"),
        ("(artist == 'x\\')", 12, "never closed"),
        ("(artst == 'x')", 2, "no field named “artst”"),
        ("( == 'x')", 3, "the name of a field"),
        ("()", 2, "the name of a field"),
        ("(artist == 'x') x", 17, "AND or the end"),
        ("((artist == 'x') x (album == 'y'))", 18, "AND or `)`"),
        ("((artist == 'x') OR (album == 'y'))", 18, "no OR"),
        ("((artist == 'x') AND )", 22, "`(` is expected"),
        ("(!artist == 'x')", 3, "`(` is expected"),
        ("(é == 'x')", 2, "the name of a field"),
        ("(artist == 'é') é", 17, "AND or the end"),
        (
            "(title =~ '(')",
            11,
            "the regular expression is wrong: unclosed group",
        ),
        ("(title =~ 'a{9999}{9999}')", 11, "too big"),
        ("(title =~ '(?=x)')", 11, "look-around"),
        ("(modified-since 'soon')", 17, "“soon” is no time"),
        ("(added-since 'lately')", 14, "“lately” is no time"),
        ("(rating < 'none')", 11, "== or !="),
        ("(last-played > 'never')", 16, "== or !="),
        ("(last-played == '30d')", 17, "an age is compared"),
        ("(plays since '3')", 8, "`==`, `!=`"),
        ("(last-played contains '3')", 14, "since or before"),
        ("(plays == 'many')", 11, "no number"),
        ("(prio >= 1)", 2, "priority"),
        ("(AudioFormat == '*:16:2')", 17, "no audio format"),
        ("(AudioFormat != '44100:16:2')", 14, "`==` or `=~`"),
        ("(rating == '7')", 12, "no rating"),
        ("(rating contains '4')", 9, "`==`, `!=`, `<`"),
        (&deep, 65, "32 deep"),
        (&long, 12, "4095 bytes"),
        (&many, 5_122, "256 tests"),
    ] {
        let error = parse(filter, Case::Exact).unwrap_err();
        assert!(error.problem.contains(said), "{filter}: {error}");
        assert_eq!(error.at, at, "{filter}: {error}");
    }
}
