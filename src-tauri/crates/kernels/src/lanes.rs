//! Sixteen floats at once, whatever the instruction set.
//!
//! Everything but the products of quantised weights is written once, on top of
//! [`Lanes`], and compiled once for each level by [`for_each_level`].

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::{Neon, load_4_bf16, load_4_f16};
pub(crate) use portable::Portable;

/// How many floats.
pub(crate) const LANES: usize = 16;

/// Sixteen floats.
///
/// # Safety
/// Every method may only be called where the processor has the instruction set
/// of the implementation, from code compiled for it; pointers must be good for
/// the sixteen (or, for `load_i8`-like ones, as many as said) values behind them,
/// at any alignment.
pub(crate) trait Lanes: Copy {
    /// Whether there are registers for sums of 6 × 4 vectors.
    const WIDE: bool;

    unsafe fn zero() -> Self;
    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// Sixteen half-precision numbers.
    unsafe fn load_f16(from: *const u16) -> Self;
    /// Rounds to half precision, ties to even.
    unsafe fn store_f16(self, to: *mut u16);
    /// Sixteen bfloat16 numbers.
    unsafe fn load_bf16(from: *const u16) -> Self;
    /// Sixteen whole numbers of a byte each.
    unsafe fn load_i8(from: *const i8) -> Self;
    /// Rounds to whole numbers, ties to even, and stores them as bytes. Values
    /// must lie within those of an `i8`.
    unsafe fn store_i8(self, to: *mut i8);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    /// `self × factor + term`.
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn min(self, other: Self) -> Self;
    unsafe fn abs(self) -> Self;
    /// To whole numbers, ties to even.
    unsafe fn round(self) -> Self;
    /// `self × 2^exponent` for whole exponents from -126 to 127.
    unsafe fn scale_by_power(self, exponent: Self) -> Self;
    unsafe fn sum(self) -> f32;
    unsafe fn largest(self) -> f32;
    /// The first `count` lanes of `self` and the others of `other`.
    unsafe fn first(self, count: usize, other: Self) -> Self;
    /// Asks for the cache line at `at` ahead of time. Any address will do.
    unsafe fn prefetch(at: *const u8);
}

/// eˣ, to within 3 units in the last place; 0 below -87.3, finite above 88.
///
/// Range reduction to `2ⁿ × 2ʳ` with |r| ≤ ½ and the Taylor polynomial of 2ʳ, the
/// last coefficients adjusted for the interval (Cody & Waite's method).
///
/// # Safety
/// As the methods of [`Lanes`].
#[inline(always)]
pub(crate) unsafe fn exp<L: Lanes>(x: L) -> L {
    // SAFETY: the caller's promise.
    unsafe {
        let x = x.max(L::splat(-87.336_54)).min(L::splat(88.0));
        let scaled = x.mul(L::splat(std::f32::consts::LOG2_E));
        let whole = scaled.round();
        // x − n·ln 2 in two steps keeps the bits that one would lose.
        let rest = whole.mul_add(L::splat(-0.693_145_75), x);
        let rest = whole.mul_add(L::splat(-1.428_606_8e-6), rest);
        let mut sum = L::splat(1.0 / 720.0);
        for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            sum = sum.mul_add(rest, L::splat(coefficient));
        }
        sum.scale_by_power(whole)
    }
}

/// Makes a function generic over [`Lanes`] callable by [`Level`](crate::Level):
/// each instruction set gets its own compiled copy.
macro_rules! for_each_level {
    ($(#[$meta:meta])* $visibility:vis unsafe fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $generic:ident) => {
        $(#[$meta])*
        $visibility unsafe fn $name(level: $crate::level::Level, $($argument: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")]
            unsafe fn avx512($($argument: $type),*) $(-> $result)? {
                // SAFETY: the caller's promise; the features are those of `Avx512`.
                unsafe { $generic::<$crate::lanes::Avx512>($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,f16c")]
            unsafe fn avx2($($argument: $type),*) $(-> $result)? {
                // SAFETY: as above.
                unsafe { $generic::<$crate::lanes::Avx2>($($argument),*) }
            }
            #[cfg(target_arch = "aarch64")]
            #[target_feature(enable = "neon,fp16,dotprod")]
            unsafe fn neon($($argument: $type),*) $(-> $result)? {
                // SAFETY: as above.
                unsafe { $generic::<$crate::lanes::Neon>($($argument),*) }
            }
            use $crate::level::Kind;
            // SAFETY: the caller's promise, and a level is proof of its features.
            unsafe {
                match level.0 {
                    Kind::Portable => $generic::<$crate::lanes::Portable>($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    Kind::Avx2 => avx2($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    Kind::Avx512 => avx512($($argument),*),
                    #[cfg(target_arch = "aarch64")]
                    Kind::Dotprod | Kind::I8mm => neon($($argument),*),
                }
            }
        }
    };
}
pub(crate) use for_each_level;
