//! BF16 weights on processors that multiply pairs of them (`AVX512_BF16`).
//!
//! `vdpbf16ps` multiplies two columns of each of the 16 rows with two values of a token and
//! adds both products to the row's lane: twice the work of a multiplication of floats. It
//! wants the token's values in BF16 as well, so they are rounded to it, to nearest, as
//! llama.cpp does for such weights. Every width does the same in the same order.

use std::arch::x86_64::*;
use std::mem::transmute;

use crate::activations::padded;
use crate::dot::Dot;
use crate::tile::ROWS;

/// Columns whose activations are rounded before they are used: they stay in the
/// first-level cache.
const PIECE: usize = 128;

/// Columns that are rounded at once; rows are padded to as many.
const AT_ONCE: usize = 32;

/// Values of two columns of the 16 rows, side by side for each row.
const PAIRS: [u16; 2 * ROWS] = {
    let mut pairs = [0; 2 * ROWS];
    let mut row = 0;
    while row < ROWS {
        pairs[2 * row] = row as u16;
        pairs[2 * row + 1] = (ROWS + row) as u16;
        row += 1;
    }
    pairs
};

/// The kernel for a width, where the processor has the instruction.
pub(crate) fn kernel(width: usize) -> Option<Dot> {
    is_x86_feature_detected!("avx512bf16").then_some(match width {
        1 => dot::<1>,
        2 => dot::<2>,
        4 => dot::<4>,
        _ => dot::<8>,
    })
}

/// See [`Dot`]; columns are whole blocks of 32.
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
unsafe fn dot<const N: usize>(tile: *const u8, columns: usize, panel: *const u8, out: *mut f32) {
    // SAFETY: the caller's promise: `columns` columns of 16 values in the tile, N rows of
    // `padded(columns)` activations, of which only the first `columns` are looked at.
    unsafe {
        let panel = panel.cast::<f32>();
        let stride = padded(columns);
        let pairs = _mm512_loadu_si512(PAIRS.as_ptr().cast());
        let mut sums = [_mm512_setzero_ps(); N];
        let mut rounded = [[0_i32; PIECE / 2]; N];
        for first in (0..columns).step_by(PIECE) {
            let piece = PIECE.min(columns - first);
            for (token, rounded) in rounded.iter_mut().enumerate() {
                let row = panel.add(token * stride + first);
                for at in (0..piece).step_by(AT_ONCE) {
                    let both = _mm512_cvtne2ps_pbh(
                        _mm512_loadu_ps(row.add(at + AT_ONCE / 2)),
                        _mm512_loadu_ps(row.add(at)),
                    );
                    let to = rounded.as_mut_ptr().add(at / 2).cast();
                    _mm512_storeu_si512(to, transmute::<__m512bh, __m512i>(both));
                }
            }
            let weights = tile.add(first * ROWS * 2);
            for pair in 0..piece / 2 {
                let columns = _mm512_loadu_si512(weights.add(pair * 4 * ROWS).cast());
                let columns = _mm512_permutexvar_epi16(pairs, columns);
                for (sum, rounded) in sums.iter_mut().zip(&rounded) {
                    let values = _mm512_set1_epi32(rounded[pair]);
                    *sum = _mm512_dpbf16_ps(
                        *sum,
                        transmute::<__m512i, __m512bh>(columns),
                        transmute::<__m512i, __m512bh>(values),
                    );
                }
            }
        }
        for (token, sum) in sums.into_iter().enumerate() {
            _mm512_storeu_ps(out.add(ROWS * token), sum);
        }
    }
}
