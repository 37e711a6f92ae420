//! Taking the first positions out of a cache, and putting them into another of the same
//! shape.

use super::{KvCache, KvType, Layout};
use crate::lanes::LANES;

impl KvCache {
    /// Positions that are taken out together: keys lie in tiles of so many.
    pub const STEP: usize = LANES;

    /// The most positions, up to `positions`, that can be taken out: whole tiles. What lies
    /// behind them in their last tile may belong to another text.
    #[must_use]
    pub fn whole(positions: usize) -> usize {
        positions / Self::STEP * Self::STEP
    }

    /// Bytes that `positions` positions are when taken out of a cache of this shape.
    #[must_use]
    pub fn part_bytes(&self, positions: usize) -> usize {
        let layout = self.layout;
        let rows = layout.heads.kv * positions;
        let (key_len, value_len) = (layout.heads.key_len, layout.heads.value_len);
        let scales = match layout.kv_type {
            KvType::F16 => 0,
            KvType::Q8_0 => scales_of(key_len) + scales_of(value_len),
        };
        rows * ((key_len + value_len) * layout.number_bytes() + 2 * scales)
    }

    /// Appends the first `positions` positions to `out`.
    ///
    /// # Panics
    /// When they are not [`whole`](Self::whole), or more than there is room for.
    pub fn copy_out(&self, positions: usize, out: &mut Vec<u8>) {
        self.check(positions);
        for part in self.layout.parts(positions) {
            out.extend_from_slice(&self.keys[part.keys()]);
            out.extend_from_slice(&self.values[part.values()]);
            for (scales, range) in [
                (&self.key_scales, part.key_scales()),
                (&self.value_scales, part.value_scales()),
            ] {
                for scale in &scales[range] {
                    out.extend_from_slice(&scale.to_le_bytes());
                }
            }
        }
    }

    /// Puts what [`copy_out`](Self::copy_out) gave in the place of the first `positions`
    /// positions. False, with nothing changed, when it is of another size.
    ///
    /// # Panics
    /// As [`copy_out`](Self::copy_out).
    pub fn copy_in(&mut self, positions: usize, bytes: &[u8]) -> bool {
        self.check(positions);
        if bytes.len() != self.part_bytes(positions) {
            return false;
        }
        let mut rest = bytes;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            taken
        };
        for part in self.layout.parts(positions) {
            let range = part.keys();
            self.keys[range.clone()].copy_from_slice(take(range.len()));
            let range = part.values();
            self.values[range.clone()].copy_from_slice(take(range.len()));
            for (scales, range) in [
                (&mut self.key_scales, part.key_scales()),
                (&mut self.value_scales, part.value_scales()),
            ] {
                let bytes = take(2 * range.len());
                for (scale, bytes) in scales[range].iter_mut().zip(bytes.chunks_exact(2)) {
                    *scale = u16::from_le_bytes([bytes[0], bytes[1]]);
                }
            }
        }
        true
    }

    fn check(&self, positions: usize) {
        assert!(
            positions.is_multiple_of(Self::STEP) && positions <= self.layout.capacity,
            "{positions} of {} positions",
            self.layout.capacity
        );
    }
}

/// The first positions of one head.
struct Part {
    layout: Layout,
    head: usize,
    positions: usize,
}

impl Part {
    fn keys(&self) -> std::ops::Range<usize> {
        let bytes = self.layout.number_bytes();
        let start = self.layout.key_tile(self.head, 0) * bytes;
        start..start + self.positions * self.layout.heads.key_len * bytes
    }

    fn values(&self) -> std::ops::Range<usize> {
        let bytes = self.layout.number_bytes();
        let start = self.layout.value_row(self.head, 0) * bytes;
        start..start + self.positions * self.layout.heads.value_len * bytes
    }

    fn key_scales(&self) -> std::ops::Range<usize> {
        self.scales(self.layout.heads.key_len)
    }

    fn value_scales(&self) -> std::ops::Range<usize> {
        self.scales(self.layout.heads.value_len)
    }

    fn scales(&self, len: usize) -> std::ops::Range<usize> {
        if self.layout.kv_type == KvType::F16 {
            return 0..0;
        }
        let start = self.layout.scales(len, self.head, 0);
        start..start + self.positions * scales_of(len)
    }
}

impl Layout {
    fn parts(self, positions: usize) -> impl Iterator<Item = Part> {
        (0..self.heads.kv).map(move |head| Part {
            layout: self,
            head,
            positions,
        })
    }
}

/// Scales of a head's numbers at one position.
fn scales_of(len: usize) -> usize {
    len.div_ceil(super::BLOCK)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;
    use crate::Heads;

    fn filled(kv_type: KvType, capacity: usize, seed: u8) -> KvCache {
        let heads = Heads {
            query: 6,
            kv: 3,
            key_len: 48,
            value_len: 32,
        };
        let mut cache = KvCache::new(heads, capacity, kv_type).unwrap();
        for (index, byte) in cache.keys.iter_mut().enumerate() {
            *byte = (index as u8).wrapping_mul(31) ^ seed;
        }
        for (index, byte) in cache.values.iter_mut().enumerate() {
            *byte = (index as u8).wrapping_mul(17) ^ seed;
        }
        for (index, scale) in cache.key_scales.iter_mut().enumerate() {
            *scale = (index as u16).wrapping_mul(77) ^ u16::from(seed);
        }
        for (index, scale) in cache.value_scales.iter_mut().enumerate() {
            *scale = (index as u16).wrapping_mul(99) ^ u16::from(seed);
        }
        cache
    }

    #[test]
    fn what_is_taken_out_comes_back_in_a_cache_of_any_capacity() {
        for kv_type in KvType::ALL {
            let from = filled(kv_type, 200, 1);
            let mut out = Vec::new();
            from.copy_out(96, &mut out);
            assert_eq!(out.len(), from.part_bytes(96), "{kv_type}");
            let mut to = filled(kv_type, 120, 2);
            assert!(to.copy_in(96, &out));
            let mut again = Vec::new();
            to.copy_out(96, &mut again);
            assert_eq!(out, again, "{kv_type}");
            // What lies behind is as it was.
            let other = filled(kv_type, 120, 2);
            let (heads, bytes) = (to.layout.heads, to.layout.number_bytes());
            let behind = to.layout.value_row(0, 96) * bytes..heads.value_len * 120 * bytes;
            assert_eq!(to.values[behind.clone()], other.values[behind]);
        }
    }

    #[test]
    fn bytes_of_another_size_are_refused_and_change_nothing() {
        for kv_type in KvType::ALL {
            let mut cache = filled(kv_type, 64, 3);
            let mut before = Vec::new();
            cache.copy_out(64, &mut before);
            for bytes in [&before[1..], &[][..], &[before.as_slice(), &[0]].concat()] {
                assert!(!cache.copy_in(64, bytes));
            }
            let mut after = Vec::new();
            cache.copy_out(64, &mut after);
            assert_eq!(before, after);
        }
    }

    #[test]
    fn whole_tiles_only() {
        assert_eq!([0, 15, 16, 47].map(KvCache::whole), [0, 0, 16, 32]);
    }
}
