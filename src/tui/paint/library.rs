//! The library: artists, the albums of one, the songs of one album below its cover, side by side; on a narrow screen the column
//! where someone is.

use super::lists::{Look, below, divide, empty, rows};
use super::text::{Cell, cells, cut, thousands};
use super::theme::Theme;
use super::{Brush, List};
use crate::music::Printable;
use crate::tui::app::App;
use crate::tui::app::library::{Album, Column};
use crate::tui::row::clock;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

/// Columns of the screen below which one column of the library is shown.
const NARROW: u16 = 70;
/// Rows of the songs' column below which no album is shown above them.
const LOW: u16 = 14;
/// Columns of it below which none is.
const SLIM: u16 = 34;

/// The view.
pub fn library(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    match app.library.artists.all() {
        None => return empty(&["The library is being asked for."], theme, area, frame),
        Some([]) => return welcome(app, theme, area, frame),
        Some(_) => {}
    }
    if area.width < NARROW {
        return match app.library.column {
            Column::Artists => artists(app, brush, area, frame),
            Column::Albums => albums(app, brush, area, frame),
            Column::Songs => songs(app, brush, area, frame),
        };
    }
    let parts = [
        Constraint::Percentage(26),
        Constraint::Length(1),
        Constraint::Percentage(28),
        Constraint::Length(1),
        Constraint::Min(1),
    ];
    let [left, first, middle, second, right] = Layout::horizontal(parts).areas(area);
    divide(first, theme, frame);
    divide(second, theme, frame);
    artists(app, brush, left, frame);
    albums(app, brush, middle, frame);
    songs(app, brush, right, frame);
}

/// The first screen of somebody new.
pub fn welcome(app: &App, theme: Theme, area: Rect, frame: &mut Frame) {
    if !app.standing.works.is_empty() || app.now.scans {
        let lines = [
            "Looking for music …",
            "",
            "What is found shows here when it is done.",
        ];
        return empty(&lines, theme, area, frame);
    }
    let lines = [
        "Welcome to standin.",
        "",
        "No music is indexed yet.",
        "",
        "U   scans your music folder",
        "    `standin scan FOLDER` takes another one",
        "?   tells all keys",
        "q   ends",
    ];
    empty(&lines, theme, area, frame);
}

fn artists(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let library = &mut app.library;
    let is_here = library.column == Column::Artists;
    let area = below(
        "  Artists".into(),
        brush.theme.heading_of(is_here),
        area,
        frame,
    );
    let mut cursor = std::mem::take(&mut library.artists.cursor);
    rows(
        &mut cursor,
        is_here,
        brush.theme,
        area,
        frame,
        |at, columns| {
            let shown = match library.artists.get(at).unwrap_or_default() {
                "" => "(no artist)".to_owned(),
                name => Printable::new(name).to_string(),
            };
            Look::text(cut(&shown, columns))
        },
    );
    brush
        .spots
        .lists
        .push((area, List::Artists, cursor.seen().start));
    library.artists.cursor = cursor;
}

fn albums(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let library = &mut app.library;
    let is_here = library.column == Column::Albums;
    let area = below("  Albums".into(), theme.heading_of(is_here), area, frame);
    let all = &library.albums;
    rows(
        &mut library.of_albums,
        is_here,
        theme,
        area,
        frame,
        |at, columns| {
            let Some(album) = all.get(at) else {
                return Look::default();
            };
            let year = if columns < 20 || album.year.is_empty() {
                0
            } else {
                4
            };
            let room = columns.saturating_sub(year + usize::from(year > 0));
            let spans = cells(&[
                Cell::left(name(album), room),
                Cell::right(&album.year, year).styled(theme.faint()),
            ]);
            Look {
                spans,
                ..Look::default()
            }
        },
    );
    brush
        .spots
        .lists
        .push((area, List::Albums, library.of_albums.seen().start));
}

fn name(album: &Album) -> &str {
    match album.title.is_empty() {
        true => "(no album)",
        false => &album.title,
    }
}

fn songs(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let is_here = app.library.column == Column::Songs;
    let mut area = below("  Songs".into(), theme.heading_of(is_here), area, frame);
    if area.height >= LOW && area.width >= SLIM {
        area = album(app, brush, area, frame);
    }
    let mut cursor = std::mem::take(&mut app.library.of_songs);
    let playing = app.now.song.as_ref().map(|song| song.uri.as_slice());
    rows(&mut cursor, is_here, theme, area, frame, |at, columns| {
        let Some(song) = app.library.song(at) else {
            return Look::default();
        };
        let track = song
            .track
            .map(|track| track.to_string())
            .unwrap_or_default();
        let length = song.duration_ms.map(clock).unwrap_or_default();
        let spans = cells(&[
            Cell::right(&track, 3).styled(theme.faint()),
            Cell::left(&song.title, columns.saturating_sub(12)),
            Cell::right(&length, 7).styled(theme.faint()),
        ]);
        Look {
            spans,
            plays: playing == Some(&song.uri),
            ..Look::default()
        }
    });
    brush
        .spots
        .lists
        .push((area, List::Songs, cursor.seen().start));
    app.library.of_songs = cursor;
}

/// The album that is looked at with its cover; what is left below it.
fn album(app: &App, brush: &mut Brush, area: Rect, frame: &mut Frame) -> Rect {
    let (Some(album), Some(first)) = (app.library.meant_album(), app.library.song(0)) else {
        return area;
    };
    let height = (area.height / 3).clamp(5, 16);
    let parts = [
        Constraint::Length(height),
        Constraint::Length(1),
        Constraint::Min(1),
    ];
    let [head, _, rest] = Layout::vertical(parts).areas(area);
    let cover = Rect {
        x: head.x + 2,
        width: (2 * height).min(head.width / 2),
        ..head
    };
    let place = app
        .art
        .get(&first.uri)
        .and_then(|art| brush.covers.paint(art, cover, frame));
    let x = place.map_or(head.x + 2, |place| place.right() + 2);
    let words = Rect {
        x,
        width: head.right().saturating_sub(x + 1),
        ..head
    };
    let length_ms: u64 = album
        .songs
        .iter()
        .filter_map(|at| app.library.songs.get(*at)?.duration_ms)
        .sum();
    let count = match album.songs.len() {
        1 => "1 song".to_owned(),
        count => format!("{} songs", thousands(count as u64)),
    };
    let lines = [
        (name(album).to_owned(), brush.theme.heading()),
        (first.of_album().to_owned(), Default::default()),
        (album.year.clone(), brush.theme.faint()),
        (
            format!("{count} · {}", clock(length_ms)),
            brush.theme.faint(),
        ),
    ];
    let lines = lines.into_iter().filter(|(text, _)| !text.is_empty());
    for (y, (text, style)) in (words.y..words.bottom()).zip(lines) {
        let line = Rect {
            y,
            height: 1,
            ..words
        };
        frame.render_widget(
            Span::styled(cut(&text, usize::from(words.width)), style),
            line,
        );
    }
    match place {
        Some(_) => rest,
        // Without a cover the words are all there is.
        None => Rect {
            y: head.y + 5,
            height: area.height.saturating_sub(5),
            ..area
        },
    }
}
