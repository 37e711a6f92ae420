//! From a file's blocks to numbers, one row at a time: for looking up
//! embeddings, for small tensors, and as the reference of every other kernel.

use crate::float::{bf16_to_f32, f16_to_f32};
use crate::weight_type::WeightType;

/// The sixteen values of `IQ4_NL`, which lie closer together around zero.
/// Source: ggml, `kvalues_iq4nl`.
pub(crate) const IQ4_NL_VALUES: [i8; 16] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
];

/// Twice the sixteen values of a 4-bit float with two exponent bits and one of
/// mantissa. Source: OCP Microscaling Formats (MX) v1.0, E2M1.
pub(crate) const MXFP4_VALUES: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/// Half of 2^(`exponent` - 127): the scale of a block of doubled `MXFP4` values.
pub(crate) fn half_of_e8m0(exponent: u8) -> f32 {
    match exponent {
        // 2^-128 and 2^-127 are below the least normal number, 2^-126.
        0 => f32::from_bits(0x0020_0000),
        1 => f32::from_bits(0x0040_0000),
        _ => f32::from_bits((u32::from(exponent) - 1) << 23),
    }
}

/// Writes the values of `row`, whole blocks of type `weight_type`, to `out`.
///
/// # Panics
/// When the lengths don't belong together.
pub fn dequantise(weight_type: WeightType, row: &[u8], out: &mut [f32]) {
    assert_eq!(
        weight_type.row_bytes(out.len()),
        Some(row.len()),
        "a row of {} {weight_type} values",
        out.len()
    );
    let decode = match weight_type {
        WeightType::F32 => f32_value,
        WeightType::F16 => |b: &[u8], out: &mut [f32]| out[0] = half(b, 0),
        WeightType::BF16 => |b: &[u8], out: &mut [f32]| {
            out[0] = bf16_to_f32(u16::from_le_bytes([b[0], b[1]]));
        },
        WeightType::Q4_0 => q4_0,
        WeightType::Q4_1 => q4_1,
        WeightType::Q5_0 => q5_0,
        WeightType::Q5_1 => q5_1,
        WeightType::Q8_0 => q8_0,
        WeightType::Q2_K => q2_k,
        WeightType::Q3_K => q3_k,
        WeightType::Q4_K => q4_k,
        WeightType::Q5_K => q5_k,
        WeightType::Q6_K => q6_k,
        WeightType::IQ4_NL => iq4_nl,
        WeightType::MXFP4 => mxfp4,
    };
    let blocks = row.chunks_exact(weight_type.block_bytes());
    for (block, values) in blocks.zip(out.chunks_exact_mut(weight_type.block_len())) {
        decode(block, values);
    }
}

fn half(bytes: &[u8], at: usize) -> f32 {
    f16_to_f32(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn f32_value(block: &[u8], out: &mut [f32]) {
    out[0] = f32::from_le_bytes([block[0], block[1], block[2], block[3]]);
}

/// Value `i` of sixteen bytes that hold values 0-15 in their low and 16-31 in
/// their high halves.
fn nibble(bytes: &[u8], i: usize) -> u8 {
    bytes[i % 16] >> (4 * (i / 16)) & 15
}

/// Scale f16; 32 values of 4 bits; value = scale × (q − 8).
fn q4_0(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 0);
    for (i, value) in out.iter_mut().enumerate() {
        *value = scale * f32::from(nibble(&block[2..], i) as i8 - 8);
    }
}

/// Scale and minimum f16; value = scale × q + minimum.
fn q4_1(block: &[u8], out: &mut [f32]) {
    let (scale, minimum) = (half(block, 0), half(block, 2));
    for (i, value) in out.iter_mut().enumerate() {
        *value = scale * f32::from(nibble(&block[4..], i)) + minimum;
    }
}

/// The fifth bit of value `i` is bit `i` of a 32-bit number.
fn fifth_bit(bytes: &[u8], i: usize) -> u8 {
    (bytes[i / 8] >> (i % 8) & 1) << 4
}

/// Scale f16; fifth bits; low four bits; value = scale × (q − 16).
fn q5_0(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 0);
    for (i, value) in out.iter_mut().enumerate() {
        let q = nibble(&block[6..], i) | fifth_bit(&block[2..], i);
        *value = scale * f32::from(q as i8 - 16);
    }
}

/// Scale and minimum f16; fifth bits; low four bits; value = scale × q + minimum.
fn q5_1(block: &[u8], out: &mut [f32]) {
    let (scale, minimum) = (half(block, 0), half(block, 2));
    for (i, value) in out.iter_mut().enumerate() {
        let q = nibble(&block[8..], i) | fifth_bit(&block[4..], i);
        *value = scale * f32::from(q) + minimum;
    }
}

/// Scale f16; 32 signed bytes.
fn q8_0(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 0);
    for (value, q) in out.iter_mut().zip(&block[2..]) {
        *value = scale * f32::from(*q as i8);
    }
}

/// Two bits of value `i` of 256, from 64 bytes: each run of 32 bytes holds 128
/// values, the first 32 in its lowest bits.
pub(crate) fn two_bits(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 128 * 32 + i % 32] >> (2 * (i % 128 / 32)) & 3
}

/// Sixteen bytes with scale (low half) and minimum (high half) of 16 values
/// each; 2-bit values; scale and minimum of these f16.
fn q2_k(block: &[u8], out: &mut [f32]) {
    let (scale, minimum) = (half(block, 80), half(block, 82));
    for (i, value) in out.iter_mut().enumerate() {
        let both = block[i / 16];
        let q = two_bits(&block[16..80], i);
        *value = scale * f32::from(both & 15) * f32::from(q) - minimum * f32::from(both >> 4);
    }
}

/// The sixteen 6-bit scales of `Q3_K`, each 32 too large, from 12 bytes: the
/// low four bits in the halves of the first eight, the high two in the rest.
pub(crate) fn q3_k_scales(bytes: &[u8]) -> [i8; 16] {
    std::array::from_fn(|s| {
        let low = bytes[s % 8] >> (4 * (s / 8)) & 15;
        let high = bytes[8 + s % 4] >> (2 * (s / 4)) & 3;
        (low | high << 4) as i8 - 32
    })
}

/// Bit `i / 32` of byte `i % 32`: the third bit of a `Q3_K` and the fifth of a
/// `Q5_K` value.
pub(crate) fn bit_of_256(bytes: &[u8], i: usize) -> u8 {
    bytes[i % 32] >> (i / 32) & 1
}

/// Third bits (set: not 4 too large); 2-bit values; scales; f16 scale of these.
fn q3_k(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 108);
    let scales = q3_k_scales(&block[96..108]);
    for (i, value) in out.iter_mut().enumerate() {
        let q = two_bits(&block[32..96], i) | bit_of_256(block, i) << 2;
        *value = scale * f32::from(scales[i / 16]) * f32::from(q as i8 - 4);
    }
}

/// The eight 6-bit scales and minima of `Q4_K` and `Q5_K`, from 12 bytes.
pub(crate) fn q4_k_scale_and_minimum(bytes: &[u8], block: usize) -> (u8, u8) {
    if block < 4 {
        (bytes[block] & 63, bytes[block + 4] & 63)
    } else {
        let low = bytes[block + 4];
        (
            low & 15 | bytes[block - 4] >> 6 << 4,
            low >> 4 | bytes[block] >> 6 << 4,
        )
    }
}

/// Four bits of value `i` of 256 from 128 bytes: each run of 32 bytes holds 64
/// values, the first 32 in its low halves.
pub(crate) fn nibble_of_256(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 64 * 32 + i % 32] >> (4 * (i % 64 / 32)) & 15
}

/// Scale and minimum f16 of the scales; scales and minima; 4-bit values.
fn q4_k(block: &[u8], out: &mut [f32]) {
    let (scale, minimum) = (half(block, 0), half(block, 2));
    for (i, value) in out.iter_mut().enumerate() {
        let (s, m) = q4_k_scale_and_minimum(&block[4..16], i / 32);
        let q = nibble_of_256(&block[16..], i);
        *value = scale * f32::from(s) * f32::from(q) - minimum * f32::from(m);
    }
}

/// As `Q4_K`, with fifth bits before the low four.
fn q5_k(block: &[u8], out: &mut [f32]) {
    let (scale, minimum) = (half(block, 0), half(block, 2));
    for (i, value) in out.iter_mut().enumerate() {
        let (s, m) = q4_k_scale_and_minimum(&block[4..16], i / 32);
        let q = nibble_of_256(&block[48..], i) | bit_of_256(&block[16..48], i) << 4;
        *value = scale * f32::from(s) * f32::from(q) - minimum * f32::from(m);
    }
}

/// The low four bits of value `i` of a `Q6_K` block: each run of 64 bytes holds
/// 128 values, the first 64 in its low halves.
pub(crate) fn q6_k_low(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 128 * 64 + i % 64] >> (4 * (i % 128 / 64)) & 15
}

/// Low four bits; high two bits; sixteen signed scales; f16 scale of these.
fn q6_k(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 208);
    for (i, value) in out.iter_mut().enumerate() {
        let q = q6_k_low(block, i) | two_bits(&block[128..192], i) << 4;
        *value = scale * f32::from(block[192 + i / 16] as i8) * f32::from(q as i8 - 32);
    }
}

/// Scale f16; 4-bit indices into [`IQ4_NL_VALUES`].
fn iq4_nl(block: &[u8], out: &mut [f32]) {
    let scale = half(block, 0);
    for (i, value) in out.iter_mut().enumerate() {
        *value = scale * f32::from(IQ4_NL_VALUES[usize::from(nibble(&block[2..], i))]);
    }
}

/// Exponent of the scale; 4-bit floats.
fn mxfp4(block: &[u8], out: &mut [f32]) {
    let scale = half_of_e8m0(block[0]);
    for (i, value) in out.iter_mut().enumerate() {
        *value = scale * f32::from(MXFP4_VALUES[usize::from(nibble(&block[1..], i))]);
    }
}
