//! Plain Rust.

use super::{LANES, Lanes};
use crate::float::{bf16_to_f32, f16_to_f32, f32_to_f16};

/// Sixteen floats in an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable([f32; LANES]);

impl Portable {
    #[inline(always)]
    fn map(self, of: impl Fn(f32) -> f32) -> Self {
        Self(self.0.map(of))
    }

    #[inline(always)]
    fn zip(self, other: Self, of: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|lane| of(self.0[lane], other.0[lane])))
    }
}

/// Reads one number of each lane from memory.
unsafe fn each<T>(from: *const T, to_f32: impl Fn(T) -> f32) -> Portable {
    // SAFETY: the caller's promise is sixteen readable values.
    Portable(std::array::from_fn(|lane| {
        to_f32(unsafe { from.add(lane).read_unaligned() })
    }))
}

impl Lanes for Portable {
    const WIDE: bool = false;

    unsafe fn zero() -> Self {
        Self([0.0; LANES])
    }

    unsafe fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { each(from, |value| value) }
    }

    unsafe fn store(self, to: *mut f32) {
        for (lane, value) in self.0.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { to.add(lane).write_unaligned(value) };
        }
    }

    unsafe fn load_f16(from: *const u16) -> Self {
        // SAFETY: the caller's promise.
        unsafe { each(from, f16_to_f32) }
    }

    unsafe fn store_f16(self, to: *mut u16) {
        for (lane, value) in self.0.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { to.add(lane).write_unaligned(f32_to_f16(value)) };
        }
    }

    unsafe fn load_bf16(from: *const u16) -> Self {
        // SAFETY: the caller's promise.
        unsafe { each(from, bf16_to_f32) }
    }

    unsafe fn load_i8(from: *const i8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { each(from, f32::from) }
    }

    unsafe fn store_i8(self, to: *mut i8) {
        for (lane, value) in self.0.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { to.add(lane).write(value.round_ties_even() as i8) };
        }
    }

    unsafe fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    unsafe fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    unsafe fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    unsafe fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            self.0[lane].mul_add(factor.0[lane], term.0[lane])
        }))
    }

    unsafe fn max(self, other: Self) -> Self {
        self.zip(other, f32::max)
    }

    unsafe fn min(self, other: Self) -> Self {
        self.zip(other, f32::min)
    }

    unsafe fn abs(self) -> Self {
        self.map(f32::abs)
    }

    unsafe fn round(self) -> Self {
        self.map(f32::round_ties_even)
    }

    unsafe fn scale_by_power(self, exponent: Self) -> Self {
        self.zip(exponent, |value, exponent| {
            let biased = (exponent as i32 + 127).clamp(1, 254) as u32;
            value * f32::from_bits(biased << 23)
        })
    }

    unsafe fn sum(self) -> f32 {
        self.0.iter().sum()
    }

    unsafe fn largest(self) -> f32 {
        self.0.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    unsafe fn first(self, count: usize, other: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            if lane < count {
                self.0[lane]
            } else {
                other.0[lane]
            }
        }))
    }

    unsafe fn prefetch(_: *const u8) {}
}
