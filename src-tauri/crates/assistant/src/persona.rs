//! Who the assistant is and how it samples unless a conversation says otherwise.

use llmos_engine::Sampling;
use llmos_store::Conversation;

/// The system prompt of a conversation that has none of its own.
///
/// Kept short on purpose: a small model follows a few plain sentences better
/// than a page, and every token of it is paid for in each first answer. It is
/// the same text in every conversation, so that its place in the KV cache is
/// reused when one conversation follows another.
pub const SYSTEM_PROMPT: &str = "You are LLMOS, a helpful assistant that runs on this device, \
without a network. Answer in the language of the user's message. Be clear and brief. \
When you do not know something, say so.";

/// What the model is told before the first message of a conversation; `None` for one
/// that does not exist yet.
#[must_use]
pub fn system_prompt(conversation: Option<&Conversation>) -> String {
    conversation
        .and_then(|conversation| conversation.system_prompt.clone())
        .unwrap_or_else(|| SYSTEM_PROMPT.to_owned())
}

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
