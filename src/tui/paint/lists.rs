//! The lists of songs: the queue, what a search found, the rows of a playlist.

use super::text::{Cell, cells, cut, fit, raw, width};
use super::theme::Theme;
use super::{Brush, List};
use crate::tui::app::App;
use crate::tui::app::cursor::Cursor;
use crate::tui::ask::Plays;
use crate::tui::row::{Row, clock};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Columns of a length.
const LENGTH: usize = 7;

/// How a row looks.
#[derive(Default)]
pub struct Look {
    pub spans: Vec<Span<'static>>,
    pub style: Style,
    /// Whether it is what plays.
    pub plays: bool,
}

impl Look {
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            spans: vec![Span::raw(text.into())],
            ..Self::default()
        }
    }
}

/// Paints the rows that are seen: `look` gives each for so many columns.
pub fn rows(
    cursor: &mut Cursor,
    is_here: bool,
    theme: Theme,
    area: Rect,
    frame: &mut Frame,
    mut look: impl FnMut(usize, usize) -> Look,
) {
    cursor.set_height(usize::from(area.height));
    // One column for the mark, one beside it, and one at the end.
    let columns = usize::from(area.width).saturating_sub(3);
    for (y, at) in (area.y..).zip(cursor.seen()) {
        let Look {
            spans,
            mut style,
            plays,
        } = look(at, columns);
        let (is_marked, is_at) = (cursor.is_marked(at), at == cursor.at());
        if plays {
            style = style.patch(theme.playing());
        }
        if is_marked {
            style = style.patch(theme.marked());
        }
        let mark = match (is_marked, plays, is_at && !is_here) {
            (true, ..) => "●",
            (_, true, _) => "▶",
            (.., true) => "›",
            _ => " ",
        };
        let mut line = vec![Span::raw(format!("{mark} "))];
        line.extend(spans);
        let rest = columns + 3
            - line
                .iter()
                .map(|span| width(&span.content))
                .sum::<usize>()
                .min(columns + 3);
        line.push(Span::raw(" ".repeat(rest)));
        match (is_at, is_here) {
            (true, true) => {
                style = style.patch(theme.cursor());
                // What is faint elsewhere is read here.
                line.iter_mut().for_each(|span| span.style = Style::new());
            }
            (true, false) => style = style.add_modifier(Modifier::BOLD),
            (false, _) if plays || is_marked => {
                line.iter_mut().for_each(|span| span.style = Style::new())
            }
            (false, _) => {}
        }
        let place = Rect::new(area.x, y, area.width, 1);
        frame.render_widget(Line::from(line).style(style), place);
    }
}

/// A heading, and what is below it.
pub fn below(heading: String, style: Style, area: Rect, frame: &mut Frame) -> Rect {
    let [head, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let heading = fit(&heading, usize::from(head.width));
    frame.render_widget(Span::styled(heading, style), head);
    rest
}

/// A song in so many columns: title, artist and album, and its length.
pub fn song(row: &Row, columns: usize, theme: Theme) -> Vec<Span<'static>> {
    let length = row.duration_ms.map(clock).unwrap_or_default();
    let (title, artist, album) = shares(columns.saturating_sub(LENGTH + 1));
    let album = Cell::left(&row.album, album).styled(theme.faint());
    cells(&[
        Cell::left(&row.title, title),
        Cell::left(&row.artist, artist),
        album,
        Cell::right(&length, LENGTH.min(columns)).styled(theme.faint()),
    ])
}

/// Columns of title, artist and album: narrow screens show no album, and the narrowest no artist.
fn shares(columns: usize) -> (usize, usize, usize) {
    match columns {
        0..36 => (columns, 0, 0),
        36..66 => (columns * 3 / 5, columns - columns * 3 / 5 - 1, 0),
        _ => {
            let (title, artist) = (columns * 2 / 5, columns * 3 / 10);
            (title, artist, columns - title - artist - 2)
        }
    }
}

/// The names of the columns; `before`: columns of what stands before the title.
fn heading(columns: u16, before: usize) -> String {
    let columns = usize::from(columns).saturating_sub(3 + before);
    let (title, artist, album) = shares(columns.saturating_sub(LENGTH + 1));
    let parts = cells(&[
        Cell::left("Title", title),
        Cell::left("Artist", artist),
        Cell::left("Album", album),
        Cell::right("Length", LENGTH.min(columns)),
    ]);
    let text: String = parts.iter().map(|span| span.content.as_ref()).collect();
    format!("{}{text}", " ".repeat(2 + before))
}

/// The queue.
pub fn queue(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    if app.queue.cursor.count() == 0 {
        let lines: &[&str] = match app.queue.filtered_by() {
            "" if app.standing.songs == 0 => {
                return super::library::welcome(app, theme, area, frame);
            }
            "" => &[
                "The queue is empty.",
                "",
                "2 the library · / search · 4 playlists",
                ":play WORDS plays what they find.",
            ],
            _ => &["No song of the queue has these words."],
        };
        return empty(lines, theme, area, frame);
    }
    let digits = app.now.queued.to_string().len();
    let area = below(
        heading(area.width, digits + 2),
        theme.heading(),
        area,
        frame,
    );
    upcoming(app, brush, area, frame);
}

/// Songs of the queue, each with its number.
pub fn upcoming(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let digits = app.now.queued.to_string().len();
    let plays = app.now.position;
    // The rows are taken out for as long as they are painted.
    let mut cursor = std::mem::take(&mut app.queue.cursor);
    rows(&mut cursor, true, theme, area, frame, |at, columns| {
        let Some(row) = app.queue.row(at) else {
            return Look::text("…");
        };
        let place = app.queue.place(at).unwrap_or(at);
        let number = format!("{:>digits$}  ", place + 1);
        let mut spans = vec![Span::styled(number, theme.faint())];
        spans.extend(song(row, columns.saturating_sub(digits + 2), theme));
        Look {
            spans,
            plays: plays == Some(place),
            ..Look::default()
        }
    });
    brush
        .spots
        .lists
        .push((area, List::Queue, cursor.seen().start));
    app.queue.cursor = cursor;
}

/// A search as it is typed, and what it finds.
pub fn search(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let [line, area] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let search = &mut app.search;
    let prefix = "  / ";
    let text = search.prompt.text();
    let words = vec![Span::styled(prefix, theme.heading()), raw(text)];
    frame.render_widget(Line::from(words), line);
    if search.types && app.prompt.is_none() {
        let x = line.x + (width(prefix) + width(search.prompt.before())) as u16;
        let x = x.min(line.right().saturating_sub(1));
        frame.set_cursor_position(Position { x, y: line.y });
    }
    if search.prompt.text().trim().is_empty() {
        let lines = [
            "Type words of a title, an artist or an album.",
            "",
            "Everything that has all of them is found while you type.",
            "A filter works too: (genre == \"Jazz\")",
            "enter leaves the line · a adds · enter again plays",
        ];
        return empty(&lines, theme, area, frame);
    }
    if search.rows.is_empty() && search.found_by == search.prompt.text().trim() {
        return empty(&["Nothing is found."], theme, area, frame);
    }
    let area = below(heading(area.width, 0), theme.heading(), area, frame);
    let found = &search.rows;
    let is_here = !search.types;
    let playing = app.now.song.as_ref().map(|song| song.uri.as_slice());
    rows(
        &mut search.cursor,
        is_here,
        theme,
        area,
        frame,
        |at, columns| {
            found.get(at).map_or_else(Look::default, |row| Look {
                spans: song(row, columns, theme),
                plays: playing == Some(&row.uri),
                ..Look::default()
            })
        },
    );
    brush
        .spots
        .lists
        .push((area, List::Found, search.cursor.seen().start));
}

/// The playlists, and the rows of one with what will play.
pub fn playlists(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let lists = &mut app.playlists;
    if lists.names.all().is_none_or(<[String]>::is_empty) {
        let lines = [
            "There is no playlist yet.",
            "",
            ":save NAME keeps the queue as one.",
            "`standin import FILE` brings those of a streaming service.",
        ];
        return empty(&lines, theme, area, frame);
    }
    let parts = [
        Constraint::Percentage(26),
        Constraint::Length(1),
        Constraint::Min(1),
    ];
    let [left, gap, right] = Layout::horizontal(parts).areas(area);
    divide(gap, theme, frame);
    let left = below(
        "  Playlists".into(),
        theme.heading_of(!lists.is_inside),
        left,
        frame,
    );
    let mut cursor = std::mem::take(&mut lists.names.cursor);
    rows(
        &mut cursor,
        !lists.is_inside,
        theme,
        left,
        frame,
        |at, columns| Look::text(cut(lists.names.get(at).unwrap_or_default(), columns)),
    );
    brush
        .spots
        .lists
        .push((left, List::Names, cursor.seen().start));
    lists.names.cursor = cursor;
    let heading = format!("  {}", legend(usize::from(right.width)));
    let right = below(heading, theme.heading_of(lists.is_inside), right, frame);
    let held = &lists.rows;
    rows(
        &mut lists.of_rows,
        lists.is_inside,
        theme,
        right,
        frame,
        |at, columns| {
            let Some(row) = held.get(&at) else {
                return Look::text("…");
            };
            let (mark, style) = plays(row.plays, theme);
            let mut spans = vec![Span::styled(format!("{mark} "), style)];
            spans.extend(song(&row.row, columns.saturating_sub(2), theme));
            Look {
                spans,
                style,
                plays: false,
            }
        },
    );
    brush
        .spots
        .lists
        .push((right, List::Rows, lists.of_rows.seen().start));
}

/// A rule between two columns.
pub fn divide(area: Rect, theme: Theme, frame: &mut Frame) {
    for y in area.top()..area.bottom() {
        frame.render_widget(
            Span::styled("│", theme.faint()),
            Rect {
                y,
                height: 1,
                ..area
            },
        );
    }
}

/// What the marks before the rows mean.
fn legend(columns: usize) -> String {
    let long = "What plays:  = this very song   ~ most likely it   ≈ a stand-in   × missing";
    let short = "= exact  ~ likely  ≈ stand-in  × missing";
    let fits = |text: &&str| width(text) + 2 < columns;
    [long, short]
        .into_iter()
        .find(fits)
        .unwrap_or("Songs")
        .into()
}

fn plays(plays: Plays, theme: Theme) -> (&'static str, Style) {
    match plays {
        Plays::Exact => ("=", Style::new()),
        Plays::Likely => ("~", Style::new()),
        Plays::StandIn => ("≈", theme.warns()),
        Plays::Missing => ("×", theme.faint()),
    }
}

/// Some lines in the middle of nothing: a heading, and what stands below it as one block.
pub fn empty(lines: &[&str], theme: Theme, area: Rect, frame: &mut Frame) {
    let columns = usize::from(area.width);
    let first = area.y + area.height.saturating_sub(lines.len() as u16) / 3;
    let block = lines
        .iter()
        .skip(1)
        .map(|line| width(line))
        .max()
        .unwrap_or(0);
    for (y, (number, text)) in (first..area.bottom()).zip(lines.iter().enumerate()) {
        let (wide, style) = match number {
            0 => (width(text), theme.heading()),
            _ => (block, theme.faint()),
        };
        let x = columns.saturating_sub(wide) / 2;
        let text = cut(text, columns - x);
        let place = Rect::new(area.x + x as u16, y, area.width - x as u16, 1);
        frame.render_widget(Span::styled(text, style), place);
    }
}
