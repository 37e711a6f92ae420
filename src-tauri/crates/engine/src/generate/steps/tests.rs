#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::backend::{Verify, reusable_prefix};
use crate::sampling::Sampling;

const VOCABULARY: usize = 4;

/// A model whose logits depend on the last token only, by a table; `passes` counts.
struct Toy {
    table: [[f32; VOCABULARY]; VOCABULARY],
    tokens: Vec<TokenId>,
    rows: Vec<[f32; VOCABULARY]>,
    passes: usize,
}

impl Toy {
    fn new(table: [[f32; VOCABULARY]; VOCABULARY]) -> Self {
        Self {
            table: table.map(|row| row.map(f32::ln)),
            tokens: Vec::new(),
            rows: Vec::new(),
            passes: 0,
        }
    }
}

impl Model for Toy {
    fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        let kept = reusable_prefix(&self.tokens, prompt);
        self.tokens.truncate(kept);
        Ok(kept)
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        self.verify(tokens)?;
        Ok(self.row(tokens.len() - 1))
    }

    fn verifier(&mut self) -> Option<&mut dyn Verify> {
        Some(self)
    }
}

impl Verify for Toy {
    fn most_rows(&self) -> usize {
        5
    }

    fn verify(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.passes += 1;
        self.tokens.extend_from_slice(tokens);
        let row = |token: &TokenId| self.table[*token as usize];
        self.rows = tokens.iter().map(row).collect();
        Ok(())
    }

    fn row(&self, index: usize) -> &[f32] {
        &self.rows[index]
    }

    fn truncate(&mut self, length: usize) {
        self.tokens.truncate(length);
    }
}

/// What the model thinks follows each token.
const TABLE: [[f32; VOCABULARY]; VOCABULARY] = [
    [0.1, 0.6, 0.2, 0.1],
    [0.1, 0.1, 0.7, 0.1],
    [0.25, 0.25, 0.25, 0.25],
    [0.5, 0.3, 0.1, 0.1],
];

/// A draft that is sure of one token after each, mostly the model's likeliest.
const DRAFT: [[f32; VOCABULARY]; VOCABULARY] = [
    [0.1, 0.7, 0.1, 0.1],
    [0.0, 0.1, 0.8, 0.1],
    [0.1, 0.1, 0.1, 0.7],
    [0.1, 0.7, 0.1, 0.1],
];

/// `count` tokens after a prompt, and how often the model was run for them.
fn sampled(draft: Option<&mut Draft>, seed: u64, count: usize) -> (Vec<TokenId>, usize) {
    let sampling = Sampling {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
        min_p: 0.0,
        seed: Some(seed),
        ..Sampling::default()
    };
    let mut model = Toy::new(TABLE);
    model.forward(&[0, 1, 2, 3]).unwrap();
    model.passes = 0;
    let mut sampler = Sampler::new(sampling, &[]).unwrap();
    let mut steps = Steps::new(&mut model, draft, &mut sampler, &[0, 1, 2, 3]);
    // Only the draft guesses here.
    steps.budget = Budget::of(f64::NEG_INFINITY);
    let mut tokens = Vec::with_capacity(count);
    let mut token = 0;
    for left in (0..count).rev() {
        tokens.push(token);
        token = steps.next(token, left).unwrap();
    }
    steps.settle();
    // Its cache holds the text and no guess that was wrong.
    assert_eq!(&model.tokens[4..], tokens);
    (tokens, model.passes)
}

/// A draft that is always asked.
fn tireless() -> Draft {
    let mut draft = Draft::new(Box::new(Toy::new(DRAFT)), usize::MAX / 2);
    draft.budget = Budget::of(0.0);
    draft
}

#[test]
fn a_draft_changes_no_token_and_spares_passes() {
    for seed in 0..20 {
        let (plain, _) = sampled(None, seed, 200);
        let (drafted, passes) = sampled(Some(&mut tireless()), seed, 200);
        assert_eq!(plain, drafted);
        assert!(passes < 150, "{passes} passes for 200 tokens");
    }
}

#[test]
fn what_follows_each_token_keeps_its_distribution() {
    const COUNT: usize = 60_000;
    let (tokens, _) = sampled(Some(&mut tireless()), 7, COUNT);
    let mut counts = [[0f64; VOCABULARY]; VOCABULARY];
    for pair in tokens.windows(2) {
        counts[pair[0] as usize][pair[1] as usize] += 1.0;
    }
    for (token, (counts, expected)) in counts.iter().zip(TABLE).enumerate() {
        let total: f64 = counts.iter().sum();
        assert!(total > 5_000.0);
        for (count, expected) in counts.iter().zip(expected) {
            // Of 5,000 draws, four standard deviations are 0.028.
            let off = (count / total - f64::from(expected)).abs();
            assert!(off < 0.028, "after {token}: {counts:?}");
        }
    }
}

#[test]
fn a_draft_whose_text_is_full_is_not_asked() {
    let mut short = Draft::new(Box::new(Toy::new(DRAFT)), 10);
    assert!(short.keeps_up(&[0; 6], 4).unwrap());
    assert!(!short.keeps_up(&[0; 7], 4).unwrap());
}

#[test]
fn a_long_text_is_read_piece_by_piece() {
    let mut draft = tireless();
    let text: Vec<TokenId> = (0..300).map(|index| index % 4).collect();
    let asked: Vec<bool> = (0..4).map(|_| draft.keeps_up(&text, 4).unwrap()).collect();
    assert_eq!(asked, [false, false, false, true]);
    assert_eq!(draft.propose(&text, 4).unwrap(), [1, 2, 3, 1]);
}
