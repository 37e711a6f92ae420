//! Token after token: plain steps, and steps that look at several at once.

use std::time::Instant;

use llmos_gguf::TokenId;

use super::Usage;
use super::draft::Draft;
use super::lookup::{self, Budget};
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
    draft: Option<&'a mut Draft>,
    sampler: &'a mut Sampler,
    /// Prompt and answer.
    history: Vec<TokenId>,
    /// Of guesses from the text.
    budget: Budget,
    /// A guess that is being confirmed, token by token.
    guess: Option<Guess>,
    by_text: Count,
    by_draft: Count,
}

/// Tokens that were guessed, and that came.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    guessed: usize,
    accepted: usize,
}

/// Where a guess comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Text,
    Draft,
}

struct Guess {
    /// May be none: a draft that was not sure has taken time all the same.
    tokens: Vec<TokenId>,
    source: Source,
    /// How many of them have been sampled.
    confirmed: usize,
    /// Tokens in the cache before the first of them.
    base: usize,
    /// How long making the guess and computing its rows took.
    time: std::time::Duration,
}

impl<'a> Steps<'a> {
    pub(super) fn new(
        model: &'a mut dyn Model,
        draft: Option<&'a mut Draft>,
        sampler: &'a mut Sampler,
        prompt: &[TokenId],
    ) -> Self {
        Self {
            model,
            draft,
            sampler,
            history: prompt.to_vec(),
            budget: Budget::new(),
            guess: None,
            by_text: Count::default(),
            by_draft: Count::default(),
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
        let proposed = self.propose(most.min(room));
        let base = self.history.len();
        if let Some((tokens, source, _)) = &proposed {
            self.count_of(*source).guessed += tokens.len();
        }
        if let Some((tokens, source, start)) = proposed
            && let Some(verifier) = self.model.verifier()
        {
            let rows: Vec<TokenId> = std::iter::once(token)
                .chain(tokens.iter().copied())
                .collect();
            verifier.verify(&rows)?;
            self.guess = Some(Guess {
                tokens,
                source,
                confirmed: 0,
                base,
                time: start.elapsed(),
            });
            return self.sampler.sample(verifier.row(0));
        }
        let start = Instant::now();
        let logits = self.model.forward(&[token])?;
        let time = start.elapsed();
        self.budget.stepped(time);
        if let Some(draft) = &mut self.draft {
            draft.budget.stepped(time);
        }
        self.sampler.sample(logits)
    }

    /// At most `longest` tokens that may come next, and when guessing them began.
    ///
    /// A guess from the text is there at once. The draft is asked unless that one is as
    /// long as can be, which follows a long match and is as good as the draft's.
    fn propose(&mut self, longest: usize) -> Option<(Vec<TokenId>, Source, Instant)> {
        if longest == 0 {
            return None;
        }
        let start = Instant::now();
        let text = if self.budget.allows() {
            lookup::propose(&self.history, longest)
        } else {
            &[]
        };
        if text.len() < longest
            && let Some(draft) = &mut self.draft
            && draft.budget.allows()
        {
            match ask(draft, &self.history, longest) {
                Ok(Some((tokens, start))) => return Some((tokens, Source::Draft, start)),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "the draft model failed; the answer goes on without it");
                    self.draft = None;
                }
            }
        }
        (!text.is_empty()).then(|| (text.to_vec(), Source::Text, start))
    }

    /// The token after `token` if it is the one that was guessed. A guess that was
    /// wrong, or that is used up, is forgotten, and its rest leaves the cache.
    fn confirm(&mut self, token: TokenId) -> Result<Option<TokenId>, EngineError> {
        let Some(guess) = &mut self.guess else {
            return Ok(None);
        };
        if guess.tokens.get(guess.confirmed) == Some(&token) {
            guess.confirmed += 1;
            let confirmed = guess.confirmed;
            let source = guess.source;
            self.count_of(source).accepted += 1;
            if let Some(verifier) = self.model.verifier() {
                return self.sampler.sample(verifier.row(confirmed)).map(Some);
            }
        }
        self.settle();
        Ok(None)
    }

    fn count_of(&mut self, source: Source) -> &mut Count {
        match source {
            Source::Text => &mut self.by_text,
            Source::Draft => &mut self.by_draft,
        }
    }

    /// Tells how many tokens were guessed.
    pub(super) fn count(&self, usage: &mut Usage) {
        let Count { guessed, accepted } = self.by_draft;
        usage.drafted_tokens = self.by_text.guessed + guessed;
        usage.accepted_tokens = self.by_text.accepted + accepted;
        (usage.draft_model_tokens, usage.draft_model_accepted) = (guessed, accepted);
    }

    /// Ends the answer. `token` came last: nothing is asked after it that would confirm it.
    pub(super) fn finish(&mut self, token: TokenId) {
        if let Some(guess) = &self.guess
            && guess.tokens.get(guess.confirmed) == Some(&token)
        {
            let source = guess.source;
            self.count_of(source).accepted += 1;
        }
        self.settle();
    }

    /// Ends a guess: what of it was not confirmed leaves the cache.
    fn settle(&mut self) {
        let Some(guess) = self.guess.take() else {
            return;
        };
        let tokens = u32::try_from(guess.confirmed + 1).unwrap_or(u32::MAX);
        match (guess.source, &mut self.draft) {
            (Source::Draft, Some(draft)) => draft.budget.verified(guess.time, tokens),
            (Source::Draft, None) => {}
            (Source::Text, _) => self.budget.verified(guess.time, tokens),
        }
        if let Some(verifier) = self.model.verifier() {
            verifier.truncate(guess.base + guess.confirmed);
        }
    }
}

/// The draft's guess and when it began; none while it still reads.
fn ask(
    draft: &mut Draft,
    history: &[TokenId],
    longest: usize,
) -> Result<Option<(Vec<TokenId>, Instant)>, EngineError> {
    if !draft.keeps_up(history, longest)? {
        return Ok(None);
    }
    let start = Instant::now();
    Ok(Some((draft.propose(history, longest)?, start)))
}

#[cfg(test)]
mod tests;
