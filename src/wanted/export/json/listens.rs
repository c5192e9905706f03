//! ListenBrainz: a listen on each line, as its export has them, or all in one list.

use super::super::NotTaken;
use super::super::links;
use super::super::out::{Out, names};
use super::super::text::{Utf8, line};
use super::said::Said;
use super::{row, rows};
use crate::music::Wanted;
use crate::wanted::names::believed_ms;
use crate::wanted::{HeardElsewhere, ids};
use serde::Deserialize;
use std::io::{BufRead, BufReader};

/// Reads listens.
pub(super) fn read(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let failed = |error| NotTaken::of_io(&error);
    let mut lines = BufReader::new(text);
    if lines
        .fill_buf()
        .map_err(failed)?
        .trim_ascii_start()
        .starts_with(b"[")
    {
        return rows(&mut lines, out, &mut |listen: Listen, out| listen.put(out));
    }
    let most = out.limits.piece;
    while let Some(bytes) = line(&mut lines, most).map_err(failed)? {
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let bytes = without_nan(bytes);
        row(&bytes, out, &mut |listen: Listen, out| listen.put(out));
    }
    Ok(())
}

/// Python writes `NaN`, which is no JSON; in a text it stays.
fn without_nan(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut in_string = false;
    let mut is_escaped = false;
    for at in 0..bytes.len() {
        match bytes[at] {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'N' if !in_string && bytes[at..].starts_with(b"NaN") => {
                bytes[at..at + 3].copy_from_slice(b"0  ");
            }
            _ => {}
        }
    }
    bytes
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Listen {
    listened_at: Said,
    track_metadata: Track,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Track {
    track_name: Said,
    artist_name: Said,
    release_name: Said,
    additional_info: Option<Info>,
    mbid_mapping: Option<Mapping>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Info {
    isrc: Said,
    duration_ms: Said,
    duration: Said,
    tracknumber: Said,
    discnumber: Said,
    spotify_id: Said,
    origin_url: Said,
    recording_mbid: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Mapping {
    recording_mbid: Said,
}

impl Listen {
    fn put(self, out: &mut Out) {
        let Some(at_ms) = self.listened_at.at_ms() else {
            return out.unreadable();
        };
        out.heard(HeardElsewhere {
            at_ms,
            wanted: self.track_metadata.wanted(),
            service: "listenbrainz".to_owned(),
            ..HeardElsewhere::default()
        });
    }
}

impl Track {
    fn wanted(self) -> Wanted {
        let info = self.additional_info.unwrap_or_default();
        let seconds = || info.duration.number().and_then(|s| believed_ms(s * 1000.0));
        let mut wanted = Wanted {
            title: self.track_name.text(),
            artists: names([self.artist_name.text()]),
            album: self.release_name.text(),
            track: info.tracknumber.ordinal(),
            disc: info.discnumber.ordinal(),
            length_ms: info.duration_ms.ms().or_else(seconds),
            isrc: links::isrc(&info.isrc.text()),
            ..Wanted::default()
        };
        let mapped = self.mbid_mapping.unwrap_or_default().recording_mbid;
        for id in [&mapped, &info.recording_mbid] {
            links::learn(&mut wanted, "musicbrainz", &id.text());
        }
        ids::learn_identifier(&mut wanted, &info.spotify_id.text());
        if let Some(links::Link::Song(service, id)) = links::parse(&info.origin_url.text()) {
            links::learn(&mut wanted, service, &id);
        }
        wanted
    }
}
