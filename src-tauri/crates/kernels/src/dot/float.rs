//! Weights that are floats: multiplied as they are.

use super::Dot;
use crate::activations::padded;
use crate::lanes::{LANES, Lanes, for_each_level};
use crate::level::{Kind, Level};
use crate::weight_type::WeightType;

/// Reads sixteen weights of one column.
trait Weights {
    /// Bytes of the sixteen.
    const BYTES: usize;

    unsafe fn load<L: Lanes>(from: *const u8) -> L;
}

struct F32;
struct F16;
struct BF16;

impl Weights for F32 {
    const BYTES: usize = 64;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const u8) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load(from.cast()) }
    }
}

impl Weights for F16 {
    const BYTES: usize = 32;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const u8) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_f16(from.cast()) }
    }
}

impl Weights for BF16 {
    const BYTES: usize = 32;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const u8) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_bf16(from.cast()) }
    }
}

/// As [`Dot`], with a plain panel.
#[inline(always)]
unsafe fn dot<L: Lanes, W: Weights, const N: usize>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    if N == 1 {
        // SAFETY: the caller's promise.
        return unsafe { dot_one::<L, W>(tile, columns, panel, out) };
    }
    // SAFETY: the caller's promise: `columns` columns in the tile, N rows of
    // `padded(columns)` activations, 16 × N sums.
    unsafe {
        let panel = panel.cast::<f32>();
        let stride = padded(columns);
        let mut sums = [L::zero(); N];
        for column in 0..columns {
            let weights = W::load::<L>(tile.add(column * W::BYTES));
            for (token, sum) in sums.iter_mut().enumerate() {
                let activation = L::splat(*panel.add(token * stride + column));
                *sum = weights.mul_add(activation, *sum);
            }
        }
        for (token, sum) in sums.into_iter().enumerate() {
            sum.store(out.add(LANES * token));
        }
    }
}

/// Sums of one token: an addition need not wait for the last.
const CHAINS: usize = 4;

/// The same for one token and whole blocks of columns, where waiting for the weights is
/// what takes the time.
#[inline(always)]
unsafe fn dot_one<L: Lanes, W: Weights>(
    tile: *const u8,
    columns: usize,
    panel: *const u8,
    out: *mut f32,
) {
    // SAFETY: as in `dot`, for one row.
    unsafe {
        let panel = panel.cast::<f32>();
        let mut sums = [L::zero(); CHAINS];
        for first in (0..columns).step_by(CHAINS) {
            let at = tile.add(first * W::BYTES);
            for (chain, sum) in sums.iter_mut().enumerate() {
                let weights = W::load::<L>(at.add(chain * W::BYTES));
                *sum = weights.mul_add(L::splat(*panel.add(first + chain)), *sum);
            }
        }
        let [a, b, c, d] = sums;
        a.add(b).add(c.add(d)).store(out);
    }
}

macro_rules! instances {
    ($($name:ident = $weights:ident, $width:literal;)*) => {
        $(
            #[inline(always)]
            unsafe fn $name<L: Lanes>(tile: *const u8, columns: usize, panel: *const u8, out: *mut f32) {
                // SAFETY: the caller's promise.
                unsafe { dot::<L, $weights, $width>(tile, columns, panel, out) }
            }
        )*
    };
}

instances! {
    f32_1 = F32, 1; f32_2 = F32, 2; f32_4 = F32, 4; f32_8 = F32, 8;
    f16_1 = F16, 1; f16_2 = F16, 2; f16_4 = F16, 4; f16_8 = F16, 8;
    bf16_1 = BF16, 1; bf16_2 = BF16, 2; bf16_4 = BF16, 4; bf16_8 = BF16, 8;
}

/// The kernel for a type and a width.
pub(super) fn kernel(level: Level, weight_type: WeightType, width: usize) -> Dot {
    macro_rules! at_each_level {
        ($name:ident) => {{
            for_each_level! {
                unsafe fn at(tile: *const u8, columns: usize, panel: *const u8, out: *mut f32) = $name
            }
            // A kernel knows its level by its address alone.
            match level.0 {
                Kind::Portable => |t, c, p, o| unsafe { at(Level(Kind::Portable), t, c, p, o) },
                #[cfg(target_arch = "x86_64")]
                Kind::Avx2 => |t, c, p, o| unsafe { at(Level(Kind::Avx2), t, c, p, o) },
                #[cfg(target_arch = "x86_64")]
                Kind::Avx512 => |t, c, p, o| unsafe { at(Level(Kind::Avx512), t, c, p, o) },
                #[cfg(target_arch = "aarch64")]
                Kind::Dotprod => |t, c, p, o| unsafe { at(Level(Kind::Dotprod), t, c, p, o) },
                #[cfg(target_arch = "aarch64")]
                Kind::I8mm => |t, c, p, o| unsafe { at(Level(Kind::I8mm), t, c, p, o) },
            }
        }};
    }
    #[cfg(target_arch = "x86_64")]
    if weight_type == WeightType::BF16
        && level.0 == Kind::Avx512
        && let Some(kernel) = super::avx512::bf16::kernel(width)
    {
        return kernel;
    }
    match (weight_type, width) {
        (WeightType::F16, 1) => at_each_level!(f16_1),
        (WeightType::F16, 2) => at_each_level!(f16_2),
        (WeightType::F16, 4) => at_each_level!(f16_4),
        (WeightType::F16, _) => at_each_level!(f16_8),
        (WeightType::BF16, 1) => at_each_level!(bf16_1),
        (WeightType::BF16, 2) => at_each_level!(bf16_2),
        (WeightType::BF16, 4) => at_each_level!(bf16_4),
        (WeightType::BF16, _) => at_each_level!(bf16_8),
        (_, 1) => at_each_level!(f32_1),
        (_, 2) => at_each_level!(f32_2),
        (_, 4) => at_each_level!(f32_4),
        (_, _) => at_each_level!(f32_8),
    }
}
