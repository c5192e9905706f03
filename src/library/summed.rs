//! Lines of text that tell whether they are as they were written: the first 16 hexadecimal digits of the BLAKE3 of the rest,
//! a blank, and one JSON value. It reads and writes no file.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Hexadecimal digits of a line's sum.
const SUM_DIGITS: usize = 16;

/// Where the JSON of a line begins.
pub const AT: usize = SUM_DIGITS + 1;

/// A line, with its break.
pub fn line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("what is kept is always JSON");
    format!("{} {json}\n", sum(json.as_bytes()))
}

/// The JSON of a line that comes without its break; `None`: it is not as it was written.
pub fn json(line: &[u8]) -> Option<&[u8]> {
    let (digits, json) = line.split_at_checked(SUM_DIGITS)?;
    let json = json.strip_prefix(b" ")?;
    let hex = blake3::hash(json).to_hex();
    (hex[..SUM_DIGITS].as_bytes() == digits).then_some(json)
}

/// What a line says that comes without its break; `None`: it is not as it was written, or is something else.
pub fn value<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    serde_json::from_slice(json(line)?).ok()
}

fn sum(json: &[u8]) -> String {
    let hex = blake3::hash(json).to_hex();
    hex[..SUM_DIGITS].to_owned()
}
