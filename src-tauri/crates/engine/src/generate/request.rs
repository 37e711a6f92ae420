//! What is asked of the engine and what it answers.

use std::sync::Arc;

use llmos_gguf::TokenId;

use crate::error::EngineError;
use crate::prefix::SavedPrefix;
use crate::sampling::Sampling;

/// What to do when the engine is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenBusy {
    /// Fail at once with [`EngineError::Busy`].
    #[default]
    Refuse,
    /// Wait for the turn, first come, first served.
    Queue,
}

/// One generation.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateRequest {
    /// Who asks, told to others while they find the engine busy.
    pub holder: String,
    /// The prompt, already rendered by the template and tokenised.
    pub prompt: Vec<TokenId>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Tokens to generate at most; `None` for as many as the context holds.
    pub max_tokens: Option<usize>,
    /// Strings that end the answer and are not part of it.
    pub stop: Vec<String>,
    /// Whether a token that ends the turn does so. Measurements say no, to get
    /// exactly the tokens they ask for.
    pub ends_turn: bool,
    /// Wait or fail when the engine is taken.
    pub when_busy: WhenBusy,
    /// Work on the side that nobody waits for. It holds the engine like any
    /// other; only who shows the status may leave it out.
    pub background: bool,
    /// State that was saved of a text that begins like the prompt; used where it spares
    /// more than what the model has in its cache anyway.
    pub prefix: Option<Arc<SavedPrefix>>,
}

impl GenerateRequest {
    /// A request with default sampling and no limits, refused when busy.
    #[must_use]
    pub fn new(holder: impl Into<String>, prompt: Vec<TokenId>) -> Self {
        Self {
            holder: holder.into(),
            prompt,
            sampling: Sampling::default(),
            max_tokens: None,
            stop: Vec::new(),
            ends_turn: true,
            when_busy: WhenBusy::Refuse,
            background: false,
            prefix: None,
        }
    }
}

/// What happens during a generation, in order: any number of
/// `PromptProgress`, any number of `Text`, then one `Finished` or `Failed`.
#[derive(Debug, Clone)]
pub enum GenerateEvent {
    /// So much of the prompt is in the cache.
    PromptProgress {
        /// Tokens computed or reused.
        done: usize,
        /// Tokens of the prompt.
        total: usize,
    },
    /// The answer goes on with this; never half a character, never empty.
    Text {
        /// The piece.
        text: String,
    },
    /// The generation is over.
    Finished(Outcome),
    /// The generation could not go on.
    Failed(EngineError),
}

/// How a generation ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Counts and times.
    pub usage: Usage,
    /// Why it ended.
    pub reason: StopReason,
}

impl Outcome {
    /// Of a generation that was stopped before it began.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            usage: Usage::default(),
            reason: StopReason::Stopped,
        }
    }
}

/// Counts and times of a generation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Of those, tokens that were still in the cache.
    pub reused_tokens: usize,
    /// Tokens generated, without the one that ended the turn.
    pub completion_tokens: usize,
    /// Tokens that were guessed, from the text so far or by a draft model …
    pub drafted_tokens: usize,
    /// … and of those, the ones that came.
    pub accepted_tokens: usize,
    /// Of the guessed ones, those by a draft model …
    pub draft_model_tokens: usize,
    /// … and of these, the ones that came.
    pub draft_model_accepted: usize,
    /// Milliseconds from the start of the work (not of the waiting) to the
    /// first token; 0 if there was none.
    pub ttft_ms: f64,
    /// Prompt tokens computed (not reused) per second; 0 if none were.
    pub prefill_tps: f64,
    /// Tokens per second after the first one; 0 if there was no second.
    pub decode_tps: f64,
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// The model ended its turn.
    EndOfTurn,
    /// A stop string was met.
    StopString,
    /// The token limit was reached.
    MaxTokens,
    /// The context is full.
    ContextFull,
    /// Someone stopped it.
    Stopped,
}

impl StopReason {
    /// A stable name for records and machine-readable output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EndOfTurn => "end_of_turn",
            Self::StopString => "stop_string",
            Self::MaxTokens => "max_tokens",
            Self::ContextFull => "context_full",
            Self::Stopped => "stopped",
        }
    }
}
