//! The values of fields.

use super::*;

#[test]
fn values_are_listed_once_and_in_order() {
    let reader = rows().reader();
    let list = |args: &[&str]| {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        reader.listed(&Listing::read(&args).unwrap()).unwrap()
    };
    assert_eq!(list(&["genre"]), [[""], ["Electronic"], ["Pop"]]);
    assert_eq!(
        list(&["artist"]).concat(),
        [
            "",
            "BJÖRK",
            "Björk",
            "foo'bar\"",
            "Miles Davis",
            "Кино",
            "القاهرة",
            "椎名林檎"
        ]
    );
    assert_eq!(list(&["album", "artist", "Björk"]), [["Post"]]);
    assert_eq!(list(&["albumartist", "album", "post"]), [["BJÖRK"]]);
    assert_eq!(
        list(&[
            "title",
            "(artist eq_ci 'bjork')",
            "group",
            "albumartist",
            "group",
            "genre"
        ]),
        [
            ["BJÖRK", "Pop", "Hyperballad"],
            ["Björk", "Electronic", "Army of Me"]
        ]
    );
    assert!(list(&["title", "artist", "nobody"]).is_empty());
}
