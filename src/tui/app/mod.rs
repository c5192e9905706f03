//! All that the screen knows and how it changes: what someone does and what the server tells come in, what to ask comes out.
//! Pure: no terminal, no socket, no thread and no clock stand here.

pub mod art;
pub mod current;
pub mod cursor;
mod does;
pub mod library;
mod line;
mod names;
mod pages;
pub mod playlists;
mod pointing;
pub mod prompt;
pub mod queue;
pub mod search;
mod verbs;

use super::action::Action;
use super::ask::{Ask, Now, Standing, State, Told};
use super::keys::Keymap;
use super::paint::Spot;
use art::Art;
use current::Current;
use cursor::Cursor;
use library::Library;
use playlists::Playlists;
use prompt::Prompt;
use queue::Queue;
use search::Search;

/// A page of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    Queue,
    #[default]
    Library,
    Search,
    Playlists,
    Playing,
}

impl View {
    /// All, in the order of their tabs.
    pub const ALL: [Self; 5] = [
        Self::Queue,
        Self::Library,
        Self::Search,
        Self::Playlists,
        Self::Playing,
    ];

    /// As its tab calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Library => "Library",
            Self::Search => "Search",
            Self::Playlists => "Playlists",
            Self::Playing => "Playing",
        }
    }

    fn beside(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|view| *view == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }
}

/// What the line at the foot is typed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typing {
    #[default]
    Command,
    /// Letters that leave some of the rows.
    Filter,
}

/// Something that is said for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
    /// On the screen's clock.
    until_ms: u64,
}

/// How long it is said. In ms.
const SAID_FOR_MS: u64 = 8_000;

/// All of it.
#[derive(Debug)]
pub struct App {
    pub view: View,
    pub now: Now,
    /// When `now` was told, in ms of the screen's clock.
    pub told_at_ms: u64,
    pub standing: Standing,
    pub queue: Queue,
    pub library: Library,
    pub search: Search,
    pub playlists: Playlists,
    pub current: Current,
    pub art: Art,
    /// The line that is being typed at the foot.
    pub prompt: Option<Prompt>,
    pub typing: Typing,
    /// Whether it is shown how loud it is.
    pub has_meter: bool,
    /// Whether covers are shown.
    pub has_covers: bool,
    /// The help, where it is shown, and how far down.
    pub help: Option<Cursor>,
    /// What a question was answered, shown in the help's place: a title, and lines with their names.
    pub answer: Option<(String, Vec<(String, String)>)>,
    /// Verbs of the command line that no server knows.
    pub other_verbs: Vec<String>,
    pub notice: Option<Notice>,
    /// Why the server is not there.
    pub lost: Option<String>,
    pub keys: Keymap,
    pub quits: bool,
    /// The whole screen is to be painted anew.
    pub is_stale: bool,
    asks: Vec<Ask>,
    clock_ms: u64,
    /// The last click: when, and on what.
    clicked: Option<(u64, Spot)>,
    was_there: bool,
}

impl App {
    pub fn new(keys: Keymap) -> Self {
        Self {
            view: View::default(),
            now: Now::default(),
            told_at_ms: 0,
            standing: Standing::default(),
            queue: Queue::default(),
            library: Library::default(),
            search: Search::default(),
            playlists: Playlists::default(),
            current: Current::default(),
            art: Art::default(),
            prompt: None,
            typing: Typing::default(),
            has_meter: true,
            has_covers: true,
            help: None,
            answer: None,
            other_verbs: Vec::new(),
            notice: None,
            lost: None,
            keys,
            quits: false,
            is_stale: false,
            asks: Vec::new(),
            clock_ms: 0,
            clicked: None,
            was_there: false,
        }
    }

    /// It is this late on the screen's clock: what was said long enough is said no more.
    pub fn tick(&mut self, at_ms: u64) {
        self.clock_ms = at_ms;
        if self
            .notice
            .as_ref()
            .is_some_and(|notice| notice.until_ms <= at_ms)
        {
            self.notice = None;
        }
    }

    /// What is to be asked now, in order.
    pub fn asks(&mut self) -> Vec<Ask> {
        self.want();
        std::mem::take(&mut self.asks)
    }

    /// Whatever has to be here for what is seen.
    fn want(&mut self) {
        match self.view {
            View::Queue => self.asks.extend(self.queue.wants()),
            View::Playlists => self.asks.extend(self.playlists.wants()),
            View::Playing => {
                self.asks.extend(self.queue.wants());
                if let Some(song) = &self.now.song {
                    self.asks.extend(self.current.wants(&song.uri));
                }
            }
            View::Library | View::Search => {}
        }
        if let Some(uri) = self.shown_cover().filter(|_| self.has_covers) {
            self.asks.extend(self.art.wants(&uri));
        }
    }

    /// The song whose cover is shown: the one that plays, or the first of the album that is looked at.
    pub fn shown_cover(&self) -> Option<Vec<u8>> {
        match self.view {
            View::Playing => Some(self.now.song.as_ref()?.uri.clone()),
            View::Library => Some(self.library.song(0)?.uri.clone()),
            _ => None,
        }
    }

    /// Whether it is shown just now how loud it is.
    pub fn shows_levels(&self) -> bool {
        let sounds = self.now.state == State::Playing && self.lost.is_none();
        sounds && self.has_meter && self.view == View::Playing && self.standing.is_standin
    }

    /// Takes in what the server told at this time of the screen's clock.
    pub fn told(&mut self, told: Told, at_ms: u64) {
        match told {
            Told::Now(now) => self.set_now(*now, at_ms),
            Told::Queue(from, rows) => self.queue.pages.put(from, rows),
            Told::Artists(artists) => {
                self.library.artists.set(artists);
                self.asks.extend(self.library.wants());
            }
            Told::SongsOf(artist, songs) => self.library.set_songs(artist, songs),
            Told::Found(text, rows) => self.search.told(text, rows),
            Told::Playlists(names) => self.playlists.set_names(names),
            Told::Rows(name, from, rows, count) => self.playlists.told(&name, from, rows, count),
            Told::Works(works, failed) => {
                self.standing.works = works;
                self.standing.scan_failed = failed;
            }
            Told::Standing(standing) => self.standing = *standing,
            Told::Lyrics(uri, lyrics) => self.current.told_lyrics(&uri, lyrics),
            Told::Cover(uri, picture) => self.art.put(uri, picture),
            Told::Levels(levels) => self.current.told_levels(levels, at_ms),
            Told::Sifted(text, rows) => self.queue.told_sifted(&text, rows),
            Told::Replaced(kept, said) => {
                self.queue.replaced(&kept);
                self.say(said);
            }
            Told::Taken(rows) => self.queue.taken(&rows),
            Told::Shown(title, lines) => {
                self.help = Some(Cursor::default());
                self.notice = None;
                self.answer = Some((title, lines));
            }
            Told::Done(text) if text.is_empty() => {}
            Told::Done(text) => self.say(text),
            Told::Refused(text) => self.complain(text),
            Told::Changed(names) => names.iter().for_each(|name| self.changed(name)),
            Told::Reached => self.reached(),
            Told::Lost(why) => self.lost = Some(why),
        }
    }

    fn set_now(&mut self, now: Now, at_ms: u64) {
        let ask = self.queue.set(now.queued, now.version);
        self.asks.extend(ask);
        if now.state != State::Playing {
            self.current.hush();
        }
        // The first look at a queue is at what plays.
        if !self.was_there {
            self.was_there = true;
            self.queue.cursor.go_to(now.position.unwrap_or(0));
            if now.queued > 0 {
                self.view = View::Queue;
            }
        }
        (self.now, self.told_at_ms) = (now, at_ms);
        self.lost = None;
    }

    /// The server is there: all is asked for anew.
    fn reached(&mut self) {
        self.lost = None;
        self.queue.pages.doubt();
        self.playlists.doubt();
        self.current.doubt();
        self.art.doubt();
        self.current.hush();
        let all = [Ask::Now, Ask::Artists, Ask::Standing, Ask::Playlists];
        self.asks.extend(all);
    }

    fn changed(&mut self, name: &str) {
        match name {
            "player" | "mixer" | "options" => self.asks.push(Ask::Now),
            "playlist" => self.asks.push(Ask::Now),
            "database" => {
                let artist = self.library.artist.take();
                self.asks.extend([Ask::Artists, Ask::Standing]);
                self.asks.extend(artist.map(Ask::SongsOf));
                self.queue.pages.doubt();
                self.playlists.doubt();
                self.art.doubt();
                self.current.doubt();
            }
            "stored_playlist" => self.asks.push(Ask::Playlists),
            "update" | "output" => self.asks.extend([Ask::Now, Ask::Standing]),
            _ => self.asks.push(Ask::Standing),
        }
    }

    fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error: false,
            until_ms: self.clock_ms + SAID_FOR_MS,
        });
    }

    fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error: true,
            until_ms: self.clock_ms + SAID_FOR_MS,
        });
    }

    /// Where the music is, in ms, at this time of the screen's clock.
    pub fn elapsed_ms(&self, at_ms: u64) -> u64 {
        let ran = match self.now.state {
            State::Playing if self.lost.is_none() => at_ms.saturating_sub(self.told_at_ms),
            _ => 0,
        };
        let elapsed = self.now.elapsed_ms + ran;
        self.now.duration_ms.map_or(elapsed, |end| elapsed.min(end))
    }

    /// In how many ms the picture is another one by itself: the clock shows another second, another line is sung, or what was said is
    /// said no more.
    pub fn changes_in_ms(&self, at_ms: u64) -> Option<u64> {
        let said = self
            .notice
            .as_ref()
            .map(|notice| notice.until_ms.saturating_sub(at_ms));
        [self.plays_on_in_ms(at_ms), said]
            .into_iter()
            .flatten()
            .min()
    }

    fn plays_on_in_ms(&self, at_ms: u64) -> Option<u64> {
        if self.now.state != State::Playing || self.lost.is_some() {
            return None;
        }
        let elapsed = self.elapsed_ms(at_ms);
        let second = 1_000 - elapsed % 1_000;
        let line = match self.view {
            View::Playing => self.current.next_line_after(elapsed),
            _ => None,
        };
        Some(line.map_or(second, |at| second.min(at - elapsed)))
    }

    /// Whether long work goes on there.
    pub fn is_busy(&self) -> bool {
        self.now.scans || !self.standing.works.is_empty()
    }

    /// The cursor that moves are about.
    pub fn cursor(&mut self) -> &mut Cursor {
        if let Some(help) = &mut self.help {
            return help;
        }
        match self.view {
            View::Queue | View::Playing => &mut self.queue.cursor,
            View::Library => self.library.cursor(),
            View::Search => &mut self.search.cursor,
            View::Playlists => self.playlists.cursor(),
        }
    }

    /// Shows a view.
    pub fn show(&mut self, view: View) {
        self.view = view;
        self.help = None;
        self.search.types = view == View::Search;
    }

    /// Leaves the rows of the list that hold these letters; none: all of them.
    pub fn filter(&mut self, text: &str) {
        match self.view {
            View::Queue | View::Playing => {
                let ask = self.queue.filter(text);
                self.asks.extend(ask);
            }
            View::Library => {
                self.library.artists.filter(text);
                let ask = self.library.wants();
                self.asks.extend(ask);
            }
            View::Playlists => self.playlists.names.filter(text),
            View::Search => {}
        }
    }

    /// The letters that rows of this view are left by.
    pub fn filtered_by(&self) -> &str {
        match self.view {
            View::Queue | View::Playing => self.queue.filtered_by(),
            View::Library => self.library.artists.filtered_by(),
            View::Playlists => self.playlists.names.filtered_by(),
            View::Search => "",
        }
    }

    /// Does what a key means.
    pub fn act(&mut self, action: Action) {
        does::act(self, action);
    }
}

#[cfg(test)]
mod tests;
