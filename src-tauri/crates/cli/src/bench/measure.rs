//! Timing a model through its contract.

use std::time::Instant;

use llmos_engine::{EngineError, Model, PREFILL_CHUNK, TokenId};

use crate::error::CliError;

/// A model with what the measurements need to know.
pub struct Bench {
    model: Box<dyn Model>,
    vocab_size: u32,
    /// How many made-up sequences there were, so that no two are alike: the
    /// cache must never hold what is about to be timed.
    sequences: u64,
}

impl Bench {
    pub fn new(model: Box<dyn Model>, vocab_size: u32) -> Self {
        Self {
            model,
            vocab_size,
            sequences: 0,
        }
    }

    /// Tokens per second when `tokens` tokens are read after `depth` others, in
    /// the chunks in which the engine reads.
    pub fn prefill(&mut self, depth: usize, tokens: usize) -> Result<f64, CliError> {
        let mut prompt = made_up(0, depth, self.vocab_size);
        self.sequences += 1;
        prompt.extend(made_up(self.sequences, tokens, self.vocab_size));
        let cached = self.model.reuse(&prompt)?;
        // Part of the depth may have to be computed; by chance, a token of the
        // timed part may be there already.
        self.read(prompt.get(cached.min(depth)..depth).unwrap_or_default())?;
        let timed = prompt.get(depth.max(cached)..).unwrap_or_default();
        let start = Instant::now();
        self.read(timed)?;
        Ok(per_second(timed.len(), start))
    }

    /// Tokens per second when `tokens` tokens are generated, each the likeliest
    /// after the one before, with `depth` tokens in the cache at the start.
    pub fn decode(&mut self, depth: usize, tokens: usize) -> Result<f64, CliError> {
        let prompt = made_up(0, depth.saturating_add(1), self.vocab_size);
        let cached = self.model.reuse(&prompt)?;
        self.read(prompt.get(cached..depth).unwrap_or_default())?;
        let mut next = prompt.get(depth).copied().unwrap_or_default();
        let start = Instant::now();
        for _ in 0..tokens {
            next = likeliest(self.model.forward(&[next])?);
        }
        Ok(per_second(tokens, start))
    }

    fn read(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        let last = tokens.len().saturating_sub(1) / PREFILL_CHUNK;
        for (index, chunk) in tokens.chunks(PREFILL_CHUNK).enumerate() {
            if index == last {
                self.model.forward(chunk)?;
            } else {
                self.model.prefill(chunk)?;
            }
        }
        Ok(())
    }
}

/// A sequence of ids that looks random and is always the same for its number.
/// Sequences of different numbers differ from their first token on.
fn made_up(sequence: u64, length: usize, vocab_size: u32) -> Vec<TokenId> {
    let vocabulary = u64::from(vocab_size.max(1));
    (0..length as u64)
        .map(|place| {
            // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
            let mut mixed = place.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            TokenId::try_from((mixed % vocabulary + sequence) % vocabulary).unwrap_or_default()
        })
        .collect()
}

/// The id with the highest logit.
fn likeliest(logits: &[f32]) -> TokenId {
    let best = logits
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map_or(0, |(id, _)| id);
    TokenId::try_from(best).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "token counts are small")]
fn per_second(tokens: usize, start: Instant) -> f64 {
    tokens as f64 / start.elapsed().as_secs_f64().max(1e-9)
}

/// The middle one; of an even number, the mean of the two in the middle.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), middle.checked_sub(1)) {
        (Some(&upper), Some(below)) if values.len().is_multiple_of(2) => {
            f64::midpoint(values[below], upper)
        }
        (Some(&upper), _) => upper,
        (None, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows how many tokens it was given after what, and answers that token 7
    /// is the likeliest.
    struct Recorder {
        tokens: Vec<TokenId>,
        calls: std::sync::mpsc::Sender<(usize, usize)>,
        logits: Vec<f32>,
    }

    impl Model for Recorder {
        fn tokens(&self) -> &[TokenId] {
            &self.tokens
        }

        fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
            let kept = llmos_engine::reusable_prefix(&self.tokens, prompt);
            self.tokens.truncate(kept);
            Ok(kept)
        }

        fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
            let _ = self.calls.send((self.tokens.len(), tokens.len()));
            self.tokens.extend(tokens);
            Ok(&self.logits)
        }
    }

    fn recorded(run: impl Fn(&mut Bench) -> Result<f64, CliError>) -> Vec<(usize, usize)> {
        let (calls, log) = std::sync::mpsc::channel();
        let model = Recorder {
            tokens: Vec::new(),
            calls,
            logits: vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        };
        let mut bench = Bench::new(Box::new(model), 50);
        assert!(run(&mut bench).is_ok());
        while log.try_recv().is_ok() {}
        assert!(run(&mut bench).is_ok());
        log.try_iter().collect()
    }

    #[test]
    fn a_repeated_prefill_reads_all_its_tokens_again_and_none_of_the_depth() {
        assert_eq!(
            recorded(|bench| bench.prefill(200, 150)),
            [(200, 128), (328, 22)]
        );
    }

    #[test]
    fn decode_starts_at_its_depth() {
        assert_eq!(
            recorded(|bench| bench.decode(10, 3)),
            [(10, 1), (11, 1), (12, 1)]
        );
        assert_eq!(recorded(|bench| bench.decode(0, 2)), [(0, 1), (1, 1)]);
    }

    #[test]
    fn the_median_of_an_even_number_is_between() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&mut [4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }
}
