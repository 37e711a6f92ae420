//! What a stored number is: the part of the cache's code that knows its type.

use crate::float::{f16_to_f32, f32_to_f16};
use crate::lanes::{LANES, Lanes};

/// Numbers of a head that have a scale in common.
pub(crate) const BLOCK: usize = 32;

/// Vectors of a block.
pub(crate) const BLOCK_VECTORS: usize = BLOCK / LANES;

/// A way to store numbers.
///
/// # Safety
/// The methods are called as those of [`Lanes`].
pub(crate) trait Storage {
    /// Of a number.
    const BYTES: usize;
    /// Whether what is loaded has to be multiplied with the scale of its block.
    const SCALED: bool;

    /// Sixteen numbers, without their scale.
    unsafe fn load<L: Lanes>(from: *const u8) -> L;

    /// Stores a block of `count` numbers (16 or 32) and returns its scale.
    unsafe fn store<L: Lanes>(from: *const f32, count: usize, to: *mut u8) -> u16;
}

/// Half precision. Has no scales.
pub(crate) struct F16;

impl Storage for F16 {
    const BYTES: usize = 2;
    const SCALED: bool = false;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const u8) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_f16(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store<L: Lanes>(from: *const f32, count: usize, to: *mut u8) -> u16 {
        // SAFETY: the caller's promise.
        unsafe {
            for at in (0..count).step_by(LANES) {
                L::load(from.add(at)).store_f16(to.add(2 * at).cast());
            }
        }
        0
    }
}

/// Bytes from -127 to 127 and the scale that makes the largest of a block 127.
///
/// Off by at most half a scale. Scales end where half precision does: magnitudes
/// above 127 × 65,504 become that, a block below 2⁻²⁵ × 127 becomes zeros. What is no
/// number becomes one.
pub(crate) struct Q8_0;

/// The largest finite number in half precision.
const LARGEST_SCALE: f32 = 65504.0;

impl Storage for Q8_0 {
    const BYTES: usize = 1;
    const SCALED: bool = true;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const u8) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_i8(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store<L: Lanes>(from: *const f32, count: usize, to: *mut u8) -> u16 {
        // SAFETY: the caller's promise.
        unsafe {
            let mut largest = L::zero();
            for at in (0..count).step_by(LANES) {
                largest = largest.max(L::load(from.add(at)).abs());
            }
            // Quants are made with the scale that they will be read with.
            let scale = f32_to_f16((largest.largest() / 127.0).min(LARGEST_SCALE));
            let factor = match scale {
                0 => 0.0,
                scale => 1.0 / f16_to_f32(scale),
            };
            let bounds = [L::splat(-127.0), L::splat(127.0)];
            for at in (0..count).step_by(LANES) {
                let quants = L::load(from.add(at)).mul(L::splat(factor));
                let quants = quants.max(bounds[0]).min(bounds[1]);
                quants.store_i8(to.add(at).cast());
            }
            scale
        }
    }
}
