//! Numbers in foreign bytes: `None` where the bytes end before. It knows no format.

use super::SkipReason;
use crate::library::bytes::FileBytes;
use std::io;

macro_rules! numbers {
    ($($le:ident $be:ident $kind:ty;)+) => {
        $(
            /// Little-endian.
            pub fn $le(bytes: &[u8], at: usize) -> Option<$kind> {
                array(bytes, at).map(<$kind>::from_le_bytes)
            }

            /// Big-endian.
            pub fn $be(bytes: &[u8], at: usize) -> Option<$kind> {
                array(bytes, at).map(<$kind>::from_be_bytes)
            }
        )+
    };
}

numbers! {
    le16 be16 u16;
    le32 be32 u32;
    le64 be64 u64;
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The bits from `from` on, the highest of each byte first; at most 32.
pub fn bits(bytes: &[u8], from: usize, count: usize) -> Option<u32> {
    let mut value = 0;
    for at in from..from + count.min(32) {
        let bit = bytes.get(at / 8)? >> (7 - at % 8) & 1;
        value = value << 1 | u32::from(bit);
    }
    Some(value)
}

/// Up to `length` bytes from `offset` on, as many as the file has and never more than `most`.
pub fn bytes_at(
    file: &mut FileBytes,
    offset: u64,
    length: u64,
    most: usize,
) -> io::Result<Vec<u8>> {
    let left = file.stamp().size.saturating_sub(offset);
    let count = usize::try_from(length.min(left)).map_or(most, |count| count.min(most));
    let mut bytes = vec![0; count];
    let read = file.read_at(offset, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// `count` things at `rate` a second, in ms; `None` where nothing can be said.
pub fn ms(count: u64, rate: u64) -> Option<u64> {
    let whole = u128::from(count) * 1_000 / u128::from(Some(rate).filter(|rate| *rate > 0)?);
    u64::try_from(whole).ok().filter(|ms| *ms > 0)
}

/// What a reader says of a file whose head ends in the middle.
pub fn cut_short() -> SkipReason {
    SkipReason::Damaged("its head is cut short".to_owned())
}

impl From<io::Error> for SkipReason {
    fn from(error: io::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_the_bytes_do() {
        let bytes = [1, 2, 3, 4];
        assert_eq!(le16(&bytes, 1), Some(0x0302));
        assert_eq!(be32(&bytes, 0), Some(0x0102_0304));
        assert_eq!(le32(&bytes, 1), None);
        assert_eq!(be64(&bytes, usize::MAX), None);
        assert_eq!(bits(&[0b1010_0000, 0xff], 2, 8), Some(0b1000_0011));
        assert_eq!(bits(&[0], 7, 2), None);
        assert_eq!(ms(44_100, 0), None);
        assert_eq!(ms(u64::MAX, 1), None);
    }
}
