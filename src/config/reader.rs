//! A text → what the person has set. Whatever is wrong in it is noted and left out, and the rest holds.

use super::key::Key;
use super::notes::Notes;
use super::settings::Settings;
use super::tables::{Keys, no_such, table};
use super::{client, service, tui};
use crate::music::Printable;
use crate::outage::Profile;
use crate::outage::service::Service;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the text says, and what was noted.
pub(super) fn read<'a>(path: &'a Path, text: &str) -> (Settings, Notes<'a>) {
    let (file, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        settings: Settings::default(),
        notes: Notes::of(path, text),
    };
    for error in errors {
        let at = error.span().map(|span| span.start);
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        reader
            .notes
            .warn(at, format!("this is not TOML: {message}"));
    }
    reader.file(file.get_ref());
    (reader.settings, reader.notes)
}

struct Reader<'a> {
    settings: Settings,
    notes: Notes<'a>,
}

impl Reader<'_> {
    fn file(&mut self, file: &DeTable<'_>) {
        // Clients name services: they come behind everything else.
        let mut clients = None;
        for (name, value) in file {
            let (at, name): (_, &str) = (name.span().start, name.get_ref());
            match (table(name).map(|table| &table.keys), value.get_ref()) {
                (Some(Keys::Settings(keys)), DeValue::Table(table)) => {
                    take_all(name, table, keys, &mut self.settings, &mut self.notes);
                    if name == tui::TABLE {
                        self.keys(table);
                    }
                }
                (Some(Keys::Services(_)), DeValue::Array(tables)) => self.services(tables),
                (Some(Keys::Clients(_)), DeValue::Array(tables)) => clients = Some(tables),
                (Some(Keys::Settings(_)), _) => {
                    self.notes
                        .warn(Some(at), format!("{name} is a table: [{name}]"));
                }
                (Some(_), _) => {
                    let what = format!("{name} is a list of tables: [[{name}]]");
                    self.notes.warn(Some(at), what);
                }
                (None, _) => self.notes.warn(Some(at), no_such(name, None)),
            }
        }
        if let Some(tables) = clients {
            self.clients(tables);
        }
    }

    /// The keys of the screen, each by itself.
    fn keys(&mut self, table: &DeTable<'_>) {
        let Some(DeValue::Table(own)) = table.get(tui::OWN).map(Spanned::get_ref) else {
            return;
        };
        for (key, value) in own {
            let (at, key): (_, &str) = (key.span().start, key.get_ref());
            match self.settings.tui.bind(key, value.get_ref()) {
                Ok(()) => {
                    let place = format!("{}.{}.{key}", tui::TABLE, tui::OWN);
                    self.notes.say(place, at, value.get_ref());
                }
                Err(what) => self.notes.warn(Some(at), what),
            }
        }
    }

    fn services(&mut self, tables: &[Spanned<DeValue<'_>>]) {
        for value in tables {
            let found = match value.get_ref() {
                DeValue::Table(table) if service::says_enough(table) => Some(self.service(table)),
                _ => None,
            };
            let services = &mut self.settings.outage.services;
            match found.filter(|_| services.len() < service::MAX_SERVICES) {
                Some(service) if service::is_whole(&service) => services.push(service),
                // What it lacks was said wrongly, and that is told.
                Some(_) => {}
                None => {
                    let what = format!("a [[service]] has {}", service::MUST);
                    self.notes.warn(Some(value.span().start), what);
                }
            }
        }
    }

    fn service(&mut self, table: &DeTable<'_>) -> Service {
        let mut service = service::unnamed();
        let place = place("service", table);
        take_all(&place, table, service::KEYS, &mut service, &mut self.notes);
        service
    }

    fn clients(&mut self, tables: &[Spanned<DeValue<'_>>]) {
        for value in tables {
            let found = match value.get_ref() {
                DeValue::Table(table) => self.client(table),
                _ => None,
            };
            let clients = &mut self.settings.outage.clients;
            match found.filter(|_| clients.len() < client::MAX_CLIENTS) {
                Some(client) => clients.push(client),
                None => {
                    let what = format!("a [[client]] has {}", client::MUST);
                    self.notes.warn(Some(value.span().start), what);
                }
            }
        }
    }

    fn client(&mut self, table: &DeTable<'_>) -> Option<Profile> {
        let mut profile = client::named(table)?;
        let place = place("client", table);
        take_all(&place, table, client::KEYS, &mut profile, &mut self.notes);
        client::settle(&mut profile, table);
        let service = client::service_named(&profile.service, &self.settings.outage.services);
        profile.service = service.unwrap_or_else(|| {
            let at = table.get("service").map(|value| value.span().start);
            let named = Printable::new(&profile.service);
            let what =
                format!("there is no service {named}; a [[service]] would tell how it is asked");
            self.notes.warn(at, what);
            String::new()
        });
        (!profile.bus.is_empty()).then_some(profile)
    }
}

/// Takes every key of a table that is known. `place`: what its keys are called by.
fn take_all<T>(
    place: &str,
    table: &DeTable<'_>,
    keys: &[Key<T>],
    into: &mut T,
    notes: &mut Notes<'_>,
) {
    for (name, value) in table {
        let (at, name): (_, &str) = (name.span().start, name.get_ref());
        match keys.iter().find(|key| key.row.name == name) {
            Some(key) if (key.take)(into, value.get_ref()) => {
                // Each key of the screen is said by itself.
                if !(place == tui::TABLE && name == tui::OWN) {
                    notes.say(format!("{place}.{name}"), at, value.get_ref());
                }
            }
            Some(key) => {
                let what = format!("{name} is {}", key.row.allowed);
                notes.warn(Some(value.span().start), what);
            }
            None => {
                let inside = place.split('.').next();
                notes.warn(Some(at), no_such(name, inside));
            }
        }
    }
}

/// `service.Radio`: what the keys of one of several are called by.
fn place(list: &str, table: &DeTable<'_>) -> String {
    let name = table.get("name").and_then(|name| name.get_ref().as_str());
    format!("{list}.{}", name.unwrap_or_default())
}
