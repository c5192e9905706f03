//! What somebody is told who has indexed nothing yet: what is on this machine, and the one command to begin with. It decides
//! nothing and does nothing.

use super::out::{Out, count, counted};
use super::{Context, Exit, Outcome};
use crate::care::first::{Export, Found, look};
use crate::config::Places;
use crate::library::adopt::Found as OtherLibrary;
use crate::library::scan::Heap;
use crate::music::Printable;
use serde_json::{Value, json};
use std::path::Path;

/// What was found, with the word that it is told by.
pub struct Beginning {
    found: Found,
    /// The command to begin with.
    next: String,
}

impl Beginning {
    pub fn here(context: &Context) -> Self {
        let music = context.places.music.as_deref();
        // Under a home of its own, nothing of the user's is looked at.
        let downloads = music.and_then(|_| Places::downloads());
        let homes = music.and_then(|_| Places::of_other_players());
        let found = look(
            &context.library(),
            music,
            homes.as_ref(),
            downloads.as_deref(),
        );
        let next = next(&found);
        Self { found, next }
    }

    pub fn json(&self) -> Value {
        let music = self.found.music.as_ref().map(|heap| {
            json!({ "folder": heap.folder.to_string_lossy(), "files": heap.files, "has_more": heap.has_more })
        });
        let export = |export: &Export| json!({ "file": export.file.to_string_lossy(), "playlists": export.lists, "listenings": export.listenings });
        let exports: Vec<Value> = self.found.exports.iter().map(export).collect();
        let player = |other: &OtherLibrary| json!({ "player": other.player.word(), "path": other.path.to_string_lossy() });
        let players: Vec<Value> = self.found.players.iter().map(player).collect();
        json!({ "music": music, "players": players, "exports": exports, "next": self.next })
    }

    pub fn tell(&self, out: &mut Out) -> Outcome {
        out.line("Nothing is indexed yet.")?;
        match &self.found.music {
            Some(heap) => out.line(sentence(heap))?,
            None => out.line("There is no music folder of yours; music may be in any other.")?,
        }
        for other in &self.found.players {
            let (name, path) = (other.player.name(), Printable::path(&other.path));
            out.line(format!("{name} has a library in {path}."))?;
        }
        for export in &self.found.exports {
            out.line(format!(
                "{} holds {}.",
                Printable::path(&export.file),
                contents(export)
            ))?;
        }
        out.line("")?;
        out.line(out.bold(&format!("  {}", self.next)))?;
        out.line("")?;
        if !self.found.players.is_empty() {
            out.line("Then: standin adopt, which tells what these players know of your music, and takes it over when named")?;
        }
        if let Some(export) = self.found.exports.first() {
            out.line(format!("Then: standin import {}", quoted(&export.file)))?;
        }
        out.line("`standin help start` tells the first five minutes, `standin help` all pages.")?;
        Ok(Exit::Done)
    }
}

fn sentence(heap: &Heap) -> String {
    let folder = Printable::path(&heap.folder);
    match (heap.files, heap.has_more) {
        (0, false) => format!("{folder} holds no music."),
        (0, true) => {
            format!("{folder} is large: whether it holds music was not found out at once.")
        }
        (files, false) => format!("{folder} holds {} of music.", counted(files, "file")),
        (files, true) => format!("{folder} holds more than {} files of music.", count(files)),
    }
}

fn contents(export: &Export) -> String {
    let parts = [(export.lists, "playlist"), (export.listenings, "listening")];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = parts.map(|(number, what)| counted(number, what)).collect();
    told.join(" and ")
}

/// The one command to begin with.
fn next(found: &Found) -> String {
    match &found.music {
        Some(heap) if heap.files > 0 || heap.has_more => {
            format!("standin scan {}", quoted(&heap.folder))
        }
        _ => "standin scan FOLDER".into(),
    }
}

/// As a word of a shell.
fn quoted(path: &Path) -> String {
    let text = Printable::path(path).to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,@%:=".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_words_of_a_shell() {
        for (path, word) in [
            ("/home/m/Music", "/home/m/Music"),
            ("/home/m/My Music", "'/home/m/My Music'"),
            ("/it's", "'/it'\\''s'"),
            ("/Müsik", "/Müsik"),
        ] {
            assert_eq!(quoted(Path::new(path)), word);
        }
    }

    #[test]
    fn the_command_is_one_that_does_something() {
        let heap = |files, has_more| Found {
            music: Some(Heap {
                folder: "/m".into(),
                files,
                has_more,
            }),
            ..Found::default()
        };
        assert_eq!(next(&heap(3, false)), "standin scan /m");
        assert_eq!(next(&heap(0, true)), "standin scan /m");
        assert_eq!(next(&heap(0, false)), "standin scan FOLDER");
        assert_eq!(next(&Found::default()), "standin scan FOLDER");
    }
}
