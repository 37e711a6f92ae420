//! One turn at a time.

use std::sync::Arc;

use llmos_store::ConversationId;
use tokio::sync::{Notify, watch};

use crate::AssistantError;

/// The turn that runs, if any.
#[derive(Debug, Clone)]
pub(crate) struct ActiveTurn {
    /// Who holds the model; a conversation's id, or a word for a new one.
    holder: String,
    /// Asks the turn to stop. A `Notify` keeps one request until it is seen,
    /// so a stop that comes before generation starts is not lost.
    stop: Arc<Notify>,
}

/// Holds at most one [`ActiveTurn`].
///
/// The engine refuses a second request by itself, but only after the question
/// would have been saved; the slot is taken before anything is.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    active: watch::Sender<Option<ActiveTurn>>,
}

impl Slot {
    /// An empty slot.
    pub(crate) fn new() -> Self {
        Self {
            active: watch::Sender::new(None),
        }
    }

    /// Takes the slot for a conversation (`None`: one yet to be created).
    ///
    /// # Errors
    /// `Busy` with the holder when a turn runs.
    pub(crate) fn take(
        &self,
        conversation: Option<&ConversationId>,
    ) -> Result<SlotGuard, AssistantError> {
        let stop = Arc::new(Notify::new());
        let turn = ActiveTurn {
            holder: conversation.map_or_else(|| "a new conversation".to_owned(), |id| id.0.clone()),
            stop: Arc::clone(&stop),
        };
        let mut refused = None;
        self.active.send_if_modified(|active| {
            refused = active.as_ref().map(|running| running.holder.clone());
            if refused.is_none() {
                *active = Some(turn);
            }
            refused.is_none()
        });
        match refused {
            Some(holder) => Err(AssistantError::Busy { holder }),
            None => Ok(SlotGuard {
                slot: self.clone(),
                stop,
            }),
        }
    }

    /// Asks the running turn to stop; does nothing when none runs.
    pub(crate) fn request_stop(&self) {
        if let Some(turn) = self.active.borrow().as_ref() {
            turn.stop.notify_one();
        }
    }

    /// Waits until no turn runs.
    pub(crate) async fn idle(&self) {
        let mut active = self.active.subscribe();
        // The sender is `self`, so the channel cannot close meanwhile.
        let _ = active.wait_for(Option::is_none).await;
    }
}

/// Holds the slot and frees it when dropped, on a panic too.
#[derive(Debug)]
pub(crate) struct SlotGuard {
    slot: Slot,
    stop: Arc<Notify>,
}

impl SlotGuard {
    /// Resolves when this turn has been asked to stop.
    pub(crate) async fn stop_requested(&self) {
        self.stop.notified().await;
    }

    /// Names the conversation once it exists.
    pub(crate) fn rename(&self, conversation: &ConversationId) {
        self.slot.active.send_modify(|active| {
            if let Some(turn) = active {
                turn.holder.clone_from(&conversation.0);
            }
        });
    }
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        self.slot.active.send_replace(None);
    }
}
