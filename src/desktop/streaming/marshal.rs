//! A message's body as its bytes lie in it, read without a copy: what is wanted is cut to its limits while it is read, the
//! rest is stepped over. A reader that makes a value of everything first makes gigabytes of 100 MB of bytes. It trusts
//! nothing, and knows no bus.
//!
//! Source: D-Bus specification, "Marshaling (Wire Format)" and "Type System".

use crate::outage::{MAX_FIELDS, MAX_TEXT_BYTES, Value};

/// Containers in one another that are stepped through; a message that is deeper is left alone. The specification allows 64.
const MAX_DEPTH: usize = 32;

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    bytes: &'a [u8],
    /// Alignment counts from the body's first byte.
    at: usize,
    is_big_endian: bool,
}

impl<'a> Body<'a> {
    /// `bytes`: the whole body.
    pub fn new(bytes: &'a [u8], is_big_endian: bool) -> Self {
        let at = 0;
        Self {
            bytes,
            at,
            is_big_endian,
        }
    }

    /// A text (`s`), cut to its limit. As all reading here, `None`: the body is not what it says.
    pub fn text(&mut self) -> Option<String> {
        self.text_bytes().map(cut)
    }

    /// `a{sv}`: each name and its value, where it is of a kind that [`Value`] knows; `take` is given at most so many as a
    /// message holds, and keeps what it likes.
    pub fn dict(&mut self, mut take: impl FnMut(&str, Field<'a>)) -> Option<()> {
        let end = self.array(8)?;
        while self.at < end {
            self.align(8)?;
            let name = self.text_bytes()?;
            let field = self.variant()?;
            if let Ok(name) = std::str::from_utf8(name) {
                take(name, field);
            }
        }
        Some(())
    }

    /// `as`, each cut to its limit, and no more than fit.
    pub fn texts(&mut self) -> Option<Vec<String>> {
        let end = self.array(4)?;
        let mut texts = Vec::new();
        while self.at < end && texts.len() < MAX_FIELDS {
            texts.push(self.text()?);
        }
        self.at = end;
        Some(texts)
    }

    /// `v`.
    pub fn variant(&mut self) -> Option<Field<'a>> {
        let length = usize::from(self.take(1)?[0]);
        let signature = self.take(length)?;
        self.take(1)?;
        let field = Field {
            signature,
            body: *self,
        };
        let left = self.skip(signature, 0)?;
        left.is_empty().then_some(field)
    }

    /// Steps over one value; what is left of the signature.
    fn skip<'s>(&mut self, signature: &'s [u8], depth: usize) -> Option<&'s [u8]> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (kind, mut rest) = signature.split_first()?;
        match kind {
            b's' | b'o' => _ = self.text_bytes()?,
            b'g' => {
                let length = usize::from(self.take(1)?[0]);
                self.take(length + 1)?;
            }
            b'v' => {
                let length = usize::from(self.take(1)?[0]);
                let of_it = self.take(length)?;
                self.take(1)?;
                self.skip(of_it, depth + 1)?;
            }
            b'a' => {
                let end = self.array(alignment(*rest.first()?))?;
                self.at = end;
                rest = step_over(rest, depth)?;
            }
            b'(' | b'{' => {
                self.align(8)?;
                while !matches!(rest.first()?, b')' | b'}') {
                    rest = self.skip(rest, depth + 1)?;
                }
                rest = &rest[1..];
            }
            fixed => _ = self.number(width(*fixed)?)?,
        }
        Some(rest)
    }

    /// The head of an array; where it ends. It lies whole in the body.
    fn array(&mut self, of: usize) -> Option<usize> {
        let length = usize::try_from(self.number(4)?).ok()?;
        self.align(of)?;
        let end = self.at.checked_add(length)?;
        (end <= self.bytes.len()).then_some(end)
    }

    fn text_bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number(4)?).ok()?;
        let text = self.take(length)?;
        self.take(1)?;
        Some(text)
    }

    /// An aligned number of so many bytes.
    fn number(&mut self, width: usize) -> Option<u64> {
        self.align(width)?;
        let bytes = self.take(width)?;
        let push = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(match self.is_big_endian {
            true => bytes.iter().fold(0, push),
            false => bytes.iter().rev().fold(0, push),
        })
    }

    fn align(&mut self, to: usize) -> Option<()> {
        self.at = self.at.checked_next_multiple_of(to)?;
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }
}

/// A value that was stepped over, to be read where it is wanted.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    signature: &'a [u8],
    body: Body<'a>,
}

impl<'a> Field<'a> {
    /// Itself; `None`: of no kind that is kept.
    pub fn value(mut self) -> Option<Value> {
        Some(match self.signature {
            b"s" | b"o" => Value::Text(self.body.text()?),
            b"as" | b"ao" => Value::Texts(self.body.texts()?),
            // JSON has no word for the others.
            b"d" => Some(f64::from_bits(self.body.number(8)?))
                .filter(|number| number.is_finite())
                .map(Value::Float)?,
            [_] => Value::Whole(self.whole()?),
            _ => return None,
        })
    }

    /// Its own fields, where it is `a{sv}`.
    pub fn dict(mut self, take: impl FnMut(&str, Field<'a>)) -> Option<()> {
        match self.signature {
            b"a{sv}" => self.body.dict(take),
            _ => None,
        }
    }

    fn whole(&mut self) -> Option<i64> {
        let kind = *self.signature.first()?;
        let number = self.body.number(width(kind)?)?;
        Some(match kind {
            // The bits of the number, with its own sign.
            b'n' => i64::from(number as u16 as i16),
            b'i' => i64::from(number as u32 as i32),
            b'x' => number as i64,
            b't' => i64::try_from(number).unwrap_or(i64::MAX),
            b'b' => i64::from(number != 0),
            b'y' | b'q' | b'u' => i64::try_from(number).ok()?,
            _ => return None,
        })
    }
}

/// Steps over one type of a signature.
fn step_over(signature: &[u8], depth: usize) -> Option<&[u8]> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (kind, mut rest) = signature.split_first()?;
    match kind {
        b'a' => step_over(rest, depth + 1),
        b'(' | b'{' => {
            while !matches!(rest.first()?, b')' | b'}') {
                rest = step_over(rest, depth + 1)?;
            }
            Some(&rest[1..])
        }
        _ => Some(rest),
    }
}

fn alignment(kind: u8) -> usize {
    match kind {
        b'(' | b'{' => 8,
        b's' | b'o' | b'a' => 4,
        fixed => width(fixed).unwrap_or(1),
    }
}

/// How many bytes a number of this kind has.
fn width(kind: u8) -> Option<usize> {
    match kind {
        b'y' => Some(1),
        b'n' | b'q' => Some(2),
        b'b' | b'i' | b'u' | b'h' => Some(4),
        b'x' | b't' | b'd' => Some(8),
        _ => None,
    }
}

/// At most so many bytes, between letters.
fn cut(text: &[u8]) -> String {
    let fits = &text[..text.len().min(MAX_TEXT_BYTES)];
    match std::str::from_utf8(fits) {
        Ok(text) => text.to_owned(),
        // The last letter was cut through.
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&fits[..error.valid_up_to()]).into_owned()
        }
        Err(_) => String::from_utf8_lossy(fits)
            .chars()
            .take(MAX_TEXT_BYTES / 3)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};
    use zbus::message::Message;
    use zbus::{ObjectPath, Variant};

    fn body_of(value: HashMap<&str, Variant<'_>>) -> Message {
        let signal = Message::signal("/x", "x.y", "Z");
        signal.build(&value).unwrap()
    }

    fn read(bytes: &[u8], is_big_endian: bool) -> Option<BTreeMap<String, Value>> {
        let mut values = BTreeMap::new();
        Body::new(bytes, is_big_endian).dict(|name, field| {
            if let Some(value) = field.value() {
                values.insert(name.to_owned(), value);
            }
        })?;
        Some(values)
    }

    #[test]
    fn each_kind_becomes_a_value_and_the_rest_is_stepped_over() {
        let path = ObjectPath::try_from("/com/spotify/track/1").unwrap();
        let message = body_of(HashMap::from([
            ("i", Variant::from(-7_i32)),
            ("t", Variant::from(u64::MAX)),
            ("x", Variant::from(i64::MIN)),
            ("u", Variant::from(4_000_000_000_u32)),
            ("n", Variant::from(-3_i16)),
            ("y", Variant::from(200_u8)),
            ("b", Variant::from(true)),
            ("d", Variant::from(0.5)),
            ("nan", Variant::from(f64::NAN)),
            ("s", Variant::from("text")),
            ("o", Variant::from(path)),
            ("as", Variant::from(vec!["a", "b"])),
            ("ay", Variant::from(vec![1_u8, 2, 3])),
            ("struct", Variant::from((1_u8, "x", vec![2_i64]))),
            ("dict", Variant::from(HashMap::from([("k", 1_u8)]))),
            ("z", Variant::from("behind all of them")),
        ]));
        let values = read(message.body().data(), cfg!(target_endian = "big")).unwrap();
        let whole = |number| Value::Whole(number);
        let text = |text: &str| Value::Text(text.into());
        let wanted = BTreeMap::from([
            ("i", whole(-7)),
            ("t", whole(i64::MAX)),
            ("x", whole(i64::MIN)),
            ("u", whole(4_000_000_000)),
            ("n", whole(-3)),
            ("y", whole(200)),
            ("b", whole(1)),
            ("d", Value::Float(0.5)),
            ("s", text("text")),
            ("o", text("/com/spotify/track/1")),
            ("as", Value::Texts(vec!["a".into(), "b".into()])),
            ("z", text("behind all of them")),
        ]);
        let wanted: BTreeMap<String, Value> = wanted
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        assert_eq!(values, wanted);
    }

    #[test]
    fn what_is_long_is_cut_between_letters() {
        let long = "ä".repeat(MAX_TEXT_BYTES);
        let many: Vec<&str> = vec!["x"; 10 * MAX_FIELDS];
        let message = body_of(HashMap::from([
            ("x", Variant::from(format!("x{long}"))),
            ("many", Variant::from(many)),
        ]));
        let values = read(message.body().data(), cfg!(target_endian = "big")).unwrap();
        let Value::Text(text) = &values["x"] else {
            panic!("{values:?}");
        };
        assert_eq!(text.len(), MAX_TEXT_BYTES - 1);
        assert_eq!(values["many"], Value::Texts(vec!["x".into(); MAX_FIELDS]));
    }

    #[test]
    fn numbers_of_the_other_end() {
        let body = [
            &[0, 0, 0, 16][..],
            &[0; 4],
            &[0, 0, 0, 1, b'k', 0, 1, b'i', 0],
            &[0; 3],
            &[255, 255, 255, 254],
        ]
        .concat();
        let wanted = BTreeMap::from([("k".to_owned(), Value::Whole(-2))]);
        assert_eq!(read(&body, true), Some(wanted));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_odd(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
            cut_at in 0_usize..200,
        ) {
            read(&bytes, true);
            read(&bytes, false);
            // What begins well, and ends or goes on otherwise.
            let message = body_of(HashMap::from([("s", Variant::from((1_u8, vec!["x"])))]));
            let body = message.body();
            let whole: &[u8] = body.data();
            let begins = &whole[..cut_at.min(whole.len())];
            read(&[begins, &bytes].concat(), cfg!(target_endian = "big"));
        }
    }
}
