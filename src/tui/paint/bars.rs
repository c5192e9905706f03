//! What is always there: the tabs, the song that plays with its progress, and the line of how all stands, which gives its place to
//! what was just said and to a command that is typed.

use super::text::{cut, raw, thousands, width};
use super::theme::Theme;
use super::{Brush, View};
use crate::tui::app::{App, Typing};
use crate::tui::ask::{Once, State, Work};
use crate::tui::row::clock;
use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Margin, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Columns of the bar of long work.
const WORK_COLUMNS: u64 = 10;

/// The views, and the modes that are on.
pub fn tabs(app: &App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let mut line = Vec::new();
    let mut x = area.x;
    for (at, view) in View::ALL.into_iter().enumerate() {
        let text = format!(" {} {} ", at + 1, view.name());
        let columns = width(&text) as u16;
        let style = match app.view == view && app.help.is_none() {
            true => Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD),
            false => theme.faint(),
        };
        let tab = Rect::new(x, area.y, columns, 1).intersection(area);
        brush.spots.tabs.push((tab, view));
        line.push(Span::styled(text, style));
        x = x.saturating_add(columns);
    }
    frame.render_widget(Line::from(line), area);
    let modes = modes(app);
    let right = width(&modes) as u16;
    if x + right < area.right() {
        let modes = Line::styled(modes, theme.heading());
        frame.render_widget(modes.alignment(Alignment::Right), area);
    }
}

/// The modes that are on, and the volume.
fn modes(app: &App) -> String {
    let now = &app.now;
    let once = |mode: Once, name: &str| match mode {
        Once::Off => None,
        Once::On => Some(name.to_owned()),
        Once::Oneshot => Some(format!("{name} once")),
    };
    let mut modes: Vec<String> = Vec::new();
    modes.extend(now.repeat.then(|| "repeat".into()));
    modes.extend(now.random.then(|| "random".into()));
    modes.extend(once(now.single, "single"));
    modes.extend(once(now.consume, "consume"));
    modes.extend(now.volume.map(|volume| format!("vol {volume} %")));
    format!("{} ", modes.join(" · "))
}

/// A rule between what is looked at and what plays: which rows are left, and where someone is among them.
pub fn rule(app: &mut App, brush: &Brush, area: Rect, frame: &mut Frame) {
    if area.height == 0 {
        return;
    }
    let theme = brush.theme;
    let columns = usize::from(area.width);
    let rule = Span::styled("─".repeat(columns), theme.faint());
    frame.render_widget(rule, area);
    let filter = match app.filtered_by() {
        "" => String::new(),
        words => format!(" with “{words}” · esc shows all "),
    };
    if !filter.is_empty() && app.help.is_none() {
        let filter = Span::styled(cut(&filter, columns.saturating_sub(24)), theme.warns());
        frame.render_widget(filter, area.inner(Margin::new(2, 0)));
    }
    let (at, count) = (app.cursor().at(), app.cursor().count());
    if count > 0 && app.help.is_none() {
        let place = format!(
            " {} of {} ",
            thousands(at as u64 + 1),
            thousands(count as u64)
        );
        let place = Line::styled(place, theme.faint()).alignment(Alignment::Right);
        frame.render_widget(place, area.inner(Margin::new(2, 0)));
    }
}

/// The song that plays, and how far it is.
pub fn plays(app: &App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let [names, bar] = Layout::vertical([Constraint::Length(1); 2]).areas(area);
    let mark = match app.now.state {
        State::Playing => "▶",
        State::Paused => "‖",
        State::Stopped => "■",
    };
    let style = match app.now.state {
        State::Playing => theme.playing(),
        State::Paused | State::Stopped => theme.heading(),
    };
    let mut line = vec![Span::styled(format!(" {mark} "), style)];
    match &app.now.song {
        Some(song) => {
            let by = [song.artist.as_str(), song.album.as_str()];
            let by: Vec<&str> = by.into_iter().filter(|text| !text.is_empty()).collect();
            line.push(Span::styled(song.title.clone(), style));
            line.push(raw(format!("  {}", by.join(" – "))));
        }
        None => line.push(Span::styled("Nothing plays.", theme.faint())),
    }
    let line = Line::from(line);
    frame.render_widget(line, names);
    progress(app, brush, bar, frame);
}

fn progress(app: &App, brush: &mut Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    let elapsed = app.elapsed_ms(brush.at_ms);
    let Some(_) = app.now.song else {
        return;
    };
    let end = app.now.duration_ms;
    let before = format!(" {} ", clock(elapsed));
    let after = end.map_or(" ".into(), |end| format!(" {} ", clock(end)));
    let parts = [
        Constraint::Length(width(&before) as u16),
        Constraint::Min(1),
        Constraint::Length(width(&after) as u16),
    ];
    let [left, bar, right] = Layout::horizontal(parts).areas(area);
    frame.render_widget(raw(before), left);
    frame.render_widget(raw(after), right);
    let Some(end) = end.filter(|end| *end > 0) else {
        return;
    };
    let columns = u64::from(bar.width);
    let full = (elapsed * columns / end).min(columns) as usize;
    let line = vec![
        Span::styled("━".repeat(full), theme.playing()),
        Span::styled("─".repeat(columns as usize - full), theme.faint()),
    ];
    frame.render_widget(Line::from(line), bar);
    brush.spots.progress = Some(bar);
}

/// A command, else what was just said, else how all stands.
pub fn stands(app: &App, brush: &Brush, area: Rect, frame: &mut Frame) {
    let theme = brush.theme;
    if let Some(prompt) = &app.prompt {
        let before = match app.typing {
            Typing::Command => ":",
            Typing::Filter => " filter: ",
        };
        frame.render_widget(raw(format!("{before}{}", prompt.text())), area);
        let x = area.x + (width(before) + width(prompt.before())) as u16;
        let x = x.min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position { x, y: area.y });
        if let Some(notice) = &app.notice {
            let room = usize::from(area.width) / 2;
            let hint = Line::styled(cut(&notice.text, room), theme.faint());
            frame.render_widget(hint.alignment(Alignment::Right), area);
        }
        return;
    }
    let (text, style) = standing(app, theme);
    let text = cut(&text, usize::from(area.width).saturating_sub(1));
    frame.render_widget(Span::styled(format!(" {text}"), style), area);
    if app.notice.is_none() && app.lost.is_none() {
        let hint = "? help ";
        if usize::from(area.width) > width(&text) + width(hint) + 2 {
            let hint = Line::styled(hint, theme.faint());
            frame.render_widget(hint.alignment(Alignment::Right), area);
        }
    }
}

/// The one line that is always right, the worst first.
fn standing(app: &App, theme: Theme) -> (String, Style) {
    if let Some(why) = &app.lost {
        return (format!("No player: {why}"), theme.bad());
    }
    if let Some(notice) = &app.notice {
        let style = match notice.is_error {
            true => theme.bad(),
            false => Style::new(),
        };
        return (notice.text.clone(), style);
    }
    let standing = &app.standing;
    if let Some(asks) = &standing.guard_asks {
        return (format!("{asks}  Y yes · N no"), theme.warns());
    }
    if let Some(error) = app.now.error.as_ref().or(standing.output_error.as_ref()) {
        return (sentence(error), theme.bad());
    }
    if let Some(failed) = &standing.scan_failed {
        return (format!("The scan failed: {failed}."), theme.bad());
    }
    if let Some(says) = &standing.guard_says {
        return (says.clone(), theme.warns());
    }
    let mut parts = vec![songs(app)];
    parts.extend(standing.works.iter().map(work));
    if standing.works.is_empty() && app.now.scans {
        parts.push("scanning".into());
    }
    if !standing.guard.is_empty() && standing.guard != "off" {
        parts.push(format!(
            "guard: {} ({})",
            standing.guard, standing.guard_state
        ));
    }
    let style = match standing.songs_here < standing.songs {
        true => theme.warns(),
        false => theme.faint(),
    };
    (parts.join(" · "), style)
}

fn songs(app: &App) -> String {
    let (songs, here) = (app.standing.songs, app.standing.songs_here);
    match songs {
        0 => "No music is indexed: U looks for it".into(),
        1 if here == 1 => "Ready: 1 song".into(),
        _ if here == songs => format!("Ready: {} songs", thousands(songs)),
        _ => format!(
            "{} of {} songs are here: a folder is away",
            thousands(here),
            thousands(songs)
        ),
    }
}

/// What a program says of itself, as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(letters).collect();
    format!("{text}.")
}

/// Long work with how far it is.
fn work(work: &Work) -> String {
    let name = match work.name.as_str() {
        "scan" => "scanning",
        "verify" => "verifying",
        other => other,
    };
    let Some(total) = work.total.filter(|total| *total > 0) else {
        return format!("{name}: {}", thousands(work.done));
    };
    let done = work.done.min(total);
    let full = (done * WORK_COLUMNS / total) as usize;
    let bar = format!(
        "{}{}",
        "▰".repeat(full),
        "▱".repeat(WORK_COLUMNS as usize - full)
    );
    format!("{name} {bar} {} %", done * 100 / total)
}
