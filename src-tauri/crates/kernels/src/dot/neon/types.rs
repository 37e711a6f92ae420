//! How each type's tiles become vectors of bytes and scales, four rows at a time.

use std::arch::aarch64::*;

use crate::dequantise::IQ4_NL_VALUES;
use crate::lanes::{load_4_bf16, load_4_f16};
use crate::tile::{MXFP4_UNSIGNED, excess};
use crate::weight_type::WeightType;

/// Scales and minima of a block for four of its rows.
pub(super) enum Scales {
    /// One pair for the whole block.
    Whole {
        scale: float32x4_t,
        /// `None` where quants are as large as they should be.
        minimum: Option<float32x4_t>,
    },
    /// A pair for each half of 16 values.
    Halves {
        scales: [float32x4_t; 2],
        /// The first half's minimum, multiplied with the sum of the block …
        minimum: float32x4_t,
        /// … and what the second half's has more, with the sum of that half.
        step: float32x4_t,
    },
}

/// A quantised type.
///
/// # Safety
/// Methods need NEON with the conversions from half precision, pointers to whole
/// superblocks or blocks of [`TYPE`](Self::TYPE), and `quarter` from 0 to 3: rows
/// from `4 · quarter` on.
pub(super) trait Quants {
    const TYPE: WeightType;

    /// What is read once for a superblock.
    type Header;

    unsafe fn header(superblock: *const u8) -> Self::Header;

    /// Of block `b`.
    unsafe fn scales(
        header: &Self::Header,
        superblock: *const u8,
        b: usize,
        quarter: usize,
    ) -> Scales;

    /// The bytes of a block: vector `j` has the values `4·j` to `4·j + 3`. Signed, as
    /// the products want both sides; whatever has no more than seven bits stays as
    /// it is, what it is too large by is left to the minimum.
    unsafe fn quants(block: *const u8, quarter: usize) -> [int8x16_t; 8];
}

/// Four f16, `quarter` counting them.
#[inline(always)]
unsafe fn halves(at: *const u8, quarter: usize) -> float32x4_t {
    // SAFETY: the caller's promise: 32 bytes.
    unsafe { load_4_f16(at.cast::<u16>().add(4 * quarter)) }
}

/// Sixteen f16.
#[inline(always)]
unsafe fn all_halves(at: *const u8) -> [float32x4_t; 4] {
    // SAFETY: the caller's promise: 32 bytes.
    unsafe { std::array::from_fn(|quarter| halves(at, quarter)) }
}

/// A scale whose quants are too large by the type's excess.
#[inline(always)]
unsafe fn without_excess(weight_type: WeightType, scale: float32x4_t) -> Scales {
    // SAFETY: the caller's promise.
    let minimum = unsafe { vmulq_n_f32(scale, -excess(weight_type)) };
    Scales::Whole {
        scale,
        minimum: Some(minimum),
    }
}

#[inline(always)]
unsafe fn signed(quants: [uint8x16_t; 8]) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    quants.map(|quants| unsafe { vreinterpretq_s8_u8(quants) })
}

/// The plane of nibbles.
#[inline(always)]
unsafe fn nibbles(block: *const u8, quarter: usize) -> [uint8x16_t; 8] {
    // SAFETY: the caller's promise: 256 bytes.
    unsafe {
        let mut quants = [vdupq_n_u8(0); 8];
        for j in 0..4 {
            let both = vld1q_u8(block.add(64 * j + 16 * quarter));
            quants[j] = vandq_u8(both, vdupq_n_u8(15));
            quants[j + 4] = vshrq_n_u8::<4>(both);
        }
        quants
    }
}

/// Adds `value` to the quants whose bit is set.
#[inline(always)]
unsafe fn add_bits(quants: &mut [uint8x16_t; 8], bits: *const u8, quarter: usize, value: u8) {
    // SAFETY: the caller's promise: 64 bytes.
    unsafe {
        let ones = vcombine_u8(vdup_n_u8(0), vdup_n_u8(1));
        let bit = vreinterpretq_u8_u64(vdupq_n_u64(0x8040_2010_0804_0201));
        let value = vdupq_n_u8(value);
        for (j, quants) in quants.iter_mut().enumerate() {
            // Two of the 64-bit numbers are in a vector. Byte p gets the byte of its
            // number that its bit is in …
            let two = vld1q_u8(bits.add(16 * (j / 2)));
            let from = 8 * (j % 2) + 2 * quarter;
            let mask = vqtbl1q_u8(two, vaddq_u8(ones, vdupq_n_u8(from as u8)));
            // … and tells whether its bit is set.
            *quants = vorrq_u8(*quants, vandq_u8(vtstq_u8(mask, bit), value));
        }
    }
}

/// The plane of pairs, as values from 0 to 3.
#[inline(always)]
unsafe fn pairs(block: *const u8, quarter: usize) -> [uint8x16_t; 8] {
    // SAFETY: the caller's promise: 128 bytes.
    unsafe {
        let mask = vdupq_n_u8(3);
        let mut quants = [vdupq_n_u8(0); 8];
        for v in 0..2 {
            let four = vld1q_u8(block.add(64 * v + 16 * quarter));
            quants[4 * v] = vandq_u8(four, mask);
            quants[4 * v + 1] = vandq_u8(vshrq_n_u8::<2>(four), mask);
            quants[4 * v + 2] = vandq_u8(vshrq_n_u8::<4>(four), mask);
            quants[4 * v + 3] = vshrq_n_u8::<6>(four);
        }
        quants
    }
}

#[inline(always)]
unsafe fn four_bits(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe { signed(nibbles(block, quarter)) }
}

#[inline(always)]
unsafe fn five_bits(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = nibbles(block, quarter);
        add_bits(&mut quants, block.add(256), quarter, 16);
        signed(quants)
    }
}

/// Low four bits, and two more above them.
#[inline(always)]
unsafe fn six_bits(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = nibbles(block, quarter);
        let high = pairs(block.add(256), quarter);
        for (quants, high) in quants.iter_mut().zip(high) {
            *quants = vsliq_n_u8::<4>(*quants, high);
        }
        signed(quants)
    }
}

#[inline(always)]
unsafe fn three_bits(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = pairs(block, quarter);
        add_bits(&mut quants, block.add(128), quarter, 4);
        signed(quants)
    }
}

#[inline(always)]
unsafe fn two_bits(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe { signed(pairs(block, quarter)) }
}

/// Stored 128 too large.
#[inline(always)]
unsafe fn whole_bytes(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise: 512 bytes.
    unsafe {
        let sign = vdupq_n_u8(0x80);
        signed(std::array::from_fn(|j| {
            veorq_u8(vld1q_u8(block.add(64 * j + 16 * quarter)), sign)
        }))
    }
}

#[inline(always)]
unsafe fn iq4_nl(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let table = vld1q_s8(IQ4_NL_VALUES.as_ptr());
        nibbles(block, quarter).map(|quants| vqtbl1q_s8(table, quants))
    }
}

#[inline(always)]
unsafe fn mxfp4(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let table = vld1q_u8(MXFP4_UNSIGNED.as_ptr());
        signed(nibbles(block, quarter).map(|quants| vqtbl1q_u8(table, quants)))
    }
}

#[inline(always)]
unsafe fn scale_of<const EXCESS_OF: u8>(at: *const u8, quarter: usize) -> Scales {
    // SAFETY: the caller's promise.
    unsafe { without_excess(WeightType::ALL[EXCESS_OF as usize], halves(at, quarter)) }
}

#[inline(always)]
unsafe fn scale_alone(at: *const u8, quarter: usize) -> Scales {
    // SAFETY: the caller's promise.
    let scale = unsafe { halves(at, quarter) };
    Scales::Whole {
        scale,
        minimum: None,
    }
}

#[inline(always)]
unsafe fn scale_and_minimum(at: *const u8, quarter: usize) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        Scales::Whole {
            scale: halves(at, quarter),
            minimum: Some(halves(at.add(64), quarter)),
        }
    }
}

/// bfloat16 scales, because theirs are powers of two beyond what f16 holds.
#[inline(always)]
unsafe fn wide_scale(at: *const u8, quarter: usize) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let scale = load_4_bf16(at.cast::<u16>().add(4 * quarter));
        without_excess(WeightType::MXFP4, scale)
    }
}

/// Scales and minima of `Q4_K` and `Q5_K`, for each quarter of the rows.
pub(super) struct PackedScales {
    scale: [float32x4_t; 4],
    minimum: [float32x4_t; 4],
    /// Of blocks 0 to 3 and 4 to 7, a byte each, row after row.
    scales: [[uint8x16_t; 4]; 2],
    minima: [[uint8x16_t; 4]; 2],
}

#[inline(always)]
unsafe fn packed_scales(superblock: *const u8) -> PackedScales {
    // SAFETY: the caller's promise: a header of 256 bytes.
    unsafe {
        let six = vdupq_n_u8(0x3f);
        let four = vdupq_n_u8(0x0f);
        let top = vdupq_n_u8(0x30);
        let mut scales = [[vdupq_n_u8(0); 4]; 2];
        let mut minima = scales;
        for quarter in 0..4 {
            let word = |word: usize| vld1q_u8(superblock.add(64 + 64 * word + 16 * quarter));
            // Low four bits from the third word, high two from above the first ones.
            let late = |low, early| vorrq_u8(low, vandq_u8(vshrq_n_u8::<2>(early), top));
            scales[0][quarter] = vandq_u8(word(0), six);
            scales[1][quarter] = late(vandq_u8(word(2), four), word(0));
            minima[0][quarter] = vandq_u8(word(1), six);
            minima[1][quarter] = late(vshrq_n_u8::<4>(word(2)), word(1));
        }
        PackedScales {
            scale: all_halves(superblock),
            minimum: all_halves(superblock.add(32)).map(|minimum| vnegq_f32(minimum)),
            scales,
            minima,
        }
    }
}

#[inline(always)]
unsafe fn of_packed(header: &PackedScales, b: usize, quarter: usize) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        // Byte b % 4 of each row, and zeros (from beyond the vector) above it.
        let row = vreinterpretq_u8_u32(vld1q_u32(
            [0x8080_8000, 0x8080_8004, 0x8080_8008, 0x8080_800c].as_ptr(),
        ));
        let from = vaddq_u8(row, vdupq_n_u8(b as u8 % 4));
        let byte = |bytes| vcvtq_f32_u32(vreinterpretq_u32_u8(vqtbl1q_u8(bytes, from)));
        Scales::Whole {
            scale: vmulq_f32(header.scale[quarter], byte(header.scales[b / 4][quarter])),
            minimum: Some(vmulq_f32(
                header.minimum[quarter],
                byte(header.minima[b / 4][quarter]),
            )),
        }
    }
}

/// The bytes of four rows for each half of a block: the first four of eight.
#[inline(always)]
unsafe fn two_fours(superblock: *const u8, b: usize, quarter: usize) -> [uint8x8_t; 2] {
    // SAFETY: the caller's promise: a header of 320 bytes.
    [0, 1].map(|half| unsafe {
        let at = superblock
            .add(32 * b + 16 * half + 4 * quarter)
            .cast::<u32>();
        vreinterpret_u8_u32(vdup_n_u32(at.read_unaligned()))
    })
}

/// Signed scales for halves, as `Q3_K` and `Q6_K` have them. The header is what
/// they are multiplied with.
#[inline(always)]
unsafe fn signed_scales<const EXCESS_OF: u8>(
    header: &[float32x4_t; 4],
    superblock: *const u8,
    b: usize,
    quarter: usize,
) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let scales = two_fours(superblock, b, quarter).map(|bytes| {
            let words = vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u8(bytes))));
            vmulq_f32(header[quarter], vcvtq_f32_s32(words))
        });
        let minus = -excess(WeightType::ALL[EXCESS_OF as usize]);
        Scales::Halves {
            scales,
            minimum: vmulq_n_f32(scales[0], minus),
            step: vmulq_n_f32(vsubq_f32(scales[1], scales[0]), minus),
        }
    }
}

#[inline(always)]
unsafe fn factor(superblock: *const u8) -> [float32x4_t; 4] {
    // SAFETY: the caller's promise: a header of 320 bytes.
    unsafe { all_halves(superblock.add(256)) }
}

/// What the scales and the minima of `Q2_K` are multiplied with.
#[inline(always)]
unsafe fn two_factors(superblock: *const u8) -> [[float32x4_t; 4]; 2] {
    // SAFETY: the caller's promise: a header of 320 bytes.
    unsafe {
        let minimum = all_halves(superblock.add(288)).map(|minimum| vnegq_f32(minimum));
        [factor(superblock), minimum]
    }
}

/// Scales and minima for halves in four bits each.
#[inline(always)]
unsafe fn small_scales(
    header: &[[float32x4_t; 4]; 2],
    superblock: *const u8,
    b: usize,
    quarter: usize,
) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let both = two_fours(superblock, b, quarter);
        let times = |factor: float32x4_t, bytes| {
            let words = vmovl_u16(vget_low_u16(vmovl_u8(bytes)));
            vmulq_f32(factor, vcvtq_f32_u32(words))
        };
        let scales = both.map(|both| times(header[0][quarter], vand_u8(both, vdup_n_u8(15))));
        let minima = both.map(|both| times(header[1][quarter], vshr_n_u8::<4>(both)));
        Scales::Halves {
            scales,
            minimum: minima[0],
            step: vsubq_f32(minima[1], minima[0]),
        }
    }
}

/// For types whose scales are read block by block.
#[inline(always)]
unsafe fn nothing(_: *const u8) {}

macro_rules! types {
    ($($name:ident: $header:ty = $read:ident, |$parts:pat_param, $superblock:pat_param, $b:ident, $quarter:ident| $scales:expr, $quants:ident;)*) => {
        $(
            #[allow(non_camel_case_types, reason = "the names that the field uses")]
            pub(super) struct $name;

            impl Quants for $name {
                const TYPE: WeightType = WeightType::$name;
                type Header = $header;

                #[inline(always)]
                unsafe fn header(superblock: *const u8) -> $header {
                    // SAFETY: the caller's promise.
                    unsafe { $read(superblock) }
                }

                #[inline(always)]
                unsafe fn scales($parts: &$header, $superblock: *const u8, $b: usize, $quarter: usize) -> Scales {
                    // SAFETY: the caller's promise.
                    unsafe { $scales }
                }

                #[inline(always)]
                unsafe fn quants(block: *const u8, quarter: usize) -> [int8x16_t; 8] {
                    // SAFETY: the caller's promise.
                    unsafe { $quants(block, quarter) }
                }
            }
        )*
    };
}

types! {
    Q4_0: () = nothing, |(), s, b, q| scale_of::<{ WeightType::Q4_0 as u8 }>(s.add(32 * b), q), four_bits;
    Q4_1: () = nothing, |(), s, b, q| scale_and_minimum(s.add(32 * b), q), four_bits;
    Q5_0: () = nothing, |(), s, b, q| scale_of::<{ WeightType::Q5_0 as u8 }>(s.add(32 * b), q), five_bits;
    Q5_1: () = nothing, |(), s, b, q| scale_and_minimum(s.add(32 * b), q), five_bits;
    Q8_0: () = nothing, |(), s, b, q| scale_alone(s.add(32 * b), q), whole_bytes;
    IQ4_NL: () = nothing, |(), s, b, q| scale_alone(s.add(32 * b), q), iq4_nl;
    MXFP4: () = nothing, |(), s, b, q| wide_scale(s.add(32 * b), q), mxfp4;
    Q4_K: PackedScales = packed_scales, |h, _, b, q| of_packed(h, b, q), four_bits;
    Q5_K: PackedScales = packed_scales, |h, _, b, q| of_packed(h, b, q), five_bits;
    Q6_K: [float32x4_t; 4] = factor, |h, s, b, q| signed_scales::<{ WeightType::Q6_K as u8 }>(h, s, b, q), six_bits;
    Q3_K: [float32x4_t; 4] = factor, |h, s, b, q| signed_scales::<{ WeightType::Q3_K as u8 }>(h, s, b, q), three_bits;
    Q2_K: [[float32x4_t; 4]; 2] = two_factors, |h, s, b, q| small_scales(h, s, b, q), two_bits;
}
