//! What a file is, by what stands in it: never by its name, and by headers only where no value tells.

use super::json::{WRAPPERS, each};
use super::table::{self, Layout, Means, of_key};
use super::text::Utf8;
use super::{Format, NotTaken, links, spotify_text};
use crate::wanted::recognise::{is_binary, is_json, xml_root};
use crate::wanted::{cue, pls};
use std::collections::BTreeSet;
use std::io::Read;

/// So many lines tell what all are.
const LINES: usize = 200;
/// Fields within fields of JSON that tell what it is.
const DEPTH: usize = 4;
/// The most fields that are looked at.
const FIELDS: usize = 2_000;
/// A line of names is no longer, in bytes.
const NAMES: usize = 300;

/// What a file is.
pub(super) struct Sniffed {
    pub format: Format,
    /// How its rows are to be read, where it is a table.
    pub layout: Option<Layout>,
}

/// Tells by the first bytes; `stated`: what the person says that it is.
pub(super) fn sniff(head: &[u8], stated: Option<Format>) -> Result<Sniffed, NotTaken> {
    let mut text = String::new();
    let mut nothing = std::io::empty();
    let decoded = Utf8::new(head, &mut nothing, head.len()).read_to_string(&mut text);
    decoded.map_err(|error| NotTaken::of_io(&error))?;
    // A cut line is no line.
    let is_whole = head.len() < super::limits::HEAD;
    let of = |format| Sniffed {
        format,
        layout: None,
    };
    match stated {
        Some(format) if table::is_table(format) => {
            let layout = Layout::stated(&text, is_whole, format);
            let layout = layout.ok_or(NotTaken::NotAs(format))?;
            Ok(Sniffed {
                format,
                layout: Some(layout),
            })
        }
        Some(Format::Deezer) => Err(NotTaken::NotAs(Format::Deezer)),
        Some(format) => Ok(of(format)),
        None => match plain(&text, is_whole)? {
            Some(format) => Ok(of(format)),
            None => by_rows(&text, is_whole),
        },
    }
}

/// Formats that show without a look at all rows.
fn plain(text: &str, is_whole: bool) -> Result<Option<Format>, NotTaken> {
    if is_binary(text) {
        return Err(NotTaken::Unknown);
    }
    if text
        .split(['\n', '\r'])
        .any(|line| line.starts_with("#EXT-X-"))
    {
        return Err(NotTaken::Hls);
    }
    let text = text.trim_start();
    let mut lines = lines(text, is_whole);
    let first = lines.next().unwrap_or_default();
    let upper = first.to_ascii_uppercase();
    if !first.is_empty()
        && std::iter::once(first)
            .chain(lines)
            .all(|line| links::parse(line).is_some())
    {
        return Ok(Some(Format::Links));
    }
    if upper.starts_with("#EXTM3U") || upper.starts_with("#EXTINF:") {
        return Ok(Some(Format::M3u));
    }
    if pls::looks_like(first) {
        return Ok(Some(Format::Pls));
    }
    if let Some(root) = xml_root(text) {
        return match root.as_str() {
            "plist" => Ok(Some(Format::AppleXml)),
            "playlist" => Ok(Some(Format::Xspf)),
            "html" if text.contains("watch?v=") => Ok(Some(Format::WatchHistory)),
            _ => Err(NotTaken::Unknown),
        };
    }
    if is_json(text) {
        return json(text).map(Some).ok_or(NotTaken::Unknown);
    }
    if cue::looks_like(text.split(['\n', '\r']).map(str::as_bytes)) {
        return Err(NotTaken::Cue);
    }
    Ok((first == spotify_text::FIRST).then_some(Format::SpotifyBackupText))
}

/// Formats of rows.
fn by_rows(text: &str, is_whole: bool) -> Result<Sniffed, NotTaken> {
    if let Some(layout) = Layout::of(text, is_whole) {
        return Ok(Sniffed {
            format: layout.format,
            layout: Some(layout),
        });
    }
    let all: Vec<&str> = lines(text, is_whole).collect();
    let is_names = |line: &&&str| line.len() <= NAMES && line.contains(" - ");
    let names = all.iter().filter(is_names).count();
    let format = match all.len() {
        0 => return Err(NotTaken::Unknown),
        _ if all
            .iter()
            .all(|line| line.starts_with('#') || is_path(line)) =>
        {
            Format::M3u
        }
        count if names * 10 >= count * 9 => Format::Lines,
        _ => return Err(NotTaken::Unknown),
    };
    Ok(Sniffed {
        format,
        layout: None,
    })
}

/// The first lines that are not empty.
fn lines(text: &str, is_whole: bool) -> impl Iterator<Item = &str> {
    let end = match is_whole {
        true => text.len(),
        false => text.rfind(['\n', '\r']).unwrap_or(text.len()),
    };
    let lines = text[..end].split(['\n', '\r']).map(str::trim);
    lines.filter(|line| !line.is_empty()).take(LINES)
}

/// A path or a URL that ends like the name of a file.
fn is_path(line: &str) -> bool {
    let end = line
        .rsplit_once('.')
        .map(|(_, end)| end)
        .unwrap_or_default();
    (2..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn json(text: &str) -> Option<Format> {
    let mut fields = BTreeSet::new();
    collect(text.as_bytes(), "", DEPTH, &mut fields);
    let has = |path: &str| fields.contains(path);
    let any = |paths: &[&str]| paths.iter().any(|path| has(path));
    let songs = song_lists(&fields);
    // A converter's own rows under names that are known have no row of the service within.
    let own = |list: &str| songs.contains(list);
    let is_wrapped = |list: &str| {
        WRAPPERS
            .iter()
            .any(|name| list.ends_with(&format!("[].{name}")))
    };
    let tests: [(bool, Format); 15] = [
        (any(&[".playlist.track", ".playlist.track[]"]), Format::Jspf),
        (
            any(&[
                ".playlists[].items[].track",
                ".playlists[].items[].episode",
                ".playlists[].items[].localTrack",
                ".playlists[].lastModifiedDate",
            ]) && !own(".playlists[].items[]"),
            Format::SpotifyPlaylists,
        ),
        (
            any(&[".playlists[].tracks", ".playlists[].tracks[]"]) && !own(".playlists[].tracks[]"),
            Format::SpotifyBackup,
        ),
        (
            has(".bannedTracks") && has(".tracks") && has(".albums"),
            Format::SpotifyLibrary,
        ),
        (
            has("[].endTime") && has("[].msPlayed"),
            Format::SpotifyHistory,
        ),
        (has("[].ts") && has("[].ms_played"), Format::SpotifyExtended),
        (
            any(&[
                ".items[].track",
                ".items[].item",
                ".tracks.items",
                ".items.items",
            ]) && !own(".items[]"),
            Format::SpotifyApi,
        ),
        (
            has("[].Track Identifier") && has("[].Title"),
            Format::AppleTracks,
        ),
        (
            any(&["[].Playlist Item Identifiers", "[].Container Identifier"]),
            Format::ApplePlaylists,
        ),
        (
            any(&[".track_metadata", "[].track_metadata"]),
            Format::ListenBrainz,
        ),
        (
            has("[].titleUrl") && has("[].header"),
            Format::WatchHistoryJson,
        ),
        (has(".items") && has(".href"), Format::SpotifyApi),
        (
            songs
                .iter()
                .any(|list| list.ends_with("[]") || is_wrapped(list)),
            Format::Json,
        ),
        (has(".playlists"), Format::SpotifyPlaylists),
        (has(".playlist"), Format::Jspf),
    ];
    let found = tests.into_iter().find(|(is_it, _)| *is_it);
    found.map(|(_, format)| format)
}

/// What has a title and an artist, by its path.
fn song_lists(fields: &BTreeSet<String>) -> BTreeSet<&str> {
    let with = |is_it: fn(Means) -> bool| -> BTreeSet<&str> {
        let parted = fields.iter().filter_map(|path| path.rsplit_once('.'));
        let named = parted.filter(|(_, key)| is_it(of_key(key.trim_end_matches("[]"))));
        named.map(|(parent, _)| parent).collect()
    };
    let titles = with(|means| matches!(means, Means::Title | Means::TitleOrNumber));
    let artists = with(|means| matches!(means, Means::Artist | Means::ArtistToo));
    titles.intersection(&artists).copied().collect()
}

/// The fields that are there, as `.field[].field`.
fn collect(bytes: &[u8], before: &str, depth: usize, fields: &mut BTreeSet<String>) {
    // Reading from memory does not fail.
    let _ = each(&mut &*bytes, bytes.len(), &mut |piece| {
        if fields.len() >= FIELDS {
            return;
        }
        let is_element = piece.key.is_empty() && piece.in_list;
        let field = match is_element {
            true => before.to_owned(),
            false => format!("{before}.{}", piece.key),
        };
        fields.insert(field.clone());
        let path = match piece.in_list {
            true => format!("{field}[]"),
            false => field,
        };
        fields.insert(path.clone());
        if depth > 1 && piece.bytes.starts_with(b"{") {
            collect(piece.bytes, &path, depth - 1, fields);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match sniff(text.as_bytes(), None) {
            Ok(sniffed) => sniffed.format.word().to_owned(),
            Err(why) => why.to_string().split(';').next().unwrap().to_owned(),
        }
    }

    #[test]
    fn what_is_no_export_is_refused() {
        for text in [
            "",
            "\n\n",
            "Dear diary,\nthis is no list.\nAt all.",
            "{\"a\":1}",
            "[1,2]",
            "{}",
            "[]",
            "<?xml version='1.0'?><feed/>",
            "<html><body>Hello</body></html>",
            "\0\0\0\x01\x02\x03",
            "date,amount\n2024-01-01,3\n",
            "Channel Id,Channel Url,Channel Title\nUC123,http://x,Somebody\n",
        ] {
            assert!(
                told(text).starts_with("this is no playlist"),
                "{text}: {}",
                told(text)
            );
        }
        assert!(told("#EXTM3U\n#EXT-X-VERSION:3").contains("HLS"));
        assert!(told("FILE \"a\" WAVE\n  TRACK 01 AUDIO\n").contains("cue sheet"));
    }

    #[test]
    fn an_empty_collection_has_its_format() {
        for (text, word) in [
            ("{\"playlists\":[]}", "spotify-playlists"),
            (
                "{\"tracks\":[],\"albums\":[],\"bannedTracks\":[]}",
                "spotify-library",
            ),
            ("{\"items\":[],\"href\":\"x\"}", "spotify-api"),
            ("#EXTM3U", "m3u"),
            ("a/b.mp3\n# x\n", "m3u"),
            (
                "Track URI,Track Name,Album Name,Artist Name(s)",
                "exportify-net",
            ),
            ("title,artist", "csv"),
            ("A - B\nC - D", "lines"),
        ] {
            assert_eq!(told(text), word, "{text}");
        }
    }
}
