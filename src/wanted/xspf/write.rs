//! Writing: UTF-8, a `track` a row. It never drops a row and never writes a file.

use crate::music::Wanted;
use crate::wanted::encoding::one_line;
use crate::wanted::target::write_uri;
use crate::wanted::{WriteOptions, ids, place_of};
use quick_xml::escape::escape;
use std::fmt::Write;
use std::path::PathBuf;

/// The rows as XSPF, each with the URI of its file where that is known, else of its last place. [`read`](super::read)
/// makes the same rows of it: names, performers, album, length in ms, ISRC, and ids of known services.
pub fn write(rows: &[(Wanted, Option<PathBuf>)], options: WriteOptions) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n",
    );
    element(&mut out, "  ", "title", options.name.unwrap_or_default());
    out.push_str("  <trackList>\n");
    for (wanted, file) in rows {
        out.push_str("    <track>\n");
        let uri = place_of(wanted, file).and_then(|path| write_uri(path, options.relative_to));
        track(&mut out, wanted, uri);
        out.push_str("    </track>\n");
    }
    out.push_str("  </trackList>\n</playlist>\n");
    out.into_bytes()
}

/// The elements in the order of the specification's schema.
fn track(out: &mut String, wanted: &Wanted, uri: Option<String>) {
    let indent = "      ";
    element(out, indent, "location", &uri.unwrap_or_default());
    for identifier in ids::identifiers(wanted) {
        element(out, indent, "identifier", &identifier);
    }
    element(out, indent, "title", &wanted.title);
    element(
        out,
        indent,
        "creator",
        &ids::clean_artists(wanted).join(", "),
    );
    element(out, indent, "album", &wanted.album);
    if let Some(ms) = wanted.length_ms {
        element(out, indent, "duration", &ms.to_string());
    }
    for (rel, text) in ids::metas(wanted) {
        let text = escape(&text);
        let _ = writeln!(out, "{indent}<meta rel=\"{rel}\">{text}</meta>");
    }
}

/// An element, where there is something to say.
fn element(out: &mut String, indent: &str, name: &str, text: &str) {
    let text: String = one_line(text).chars().filter(|c| is_xml(*c)).collect();
    if !text.is_empty() {
        let text = escape(&text);
        let _ = writeln!(out, "{indent}<{name}>{text}</{name}>");
    }
}

/// Whether XML 1.0 can hold it; controls are gone by now.
fn is_xml(c: char) -> bool {
    !matches!(c, '\u{fffe}' | '\u{ffff}')
}
