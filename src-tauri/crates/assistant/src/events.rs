//! What a turn reports while it runs.

use std::time::Duration;

use llmos_store::{BranchMessage, BranchSummary, Conversation, MessageId};
use tokio::sync::mpsc;

use crate::AssistantError;

/// One step of a turn, in the order in which it happens: `Started`, any number
/// of `Folding` and perhaps `Folded`, any number of `PromptProgress` and `Text`, then `Finished` or `Failed`, and after a
/// first exchange `Titled`. The channel closes when nothing more will come.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one comes once a turn, and the others some thirty times a second"
)]
pub enum ChatEvent {
    /// The question and an empty answer are saved; generation begins.
    Started {
        /// The conversation, created if the turn had no target.
        conversation: Conversation,
        /// The new question; `None` for regenerate and continue.
        user: Option<BranchMessage>,
        /// The answer that text will be appended to. For `continue` it already
        /// holds what was there.
        answer: BranchMessage,
    },
    /// The model reads the prompt.
    PromptProgress {
        /// Prompt tokens processed so far, those reused from the last turn included.
        done: usize,
        /// Prompt tokens in all.
        total: usize,
        /// Older messages that did not fit and were left out.
        dropped: usize,
        /// How long the rest will take, from the speed measured on this device;
        /// `None` until there is one.
        remaining: Option<Duration>,
    },
    /// Older messages are being summed up, so that the question fits. Comes before
    /// the prompt is read, and not in every turn.
    Folding {
        /// From 0 to 1.
        share: f32,
    },
    /// The older messages are summed up, and the model reads this in their place.
    Folded {
        /// What stands for them.
        summary: BranchSummary,
    },
    /// More text of the answer, to be appended. Batched: see [`TEXT_BATCH`].
    Text {
        /// The answer.
        message_id: MessageId,
        /// What is new.
        text: String,
    },
    /// The answer is saved as it stands: complete or stopped.
    Finished {
        /// The answer with its statistics.
        message: BranchMessage,
    },
    /// The turn broke off. What was generated is kept in `message`.
    Failed {
        /// What went wrong.
        error: AssistantError,
        /// The answer with the text up to the failure. On a full disk this is
        /// the only place that holds all of it.
        message: BranchMessage,
    },
    /// The conversation got its title.
    Titled {
        /// The conversation with the title.
        conversation: Conversation,
    },
}

/// Where a turn's events go.
///
/// Unbounded because a turn sends at most some dozen events a second, and
/// because a slow listener must not slow the model. Dropping the receiver ends
/// the turn: nobody is left to read or to stop it, so it is stopped and what
/// was generated is saved, marked interrupted.
pub type EventSink = mpsc::UnboundedSender<ChatEvent>;

/// How long text is collected before it is sent on.
///
/// Ten updates a second are faster than anyone reads. Each costs a page without a
/// graphics card some 12 ms of the processor that the model computes on: at 25 a
/// second the default model lost a third of its speed to its own text. The first
/// piece is sent at once. This is the one place where text is batched.
pub const TEXT_BATCH: Duration = Duration::from_millis(100);
