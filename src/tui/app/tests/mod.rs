//! The screen without a screen: actions and answers in, questions and pictures out.

mod pictures;

use super::*;
use crate::tui::paint::covers::{Covers, Pictures};
use crate::tui::paint::theme::Theme;
use crate::tui::paint::{Brush, paint};
use crate::tui::row::Row;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn app() -> App {
    App::new(Keymap::new([]).0)
}

fn row(title: &str) -> Row {
    Row {
        uri: format!("Music/{title}.flac").into_bytes(),
        title: title.into(),
        artist: "Some One".into(),
        album: "Some Tones".into(),
        duration_ms: Some(187_000),
        ..Row::default()
    }
}

fn plays(queued: usize) -> Now {
    Now {
        state: State::Playing,
        song: Some(row("First")),
        position: Some(0),
        elapsed_ms: 5_000,
        duration_ms: Some(187_000),
        queued,
        version: 1,
        ..Now::default()
    }
}

fn orders_of(ask: &Ask) -> Vec<String> {
    match ask {
        Ask::Do(list, _) | Ask::Replace(list, _) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The picture as lines of text.
fn picture(app: &mut App, width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut brush = Brush {
        theme: Theme::new(true),
        at_ms: 1_000,
        covers: &mut Covers::new(Pictures::Blocks, None),
        spots: Default::default(),
    };
    terminal
        .draw(|frame| paint(app, &mut brush, frame))
        .unwrap();
    let buffer = terminal.backend().buffer().clone();
    let line = |y| {
        let (mut line, mut x) = (String::new(), 0);
        while x < width {
            let letter = buffer[(x, y)].symbol();
            line.push_str(letter);
            // What follows a wide letter is its own second half.
            x += u16::try_from(crate::tui::paint::text::width(letter).max(1)).unwrap();
        }
        line
    };
    (0..height).map(line).collect()
}

#[test]
fn a_long_queue_is_asked_for_where_it_is_seen() {
    let mut app = app();
    app.told(Told::Now(Box::new(plays(100_000))), 0);
    picture(&mut app, 80, 24);
    let asks = app.asks();
    assert!(
        matches!(&asks[..], [Ask::Queue(range)] if *range == (0..128)),
        "{asks:?}"
    );
    app.act(Action::Bottom);
    picture(&mut app, 80, 24);
    let asks = app.asks();
    assert!(
        matches!(&asks[..], [Ask::Queue(range)] if range.contains(&99_999)),
        "{asks:?}"
    );
}

#[test]
fn every_view_is_painted_at_every_size() {
    let mut app = app();
    app.told(Told::Now(Box::new(plays(3))), 0);
    app.told(
        Told::Queue(
            0,
            ["First", "日本語の歌", "e\u{301}\u{301}"].map(row).to_vec(),
        ),
        0,
    );
    app.told(Told::Artists(vec!["Some One".into()]), 0);
    app.told(Told::SongsOf("Some One".into(), vec![row("First")]), 0);
    app.told(Told::Playlists(vec!["Morning".into()]), 0);
    for width in [0, 1, 19, 20, 33, 60, 80, 120, 300] {
        for height in [0, 1, 5, 6, 16, 24, 90] {
            for view in View::ALL {
                app.show(view);
                picture(&mut app, width, height);
            }
            app.act(Action::Help);
            picture(&mut app, width, height);
        }
    }
}

#[test]
fn what_plays_stands_below_with_its_progress() {
    let mut app = app();
    app.told(Told::Now(Box::new(plays(1))), 0);
    app.told(Told::Queue(0, vec![row("First")]), 0);
    let lines = picture(&mut app, 60, 16);
    assert!(
        lines[13].contains("▶ First  Some One – Some Tones"),
        "{lines:#?}"
    );
    assert!(
        lines[14].starts_with(" 0:06 ━") && lines[14].ends_with("─ 3:07 "),
        "{lines:#?}"
    );
}

#[test]
fn a_server_that_goes_is_told_and_one_that_comes_is_asked_all() {
    let mut app = app();
    app.told(Told::Lost("nothing answers".into()), 0);
    assert!(picture(&mut app, 60, 16)[15].contains("No player: nothing answers"));
    app.told(Told::Reached, 0);
    assert_eq!(app.asks().len(), 4);
    assert!(!picture(&mut app, 60, 16)[15].contains("No player"));
}

#[test]
fn a_line_is_an_order_an_action_or_an_error() {
    let mut app = app();
    app.told(Told::Now(Box::new(plays(1))), 0);
    app.asks();
    app.run("volume 30");
    app.run("random on");
    app.run("next");
    assert_eq!(
        app.asks()
            .iter()
            .filter(|ask| matches!(ask, Ask::Do(..)))
            .count(),
        3
    );
    app.run("explode");
    assert!(app.notice.as_ref().unwrap().is_error);
    app.run("queue");
    assert_eq!(app.view, View::Queue);
    app.run("search \"two words\" three");
    assert_eq!(
        (app.view, app.search.prompt.text()),
        (View::Search, "two words three")
    );
}

#[test]
fn what_was_taken_out_is_put_back() {
    let mut app = app();
    app.told(Told::Now(Box::new(plays(3))), 0);
    app.act(Action::Delete);
    let asks = app.asks();
    assert!(
        asks.iter()
            .any(|ask| matches!(ask, Ask::Take(ranges) if ranges == std::slice::from_ref(&(0..1))))
    );
    let mut taken = row("First");
    taken.position = Some(0);
    app.told(Told::Taken(vec![taken]), 0);
    app.act(Action::Undo);
    let asks = app.asks();
    let orders: Vec<String> = asks.iter().flat_map(orders_of).collect();
    assert_eq!(orders, ["addid \"Music/First.flac\" \"0\""]);
    app.act(Action::Undo);
    assert!(app.asks().iter().flat_map(orders_of).next().is_none());
}
