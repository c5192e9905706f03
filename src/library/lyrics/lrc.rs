//! LRC, the text format of lyrics with times: `[01:02.34]line`. Pure; nothing in it is an error, what is no time is text.
//!
//! Read: several times before a line, `[offset:±ms]` (a positive one shows lines sooner), times of words (`<01:02.34>`),
//! which are dropped. (en.wikipedia.org/wiki/LRC_(file_format))

use super::{Line, MOST_LINES};

/// The tags before a line; more belong to no song.
const MOST_TAGS: usize = 64;

/// Reads a text, LRC or plain: a line without a time has none. Lines with times come in the order of these.
pub fn parse(text: &str) -> Vec<Line> {
    let mut timed: Vec<(u64, Line)> = Vec::new();
    let (mut offset_ms, mut last_ms, mut has_times) = (0, 0, false);
    for raw in text.lines().take(MOST_LINES) {
        let raw = raw.trim_start_matches('\u{feff}');
        let (times, rest) = times(raw);
        if times.is_empty() {
            match tag(raw) {
                Some(("offset", value)) => offset_ms = value.trim().parse().unwrap_or(offset_ms),
                Some(_) => {}
                None => timed.push((
                    last_ms,
                    Line {
                        at_ms: None,
                        text: raw.trim_end().to_owned(),
                    },
                )),
            }
            continue;
        }
        has_times = true;
        let text = without_word_times(rest);
        for at_ms in times {
            last_ms = at_ms;
            timed.push((
                at_ms,
                Line {
                    at_ms: Some(at_ms),
                    text: text.clone(),
                },
            ));
        }
    }
    if has_times {
        timed.sort_by_key(|(at, _)| *at);
        timed.retain(|(_, line)| line.at_ms.is_some() || !line.text.is_empty());
    }
    timed.truncate(MOST_LINES);
    let shifted = |at: u64| at.saturating_add_signed(0i64.saturating_sub(offset_ms));
    timed
        .into_iter()
        .map(|(_, line)| Line {
            at_ms: line.at_ms.map(shifted),
            text: line.text,
        })
        .collect()
}

/// A time as LRC writes it: `[mm:ss.xx]`.
pub fn time(at_ms: u64) -> String {
    let hundredths = at_ms / 10;
    format!(
        "[{:02}:{:02}.{:02}]",
        hundredths / 6_000,
        hundredths / 100 % 60,
        hundredths % 100
    )
}

/// The times that a line begins with, and what follows them.
fn times(line: &str) -> (Vec<u64>, &str) {
    let (mut times, mut rest) = (Vec::new(), line.trim_start());
    while times.len() < MOST_TAGS {
        let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        else {
            break;
        };
        let Some(at_ms) = milliseconds(inside) else {
            break;
        };
        times.push(at_ms);
        rest = after.trim_start();
    }
    (times, rest)
}

/// `mm:ss`, `mm:ss.x`, `mm:ss.xx`, `mm:ss.xxx`, `mm:ss:xx`.
fn milliseconds(text: &str) -> Option<u64> {
    let (minutes, rest) = text.trim().split_once(':')?;
    let (seconds, fraction) = rest.split_once(['.', ':']).unwrap_or((rest, ""));
    let number = |text: &str| {
        let is_short =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| text.parse::<u64>().ok()).flatten()
    };
    let fraction = match fraction {
        "" => 0,
        digits => number(digits)? * 1_000 / 10u64.pow(u32::try_from(digits.len()).ok()?),
    };
    Some(number(minutes)? * 60_000 + number(seconds)? * 1_000 + fraction)
}

/// `[name:value]` alone on its line, with a name that LRC knows.
fn tag(line: &str) -> Option<(&'static str, &str)> {
    const NAMES: [&str; 12] = [
        "al", "ar", "au", "by", "id", "la", "length", "lr", "offset", "re", "ti", "ve",
    ];
    let (name, value) = line
        .trim()
        .strip_prefix('[')?
        .strip_suffix(']')?
        .split_once(':')?;
    let known = NAMES
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name.trim()))?;
    Some((known, value))
}

fn without_word_times(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = match after
            .split_once('>')
            .filter(|(inside, _)| milliseconds(inside).is_some())
        {
            Some((_, after)) => after,
            None => {
                text.push('<');
                after
            }
        };
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
