#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use super::*;

/// Everything off: what is drawn follows the softmax of the logits.
fn plain(seed: u64) -> Sampling {
    Sampling {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
        min_p: 0.0,
        seed: Some(seed),
        ..Sampling::default()
    }
}

/// How often each id is drawn out of `n`, each draw from the same row.
fn shares(sampling: Sampling, logits: &[f32], n: u32) -> BTreeMap<TokenId, f64> {
    let mut sampler = Sampler::new(sampling, &[]).unwrap();
    let mut counts = BTreeMap::new();
    for _ in 0..n {
        *counts.entry(sampler.sample(logits).unwrap()).or_insert(0.0) += 1.0 / f64::from(n);
    }
    counts
}

/// Logits whose softmax is `probabilities`.
fn logits_of(probabilities: &[f32]) -> Vec<f32> {
    probabilities.iter().map(|p| p.ln()).collect()
}

fn close(shares: &BTreeMap<TokenId, f64>, expected: &[(TokenId, f64)]) {
    let ids: Vec<_> = shares.keys().copied().collect();
    let expected_ids: Vec<_> = expected.iter().map(|e| e.0).collect();
    assert_eq!(ids, expected_ids, "{shares:?}");
    for (id, share) in expected {
        // 20,000 draws: three standard deviations are about 0.011.
        assert!((shares[id] - share).abs() < 0.012, "{shares:?}");
    }
}

#[test]
fn draws_follow_the_softmax() {
    let logits = logits_of(&[0.5, 0.3, 0.2]);
    let shares = shares(plain(1), &logits, 20_000);
    close(&shares, &[(0, 0.5), (1, 0.3), (2, 0.2)]);
}

#[test]
fn temperature_divides_the_logits() {
    // softmax(ln p / 0.5) is p squared, normalised: 0.25, 0.09, 0.04 of 0.38.
    let logits = logits_of(&[0.5, 0.3, 0.2]);
    let sampling = Sampling {
        temperature: 0.5,
        ..plain(2)
    };
    let expected = [(0, 0.25 / 0.38), (1, 0.09 / 0.38), (2, 0.04 / 0.38)];
    close(&shares(sampling, &logits, 20_000), &expected);
}

#[test]
fn top_k_keeps_the_likeliest() {
    let logits = logits_of(&[0.1, 0.4, 0.2, 0.3]);
    let sampling = Sampling {
        top_k: 2,
        ..plain(3)
    };
    close(
        &shares(sampling, &logits, 20_000),
        &[(1, 4.0 / 7.0), (3, 3.0 / 7.0)],
    );
}

#[test]
fn top_p_keeps_the_token_that_crosses_the_line() {
    // 0.5 is under 0.6, 0.5 + 0.3 is over it: two stay.
    let logits = logits_of(&[0.2, 0.5, 0.3]);
    let sampling = Sampling {
        top_p: 0.6,
        ..plain(4)
    };
    close(
        &shares(sampling, &logits, 20_000),
        &[(1, 0.625), (2, 0.375)],
    );
}

#[test]
fn min_p_is_relative_to_the_likeliest() {
    // 0.4 * 0.5 = 0.2: 0.3 stays, 0.15 goes.
    let logits = logits_of(&[0.5, 0.3, 0.15, 0.05]);
    let sampling = Sampling {
        min_p: 0.4,
        ..plain(5)
    };
    close(
        &shares(sampling, &logits, 20_000),
        &[(0, 0.625), (1, 0.375)],
    );
}

#[test]
fn top_p_counts_shares_before_min_p_drops_any() {
    // Of all, 0.4 + 0.3 stay under 0.72 and the third is needed. Had min-p
    // dropped 0.1 first, the shares of the 0.9 left would reach it with two.
    let logits = logits_of(&[0.4, 0.3, 0.2, 0.1]);
    let sampling = Sampling {
        top_p: 0.72,
        min_p: 0.3,
        ..plain(6)
    };
    let ids: Vec<_> = shares(sampling, &logits, 2_000).into_keys().collect();
    assert_eq!(ids, [0, 1, 2]);
}

#[test]
fn the_temperature_does_not_let_dropped_tokens_back() {
    let logits = logits_of(&[0.9, 0.09, 0.01]);
    let sampling = Sampling {
        temperature: 50.0,
        min_p: 0.05,
        ..plain(7)
    };
    let ids: Vec<_> = shares(sampling, &logits, 2_000).into_keys().collect();
    assert_eq!(ids, [0, 1]);
}

#[test]
fn the_same_seed_draws_the_same_tokens_and_another_does_not() {
    let logits = logits_of(&[0.25; 4]);
    let draw = |seed| {
        let mut sampler = Sampler::new(plain(seed), &[]).unwrap();
        (0..32)
            .map(|_| sampler.sample(&logits).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(draw(42), draw(42));
    assert_ne!(draw(42), draw(43));
}

#[test]
fn greedy_takes_the_likeliest_and_of_equals_the_first() {
    let mut sampler = Sampler::new(Sampling::greedy(), &[]).unwrap();
    assert_eq!(sampler.sample(&[0.0, 2.0, 2.0, 1.0]).unwrap(), 1);
}

#[test]
fn the_repetition_penalty_pushes_down_on_both_sides_of_zero() {
    // 2 / 1.5 = 1.33 falls under 1.5; -1 * 1.5 = -1.5 falls under -1.2.
    let penalised = |logits: &[f32], seen: TokenId| {
        let sampling = Sampling {
            repetition_penalty: 1.5,
            ..Sampling::greedy()
        };
        Sampler::new(sampling, &[seen])
            .unwrap()
            .sample(logits)
            .unwrap()
    };
    assert_eq!(penalised(&[2.0, 1.5], 0), 1);
    assert_eq!(penalised(&[2.0, 1.2], 0), 0);
    assert_eq!(penalised(&[-1.0, -1.2], 0), 1);
}

#[test]
fn the_frequency_penalty_counts_and_the_presence_penalty_does_not() {
    let after = |frequency, presence, prompt: &[TokenId]| {
        let sampling = Sampling {
            frequency_penalty: frequency,
            presence_penalty: presence,
            ..Sampling::greedy()
        };
        Sampler::new(sampling, prompt)
            .unwrap()
            .sample(&[1.0, 0.25])
            .unwrap()
    };
    // 1 - 0.5 = 0.5 stays ahead of 0.25, 1 - 3 * 0.5 does not.
    assert_eq!(after(0.5, 0.0, &[0]), 0);
    assert_eq!(after(0.5, 0.0, &[0, 0, 0]), 1);
    assert_eq!(after(0.0, 0.5, &[0, 0, 0]), 0);
    assert_eq!(after(0.0, 0.8, &[0]), 1);
}

#[test]
fn tokens_older_than_the_window_are_forgotten() {
    let sampling = Sampling {
        presence_penalty: 1.0,
        penalty_window: 2,
        ..Sampling::greedy()
    };
    let logits = [1.0, 0.5, 0.1];
    let mut sampler = Sampler::new(sampling, &[0]).unwrap();
    // Window {0}: 0 falls to 0. Then {0, 1}, then {1, 2}: 0 is free again.
    assert_eq!(sampler.sample(&logits).unwrap(), 1);
    assert_eq!(sampler.sample(&logits).unwrap(), 2);
    assert_eq!(sampler.sample(&logits).unwrap(), 0);
}

#[test]
fn logits_that_are_no_numbers_are_never_chosen() {
    let row = [f32::NAN, 1.0, f32::INFINITY, f32::NEG_INFINITY];
    let sampling = Sampling {
        presence_penalty: 1.0,
        ..plain(8)
    };
    let mut sampler = Sampler::new(sampling, &[1]).unwrap();
    assert_eq!(sampler.sample(&row).unwrap(), 1);
    assert!(sampler.sample(&[f32::NAN]).is_err());
    assert!(sampler.sample(&[]).is_err());
}

#[test]
fn values_without_meaning_are_refused() {
    for sampling in [
        Sampling {
            temperature: f32::NAN,
            ..Sampling::default()
        },
        Sampling {
            top_p: 1.5,
            ..Sampling::default()
        },
        Sampling {
            repetition_penalty: 0.0,
            ..Sampling::default()
        },
    ] {
        let error = Sampler::new(sampling, &[]).unwrap_err();
        assert!(matches!(error, EngineError::InvalidRequest { .. }));
    }
}
