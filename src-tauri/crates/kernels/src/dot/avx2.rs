//! AVX2: `vpmaddubsw` multiplies unsigned with signed bytes and adds neighbours to
//! 16 bits. As many of these as can't overflow are added before they are widened.

mod types;

use std::arch::x86_64::*;

use super::{Dot, instance};
use crate::activations::{BLOCK_BYTES, blocks};
use crate::tile::{BLOCK, Layout, ROWS};
use crate::weight_type::WeightType;
use types::{
    IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, Quants, Scales,
};

/// Rows in a register.
const HALF: usize = ROWS / 2;

/// The kernel for a type and a width.
pub(super) fn kernel(weight_type: WeightType, width: usize) -> Dot {
    instance!(dot, weight_type, width)
}

/// See [`Dot`].
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn dot<Q: Quants, const N: usize>(
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
        let mut sums = [[_mm256_setzero_ps(); 2]; N];
        let mut superblock = tile;
        let mut activations = panel;
        for _ in 0..superblocks {
            let mut block = superblock.add(layout.header);
            for b in 0..layout.blocks() {
                for half in 0..2 {
                    let scales = Q::scales(superblock, b, half);
                    let quants = Q::quants(block, half);
                    for (token, sums) in sums.iter_mut().enumerate() {
                        let sum = &mut sums[half];
                        *sum = add_block::<Q, N>(*sum, &quants, &scales, activations, token);
                    }
                }
                block = block.add(layout.block);
                activations = activations.add(BLOCK_BYTES * N);
            }
            superblock = superblock.add(layout.superblock());
        }
        for (token, sums) in sums.into_iter().enumerate() {
            _mm256_storeu_ps(out.add(ROWS * token), sums[0]);
            _mm256_storeu_ps(out.add(ROWS * token + HALF), sums[1]);
        }
    }
}

/// Products of the vectors from `first` on, `count` of them, for eight rows.
#[inline(always)]
unsafe fn products<Q: Quants>(
    quants: &[__m256i; 8],
    bytes: *const i32,
    first: usize,
    count: usize,
) -> __m256 {
    // SAFETY: the caller's promise.
    unsafe {
        let ones = _mm256_set1_epi16(1);
        let mut total = _mm256_setzero_si256();
        let mut at = first;
        while at < first + count {
            let mut sum = _mm256_setzero_si256();
            for (j, quants) in quants
                .iter()
                .enumerate()
                .skip(at)
                .take(Q::TOGETHER.min(count))
            {
                let four = _mm256_set1_epi32(bytes.add(j).read_unaligned());
                let product = if Q::SIGNED {
                    let magnitude = _mm256_abs_epi8(*quants);
                    _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(four, *quants))
                } else {
                    _mm256_maddubs_epi16(*quants, four)
                };
                sum = _mm256_add_epi16(sum, product);
            }
            total = _mm256_add_epi32(total, _mm256_madd_epi16(sum, ones));
            at += Q::TOGETHER.min(count);
        }
        _mm256_cvtepi32_ps(total)
    }
}

/// Adds one block of one token to the sums of eight rows.
#[inline(always)]
unsafe fn add_block<Q: Quants, const N: usize>(
    sum: __m256,
    quants: &[__m256i; 8],
    scales: &Scales,
    activations: *const u8,
    token: usize,
) -> __m256 {
    // SAFETY: the caller's promise: one block of a panel of N tokens.
    unsafe {
        let bytes = activations.add(token * BLOCK).cast::<i32>();
        let floats = activations.add(N * BLOCK).cast::<f32>().add(token);
        let float = |array: usize| _mm256_set1_ps(floats.add(array * N).read_unaligned());
        match scales {
            Scales::Whole { scale, minimum } => {
                let products = products::<Q>(quants, bytes, 0, 8);
                let sum = _mm256_fmadd_ps(products, _mm256_mul_ps(*scale, float(0)), sum);
                match minimum {
                    Some(minimum) => _mm256_fmadd_ps(*minimum, float(1), sum),
                    None => sum,
                }
            }
            Scales::Halves {
                scales,
                minimum,
                step,
            } => {
                let low = _mm256_mul_ps(products::<Q>(quants, bytes, 0, 4), scales[0]);
                let both = _mm256_fmadd_ps(products::<Q>(quants, bytes, 4, 4), scales[1], low);
                let sum = _mm256_fmadd_ps(both, float(0), sum);
                let sum = _mm256_fmadd_ps(*minimum, float(1), sum);
                _mm256_fmadd_ps(*step, float(2), sum)
            }
        }
    }
}
