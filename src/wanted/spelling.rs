//! Which files a written path may mean. Pure: whether one is there is for the caller to find out.
//!
//! A path in a playlist, or one kept from a disk that has been copied since, may be spelt otherwise than the disk has
//! it: in the other Unicode normal form, in Windows-1252 bytes, with percent codes, with backslashes, or behind a
//! drive letter. What is written literally is always the first guess.

use super::encoding::{from_windows_1252, to_windows_1252};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// So many components from its end a Windows path is looked for below the playlist's folder.
const MAX_SUFFIX: usize = 12;

/// The ways to spell a path (or a URI), the literal one first; none has a NUL in it.
pub fn spellings(path: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let decoded = percent_decode(path);
    for guess in [path, &decoded, &turned(path), &turned(&decoded)] {
        push_forms(&mut all, guess);
    }
    all.retain(|bytes| !bytes.is_empty() && !bytes.contains(&0));
    all
}

/// The files that a path in a playlist may mean, likeliest first: its [`spellings`], each joined to `folder`, the
/// absolute folder of the playlist. The ends of a path with a drive letter are looked for below that folder.
pub fn candidates(path: &[u8], folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for spelling in spellings(path) {
        let ends = match below_drive(&spelling) {
            Some(below) => suffixes(&below),
            None => vec![spelling],
        };
        for file in ends.iter().filter_map(|end| join(folder, end)) {
            if !all.contains(&file) {
                all.push(file);
            }
        }
    }
    all
}

/// The absolute path of a written one: below `folder` where it is relative, with `.` and `..` taken away by their
/// letters. `None` where `folder` is not absolute or nothing is left.
pub fn join(folder: &Path, path: &[u8]) -> Option<PathBuf> {
    let before = folder.as_os_str().as_bytes();
    let before = if path.starts_with(b"/") { b"/" } else { before };
    if !before.starts_with(b"/") {
        return None;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in before
        .split(|b| *b == b'/')
        .chain(path.split(|b| *b == b'/'))
    {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let whole = [b"/", parts.join(&b'/').as_slice()].concat();
    (whole.len() > 1).then(|| PathBuf::from(OsString::from_vec(whole)))
}

/// Whether a path is absolute on Windows: a drive letter, or a server.
pub(super) fn is_windows_absolute(path: &[u8]) -> bool {
    match path {
        [letter, b':', b'\\' | b'/', ..] => letter.is_ascii_alphabetic(),
        [b'\\', b'\\', ..] => true,
        _ => false,
    }
}

/// The bytes with each `%XX` replaced by the byte it stands for; a `%` without two digits stays.
pub(super) fn percent_decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|b| (*b as char).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                rest = &tail[2..];
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

fn turned(path: &[u8]) -> Vec<u8> {
    path.iter()
        .map(|b| if *b == b'\\' { b'/' } else { *b })
        .collect()
}

fn push_forms(all: &mut Vec<Vec<u8>>, guess: &[u8]) {
    let mut push = |form: Vec<u8>| {
        if !all.contains(&form) {
            all.push(form);
        }
    };
    push(guess.to_vec());
    match std::str::from_utf8(guess) {
        Ok(text) if !text.is_ascii() => {
            let composed: String = text.nfc().collect();
            let bytes = to_windows_1252(&composed);
            push(composed.into_bytes());
            push(text.nfd().collect::<String>().into_bytes());
            bytes.into_iter().for_each(push);
        }
        Ok(_) => {}
        Err(_) => push(from_windows_1252(guess).into_bytes()),
    }
}

fn below_drive(path: &[u8]) -> Option<Vec<u8>> {
    if !is_windows_absolute(path) {
        return None;
    }
    let path = turned(path);
    let from = if path.get(1) == Some(&b':') { 2 } else { 0 };
    Some(path[from..].to_vec())
}

fn suffixes(path: &[u8]) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = path
        .split(|b| *b == b'/')
        .filter(|part| !part.is_empty())
        .collect();
    let first = parts.len().saturating_sub(MAX_SUFFIX);
    (first..parts.len())
        .map(|from| parts[from..].join(&b'/'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &[u8]) -> Vec<String> {
        candidates(path, Path::new("/lists"))
            .iter()
            .map(|file| file.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_is_written_comes_first_and_guesses_after() {
        assert_eq!(shown(b"a/b.mp3"), ["/lists/a/b.mp3"]);
        assert_eq!(shown(b"/a//./b/../c.mp3"), ["/a/c.mp3"]);
        assert_eq!(shown(b"../../../up.mp3"), ["/up.mp3"]);
        assert_eq!(
            shown(b"100%25.mp3"),
            ["/lists/100%25.mp3", "/lists/100%.mp3"]
        );
        assert_eq!(shown(b"50%.mp3"), ["/lists/50%.mp3"]);
        assert_eq!(shown(b"a\\b.mp3"), ["/lists/a\\b.mp3", "/lists/a/b.mp3"]);
    }

    #[test]
    fn both_normal_forms_and_the_old_bytes() {
        let forms = spellings("é".as_bytes());
        assert_eq!(
            forms,
            [
                b"\xc3\xa9".to_vec(),
                b"e\xcc\x81".to_vec(),
                b"\xe9".to_vec()
            ]
        );
        assert!(spellings(b"\xe9").contains(&"é".as_bytes().to_vec()));
        assert!(spellings("e\u{301}".as_bytes()).contains(&"é".as_bytes().to_vec()));
        assert!(spellings(b"%e9").contains(&"é".as_bytes().to_vec()));
    }

    #[test]
    fn a_drive_is_looked_for_below_the_folder() {
        assert_eq!(
            shown(b"C:\\Music\\A\\b.mp3"),
            ["/lists/Music/A/b.mp3", "/lists/A/b.mp3", "/lists/b.mp3"]
        );
        assert!(shown(b"\\\\nas\\music\\b.mp3").contains(&"/lists/music/b.mp3".into()));
        assert!(!is_windows_absolute(b"Re: zero.mp3"));
    }

    #[test]
    fn no_candidate_has_a_nul_or_is_a_folder_alone() {
        assert_eq!(shown(b"a%00b"), ["/lists/a%00b"]);
        assert_eq!(join(Path::new("/"), b".."), None);
        assert_eq!(join(Path::new("not/absolute"), b"a"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_few_clean_candidates(path: Vec<u8>) {
            let all = candidates(&path, Path::new("/lists"));
            proptest::prop_assert!(all.len() <= 16 * MAX_SUFFIX);
            for file in all {
                let bytes = file.as_os_str().as_bytes();
                proptest::prop_assert!(!bytes.split(|b| *b == b'/').any(|part| part == b".."));
                proptest::prop_assert!(!bytes.contains(&0));
            }
        }
    }
}
