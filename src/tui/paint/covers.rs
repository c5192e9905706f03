//! Covers on the screen: as kitty, sixel or iTerm2 draw pictures, where the terminal is known for it, else as half blocks. Which it
//! is comes from what the terminal says of itself in the environment: a question on its line would steal keys that are typed
//! meanwhile, and some never answer.

use crate::tui::cover::Picture;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::Protocol;
use ratatui_image::{FontSize, Image, Resize};
use std::collections::VecDeque;

/// Pictures of a size that are held as the terminal takes them.
const MAX_HELD: usize = 4;

/// Pixels of a letter where the terminal does not tell: a picture is a little too large or too small then.
const CELL: (u16, u16) = (10, 20);

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// As the terminal is known for.
    #[default]
    Auto,
    /// By kitty's graphics.
    Kitty,
    /// By DEC's sixels.
    Sixel,
    /// By iTerm2's inline images.
    Iterm2,
    /// Two pixels in a letter.
    Blocks,
    /// Not at all.
    None,
}

impl Pictures {
    /// All, as the config writes them.
    pub const ALL: [(&str, Self); 6] = [
        ("auto", Self::Auto),
        ("kitty", Self::Kitty),
        ("sixel", Self::Sixel),
        ("iterm2", Self::Iterm2),
        ("blocks", Self::Blocks),
        ("none", Self::None),
    ];

    /// What a terminal is known for that says this of itself. `of`: a variable of the environment.
    fn known(of: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str, values: &[&str]| {
            let value = of(name).unwrap_or_default().to_lowercase();
            values.iter().any(|known| value.contains(known))
        };
        // A multiplexer shows letters only, unless it is told otherwise.
        if of("TMUX").is_some() || is("TERM", &["screen", "tmux"]) {
            return Self::Blocks;
        }
        if of("KITTY_WINDOW_ID").is_some() || is("TERM", &["kitty", "ghostty"]) {
            return Self::Kitty;
        }
        if is("TERM_PROGRAM", &["ghostty"]) || of("KONSOLE_VERSION").is_some() {
            return Self::Kitty;
        }
        if is(
            "TERM_PROGRAM",
            &["wezterm", "iterm", "vscode", "mintty", "rio"],
        ) {
            return Self::Iterm2;
        }
        match is("TERM", &["foot", "mlterm", "sixel", "yaft"]) || of("WT_SESSION").is_some() {
            true => Self::Sixel,
            false => Self::Blocks,
        }
    }
}

/// Covers as this terminal takes them.
pub struct Covers {
    picker: Option<Picker>,
    held: VecDeque<Held>,
}

struct Held {
    of: Picture,
    size: Size,
    picture: Protocol,
}

impl Covers {
    /// `cell`: pixels of a letter, where the terminal tells.
    pub fn new(pictures: Pictures, cell: Option<(u16, u16)>) -> Self {
        let meant = match pictures {
            Pictures::Auto => Pictures::known(|name| std::env::var(name).ok()),
            meant => meant,
        };
        Self {
            picker: picker(meant, cell),
            held: VecDeque::new(),
        }
    }

    /// Whether any are shown.
    pub fn are_shown(&self) -> bool {
        self.picker.is_some()
    }

    /// Paints a cover as large as it fits; where it stands.
    pub fn paint(&mut self, picture: &Picture, area: Rect, frame: &mut Frame) -> Option<Rect> {
        let size = area.as_size();
        let at = self
            .held
            .iter()
            .position(|held| held.of.is(picture) && held.size == size);
        let held = match at {
            Some(at) => self.held.remove(at)?,
            None => self.made(picture, size)?,
        };
        let taken = held.picture.size();
        let place = Rect {
            x: area.x,
            y: area.y,
            width: taken.width.min(area.width),
            height: taken.height.min(area.height),
        };
        frame.render_widget(Image::new(&held.picture), place);
        self.held.push_front(held);
        self.held.truncate(MAX_HELD);
        Some(place)
    }

    fn made(&self, cover: &Picture, size: Size) -> Option<Held> {
        let pixels = cover.pixels().as_ref().clone();
        let smooth = Some(ratatui_image::FilterType::Triangle);
        let picture = self
            .picker
            .as_ref()?
            .new_protocol(pixels, size, Resize::Scale(smooth));
        Some(Held {
            of: cover.clone(),
            size,
            picture: picture.ok()?,
        })
    }
}

fn picker(meant: Pictures, cell: Option<(u16, u16)>) -> Option<Picker> {
    let kind = match meant {
        Pictures::None => return None,
        Pictures::Auto | Pictures::Blocks => return Some(Picker::halfblocks()),
        Pictures::Kitty => ProtocolType::Kitty,
        Pictures::Sixel => ProtocolType::Sixel,
        Pictures::Iterm2 => ProtocolType::Iterm2,
    };
    let (width, height) = cell.unwrap_or(CELL);
    #[expect(
        deprecated,
        reason = "the other way asks the terminal on the line that keys come by"
    )]
    let mut picker = Picker::from_fontsize(FontSize::new(width, height));
    picker.set_protocol_type(kind);
    Some(picker)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(environment: &[(&str, &str)]) -> Pictures {
        Pictures::known(|name| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// What is written for a cover.
    fn written(pictures: Pictures) -> String {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let shades = |x, y| image::Rgb([x as u8 * 4, y as u8 * 4, 99]);
        let image = image::RgbImage::from_fn(64, 64, shades);
        image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let picture = Picture::open(bytes.get_ref()).unwrap();
        let mut covers = Covers::new(pictures, Some((8, 16)));
        let backend = ratatui::backend::TestBackend::new(40, 12);
        let mut terminal = ratatui::Terminal::new(backend).unwrap();
        let area = Rect::new(0, 0, 20, 10);
        let mut place = None;
        terminal
            .draw(|frame| place = covers.paint(&picture, area, frame))
            .unwrap();
        assert_eq!(place, Some(area), "a square of 20 columns has 10 rows");
        let cells = &terminal.backend().buffer().content;
        cells.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn each_terminal_gets_a_picture_in_its_own_way() {
        assert!(written(Pictures::Kitty).contains("\x1b_G"));
        assert!(written(Pictures::Sixel).contains("\x1bP"));
        assert!(written(Pictures::Iterm2).contains("\x1b]1337;File="));
        let blocks = written(Pictures::Blocks);
        assert!(
            blocks.contains(['▀', '▄']) && !blocks.contains('\x1b'),
            "{blocks}"
        );
        assert!(!Covers::new(Pictures::None, None).are_shown());
    }

    #[test]
    fn terminals_are_known_by_what_they_say_of_themselves() {
        for (environment, meant) in [
            (&[("TERM", "xterm-kitty")][..], Pictures::Kitty),
            (&[("TERM_PROGRAM", "ghostty")], Pictures::Kitty),
            (&[("TERM_PROGRAM", "iTerm.app")], Pictures::Iterm2),
            (&[("TERM_PROGRAM", "WezTerm")], Pictures::Iterm2),
            (&[("TERM", "foot-extra")], Pictures::Sixel),
            (&[("TERM", "xterm-256color")], Pictures::Blocks),
            (
                &[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")],
                Pictures::Blocks,
            ),
            (&[], Pictures::Blocks),
        ] {
            assert_eq!(known(environment), meant, "{environment:?}");
        }
    }
}
