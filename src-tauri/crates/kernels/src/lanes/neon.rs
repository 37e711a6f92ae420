//! NEON: four registers.

use std::arch::aarch64::*;
use std::arch::asm;

use super::Lanes;

/// Sixteen floats in four registers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neon([float32x4_t; 4]);

impl Neon {
    #[inline(always)]
    fn map(self, of: impl Fn(float32x4_t) -> float32x4_t) -> Self {
        Self(self.0.map(of))
    }

    #[inline(always)]
    fn zip(self, other: Self, of: impl Fn(float32x4_t, float32x4_t) -> float32x4_t) -> Self {
        Self(std::array::from_fn(|part| of(self.0[part], other.0[part])))
    }

    /// All four into one.
    #[inline(always)]
    fn fold(self, of: impl Fn(float32x4_t, float32x4_t) -> float32x4_t) -> float32x4_t {
        of(of(self.0[0], self.0[1]), of(self.0[2], self.0[3]))
    }
}

/// Four half-precision numbers.
///
/// # Safety
/// As the methods of [`Lanes`], with 8 bytes behind the pointer.
#[inline(always)]
pub(crate) unsafe fn load_4_f16(from: *const u16) -> float32x4_t {
    // SAFETY: the caller's promise.
    unsafe { vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from))) }
}

/// Four bfloat16 numbers.
///
/// # Safety
/// As [`load_4_f16`].
#[inline(always)]
pub(crate) unsafe fn load_4_bf16(from: *const u16) -> float32x4_t {
    // SAFETY: the caller's promise.
    unsafe { vreinterpretq_f32_u32(vshll_n_u16::<16>(vld1_u16(from))) }
}

// SAFETY of all blocks: the caller's promise of the trait: the processor has NEON
// with the conversions from and to half precision, and pointers are good.
impl Lanes for Neon {
    // 3 × 2 sums of four registers each and the vectors that they are made of fill
    // the 32 there are.
    const WIDE: bool = false;

    #[inline(always)]
    unsafe fn zero() -> Self {
        unsafe { Self([vdupq_n_f32(0.0); 4]) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        unsafe { Self([vdupq_n_f32(value); 4]) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Self(std::array::from_fn(|part| vld1q_f32(from.add(4 * part)))) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        for (part, four) in self.0.into_iter().enumerate() {
            unsafe { vst1q_f32(to.add(4 * part), four) };
        }
    }

    #[inline(always)]
    unsafe fn load_f16(from: *const u16) -> Self {
        unsafe { Self(std::array::from_fn(|part| load_4_f16(from.add(4 * part)))) }
    }

    #[inline(always)]
    unsafe fn store_f16(self, to: *mut u16) {
        for (part, four) in self.0.into_iter().enumerate() {
            // To the nearest, ties to even: the mode that Rust keeps the processor in.
            unsafe { vst1_u16(to.add(4 * part), vreinterpret_u16_f16(vcvt_f16_f32(four))) };
        }
    }

    #[inline(always)]
    unsafe fn load_bf16(from: *const u16) -> Self {
        unsafe { Self(std::array::from_fn(|part| load_4_bf16(from.add(4 * part)))) }
    }

    #[inline(always)]
    unsafe fn load_i8(from: *const i8) -> Self {
        unsafe {
            let bytes = vld1q_s8(from);
            let (low, high) = (vmovl_s8(vget_low_s8(bytes)), vmovl_high_s8(bytes));
            Self([
                vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))),
                vcvtq_f32_s32(vmovl_high_s16(low)),
                vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))),
                vcvtq_f32_s32(vmovl_high_s16(high)),
            ])
        }
    }

    #[inline(always)]
    unsafe fn store_i8(self, to: *mut i8) {
        unsafe {
            let [a, b, c, d] = self.0.map(|four| vqmovn_s32(vcvtnq_s32_f32(four)));
            let bytes = vcombine_s8(
                vqmovn_s16(vcombine_s16(a, b)),
                vqmovn_s16(vcombine_s16(c, d)),
            );
            vst1q_s8(to, bytes);
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vaddq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vsubq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vmulq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vdivq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(std::array::from_fn(|part| unsafe {
            vfmaq_f32(term.0[part], self.0[part], factor.0[part])
        }))
    }

    // Of a number and something that is none, the number, as `f32::max` has it.
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vmaxnmq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| unsafe { vminnmq_f32(a, b) })
    }

    #[inline(always)]
    unsafe fn abs(self) -> Self {
        self.map(|four| unsafe { vabsq_f32(four) })
    }

    #[inline(always)]
    unsafe fn round(self) -> Self {
        self.map(|four| unsafe { vrndnq_f32(four) })
    }

    #[inline(always)]
    unsafe fn scale_by_power(self, exponent: Self) -> Self {
        self.zip(exponent, |four, exponent| unsafe {
            let biased = vaddq_s32(vcvtq_s32_f32(exponent), vdupq_n_s32(127));
            vmulq_f32(four, vreinterpretq_f32_s32(vshlq_n_s32::<23>(biased)))
        })
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { vaddvq_f32(self.fold(|a, b| vaddq_f32(a, b))) }
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        unsafe { vmaxnmvq_f32(self.fold(|a, b| vmaxnmq_f32(a, b))) }
    }

    #[inline(always)]
    unsafe fn first(self, count: usize, other: Self) -> Self {
        unsafe {
            let count = vdupq_n_u32(count.min(16) as u32);
            let lanes = vld1q_u32([0, 1, 2, 3].as_ptr());
            Self(std::array::from_fn(|part| {
                let lanes = vaddq_u32(lanes, vdupq_n_u32(4 * part as u32));
                vbslq_f32(vcltq_u32(lanes, count), self.0[part], other.0[part])
            }))
        }
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const u8) {
        // A prefetch never faults and reads nothing that the program could see. It has
        // no stable intrinsic.
        unsafe {
            asm!(
                "prfm pldl1keep, [{at}]",
                at = in(reg) at.addr(),
                options(nomem, nostack, preserves_flags),
            );
        }
    }
}
