//! Chance for tests: the same in each run that begins with the same seed.

/// Another number each time (Vigna, SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// For a run that is to differ from all others; it prints its seed, and `STANDIN_SEED` repeats it.
    pub fn thrown() -> Self {
        let asked = std::env::var("STANDIN_SEED")
            .ok()
            .map(|seed| seed.parse().unwrap());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seed = asked.unwrap_or(now.unwrap().as_nanos() as u64);
        println!("seed {seed}");
        Self(seed)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
