//! What a file's own name says: a number before it, and names parted by dashes. Pure.

use super::same;
use super::words::{is_somebody, is_version, number_of_nobody};

/// No disc is told by a single digit above this.
const MOST_DISCS: u32 = 9;
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

/// A number at the beginning.
struct Lead<'a> {
    track: Option<u32>,
    disc: Option<u32>,
    /// Its form alone says that it is no part of the title.
    is_sure: bool,
    rest: &'a str,
}

fn lead(stem: &str, disc: Option<u32>) -> Option<Lead<'_>> {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let (digits_text, after) = stem.split_at_checked(digits)?;
    if digits == 0 {
        return bracketed(stem).or_else(|| side(stem));
    }
    let number: u32 = digits_text.parse().ok().filter(|_| digits <= 3)?;
    if let Some(lead) = disc_and_track(number, digits, after) {
        return Some(lead);
    }
    let is_padded = digits_text.starts_with('0') && digits > 1;
    if after.is_empty() {
        let track = Some(number).filter(|number| is_padded && *number > 0);
        return track.map(|track| Lead {
            track: Some(track),
            disc: None,
            is_sure: true,
            rest: stem,
        });
    }
    let (rest, is_strong) = after_mark(after)?;
    if !is_padded && !rest.contains(char::is_alphabetic) {
        return None;
    }
    if digits == 3 && !is_padded {
        // 203 is the third of the second disc only where that is known.
        let of_disc = disc == Some(number / 100) && !number.is_multiple_of(100);
        let (disc, track) = (Some(number / 100), Some(number % 100));
        return of_disc.then_some(Lead {
            track,
            disc,
            is_sure: true,
            rest,
        });
    }
    Some(Lead {
        track: Some(number).filter(|number| *number > 0),
        disc: None,
        is_sure: is_padded || is_strong,
        rest,
    })
}

/// `[03] Title`, `(03) Title`.
fn bracketed(stem: &str) -> Option<Lead<'_>> {
    let (inside, rest) = match stem.chars().next()? {
        '[' => stem.get(1..)?.split_once(']')?,
        '(' => stem.get(1..)?.split_once(')')?,
        _ => return None,
    };
    let is_number =
        (1..=2).contains(&inside.len()) && inside.bytes().all(|byte| byte.is_ascii_digit());
    let rest = rest.trim_start_matches([' ', '-', '.']);
    let track = inside
        .parse()
        .ok()
        .filter(|track| *track > 0 && is_number)?;
    (!rest.is_empty()).then_some(Lead {
        track: Some(track),
        disc: None,
        is_sure: true,
        rest,
    })
}

/// `A1 Title`: a side of a record. It tells no track number, as each side begins at 1.
fn side(stem: &str) -> Option<Lead<'_>> {
    let rest = stem.strip_prefix(['A', 'B', 'C', 'D', 'E', 'F'])?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number: u32 = rest.get(..digits)?.parse().ok()?;
    if digits > 2 || !(1..=20).contains(&number) {
        return None;
    }
    let (after, is_strong) = after_mark(rest.get(digits..)?)?;
    after.contains(char::is_alphabetic).then_some(Lead {
        track: None,
        disc: None,
        is_sure: is_strong || digits == 1,
        rest: after,
    })
}

/// `1-03 Title`
fn disc_and_track(disc: u32, digits: usize, after: &str) -> Option<Lead<'_>> {
    let track = after
        .strip_prefix(['-', '.'])
        .and_then(|track| track.get(..2))?;
    let number: u32 = track.parse().ok().filter(|number| *number > 0)?;
    if !(1..=MOST_DISCS).contains(&disc) || digits > 2 || track.starts_with('+') {
        return None;
    }
    let (rest, _) = after_mark(after.get(3..)?)?;
    let is_sure = track.starts_with('0') || digits == 2;
    (after.starts_with('-') || is_sure).then_some(Lead {
        track: Some(number),
        disc: Some(disc),
        is_sure,
        rest,
    })
}

/// What stands after the mark that parts a number from a name, and whether the mark leaves no doubt.
fn after_mark(text: &str) -> Option<(&str, bool)> {
    const MARKS: [(&str, bool); 9] = [
        (" - ", true),
        (". - ", true),
        (". ", true),
        (") ", true),
        ("- ", true),
        (" -", false),
        (".", false),
        ("-", false),
        (" ", false),
    ];
    let (mark, is_strong) = MARKS.iter().find(|(mark, _)| text.starts_with(mark))?;
    let rest = text.get(mark.len()..)?.trim_start();
    (!rest.is_empty()).then_some((rest, *is_strong))
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

/// Whether the files beside it count on: two before this number, or two after it where it begins.
fn continues(number: u32, beside: &[u32]) -> bool {
    let has = |number: Option<u32>| number.is_some_and(|number| beside.contains(&number));
    if number > 2 {
        has(number.checked_sub(1)) && has(number.checked_sub(2))
    } else {
        (1..4)
            .filter(|other| *other != number)
            .all(|other| has(Some(other)))
    }
}

/// The number that a file's name begins with, for [`Known::neighbours`].
pub fn leading_number(name: &[u8]) -> Option<u32> {
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let after = name.get(digits)?;
    let is_parted = b" ._-)".contains(after);
    let number = std::str::from_utf8(name.get(..digits)?)
        .ok()?
        .parse()
        .ok()?;
    (is_parted && digits <= 2).then_some(number)
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
