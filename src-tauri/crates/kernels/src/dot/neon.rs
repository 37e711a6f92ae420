//! NEON: `sdot` multiplies four signed bytes of each of four rows with four of a
//! token and adds the products to the row's lane; `smmla` does eight of each of two
//! rows with eight of each of two tokens. Values up to 127 may be as unsigned as
//! they are stored.

mod types;

use std::arch::aarch64::*;
use std::arch::asm;
use std::ops::Range;

use super::{Dot, instance};
use crate::activations::{BLOCK_BYTES, blocks};
use crate::tile::{BLOCK, Layout, ROWS};
use crate::weight_type::WeightType;
use types::{
    IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, Quants, Scales,
};

/// Rows in a register.
const QUARTER: usize = ROWS / 4;

/// The kernel for a type and a width, of a processor with `sdot`.
pub(super) fn dotprod_kernel(weight_type: WeightType, width: usize) -> Dot {
    instance!(dotprod, weight_type, width)
}

/// The kernel for a type and a width, of a processor with `smmla` too.
pub(super) fn i8mm_kernel(weight_type: WeightType, width: usize) -> Dot {
    instance!(i8mm, weight_type, width)
}

/// See [`Dot`].
#[target_feature(enable = "neon,fp16,dotprod")]
unsafe fn dotprod<Q: Quants, const N: usize>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    // SAFETY: the caller's promise.
    unsafe { dot::<Q, Rows, N>(tile, columns, panel, out) }
}

/// See [`Dot`].
#[target_feature(enable = "neon,fp16,dotprod,i8mm")]
unsafe fn i8mm<Q: Quants, const N: usize>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if N == 1 {
            // Half of what `smmla` does would be for nobody.
            dotprod::<Q, N>(tile, columns, panel, out);
        } else {
            dot::<Q, Pairs, N>(tile, columns, panel, out);
        }
    }
}

/// How bytes are multiplied: what both sides have to look like for it, and what
/// comes out.
///
/// # Safety
/// Methods need the instruction that the implementation says.
trait Multiply {
    /// A block's weights of four rows, from what [`Quants::quants`] gives.
    unsafe fn weights(quants: [int8x16_t; 8]) -> [int8x16_t; 8];

    /// A block's activations of all tokens, two registers for each token.
    unsafe fn activations<const N: usize>(bytes: *const u8) -> [[int8x16_t; 2]; N];

    /// Sums of the products in these halves (of 16 values) of the block: four rows for
    /// each token.
    unsafe fn products<const N: usize>(
        weights: &[int8x16_t; 8],
        activations: &[[int8x16_t; 2]; N],
        halves: Range<usize>,
    ) -> [int32x4_t; N];
}

/// Four rows and a token at a time: `sdot`.
struct Rows;

impl Multiply for Rows {
    #[inline(always)]
    unsafe fn weights(quants: [int8x16_t; 8]) -> [int8x16_t; 8] {
        quants
    }

    #[inline(always)]
    unsafe fn activations<const N: usize>(bytes: *const u8) -> [[int8x16_t; 2]; N] {
        // SAFETY: the caller's promise: N × 32 bytes.
        unsafe { std::array::from_fn(|token| both_halves(bytes, token)) }
    }

    #[inline(always)]
    unsafe fn products<const N: usize>(
        weights: &[int8x16_t; 8],
        activations: &[[int8x16_t; 2]; N],
        halves: Range<usize>,
    ) -> [int32x4_t; N] {
        // SAFETY: the caller's promise.
        unsafe {
            // Loops, not closures: a closure that isn't inlined is a function without
            // dotprod, for which the assembler refuses the instruction.
            let mut products = [vdupq_n_s32(0); N];
            for (sum, activations) in products.iter_mut().zip(activations) {
                for half in halves.clone() {
                    let four = activations[half];
                    *sum = sdot::<0>(*sum, weights[4 * half], four);
                    *sum = sdot::<1>(*sum, weights[4 * half + 1], four);
                    *sum = sdot::<2>(*sum, weights[4 * half + 2], four);
                    *sum = sdot::<3>(*sum, weights[4 * half + 3], four);
                }
            }
            products
        }
    }
}

/// Two rows and two tokens at a time: `smmla`.
struct Pairs;

impl Multiply for Pairs {
    /// Eight values of rows 0 and 1, the same of rows 2 and 3, the next eight …
    #[inline(always)]
    unsafe fn weights(quants: [int8x16_t; 8]) -> [int8x16_t; 8] {
        // SAFETY: the caller's promise.
        unsafe {
            let words = quants.map(|quants| vreinterpretq_s32_s8(quants));
            std::array::from_fn(|at| {
                let (this, next) = (words[at & !1], words[at | 1]);
                vreinterpretq_s8_s32(if at % 2 == 0 {
                    vzip1q_s32(this, next)
                } else {
                    vzip2q_s32(this, next)
                })
            })
        }
    }

    /// Eight values of two tokens to a register. The first half of the block is where
    /// the pair's first token would be, the second half in the place of the second.
    #[inline(always)]
    unsafe fn activations<const N: usize>(bytes: *const u8) -> [[int8x16_t; 2]; N] {
        // SAFETY: the caller's promise: N × 32 bytes, N even.
        unsafe {
            std::array::from_fn(|at| {
                let half = at % 2;
                let pair = [at & !1, at | 1]
                    .map(|token| vreinterpretq_s64_s8(both_halves(bytes, token)[half]));
                [
                    vreinterpretq_s8_s64(vzip1q_s64(pair[0], pair[1])),
                    vreinterpretq_s8_s64(vzip2q_s64(pair[0], pair[1])),
                ]
            })
        }
    }

    #[inline(always)]
    unsafe fn products<const N: usize>(
        weights: &[int8x16_t; 8],
        activations: &[[int8x16_t; 2]; N],
        halves: Range<usize>,
    ) -> [int32x4_t; N] {
        // SAFETY: the caller's promise.
        unsafe {
            let mut products = [vdupq_n_s32(0); N];
            for pair in (0..N).step_by(2) {
                // Of rows 0 and 1, of rows 2 and 3; first one token, then the other.
                let mut sums = [vdupq_n_s32(0); 2];
                for half in halves.clone() {
                    for (eight, activations) in activations[pair + half].into_iter().enumerate() {
                        let at = 4 * half + 2 * eight;
                        sums[0] = smmla(sums[0], activations, weights[at]);
                        sums[1] = smmla(sums[1], activations, weights[at + 1]);
                    }
                }
                let sums = sums.map(|sums| vreinterpretq_s64_s32(sums));
                products[pair] = vreinterpretq_s32_s64(vzip1q_s64(sums[0], sums[1]));
                products[pair + 1] = vreinterpretq_s32_s64(vzip2q_s64(sums[0], sums[1]));
            }
            products
        }
    }
}

/// A token's 32 bytes.
#[inline(always)]
unsafe fn both_halves(bytes: *const u8, token: usize) -> [int8x16_t; 2] {
    // SAFETY: the caller's promise.
    [0, 16].map(|half| unsafe { vld1q_s8(bytes.add(token * BLOCK + half).cast()) })
}

/// Adds the products of each four bytes of `weights` with group `GROUP` of `activations`
/// to a lane. The intrinsic for it is not stable yet.
#[inline(always)]
unsafe fn sdot<const GROUP: u8>(
    mut sum: int32x4_t,
    weights: int8x16_t,
    activations: int8x16_t,
) -> int32x4_t {
    // SAFETY: the caller's promise: the processor has dotprod. Registers are all that
    // the instruction reads and writes.
    unsafe {
        asm!(
            "sdot {sum:v}.4s, {weights:v}.16b, {activations:v}.4b[{group}]",
            sum = inout(vreg) sum,
            weights = in(vreg) weights,
            activations = in(vreg) activations,
            group = const GROUP,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// Adds the products of two times eight bytes with two times eight: lane `2·i + k` gets
/// those of the `i`-th eight of `left` and the `k`-th of `right`. The intrinsic for
/// it is not stable yet.
#[inline(always)]
unsafe fn smmla(mut sum: int32x4_t, left: int8x16_t, right: int8x16_t) -> int32x4_t {
    // SAFETY: as in `sdot`, with i8mm.
    unsafe {
        asm!(
            "smmla {sum:v}.4s, {left:v}.16b, {right:v}.16b",
            sum = inout(vreg) sum,
            left = in(vreg) left,
            right = in(vreg) right,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// See [`Dot`].
#[inline(always)]
unsafe fn dot<Q: Quants, M: Multiply, const N: usize>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    let layout = const { Layout::of(Q::TYPE) };
    let superblocks = blocks(columns) / layout.blocks();
    // SAFETY: the caller's promise: the tile has `superblocks` superblocks, the
    // panel as many blocks for N tokens, `out` room for 16 × N sums.
    unsafe {
        let mut sums = [[vdupq_n_f32(0.0); N]; 4];
        let mut superblock = tile;
        let mut activations = panel;
        for _ in 0..superblocks {
            let header = Q::header(superblock);
            let mut block = superblock.add(layout.header);
            for b in 0..layout.blocks() {
                let bytes = M::activations::<N>(activations);
                let floats = activations.add(N * BLOCK).cast();
                for (quarter, sums) in sums.iter_mut().enumerate() {
                    let scales = Q::scales(&header, superblock, b, quarter);
                    let weights = M::weights(Q::quants(block, quarter));
                    add_block::<M, N>(sums, &weights, &scales, &bytes, floats);
                }
                block = block.add(layout.block);
                activations = activations.add(BLOCK_BYTES * N);
            }
            superblock = superblock.add(layout.superblock());
        }
        for (quarter, sums) in sums.into_iter().enumerate() {
            for (token, sum) in sums.into_iter().enumerate() {
                vst1q_f32(out.add(ROWS * token + QUARTER * quarter), sum);
            }
        }
    }
}

/// Adds one block of all tokens to the sums of four rows. `floats` are the scales and
/// sums that stand behind the block's bytes.
#[inline(always)]
unsafe fn add_block<M: Multiply, const N: usize>(
    sums: &mut [float32x4_t; N],
    weights: &[int8x16_t; 8],
    scales: &Scales,
    activations: &[[int8x16_t; 2]; N],
    floats: *const f32,
) {
    // SAFETY: the caller's promise: one block of a panel of N tokens.
    unsafe {
        let float = |array: usize, token: usize| floats.add(array * N + token).read_unaligned();
        match scales {
            Scales::Whole { scale, minimum } => {
                let products = M::products(weights, activations, 0..2);
                for (token, sum) in sums.iter_mut().enumerate() {
                    let scale = vmulq_n_f32(*scale, float(0, token));
                    let total = vfmaq_f32(*sum, vcvtq_f32_s32(products[token]), scale);
                    *sum = match minimum {
                        Some(minimum) => vfmaq_n_f32(total, *minimum, float(1, token)),
                        None => total,
                    };
                }
            }
            Scales::Halves {
                scales,
                minimum,
                step,
            } => {
                let low = M::products(weights, activations, 0..1);
                let high = M::products(weights, activations, 1..2);
                for (token, sum) in sums.iter_mut().enumerate() {
                    let low = vmulq_f32(vcvtq_f32_s32(low[token]), scales[0]);
                    let both = vfmaq_f32(low, vcvtq_f32_s32(high[token]), scales[1]);
                    let total = vfmaq_n_f32(*sum, both, float(0, token));
                    let total = vfmaq_n_f32(total, *minimum, float(1, token));
                    *sum = vfmaq_n_f32(total, *step, float(2, token));
                }
            }
        }
    }
}
