//! What a server answers, line by line. Pure; it panics on nothing that a server sends.

use std::io::{self, BufRead, Read};

/// The longest line of an answer. In bytes.
const MAX_LINE: u64 = 1 << 20;

/// Bytes behind one `binary`.
const MAX_BINARY: u64 = 64 << 20;

/// What a server refused, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// MPD's number of the reason.
    pub code: u32,
    /// Which command of a list, from 0.
    pub at: usize,
    /// What happened.
    pub message: String,
    /// The server is another version of this program, or none, and that is why.
    pub is_of_another: bool,
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// `name: value`.
    Pair(String, Vec<u8>),
    /// What stood behind `binary: LENGTH`.
    Binary(Vec<u8>),
    /// `list_OK`: one command of a list is done.
    Next,
    /// `OK`.
    End,
    /// `ACK …`.
    Refused(Refusal),
}

/// Why a line is none.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It ended within an answer.
    #[error("it closed the connection")]
    Closed,
    /// A line or a picture without bound.
    #[error("its answer is too long")]
    TooLong,
    /// It is nothing that MPD would say.
    #[error("it does not speak MPD's protocol")]
    Foreign,
}

/// The version that a server greets with.
pub fn greeting(input: &mut impl BufRead) -> Result<String, ReplyError> {
    let line = raw_line(input)?;
    let version = line.strip_prefix(b"OK MPD ").ok_or(ReplyError::Foreign)?;
    Ok(String::from_utf8_lossy(version).into_owned())
}

/// The next line.
pub fn line(input: &mut impl BufRead) -> Result<Line, ReplyError> {
    let line = raw_line(input)?;
    match line.as_slice() {
        b"OK" => return Ok(Line::End),
        b"list_OK" => return Ok(Line::Next),
        _ => {}
    }
    if let Some(refused) = line.strip_prefix(b"ACK ") {
        return Ok(Line::Refused(refusal(&String::from_utf8_lossy(refused))));
    }
    let colon = line.iter().position(|byte| *byte == b':');
    let (name, value) = line.split_at(colon.ok_or(ReplyError::Foreign)?);
    let value = value[1..].strip_prefix(b" ").unwrap_or(&value[1..]);
    match name {
        b"binary" => binary(value, input).map(Line::Binary),
        _ => Ok(Line::Pair(
            String::from_utf8_lossy(name).into_owned(),
            value.to_vec(),
        )),
    }
}

fn raw_line(input: &mut impl BufRead) -> Result<Vec<u8>, ReplyError> {
    let mut line = Vec::new();
    input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
    match line.pop() {
        Some(b'\n') => Ok(line),
        Some(_) if line.len() as u64 + 1 == MAX_LINE => Err(ReplyError::TooLong),
        _ => Err(ReplyError::Closed),
    }
}

/// So many bytes and a line break.
fn binary(length: &[u8], input: &mut impl BufRead) -> Result<Vec<u8>, ReplyError> {
    let length = std::str::from_utf8(length)
        .ok()
        .and_then(|text| text.parse().ok());
    let length: u64 = length.ok_or(ReplyError::Foreign)?;
    if length > MAX_BINARY {
        return Err(ReplyError::TooLong);
    }
    let mut bytes = Vec::new();
    input.by_ref().take(length + 1).read_to_end(&mut bytes)?;
    match bytes.pop() {
        Some(b'\n') if bytes.len() as u64 == length => Ok(bytes),
        Some(_) if bytes.len() as u64 == length => Err(ReplyError::Foreign),
        _ => Err(ReplyError::Closed),
    }
}

/// `[50@0] {add} No such song`.
fn refusal(text: &str) -> Refusal {
    let numbers = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let (numbers, rest) = numbers.unwrap_or(("", text));
    let (code, at) = numbers.split_once('@').unwrap_or((numbers, ""));
    let message = rest.split_once("} ").map_or(rest, |(_, message)| message);
    Refusal {
        code: code.parse().unwrap_or(0),
        at: at.parse().unwrap_or(0),
        message: message.trim().to_owned(),
        is_of_another: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut bytes: &[u8]) -> (Vec<Line>, Option<ReplyError>) {
        let mut lines = Vec::new();
        loop {
            match line(&mut bytes) {
                Ok(line) => lines.push(line),
                Err(error) => return (lines, Some(error)),
            }
        }
    }

    #[test]
    fn answers_are_read_line_by_line() {
        let bytes = b"file: a\xff: b\nbinary: 3\nO\nK\nlist_OK\nTitle:x\nACK [50@2] {add} No such song\nOK\n";
        let (lines, _) = lines(bytes);
        let refused = Refusal {
            code: 50,
            at: 2,
            message: "No such song".into(),
            is_of_another: false,
        };
        assert_eq!(
            lines,
            [
                Line::Pair("file".into(), b"a\xff: b".to_vec()),
                Line::Binary(b"O\nK".to_vec()),
                Line::Next,
                Line::Pair("Title".into(), b"x".to_vec()),
                Line::Refused(refused),
                Line::End,
            ]
        );
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for (bytes, why) in [
            (&b"OK"[..], "closed"),
            (b"", "closed"),
            (b"HTTP/1.1 400\n", "not speak"),
            (b"binary: 9\nabc", "closed"),
            (b"binary: -1\n", "not speak"),
            (b"binary: 99999999999\n", "too long"),
            (b"binary: 1\nabc\n", "not speak"),
        ] {
            let (lines, error) = lines(bytes);
            assert!(lines.is_empty(), "{lines:?}");
            assert!(error.unwrap().to_string().contains(why), "{bytes:?}");
        }
        let endless = vec![b'x'; MAX_LINE as usize + 1];
        assert!(matches!(lines(&endless).1, Some(ReplyError::TooLong)));
        assert!(greeting(&mut &b"HTTP/1.1 400 Bad Request\n"[..]).is_err());
        assert_eq!(greeting(&mut &b"OK MPD 0.23.5\n"[..]).unwrap(), "0.23.5");
        assert_eq!(refusal("[x").message, "[x");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_much(bytes: Vec<u8>) {
            lines(&bytes);
            greeting(&mut bytes.as_slice()).ok();
        }
    }
}
