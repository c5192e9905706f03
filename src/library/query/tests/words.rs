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
