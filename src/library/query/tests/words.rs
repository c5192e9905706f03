//! What words find, in which order, and with a letter of typing error.

use super::*;

#[test]
fn words_of_any_script_are_found() {
    let reader = rows().reader();
    for (query, wanted) in [
        ("夜", &["night"][..]),
        ("京の", &["night"]),
        ("林", &["night"]),
        ("소", &["night"]),
        ("소년", &["night"]),
        ("ไ", &["thai"]),
        ("ไท", &["thai"]),
        ("ลงไท", &["thai"]),
        ("ق", &["thai"]),
        ("قاهرة", &["thai"]),
        ("רו", &["thai"]),
        ("ם", &["thai"]),
        ("kino", &["kino"]),
        ("КИНО кров", &["kino"]),
        ("bjork ARMY", &["army"]),
        ("ｂｊöｒｋ army", &["army"]),
        ("karajan", &["blue"]),
        ("columbia", &["blue"]),
        ("bill evans", &["blue"]),
        ("ไย", &[]),
        ("rmy", &[]),
    ] {
        assert_eq!(names(&reader.search(query, 9).unwrap()), wanted, "{query}");
    }
    let artist = reader.artist("椎名林檎").unwrap();
    assert_eq!(names(&artist), ["night"]);
}

/// Words that were typed to their end come before beginnings, and all that fits is found.
#[test]
fn whole_words_come_before_beginnings_among_many() {
    let mut titles: Vec<(String, String)> = Vec::new();
    for number in 0..200 {
        titles.push((format!("{number:03} a.wav"), "Goldenrod Yarrow".to_owned()));
    }
    for number in 0..130 {
        titles.push((format!("{number:03} b.wav"), "Golden Yard".to_owned()));
    }
    for number in 0..3 {
        titles.push((format!("{number:03} c.wav"), "Golden Y".to_owned()));
    }
    let tags: Vec<_> = titles
        .iter()
        .map(|(_, title)| [(TITLE, &**title)])
        .collect();
    let rows: Vec<_> = titles
        .iter()
        .zip(&tags)
        .map(|((path, _), tags)| (path.as_str(), &tags[..]))
        .collect();
    let reader = shelf(&rows).reader();
    let kinds = |query: &str, limit| {
        let names = names(&reader.search(query, limit).unwrap());
        let kinds = names.iter().map(|name| name[4..].to_owned());
        kinds.collect::<Vec<_>>().concat()
    };
    let in_order = format!("ccc{}{}", "b".repeat(130), "a".repeat(200));
    assert_eq!(kinds("golden y", 50), in_order[..50]);
    assert_eq!(kinds("y golden", 50)[..3], in_order[..3]);
    assert_eq!(kinds("golden y", usize::MAX), in_order);
    assert_eq!(kinds("golden yard", usize::MAX), "b".repeat(130));
    assert_eq!(kinds("golden yar", 140), in_order[3..143]);
}

#[test]
fn a_letter_of_typing_error_still_finds() {
    let reader = rows().reader();
    for (query, wanted, instead) in [
        ("bjrok", &["hyper", "army"][..], &["bjork"][..]),
        ("bjok", &["hyper", "army"], &["bjork"]),
        ("bjoerk", &["hyper", "army"], &["bjork"]),
        ("vjork", &["hyper", "army"], &["bjork"]),
        ("hiperballad björk", &["hyper"], &["hyperballad bjork"]),
        ("army bjrok", &["army"], &["army bjork"]),
        ("karajn", &["blue"], &["karajan"]),
        ("milse davsi", &["blue"], &["miles davis"]),
        ("група", &["kino"], &["группа"]),
        // As typed first, and what is nearly so after it; three letters are too few to tell.
        ("hyperballad", &["hyper"], &[]),
        ("kni", &[], &[]),
        ("bjxxrk", &[], &[]),
        ("1994", &[], &[]),
    ] {
        let near = reader.search_near(query, 9).unwrap();
        assert_eq!(names(&near.songs), wanted, "{query}");
        assert_eq!(near.instead, instead, "{query}");
    }
}

#[test]
fn what_fits_as_typed_comes_before_what_nearly_does() {
    let shelf = shelf(&[
        ("near.wav", &[(TITLE, "Lover"), (ARTIST, "A")]),
        ("exact.wav", &[(TITLE, "Lever"), (ARTIST, "B")]),
        ("other.wav", &[(TITLE, "Other"), (ARTIST, "C")]),
    ]);
    let near = shelf.reader().search_near("lever", 9).unwrap();
    assert_eq!(names(&near.songs), ["exact", "near"]);
    assert_eq!((near.exact, near.instead), (1, vec!["lover".to_owned()]));
    assert_eq!(
        shelf.reader().search_near("lever", 1).unwrap().songs.len(),
        1
    );
}

#[test]
fn many_hits_are_in_the_order_of_their_columns_too() {
    let mut tags: Vec<(String, [(ItemKey, &str); 3])> = Vec::new();
    for number in 0..310 {
        tags.push((
            format!("{number:03} begun.wav"),
            [(TITLE, "Homeward"), (ARTIST, "X"), (ALBUM, "Y")],
        ));
    }
    for (name, row) in [
        ("album", [(TITLE, "Z"), (ARTIST, "X"), (ALBUM, "At Home")]),
        ("artist", [(TITLE, "Z"), (ARTIST, "The Home"), (ALBUM, "Y")]),
        (
            "title",
            [(TITLE, "Home Again"), (ARTIST, "X"), (ALBUM, "Y")],
        ),
        ("exact", [(TITLE, "Home"), (ARTIST, "X"), (ALBUM, "Y")]),
    ] {
        tags.push((format!("{name}.wav"), row));
    }
    let rows: Vec<_> = tags
        .iter()
        .map(|(path, tags)| (path.as_str(), &tags[..]))
        .collect();
    let reader = shelf(&rows).reader();
    let found = names(&reader.search("home", 6).unwrap());
    assert_eq!(found[..4], ["exact", "title", "artist", "album"]);
    assert_eq!(found.len(), 6);
    assert_eq!(found, names(&reader.search("home", 6).unwrap()));
    assert_eq!(reader.search("home", 1_000).unwrap().len(), 314);
    assert_eq!(reader.search("home", usize::MAX).unwrap().len(), 314);
}
