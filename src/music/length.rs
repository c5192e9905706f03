//! Lengths of time as people read them. It never reads a clock.

/// `3:07`, `1:02:03`: milliseconds as players show them, cut to whole seconds.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `2 h 05 min`, `4 min`: a long sum of playing time, rounded to minutes.
pub fn spoken_hours(ms: u64) -> String {
    let minutes = (ms + 30_000) / 60_000;
    match minutes / 60 {
        0 if minutes == 0 => format!("{} s", (ms + 500) / 1000),
        0 => format!("{minutes} min"),
        hours => format!("{hours} h {:02} min", minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(187_999), "3:07");
        assert_eq!(clock(3_723_000), "1:02:03");
        assert_eq!(spoken_hours(12_300), "12 s");
        assert_eq!(spoken_hours(240_000), "4 min");
        assert_eq!(spoken_hours(7_500_000), "2 h 05 min");
    }
}
