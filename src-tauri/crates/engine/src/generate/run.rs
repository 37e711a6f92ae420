//! The loop: prefill in chunks, then token by token until something ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use llmos_gguf::TokenId;
use tokio::sync::mpsc::UnboundedSender;

use super::{GenerateEvent, GenerateRequest, Outcome, PREFILL_CHUNK, StopReason, Usage};
use crate::backend::Model;
use crate::error::EngineError;
use crate::model::LoadedModel;
use crate::sampling::Sampler;
use crate::stop_strings::StopStrings;

/// Says that a generation should end. Cheap to copy and to look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// One running generation.
pub(crate) struct Run<'a> {
    pub(crate) model: &'a mut dyn Model,
    pub(crate) loaded: &'a LoadedModel,
    pub(crate) request: &'a GenerateRequest,
    pub(crate) cancel: &'a Cancel,
    pub(crate) events: &'a UnboundedSender<GenerateEvent>,
}

impl Run<'_> {
    /// Runs the request to its end.
    pub(crate) fn run(self) -> Result<Outcome, EngineError> {
        self.check()?;
        let prompt = &self.request.prompt;
        let mut sampler = Sampler::new(self.request.sampling.clone(), prompt)?;
        let mut usage = Usage {
            prompt_tokens: prompt.len(),
            ..Usage::default()
        };

        let start = Instant::now();
        let reused = self.model.reuse(prompt)?.min(prompt.len() - 1);
        usage.reused_tokens = reused;
        self.progress(reused);
        let mut next = None;
        let mut done = reused;
        for chunk in prompt[reused..].chunks(PREFILL_CHUNK) {
            if self.stopped() {
                usage.prefill_tps = per_second(done - reused, start.elapsed());
                return Ok(Outcome {
                    usage,
                    reason: StopReason::Stopped,
                });
            }
            let logits = self.model.forward(chunk)?;
            done += chunk.len();
            if done == prompt.len() {
                next = Some(sampler.sample(logits)?);
            }
            self.progress(done);
        }
        // The prompt is not empty, so the last chunk sampled a token.
        let next = next.ok_or(EngineError::InvalidRequest {
            reason: "the prompt is empty".to_owned(),
        })?;
        usage.prefill_tps = per_second(done - reused, start.elapsed());
        usage.ttft_ms = start.elapsed().as_secs_f64() * 1000.0;
        self.decode(&mut sampler, next, usage)
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
        let mut stops = StopStrings::new(self.request.stop.clone());
        let limit = self.request.max_tokens.unwrap_or(usize::MAX);
        let room = self.loaded.info.context_length - self.request.prompt.len();
        let start = Instant::now();
        let reason = loop {
            if self.stopped() {
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
                && self.show(&mut stops, &piece)
            {
                break StopReason::StopString;
            }
            if usage.completion_tokens == limit {
                break StopReason::MaxTokens;
            }
            if usage.completion_tokens > room {
                break StopReason::ContextFull;
            }
            token = sampler.sample(self.model.forward(&[token])?)?;
        };
        usage.decode_tps = per_second(usage.completion_tokens.saturating_sub(1), start.elapsed());
        let mut reason = reason;
        if reason != StopReason::StopString {
            // What only looked like the start of a character or of a stop
            // string is part of the answer after all.
            if let Some(piece) = text.finish()
                && self.show(&mut stops, &piece)
            {
                reason = StopReason::StopString;
            } else {
                self.send_text(stops.finish());
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

    /// Whether someone asked to stop, or nobody listens any more.
    fn stopped(&self) -> bool {
        self.cancel.is_cancelled() || self.events.is_closed()
    }

    fn progress(&self, done: usize) {
        self.send(GenerateEvent::PromptProgress {
            done,
            total: self.request.prompt.len(),
        });
    }

    /// Passes text through the stop strings; true when one was met.
    fn show(&self, stops: &mut StopStrings, piece: &str) -> bool {
        let found = stops.push(piece);
        self.send_text(found.text);
        found.stopped
    }

    fn send_text(&self, text: String) {
        if !text.is_empty() {
            self.send(GenerateEvent::Text { text });
        }
    }

    fn send(&self, event: GenerateEvent) {
        // A closed channel is noticed by `stopped`.
        let _ = self.events.send(event);
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
