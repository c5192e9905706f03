//! Colours: the terminal's own, so that light and dark both keep their contrast; without colour, weight and reversal alone.

use ratatui::style::{Color, Modifier, Style};

/// How things look.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    has_colour: bool,
}

impl Theme {
    pub fn new(has_colour: bool) -> Self {
        Self { has_colour }
    }

    fn colour(self, colour: Color) -> Style {
        match self.has_colour {
            true => Style::new().fg(colour),
            false => Style::new(),
        }
    }

    /// What matters less.
    pub fn faint(self) -> Style {
        match self.has_colour {
            // The dim attribute is missing on some terminals, and the grey of others is unreadable on white.
            true => Style::new().add_modifier(Modifier::DIM),
            false => Style::new(),
        }
    }

    /// Headings.
    pub fn heading(self) -> Style {
        self.colour(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// The heading of a list, where someone is or is not.
    pub fn heading_of(self, is_here: bool) -> Style {
        match is_here {
            true => self.heading(),
            false => self.faint(),
        }
    }

    /// What plays.
    pub fn playing(self) -> Style {
        self.colour(Color::Green).add_modifier(Modifier::BOLD)
    }

    /// Bars of levels.
    pub fn bar(self) -> Style {
        self.colour(Color::Cyan)
    }

    /// The row where someone is, in the list where someone is.
    pub fn cursor(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Rows that are marked.
    pub fn marked(self) -> Style {
        self.colour(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    /// What is not as it should be.
    pub fn bad(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What wants a look.
    pub fn warns(self) -> Style {
        self.colour(Color::Yellow)
    }
}
