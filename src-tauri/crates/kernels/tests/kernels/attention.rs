//! Attention against its formula.

use llmos_kernels::{
    Attention, Compute, Heads, KvCache, KvType, Pairing, Rotation, Scoring, f16_to_f32, f32_to_f16,
};
use rand::Rng;

use crate::support::{assert_close, cases, computes, random, values};

const NO_ROTATION: Rotation<'_> = Rotation {
    pairing: Pairing::Neighbours,
    dimensions: 0,
    cosines: &[],
    sines: &[],
};

/// What a head's keys or values are worth after they were stored.
fn stored(head: &[f32], kv_type: KvType) -> Vec<f64> {
    let half = |x: f32| f16_to_f32(f32_to_f16(x));
    let mut stored = Vec::with_capacity(head.len());
    for block in head.chunks(32) {
        let largest = block.iter().fold(0f32, |max, value| max.max(value.abs()));
        let scale = half(largest / 127.0);
        for value in block {
            stored.push(match kv_type {
                KvType::F16 => f64::from(half(*value)),
                KvType::Q8_0 if scale > 0.0 => {
                    let quant = (value * (1.0 / scale)).clamp(-127.0, 127.0);
                    f64::from(quant.round_ties_even()) * f64::from(scale)
                }
                KvType::Q8_0 => 0.0,
            });
        }
    }
    stored
}

/// Rows of queries, keys and values after the latter two were stored.
fn stored_rows(rows: &[f32], heads: Heads, kv_type: KvType) -> Vec<f64> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows.chunks_exact(heads.row()) {
        let (queries, rest) = row.split_at(heads.key_column());
        let (keys, values) = rest.split_at(heads.kv * heads.key_len);
        all.extend(queries.iter().map(|query| f64::from(*query)));
        for (rows, len) in [(keys, heads.key_len), (values, heads.value_len)] {
            all.extend(rows.chunks(len).flat_map(|head| stored(head, kv_type)));
        }
    }
    all
}

/// Softmax of the scores of the seen positions times the values, from stored rows.
fn expected(
    rows: &[f64],
    heads: Heads,
    position: usize,
    head: usize,
    scoring: Scoring,
) -> Vec<f64> {
    let row = |position: usize| &rows[position * heads.row()..(position + 1) * heads.row()];
    let kv = head / (heads.query / heads.kv);
    let query = &row(position)[head * heads.key_len..(head + 1) * heads.key_len];
    let first = scoring
        .window
        .map_or(0, |window| (position + 1).saturating_sub(window));
    let scores: Vec<f64> = (first..=position)
        .map(|at| {
            let key = &row(at)[heads.key_column() + kv * heads.key_len..][..heads.key_len];
            let dot: f64 = query.iter().zip(key).map(|(q, k)| q * k).sum();
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
                    let value = row(at)[heads.value_column() + kv * heads.value_len + column];
                    value * weight / total
                })
                .sum()
        })
        .collect()
}

/// Runs `chunks` of tokens one after the other; gives what attention made of each.
fn attend(
    compute: &mut Compute,
    (heads, kv_type): (Heads, KvType),
    scoring: Scoring,
    rows: &[f32],
    chunks: &[usize],
) -> Vec<f32> {
    let total = rows.len() / heads.row();
    let mut cache = KvCache::new(heads, total, kv_type).unwrap();
    let mut memory = Attention::new(compute, heads, total).unwrap();
    let mut outputs = Vec::new();
    let mut start = 0;
    for &tokens in chunks {
        let mut chunk = rows[start * heads.row()..(start + tokens) * heads.row()].to_vec();
        compute.rotate_and_store(&mut chunk, tokens, start, None, NO_ROTATION, &mut cache);
        let mut output = vec![f32::NAN; tokens * heads.query * heads.value_len];
        compute.attend(
            &chunk,
            tokens,
            start,
            scoring,
            &cache,
            &mut memory,
            &mut output,
        );
        outputs.extend(output);
        start += tokens;
    }
    outputs
}

/// Runs `chunks` of tokens with every type of cache and compares every result.
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
    for kv_type in KvType::ALL {
        let shape = (heads, kv_type);
        let outputs = attend(compute, shape, scoring, &rows, chunks);
        let stored = stored_rows(&rows, heads, kv_type);
        for (index, output) in outputs.chunks_exact(heads.value_len).enumerate() {
            let (token, head) = (index / heads.query, index % heads.query);
            let expected = expected(&stored, heads, token, head, scoring);
            for (found, expected) in output.iter().zip(expected) {
                let what = format!(
                    "{} {heads:?} {kv_type} {scoring:?} token {token} head {head}",
                    compute.level()
                );
                assert_close(*found, expected, 1.0, tolerance, &what);
            }
        }
    }
}

const PLAIN: Scoring = Scoring {
    scale: 0.125,
    cap: None,
    window: None,
};

#[test]
fn attention_equals_its_formula_for_many_shapes() {
    const SHAPES: &[(usize, usize, usize, usize)] = &[
        (3, 1, 64, 64),
        (9, 3, 64, 64),
        (8, 8, 32, 16),
        (5, 1, 96, 80),
        (6, 3, 128, 128),
    ];
    let chunks = cases(&[1, 1, 2, 5, 70, 1, 16, 33, 1, 3], &[1, 2, 9, 1]);
    for &threads in cases(&[1, 2, 3], &[2]) {
        for mut compute in computes(threads) {
            for &(query, kv, key_len, value_len) in cases(SHAPES, &[(2, 1, 16, 48)]) {
                let heads = Heads {
                    query,
                    kv,
                    key_len,
                    value_len,
                };
                check(&mut compute, heads, PLAIN, chunks);
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
    let chunks = cases(&[130, 1, 1, 40, 1], &[9, 1, 2]);
    for mut compute in computes(2) {
        for &window in cases(&[1, 7, 64, 90], &[7]) {
            for cap in [None, Some(1.5)] {
                let scoring = Scoring {
                    window: Some(window),
                    cap,
                    ..PLAIN
                };
                check(&mut compute, heads, scoring, chunks);
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the same code on other numbers")]
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
        check_within(
            &mut compute,
            heads,
            scoring,
            cases(&[50, 1], &[10, 1]),
            1e-3,
        );
    }
}

/// With a window of one position, attention gives back what was stored.
const SELF: Scoring = Scoring {
    scale: 0.125,
    cap: None,
    window: Some(1),
};

/// Rows whose values are `values`, repeated for every position, and what comes back
/// from a cache in bytes.
fn stored_values(compute: &mut Compute, head: &[f32], tokens: usize) -> Vec<Vec<f32>> {
    let heads = Heads {
        query: 1,
        kv: 1,
        key_len: 16,
        value_len: head.len(),
    };
    let mut row = vec![0.0; heads.row()];
    row[heads.value_column()..].copy_from_slice(head);
    let rows = row.repeat(tokens);
    let shape = (heads, KvType::Q8_0);
    let outputs = attend(compute, shape, SELF, &rows, &[tokens]);
    outputs.chunks(head.len()).map(<[f32]>::to_vec).collect()
}

#[test]
#[cfg_attr(miri, ignore = "the same code on other numbers")]
fn bytes_are_off_by_half_a_scale_at_most() {
    let mut random = random(11);
    for mut compute in computes(2) {
        // One token goes the way of decoding, many that of prefill; the last block of
        // 80 values is half a block.
        for tokens in [1, 20] {
            for _ in 0..200 {
                let head = values(&mut random, 80);
                for found in stored_values(&mut compute, &head, tokens) {
                    for (block, found) in head.chunks(32).zip(found.chunks(32)) {
                        let largest = block.iter().fold(0f32, |max, x| max.max(x.abs()));
                        // Half a scale, and what half precision leaves of a tiny one.
                        let bound = f64::from(largest) / 254.0 * 1.001 + 4e-6;
                        for (x, found) in block.iter().zip(found) {
                            let what = format!("{} {tokens} tokens", compute.level());
                            assert_close(*found, f64::from(*x), bound, 1.0, &what);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn bytes_of_zeros_are_zeros_and_of_extremes_finite() {
    for mut compute in computes(1) {
        for tokens in [1, 20] {
            let mut head = vec![0.0; 64];
            // A block that has all: the largest decides what is left of the others.
            head[0] = f32::MAX;
            head[1] = f32::NEG_INFINITY;
            head[2] = f32::NAN;
            head[3] = 1.0;
            for found in stored_values(&mut compute, &head, tokens) {
                assert!(found.iter().all(|x| x.is_finite()), "{found:?}");
                let largest = 127.0 * 65504.0;
                assert_close(found[0], largest, largest, 1e-6, "the largest");
                assert_close(found[1], -largest, largest, 1e-6, "minus infinity");
                assert_close(found[3], 0.0, 1.0, 0.0, "beside it");
                assert!(found[32..].iter().all(|x| *x == 0.0), "{found:?}");
            }
        }
    }
}

#[test]
fn what_was_appended_in_chunks_is_what_is_appended_at_once() {
    // Miri takes an hour for what the processor does in a hundredth of a second.
    let small = cfg!(miri);
    let heads = Heads {
        query: if small { 2 } else { 6 },
        kv: if small { 1 } else { 2 },
        key_len: if small { 16 } else { 80 },
        value_len: if small { 16 } else { 48 },
    };
    let mut random = random(13);
    let total: usize = if small { 18 } else { 100 };
    let rows = values(&mut random, total * heads.row());
    for mut compute in computes(3) {
        for &kv_type in cases(&KvType::ALL, &[KvType::F16]) {
            let mut last = |chunks: &[usize]| {
                let mut outputs = attend(&mut compute, (heads, kv_type), PLAIN, &rows, chunks);
                outputs.split_off((total - 1) * heads.query * heads.value_len)
            };
            // The last token looks back in the same way each time.
            let at_once = last(&[total - 1, 1]);
            let uneven = cases(&[1, 16, 40, 3, 17, 22, 1], &[1, 16, 1]);
            assert_eq!(last(uneven), at_once);
            let longer = cases(&[33, 66, 1], &[16, 1, 1]);
            assert_eq!(last(longer), at_once);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the same code on other numbers")]
fn positions_that_were_taken_back_are_written_over() {
    let heads = Heads {
        query: 3,
        kv: 1,
        key_len: 64,
        value_len: 64,
    };
    let mut random = random(17);
    let rows = values(&mut random, 40 * heads.row());
    let other = values(&mut random, 40 * heads.row());
    for mut compute in computes(2) {
        for kv_type in KvType::ALL {
            let mut memory = Attention::new(&compute, heads, 40).unwrap();
            let mut look_back = |before: Option<&[f32]>| {
                let mut cache = KvCache::new(heads, 40, kv_type).unwrap();
                let mut store = |rows: &[f32], start: usize| {
                    let mut rows = rows[start * heads.row()..].to_vec();
                    let tokens = 40 - start;
                    compute.rotate_and_store(
                        &mut rows,
                        tokens,
                        start,
                        None,
                        NO_ROTATION,
                        &mut cache,
                    );
                };
                // Large scales where small ones come after, and the other way round.
                if let Some(before) = before {
                    store(before, 0);
                }
                store(&rows, 0);
                if let Some(before) = before {
                    store(before, 21);
                    store(&rows, 21);
                }
                let last = &rows[39 * heads.row()..];
                let mut output = vec![f32::NAN; heads.query * heads.value_len];
                compute.attend(last, 1, 39, PLAIN, &cache, &mut memory, &mut output);
                output
            };
            assert_eq!(look_back(Some(&other)), look_back(None));
        }
    }
}

#[test]
fn bytes_take_a_little_more_than_half_the_memory() {
    let heads = Heads {
        query: 9,
        kv: 3,
        key_len: 64,
        value_len: 80,
    };
    // Capacities are whole blocks of 64 positions.
    assert_eq!(KvCache::memory(heads, 100, KvType::F16), 128 * 3 * 144 * 2);
    // 2 scales for the 64 keys and 3 for the 80 values.
    let bytes = 128 * 3 * (144 + 2 * (2 + 3));
    assert_eq!(KvCache::memory(heads, 100, KvType::Q8_0), bytes);
}
