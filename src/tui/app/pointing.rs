//! What the mouse does: a click goes there, a second one means enter, the wheel moves, and the bar of the song's progress seeks.

use super::library::Column;
use super::{App, View};
use crate::mpd::remote::Words;
use crate::tui::action::Action;
use crate::tui::ask::Ask;
use crate::tui::paint::{List, Spot};

/// A second click within this long means enter. In ms.
const DOUBLE_CLICK_MS: u64 = 400;
/// Rows that the wheel moves by.
const WHEEL: isize = 3;

impl App {
    /// A click on a place, at this time of the screen's clock.
    pub fn click(&mut self, spot: Option<Spot>, at_ms: u64) {
        let is_second = self.clicked.is_some_and(|(at, last)| {
            Some(last) == spot && at_ms.saturating_sub(at) < DOUBLE_CLICK_MS
        });
        self.clicked = spot.filter(|_| !is_second).map(|spot| (at_ms, spot));
        match spot {
            Some(Spot::Tab(view)) => self.show(view),
            Some(Spot::Progress(part)) => self.seek_to(part),
            Some(Spot::Row(list, row)) => {
                self.go_into(list);
                self.search.types = false;
                self.prompt = None;
                self.cursor().go_to(row);
                self.looked_at();
                if is_second {
                    self.act(Action::Enter);
                }
            }
            None => {}
        }
    }

    /// The mouse moves with its button held.
    pub fn drag(&mut self, spot: Option<Spot>) {
        if let Some(Spot::Progress(part)) = spot {
            self.seek_to(part);
        }
    }

    /// The wheel turns over a place.
    pub fn wheel(&mut self, spot: Option<Spot>, down: bool) {
        match spot {
            Some(Spot::Row(list, _)) => self.go_into(list),
            Some(Spot::Progress(_)) => {
                return self.act(if down { Action::Back } else { Action::Forward });
            }
            _ => {}
        }
        self.cursor().go_by(if down { WHEEL } else { -WHEEL });
        self.looked_at();
    }

    /// `part`: in thousandths of the song.
    fn seek_to(&mut self, part: u16) {
        let Some(end_ms) = self.now.duration_ms else {
            return;
        };
        let seconds = end_ms as f64 * f64::from(part) / 1_000_000.0;
        let words = Words::new("seekcur").with(format!("{seconds:.3}"));
        self.asks.push(Ask::Do(vec![words], None));
    }

    /// What stands beside it in the library is another one then.
    fn looked_at(&mut self) {
        if self.view == View::Library && self.help.is_none() {
            let ask = self.library.moved();
            self.asks.extend(ask);
        }
    }

    fn go_into(&mut self, list: List) {
        match list {
            List::Artists => self.library.column = Column::Artists,
            List::Albums => self.library.column = Column::Albums,
            List::Songs => self.library.column = Column::Songs,
            List::Names => self.playlists.is_inside = false,
            List::Rows => self.playlists.is_inside = true,
            List::Queue | List::Found => {}
        }
    }
}
