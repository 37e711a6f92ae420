//! How fast the kernels are, one by one: `cargo run --release -p llmos-kernels
//! --example kernels [THREADS] [LEVEL]`. Figures are medians; MAC are
//! multiplications with addition.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has nothing to say"
)]

use std::time::Instant;

use llmos_kernels::{
    Activations, Attention, Compute, Forms, Gate, Heads, KvCache, KvType, Level, Matrix, Pairing,
    Product, Rotation, Scoring, WeightType, Write,
};

const FORMS: Forms = Forms {
    quantised: true,
    plain: true,
};

/// Seconds that `run` takes, the median of several.
fn time(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn matrix(compute: &mut Compute, weight_type: WeightType, rows: usize, columns: usize) -> Matrix {
    let bytes = weight_type.row_bytes(columns).unwrap() * rows;
    let data: Vec<u8> = (0..bytes)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x3f)
        .collect();
    Matrix::repack(compute, weight_type, rows, columns, &data).unwrap()
}

fn activations(compute: &mut Compute, columns: usize, tokens: usize) -> Activations {
    let input: Vec<f32> = (0..columns * tokens)
        .map(|at| (at % 17) as f32 / 8.0 - 1.0)
        .collect();
    let mut activations = Activations::new(columns, tokens, FORMS).unwrap();
    compute.quantise(&input, tokens, &mut activations);
    activations
}

fn products(compute: &mut Compute) {
    println!(
        "\nproducts of 1536 × 2048, GMAC/s for 128 tokens, GB/s for one; \
         of 96 MiB, which no cache holds, GB/s for one"
    );
    for weight_type in WeightType::ALL {
        let (rows, columns) = (1536, 2048);
        let weights = matrix(compute, weight_type, rows, columns);
        let product = Product {
            matrix: &weights,
            bias: None,
            column: 0,
        };
        let mut output = vec![0.0; 128 * rows];
        let mut seconds = [0.0; 2];
        for (seconds, tokens) in seconds.iter_mut().zip([128, 1]) {
            let input = activations(compute, columns, tokens);
            *seconds = time(|| compute.multiply(&[product], &input, &mut output, rows, Write::Set));
        }
        let work = (rows * columns) as f64;
        let bytes = Matrix::memory(weight_type, rows, columns) as f64;
        println!(
            "{weight_type:>7}  {:8.1}  {:8.1}  {:8.1}",
            128.0 * work / seconds[0] / 1e9,
            bytes / seconds[1] / 1e9,
            from_memory(compute, weight_type, columns)
        );
    }
}

/// GB/s of one token with a matrix that comes from memory.
fn from_memory(compute: &mut Compute, weight_type: WeightType, columns: usize) -> f64 {
    let tiles = (96 << 20) / Matrix::memory(weight_type, 16, columns);
    let rows = 16 * usize::try_from(tiles).unwrap();
    let weights = matrix(compute, weight_type, rows, columns);
    let product = Product {
        matrix: &weights,
        bias: None,
        column: 0,
    };
    let input = activations(compute, columns, 1);
    let mut output = vec![0.0; rows];
    let seconds = time(|| compute.multiply(&[product], &input, &mut output, rows, Write::Set));
    Matrix::memory(weight_type, rows, columns) as f64 / seconds / 1e9
}

fn layer(compute: &mut Compute, kv_type: KvType) {
    println!("\none layer of the default model (576, 1536, 9 heads on 3; {kv_type}), microseconds");
    let heads = Heads {
        query: 9,
        kv: 3,
        key_len: 64,
        value_len: 64,
    };
    let qkv = matrix(compute, WeightType::Q4_1, heads.row(), 576);
    let output = matrix(compute, WeightType::Q4_1, 576, 576);
    let gate = matrix(compute, WeightType::Q4_1, 1536, 576);
    let up = matrix(compute, WeightType::Q4_1, 1536, 576);
    let down = matrix(compute, WeightType::Q4_1, 576, 1536);
    let weights = vec![1.0; 576];
    for (tokens, start) in [(128, 0), (128, 384), (1, 64), (1, 1024)] {
        let stream = vec![0.5; tokens * 576];
        let mut sum = stream.clone();
        let mut rows = vec![0.1; tokens * heads.row()];
        let mut cache = KvCache::new(heads, 2048, kv_type).unwrap();
        let mut memory = Attention::new(compute, heads, 2048).unwrap();
        let mut input = Activations::new(576, tokens, FORMS).unwrap();
        let mut hidden = Activations::new(1536, tokens, FORMS).unwrap();
        let (cosines, sines) = (vec![0.6; tokens * 32], vec![0.8; tokens * 32]);
        let rotation = Rotation {
            pairing: Pairing::Neighbours,
            dimensions: 64,
            cosines: &cosines,
            sines: &sines,
        };
        let scoring = Scoring {
            scale: 0.125,
            cap: None,
            window: None,
        };
        let product = |matrix| Product {
            matrix,
            bias: None,
            column: 0,
        };
        let micro = |seconds: f64| seconds * 1e6;
        let norm = time(|| compute.rms_norm(&stream, &weights, 1e-5, tokens, &mut input));
        let attention =
            time(|| compute.multiply(&[product(&qkv)], &input, &mut rows, heads.row(), Write::Set));
        let rotate =
            time(|| compute.rotate_and_store(&mut rows, tokens, start, None, rotation, &mut cache));
        let attend = time(|| {
            compute.attend(&rows, tokens, start, scoring, &cache, &mut memory, &mut sum);
        });
        let quantise = time(|| compute.quantise(&sum, tokens, &mut input));
        let out = time(|| compute.multiply(&[product(&output)], &input, &mut sum, 576, Write::Add));
        let gated = time(|| compute.gated(&gate, &up, Gate::Silu, &input, &mut hidden));
        let lower =
            time(|| compute.multiply(&[product(&down)], &hidden, &mut sum, 576, Write::Add));
        println!(
            "{tokens:>4} tokens at {start:>4}: norm {:.1}  qkv {:.1}  rotate {:.1}  attend {:.1}  \
             quantise {:.1}  output {:.1}  gate and up {:.1}  down {:.1}",
            micro(norm),
            micro(attention),
            micro(rotate),
            micro(attend),
            micro(quantise),
            micro(out),
            micro(gated),
            micro(lower)
        );
    }
    let empty = time(|| compute.quantise(&[], 0, &mut Activations::new(32, 0, FORMS).unwrap()));
    println!("fork and join: {:.2}", empty * 1e6);
}

/// How fast `threads` threads read memory that is in no cache, in GB/s: the ceiling of
/// decoding, which reads every weight for each token.
fn memory_ceiling(threads: usize) -> f64 {
    let memory = vec![1_u64; 1 << 27];
    let share = memory.len() / threads;
    let seconds = time(|| {
        std::thread::scope(|scope| {
            for part in memory.chunks(share) {
                scope.spawn(move || {
                    // Several sums, so that none waits for the one before.
                    let mut sums = [0_u64; 32];
                    for row in part.chunks_exact(sums.len()) {
                        for (sum, value) in sums.iter_mut().zip(row) {
                            *sum = sum.wrapping_add(*value);
                        }
                    }
                    std::hint::black_box(sums);
                });
            }
        });
    });
    size_of_val(memory.as_slice()) as f64 / seconds / 1e9
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let threads = arguments
        .next()
        .map_or(1, |threads| threads.parse().unwrap());
    let level = arguments
        .next()
        .map_or_else(Level::detect, |level| level.parse().unwrap());
    let mut compute = Compute::new(threads, level);
    println!("{level}, {} threads", compute.threads());
    println!("reading memory: {:.1} GB/s", memory_ceiling(threads));
    products(&mut compute);
    for kv_type in KvType::ALL {
        layer(&mut compute, kv_type);
    }
}
