//! What a name promises. Music is taken by its content; a name only tells whether looking is worth while. Pure.

/// What a file's name tells of its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// Music, or it says that it is: taken whatever it holds, so that what cannot be read is told.
    Music,
    /// Nothing: the first bytes decide.
    Nothing,
    /// Something else: it is never opened.
    Other,
}

/// Folders that hold no music of anybody.
const SYSTEM_FOLDERS: &[&str] = &[
    "@eaDir",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "#recycle",
    "#snapshot",
    "@Recycle",
    "@Recently-Snapshot",
];

/// Extensions of music, also of kinds that no reader here knows: their owner shall be told rather than miss them.
const MUSIC: &[&str] = &[
    "mp3", "flac", "ogg", "oga", "opus", "m4a", "m4b", "m4r", "mp4", "aac", "wav", "wave", "bwf",
    "rf64", "w64", "aif", "aiff", "aifc", "caf", "mka", "webm", "weba", "wv", "ape", "mpc", "mpp",
    "mp+", "wma", "asf", "dsf", "dff", "tta", "mp2", "mp1", "mpa", "mpga", "spx", "au", "snd",
    "amr", "3ga", "3gp", "3g2", "ac3", "ec3", "eac3", "dts", "dtshd", "tak", "shn", "ofr", "ofs",
    "ra", "mod", "xm", "s3m", "it", "mptm", "umx", "mo3",
];

/// Extensions of what lies beside music, of films, and of files that are not finished.
const OTHER: &[&[&str]] = &[
    PICTURES, TEXTS, DOCUMENTS, ARCHIVES, PROGRAMS, FILMS, NOTES, UNFINISHED,
];
const PICTURES: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "svg", "ico", "heic",
    "avif", "psd", "xcf", "jxl",
];
const TEXTS: &[&str] = &[
    "txt", "text", "log", "cue", "m3u", "m3u8", "pls", "xspf", "asx", "wpl", "zpl", "nfo",
    "accurip", "md5", "sha1", "sha256", "sfv", "ffp", "st5", "lrc", "srt", "sub", "ass", "ssa",
    "vtt", "md", "rtf", "html", "htm", "url", "webloc", "desktop", "lnk", "xml", "json", "csv",
    "tsv", "yaml", "yml", "toml", "ini", "inf", "cfg", "conf", "opf", "plist", "nsp", "itl", "itc",
    "itc2",
];
const DOCUMENTS: &[&str] = &[
    "pdf", "epub", "mobi", "doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "ps", "djvu",
];
const ARCHIVES: &[&str] = &[
    "zip", "rar", "7z", "gz", "bz2", "xz", "zst", "tar", "tgz", "iso", "img", "bin", "mdf", "mds",
    "nrg", "dmg", "par2", "par",
];
const PROGRAMS: &[&str] = &[
    "db", "sqlite", "sqlite3", "dat", "idx", "exe", "dll", "so", "msi", "apk", "jar", "deb", "rpm",
    "bat", "cmd", "sh", "py", "js", "css", "c", "h", "rs", "o", "class", "torrent",
];
const FILMS: &[&str] = &[
    "mkv", "avi", "mpg", "mpeg", "mov", "m4v", "wmv", "flv", "ogv", "vob", "ifo", "bup", "ts",
    "m2ts", "mts", "divx", "rm", "rmvb", "f4v",
];
const NOTES: &[&str] = &[
    "mid", "midi", "kar", "sf2", "sfz", "aup", "aup3", "als", "flp", "gp3", "gp4", "gp5", "gpx",
    "mscz", "asd", "peak", "pk", "pkf", "sfk",
];
const UNFINISHED: &[&str] = &[
    "part",
    "partial",
    "crdownload",
    "download",
    "tmp",
    "temp",
    "!ut",
    "!qb",
    "bc!",
    "aria2",
    "filepart",
    "bak",
    "swp",
    "lock",
    "ds_store",
];
const LONGEST_EXTENSION: usize = 10;

/// What a file of this name may hold.
pub fn promise(name: &[u8]) -> Promise {
    let Some(extension) = extension(name) else {
        return Promise::Nothing;
    };
    let is_in = |list: &[&str]| {
        list.iter()
            .any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
    };
    if is_in(MUSIC) {
        Promise::Music
    } else if OTHER.iter().any(|list| is_in(list)) || name.ends_with(b"~") {
        Promise::Other
    } else {
        Promise::Nothing
    }
}

fn extension(name: &[u8]) -> Option<&[u8]> {
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    let extension = name.get(dot + 1..)?;
    (1..=LONGEST_EXTENSION)
        .contains(&extension.len())
        .then_some(extension)
}

/// Whether a file or folder of this name is hidden.
pub fn is_hidden(name: &[u8]) -> bool {
    name.starts_with(b".")
}

/// Whether a folder of this name belongs to the system.
pub fn is_of_the_system(name: &[u8]) -> bool {
    SYSTEM_FOLDERS
        .iter()
        .any(|folder| name.eq_ignore_ascii_case(folder.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_and_what_is_none_tells_nothing() {
        for (name, promised) in [
            ("x.mp3", Promise::Music),
            ("x.FLAC", Promise::Music),
            ("x.mp+", Promise::Music),
            ("-x.w64", Promise::Music),
            // What a telephone records, as what it films: the content tells, as with MP4.
            ("memo.3gp", Promise::Music),
            ("x.3g2", Promise::Music),
            ("cover.JPG", Promise::Other),
            ("song.mp3.part", Promise::Other),
            ("film.mkv", Promise::Other),
            ("Track 01", Promise::Nothing),
            ("01. Mr. Brightside", Promise::Nothing),
            ("flac", Promise::Nothing),
            ("x.", Promise::Nothing),
            ("x.audio", Promise::Nothing),
        ] {
            assert_eq!(promise(name.as_bytes()), promised, "{name}");
        }
        assert_eq!(promise(b"caf\xe9.\xff"), Promise::Nothing);
    }

    #[test]
    fn no_extension_promises_two_things_and_none_is_too_long_to_be_seen() {
        for known in MUSIC {
            assert!(!OTHER.iter().any(|list| list.contains(known)), "{known}");
        }
        for known in MUSIC.iter().chain(OTHER.iter().copied().flatten()) {
            assert!(known.len() <= LONGEST_EXTENSION, "{known}");
            assert_eq!(*known, known.to_ascii_lowercase());
        }
    }
}
