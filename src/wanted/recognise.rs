//! What a playlist file is, by what stands in it: a name's end tells nothing.

use super::encoding::Decoded;
use super::{MAX_BYTES, Playlist, PlaylistFormat, Refused, cue, jspf, m3u, pls, xspf};

/// So much of a text is looked at for what it is, in bytes. The tracks of a cue sheet may begin late, behind remarks.
const HEAD: usize = 64 << 10;
/// Of this many first characters, in text, …
const SAMPLE: usize = 1024;
/// … one in so many may be a control character.
const CONTROLS: usize = 16;

/// Reads a playlist file of any format that is known here.
///
/// What looks like no other format is taken for a bare list of paths. `Err`: it is something else, or damaged from the
/// first byte on.
pub fn read_playlist(bytes: &[u8]) -> Result<Playlist, Refused> {
    match recognise(bytes)?.0 {
        PlaylistFormat::M3u => m3u::read(bytes),
        PlaylistFormat::Pls => pls::read(bytes),
        PlaylistFormat::Xspf => xspf::read(bytes),
        PlaylistFormat::Jspf => jspf::read(bytes),
        PlaylistFormat::Cue => cue::read(bytes),
    }
}

/// Whether the bytes can be nothing but a playlist: for files whose names do not say so.
pub fn is_surely_playlist(bytes: &[u8]) -> bool {
    recognise(bytes).is_ok_and(|(_, is_sure)| is_sure)
}

/// The format, and whether it shows.
fn recognise(bytes: &[u8]) -> Result<(PlaylistFormat, bool), Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let head = Decoded::new(bytes.get(..HEAD).unwrap_or(bytes));
    let text = head.all();
    let text = text.trim_start();
    if text
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("#EXTM3U"))
    {
        return Ok((PlaylistFormat::M3u, true));
    }
    if is_binary(text) {
        return Err(Refused::NotText);
    }
    if let Some(root) = xml_root(text) {
        return match root.as_str() {
            "playlist" => Ok((PlaylistFormat::Xspf, true)),
            "plist" => Err(Refused::AppleLibrary),
            _ => Err(Refused::OtherXml),
        };
    }
    if is_json(text) {
        return Ok((PlaylistFormat::Jspf, text.contains("\"playlist\"")));
    }
    let mut first = text.lines().map(str::trim);
    if first
        .find(|line| !line.is_empty() && !line.starts_with(';'))
        .is_some_and(pls::looks_like)
    {
        return Ok((PlaylistFormat::Pls, true));
    }
    if cue::looks_like(head.lines()) {
        return Ok((PlaylistFormat::Cue, true));
    }
    Ok((PlaylistFormat::M3u, false))
}

pub(super) fn is_binary(text: &str) -> bool {
    let sample = || text.chars().take(SAMPLE);
    let odd = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    sample().filter(odd).count() * CONTROLS > sample().count()
}

/// The name of the root element, without prefix, lower case; `None` where it is no XML. A file may be called `<a> b.mp3`,
/// so that an element alone makes no XML unless it is one that is known.
pub(super) fn xml_root(text: &str) -> Option<String> {
    let mut rest = text;
    let mut is_xml = false;
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            // With declarations in it, which have a `>` each.
            _ if is_long_doctype(rest) => "]>",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        is_xml = true;
        rest = rest.split_once(end).map_or("", |(_, after)| after);
    }
    let name: String = match rest.strip_prefix('<') {
        Some(rest) => rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_'))
            .collect(),
        None => String::new(),
    };
    let name = name
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_known = ["playlist", "plist", "html", "smil", "asx", "rss"].contains(&name.as_str());
    (is_xml || is_known).then_some(name)
}

fn is_long_doctype(rest: &str) -> bool {
    let head = rest.split('>').next().unwrap_or_default();
    head.starts_with("<!DOCTYPE") && head.contains('[')
}

/// Whether the text is JSON with something in it; `[Album] 1.mp3` and `{a}.mp3` are none.
pub(super) fn is_json(text: &str) -> bool {
    let Some(inside) = text.strip_prefix(['{', '[']) else {
        return false;
    };
    let next = inside.trim_start().chars().next();
    match text.starts_with('{') {
        true => matches!(next, Some('"' | '}')),
        false => matches!(next, Some('"' | '{')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanted::MAX_ROWS;
    use proptest::prelude::*;

    #[test]
    fn each_by_what_stands_in_it() {
        use PlaylistFormat::*;
        for (text, format, is_sure) in [
            ("#EXTM3U\n<playlist>", M3u, true),
            ("\u{feff}#extm3u", M3u, true),
            ("a/b.mp3\n", M3u, false),
            ("", M3u, false),
            ("[Album] 1.mp3\n", M3u, false),
            ("{a}.mp3", M3u, false),
            ("<3 songs.mp3", M3u, false),
            ("<a>.mp3", M3u, false),
            ("TRACK 01.mp3\nFILE 2.mp3\n", M3u, false),
            ("\n ; made by x\n[PLAYLIST]\n", Pls, true),
            ("file1=a.mp3", Pls, true),
            ("<?xml version='1.0'?>\n<!-- x --><playlist>", Xspf, true),
            ("<x:playlist>", Xspf, true),
            ("<!DOCTYPE playlist>\r<playlist>", Xspf, true),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]>\r<playlist>", Xspf, true),
            (" {\"playlist\":{}}", Jspf, true),
            ("{\"a\":1}", Jspf, false),
            ("REM x\rFILE \"a\" WAVE\r  TRACK 01 AUDIO\r", Cue, true),
            ("track 1 audio\nindex 1 0:0:0", Cue, true),
        ] {
            assert_eq!(recognise(text.as_bytes()), Ok((format, is_sure)), "{text}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused_by_name() {
        for (bytes, refused) in [
            (&b"#EXTM3U\n#EXT-X-VERSION:3\n"[..], Refused::Hls),
            (b"a.ts\n#EXT-X-ENDLIST\n", Refused::Hls),
            (b"<?xml version='1.0'?><plist>", Refused::AppleLibrary),
            (b"<!DOCTYPE html><html>", Refused::OtherXml),
            (b"<?xml", Refused::OtherXml),
            (b"{\"tracks\":[]}", Refused::OtherJson),
            (
                b"{\"playlist\":\n{",
                Refused::Damaged {
                    format: PlaylistFormat::Jspf,
                    line: 2,
                },
            ),
            (b"ID3\x04\0\0\0\0\x0f\x76TIT2\0\0\0\x02", Refused::NotText),
        ] {
            assert_eq!(read_playlist(bytes), Err(refused), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_well(bytes: Vec<u8>) {
            if let Ok(playlist) = read_playlist(&bytes) {
                prop_assert!(playlist.rows.len() <= MAX_ROWS.min(bytes.len()));
            }
        }
    }
}
