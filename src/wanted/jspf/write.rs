//! Writing. It never drops a row and never writes a file.

use crate::music::Wanted;
use crate::wanted::encoding::one_line;
use crate::wanted::target::write_uri;
use crate::wanted::{WriteOptions, ids, place_of};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// The rows as JSPF, each with the URI of its file where that is known, else of its last place. [`read`](super::read)
/// makes the same rows of it: names, performers, album, length in ms, ISRC, and ids of known services.
pub fn write(rows: &[(Wanted, Option<PathBuf>)], options: WriteOptions) -> Vec<u8> {
    let track = |(wanted, file): &(Wanted, Option<PathBuf>)| {
        let uri = place_of(wanted, file).and_then(|path| write_uri(path, options.relative_to));
        track(wanted, uri)
    };
    let title = one_line(options.name.unwrap_or_default());
    let tracks: Vec<Value> = rows.iter().map(track).collect();
    let mut text = format!(
        "{:#}",
        json!({ "playlist": { "title": title, "track": tracks } })
    );
    text.push('\n');
    text.into_bytes()
}

fn track(wanted: &Wanted, uri: Option<String>) -> Value {
    let mut out = Map::new();
    let texts = [
        ("title", one_line(&wanted.title)),
        ("creator", ids::clean_artists(wanted).join(", ")),
        ("album", one_line(&wanted.album)),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            out.insert(name.into(), text.into());
        }
    }
    if let Some(ms) = wanted.length_ms {
        out.insert("duration".into(), ms.into());
    }
    if let Some(uri) = uri {
        out.insert("location".into(), json!([uri]));
    }
    let identifiers = ids::identifiers(wanted);
    if !identifiers.is_empty() {
        out.insert("identifier".into(), identifiers.into());
    }
    let metas: Vec<Value> = ids::metas(wanted)
        .into_iter()
        .map(|(rel, text)| json!({ rel: text }))
        .collect();
    if !metas.is_empty() {
        out.insert("meta".into(), metas.into());
    }
    Value::Object(out)
}
