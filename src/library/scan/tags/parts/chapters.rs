//! Chapters as tags state them. What a chapter's end says is not asked: the next one's start ends it.

use super::MOST_PARTS;

/// Where a chapter begins, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// From the beginning of the file, in ns.
    pub start_ns: u64,
    /// Its name, or empty.
    pub title: String,
}

/// Takes one comment into the chapters of a Vorbis tag: `CHAPTER001=00:01:02.345`, `CHAPTER001NAME=…`
/// (wiki.xiph.org/Chapter_Extension); `false`: it is none. `numbers` holds the number of each chapter.
pub fn in_vorbis(name: &str, text: &str, chapters: &mut Vec<(u32, Chapter)>) -> bool {
    let Some((number, rest)) = numbered(name) else {
        return false;
    };
    let at = chapters.iter().position(|(other, _)| *other == number);
    let at = match at {
        Some(at) => at,
        None if chapters.len() >= MOST_PARTS => return true,
        None => {
            let unknown = Chapter {
                start_ns: u64::MAX,
                title: String::new(),
            };
            chapters.push((number, unknown));
            chapters.len() - 1
        }
    };
    match rest {
        "" => chapters[at].1.start_ns = clock_ns(text).unwrap_or(u64::MAX),
        rest if rest.eq_ignore_ascii_case("NAME") => text.clone_into(&mut chapters[at].1.title),
        _ => {}
    }
    true
}

fn numbered(name: &str) -> Option<(u32, &str)> {
    let (head, rest) = name.split_at_checked(7)?;
    let (digits, rest) = rest.split_at_checked(3)?;
    let is_chapter =
        head.eq_ignore_ascii_case("CHAPTER") && digits.bytes().all(|b| b.is_ascii_digit());
    is_chapter.then_some((digits.parse().ok()?, rest))
}

/// `HH:MM:SS.fraction`
fn clock_ns(text: &str) -> Option<u64> {
    let mut fields = text.trim().split(':');
    let (hours, minutes) = (fields.next()?, fields.next()?);
    let (seconds, fraction) = match fields.next()?.split_once('.') {
        Some((seconds, fraction)) => (seconds, fraction),
        None => (text.trim().rsplit(':').next()?, ""),
    };
    if fields.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<u32>().ok().map(u64::from);
    let whole = number(hours)? * 3_600 + number(minutes)? * 60 + number(seconds)?;
    let nine = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let ns = nine.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    whole.checked_mul(1_000_000_000)?.checked_add(ns)
}
