//! Points in time as people and MPD write them: text → seconds since 1970. It asks no clock.

use crate::music::date::days_since_1970;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Reads `2024`, `2024-05`, `2024-05-01`, `2024-05-01T10:30`, `2024-05-01T10:30:00Z`, `…+02:00` (ISO 8601), or seconds since
/// 1970. Four digits are a year. Without a zone it is UTC. Gives the first second of it and the first after it: what is
/// not written may be anything, so `2024` is all of the year.
pub fn span(text: &str) -> Option<(i64, i64)> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && text.len() != 4 && text.len() != 8 {
        let second: i64 = text.parse().ok()?;
        return Some((second, second.checked_add(1)?));
    }
    let (date, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)),
        None => (text, None),
    };
    let (from, until) = days(date)?;
    let Some(clock) = clock else {
        return Some((from * DAY_S, until * DAY_S));
    };
    let (begins, lasts) = time_of_day(clock)?;
    let from = from * DAY_S + begins;
    Some((from, from + lasts))
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYYMMDD`: its first day, and the first after it, since 1970.
fn days(date: &str) -> Option<(i64, i64)> {
    let parts: Vec<&str> = if date.len() == 8 && !date.contains('-') {
        vec![date.get(..4)?, date.get(4..6)?, date.get(6..)?]
    } else {
        date.split('-').collect()
    };
    if parts.len() > 3 || parts[0].len() != 4 {
        return None;
    }
    let year = digits(parts[0], 0, 9_999)?;
    let Some(month) = parts.get(1) else {
        return Some((days_since_1970(year, 1, 1), days_since_1970(year + 1, 1, 1)));
    };
    let month = digits(month, 1, 12)?;
    let from = days_since_1970(year, month, 1);
    let until = match month {
        12 => days_since_1970(year + 1, 1, 1),
        month => days_since_1970(year, month + 1, 1),
    };
    let Some(day) = parts.get(2) else {
        return Some((from, until));
    };
    let day = from + digits(day, 1, until - from)? - 1;
    Some((day, day + 1))
}

/// `HH`, `HH:MM` or `HH:MM:SS`, and a zone: the second of the day in UTC, and how many seconds it may mean.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let (clock, zone_s) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => (text.get(..at)?, zone(text.get(at..)?)?),
        None => (text, 0),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let part = |at: usize, most| parts.get(at).map_or(Some(0), |text| digits(text, 0, most));
    let second = part(0, 23)? * 3_600 + part(1, 59)? * 60 + part(2, 60)? - zone_s;
    let lasts = [3_600, 60, 1][parts.len() - 1];
    Some((second, lasts))
}

/// `Z`, `+02`, `+0200` or `+02:00`, in s east of Greenwich.
fn zone(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let offset = text.get(1..)?;
    let (hours, minutes) = match offset.len() {
        2 => (offset, "00"),
        4 => (offset.get(..2)?, offset.get(2..)?),
        5 => offset.split_once(':')?,
        _ => return None,
    };
    Some(sign * (digits(hours, 0, 14)? * 3_600 + digits(minutes, 0, 59)? * 60))
}

fn digits(text: &str, least: i64, most: i64) -> Option<i64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok())??;
    (least..=most).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("1970", 0),
            ("2000-03-01", 951_868_800),
            ("20000229", 951_782_400),
            ("2024-05", 1_714_521_600),
            ("2024-05-01T10:30:05Z", 1_714_559_405),
            ("2024-05-01 10:30", 1_714_559_400),
            ("2024-05-01T12:30:05+02:00", 1_714_559_405),
            ("2024-05-01T05:30:05-0500", 1_714_559_405),
            ("1714559405", 1_714_559_405),
            ("0", 0),
            ("1969-12-31", -86_400),
        ] {
            assert_eq!(span(text).map(|(from, _)| from), Some(seconds), "{text}");
        }
        for text in [
            "",
            "x",
            "2024-13",
            "2024-02-30",
            "2023-02-29",
            "2024-05-01T25",
            "2024-05-01T10:30:00+",
            "24-05-01",
            "2024-05-01-01",
            "٢٠٢٤",
            "99999999999999999999",
            "2024-05-01T1é",
        ] {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_written_may_be_anything() {
        for (text, lasts) in [
            ("2023", 365 * DAY_S),
            ("2024", 366 * DAY_S),
            ("2024-02", 29 * DAY_S),
            ("2024-12", 31 * DAY_S),
            ("20240228", DAY_S),
            ("2024-05-01T10", 3_600),
            ("2024-05-01T10:30+02:00", 60),
            ("2024-05-01 10:30:05", 1),
            ("1714559405", 1),
        ] {
            let (from, until) = span(text).unwrap();
            assert_eq!(until - from, lasts, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in "[0-9TZ:+ -]{0,24}|.{0,12}") {
            span(&text);
        }
    }
}
