//! The views as text at three sizes and at the smallest, held against the files in `pictures/`.
//!
//! `STANDIN_NEW_PICTURES=1 cargo test --lib tui` writes them anew, to be looked at before they are kept.

use super::*;
use crate::tui::ask::{Levels, ListRow, Plays, Sung, Work};
use std::fs;
use std::path::PathBuf;

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (200, 60)];

fn hold(name: &str, mut app: App) {
    for (width, height) in SIZES {
        let lines = picture(&mut app, width, height);
        let lines: String = lines
            .iter()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        let file = format!("src/tui/app/tests/pictures/{name}-{width}x{height}.txt");
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
        if std::env::var_os("STANDIN_NEW_PICTURES").is_some() {
            fs::write(&file, &lines).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == lines,
            "{} is another picture now:\n{lines}",
            file.display()
        );
    }
}

fn song(artist: &str, album: &str, date: &str, track: u32, title: &str, seconds: u64) -> Row {
    Row {
        uri: format!("Music/{album}/{title}.flac").into_bytes(),
        title: title.into(),
        artist: artist.into(),
        album: album.into(),
        date: date.into(),
        track: Some(track),
        duration_ms: Some(seconds * 1_000),
        ..Row::default()
    }
}

/// Two albums of one artist.
fn songs() -> Vec<Row> {
    let mut songs = Vec::new();
    let albums = [
        (
            "Lantern Season",
            "2004",
            [
                "Harbour Light",
                "Slow Tide",
                "Letters Home and Other Things That Were Never Sent",
            ],
        ),
        (
            "Paper Boats",
            "2009-03-01",
            ["Folded Maps", "静かな海の向こうへ", "Cafe\u{301} Noir"],
        ),
    ];
    for (album, date, titles) in albums {
        for (track, title) in (1..).zip(titles) {
            let seconds = 150 + u64::from(track) * 37;
            songs.push(song("The Quiet Hours", album, date, track, title, seconds));
        }
    }
    songs
}

fn standing(app: &mut App) {
    let standing = Standing {
        is_standin: true,
        songs: 100_000,
        songs_here: 100_000,
        roots: 1,
        guard: "ask".into(),
        guard_state: "watching".into(),
        ..Standing::default()
    };
    app.told(Told::Standing(Box::new(standing)), 0);
}

/// Before a queue of so many songs, the first of which plays.
fn before(queued: usize) -> App {
    let mut app = app();
    standing(&mut app);
    let now = Now {
        state: if queued > 0 {
            State::Playing
        } else {
            State::Stopped
        },
        song: songs().into_iter().next().filter(|_| queued > 0),
        position: (queued > 0).then_some(0),
        elapsed_ms: 61_000,
        duration_ms: (queued > 0).then_some(187_000),
        volume: Some(80),
        repeat: true,
        queued,
        version: 1,
        audio: "44100:16:2".into(),
        bitrate: Some(921),
        ..Now::default()
    };
    app.told(Told::Now(Box::new(now)), 0);
    let row = |at: usize| Row {
        position: Some(at),
        ..songs()[at % 6].clone()
    };
    app.told(Told::Queue(0, (0..queued.min(128)).map(row).collect()), 0);
    let artists = [
        "",
        "Anselm Rook",
        "Mira Oduya",
        "The Quiet Hours",
        "דרור אלון",
        "静かな海",
    ];
    app.told(Told::Artists(artists.map(str::to_owned).to_vec()), 0);
    app.library.artists.go_to("The Quiet Hours");
    app.told(Told::SongsOf("The Quiet Hours".into(), songs()), 0);
    app.told(
        Told::Playlists(vec!["Morning run".into(), "静かな夜".into()]),
        0,
    );
    app
}

#[test]
fn somebody_new() {
    let mut app = app();
    app.told(Told::Standing(Box::default()), 0);
    app.told(Told::Now(Box::default()), 0);
    app.told(Told::Artists(Vec::new()), 0);
    hold("new", app);
}

#[test]
fn a_scan_that_runs() {
    let mut app = app();
    let work = |name: &str, done, total| Work {
        name: name.into(),
        done,
        total,
    };
    let works = vec![work("scan", 4_500, Some(10_000)), work("verify", 12, None)];
    app.told(Told::Works(works, None), 0);
    app.told(Told::Artists(Vec::new()), 0);
    hold("scan", app);
}

#[test]
fn a_queue() {
    let mut app = before(100_000);
    app.show(View::Queue);
    app.act(Action::Down);
    app.act(Action::Mark);
    hold("queue", app);
}

#[test]
fn an_empty_queue() {
    let mut app = before(0);
    app.show(View::Queue);
    hold("empty", app);
}

#[test]
fn the_library() {
    let mut app = before(6);
    app.show(View::Library);
    app.act(Action::Right);
    app.act(Action::Down);
    hold("library", app);
}

#[test]
fn a_filter_that_is_typed() {
    let mut app = before(6);
    app.show(View::Library);
    app.act(Action::Filter);
    "qui".chars().for_each(|letter| {
        let key = crossterm::event::KeyCode::Char(letter);
        app.type_key(key.into());
    });
    hold("filter", app);
}

#[test]
fn a_search() {
    let mut app = before(6);
    app.run("search har");
    app.told(Told::Found("har".into(), songs()), 0);
    hold("search", app);
}

#[test]
fn playlists_with_what_plays() {
    let mut app = before(6);
    app.show(View::Playlists);
    app.asks();
    let plays = [Plays::Exact, Plays::Likely, Plays::StandIn, Plays::Missing];
    let rows = songs()
        .into_iter()
        .zip(plays)
        .map(|(row, plays)| ListRow { row, plays });
    app.told(Told::Rows("Morning run".into(), 0, rows.collect(), 4), 0);
    hold("playlists", app);
}

#[test]
fn what_plays_with_its_words_and_levels() {
    let mut app = before(6);
    app.show(View::Playing);
    app.asks();
    let uri = songs()[0].uri.clone();
    let line = |(at, text): (u64, &str)| Sung {
        at_ms: Some(at * 10_000),
        text: text.into(),
    };
    let lines = [
        "The harbour light is turning",
        "and the boats are coming in,",
        "",
        "we have left the lamps all burning",
        "for the ones we have not seen.",
        "Slow is the water,",
        "slow is the tide.",
        "灯台はまだ燃えている",
    ];
    app.told(Told::Lyrics(uri, (3..).zip(lines).map(line).collect()), 0);
    let bands = (0..24_u8)
        .map(|band| -6.0 - f32::from(band) * 2.0)
        .collect();
    let levels = Levels {
        peaks: vec![-3.2, -60.0],
        bands,
    };
    app.told(Told::Levels(levels), 0);
    hold("playing", app);
}

#[test]
fn what_plays_without_words() {
    let mut app = before(6);
    app.show(View::Playing);
    hold("playing-queue", app);
}

#[test]
fn the_help() {
    let mut app = before(6);
    app.act(Action::Help);
    hold("help", app);
}

#[test]
fn a_question_of_the_guard() {
    let mut app = before(6);
    app.told(
        Told::Standing(Box::new(Standing {
            is_standin: true,
            songs: 50,
            songs_here: 50,
            guard: "ask".into(),
            guard_state: "asking".into(),
            guard_asks: Some("Spotify has gone silent for 6 s. Shall local music step in?".into()),
            ..Standing::default()
        })),
        0,
    );
    hold("asks", app);
}
