//! What a file's own name says: a number before it, and names parted by dashes. Pure.

use super::number::{Lead, continues, lead};
use super::same;
use super::words::{is_somebody, is_version, number_of_nobody};

/// A name of more parts is no name of a song and its artist.
const MOST_PARTS: usize = 6;

/// What is known of the song from elsewhere, for comparing.
pub struct Known<'a> {
    /// The title that the file states; empty where it states none.
    pub title: &'a str,
    /// The performers that the file states.
    pub artists: &'a [String],
    /// The album: stated, or the folder's name.
    pub albums: &'a [&'a str],
    /// Whose folder it lies in.
    pub folder_artists: &'a [&'a str],
    /// The track number that the file states.
    pub track: Option<u32>,
    /// The disc that the file or its folder states.
    pub disc: Option<u32>,
    /// The files beside it have their artists in their names, as on albums of several.
    pub is_several: bool,
    /// Whether it lies in a folder that may be an album.
    pub has_folder: bool,
    /// The numbers that the names of the files beside it begin with; asked only where they decide.
    pub neighbours: &'a dyn Fn() -> Vec<u32>,
}

/// What the name says.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    /// The title, or all of the name.
    pub title: String,
    /// The performer.
    pub artist: Option<String>,
    /// The album.
    pub album: Option<String>,
    /// Position on its disc.
    pub track: Option<u32>,
    /// Disc of a set.
    pub disc: Option<u32>,
    /// It begins with a number that is no part of the title.
    pub is_numbered: bool,
    /// It may name an artist other than the folder's: whose song it is cannot be said.
    pub is_unclear: bool,
}

/// Reads a name without its extension.
pub fn read(stem: &str, known: &Known) -> Told {
    let stem = tidy(stem);
    let mut told = Told {
        title: stem.clone(),
        ..Told::default()
    };
    if let Some(number) = number_of_nobody(&stem) {
        told.track = Some(number).filter(|number| *number < 1_000);
        return told;
    }
    let lead = lead(&stem, known.disc).filter(|lead| is_meant(lead, &stem, known));
    let rest = match &lead {
        Some(lead) => {
            (told.track, told.disc, told.is_numbered) = (lead.track, lead.disc, true);
            lead.rest
        }
        None => &stem,
    };
    told.title = rest.to_owned();
    let parts: Vec<&str> = rest
        .split(" - ")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if lead.is_none() && numbered_inside(&parts, &mut told) {
        return told;
    }
    if (2..=MOST_PARTS).contains(&parts.len()) {
        part(&parts, known, &mut told);
    }
    told
}

/// Blanks where they were written as underscores, one kind of dash, and no video's id at the end.
fn tidy(stem: &str) -> String {
    let mut text = stem.to_owned();
    if !text.contains(' ') {
        text = text.replace('_', " ");
    }
    let text = text
        .replace([' ', '\u{a0}'], " ")
        .replace(" – ", " - ")
        .replace(" — ", " - ");
    let words: Vec<&str> = without_video_id(&text).split_whitespace().collect();
    if words.is_empty() {
        stem.to_owned()
    } else {
        words.join(" ")
    }
}

/// Downloaders put a video's id behind its title: ` [dQw4w9WgXcQ]`.
fn without_video_id(text: &str) -> &str {
    let id = text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once(" ["));
    let is_id = |id: &str| {
        id.len() == 11
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && id.bytes().skip(1).any(|byte| !byte.is_ascii_lowercase())
    };
    match id {
        Some((rest, id)) if is_id(id) && !rest.trim().is_empty() => rest,
        _ => text,
    }
}

/// Whether the number is no part of the title: the tags decide, else its form, else the files beside it.
fn is_meant(lead: &Lead, stem: &str, known: &Known) -> bool {
    if !known.title.is_empty() {
        if same(known.title, stem) {
            return false;
        }
        if same(known.title, lead.rest) {
            return true;
        }
    }
    if lead.is_sure {
        return true;
    }
    match (lead.track, known.track) {
        (Some(track), Some(stated)) => track == stated,
        (Some(_), None) if lead.disc.is_some() => known.has_folder,
        (Some(track), None) => continues(track, &(known.neighbours)()),
        (None, _) => known.has_folder,
    }
}

/// `Artist - 03 - Title`, `Artist - Album - 03 - Title`, `Artist - Album - 03 Title`.
fn numbered_inside(parts: &[&str], told: &mut Told) -> bool {
    let alone = |part: &str| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part != "0"
    };
    let inner = parts
        .get(1..parts.len().saturating_sub(1))
        .unwrap_or_default();
    let (before, track, title) = if let Some(at) = inner.iter().position(|part| alone(part)) {
        let (before, after) = (parts.get(..=at), parts.get(at + 2..));
        let title = after.unwrap_or_default().join(" - ");
        (
            before.unwrap_or_default(),
            inner.get(at).and_then(|part| part.parse().ok()),
            title,
        )
    } else {
        let Some((last, before)) = parts.split_last() else {
            return false;
        };
        match lead(last, None) {
            Some(lead) if last.starts_with('0') && lead.disc.is_none() && lead.rest != *last => {
                (before, lead.track, lead.rest.to_owned())
            }
            _ => return false,
        }
    };
    let (artist, album) = match before {
        [artist] => (*artist, None),
        [artist, album] => (*artist, Some((*album).to_owned())),
        _ => return false,
    };
    if !is_somebody(artist) || title.is_empty() {
        return false;
    }
    (told.artist, told.album, told.track, told.title) =
        (Some(artist.to_owned()), album, track, title);
    told.is_numbered = true;
    true
}

/// Parts a name at its first dash where it is sure on which side the artist stands.
fn part(parts: &[&str], known: &Known, told: &mut Told) {
    let first = parts[0];
    let rest = parts.get(1..).unwrap_or_default();
    let tail = rest.join(" - ");
    if !known.title.is_empty() {
        if same(&tail, known.title) || rest.last().is_some_and(|last| same(last, known.title)) {
            told.artist = Some(first.to_owned()).filter(|name| is_somebody(name));
        } else if same(first, known.title) && rest.len() == 1 && !is_version(&tail) {
            told.artist = Some(tail).filter(|name| is_somebody(name));
        }
        return;
    }
    let is_by = |name: &str| {
        known
            .artists
            .iter()
            .any(|artist| is_same_artist(name, artist))
    };
    let is_of_folder = |name: &str| known.folder_artists.iter().any(|artist| same(artist, name));
    if is_by(first) || known.artists.is_empty() && is_of_folder(first) {
        return take(first, rest, known, told);
    }
    if rest.len() == 1 && (is_by(&tail) || known.artists.is_empty() && is_of_folder(&tail)) {
        (told.artist, told.title) = (Some(tail), first.to_owned());
        return;
    }
    if !known.artists.is_empty() || is_version(&tail) || !is_somebody(first) {
        return;
    }
    let has_owner = !known.folder_artists.is_empty() && !known.is_several;
    if told.is_numbered && has_owner {
        told.is_unclear = true;
        return;
    }
    take(first, rest, known, told);
}

fn take(artist: &str, rest: &[&str], known: &Known, told: &mut Told) {
    let rest = match rest {
        [album, title @ ..]
            if !title.is_empty() && known.albums.iter().any(|known| same(known, album)) =>
        {
            told.album = Some((*album).to_owned());
            title
        }
        _ => rest,
    };
    (told.artist, told.title) = (Some(artist.to_owned()), rest.join(" - "));
}

/// Whether this names that artist, guests or none.
pub fn is_same_artist(name: &str, artist: &str) -> bool {
    let without_guests = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let at = [" feat", " ft.", " ft ", " (feat", " featuring", " with "]
            .iter()
            .filter_map(|mark| lower.find(mark))
            .min();
        at.and_then(|at| text.get(..at)).unwrap_or(text).to_owned()
    };
    same(name, artist) || same(&without_guests(name), &without_guests(artist))
}
