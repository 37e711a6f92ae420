//! Products of one tile of weights with the activations of a group of tokens:
//! the only part of a matrix product that is written for each instruction set.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod float;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use crate::level::{Kind, Level};
use crate::weight_type::WeightType;

/// A kernel: `(tile, columns, panel, out)`.
///
/// * `tile`: a whole tile of `columns` columns ([`crate::tile`]);
/// * `panel`: the group's activations, quantised or plain as the type wants them
///   ([`crate::activations`]);
/// * `out`: 16 sums for each token of the group, token after token.
///
/// # Safety
/// The pointers must be good for what is said above, and the processor must have
/// the instruction set that the kernel was made for.
pub(crate) type Dot = unsafe fn(*const u8, usize, *const u8, *mut f32);

/// The kernel for a type and a group of `width` tokens (1, 2, 4 or 8).
pub(crate) fn kernel(level: Level, weight_type: WeightType, width: usize) -> Dot {
    if weight_type.is_float() {
        return float::kernel(level, weight_type, width);
    }
    match level.0 {
        Kind::Portable => portable::kernel(weight_type, width),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => avx2::kernel(weight_type, width),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => avx512::kernel(weight_type, width),
        #[cfg(target_arch = "aarch64")]
        Kind::Dotprod => neon::dotprod_kernel(weight_type, width),
        #[cfg(target_arch = "aarch64")]
        Kind::I8mm => neon::i8mm_kernel(weight_type, width),
    }
}

/// Picks the instance of a kernel that is generic over a quantised type and a width.
/// Where it is used, each type has a marker of its name.
#[allow(unused_macros, reason = "used where there are vector kernels")]
macro_rules! instance {
    ($kernel:ident, $weight_type:expr, $width:expr) => {
        $crate::dot::instance!($kernel, $weight_type, $width, {
            Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4
        })
    };
    ($kernel:ident, $weight_type:expr, $width:expr, { $($weights:ident),* }) => {
        match ($weight_type, $width) {
            $(
                ($crate::weight_type::WeightType::$weights, 1) => $kernel::<$weights, 1>,
                ($crate::weight_type::WeightType::$weights, 2) => $kernel::<$weights, 2>,
                ($crate::weight_type::WeightType::$weights, 4) => $kernel::<$weights, 4>,
                ($crate::weight_type::WeightType::$weights, _) => $kernel::<$weights, 8>,
            )*
            // Floats have kernels of their own.
            _ => $crate::dot::none,
        }
    };
}
#[allow(unused_imports, reason = "used where there are vector kernels")]
pub(crate) use instance;

/// Stands where no kernel can be asked for.
#[allow(dead_code, reason = "used where there are vector kernels")]
unsafe fn none(_: *const u8, _: usize, _: *const u8, _: *mut f32) {
    unreachable!("float weights have kernels of their own")
}
