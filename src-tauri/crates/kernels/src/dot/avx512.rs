//! AVX-512 with VNNI: `vpdpbusd` multiplies four unsigned bytes of each of the 16
//! rows with four signed ones of a token and adds the products to the row's lane.

pub(super) mod bf16;
mod types;

use std::arch::x86_64::*;

use super::{Dot, instance};
use crate::activations::{BLOCK_BYTES, blocks};
use crate::tile::{BLOCK, Layout, ROWS};
use crate::weight_type::WeightType;
use types::{
    IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, Quants, Scales,
};

/// The kernel for a type and a width.
pub(super) fn kernel(weight_type: WeightType, width: usize) -> Dot {
    instance!(dot, weight_type, width)
}

/// See [`Dot`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")]
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
        let mut sums = [_mm512_setzero_ps(); N];
        let mut superblock = tile;
        let mut activations = panel;
        for _ in 0..superblocks {
            let header = Q::header(superblock);
            let mut block = superblock.add(layout.header);
            for b in 0..layout.blocks() {
                let scales = Q::scales(&header, superblock, b);
                let quants = Q::quants(block);
                for (token, sum) in sums.iter_mut().enumerate() {
                    *sum = add_block::<N>(*sum, &quants, &scales, activations, token);
                }
                block = block.add(layout.block);
                activations = activations.add(BLOCK_BYTES * N);
            }
            superblock = superblock.add(layout.superblock());
        }
        for (token, sum) in sums.into_iter().enumerate() {
            _mm512_storeu_ps(out.add(ROWS * token), sum);
        }
    }
}

/// Adds one block of one token to its sums.
#[inline(always)]
unsafe fn add_block<const N: usize>(
    sum: __m512,
    quants: &[__m512i; 8],
    scales: &Scales,
    activations: *const u8,
    token: usize,
) -> __m512 {
    // SAFETY: the caller's promise: one block of a panel of N tokens.
    unsafe {
        let bytes = activations.add(token * BLOCK).cast::<i32>();
        let floats = activations.add(N * BLOCK).cast::<f32>().add(token);
        let four = |j: usize| _mm512_set1_epi32(bytes.add(j).read_unaligned());
        let float = |array: usize| _mm512_set1_ps(floats.add(array * N).read_unaligned());
        let mut low = _mm512_setzero_si512();
        match scales {
            Scales::Whole { scale, minimum } => {
                for (j, quants) in quants.iter().enumerate() {
                    low = _mm512_dpbusd_epi32(low, *quants, four(j));
                }
                let scale = _mm512_mul_ps(*scale, float(0));
                let sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(low), scale, sum);
                _mm512_fmadd_ps(*minimum, float(1), sum)
            }
            Scales::Halves {
                scales,
                minimum,
                step,
            } => {
                let mut high = _mm512_setzero_si512();
                for j in 0..4 {
                    low = _mm512_dpbusd_epi32(low, quants[j], four(j));
                    high = _mm512_dpbusd_epi32(high, quants[j + 4], four(j + 4));
                }
                let both = _mm512_fmadd_ps(
                    _mm512_cvtepi32_ps(high),
                    scales[1],
                    _mm512_mul_ps(_mm512_cvtepi32_ps(low), scales[0]),
                );
                let sum = _mm512_fmadd_ps(both, float(0), sum);
                let sum = _mm512_fmadd_ps(*minimum, float(1), sum);
                _mm512_fmadd_ps(*step, float(2), sum)
            }
        }
    }
}
