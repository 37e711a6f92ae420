//! How each type's tiles become vectors of bytes and scales.

use std::arch::x86_64::*;

use crate::tile::{IQ4_NL_UNSIGNED, MXFP4_UNSIGNED, excess};
use crate::weight_type::WeightType;

/// Scales and minima of a block for its 16 rows.
pub(super) enum Scales {
    /// One pair for the whole block.
    Whole { scale: __m512, minimum: __m512 },
    /// A pair for each half of 16 values.
    Halves {
        scales: [__m512; 2],
        /// The first half's minimum, multiplied with the sum of the block …
        minimum: __m512,
        /// … and what the second half's has more, with the sum of that half.
        step: __m512,
    },
}

/// A quantised type.
///
/// # Safety
/// Methods need AVX-512 (F, BW, VL) and pointers to whole superblocks or blocks
/// of [`TYPE`](Self::TYPE).
pub(super) trait Quants {
    const TYPE: WeightType;

    /// What is read once for a superblock.
    type Header;

    unsafe fn header(superblock: *const u8) -> Self::Header;

    /// Of block `b`.
    unsafe fn scales(header: &Self::Header, superblock: *const u8, b: usize) -> Scales;

    /// The bytes of a block: vector `j` has the values `4·j` to `4·j + 3`.
    unsafe fn quants(block: *const u8) -> [__m512i; 8];
}

#[inline(always)]
unsafe fn load(at: *const u8) -> __m512i {
    // SAFETY: the caller's promise: 64 bytes.
    unsafe { _mm512_loadu_si512(at.cast()) }
}

/// Sixteen f16.
#[inline(always)]
unsafe fn halves(at: *const u8) -> __m512 {
    // SAFETY: the caller's promise: 32 bytes.
    unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(at.cast())) }
}

/// A scale whose quants are too large by the type's excess.
#[inline(always)]
unsafe fn without_excess(weight_type: WeightType, scale: __m512) -> Scales {
    // SAFETY: the caller's promise.
    let minimum = unsafe { _mm512_mul_ps(scale, _mm512_set1_ps(-excess(weight_type))) };
    Scales::Whole { scale, minimum }
}

/// Two scales whose quants are too large by the type's excess.
#[inline(always)]
unsafe fn halves_without_excess(weight_type: WeightType, scales: [__m512; 2]) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let minus = _mm512_set1_ps(-excess(weight_type));
        Scales::Halves {
            scales,
            minimum: _mm512_mul_ps(scales[0], minus),
            step: _mm512_mul_ps(_mm512_sub_ps(scales[1], scales[0]), minus),
        }
    }
}

/// The plane of nibbles.
#[inline(always)]
unsafe fn nibbles(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 256 bytes.
    unsafe {
        let mask = _mm512_set1_epi8(15);
        let mut quants = [_mm512_setzero_si512(); 8];
        for j in 0..4 {
            let both = load(block.add(64 * j));
            quants[j] = _mm512_and_si512(both, mask);
            quants[j + 4] = _mm512_and_si512(_mm512_srli_epi16::<4>(both), mask);
        }
        quants
    }
}

/// Adds `value` to the quants whose bit is set.
#[inline(always)]
unsafe fn add_bits(quants: &mut [__m512i; 8], bits: *const u8, value: i8) {
    // SAFETY: the caller's promise: 64 bytes.
    unsafe {
        let value = _mm512_set1_epi8(value);
        let bits = bits.cast::<u64>();
        for (j, quants) in quants.iter_mut().enumerate() {
            let mask = bits.add(j).read_unaligned();
            *quants = _mm512_mask_add_epi8(*quants, mask, *quants, value);
        }
    }
}

/// The plane of pairs, as values from 0 to 3.
#[inline(always)]
unsafe fn pairs(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 128 bytes.
    unsafe {
        let mask = _mm512_set1_epi8(3);
        let mut quants = [_mm512_setzero_si512(); 8];
        for v in 0..2 {
            let four = load(block.add(64 * v));
            quants[4 * v] = _mm512_and_si512(four, mask);
            quants[4 * v + 1] = _mm512_and_si512(_mm512_srli_epi16::<2>(four), mask);
            quants[4 * v + 2] = _mm512_and_si512(_mm512_srli_epi16::<4>(four), mask);
            quants[4 * v + 3] = _mm512_and_si512(_mm512_srli_epi16::<6>(four), mask);
        }
        quants
    }
}

/// Looks the plane of nibbles up in a table.
#[inline(always)]
unsafe fn looked_up(block: *const u8, table: &[u8; 16]) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 256 bytes.
    unsafe {
        let table = _mm512_broadcast_i32x4(_mm_loadu_si128(table.as_ptr().cast()));
        let mut quants = nibbles(block);
        // A loop rather than `map`, whose closures the compiler does not inline.
        for quants in &mut quants {
            *quants = _mm512_shuffle_epi8(table, *quants);
        }
        quants
    }
}

macro_rules! with_blocks_of_32 {
    ($($name:ident, $scales:expr, $quants:expr;)*) => {
        $(
            #[allow(non_camel_case_types, reason = "the names that the field uses")]
            pub(super) struct $name;

            impl Quants for $name {
                const TYPE: WeightType = WeightType::$name;
                type Header = ();

                #[inline(always)]
                unsafe fn header(_: *const u8) {}

                #[inline(always)]
                unsafe fn scales(_: &(), superblock: *const u8, b: usize) -> Scales {
                    // SAFETY: the caller's promise.
                    unsafe { $scales(superblock.add(32 * b)) }
                }

                #[inline(always)]
                unsafe fn quants(block: *const u8) -> [__m512i; 8] {
                    // SAFETY: the caller's promise.
                    unsafe { $quants(block) }
                }
            }
        )*
    };
}

#[inline(always)]
unsafe fn scale_of<const EXCESS_OF: u8>(at: *const u8) -> Scales {
    let weight_type = WeightType::ALL[EXCESS_OF as usize];
    // SAFETY: the caller's promise.
    unsafe { without_excess(weight_type, halves(at)) }
}

#[inline(always)]
unsafe fn scale_and_minimum(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        Scales::Whole {
            scale: halves(at),
            minimum: halves(at.add(64)),
        }
    }
}

/// bfloat16 scales, because theirs are powers of two beyond what f16 holds.
#[inline(always)]
unsafe fn wide_scale(at: *const u8) -> Scales {
    // SAFETY: the caller's promise.
    unsafe {
        let bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256(at.cast()));
        let scale = _mm512_castsi512_ps(_mm512_slli_epi32::<16>(bits));
        without_excess(WeightType::MXFP4, scale)
    }
}

#[inline(always)]
unsafe fn five_bits(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut quants = nibbles(block);
        add_bits(&mut quants, block.add(256), 16);
        quants
    }
}

#[inline(always)]
unsafe fn whole_bytes(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 512 bytes.
    unsafe { std::array::from_fn(|j| load(block.add(64 * j))) }
}

#[inline(always)]
unsafe fn iq4_nl(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise.
    unsafe { looked_up(block, &IQ4_NL_UNSIGNED) }
}

#[inline(always)]
unsafe fn mxfp4(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise.
    unsafe { looked_up(block, &MXFP4_UNSIGNED) }
}

with_blocks_of_32! {
    Q4_0, scale_of::<{ WeightType::Q4_0 as u8 }>, nibbles;
    Q4_1, scale_and_minimum, nibbles;
    Q5_0, scale_of::<{ WeightType::Q5_0 as u8 }>, five_bits;
    Q5_1, scale_and_minimum, five_bits;
    Q8_0, scale_of::<{ WeightType::Q8_0 as u8 }>, whole_bytes;
    IQ4_NL, scale_of::<{ WeightType::IQ4_NL as u8 }>, iq4_nl;
    MXFP4, wide_scale, mxfp4;
}

/// Scales and minima of `Q4_K` and `Q5_K`: blocks 0-3 and 4-7 of the sixteen rows,
/// a byte each, and what they are multiplied with.
pub(super) struct PackedScales {
    scale: __m512,
    minimum: __m512,
    scales: [__m512i; 2],
    minima: [__m512i; 2],
}

#[inline(always)]
unsafe fn packed_scales(superblock: *const u8) -> PackedScales {
    // SAFETY: the caller's promise: a header of 256 bytes.
    unsafe {
        let words: [__m512i; 3] = std::array::from_fn(|word| load(superblock.add(64 + 64 * word)));
        let six = _mm512_set1_epi8(0x3f);
        let four = _mm512_set1_epi8(0x0f);
        let top = _mm512_set1_epi8(0x30);
        // Low four bits from the third word, high two from above the first ones.
        let late = |low: __m512i, early: __m512i| {
            _mm512_or_si512(
                _mm512_and_si512(low, four),
                _mm512_and_si512(_mm512_srli_epi32::<2>(early), top),
            )
        };
        PackedScales {
            scale: halves(superblock),
            minimum: _mm512_sub_ps(_mm512_setzero_ps(), halves(superblock.add(32))),
            scales: [_mm512_and_si512(words[0], six), late(words[2], words[0])],
            minima: [
                _mm512_and_si512(words[1], six),
                late(_mm512_srli_epi32::<4>(words[2]), words[1]),
            ],
        }
    }
}

impl PackedScales {
    #[inline(always)]
    unsafe fn of_block(&self, b: usize) -> Scales {
        // SAFETY: the caller's promise.
        unsafe {
            let shift = _mm_cvtsi32_si128(8 * (b as i32 % 4));
            let byte = |four: __m512i| {
                let byte = _mm512_and_si512(_mm512_srl_epi32(four, shift), _mm512_set1_epi32(255));
                _mm512_cvtepi32_ps(byte)
            };
            Scales::Whole {
                scale: _mm512_mul_ps(self.scale, byte(self.scales[b / 4])),
                minimum: _mm512_mul_ps(self.minimum, byte(self.minima[b / 4])),
            }
        }
    }
}

macro_rules! with_packed_scales {
    ($($name:ident, $quants:ident;)*) => {
        $(
            #[allow(non_camel_case_types, reason = "the names that the field uses")]
            pub(super) struct $name;

            impl Quants for $name {
                const TYPE: WeightType = WeightType::$name;
                type Header = PackedScales;

                #[inline(always)]
                unsafe fn header(superblock: *const u8) -> PackedScales {
                    // SAFETY: the caller's promise.
                    unsafe { packed_scales(superblock) }
                }

                #[inline(always)]
                unsafe fn scales(header: &PackedScales, _: *const u8, b: usize) -> Scales {
                    // SAFETY: the caller's promise.
                    unsafe { header.of_block(b) }
                }

                #[inline(always)]
                unsafe fn quants(block: *const u8) -> [__m512i; 8] {
                    // SAFETY: the caller's promise.
                    unsafe { $quants(block) }
                }
            }
        )*
    };
}

with_packed_scales! {
    Q4_K, nibbles;
    Q5_K, five_bits;
}

/// Sixteen signed bytes times sixteen scales.
#[inline(always)]
unsafe fn signed_scale(scale: __m512, bytes: *const u8) -> __m512 {
    // SAFETY: the caller's promise: 16 bytes.
    unsafe {
        let bytes = _mm512_cvtepi8_epi32(_mm_loadu_si128(bytes.cast()));
        _mm512_mul_ps(scale, _mm512_cvtepi32_ps(bytes))
    }
}

/// The low four bits of sixteen bytes times sixteen scales.
#[inline(always)]
unsafe fn low_times(factor: __m512, bytes: __m512i) -> __m512 {
    // SAFETY: the caller's promise.
    unsafe {
        let low = _mm512_and_si512(bytes, _mm512_set1_epi32(15));
        _mm512_mul_ps(factor, _mm512_cvtepi32_ps(low))
    }
}

/// The high four bits of sixteen bytes times sixteen scales.
#[inline(always)]
unsafe fn high_times(factor: __m512, bytes: __m512i) -> __m512 {
    // SAFETY: the caller's promise.
    unsafe { _mm512_mul_ps(factor, _mm512_cvtepi32_ps(_mm512_srli_epi32::<4>(bytes))) }
}

/// Low four bits, and two more above them.
#[inline(always)]
unsafe fn six_bits(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 384 bytes.
    unsafe {
        let mut quants = nibbles(block);
        let mask = _mm512_set1_epi8(0x30);
        for v in 0..2 {
            let four = load(block.add(256 + 64 * v));
            let high = [
                _mm512_slli_epi16::<4>(four),
                _mm512_slli_epi16::<2>(four),
                four,
                _mm512_srli_epi16::<2>(four),
            ];
            for (t, high) in high.into_iter().enumerate() {
                let quants = &mut quants[4 * v + t];
                // quants | high & mask
                *quants = _mm512_ternarylogic_epi32::<0xf8>(*quants, high, mask);
            }
        }
        quants
    }
}

#[inline(always)]
unsafe fn three_bits(block: *const u8) -> [__m512i; 8] {
    // SAFETY: the caller's promise: 192 bytes.
    unsafe {
        let mut quants = pairs(block);
        add_bits(&mut quants, block.add(128), 4);
        quants
    }
}

/// Types with a signed scale for each half and one scale of these.
macro_rules! with_signed_scales {
    ($($name:ident, $quants:ident;)*) => {
        $(
            #[allow(non_camel_case_types, reason = "the names that the field uses")]
            pub(super) struct $name;

            impl Quants for $name {
                const TYPE: WeightType = WeightType::$name;
                type Header = __m512;

                #[inline(always)]
                unsafe fn header(superblock: *const u8) -> __m512 {
                    // SAFETY: the caller's promise.
                    unsafe { halves(superblock.add(256)) }
                }

                #[inline(always)]
                unsafe fn scales(header: &__m512, superblock: *const u8, b: usize) -> Scales {
                    // SAFETY: the caller's promise.
                    unsafe {
                        let at = superblock.add(32 * b);
                        let scales = [signed_scale(*header, at), signed_scale(*header, at.add(16))];
                        halves_without_excess(Self::TYPE, scales)
                    }
                }

                #[inline(always)]
                unsafe fn quants(block: *const u8) -> [__m512i; 8] {
                    // SAFETY: the caller's promise.
                    unsafe { $quants(block) }
                }
            }
        )*
    };
}

with_signed_scales! {
    Q6_K, six_bits;
    Q3_K, three_bits;
}

#[expect(non_camel_case_types, reason = "the name that the field uses")]
pub(super) struct Q2_K;

impl Quants for Q2_K {
    const TYPE: WeightType = WeightType::Q2_K;
    /// Scale, and minus the minimum.
    type Header = [__m512; 2];

    #[inline(always)]
    unsafe fn header(superblock: *const u8) -> [__m512; 2] {
        // SAFETY: the caller's promise.
        unsafe {
            let minimum = _mm512_sub_ps(_mm512_setzero_ps(), halves(superblock.add(288)));
            [halves(superblock.add(256)), minimum]
        }
    }

    #[inline(always)]
    unsafe fn scales(header: &[__m512; 2], superblock: *const u8, b: usize) -> Scales {
        // SAFETY: the caller's promise.
        unsafe {
            let at = superblock.add(32 * b);
            let first = _mm512_cvtepu8_epi32(_mm_loadu_si128(at.cast()));
            let second = _mm512_cvtepu8_epi32(_mm_loadu_si128(at.add(16).cast()));
            let scales = [low_times(header[0], first), low_times(header[0], second)];
            let minima = [high_times(header[1], first), high_times(header[1], second)];
            Scales::Halves {
                scales,
                minimum: minima[0],
                step: _mm512_sub_ps(minima[1], minima[0]),
            }
        }
    }

    #[inline(always)]
    unsafe fn quants(block: *const u8) -> [__m512i; 8] {
        // SAFETY: the caller's promise: 128 bytes.
        unsafe { pairs(block) }
    }
}
