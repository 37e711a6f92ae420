//! Random weights, made directly in the blocks of each storage type.
//!
//! Quants are random bits; the scales are of a size that gives the weights the
//! spread they should have. Where a type has only scales, half of them are
//! negative, because its range reaches further to one side; where it has minima,
//! they take the mean away.

use std::io::{self, Write};

use llmos_gguf::TensorType;

use super::random::Random;

/// Blocks that are made before they are written.
const AT_ONCE: u64 = 256;

/// Writes `count` weights of standard deviation `deviation`; whole blocks.
pub fn write(
    output: &mut dyn Write,
    tensor_type: TensorType,
    count: u64,
    deviation: f32,
    random: &mut Random,
) -> io::Result<()> {
    let mut left = count / tensor_type.block_len();
    let bytes = usize::try_from(tensor_type.block_bytes()).unwrap_or(0);
    let mut buffer = Vec::new();
    while left > 0 {
        let blocks = left.min(AT_ONCE);
        // Below 256.
        buffer.resize(usize::try_from(blocks).unwrap_or(0) * bytes, 0);
        for block in buffer.chunks_exact_mut(bytes) {
            make(block, tensor_type, deviation, random);
        }
        output.write_all(&buffer)?;
        left -= blocks;
    }
    Ok(())
}

/// Whether there is a recipe for this type.
pub fn is_known(tensor_type: TensorType) -> bool {
    spread(tensor_type).is_some()
}

/// The root of the mean square of a weight whose block has scale 1, when all quants
/// (and scales inside the block) are as likely as each other.
///
/// A number q from a to b has the mean square ((b-a+1)²-1)/12 + ((a+b)/2)². With a
/// minimum that takes the middle away, the first term is what stays; with scales s
/// and m of sub-blocks, value = s·q - mid·m, it is E s²·E q² + mid²·(E s² - 2·(E s)²).
fn spread(tensor_type: TensorType) -> Option<f32> {
    Some(match tensor_type {
        // From -√3 to √3.
        TensorType::F32 | TensorType::F16 | TensorType::BF16 => 1.0,
        // -8 to 7, and -16 to 15.
        TensorType::Q4_0 => 4.637,
        TensorType::Q5_0 => 9.247,
        // The same ranges without their means.
        TensorType::Q4_1 => 4.610,
        TensorType::Q5_1 => 9.233,
        // -128 to 127.
        TensorType::Q8_0 => 73.90,
        // 0 to 3; scales and minima of 8 to 15.
        TensorType::Q2_K => 13.98,
        // -4 to 3; scales of -32 to 31.
        TensorType::Q3_K => 43.34,
        // 0 to 15, and 0 to 31; scales and minima of 32 to 63.
        TensorType::Q4_K => 243.6,
        TensorType::Q5_K => 490.5,
        // -32 to 31; scales of -128 to 127.
        TensorType::Q6_K => 1365.7,
        // Sixteen values of a table.
        TensorType::IQ4_NL => 67.44,
        TensorType::MXFP4 => 2.926,
        _ => return None,
    })
}

/// Makes one block.
fn make(block: &mut [u8], tensor_type: TensorType, deviation: f32, random: &mut Random) {
    let scale = deviation / spread(tensor_type).unwrap_or(1.0);
    // No two blocks alike: a kernel that takes another block's scale is seen.
    let scale = scale * random.between(0.75, 1.25);
    let signed = if random.coin() { scale } else { -scale };
    random.fill(block);
    match tensor_type {
        TensorType::F32 | TensorType::F16 | TensorType::BF16 => {
            let edge = deviation * 3.0f32.sqrt();
            let number = random.between(-edge, edge);
            match tensor_type {
                TensorType::F32 => block.copy_from_slice(&number.to_le_bytes()),
                TensorType::F16 => put_f16(block, 0, number),
                // The upper half of the bits.
                _ => block.copy_from_slice(&number.to_le_bytes()[2..]),
            }
        }
        TensorType::Q3_K => put_f16(block, 108, signed),
        TensorType::Q6_K => put_f16(block, 208, signed),
        TensorType::Q4_1 => put_with_minimum(block, 0, scale, -7.5),
        TensorType::Q5_1 => put_with_minimum(block, 0, scale, -15.5),
        TensorType::Q2_K => {
            // A set highest bit keeps all scales and minima in the upper half, as
            // the largest of a real block are.
            block[..16].iter_mut().for_each(|both| *both |= 0x88);
            put_with_minimum(block, 80, scale, 1.5);
        }
        TensorType::Q4_K | TensorType::Q5_K => {
            // Bit 5 of the first four scales and minima, and of the last four, whose
            // upper bits are here too.
            block[4..12].iter_mut().for_each(|bits| *bits |= 0xA0);
            let middle = if tensor_type == TensorType::Q4_K {
                7.5
            } else {
                15.5
            };
            put_with_minimum(block, 0, scale, middle);
        }
        TensorType::MXFP4 => block[0] = exponent(scale, random),
        _ => put_f16(block, 0, signed),
    }
}

fn put_with_minimum(block: &mut [u8], at: usize, scale: f32, middle: f32) {
    put_f16(block, at, scale);
    put_f16(block, at + 2, scale * middle);
}

/// The exponent of a power of two, in the encoding of MX scales: the one below
/// `scale` or the one above, so that the mean square is right.
fn exponent(scale: f32, random: &mut Random) -> u8 {
    let below = scale.log2().floor();
    let share = ((scale / below.exp2()).powi(2) - 1.0) / 3.0;
    let above = random.between(0.0, 1.0) < share;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "scales are near 1, so this is near 127"
    )]
    let number = (below + 127.0).clamp(0.0, 253.0) as u8;
    number + u8::from(above)
}

fn put_f16(block: &mut [u8], at: usize, number: f32) {
    block[at..at + 2].copy_from_slice(&f16(number).to_le_bytes());
}

/// The bits of the nearest 16-bit float. For what weights are: finite, below 2^15.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is that of weights"
)]
fn f16(number: f32) -> u16 {
    let magnitude = number.abs();
    let sign = u16::from(number.is_sign_negative()) << 15;
    // Below 2^-14 the unit is fixed at 2^-24; rounding up may reach 2^-14 itself,
    // whose bits are the next number.
    if magnitude < 6.103_515_6e-5 {
        return sign | (magnitude * 16_777_216.0).round() as u16;
    }
    let bits = magnitude.to_bits();
    let rounded = bits + 0x0FFF + (bits >> 13 & 1);
    sign | ((rounded >> 13) - (112 << 10)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number that 16 bits stand for.
    fn from_f16(bits: u16) -> f32 {
        let (exponent, mantissa) = (bits >> 10 & 31, f32::from(bits & 1023));
        let magnitude = match exponent {
            0 => mantissa / 16_777_216.0,
            _ => (1.0 + mantissa / 1024.0) * (f32::from(exponent) - 15.0).exp2(),
        };
        if bits >> 15 == 1 {
            -magnitude
        } else {
            magnitude
        }
    }

    #[test]
    fn halves_are_the_nearest_ones() {
        for number in [1.0, -0.062_5, 0.1, 3.0e-5, -4.1e-6, 6.1e-5, 2047.0] {
            let back = from_f16(f16(number));
            let tolerance = (number.abs() / 2048.0).max(3.0e-8);
            assert!((back - number).abs() <= tolerance, "{number}: {back}");
        }
    }

    /// The weights of a block of the types that are simple to decode.
    fn weights(tensor_type: TensorType, block: &[u8]) -> Vec<f32> {
        let half = |at: usize| from_f16(u16::from_le_bytes([block[at], block[at + 1]]));
        let nibbles = |bytes: &[u8]| -> Vec<f32> {
            let low = bytes.iter().map(|byte| f32::from(byte & 15));
            low.chain(bytes.iter().map(|byte| f32::from(byte >> 4)))
                .collect()
        };
        match tensor_type {
            TensorType::F16 => vec![half(0)],
            TensorType::Q4_0 => nibbles(&block[2..])
                .iter()
                .map(|q| half(0) * (q - 8.0))
                .collect(),
            TensorType::Q4_1 => nibbles(&block[4..])
                .iter()
                .map(|q| half(0) * q + half(2))
                .collect(),
            TensorType::MXFP4 => {
                let table = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0];
                let scale = (f32::from(block[0]) - 127.0).exp2();
                block[1..]
                    .iter()
                    .flat_map(|byte| [byte & 15, byte >> 4])
                    .map(|q| {
                        let magnitude = table[usize::from(q & 7)] * scale;
                        if q > 7 { -magnitude } else { magnitude }
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn weights_have_the_spread_that_was_asked_for() {
        for tensor_type in [
            TensorType::F16,
            TensorType::Q4_0,
            TensorType::Q4_1,
            TensorType::MXFP4,
        ] {
            let mut bytes = Vec::new();
            let mut random = Random::new(1, "test");
            assert!(write(&mut bytes, tensor_type, 65_536, 0.05, &mut random).is_ok());
            let size = usize::try_from(tensor_type.block_bytes()).unwrap_or(1);
            let all: Vec<f64> = bytes
                .chunks_exact(size)
                .flat_map(|block| weights(tensor_type, block))
                .map(f64::from)
                .collect();
            assert_eq!(all.len(), 65_536);
            let mean = all.iter().sum::<f64>() / 65_536.0;
            let square = all.iter().map(|w| w * w).sum::<f64>() / 65_536.0;
            assert!(mean.abs() < 0.002, "{}: mean {mean}", tensor_type.name());
            let deviation = square.sqrt();
            assert!(
                (0.047..0.053).contains(&deviation),
                "{}: deviation {deviation}",
                tensor_type.name()
            );
        }
    }
}
