//! When each packet begins, of a track whose packets last unevenly by their own time (`stts`, ISO/IEC 14496-12, 8.6.1.2).
//!
//! An encoder of AAC may hand on the times of what it was given, Vorbis say: packets of 1,024 frames that call themselves
//! 576. The place of such a packet is how many come before it, and its time only its name.

use super::boxes::{Boxes, Range};
use std::io::{Read, Seek};

/// Packets of different lengths that are kept in mind: three hours in which no two neighbours are alike.
const MAX_RUNS: usize = 1 << 19;
const RUN_BYTES: usize = 8;

/// Runs of packets that last equally long, in the units of the track.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine::decode) struct PacketTimes(Vec<Run>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    packets: u32,
    lasts: u32,
}

impl PacketTimes {
    /// When a packet begins, counted from 0; beyond the last one: when that ends.
    pub(in crate::engine::decode) fn begins(&self, packet: u64) -> u64 {
        let (mut left, mut time) = (packet, 0u64);
        for run in &self.0 {
            let here = left.min(run.packets.into());
            time = time.saturating_add(here.saturating_mul(run.lasts.into()));
            left -= here;
        }
        time
    }

    /// The packet that sounds at this time, by the packets' own times.
    pub(in crate::engine::decode) fn packet_at(&self, time: u64) -> u64 {
        let (mut left, mut packet) = (time, 0u64);
        for run in &self.0 {
            let lasts = u64::from(run.lasts) * u64::from(run.packets);
            if left < lasts {
                return packet + left / u64::from(run.lasts);
            }
            left -= lasts;
            packet += u64::from(run.packets);
        }
        packet
    }
}

/// Nothing where all packets last equally long, but for the last one.
pub(super) fn uneven(boxes: &mut Boxes<'_, impl Read + Seek>, moov: &Range) -> Option<PacketTimes> {
    let track = boxes.sound_track(moov)?;
    let mut table = track;
    for kind in [b"mdia", b"minf", b"stbl", b"stts"] {
        table = boxes.find(&table, kind)?;
    }
    let count = usize::try_from(u32::from_be_bytes(boxes.read(&table, 4)?)).ok()?;
    // One length, and another one for the last packet.
    if count <= 1 || count == 2 && run_at(boxes, &table, 1)?.packets == 1 || count > MAX_RUNS {
        return None;
    }
    let bytes = boxes.bytes(&table, 8, count.checked_mul(RUN_BYTES)?)?;
    let runs = bytes.chunks_exact(RUN_BYTES).map(run);
    Some(PacketTimes(runs.collect::<Option<_>>()?))
}

fn run_at(boxes: &mut Boxes<'_, impl Read + Seek>, table: &Range, n: u64) -> Option<Run> {
    run(&boxes.read::<RUN_BYTES>(table, 8 + n * RUN_BYTES as u64)?)
}

fn run(bytes: &[u8]) -> Option<Run> {
    let (packets, lasts) = bytes.split_first_chunk::<4>()?;
    Some(Run {
        packets: u32::from_be_bytes(*packets),
        lasts: u32::from_be_bytes(lasts.try_into().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(runs: &[(u32, u32)]) -> PacketTimes {
        let run = |&(packets, lasts)| Run { packets, lasts };
        PacketTimes(runs.iter().map(run).collect())
    }

    #[test]
    fn a_packet_is_known_by_its_time() {
        let times = times(&[(2, 576), (1, 1_472), (1, 0), (3, 1_024)]);
        let begins: Vec<u64> = (0..8).map(|packet| times.begins(packet)).collect();
        assert_eq!(begins, [0, 576, 1_152, 2_624, 2_624, 3_648, 4_672, 5_696]);
        for packet in [0, 1, 2, 4, 5, 6] {
            assert_eq!(times.packet_at(begins[packet]), packet as u64);
            assert_eq!(times.packet_at(begins[packet] + 575), packet as u64);
        }
        assert_eq!(times.packet_at(99_999), 7, "behind the last one");
        assert_eq!(times.begins(99), 5_696);
    }

    proptest::proptest! {
        #[test]
        fn no_runs_make_it_panic(runs: Vec<(u32, u32)>, packet: u64, time: u64) {
            let times = times(&runs);
            times.begins(packet);
            times.packet_at(time);
        }
    }
}
