//! Guessing how a text goes on with a second, smaller model.
//!
//! A model of the same vocabulary that is several times as fast writes a few tokens
//! ahead, and the model looks at all of them in one pass (Leviathan et al. 2023, with
//! the guesses checked as in [`steps`](super::steps), so that an answer stays the same
//! token for token). How much that gains depends on the two and on the text; its own
//! [`Budget`] ends it where it gains nothing, and tries again now and then.

use llmos_gguf::TokenId;

use super::PREFILL_CHUNK;
use super::lookup::Budget;
use crate::backend::Model;
use crate::error::EngineError;
use crate::sampling::likeliest;

/// A guess ends where its model gives the likeliest token less than this.
const SURE: f32 = 0.4;

/// Logits so far below the highest add nothing to the sum that counts.
const NEGLIGIBLE: f32 = 15.0;

/// Tokens that it may be behind the text and still guess at once.
const CLOSE: usize = 8;

/// A second model that guesses. It follows the text with a cache of its own.
pub(crate) struct Draft {
    model: Box<dyn Model>,
    /// Tokens that its cache has room for.
    context: usize,
    /// Kept from answer to answer: what does not help one is not tried at length in the
    /// next.
    pub(super) budget: Budget,
}

impl Draft {
    pub(crate) fn new(model: Box<dyn Model>, context: usize) -> Self {
        Self {
            model,
            context,
            budget: Budget::new(),
        }
    }

    /// As [`Model::go_easy`].
    pub(crate) fn go_easy(&mut self, easy: bool) {
        self.model.go_easy(easy);
    }

    /// Whether it has read `history` but for the last few tokens, and has room for
    /// `longest` more. Where it has not, it reads a piece of what is missing; so a long
    /// prompt delays no token by more than that piece, and a stop is noticed between.
    pub(super) fn keeps_up(
        &mut self,
        history: &[TokenId],
        longest: usize,
    ) -> Result<bool, EngineError> {
        if history.len() + longest > self.context {
            return Ok(false);
        }
        let known = self.model.reuse(history)?;
        let behind = history.len() - known;
        if behind <= CLOSE {
            return Ok(true);
        }
        let piece = PREFILL_CHUNK.min(behind - 1);
        self.model.prefill(&history[known..known + piece])?;
        Ok(false)
    }

    /// What follows `history`, which it [keeps up](Self::keeps_up) with: at most
    /// `longest` tokens, as far as it is sure of them.
    pub(super) fn propose(
        &mut self,
        history: &[TokenId],
        longest: usize,
    ) -> Result<Vec<TokenId>, EngineError> {
        let mut tokens = Vec::with_capacity(longest);
        let mut missing = history[self.model.tokens().len()..].to_vec();
        while tokens.len() < longest {
            let Some(token) = sure(self.model.forward(&missing)?) else {
                break;
            };
            tokens.push(token);
            missing = vec![token];
        }
        Ok(tokens)
    }
}

/// The likeliest token, if it is likely. None of a row that has a NaN in it.
fn sure(logits: &[f32]) -> Option<TokenId> {
    let token = likeliest(logits)?;
    let largest = logits[token as usize];
    let counts = |logit: &&f32| logit.is_nan() || **logit > largest - NEGLIGIBLE;
    let total: f32 = logits
        .iter()
        .filter(counts)
        .map(|logit| (logit - largest).exp())
        .sum();
    (1.0 / total >= SURE).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_proposed_when_it_is_likely() {
        let logits = |probabilities: &[f32]| -> Vec<f32> {
            probabilities.iter().map(|p| p.ln() + 3.0).collect()
        };
        assert_eq!(sure(&logits(&[0.2, 0.5, 0.3])), Some(1));
        assert_eq!(sure(&logits(&[0.35, 0.33, 0.32])), None);
        assert_eq!(sure(&[f32::NEG_INFINITY, 0.0]), Some(1));
    }

    #[test]
    fn rows_that_say_nothing_propose_nothing() {
        for row in [
            &[][..],
            &[f32::NAN],
            &[1.0, f32::NAN, 30.0],
            &[1.0, f32::INFINITY],
            &[f32::NEG_INFINITY; 3],
        ] {
            assert_eq!(sure(row), None, "{row:?}");
        }
    }
}
