//! What plays, large: its cover, the words that are sung or the songs that follow, and how loud it is.

use super::lists::{below, empty, upcoming};
use super::text::cut;
use super::{Brush, meter};
use crate::tui::app::App;
use crate::tui::row::Row;
use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Columns below which all stands in one column.
const NARROW: u16 = 72;
/// Rows of the names of what plays.
const NAMES: u16 = 6;
/// Rows below which no levels are shown.
const LOW: u16 = 14;

/// The view.
pub fn playing(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let Some(song) = app.now.song.clone() else {
        return empty(
            &[
                "Nothing plays.",
                "",
                "space plays the queue · 2 the library",
            ],
            brush.theme,
            area,
            frame,
        );
    };
    let has_meter = app.has_meter && app.standing.is_standin && area.height >= LOW;
    let rows = match has_meter {
        true => (area.height / 5).clamp(3, 12),
        false => 0,
    };
    let parts = [Constraint::Min(1), Constraint::Length(rows)];
    let [area, levels] = Layout::vertical(parts).areas(area);
    meter::meter(app, brush, levels, frame);
    if area.width < NARROW {
        let parts = [Constraint::Length(NAMES), Constraint::Min(0)];
        let [head, rest] = Layout::vertical(parts).areas(area);
        names(app, &song, brush, head, frame);
        return beside(app, brush, rest, frame);
    }
    let cover = (area.width * 2 / 5).min(2 * area.height.saturating_sub(NAMES));
    let parts = [Constraint::Length(cover.max(30) + 4), Constraint::Min(1)];
    let [left, right] = Layout::horizontal(parts).areas(area);
    whole(app, &song, brush, left, frame);
    beside(app, brush, right, frame);
}

/// The cover, and the names below it.
fn whole(app: &App, song: &Row, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let parts = [
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(NAMES),
    ];
    let [_, cover, below] = Layout::vertical(parts).areas(area);
    let cover = Rect {
        x: cover.x + 2,
        width: cover.width.saturating_sub(4),
        ..cover
    };
    let place = app
        .art
        .get(&song.uri)
        .and_then(|art| brush.covers.paint(art, cover, frame));
    let below = match place {
        Some(place) => Rect {
            y: place.bottom(),
            height: (area.bottom() - place.bottom()).min(NAMES),
            ..below
        },
        // Without a cover the names stand where it would.
        None => Rect {
            y: area.y,
            height: area.height.min(NAMES),
            ..below
        },
    };
    names(app, song, brush, below, frame);
}

fn names(app: &App, song: &Row, brush: &Brush, area: Rect, frame: &mut Frame) {
    let album = match song.date.is_empty() || song.album.is_empty() {
        true => song.album.clone(),
        false => format!("{} ({})", song.album, song.year()),
    };
    let lines = [
        (song.title.clone(), brush.theme.playing()),
        (song.artist.clone(), Style::new()),
        (album, Style::new()),
        (sound(app), brush.theme.faint()),
    ];
    let lines = lines.into_iter().filter(|(text, _)| !text.is_empty());
    let columns = area.width.saturating_sub(4);
    for (y, (text, style)) in (area.y + 1..area.bottom()).zip(lines) {
        let place = Rect::new(area.x + 2, y, columns, 1);
        frame.render_widget(Span::styled(cut(&text, usize::from(columns)), style), place);
    }
}

/// The words that are sung, else the songs that follow.
fn beside(app: &mut App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    if !app.current.lyrics.is_empty() {
        return lyrics(app, brush, area, frame);
    }
    if area.height > 3 && app.queue.cursor.count() > 0 {
        let area = below("  Queue".into(), brush.theme.heading(), area, frame);
        upcoming(app, brush, area, frame);
    }
}

/// The line that is sung in the middle; of words without times as many above as the song is far.
fn lyrics(app: &App, brush: &Brush, area: Rect, frame: &mut Frame) {
    let lines = &app.current.lyrics;
    let is_synced = lines.iter().any(|line| line.at_ms.is_some());
    let sung = app.current.sung_at(app.elapsed_ms(brush.at_ms));
    let height = usize::from(area.height);
    let (middle, skipped) = match is_synced {
        true => (height / 2, sung.unwrap_or(0)),
        false => (
            0,
            lines.len().saturating_sub(height) * part(app, brush.at_ms) / 1_000,
        ),
    };
    let (above, skipped) = (
        middle.saturating_sub(skipped),
        skipped.saturating_sub(middle),
    );
    let columns = area.width.saturating_sub(4);
    let rows = area.y + above as u16..area.bottom();
    for (y, (at, line)) in rows.zip(lines.iter().enumerate().skip(skipped)) {
        let style = match (is_synced, Some(at) == sung) {
            (true, true) => brush.theme.playing(),
            (true, false) => brush.theme.faint(),
            (false, _) => Style::new(),
        };
        let place = Rect::new(area.x + 2, y, columns, 1);
        let line = Line::styled(cut(&line.text, usize::from(columns)), style);
        frame.render_widget(line.alignment(Alignment::Center), place);
    }
}

/// How far the song is, in thousandths.
fn part(app: &App, at_ms: u64) -> usize {
    let end = app.now.duration_ms.unwrap_or(0).max(1);
    (app.elapsed_ms(at_ms) * 1_000 / end).min(1_000) as usize
}

/// Rate, width and channels as MPD tells them, in words.
fn sound(app: &App) -> String {
    let mut parts = app.now.audio.split(':');
    let rate = parts.next().and_then(|rate| rate.parse::<f64>().ok());
    let Some(rate) = rate else {
        return String::new();
    };
    let bits = match parts.next() {
        Some("f") => "float".to_owned(),
        Some("dsd") => "DSD".to_owned(),
        Some(bits) => format!("{bits} bit"),
        None => String::new(),
    };
    let channels = match parts.next() {
        Some("1") => "mono".to_owned(),
        Some("2") => "stereo".to_owned(),
        Some(count) => format!("{count} channels"),
        None => String::new(),
    };
    let rate = format!("{} kHz", rate / 1_000.0);
    let bitrate = app.now.bitrate.map(|kbit| format!("{kbit} kbit/s"));
    let mut parts = vec![rate, bits, channels];
    parts.extend(bitrate);
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}
