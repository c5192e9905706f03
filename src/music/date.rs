//! The Gregorian calendar, as days since 1970-01-01 and back: Howard Hinnant, "chrono-compatible low-level date algorithms",
//! `days_from_civil` and `civil_from_days`. The year begins in March there, so that the odd day comes last. It asks no clock.

/// Days of 400 years.
const ERA: i64 = 146_097;
/// From 1 March of the year 0 to 1 January 1970, in days.
const TO_1970: i64 = 719_468;

/// The days from 1970 to a date; month and day count from 1. A day beyond its month counts on into the next.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970
}

/// Year, month and day so many days after 1970-01-01.
pub fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + TO_1970;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let (month, next) = match shifted {
        0..=9 => (shifted + 3, 0),
        _ => (shifted - 9, 1),
    };
    (year + era * 400 + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_of_the_calendar() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2026, 11, 27), 20_784),
            ((2100, 3, 1), 47_541),
            ((0, 1, 1), -719_528),
        ] {
            assert_eq!(days_since_1970(date.0, date.1, date.2), days, "{date:?}");
            assert_eq!(date_of(days), date);
        }
    }

    proptest! {
        #[test]
        fn there_and_back(days in -4_000_000_i64..4_000_000) {
            let (year, month, day) = date_of(days);
            prop_assert_eq!(days_since_1970(year, month, day), days);
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&day));
        }
    }
}
