//! Rotations and norms of heads.

use llmos_kernels::{HeadNorms, Heads, KvCache, KvType, Pairing, Rotation};

use crate::support::{assert_close, computes, random, values};

#[test]
fn both_pairings_rotate_what_they_say_and_leave_the_rest() {
    let mut random = random(6);
    let heads = Heads {
        query: 4,
        kv: 2,
        key_len: 32,
        value_len: 16,
    };
    let (tokens, dimensions, start) = (5, 16, 30);
    for mut compute in computes(2) {
        for pairing in [Pairing::Neighbours, Pairing::Halves] {
            for normed in [false, true] {
                let rows = values(&mut random, tokens * heads.row());
                let angles: Vec<f32> = values(&mut random, tokens * dimensions / 2);
                let cosines: Vec<f32> = angles.iter().map(|angle| angle.cos()).collect();
                let sines: Vec<f32> = angles.iter().map(|angle| angle.sin()).collect();
                let (query, key) = (values(&mut random, 32), values(&mut random, 32));
                let norms = normed.then_some(HeadNorms {
                    query: &query,
                    key: &key,
                    epsilon: 1e-6,
                });
                let mut cache = KvCache::new(heads, 64, KvType::F16).unwrap();
                let mut found = rows.clone();
                let rotation = Rotation {
                    pairing,
                    dimensions,
                    cosines: &cosines,
                    sines: &sines,
                };
                compute.rotate_and_store(&mut found, tokens, start, norms, rotation, &mut cache);

                for token in 0..tokens {
                    let row = &rows[token * heads.row()..(token + 1) * heads.row()];
                    let found = &found[token * heads.row()..(token + 1) * heads.row()];
                    for head in 0..6 {
                        let mut expected: Vec<f64> = row[head * 32..(head + 1) * 32]
                            .iter()
                            .map(|x| f64::from(*x))
                            .collect();
                        if normed {
                            let weights = if head < 4 { &query } else { &key };
                            let mean = expected.iter().map(|x| x * x).sum::<f64>() / 32.0;
                            let factor = 1.0 / (mean + 1e-6).sqrt();
                            for (x, w) in expected.iter_mut().zip(weights) {
                                *x *= factor * f64::from(*w);
                            }
                        }
                        for pair in 0..dimensions / 2 {
                            let (first, second) = match pairing {
                                Pairing::Neighbours => (2 * pair, 2 * pair + 1),
                                Pairing::Halves => (pair, pair + dimensions / 2),
                            };
                            let at = token * dimensions / 2 + pair;
                            let (cosine, sine) = (f64::from(cosines[at]), f64::from(sines[at]));
                            let (x, y) = (expected[first], expected[second]);
                            expected[first] = x * cosine - y * sine;
                            expected[second] = x * sine + y * cosine;
                        }
                        for (at, expected) in expected.iter().enumerate() {
                            let size = expected.abs().max(1.0);
                            assert_close(found[head * 32 + at], *expected, size, 2e-6, "rotated");
                        }
                    }
                    assert_eq!(row[heads.value_column()..], found[heads.value_column()..]);
                }
            }
        }
    }
}
