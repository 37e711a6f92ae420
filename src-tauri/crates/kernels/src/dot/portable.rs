//! Plain Rust: slow, plain, and what the other kernels are tested against.

use super::Dot;
use crate::activations::{BLOCK_BYTES, blocks};
use crate::tile::{BLOCK, Layout, ROWS, UnpackedBlock};
use crate::weight_type::WeightType;

/// The kernel for a type and a width.
pub(super) fn kernel(weight_type: WeightType, width: usize) -> Dot {
    use WeightType as T;
    macro_rules! pick {
        ($($name:ident),*) => {
            match (weight_type, width) {
                $(
                    (T::$name, 1) => dot::<{ T::$name as u8 }, 1>,
                    (T::$name, 2) => dot::<{ T::$name as u8 }, 2>,
                    (T::$name, 4) => dot::<{ T::$name as u8 }, 4>,
                    (T::$name, _) => dot::<{ T::$name as u8 }, 8>,
                )*
            }
        };
    }
    pick!(
        F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4
    )
}

/// `TYPE` is the type's place in [`WeightType::ALL`].
unsafe fn dot<const TYPE: u8, const N: usize>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    let weight_type = WeightType::ALL[usize::from(TYPE)];
    let layout = Layout::of(weight_type);
    // SAFETY: the caller's promise: a whole tile, a whole panel, 16 × N sums.
    let (tile, panel, out) = unsafe {
        (
            std::slice::from_raw_parts(tile, layout.tile(columns)),
            std::slice::from_raw_parts(panel, blocks(columns) * BLOCK_BYTES * N),
            std::slice::from_raw_parts_mut(out, ROWS * N),
        )
    };
    out.fill(0.0);
    let per_superblock = layout.blocks();
    for (at, activations) in panel.chunks_exact(BLOCK_BYTES * N).enumerate() {
        let start = at / per_superblock * layout.superblock();
        let superblock = &tile[start..start + layout.superblock()];
        let weights = UnpackedBlock::read(weight_type, superblock, at % per_superblock);
        for (token, sums) in out.chunks_exact_mut(ROWS).enumerate() {
            let quants = &activations[token * BLOCK..(token + 1) * BLOCK];
            let float = |array: usize| {
                let at = N * BLOCK + 4 * (array * N + token);
                f32::from_le_bytes([0, 1, 2, 3].map(|byte| activations[at + byte]))
            };
            let (scale, sum, second) = (float(0), float(1), float(2));
            for (row, total) in sums.iter_mut().enumerate() {
                let half = |half: usize| {
                    (half * 16..half * 16 + 16)
                        .map(|k| i32::from(weights.quants[row][k]) * i32::from(quants[k] as i8))
                        .sum::<i32>() as f32
                };
                *total += half(0) * weights.scales[0][row] * scale
                    + half(1) * weights.scales[1][row] * scale
                    + weights.minima[0][row] * (sum - second)
                    + weights.minima[1][row] * second;
            }
        }
    }
}
