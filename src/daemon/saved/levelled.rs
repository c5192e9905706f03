//! How songs are levelled, as a word of `options.json`. A word that is not known, of a newer standin, is none.

use crate::music::Loudness;
use serde::{Deserialize, Deserializer, Serializer};

const WORDS: [(&str, Loudness); 4] = [
    ("off", Loudness::Off),
    ("track", Loudness::Track),
    ("album", Loudness::Album),
    ("auto", Loudness::Auto),
];

// Serde hands a reference over.
#[allow(clippy::ref_option)]
pub fn serialize<S: Serializer>(how: &Option<Loudness>, to: S) -> Result<S::Ok, S::Error> {
    let known = WORDS.iter().find(|(_, known)| Some(*known) == *how);
    match known {
        Some((word, _)) => to.serialize_some(word),
        None => to.serialize_none(),
    }
}

pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Loudness>, D::Error> {
    let word = Option::<String>::deserialize(from)?;
    let known = WORDS
        .iter()
        .find(|(known, _)| word.as_deref() == Some(*known));
    Ok(known.map(|(_, how)| *how))
}
