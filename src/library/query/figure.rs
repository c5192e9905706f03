//! Numbers of a song that can be compared: what a person made of it, and times. Text → what they are compared with, and a
//! number held against it. It asks no clock and no database.

use super::time;
use crate::library::person::Kept;
use crate::music::{Printable, Rating};

/// A day, in ms.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A number of a song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// What is kept of it by its audio.
    Kept(Kept),
    /// When its file was changed, in ms since 1970.
    Modified,
}

impl Figure {
    /// The figure of a name in lower case.
    pub fn named(name: &str) -> Option<Self> {
        Some(Self::Kept(match name {
            "rating" => Kept::Rating,
            "plays" => Kept::Plays,
            "skips" => Kept::Skips,
            "last-played" => Kept::LastPlayed,
            "last-skipped" => Kept::LastSkipped,
            "added" => Kept::Added,
            "modified" => return Some(Self::Modified),
            _ => return None,
        }))
    }

    /// Whether it is a point in time.
    pub fn is_time(self) -> bool {
        !matches!(self, Self::Kept(Kept::Rating | Kept::Plays | Kept::Skips))
    }
}

/// How a figure compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Order {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    /// The signs, the longer ones before those that they begin with.
    const SIGNS: &[(&str, Self)] = &[
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        (">", Self::More),
        ("<", Self::Less),
    ];

    /// The sign that a text begins with, and what comes after it.
    pub fn split(text: &str) -> Option<(Self, &str)> {
        let found = Self::SIGNS
            .iter()
            .find_map(|(sign, order)| Some((*order, text.strip_prefix(sign)?)));
        found.map(|(order, rest)| (order, rest.trim_ascii_start()))
    }
}

/// What a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// That there is none: no stars, never.
    Nothing,
    /// All from the first to before the second: a number is itself, `2024-05` a whole month.
    Range(i64, i64),
    /// The time so many ms ago.
    Ago(i64),
}

/// A figure, and how it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureTest {
    /// Which.
    pub figure: Figure,
    /// How it compares.
    pub order: Order,
    /// With what.
    pub bound: Bound,
}

impl FigureTest {
    /// Reads the value; the error says what is wrong with it.
    pub fn read(figure: Figure, order: Order, value: &str) -> Result<Self, String> {
        let bound = bound(figure, value)?;
        let is_of_order = !matches!(order, Order::Equal | Order::NotEqual);
        match bound {
            Bound::Nothing if is_of_order => {
                let value = if value.is_empty() { "nothing" } else { value };
                return Err(format!("“{value}” is compared with == or != alone"));
            }
            Bound::Ago(_) if !is_of_order => {
                return Err(
                    "an age is compared with <, <=, > or >=, or with since or before".into(),
                );
            }
            _ => {}
        }
        Ok(Self {
            figure,
            order,
            bound,
        })
    }

    /// `TYPE VALUE`: the value may begin with a sign. Without one an age means since then, and anything else itself.
    pub fn read_pair(figure: Figure, value: &str) -> Result<Self, String> {
        let value = value.trim_ascii();
        if let Some((order, value)) = Order::split(value) {
            return Self::read(figure, order, value);
        }
        let is_age = figure.is_time() && age(value).is_some();
        let order = if is_age { Order::AtLeast } else { Order::Equal };
        Self::read(figure, order, value)
    }

    /// The test at this hour: an age becomes the time that it means.
    pub fn at(self, now_ms: i64) -> Self {
        let bound = match self.bound {
            Bound::Ago(ms) => {
                let then = now_ms.saturating_sub(ms);
                Bound::Range(then, then.saturating_add(1))
            }
            bound => bound,
        };
        Self { bound, ..self }
    }

    /// Whether a figure is so; `None`: the song has none, which is under nothing but `!=`.
    pub fn holds(&self, figure: Option<i64>) -> bool {
        let (from, until) = match self.bound {
            Bound::Nothing => return figure.is_none() == (self.order == Order::Equal),
            Bound::Range(from, until) => (from, until),
            Bound::Ago(_) => return false,
        };
        let Some(figure) = figure else {
            return self.order == Order::NotEqual;
        };
        match self.order {
            Order::Equal => (from..until).contains(&figure),
            Order::NotEqual => !(from..until).contains(&figure),
            Order::Less => figure < from,
            Order::AtMost => figure < until,
            Order::More => figure >= until,
            Order::AtLeast => figure >= from,
        }
    }
}

fn bound(figure: Figure, value: &str) -> Result<Bound, String> {
    let shown = Printable::new(value);
    if figure.is_time() {
        if matches!(value, "never" | "") {
            return Ok(Bound::Nothing);
        }
        if let Some(ms) = age(value) {
            return Ok(Bound::Ago(ms));
        }
        let (from, until) = time::span(value).ok_or_else(|| {
            format!("“{shown}” is no time: it is written 2024-05-01 or 2024-05-01T10:30:00Z, as an age 30d, 2w or 1y, or never")
        })?;
        let ms = |seconds: i64| seconds.saturating_mul(1_000);
        return Ok(Bound::Range(ms(from), ms(until)));
    }
    let number = if figure == Figure::Kept(Kept::Rating) {
        if matches!(value, "none" | "") {
            return Ok(Bound::Nothing);
        }
        let stars = value.parse().ok().and_then(Rating::from_stars);
        let stars = stars.ok_or_else(|| {
            format!(
                "“{shown}” is no rating: it is written in stars from 0 to 5, as 4 or 3.5, or none"
            )
        })?;
        i64::from(stars.halves())
    } else {
        let count: Option<u32> = value.parse().ok();
        i64::from(count.ok_or_else(|| format!("“{shown}” is no number"))?)
    };
    Ok(Bound::Range(number, number + 1))
}

/// `12h`, `30d`, `2w`, `6m`, `1y`, in ms; months have 30 days here and years 365.
fn age(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let unit_ms = match unit {
        'h' => DAY_MS / 24,
        'd' => DAY_MS,
        'w' => 7 * DAY_MS,
        'm' => 30 * DAY_MS,
        'y' => 365 * DAY_MS,
        _ => return None,
    };
    Some(i64::from(number).saturating_mul(unit_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_000 * DAY_MS;

    fn held(name: &str, order: Order, value: &str, figure: Option<i64>) -> bool {
        let test = FigureTest::read(Figure::named(name).unwrap(), order, value).unwrap();
        test.at(NOW_MS).holds(figure)
    }

    #[test]
    fn a_date_is_all_of_its_day_and_an_age_is_a_point_in_time() {
        let day = |day: i64| Some(day * DAY_MS);
        // 1970-01-03 is the day from 2 to 3.
        for (order, fits) in [
            (Order::Equal, [false, true, true, false]),
            (Order::NotEqual, [true, false, false, true]),
            (Order::Less, [true, false, false, false]),
            (Order::AtMost, [true, true, true, false]),
            (Order::More, [false, false, false, true]),
            (Order::AtLeast, [false, true, true, true]),
        ] {
            let times = [Some(2 * DAY_MS - 1), day(2), Some(3 * DAY_MS - 1), day(3)];
            let found = times.map(|time| held("last-played", order, "1970-01-03", time));
            assert_eq!(found, fits, "{order:?}");
            assert_eq!(
                held("added", order, "1970-01-03", None),
                order == Order::NotEqual
            );
        }
        for (age, days) in [
            ("48h", 2),
            ("30d", 30),
            ("2w", 14),
            ("6m", 180),
            ("1y", 365),
        ] {
            let then = NOW_MS - days * DAY_MS;
            assert!(
                held("last-played", Order::AtLeast, age, Some(then)),
                "{age}"
            );
            assert!(
                held("last-played", Order::Less, age, Some(then - 1)),
                "{age}"
            );
            assert!(
                !held("last-played", Order::AtLeast, age, Some(then - 1)),
                "{age}"
            );
        }
    }

    #[test]
    fn none_is_under_nothing_but_what_asks_for_it() {
        for (name, value) in [
            ("rating", "none"),
            ("rating", ""),
            ("last-skipped", "never"),
        ] {
            assert!(held(name, Order::Equal, value, None));
            assert!(!held(name, Order::Equal, value, Some(0)));
            assert!(held(name, Order::NotEqual, value, Some(0)));
            let figure = Figure::named(name).unwrap();
            assert!(FigureTest::read(figure, Order::Less, value).is_err());
        }
    }

    #[test]
    fn pairs_may_begin_with_a_sign() {
        let read = |name: &str, value| {
            FigureTest::read_pair(Figure::named(name).unwrap(), value)
                .map(|test| (test.order, test.bound))
        };
        assert_eq!(
            read("rating", "3.5"),
            Ok((Order::Equal, Bound::Range(7, 8)))
        );
        assert_eq!(
            read("rating", ">= 4"),
            Ok((Order::AtLeast, Bound::Range(8, 9)))
        );
        assert_eq!(read("plays", "<3"), Ok((Order::Less, Bound::Range(3, 4))));
        assert_eq!(
            read("added", "1d"),
            Ok((Order::AtLeast, Bound::Ago(DAY_MS)))
        );
        assert_eq!(read("added", "never"), Ok((Order::Equal, Bound::Nothing)));
        for (name, value) in [
            ("plays", "many"),
            ("plays", "-1"),
            ("added", "soon"),
            ("added", "d"),
            ("rating", "6"),
            ("added", "==3d"),
        ] {
            assert!(read(name, value).is_err(), "{name} {value}");
        }
    }
}
