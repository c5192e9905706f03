//! Sizes as people write and read them.

/// Bytes of `500M`, `32G`, `32GB` (by thousands, as sticks are sold) or `30GiB` (by 1024). A number without a unit is a slip:
/// with so little room all that was packed would go.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || "a size is a number and a unit: 500M, 32G, 30GiB".to_owned();
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let unit = unit.trim().to_ascii_uppercase();
    let (letter, base) = match unit.strip_suffix("IB") {
        Some(letter) => (letter, 1_024_f64),
        None => (unit.strip_suffix('B').unwrap_or(&unit), 1_000_f64),
    };
    let power = match letter {
        "" if unit == "B" => 0,
        "K" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        _ => return Err(wrong()),
    };
    let bytes = number * base.powi(power);
    // Beyond this a float knows no single bytes, and no stick is that large.
    match bytes.is_finite() && (1.0..9e15).contains(&bytes) {
        true => Ok(bytes as u64),
        false => Err(wrong()),
    }
}

/// `31.9 GB`
pub(super) fn words(bytes: u64) -> String {
    let units = [
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
    ];
    let unit = units.into_iter().find(|(_, size)| bytes >= *size);
    let (name, size) = unit.unwrap_or(("kB", 1_000));
    format!("{:.1} {name}", bytes as f64 / size as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("32G", 32_000_000_000),
            ("32GB", 32_000_000_000),
            ("1.5m", 1_500_000),
            ("30GiB", 30 << 30),
            ("2 KiB", 2_048),
            ("700B", 700),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for wrong in [
            "", "G", "0", "700", "0B", "-1G", "1X", "1iB", "1e9", "9999999T", "NaN", "1 2",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(words(31_940_000_000), "31.9 GB");
        assert_eq!(words(12), "0.0 kB");
    }
}
