//! The terminal itself: taken, given back, its keys and clicks handed on, the picture painted when something has changed. One thread
//! reads keys; the picture is painted by the thread that runs this. A terminal that goes away ends it.

use super::app::App;
use super::ask::{Ask, Told};
use super::paint::covers::{Covers, Pictures};
use super::paint::theme::Theme;
use super::paint::{Brush, Spots, paint};
use super::wire::{Call, Wire};
use super::{Options, TuiError, terminal_is_gone};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::execute;
use ratatui::DefaultTerminal;
use std::io::stdout;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Events that wait for the screen; who brings more waits.
const MAX_WAITING: usize = 1_024;
/// Events taken in before the picture is painted: none of a flood holds it up.
const MAX_AT_ONCE: usize = 256;
/// How often it looks how all stands, whatever is told meanwhile.
const LOOKS_EVERY: Duration = Duration::from_secs(10);
/// A terminal that goes is told at once; so often it is looked whether a signal was in the way.
const LOOKS_FOR_IT_EVERY: Duration = Duration::from_secs(60);
/// How often it is asked how loud it is, while that is shown.
const LEVELS_EVERY: Duration = Duration::from_millis(50);
/// How often it is asked how far long work is.
const WORKS_EVERY: Duration = Duration::from_millis(500);

/// When something is asked for again.
struct Due {
    levels: Instant,
    works: Instant,
    standing: Instant,
}

impl Default for Due {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            levels: now,
            works: now,
            // The server is asked for all when it is reached.
            standing: now + LOOKS_EVERY,
        }
    }
}

/// Why the screen does not wait any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Woken {
    ByNews,
    /// The clock on the screen shows another second, or another line is sung.
    BySecond,
    ToAsk,
    ToEnd,
}

enum News {
    Input(Event),
    Told(Told),
    /// The terminal is gone, or a signal asks for the end.
    End,
}

/// Shows the screen until someone ends it. `end`: tells when a signal asks for that.
pub fn run(call: Call, options: &Options, end: &Receiver<()>) -> Result<(), TuiError> {
    let (sender, news) = bounded(MAX_WAITING);
    let telling = sender.clone();
    let wire = Wire::open(
        call,
        options.verbs.run.clone(),
        Arc::new(move |told| telling.send(News::Told(told)).is_ok()),
    )?;
    let terminal = ratatui::try_init()?;
    let guard = GivesBack {
        has_mouse: options.has_mouse,
    };
    execute!(stdout(), EnableBracketedPaste)?;
    if options.has_mouse {
        execute!(stdout(), EnableMouseCapture)?;
    }
    read_input(sender.clone())?;
    pass_end_on(end.clone(), sender)?;
    let mut screen = Screen {
        app: App::new(options.keys.clone()),
        theme: Theme::new(options.has_colour),
        covers: Covers::new(pictures(options), cell()),
        wire,
        clock: Instant::now(),
        due: Due::default(),
        spots: Spots::default(),
    };
    screen.app.other_verbs = options.verbs.names.clone();
    screen.app.has_covers = screen.covers.are_shown();
    let ended = screen.live(terminal, &news);
    drop(guard);
    ended
}

/// The terminal as it was, however this ends.
struct GivesBack {
    has_mouse: bool,
}

impl Drop for GivesBack {
    fn drop(&mut self) {
        // A terminal that is gone takes nothing back.
        if self.has_mouse {
            execute!(stdout(), DisableMouseCapture).ok();
        }
        execute!(stdout(), DisableBracketedPaste).ok();
        ratatui::try_restore().ok();
    }
}

fn read_input(to: Sender<News>) -> std::io::Result<()> {
    let gone = to.clone();
    let watch = move || {
        while !terminal_is_gone(LOOKS_FOR_IT_EVERY) {}
        gone.send(News::End).ok();
    };
    let read = move || {
        loop {
            let news = event::read().map_or(News::End, News::Input);
            let is_end = matches!(news, News::End);
            if to.send(news).is_err() || is_end {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("tui-gone".into())
        .spawn(watch)?;
    std::thread::Builder::new()
        .name("tui-keys".into())
        .spawn(read)?;
    Ok(())
}

fn pass_end_on(end: Receiver<()>, to: Sender<News>) -> std::io::Result<()> {
    let wait = move || {
        // Who asks for nothing more has gone itself.
        if end.recv().is_ok() {
            to.send(News::End).ok();
        }
    };
    std::thread::Builder::new()
        .name("tui-end".into())
        .spawn(wait)?;
    Ok(())
}

/// Half blocks are nothing but colours.
fn pictures(options: &Options) -> Pictures {
    match (options.pictures, options.has_colour) {
        (Pictures::Auto | Pictures::Blocks, false) => Pictures::None,
        (pictures, _) => pictures,
    }
}

/// Pixels of a letter, where the terminal tells.
fn cell() -> Option<(u16, u16)> {
    let size = crossterm::terminal::window_size().ok()?;
    let cell = (
        size.width.checked_div(size.columns)?,
        size.height.checked_div(size.rows)?,
    );
    (cell.0 > 0 && cell.1 > 0).then_some(cell)
}

struct Screen {
    app: App,
    theme: Theme,
    covers: Covers,
    wire: Wire,
    clock: Instant,
    due: Due,
    spots: Spots,
}

impl Screen {
    fn live(
        &mut self,
        mut terminal: DefaultTerminal,
        news: &Receiver<News>,
    ) -> Result<(), TuiError> {
        let mut is_other = true;
        loop {
            if is_other {
                self.paint(&mut terminal)?;
            }
            self.ask();
            match self.wait(news) {
                Woken::ByNews | Woken::BySecond => is_other = true,
                Woken::ToAsk => is_other = false,
                Woken::ToEnd => return Ok(()),
            }
        }
    }

    fn paint(&mut self, terminal: &mut DefaultTerminal) -> Result<(), TuiError> {
        if std::mem::take(&mut self.app.is_stale) {
            terminal.clear()?;
        }
        let at_ms = self.at_ms();
        let app = &mut self.app;
        let mut brush = Brush {
            theme: self.theme,
            at_ms,
            covers: &mut self.covers,
            spots: Spots::default(),
        };
        terminal.draw(|frame| paint(app, &mut brush, frame))?;
        self.spots = brush.spots;
        Ok(())
    }

    /// Asks what has to be known for what is shown.
    fn ask(&mut self) {
        let now = Instant::now();
        let mut asks = self.app.asks();
        if self.app.shows_levels() && self.due.levels <= now {
            self.due.levels = now + LEVELS_EVERY;
            asks.extend(self.app.current.wants_levels());
        }
        if self.app.is_busy() && self.due.works <= now {
            self.due.works = now + WORKS_EVERY;
            asks.push(Ask::Works);
        }
        if self.due.standing <= now {
            self.due.standing = now + LOOKS_EVERY;
            asks.push(Ask::Standing);
        }
        for ask in asks {
            if !self.wire.ask(ask) {
                // It is asked for again when more is known.
                break;
            }
        }
    }

    /// Waits for news and takes in all that is there.
    fn wait(&mut self, news: &Receiver<News>) -> Woken {
        let (until, why) = self.wakes();
        let first = match news.recv_deadline(until) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                self.app.tick(self.at_ms());
                return why;
            }
            Err(RecvTimeoutError::Disconnected) => return Woken::ToEnd,
        };
        self.app.tick(self.at_ms());
        let rest = news.try_iter().take(MAX_AT_ONCE);
        for news in std::iter::once(first).chain(rest) {
            match news {
                News::Input(event) => self.take(event),
                News::Told(told) => {
                    let at_ms = self.at_ms();
                    self.app.told(told, at_ms);
                }
                News::End => return Woken::ToEnd,
            }
        }
        match self.app.quits {
            true => Woken::ToEnd,
            false => Woken::ByNews,
        }
    }

    fn at_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// When something has to be done at the latest, and what for.
    fn wakes(&self) -> (Instant, Woken) {
        let mut wakes = vec![(self.due.standing, Woken::ToAsk)];
        if self.app.shows_levels() {
            wakes.push((self.due.levels, Woken::ToAsk));
        }
        if self.app.is_busy() {
            wakes.push((self.due.works, Woken::ToAsk));
        }
        let change = self.app.changes_in_ms(self.at_ms());
        let change = change.map(|ms| Instant::now() + Duration::from_millis(ms));
        wakes.extend(change.map(|at| (at, Woken::BySecond)));
        wakes
            .into_iter()
            .min_by_key(|(at, _)| *at)
            .unwrap_or((self.due.standing, Woken::ToAsk))
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            Event::Key(key) => self.press(key),
            Event::Paste(text) => self.app.paste(&text),
            Event::Mouse(mouse) => self.point(mouse),
            Event::Resize(..) | Event::FocusGained | Event::FocusLost => {}
        }
    }

    fn press(&mut self, key: KeyEvent) {
        let is_bound = self.app.keys.action(key.into()).is_some();
        if key.modifiers.contains(KeyModifiers::ALT) && !is_bound {
            // Escape and a key right behind it come as one, and mean both.
            self.press(KeyCode::Esc.into());
            return self.press(KeyEvent::new(key.code, key.modifiers - KeyModifiers::ALT));
        }
        match (self.app.types(), self.app.keys.action(key.into())) {
            (true, _) => self.app.type_key(key),
            (false, Some(action)) => self.app.act(action),
            (false, None) => {}
        }
    }

    fn point(&mut self, mouse: MouseEvent) {
        let spot = self.spots.at(mouse.column, mouse.row);
        let at_ms = self.at_ms();
        match mouse.kind {
            MouseEventKind::ScrollDown => self.app.wheel(spot, true),
            MouseEventKind::ScrollUp => self.app.wheel(spot, false),
            MouseEventKind::Down(MouseButton::Left) => self.app.click(spot, at_ms),
            MouseEventKind::Drag(MouseButton::Left) => self.app.drag(spot),
            _ => {}
        }
    }
}
