//! Values that have to be taken apart: several performers in one cell, and where a file lies.

use crate::wanted::target::{Target, read_target};

/// `A\, B, C` is two names.
pub(super) fn at_commas(cell: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        let Some(name) = names.last_mut() else {
            break;
        };
        match c {
            '\\' if rest.peek() == Some(&',') => {
                rest.next();
                name.push(',');
            }
            ',' if rest.peek() == Some(&' ') => names.push(String::new()),
            c => name.push(c),
        }
    }
    names
}

/// `A,B` is two names, `A, B` and `10,000 Examples` are one.
pub(super) fn at_tight_commas(cell: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let chars: Vec<char> = cell.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let is_digit = |at: Option<usize>| {
            at.and_then(|at| chars.get(at))
                .is_some_and(char::is_ascii_digit)
        };
        let in_number = is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        let is_inside = chars.get(at + 1) == Some(&' ') || in_number;
        match (c, names.last_mut()) {
            (',', _) if !is_inside => names.push(String::new()),
            (c, Some(name)) => name.push(*c),
            _ => {}
        }
    }
    names
}

/// Where a file lies, also as Macs wrote it: `Macintosh HD:Users:me:a.mp3`.
pub(super) fn location(cell: &str) -> Vec<Vec<u8>> {
    let is_hfs = cell.contains(':') && !cell.contains(['/', '\\']);
    let text = match cell.split_once(':') {
        Some((_, below)) if is_hfs => format!("/{}", below.replace(':', "/")),
        _ => cell.to_owned(),
    };
    match read_target(&text, text.as_bytes()) {
        Target::Paths(paths) if !cell.is_empty() => paths,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn performers_of_a_cell() {
        assert_eq!(
            at_commas("Example\\, Sample & Sons, The Other Band"),
            ["Example, Sample & Sons", " The Other Band"]
        );
        assert_eq!(at_tight_commas("A,B"), ["A", "B"]);
        assert_eq!(
            at_tight_commas("Tyler, The Example"),
            ["Tyler, The Example"]
        );
        assert_eq!(
            at_tight_commas("10,000 Examples,B"),
            ["10,000 Examples", "B"]
        );
    }

    #[test]
    fn locations() {
        assert_eq!(
            location("Macintosh HD:Users:me:a b.mp3"),
            [b"/Users/me/a b.mp3".to_vec()]
        );
        assert_eq!(location("file:///Users/a%20b.mp3")[0], b"/Users/a b.mp3");
        assert_eq!(location("C:\\Music\\a.mp3"), [b"C:\\Music\\a.mp3".to_vec()]);
        assert!(location("").is_empty());
    }
}
