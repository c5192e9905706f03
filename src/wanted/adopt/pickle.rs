//! Python's pickles, as far as Quod Libet needs them (docs.python.org/3/library/pickletools.html, protocols 0 to 5 without
//! what is said in lines of text). A pickle is a program; this reads it and executes nothing: a class is its name, an object
//! is the pairs that were put into it, and of all calls one has a meaning, the `_codecs.encode` by which Python 3 writes
//! bytes for Python 2.
//!
//! Nothing in it is a tree of Rust: what holds others has a number, so a pickle that holds itself, or is nested as deep as
//! its file is long, costs no more than any other.

use std::collections::HashMap;

/// Values that one pickle may make.
const MAX_VALUES: usize = 20_000_000;
/// The longest text or row of bytes, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// Why a pickle cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// The bytes end before the pickle does.
    #[error("it is cut off")]
    Cut,
    /// An instruction that is none of those that such a file needs.
    #[error("it has the instruction {0:#04x} in it, which no such file needs")]
    Instruction(u8),
    /// What an instruction asks for is not there.
    #[error("it is damaged")]
    Damaged,
    /// It makes more values than are kept.
    #[error("it holds more than is read")]
    TooMuch,
}

/// A value; what holds others is a number of [`Pickled`].
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// None, a truth, a class, and whatever a call makes that has no meaning here.
    Other,
    Int(i64),
    Float(f64),
    /// Where a text begins and ends: UTF-8, in which Python also writes halves of surrogates.
    Text(usize, usize),
    /// The same of bytes that stand in the file as they are, or, `true`, as text in Latin-1.
    Bytes(usize, usize, bool),
    /// `_codecs.encode`.
    Encode,
    Tuple(usize),
    List(usize),
    Map(usize),
}

/// A pickle that was read.
pub(super) struct Pickled<'b> {
    bytes: &'b [u8],
    tuples: Vec<Vec<Value>>,
    lists: Vec<Vec<Value>>,
    maps: Vec<Vec<(Value, Value)>>,
    top: Value,
}

impl<'b> Pickled<'b> {
    /// The values of a list or a tuple; of anything else none.
    pub fn list(&self, value: &Value) -> &[Value] {
        match value {
            Value::List(at) => &self.lists[*at],
            Value::Tuple(at) => &self.tuples[*at],
            _ => &[],
        }
    }

    /// The pairs of a dictionary or an object; of anything else none.
    pub fn map(&self, value: &Value) -> &[(Value, Value)] {
        match value {
            Value::Map(at) => &self.maps[*at],
            _ => &[],
        }
    }

    /// The whole.
    pub fn top(&self) -> &Value {
        &self.top
    }

    /// A text or bytes, as bytes; what is none has none.
    pub fn bytes(&self, value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::Text(from, to) => Some(without_surrogates(&self.bytes[*from..*to])),
            Value::Bytes(from, to, false) => Some(self.bytes[*from..*to].to_vec()),
            Value::Bytes(from, to, true) => {
                let text = std::str::from_utf8(&self.bytes[*from..*to]).ok()?;
                text.chars().map(|c| u8::try_from(c).ok()).collect()
            }
            _ => None,
        }
    }
}

/// Python keeps a byte of a name that is no UTF-8 as half a surrogate (PEP 383): ED B2 80 is 80, ED B3 BF is FF.
fn without_surrogates(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        if let [0xed, half @ (0xb2 | 0xb3), low, behind @ ..] = rest {
            bytes.push(((half & 1) << 6) | (low & 0x3f) | 0x80);
            rest = behind;
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    bytes
}

/// Reads a pickle.
pub(super) fn read(bytes: &[u8]) -> Result<Pickled<'_>, PickleError> {
    let mut machine = Machine {
        pickled: Pickled {
            bytes,
            tuples: Vec::new(),
            lists: Vec::new(),
            maps: Vec::new(),
            top: Value::Other,
        },
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        made: 0,
    };
    while machine.step()? {}
    Ok(machine.pickled)
}

struct Machine<'b> {
    pickled: Pickled<'b>,
    at: usize,
    stack: Vec<Value>,
    /// How high the stack was at each mark.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    made: usize,
}

impl Machine<'_> {
    /// `false`: the pickle has ended.
    fn step(&mut self) -> Result<bool, PickleError> {
        let instruction = self.number(1)? as u8;
        match instruction {
            b'.' => {
                self.pickled.top = self.pop()?;
                return Ok(false);
            }
            // The protocol's number, and the length of what follows.
            0x80 => drop(self.number(1)?),
            0x95 => drop(self.number(8)?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => {
                self.pop()?;
            }
            b'1' => drop(self.since_mark()?),
            b'2' => {
                let last = self.pop()?;
                self.push(last.clone())?;
                self.push(last)?;
            }
            b'N' | 0x88 | 0x89 => self.push(Value::Other)?,
            b'K' => self.int(1)?,
            b'M' => self.int(2)?,
            b'J' => {
                let number = self.number(4)? as u32;
                self.push(Value::Int(i64::from(number.cast_signed())))?;
            }
            0x8a => self.long()?,
            b'G' => {
                let number = self.number(8)?.swap_bytes();
                self.push(Value::Float(f64::from_bits(number)))?;
            }
            b'X' => self.text(4, Value::Text)?,
            0x8c => self.text(1, Value::Text)?,
            0x8d => self.text(8, Value::Text)?,
            b'B' | b'T' => self.text(4, |from, to| Value::Bytes(from, to, false))?,
            b'C' | b'U' => self.text(1, |from, to| Value::Bytes(from, to, false))?,
            0x8e => self.text(8, |from, to| Value::Bytes(from, to, false))?,
            b')' => self.tuple(Vec::new())?,
            b't' => {
                let values = self.since_mark()?;
                self.tuple(values)?;
            }
            0x85..=0x87 => {
                let from = self
                    .stack
                    .len()
                    .checked_sub(usize::from(instruction - 0x84));
                let from = from.ok_or(PickleError::Damaged)?;
                let values = self.stack.split_off(from);
                self.tuple(values)?;
            }
            b']' => {
                self.pickled.lists.push(Vec::new());
                self.push(Value::List(self.pickled.lists.len() - 1))?;
            }
            b'}' => self.object()?,
            b'a' => {
                let value = self.pop()?;
                self.append(vec![value])?;
            }
            b'e' => {
                let values = self.since_mark()?;
                self.append(values)?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(vec![key, value])?;
            }
            b'u' => {
                let values = self.since_mark()?;
                self.set(values)?;
            }
            b'q' => self.keep(1)?,
            b'r' => self.keep(4)?,
            0x94 => {
                let name = self.memo.len() as u32;
                self.memo.insert(name, self.last()?);
            }
            b'h' => self.recall(1)?,
            b'j' => self.recall(4)?,
            b'c' => self.class()?,
            0x93 => self.class_of_stack()?,
            // An object, made of its class and what it is made with.
            0x81 => {
                self.pop()?;
                self.pop()?;
                self.object()?;
            }
            b'R' => self.call()?,
            b'b' => self.build()?,
            other => return Err(PickleError::Instruction(other)),
        }
        Ok(true)
    }

    fn push(&mut self, value: Value) -> Result<(), PickleError> {
        self.made += 1;
        if self.made > MAX_VALUES {
            return Err(PickleError::TooMuch);
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, PickleError> {
        let lowest = self.marks.last().copied().unwrap_or(0);
        match self.stack.len() > lowest {
            true => self.stack.pop().ok_or(PickleError::Damaged),
            false => Err(PickleError::Damaged),
        }
    }

    fn last(&self) -> Result<Value, PickleError> {
        self.stack.last().cloned().ok_or(PickleError::Damaged)
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, PickleError> {
        let mark = self.marks.pop().ok_or(PickleError::Damaged)?;
        if mark > self.stack.len() {
            return Err(PickleError::Damaged);
        }
        Ok(self.stack.split_off(mark))
    }

    /// A number of so many bytes, at most 8, least first.
    fn number(&mut self, bytes: usize) -> Result<u64, PickleError> {
        let (from, to) = self.span(bytes as u64)?;
        let read = &self.pickled.bytes[from..to];
        let number = read.iter().rev();
        Ok(number.fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn span(&mut self, bytes: u64) -> Result<(usize, usize), PickleError> {
        let left = self.pickled.bytes.len() - self.at;
        let bytes = usize::try_from(bytes).ok().filter(|bytes| *bytes <= left);
        let from = self.at;
        self.at += bytes.ok_or(PickleError::Cut)?;
        Ok((from, self.at))
    }

    fn int(&mut self, bytes: usize) -> Result<(), PickleError> {
        let number = self.number(bytes)?;
        self.push(Value::Int(number as i64))
    }

    /// A number of any length, in two's complement; what does not fit is none.
    fn long(&mut self) -> Result<(), PickleError> {
        let length = self.number(1)?;
        let (from, to) = self.span(length)?;
        let bytes = &self.pickled.bytes[from..to];
        let value = match bytes {
            [] => Value::Int(0),
            [.., last] if bytes.len() <= 8 => {
                let mut eight = [if last & 0x80 == 0 { 0 } else { 0xff }; 8];
                eight[..bytes.len()].copy_from_slice(bytes);
                Value::Int(i64::from_le_bytes(eight))
            }
            _ => Value::Other,
        };
        self.push(value)
    }

    fn text(
        &mut self,
        bytes: usize,
        make: impl Fn(usize, usize) -> Value,
    ) -> Result<(), PickleError> {
        let length = self.number(bytes)?;
        let (from, to) = self.span(length)?;
        match to - from > MAX_TEXT {
            true => self.push(Value::Other),
            false => self.push(make(from, to)),
        }
    }

    fn tuple(&mut self, values: Vec<Value>) -> Result<(), PickleError> {
        self.pickled.tuples.push(values);
        self.push(Value::Tuple(self.pickled.tuples.len() - 1))
    }

    fn object(&mut self) -> Result<(), PickleError> {
        self.pickled.maps.push(Vec::new());
        self.push(Value::Map(self.pickled.maps.len() - 1))
    }

    fn append(&mut self, values: Vec<Value>) -> Result<(), PickleError> {
        // What is no list here, as a set that a call made, is told by none of its values.
        if let Value::List(at) = self.last()? {
            self.grow(values.len())?;
            self.pickled.lists[at].extend(values);
        }
        Ok(())
    }

    fn set(&mut self, values: Vec<Value>) -> Result<(), PickleError> {
        if !values.len().is_multiple_of(2) {
            return Err(PickleError::Damaged);
        }
        if let Value::Map(at) = self.last()? {
            self.grow(values.len())?;
            let mut values = values.into_iter();
            while let (Some(key), Some(value)) = (values.next(), values.next()) {
                self.pickled.maps[at].push((key, value));
            }
        }
        Ok(())
    }

    fn grow(&mut self, values: usize) -> Result<(), PickleError> {
        self.made += values;
        match self.made > MAX_VALUES {
            true => Err(PickleError::TooMuch),
            false => Ok(()),
        }
    }

    fn keep(&mut self, bytes: usize) -> Result<(), PickleError> {
        let name = self.number(bytes)? as u32;
        self.memo.insert(name, self.last()?);
        Ok(())
    }

    fn recall(&mut self, bytes: usize) -> Result<(), PickleError> {
        let name = self.number(bytes)? as u32;
        let value = self.memo.get(&name).cloned();
        self.push(value.ok_or(PickleError::Damaged)?)
    }

    /// A class by module and name, each on a line.
    fn class(&mut self) -> Result<(), PickleError> {
        let module = self.line()?;
        let name = self.line()?;
        let is_encode = self.is(module, b"_codecs") && self.is(name, b"encode");
        self.push(if is_encode {
            Value::Encode
        } else {
            Value::Other
        })
    }

    fn class_of_stack(&mut self) -> Result<(), PickleError> {
        let name = self.pop()?;
        let module = self.pop()?;
        let is = |value: &Value, word: &[u8]| self.pickled.bytes(value).as_deref() == Some(word);
        let is_encode = is(&module, b"_codecs") && is(&name, b"encode");
        self.push(if is_encode {
            Value::Encode
        } else {
            Value::Other
        })
    }

    fn line(&mut self) -> Result<(usize, usize), PickleError> {
        let rest = &self.pickled.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (from, to) = self.span(end.ok_or(PickleError::Cut)? as u64)?;
        self.at += 1;
        Ok((from, to))
    }

    fn is(&self, (from, to): (usize, usize), word: &[u8]) -> bool {
        &self.pickled.bytes[from..to] == word
    }

    /// A call: of `_codecs.encode` with a text in Latin-1, else of nothing.
    fn call(&mut self) -> Result<(), PickleError> {
        let with = self.pop()?;
        let called = self.pop()?;
        let made = match (called, self.pickled.list(&with)) {
            (Value::Encode, [Value::Text(from, to), ..]) => Value::Bytes(*from, *to, true),
            _ => Value::Other,
        };
        self.push(made)
    }

    /// An object gets what it had: the pairs of a dictionary come to its own.
    fn build(&mut self) -> Result<(), PickleError> {
        let state = self.pop()?;
        if let (Value::Map(at), Value::Map(from)) = (self.last()?, state)
            && at != from
        {
            let pairs = self.pickled.maps[from].clone();
            self.grow(2 * pairs.len())?;
            self.pickled.maps[at].extend(pairs);
        }
        Ok(())
    }
}
