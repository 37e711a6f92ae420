//! The rotations of a batch's positions, computed once for all layers.

use llmos_kernels::{Buffer, OutOfMemory, Rotation};

use super::config::{Rope, approximate};

/// Cosines and sines of the positions at hand for one kind of rotation.
pub(super) struct Angles {
    rope: Rope,
    /// Angle of each pair of dimensions from one position to the next.
    frequencies: Vec<f32>,
    cosines: Buffer<f32>,
    sines: Buffer<f32>,
}

impl Angles {
    /// For at most `batch` positions. `factors` divides the frequencies.
    pub(super) fn new(
        rope: &Rope,
        factors: Option<&[f32]>,
        batch: usize,
    ) -> Result<Self, OutOfMemory> {
        let frequencies = rope.frequencies(factors);
        Ok(Self {
            cosines: Buffer::zeroed(batch * frequencies.len())?,
            sines: Buffer::zeroed(batch * frequencies.len())?,
            frequencies,
            rope: rope.clone(),
        })
    }

    /// Computes them for `positions` positions from `start` on.
    pub(super) fn fill(&mut self, start: usize, positions: usize) {
        let pairs = self.frequencies.len();
        let magnitude = self.rope.magnitude;
        let rows = self
            .cosines
            .chunks_exact_mut(pairs)
            .zip(self.sines.chunks_exact_mut(pairs));
        for (place, (cosines, sines)) in rows.take(positions).enumerate() {
            let position = approximate(start + place);
            for ((cosine, sine), frequency) in cosines.iter_mut().zip(sines).zip(&self.frequencies)
            {
                let (s, c) = (position * frequency).sin_cos();
                (*cosine, *sine) = (c * magnitude, s * magnitude);
            }
        }
    }

    /// As the kernels take them; `false` for a layer that does not rotate.
    pub(super) fn rotation(&self, rotates: bool) -> Rotation<'_> {
        Rotation {
            pairing: self.rope.pairing,
            dimensions: if rotates { self.rope.dimensions } else { 0 },
            cosines: &self.cosines,
            sines: &self.sines,
        }
    }
}
