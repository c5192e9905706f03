//! Whether AAC is the lower half of HE-AAC, by the last bits of its packets: encoders may leave it unsaid. It decodes nothing.
//!
//! Format: ISO/IEC 14496-3, tables 4.3 (`raw_data_block`) and 4.57 (`extension_payload`).

/// Packets of AAC that tell whether it is HE-AAC.
pub const TELLING_PACKETS: usize = 16;
/// No lower half of HE-AAC has a higher rate: the upper one would be out of hearing.
pub const MOST_HALF_RATE: u32 = 24_000;

/// Whether a stream that calls itself AAC is HE-AAC, by its first packets: most of them bring what the upper half of its
/// sound is made of. By chance one of fifty looks so.
pub fn is_half<'a>(packets: impl Iterator<Item = &'a [u8]>) -> bool {
    let (mut all, mut half) = (0, 0);
    for packet in packets.take(TELLING_PACKETS) {
        all += 1;
        half += usize::from(brings_upper_half(packet));
    }
    half > 1 && half * 2 > all
}

/// Whether a packet (`raw_data_block`) ends with an element that extends it upwards (SBR). The elements before it cannot
/// be passed over without decoding them, so it is looked for at each bit.
fn brings_upper_half(packet: &[u8]) -> bool {
    let bits = Bits(packet);
    (0..packet.len() * 8).any(|at| bits.ends_in_extension(at) == Some(true))
}

struct Bits<'a>(&'a [u8]);

impl Bits<'_> {
    fn take(&self, at: &mut usize, count: usize) -> Option<usize> {
        let mut value = 0;
        for bit in *at..*at + count {
            value = value << 1 | usize::from(self.0.get(bit / 8)? >> (7 - bit % 8) & 1);
        }
        *at += count;
        Some(value)
    }

    /// Whether nothing but fill elements comes from here on, one of them an extension, up to the packet's very end.
    fn ends_in_extension(&self, mut at: usize) -> Option<bool> {
        const FILL: usize = 6;
        const END: usize = 7;
        let mut extends = false;
        loop {
            match self.take(&mut at, 3)? {
                FILL => {}
                END => return Some(extends && at.div_ceil(8) == self.0.len()),
                _ => return Some(false),
            }
            let mut bytes = self.take(&mut at, 4)?;
            if bytes == 15 {
                bytes = (bytes + self.take(&mut at, 8)?).saturating_sub(1);
            }
            let mut inside = at;
            // EXT_SBR_DATA, without and with a checksum.
            extends |= bytes > 0 && matches!(self.take(&mut inside, 4)?, 13 | 14);
            at += bytes * 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits that are no element, a fill element of this kind and size, and the end.
    fn packet(before: usize, kind: u8, bytes: usize) -> Vec<u8> {
        let mut bits: Vec<u8> = vec![0; before];
        let mut put = |value: usize, count: usize| {
            bits.extend((0..count).rev().map(|at| (value >> at & 1) as u8));
        };
        put(6, 3);
        put(bytes.min(15), 4);
        if bytes >= 15 {
            put(bytes + 1 - 15, 8);
        }
        put(usize::from(kind), 4);
        (0..bytes * 8 - 4).for_each(|_| put(0, 1));
        put(7, 3);
        let bytes = bits.chunks(8).map(|chunk| {
            let byte = chunk.iter().fold(0, |byte, bit| byte << 1 | bit);
            byte << (8 - chunk.len())
        });
        bytes.collect()
    }

    #[test]
    fn a_packet_that_ends_in_an_extension_brings_the_upper_half() {
        for before in [0, 1, 500, 1_003] {
            for bytes in [1, 14, 15, 16, 90] {
                assert!(brings_upper_half(&packet(before, 13, bytes)));
                assert!(brings_upper_half(&packet(before, 14, bytes)));
                assert!(!brings_upper_half(&packet(before, 0, bytes)));
            }
        }
        let whole = packet(77, 13, 20);
        assert!(!brings_upper_half(&whole[..whole.len() - 1]));
        assert!(!brings_upper_half(&[&whole[..], b"\0"].concat()));
        assert!(!brings_upper_half(&[]));
    }

    #[test]
    fn most_of_the_packets_must_say_so() {
        let (half, plain) = (packet(9, 13, 9), packet(9, 1, 9));
        let told = |packets: &[&Vec<u8>]| is_half(packets.iter().map(|packet| packet.as_slice()));
        assert!(told(&[&half, &half]) && told(&[&plain, &half, &half]));
        assert!(!told(&[&half, &plain, &half, &plain]));
        assert!(!told(&[&half]) && !told(&[]));
    }

    /// Made by libfdk-aac of two tones: what every file of HE-AAC in ADTS is like.
    #[test]
    fn a_real_stream_is_known() {
        let stream = include_bytes!("he_aac.aac");
        let mut packets = Vec::new();
        let mut rest = &stream[..];
        while let [_, _, _, high, middle, low, _, ..] = *rest {
            let bytes =
                usize::from(high & 3) << 11 | usize::from(middle) << 3 | usize::from(low >> 5);
            packets.push(&rest[7..bytes]);
            rest = &rest[bytes..];
        }
        assert!(is_half(packets.iter().copied()));
        assert!(!is_half(
            packets.iter().map(|packet| &packet[..packet.len() - 1])
        ));
    }
}
