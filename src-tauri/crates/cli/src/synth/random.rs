//! Random numbers that are the same everywhere for the same seed.

/// `SplitMix64` (Steele, Lea, Flood 2014): fast, and random enough for weights.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed and name, so that a tensor's values do not
    /// depend on which tensors come before it.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        let mut random = Self(seed);
        Self(random.next() ^ hash)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `least` to `most`, all as likely.
    #[expect(clippy::cast_precision_loss, reason = "24 bits, which an f32 holds")]
    pub fn between(&mut self, least: f32, most: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / (1u32 << 24) as f32;
        least + unit * (most - least)
    }

    pub fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            piece.copy_from_slice(&random[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_and_names_have_sequences_of_their_own() {
        let first = |seed, name| Random::new(seed, name).next();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }

    #[test]
    fn numbers_fill_their_range() {
        let mut random = Random::new(0, "");
        let drawn: Vec<f32> = (0..1000).map(|_| random.between(-2.0, 6.0)).collect();
        assert!(drawn.iter().all(|number| (-2.0..6.0).contains(number)));
        assert!((drawn.iter().sum::<f32>() / 1000.0 - 2.0).abs() < 0.5);
    }
}
