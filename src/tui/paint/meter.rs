//! How loud it is: the spectrum of the real samples as bars, and the peak of each channel. It shows what was told and measures nothing.

use super::Brush;
use super::text::cut;
use crate::tui::app::App;
use crate::tui::app::current::FLOOR_DB;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Parts of a letter that is a bar.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Columns on both sides.
const MARGIN: u16 = 2;
/// The level from which on a peak is nearly too loud, in dB.
const HIGH_DB: f32 = -1.0;
/// Columns of the level in figures.
const FIGURES: usize = 9;

/// Bars of the spectrum, and a row of peaks below them.
pub fn meter(app: &App, brush: &Brush, area: Rect, frame: &mut Frame) {
    let bands = &app.current.levels.bands;
    if area.height < 2 || bands.is_empty() {
        return;
    }
    let columns = area.width.saturating_sub(2 * MARGIN);
    let bars = area.height - 1;
    let (wide, rest) = (
        usize::from(columns) / bands.len(),
        usize::from(columns) % bands.len(),
    );
    if wide == 0 {
        return;
    }
    for row in 0..bars {
        let mut line = String::new();
        for (number, db) in bands.iter().enumerate() {
            let eighths = (share(*db) * f32::from(bars) * 8.0) as u16;
            let above = eighths.saturating_sub((bars - 1 - row) * 8).min(8);
            // What is left over widens the first bars.
            let wide = wide + usize::from(number < rest);
            line.push_str(&EIGHTHS[usize::from(above)].repeat(wide.saturating_sub(1).max(1)));
            line.push_str(if wide > 1 { " " } else { "" });
        }
        let style = match f32::from(row) / f32::from(bars) {
            part if part < 0.25 => brush.theme.warns(),
            _ => brush.theme.bar(),
        };
        let place = Rect::new(area.x + MARGIN, area.y + row, columns, 1);
        frame.render_widget(Span::styled(line, style), place);
    }
    let place = Rect::new(area.x + MARGIN, area.bottom() - 1, columns, 1);
    frame.render_widget(peaks(app, brush, usize::from(columns)), place);
}

/// Each channel as a bar from the left, with its level in figures.
fn peaks(app: &App, brush: &Brush, columns: usize) -> Line<'static> {
    let peaks = &app.current.levels.peaks;
    let room = columns / peaks.len().max(1);
    let bar = room.saturating_sub(FIGURES + 3);
    let mut line = Vec::new();
    for db in peaks {
        let full = (share(*db) * bar as f32).round() as usize;
        let style = match *db >= HIGH_DB {
            true => brush.theme.bad(),
            false => brush.theme.bar(),
        };
        line.push(Span::styled("━".repeat(full), style));
        line.push(Span::styled("─".repeat(bar - full), brush.theme.faint()));
        let figures = match *db <= FLOOR_DB {
            true => format!("{:>FIGURES$}   ", "–"),
            false => format!("{:>FIGURES$}   ", format!("{db:.1} dB")),
        };
        line.push(Span::styled(
            cut(&figures, FIGURES + 3),
            Style::new().patch(brush.theme.faint()),
        ));
    }
    Line::from(line)
}

/// A level as a part of what is shown.
fn share(db: f32) -> f32 {
    ((db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.0)
}
