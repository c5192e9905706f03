//! Questions to the index: words, filters, and lists of values. It changes nothing, and no text that is asked is ever SQL or
//! the syntax of the full text.
//!
//! | file | what it answers |
//! |---|---|
//! | `asked` | what a person typed: words, `TYPE VALUE` pairs, filters |
//! | `parse`, `figure`, `time`, `audio_format` | the text of a filter → `expression` |
//! | `holds`, `held` | what a filter means, for one song; for songs that somebody has in hand |
//! | `figures` | what is kept of songs: stars, counts, times |
//! | `narrow` | what SQL can tell of it quickly |
//! | `matching`, `list`, `count` | the songs of a filter; the values of a field; how many and how long |
//! | `sort` | songs in the order of a field |
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
//! `filename`), `base` (a folder and all below it), `codec`, `audioformat` (a mask, `*:24:*`), or a figure. An empty value asks
//! for songs without the field.
//!
//! **A filter** is an expression in MPD's syntax. `==`, `!=`, `contains`, `starts_with`, `=~` and `!~` mind case with `find`
//! and not with `search`; `…_cs` and `…_ci` say it themselves. A song without `albumartist` is asked for its `artist`, and
//! likewise the fields of sorting, as in MPD.
//!
//! **A figure** is a number of a song. What is kept of a song hangs on its audio key, so every copy has it, wherever it lies.
//!
//! | figure | what it is | without it |
//! |---|---|---|
//! | `rating` | stars given here, else those that another player left in the file | `none` |
//! | `plays`, `skips` | how often it was heard, or stepped over, here | 0 |
//! | `last-played`, `last-skipped` | when that was last | `never` |
//! | `added` | when it came (below) | – |
//! | `modified` | when its file was changed | – |
//!
//! They compare by `==` `!=` `<` `<=` `>` `>=`. A time is a date of any precision (ISO 8601; `2024-05` is all of May: `==` means
//! in it, `<` before it, `>` after it) or an age, `12h`, `30d`, `2w`, `6m` (of 30 days), `1y` (of 365): the moment so long ago. Later is greater, so
//! `(last-played >= '30d')` is what was heard in the last 30 days, and `(last-played < '30d')` what was heard before that only;
//! `since` and `before` are other words for these two. What a song does not have is under none of them but `!=`, so what was
//! not heard since then *or never* is `(last-played !since '30d')`. MPD's `(added-since 'TIME')` and `(modified-since 'TIME')`
//! are the same as `since`. In a pair a figure's value may begin with a sign, `rating ">=4"`; without one it means `==`, and an
//! age `since`. `plays`, `skips`, `added` and `modified` are words unless a value of theirs follows.
//!
//! **Added** is the hour of the scan that first met the song's sound, and stays so wherever its file goes and whatever its tags
//! become. The songs that a root has when it is first scanned whole have come long before: they count as added when
//! their files were last changed. Where nothing is kept of it (`standin.db` could not be written, or is new), the file's
//! time stands for it.
//!
//! All that is asked must hold. Songs come in the order of their addresses; those that words fit, the best first; or by
//! [`Sort`].

mod asked;
mod audio_format;
mod count;
mod expression;
mod figure;
mod figures;
mod held;
mod holds;
mod list;
mod matching;
mod narrow;
mod near;
mod parse;
mod rank;
mod sort;
mod texts;
mod time;
mod words;

pub use asked::{Asked, AskedError, ListedType, Listing, exactly, is_type, strictly};
pub use count::Counted;
pub use expression::{Case, Expression};
pub use near::Near;
pub use parse::{ParseError, parse};
pub use sort::Sort;
pub(super) use texts::{texts, tokens};
pub(super) use words::quoted;

#[cfg(test)]
mod tests;
