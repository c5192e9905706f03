//! Songs that are played, added, moved and taken out: which ones an action is about in each view, and the orders for it.

use super::order;
use crate::mpd::remote::Words;
use crate::tui::app::library::Column;
use crate::tui::app::{App, View};
use crate::tui::ask::{Ask, Plays};
use crate::tui::row::Row;

/// Songs that one order adds.
const MAX_ADDED: usize = 20_000;

/// Plays what is meant: in the queue from there on, else in the queue's place.
pub fn enter(app: &mut App) {
    match app.view {
        View::Queue | View::Playing => {
            if let Some(place) = app.queue.place(app.queue.cursor.at()) {
                order(app, [Words::new("play").with(place.to_string())]);
            }
        }
        View::Library if app.library.column != Column::Songs => app.library.go_right(),
        View::Library => play_album(app),
        View::Search => play_found(app),
        View::Playlists => play_list(app),
    }
}

/// The album of a song, from that song on.
fn play_album(app: &mut App) {
    let from = app.library.of_songs.at();
    let songs: Vec<Row> = (0..app.library.of_songs.count())
        .filter_map(|at| app.library.song(at).cloned())
        .collect();
    let origin = songs.first().map(|row| row.album.clone());
    play(app, &songs, from, origin.as_deref());
}

fn play_found(app: &mut App) {
    let (songs, from) = match app.search.cursor.chosen().as_slice() {
        [_] => (app.search.rows.clone(), app.search.cursor.at()),
        _ => (app.search.chosen(), 0),
    };
    play(app, &songs, from, None);
}

fn play(app: &mut App, songs: &[Row], from: usize, what: Option<&str>) {
    if songs.is_empty() {
        return;
    }
    let name = what
        .filter(|name| !name.is_empty())
        .unwrap_or(&songs[from.min(songs.len() - 1)].title);
    let said = format!("Playing “{name}”. u brings the queue back.");
    let add = |row: &Row| Words::new("add").with(&row.uri);
    let mut list = vec![Words::new("clear")];
    list.extend(songs.iter().take(MAX_ADDED).map(add));
    list.push(Words::new("play").with(from.to_string()));
    replace(app, list, &said);
}

/// Puts something else in the queue's place, which can be undone.
pub fn replace(app: &mut App, list: Vec<Words>, said: &str) {
    app.asks.push(Ask::Replace(list, Some(said.to_owned())));
}

fn play_list(app: &mut App) {
    let Some(name) = app.playlists.names.meant().map(str::to_owned) else {
        return;
    };
    let from = match app.playlists.is_inside {
        true => app.playlists.of_rows.at(),
        false => 0,
    };
    // Rows that do not play are not loaded: those before count where the list is told with its verdicts.
    let before = app.playlists.rows.range(..from);
    let silent = before.filter(|(_, row)| row.plays == Plays::Missing);
    let at = from - silent.count();
    let list = vec![
        Words::new("clear"),
        Words::new("load").with(&name),
        Words::new("play").with(at.to_string()),
    ];
    let said = format!("Playing the list “{name}”. u brings the queue back.");
    replace(app, list, &said);
}

/// Adds what is chosen. `place`: where in the queue; `None`: at its end.
pub fn add(app: &mut App, place: Option<&str>) {
    if app.view == View::Playlists && !app.playlists.is_inside {
        return add_list(app, place);
    }
    if app.view == View::Library && app.library.column == Column::Artists {
        return add_artists(app, place);
    }
    let songs = match app.view {
        View::Library => app.library.chosen(),
        View::Search => app.search.chosen(),
        View::Playlists => {
            let chosen = app.playlists.of_rows.chosen();
            let rows = chosen.iter().filter_map(|at| app.playlists.rows.get(at));
            rows.map(|row| row.row.clone())
                .filter(|row| !row.uri.is_empty())
                .collect()
        }
        View::Queue | View::Playing => return,
    };
    app.cursor().unmark();
    if songs.is_empty() {
        return app.complain("Nothing there plays.");
    }
    let songs = &songs[..songs.len().min(MAX_ADDED)];
    // What goes behind the song that plays goes there from the last on.
    let place = place.filter(|_| app.now.position.is_some());
    let list = match place {
        None => songs
            .iter()
            .map(|row| Words::new("add").with(&row.uri))
            .collect(),
        Some(place) => {
            let add = |row: &Row| Words::new("addid").with(&row.uri).with(place);
            songs.iter().rev().map(add).collect()
        }
    };
    if place.is_none() {
        app.queue.added(app.now.queued);
    }
    let what = match songs {
        [one] => format!("“{}”", one.title),
        many => format!("{} songs", many.len()),
    };
    let said = match place {
        None => format!("Added {what}."),
        Some(_) => format!("{what} next."),
    };
    app.asks.push(Ask::Do(list, Some(said)));
}

/// All songs of the chosen artists, whom the server knows by name.
fn add_artists(app: &mut App, place: Option<&str>) {
    let chosen = app.library.artists.chosen();
    app.cursor().unmark();
    let what = match chosen.as_slice() {
        [] => return,
        [one] if one.is_empty() => "the songs without an artist".to_owned(),
        [one] => format!("all of {one}"),
        many => format!("all of {} artists", many.len()),
    };
    let place = place.filter(|_| app.now.position.is_some());
    let find = |artist: &String| {
        let words = Words::new("findadd").with("albumartist").with(artist);
        let words = words.with("sort").with("Date");
        match place {
            Some(place) => words.with("position").with(place),
            None => words,
        }
    };
    let list = match place {
        None => chosen.iter().map(find).collect(),
        Some(_) => chosen.iter().rev().map(find).collect(),
    };
    if place.is_none() {
        app.queue.added(app.now.queued);
    }
    app.asks.push(Ask::Do(list, Some(format!("Added {what}."))));
}

fn add_list(app: &mut App, place: Option<&str>) {
    let Some(name) = app.playlists.names.meant().map(str::to_owned) else {
        return;
    };
    let mut words = Words::new("load").with(&name);
    match place.filter(|_| app.now.position.is_some()) {
        Some(place) => words = words.with("0:").with(place),
        None => app.queue.added(app.now.queued),
    }
    app.asks.push(Ask::Do(
        vec![words],
        Some(format!("Added the list “{name}”.")),
    ));
}

pub fn delete(app: &mut App) {
    match app.view {
        View::Queue | View::Playing => {
            let ask = app.queue.delete();
            app.asks.extend(ask);
        }
        _ => app.say("Songs are taken out of the queue, with 1."),
    }
}

pub fn shift(app: &mut App, down: bool) {
    if app.view == View::Queue {
        let ask = app.queue.shift(down);
        app.asks.extend(ask);
    }
}

/// Takes everything out.
pub fn clear(app: &mut App) {
    app.queue.cursor.unmark();
    if app.now.queued > 0 {
        replace(
            app,
            vec![Words::new("clear")],
            "The queue is empty. u brings it back.",
        );
    }
}

/// Undoes the last change of the queue.
pub fn undo(app: &mut App) {
    match app.queue.undo() {
        Some(ask) => app.asks.push(ask),
        None => app.say("There is nothing to undo."),
    }
}
