//! The command line: the names of actions, and the verbs of the command line with their words, as orders to the server.

use super::library::Column;
use super::prompt::{Prompt, Typed};
use super::{App, Typing, View, verbs};
use crate::tui::action::{ACTIONS, Action};
use crate::tui::ask::Ask;
use crossterm::event::KeyEvent;

impl App {
    /// A key while a line is typed.
    pub fn type_key(&mut self, key: KeyEvent) {
        if self.prompt.is_some() {
            return self.type_at_the_foot(key);
        }
        match self.search.prompt.type_key(key) {
            Typed::Changed => {
                let ask = self.search.typed();
                self.asks.extend(ask);
            }
            Typed::Meant | Typed::GivenUp | Typed::Complete => self.search.types = false,
            Typed::Unknown => {
                // Arrows move through what was found while the line stays open.
                if let Some(action) = self.keys.action(key.into()) {
                    self.act(action);
                }
            }
            Typed::Same => {}
        }
    }

    /// Whether keys go into a line just now.
    pub fn types(&self) -> bool {
        let searches = self.view == View::Search && self.search.types && self.help.is_none();
        self.prompt.is_some() || searches
    }

    /// Text that was pasted.
    pub fn paste(&mut self, text: &str) {
        if let Some(prompt) = &mut self.prompt {
            prompt.paste(text);
            if self.typing == Typing::Filter {
                self.filter_by_line();
            }
        } else if self.types() {
            self.search.prompt.paste(text);
            let ask = self.search.typed();
            self.asks.extend(ask);
        }
    }

    /// Begins a line at the foot.
    pub fn begin_line(&mut self, typing: Typing, line: Prompt) {
        (self.typing, self.prompt) = (typing, Some(line));
    }

    /// Begins to type letters that rows are left by; a search has a line of its own.
    pub fn begin_filter(&mut self) {
        match self.view {
            View::Search => self.search.types = true,
            View::Library => {
                self.library.column = Column::Artists;
                self.begin_line(Typing::Filter, Prompt::of(self.filtered_by()));
            }
            View::Playlists => {
                self.playlists.is_inside = false;
                self.begin_line(Typing::Filter, Prompt::of(self.filtered_by()));
            }
            View::Queue | View::Playing => {
                self.show(View::Queue);
                self.begin_line(Typing::Filter, Prompt::of(self.filtered_by()));
            }
        }
    }

    fn type_at_the_foot(&mut self, key: KeyEvent) {
        let Some(prompt) = &mut self.prompt else {
            return;
        };
        let typed = prompt.type_key(key);
        match (typed, self.typing) {
            (Typed::Meant, Typing::Command) => {
                let line = self.prompt.take().unwrap_or_default();
                self.run(line.text());
            }
            (Typed::Meant, Typing::Filter) => self.prompt = None,
            (Typed::GivenUp, typing) => {
                self.prompt = None;
                if typing == Typing::Filter {
                    self.filter("");
                }
            }
            (Typed::Complete, Typing::Command) => self.complete(),
            (Typed::Changed, Typing::Filter) => self.filter_by_line(),
            // Arrows move through what is left while the line stays open.
            (Typed::Unknown, Typing::Filter) => {
                if let Some(action) = self.keys.action(key.into()) {
                    self.act(action);
                }
            }
            _ => {}
        }
    }

    fn filter_by_line(&mut self) {
        let text = self.prompt.as_ref().map(|line| line.text().to_owned());
        self.filter(&text.unwrap_or_default());
    }

    fn complete(&mut self) {
        let Some(prompt) = &mut self.prompt else {
            return;
        };
        let fits = if prompt.before().contains(' ') {
            let lists = self.playlists.names.all().unwrap_or(&[]).iter();
            prompt.complete(lists.map(String::as_str))
        } else {
            let mut names: Vec<&str> = ACTIONS.iter().map(|line| line.name).collect();
            names.extend(verbs::NAMES);
            names.extend(self.other_verbs.iter().map(String::as_str));
            names.sort_unstable();
            names.dedup();
            prompt.complete(names.into_iter())
        };
        self.notice = None;
        if fits.len() > 1 {
            let text = fits.join("  ");
            self.say(text);
        }
    }

    /// Does what a line says.
    pub fn run(&mut self, line: &str) {
        let mut words = split(line).into_iter();
        let Some(name) = words.next() else {
            return;
        };
        let args: Vec<String> = words.collect();
        match verbs::order_of(self, &name, &args) {
            Some(Ok(())) => {}
            Some(Err(why)) => self.complain(why),
            None => self.act_by_name(&name, &args),
        }
    }

    fn act_by_name(&mut self, name: &str, args: &[String]) {
        let is_action = Action::named(name).is_some() && args.is_empty();
        if !is_action && self.other_verbs.iter().any(|verb| verb == name) {
            let mut words = vec![name.to_owned()];
            words.extend_from_slice(args);
            self.say(format!("standin {} …", words.join(" ")));
            return self.asks.push(Ask::Run(words));
        }
        match Action::named(name) {
            Some(action) if args.is_empty() => self.act(action),
            Some(_) => self.complain(format!("{name} takes no words.")),
            None => self.complain(format!(
                "There is no “{name}”. Tab completes, ? tells the keys."
            )),
        }
    }

    /// Searches as if the words had been typed there.
    pub fn search_for(&mut self, text: &str) {
        self.show(View::Search);
        self.search.types = false;
        self.search.prompt = Prompt::of(text);
        let ask = self.search.typed();
        self.asks.extend(ask);
    }
}

/// Words of a line; quotes hold some together.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
