//! Words that tell what a name is: folders that say nothing, marks of a version, "various artists". Pure lists; all are folded.

use crate::music::fold;

/// Folders that people keep music in, of any kind: neither an album nor an artist.
const SAYS_NOTHING: &[&str] = &[
    "audio",
    "audiobooks",
    "backup",
    "bandcamp",
    "cd",
    "cds",
    "chill",
    "christmas",
    "classical",
    "collection",
    "complete",
    "country",
    "dance",
    "data",
    "desktop",
    "documents",
    "download",
    "downloaded",
    "downloads",
    "electronic",
    "external",
    "favorites",
    "favourites",
    "files",
    "flac",
    "flacs",
    "folk",
    "genres",
    "hip hop",
    "hip-hop",
    "home",
    "imported",
    "inbox",
    "incoming",
    "itunes",
    "itunes media",
    "jazz",
    "kids",
    "lib",
    "library",
    "local",
    "lossless",
    "lossy",
    "m4a",
    "media",
    "metal",
    "misc",
    "miscellaneous",
    "mixed",
    "mnt",
    "mp3",
    "mp3s",
    "music",
    "musica",
    "musik",
    "musique",
    "muziek",
    "muzyka",
    "my music",
    "neuer ordner",
    "new",
    "new folder",
    "no album",
    "no artist",
    "nouveau dossier",
    "ogg",
    "old",
    "oldies",
    "opus",
    "opt",
    "other",
    "others",
    "party",
    "phone",
    "playlist",
    "playlists",
    "podcasts",
    "pop",
    "private",
    "punk",
    "random",
    "rap",
    "reggae",
    "rips",
    "rock",
    "root",
    "run",
    "sd card",
    "sdcard",
    "share",
    "shared",
    "singles",
    "songs",
    "sort",
    "sorted",
    "soul",
    "soundcloud",
    "soundtrack",
    "soundtracks",
    "spotify",
    "srv",
    "stuff",
    "temp",
    "tmp",
    "to sort",
    "torrents",
    "tracks",
    "unknown",
    "unknown album",
    "unknown artist",
    "unsorted",
    "untitled folder",
    "usb",
    "user",
    "users",
    "usr",
    "var",
    "video",
    "videos",
    "vinyl",
    "wav",
    "wave",
    "wma",
    "workout",
    "youtube",
    "zik",
    "музыка",
    "загрузки",
    "音楽",
    "音乐",
    "音樂",
    "ダウンロード",
];

/// Those who made an album of several artists.
const SEVERAL: &[&str] = &[
    "artistes divers",
    "artistes varies",
    "artisti vari",
    "compilation",
    "compilations",
    "diverse interpreten",
    "v.a.",
    "va",
    "various",
    "various artists",
    "varios artistas",
    "varios interpretes",
    "verschiedene",
    "verschiedene interpreten",
    "разные исполнители",
    "オムニバス",
];

/// Words of which one at least tells a version of a song, or a part of it.
const OF_A_VERSION: &[&str] = &[
    "acapella",
    "acoustic",
    "act",
    "akustik",
    "alternate",
    "alternative",
    "bonus",
    "chapter",
    "club",
    "cut",
    "demo",
    "digital",
    "dub",
    "edit",
    "edition",
    "en vivo",
    "explicit",
    "extended",
    "finale",
    "instrumental",
    "interlude",
    "intro",
    "karaoke",
    "kapitel",
    "live",
    "lp",
    "mix",
    "mono",
    "movement",
    "original",
    "orchestral",
    "outro",
    "part",
    "pt",
    "radio",
    "reedit",
    "remaster",
    "remastered",
    "remix",
    "reprise",
    "rework",
    "session",
    "sessions",
    "single",
    "stereo",
    "take",
    "teil",
    "unplugged",
    "version",
    "vip",
    "vocal",
];

/// Words that end the name of a version: `Somebody Remix`.
const KINDS_OF_VERSION: &[&str] = &[
    "edit",
    "mix",
    "remaster",
    "remastered",
    "remix",
    "rework",
    "session",
    "version",
];

/// Words that may stand among those of a version.
const BETWEEN: &[&str] = &["a", "i", "ii", "iii", "iv", "one", "the", "two", "v"];

/// What stands in brackets after an album's name and is not part of it.
const OF_A_FORMAT: &[&str] = &[
    "16bit", "24bit", "16-44", "24-44", "24-48", "24-96", "24-192", "128", "192", "256", "320",
    "320kbps", "aac", "alac", "cbr", "cd", "dsd", "flac", "hi-res", "itunes", "kbps", "lossless",
    "m4a", "mp3", "ogg", "opus", "qobuz", "rip", "sacd", "tidal", "v0", "v2", "vbr", "vinyl",
    "wav", "web",
];

/// Names that some program gave to what it did not know.
const NUMBERED_NOBODY: &[&str] = &["audiotrack", "pista", "piste", "spur", "track", "traccia"];

/// Whether a folder's name says neither an album nor an artist. A single letter or a range of them is a shelf.
pub fn says_nothing(name: &str) -> bool {
    let folded = fold(name);
    let mut letters = folded.chars();
    let is_shelf = letters.next().is_none_or(|_| match letters.next() {
        None => true,
        Some(second) => second == '-' && letters.nth(1).is_none(),
    });
    // `1984 (2015)` is a name, `0-9`, `2023-05` and `001` are none.
    let is_number = !has_letter(name) && !name.split(" (").next().is_some_and(is_year);
    is_shelf || is_number || SAYS_NOTHING.contains(&folded.as_str())
}

/// Whether the name says "various artists".
pub fn is_several(name: &str) -> bool {
    SEVERAL.contains(&fold(name).as_str())
}

/// Whether the name can be somebody's.
pub fn is_somebody(name: &str) -> bool {
    has_letter(name) && !is_several(name) && !says_nothing(name) && !is_nobody(name)
}

/// Whether this tells a version of a song and no name: `Live`, `2011 Remaster`, `Live at the Roxy`; not `Live Forever`.
pub fn is_version(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_of_one = |word: &&str| OF_A_VERSION.contains(word);
    let is_filling =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || BETWEEN.contains(&word);
    let all_are = words.iter().all(|word| is_of_one(word) || is_filling(word));
    let is_recorded_at = matches!(
        words[..],
        ["live", "at" | "in" | "from" | "on" | "aus" | "im", _, ..]
    );
    let ends_so = !text.contains(['(', '['])
        && words
            .last()
            .is_some_and(|word| KINDS_OF_VERSION.contains(word));
    is_recorded_at || ends_so || all_are && words.iter().any(is_of_one)
}

/// Whether this tells how a copy was made: `FLAC`, `320kbps`, `24bit Vinyl`.
pub fn is_format(text: &str) -> bool {
    let folded = fold(text);
    folded
        .split([' ', ',', '_', '.'])
        .any(|word| OF_A_FORMAT.contains(&word))
}

/// The number of a name such as `Track 07`.
pub fn number_of_nobody(name: &str) -> Option<u32> {
    let folded = fold(name);
    let digits = NUMBERED_NOBODY
        .iter()
        .find_map(|word| folded.strip_prefix(word))?;
    digits.trim().parse().ok().filter(|number| *number > 0)
}

fn is_nobody(name: &str) -> bool {
    number_of_nobody(name).is_some() || NUMBERED_NOBODY.contains(&fold(name).as_str())
}

/// Whether this is a year of recorded music.
pub fn is_year(text: &str) -> bool {
    text.len() == 4
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && ("1900".."2100").contains(&text)
}

fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}
