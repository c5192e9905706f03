//! What a person made of songs, asked for.

use super::*;

#[test]
fn what_a_person_made_is_asked_for() {
    let (_shelf, reader) = lived_with();
    for (args, wanted) in [
        (&["(rating >= '4')"][..], "abd"),
        (&["(rating == '5')"], "a"),
        (&["(rating != '5')"], "bcde"),
        (&["(rating == 'none')"], "ce"),
        (&["(rating != '')"], "abd"),
        (&["rating", "<=4.5"], "bd"),
        (&["rating", "4"], "d"),
        (&["(plays == '0')"], "de"),
        (&["plays", ">=12"], "ab"),
        (&["plays", "> 12"], "b"),
        (&["(skips > '0')"], "bc"),
        (&["skips", "7"], "c"),
        (&["(last-played since '30d')"], "ac"),
        (&["(last-played >= '30d')"], "ac"),
        (&["(last-played before '30d')"], "b"),
        (&["(last-played !since '30d')"], "bde"),
        (&["(last-played == 'never')"], "de"),
        (&["last-played", "never"], "de"),
        (&["last-played", "2w"], "a"),
        (&["(last-played < '2000-01-01')"], ""),
        (&["(last-skipped != 'never')"], "bc"),
        (&["(last-skipped since '1y')"], "c"),
        // Of the last one it is not kept when it came: its file was made just now.
        (&["(added-since '1y')"], "acde"),
        (&["added", "5d"], "de"),
        (&["(added < '2000')"], ""),
        (&["modified", "1d"], "abcde"),
        (&["((rating >= '4') AND (last-played !since '1y'))"], "bd"),
        (&["(!(rating >= '4'))"], "ce"),
        (&["rating", ">=4", "plays", ">20"], "b"),
    ] {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let Asked::Filter(filter) = Asked::read(&args).unwrap() else {
            panic!("{args:?} are words");
        };
        let found = names(&reader.matching(&filter).unwrap()).concat();
        assert_eq!(found, wanted, "{args:?}");
    }
}
