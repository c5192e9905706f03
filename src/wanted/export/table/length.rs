//! Playing times as tables have them: ms, seconds, `225s`, `3:45`, `1:02:03`.

use crate::wanted::names::believed_ms;

/// No list of songs has so long a median, in seconds; so it is in ms.
const SURELY_MS: f64 = 10_000.0;

/// Whether plain numbers of a column are ms, by their median.
pub(super) fn are_ms<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut numbers: Vec<f64> = cells
        .filter_map(|cell| cell.parse().ok())
        .filter(|number| *number > 0.0)
        .collect();
    numbers.sort_by(f64::total_cmp);
    numbers
        .get(numbers.len() / 2)
        .is_some_and(|median| *median >= SURELY_MS)
}

/// A playing time in ms; `in_ms`: what a plain number is.
pub(super) fn ms(cell: &str, in_ms: bool) -> Option<u64> {
    if let Some(seconds) = clock(cell) {
        return believed_ms(seconds * 1000.0);
    }
    let seconds = cell.strip_suffix(['s', 'S']);
    let number: f64 = seconds.unwrap_or(cell).trim().parse().ok()?;
    believed_ms(match in_ms && seconds.is_none() {
        true => number,
        false => number * 1000.0,
    })
}

/// The seconds of `3:45` and `1:02:03`.
fn clock(cell: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> = cell
        .split(':')
        .map(|part| part.trim().parse().ok())
        .collect();
    match parts?[..] {
        [minutes, seconds] => Some(minutes * 60.0 + seconds),
        [hours, minutes, seconds] => Some((hours * 60.0 + minutes) * 60.0 + seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing() {
        for (cell, in_ms, right) in [
            ("225s", true, Some(225_000)),
            ("225", false, Some(225_000)),
            ("225000", true, Some(225_000)),
            ("3:45", true, Some(225_000)),
            ("1:02:03", false, Some(3_723_000)),
            ("0", false, None),
            ("-1", true, None),
            ("x", true, None),
            ("1:2:3:4", true, None),
            ("", true, None),
        ] {
            assert_eq!(ms(cell, in_ms), right, "{cell}");
        }
    }

    #[test]
    fn the_median_decides() {
        assert!(are_ms(["187223", "90", "241730"].into_iter()));
        assert!(!are_ms(["225", "90", "90000"].into_iter()));
        assert!(!are_ms(["", "3:45"].into_iter()));
    }
}
