//! The number that a file's name begins with: `03 - `, `1-03 `, `[03] `, `A1 `. Pure.

/// No disc is told by a single digit above this.
const MOST_DISCS: u32 = 9;

/// A number at the beginning.
pub struct Lead<'a> {
    /// Position on its disc; a side of a record tells none.
    pub track: Option<u32>,
    /// Disc of a set.
    pub disc: Option<u32>,
    /// Its form alone says that it is no part of the title.
    pub is_sure: bool,
    /// The name behind it.
    pub rest: &'a str,
}

/// The number that a name begins with, if any; `disc`: that of the song, where it is known.
pub fn lead(stem: &str, disc: Option<u32>) -> Option<Lead<'_>> {
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

/// Whether the files beside it count on: two before this number, or two after it where it begins.
pub fn continues(number: u32, beside: &[u32]) -> bool {
    let has = |number: Option<u32>| number.is_some_and(|number| beside.contains(&number));
    if number > 2 {
        has(number.checked_sub(1)) && has(number.checked_sub(2))
    } else {
        (1..4)
            .filter(|other| *other != number)
            .all(|other| has(Some(other)))
    }
}

/// The number that a file's name begins with, for the files beside it.
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
