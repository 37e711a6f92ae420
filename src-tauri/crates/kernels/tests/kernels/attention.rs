//! Attention against its formula.

use llmos_kernels::{
    Attention, Compute, Heads, KvCache, Pairing, Rotation, Scoring, f16_to_f32, f32_to_f16,
};
use rand::Rng;

use crate::support::{assert_close, computes, random};

const NO_ROTATION: Rotation<'_> = Rotation {
    pairing: Pairing::Neighbours,
    dimensions: 0,
    cosines: &[],
    sines: &[],
};

/// Softmax of the scores of the seen positions times the values, from `rows` of
/// queries, keys and values of all positions.
fn expected(
    rows: &[f32],
    heads: Heads,
    position: usize,
    head: usize,
    scoring: Scoring,
) -> Vec<f64> {
    let row = |position: usize| &rows[position * heads.row()..(position + 1) * heads.row()];
    let half = |x: &f32| f64::from(f16_to_f32(f32_to_f16(*x)));
    let kv = head / (heads.query / heads.kv);
    let query = &row(position)[head * heads.key_len..(head + 1) * heads.key_len];
    let first = scoring
        .window
        .map_or(0, |window| (position + 1).saturating_sub(window));
    let scores: Vec<f64> = (first..=position)
        .map(|at| {
            let key = &row(at)[heads.key_column() + kv * heads.key_len..][..heads.key_len];
            let dot: f64 = query
                .iter()
                .zip(key)
                .map(|(q, k)| f64::from(*q) * half(k))
                .sum();
            let score = dot * f64::from(scoring.scale);
            scoring.cap.map_or(score, |cap| {
                f64::from(cap) * (score / f64::from(cap)).tanh()
            })
        })
        .collect();
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
    let total: f64 = weights.iter().sum();
    (0..heads.value_len)
        .map(|column| {
            (first..=position)
                .zip(&weights)
                .map(|(at, weight)| {
                    let value = &row(at)[heads.value_column() + kv * heads.value_len + column];
                    half(value) * weight / total
                })
                .sum()
        })
        .collect()
}

/// Runs `chunks` of tokens one after the other and compares every result.
fn check(compute: &mut Compute, heads: Heads, scoring: Scoring, chunks: &[usize]) {
    check_within(compute, heads, scoring, chunks, 2e-5);
}

fn check_within(
    compute: &mut Compute,
    heads: Heads,
    scoring: Scoring,
    chunks: &[usize],
    tolerance: f64,
) {
    let mut random = random(7);
    let total: usize = chunks.iter().sum();
    let rows: Vec<f32> = (0..total * heads.row())
        .map(|_| random.random_range(-2.0..2.0))
        .collect();
    let mut cache = KvCache::new(heads, total).unwrap();
    let mut memory = Attention::new(compute, heads, total).unwrap();
    let width = heads.query * heads.value_len;
    let mut start = 0;
    for &tokens in chunks {
        let mut chunk = rows[start * heads.row()..(start + tokens) * heads.row()].to_vec();
        compute.rotate_and_store(&mut chunk, tokens, start, None, NO_ROTATION, &mut cache);
        let mut output = vec![f32::NAN; tokens * width];
        compute.attend(
            &chunk,
            tokens,
            start,
            scoring,
            &cache,
            &mut memory,
            &mut output,
        );
        for (token, output) in output.chunks_exact(width).enumerate() {
            for (head, found) in output.chunks_exact(heads.value_len).enumerate() {
                let expected = expected(&rows, heads, start + token, head, scoring);
                for (found, expected) in found.iter().zip(expected) {
                    let what = format!(
                        "{} {heads:?} {scoring:?} token {} head {head}",
                        compute.level(),
                        start + token
                    );
                    assert_close(*found, expected, 1.0, tolerance, &what);
                }
            }
        }
        start += tokens;
    }
}

const PLAIN: Scoring = Scoring {
    scale: 0.125,
    cap: None,
    window: None,
};

#[test]
fn attention_equals_its_formula_for_many_shapes() {
    for threads in [1, 2, 3] {
        for mut compute in computes(threads) {
            for (query, kv, key_len, value_len) in [
                (3, 1, 64, 64),
                (9, 3, 64, 64),
                (8, 8, 32, 16),
                (5, 1, 96, 80),
                (6, 3, 128, 128),
            ] {
                let heads = Heads {
                    query,
                    kv,
                    key_len,
                    value_len,
                };
                check(
                    &mut compute,
                    heads,
                    PLAIN,
                    &[1, 1, 2, 5, 70, 1, 16, 33, 1, 3],
                );
            }
        }
    }
}

#[test]
fn windows_and_caps_are_kept() {
    let heads = Heads {
        query: 4,
        kv: 2,
        key_len: 32,
        value_len: 32,
    };
    for mut compute in computes(2) {
        for window in [1, 7, 64, 90] {
            for cap in [None, Some(1.5)] {
                let scoring = Scoring {
                    window: Some(window),
                    cap,
                    ..PLAIN
                };
                check(&mut compute, heads, scoring, &[130, 1, 1, 40, 1]);
            }
        }
    }
}

#[test]
fn scores_of_hundreds_do_not_overflow() {
    let heads = Heads {
        query: 2,
        kv: 1,
        key_len: 32,
        value_len: 16,
    };
    for mut compute in computes(2) {
        // Single precision knows scores of a thousand to within 1e-4, and weights
        // follow their differences.
        let scoring = Scoring {
            scale: 40.0,
            ..PLAIN
        };
        check_within(&mut compute, heads, scoring, &[50, 1], 1e-3);
    }
}
