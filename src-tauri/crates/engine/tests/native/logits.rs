//! Logits do not depend on how they are computed.

use llmos_engine::{EngineError, KvType, Level, TokenId};

use crate::support::{model, model_with, tokens};

const TEXT: &str = "It was the best of times, it was the worst of times, it was the age of \
wisdom, it was the age of foolishness, it was the epoch of belief, it was the epoch of \
incredulity, it was the season of Light, it was the season of Darkness.";

fn likeliest(logits: &[f32]) -> usize {
    let best = logits
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.unwrap().0
}

/// How far the distribution of `b` is from that of `a`: the Kullback-Leibler
/// divergence, in nats.
fn divergence(a: &[f32], b: &[f32]) -> f64 {
    let log_probabilities = |logits: &[f32]| -> Vec<f64> {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shifted = logits.iter().map(|logit| f64::from(logit - largest));
        let total = shifted.clone().map(f64::exp).sum::<f64>().ln();
        shifted.map(|logit| logit - total).collect()
    };
    let (a, b) = (log_probabilities(a), log_probabilities(b));
    a.iter().zip(&b).map(|(a, b)| a.exp() * (a - b)).sum()
}

/// What rounding activations to bytes here or there may make of the same sums: the
/// default model in single precision is 0.004 on average and 0.03 at most from ours.
const ROUNDING: f64 = 0.03;

#[test]
fn chunks_of_any_size_give_nearly_the_same() {
    let prompt = tokens(TEXT);
    let mut whole = model(Level::detect(), 2, 256);
    let expected = whole.forward(&prompt).unwrap().to_vec();
    for sizes in [vec![1; prompt.len()], vec![3, 17, prompt.len() - 20]] {
        let mut chunked = model(Level::detect(), 2, 256);
        let mut start = 0;
        let mut found = Vec::new();
        for size in sizes {
            found = chunked
                .forward(&prompt[start..start + size])
                .unwrap()
                .to_vec();
            start += size;
        }
        // Attention sums in another order.
        let apart = divergence(&expected, &found);
        assert!(apart < ROUNDING, "{apart}");
        assert_eq!(likeliest(&found), likeliest(&expected));
    }
}

#[test]
fn several_rows_are_bit_for_bit_those_of_single_steps() {
    for kv_type in KvType::ALL {
        several_rows(kv_type);
    }
}

fn several_rows(kv_type: KvType) {
    let prompt = tokens(TEXT);
    let (before, after) = prompt.split_at(prompt.len() - 8);
    let mut single = model_with(kv_type, Level::detect(), 2, 256);
    single.forward(before).unwrap();
    let expected: Vec<Vec<f32>> = after
        .iter()
        .map(|token| single.forward(&[*token]).unwrap().to_vec())
        .collect();
    for count in [2, 3, 5, 8] {
        let mut several = model_with(kv_type, Level::detect(), 2, 256);
        several.forward(before).unwrap();
        let verifier = several.verifier().unwrap();
        verifier.verify(&after[..count]).unwrap();
        for (index, expected) in expected[..count].iter().enumerate() {
            assert!(
                verifier.row(index) == expected.as_slice(),
                "row {index} of {count}"
            );
        }
        // Taken back, the model goes on as if nothing had been.
        verifier.truncate(before.len() + 1);
        assert!(several.forward(&after[1..2]).unwrap() == expected[1].as_slice());
    }
}

/// How far keys and values in bytes may take the logits from those in half precision,
/// on average and at most: twice what they do.
const BYTES: [f64; 2] = [0.0021, 0.068];

#[test]
#[expect(clippy::cast_precision_loss, reason = "some hundreds")]
fn keys_and_values_in_bytes_say_nearly_the_same() {
    let prompt = tokens(&TEXT.repeat(6));
    let rows = |kv_type| -> Vec<Vec<f32>> {
        let mut model = model_with(kv_type, Level::detect(), 2, 512);
        let row = |token: &TokenId| model.forward(&[*token]).unwrap().to_vec();
        prompt.iter().map(row).collect()
    };
    let (halves, bytes) = (rows(KvType::F16), rows(KvType::Q8_0));
    let pairs = || halves.iter().zip(&bytes);
    let apart: Vec<f64> = pairs().map(|(a, b)| divergence(a, b)).collect();
    let mean = apart.iter().sum::<f64>() / apart.len() as f64;
    let largest = apart.iter().copied().fold(0.0, f64::max);
    let same = pairs()
        .filter(|(a, b)| likeliest(a) == likeliest(b))
        .count();
    println!(
        "apart {mean:.5}, {largest:.5} at most, {same} of {} alike",
        apart.len()
    );
    assert!(mean > 0.0, "the bytes were not used");
    assert!(mean < BYTES[0], "{mean} on average");
    assert!(largest < BYTES[1], "{largest} at most");
    assert!(same * 100 > apart.len() * 95, "{same} of {}", apart.len());
}

#[test]
fn every_instruction_set_and_number_of_threads_agrees() {
    let prompt = &tokens(TEXT)[..12];
    let rows = |level, threads| -> Vec<Vec<f32>> {
        let mut model = model(level, threads, 64);
        let row = |token: &TokenId| model.forward(&[*token]).unwrap().to_vec();
        prompt.iter().map(row).collect()
    };
    let expected = rows(Level::PORTABLE, 1);
    for level in Level::available() {
        for threads in [1, 3] {
            let found = rows(level, threads);
            let apart: f64 = expected
                .iter()
                .zip(&found)
                .map(|(a, b)| divergence(a, b))
                .sum::<f64>()
                / 12.0;
            assert!(
                apart < ROUNDING / 3.0,
                "{level}, {threads} threads: {apart}"
            );
            let same = expected.iter().zip(&found);
            let same = same.filter(|(a, b)| likeliest(a) == likeliest(b)).count();
            assert!(same >= 11, "{level}, {threads} threads: {same} of 12");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let prompt: Vec<TokenId> = tokens(TEXT);
    let mut small = model(Level::detect(), 1, 16);
    small.forward(&prompt[..10]).unwrap();
    let refused = small.forward(&prompt[..7]);
    assert!(matches!(
        refused,
        Err(EngineError::ContextOverflow {
            needed: 17,
            available: 16
        })
    ));
    assert!(matches!(
        small.forward(&[]),
        Err(EngineError::InvalidRequest { .. })
    ));
    assert_eq!(small.tokens().len(), 10);
    assert!(small.forward(&prompt[..6]).is_ok());
}
