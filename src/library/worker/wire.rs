//! Questions and answers between the program and its worker, as bytes. Both ends are ours, but a worker that a file has
//! broken may say anything: every length has a limit. It knows no file.
//!
//! A question is a batch of paths: their number, then each as a length and bytes. An answer comes for each path, in
//! order: a length, then the value in postcard's form. Numbers are 32 bits, little-endian.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};
use std::path::Path;

/// More paths are not asked for at once.
pub const MOST_PATHS: usize = 4_096;
/// No path of the system is longer.
const LONGEST_PATH: usize = 4_096;
/// No answer is longer: the text of a file's tags is bounded far below.
const LONGEST_ANSWER: usize = 8 << 20;
/// Most answers are shorter, and are written without growing.
const USUAL_ANSWER: usize = 1 << 10;

/// Writes a batch of paths.
pub fn write_question(to: &mut impl Write, paths: &[&Path]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let mut bytes = Vec::new();
    push_number(&mut bytes, paths.len())?;
    for path in paths {
        let path = path.as_os_str().as_bytes();
        push_number(&mut bytes, path.len())?;
        bytes.extend(path);
    }
    to.write_all(&bytes)
}

/// Reads a batch of paths, all of it, so that the asker never waits for us while we wait for it; `None` at the end.
pub fn read_question(from: &mut impl Read) -> io::Result<Option<Vec<Vec<u8>>>> {
    let count = match read_number(from, MOST_PATHS) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        count => count?,
    };
    let mut paths = Vec::with_capacity(count);
    for _ in 0..count {
        let mut path = vec![0; read_number(from, LONGEST_PATH)?];
        from.read_exact(&mut path)?;
        paths.push(path);
    }
    Ok(Some(paths))
}

/// Writes one answer.
pub fn write_answer(to: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    let room = Vec::with_capacity(USUAL_ANSWER);
    let bytes = postcard::to_extend(answer, room).map_err(io::Error::other)?;
    let mut head = Vec::with_capacity(4);
    push_number(&mut head, bytes.len())?;
    to.write_all(&head)?;
    to.write_all(&bytes)
}

/// Takes one answer off the front of what has arrived; `None` while it is not whole.
pub fn take_answer<T: DeserializeOwned>(arrived: &[u8]) -> io::Result<Option<(T, usize)>> {
    let Some((head, rest)) = arrived.split_first_chunk() else {
        return Ok(None);
    };
    let length = bounded(u32::from_le_bytes(*head), LONGEST_ANSWER)?;
    let Some(answer) = rest.get(..length) else {
        return Ok(None);
    };
    let answer = postcard::from_bytes(answer).map_err(io::Error::other)?;
    Ok(Some((answer, head.len() + length)))
}

fn push_number(to: &mut Vec<u8>, number: usize) -> io::Result<()> {
    let number = u32::try_from(number).map_err(io::Error::other)?;
    to.extend(number.to_le_bytes());
    Ok(())
}

fn read_number(from: &mut impl Read, most: usize) -> io::Result<usize> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    bounded(u32::from_le_bytes(bytes), most)
}

fn bounded(number: u32, most: usize) -> io::Result<usize> {
    let number = number as usize;
    if number > most {
        return Err(io::Error::other(format!("{number} is more than {most}")));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn a_question_and_its_end() {
        let paths = [Path::new("/a b"), Path::new(OsStr::from_bytes(b"/\xff\n"))];
        let mut bytes = Vec::new();
        write_question(&mut bytes, &paths).unwrap();
        let mut from = bytes.as_slice();
        let read = read_question(&mut from).unwrap().unwrap();
        assert_eq!(read, [b"/a b".to_vec(), b"/\xff\n".to_vec()]);
        assert!(read_question(&mut from).unwrap().is_none());
    }

    #[test]
    fn answers_arrive_in_pieces() {
        let mut bytes = Vec::new();
        for text in ["one", "two"] {
            write_answer(&mut bytes, &text).unwrap();
        }
        let whole = bytes.len();
        for end in 0..whole {
            let first = take_answer::<String>(&bytes[..end]).unwrap();
            assert_eq!(first.is_some(), end >= whole / 2, "{end}");
        }
        let (text, used) = take_answer::<String>(&bytes[whole / 2..]).unwrap().unwrap();
        assert_eq!((text.as_str(), used), ("two", whole / 2));
    }

    #[test]
    fn lengths_beyond_the_limits_are_refused() {
        assert!(take_answer::<String>(&[0xff; 8]).is_err());
        assert!(read_question(&mut [0xff_u8; 8].as_slice()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_of_a_broken_worker_break_us(bytes: Vec<u8>) {
            let _ = take_answer::<Vec<String>>(&bytes);
            let _ = read_question(&mut bytes.as_slice());
        }
    }
}
