//! All that someone can do with the screen, in one table: the name that the config and the command line know, the keys that do it
//! at first, and the line of the help. It does nothing itself.

/// Something that a key, a click or a command does.
#[allow(missing_docs, reason = "the table says what each does")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    Top,
    Bottom,
    Left,
    Right,
    Enter,
    Mark,
    Unmark,
    Add,
    AddNext,
    Delete,
    MoveUp,
    MoveDown,
    Clear,
    Mix,
    Undo,
    FindCurrent,
    Toggle,
    Stop,
    Next,
    Previous,
    Forward,
    Back,
    Louder,
    Softer,
    Repeat,
    Random,
    Single,
    Consume,
    StopAfter,
    Queue,
    Library,
    Search,
    Playlists,
    Playing,
    NextView,
    PreviousView,
    Command,
    Filter,
    Meter,
    Help,
    Scan,
    Yes,
    No,
    Redraw,
    Quit,
}

/// What the help calls a group of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the headings say it")]
pub enum Group {
    Moving,
    Songs,
    Music,
    Views,
}

impl Group {
    /// All, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Music, Self::Songs, Self::Moving, Self::Views];

    /// Its heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moving => "Moving about",
            Self::Songs => "Songs and the queue",
            Self::Music => "The music",
            Self::Views => "The screen",
        }
    }
}

/// A line of the table.
pub struct Line {
    /// What it is about.
    pub action: Action,
    /// Under which heading it stands.
    pub group: Group,
    /// As the config and the command line know it.
    pub name: &'static str,
    /// The keys, with a space between them.
    pub keys: &'static str,
    /// What it does.
    pub help: &'static str,
}

const fn line(
    action: Action,
    group: Group,
    name: &'static str,
    keys: &'static str,
    help: &'static str,
) -> Line {
    Line {
        action,
        group,
        name,
        keys,
        help,
    }
}

/// Every action. The keys are those of mpc's, vim's and cmus' people where these agree.
#[rustfmt::skip]
pub const ACTIONS: &[Line] = &[
    line(Action::Toggle, Group::Music, "toggle", "space", "pause, or go on"),
    line(Action::Stop, Group::Music, "stop", "s", "stop"),
    line(Action::Next, Group::Music, "next", "n >", "the next song"),
    line(Action::Previous, Group::Music, "previous", "p <", "the song before"),
    line(Action::Forward, Group::Music, "forward", ". shift-right", "5 seconds on"),
    line(Action::Back, Group::Music, "back", ", shift-left", "5 seconds back"),
    line(Action::Louder, Group::Music, "louder", "+ =", "louder"),
    line(Action::Softer, Group::Music, "softer", "-", "softer"),
    line(Action::Repeat, Group::Music, "repeat", "r", "begin again at the end, or not"),
    line(Action::Random, Group::Music, "random", "z", "in a random order, or not"),
    line(Action::Single, Group::Music, "single", "y", "this song alone, or not"),
    line(Action::Consume, Group::Music, "consume", "C", "take songs out that were played, or not"),
    line(Action::StopAfter, Group::Music, "stop-after", "x", "stop when this song ends"),

    line(Action::Enter, Group::Songs, "enter", "enter", "play it, or open it"),
    line(Action::Add, Group::Songs, "add", "a", "add to the end of the queue"),
    line(Action::AddNext, Group::Songs, "add-next", "A", "play after this song"),
    line(Action::Mark, Group::Songs, "mark", "v insert", "mark the row, or not"),
    line(Action::Unmark, Group::Songs, "unmark", "V esc", "take all marks away, or the filter"),
    line(Action::Delete, Group::Songs, "delete", "d delete", "take out of the queue"),
    line(Action::MoveDown, Group::Songs, "move-down", "J ctrl-down", "move down in the queue"),
    line(Action::MoveUp, Group::Songs, "move-up", "K ctrl-up", "move up in the queue"),
    line(Action::Clear, Group::Songs, "clear", "D", "take everything out of the queue"),
    line(Action::Mix, Group::Songs, "shuffle", "S", "mix the queue"),
    line(Action::Undo, Group::Songs, "undo", "u ctrl-z", "undo the last change of the queue"),
    line(Action::FindCurrent, Group::Songs, "find-current", "o", "go to the song that plays"),

    line(Action::Down, Group::Moving, "down", "j down", "a row down"),
    line(Action::Up, Group::Moving, "up", "k up", "a row up"),
    line(Action::Left, Group::Moving, "left", "h left", "to the column on the left"),
    line(Action::Right, Group::Moving, "right", "l right", "to the column on the right"),
    line(Action::Top, Group::Moving, "top", "g home", "to the first row"),
    line(Action::Bottom, Group::Moving, "bottom", "G end", "to the last row"),
    line(Action::HalfDown, Group::Moving, "half-down", "ctrl-d", "half a page down"),
    line(Action::HalfUp, Group::Moving, "half-up", "ctrl-u", "half a page up"),
    line(Action::PageDown, Group::Moving, "page-down", "ctrl-f pgdown", "a page down"),
    line(Action::PageUp, Group::Moving, "page-up", "ctrl-b pgup", "a page up"),

    line(Action::Queue, Group::Views, "queue", "1", "the queue"),
    line(Action::Library, Group::Views, "library", "2", "the library"),
    line(Action::Search, Group::Views, "search", "/ 3", "search as you type"),
    line(Action::Playlists, Group::Views, "playlists", "4", "playlists"),
    line(Action::Playing, Group::Views, "playing", "5", "what plays"),
    line(Action::NextView, Group::Views, "next-view", "tab", "the next view"),
    line(Action::PreviousView, Group::Views, "previous-view", "backtab", "the view before"),
    line(Action::Command, Group::Views, "command", ":", "type a command"),
    line(Action::Filter, Group::Views, "filter", "f", "leave the rows that hold some letters"),
    line(Action::Meter, Group::Views, "meter", "m", "show how loud it is, or not"),
    line(Action::Scan, Group::Views, "scan", "U", "look for new music"),
    line(Action::Yes, Group::Views, "yes", "Y", "let standin step in, where it asks"),
    line(Action::No, Group::Views, "no", "N", "do not let it"),
    line(Action::Help, Group::Views, "help", "? f1", "this help"),
    line(Action::Redraw, Group::Views, "redraw", "ctrl-l", "draw the screen anew"),
    line(Action::Quit, Group::Views, "quit", "q ctrl-c", "end"),
];

impl Action {
    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        let line = ACTIONS.iter().find(|line| line.name == name)?;
        Some(line.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_actions_stand_once() {
        let names: HashSet<_> = ACTIONS.iter().map(|line| line.name).collect();
        let actions: HashSet<_> = ACTIONS.iter().map(|line| line.action).collect();
        assert_eq!((names.len(), actions.len()), (ACTIONS.len(), ACTIONS.len()));
        assert_eq!(Action::named("half-down"), Some(Action::HalfDown));
    }
}
