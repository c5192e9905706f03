//! The verbs of the command line as they are typed after `:`, with the words that they take there, as orders to the server or as
//! questions whose answer is shown. What else has a name is an action of the table of keys.

use super::does::{order, replace};
use super::{App, View};
use crate::mpd::remote::Words;
use crate::tui::ask::{Ask, for_words};
use crate::tui::row::Row;

/// All of them, for completion.
pub const NAMES: [&str; 43] = [
    "add",
    "clear",
    "clearerror",
    "consume",
    "crossfade",
    "current",
    "del",
    "disable",
    "enable",
    "guard",
    "insert",
    "load",
    "lsplaylists",
    "lyrics",
    "missing",
    "next",
    "outputs",
    "pause",
    "play",
    "playlist",
    "prev",
    "queue",
    "random",
    "rate",
    "ready",
    "rename",
    "repeat",
    "replaygain",
    "rescan",
    "rm",
    "save",
    "scan",
    "search",
    "seek",
    "shuffle",
    "single",
    "stats",
    "status",
    "stop",
    "toggle",
    "unpause",
    "volume",
    "why",
];

type Result = std::result::Result<(), String>;

/// Does what a verb with these words means; `None`: it is none, or an action by itself.
pub fn order_of(app: &mut App, verb: &str, args: &[String]) -> Option<Result> {
    let first = args.first().map(String::as_str);
    let all = args.join(" ");
    let result = match (verb, first) {
        ("play", Some(_)) => play(app, &all),
        ("add", Some(_)) => add(app, &all, false),
        ("insert", Some(_)) => add(app, &all, true),
        ("search" | "find", Some(_)) => {
            app.search_for(&all);
            Ok(())
        }
        ("pause", None) => say(app, &["pause", "1"]),
        ("unpause", None) => say(app, &["pause", "0"]),
        ("prev", None) => say(app, &["previous"]),
        ("seek", Some(place)) => seek(app, place),
        ("volume", Some(percent)) => volume(app, percent),
        ("random" | "repeat" | "single" | "consume", Some(state)) => switch(app, verb, state),
        ("crossfade", Some(seconds)) => say(app, &["crossfade", seconds]),
        ("replaygain", Some(mode)) => say(app, &["replay_gain_mode", mode]),
        ("del", Some(number)) => position(number).and_then(|at| say(app, &["delete", &at])),
        ("enable", Some(number)) => {
            position(number).and_then(|at| say(app, &["enableoutput", &at]))
        }
        ("disable", Some(number)) => {
            position(number).and_then(|at| say(app, &["disableoutput", &at]))
        }
        ("load", Some(_)) => load(app, &all),
        ("save", Some(_)) => say_and(
            app,
            &["save", &all],
            format!("The queue is kept as “{all}”."),
        ),
        ("rm", Some(_)) => say_and(app, &["rm", &all], format!("The list “{all}” is deleted.")),
        ("rename", Some(from)) => match args {
            [_, to] => say(app, &["rename", from, to]),
            _ => Err("rename takes two names: “quotes” hold one together.".into()),
        },
        ("clearerror", None) => say(app, &["clearerror"]),
        ("update", Some(folder)) => say(app, &["update", folder]),
        ("rescan", None) => say(app, &["rescan"]),
        ("guard", Some(mode)) => say(app, &["standin_guard", mode]),
        ("rate", Some(stars)) => rate(app, stars),
        ("lsplaylists" | "playlist", None) => {
            app.show(View::Playlists);
            Ok(())
        }
        ("lyrics" | "current", None) => {
            app.show(View::Playing);
            Ok(())
        }
        ("ready", None) => show(app, "Ready", &["standin_ready"]),
        ("guard", None) => show(app, "The guard", &["standin_guard"]),
        ("missing", None) => show(app, "Missing", &["standin_missing"]),
        ("missing", Some(_)) => show(app, "Missing", &["standin_missing", &all]),
        ("outputs", None) => show(app, "Outputs", &["outputs"]),
        ("stats", None) => show(app, "The library", &["stats"]),
        ("status", None) => show(app, "Status", &["status"]),
        ("why", None) => why(app),
        ("q", None) => {
            app.quits = true;
            Ok(())
        }
        _ => return None,
    };
    Some(result)
}

fn words(parts: &[&str]) -> Words {
    let (name, args) = parts.split_first().unwrap_or((&"ping", &[]));
    args.iter().fold(Words::new(name), Words::with)
}

fn say(app: &mut App, parts: &[&str]) -> Result {
    order(app, [words(parts)]);
    Ok(())
}

fn say_and(app: &mut App, parts: &[&str], done: String) -> Result {
    app.asks.push(Ask::Do(vec![words(parts)], Some(done)));
    Ok(())
}

fn show(app: &mut App, title: &str, parts: &[&str]) -> Result {
    app.asks.push(Ask::Show(title.to_owned(), words(parts)));
    Ok(())
}

/// A number plays that song of the queue; words, what they find.
fn play(app: &mut App, text: &str) -> Result {
    if let Ok(at) = position(text) {
        return say(app, &["play", &at]);
    }
    let list = vec![
        words(&["clear"]),
        for_words("searchadd", text),
        words(&["play"]),
    ];
    replace(
        app,
        list,
        &format!("Playing what “{text}” finds. u brings the queue back."),
    );
    Ok(())
}

fn add(app: &mut App, text: &str, is_next: bool) -> Result {
    if is_next && app.now.position.is_some() {
        let line = for_words("searchadd", text).with("position").with("+0");
        let done = format!("What “{text}” finds is next.");
        app.asks.push(Ask::Do(vec![line], Some(done)));
        return Ok(());
    }
    app.queue.added(app.now.queued);
    let done = format!("Added what “{text}” finds.");
    app.asks
        .push(Ask::Do(vec![for_words("searchadd", text)], Some(done)));
    Ok(())
}

fn load(app: &mut App, name: &str) -> Result {
    app.queue.added(app.now.queued);
    say_and(app, &["load", name], format!("Added the list “{name}”."))
}

/// `1:20`, `80`, `+30`, `-10`, `50%`.
fn seek(app: &mut App, place: &str) -> Result {
    let wrong = || format!("seek takes 1:20, 80, +30, -10 or 50%, not “{place}”.");
    let (sign, rest) = match place.chars().next() {
        Some(sign @ ('+' | '-')) => (sign.to_string(), &place[1..]),
        _ => (String::new(), place),
    };
    if let Some(percent) = rest.strip_suffix('%') {
        let percent: f64 = percent.parse().map_err(|_| wrong())?;
        let end_ms = app
            .now
            .duration_ms
            .ok_or("Nobody knows how long this song is.")?;
        let seconds = end_ms as f64 * percent.clamp(0.0, 100.0) / 100_000.0;
        return say(app, &["seekcur", &format!("{sign}{seconds:.3}")]);
    }
    let mut seconds = 0.0;
    for part in rest.split(':') {
        let part: f64 = part.parse().map_err(|_| wrong())?;
        seconds = seconds * 60.0 + part;
    }
    say(app, &["seekcur", &format!("{sign}{seconds}")])
}

/// `30` is that loud, `+5` louder by that.
fn volume(app: &mut App, percent: &str) -> Result {
    if percent.trim_end_matches('%').parse::<i16>().is_err() {
        return Err(format!(
            "volume takes 0 to 100, or +5, -5, not “{percent}”."
        ));
    }
    let percent = percent.trim_end_matches('%');
    match percent.starts_with(['+', '-']) {
        true => say(app, &["volume", percent]),
        false => say(app, &["setvol", percent]),
    }
}

fn switch(app: &mut App, name: &str, state: &str) -> Result {
    let state = match state {
        "on" | "1" => "1",
        "off" | "0" => "0",
        "once" | "oneshot" if matches!(name, "single" | "consume") => "oneshot",
        other => return Err(format!("{name} is on or off, not “{other}”.")),
    };
    say(app, &[name, state])
}

/// People count from 1, the wire from 0.
fn position(number: &str) -> std::result::Result<String, String> {
    match number.parse::<usize>() {
        Ok(number) if number > 0 => Ok((number - 1).to_string()),
        _ => Err(format!("“{number}” is no number of a row.")),
    }
}

/// The song that is looked at, in 0 to 5 stars.
fn rate(app: &mut App, stars: &str) -> Result {
    let wrong = || format!("rate takes 0 to 5 stars, halves too, not “{stars}”.");
    let number: f64 = stars.parse().map_err(|_| wrong())?;
    let halves = number * 2.0;
    if !(0.0..=10.0).contains(&halves) || halves.fract() != 0.0 {
        return Err(wrong());
    }
    let song = meant(app).ok_or("There is no song to rate.")?;
    let line = Words::new("sticker")
        .with("set")
        .with("song")
        .with(&song.uri);
    let line = line.with("rating").with(halves.to_string());
    let done = format!("“{}” has {stars} stars.", song.title);
    app.asks.push(Ask::Do(vec![line], Some(done)));
    Ok(())
}

/// Why the song plays as it does.
fn why(app: &mut App) -> Result {
    let id = app.now.song.as_ref().and_then(|song| song.id);
    let id = id.ok_or("Nothing plays.")?.to_string();
    show(app, "Why it plays", &["standin_why", &id])
}

/// The song that is looked at, else the one that plays.
fn meant(app: &App) -> Option<Row> {
    let looked_at = match app.view {
        View::Queue => app.queue.row(app.queue.cursor.at()).cloned(),
        View::Library => app.library.song(app.library.of_songs.at()).cloned(),
        View::Search => app.search.rows.get(app.search.cursor.at()).cloned(),
        View::Playlists => {
            let row = app.playlists.rows.get(&app.playlists.of_rows.at());
            row.map(|row| row.row.clone())
        }
        View::Playing => None,
    };
    let is_here = |row: &Row| !row.uri.is_empty();
    looked_at.filter(is_here).or_else(|| app.now.song.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::ask::Now;
    use crate::tui::keys::Keymap;

    fn ordered(line: &str) -> Vec<String> {
        let mut app = App::new(Keymap::new([]).0);
        app.now = Now {
            duration_ms: Some(200_000),
            position: Some(3),
            song: Some(Row {
                uri: b"M/a.ogg".to_vec(),
                id: Some(7),
                ..Row::default()
            }),
            ..Now::default()
        };
        app.run(line);
        if let Some(notice) = &app.notice {
            return vec![notice.text.clone()];
        }
        let lists = app.asks.into_iter().map(|ask| match ask {
            Ask::Do(list, _) | Ask::Replace(list, _) => list,
            Ask::Show(_, words) => vec![words],
            _ => Vec::new(),
        });
        lists.flatten().map(|words| words.to_string()).collect()
    }

    #[test]
    fn verbs_become_what_the_server_knows() {
        for (line, orders) in [
            ("play 3", &["play \"2\""][..]),
            (
                "play blue sky",
                &[
                    "clear",
                    "searchadd \"any\" \"blue\" \"any\" \"sky\"",
                    "play",
                ],
            ),
            (
                "insert blue",
                &["searchadd \"any\" \"blue\" \"position\" \"+0\""],
            ),
            ("volume 30", &["setvol \"30\""]),
            ("volume +5", &["volume \"+5\""]),
            ("seek 1:20", &["seekcur \"80\""]),
            ("seek -10", &["seekcur \"-10\""]),
            ("seek 50%", &["seekcur \"100.000\""]),
            ("single once", &["single \"oneshot\""]),
            (
                "rate 4.5",
                &["sticker \"set\" \"song\" \"M/a.ogg\" \"rating\" \"9\""],
            ),
            ("save a b", &["save \"a b\""]),
            ("rename \"a b\" c", &["rename \"a b\" \"c\""]),
            ("why", &["standin_why \"7\""]),
            ("missing", &["standin_missing"]),
            ("next", &["next"]),
        ] {
            assert_eq!(ordered(line), orders, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (line, told) in [
            (
                "seek soon",
                "seek takes 1:20, 80, +30, -10 or 50%, not “soon”.",
            ),
            (
                "volume loud",
                "volume takes 0 to 100, or +5, -5, not “loud”.",
            ),
            ("rate 7", "rate takes 0 to 5 stars, halves too, not “7”."),
            ("random maybe", "random is on or off, not “maybe”."),
            ("del 0", "“0” is no number of a row."),
            (
                "explode",
                "There is no “explode”. Tab completes, ? tells the keys.",
            ),
        ] {
            assert_eq!(ordered(line), [told], "{line}");
        }
    }

    #[test]
    fn what_is_completed_is_known() {
        for name in NAMES {
            let is_unknown = |line: &str| ordered(line).concat().starts_with("There is no “");
            assert!(
                !is_unknown(name) || !is_unknown(&format!("{name} 1")),
                "{name}"
            );
        }
    }
}
