//! Penalties on tokens that occurred recently.

use std::collections::{HashMap, VecDeque};

use llmos_gguf::TokenId;

use super::Sampling;

/// The recent tokens and what they cost.
#[derive(Debug)]
pub(super) struct Penalties {
    repetition: f32,
    frequency: f32,
    presence: f32,
    window: usize,
    recent: VecDeque<TokenId>,
    counts: HashMap<TokenId, u16>,
}

impl Penalties {
    pub(super) fn new(sampling: &Sampling, prompt: &[TokenId]) -> Self {
        #[expect(
            clippy::float_cmp,
            reason = "exactly these values switch a penalty off"
        )]
        let off = sampling.repetition_penalty == 1.0
            && sampling.frequency_penalty == 0.0
            && sampling.presence_penalty == 0.0;
        let window = if off {
            0
        } else {
            sampling.penalty_window.min(usize::from(u16::MAX))
        };
        let mut penalties = Self {
            repetition: sampling.repetition_penalty,
            frequency: sampling.frequency_penalty,
            presence: sampling.presence_penalty,
            window,
            recent: VecDeque::with_capacity(window),
            counts: HashMap::new(),
        };
        for &id in &prompt[prompt.len().saturating_sub(window)..] {
            penalties.saw(id);
        }
        penalties
    }

    /// Counts a token as the most recent one.
    pub(super) fn saw(&mut self, id: TokenId) {
        if self.window == 0 {
            return;
        }
        if self.recent.len() == self.window
            && let Some(oldest) = self.recent.pop_front()
            && let Some(count) = self.counts.get_mut(&oldest)
        {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&oldest);
            }
        }
        self.recent.push_back(id);
        *self.counts.entry(id).or_default() += 1;
    }

    /// Applies the penalties to a row of logits.
    pub(super) fn apply(&self, row: &mut [f32]) {
        for (&id, &count) in &self.counts {
            if let Some(logit) = row.get_mut(id as usize) {
                *logit = self.penalised(*logit, count);
            }
        }
    }

    fn penalised(&self, logit: f32, count: u16) -> f32 {
        let repeated = if logit > 0.0 {
            logit / self.repetition
        } else {
            logit * self.repetition
        };
        repeated - f32::from(count) * self.frequency - self.presence
    }
}
