//! Random weights and activations, and what should come out.

use llmos_kernels::{Compute, Level, WeightType, dequantise, f32_to_f16};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub fn random(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Fewer cases for Miri, which runs a thousand times slower and looks for other faults.
pub fn cases<T>(all: &'static [T], for_miri: &'static [T]) -> &'static [T] {
    if cfg!(miri) { for_miri } else { all }
}

/// One pool for each level of this processor.
pub fn computes(threads: usize) -> Vec<Compute> {
    Level::available()
        .into_iter()
        .map(|level| Compute::new(threads, level))
        .collect()
}

/// Numbers between -1 and 1, with some blocks of zeros, tiny and huge ones.
pub fn values(random: &mut ChaCha8Rng, len: usize) -> Vec<f32> {
    let mut values: Vec<f32> = (0..len).map(|_| random.random_range(-1.0..1.0)).collect();
    for block in values.chunks_mut(32) {
        let factor = match random.random_range(0..12) {
            0 => 0.0,
            1 => 1e-38,
            2 => 1e-12,
            3 => 1e4,
            _ => 1.0,
        };
        for value in block.iter_mut() {
            *value *= factor;
        }
    }
    values
}

/// `rows` rows of whole random blocks: any quants, scales of a sensible size.
pub fn weights(
    random: &mut ChaCha8Rng,
    weight_type: WeightType,
    rows: usize,
    columns: usize,
) -> Vec<u8> {
    let bytes = weight_type.row_bytes(columns).unwrap() * rows;
    let mut data = vec![0; bytes];
    random.fill(&mut data[..]);
    // Where the f16 scales of a block are.
    let scales: &[usize] = match weight_type {
        WeightType::F16
        | WeightType::Q4_0
        | WeightType::Q5_0
        | WeightType::Q8_0
        | WeightType::IQ4_NL => &[0],
        WeightType::Q4_1 | WeightType::Q5_1 | WeightType::Q4_K | WeightType::Q5_K => &[0, 2],
        WeightType::Q2_K => &[80, 82],
        WeightType::Q3_K => &[108],
        WeightType::Q6_K => &[208],
        WeightType::F32 | WeightType::BF16 | WeightType::MXFP4 => &[],
    };
    for block in data.chunks_exact_mut(weight_type.block_bytes()) {
        for at in scales {
            let scale = f32_to_f16(random.random_range(-0.1..0.1));
            block[*at..at + 2].copy_from_slice(&scale.to_le_bytes());
        }
        match weight_type {
            WeightType::F32 => {
                block.copy_from_slice(&random.random_range(-1f32..1.0).to_le_bytes());
            }
            WeightType::BF16 => {
                let value: f32 = random.random_range(-1.0..1.0);
                block.copy_from_slice(&value.to_le_bytes()[2..]);
            }
            WeightType::MXFP4 => block[0] = random.random_range(110..125),
            _ => {}
        }
    }
    data
}

/// All values of a matrix.
pub fn dequantised(weight_type: WeightType, columns: usize, data: &[u8]) -> Vec<f32> {
    let row_bytes = weight_type.row_bytes(columns).unwrap();
    let mut values = vec![0.0; data.len() / row_bytes * columns];
    for (row, out) in data
        .chunks_exact(row_bytes)
        .zip(values.chunks_exact_mut(columns))
    {
        dequantise(weight_type, row, out);
    }
    values
}

/// What a row of activations is worth after quantisation to bytes in blocks of 32.
pub fn quantised(row: &[f32]) -> Vec<f64> {
    let mut values = Vec::with_capacity(row.len());
    for block in row.chunks(32) {
        let largest = block.iter().fold(0f32, |max, value| max.max(value.abs()));
        for value in block {
            let quant = if largest > 1e-30 {
                (value * (127.0 / largest)).round_ties_even()
            } else {
                0.0
            };
            values.push(f64::from(quant) * f64::from(largest / 127.0));
        }
    }
    values
}

/// Whether kernels of this level multiply BF16 weights with activations that are rounded
/// to BF16 as well.
pub fn rounds_to_bf16(level: Level, weight_type: WeightType) -> bool {
    weight_type == WeightType::BF16 && level.name() == "avx512" && multiplies_pairs()
}

/// Whether the processor multiplies pairs of BF16 values.
fn multiplies_pairs() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// A value rounded to BF16: to nearest, ties to even.
pub fn bf16(value: f32) -> f32 {
    let bits = value.to_bits();
    let half = 0x7fff + (bits >> 16 & 1);
    f32::from_bits((bits + half) & 0xffff_0000)
}

/// Fails unless `found` is within `tolerance` × `scale` of `expected`.
#[track_caller]
pub fn assert_close(found: f32, expected: f64, scale: f64, tolerance: f64, what: &str) {
    let error = (f64::from(found) - expected).abs();
    assert!(
        error <= tolerance * scale + 1e-30,
        "{what}: found {found}, expected {expected}, off by {error:e} of {scale:e}"
    );
}
