//! The loop: prefill in chunks, then token by token until something ends it.

use std::time::{Duration, Instant};

use llmos_gguf::TokenId;

use super::draft::Draft;
use super::sink::Sink;
use super::steps::Steps;
use super::{GenerateRequest, Outcome, PREFILL_CHUNK, StopReason, Usage};
use crate::backend::Model;
use crate::error::EngineError;
use crate::model::LoadedModel;
use crate::prefix::common;
use crate::sampling::Sampler;
use crate::stop_strings::StopStrings;

/// One running generation.
pub(crate) struct Run<'a> {
    pub(crate) model: &'a mut dyn Model,
    pub(crate) draft: Option<&'a mut Draft>,
    pub(crate) loaded: &'a LoadedModel,
    pub(crate) request: &'a GenerateRequest,
    pub(crate) sink: Sink<'a>,
}

impl Run<'_> {
    /// Runs the request to its end.
    pub(crate) fn run(mut self) -> Result<Outcome, EngineError> {
        self.check()?;
        let sink = self.sink;
        let prompt = &self.request.prompt;
        let mut sampler = Sampler::new(self.request.sampling.clone(), prompt)?;
        let mut usage = Usage {
            prompt_tokens: prompt.len(),
            ..Usage::default()
        };

        let start = Instant::now();
        self.restore();
        let reused = self.model.reuse(prompt)?.min(prompt.len() - 1);
        usage.reused_tokens = reused;
        sink.progress(reused, prompt.len());
        let mut next = None;
        let mut done = reused;
        for chunk in prompt[reused..].chunks(PREFILL_CHUNK) {
            if sink.stopped() {
                usage.prefill_tps = per_second(done - reused, start.elapsed());
                return Ok(Outcome {
                    usage,
                    reason: StopReason::Stopped,
                });
            }
            done += chunk.len();
            if done == prompt.len() {
                next = Some(sampler.sample(self.model.forward(chunk)?)?);
            } else {
                self.model.prefill(chunk)?;
            }
            sink.progress(done, prompt.len());
        }
        // The prompt is not empty, so the last chunk sampled a token.
        let next = next.ok_or(EngineError::InvalidRequest {
            reason: "the prompt is empty".to_owned(),
        })?;
        usage.prefill_tps = per_second(done - reused, start.elapsed());
        usage.ttft_ms = start.elapsed().as_secs_f64() * 1000.0;
        self.decode(&mut sampler, next, usage)
    }

    /// Puts the saved state into the model, where that spares anything.
    fn restore(&mut self) {
        let Some(saved) = &self.request.prefix else {
            return;
        };
        let prompt = &self.request.prompt;
        let spares = common(&saved.tokens, prompt);
        if saved.state_id != self.loaded.state_id || spares <= common(self.model.tokens(), prompt) {
            return;
        }
        if !self.model.set_state(&saved.tokens, &saved.state) {
            tracing::warn!(?saved, "the saved state is not of this model's form");
        }
    }

    /// Generates from the first sampled token on.
    fn decode(
        self,
        sampler: &mut Sampler,
        mut token: TokenId,
        mut usage: Usage,
    ) -> Result<Outcome, EngineError> {
        let tokenizer = &self.loaded.tokenizer;
        // The answer goes on where the prompt ends, so a space it begins with is its own.
        let mut text = tokenizer.continuation();
        let mut endings = StopStrings::new(self.request.stop.clone());
        let limit = self.request.max_tokens.unwrap_or(usize::MAX);
        let room = self.loaded.info.context_length - self.request.prompt.len();
        let start = Instant::now();
        let sink = self.sink;
        let mut steps = Steps::new(self.model, self.draft, sampler, &self.request.prompt);
        let reason = loop {
            if sink.stopped() {
                break StopReason::Stopped;
            }
            if usage.completion_tokens == limit {
                break StopReason::MaxTokens;
            }
            if self.request.ends_turn && tokenizer.is_end_of_generation(token) {
                break StopReason::EndOfTurn;
            }
            usage.completion_tokens += 1;
            if let Some(piece) = text.push(token)
                && sink.show(&mut endings, &piece)
            {
                break StopReason::StopString;
            }
            if usage.completion_tokens == limit {
                break StopReason::MaxTokens;
            }
            if usage.completion_tokens > room {
                break StopReason::ContextFull;
            }
            let most = limit.min(room) - usage.completion_tokens;
            token = steps.next(token, most)?;
        };
        steps.finish(token);
        steps.count(&mut usage);
        usage.decode_tps = per_second(usage.completion_tokens.saturating_sub(1), start.elapsed());
        let mut reason = reason;
        if reason != StopReason::StopString {
            // What only looked like the start of a character or of a stop
            // string is part of the answer after all.
            if let Some(piece) = text.finish()
                && sink.show(&mut endings, &piece)
            {
                reason = StopReason::StopString;
            } else {
                sink.text(endings.finish());
            }
        }
        Ok(Outcome { usage, reason })
    }

    /// Refuses what cannot be run on this model.
    fn check(&self) -> Result<(), EngineError> {
        let info = &self.loaded.info;
        let prompt = &self.request.prompt;
        let invalid = |reason: String| Err(EngineError::InvalidRequest { reason });
        if prompt.is_empty() {
            return invalid("the prompt is empty".to_owned());
        }
        if let Some(id) = prompt.iter().find(|&&id| id as usize >= info.vocab_size) {
            return invalid(format!(
                "token {id} is outside the vocabulary of {}",
                info.vocab_size
            ));
        }
        let needed = prompt.len() + 1;
        if needed > info.context_length {
            return Err(EngineError::ContextOverflow {
                needed,
                available: info.context_length,
            });
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "token counts are small")]
fn per_second(tokens: usize, time: Duration) -> f64 {
    if tokens == 0 {
        0.0
    } else {
        tokens as f64 / time.as_secs_f64().max(1e-9)
    }
}
