//! What each action does to what the screen knows, and what it asks of the server for it.

mod songs;

use super::library::Column;
use super::prompt::Prompt;
use super::{App, Typing, View};
use crate::mpd::remote::Words;
use crate::tui::action::{ACTIONS, Action};
use crate::tui::ask::{Ask, Once, State};
pub use songs::replace;

const SEEK_S: i64 = 5;
const VOLUME_PERCENT: i64 = 5;

pub fn act(app: &mut App, action: Action) {
    if app.help.is_some() && close_help(app, action) {
        return;
    }
    app.notice = None;
    match action {
        Action::Up => go(app, |app| app.cursor().go_by(-1)),
        Action::Down => go(app, |app| app.cursor().go_by(1)),
        Action::PageUp => go(app, |app| app.cursor().go_pages(-1.0)),
        Action::PageDown => go(app, |app| app.cursor().go_pages(1.0)),
        Action::HalfUp => go(app, |app| app.cursor().go_pages(-0.5)),
        Action::HalfDown => go(app, |app| app.cursor().go_pages(0.5)),
        Action::Top => go(app, |app| app.cursor().go_to(0)),
        Action::Bottom => go(app, |app| app.cursor().go_to(usize::MAX)),
        Action::Mark => go(app, |app| app.cursor().mark()),
        Action::Unmark => let_go(app),
        Action::Left => go_left(app),
        Action::Right => go_right(app),
        Action::Enter => songs::enter(app),
        Action::Add => songs::add(app, None),
        Action::AddNext => songs::add(app, Some("+0")),
        Action::Delete => songs::delete(app),
        Action::MoveUp => songs::shift(app, false),
        Action::MoveDown => songs::shift(app, true),
        Action::Clear => songs::clear(app),
        Action::Mix => replace(app, vec![Words::new("shuffle")], "The queue is mixed."),
        Action::Undo => songs::undo(app),
        Action::FindCurrent => find_current(app),
        Action::Toggle => toggle(app),
        Action::Stop => order(app, [Words::new("stop")]),
        Action::Next => order(app, [Words::new("next")]),
        Action::Previous => order(app, [Words::new("previous")]),
        Action::Forward => seek_by(app, SEEK_S),
        Action::Back => seek_by(app, -SEEK_S),
        Action::Louder => volume_by(app, VOLUME_PERCENT),
        Action::Softer => volume_by(app, -VOLUME_PERCENT),
        Action::Repeat => switch(app, "repeat", app.now.repeat),
        Action::Random => switch(app, "random", app.now.random),
        Action::Single => switch(app, "single", app.now.single != Once::Off),
        Action::Consume => switch(app, "consume", app.now.consume != Once::Off),
        Action::StopAfter => stop_after(app),
        Action::Queue => app.show(View::Queue),
        Action::Library => app.show(View::Library),
        Action::Search => app.show(View::Search),
        Action::Playlists => app.show(View::Playlists),
        Action::Playing => app.show(View::Playing),
        Action::NextView => app.show(app.view.beside(1)),
        Action::PreviousView => app.show(app.view.beside(-1)),
        Action::Command => app.begin_line(Typing::Command, Prompt::default()),
        Action::Filter => app.begin_filter(),
        Action::Meter => app.has_meter = !app.has_meter,
        Action::Scan => {
            let words = vec![Words::new("update")];
            app.asks
                .push(Ask::Do(words, Some("Looking for new music.".into())));
        }
        Action::Yes => answer(app, "yes"),
        Action::No => answer(app, "no"),
        Action::Help => show_help(app),
        Action::Redraw => app.is_stale = true,
        Action::Quit => app.quits = true,
    }
}

/// Whether the help took the action for itself.
fn close_help(app: &mut App, action: Action) -> bool {
    match action {
        Action::Help | Action::Quit | Action::Unmark | Action::Enter => app.help = None,
        Action::Up | Action::Down | Action::Top | Action::Bottom => return false,
        Action::PageUp | Action::PageDown | Action::HalfUp | Action::HalfDown => return false,
        Action::Redraw => return false,
        _ => {
            app.help = None;
            return false;
        }
    }
    true
}

fn show_help(app: &mut App) {
    let mut cursor = super::cursor::Cursor::default();
    cursor.begin(ACTIONS.len());
    app.help = Some(cursor);
    app.answer = None;
}

/// Marks first; where there are none, the filter.
fn let_go(app: &mut App) {
    if !app.cursor().unmark() {
        app.filter("");
    }
}

fn go(app: &mut App, go: impl FnOnce(&mut App)) {
    go(app);
    if app.help.is_none() && app.view == View::Library {
        let asks = app.library.moved();
        app.asks.extend(asks);
    }
}

fn go_left(app: &mut App) {
    match app.view {
        View::Library => app.library.go_left(),
        View::Playlists => app.playlists.is_inside = false,
        View::Playing => seek_by(app, -SEEK_S),
        View::Queue | View::Search => {}
    }
}

fn go_right(app: &mut App) {
    match app.view {
        View::Library => app.library.go_right(),
        View::Playlists => app.playlists.is_inside = app.playlists.of_rows.count() > 0,
        View::Playing => seek_by(app, SEEK_S),
        View::Queue | View::Search => {}
    }
}

/// In the library its artist, else its place in the queue.
fn find_current(app: &mut App) {
    app.filter("");
    match (app.view, &app.now.song, app.now.position) {
        (View::Library, Some(song), _) => {
            app.library.column = Column::Artists;
            app.library.artists.go_to(song.of_album());
            let ask = app.library.wants();
            app.asks.extend(ask);
        }
        (_, _, Some(at)) => {
            app.show(View::Queue);
            app.queue.cursor.go_to(at);
        }
        _ => app.say("Nothing plays."),
    }
}

/// Orders the server about.
pub fn order(app: &mut App, list: impl IntoIterator<Item = Words>) {
    app.asks.push(Ask::Do(list.into_iter().collect(), None));
}

fn toggle(app: &mut App) {
    let words = match app.now.state {
        State::Playing => Words::new("pause").with("1"),
        State::Paused => Words::new("pause").with("0"),
        State::Stopped => Words::new("play"),
    };
    order(app, [words]);
}

fn seek_by(app: &mut App, seconds: i64) {
    if app.now.state != State::Stopped {
        order(app, [Words::new("seekcur").with(format!("{seconds:+}"))]);
    }
}

fn volume_by(app: &mut App, percent: i64) {
    match app.now.volume {
        Some(_) => order(app, [Words::new("volume").with(format!("{percent:+}"))]),
        None => app.say("This output has no volume of its own."),
    }
}

fn switch(app: &mut App, name: &str, is_on: bool) {
    order(app, [Words::new(name).with(if is_on { "0" } else { "1" })]);
}

fn stop_after(app: &mut App) {
    let state = match app.now.single {
        Once::Oneshot => "0",
        Once::Off | Once::On => "oneshot",
    };
    order(app, [Words::new("single").with(state)]);
}

fn answer(app: &mut App, word: &str) {
    match app.standing.guard_asks {
        Some(_) => order(app, [Words::new("standin_answer").with(word)]),
        None => app.say("Nothing is asked just now."),
    }
}
