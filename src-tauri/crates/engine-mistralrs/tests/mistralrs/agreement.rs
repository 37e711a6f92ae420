//! The native engine and mistral.rs, which share no arithmetic, on the same file.

use std::path::PathBuf;
use std::sync::Arc;

use llmos_engine::{Backend, KvType, LoadRequest, Model, ModelFile, Native, Specials, Tokenizer};

use crate::support::{default_model, load_directly};

const TEXT: &str = "The sea was calm that morning, and the boats went out one after the other. \
By noon the wind had turned to the north; by three o'clock the first of them came back, \
heavy with fish and with water. Nobody spoke of the old man until evening.";

/// The Kullback-Leibler divergence of `b` from `a`, in nats.
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

fn likeliest(logits: &[f32]) -> Option<usize> {
    let best = logits
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.map(|(id, _)| id)
}

#[test]
fn both_engines_expect_the_same_words() {
    let file = Arc::new(ModelFile::open(&default_model()).unwrap());
    let tokens = Tokenizer::from_gguf(file.gguf())
        .unwrap()
        .encode(TEXT, Specials::Text)
        .unwrap();
    let request = LoadRequest {
        file,
        context_length: 128,
        threads: Some(2),
        cache_dir: PathBuf::new(),
        kv_type: KvType::F16,
    };
    let mut native = Native::new().load(&request, &mut |_| {}).unwrap();
    let mut other: Box<dyn Model> = load_directly(&default_model());
    assert_eq!(other.reuse(&tokens).unwrap(), 0);
    assert_eq!(native.reuse(&tokens).unwrap(), 0);
    let (mut same, mut total, mut worst) = (0, 0.0, 0f64);
    for token in &tokens {
        let expected = other.forward(&[*token]).unwrap();
        let found = native.forward(&[*token]).unwrap();
        let apart = divergence(expected, found);
        total += apart;
        worst = worst.max(apart);
        same += usize::from(likeliest(expected) == likeliest(found));
    }
    let count = tokens.len();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let mean = total / count as f64;
    println!("{same} of {count} the same; divergence {mean:.5} on average, {worst:.5} at most");
    // Both round activations to eight bits, in other places. What 4-bit weights cost
    // is some hundred times the average.
    assert!(
        same * 100 >= count * 90,
        "{same} of {count} likeliest tokens are the same"
    );
    assert!(
        mean < 0.01 && worst < 0.2,
        "{mean} on average, {worst} at most"
    );
}
