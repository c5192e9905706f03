//! The one song that words or a path mean. Where several fit, it names them and takes none.

use super::search::nothing_found;
use super::{Context, Exit, Stop, live};
use crate::music::{Song, Typed, Uri};
use std::os::unix::ffi::OsStrExt;

/// Songs that are looked at; words that fit more mean none of them.
const MAX_TOLD: usize = 100_000;

/// Songs that words may fit before a list of them helps nobody.
const MAX_NAMED: usize = 20;

/// All of a file as one song, or every song that fits the words: one at least. `in_parts`: the songs in the file, each.
pub fn all_songs(words: &[Typed], in_parts: bool, context: &Context) -> Result<Vec<Song>, Stop> {
    let path = Typed::path(words);
    let words = words.join(" ");
    let library = context.library();
    if path.is_file() {
        let file = library.owned_file(&path)?;
        return Ok(if in_parts {
            file.songs()
        } else {
            vec![file.whole]
        });
    }
    if let Some(song) = library.song_of_uri(&Uri::new(path.as_os_str().as_bytes()))? {
        return Ok(vec![song]);
    }
    let reader = library.reader()?;
    let found = reader.search(&words, MAX_TOLD)?;
    if found.is_empty() {
        return Err(nothing_found(&words, reader.song_count()?));
    }
    Ok(found)
}

/// The song of a file, or the only one that fits the words.
pub fn one_song(words: &[Typed], context: &Context) -> Result<Song, Stop> {
    let mut found = all_songs(words, false, context)?;
    match found.pop() {
        Some(song) if found.is_empty() => Ok(song),
        last => {
            found.extend(last);
            Err(several(words, &found).hint("Add words until one is left"))
        }
    }
}

/// What is said where the words fit several songs.
pub fn several(words: &[Typed], found: &[Song]) -> Stop {
    let mut named: Vec<String> = found.iter().take(MAX_NAMED).map(live::names).collect();
    if found.len() > MAX_NAMED {
        named.push(format!("… and {} more", found.len() - MAX_NAMED));
    }
    let words = words.join(" ");
    Stop::new(Exit::Usage, format!("“{words}” fits {} songs", found.len())).naming(named)
}
