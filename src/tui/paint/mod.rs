//! The screen as a picture of what the app knows: tabs above, a view, what plays and one line of how all stands below. It changes
//! nothing but what only the screen knows: how many rows fit, and where a click would land.

mod bars;
pub mod covers;
mod help;
mod library;
mod lists;
mod meter;
mod playing;
pub mod text;
pub mod theme;

use super::app::{App, View};
use covers::Covers;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use theme::Theme;

/// What the picture is painted with, and what is remembered of it.
pub struct Brush<'a> {
    pub theme: Theme,
    /// The screen's clock.
    pub at_ms: u64,
    pub covers: &'a mut Covers,
    pub spots: Spots,
}

/// What a click is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Tab(View),
    /// A row of a list; which list.
    Row(List, usize),
    /// The bar of the song's progress, in thousandths of it.
    Progress(u16),
}

/// A list on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Queue,
    Artists,
    Albums,
    Songs,
    Found,
    Names,
    Rows,
}

/// What was painted where.
#[derive(Debug, Default)]
pub struct Spots {
    tabs: Vec<(Rect, View)>,
    lists: Vec<(Rect, List, usize)>,
    progress: Option<Rect>,
}

impl Spots {
    /// What stands at a place.
    pub fn at(&self, x: u16, y: u16) -> Option<Spot> {
        let place = Position { x, y };
        if let Some(bar) = self.progress.filter(|bar| bar.contains(place)) {
            let part = u32::from(x - bar.x) * 1_000 / u32::from(bar.width.max(1));
            return Some(Spot::Progress(part as u16));
        }
        let tab = self.tabs.iter().find(|(area, _)| area.contains(place));
        let list = || self.lists.iter().find(|(area, ..)| area.contains(place));
        let row = |(area, list, top): &(Rect, List, usize)| {
            Spot::Row(*list, top + usize::from(y - area.y))
        };
        tab.map(|(_, view)| Spot::Tab(*view))
            .or_else(|| list().map(row))
    }
}

/// The least that is worth painting.
const LEAST: (u16, u16) = (20, 6);

/// Rows of a screen below which nothing is spent on rules.
const LOW: u16 = 12;

/// Paints the whole screen.
pub fn paint(app: &mut App, brush: &mut Brush, frame: &mut Frame) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let line = text::cut("too small", usize::from(area.width));
        return frame.render_widget(text::raw(line), area);
    }
    let rows = [
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(u16::from(area.height >= LOW)),
        Constraint::Length(2),
        Constraint::Length(1),
    ];
    let [tabs, view, rule, plays, stands] = Layout::vertical(rows).areas(area);
    bars::tabs(app, brush, tabs, frame);
    match app.help {
        Some(_) => help::help(app, brush, view, frame),
        None => match app.view {
            View::Queue => lists::queue(app, brush, view, frame),
            View::Library => library::library(app, brush, view, frame),
            View::Search => lists::search(app, brush, view, frame),
            View::Playlists => lists::playlists(app, brush, view, frame),
            View::Playing => playing::playing(app, brush, view, frame),
        },
    }
    bars::rule(app, brush, rule, frame);
    bars::plays(app, brush, plays, frame);
    bars::stands(app, brush, stands, frame);
}
