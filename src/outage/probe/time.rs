//! The two times that a server tells: when its clock says it is now, and when it wants to be asked again. Pure.

use crate::music::date::{date_of, days_since_1970};

/// The longest that we let a server send us away for, in ms: an hour.
pub const MAX_RETRY_AFTER_MS: u64 = 3_600_000;

const DAY_S: i64 = 86_400;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970. Source: RFC 9110 §5.6.7, of which this is the form that is sent.
pub fn http_date(text: &str) -> Option<i64> {
    let (_, rest) = text.trim().split_once(", ")?;
    let parts: Vec<&str> = rest.splitn(6, ' ').collect();
    let &[day, month, year, clock, "GMT"] = parts.as_slice() else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let number = |text: &str, most: i64| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = is_number.then(|| text.parse().ok())??;
        (number <= most).then_some(number)
    };
    let clock: Vec<i64> = clock
        .split(':')
        .map(|part| number(part, 60))
        .collect::<Option<_>>()?;
    let &[hour, minute, second] = clock.as_slice() else {
        return None;
    };
    let days = days_since_1970(number(year, 9_999)?, month, number(day, 31)?);
    Some(days * DAY_S + hour * 3_600 + minute * 60 + second)
}

/// `Retry-After`, as seconds or as a time, in ms from now. Source: RFC 9110 §10.2.3.
pub fn retry_after_ms(text: &str, now_s: i64) -> Option<u64> {
    let seconds = match text.trim().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => u64::try_from(http_date(text)? - now_s).unwrap_or(0),
    };
    Some(seconds.saturating_mul(1_000).min(MAX_RETRY_AFTER_MS))
}

/// `2025-04-16` of seconds since 1970.
pub fn day(at_s: i64) -> String {
    let (year, month, day) = date_of(at_s.div_euclid(DAY_S));
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let at = http_date("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(at, Some(784_111_777), "the example of the RFC");
        assert_eq!(day(784_111_777), "1994-11-06");
        for text in [
            "",
            "now",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, -6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nix 1994 08:49:37 GMT",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    #[test]
    fn when_to_ask_again() {
        let now = 784_111_777;
        assert_eq!(retry_after_ms("120", now), Some(120_000));
        let later = retry_after_ms("Sun, 06 Nov 1994 08:50:07 GMT", now);
        assert_eq!(later, Some(30_000));
        let before = retry_after_ms("Sun, 06 Nov 1994 08:00:00 GMT", now);
        assert_eq!(before, Some(0));
        let never = retry_after_ms("18446744073709551615", now);
        assert_eq!(never, Some(MAX_RETRY_AFTER_MS));
        assert_eq!(retry_after_ms("soon", now), None);
    }
}
