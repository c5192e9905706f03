//! Times as MPD writes them, `2026-11-27T13:08:39Z`. It asks no clock.

use super::answer::Line;
use crate::music::date::date_of;

const MS_OF_DAY: i64 = 86_400_000;

/// Puts a time in ms since 1970.
pub fn put(at_ms: i64, line: &mut Line) {
    let (days, ms) = (at_ms.div_euclid(MS_OF_DAY), at_ms.rem_euclid(MS_OF_DAY));
    let (year, month, day) = date_of(days);
    if year < 0 {
        line.put(b"-");
    }
    line.number(year.unsigned_abs(), 4);
    let s = ms / 1_000;
    for (mark, number) in [
        (b"-", month),
        (b"-", day),
        (b"T", s / 3_600),
        (b":", s / 60 % 60),
        (b":", s % 60),
    ] {
        line.put(mark);
        line.number(number.unsigned_abs(), 2);
    }
    line.put(b"Z");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpd::answer::Answer;

    #[test]
    fn times_of_the_calendar() {
        for (at_ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_784_919_000, "2026-11-27T13:08:39Z"),
            (-1_000, "1969-12-31T23:59:59Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
            (253_402_300_800_000, "10000-01-01T00:00:00Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
        ] {
            let mut out = Answer::default();
            out.line("at", |line| put(at_ms, line));
            assert_eq!(out.finish(), format!("at: {text}\n").into_bytes());
        }
    }
}
