//! Credits as shops, players and old exports write them.

use super::*;

fn relation(a: &[&str], b: &[&str]) -> Relation {
    let aliases = Aliases::default();
    let (a, b) = (Credit::of(a), Credit::of(b));
    assert_eq!(
        a.relation(&b, &aliases),
        b.relation(&a, &aliases),
        "it has no direction"
    );
    a.relation(&b, &aliases)
}

#[test]
fn the_same_people_however_they_are_written() {
    for (a, b) in [
        (&["A & B"][..], &["A", "B"][..]),
        (&["A,B"], &["B", "A"]),
        (&["A;B"], &["A x B"]),
        (&["A feat. B"], &["A", "B"]),
        (&["A (feat. B)"], &["A", "B"]),
        (&["Sunn O)))"], &["SUNN O"]),
        (&["Earth, Wind & Fire"], &["Earth Wind & Fire"]),
        (
            &["Earth, Wind & Fire", "The Others"],
            &["Earth, Wind & Fire & The Others"],
        ),
        (&["Tyler, The Creator"], &["Tyler The Creator"]),
        (&["AC/DC"], &["ACDC"]),
        (&["CO&XIST"], &["CO&XIST"]),
        (&["The Beatles"], &["Beatles"]),
        (&["Beatles, The"], &["The Beatles"]),
        (&["Los Example"], &["Example"]),
        (&["Hendrix, Jimi"], &["Jimi Hendrix"]),
        (&["Ye"], &["Kanye West"]),
        (&["Charli XCX"], &["charli xcx"]),
        (&["Beyoncé"], &["BEYONCE"]),
        (&["Motörhead"], &["Motorhead"]),
        (&["Sigur Rós"], &["Sigur Ros"]),
        (&["P!nk"], &["Pink"]),
        (&["Ke$ha"], &["Kesha"]),
        (&["A$AP Example"], &["ASAP Example"]),
        (&["KoЯn"], &["Korn"]),
        (&["deadmau5"], &["Deadmaus"]),
        (&["Кино"], &["Kino"]),
        (&["Example - Topic"], &["Example"]),
        (&["ExampleVEVO"], &["Example"]),
        (&["Guns N' Roses"], &["Guns ’n’ Roses"]),
    ] {
        assert_eq!(relation(a, b), Relation::Same, "{a:?} {b:?}");
    }
}

#[test]
fn some_of_them() {
    for (a, b) in [
        (&["A", "B"][..], &["A"][..]),
        (&["A & B"], &["B, C"]),
        (&["Jimi Hendrix"], &["The Jimi Hendrix Experience"]),
        (&["Prince"], &["Prince & The Revolution"]),
        (&["Bob Example"], &["Bob Example & The Wailers"]),
        (&["Drake, The Weeknd"], &["Drake"]),
    ] {
        assert_eq!(relation(a, b), Relation::Contained, "{a:?} {b:?}");
    }
}

#[test]
fn others() {
    for (a, b, answer) in [
        (&["Queen"][..], &["Queen Latifah"][..], Relation::Unrelated),
        (&["Queen"], &["Queen Tribute Band"], Relation::Unrelated),
        (&["Air"], &["Airbourne"], Relation::Unrelated),
        (&["Micheal Jackson"], &["Michael Jackson"], Relation::Near),
        (&["Various Artists"], &["A"], Relation::Unknown),
        (&[], &["A"], Relation::Unknown),
        (&["群青"], &["裙青"], Relation::Unrelated),
    ] {
        assert_eq!(relation(a, b), answer, "{a:?} {b:?}");
    }
}

#[test]
fn names_under_one_id_mean_one_act() {
    let mut aliases = Aliases::default();
    let (native, latin) = (Credit::of(&["宇多田ヒカル"]), Credit::of(&["Utada Hikaru"]));
    assert_eq!(native.relation(&latin, &aliases), Relation::Unknown);
    aliases.learn(&["宇多田ヒカル", "Hikaru Utada"]);
    aliases.learn(&["Hikaru Utada", "Utada Hikaru"]);
    assert_eq!(native.relation(&latin, &aliases), Relation::Same);
}

#[test]
fn the_the_is_a_name_and_x_at_its_end_too() {
    assert_eq!(relation(&["The The"], &["The The"]), Relation::Same);
    assert_eq!(relation(&["!!!"], &["???"]), Relation::Unrelated);
    assert_eq!(Credit::of(&["Malcolm X"]).acts.len(), 1);
    assert_eq!(Credit::of(&["X Ambassadors"]).acts.len(), 1);
    assert_eq!(Credit::of(&["A & the Bs"]).acts.len(), 1);
}
