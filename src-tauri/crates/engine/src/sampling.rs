//! From a row of logits to the next token.
//!
//! The order is that of llama.cpp: penalties, top-k, top-p, min-p, and the
//! temperature last, so that a higher temperature spreads the choice among the
//! candidates that were good enough and never lets a bad one back in.

mod penalties;

use llmos_gguf::TokenId;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::EngineError;
use penalties::Penalties;

/// How the next token is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// Divides the logits of the candidates. 0 always takes the likeliest
    /// token (greedy).
    pub temperature: f32,
    /// Keeps this many of the likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keeps the likeliest tokens until their probabilities sum to this; 1
    /// keeps all. Nucleus sampling, Holtzman et al. 2020.
    pub top_p: f32,
    /// Drops tokens less probable than this share of the likeliest one's
    /// probability; 0 drops none. Nguyen et al. 2024.
    pub min_p: f32,
    /// Divides positive and multiplies negative logits of recent tokens; 1 is
    /// off. Keskar et al. 2019 (CTRL).
    pub repetition_penalty: f32,
    /// Subtracted from a recent token's logit for each time it occurred; 0 is off.
    pub frequency_penalty: f32,
    /// Subtracted once from the logit of every recent token; 0 is off.
    pub presence_penalty: f32,
    /// How many of the last tokens, prompt included, count as recent.
    pub penalty_window: usize,
    /// Makes the choice reproducible. `None` draws a fresh seed each time.
    pub seed: Option<u64>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.7,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            repetition_penalty: 1.0,
            frequency_penalty: 0.0,
            presence_penalty: 0.0,
            penalty_window: 64,
            seed: None,
        }
    }
}

impl Sampling {
    /// Always the likeliest token: reproducible on the same machine and build.
    #[must_use]
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            ..Self::default()
        }
    }

    /// Refuses values outside what each of them can mean.
    fn check(&self) -> Result<(), EngineError> {
        let within = [
            ("temperature", self.temperature, 0.0, 100.0),
            ("top_p", self.top_p, 0.0, 1.0),
            ("min_p", self.min_p, 0.0, 1.0),
            ("repetition_penalty", self.repetition_penalty, 0.01, 100.0),
            ("frequency_penalty", self.frequency_penalty, -100.0, 100.0),
            ("presence_penalty", self.presence_penalty, -100.0, 100.0),
        ];
        for (name, value, least, most) in within {
            // A NaN is in no range.
            if !(least..=most).contains(&value) {
                return Err(EngineError::InvalidRequest {
                    reason: format!("{name} is {value}, which is not within {least} to {most}"),
                });
            }
        }
        Ok(())
    }
}

/// One token that may be chosen.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    id: TokenId,
    logit: f32,
}

/// Chooses tokens for one generation.
#[derive(Debug)]
pub struct Sampler {
    sampling: Sampling,
    penalties: Penalties,
    rng: ChaCha8Rng,
    /// The logits at hand, penalised; what is impossible is minus infinity.
    row: Vec<f32>,
    candidates: Vec<Candidate>,
    weights: Vec<f32>,
}

impl Sampler {
    /// A sampler that has seen `prompt`.
    pub fn new(sampling: Sampling, prompt: &[TokenId]) -> Result<Self, EngineError> {
        sampling.check()?;
        let rng = ChaCha8Rng::seed_from_u64(sampling.seed.unwrap_or_else(rand::random));
        Ok(Self {
            penalties: Penalties::new(&sampling, prompt),
            sampling,
            rng,
            row: Vec::new(),
            candidates: Vec::new(),
            weights: Vec::new(),
        })
    }

    /// The next token after a row of logits, which then counts as recent.
    ///
    /// Logits that are not a number are never chosen; a row of nothing else is
    /// an [`EngineError::Backend`].
    pub fn sample(&mut self, logits: &[f32]) -> Result<TokenId, EngineError> {
        let finite = |logit: &f32| {
            if logit.is_finite() {
                *logit
            } else {
                f32::NEG_INFINITY
            }
        };
        self.row.clear();
        self.row.extend(logits.iter().map(finite));
        self.penalties.apply(&mut self.row);
        let chosen = if self.sampling.temperature > 0.0 {
            self.collect();
            self.truncate();
            self.draw()
        } else {
            likeliest(&self.row)
        };
        let id = chosen.ok_or_else(|| EngineError::Backend {
            message: "it computed no finite logits".to_owned(),
        })?;
        self.penalties.saw(id);
        Ok(id)
    }

    /// Makes candidates of the `top_k` likeliest tokens, or of all that are
    /// possible.
    ///
    /// Goes through the row once with a bound that rises: a vocabulary is a
    /// hundred thousand tokens, of which a few dozen pass it.
    fn collect(&mut self) {
        let descending =
            |a: &Candidate, b: &Candidate| b.logit.total_cmp(&a.logit).then(a.id.cmp(&b.id));
        let top_k = match self.sampling.top_k {
            0 => usize::MAX,
            top_k => top_k,
        };
        let candidates = &mut self.candidates;
        candidates.clear();
        let mut bound = f32::NEG_INFINITY;
        let mut id = 0;
        for chunk in self.row.chunks(64) {
            if chunk.iter().any(|logit| *logit > bound) {
                for (&logit, id) in chunk.iter().zip(id..) {
                    if logit > bound {
                        candidates.push(Candidate { id, logit });
                    }
                }
                if candidates.len() >= top_k.saturating_mul(2) {
                    candidates.select_nth_unstable_by(top_k - 1, descending);
                    candidates.truncate(top_k);
                    bound = candidates[top_k - 1].logit;
                }
            }
            id += 64;
        }
        if top_k < candidates.len() {
            candidates.select_nth_unstable_by(top_k, descending);
            candidates.truncate(top_k);
        }
    }

    /// Applies top-p and min-p; what is left is sorted where that mattered.
    fn truncate(&mut self) {
        let Sampling { top_p, min_p, .. } = self.sampling;
        let descending = |a: &Candidate, b: &Candidate| b.logit.total_cmp(&a.logit);
        if min_p > 0.0 {
            // p < min_p * p_max in logits; it commutes with top-p, and doing
            // it first leaves less to sort.
            let most = max_logit(&self.candidates);
            if top_p < 1.0 {
                // top-p counts shares of everything that top-k left, so the
                // total has to be known before anything is dropped.
                let total: f32 = self.candidates.iter().map(|c| (c.logit - most).exp()).sum();
                self.candidates.retain(|c| c.logit >= most + min_p.ln());
                self.candidates.sort_unstable_by(descending);
                self.nucleus(most, total);
            } else {
                self.candidates.retain(|c| c.logit >= most + min_p.ln());
            }
        } else if top_p < 1.0 {
            let most = max_logit(&self.candidates);
            let total: f32 = self.candidates.iter().map(|c| (c.logit - most).exp()).sum();
            self.candidates.sort_unstable_by(descending);
            self.nucleus(most, total);
        }
    }

    /// Cuts the sorted candidates where their share of `total` reaches top-p.
    fn nucleus(&mut self, most: f32, total: f32) {
        let mut sum = 0.0;
        let mut keep = 0;
        for candidate in &self.candidates {
            keep += 1;
            sum += (candidate.logit - most).exp() / total;
            if sum >= self.sampling.top_p {
                break;
            }
        }
        self.candidates.truncate(keep);
    }

    /// Draws one of the candidates with the probabilities that the temperature
    /// gives them.
    fn draw(&mut self) -> Option<TokenId> {
        // The order after a selection depends on the algorithm of the standard
        // library; by id it depends on the logits and the seed alone.
        self.candidates.sort_unstable_by_key(|c| c.id);
        let most = max_logit(&self.candidates);
        let temperature = self.sampling.temperature;
        self.weights.clear();
        self.weights.extend(
            self.candidates
                .iter()
                .map(|c| ((c.logit - most) / temperature).exp()),
        );
        let total: f32 = self.weights.iter().sum();
        let mut left = self.rng.random::<f32>() * total;
        for (candidate, weight) in self.candidates.iter().zip(&self.weights) {
            left -= weight;
            if left < 0.0 {
                return Some(candidate.id);
            }
        }
        // Rounding left a crumb: it belongs to the last one.
        self.candidates.last().map(|c| c.id)
    }
}

fn max_logit(candidates: &[Candidate]) -> f32 {
    candidates
        .iter()
        .fold(f32::NEG_INFINITY, |most, c| most.max(c.logit))
}

/// The likeliest token of a row without NaNs; of equals, the lowest id. `None` when
/// nothing is possible.
pub(crate) fn likeliest(row: &[f32]) -> Option<TokenId> {
    // The largest first, sixteen comparisons at a time.
    let (sixteens, rest) = row.as_chunks::<16>();
    let mut most = [f32::NEG_INFINITY; 16];
    for sixteen in sixteens {
        for (most, logit) in most.iter_mut().zip(sixteen) {
            *most = most.max(*logit);
        }
    }
    let largest = most
        .iter()
        .chain(rest)
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let is_largest = |logit: &f32| *logit >= largest && *logit > f32::NEG_INFINITY;
    let index = row.iter().position(is_largest)?;
    TokenId::try_from(index).ok()
}

#[cfg(test)]
mod tests;
