//! How each type's tiles become vectors of bytes and scales, eight rows at a time.

use std::arch::x86_64::*;

use crate::dequantise::IQ4_NL_VALUES;
use crate::tile::{MXFP4_UNSIGNED, excess};
use crate::weight_type::WeightType;

/// Scales and minima of a block for eight of its rows.
pub(super) enum Scales {
    /// One pair for the whole block.
    Whole {
        scale: __m256,
        /// `None` where quants are as large as they should be.
        minimum: Option<__m256>,
    },
    /// A pair for each half of 16 values.
    Halves {
        scales: [__m256; 2],
        /// The first half's minimum, multiplied with the sum of the block …
        minimum: __m256,
        /// … and what the second half's has more, with the sum of that half.
        step: __m256,
    },
}

/// A quantised type.
///
/// # Safety
/// Methods need AVX2 and F16C, pointers to whole superblocks or blocks of
/// [`TYPE`](Self::TYPE), and `half` 0 (rows 0 to 7) or 1 (rows 8 to 15).
pub(super) trait Quants {
    const TYPE: WeightType;

    /// How many products of pairs can be added within 16 bits: 2 × 127 × the
    /// largest quant each.
    const TOGETHER: usize;

    /// Whether quants are signed here: the products of larger ones don't fit.
    const SIGNED: bool;

    /// Of block `b`.
    unsafe fn scales(superblock: *const u8, b: usize, half: usize) -> Scales;

    /// The bytes of a block: vector `j` has the values `4·j` to `4·j + 3`.
    unsafe fn quants(block: *const u8, half: usize) -> [__m256i; 8];
}

#[inline(always)]
unsafe fn load(at: *const u8) -> __m256i {
    // SAFETY: the caller's promise: 32 bytes.
    unsafe { _mm256_loadu_si256(at.cast()) }
}

/// Eight f16.
#[inline(always)]
unsafe fn halves(at: *const u8) -> __m256 {
    // SAFETY: the caller's promise: 16 bytes.
    unsafe { _mm256_cvtph_ps(_mm_loadu_si128(at.cast())) }
}

#[inline(always)]
unsafe fn without_excess(weight_type: WeightType, scale: __m256) -> Scales {
    // SAFETY: the caller's promise.
    let minimum = unsafe { _mm256_mul_ps(scale, _mm256_set1_ps(-excess(weight_type))) };
    Scales::Whole {
        scale,
        minimum: Some(minimum),
    }
}

#[inline(always)]
unsafe fn scale_of<const EXCESS_OF: u8>(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    unsafe { without_excess(WeightType::ALL[EXCESS_OF as usize], halves(at)) }
}

#[inline(always)]
unsafe fn scale_alone(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    let scale = unsafe { halves(at) };
    Scales::Whole {
        scale,
        minimum: None,
    }
}

#[inline(always)]
unsafe fn scale_and_minimum(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        Scales::Whole {
            scale: halves(at),
            minimum: Some(halves(at.add(64))),
        }
    }
}

/// bfloat16 scales, because theirs are powers of two beyond what f16 holds.
#[inline(always)]
unsafe fn wide_scale(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let bits = _mm256_cvtepu16_epi32(_mm_loadu_si128(at.cast()));
        let scale = _mm256_castsi256_ps(_mm256_slli_epi32::<16>(bits));
        without_excess(WeightType::MXFP4, scale)
    }
}

/// The plane of nibbles.
#[inline(always)]
unsafe fn nibbles(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise: 256 bytes.
    unsafe {
        let mask = _mm256_set1_epi8(15);
        let mut quants = [_mm256_setzero_si256(); 8];
        for j in 0..4 {
            let both = load(block.add(64 * j + 32 * half));
            quants[j] = _mm256_and_si256(both, mask);
            quants[j + 4] = _mm256_and_si256(_mm256_srli_epi16::<4>(both), mask);
        }
        quants
    }
}

/// Adds `value` to the quants whose bit is set.
#[inline(always)]
unsafe fn add_bits(quants: &mut [__m256i; 8], bits: *const u8, half: usize, value: i8) {
    // SAFETY: the caller's promise: 64 bytes.
    unsafe {
        // Byte p of the vector gets the byte of the mask that its bit is in …
        let spread = _mm256_setr_epi64x(
            0,
            0x0101_0101_0101_0101,
            0x0202_0202_0202_0202,
            0x0303_0303_0303_0303,
        );
        // … and keeps its bit.
        let bit = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
        let value = _mm256_set1_epi8(value);
        for (j, quants) in quants.iter_mut().enumerate() {
            let mask = bits.add(8 * j + 4 * half).cast::<i32>().read_unaligned();
            let mask = _mm256_shuffle_epi8(_mm256_set1_epi32(mask), spread);
            let set = _mm256_cmpeq_epi8(_mm256_and_si256(mask, bit), bit);
            *quants = _mm256_or_si256(*quants, _mm256_and_si256(set, value));
        }
    }
}

/// The plane of pairs, as values from 0 to 3.
#[inline(always)]
unsafe fn pairs(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise: 128 bytes.
    unsafe {
        let mask = _mm256_set1_epi8(3);
        let mut quants = [_mm256_setzero_si256(); 8];
        for v in 0..2 {
            let four = load(block.add(64 * v + 32 * half));
            quants[4 * v] = _mm256_and_si256(four, mask);
            quants[4 * v + 1] = _mm256_and_si256(_mm256_srli_epi16::<2>(four), mask);
            quants[4 * v + 2] = _mm256_and_si256(_mm256_srli_epi16::<4>(four), mask);
            quants[4 * v + 3] = _mm256_and_si256(_mm256_srli_epi16::<6>(four), mask);
        }
        quants
    }
}

#[inline(always)]
unsafe fn five_bits(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = nibbles(block, half);
        add_bits(&mut quants, block.add(256), half, 16);
        quants
    }
}

/// Stored 128 too large.
#[inline(always)]
unsafe fn signed_bytes(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise: 512 bytes.
    unsafe {
        let sign = _mm256_set1_epi8(-128);
        std::array::from_fn(|j| _mm256_xor_si256(load(block.add(64 * j + 32 * half)), sign))
    }
}

/// Looks every byte up in a table of sixteen.
#[inline(always)]
unsafe fn look_up(table: __m256i, mut quants: [__m256i; 8]) -> [__m256i; 8] {
    // A loop rather than `map`, whose closures the compiler does not inline.
    for quants in &mut quants {
        // SAFETY: the caller's promise.
        *quants = unsafe { _mm256_shuffle_epi8(table, *quants) };
    }
    quants
}

#[inline(always)]
unsafe fn iq4_nl(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(IQ4_NL_VALUES.as_ptr().cast()));
        look_up(table, nibbles(block, half))
    }
}

#[inline(always)]
unsafe fn mxfp4(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(MXFP4_UNSIGNED.as_ptr().cast()));
        look_up(table, nibbles(block, half))
    }
}

/// Low four bits, and two more above them.
#[inline(always)]
unsafe fn six_bits(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = nibbles(block, half);
        let high = pairs(block.add(256), half);
        for (quants, high) in quants.iter_mut().zip(high) {
            *quants = _mm256_or_si256(*quants, _mm256_slli_epi16::<4>(high));
        }
        quants
    }
}

#[inline(always)]
unsafe fn three_bits(block: *const u8, half: usize) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = pairs(block, half);
        add_bits(&mut quants, block.add(128), half, 4);
        quants
    }
}

/// The packed scales of `Q4_K` and `Q5_K`.
#[inline(always)]
unsafe fn packed_scales(superblock: *const u8, b: usize, half: usize) -> Scales {
    // SAFETY: the caller's promise: a header of 256 bytes.
    unsafe {
        let word = |word: usize| load(superblock.add(64 + 64 * word + 32 * half));
        let shift = _mm_cvtsi32_si128(8 * (b as i32 % 4));
        let byte = |words: __m256i, mask: i32| {
            _mm256_and_si256(_mm256_srl_epi32(words, shift), _mm256_set1_epi32(mask))
        };
        let (scale, minimum) = if b < 4 {
            (byte(word(0), 63), byte(word(1), 63))
        } else {
            // Low four bits from the third word, high two from above the first ones.
            let top = |words| _mm256_slli_epi32::<4>(byte(_mm256_srli_epi32::<6>(words), 3));
            let low = _mm256_or_si256(byte(word(2), 15), top(word(0)));
            let high = byte(_mm256_srli_epi32::<4>(word(2)), 15);
            (low, _mm256_or_si256(high, top(word(1))))
        };
        let minus = _mm256_sub_ps(_mm256_setzero_ps(), halves(superblock.add(32 + 16 * half)));
        Scales::Whole {
            scale: _mm256_mul_ps(halves(superblock.add(16 * half)), _mm256_cvtepi32_ps(scale)),
            minimum: Some(_mm256_mul_ps(minus, _mm256_cvtepi32_ps(minimum))),
        }
    }
}

/// Eight signed bytes times eight scales.
#[inline(always)]
unsafe fn signed_scale(factor: __m256, bytes: *const u8) -> __m256 {
    // SAFETY: the caller's promise: 8 bytes.
    unsafe {
        let bytes = _mm256_cvtepi8_epi32(_mm_loadl_epi64(bytes.cast()));
        _mm256_mul_ps(factor, _mm256_cvtepi32_ps(bytes))
    }
}

/// The low four bits of eight bytes times eight scales.
#[inline(always)]
unsafe fn low_times(factor: __m256, bytes: __m256i) -> __m256 {
    // SAFETY: the caller's promise.
    unsafe {
        let low = _mm256_and_si256(bytes, _mm256_set1_epi32(15));
        _mm256_mul_ps(factor, _mm256_cvtepi32_ps(low))
    }
}

/// The high four bits of eight bytes times eight scales.
#[inline(always)]
unsafe fn high_times(factor: __m256, bytes: __m256i) -> __m256 {
    // SAFETY: the caller's promise.
    unsafe { _mm256_mul_ps(factor, _mm256_cvtepi32_ps(_mm256_srli_epi32::<4>(bytes))) }
}

/// Signed scales for halves, as `Q3_K` and `Q6_K` have them.
#[inline(always)]
unsafe fn signed_scales<const EXCESS_OF: u8>(
    superblock: *const u8,
    b: usize,
    half: usize,
) -> Scales {
    // SAFETY: the caller's promise: a header of 320 bytes.
    unsafe {
        let factor = halves(superblock.add(256 + 16 * half));
        let at = superblock.add(32 * b + 8 * half);
        let scales = [signed_scale(factor, at), signed_scale(factor, at.add(16))];
        let minus = _mm256_set1_ps(-excess(WeightType::ALL[EXCESS_OF as usize]));
        Scales::Halves {
            scales,
            minimum: _mm256_mul_ps(scales[0], minus),
            step: _mm256_mul_ps(_mm256_sub_ps(scales[1], scales[0]), minus),
        }
    }
}

/// Scales and minima for halves in four bits each.
#[inline(always)]
unsafe fn small_scales(superblock: *const u8, b: usize, half: usize) -> Scales {
    // SAFETY: the caller's promise: a header of 320 bytes.
    unsafe {
        let scale = halves(superblock.add(256 + 16 * half));
        let minus = _mm256_sub_ps(_mm256_setzero_ps(), halves(superblock.add(288 + 16 * half)));
        let at = superblock.add(32 * b + 8 * half);
        let first = _mm256_cvtepu8_epi32(_mm_loadl_epi64(at.cast()));
        let second = _mm256_cvtepu8_epi32(_mm_loadl_epi64(at.add(16).cast()));
        let scales = [low_times(scale, first), low_times(scale, second)];
        let minima = [high_times(minus, first), high_times(minus, second)];
        Scales::Halves {
            scales,
            minimum: minima[0],
            step: _mm256_sub_ps(minima[1], minima[0]),
        }
    }
}

macro_rules! types {
    ($($name:ident: together $together:literal, signed $signed:literal, |$superblock:ident, $b:ident, $half:ident| $scales:expr, $quants:ident;)*) => {
        $(
            #[allow(non_camel_case_types, reason = "the names that the field uses")]
            pub(super) struct $name;

            impl Quants for $name {
                const TYPE: WeightType = WeightType::$name;
                const TOGETHER: usize = $together;
                const SIGNED: bool = $signed;

                #[inline(always)]
                unsafe fn scales($superblock: *const u8, $b: usize, $half: usize) -> Scales {
                    // SAFETY: the caller's promise.
                    unsafe { $scales }
                }

                #[inline(always)]
                unsafe fn quants(block: *const u8, half: usize) -> [__m256i; 8] {
                    // SAFETY: the caller's promise.
                    unsafe { $quants(block, half) }
                }
            }
        )*
    };
}

types! {
    Q4_0: together 8, signed false, |s, b, h| scale_of::<{ WeightType::Q4_0 as u8 }>(s.add(32 * b + 16 * h)), nibbles;
    Q4_1: together 8, signed false, |s, b, h| scale_and_minimum(s.add(32 * b + 16 * h)), nibbles;
    Q5_0: together 4, signed false, |s, b, h| scale_of::<{ WeightType::Q5_0 as u8 }>(s.add(32 * b + 16 * h)), five_bits;
    Q5_1: together 4, signed false, |s, b, h| scale_and_minimum(s.add(32 * b + 16 * h)), five_bits;
    Q8_0: together 1, signed true, |s, b, h| scale_alone(s.add(32 * b + 16 * h)), signed_bytes;
    IQ4_NL: together 1, signed true, |s, b, h| scale_alone(s.add(32 * b + 16 * h)), iq4_nl;
    MXFP4: together 4, signed false, |s, b, h| wide_scale(s.add(32 * b + 16 * h)), mxfp4;
    Q4_K: together 8, signed false, |s, b, h| packed_scales(s, b, h), nibbles;
    Q5_K: together 4, signed false, |s, b, h| packed_scales(s, b, h), five_bits;
    Q6_K: together 2, signed false, |s, b, h| signed_scales::<{ WeightType::Q6_K as u8 }>(s, b, h), six_bits;
    Q3_K: together 4, signed false, |s, b, h| signed_scales::<{ WeightType::Q3_K as u8 }>(s, b, h), three_bits;
    Q2_K: together 4, signed false, |s, b, h| small_scales(s, b, h), pairs;
}
