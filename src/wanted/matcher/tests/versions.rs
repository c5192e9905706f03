//! Versions of a song, on one side or on both.

use super::*;

#[test]
fn notation_and_remasters_leave_the_recording_the_same() {
    for other in [
        "X - Remastered 2011",
        "X (2009 Remaster)",
        "X - Mono Version",
        "X (Stereo)",
        "X (Album Version)",
        "X - Single Version",
        "X (Bonus Track)",
        "X [Deluxe]",
        "X [Explicit]",
        "X (Clean)",
        "X - From \"Example\" Soundtrack",
        "X (Original Mix)",
        "X (feat. B)",
        "X (with B)",
        "x",
        "X (Official Video)",
    ] {
        let (a, b) = (says("A|X||200"), says(&format!("A|{other}||201")));
        assert_eq!(told(&a, &b), "exact R4", "{other}");
        assert_eq!(told(&b, &a), "exact R4", "{other}");
    }
    let remixes = [
        "X - B Remix",
        "X (B Remix)",
        "X [B Remix]",
        "X (feat. C) [B Remix]",
    ];
    for (one, other) in remixes
        .iter()
        .flat_map(|one| remixes.map(|other| (one, other)))
    {
        assert_eq!(
            told(
                &says(&format!("A|{one}||200")),
                &says(&format!("A|{other}||200"))
            ),
            "exact R4",
            "{one} {other}"
        );
    }
}

#[test]
fn a_version_on_one_side_is_another_recording_whatever_the_length() {
    for other in [
        "X (Live)",
        "X - Live at Example Hall",
        "X (Example Session)",
        "X (Unplugged)",
        "X - Acoustic",
        "X (Demo)",
        "X (Orchestral Version)",
        "X (B Remix)",
        "X (Instrumental)",
        "X (A Cappella)",
        "X (Karaoke Version)",
        "X (Tribute to A)",
        "X (Made Famous by A)",
        "X (Cover)",
        "X (Sped Up)",
        "X (Slowed + Reverb)",
        "X (8D Audio)",
        "X (Re-Recorded)",
        "X (A's Version)",
        "X (Reprise)",
        "X (Interlude)",
        "X (TV Size)",
        "X - Acoustic; Live",
        "X (Spanish Version)",
        "X (Alternate Take)",
        "X (8-Bit)",
        "X (Nightcore)",
    ] {
        for seconds in ["200", ""] {
            let (a, b) = (
                says(&format!("A|X|L|{seconds}")),
                says(&format!("A|{other}|L|{seconds}")),
            );
            assert_eq!(told(&a, &b), "substitute R8 Version", "{other}");
            assert_eq!(told(&b, &a), "substitute R8 Version", "{other}");
        }
    }
    // Karaoke of the very length, by somebody else.
    check(&[(
        "A|X||200",
        "Karaoke Stars|X (Karaoke Version)||200",
        "missing - Artist",
    )]);
    check(&[
        ("A|X||200", "A Karaoke|X||200", "missing - Artist"),
        (
            "Queen|X||200",
            "Queen Tribute Band|X||200",
            "missing - Artist",
        ),
    ]);
}

#[test]
fn an_edit_is_the_same_if_its_length_is() {
    check(&[
        ("A|X||200", "A|X (Radio Edit)||201", "exact R4"),
        ("A|X||200", "A|X (Radio Edit)||230", "substitute R8 Version"),
        ("A|X|L|", "A|X (Radio Edit)|L|", "substitute R8 Version"),
        (
            "A|X||200",
            "A|X (Extended Mix)||340",
            "substitute R8 Version",
        ),
        ("A|X - Radio Edit||200", "A|X (Radio Edit)||200", "exact R4"),
        ("A|Blue (1988)||200", "A|Blue||240", "substitute R8 Version"),
    ]);
}

#[test]
fn whose_remix_and_which_concert() {
    check(&[
        (
            "A|X (B Remix)||200",
            "A|X (C Remix)||200",
            "substitute R8 Version",
        ),
        ("A|X (Remix)||200", "A|X (B Remix)||200", "exact R4"),
        ("A|X (Remix)||", "A|X (B Remix)||", "substitute R8 Version"),
        ("A|X (DJ B Remix)||200", "A|X (B Remix)||200", "exact R4"),
        (
            "A|X (Live at Wembley)||200",
            "A|X (Live in Paris)||200",
            "substitute R8 Version",
        ),
        (
            "A|X (Live at Wembley)|L|200",
            "A|X (Live at the Wembley Stadium)|L|200",
            "exact R4",
        ),
        (
            "A|X (Live)|L|200",
            "A|X - Live at Wembley|L|200",
            "exact R4",
        ),
        ("A|X (Live)||", "A|X (Live)||", "ask R5 NothingToCheck"),
        (
            "A|X (Spanish Version)||200",
            "A|X (French Version)||200",
            "substitute R8 Version",
        ),
        (
            "A|X (feat. B)||200",
            "A|X (feat. C)||200",
            "substitute R8 Version",
        ),
    ]);
}

#[test]
fn an_album_may_tell_that_it_is_live() {
    check(&[
        (
            "A|X|Studio|200",
            "A|X|Live at Example Hall|260",
            "substitute R8 Version",
        ),
        (
            "A|X|Studio|",
            "A|X|Live at Example Hall|",
            "substitute R8 Version",
        ),
        // Only the album tells, and the length agrees: that is for a person to say.
        (
            "A|X|Studio|200",
            "A|X|Live at Example Hall|200",
            "ask R8 Version",
        ),
        (
            "A|X - Live|Live at Example Hall|200",
            "A|X|Live at Example Hall|200",
            "exact R4",
        ),
        (
            "A|X - Live at Example Prison|Other|200",
            "A|X|At Example Prison|200",
            "exact R4",
        ),
        (
            "A|X|Live Through Example|200",
            "A|X|Best of A|200",
            "exact R4",
        ),
        ("A|X|Studio|", "A|X|Karaoke Hits|", "substitute R8 Version"),
    ]);
    let mut wanted = says("A|X|Studio|200").wanted();
    wanted.external = vec![("musicbrainz".into(), "0B1C".into())];
    let mut live = says("A|X (Live)|Live|200").song();
    live.tags.mb_recording = "0b1c".into();
    let judgement = judge(&wanted, &[live], &Aliases::default());
    assert_eq!(judgement.accepted().unwrap().rung, Some(Rung::Recording));
}
