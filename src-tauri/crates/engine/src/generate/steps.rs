//! Token after token: plain steps, and steps that look at several at once.

use std::time::Instant;

use llmos_gguf::TokenId;

use super::lookup::{Budget, propose};
use crate::backend::Model;
use crate::error::EngineError;
use crate::sampling::Sampler;

/// Gives the tokens of an answer.
///
/// What is sampled is always drawn from the model's own logits after the tokens
/// before it, so guessing changes neither the distribution nor, with a fixed seed,
/// a single token: it only decides how many rows of logits one pass through the
/// weights computes.
pub(super) struct Steps<'a> {
    model: &'a mut dyn Model,
    sampler: &'a mut Sampler,
    /// Prompt and answer.
    history: Vec<TokenId>,
    budget: Budget,
    /// A guess that is being confirmed, token by token.
    guess: Option<Guess>,
    pub(super) drafted: usize,
    pub(super) accepted: usize,
}

struct Guess {
    tokens: Vec<TokenId>,
    /// How many of them have been sampled.
    confirmed: usize,
    /// Tokens in the cache before the first of them.
    base: usize,
    /// How long computing their rows took.
    time: std::time::Duration,
}

impl<'a> Steps<'a> {
    pub(super) fn new(
        model: &'a mut dyn Model,
        sampler: &'a mut Sampler,
        prompt: &[TokenId],
    ) -> Self {
        Self {
            model,
            sampler,
            history: prompt.to_vec(),
            budget: Budget::new(),
            guess: None,
            drafted: 0,
            accepted: 0,
        }
    }

    /// The token after `token`, which itself is not in the cache yet. At most
    /// `room` tokens after it are wanted.
    pub(super) fn next(&mut self, token: TokenId, room: usize) -> Result<TokenId, EngineError> {
        self.history.push(token);
        if let Some(next) = self.confirm(token)? {
            return Ok(next);
        }
        let most = self
            .model
            .verifier()
            .map_or(0, |verifier| verifier.most_rows() - 1);
        let longest = most.min(room);
        let guess = if longest > 0 && self.budget.allows() {
            propose(&self.history, longest)
        } else {
            &[]
        };
        let start = Instant::now();
        if guess.is_empty() {
            let logits = self.model.forward(&[token])?;
            self.budget.stepped(start.elapsed());
            return self.sampler.sample(logits);
        }
        let tokens = guess.to_vec();
        let rows: Vec<TokenId> = std::iter::once(token)
            .chain(tokens.iter().copied())
            .collect();
        let base = self.history.len();
        let Some(verifier) = self.model.verifier() else {
            return self.sampler.sample(self.model.forward(&[token])?);
        };
        verifier.verify(&rows)?;
        self.drafted += tokens.len();
        self.guess = Some(Guess {
            tokens,
            confirmed: 0,
            base,
            time: start.elapsed(),
        });
        self.sampler.sample(verifier.row(0))
    }

    /// The token after `token` if it is the one that was guessed. A guess that was
    /// wrong, or that is used up, is forgotten, and its rest leaves the cache.
    fn confirm(&mut self, token: TokenId) -> Result<Option<TokenId>, EngineError> {
        let Some(guess) = &mut self.guess else {
            return Ok(None);
        };
        if guess.tokens.get(guess.confirmed) == Some(&token) {
            guess.confirmed += 1;
            self.accepted += 1;
            if let Some(verifier) = self.model.verifier() {
                return self.sampler.sample(verifier.row(guess.confirmed)).map(Some);
            }
        }
        self.settle();
        Ok(None)
    }

    /// Ends a guess: what of it was not confirmed leaves the cache.
    pub(super) fn settle(&mut self) {
        if let Some(guess) = self.guess.take() {
            let tokens = u32::try_from(guess.confirmed + 1).unwrap_or(u32::MAX);
            self.budget.verified(guess.time, tokens);
            if let Some(verifier) = self.model.verifier() {
                verifier.truncate(guess.base + guess.confirmed);
            }
        }
    }
}
