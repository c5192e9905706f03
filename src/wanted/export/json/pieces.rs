//! JSON cut into pieces as it streams by: the elements of the outermost list, or of the lists that are fields of the outermost
//! object, and its other fields. It is no judge of JSON; whoever reads a piece is. How deep a piece is nested costs nothing
//! here.

use std::io::{self, Read};

/// Bytes that are asked for at once.
const CHUNK: usize = 64 << 10;
/// The longest name of a field.
const MAX_KEY: usize = 256;

/// A piece of a file.
pub(in super::super) struct Piece<'p> {
    /// The field of the outermost object in which it stands; empty for elements of an outermost list.
    pub key: &'p str,
    /// It is an element of a list.
    pub in_list: bool,
    /// Its JSON; empty where it is longer than allowed. The last one of a file that is cut may be cut, too. Where the list
    /// of a field begins, whatever is in it, there is a piece `[]` that is no element.
    pub bytes: &'p [u8],
}

/// Hands on each piece of up to `most` bytes; whether the file ends as it should.
pub(in super::super) fn each(
    text: &mut dyn Read,
    most: usize,
    take: &mut dyn FnMut(Piece),
) -> io::Result<bool> {
    let mut cutter = Cutter::new(most);
    let mut chunk = vec![0; CHUNK];
    loop {
        match text.read(&mut chunk)? {
            0 => break,
            got => cutter.chunk(&chunk[..got], take),
        }
        if matches!(cutter.state, State::Broken) {
            break;
        }
    }
    if matches!(cutter.state, State::Piece) {
        cutter.is_scalar = false;
        cutter.emit(take);
        cutter.state = State::Broken;
    }
    Ok(matches!(cutter.state, State::Done))
}

#[derive(Clone, Copy)]
enum State {
    /// Before the outermost value.
    Start,
    /// In the outermost object, between fields.
    Field,
    /// In the name of a field.
    Key,
    /// Behind it.
    Colon,
    /// Where a piece may begin.
    Value,
    /// In a piece.
    Piece,
    /// Behind the outermost value.
    Done,
    /// It is no JSON.
    Broken,
}

struct Cutter {
    state: State,
    most: usize,
    /// The outermost value is a list.
    is_list: bool,
    in_list: bool,
    key: Vec<u8>,
    piece: Vec<u8>,
    is_too_long: bool,
    /// The piece is a number or a word, which ends before the byte that is none of it.
    is_scalar: bool,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Cutter {
    fn new(most: usize) -> Self {
        Self {
            state: State::Start,
            most,
            is_list: false,
            in_list: false,
            key: Vec::new(),
            piece: Vec::new(),
            is_too_long: false,
            is_scalar: false,
            depth: 0,
            in_string: false,
            is_escaped: false,
        }
    }

    fn chunk(&mut self, mut rest: &[u8], take: &mut dyn FnMut(Piece)) {
        while let Some(first) = rest.first() {
            if !matches!(self.state, State::Piece) {
                let was_in_list = self.in_list;
                self.between(*first);
                if self.in_list && !was_in_list && !self.is_list {
                    take(Piece {
                        key: std::str::from_utf8(&self.key).unwrap_or_default(),
                        in_list: false,
                        bytes: b"[]",
                    });
                }
                let began = matches!(self.state, State::Piece);
                rest = &rest[usize::from(!began)..];
                continue;
            }
            let end = self.end_of_piece(rest);
            let part = &rest[..end.unwrap_or(rest.len())];
            match self.piece.len() + part.len() > self.most {
                true => self.is_too_long = true,
                false => self.piece.extend_from_slice(part),
            }
            rest = &rest[part.len()..];
            if end.is_some() {
                self.emit(take);
            }
        }
    }

    /// A byte outside of pieces.
    fn between(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Key, _) if self.is_escaped => self.key_byte(byte),
            (State::Key, b'"') => State::Colon,
            (State::Key, _) => self.key_byte(byte),
            (state, b' ' | b'\t' | b'\n' | b'\r') => state,
            (State::Start, b'{') => State::Field,
            (State::Start, b'[') => {
                self.is_list = true;
                self.in_list = true;
                State::Value
            }
            (State::Field, b',') => State::Field,
            (State::Field, b'}') => State::Done,
            (State::Field, b'"') => {
                self.key.clear();
                State::Key
            }
            (State::Colon, b':') => State::Value,
            (State::Value, b',') if self.in_list => State::Value,
            (State::Value, b']') if self.in_list => self.end_of_list(),
            (State::Value, b'[') if !self.in_list => {
                self.in_list = true;
                State::Value
            }
            (State::Value, b',' | b']' | b'}' | b':') => State::Broken,
            (State::Value, _) => self.begin(byte),
            (State::Done, _) => State::Done,
            _ => State::Broken,
        };
    }

    fn key_byte(&mut self, byte: u8) -> State {
        self.is_escaped = byte == b'\\' && !self.is_escaped;
        if self.key.len() < MAX_KEY {
            self.key.push(byte);
        }
        State::Key
    }

    fn end_of_list(&mut self) -> State {
        if self.is_list {
            return State::Done;
        }
        self.in_list = false;
        State::Field
    }

    fn begin(&mut self, byte: u8) -> State {
        self.piece.clear();
        self.is_too_long = false;
        self.depth = 0;
        self.in_string = false;
        self.is_escaped = false;
        self.is_scalar = !matches!(byte, b'{' | b'[' | b'"');
        State::Piece
    }

    /// Where the piece ends, when it does in these bytes.
    fn end_of_piece(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.is_scalar {
            let ends = |b: &u8| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            return bytes.iter().position(ends);
        }
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' => {
                    self.in_string = !self.in_string;
                    if !self.in_string && self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn emit(&mut self, take: &mut dyn FnMut(Piece)) {
        let bytes = match self.is_too_long {
            true => &[][..],
            false => &self.piece,
        };
        take(Piece {
            key: std::str::from_utf8(&self.key).unwrap_or_default(),
            in_list: self.in_list,
            bytes,
        });
        self.state = match self.in_list {
            true => State::Value,
            false => State::Field,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In chunks of one byte and of all, which must be the same.
    fn cut(text: &str, most: usize) -> (Vec<String>, bool) {
        let one = |text: &mut dyn Read| {
            let mut pieces = Vec::new();
            let is_whole = each(text, most, &mut |piece| {
                let list = if piece.in_list { "[]" } else { "" };
                let said = String::from_utf8_lossy(piece.bytes);
                pieces.push(format!("{}{list}={said}", piece.key));
            });
            (pieces, is_whole.unwrap())
        };
        let whole = one(&mut text.as_bytes());
        let mut slow = text.as_bytes().chunks(1).map(|byte| byte.to_vec());
        let mut slowly = Slow(&mut slow);
        assert_eq!(one(&mut slowly), whole, "{text}");
        whole
    }

    struct Slow<'a>(&'a mut dyn Iterator<Item = Vec<u8>>);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some(byte) = self.0.next() else {
                return Ok(0);
            };
            into[0] = byte[0];
            Ok(1)
        }
    }

    #[test]
    fn pieces_of_lists_and_objects() {
        for (text, pieces, is_whole) in [
            (
                "[ {\"a\":[1,2]}, 3,\"x]\\\"\" ]\n",
                vec!["[]={\"a\":[1,2]}", "[]=3", "[]=\"x]\\\"\""],
                true,
            ),
            (
                "{\"n\" : \"x\",\"l\":[{},[1]],\"m\":null}",
                vec!["n=\"x\"", "l=[]", "l[]={}", "l[]=[1]", "m=null"],
                true,
            ),
            (
                "{\"a\\\"b\":{\"c\":\"}\"}}",
                vec!["a\\\"b={\"c\":\"}\"}"],
                true,
            ),
            ("[]", vec![], true),
            ("{}", vec![], true),
            ("[{\"a\":1},{\"b", vec!["[]={\"a\":1}", "[]={\"b"], false),
            ("[1", vec!["[]=1"], false),
            ("{\"a\":]", vec![], false),
            ("{\"a\":[]}", vec!["a=[]"], true),
            ("", vec![], false),
            ("nonsense", vec![], false),
        ] {
            let pieces = pieces.into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(cut(text, 100), (pieces, is_whole), "{text}");
        }
        let (pieces, is_whole) = cut("[\"123456789\",1]", 4);
        assert_eq!((pieces.join(" ").as_str(), is_whole), ("[]= []=1", true));
    }

    proptest::proptest! {
        #[test]
        fn any_text_ends_well(text in "[\\[\\]{}\",:\\\\a1 ]{0,60}") {
            cut(&text, 10);
        }
    }
}
