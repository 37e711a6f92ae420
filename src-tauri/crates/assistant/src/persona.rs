//! Who answers, and how: personas, what a conversation says instead, and the
//! app's own values under both.
//!
//! A conversation's settings come first, then its persona's, then the app's
//! ([`AnswerSettings`](crate::persona)). The greeting of a persona is shown in an
//! empty conversation and is never part of what the model reads.

mod answering;
mod built_in;
mod library;
mod limits;
mod variables;

use llmos_engine::Sampling;
use llmos_store::GenerationSettings;

pub(crate) use answering::AnswerSettings;
pub use built_in::DEFAULT_PERSONA;
pub use library::Persona;
pub use limits::{RANGES, Ranges};
pub use variables::{Problem, ProblemKind, PromptPreview, VARIABLES};

/// The system prompt of a conversation that has none of its own.
///
/// Kept short on purpose: a small model follows a few plain sentences better
/// than a page, and every token of it is paid for in each first answer. It is
/// the same text in every conversation, so that its place in the KV cache is
/// reused when one conversation follows another.
pub const SYSTEM_PROMPT: &str = "You are LLMOS, a helpful assistant that runs on this device, \
without a network. Answer in the language of the user's message. Be clear and brief. \
When you do not know something, say so.";

/// Tokens an answer may have before the person has to ask for more.
///
/// Small models can loop; this bounds the time and the power that a loop
/// costs. `Continue` goes on from there.
pub const MAX_ANSWER_TOKENS: usize = 1024;

/// Sampling for chat, chosen for models of well under a billion parameters.
///
/// They lose the thread at the temperatures that suit large models, and they
/// repeat themselves at temperature 0; a low temperature with a light
/// repetition penalty avoids both. The seed is left to chance, so that
/// regenerating gives another answer.
#[must_use]
pub fn chat_sampling() -> Sampling {
    Sampling {
        temperature: 0.4,
        top_p: 0.9,
        min_p: 0.05,
        repetition_penalty: 1.1,
        ..Sampling::default()
    }
}

/// The app's own values, for showing what a persona leaves open.
#[must_use]
pub fn default_generation() -> GenerationSettings {
    let sampling = chat_sampling();
    let count = |value: usize| u32::try_from(value).ok();
    GenerationSettings {
        temperature: Some(sampling.temperature),
        top_k: count(sampling.top_k),
        top_p: Some(sampling.top_p),
        min_p: Some(sampling.min_p),
        repetition_penalty: Some(sampling.repetition_penalty),
        max_tokens: count(MAX_ANSWER_TOKENS),
    }
}
