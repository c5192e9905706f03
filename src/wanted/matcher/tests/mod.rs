//! The traps: pairs that look alike and are not, and pairs that look different and are one.

mod names;
mod versions;

use super::*;
use crate::music::{Field, Tags};

/// What one side says, so that the other side is told apart by the same words.
#[derive(Clone, Default)]
struct Says {
    artists: Vec<String>,
    title: String,
    album: String,
    seconds: Option<f64>,
    track: Option<u32>,
    isrc: String,
    album_artist: String,
    composer: String,
    of_file: bool,
}

/// `Artist; Artist | Title | Album | seconds`, what is not told being empty.
fn says(text: &str) -> Says {
    let mut fields = text.split('|').map(str::trim);
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let artists = next();
    let artists = artists
        .split(';')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    Says {
        artists: artists.collect(),
        title: next(),
        album: next(),
        seconds: next().parse().ok(),
        ..Says::default()
    }
}

impl Says {
    fn wanted(&self) -> Wanted {
        Wanted {
            title: self.title.clone(),
            artists: self.artists.clone(),
            album: self.album.clone(),
            length_ms: self.seconds.map(|seconds| (seconds * 1_000.0) as u64),
            track: self.track,
            isrc: self.isrc.clone(),
            ..Wanted::default()
        }
    }

    fn song(&self) -> Song {
        let mut song = Song::at("/m/a.flac");
        song.length_ms = self.wanted().length_ms;
        let one = |text: &str| {
            Some(text.to_owned())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect()
        };
        song.tags = Tags {
            title: self.title.clone(),
            artists: self.artists.clone(),
            album: self.album.clone(),
            track: self.track,
            isrc: self.isrc.clone(),
            album_artists: one(&self.album_artist),
            composers: one(&self.composer),
            from_path: if self.of_file {
                vec![Field::Title]
            } else {
                Vec::new()
            },
            ..Tags::default()
        };
        song
    }
}

/// Verdict, rung and the test that failed, in short.
fn told(wanted: &Says, song: &Says) -> String {
    let judgement = judge(&wanted.wanted(), &[song.song()], &Aliases::default());
    let first = &judgement.told[0];
    let grade = first.grade.map_or("missing", Grade::word);
    let rung = first.rung.map_or("-", Rung::code);
    match first.failed {
        None => format!("{grade} {rung}"),
        Some(failed) => format!("{grade} {rung} {failed:?}"),
    }
}

/// Both ways: a version may be on either side.
fn check(rows: &[(&str, &str, &str)]) {
    for (a, b, answer) in rows {
        let (a, b) = (says(a), says(b));
        assert_eq!(told(&a, &b), *answer, "{} / {}", a.title, b.title);
        assert_eq!(told(&b, &a), *answer, "{} / {}", b.title, a.title);
    }
}

#[test]
fn codes() {
    let coded = |text, isrc: &str| Says {
        isrc: isrc.into(),
        ..says(text)
    };
    let song = coded("A|X - 2009 Remaster||200", "USEXA0700001");
    assert_eq!(
        told(&coded("A|Y||201", "us-exa-07-00001"), &song),
        "exact R2"
    );
    assert_eq!(
        told(&coded("A|X||211", "USEXA0700009; USEXA0700001"), &song),
        "ask R2 Length"
    );
    assert_eq!(
        told(&coded("A|X - Live||200", "USEXA0700001"), &song),
        "ask R2 Version"
    );
    assert_eq!(told(&coded("B|Y||", "USEXA0700001"), &song), "ask R2 Title");
    assert_eq!(told(&coded("||", "USEXA0700001"), &song), "exact R2");
    assert_eq!(told(&coded("A|X||200", "GBEXA0700001"), &song), "exact R4");
}

#[test]
fn of_several_copies_the_album_then_the_quality() {
    let songs = [
        "A|X|Best of A|200",
        "A|X|L|201",
        "A|X - Mono|L|200",
        "A|X (Live)|L|200",
    ]
    .map(|text| says(text).song());
    let first = |text| judge(&says(text).wanted(), &songs, &Aliases::default()).told[0].at;
    assert_eq!(first("A|X|L|200"), 1);
    assert_eq!(first("A|X|Best of A|200"), 0);
    assert_eq!(first("A|X (Mono)|L|200"), 2);
    assert_eq!(first("A|X - Live|L|200"), 3);
    let mut better = songs.clone();
    better[1].tags.album = "Best of A".into();
    better[1].length_ms = Some(200_000);
    better[1].format.codec = crate::music::Codec::Flac;
    assert_eq!(
        judge(
            &says("A|X|Best of A|200").wanted(),
            &better,
            &Aliases::default()
        )
        .told[0]
            .at,
        1
    );
}

#[test]
fn songs_of_one_name_and_no_word_which() {
    let songs = ["A|Xray|L|200", "A|Xray|M|340"].map(|text| says(text).song());
    let judgement = judge(&says("A|Xray||").wanted(), &songs, &Aliases::default());
    assert_eq!(
        (judgement.told[0].grade, judgement.told[0].failed),
        (Some(Grade::Ask), Some(Failed::Ambiguous))
    );
    assert!(
        judge(&says("A|Xray|M|").wanted(), &songs, &Aliases::default())
            .accepted()
            .is_some()
    );
    let copies = ["A|Xray|L|200", "A|Xray|M|202"].map(|text| says(text).song());
    assert!(
        judge(&says("A|Xray||").wanted(), &copies, &Aliases::default())
            .accepted()
            .is_some()
    );
}

#[test]
fn every_answer_tells_why() {
    let songs = ["A|X (Live)|L|235", "B|X||200"].map(|text| says(text).song());
    let judgement = judge(&says("A|X||200").wanted(), &songs, &Aliases::default());
    assert_eq!(judgement.accepted(), None);
    let words: Vec<&str> = judgement.told[0]
        .signals
        .iter()
        .map(|signal| signal.words.as_str())
        .collect();
    assert_eq!(
        words,
        [
            "the same artist",
            "the same title",
            "only this is live",
            "35.0 s longer",
            "no album is told",
            "no track number is told"
        ]
    );
    assert_eq!(judgement.runner_up().unwrap().failed, Some(Failed::Artist));
    let sum: i32 = judgement.told[0]
        .signals
        .iter()
        .map(|signal| signal.weight)
        .sum();
    assert_eq!(sum, judgement.told[0].score);
    let stored = serde_json::to_value(&judgement.told[0]).unwrap();
    assert_eq!(
        (
            stored["verdict"].as_str(),
            stored["rung"].as_str(),
            stored["failed"].as_str()
        ),
        (Some("substitute"), Some("R8"), Some("version"))
    );
    assert_eq!(stored["signals"][0]["about"], "artist");
    assert_eq!(
        judge::<Song>(&says("A|X||").wanted(), &[], &Aliases::default()),
        Judgement::default()
    );
}

#[test]
fn what_is_accepted_shares_a_key() {
    for (wanted, song) in [
        ("A; B|X (feat. C)||200", "A|X||200"),
        ("Jimi Hendrix|X||200", "The Jimi Hendrix Experience|X||200"),
        ("A|Enjoy the Silence||200", "A|Enjoy the Silnece||201"),
        ("A|X (To the Example)||200", "A|X||200"),
        ("A|X||200", "A|X (To the Example)||200"),
        ("Кино|Группа крови||200", "Kino|Gruppa krovi||200"),
        ("Kino|Gruppa krovi||200", "Кино|Группа крови||200"),
        (
            "A Channel|Example - X (Official Video)||200",
            "Example|X||200",
        ),
        (
            "A|Symphony No. 5, Op. 67: I. Allegro||400",
            "A|Sinfonie Nr. 5, op. 67: 1. Allegro||401",
        ),
        ("Ye|X||200", "Kanye West|X||200"),
        ("ACDC|X||200", "AC/DC|X||200"),
        ("P!nk|Some Longer Name||200", "Pink|Some Lnoger Name||200"),
    ] {
        let (wanted, song) = (says(wanted).wanted(), says(song).song());
        assert!(
            judge(&wanted, &[&song], &Aliases::default())
                .accepted()
                .is_some(),
            "{wanted:?}"
        );
        let Keys {
            names,
            titles,
            spelt,
        } = Keys::of_wanted(&wanted, &Aliases::default());
        let held = keys_of_song(&song);
        assert!(
            [names, titles, spelt]
                .concat()
                .iter()
                .any(|key| held.contains(key)),
            "{wanted:?}"
        );
    }
}

#[test]
fn a_key_is_the_same_in_every_version() {
    let keys = keys_of_song(&says("Example|First Light||200").song());
    assert_eq!(keys, [-611451689, 164050960, 1538228466]);
}
