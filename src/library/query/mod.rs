//! Questions to the index: words, filters, and lists of values. It changes nothing, and no text that is asked is ever SQL or
//! the syntax of the full text.
//!
//! | file | what it answers |
//! |---|---|
//! | `asked` | what a person typed: words, `TYPE VALUE` pairs, filters |
//! | `parse`, `time`, `audio_format` | the text of a filter → `expression` |
//! | `holds` | what a filter means, for one song |
//! | `narrow` | what SQL can tell of it quickly |
//! | `matching`, `list` | the songs of a filter; the values of a field |
//! | `texts` | what of a song words are looked for in |
//! | `words`, `rank` | words, the best first |
//! | `near` | words with a letter of typing error |
//!
//! # What is asked, precisely
//!
//! **Words** fit where one of the song's words begins with them: of its title, artists and album artists, album, and the
//! rest (genres, composers, performers, conductor, ensemble, work, label, names as they are sorted …, date, file name).
//! Width, case and diacritics make no difference; other scripts are found in Latin letters too. In scripts that do not part
//! their words (Japanese, Chinese, Thai …), in Korean, Arabic and Hebrew any part of a word is found.
//!
//! **A pair** `TYPE VALUE` is with `search` any part of the value, folded ([`fold`](crate::music::fold)); with `find` and
//! `list` the whole of it, letter by letter. Letters that are only composed in another way (NFC, NFD) are the same
//! everywhere. TYPE is a [`Field`](crate::music::Field), or `any` field, `file` (the address, `ROOT/path`; also
//! `filename`), `base` (a folder and all below it), `modified-since`, `codec`, `audioformat` (a mask, `*:24:*`) or `rating`
//! (the stars in the file). An empty value asks for songs without the field.
//!
//! **A filter** is an expression in MPD's syntax. `==`, `!=`, `contains`, `starts_with`, `=~` and `!~` mind case with `find`
//! and not with `search`; `…_cs` and `…_ci` say it themselves. A song without `albumartist` is asked for its `artist`, and
//! likewise the fields of sorting, as in MPD.
//!
//! All that is asked must hold. Songs come in the order of their addresses; those that words fit, the best first.

mod asked;
mod audio_format;
mod expression;
mod holds;
mod list;
mod matching;
mod narrow;
mod near;
mod parse;
mod rank;
mod texts;
mod time;
mod words;

pub use asked::{Asked, AskedError, ListedType, Listing, exactly, is_type};
pub use expression::{Case, Expression};
pub use near::Near;
pub use parse::{ParseError, parse};
pub(super) use texts::{texts, tokens};
pub(super) use words::quoted;

#[cfg(test)]
mod tests;
