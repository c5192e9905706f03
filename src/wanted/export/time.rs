//! When something was heard or put into a list: the ways in which exports write it, as ms since 1970. What names no zone is
//! taken for UTC; what could be read in two ways is not read.

use crate::music::date::days_since_1970;

/// Numbers from here on are ms since 1970, below it seconds: the year 5138 in one, March 1973 in the other.
const LEAST_MS: f64 = 1e11;
/// The first day of a spreadsheet, in days before 1970.
const SPREADSHEET_EPOCH: f64 = 25_569.0;
const DAY_MS: i64 = 86_400_000;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// `2024-03-17`, `2024-03-17T08:14:22.5Z`, `2024-03-17 08:14 UTC`, `17 Mar 2024 08:14`, seconds or ms since 1970.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return of_number(number);
    }
    let (date, clock) = match text.find(['T', ' ']).filter(|at| *at >= 8) {
        Some(at) if text[..at].contains('-') => (iso_date(&text[..at])?, &text[at + 1..]),
        _ if text.contains('-') => (iso_date(text)?, ""),
        _ => spoken_date(text)?,
    };
    date.checked_mul(DAY_MS)?.checked_add(clock_ms(clock)?)
}

/// Seconds or ms since 1970.
pub(in crate::wanted) fn of_number(number: f64) -> Option<i64> {
    let ms = match number {
        _ if !(number > 0.0 && number < 1e14) => return None,
        _ if number >= LEAST_MS => number,
        _ => number * 1000.0,
    };
    // A year, or a count of plays, is no time.
    (ms >= 1e11).then_some(ms as i64)
}

/// A day as spreadsheets count them.
pub(super) fn of_spreadsheet(days: f64) -> Option<i64> {
    let is_day = (SPREADSHEET_EPOCH..100_000.0).contains(&days);
    is_day.then(|| ((days - SPREADSHEET_EPOCH) * DAY_MS as f64).round() as i64)
}

/// Days since 1970 of `2024-03-17`.
fn iso_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Days since 1970 of `17 Mar 2024`, and what stands behind it.
fn spoken_date(text: &str) -> Option<(i64, &str)> {
    let (day, rest) = text.split_once(' ')?;
    let (month, rest) = rest.split_once(' ')?;
    let (year, clock) = rest.split_once([' ', ',']).unwrap_or((rest, ""));
    let month = month.get(..3)?.to_ascii_lowercase();
    let month = 1 + MONTHS.iter().position(|known| *known == month)?;
    let month = u32::try_from(month).ok()?;
    Some((days(year.parse().ok()?, month, day.parse().ok()?)?, clock))
}

/// The days from 1970 to a date that an export may have.
fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(days_since_1970(year, month.into(), day.into()))
}

/// `08:14`, `08:14:22.5Z`, `08:14:22+02:00`, or nothing.
fn clock_ms(text: &str) -> Option<i64> {
    let text = text
        .trim()
        .trim_end_matches("UTC")
        .trim_end_matches('Z')
        .trim();
    if text.is_empty() {
        return Some(0);
    }
    let zone = text.rfind(['+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone);
    let mut parts = clock.trim().split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let fits = (0..24).contains(&hours)
        && (0..60).contains(&minutes)
        && (0.0..61.0).contains(&seconds)
        && parts.next().is_none();
    if !fits {
        return None;
    }
    let ms = (hours * 60 + minutes) * 60_000 + (seconds * 1000.0) as i64;
    Some(ms - zone_ms(zone)?)
}

fn zone_ms(zone: &str) -> Option<i64> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0 => Some(0),
        4 => {
            let (hours, minutes): (i64, i64) =
                (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
            Some(sign * (hours * 60 + minutes) * 60_000)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing() {
        for (text, ms) in [
            ("1970-01-01", Some(0)),
            ("2024-03-17", Some(1_710_633_600_000)),
            ("2024-03-17T08:14:22Z", Some(1_710_663_262_000)),
            ("2024-03-17T08:14:22.5Z", Some(1_710_663_262_500)),
            ("2024-03-17T10:14:22+02:00", Some(1_710_663_262_000)),
            ("2024-03-17 08:14", Some(1_710_663_240_000)),
            ("2024-03-17 08:14:22 UTC", Some(1_710_663_262_000)),
            ("17 Mar 2024 08:14", Some(1_710_663_240_000)),
            ("17 Mar 2024, 08:14", Some(1_710_663_240_000)),
            ("1710663262", Some(1_710_663_262_000)),
            ("1710663262000", Some(1_710_663_262_000)),
            ("2024", None),
            ("03/04/24", None),
            ("2024-13-01", None),
            ("2024-03-17 25:00", None),
            ("2024-03-17 9223372036854775807:00", None),
            ("2024-03-17 00:9223372036854775807", None),
            ("NaN", None),
            ("17 Fog 2024", None),
            ("", None),
        ] {
            assert_eq!(parse(text), ms, "{text}");
        }
        assert_eq!(of_spreadsheet(45_368.5), Some(1_710_676_800_000));
        assert_eq!(of_spreadsheet(3.0), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_ends_well(text: String, dated in "[0-9]{1,4}-[0-9]{2}-[0-9]{2}[T ][0-9:.é+-]{0,12}") {
            let _ = (parse(&text), parse(&dated));
        }
    }
}
