//! Loudness of 400 ms blocks as a histogram: what is kept of a song so that it can be measured together with others.
//! Pure; it hears nothing.
//!
//! Gating: ITU-R BS.1770-5, annex 1: blocks that overlap by three quarters, those above −70 LUFS, and of them those less
//! than 10 LU below their mean. Several songs are measured as one by their blocks together (EBU Tech 3343).

/// Bins a LU.
const BINS_A_LU: f64 = 10.0;
/// Where the absolute gate stands.
const GATE_LUFS: f64 = -70.0;
/// From the gate to +10 LUFS, beyond what full scale can be.
const BINS: usize = 800;
/// How far below the mean the relative gate stands.
const RELATIVE_GATE_LU: f64 = 10.0;

/// How many blocks are how loud.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    counts: Vec<u64>,
    /// Of all blocks in a bin together; a loudness of 0 LUFS is 1.0.
    energy: Vec<f64>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            counts: vec![0; BINS],
            energy: vec![0.0; BINS],
        }
    }
}

impl Blocks {
    /// Adds a block of this loudness in LUFS; one below the absolute gate counts for nothing.
    pub fn add(&mut self, lufs: f64) {
        if !lufs.is_finite() || lufs < GATE_LUFS {
            return;
        }
        let lufs = lufs.min(centre(BINS - 1));
        let bin = ((lufs - GATE_LUFS) * BINS_A_LU) as usize;
        self.counts[bin] += 1;
        self.energy[bin] += energy(lufs);
    }

    /// Adds all blocks of another song.
    pub fn merge(&mut self, other: &Self) {
        for bin in 0..BINS {
            self.counts[bin] = self.counts[bin].saturating_add(other.counts[bin]);
            self.energy[bin] += other.energy[bin];
        }
    }

    /// The integrated loudness in LUFS; `None` where no block is above the gate.
    pub fn integrated(&self) -> Option<f32> {
        let gate = self.mean_from(0)? - RELATIVE_GATE_LU;
        let first = (0..BINS).find(|bin| centre(*bin) > gate)?;
        self.mean_from(first).map(|lufs| lufs as f32)
    }

    /// The mean of what is in this bin and above.
    fn mean_from(&self, first: usize) -> Option<f64> {
        let count: u64 = self.counts[first..].iter().sum();
        let energy: f64 = self.energy[first..].iter().sum();
        (count > 0).then(|| 10.0 * (energy / count as f64).log10())
    }

    /// For a database: each bin's count from the first on, in seven bits a byte; a count of 0 is followed by how many
    /// more of them there are. Where in its bin a block lay is lost: 0.05 LU at most.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut bin = 0;
        let end = self.counts.iter().rposition(|count| *count > 0);
        let end = end.map_or(0, |last| last + 1);
        while bin < end {
            let count = self.counts[bin];
            push(&mut bytes, count);
            bin += 1;
            if count == 0 {
                let more = self.counts[bin..end]
                    .iter()
                    .take_while(|count| **count == 0);
                let more = more.count();
                push(&mut bytes, more as u64);
                bin += more;
            }
        }
        bytes
    }

    /// What [`Self::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut blocks = Self::default();
        let (mut rest, mut bin) = (bytes, 0_usize);
        while !rest.is_empty() {
            let count = take(&mut rest)?;
            let place = blocks.counts.get_mut(bin)?;
            *place = count;
            blocks.energy[bin] = count as f64 * energy(centre(bin));
            bin += 1;
            if count == 0 {
                bin = bin.checked_add(usize::try_from(take(&mut rest)?).ok()?)?;
            }
        }
        Some(blocks)
    }
}

fn energy(lufs: f64) -> f64 {
    10_f64.powf(lufs / 10.0)
}

/// The loudness in the middle of a bin.
fn centre(bin: usize) -> f64 {
    GATE_LUFS + (bin as f64 + 0.5) / BINS_A_LU
}

/// LEB128, without a sign.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A number of at most 35 bits: more blocks than a century has.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for at in 0..5 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << (7 * at);
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(of: &[(f64, u32)]) -> Blocks {
        let mut blocks = Blocks::default();
        for (lufs, count) in of {
            (0..*count).for_each(|_| blocks.add(*lufs));
        }
        blocks
    }

    #[track_caller]
    fn is(blocks: &Blocks, lufs: f32) {
        let integrated = blocks.integrated().unwrap();
        assert!(
            (integrated - lufs).abs() < 0.06,
            "{integrated} is not {lufs}"
        );
    }

    #[test]
    fn what_is_below_the_gates_counts_for_nothing() {
        is(&blocks(&[(-20.0, 100)]), -20.0);
        is(&blocks(&[(-20.0, 100), (-80.0, 1_000)]), -20.0);
        is(&blocks(&[(-20.0, 100), (-45.0, 1_000)]), -20.0);
        is(&blocks(&[(-20.0, 100), (-26.0, 100)]), -22.04);
        assert_eq!(
            blocks(&[(-80.0, 9), (f64::NEG_INFINITY, 9)]).integrated(),
            None
        );
        is(&blocks(&[(99.0, 1)]), 9.95);
    }

    #[test]
    fn songs_are_measured_together_by_their_blocks() {
        let mut both = blocks(&[(-20.0, 100)]);
        both.merge(&blocks(&[(-26.0, 300)]));
        is(&both, -23.58);
        // By itself it is −40; beside a loud song it is below the gate.
        both = blocks(&[(-40.0, 100)]);
        both.merge(&blocks(&[(-10.0, 100)]));
        is(&both, -10.0);
    }

    #[test]
    fn bytes_that_were_not_written_here_are_refused() {
        assert_eq!(Blocks::from_bytes(&[]), Some(Blocks::default()));
        for wrong in [&[0x80][..], &[0], &[0, 0xa0, 6, 1], &[0xff; 9], &[1; 801]] {
            assert_eq!(Blocks::from_bytes(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..900)) {
            if let Some(blocks) = Blocks::from_bytes(&bytes) {
                let _ = blocks.integrated();
            }
        }

        #[test]
        fn blocks_come_back_with_their_loudness(of in proptest::collection::vec((-80.0..5.0_f64, 1..40_u32), 1..60)) {
            let written = blocks(&of);
            let read = Blocks::from_bytes(&written.to_bytes()).unwrap();
            prop_assert_eq!(&read.counts, &written.counts);
            // Gated, a block at the gate may be in or out.
            match (read.mean_from(0), written.mean_from(0)) {
                (Some(read), Some(written)) => prop_assert!((read - written).abs() < 0.051, "{read} {written}"),
                other => prop_assert_eq!(other.0, other.1),
            }
        }
    }
}
