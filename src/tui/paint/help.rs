//! The help: every action with its keys, as the table and the config have them.

use super::Brush;
use super::text::{fit_right, width, wrap};
use crate::tui::action::{ACTIONS, Group};
use crate::tui::app::App;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

/// Columns of the keys.
const KEYS: usize = 16;

/// Columns of the names of an answer.
const WIDEST: usize = 24;

/// Columns on both sides of a name of an answer, and at the end of a line.
const MARGINS: usize = 5;

/// Columns that a line of the help takes.
const LINE: u16 = 62;

/// The help, in two columns where there is room for them.
pub fn help(app: &mut App, brush: &Brush, area: Rect, frame: &mut Frame) {
    let lines = match &app.answer {
        Some((title, answer)) => answered(title, answer, area.width, brush),
        None => lines(app, brush),
    };
    let Some(cursor) = &mut app.help else {
        return;
    };
    let columns = match app.answer {
        Some(_) => 1,
        None => (area.width / LINE).clamp(1, 2),
    };
    let (parts, rows) = match columns {
        1 => (vec![area], lines.len()),
        _ => {
            let parts = Layout::horizontal([Constraint::Fill(1); 2]).split(area);
            (
                parts.to_vec(),
                lines.len().div_ceil(2).max(usize::from(area.height)),
            )
        }
    };
    cursor.set_count(rows);
    cursor.set_height(usize::from(area.height));
    let seen = cursor.seen();
    for (number, part) in parts.into_iter().enumerate() {
        let shown = lines.iter().skip(number * rows).take(rows);
        let shown = shown.skip(seen.start).take(seen.len()).cloned();
        frame.render_widget(Text::from(shown.collect::<Vec<_>>()), part);
    }
}

/// What a question was answered.
fn answered(
    title: &str,
    answer: &[(String, String)],
    columns: u16,
    brush: &Brush,
) -> Vec<Line<'static>> {
    let wide = answer
        .iter()
        .map(|(name, _)| width(name))
        .max()
        .unwrap_or(0)
        .min(WIDEST);
    let mut lines = vec![
        Line::styled(format!(" {title}"), brush.theme.heading()),
        Line::default(),
    ];
    if answer.is_empty() {
        lines.push(Line::raw("  Nothing."));
    }
    // Nothing of an answer is cut off: what is too long goes on below.
    let room = usize::from(columns).saturating_sub(wide + MARGINS).max(1);
    for (name, value) in answer {
        let mut name = name.as_str();
        for part in wrap(value, room) {
            lines.push(Line::from(vec![
                Span::styled(
                    format!("  {}  ", fit_right(name, wide)),
                    brush.theme.faint(),
                ),
                Span::raw(part),
            ]));
            name = "";
        }
    }
    lines
}

fn lines(app: &App, brush: &Brush) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for group in Group::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(
            format!(" {}", group.name()),
            brush.theme.heading(),
        ));
        for line in ACTIONS.iter().filter(|line| line.group == group) {
            let keys = app.keys.keys_of(line.action).join(" ");
            lines.push(Line::from(vec![
                Span::styled(
                    format!(" {}", fit_right(&keys, KEYS)),
                    brush.theme.playing(),
                ),
                Span::raw(format!("  {}", line.help)),
                Span::styled(format!("  {}", line.name), brush.theme.faint()),
            ]));
        }
    }
    lines
}
