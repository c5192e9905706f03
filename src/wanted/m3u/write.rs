//! Writing: UTF-8, `#EXTM3U`, a `#EXTINF` and a path each row. It never drops a row and never writes a file.

use super::path::write_target;
use crate::music::Wanted;
use crate::wanted::encoding::one_line;
use crate::wanted::names::join_names;
use crate::wanted::{WriteOptions, place_of};
use std::fmt::Write;
use std::path::PathBuf;

/// The rows as an M3U8 file, each with the path of its file where that is known; else its last place is written, and
/// where there is none a comment. [`read`](super::read) makes the same rows of it.
///
/// Several artists go into one text, and the length is rounded to seconds: the format has no more.
pub fn write(rows: &[(Wanted, Option<PathBuf>)], options: WriteOptions) -> Vec<u8> {
    let mut out = String::from("#EXTM3U\n");
    if let Some(name) = options.name {
        push_line(&mut out, "#PLAYLIST:", &one_line(name));
    }
    for (wanted, file) in rows {
        push_names(&mut out, wanted);
        let path = place_of(wanted, file);
        match path.and_then(|path| write_target(path, options.relative_to)) {
            Some(line) => push_line(&mut out, "", &line),
            None => push_line(&mut out, "# ", "no file is known for this row"),
        }
    }
    out.into_bytes()
}

fn push_names(out: &mut String, wanted: &Wanted) {
    let artist = one_line(&wanted.artists.join(", "));
    let album = one_line(&wanted.album);
    let (text, doubt) = join_names(&artist, &one_line(&wanted.title));
    match wanted.length_ms {
        // 0 would say that the length is unknown.
        Some(ms) => {
            let seconds = (ms.saturating_add(500) / 1000).max(1);
            let _ = writeln!(out, "#EXTINF:{seconds},{text}");
        }
        None => push_line(out, "#EXTINF:-1,", &text),
    }
    if doubt {
        push_line(out, "#EXTART:", &artist);
    }
    if !album.is_empty() {
        push_line(out, "#EXTALB:", &album);
    }
}

fn push_line(out: &mut String, opening: &str, text: &str) {
    out.push_str(opening);
    out.push_str(text);
    out.push('\n');
}
